"""The intake as a whole: order of numbers, waiting, duplicates, and that one partner never keeps another waiting."""

import datetime as dt

import pytest

from compact_pipelines.errors import ContractError, WarehouseError
from compact_pipelines.exchange import decision
from compact_pipelines.exchange.decision import Step
from tests.exchange.corpus.building import DATA, row, rows
from tests.exchange.corpus.exchanging import NORTH, SOUTH, Exchange


def _statuses(exchange: Exchange) -> list[str]:
    return [decided.status for decided in exchange.take_in()]


def test_steps_are_told_in_their_order(exchange: Exchange) -> None:
    told: list[Step] = []
    exchange.send(rows(1))
    exchange.take_in(told.append)
    assert told == list(Step)


def test_empty_inbox_is_no_fault(exchange: Exchange) -> None:
    assert exchange.take_in() == []


def test_drops_are_taken_in_the_order_of_their_numbers(exchange: Exchange) -> None:
    for seq, folder in ((3, "a"), (1, "b"), (2, "c")):
        exchange.send([row(1, obs_value=str(10 + seq))], seq, folder=folder)
    assert _statuses(exchange) == ["ACCEPTED", "ACCEPTED", "ACCEPTED"]
    assert exchange.values() == {"1951": 13}


def test_drop_that_waited_is_taken_in_once_the_one_before_has_come(exchange: Exchange) -> None:
    exchange.send([row(1, obs_value="12")], 2)
    assert _statuses(exchange) == ["WAITING"]
    assert _statuses(exchange) == []  # told once
    exchange.send([row(1, obs_value="11")], 1)
    assert _statuses(exchange) == ["ACCEPTED", "ACCEPTED"]
    assert exchange.values() == {"1951": 12}


def test_drop_waits_fourteen_days(exchange: Exchange) -> None:
    exchange.send(rows(1), 2)
    exchange.take_in()
    exchange.now += dt.timedelta(days=13, hours=23)
    assert _statuses(exchange) == []
    exchange.now += dt.timedelta(hours=1)
    [decided] = exchange.take_in()
    assert (decided.status, decided.receipt["by_rule"][0]["rule"]) == ("REJECTED", "waited_too_long")


def test_rejected_drop_leaves_its_number_free(exchange: Exchange) -> None:
    exchange.send([row(1, ref_area="USA")], 1, folder="foreign")
    exchange.send(rows(1), 1, folder="good")
    assert sorted(_statuses(exchange)) == ["ACCEPTED", "REJECTED"]


def test_held_drop_uses_its_number_and_the_next_goes_on(exchange: Exchange) -> None:
    exchange.send([row(1, obs_value="x")], mode="all_or_nothing")
    exchange.send(rows(1), 2)
    assert _statuses(exchange) == ["HELD", "ACCEPTED"]


def test_same_manifest_in_two_folders_counts_once(exchange: Exchange) -> None:
    exchange.send(rows(2), folder="first")
    exchange.send(rows(2), folder="second")
    assert sorted(_statuses(exchange)) == ["ACCEPTED", "DUPLICATE"]
    assert len(exchange.current()) == 2


def test_tables_are_numbered_each_on_its_own(exchange: Exchange) -> None:
    exchange.send(rows(1), 1)
    exchange.send(
        [{"ref_area": "CAN", "instrument": "OECD_AI_2019", "time_period": "2019", "adoption_status": "participant",
          "source_tier": "official", "obs_status": "A", "conf_status": "F"}],
        1, folder="standards", dataflow="standards_adoption", structure="NACX:STANDARDS_ADOPTION(1.0.0)",
    )  # fmt: skip
    assert _statuses(exchange) == ["ACCEPTED", "ACCEPTED"]


def test_intake_during_an_intake_is_refused(exchange: Exchange) -> None:
    with exchange.ledger.lock(), pytest.raises(WarehouseError, match="another intake is at work"):
        exchange.take_in()


def test_fault_of_ours_over_one_drop_keeps_no_other_waiting(
    exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge = decision.judge_drop

    def fail_for_canada(*arguments: object, **options: object) -> object:
        if options["areas"] == frozenset({"CAN"}):
            raise ContractError("a fault of ours")
        return judge(*arguments, **options)  # type: ignore[arg-type]

    exchange.send(rows(1))
    exchange.send([row(1, ref_area="MEX")], partner=SOUTH)
    monkeypatch.setattr(decision, "judge_drop", fail_for_canada)
    with pytest.raises(ContractError, match="a fault of ours"):
        exchange.take_in()
    assert [source for _, source, *_ in exchange.current()] == [f"drop:{SOUTH}"]
    assert (exchange.root / "outbox" / SOUTH / "drop-1" / "receipt.json").is_file()
    monkeypatch.undo()
    assert _statuses(exchange) == ["ACCEPTED"]


def test_partner_whose_agreement_ended_is_told_so(exchange: Exchange) -> None:
    exchange.send(rows(1))
    del exchange.agreements[NORTH]
    [decided] = exchange.take_in()
    assert (decided.status, decided.receipt["by_rule"][0]["rule"]) == ("REJECTED", "known_partner")
    assert exchange.ledger.rows("SELECT * FROM files") == []


def test_files_are_opened_where_they_lie_and_nowhere_else(exchange: Exchange) -> None:
    folder = exchange.send(rows(1))
    (folder / DATA).rename(exchange.root / DATA)
    (folder / DATA).symlink_to(exchange.root / DATA)
    assert _statuses(exchange) == ["REJECTED"]
    assert exchange.current() == []
