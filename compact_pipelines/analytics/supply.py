"""Who supplies whom with a product and where it goes, one year at a time: what criteria and cuts are measured on."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from compact_pipelines.contracts import load_contracts

GOODS: Final = "compute_exports"
NOTHING_SHARE: Final = 1e-9

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

# The areas' own reports of what they send, one source each: a source that prints the total before one that does not,
# then the one that names most, as it is with suppliers in `concentration`.
EXPORT_TOTALS_SQL: Final = """
WITH voices AS (
  SELECT subject, time_period, unit_measure, from_area AS area, source_from AS source_id,
         count(*) FILTER (reported_by_from > 0) AS destinations_count, sum(reported_by_from::DOUBLE) AS named_value,
         bool_or(reported_by_from < 0) AS has_negative
  FROM flows
  WHERE theme = $theme AND stock_flow = 'F' AND freq = 'A' AND reported_by_from IS NOT NULL
  GROUP BY ALL
), weighed AS (
  SELECT v.*, t.value AS printed,
         t.value IS NOT NULL
           AND 2 * named_value >= max(named_value) OVER (PARTITION BY v.subject, v.time_period, v.unit_measure, v.area)
           AS is_whole
  FROM voices v
  LEFT JOIN totals t ON (t.subject, t.time_period, t.unit_measure, t.area, t.source_id)
                      = (v.subject, v.time_period, v.unit_measure, v.area, v.source_id)
), ranked AS (
  SELECT *, row_number() OVER (
           PARTITION BY subject, time_period, unit_measure, area ORDER BY NOT is_whole, named_value DESC, source_id
         ) AS place
  FROM weighed
)
SELECT subject, time_period, area, unit_measure, source_id, destinations_count, named_value,
       CASE WHEN NOT has_negative THEN greatest(coalesce(printed, named_value), named_value) END AS total_value,
       printed IS NOT NULL AS has_total,
       CASE WHEN has_negative THEN 'negative_input' END AS reason
FROM ranked WHERE place = 1
ORDER BY subject, time_period, area, unit_measure
"""

# The same two questions to the frames of a run and to the tables of an edition, so that both measure the same figures.
IMPORTS_SQL: Final = """
SELECT d.subject, d.time_period, d.area, f.from_area AS other, d.total_value, d.has_total, d.source_id,
       (CASE WHEN d.reported_by = 'area' THEN f.reported_by_to ELSE f.reported_by_from END)::DOUBLE AS value
FROM out_dependency d
JOIN out_mirror_flows f ON (f.theme, f.subject, f.stock_flow, f.unit_measure, f.time_period, f.to_area)
                         = (d.theme, d.subject, d.stock_flow, d.unit_measure, d.time_period, d.area)
WHERE d.theme = $theme AND d.stock_flow = 'F' AND f.freq = 'A' AND ($subject IS NULL OR d.subject = $subject)
  AND (d.reason IS NULL OR d.reason = 'zero_denominator')
  AND (d.reported_by = 'partners' OR f.source_to = d.source_id) AND value IS NOT NULL
ORDER BY d.subject, d.time_period, d.area, other
"""
EXPORTS_SQL: Final = """
SELECT e.subject, e.time_period, e.area, f.to_area AS other, e.total_value, e.has_total, e.source_id,
       f.reported_by_from::DOUBLE AS value
FROM out_export_totals e
JOIN out_mirror_flows f ON (f.subject, f.unit_measure, f.time_period, f.from_area, f.source_from)
                         = (e.subject, e.unit_measure, e.time_period, e.area, e.source_id)
WHERE f.theme = $theme AND f.stock_flow = 'F' AND f.freq = 'A' AND ($subject IS NULL OR e.subject = $subject)
  AND e.reason IS NULL AND f.reported_by_from IS NOT NULL
ORDER BY e.subject, e.time_period, e.area, other
"""


@dataclass(frozen=True)
class Side:
    """What areas say of their trade in one direction.

    Attributes:
        values: (areas, areas), row the area that speaks, column its partner; nan where it names no figure.
        rest: (areas,), what its published total holds beyond the named partners; nan where it says nothing at all.
        has_total: (areas,), whether its source prints that total; without one the named partners are all there is.
    """

    values: Floats
    rest: Floats
    has_total: Flags

    @property
    def is_held(self) -> Flags:
        """(areas,), whether the area says anything."""
        return ~np.isnan(self.rest)


@dataclass(frozen=True)
class Supply:
    """One product in one year: who takes it from whom, and who sends it where, each in its own words.

    Attributes:
        areas: every area that speaks or is named, sorted; the order of all rows and columns.
        imports: row the receiver, column its supplier, one unit throughout.
        exports: row the sender, column its destination, same unit.
        sources: the sources of both, sorted.
    """

    areas: tuple[str, ...]
    imports: Side
    exports: Side
    sources: tuple[str, ...] = ()

    def places(self, members: Iterable[str]) -> NDArray[np.intp]:
        """The rows of these areas, for those that are known here."""
        index = {area: place for place, area in enumerate(self.areas)}
        return np.array([index[area] for area in sorted(set(members)) if area in index], dtype=np.intp)

    def missing(self, members: Collection[str], side: Side) -> list[str]:
        """Those of these areas that say nothing in one direction, sorted: unknown, never zero."""
        index = {area: place for place, area in enumerate(self.areas)}
        held = side.is_held
        return sorted(area for area in set(members) if area not in index or not held[index[area]])


def build_export_totals(flows: pl.DataFrame, totals: pl.DataFrame) -> pl.DataFrame:
    """What every area sends of every product in a year in all, by one source of its own.

    Args:
        flows: out_mirror_flows.
        totals: what an area sent to the whole world, as its source prints it: (totals, [subject, unit_measure,
            time_period, area, source_id, value]), of goods, value double.

    Returns:
        (areas, products and years, columns of schemas/published/out_export_totals.yaml), sorted by key.
    """
    with duckdb.connect() as connection:
        connection.register("flows", flows)
        connection.register("totals", totals)
        return connection.execute(EXPORT_TOTALS_SQL, {"theme": GOODS}).pl()


def possible_suppliers() -> int:
    """How many single areas there are."""
    return sum(kind == "area" for kind in load_contracts().codelists["area"].column("kind").values())


def read_supplies(imports: pl.DataFrame, exports: pl.DataFrame) -> dict[tuple[str, str], Supply]:
    """Supplies by product and year from the rows of IMPORTS_SQL and EXPORTS_SQL.

    Args:
        imports: (flows, [subject, time_period, area, other, total_value, has_total, source_id, value]), the area
            receives from the other.
        exports: the same columns, the area sends to the other.

    Returns:
        (subject, year) to its supply, in the order of both.
    """
    keys = ["subject", "time_period"]
    sides = {
        name: {(str(subject), str(year)): rows for (subject, year), rows in frame.group_by(keys, maintain_order=True)}
        for name, frame in (("imports", imports), ("exports", exports))
    }
    return {
        key: build_supply(sides["imports"].get(key, imports.clear()), sides["exports"].get(key, exports.clear()))
        for key in sorted(sides["imports"].keys() | sides["exports"].keys())
    }


def build_supply(imports: pl.DataFrame, exports: pl.DataFrame) -> Supply:
    """The supply of one product and year; see `read_supplies` for the columns."""
    both = (imports, exports)
    areas = tuple(sorted({area for frame in both for name in ("area", "other") for area in frame[name]}))
    index = {area: place for place, area in enumerate(areas)}
    sources = sorted({source for frame in both for source in frame["source_id"].drop_nulls()})
    return Supply(areas, _side(imports, index), _side(exports, index), tuple(sources))


def _side(rows: pl.DataFrame, index: Mapping[str, int]) -> Side:
    size = len(index)
    values, total = np.full((size, size), np.nan), np.full(size, np.nan)
    has_total = np.zeros(size, dtype=bool)
    speakers = np.array([index[area] for area in rows["area"]], dtype=np.intp)
    values[speakers, [index[area] for area in rows["other"]]] = rows["value"].to_numpy()
    np.fill_diagonal(values, np.nan)
    total[speakers] = rows["total_value"].to_numpy()
    has_total[speakers] = rows["has_total"].to_numpy()
    rest = total - np.nansum(values, axis=1)
    # Printed totals and sums of twelve months round apart: less than this share of a total is nothing.
    rest[np.abs(rest) < NOTHING_SHARE * np.abs(total)] = 0.0
    return Side(values, np.maximum(rest, 0.0), has_total)
