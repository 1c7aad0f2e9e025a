"""A drop against what came before: a unit that slipped and a mass deletion hold it, the rest is told."""

from typing import Any

import pytest

from tests.exchange.corpus.building import DATA, Row, row, rows, table
from tests.exchange.corpus.exchanging import Exchange


def _told(exchange: Exchange, *drops: list[Row], **fields: Any) -> tuple[str, set[str], list[str]]:
    """Status, rules and words of the last drop."""
    first = len(exchange.statuses())
    for number, lines in enumerate(drops, start=first + 1):
        exchange.send(lines, number, **(fields if number == first + len(drops) else {}))
        [decided] = exchange.take_in()
    receipt = decided.receipt
    return decided.status, {count["rule"] for count in receipt["by_rule"]}, [f["found"] for f in receipt["findings"]]


def _values(*values: str, first: int = 0) -> list[Row]:
    return [row(number, obs_value=value) for number, value in enumerate(values, start=first)]


@pytest.mark.parametrize("factor", [0.000001, 0.001, 0.1, 10, 1_000, 1_000_000])
def test_every_value_moved_by_one_power_of_ten_holds_the_drop(exchange: Exchange, factor: float) -> None:
    before, after = ["3000", "41000", "520000"], [f"{value * factor:.6f}" for value in (3_000, 41_000, 520_000)]
    status, rules, [found, *_] = _told(exchange, _values(*before), _values(*after))
    assert (status, "unit_slip" in rules) == ("HELD", True)
    assert "All 3 values that change" in found
    assert ("larger" in found) == (factor > 1)


def test_slip_is_seen_through_small_revisions_and_new_rows(exchange: Exchange) -> None:
    slipped = [*_values("3030000", "40500000", "523000000"), *_values("7000000", first=10)]
    status, _, _ = _told(exchange, _values("3000", "41000", "520000"), slipped)
    assert status == "HELD"


@pytest.mark.parametrize("after", [("3000", "410000", "5200000"), ("30000", "41000", "5200"), ("6000", "82000", "1")])
def test_values_that_move_each_their_way_are_no_slip(exchange: Exchange, after: tuple[str, ...]) -> None:
    status, rules, _ = _told(exchange, _values("3000", "41000", "520000"), _values(*after))
    assert (status, "unit_slip" in rules) == ("ACCEPTED", False)


def test_one_value_tenfold_is_no_slip_and_a_thousandfold_is(exchange: Exchange) -> None:
    assert _told(exchange, _values("5"), _values("50"))[0] == "ACCEPTED"
    assert _told(exchange, _values("50000"))[0] == "HELD"


def test_first_drop_slips_nowhere(exchange: Exchange) -> None:
    assert _told(exchange, _values("1", "1", "1"))[0] == "ACCEPTED"


@pytest.mark.parametrize(("deleted", "status"), [(2, "ACCEPTED"), (3, "HELD")])
def test_more_than_a_tenth_deleted_holds_the_drop(exchange: Exchange, deleted: int, status: str) -> None:
    exchange.send(rows(20))
    exchange.take_in()
    exchange.send({DATA: table(rows(deleted))}, 2, action="delete")
    [decided] = exchange.take_in()
    assert decided.status == status
    assert len(exchange.current()) == (18 if status == "ACCEPTED" else 20)


def test_deletions_are_shares_of_the_own_rows_of_the_table(exchange: Exchange) -> None:
    exchange.send(rows(2))
    exchange.send([row(number, ref_area="MEX") for number in range(30)], partner="south-office")
    exchange.take_in()
    exchange.send({DATA: table(rows(1))}, 2, action="delete")
    [decided] = exchange.take_in()
    assert decided.status == "HELD"


def test_unusual_revision_is_told(exchange: Exchange) -> None:
    usual = [_values(value) for value in ("100", "101", "102", "103")]
    status, rules, [found] = _told(exchange, *usual, _values("150"))
    assert (status, rules) == ("ACCEPTED", {"usual_revision"})
    assert found.startswith("The value changes by 45.6 %; usual is 1.0 %")


def test_usual_revision_is_not_told(exchange: Exchange) -> None:
    assert _told(exchange, *[_values(value) for value in ("100", "101", "102", "103", "105")])[1] == set()


def test_sign_is_asked_where_a_figure_may_be_negative(exchange: Exchange) -> None:
    flow = {"ref_area": "CAN", "counterpart_area": "USA", "freq": "A", "direction": "OUT", "instrument": "D_F",
            "stock_flow": "F", "time_period": "2024", "unit_measure": "USD", "obs_status": "A",
            "conf_status": "F"}  # fmt: skip
    agreement = exchange.agreements["north-office"]
    exchange.agreements["north-office"] = agreement.model_copy(update={"dataflows": ["capital_flows"]})
    named = {"dataflow": "capital_flows", "structure": "NACX:CAPITAL_FLOWS(1.0.0)"}
    for seq, value in enumerate(("5", "-6.50"), start=1):
        exchange.send([{**flow, "obs_value": value}], seq, **named)
        [decided] = exchange.take_in()
    rules, [told] = {count["rule"] for count in decided.receipt["by_rule"]}, decided.receipt["findings"]
    status, found = decided.status, told["found"]
    assert (status, rules) == ("ACCEPTED", {"sign_kept"})
    assert found == "The value was 5 and is -6.5."


def test_break_without_its_status_is_told_once_where_it_is(exchange: Exchange) -> None:
    status, rules, found = _told(exchange, _values("10", "11", "150", "155"))
    assert (status, rules) == ("ACCEPTED", {"break_is_marked"})
    assert found == ["The value is 150 after 11 in 1951."]


def test_break_is_seen_against_earlier_drops(exchange: Exchange) -> None:
    assert _told(exchange, _values("10", "11"), _values("500", first=2))[1] == {"break_is_marked"}


def test_marked_break_is_none(exchange: Exchange) -> None:
    assert _told(exchange, [row(0), row(1, obs_value="500", obs_status="B")])[1] == set()


def test_parts_above_their_total_are_told(exchange: Exchange) -> None:
    lines = [row(0, counterpart_area="W00", obs_value="20"), row(0), row(0, counterpart_area="MEX")]
    status, rules, [found] = _told(exchange, lines)
    assert (status, rules) == ("ACCEPTED", {"parts_add_up"})
    assert found == "W00 is 20, its areas add up to 25."


def test_parts_below_their_total_may_be(exchange: Exchange) -> None:
    lines = [row(0, counterpart_area="W00", obs_value="25.01"), row(0), row(0, counterpart_area="MEX")]
    assert _told(exchange, lines)[1] == set()


@pytest.mark.parametrize(
    ("period", "outside"),
    [(("1950", "1952"), 0), (("1951", "1952"), 1), (("1950", "1951"), 1), (("1951", "1951"), 2), ((None, "1950"), 2),
     (("1952", None), 2), (("1950-Q1", "1952-Q4"), 0), (("1951-07", "1951-08"), 2)],
)  # fmt: skip
def test_rows_outside_the_period_are_told(
    exchange: Exchange, period: tuple[str | None, str | None], outside: int
) -> None:
    told = _told(exchange, rows(3), period_from=period[0], period_to=period[1])
    assert len(told[2]) == outside


@pytest.mark.parametrize(
    ("time_period", "freq", "outside"),
    [("2024-Q2", "Q", 0), ("2024-Q3", "Q", 0), ("2024-Q1", "Q", 1), ("2024-Q4", "Q", 1), ("2024-04", "M", 0),
     ("2024-09", "M", 0), ("2024-03", "M", 1), ("2024-10", "M", 1), ("2024", "A", 0), ("2023", "A", 1)],
)  # fmt: skip
def test_quarters_and_months_are_compared_by_when_they_are(
    exchange: Exchange, time_period: str, freq: str, outside: int
) -> None:
    told = _told(exchange, [row(0, freq=freq, time_period=time_period)], period_from="2024-Q2", period_to="2024-Q3")
    assert len(told[2]) == outside


def test_many_oddities_are_counted_and_twenty_told(exchange: Exchange) -> None:
    lines = [row(number, obs_value="1" if number % 2 else "1000") for number in range(60)]
    exchange.send(lines)
    [decided] = exchange.take_in()
    assert [(count["rule"], count["found"]) for count in decided.receipt["by_rule"]] == [("break_is_marked", 59)]
    assert (decided.receipt["findings_total"], decided.receipt["findings_told"]) == (59, 20)
