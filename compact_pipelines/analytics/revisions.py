"""How figures differ between two vintages, and how far they move with age.

    MR   = mean(later - first)  / mean |later|
    MAR  = mean |later - first| / mean |later|

A figure whose later value was read from the very same answer is no revision of its publisher: another exchange rate was
applied, or a reading was mended. Such figures are counted by themselves and are in none of the shares.

Figures of one source, theme and unit are measured together; units are never mixed. A status (standards_adoption) is
counted and has no shares. A share whose denominator is zero is blank, with the reason.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

import duckdb
import polars as pl

from compact_pipelines.contracts import Table

# Days after a figure was first known at which it is looked at again.
AGES_DAYS: Final = (30, 90, 365)
NUMBER: Final = "obs_value"
STATUS: Final = "STATUS"
# How two figures of one key differ.
REVISED: Final = "revised"
LIVE: Final = "live"
READ_ANEW: Final = "read_anew"
SAME: Final = "same"
NEW: Final = "new"
GONE: Final = "gone"
# Why a share is blank.
NOTHING_COMPARED: Final = "nothing_compared"
ALL_ZERO: Final = "all_zero"
NOT_A_NUMBER: Final = "not_a_number"

PAIRS_SQL: Final = """
SELECT {key}, coalesce(n.source_id, b.source_id) AS source_id, coalesce(n.unit, b.unit) AS unit_measure,
       b.figure AS before, n.figure AS after, b.snapshot_id AS snapshot_before, n.snapshot_id AS snapshot_after,
       CASE WHEN b.source_id IS NULL THEN 'new' WHEN n.source_id IS NULL THEN 'gone'
            WHEN b.figure = n.figure THEN 'same'
            WHEN b.snapshot_id = n.snapshot_id THEN 'read_anew'
            WHEN list_contains($embedded, b.snapshot_id) AND NOT list_contains($embedded, n.snapshot_id) THEN 'live'
            ELSE 'revised' END AS change
FROM now n FULL JOIN before b ON {join} ORDER BY ALL
"""

# What is blank in either column is in none of them.
SHARES: Final = """
avg(later - earlier) / nullif(avg(abs(later)), 0) AS mean_revision_share,
       avg(abs(later - earlier)) / nullif(avg(abs(later)), 0) AS mean_absolute_revision_share,
       avg((sign(later) * sign(earlier) < 0)::INT) AS sign_change_share"""

COUNTS_SQL: Final = """
WITH told AS (
  SELECT *, CASE WHEN change IN ('same', 'revised', 'live') THEN {before} END AS earlier,
         CASE WHEN change IN ('same', 'revised', 'live') THEN {after} END AS later
  FROM pairs
)
SELECT source_id, unit_measure,
       count(*) FILTER (change NOT IN ('new', 'gone')) AS values_compared,
       count(*) FILTER (change IN ('revised', 'live')) AS values_revised,
       count(*) FILTER (change = 'live') AS values_live,
       count(*) FILTER (change = 'read_anew') AS values_read_anew,
       count(*) FILTER (change = 'new') AS values_new, count(*) FILTER (change = 'gone') AS values_gone,
       {shares}
FROM told GROUP BY ALL ORDER BY ALL
"""

AGES_SQL: Final = """
WITH told AS (
  SELECT *, snapshot_id IS DISTINCT FROM lag(snapshot_id) OVER told_before AS is_new
  FROM log WINDOW told_before AS (PARTITION BY {key}, source_id, unit ORDER BY recorded_at, edition_number)
), numbered AS (
  SELECT *, sum(is_new::INT) OVER (
    PARTITION BY {key}, source_id, unit ORDER BY recorded_at, edition_number ROWS UNBOUNDED PRECEDING
  ) AS reading_number FROM told
), reading AS (
  SELECT {key}, source_id, unit, reading_number, arg_max(figure, edition_number)::DOUBLE AS figure,
         min(recorded_at) AS recorded_at, min(edition_number) AS edition_number
  FROM numbered GROUP BY ALL
), known AS (
  SELECT *, first_value(figure) OVER vintages AS earlier, first_value(recorded_at) OVER vintages AS first_at
  FROM reading WINDOW vintages AS (PARTITION BY {key}, source_id, unit ORDER BY recorded_at, edition_number)
), aged AS (
  SELECT {key}, k.source_id, unit, age_days, earlier, arg_max(figure, (recorded_at, edition_number)) AS later
  FROM known k JOIN asked a ON a.source_id = k.source_id, (SELECT unnest($ages) AS age_days)
  WHERE recorded_at <= first_at + to_days(age_days::INT) AND first_at + to_days(age_days::INT) <= a.asked_at
  GROUP BY ALL
)
SELECT source_id, unit AS unit_measure, age_days::BIGINT AS age_days, count(*) AS values_compared,
       count(*) FILTER (earlier <> later) AS values_revised, {shares},
       CASE WHEN avg(abs(later)) = 0 THEN 'all_zero' END AS reason
FROM aged GROUP BY source_id, unit, age_days ORDER BY ALL
"""


def pair_vintages(table: Table, now: pl.DataFrame, before: pl.DataFrame, embedded: Collection[str]) -> pl.DataFrame:
    """Two vintages of a table side by side, figure by figure.

    Args:
        table: the contract.
        now: (rows, at least the table's dimensions, measure, source_id, snapshot_id, and its unit if it has one).
        before: the same, of the earlier vintage.
        embedded: snapshots that came with the program.

    Returns:
        (figures in either, [dimensions, source_id, unit_measure, before, after, snapshot_before, snapshot_after,
        change]); change is one of same, revised, live, read_anew, new, gone. A row without a value is no figure.
    """
    key = [name for name in table.dimensions if name != "unit_measure"]
    join = " AND ".join(f'n."{name}" = b."{name}"' for name in [*key, "source_id", "unit"])
    columns = ", ".join(f'coalesce(n."{name}", b."{name}") AS "{name}"' for name in key)
    with duckdb.connect() as connection:
        connection.register("now", _figures(table, now))
        connection.register("before", _figures(table, before))
        return connection.execute(PAIRS_SQL.format(key=columns, join=join), {"embedded": sorted(embedded)}).pl()


def measure_revisions(table: Table, pairs: pl.DataFrame) -> pl.DataFrame:
    """How many figures of each source and unit differ, and by how much.

    Args:
        table: the contract.
        pairs: from `pair_vintages`.

    Returns:
        (sources and units, [source_id, unit_measure, values_compared, values_revised, values_live, values_read_anew,
        values_new, values_gone, mean_revision_share, mean_absolute_revision_share, sign_change_share, reason]); the
        shares are parts of one, blank with a reason where there is nothing to divide by.
    """
    is_number = table.measure == NUMBER
    before, after = (f"{name}::DOUBLE" if is_number else "NULL::DOUBLE" for name in ("before", "after"))
    with duckdb.connect() as connection:
        connection.register("pairs", pairs)
        found = connection.execute(COUNTS_SQL.format(before=before, after=after, shares=SHARES)).pl()
    is_none = pl.col("values_compared") == pl.col("values_read_anew")
    reason = (
        pl.when(is_none)
        .then(pl.lit(NOTHING_COMPARED))
        .when(pl.col("mean_absolute_revision_share").is_null())
        .then(pl.lit(ALL_ZERO))
    )
    return found.with_columns(reason=reason if is_number else pl.lit(NOT_A_NUMBER))


def rank_differences(pairs: pl.DataFrame) -> pl.DataFrame:
    """The figures that differ, the largest difference of each source first.

    Args:
        pairs: from `pair_vintages`.

    Returns:
        (rows of pairs that are revised, live or read anew, and difference, place, change_count). Differences in
        several units are ranked by their share of the mean size of the source's later figures in that unit; statuses
        have no difference and are ranked by their key.
    """
    if pairs.schema["after"].is_numeric():
        size = pl.col("after").abs().cast(pl.Float64).mean().over("source_id", "unit_measure")
        difference = pl.col("after") - pl.col("before")
        weight = difference.abs().cast(pl.Float64) / pl.when(size > 0).then(size).otherwise(1.0)
    else:
        difference, weight = pl.lit(None, pl.Decimal(28, 6)), pl.lit(0.0)
    weighed = pairs.with_columns(difference=difference, weight=weight)
    told = weighed.filter(pl.col("change").is_in([REVISED, LIVE, READ_ANEW]))
    ranked = told.sort("source_id", "weight", descending=[False, True], maintain_order=True)
    return ranked.drop("weight").with_columns(
        place=pl.int_range(1, pl.len() + 1).over("source_id"), change_count=pl.len().over("source_id").cast(pl.Int64)
    )


def measure_ages(table: Table, log: pl.DataFrame, asked_at: Mapping[str, datetime]) -> pl.DataFrame:
    """How far figures had moved some days after they were first known.

    Of one answer that was read several times in a row, the last reading counts, and one that comes again after another
    is another; a figure that its publisher took away keeps its
    last value. A figure counts at an age if its source was asked again at least so long after it: one that nobody
    looked at again is no figure that stood.

    Args:
        table: a contract whose measure is a number.
        log: (rows ever known, at least the table's dimensions, measure, source_id, snapshot_id, recorded_at,
            edition_number, is_deleted, and its unit).
        asked_at: source to when it was last asked (UTC).

    Returns:
        (sources, units and ages, [source_id, unit_measure, age_days, values_compared, values_revised,
        mean_revision_share, mean_absolute_revision_share, sign_change_share, reason]).
    """
    key = ", ".join(f'"{name}"' for name in table.dimensions if name != "unit_measure")
    asked = pl.DataFrame(
        {"source_id": list(asked_at), "asked_at": list(asked_at.values())},
        schema={"source_id": pl.String, "asked_at": pl.Datetime("us", "UTC")},
    )
    told = log.filter(~pl.col("is_deleted"), pl.col("source_id").is_in(list(asked_at)))
    figures = _figures(table, told, more=("recorded_at", "edition_number"))
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("log", figures)
        connection.register("asked", asked)
        sql = AGES_SQL.format(key=key, shares=SHARES)
        return connection.execute(sql, {"ages": list(AGES_DAYS)}).pl()


def _figures(table: Table, rows: pl.DataFrame, more: Collection[str] = ()) -> pl.DataFrame:
    """Rows that have a value, as [dimensions less the unit, source_id, unit, figure, snapshot_id, more]."""
    unit: Any = pl.col("unit_measure") if "unit_measure" in rows.columns else pl.lit(STATUS)
    key = [name for name in table.dimensions if name != "unit_measure"]
    return rows.filter(pl.col(table.measure).is_not_null()).select(
        *key, "source_id", unit.alias("unit"), pl.col(table.measure).alias("figure"), "snapshot_id", *more
    )
