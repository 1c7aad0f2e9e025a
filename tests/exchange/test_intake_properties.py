"""What holds for every drop: a byte that changes is noticed, the order of arrival changes nothing, rows are kept."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compact_pipelines.exchange.manifest import MANIFEST, SIGNATURE
from compact_pipelines.exchange.receipts import receipt_bytes
from tests.exchange.corpus.building import DATA, Row, row, rows
from tests.exchange.corpus.exchanging import NORTH, SOUTH, Exchange

KINDS: Final[dict[str, Row]] = {
    "good": {},
    "figure": {"obs_value": "1e5"},
    "code": {"product": "HS_00"},
    "blank": {"conf_status": ""},
    "formula": {"comment_obs": "=1+1"},
    "two faults": {"obs_value": "x", "obs_status": "?"},
    "same key": {"time_period": "1999"},
}
EXAMPLES: Final = settings(max_examples=12, derandomize=True, database=None)


@contextmanager
def new_exchange() -> Iterator[Exchange]:
    with tempfile.TemporaryDirectory() as folder:
        yield Exchange(Path(folder) / "data")


def _changed(content: bytes, place: float, change: int) -> bytes:
    at = int(place * len(content))
    return content[:at] + bytes([content[at] ^ change]) + content[at + 1 :]


PLACES: Final = st.floats(0, 1, exclude_max=True)
CHANGES: Final = st.integers(1, 255)


@settings(EXAMPLES, max_examples=60)
@given(name=st.sampled_from([MANIFEST, SIGNATURE, DATA]), place=PLACES, change=CHANGES)
def test_any_changed_byte_of_an_upload_is_refused(name: str, place: float, change: int) -> None:
    with new_exchange() as exchange:
        path = exchange.send(rows(2)) / name
        path.write_bytes(_changed(path.read_bytes(), place, change))
        [decided] = exchange.take_in()
        assert decided.status == "REJECTED"
        assert exchange.current() == []


@settings(EXAMPLES, max_examples=30)
@given(name=st.sampled_from([MANIFEST, SIGNATURE, DATA]), place=PLACES, change=CHANGES)
def test_any_changed_byte_of_a_stored_copy_is_noticed_before_it_is_used(name: str, place: float, change: int) -> None:
    with new_exchange() as exchange:
        exchange.send(rows(2), 2)
        assert [decided.status for decided in exchange.take_in()] == ["WAITING"]
        [copy] = exchange.ledger.rows("SELECT sha256 FROM files WHERE name = ?", name)
        path = exchange.root / "exchange" / "store" / copy["sha256"][:2] / copy["sha256"]
        path.chmod(0o644)
        path.write_bytes(_changed(path.read_bytes(), place, change))
        decided = exchange.take_in()
        assert [(one.status, one.receipt["by_rule"][0]["rule"]) for one in decided] == [("REJECTED", "kept_as_it_came")]


def _send_all(exchange: Exchange, order: list[tuple[str, int]]) -> None:
    """The drops of two partners, each drop's rows given by its number."""
    lines: dict[tuple[str, int], list[Row]] = {
        (NORTH, 1): [*rows(12), row(20, obs_value="x")],
        (NORTH, 2): [row(1, obs_value="13"), row(20), row(21, obs_value="y")],
        (NORTH, 3): [row(2, obs_value="14"), row(1, comment_obs="revised once more", obs_value="13.5")],
        (SOUTH, 1): [row(number, ref_area="MEX") for number in range(4)],
        (SOUTH, 2): [row(1, ref_area="MEX", obs_value="9"), row(5, ref_area="MEX", obs_value="z")],
    }
    for partner, seq in order:
        exchange.send(lines[partner, seq], seq, partner=partner)


ORDER: Final = [(NORTH, 1), (NORTH, 2), (NORTH, 3), (SOUTH, 1), (SOUTH, 2)]


@pytest.fixture(scope="module")
def in_order(tmp_path_factory: pytest.TempPathFactory) -> Exchange:
    """The exchange after one intake of all drops in their order; to be looked at, not to be changed."""
    exchange = Exchange(tmp_path_factory.mktemp("in_order") / "data")
    _send_all(exchange, ORDER)
    exchange.take_in()
    return exchange


@EXAMPLES
@given(order=st.permutations(ORDER), cuts=st.lists(st.booleans(), min_size=5, max_size=5))
def test_any_order_of_arrival_ends_in_the_same_rows_and_vintages(
    in_order: Exchange, order: list[tuple[str, int]], cuts: list[bool]
) -> None:
    with new_exchange() as exchange:
        for drop, cut in zip(order, cuts, strict=True):
            _send_all(exchange, [drop])
            if cut:
                exchange.take_in()
        exchange.take_in()
        assert exchange.statuses().keys() == in_order.statuses().keys()
        assert exchange.current() == in_order.current()
        assert exchange.vintages() == in_order.vintages()
        assert exchange.states() == in_order.states()


@EXAMPLES
@given(kinds=st.lists(st.sampled_from(list(KINDS)), min_size=1, max_size=80))
def test_rows_in_are_rows_stored_and_held(kinds: list[str]) -> None:
    with new_exchange() as exchange:
        exchange.send([{**row(60 + number), **KINDS[kind]} for number, kind in enumerate(kinds)])
        [decided] = exchange.take_in()
        told, bad = decided.receipt["rows"], [kind for kind in kinds if kind != "good"]
        is_single = kinds.count("same key") == 1
        held = len(bad) - is_single
        if decided.status == "HELD":
            assert held >= 50
            held = len(kinds)
        assert told == {"in": len(kinds), "stored": len(kinds) - held, "held": held, "read": len(kinds)}
        assert len(exchange.current()) == len(kinds) - held
        assert exchange.held().height == held


def test_changing_nothing_is_not_refused(exchange: Exchange) -> None:
    exchange.send(rows(2))
    assert [decided.status for decided in exchange.take_in()] == ["ACCEPTED"]


@pytest.mark.parametrize("seed", range(3))
def test_a_receipt_says_the_same_however_often_it_is_written(exchange: Exchange, seed: int) -> None:
    exchange.send([row(number, obs_value="x" if number == seed else "1") for number in range(4)])
    exchange.take_in()
    folder = exchange.root / "outbox" / NORTH / "drop-1"
    before = (folder / "receipt.json").read_bytes()
    shutil.rmtree(folder)
    with exchange.ledger.open() as connection:
        connection.execute("UPDATE drops SET is_delivered = 0")
    [decided] = exchange.take_in()
    assert (folder / "receipt.json").read_bytes() == before == receipt_bytes(decided.receipt)
