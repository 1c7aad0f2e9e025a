"""Held rows: every byte, place and rule of them, until a later row closes them; and handed back as they came."""

from pathlib import Path

import pytest

from compact_pipelines.errors import UsageError
from compact_pipelines.exchange.exporting import export_held
from compact_pipelines.exchange.held import open_held
from tests.exchange.corpus.building import DATA, TRADE, Data, row, rows, table
from tests.exchange.corpus.exchanging import NORTH, SOUTH, Exchange


def _bytes(exchange: Exchange) -> dict[tuple[str, int], bytes | None]:
    with open_held(exchange.root, TRADE) as connection:
        return {(file, row): content for file, row, content in connection.execute(
            "SELECT file, row, bytes FROM held_rows").fetchall()}  # fmt: skip


def test_held_row_keeps_its_place_and_rules(exchange: Exchange) -> None:
    exchange.send([row(1), row(2, obs_value="x", product="HS_0"), row(3)])
    exchange.take_in()
    [held] = exchange.held().rows(named=True)
    assert (held["partner"], held["folder"], held["dataflow"], held["seq"]) == (NORTH, "drop-1", TRADE.id, 1)
    assert (held["file"], held["row"], held["state"]) == (DATA, 2, "open")
    assert set(held["rules"].split(", ")) == {"decimal", "known_code"}
    assert held["key"] == "A CAN USA X HS_0 1952"


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_held_row_keeps_its_bytes(exchange: Exchange, ending: str) -> None:
    lines = table([row(1), row(2, obs_value="x", comment_obs='Québec, "été"'), row(3)]).content.decode().splitlines()
    exchange.send({DATA: Data(ending.join(lines).encode(), 3)})
    exchange.take_in()
    assert _bytes(exchange) == {(DATA, 2): lines[2].encode()}


def test_row_over_several_lines_is_one_row(exchange: Exchange) -> None:
    data = table([row(1, comment_obs="a\nb"), row(2, obs_value="x", comment_obs="c\nd"), row(3)])
    exchange.send({DATA: data})
    exchange.take_in()
    [(place, content)] = _bytes(exchange).items()
    assert place == (DATA, 2)
    assert content is not None
    assert content in data.content
    assert b"c\nd" in content


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_export_is_the_lines_as_they_came(exchange: Exchange, tmp_path: Path, ending: str) -> None:
    lines = table([row(1), row(2, obs_value="x"), row(3), row(4, obs_value="1,5")]).content.decode().splitlines()
    exchange.send({DATA: Data(("\ufeff" + ending.join(lines) + ending).encode(), 4)})
    exchange.take_in()
    [(path, count)] = export_held(exchange.root, f"{NORTH}/drop-1", tmp_path / "out")
    assert count == 2
    assert path.read_bytes().decode("utf-8-sig") == "\n".join([lines[0], lines[2], lines[4], ""])


def test_export_leaves_out_what_is_closed(exchange: Exchange, tmp_path: Path) -> None:
    exchange.send([row(1, obs_value="x"), row(2, obs_value="y"), row(3)])
    exchange.send(rows(1, first=1), 2)
    exchange.take_in()
    [(path, count)] = export_held(exchange.root, f"{NORTH}/drop-1", tmp_path / "out")
    assert (count, path.read_text(encoding="utf-8").count("\n")) == (1, 2)


def test_export_overwrites_nothing(exchange: Exchange, tmp_path: Path) -> None:
    exchange.send([row(1, obs_value="x"), row(2)])
    exchange.take_in()
    (tmp_path / "out").mkdir()
    with pytest.raises(UsageError, match="name a new folder"):
        export_held(exchange.root, f"{NORTH}/drop-1", tmp_path / "out")


def test_export_of_a_drop_without_held_rows_is_refused(exchange: Exchange, tmp_path: Path) -> None:
    exchange.send(rows(1))
    exchange.take_in()
    with pytest.raises(UsageError, match="no open held row"):
        export_held(exchange.root, f"{NORTH}/drop-1", tmp_path / "out")
    with pytest.raises(UsageError, match="no drop"):
        export_held(exchange.root, "nobody/nothing", tmp_path / "out")


def test_later_good_row_of_the_same_key_closes(exchange: Exchange) -> None:
    exchange.send([row(1, obs_value="x"), row(2, obs_value="y"), row(3)])
    exchange.take_in()
    exchange.send([row(1), row(9)], 2)
    exchange.take_in()
    assert exchange.states() == {(1, 1): "closed", (1, 2): "open"}


def test_later_bad_row_of_the_same_key_closes_nothing(exchange: Exchange) -> None:
    exchange.send([row(1, obs_value="x"), row(2)])
    exchange.send([row(1, obs_value="y"), row(3)], 2)
    exchange.take_in()
    assert exchange.states() == {(1, 1): "open", (2, 1): "open"}


def test_row_of_another_partner_closes_nothing(exchange: Exchange) -> None:
    exchange.send([row(1, obs_value="x"), row(2)])
    exchange.agreements[SOUTH] = exchange.agreements[SOUTH].model_copy(update={"reporters": ["CAN"]})
    exchange.send(rows(3), partner=SOUTH)
    exchange.take_in()
    assert exchange.states() == {(1, 1): "open"}


def test_drop_that_supersedes_closes_what_was_held_of_the_one_before(exchange: Exchange) -> None:
    exchange.send([row(1, obs_value="x"), row(2)])
    exchange.take_in()
    exchange.send([row(5)], 2, supersedes=1)
    exchange.take_in()
    assert exchange.states() == {(1, 1): "closed"}


def test_rows_in_order_of_a_held_drop_are_held_as_such(exchange: Exchange) -> None:
    exchange.send([row(1), row(2, obs_value="x")], mode="all_or_nothing")
    exchange.take_in()
    found = dict(exchange.held().select("row", "rules").iter_rows())
    assert found == {1: "drop_is_held", 2: "decimal"}
    assert exchange.current() == []


def test_row_with_a_blank_key_is_held_and_never_closed(exchange: Exchange) -> None:
    exchange.send([row(1, product=""), row(2)])
    exchange.send([row(1), row(2)], 2)
    exchange.take_in()
    assert exchange.states() == {(1, 1): "open"}
    assert exchange.held()["key"].to_list() == ["A CAN USA X ? 1951"]
