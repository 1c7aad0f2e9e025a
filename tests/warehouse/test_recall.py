"""Files of older editions that must go. Every figure is made up: all tables of edition N say N."""

import datetime as dt
import stat
from collections.abc import Callable
from typing import Any, Final

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.errors import WarehouseError
from compact_pipelines.warehouse import read
from compact_pipelines.warehouse.build import AudienceTables, Published, publish_edition
from compact_pipelines.warehouse.layout import PUBLIC, Layout, Pointer
from compact_pipelines.warehouse.recall import values_shown_before
from compact_pipelines.warehouse.vintages import row_key

TRADE: Final = load_contracts().tables["compute_exports"]
Tables = dict[str, pl.DataFrame]
MadeUp = Callable[[int], Tables]
Publish = Callable[..., Published]


@pytest.fixture
def publish_for(layout: Layout, made_up_tables: MadeUp) -> Publish:
    """Publish for the public, negotiators and a partner whose drop is the only row of every theme table."""

    def publish(value: int, *, hidden: bool = False, **options: Any) -> Published:
        tables = {**made_up_tables(value), **options.pop("changed", {})}
        keys = {TRADE.id: tables[TRADE.id] if hidden else tables[TRADE.id].clear()}
        audiences = {
            PUBLIC: AudienceTables({}, keys),
            "negotiator": AudienceTables({"areas": tables["areas"].with_columns(name_en=pl.lit("theirs"))}, keys),
            "mx-a": AudienceTables({}, {}),
        }
        given = {"audiences": audiences, "code_version": "code", "input_hashes": "{}", "fingerprint": str(value)}
        return publish_edition(layout, tables, **{**given, **options})

    return publish


def files(layout: Layout) -> set[str]:
    return {path.name.removeprefix("edition-00000") for path in layout.editions.iterdir()}


def ask(layout: Layout, audience: str, sql: str) -> list[tuple[Any, ...]]:
    edition = read.connect(layout, audience)
    try:
        return read.query(edition, sql)[1]
    finally:
        edition.connection.close()


# One file an audience


def test_every_audience_has_a_file_of_its_own(layout: Layout, publish_for: Publish) -> None:
    publish_for(1)
    assert files(layout) == {"1.public.duckdb", "1.negotiator.duckdb", "1.mx-a.duckdb"}
    for audience in (PUBLIC, "negotiator", "mx-a"):
        assert ask(layout, audience, "SELECT number, audience FROM edition.edition") == [(1, audience)]
        assert ask(layout, audience, "SELECT obs_value FROM capital_flows") == [(1,)]
        [(name,)] = ask(layout, audience, "SELECT name_en FROM areas")
        assert name == ("theirs" if audience == "negotiator" else "x")


def test_only_the_publics_file_is_for_everybody_on_the_machine(layout: Layout, publish_for: Publish) -> None:
    publish_for(1)
    modes = {path.name.split(".")[1]: stat.S_IMODE(path.stat().st_mode) for path in layout.editions.iterdir()}
    assert modes == {PUBLIC: 0o444, "negotiator": 0o400, "mx-a": 0o400}


def test_an_edition_of_which_one_audiences_file_is_gone_is_built_again(layout: Layout, publish_for: Publish) -> None:
    publish_for(1)
    (layout.editions / "edition-000001.mx-a.duckdb").unlink()
    assert publish_for(1).number == 2


def test_another_embargo_or_audience_makes_an_edition_though_nothing_else_changed(
    layout: Layout, publish_for: Publish
) -> None:
    publish_for(1)
    assert publish_for(1).is_new is False
    noon = dt.datetime(2026, 6, 30, 12, tzinfo=dt.UTC)
    assert publish_for(1, next_release=noon).number == 2
    assert publish_for(1, next_release=noon).is_new is False
    assert publish_for(1, next_release=noon, audiences={PUBLIC: AudienceTables()}).number == 3
    pointer = layout.pointer()
    assert pointer is not None
    assert [pointer.is_due(noon - dt.timedelta(seconds=1)), pointer.is_due(noon)] == [False, True]


def test_the_log_records_what_is_known_and_files_show_what_is_seen(
    layout: Layout, publish_for: Publish, made_up_tables: MadeUp
) -> None:
    known = {name: made_up_tables(77)[name].drop("is_preferred") for name in load_contracts().tables}
    publish_for(1, known=known)
    log = pl.read_parquet(layout.vintages / TRADE.id / "000001.parquet")
    assert log["obs_value"].to_list() == [77]
    assert ask(layout, PUBLIC, "SELECT obs_value FROM compute_exports") == [(1,)]


# Older editions


def test_older_editions_stay_while_they_show_nothing_that_is_hidden(layout: Layout, publish_for: Publish) -> None:
    for value in (1, 2, 3):
        publish_for(value)
    assert len(files(layout)) == 9


def test_a_value_that_is_hidden_now_takes_older_editions_with_it(layout: Layout, publish_for: Publish) -> None:
    publish_for(1)
    publish_for(2)
    publish_for(3, hidden=True)
    assert files(layout) == {"3.public.duckdb", "3.negotiator.duckdb", "3.mx-a.duckdb"}


def test_a_row_that_a_partner_took_back_takes_older_editions_with_it(
    layout: Layout, publish_for: Publish, made_up_tables: MadeUp
) -> None:
    dropped = {TRADE.id: made_up_tables(1)[TRADE.id].with_columns(source_id=pl.lit("drop:mx-a"))}
    publish_for(1)
    publish_for(2, changed=dropped)
    publish_for(3)
    assert {name[0] for name in files(layout)} == {"1", "3"}


def test_a_withdrawn_drop_takes_older_editions_with_it(layout: Layout, publish_for: Publish) -> None:
    publish_for(1)
    publish_for(2, withdrawn=["another"])
    assert {name[0] for name in files(layout)} == {"1", "2"}
    publish_for(3, withdrawn=["x"])
    assert {name[0] for name in files(layout)} == {"3"}


def test_an_older_file_that_nobody_can_vouch_for_or_look_at_goes(layout: Layout, publish_for: Publish) -> None:
    publish_for(1)
    spoilt = layout.editions / "edition-000001.negotiator.duckdb"
    spoilt.chmod(0o600)
    spoilt.write_bytes(b"no edition")
    (layout.editions / "edition-000001.gone.duckdb").write_bytes(b"of a partner that has left")
    publish_for(2)
    assert {name for name in files(layout) if name[0] == "1"} == {"1.public.duckdb", "1.mx-a.duckdb"}


def test_what_a_killed_run_left_to_recall_is_removed_by_the_next(
    layout: Layout, publish_for: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_for(1)
    move = Layout.move_pointer

    def killed(self: Layout, pointer: Pointer) -> None:
        move(self, pointer)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Layout, "move_pointer", killed)
        with pytest.raises(KeyboardInterrupt):
            publish_for(2, hidden=True)
    assert "1.public.duckdb" in files(layout)
    assert publish_for(2, hidden=True).is_new is False
    assert {name[0] for name in files(layout)} == {"2"}


def test_a_reader_who_comes_while_an_edition_is_recalled_gets_the_next_one(
    layout: Layout, publish_for: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_for(1)
    connect = read.connect_file
    tries: list[int] = []

    def late(number: int, path: Any) -> read.EditionConnection:
        tries.append(number)
        if number == 1:
            publish_for(2, hidden=True)
        return connect(number, path)

    monkeypatch.setattr(read, "connect_file", late)
    assert read.connect(layout).number == 2
    assert tries == [1, 2]
    (layout.editions / "edition-000002.public.duckdb").chmod(0o600)
    (layout.editions / "edition-000002.public.duckdb").write_bytes(b"no edition")
    with pytest.raises(WarehouseError, match=r"edition 2 .* cannot be opened"):
        read.connect(layout)


# What they said


def test_values_of_older_editions_that_stay_can_be_looked_up(
    layout: Layout, publish_for: Publish, made_up_tables: MadeUp
) -> None:
    keys = made_up_tables(1)[TRADE.id]
    nobody = keys.select(row_key(TRADE)).clear()
    look = {"keys": keys, "hidden": nobody}
    assert values_shown_before(layout, PUBLIC, TRADE, **look).is_empty()
    publish_for(1)
    publish_for(2)
    found = values_shown_before(layout, PUBLIC, TRADE, **look)
    assert sorted(found.select("obs_value", "file").rows()) == [
        (1, "edition-000001.public.duckdb"),
        (2, "edition-000002.public.duckdb"),
    ]
    assert values_shown_before(layout, PUBLIC, TRADE, keys=keys, hidden=keys).is_empty()
    other = keys.with_columns(product=pl.lit("TOTAL"))
    assert values_shown_before(layout, PUBLIC, TRADE, keys=other, hidden=nobody).is_empty()
