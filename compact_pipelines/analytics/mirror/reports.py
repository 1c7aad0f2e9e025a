"""What each side says: the theme tables as reports of one shape, with the sums and periods that follow from them.

Statements are built per theme and side, so that an engine reads only the rows of that side. All of it is SQL over
relations named like the theme tables: frames, Parquet files or tables, whatever the connection knows by that name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import duckdb

SIDES: Final = ("from", "to")
# What repeats from report to report: who speaks, and all that tells one kind of report from another.
KIND: Final = (
    "reporter, stock_flow, freq, unit_measure, obs_status, valuation, basis, source_id, imputed_mirror, months"
)
YEAR: Final = 12
QUARTER: Final = 3


@dataclass(frozen=True)
class Shape:
    """How one theme table tells a flow.

    Attributes:
        theme: the table.
        side_column: the column that says on which side of the flow the reporting area stands.
        codes: its codes for the side of departure and of arrival.
        subject: the column of what flows.
        stock_flow: the column of S or F, or the literal that all rows share.
        valuation: the column of the valuation, or NULL.
        only: a further condition on rows.
        same_basis: whether two reports are of the same thing only if their basis is the same. Goods differ in basis
            by custom (origin against last shipment), which is part of their gap; two populations are two things.
    """

    theme: str
    side_column: str
    codes: tuple[str, str]
    subject: str
    stock_flow: str
    valuation: str
    only: str
    same_basis: bool


# The reporting area speaks as the side it stands on: an exporter or an outward investor speaks for the departure, an
# importer, an inward count or a host for the arrival.
SHAPES: Final = {
    shape.theme: shape
    for shape in (
        Shape("compute_exports", "flow", ("X", "M"), "product", "'F'", "valuation", "true", same_basis=False),
        Shape(
            "capital_flows", "direction", ("OUT", "IN"), "instrument", "stock_flow", "valuation", "true",
            same_basis=True,
        ),
        Shape(
            "talent_movement", "direction", ("OUT", "IN"), "category", "stock_flow", "NULL::VARCHAR",
            "reporting_year_start IS NULL", same_basis=True,
        ),
    )
}  # fmt: skip


# A sum is of one thing: parts of two valuations or two bases make none. A blank part has no say.
_ONE_KIND: Final = """
    count(DISTINCT coalesce(valuation, '')) FILTER (obs_value IS NOT NULL) <= 1
    AND count(DISTINCT coalesce(basis, '')) FILTER (obs_value IS NOT NULL) <= 1
"""
# A sum is no better than its worst part: a copy, another definition, a break.
_GRAVEST: Final = """
    CASE WHEN bool_or(obs_status = 'I') THEN 'I' WHEN bool_or(obs_status = 'D') THEN 'D'
         WHEN bool_or(obs_status = 'B') THEN 'B' ELSE max(obs_status) END
"""


def tell(connection: duckdb.DuckDBPyConnection, shape: Shape, sums: Mapping[str, Sequence[str]]) -> None:
    """Make the views `spoken_from` and `spoken_to` of one theme: what stands, and what follows from it.

    A year of monthly flows is the sum of twelve months, all with a value; a year-end stock is December's. Quarters are
    made of months only if somebody speaks in quarters. A heading is the sum of its subheadings where a reporter gives
    all of them. What is derived is a table, as it is used more than once; what stands as it is stays in its place, so
    a file larger than memory is streamed.

    Args:
        connection: knows the theme table by its name.
        shape: the theme.
        sums: heading to all of its subheadings.

    Returns:
        Nothing; the views have the columns reporter, from_area, to_area, subject, stock_flow, freq, time_period,
        unit_measure, obs_value, obs_status, valuation, basis, source_id, imputed_mirror and months: of what is derived,
        those that the value stands for or that are held where it is blank; blank for what stands as it is. The tables
        `kind_from` and `kind_to` hold what repeats, `KIND`, once.
    """
    freqs = _kinds_said(connection, shape)
    has_quarters = "Q" in freqs["from"] | freqs["to"]
    headings = _headings_held(connection, shape, sums)
    for side in SIDES:
        said = _said_by(shape, side)
        connection.execute(f"CREATE OR REPLACE TEMP TABLE derived_{side} AS SELECT * FROM ({said}) WHERE false")  # noqa: S608
        if headings:
            statement = f"INSERT INTO derived_{side} {_heading_sums(f'({said})')}"
            parts = [list(sums[name]) for name in headings]
            connection.execute(statement, {"headings": list(headings), "parts": parts})
            said = f"{said} UNION ALL SELECT * FROM derived_{side}"  # noqa: S608
        lower = []
        if "M" in freqs[side]:
            lower.append(_lower_frequency(said, "M", "A"))
            if has_quarters:
                lower.append(_lower_frequency(said, "M", "Q"))
        if "Q" in freqs[side]:
            lower.append(_lower_frequency(said, "Q", "A"))
        if lower:
            connection.execute(f"INSERT INTO derived_{side} {' UNION ALL '.join(lower)}")
        body = _said_by(shape, side)
        if headings or lower:
            body = f"{body} UNION ALL SELECT * FROM derived_{side}"  # noqa: S608
            connection.execute(f"INSERT INTO kind_{side} SELECT DISTINCT {KIND} FROM derived_{side}")  # noqa: S608
        connection.execute(f"CREATE OR REPLACE TEMP VIEW spoken_{side} AS {body}")


def _kinds_said(connection: duckdb.DuckDBPyConnection, shape: Shape) -> dict[str, set[str]]:
    """Make `kind_from` and `kind_to` in one reading, and give the frequencies of each side."""
    sender, receiver = shape.codes
    stock_flow = [shape.stock_flow] if shape.stock_flow.isidentifier() else []
    valuation = [shape.valuation] if shape.valuation.isidentifier() else []
    named = ["freq", "unit_measure", "obs_status", "basis", "source_id", "imputed_mirror", *stock_flow, *valuation]
    # As they stand first, since columns that repeat are told apart without being unpacked; expressions are not.
    plain = f"SELECT DISTINCT ref_area, {shape.side_column}, {', '.join(named)} FROM {shape.theme}"  # noqa: S608
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE kind_said AS SELECT DISTINCT {shape.side_column} AS code, {_told(shape)} "  # noqa: S608
        f"FROM ({plain} WHERE {shape.only}) WHERE {shape.side_column} IN ('{sender}', '{receiver}')"
    )
    freqs = {}
    for side, code in zip(SIDES, shape.codes, strict=True):
        kinds = f"SELECT DISTINCT {KIND} FROM kind_said WHERE code = '{code}'"  # noqa: S608  (our names)
        connection.execute(f"CREATE OR REPLACE TEMP TABLE kind_{side} AS {kinds}")
        found = connection.execute(f"SELECT DISTINCT freq FROM kind_{side}").fetchall()  # noqa: S608  (our names)
        freqs[side] = {freq for (freq,) in found}
    return freqs


def _told(shape: Shape) -> str:
    """The columns of `KIND` as the theme table has them."""
    return (
        f"ref_area AS reporter, {shape.stock_flow} AS stock_flow, freq, unit_measure, obs_status, "
        f"{shape.valuation} AS valuation, basis, source_id, coalesce(imputed_mirror, false) AS imputed_mirror, "
        "NULL::BIGINT AS months"
    )


def _said_by(shape: Shape, side: str) -> str:
    """One side's reports as they stand."""
    code = shape.codes[SIDES.index(side)]
    here, there = ("ref_area", "counterpart_area") if side == "from" else ("counterpart_area", "ref_area")
    return f"""
        SELECT reporter, from_area, to_area, subject, stock_flow, freq, time_period, unit_measure, obs_value,
               obs_status, valuation, basis, source_id, imputed_mirror, months
        FROM (
          SELECT {here} AS from_area, {there} AS to_area, {shape.subject} AS subject, time_period, obs_value,
                 {_told(shape)}
          FROM {shape.theme}
          WHERE {shape.side_column} = '{code}' AND {shape.only}
        )
    """  # noqa: S608  (our names)


def _headings_held(
    connection: duckdb.DuckDBPyConnection, shape: Shape, sums: Mapping[str, Sequence[str]]
) -> dict[str, Sequence[str]]:
    """The headings of which at least one subheading is reported by anybody."""
    if not sums or shape.subject != "product":
        return {}
    statement = f"SELECT DISTINCT {shape.subject} FROM {shape.theme}"  # noqa: S608  (our names)
    held = {row[0] for row in connection.execute(statement).fetchall()}
    return {heading: parts for heading, parts in sums.items() if held & set(parts)}


def _heading_sums(said: str) -> str:
    """Headings, from reporters that give every subheading of one; a blank subheading leaves it out."""
    return f"""
        WITH part AS (
          SELECT heading, subject, count(*) OVER (PARTITION BY heading) AS expected
          FROM (SELECT heading, unnest(subjects) AS subject
                FROM (SELECT unnest($headings) AS heading, unnest($parts) AS subjects))
        )
        SELECT reporter, from_area, to_area, heading, stock_flow, freq, time_period, unit_measure, sum(obs_value),
               {_GRAVEST}, max(valuation), max(basis), source_id, bool_or(imputed_mirror),
               CASE freq WHEN 'A' THEN {YEAR} WHEN 'Q' THEN {QUARTER} ELSE 1 END
        FROM {said} JOIN part USING (subject)
        GROUP BY reporter, from_area, to_area, heading, stock_flow, freq, time_period, unit_measure, source_id
        HAVING count(obs_value) = any_value(expected) AND {_ONE_KIND}
    """  # noqa: S608  (our names)


def _lower_frequency(said: str, of: str, freq: str) -> str:
    """Years or quarters made of months or quarters: of a flow where all are held, of a stock the last one."""
    expected = YEAR if freq == "A" else QUARTER
    if freq == "A":
        period, is_last = "left(time_period, 4)", "right(time_period, 2) IN ('12', 'Q4')"
    else:
        month = "CAST(right(time_period, 2) AS INTEGER)"
        period = f"left(time_period, 4) || '-Q' || CAST(({month} + 2) // 3 AS VARCHAR)"
        is_last = f"{month} % 3 = 0"
    held = f"CAST(count(obs_value) * {QUARTER if of == 'Q' else 1} AS BIGINT)"
    # A flow's parts all count, of a stock only the last one does.
    counts = f"stock_flow = 'F' OR {is_last}"
    return f"""
        SELECT reporter, from_area, to_area, subject, stock_flow, '{freq}', {period}, unit_measure,
               CASE WHEN stock_flow = 'S' OR {held} = {expected} THEN sum(obs_value) END,
               CASE WHEN stock_flow = 'F' AND {held} < {expected} THEN 'L'
                    ELSE {_GRAVEST} END,
               max(valuation), max(basis), source_id, bool_or(imputed_mirror),
               CASE stock_flow WHEN 'F' THEN {held} ELSE {expected} END
        FROM ({said}) WHERE freq = '{of}' AND ({counts})
        GROUP BY reporter, from_area, to_area, subject, stock_flow, {period}, unit_measure, source_id
        HAVING {_ONE_KIND} AND (stock_flow = 'F' OR count(obs_value) = 1)
    """  # noqa: S608  (our names)
