"""Editions as they are published. Every figure below is made up."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import duckdb
import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.errors import WarehouseError
from compact_pipelines.warehouse import read
from compact_pipelines.warehouse.build import KEPT_EDITIONS, Published, publish_edition, write_parquet
from compact_pipelines.warehouse.layout import PUBLIC, Layout, Pointer
from compact_pipelines.warehouse.vintages import read_log

CONTRACTS: Final = load_contracts()
COLUMNS: Final = """
SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = 'edition' AND NOT internal
ORDER BY column_index
"""
Tables = dict[str, pl.DataFrame]
MadeUp = Callable[[int], Tables]
Publish = Callable[..., Published]


def ask(layout: Layout, sql: str) -> list[tuple[Any, ...]]:
    edition = read.connect(layout)
    try:
        return read.query(edition, sql)[1]
    finally:
        edition.connection.close()


def files_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


# Numbers, the pointer, the edition's own row


def test_editions_are_numbered_from_one_and_the_pointer_follows(layout: Layout, publish: Publish) -> None:
    for number, value in enumerate((10, 20, 30), start=1):
        published = publish(value)
        assert (published.number, published.is_new) == (number, True)
        assert published.path == layout.editions / f"edition-00000{number}.public.duckdb"
        pointer, path = layout.current(PUBLIC)
        assert (pointer.number, pointer.fingerprint, path) == (number, str(value), published.path)
        assert ask(layout, "SELECT number, audience, code_version FROM edition.edition") == [(number, PUBLIC, "code")]
        assert ask(layout, "SELECT DISTINCT rows_count FROM check_results") == [(value,)]


def test_the_pointer_holds_the_hash_of_the_file(layout: Layout, publish: Publish) -> None:
    path = publish(1).path
    pointer = layout.pointer()
    assert pointer is not None
    assert pointer.files[PUBLIC].sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_edition_row_names_the_versions_of_the_contracts(layout: Layout, publish: Publish) -> None:
    publish(1)
    [(versions, built_at)] = ask(layout, "SELECT contract_versions, built_at FROM edition.edition")
    assert json.loads(versions) == {table.id: table.version for table in CONTRACTS.tables.values()}
    pointer = layout.pointer()
    assert pointer is not None
    assert built_at == pointer.published_at


def test_an_edition_has_every_table_in_the_columns_of_its_contract(layout: Layout, publish: Publish) -> None:
    publish(1)
    found: dict[str, list[str]] = {}
    for table, column in ask(layout, COLUMNS):
        found.setdefault(table, []).append(column)
    expected = {
        **{name: [column.id for column in table.stored] for name, table in CONTRACTS.tables.items()},
        **{name: list(table.columns) for name, table in CONTRACTS.published.items()},
    }
    assert found == expected


def test_columns_may_come_in_any_order(made_up_tables: MadeUp, layout: Layout, publish: Publish) -> None:
    areas = made_up_tables(1)["areas"]
    publish(1, areas=areas.select(reversed(areas.columns)).with_columns(name_en=pl.lit("Canada")))
    assert ask(layout, "SELECT name_en, kind FROM areas") == [("Canada", "x")]


def test_the_same_fingerprint_makes_no_new_edition(layout: Layout, publish: Publish) -> None:
    publish(1)
    before = files_in(layout.root), layout.pointer()
    again = publish(1)
    assert (again.number, again.is_new, again.recorded) == (1, False, {})
    assert (files_in(layout.root), layout.pointer()) == before
    assert publish(2).is_new


def test_the_same_fingerprint_is_built_again_if_the_file_is_gone(publish: Publish) -> None:
    publish(1).path.unlink()
    again = publish(1)
    assert (again.number, again.is_new, again.path.is_file()) == (2, True, True)


def test_an_edition_that_was_changed_is_built_again_under_a_new_number(layout: Layout, publish: Publish) -> None:
    first = publish(1)
    assert first.path.stat().st_mode & 0o222 == 0  # published files are not for writing
    first.path.chmod(0o644)
    with duckdb.connect(str(first.path)) as connection:
        connection.execute("UPDATE areas SET name_en = 'elsewhere'")
    pointer = layout.pointer()
    assert pointer is not None
    assert not layout.is_intact(pointer)
    again = publish(1)
    assert (again.number, again.is_new) == (2, True)
    assert ask(layout, "SELECT count(*) FROM edition.areas WHERE name_en = 'elsewhere'") == [(0,)]


def test_the_last_editions_are_kept_and_older_ones_dropped(layout: Layout, publish: Publish) -> None:
    for value in range(1, KEPT_EDITIONS + 3):
        publish(value)
        kept = [int(name[8:14]) for name in files_in(layout.editions)]
        assert kept == list(range(max(1, value - KEPT_EDITIONS + 1), value + 1))
    assert KEPT_EDITIONS == 10
    assert len(files_in(layout.vintages / "compute_exports")) == KEPT_EDITIONS + 2


# The log of values


def test_the_log_grows_only_by_what_changed(made_up_tables: MadeUp, layout: Layout, publish: Publish) -> None:
    first = publish(1)
    assert first.recorded == dict.fromkeys(CONTRACTS.tables, 1)
    changed = made_up_tables(2)["capital_flows"]
    tables = {name: made_up_tables(1)[name] for name in CONTRACTS.tables if name != "capital_flows"}
    second = publish(2, capital_flows=changed, **tables)
    assert second.recorded == {**dict.fromkeys(CONTRACTS.tables, 0), "capital_flows": 1}
    assert files_in(layout.vintages / "capital_flows") == ["000001.parquet", "000002.parquet"]
    assert files_in(layout.vintages / "compute_exports") == ["000001.parquet"]
    log = read_log(layout.vintages, CONTRACTS.tables["capital_flows"], up_to=2)
    assert log["obs_value"].to_list() == [1, 2]


def test_a_preference_alone_is_no_change_of_a_value(made_up_tables: MadeUp, layout: Layout, publish: Publish) -> None:
    publish(1)
    tables = {name: made_up_tables(1)[name].with_columns(is_preferred=pl.lit(value=False)) for name in CONTRACTS.tables}
    assert publish(2, **tables).recorded == dict.fromkeys(CONTRACTS.tables, 0)
    assert ask(layout, "SELECT is_preferred FROM capital_flows") == [(False,)]


# What stops an edition


def missing(layout: Layout, tables: Tables, name: str) -> None:
    del tables[name]
    publish_edition(layout, tables, fingerprint="2", code_version="", input_hashes="")


@pytest.mark.parametrize("name", ["areas", "check_results", "out_mirror_flows"])
def test_a_missing_table_is_named_and_the_old_edition_stays(
    made_up_tables: MadeUp, layout: Layout, publish: Publish, name: str
) -> None:
    publish(1)
    with pytest.raises(WarehouseError, match=f"edition: table {name} was not built; run `compact run` from the start"):
        missing(layout, made_up_tables(2), name)
    assert ask(layout, "SELECT number FROM edition.edition") == [(1,)]


def with_blank_key(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.lit(None, pl.String).alias(frame.columns[0]))


def with_column_less(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.drop(frame.columns[0])


def with_column_more(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(more=pl.lit(1))


def with_row_twice(frame: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([frame, frame])


SPOILT: Final[list[Callable[[pl.DataFrame], pl.DataFrame]]] = [
    with_blank_key,
    with_column_less,
    with_column_more,
    with_row_twice,
]


@pytest.mark.parametrize("name", ["areas", "out_network_metrics", "capital_flows"])
def test_a_table_that_breaks_its_contract_is_named_and_the_old_edition_stays(
    made_up_tables: MadeUp, layout: Layout, publish: Publish, name: str
) -> None:
    publish(1)
    good = made_up_tables(1)[name]
    spoilt = [spoil(good) for spoil in SPOILT if name != "capital_flows" or spoil is with_row_twice]
    for frame in spoilt:
        with pytest.raises(WarehouseError, match=f"edition: table {name} does not fit its contract: "):
            publish(2, **{name: frame})
    assert ask(layout, "SELECT number FROM edition.edition") == [(1,)]
    assert publish(3).number == 2


# A run that was killed


def test_what_a_killed_run_left_is_overwritten(made_up_tables: MadeUp, layout: Layout, publish: Publish) -> None:
    publish(1)
    draft = layout.editions / "edition-000002.public.draft"
    with duckdb.connect(str(draft)) as connection:
        connection.execute("CREATE TABLE areas AS SELECT 1 AS half")
    for left_over in (draft.with_suffix(".draft.wal"), layout.editions / "edition-000002.public.duckdb"):
        left_over.write_bytes(b"half of something")
    for table in CONTRACTS.tables.values():
        log = read_log(layout.vintages, table, up_to=1).with_columns(edition_number=pl.lit(2, pl.Int64))
        write_parquet(log, layout.vintages / table.id / "000002.parquet")
    tables = {name: made_up_tables(1)[name] for name in CONTRACTS.tables if name != "capital_flows"}
    assert publish(2, **tables).number == 2
    assert ask(layout, "SELECT area FROM areas") == [("x",)]
    assert files_in(layout.editions) == ["edition-000001.public.duckdb", "edition-000002.public.duckdb"]
    assert files_in(layout.vintages / "compute_exports") == ["000001.parquet"]
    log = read_log(layout.vintages, CONTRACTS.tables["capital_flows"], up_to=2)
    assert log.select("obs_value", "edition_number").rows() == [(1, 1), (2, 2)]


def test_a_run_killed_before_the_pointer_moves_changes_nothing_for_readers(
    layout: Layout, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(1)

    def killed(_layout: Layout, _pointer: Pointer) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Layout, "move_pointer", killed)
        with pytest.raises(KeyboardInterrupt):
            publish(2)
    assert (layout.editions / "edition-000002.public.duckdb").is_file()
    assert ask(layout, "SELECT number FROM edition.edition") == [(1,)]
    assert publish(3).number == 2
    log = read_log(layout.vintages, CONTRACTS.tables["capital_flows"], up_to=2)
    assert log["obs_value"].to_list() == [1, 3]


def test_a_parquet_file_that_could_not_be_written_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "new/frame.parquet"
    write_parquet(pl.DataFrame({"a": [1]}), path)

    def half(_frame: pl.DataFrame, draft: Path, **_options: object) -> None:
        draft.write_bytes(b"PAR1")
        raise OSError("No space left on device")

    monkeypatch.setattr(pl.DataFrame, "write_parquet", half)
    with pytest.raises(OSError, match="No space left"):
        write_parquet(pl.DataFrame({"a": [2]}), path)
    assert pl.read_parquet(path)["a"].to_list() == [1]
    assert files_in(tmp_path) == ["new/frame.parquet"]
