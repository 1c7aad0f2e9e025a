"""What came out of a run, per theme table: rows, span, headline figure, and the difference from the edition before."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb

from compact_pipelines.contracts import Table, load_contracts
from compact_pipelines.errors import WarehouseError
from compact_pipelines.warehouse.layout import PUBLIC, Layout


@dataclass(frozen=True)
class ThemeReport:
    """One theme table of an edition beside the edition before.

    Attributes:
        rows: rows of the table.
        rows_before: rows in the edition before; None if there is none.
        sources: how many sources speak.
        first_period: the earliest period.
        last_period: the latest period.
        headline: the series that stands for the table, in words.
        unit: unit of its value; None where the value is a status.
        headline_period: its latest period with a value; None if it has none.
        headline_value: that value, in the table's unit.
        headline_before: the same figure in the edition before.
        headline_period_before: the period of that figure.
    """

    table: str
    title: str
    rows: int
    rows_before: int | None
    sources: int
    first_period: str
    last_period: str
    headline: str
    unit: str | None
    headline_period: str | None
    headline_value: Decimal | str | None
    headline_before: Decimal | str | None
    headline_period_before: str | None


def build_report(layout: Layout) -> list[ThemeReport]:
    """Describe the current edition beside the one before.

    Raises:
        WarehouseError: there is no edition, or its file cannot be read.
    """
    pointer, path = layout.current(PUBLIC)
    before = layout.editions / f"edition-{pointer.number - 1:06d}.{PUBLIC}.duckdb"
    tables = load_contracts().tables.values()
    if before.is_file():
        # Not comparable where the edition before is damaged, or was built under other contracts.
        with suppress(duckdb.Error), _attached(path, before) as connection:
            return [_theme(connection, table, has_before=True) for table in tables]
    try:
        with _attached(path, None) as connection:
            return [_theme(connection, table, has_before=False) for table in tables]
    except duckdb.Error as error:
        raise WarehouseError(
            f"edition {pointer.number} in {path} cannot be read: {error}. Restore the file, or delete it and run "
            "`compact run`"
        ) from error


@contextmanager
def _attached(path: Path, before: Path | None) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for name, file in (("now", path), ("before", before)):
            if file is not None:
                quoted = str(file).replace("'", "''")
                connection.execute(f"ATTACH '{quoted}' AS {name} (READ_ONLY)")
        yield connection


def _theme(connection: duckdb.DuckDBPyConnection, table: Table, *, has_before: bool) -> ThemeReport:
    rows, sources, first, last = _counts(connection, "now", table)
    period, value = _headline(connection, "now", table)
    rows_before = _counts(connection, "before", table)[0] if has_before else None
    period_before, value_before = _headline(connection, "before", table) if has_before else (None, None)
    return ThemeReport(
        table=table.id,
        title=table.title["en"],
        rows=rows,
        rows_before=rows_before,
        sources=sources,
        first_period=first,
        last_period=last,
        headline=table.headline_title["en"],
        unit=_unit(table),
        headline_period=period,
        headline_value=value,
        headline_before=value_before,
        headline_period_before=period_before,
    )


def _counts(connection: duckdb.DuckDBPyConnection, edition: str, table: Table) -> tuple[int, int, str, str]:
    columns = "count(*), count(DISTINCT source_id), min(time_period), max(time_period)"
    statement = f'SELECT {columns} FROM {edition}."{table.id}"'  # noqa: S608  (names are the contracts' and ours)
    return connection.execute(statement).fetchone() or (0, 0, "", "")


def _unit(table: Table) -> str | None:
    """The unit of the headline: a dimension, or the one unit the table allows."""
    if "unit_measure" not in {column.id for column in table.columns}:
        return None
    return table.headline.get("unit_measure") or ", ".join(table.column("unit_measure").allowed or [])


def _headline(
    connection: duckdb.DuckDBPyConnection, edition: str, table: Table
) -> tuple[str | None, Decimal | str | None]:
    where = " AND ".join(f'"{name}" = ${name}' for name in table.headline)
    statement = (
        f'SELECT time_period, "{table.measure}" FROM {edition}."{table.id}" '  # noqa: S608  (as above)
        f'WHERE is_preferred AND "{table.measure}" IS NOT NULL AND {where} ORDER BY time_period DESC LIMIT 1'
    )
    return connection.execute(statement, table.headline).fetchone() or (None, None)
