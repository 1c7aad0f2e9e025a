"""How sources stand, in words; the publisher is made up."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from compact_pipelines.contracts import Contracts
from compact_pipelines.live.answers import Partition
from compact_pipelines.live.freshness import freshness_fingerprint, freshness_rows
from compact_pipelines.live.pulling import pull
from tests.live.made_up import NOW, SOURCE, FakeWire, install, made_up_source, page, rows_of

KEY = {"variable": "MADE_UP_KEY", "place": "query", "name": "key", "obtained": "https://made.up/keys"}


@pytest.fixture(autouse=True)
def source(monkeypatch: pytest.MonkeyPatch) -> Any:
    return install(monkeypatch, made_up_source())


def ask(root: Path, month: str = "2025-10", body: bytes | None = None, now: dt.datetime = NOW) -> str:
    wire: Any = FakeWire({(month, None): body or page(rows_of(month))})
    return pull(root, SOURCE, Partition(month), wire, now=now).verdict


def row(root: Path, contracts: Contracts, now: dt.datetime = NOW) -> dict[str, Any]:
    return next(row for row in freshness_rows(root, contracts, now) if row["source_id"] == SOURCE)


def test_before_anything_was_asked_every_source_has_its_state(data_root: Path, contracts: Contracts) -> None:
    rows = {row["source_id"]: row for row in freshness_rows(data_root, contracts, NOW)}
    assert rows.keys() == contracts.sources.keys()
    assert rows[SOURCE]["state"] == "never_asked"
    assert rows[SOURCE]["remedy"] == "`compact live pull made_up`"
    assert rows["cepii_geodist"]["state"] == "embedded"
    assert {name: row["state"] for name, row in rows.items() if contracts.sources[name].unverified} == {
        name: "unverified" for name, known in contracts.sources.items() if known.status == "unverified"
    }
    assert freshness_fingerprint(data_root, contracts) == ""
    assert not data_root.exists()


def test_a_source_that_was_believed_is_fresh_and_says_what_comes_next(data_root: Path, contracts: Contracts) -> None:
    ask(data_root)
    found = row(data_root, contracts)
    assert (found["state"], found["newest_period"], found["partitions_believed"]) == ("fresh", "2025-10", 1)
    assert found["last_believed_at"] == found["last_asked_at"] == NOW
    assert found["expected_by"] == dt.date(2026, 1, 4)
    assert found["what_differed"] is None


def test_a_source_is_late_when_its_next_figures_should_have_come(data_root: Path, contracts: Contracts) -> None:
    ask(data_root)
    assert row(data_root, contracts, NOW + dt.timedelta(days=27))["state"] == "fresh"
    late = row(data_root, contracts, NOW + dt.timedelta(days=28))
    assert (late["state"], late["what_differed"]) == ("late", "the next figures were expected by 2026-01-04")
    old = row(data_root, contracts, NOW + dt.timedelta(days=32))
    assert old["what_differed"] == "no answer is believed since 2025-12-15; one is expected every 31 days"


def test_an_answer_without_news_keeps_a_source_fresh(data_root: Path, contracts: Contracts) -> None:
    ask(data_root)
    assert ask(data_root, now=NOW + dt.timedelta(days=20)) == "UNCHANGED"
    assert row(data_root, contracts, NOW + dt.timedelta(days=22))["last_believed_at"] == NOW + dt.timedelta(days=20)


def test_a_stop_is_told_with_what_differed_and_what_to_do(data_root: Path, contracts: Contracts) -> None:
    ask(data_root, "2025-09")
    ask(data_root, body=page(rows_of("2025-10", factor=1000)))
    found = row(data_root, contracts)
    assert (found["state"], found["partitions_believed"], found["partitions_stopped"]) == ("stopped", 1, 1)
    assert found["what_differed"].startswith("2025-10: values are 1,000 times")
    assert found["remedy"] == (
        "compare with the publisher's page; if the unit or scale changed, change `scale:` in "
        "schemas/sources/made_up.yaml or the module, then `compact live pull made_up '2025-10' --again`; "
        "if the figures are right, `compact live accept made_up '2025-10' --reason \"...\"`"
    )


def test_of_an_answer_without_rows_waiting_is_said_first(data_root: Path, contracts: Contracts) -> None:
    ask(data_root, "2025-10", b'{"nothing": 1}')
    said = row(data_root, contracts)["remedy"]
    assert said.startswith("see the publisher's page; if it is late, wait, it is asked again daily; ")
    assert said.endswith("""if there are truly no rows, `compact live accept made_up '2025-10' --reason "..."`""")
    much_later = row(data_root, contracts, NOW + dt.timedelta(days=500))["remedy"]  # nobody asks for it by itself
    assert "wait, then `compact live pull made_up '2025-10' --again`; " in much_later


def test_each_stop_has_its_remedy_and_what_went_wrong_since_is_told(data_root: Path, contracts: Contracts) -> None:
    ask(data_root, "2025-08", b'{"nothing": 1}')
    ask(data_root, "2025-09", page(rows_of("2025-09"), header="other"), NOW + dt.timedelta(hours=1))
    ask(data_root, "2025-10", b'{"too_early": 1}', NOW + dt.timedelta(days=1))
    found = row(data_root, contracts, NOW + dt.timedelta(days=1))
    assert found["state"] == "stopped"
    differed, remedies = found["what_differed"].split(" | "), found["remedy"].split(" | ")
    assert [text[:12] for text in differed] == ["2025-09: mad", "2025-08: no ", "since then, "]
    assert differed[2].startswith("since then, on 2025-12-16")
    assert "2025-10" in differed[2]
    assert ["'2025-09'" in remedies[0], "'2025-08'" in remedies[1], remedies[2]] == [
        True, True, "it is asked again with the next run"
    ]  # fmt: skip


def test_a_period_that_cannot_be_is_nobodys_concern(
    monkeypatch: pytest.MonkeyPatch, data_root: Path, contracts: Contracts
) -> None:
    ask(data_root, "2025-10", b'{"nothing": 1}')
    assert row(data_root, contracts)["partitions_stopped"] == 1
    install(monkeypatch, made_up_source(partitions={"by": "month", "since": "2025-11"}))
    found = row(data_root, contracts)
    assert (found["state"], found["partitions_stopped"]) == ("never_asked", 0)


def test_commands_name_the_data_root_where_it_was_named(data_root: Path, contracts: Contracts) -> None:
    ask(data_root, "2025-10", b'{"nothing": 1}')
    rows = freshness_rows(data_root, contracts, NOW, root=Path("/a place"))
    said = {one["source_id"]: one["remedy"] for one in rows}
    assert said[SOURCE].endswith("--reason \"...\" --data-root '/a place'`")


def test_a_stop_of_shape_is_not_to_be_overruled(data_root: Path, contracts: Contracts) -> None:
    ask(data_root, body=page(rows_of("2025-10"), header="other"))
    assert "accept" not in row(data_root, contracts)["remedy"]


def test_no_answer_leaves_a_stop_as_it_was(data_root: Path, contracts: Contracts) -> None:
    ask(data_root, body=b'{"nothing": 1}')
    ask(data_root, body=b'{"too_early": 1}', now=NOW + dt.timedelta(days=2))
    assert row(data_root, contracts)["state"] == "stopped"


def test_no_answer_and_no_key_are_states_of_their_own(
    monkeypatch: pytest.MonkeyPatch, data_root: Path, contracts: Contracts
) -> None:
    ask(data_root, body=b'{"too_early": 1}')
    assert row(data_root, contracts)["state"] == "unavailable"
    install(monkeypatch, made_up_source(key=KEY))
    ask(data_root)
    found = row(data_root, contracts)
    assert found["state"] == "no_key"
    assert found["remedy"] == "it needs a key in MADE_UP_KEY, obtained here: https://made.up/keys"


def test_the_fingerprint_changes_with_a_stop_and_not_with_the_hour(data_root: Path, contracts: Contracts) -> None:
    ask(data_root)
    first = freshness_fingerprint(data_root, contracts)
    ask(data_root, now=NOW + dt.timedelta(days=3))
    assert freshness_fingerprint(data_root, contracts) == first
    ask(data_root, body=page(rows_of("2025-10", factor=1000)), now=NOW + dt.timedelta(days=4))
    assert freshness_fingerprint(data_root, contracts) != first


def test_one_reporter_that_answers_does_not_make_up_for_the_others(
    monkeypatch: pytest.MonkeyPatch, data_root: Path, contracts: Contracts
) -> None:
    by = {"by": "month", "since": "2025-01", "reporters": {"USA": "1", "CAN": "2", "MEX": "3"}}
    install(monkeypatch, made_up_source(partitions=by))
    for number, reporter in enumerate(["CAN", "MEX", "USA"]):
        wire: Any = FakeWire(
            {("2025-10", None): page(rows_of("2025-10")) if reporter == "USA" else b'{"too_early": 1}'}
        )
        pull(data_root, SOURCE, Partition("2025-10", reporter), wire, now=NOW + dt.timedelta(minutes=number))
    found = row(data_root, contracts, NOW + dt.timedelta(hours=1))
    assert (found["state"], found["partitions_believed"]) == ("unavailable", 1)
    assert found["what_differed"].startswith(
        "of the 3 partitions of 2025-10 that were asked for, 2 got no answer; 2025-10|MEX: "
    )
