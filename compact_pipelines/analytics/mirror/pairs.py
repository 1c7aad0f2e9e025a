"""The two reports of one flow beside each other, brought to one valuation, and which of them can teach reliability."""

from typing import Any, Final

import duckdb

from compact_pipelines.analytics.mirror.reports import Shape
from compact_pipelines.analytics.mirror.voices import FLAGS, HOLDS_FREIGHT, IS_COPY, OWN_DEFINITION
from compact_pipelines.contracts.priors import Reliability, UnitSlip

# Whether a ratio of two reports, given as its log10, is a slip of the unit. From the least of the great powers on no
# two honest reports are so far apart, whatever the ratio; ten and a hundred need to be near, and evidence beside.
SLIP: Final = """
    abs({lg}) >= $sure - $tolerance
    OR list_contains($series_powers, CAST(abs(round({lg})) AS INTEGER)) AND abs({lg} - round({lg})) <= $series_tolerance
"""
# Reporters more than half of whose pairs are off by one power of ten: a habit of the unit, in all that they say.
_HABITS_SQL: Final = """
CREATE OR REPLACE TEMP TABLE habit AS
WITH logged AS (
  SELECT from_area, to_area, series, CASE WHEN x > 0 AND m > 0 THEN log10(x / m) END AS lg FROM ({valued})
  WHERE x > 0 AND m > 0 AND NOT is_copy
), ratio AS (
  -- Only what is near a power: re-exports through a port are far off too, but by any factor.
  SELECT from_area, to_area, series, CASE WHEN abs(lg - round(lg)) <= $tolerance THEN round(lg) ELSE 0 END AS power
  FROM logged
), told AS (
  SELECT 'from' AS role, from_area AS area, series, power FROM ratio
  UNION ALL SELECT 'to', to_area, series, power FROM ratio
), counted AS (
  SELECT role, area, series, power, count(*) AS pairs,
         sum(count(*)) OVER (PARTITION BY role, area, series) AS all_pairs
  FROM told GROUP BY role, area, series, power
)
SELECT role, area, series, power FROM counted WHERE power <> 0 AND all_pairs >= $least AND 2 * pairs > all_pairs
"""


def slip_parameters(slip: UnitSlip) -> dict[str, Any]:
    """What `SLIP` takes."""
    return {
        "sure": min(slip.powers),
        "tolerance": slip.tolerance_log10,
        "series_powers": slip.series_powers,
        "series_tolerance": slip.series_tolerance_log10,
    }


def find_habits(connection: duckdb.DuckDBPyConnection, shape: Shape, terms: str, reliability: Reliability) -> None:
    """Make the table `habit` (role, area, series, power) of one theme."""
    limits = {"least": reliability.min_partners, "tolerance": reliability.unit_slip.tolerance_log10}
    connection.execute(_HABITS_SQL.format(valued=valued(shape, terms)), limits)


# Whether a row v stands in the habit of either reporter; a reporter has one habit at most in a series.
HABITS: Final = """
    LEFT JOIN habit hf ON hf.role = 'from' AND hf.series = v.series AND hf.area = v.from_area
    LEFT JOIN habit ht ON ht.role = 'to' AND ht.series = v.series AND ht.area = v.to_area
"""


def has_habit(lg: str) -> str:
    """Whether the ratio of a row, given as its log10, is a habit; needs `HABITS` joined to it."""
    return f"(coalesce(hf.power = round({lg}), false) OR coalesce(ht.power = round({lg}), false))"


def pair(connection: duckdb.DuckDBPyConnection, shape: Shape, *, is_kept: bool) -> None:
    """Make `pair_<theme>`: one row a flow and period that at least one side reports.

    Args:
        connection: has `side_from` and `side_to` of this theme (`voices.choose_voices`).
        shape: the theme.
        is_kept: as a table, for results that are read several times; else as a view, which is joined when it is read.

    Returns:
        Nothing; columns from_area, to_area, subject, time_period, series, sent, received, voice_from, voice_to and
        is_other_basis (both sides report, but not the same thing: the report of departure is then left out).
    """
    apart = "false"
    if shape.same_basis:
        column = "(SELECT {name} FROM voice_kind k WHERE k.voice = {side}.voice // {flags})"
        sent, received = (column.format(name="basis", side=side, flags=FLAGS) for side in ("x", "m"))
        book, market = (column.format(name="valuation", side=side, flags=FLAGS) for side in ("x", "m"))
        apart = (
            f"x.value IS NOT NULL AND m.value IS NOT NULL AND ({sent} IS DISTINCT FROM {received} "
            f"OR coalesce({book} <> {market}, false))"
        )
    statement = f"""
        CREATE OR REPLACE TEMP {"TABLE" if is_kept else "VIEW"} pair_{shape.theme} AS
        SELECT * REPLACE (CASE WHEN NOT is_other_basis THEN sent END AS sent) FROM (
          SELECT coalesce(x.from_area, m.from_area) AS from_area, coalesce(x.to_area, m.to_area) AS to_area,
                 coalesce(x.subject, m.subject) AS subject, coalesce(x.time_period, m.time_period) AS time_period,
                 coalesce(x.series, m.series) AS series, x.value AS sent, m.value AS received,
                 x.voice AS voice_from, m.voice AS voice_to, {apart} AS is_other_basis
          FROM side_from x FULL OUTER JOIN side_to m
            ON x.from_area = m.from_area AND x.to_area = m.to_area AND x.subject = m.subject
           AND x.time_period = m.time_period AND x.series = m.series
        ) WHERE (sent IS NOT NULL OR received IS NOT NULL) AND from_area IS NOT NULL AND to_area IS NOT NULL
    """  # noqa: S608  (our names)
    connection.execute(statement)


def valued(shape: Shape, terms: str, kin: str | None = None) -> str:
    """A SELECT of the pairs of one theme with both reports at one valuation.

    Args:
        shape: the theme.
        terms: name of a relation of what holds for a pair of single areas: from_area, to_area, cif_fob_ratio, since
            (from when both reports are of one collection) and others, kin among them if one is given. Pairs that are
            not in it are left out, groups and special codes among them.
        kin: the kin of a row v, see `error_sizes.kin_of`.

    Returns:
        The columns of `pair`, those of the terms, x, m (DOUBLE, m with its freight off), took_freight, is_copy,
        is_one_collection and has_own_definition.
    """
    same_kin = "" if kin is None else f"w.kin = {kin} AND "
    return f"""
        SELECT v.*, w.* EXCLUDE (from_area, to_area), CAST(sent AS DOUBLE) AS x,
               CASE WHEN voice_to & {HOLDS_FREIGHT} > 0 THEN CAST(received AS DOUBLE) / coalesce(w.cif_fob_ratio, 1)
                    ELSE CAST(received AS DOUBLE) END AS m,
               coalesce(voice_to & {HOLDS_FREIGHT} > 0 AND received IS NOT NULL, false) AS took_freight,
               (coalesce(voice_from, 0) | coalesce(voice_to, 0)) & {IS_COPY} > 0 AS is_copy,
               CASE WHEN w.since IS NULL THEN false
                    ELSE CAST(v.time_period AS VARCHAR) >= left(w.since, length(CAST(v.time_period AS VARCHAR))) END
                 AS is_one_collection,
               (coalesce(voice_from, 0) | coalesce(voice_to, 0)) & {OWN_DEFINITION} > 0 AS has_own_definition
        FROM pair_{shape.theme} v
        JOIN {terms} w ON {same_kin}w.from_area = v.from_area AND w.to_area = v.to_area
    """  # noqa: S608  (our names)


def usable(shape: Shape, terms: str) -> str:
    """A SELECT of the yearly pairs that say something of reliability: two independent reports above zero.

    Left out are copies, pairs of one collection, other definitions, and ratios so near a power of ten that a slip of
    the unit is likelier than a difference.

    Returns:
        Columns from_area, to_area, subject, time_period, sent, received (DOUBLE, at one valuation) and took_freight.
        Takes the parameters of `SLIP`.
    """
    # A filter's conditions come in no order, and the logarithm of a negative stops everything.
    lg = "(CASE WHEN x > 0 AND m > 0 THEN log10(x / m) END)"
    return f"""
        SELECT CAST(from_area AS VARCHAR) AS from_area, CAST(to_area AS VARCHAR) AS to_area,
               CAST(subject AS VARCHAR) AS subject, CAST(time_period AS VARCHAR) AS time_period,
               x AS sent, m AS received, took_freight
        FROM ({valued(shape, terms)}) v {HABITS}
        WHERE v.series IN (SELECT series FROM series_kind WHERE freq = 'A') AND x > 0 AND m > 0
          AND NOT is_copy AND NOT is_one_collection AND NOT has_own_definition AND NOT ({SLIP.format(lg=lg)})
          AND NOT {has_habit(lg)}
    """  # noqa: S608  (our names)
