"""What the engine has to know beside the reports: areas, precedence, pairs of one collection, and the parameters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import duckdb
import polars as pl

from compact_pipelines.contracts.parameters import Parameters


@dataclass(frozen=True)
class References:
    """All that is not a report.

    Attributes:
        areas: (areas, [area, kind]); only single areas are paired, groups and special codes are left out.
        precedence: (sources, [source_id, rank]), 1 first; drops of partners are sources too.
        same_source: (pairs, [theme, area_1, area_2, since]) whose reports rest on one collection.
        distances: (pairs, columns of the published table `distances`).
        parameters: schemas/valuation.yaml and its neighbours.
        sums: heading to all of its subheadings (schemas/product_sums.yaml).
    """

    areas: pl.DataFrame
    precedence: pl.DataFrame
    same_source: pl.DataFrame
    distances: pl.DataFrame
    parameters: Parameters
    sums: Mapping[str, Sequence[str]] = field(default_factory=dict)


def register(connection: duckdb.DuckDBPyConnection, known: References) -> None:
    """Make `single_area`, `standing`, `one_collection`, `freight_free`, `distance` and `hub` on a connection."""
    free = [{"source_id": basis.source, "area": basis.area} for basis in known.parameters.valuation.without_freight]
    frames = {
        "single_area": known.areas.filter(pl.col("kind") == "area").select("area"),
        "standing": known.precedence.sort("rank", "source_id").select("source_id", place=pl.int_range(1, pl.len() + 1)),
        "freight_free": pl.DataFrame(free, schema={"source_id": pl.String, "area": pl.String}),
        "distance": known.distances,
        "hub": pl.DataFrame({"area": known.parameters.hubs.areas}, schema={"area": pl.String}),
    }
    one_way = known.same_source.select("theme", "since", from_area="area_1", to_area="area_2")
    other_way = known.same_source.select("theme", "since", from_area="area_2", to_area="area_1")
    frames["one_collection"] = pl.concat([one_way, other_way])
    for name, frame in frames.items():
        connection.register(f"given_{name}", frame)
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM given_{name}")  # noqa: S608
        connection.unregister(f"given_{name}")
