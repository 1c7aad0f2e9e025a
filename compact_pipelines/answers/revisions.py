"""What publishers changed: the figures of an edition beside those of the edition before, and how figures move with age.

Only figures that everybody may see are compared, in either vintage: pulled, free for publication, and withheld from
nobody now. A cell that is withheld now shows no former value either. Partners' drops are told in exchange_revisions.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from compact_pipelines.analytics.revisions import (
    NUMBER,
    measure_ages,
    measure_revisions,
    pair_vintages,
    rank_differences,
)
from compact_pipelines.contracts import Contracts, Table
from compact_pipelines.contracts.judges import POLARS_TYPES
from compact_pipelines.snapshots import Snapshot
from compact_pipelines.warehouse.audiences import IS_VISIBLE, SeeingRule, with_sight
from compact_pipelines.warehouse.layout import PUBLIC
from compact_pipelines.warehouse.vintages import changes, current_view, row_key

FREE: Final = "F"
TOLD: Final = 200  # of each source and theme; the rest is counted
TABLES: Final = ("revisions", "revised_values", "revisions_by_age")
# What places an observation in revised_values by itself; the other dimensions are its series.
PLACED: Final = ("ref_area", "counterpart_area", "time_period", "unit_measure")


@dataclass(frozen=True)
class Vintages:
    """One theme table as it is now and as it was.

    Attributes:
        known: (rows, stored columns less is_preferred) as they truly are now.
        log: (rows ever known, log_schema) as the edition before left it.
        released: the UTC time up to which embargoes have ended.
    """

    known: pl.DataFrame
    log: pl.DataFrame
    released: dt.datetime


def revision_tables(
    contracts: Contracts,
    vintages: Mapping[str, Vintages],
    rule: SeeingRule,
    snapshots: Sequence[Snapshot],
    previous: int | None,
) -> dict[str, pl.DataFrame]:
    """The tables about revisions, in the columns of schemas/published/.

    Args:
        contracts: schemas/.
        vintages: theme table to its vintages.
        rule: who sees what.
        snapshots: every reading ever taken.
        previous: the edition before; None for the first edition, which has nothing to be compared with.

    Returns:
        revisions, revised_values and revisions_by_age.
    """
    rows: dict[str, list[pl.DataFrame]] = {name: [] for name in TABLES}
    embedded = [snapshot.snapshot_id for snapshot in snapshots if snapshot.is_embedded]
    asked_at = _asked_again(snapshots)
    for theme, its in vintages.items() if previous is not None else ():
        table = contracts.tables[theme]
        hidden = _hidden(its, table, rule)
        now = _free(its.known, table, rule, its.released)
        before = _free(current_view(its.log, table), table, rule, its.released)
        pairs = pair_vintages(table, now, before.join(hidden, on=row_key(table), how="anti"), embedded)
        ranked = rank_differences(pairs)
        numbers = {"edition_number": (previous or 0) + 1, "previous_edition": previous, "theme": theme}
        measured = measure_revisions(table, pairs).with_columns(
            pl.lit(value).alias(name) for name, value in numbers.items()
        )
        rows["revisions"].append(measured.join(_largest(ranked, table), on=["source_id", "unit_measure"], how="left"))
        rows["revised_values"].append(_told(ranked, table))
        if table.measure == NUMBER:
            rows["revisions_by_age"].append(_aged(its, table, rule, hidden, asked_at))
    return {name: _typed(contracts, name, frames) for name, frames in rows.items()}


def in_words(table: Table, observation: Mapping[str, Any]) -> str:
    """An observation by its dimensions in words: Annual, Canada, United States, Exports, All goods, 2024."""
    names = []
    for name in table.dimensions:
        column = table.column(name)
        code = str(observation[name])
        names.append(column.codelist.name(code) if column.codelist else code)
    return ", ".join(names)


def _asked_again(snapshots: Iterable[Snapshot]) -> dict[str, dt.datetime]:
    """When each source that has been asked live was last asked, as the ledger knows it."""
    asked: dict[str, dt.datetime] = {}
    for snapshot in snapshots:
        if not snapshot.is_embedded:
            asked[snapshot.source_id] = max(snapshot.retrieved_at, asked.get(snapshot.source_id, snapshot.retrieved_at))
    return asked


def _free(rows: pl.DataFrame, table: Table, rule: SeeingRule, at: dt.datetime) -> pl.DataFrame:
    """The pulled rows that everybody may see."""
    pulled = rows.filter(pl.col("drop_id").is_null(), pl.col("conf_status") == FREE)
    return with_sight(pulled, table, PUBLIC, rule, at).filter(pl.col(IS_VISIBLE))


def _hidden(its: Vintages, table: Table, rule: SeeingRule) -> pl.DataFrame:
    """(keys of the rows that are not free for everybody now, row_key)."""
    seen = with_sight(its.known, table, PUBLIC, rule, its.released)
    return seen.filter(~pl.col(IS_VISIBLE) | (pl.col("conf_status") != FREE)).select(row_key(table))


def _aged(
    its: Vintages, table: Table, rule: SeeingRule, hidden: pl.DataFrame, asked_at: Mapping[str, dt.datetime]
) -> pl.DataFrame:
    is_asked = pl.col("source_id").is_in(list(asked_at))
    log, known = its.log.filter(is_asked), its.known.filter(is_asked)
    number = int(log["edition_number"].max() or 0) + 1  # type: ignore[arg-type]
    whole = pl.concat([log, changes(known, current_view(log, table), table, number)])
    return measure_ages(
        table, _free(whole, table, rule, its.released).join(hidden, on=row_key(table), how="anti"), asked_at
    )


def _largest(ranked: pl.DataFrame, table: Table) -> pl.DataFrame:
    """([source_id, unit_measure, largest_key]): what each publisher changed most, in words."""
    theirs = ranked.filter(pl.col("change") != "read_anew").sort("place")
    first = theirs.unique(["source_id", "unit_measure"], keep="first", maintain_order=True)
    words = [in_words(table, row) for row in first.iter_rows(named=True)]
    return first.select("source_id", "unit_measure").with_columns(largest_key=pl.Series(words, dtype=pl.String))


def _told(ranked: pl.DataFrame, table: Table) -> pl.DataFrame:
    series = [name for name in table.dimensions if name not in PLACED]
    before, after = (
        ("value_before", "value_after") if table.measure == NUMBER else ("adoption_before", "adoption_after")
    )
    return (
        ranked.filter(pl.col("place") <= TOLD)
        .with_columns(theme=pl.lit(table.id), series=pl.concat_str(series, separator=" "))
        .rename({"before": before, "after": after})
    )


def _typed(contracts: Contracts, table: str, frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    schema = {name: POLARS_TYPES[column.type] for name, column in contracts.published[table].columns.items()}
    full = [
        frame.select(
            (pl.col(name) if name in frame.columns else pl.lit(None)).cast(kind).alias(name)
            for name, kind in schema.items()
        )
        for frame in frames
    ]
    return pl.concat([pl.DataFrame(schema=schema), *full]).sort(contracts.published[table].key)
