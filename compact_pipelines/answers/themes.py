"""The five theme tables: all sources of a theme in its contract, with the preferred series marked.

Sources are found by their files in schemas/sources/, so a new one is not registered anywhere.
"""

from typing import Final

import dagster as dg
import polars as pl

from compact_pipelines.contracts import Contracts, Source, Table, load_contracts
from compact_pipelines.resources import Warehouse
from compact_pipelines.warehouse.vintages import keep_known

# Who is believed first where several sources tell one series: the partner's own drop comes before all of them.
KIND_RANK: Final = {"national_office": 2, "international_body": 3, "compilation": 4, "register": 4}
DROP_RANK: Final = 1
STRANGER_RANK: Final = 5


def precedence(contracts: Contracts) -> pl.DataFrame:
    """Every source with its rank when it speaks for its own area, 1 first: (sources, [source_id, rank])."""
    return pl.DataFrame(
        [{"source_id": source.id, "rank": KIND_RANK[source.kind]} for source in contracts.sources.values()]
    )


def mark_preferred(rows: pl.DataFrame, table: Table, sources: list[Source]) -> pl.DataFrame:
    """Mark, per series, the one source that the precedence picks; nothing is dropped.

    A national office ranks as such for the areas it speaks for, and last for any other. Ties go to the source whose
    name comes first.

    Args:
        rows: (rows, stored columns less is_preferred).
        table: the contract; a series is its key less the period.
        sources: the sources of the theme.

    Returns:
        (the same rows, with is_preferred).
    """
    rank = pl.lit(STRANGER_RANK)
    for source in sources:
        speaks = pl.col("source_id") == source.id
        if source.kind == "national_office":
            speaks &= pl.col("ref_area").is_in(source.speaks_for)
        rank = pl.when(speaks).then(pl.lit(KIND_RANK[source.kind])).otherwise(rank)
    rank = pl.when(pl.col("drop_id").is_not_null()).then(pl.lit(DROP_RANK)).otherwise(rank)
    ranked = rows.with_columns(voice=pl.concat_str(rank.cast(pl.String), "source_id", separator=" "))
    best = pl.col("voice").min().over(table.series_key)
    return ranked.with_columns(is_preferred=pl.col("voice") == best).drop("voice")


def theme_asset(table: Table, sources: list[Source]) -> dg.AssetsDefinition:
    """The asset of one theme table."""
    cores = [f"core_{source.id}" for source in sources]

    @dg.asset(
        name=table.id,
        group_name="themes",
        kinds={"polars", "parquet"},
        ins={core: dg.AssetIn() for core in cores},
        description=f"{table.row} All sources of the theme, the preferred series marked.",
    )
    def theme(warehouse: Warehouse, **frames: pl.DataFrame) -> pl.DataFrame:
        rows = pl.concat([frames[core] for core in cores]).sort(*table.dimensions, "source_id")
        known = keep_known(rows, warehouse.known_rows(table))
        return mark_preferred(known, table, sources)

    return theme


theme_assets = [
    theme_asset(table, [source for source in load_contracts().sources.values() if source.theme == table.id])
    for table in load_contracts().tables.values()
]
