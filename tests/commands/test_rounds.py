"""What commands say while publishers are asked, and of how often; all of it is made up."""

from pathlib import Path
from typing import Any

import pytest

from compact_pipelines.commands.rounds import ask_due, ask_each, print_round
from compact_pipelines.contracts import Source
from compact_pipelines.live.answers import Partition
from compact_pipelines.live.pulled import Pulled
from compact_pipelines.live.rounds import Round
from tests.live.made_up import SOURCE, install, made_up_source

OTHER = "us_census_exports"
MONTHS = [Partition("2025-09"), Partition("2025-10")]


def pulled(**how: Any) -> Pulled:
    return Pulled(SOURCE, MONTHS[0], **{"verdict": "ACCEPTED", "reason": "", "rows": 1, "requests": 1, **how})


def said(root: Path, capsys: pytest.CaptureFixture[str], *found: Pulled) -> str:
    print_round(root, Round(SOURCE, [*found]))
    return capsys.readouterr().out.split(maxsplit=1)[1].strip()


@pytest.fixture(autouse=True)
def source(monkeypatch: pytest.MonkeyPatch) -> Source:
    return install(monkeypatch, made_up_source())


@pytest.mark.parametrize("is_silent", [True, False])
def test_each_source_is_told_before_the_next_is_asked(
    data_root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], is_silent: bool
) -> None:
    printed: list[str] = []

    def pull_due(_: Path, source: Source, *__: Any) -> Round:
        printed.append(capsys.readouterr().out)
        return Round(source.id)

    monkeypatch.setattr("compact_pipelines.live.rounds.pull_due", pull_due)
    rounds = ask_due(data_root, [SOURCE, OTHER], is_silent=is_silent)
    first, second = (one.source_id for one in rounds)
    last = capsys.readouterr().out
    if is_silent:
        assert [*printed, last] == ["", "", ""]
    else:
        assert printed[0] == ""
        assert [printed[1].split()[0], last.split()[0]] == [first, second]


@pytest.mark.parametrize("is_silent", [True, False])
def test_without_a_terminal_each_of_several_partitions_is_told_on_the_error_stream(
    data_root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], is_silent: bool
) -> None:
    def pull(_: Path, __: str, partition: Partition, *___: Any, **____: Any) -> Pulled:
        return Pulled(SOURCE, partition, "ACCEPTED", "", rows=1)

    monkeypatch.setattr("compact_pipelines.live.rounds.pull", pull)
    ask_each(data_root, made_up_source(), MONTHS, is_forced=False, is_silent=is_silent)
    out, err = capsys.readouterr()
    lines = ["1 of 2: 2025-09 accepted, 1 row", "2 of 2: 2025-10 accepted, 1 row"]
    assert (out, [line for line in err.splitlines() if line]) == ("", [] if is_silent else lines)


def test_what_was_asked_more_than_once_is_told_so(data_root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(data_root, capsys, pulled(attempts=1)) == "1 accepted; 1 row, 1 request"
    assert said(data_root, capsys, pulled(attempts=3)) == "1 accepted; 1 row, 1 request sent 3 times"
    assert said(data_root, capsys, pulled(attempts=3), pulled(attempts=1)) == (
        "2 accepted; 2 rows, 2 requests, 4 with those repeated"
    )
