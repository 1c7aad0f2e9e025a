"""A drop against what its partner said before, and beside what others publish.

Asked of the table `change` (see `loading`) before anything is recorded. Two answers hold the drop, a unit that slipped
and a mass deletion; the others are told.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from compact_pipelines.contracts.faults import Fault
from compact_pipelines.contracts.findings import Count
from compact_pipelines.contracts.model import Table
from compact_pipelines.exchange.faults import WORDINGS
from compact_pipelines.exchange.vintages import DELETE

TOLD: Final = 20  # rows told of one rule; all are counted
SLIP_TOLERANCE: Final = 0.02  # of the decimal logarithm: a value that is also revised by 4 % still shows the slip
SLIP_SHARE: Final = 0.9  # of the values that change: a row that was right before does not hide the others
FEW: Final = 3  # with fewer values in common, only a slip by a thousand or more is one
THOUSAND: Final = 3  # powers of ten
MOST_DELETED_SHARE: Final = 0.10
USUAL_REVISIONS: Final = 3  # earlier revisions of a series that make one usual
TIMES_USUAL: Final = 5
BREAK_FACTOR: Final = 10
SUM_TOLERANCE: Final = 0.001  # of the total: parts are rounded
FAR_OFF: Final = 0.5  # of D = |X-M| / (X+M)
WORLD: Final = "W00"

Found = tuple[Count, list[tuple[str, Fault]]]  # how many, and the first of them, each with its file


def find_slips(connection: duckdb.DuckDBPyConnection, table: Table) -> Iterator[Fault]:
    """What holds the drop: the values that change moved by one power of ten, or too many deletions."""
    if table.measure == "obs_value":
        slip = connection.execute(
            """
            WITH moved AS (
              SELECT log10(abs(obs_value::DOUBLE / before::DOUBLE)) AS power
              FROM change
              WHERE was_there AND action <> $delete AND obs_value <> 0 AND before <> 0 AND obs_value <> before
            )
            SELECT round(power)::INTEGER, count(*) AS slipped, (SELECT count(*) FROM moved)
            FROM moved WHERE round(power) <> 0 AND abs(power - round(power)) <= $tolerance
            GROUP BY 1 ORDER BY slipped DESC, 1 LIMIT 1
            """,
            {"delete": DELETE, "tolerance": SLIP_TOLERANCE},
        ).fetchone()
        power, slipped, changed = slip or (0, 0, 0)
        if slipped > changed * SLIP_SHARE and (slipped >= FEW or abs(power) >= THOUSAND):
            direction = "larger" if power > 0 else "smaller"
            times = f"{10 ** abs(power):,}"
            which = "All" if slipped == changed else f"Of {changed:,},"
            yield Fault(
                "unit_slip", column="obs_value",
                found=f"{which} {slipped:,} values that change are about {times} times {direction} now",
            )  # fmt: skip
    deleted, known = connection.execute(
        "SELECT (SELECT count(*) FROM change WHERE change = 'deleted'), (SELECT count(*) FROM current_rows)"
    ).fetchone() or (0, 0)
    if deleted > known * MOST_DELETED_SHARE:
        yield Fault("mass_delete", found=f"The drop deletes {deleted:,} of your {known:,} observations")


def find_oddities(
    connection: duckdb.DuckDBPyConnection, table: Table, edition: Path | None, period: tuple[str | None, str | None]
) -> Iterator[Found]:
    """What is told and holds nothing.

    Args:
        connection: with `change` and the views of the vintages.
        table: the contract.
        edition: the public file of the current edition, for the counterparts' figures; None if there is none.
        period: period_from and period_to of the manifest.
    """
    # A value as people write it: without the zeros that the store adds.
    connection.execute("CREATE MACRO plain(value) AS rtrim(rtrim(value::DECIMAL(38, 6)::VARCHAR, '0'), '.')")
    yield from _Question(
        "delete_of_nothing",
        None,
        "'The key is not there'",
        f"FROM change i WHERE i.action = '{DELETE}' AND NOT i.was_there",
    ).ask(connection)
    yield from _outside(connection, period)
    if table.measure != "obs_value":
        return
    yield from _Question(
        "sign_kept",
        "obs_value",
        "'The value was ' || plain(i.before) || ' and is ' || plain(i.obs_value)",
        "FROM change i WHERE i.change = 'revised' AND sign(i.obs_value) * sign(i.before) < 0",
    ).ask(connection)
    yield from _unusual(connection, table)
    yield from _breaks(connection, table)
    if "counterpart_area" in table.dimensions:
        yield from _sums(connection, table)
        if edition is not None:
            yield from _far_mirrors(connection, table, edition)


@dataclass(frozen=True)
class _Question:
    """A rule, asked in SQL.

    Attributes:
        rule: its name.
        column: the column to look at.
        says: SQL for what was found.
        source: SQL from FROM on, over an alias i with file and row; values are bound.
    """

    rule: str
    column: str | None
    says: str
    source: str

    def ask(self, connection: duckdb.DuckDBPyConnection, **parameters: object) -> Iterator[Found]:
        """The rows at fault: how many, and the first of them."""
        statement = (
            f"SELECT i.file, i.row, {self.says}, count(*) OVER () {self.source} ORDER BY i.file, i.row LIMIT {TOLD}"
        )
        rows = connection.execute(statement, parameters).fetchall()
        if rows:
            told = [(file, Fault(self.rule, row=row, column=self.column, found=text)) for file, row, text, _ in rows]
            yield Count(self.rule, self.column, WORDINGS[self.rule].severity, rows[0][3]), told


def _outside(connection: duckdb.DuckDBPyConnection, period: tuple[str | None, str | None]) -> Iterator[Found]:
    """Rows of which not one month lies in the period of the manifest."""
    first, last = period
    clauses = [f"{_month('i.time_period', last=True)} < $first"] if first else []
    clauses += [f"{_month('i.time_period', last=False)} > $last"] if last else []
    bounds = {name: value for name, value in (("first", first), ("last", last)) if value}
    if clauses:
        asked = {name: f"SELECT {_month('$period', last=name == 'last')}" for name in bounds}
        months = {
            name: (connection.execute(asked[name], {"period": value}).fetchone() or (0,))[0]
            for name, value in bounds.items()
        }
        source = f"FROM change i WHERE {' OR '.join(clauses)}"
        question = _Question("outside_the_period", "time_period", "'time_period is ' || i.time_period", source)
        yield from question.ask(connection, **months)


def _month(period: str, *, last: bool) -> str:
    """SQL for the first or last month of a period, counted from the year 0: 2024, 2024-Q3 and 2024-07 compare."""
    end = f"right({period}, 2)"
    year = 11 if last else 0
    quarter = f"3 * right({period}, 1)::INTEGER - {1 if last else 3}"
    return (
        f"12 * left({period}, 4)::INTEGER + CASE WHEN length({period}) = 4 THEN {year} "
        f"WHEN {end} LIKE 'Q%' THEN {quarter} ELSE {end}::INTEGER - 1 END"
    )


def _series(table: Table, left: str, right: str) -> str:
    return " AND ".join(f'{left}."{name}" = {right}."{name}"' for name in table.series_key)


def _unusual(connection: duckdb.DuckDBPyConnection, table: Table) -> Iterator[Found]:
    key = ", ".join(f'"{name}"' for name in table.series_key)
    source = f"""
    FROM change i JOIN (
      SELECT {key}, median(abs(ln(obs_value::DOUBLE / obs_value_before::DOUBLE))) AS usual
      FROM revisions
      WHERE sign(obs_value) * sign(obs_value_before) > 0 AND obs_value <> obs_value_before
      GROUP BY {key} HAVING count(*) >= {USUAL_REVISIONS}
    ) u ON {_series(table, "i", "u")}
    WHERE i.change = 'revised' AND sign(i.obs_value) * sign(i.before) > 0
      AND abs(ln(i.obs_value::DOUBLE / i.before::DOUBLE)) > {TIMES_USUAL} * u.usual
    """  # noqa: S608  (names are the contracts')
    says = (
        "'The value changes by ' || round(100 * abs(i.obs_value::DOUBLE / i.before::DOUBLE - 1), 1) || ' %; usual is ' "
        "|| round(100 * (exp(u.usual) - 1), 1) || ' %'"
    )
    yield from _Question("usual_revision", "obs_value", says, source).ask(connection)


def _breaks(connection: duckdb.DuckDBPyConnection, table: Table) -> Iterator[Found]:
    """From one period of a series to the next that the partner has told, in this drop or before."""
    key = ", ".join(f'"{name}"' for name in table.series_key)
    columns = f"hash({key}) AS series, time_period, obs_value"
    known = " AND ".join(f'c."{name}" = k."{name}"' for name in table.dimensions)
    source = f"""
    FROM (
      SELECT *, lag(obs_value) OVER (PARTITION BY series ORDER BY time_period) AS earlier,
             lag(time_period) OVER (PARTITION BY series ORDER BY time_period) AS earlier_period
      FROM (
        SELECT file, row, {columns}, obs_status, change FROM change
        WHERE action <> '{DELETE}' AND obs_value IS NOT NULL
        UNION ALL
        SELECT NULL, NULL, {columns}, NULL, 'unchanged' FROM current_rows c
        WHERE obs_value IS NOT NULL AND NOT EXISTS (SELECT 1 FROM change k WHERE {known})
      )
    ) i
    WHERE i.obs_status <> 'B' AND sign(i.obs_value) * sign(i.earlier) > 0 AND i.change <> 'unchanged'
      AND abs(log10(i.obs_value::DOUBLE / i.earlier::DOUBLE)) >= log10({BREAK_FACTOR})
    """  # noqa: S608  (names are the contracts')
    says = "'The value is ' || plain(i.obs_value) || ' after ' || plain(i.earlier) || ' in ' || i.earlier_period"
    yield from _Question("break_is_marked", "obs_value", says, source).ask(connection)


def _sums(connection: duckdb.DuckDBPyConnection, table: Table) -> Iterator[Found]:
    """What the partner says of the world, beside the sum of the areas below it in the same drop."""
    key = [name for name in table.dimensions if name != "counterpart_area"]
    listed = ", ".join(f'"{name}"' for name in key)
    on = " AND ".join(f'i."{name}" = p."{name}"' for name in key)
    aggregates = [code for code, row in _areas(table).items() if row["kind"] != "area"]
    source = f"""
    FROM change i JOIN (
      SELECT {listed}, sum(obs_value) AS parts FROM change
      WHERE action <> '{DELETE}' AND NOT list_contains($aggregates, counterpart_area) GROUP BY {listed}
    ) p ON {on}
    WHERE i.counterpart_area = '{WORLD}' AND i.action <> '{DELETE}'
      AND p.parts > i.obs_value + abs(i.obs_value) * {SUM_TOLERANCE}
    """  # noqa: S608  (names are the contracts')
    has_total = connection.execute(
        "SELECT count(*) FROM change WHERE counterpart_area = $world AND action <> $delete",
        {"world": WORLD, "delete": DELETE},
    ).fetchone()
    if has_total and has_total[0]:
        says = "'W00 is ' || plain(i.obs_value) || ', its areas add up to ' || plain(p.parts)"
        yield from _Question("parts_add_up", "obs_value", says, source).ask(connection, aggregates=aggregates)


def _areas(table: Table) -> dict[str, dict[str, str]]:
    codelist = table.column("counterpart_area").codelist
    return codelist.rows if codelist else {}


def _far_mirrors(connection: duckdb.DuckDBPyConnection, table: Table, edition: Path) -> Iterator[Found]:
    """The other side's preferred figure of the same flow, where it lies far off."""
    turned = {"flow": {"X": "M", "M": "X"}, "direction": {"OUT": "IN", "IN": "OUT"}}
    side = next((name for name in turned if name in table.dimensions), None)
    if side is None:
        return
    there, here = list(turned[side]), list(turned[side].values())
    same = [name for name in table.dimensions if name not in {"ref_area", "counterpart_area", side}]
    on = " AND ".join(f'i."{name}" = o."{name}"' for name in same)
    quoted = str(edition).replace("'", "''")
    connection.execute(f"ATTACH '{quoted}' AS edition (READ_ONLY)")
    try:
        source = f"""
        FROM change i JOIN edition."{table.id}" o
          ON o.ref_area = i.counterpart_area AND o.counterpart_area = i.ref_area AND {on}
             AND o."{side}" = CASE i."{side}" WHEN '{there[0]}' THEN '{here[0]}' WHEN '{there[1]}' THEN '{here[1]}' END
        WHERE i.change IN ('new', 'revised') AND o.is_preferred AND i.obs_value >= 0 AND o.obs_value >= 0
          AND abs(i.obs_value - o.obs_value) > {FAR_OFF} * (i.obs_value + o.obs_value)
        """
        says = "'You say ' || plain(i.obs_value) || ', ' || o.ref_area || ' publishes ' || plain(o.obs_value)"
        yield from _Question("mirror_is_near", "obs_value", says, source).ask(connection)
    finally:
        connection.execute("DETACH edition")
