import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import get_args

import duckdb
import polars as pl
import pytest

from compact_pipelines.contracts import Contracts, load_contracts
from compact_pipelines.contracts.ddl import DUCKDB_TYPES, create_edition, create_published_table, create_table
from compact_pipelines.contracts.judges import POLARS_TYPES, polars_schema
from compact_pipelines.contracts.model import ColumnType

# One value a type, each one that a narrower type would spoil.
VALUES = {
    "code": "CAN",
    "text": "Fréquence, « çà »",
    "period": "2024-Q3",
    "decimal": Decimal("-1234567890123456789012.000001"),
    "double": 0.1 + 0.2,
    "bigint": 2**62 + 1,
    "date": dt.date(2024, 2, 29),
    "datetime": dt.datetime(2026, 7, 7, 12, 30, 59, 123456, tzinfo=dt.UTC),
    "boolean": True,
}
TYPES = {
    **{
        table.id: {column.id: column.concept.type for column in table.stored}
        for table in load_contracts().tables.values()
    },
    **{
        table.id: {name: column.type for name, column in table.columns.items()}
        for table in load_contracts().published.values()
    },
}
REQUIRED = {
    **{
        table.id: {column.id for column in table.stored if column.concept.required} | {*table.dimensions, "source_id"}
        for table in load_contracts().tables.values()
    },
    **{
        table.id: {name for name, column in table.columns.items() if column.required} | {*table.key}
        for table in load_contracts().published.values()
    },
}


@pytest.fixture
def edition() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database with the tables of an edition, empty."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(create_edition(load_contracts()))
        yield connection


def row_of(table: str) -> pl.DataFrame:
    return pl.DataFrame(
        {name: pl.Series([VALUES[kind]], dtype=POLARS_TYPES[kind]) for name, kind in TYPES[table].items()}
    )


def insert(connection: duckdb.DuckDBPyConnection, table: str, row: pl.DataFrame) -> None:
    connection.register("incoming", row)
    connection.execute(f'INSERT INTO "{table}" SELECT * FROM incoming')


def test_every_table_of_an_edition_is_made_in_order(edition: duckdb.DuckDBPyConnection, contracts: Contracts) -> None:
    made = edition.execute("SELECT table_name FROM duckdb_tables() ORDER BY table_oid").fetchall()
    assert [name for (name,) in made] == [*contracts.tables, *contracts.published]


@pytest.mark.parametrize("table", TYPES)
def test_a_row_comes_back_as_it_went_in(edition: duckdb.DuckDBPyConnection, table: str) -> None:
    insert(edition, table, row_of(table))
    back = edition.execute(f'SELECT * FROM "{table}"').pl()
    assert back.schema == row_of(table).schema
    assert back.rows() == row_of(table).rows()


@pytest.mark.parametrize("table", TYPES)
def test_only_columns_that_may_be_blank_take_a_blank(edition: duckdb.DuckDBPyConnection, table: str) -> None:
    refused = set()
    for name in TYPES[table]:
        row = row_of(table).with_columns(pl.lit(None, dtype=row_of(table).schema[name]).alias(name))
        try:
            insert(edition, table, row)
        except duckdb.ConstraintException as error:
            assert "NOT NULL constraint failed" in str(error)  # noqa: PT017  (which columns do is what is tested)
            refused.add(name)
        edition.execute(f'DELETE FROM "{table}"')
    assert refused == REQUIRED[table]


@pytest.mark.parametrize("table", TYPES)
def test_a_key_that_stands_twice_is_refused(edition: duckdb.DuckDBPyConnection, table: str) -> None:
    insert(edition, table, row_of(table))
    with pytest.raises(duckdb.ConstraintException, match="Duplicate key"):
        insert(edition, table, row_of(table))


def test_another_source_may_tell_the_same_key(edition: duckdb.DuckDBPyConnection) -> None:
    row = row_of("compute_exports")
    insert(edition, "compute_exports", row)
    insert(edition, "compute_exports", row.with_columns(source_id=pl.lit("statcan_cimt")))
    assert edition.execute("SELECT count(*) FROM compute_exports").fetchall() == [(2,)]


def test_a_theme_table_has_the_stored_columns_in_order(contracts: Contracts) -> None:
    table = contracts.tables["talent_movement"]
    with duckdb.connect() as connection:
        connection.execute(create_table(table))
        assert connection.table(table.id).columns == list(polars_schema(table))


def test_a_published_table_has_its_columns_and_types(contracts: Contracts) -> None:
    table = contracts.published["out_network_metrics"]
    with duckdb.connect() as connection:
        connection.execute(create_published_table(table))
        made = connection.table(table.id)
        assert made.columns == list(table.columns)
        assert [str(dtype) for dtype in made.types] == [DUCKDB_TYPES[column.type] for column in table.columns.values()]


def test_every_column_type_has_a_duckdb_type() -> None:
    assert DUCKDB_TYPES.keys() == VALUES.keys() == set(get_args(ColumnType))
