"""Withdrawal and release: recomputed from the stored originals, recorded as one more part, nothing destroyed."""

import datetime as dt
import shutil

import pytest

from compact_pipelines.errors import UsageError, WarehouseError
from compact_pipelines.exchange.ledger import find_broken_audit
from compact_pipelines.exchange.releasing import release
from compact_pipelines.exchange.replaying import Place
from compact_pipelines.exchange.vintages import open_vintages
from compact_pipelines.exchange.withdrawal import withdraw
from tests.exchange.corpus.building import DATA, TRADE, row, rows, table
from tests.exchange.corpus.exchanging import NORTH, SOUTH, Exchange


@pytest.fixture(scope="module")
def taken_in(tmp_path_factory: pytest.TempPathFactory) -> Exchange:
    """Three drops: twelve years; two of them revised, one deleted, one new; a third one revised and one held."""
    exchange = Exchange(tmp_path_factory.mktemp("taken_in") / "data")
    exchange.send(rows(12))
    exchange.send([row(1, obs_value="13"), row(2, obs_value="14", comment_obs="a note"), row(30)], 2)
    exchange.send([row(2, obs_value="15"), row(40, obs_value="x"), row(41)], 3)
    exchange.send([row(1, ref_area="MEX")], partner=SOUTH)
    exchange.take_in()
    return exchange


@pytest.fixture
def sent(taken_in: Exchange, exchange: Exchange) -> Exchange:
    """A copy of what was taken in, from whose inbox the partners have cleared what they had sent."""
    shutil.copytree(taken_in.root, exchange.root, symlinks=True, ignore=shutil.ignore_patterns("inbox"))
    exchange.now = taken_in.now
    return exchange


def _withdraw(exchange: Exchange, seq: int, reason: str = "a test") -> int:
    return withdraw(exchange.root, f"{NORTH}/drop-{seq}", reason, exchange.now).rows


def _release(exchange: Exchange, seq: int, *numbers: int) -> int:
    places: list[Place] = [(DATA, number) for number in numbers]
    return release(exchange.root, f"{NORTH}/drop-{seq}", places, "a test", exchange.now).rows


def test_withdrawn_drop_leaves_what_would_be_without_it(sent: Exchange) -> None:
    assert _withdraw(sent, 2) == 3  # year 1 as it was, year 2 without the note, year 30 gone
    found = sent.values()
    assert (found["1951"], found["1952"]) == (12.5, 15)
    assert "1980" not in found
    assert [note for *_, note in sent.current() if note] == []


def test_rows_said_anew_are_of_the_drop_that_said_them(sent: Exchange) -> None:
    _withdraw(sent, 2)
    with open_vintages(sent.root, TRADE, NORTH) as connection:
        found = connection.execute("SELECT drop_id, seq FROM current_rows WHERE time_period = '1951'").fetchall()
    assert found[0][0].startswith(f"{NORTH}.compute_exports.1.")


def test_withdrawal_destroys_nothing(sent: Exchange) -> None:
    before, known = sent.vintages(), sent.now + dt.timedelta(seconds=1)
    sent.now += dt.timedelta(hours=1)
    _withdraw(sent, 2)
    assert {row[:-1] for row in before} <= {row[:-1] for row in sent.vintages()}
    with open_vintages(sent.root, TRADE) as connection:
        found = connection.execute("SELECT obs_value FROM as_of($at) WHERE time_period = '1980'", {"at": known})
        assert len(found.fetchall()) == 1


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1), (2, 3, 1), (2, 1, 3)])
def test_all_withdrawn_in_any_order_leaves_nothing(sent: Exchange, order: tuple[int, ...]) -> None:
    for seq in order:
        _withdraw(sent, seq)
    assert [source for _, source, *_ in sent.current()] == [f"drop:{SOUTH}"]


def test_withdrawn_drop_is_as_if_it_had_never_come(sent: Exchange, tmp_path_factory: pytest.TempPathFactory) -> None:
    without = Exchange(tmp_path_factory.mktemp("without") / "data")
    without.send(rows(12))
    without.send([row(2, obs_value="15"), row(40, obs_value="x"), row(41)], 2)
    without.send([row(1, ref_area="MEX")], partner=SOUTH)
    without.take_in()
    _withdraw(sent, 2)
    assert sent.current() == without.current()


def test_drops_after_a_withdrawal_go_on(sent: Exchange) -> None:
    _withdraw(sent, 2)
    sent.send([row(1, obs_value="20"), row(50)], 4)
    assert [decided.status for decided in sent.take_in()] == ["ACCEPTED"]
    assert sent.values()["1951"] == 20


def test_number_of_a_withdrawn_drop_stays_used(sent: Exchange) -> None:
    _withdraw(sent, 3)
    sent.send(rows(1), 3, folder="again")
    assert [decided.status for decided in sent.take_in()] == ["REJECTED"]


def test_drop_is_withdrawn_once(sent: Exchange) -> None:
    _withdraw(sent, 2)
    with pytest.raises(UsageError, match="withdrawn already"):
        _withdraw(sent, 2)


def test_only_what_was_taken_in_can_be_withdrawn(sent: Exchange) -> None:
    sent.send([row(1, ref_area="USA")], 4)
    sent.take_in()
    with pytest.raises(UsageError, match="REJECTED"):
        _withdraw(sent, 4)
    with pytest.raises(UsageError, match="no drop"):
        _withdraw(sent, 9)


def test_held_rows_of_a_withdrawn_drop_are_withdrawn_with_it(sent: Exchange) -> None:
    _withdraw(sent, 3)
    assert sent.states() == {(3, 2): "withdrawn"}


def test_row_that_a_withdrawn_drop_closed_is_open_again(sent: Exchange) -> None:
    sent.send([row(40)], 4)
    sent.take_in()
    assert sent.states() == {(3, 2): "closed"}
    _withdraw(sent, 4)
    assert sent.states() == {(3, 2): "open"}


def test_delete_comes_back_when_its_drop_is_withdrawn(sent: Exchange) -> None:
    sent.send({DATA: table([row(5)])}, 4, action="delete")
    sent.take_in()
    assert "1955" not in sent.values()
    _withdraw(sent, 4)
    assert sent.values()["1955"] == 12.5


def test_changed_original_stops_a_withdrawal(sent: Exchange) -> None:
    [copy] = sent.ledger.rows("SELECT sha256 FROM files WHERE drop_number = 1 AND name = ?", DATA)
    path = sent.root / "exchange" / "store" / copy["sha256"][:2] / copy["sha256"]
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b"12.5", b"99.5"))
    before = sent.current()
    with pytest.raises(WarehouseError, match="restore it from a backup"):
        _withdraw(sent, 2)
    assert sent.current() == before


@pytest.fixture
def slipped(exchange: Exchange) -> Exchange:
    """Six years, and a drop that is held because all of them are a thousand times larger."""
    exchange.send(rows(6))
    exchange.take_in()
    exchange.send([row(number, obs_value=str(12_500 + number)) for number in range(6)], 2)
    exchange.take_in()
    return exchange


def test_release_lets_single_rows_in(slipped: Exchange) -> None:
    assert _release(slipped, 2, 1, 3) == 2
    assert [slipped.values()[year] for year in ("1950", "1951", "1952")] == [12_500, 12.5, 12_502]
    assert slipped.states()[2, 1] == slipped.states()[2, 3] == "released"
    assert slipped.states()[2, 2] == "open"


def test_release_of_all_lets_the_drop_in(slipped: Exchange) -> None:
    assert _release(slipped, 2) == 6
    assert set(slipped.states().values()) == {"released"}


def test_released_row_is_released_once(slipped: Exchange) -> None:
    _release(slipped, 2, 1)
    with pytest.raises(UsageError, match="row 1 is released"):
        _release(slipped, 2, 1)


def test_row_that_breaks_the_contract_is_not_released(sent: Exchange) -> None:
    with pytest.raises(UsageError, match="must send them anew"):
        _release(sent, 3, 2)
    assert sent.states() == {(3, 2): "open"}


def test_row_that_is_not_held_is_not_released(sent: Exchange) -> None:
    with pytest.raises(UsageError, match="row 1 is not held"):
        _release(sent, 3, 1)


def test_later_drop_revises_what_was_released(slipped: Exchange) -> None:
    _release(slipped, 2, 1)
    slipped.send([row(0, obs_value="13000"), row(1, obs_value="13")], 3)
    assert [decided.status for decided in slipped.take_in()] == ["ACCEPTED"]
    assert slipped.values()["1950"] == 13_000


def test_release_survives_the_withdrawal_of_another_drop(slipped: Exchange) -> None:
    _release(slipped, 2, 1)
    slipped.send([row(1, obs_value="13")], 3)
    slipped.take_in()
    _withdraw(slipped, 3)
    assert [slipped.values()[year] for year in ("1950", "1951")] == [12_500, 12.5]


def test_released_rows_go_with_their_drop(slipped: Exchange) -> None:
    _release(slipped, 2)
    _withdraw(slipped, 2)
    assert set(slipped.values().values()) == {12.5}


def test_one_copy_of_a_repeated_key_may_be_released(exchange: Exchange) -> None:
    exchange.send([row(1, obs_value="1"), row(1, obs_value="2"), row(3)])
    exchange.take_in()
    _release(exchange, 1, 2)
    assert exchange.values()["1951"] == 2
    assert exchange.states() == {(1, 1): "open", (1, 2): "released"}


def test_who_did_what_and_why_is_in_the_audit_log(slipped: Exchange) -> None:
    _release(slipped, 2, 1)
    _withdraw(slipped, 1, "the office asked")
    assert [entry["what"] for entry in slipped.audit()[-2:]] == ["release", "withdrawal"]
    assert "the office asked" in slipped.audit()[-1]["detail"]
    assert find_broken_audit(slipped.audit()) is None
