"""The five theme tables: all sources of a theme in its contract, with the preferred series marked.

Two assets a table. `known_<table>` holds every row as it truly is, pulled and from drops; it is kept in the log and
never published. `<table>` holds what the public sees of it (`warehouse/audiences.py`), and is the only one that the
out tables are made from: so no result carries a secret, and results are the same in every audience's file.

Who is believed first where several sources tell one series: the partner's own drop, then the national office of the
area, an international body, a compilation; every row stays in the table, and a series never switches source midway.
The ranks are published with the sources. Sources are found by their files in schemas/sources/, so a new one is not
registered anywhere.
"""

from collections.abc import Iterable
from typing import Final

import dagster as dg
import polars as pl

from compact_pipelines.contracts import Contracts, Source, Table, load_contracts
from compact_pipelines.contracts.disclosure import load_disclosure
from compact_pipelines.resources import IS_CONFIDENTIAL, Warehouse
from compact_pipelines.warehouse.audiences import DROP_PREFIX, SeeingRule, rows_as_seen, with_sight
from compact_pipelines.warehouse.layout import PUBLIC
from compact_pipelines.warehouse.vintages import keep_known

# Who is believed first where several sources tell one series: the partner's own drop comes before all of them.
KIND_RANK: Final = {"national_office": 2, "international_body": 3, "compilation": 4, "register": 4}
DROP_RANK: Final = 1
STRANGER_RANK: Final = 5
WITHHELD: Final = "is_withheld"


def precedence(contracts: Contracts, speakers: Iterable[str] = ()) -> pl.DataFrame:
    """Every source with its rank when it speaks for its own area, 1 first.

    Args:
        contracts: schemas/.
        speakers: source ids of rows; the drops among them have a rank too.

    Returns:
        (sources, [source_id, rank]).
    """
    drops = sorted({name for name in speakers if name.startswith(DROP_PREFIX)})
    ranks = {**{source.id: KIND_RANK[source.kind] for source in contracts.sources_in_use},
             **dict.fromkeys(drops, DROP_RANK)}  # fmt: skip
    return pl.DataFrame({"source_id": list(ranks), "rank": list(ranks.values())})


def speakers_in(*frames: pl.DataFrame) -> set[str]:
    """The source ids of some rows."""
    return {name for frame in frames for name in frame["source_id"].unique()}


def mark_preferred(rows: pl.DataFrame, table: Table, sources: list[Source]) -> pl.DataFrame:
    """Mark, per series, the one source that the precedence picks; nothing is dropped.

    A national office ranks as such for the areas it speaks for, and last for any other. Ties go to the source whose
    name comes first. A source steps back behind all others of a series if what is withheld from the reader is all it
    says there, or would blank a period for which another source has a value: so nothing that a publisher tells
    everybody is lost to a withheld value, and the series still has one source.

    Args:
        rows: (rows, stored columns less is_preferred, and is_withheld if any row is).
        table: the contract; a series is its key less the period.
        sources: the sources of the theme.

    Returns:
        (the same rows, with is_preferred and without is_withheld).
    """
    rank = pl.lit(STRANGER_RANK)
    for source in sources:
        speaks = pl.col("source_id") == source.id
        if source.kind == "national_office":
            speaks &= pl.col("ref_area").is_in(source.speaks_for)
        rank = pl.when(speaks).then(pl.lit(KIND_RANK[source.kind])).otherwise(rank)
    rank = pl.when(pl.col("drop_id").is_not_null()).then(pl.lit(DROP_RANK)).otherwise(rank)
    ranked = _with_standing(rows, table).with_columns(
        voice=pl.concat_str("standing", rank.cast(pl.String), "source_id", separator=" ")
    )
    best = pl.col("voice").min().over(table.series_key)
    marked = ranked.with_columns(is_preferred=pl.col("voice") == best)
    return marked.drop("voice", "standing", WITHHELD, strict=False)


def _with_standing(rows: pl.DataFrame, table: Table) -> pl.DataFrame:
    """1 beside the rows of a source that must not take their series, else 0, in the column standing."""
    if WITHHELD not in rows.columns or not rows[WITHHELD].any():
        return rows.with_columns(standing=pl.lit("0"))
    voice = [*table.series_key, "source_id"]
    is_told = pl.col(table.measure).is_not_null().any().over(table.dimensions)
    told = rows.with_columns(blanks=pl.col(WITHHELD) & is_told)
    steps_back = pl.col("blanks").any().over(voice) | pl.col(WITHHELD).all().over(voice)
    return told.with_columns(standing=pl.when(steps_back).then(pl.lit("1")).otherwise(pl.lit("0"))).drop("blanks")


def sources_of(contracts: Contracts, table: Table) -> list[Source]:
    """The pulled sources of a theme, embedded or asked live."""
    return [source for source in contracts.sources_in_use if source.theme == table.id]


def known_asset(table: Table, sources: list[Source]) -> dg.AssetsDefinition:
    """The asset of everything the exchange knows in one table."""
    cores = [*(f"core_{source.id}" for source in sources), f"core_drops__{table.id}"]

    @dg.asset(
        name=f"known_{table.id}",
        group_name="themes",
        kinds={"polars", "parquet"},
        ins={core: dg.AssetIn() for core in cores},
        metadata={IS_CONFIDENTIAL: True},
        description=f"{table.row} All sources and partners, as they truly are; kept in the log, never published.",
    )
    def known(warehouse: Warehouse, **frames: pl.DataFrame) -> pl.DataFrame:
        rows = pl.concat([frames[core] for core in cores]).sort(*table.dimensions, "source_id")
        return keep_known(rows, warehouse.known_rows(table))

    return known


def theme_asset(table: Table, sources: list[Source]) -> dg.AssetsDefinition:
    """The asset of one theme table."""

    @dg.asset(
        name=table.id,
        group_name="themes",
        kinds={"polars", "parquet"},
        ins={"known": dg.AssetIn(f"known_{table.id}")},
        description=f"{table.row} What the public sees of all sources and partners, the preferred series marked.",
    )
    def theme(warehouse: Warehouse, known: pl.DataFrame) -> pl.DataFrame:
        rule = SeeingRule.of(load_contracts(), load_disclosure())
        seen = with_sight(known, table, PUBLIC, rule, warehouse.now())
        return mark_preferred(rows_as_seen(seen, table), table, sources)

    return theme


known_assets = [known_asset(table, sources_of(load_contracts(), table)) for table in load_contracts().tables.values()]
theme_assets = [theme_asset(table, sources_of(load_contracts(), table)) for table in load_contracts().tables.values()]
