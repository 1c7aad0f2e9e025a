"""`compact live ...` and `compact run --live`, against a stand-in on this machine; the publisher is made up."""

import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from compact_pipelines import runs
from compact_pipelines.cli import main
from compact_pipelines.console import OUT
from compact_pipelines.live import recorded
from compact_pipelines.live.recorded import Replayed
from compact_pipelines.live.rounds import Round
from tests.live.made_up import SOURCE, install, made_up_source, page, rows_of
from tests.live.stub_publisher import Reply, Seen, StubPublisher, running

PARTITIONS = {"by": "month", "since": "2024-01", "revisited": 2}


class Desk:
    """A data root, a publisher that answers what it is told to, and what commands say."""

    def __init__(self, root: Path, stub: StubPublisher, patch: pytest.MonkeyPatch, capsys: Any) -> None:
        self.root, self.stub = root, stub
        self._patch, self._capsys = patch, capsys
        self.factor = 1.0
        stub.play(self.answered)
        patch.setenv("COMPACT_LIVE_HOSTS", f"https://made.up={stub.stands_in_for('https://made.up')}")
        patch.setenv("COMPACT_DATA_ROOT", str(root))

    def answered(self, seen: Seen) -> Reply:
        return Reply(200, page(rows_of(dict(seen.query)["month"], self.factor)))

    def call(self, *words: object) -> tuple[int, str, str]:
        self._patch.setattr(sys, "argv", ["compact", *map(str, words)])
        with pytest.raises(SystemExit) as end:
            main()
        out, err = self._capsys.readouterr()
        return int(end.value.code or 0), out, err

    def json(self, *words: object) -> Any:
        return json.loads(self.call(*words, "--json")[1])


@pytest.fixture
def desk(data_root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    install(monkeypatch, made_up_source(partitions=PARTITIONS))
    with running() as stub:
        yield Desk(data_root, stub, monkeypatch, capsys)


def test_one_partition_is_pulled_and_told(desk: Desk) -> None:
    code, out, _ = desk.call("live", "pull", SOURCE, "2024-03")
    assert (code, out.split(maxsplit=1)[1].strip()) == (0, "1 accepted; 6 rows, 1 request")
    found = desk.json("live", "pull", SOURCE, "2024-03")
    assert [(one["partition"], one["verdict"], one["rows"]) for one in found["pulled"]] == [("2024-03", "UNCHANGED", 6)]


def test_a_stop_is_told_with_what_stays_and_exit_code_1(desk: Desk) -> None:
    desk.call("live", "pull", SOURCE, "2024-03")
    desk.factor = 1000
    code, out, err = desk.call("live", "pull", SOURCE, "2024-04")
    assert (code, "1 stopped" in out) == (1, True)
    assert "2024-04 stopped: values are 1,000 times those of the answer of" in err
    assert "it has no figures yet" in err


def test_a_person_accepts_a_stop(desk: Desk) -> None:
    desk.call("live", "pull", SOURCE, "2024-03")
    desk.factor = 1000
    desk.call("live", "pull", SOURCE, "2024-04")
    assert desk.call("live", "accept", SOURCE, "2024-04")[0] == 2  # a reason is needed
    code, out, _ = desk.call("live", "accept", SOURCE, "2024-04", "--reason", "announced", "--by", "somebody")
    first, second = out.splitlines()
    assert code == 0
    assert first.startswith(f"made_up 2024-04: answer of {dt.datetime.now(dt.UTC):%Y-%m-%d}, stopped because values ")
    assert second.startswith("It is believed by the word of somebody: 0 rows before, 6 now. `compact run` shows")
    assert desk.json("live", "status")[0].keys() >= {"source_id", "state"}


def test_status_tells_what_differed_and_what_to_do(desk: Desk) -> None:
    desk.call("live", "pull", SOURCE, "2024-03")
    desk.factor = 1000
    desk.call("live", "pull", SOURCE, "2024-04")
    state = {row["source_id"]: row for row in desk.json("live", "status")}[SOURCE]
    assert (state["state"], state["partitions_stopped"]) == ("stopped", 1)
    out = desk.call("live", "status", SOURCE)[1]
    assert "what to do: compare with the publisher's page; " in out
    assert """if the figures are right, `compact live accept made_up '2024-04' --reason "..."`""" in out
    assert "cepii_geodist" not in out
    named = desk.call("live", "status", SOURCE, "--data-root", desk.root)[1]
    assert f"""--reason "..." --data-root {desk.root}`""" in named


def test_a_word_over_a_stop_has_a_name_and_says_what_was_asked_since(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.call("live", "pull", SOURCE, "2024-03")
    desk.factor = 1000
    desk.call("live", "pull", SOURCE, "2024-03", "--again")
    desk.stub.play(lambda _: Reply(200, b'{"too_early": 1}'))
    desk.call("live", "pull", SOURCE, "2024-03", "--again")

    def nobody(_: int) -> None:
        raise KeyError("made up: no such user")

    words = ("live", "accept", SOURCE, "2024-03", "--reason", "announced")
    with monkeypatch.context() as patch:
        patch.delenv("USER", raising=False)
        patch.setattr("pwd.getpwuid", nobody)
        code, _, err = desk.call(*words)
        assert (code, "--by" in err) == (2, True)
    _, newer, believed = desk.call(*words, "--by", "somebody")[1].splitlines()
    assert newer.startswith("It is not the newest: on ")
    assert "there was no answer (UNAVAILABLE: " in newer
    assert ": 6 rows before, 6 now." in believed


def test_a_backfill_shows_its_cost_and_asks_first(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("typer.confirm", lambda text, **_: bool(asked.append(text)))
    code, out, _ = desk.call("live", "backfill", SOURCE, "--from", "2024-01", "--to", "2024-03")
    assert (code, asked, desk.stub.seen) == (0, ["Ask for them?"], [])
    assert out.startswith("3 partitions to ask for (0 held already): at least 3 requests, 0 s")


def test_a_backfill_passes_over_what_is_held(desk: Desk) -> None:
    words = ("live", "backfill", SOURCE, "--from", "2024-01", "--to", "2024-03", "--yes")
    assert desk.call(*words)[0] == 0
    code, out, _ = desk.call(*words)
    assert (code, out.startswith("0 partitions to ask for (3 held already)")) == (0, True)
    assert len(desk.stub.seen) == 3
    assert desk.json("live", "cost", SOURCE, "--from", "2024-01", "--to", "2024-04")["partitions"] == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("pull", "atlantis"), "no source atlantis"),
        (("pull", "cepii_geodist"), "not asked live"),
        (("pull", SOURCE, "2024"), "no partition '2024'"),
        (("pull", SOURCE, "2999-01"), "has no 2999-01 yet; the newest period that has begun is"),
        (("pull", SOURCE, "1900-01"), "begins with 2024-01"),
        (("accept", SOURCE, "2999-01", "--reason", "-"), "has no 2999-01 yet"),
        (("backfill", SOURCE, "--to", "2999-01"), "has no 2999-01 yet"),
        (("status", "atlantis"), "no source atlantis"),
        (("cost", SOURCE, "--reporters", "CAN"), "has no reporter CAN"),
        (("backfill", SOURCE, "--from", "2019-01"), "begins with 2024-01"),
    ],
)
def test_a_wrong_call_says_what_is_allowed(desk: Desk, words: tuple[str, ...], message: str) -> None:
    code, _, err = desk.call("live", *words)
    assert (code, message in " ".join(err.split())) == (2, True)


def test_sources_say_whether_a_key_is_set_and_never_which(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    key = {"variable": "MADE_UP_KEY", "place": "query", "name": "key", "obtained": "https://made.up"}
    install(monkeypatch, made_up_source(key=key))
    monkeypatch.setenv("MADE_UP_KEY", "made-up-secret")
    code, out, err = desk.call("live", "sources", "--json")
    mine = next(row for row in json.loads(out) if row["source_id"] == SOURCE)
    assert (code, mine["key"], mine["key_is_set"]) == (0, "MADE_UP_KEY", "yes")
    assert "made-up-secret" not in out + err


def test_recordings_without_a_folder_are_a_wrong_call(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COMPACT_RECORDINGS", raising=False)
    assert desk.call("live", "recordings")[0] == 2


def test_recordings_are_told_in_short_to_people_and_in_full_to_programs(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    reason = "made up: " + "a reason of many words " * 20
    told = Replayed("made_up/file.json", "", "left", 0, reason.strip())
    monkeypatch.setattr(recorded, "replay_all", lambda _: [told])
    monkeypatch.setenv("COMPACT_RECORDINGS", str(tmp_path))
    widths = {}
    for width in (40, 200):
        monkeypatch.setattr(OUT, "width", width)
        code, out, _ = desk.call("live", "recordings")
        assert (code, "..." in out) == (0, True)
        widths[width] = max(len(line.rstrip()) for line in out.splitlines())
    others = "recording          source_id  verdict  rows  "
    assert len(others) + 50 < widths[40] <= len(others) + 60
    assert 190 < widths[200] <= 200
    assert json.loads(desk.call("live", "recordings", "--json")[1])[0]["reason"] == told.reason


# compact run


@pytest.fixture
def editions(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path, dt.datetime | None]]:
    """Where editions were asked for, and as of when; none is built."""
    asked: list[tuple[Path, dt.datetime | None]] = []

    def run_edition(root: Path, _: Any = None, at: dt.datetime | None = None) -> runs.Outcome:
        asked.append((root, at))
        return runs.Outcome(None, is_new=False)

    monkeypatch.setattr(runs, "run_edition", run_edition)
    return asked


def test_a_live_run_asks_for_what_is_due_then_makes_an_edition(desk: Desk, editions: list[Any]) -> None:
    found = desk.json("run", "--live", "--sources", SOURCE)
    assert [one["verdict"] for one in found["live"][0]["pulled"]] == ["ACCEPTED", "ACCEPTED"]
    assert editions == [(desk.root, None)]


def test_a_stop_in_a_live_run_is_exit_code_1_and_the_edition_is_made_all_the_same(
    desk: Desk, editions: list[Any]
) -> None:
    desk.call("live", "pull", SOURCE, "2024-03")
    desk.factor = 1000
    code, out, err = desk.call("run", "--live", "--sources", SOURCE)
    assert (code, " stopped; 0 rows" in out, "it has no figures yet" in err) == (1, True, True)
    assert len(editions) == 1


def test_an_ordinary_run_asks_nobody(desk: Desk, editions: list[Any]) -> None:
    assert desk.call("run")[0] == 0
    assert (desk.stub.seen, editions) == ([], [(desk.root, None)])


def test_a_day_is_replayed_in_a_data_root_of_its_own(desk: Desk, editions: list[Any]) -> None:
    code, out, _ = desk.call("run", "--as-of", "2025-01-31")
    root = desk.root / "as-of" / "2025-01-31"
    assert (code, editions) == (0, [(root, dt.datetime(2025, 2, 1, tzinfo=dt.UTC))])
    assert f"compact app --data-root {root}" in " ".join(out.split())


@pytest.mark.parametrize(
    "words", [("--live", "--as-of", "2025-01-31"), ("--sources", SOURCE), ("--as-of", "2999-01-01"), ("--as-of", "no")]
)
def test_options_that_do_not_go_together_are_a_wrong_call(
    desk: Desk, editions: list[Any], words: tuple[str, ...]
) -> None:
    assert (desk.call("run", *words)[0], editions) == (2, [])


def test_a_source_that_was_not_asked_is_told_in_one_line() -> None:
    from compact_pipelines.commands.rounds import rounds_as_json  # noqa: PLC0415

    assert rounds_as_json([Round(SOURCE, left=2, fault="closed")]) == [
        {"source_id": SOURCE, "left": 2, "fault": "closed", "pulled": []}
    ]
