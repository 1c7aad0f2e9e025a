"""What drops change: a partner's own series, and published figures, as one audience may see it.

What a partner said and what it says are kept for ever; what others may read of it is not. A value is shown to others
only if all of this holds: the status it was sent with lets them see it, the observation as it stands now does too, and
its drop has not been withdrawn. So a value that has become confidential leaves every table of the next edition, old
ones of the same cell included.
"""

import datetime as dt
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb
import polars as pl

from compact_pipelines.contracts.judges import POLARS_TYPES
from compact_pipelines.contracts.model import Table
from compact_pipelines.exchange.ledger import ACCEPTED, HELD, Ledger
from compact_pipelines.exchange.vintages import open_vintages, source_of
from compact_pipelines.warehouse.audiences import IS_VISIBLE, NEGOTIATOR, SeeingRule, with_sight

TOLD: Final = 200  # of each drop; the rest is counted
FREE: Final = "F"
NUMBER: Final = "obs_value"
REVISED_SQL: Final = """
SELECT * EXCLUDE (is_deleted, was_deleted), is_deleted, ordinal FROM (
  SELECT *, lag("{measure}") {before} AS said_before, lag(is_deleted) {before} AS was_deleted,
         lag(conf_status) {before} AS conf_before, lag(embargo_time) {before} AS embargo_before,
         lag(drop_id) {before} AS drop_before
  FROM kept
) WHERE was_deleted = false AND list_contains($ordinals, ordinal)
"""


@dataclass(frozen=True)
class Reader:
    """Who reads.

    Attributes:
        audience: public, negotiator, or a partner.
        rule: who sees which row.
        at: up to which time embargoes have ended.
    """

    audience: str
    rule: SeeingRule
    at: dt.datetime

    def owns(self, partner: str) -> bool:
        """Whether it is the reader's own."""
        return self.audience == partner

    def sees_drop(self, partner: str, status: str) -> bool:
        """Whether the reader may know that there is such a drop."""
        return self.owns(partner) or self.audience == NEGOTIATOR or status in {*ACCEPTED, HELD}

    def sees_preview(self, partner: str) -> bool:
        """Whether the reader sees what a held drop would move."""
        return self.owns(partner) or self.audience == NEGOTIATOR


def find_revisions(
    data_root: Path, table: Table, drops: Mapping[str, Mapping[str, Any]], reader: Reader
) -> pl.DataFrame:
    """What accepted drops changed in their partners' own series.

    Args:
        data_root: where everything is kept.
        table: the contract.
        drops: drop_id to the ledger's row, of those that were taken in.
        reader: who reads.

    Returns:
        (the largest changes of each drop, [drop_id, row_key, change, before, after, unit_measure, change_count]).
    """
    measure = POLARS_TYPES[table.column(table.measure).concept.type]
    schema: dict[str, Any] = {
        "drop_id": pl.String, "row_key": pl.String, "change": pl.String, "before": measure, "after": measure,
        "unit_measure": pl.String, "change_count": pl.Int64,
    }  # fmt: skip
    parts = Ledger(data_root).rows("SELECT ordinal FROM parts WHERE dataflow = ? AND kind = 'drop'", table.id)
    if not parts:
        return pl.DataFrame(schema=schema)
    key = ", ".join(f'"{name}"' for name in table.dimensions)
    before = f"OVER (PARTITION BY partner, {key} ORDER BY ordinal)"
    with tempfile.TemporaryDirectory() as workdir, open_vintages(data_root, table, None, Path(workdir)) as connection:
        rows = connection.execute(
            REVISED_SQL.format(measure=table.measure, before=before),
            {"ordinals": [part["ordinal"] for part in parts]},
        ).pl()
        current = _current(connection, table, rows)
        frank = ~pl.col("partner").is_in(_secretive(connection, table, reader))
    own = rows.filter(pl.col("partner") == reader.audience)
    others = rows.filter(pl.col("partner") != reader.audience).with_columns(is_frank=frank)
    withdrawn = [drop_id for drop_id, drop in drops.items() if drop["withdrawn_at"]]
    shown = pl.concat([own, _as_seen(others, current, table, reader, withdrawn)], how="vertical_relaxed")
    size = (pl.col("after") - pl.col("before")).abs() if table.measure == NUMBER else pl.lit(0)
    return (
        shown.with_columns(
            before=pl.col("said_before"),
            after=pl.when("is_deleted").then(None).otherwise(pl.col(table.measure)),
            change=pl.when("is_deleted").then(pl.lit("deleted")).otherwise(pl.lit("revised")),
            row_key=pl.concat_str(table.dimensions, separator=" "),
            unit_measure=_column(rows, "unit_measure"),
            change_count=pl.len().over("drop_id"),
        )
        .with_columns(size=size)
        .sort("drop_id", "size", "row_key", descending=[False, True, False], nulls_last=True)
        .filter(pl.int_range(pl.len()).over("drop_id") < TOLD)
        .select(pl.col(name).cast(kind) for name, kind in schema.items())
    )


def _as_seen(
    rows: pl.DataFrame, current: pl.DataFrame, table: Table, reader: Reader, withdrawn: Sequence[str]
) -> pl.DataFrame:
    """The revisions of others that the reader sees: both values, or the later one alone, or nothing.

    A deletion says nothing but its key, so it stands or falls with the value that it took away.
    """
    named = [*table.dimensions, "partner"]
    hidden = _sight(current, table, reader).filter(~pl.col(IS_VISIBLE)).select(named)
    open_rows = rows.join(hidden, on=named, how="anti").filter(~pl.col("drop_id").is_in(withdrawn))
    earlier = open_rows.with_columns(
        pl.col("said_before").alias(table.measure),
        pl.col("conf_before").alias("conf_status"),
        pl.col("embargo_before").alias("embargo_time"),
    )
    sees_before = _sight(earlier, table, reader)[IS_VISIBLE] & ~open_rows["drop_before"].is_in(withdrawn)
    sees_after = _sight(open_rows, table, reader)[IS_VISIBLE] | open_rows["is_deleted"]
    told = open_rows.with_columns(sees_before=sees_before, sees_after=sees_after)
    # A former value beside others' can give a withheld one away, as a former total less the parts. So where a partner
    # withholds anything in the table, nobody else reads its former values, nor what it took away.
    return (
        told.filter(pl.col("sees_after") & (~pl.col("is_deleted") | (pl.col("sees_before") & pl.col("is_frank"))))
        .with_columns(said_before=pl.when(pl.col("sees_before") & pl.col("is_frank")).then("said_before"))
        .drop("sees_before", "sees_after", "is_frank")
    )


def _secretive(connection: duckdb.DuckDBPyConnection, table: Table, reader: Reader) -> list[str]:
    """Partners of whose rows in a table the reader may not see all."""
    disclosure = reader.rule.disclosure
    is_doubtful = "conf_status <> $free"
    if any(cell.table == table.id for cell in disclosure.withheld):
        is_doubtful = "$free = $free"
    elif "unit_measure" in {column.id for column in table.in_drop} and table.measure == NUMBER:
        is_doubtful += f" OR abs(obs_value) < {int(disclosure.small_count)}"
    doubtful = connection.execute(f"SELECT * FROM current_rows WHERE {is_doubtful}", {"free": FREE}).pl()  # noqa: S608
    return _sight(doubtful, table, reader).filter(~pl.col(IS_VISIBLE))["partner"].unique().to_list()


def find_effects(data_root: Path, table: Table, drops: Sequence[Mapping[str, Any]], reader: Reader) -> pl.DataFrame:
    """What drops move, or would move, in published figures.

    Args:
        data_root: where everything is kept.
        table: the contract, whose measure is a number.
        drops: the ledger's rows of those that are taken in or held.
        reader: who reads.

    Returns:
        (the largest moves of each drop, the columns of exchange/effects/<number>.effects.parquet, number, drop_id,
        partner, is_published), the largest first.
    """
    folder = Ledger(data_root).folder / "effects"
    frames = []
    for drop in drops:
        path = folder / f"{drop['number']}.effects.parquet"
        is_told = reader.sees_preview(drop["partner"]) or drop["status"] in ACCEPTED
        if path.exists() and is_told and (reader.owns(drop["partner"]) or not drop["withdrawn_at"]):
            frames.append(
                pl.read_parquet(path).with_columns(
                    number=pl.lit(drop["number"], pl.Int64), drop_id=pl.lit(drop["drop_id"]),
                    partner=pl.lit(drop["partner"]), is_taken_in=pl.lit(drop["status"] in ACCEPTED),
                )
            )  # fmt: skip
    if not frames:
        return pl.DataFrame()
    others = [name for name in table.dimensions if name not in {"ref_area", "counterpart_area", "time_period"}]
    moved = pl.concat(frames, how="vertical_relaxed")
    parts = pl.col("series").str.splitn(" ", len(others)).struct.rename_fields(others)
    keyed = moved.with_columns(parts.alias("others")).unnest("others") if others else moved
    with tempfile.TemporaryDirectory() as workdir, open_vintages(data_root, table, None, Path(workdir)) as connection:
        current = _current(connection, table, keyed)
    told = _published(keyed, current, table)
    own = told.filter(pl.col("partner") == reader.audience)
    foreign = _effects_as_seen(told.filter(pl.col("partner") != reader.audience), current, table, reader)
    size = (pl.col("value_after").fill_null(0) - pl.col("value_before").fill_null(0)).abs()
    shown = pl.concat([own, foreign], how="vertical_relaxed")
    return shown.with_columns(size=size).sort(
        "number", "size", "ref_area", "counterpart_area", "series", "time_period",
        descending=[False, True, False, False, False, False],
    )  # fmt: skip


def _published(moved: pl.DataFrame, current: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Say whether what a drop says stands now: its row is the partner's, or the row it took away is still away."""
    named = [*table.dimensions, "partner"]
    now = current.select(*named, pl.col("drop_id").alias("drop_now"))
    joined = moved.join(now, on=named, how="left", maintain_order="left")
    is_away = pl.col("value_after").is_null() & pl.col("drop_now").is_null()
    stands = (pl.col("drop_now") == pl.col("drop_id")).fill_null(value=False) | is_away
    return joined.with_columns(is_published=pl.col("is_taken_in") & stands).drop("drop_now")


def _effects_as_seen(moved: pl.DataFrame, current: pl.DataFrame, table: Table, reader: Reader) -> pl.DataFrame:
    """The effects of others' drops that the reader sees."""
    sender = [*table.dimensions, "partner"]
    hidden = _sight(current, table, reader).filter(~pl.col(IS_VISIBLE))
    as_rows = moved.with_columns(
        pl.col("value_after").alias(NUMBER),
        conf_status=pl.lit(FREE),
        embargo_time=pl.lit(None, pl.Datetime("us", "UTC")),
        unit_measure=_column(moved, "unit_measure"),  # where it is no dimension, no figure counts persons
    )
    seen = moved.filter(_sight(as_rows, table, reader)[IS_VISIBLE]).join(
        hidden.select(sender), on=sender, how="anti", maintain_order="left"
    )
    # The figure before may be another partner's, who says it no more, or no more to everybody.
    speakers = current.with_columns(source_before=_source()).select(*table.dimensions, "source_before")
    shut = hidden.with_columns(source_before=_source()).select(*table.dimensions, "source_before")
    said = [*table.dimensions, "source_before"]
    is_drop = pl.col("source_before").str.starts_with(source_of(""))
    stands = seen.join(speakers.with_columns(is_there=True), on=said, how="left", maintain_order="left")
    stands = stands.join(shut.with_columns(is_shut=True), on=said, how="left", maintain_order="left")
    is_open = ~is_drop | (pl.col("is_there").fill_null(value=False) & pl.col("is_shut").is_null())
    return stands.with_columns(value_before=pl.when(is_open).then("value_before")).drop("is_there", "is_shut")


def _current(connection: duckdb.DuckDBPyConnection, table: Table, keys: pl.DataFrame) -> pl.DataFrame:
    """What partners say now of some keys, whoever says it."""
    connection.register("keys", keys.select(table.dimensions).unique().to_arrow())
    on = " AND ".join(f'c."{name}" = k."{name}"' for name in table.dimensions)
    return connection.execute(f"SELECT c.* FROM current_rows c SEMI JOIN keys k ON {on}").pl()  # noqa: S608  (our names)


def _sight(rows: pl.DataFrame, table: Table, reader: Reader) -> pl.DataFrame:
    """Rows of partners with what the reader sees of each, in their order."""
    return with_sight(rows.with_columns(source_id=_source()), table, reader.audience, reader.rule, reader.at)


def _source() -> pl.Expr:
    return pl.lit(source_of("")) + pl.col("partner")


def _column(rows: pl.DataFrame, name: str) -> pl.Expr:
    return pl.col(name) if name in rows.columns else pl.lit(None, pl.String)
