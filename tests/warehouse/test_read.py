"""What SQL from outside can and cannot do. Every statement is shown to do its harm on an open connection."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest

from compact_pipelines.errors import UsageError, WarehouseError
from compact_pipelines.warehouse import read
from compact_pipelines.warehouse.layout import Layout
from compact_pipelines.warehouse.read import MEMORY_LIMIT, THREADS, EditionConnection

WRITES = [
    "CREATE TABLE more (a INTEGER)",
    "INSERT INTO areas SELECT * FROM areas",
    "UPDATE areas SET kind = 'x'",
    "DELETE FROM areas",
    "DROP TABLE areas",
    "ALTER TABLE areas ADD COLUMN more INTEGER",
    "CREATE VIEW more AS SELECT 1",
    "CREATE MACRO more() AS 1",
]
READS_OF_FILES = [
    "SELECT * FROM read_csv('{file}')",
    "SELECT * FROM '{file}'",
    "SELECT * FROM read_text('{file}')",
    "SELECT * FROM read_blob('{file}')",
    "SELECT * FROM read_json('{json}')",
    "SELECT * FROM read_parquet('{parquet}')",
    "SELECT * FROM glob('{file}')",
]
WRITES_OF_FILES = [
    "COPY areas TO '{new}'",
    "COPY (SELECT 1) TO '{new}' (FORMAT parquet)",
    "EXPORT DATABASE '{new}'",
    "ATTACH '{new}' AS more; CREATE TABLE more.areas (a INTEGER); CHECKPOINT more",
]
EXTENSIONS = ["INSTALL httpfs", "LOAD httpfs", "LOAD '{file}'"]
SETTINGS = [
    "SET memory_limit = '8GB'",
    "PRAGMA memory_limit = '8GB'",
    "SET threads = 8",
    "SET lock_configuration = false",
    "RESET lock_configuration",
    "SET TimeZone = 'America/New_York'",
    "SET temp_directory = '{new}'",
]


@pytest.fixture(scope="module")
def edition_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a small edition."""
    path = tmp_path_factory.mktemp("an edition's folder") / "edition-000007.public.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE areas AS SELECT 'CAN' AS area, 'country' AS kind, 1.5::DECIMAL(28,6) AS value")
    return path


@pytest.fixture
def edition(edition_file: Path) -> Iterator[EditionConnection]:
    edition = read.connect_file(7, edition_file)
    yield edition
    edition.connection.close()


@pytest.fixture
def outside(tmp_path: Path) -> dict[str, Path]:
    """Files that a reader has no business with, and a place where none should appear."""
    files = {name: tmp_path / f"other.{name}" for name in ("csv", "json", "parquet")}
    files["csv"].write_text("a\n1\n")
    files["json"].write_text('[{"a": 1}]')
    pl.DataFrame({"a": [1]}).write_parquet(files["parquet"])
    return {**files, "file": files["csv"], "new": tmp_path / "new"}


def refusal(edition: EditionConnection, sql: str) -> str:
    with pytest.raises(UsageError) as error:
        read.query(edition, sql)
    return str(error.value)


def lock_of(edition: EditionConnection, sql: str) -> str:
    """What the connection itself says of a statement that never reaches it: the second lock behind the first."""
    assert "may only read" in refusal(edition, sql) or "ask one at a time" in refusal(edition, sql)
    with pytest.raises(duckdb.Error) as error:
        edition.connection.execute(sql)
    return str(error.value)


# What a reader may do


def test_a_query_gives_names_and_rows(edition: EditionConnection) -> None:
    assert read.query(edition, "SELECT area, value * 2 AS twice FROM areas") == (["area", "twice"], [("CAN", 3)])
    assert read.query(edition, "SELECT area FROM areas WHERE area = 'USA'") == (["area"], [])
    assert read.query(edition, "SHOW TABLES") == (["name"], [("areas",)])


def test_a_connection_knows_its_edition_and_keeps_utc(edition: EditionConnection, edition_file: Path) -> None:
    assert (edition.number, edition.path) == (7, edition_file)
    assert read.query(edition, "SELECT current_setting('TimeZone')")[1] == [("UTC",)]


def test_the_connection_names_the_edition_that_the_pointer_names(edition_root: Path) -> None:
    layout = Layout(edition_root)
    edition = read.connect(layout)
    pointer = layout.pointer()
    assert pointer is not None
    assert read.query(edition, "SELECT number FROM edition.edition")[1] == [(edition.number,)] == [(pointer.number,)]


def test_limits_are_set(edition: EditionConnection) -> None:
    settings = "SELECT current_setting('threads'), current_setting('memory_limit')"
    with duckdb.connect(config={"threads": THREADS, "memory_limit": MEMORY_LIMIT}) as limited:
        expected = limited.execute(settings).fetchall()
    assert read.query(edition, settings)[1] == expected
    with duckdb.connect() as unlimited:
        assert unlimited.execute(settings).fetchall() != expected


def test_two_connections_of_one_process_read_their_own_editions(edition_file: Path, tmp_path: Path) -> None:
    other = tmp_path / "edition-000008.public.duckdb"
    with duckdb.connect(str(other)) as connection:
        connection.execute("CREATE TABLE areas AS SELECT 'USA' AS area")
    rows = [read.query(read.connect_file(8, path), "SELECT area FROM areas")[1] for path in (edition_file, other)]
    assert rows == [[("CAN",)], [("USA",)]]


# What a reader may not do


@pytest.mark.parametrize("sql", WRITES)
def test_a_reader_cannot_write(edition: EditionConnection, edition_file: Path, tmp_path: Path, sql: str) -> None:
    open_copy = tmp_path / "copy.duckdb"
    open_copy.write_bytes(edition_file.read_bytes())
    with duckdb.connect(str(open_copy)) as connection:
        connection.execute(sql)
    before = edition_file.read_bytes()
    assert "read-only" in lock_of(edition, sql)
    assert edition_file.read_bytes() == before


@pytest.mark.parametrize("sql", READS_OF_FILES)
def test_a_reader_cannot_read_other_files(edition: EditionConnection, outside: dict[str, Path], sql: str) -> None:
    with duckdb.connect() as connection:
        connection.execute(sql.format(**outside))
    assert "file system operations are disabled" in refusal(edition, sql.format(**outside))


def test_a_reader_cannot_read_the_files_of_the_machine(edition: EditionConnection) -> None:
    assert "file system operations are disabled" in refusal(edition, "SELECT * FROM read_csv('/etc/passwd')")


@pytest.mark.parametrize("sql", WRITES_OF_FILES)
def test_a_reader_cannot_write_files_nor_attach_any(
    edition: EditionConnection, edition_file: Path, outside: dict[str, Path], sql: str
) -> None:
    assert "disabled" in lock_of(edition, sql.format(**outside))
    assert not outside["new"].exists()
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{str(edition_file).replace(chr(39), chr(39) * 2)}' AS edition (READ_ONLY)")
        connection.execute("USE edition")
        connection.execute(sql.format(**outside))
    assert outside["new"].exists()


def test_a_reader_cannot_attach_the_file_of_an_edition(edition: EditionConnection, edition_root: Path) -> None:
    other = Layout(edition_root).current("public")[1]
    assert "disabled" in lock_of(edition, f"ATTACH '{other}' AS other (READ_ONLY)")


@pytest.mark.parametrize("sql", EXTENSIONS)
def test_a_reader_cannot_install_or_load_extensions(
    edition: EditionConnection, outside: dict[str, Path], sql: str
) -> None:
    assert "disabled" in lock_of(edition, sql.format(**outside))


@pytest.mark.parametrize("sql", SETTINGS)
def test_a_reader_cannot_change_settings(edition: EditionConnection, outside: dict[str, Path], sql: str) -> None:
    with duckdb.connect() as connection:
        connection.execute(sql.format(**outside))
    assert "configuration has been locked" in lock_of(edition, sql.format(**outside))


def test_a_reader_cannot_open_the_way_out_again(edition: EditionConnection) -> None:
    assert "configuration has been locked" in lock_of(edition, "SET enable_external_access = true")


def test_a_reader_cannot_see_variables_of_the_program(edition: EditionConnection) -> None:
    open_frame = [("secret",)]
    with pytest.raises(UsageError, match="Table with name open_frame does not exist"):
        read.query(edition, "SELECT * FROM open_frame")
    assert open_frame


# What a reader is told


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELEC 1", 'syntax error at or near "SELEC"'),
        ("SELECT * FROM nowhere", "Table with name nowhere does not exist"),
        ("SELECT nothing FROM areas", 'column "nothing" not found'),
        ("SELECT CAST(area AS INTEGER) FROM areas", "Could not convert string 'CAN' to INT32"),
    ],
)
def test_a_wrong_query_is_told_in_short_with_where_the_tables_are(
    edition: EditionConnection, sql: str, said: str
) -> None:
    message = refusal(edition, sql)
    assert message.startswith("the query failed: ")
    assert said.lower() in message.lower()
    assert message.endswith('\nThe edition is read-only. Its tables: `compact query "SHOW TABLES"`')
    assert "LINE 1" not in message


@pytest.mark.parametrize("sql", ["", "   ", ";", "-- a comment"])
def test_an_empty_query_is_refused(edition: EditionConnection, sql: str) -> None:
    assert refusal(edition, sql) == 'the query is empty; ask something, such as "SHOW TABLES"'


def test_a_reader_cannot_attach_the_edition_again_to_write_it(edition: EditionConnection, edition_file: Path) -> None:
    before = edition_file.read_bytes()
    again = f"ATTACH '{str(edition_file).replace(chr(39), chr(39) * 2)}' AS again"
    attack = f"USE memory; DETACH edition; {again}; UPDATE again.areas SET area = 'x'; SELECT 1"
    assert "5 statements; ask one at a time" in refusal(edition, attack)
    for statement in ("USE memory", "DETACH edition", again):
        assert "may only read" in refusal(edition, statement)
    assert edition_file.read_bytes() == before


@pytest.mark.parametrize("sql", ["EXPLAIN ANALYZE SELECT 1", "PREPARE x AS SELECT 1", "CALL pragma_version()"])
def test_a_statement_that_only_looks_like_a_question_is_refused(edition: EditionConnection, sql: str) -> None:
    assert "may only read" in refusal(edition, sql)


@pytest.mark.parametrize(
    "sql", ["SHOW TABLES", "DESCRIBE areas", "FROM areas", "WITH a AS (SELECT 1) SELECT * FROM a", "VALUES (1)"]
)
def test_what_reads_is_answered(edition: EditionConnection, sql: str) -> None:
    assert read.query(edition, sql)[1]


def test_a_damaged_file_is_named_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "edition's.duckdb"
    path.write_bytes(b"no database")
    with pytest.raises(WarehouseError, match=r"edition 7 in .*edition's\.duckdb cannot be opened: .*compact run"):
        read.connect_file(7, path)


def test_a_file_whose_name_has_a_quote_is_read(edition_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "an edition's file.duckdb"
    path.write_bytes(edition_file.read_bytes())
    assert read.query(read.connect_file(1, path), "SELECT area FROM areas")[1] == [("CAN",)]
