"""Whether figures make sense beside others: the total their source prints, and what the last edition held.

A contract says what a row may be; these look across rows. What cannot be true is blocking; what is only unlikely, such
as a publisher's great revision, is told and published.
"""

from typing import Final

import duckdb
import polars as pl

from compact_pipelines.contracts import Table
from compact_pipelines.contracts.judges import SHOWN_CASES, Finding

# Parts may pass their printed total by this share: publishers round each line for itself.
ROUNDING_SHARE: Final = 0.005
MAX_SHRINKAGE_SHARE: Final = 0.1
MAX_CHANGE_FACTOR: Final = 2.0
WORLD: Final = "W00"

EXCEEDED_SQL: Final = """
WITH part AS (
  SELECT {series}, time_period, source_id, sum(obs_value) FILTER (kind = 'area')::DOUBLE AS parts,
         min(obs_value) FILTER (kind = 'area') AS least,
         max(obs_value) FILTER (counterpart_area = $world)::DOUBLE AS total
  FROM frame JOIN areas ON areas.area = frame.counterpart_area
  GROUP BY {series}, time_period, source_id
)
SELECT * EXCLUDE (least) FROM part WHERE total > 0 AND least >= 0 AND parts > total * (1 + $rounding) ORDER BY ALL
"""

SHRUNK_SQL: Final = """
WITH now AS (SELECT source_id, count(*) AS held FROM frame GROUP BY 1),
     past AS (SELECT source_id, count(*) AS held FROM before GROUP BY 1)
SELECT past.source_id, past.held AS held_before, coalesce(now.held, 0) AS held_now
FROM past LEFT JOIN now ON now.source_id = past.source_id
WHERE coalesce(now.held, 0) < past.held * (1 - $share) ORDER BY 1
"""

MOVED_SQL: Final = """
WITH compared AS (
  SELECT frame.source_id, abs(frame.obs_value)::DOUBLE AS now, abs(before.obs_value)::DOUBLE AS past
  FROM frame JOIN before ON {join}
  WHERE frame.obs_value <> 0 AND before.obs_value <> 0
)
SELECT source_id, median(now / past) AS factor, count(*) AS figures FROM compared GROUP BY 1
HAVING median(now / past) NOT BETWEEN 1 / $factor AND $factor ORDER BY 1
"""


def find_exceeded_totals(table: Table, frame: pl.DataFrame, areas: pl.DataFrame) -> list[Finding]:
    """Single areas that together pass the world total which the same source prints for the same series and period.

    Where a part is negative, as net purchases may be, parts can rightly pass their total; such series are left out.

    Args:
        table: a contract whose rows have a counterpart and a value that may be added.
        frame: (rows, the contract's stored columns).
        areas: (areas, [area, kind]); groups and special codes are no parts.

    Returns:
        One finding, or none.
    """
    own = ", ".join(name for name in table.series_key if name != "counterpart_area")
    with duckdb.connect() as connection:
        connection.register("frame", frame)
        connection.register("areas", areas)
        sql = EXCEEDED_SQL.format(series=own)
        wrong = connection.execute(sql, {"world": WORLD, "rounding": ROUNDING_SHARE}).pl()
    return _finding(
        wrong,
        "parts_stay_within_the_total",
        f"The areas of a series add up to its printed world total or less, {ROUNDING_SHARE:.1%} allowed for rounding.",
    )


def find_shrunk_sources(frame: pl.DataFrame, before: pl.DataFrame) -> list[Finding]:
    """Sources that hold far fewer rows than in the last edition.

    Args:
        frame: (rows, stored columns) of this edition.
        before: the same of the last one; empty before the first.

    Returns:
        One finding, or none.
    """
    with duckdb.connect() as connection:
        connection.register("frame", frame)
        connection.register("before", before)
        wrong = connection.execute(SHRUNK_SQL, {"share": MAX_SHRINKAGE_SHARE}).pl()
    return _finding(
        wrong, "coverage_did_not_shrink", f"A source keeps at least {1 - MAX_SHRINKAGE_SHARE:.0%} of the rows it had."
    )


def find_moved_magnitudes(table: Table, frame: pl.DataFrame, before: pl.DataFrame) -> list[Finding]:
    """Sources whose figures are, in the middle, another size than the same figures were in the last edition.

    Args:
        table: a contract whose measure is a number.
        frame: (rows, stored columns) of this edition.
        before: the same of the last one; empty before the first.

    Returns:
        One finding, or none.
    """
    join = " AND ".join(f"frame.{name} = before.{name}" for name in [*table.dimensions, "source_id"])
    with duckdb.connect() as connection:
        connection.register("frame", frame)
        connection.register("before", before)
        wrong = connection.execute(MOVED_SQL.format(join=join), {"factor": MAX_CHANGE_FACTOR}).pl()
    return _finding(
        wrong,
        "magnitude_is_near_the_last_edition",
        f"A source's figures are within a factor of {MAX_CHANGE_FACTOR:g} of the same figures before; a unit may have "
        "changed.",
    )


def _finding(wrong: pl.DataFrame, rule: str, says: str) -> list[Finding]:
    if wrong.is_empty():
        return []
    shown = wrong.head(SHOWN_CASES).iter_rows(named=True)
    examples = tuple(" ".join(f"{name}={cell}" for name, cell in row.items() if cell is not None) for row in shown)
    return [Finding("source_id", rule, says, wrong.height, examples)]
