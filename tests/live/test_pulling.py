"""One partition from asking to believing; the publisher and its figures are made up."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from compact_pipelines.errors import KeyMissing, SourceUnavailable, UsageError, WarehouseError
from compact_pipelines.live.answers import Partition
from compact_pipelines.live.journal import Journal
from compact_pipelines.live.overruling import accept
from compact_pipelines.live.pulling import Pulled, pull
from compact_pipelines.live.rows import live_rows
from compact_pipelines.snapshots import SnapshotStore
from tests.live.made_up import NOW, PARTNERS, SOURCE, FakeWire, install, made_up_source, page, rows_of

OCTOBER = Partition("2025-10")
SEPTEMBER = Partition("2025-09")


@pytest.fixture(autouse=True)
def source(monkeypatch: pytest.MonkeyPatch) -> Any:
    return install(monkeypatch, made_up_source())


def ask(root: Path, wire: FakeWire, partition: Partition = OCTOBER, now: dt.datetime = NOW, **how: Any) -> Pulled:
    return pull(root, SOURCE, partition, wire, now=now, **how)  # type: ignore[arg-type]


def one(body: bytes | Exception, month: str = "2025-10") -> FakeWire:
    return FakeWire({(month, None): body})


def values(root: Path, source: Any) -> dict[tuple[str, str], int]:
    rows = live_rows(root, source)
    return {(area, month): int(value) for area, month, value in rows.select(
        "counterpart_area", "time_period", "obs_value").iter_rows()}  # fmt: skip


# Believed


def test_a_first_answer_is_believed_and_its_rows_name_their_bytes(data_root: Path, source: Any) -> None:
    found = ask(data_root, one(page(rows_of("2025-10"))))
    assert (found.verdict, found.rows, found.requests, found.newest_period) == ("ACCEPTED", 6, 1, "2025-10")
    rows = live_rows(data_root, source)
    assert set(rows["snapshot_id"]) == set(found.snapshot_ids)
    assert set(rows["recorded_at"]) == {NOW}
    kept = {row.snapshot_id: row for row in SnapshotStore.at(data_root).ledger()}
    assert json.loads(kept[found.snapshot_ids[0]].read())["rows"] == rows_of("2025-10")


def test_pages_are_followed_and_make_one_pull(data_root: Path, source: Any) -> None:
    first, second = rows_of("2025-10")[:4], rows_of("2025-10")[4:]
    wire = FakeWire({("2025-10", None): page(first, "b"), ("2025-10", "b"): page(second)})
    found = ask(data_root, wire)
    assert (found.rows, found.requests, len(found.snapshot_ids)) == (6, 2, 2)
    assert len(values(data_root, source)) == 6


def test_the_same_bytes_again_are_unchanged_and_make_no_news(data_root: Path) -> None:
    wire = one(page(rows_of("2025-10")))
    ask(data_root, wire)
    before = Journal(data_root).fingerprint(SOURCE)
    again = ask(data_root, wire, now=NOW + dt.timedelta(days=40))
    assert (again.verdict, again.rows) == ("UNCHANGED", 6)
    journal = Journal(data_root)
    assert journal.fingerprint(SOURCE) == before
    assert journal.accepted(SOURCE)[0].confirmed_at == NOW + dt.timedelta(days=40)


def test_nothing_changed_since_the_last_mark_costs_no_body(data_root: Path) -> None:
    place = ("2025-10", None)
    wire = FakeWire({place: page(rows_of("2025-10"))}, marks={place: '"v1"'})
    ask(data_root, wire)
    again = ask(data_root, wire)
    assert [mark for *_, mark in wire.asked] == ["", '"v1"']
    assert (again.verdict, again.rows) == ("UNCHANGED", 6)


def test_a_mark_is_not_sent_once_its_bytes_are_gone(data_root: Path) -> None:
    place = ("2025-10", None)
    wire = FakeWire({place: page(rows_of("2025-10"))}, marks={place: '"v1"'})
    ask(data_root, wire)
    for path in (data_root / "snapshots").iterdir():
        path.unlink()
    ask(data_root, wire)
    assert [mark for *_, mark in wire.asked] == ["", ""]


def test_a_forced_pull_asks_and_judges_anew(data_root: Path) -> None:
    place = ("2025-10", None)
    wire = FakeWire({place: page(rows_of("2025-10"))}, marks={place: '"v1"'})
    ask(data_root, wire)
    assert ask(data_root, wire, is_forced=True).verdict == "ACCEPTED"
    assert [mark for *_, mark in wire.asked] == ["", ""]


def test_a_revision_is_believed_and_older_bytes_stay(data_root: Path, source: Any) -> None:
    ask(data_root, one(page(rows_of("2025-10"))))
    ask(data_root, one(page(rows_of("2025-10", factor=1.02))))
    assert values(data_root, source)["CAN", "2025-10"] == 102
    assert len(SnapshotStore.at(data_root).ledger()) == 2


def test_a_row_that_comes_on_two_pages_counts_once(data_root: Path) -> None:
    rows = rows_of("2025-10")
    wire = FakeWire({("2025-10", None): page(rows, "b"), ("2025-10", "b"): page(rows[-2:])})
    assert ask(data_root, wire).rows == 6


# Stopped


def test_a_changed_header_stops_the_partition_and_the_last_good_rows_stay(data_root: Path, source: Any) -> None:
    ask(data_root, one(page(rows_of("2025-10"))))
    found = ask(data_root, one(page(rows_of("2025-10"), header="partner,product,month,worth")))
    assert (found.verdict, found.cause) == ("STOPPED", "shape")
    assert "worth" in found.reason
    assert len(values(data_root, source)) == 6


def test_what_the_module_trips_over_is_a_stop_that_says_where(data_root: Path) -> None:
    found = ask(data_root, one(page(["CAN,TOTAL,2025-10,many"])))
    assert (found.verdict, found.cause) == ("STOPPED", "shape")
    assert "made_up, part figures, 2025-10, page 1" in found.reason


def test_a_code_that_the_contract_does_not_have_is_a_stop(data_root: Path) -> None:
    found = ask(data_root, one(page(["ATLANTIS,TOTAL,2025-10,1"])))
    assert (found.verdict, found.cause) == ("STOPPED", "shape")
    assert "ATLANTIS" in found.reason


def test_one_key_with_two_values_is_a_stop(data_root: Path) -> None:
    found = ask(data_root, one(page([*rows_of("2025-10"), "CAN,TOTAL,2025-10,7"])))
    assert (found.verdict, found.cause) == ("STOPPED", "shape")
    assert "1 keys stand more than once" in found.reason


def test_html_where_json_was_asked_is_a_stop(data_root: Path) -> None:
    assert ask(data_root, one(b"<html>maintenance</html>")).cause == "shape"


def test_no_rows_where_they_are_due_is_a_stop(data_root: Path) -> None:
    found = ask(data_root, one(b'{"nothing": 1}'))
    assert (found.verdict, found.cause) == ("STOPPED", "empty")
    assert "nothing found" in found.reason
    assert "2025-12-05" in found.reason


def test_no_rows_before_they_are_due_is_empty(data_root: Path) -> None:
    found = ask(data_root, one(b'{"nothing": 1}', "2025-11"), Partition("2025-11"))
    assert (found.verdict, found.reason) == ("EMPTY", "nothing found")
    assert Journal(data_root).accepted(SOURCE) == []


def test_no_rows_where_some_are_believed_is_a_stop_whenever_they_are_due(data_root: Path, source: Any) -> None:
    ask(data_root, one(page(rows_of("2025-11")), "2025-11"), Partition("2025-11"))
    found = ask(data_root, one(b'{"nothing": 1}', "2025-11"), Partition("2025-11"))
    assert (found.verdict, found.cause) == ("STOPPED", "empty")
    assert len(values(data_root, source)) == 6


def test_series_that_are_gone_stop_the_partition_and_are_named(data_root: Path) -> None:
    ask(data_root, one(page(rows_of("2025-09")), "2025-09"), SEPTEMBER)
    found = ask(data_root, one(page(rows_of("2025-10", partners=PARTNERS[:3]))))
    assert (found.verdict, found.cause) == ("STOPPED", "coverage")
    assert "of the 6 series" in found.reason
    assert "3 came (50.0%); at least 80% must" in found.reason
    assert "M USA DEU X TOTAL" in found.reason


@pytest.mark.parametrize(("factor", "told"), [(1000, "1,000 times"), (0.001, "1/1,000 of")])
def test_a_jump_of_scale_stops_the_partition(data_root: Path, factor: float, told: str) -> None:
    ask(data_root, one(page(rows_of("2025-09")), "2025-09"), SEPTEMBER)
    found = ask(data_root, one(page(rows_of("2025-10", factor=factor))))
    assert (found.verdict, found.cause) == ("STOPPED", "jump")
    assert f"{told} those of" in found.reason


def test_of_few_series_a_jump_says_nothing(data_root: Path) -> None:
    ask(data_root, one(page(rows_of("2025-09", partners=PARTNERS[:4])), "2025-09"), SEPTEMBER)
    assert ask(data_root, one(page(rows_of("2025-10", 1000, PARTNERS[:4])))).verdict == "ACCEPTED"


def test_without_an_earlier_answer_the_embedded_figures_are_compared_with(data_root: Path, source: Any) -> None:
    other = data_root.with_name("other")
    ask(other, one(page(rows_of("2025-08")), "2025-08"), Partition("2025-08"))
    embedded = live_rows(other, source)
    found = ask(data_root, one(page(rows_of("2025-10", factor=1000))), embedded=lambda: embedded)
    assert found.cause == "jump"
    assert "the embedded figures of 2025-08" in found.reason


def test_a_person_may_overrule_a_stop_and_the_reason_is_kept(data_root: Path, source: Any) -> None:
    ask(data_root, one(page(rows_of("2025-09")), "2025-09"), SEPTEMBER)
    ask(data_root, one(page(rows_of("2025-10", factor=1000))))
    done = accept(data_root, source, OCTOBER, reason="a new unit, announced", who="somebody", now=NOW)
    assert (done.rows_before, done.rows, done.came_at, done.later) == (0, 6, NOW, None)
    assert done.stop.reason.startswith("values are 1,000 times")
    assert values(data_root, source)["CAN", "2025-10"] == 100_000
    found = Journal(data_root).rows("SELECT who, reason FROM verdicts WHERE verdict = 'OVERRULED'")
    assert found == [{"who": "somebody", "reason": "a new unit, announced"}]
    with pytest.raises(UsageError, match="is not stopped"):
        accept(data_root, source, OCTOBER, reason="again", who="somebody", now=NOW)


def test_an_answer_that_could_not_be_read_is_not_overruled(data_root: Path, source: Any) -> None:
    ask(data_root, one(page(rows_of("2025-10"), header="other")))
    with pytest.raises(UsageError, match="could not be read"):
        accept(data_root, source, OCTOBER, reason="looks right", who="somebody", now=NOW)
    with pytest.raises(UsageError, match="why"):
        accept(data_root, source, OCTOBER, reason=" ", who="somebody", now=NOW)


# Not answered


def test_no_answer_is_worth_another_try_and_nothing_is_lost(data_root: Path, source: Any) -> None:
    ask(data_root, one(page(rows_of("2025-10"))))
    found = ask(data_root, one(SourceUnavailable("made_up: closed", wait_seconds=90)))
    assert (found.verdict, found.wait_seconds) == ("UNAVAILABLE", 90)
    assert len(values(data_root, source)) == 6


def test_a_pull_goes_on_where_it_was_left(data_root: Path) -> None:
    first, second = rows_of("2025-10")[:4], rows_of("2025-10")[4:]
    broken = FakeWire({("2025-10", None): page(first, "b")})
    assert ask(data_root, broken).verdict == "UNAVAILABLE"
    whole = FakeWire({("2025-10", None): page(first, "b"), ("2025-10", "b"): page(second)})
    found = ask(data_root, whole, now=NOW + dt.timedelta(hours=3))
    assert (found.verdict, found.rows, found.requests) == ("ACCEPTED", 6, 1)
    assert [cursor for _, cursor, _ in whole.asked] == ["b"]


def test_after_a_day_a_pull_begins_anew(data_root: Path) -> None:
    rows = rows_of("2025-10")
    ask(data_root, FakeWire({("2025-10", None): page(rows[:4], "b")}))
    whole = FakeWire({("2025-10", None): page(rows[:4], "b"), ("2025-10", "b"): page(rows[4:])})
    assert ask(data_root, whole, now=NOW + dt.timedelta(hours=25)).requests == 2


def test_an_answer_that_was_no_data_is_asked_for_again(data_root: Path) -> None:
    found = ask(data_root, one(b'{"too_early": true}'))
    assert found.verdict == "UNAVAILABLE"
    assert ask(data_root, one(page(rows_of("2025-10")))).verdict == "ACCEPTED"


@pytest.mark.parametrize("answer", [KeyMissing("made_up: no key is set"), b'{"no_key": true}'])
def test_a_missing_or_refused_key_is_told_as_such(data_root: Path, answer: bytes | Exception) -> None:
    assert ask(data_root, one(answer)).verdict == "NO_KEY"


def test_two_processes_do_not_ask_for_the_same(data_root: Path) -> None:
    with (
        Journal(data_root).holding(SOURCE, OCTOBER.key),
        pytest.raises(WarehouseError, match="another process is asking for 2025-10 of made_up"),
    ):
        ask(data_root, one(page(rows_of("2025-10"))))


def test_a_partition_that_the_source_does_not_have_is_a_wrong_call(data_root: Path) -> None:
    with pytest.raises(UsageError, match="no partition '2025'"):
        ask(data_root, one(b""), Partition("2025"))
    with pytest.raises(UsageError, match="not asked live"):
        pull(data_root, "cepii_geodist", OCTOBER, one(b""), now=NOW)  # type: ignore[arg-type]
