"""What is told beside a stop; the publisher and its figures are made up."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from compact_pipelines.contracts import Source, load_contracts
from compact_pipelines.live.answers import Partition
from compact_pipelines.live.pulling import pull
from compact_pipelines.live.standing import joined, told_standing
from tests.live.made_up import NOW, SOURCE, FakeWire, install, made_up_source, page, rows_of

OCTOBER = Partition("2025-10")
LATER = NOW + dt.timedelta(days=3)
ACCEPT = f"`compact live accept {SOURCE} '2025-10' --reason \"...\"`"


@pytest.fixture(autouse=True)
def source(monkeypatch: pytest.MonkeyPatch) -> Any:
    return install(monkeypatch, made_up_source())


def asked(root: Path, body: bytes, at: dt.datetime = NOW) -> str:
    wire: Any = FakeWire({("2025-10", None): body})
    return pull(root, SOURCE, OCTOBER, wire, now=at, is_forced=True).verdict


def told(root: Path, **changed: Any) -> str:
    known: Source = load_contracts().source(SOURCE)
    return told_standing(root, known.model_copy(update=changed), OCTOBER, LATER)


def test_what_was_believed_of_a_stopped_partition_stands_and_its_remedy_is_told(data_root: Path) -> None:
    assert asked(data_root, page(rows_of("2025-10"))) == "ACCEPTED"
    assert asked(data_root, page(rows_of("2025-10", factor=1000)), LATER) == "STOPPED"
    found = told(data_root)
    assert found.startswith(f"The answer of 2025-10 that was last believed on {NOW:%Y-%m-%d} stands. What to do: ")
    assert found.endswith(ACCEPT)


def test_where_nothing_is_believed_it_says_what_is_shown(data_root: Path) -> None:
    assert asked(data_root, page(rows_of("2025-10"), header="other")) == "STOPPED"
    assert told(data_root, parts={}).startswith("No answer of 2025-10 is believed; no figure of it is shown. What to")
    embedded = told(data_root, parts={"table": None})
    assert embedded.startswith("No answer of 2025-10 is believed; embedded figures stand where they cover it. What to")
    assert ACCEPT not in embedded  # a changed shape cannot be overruled


def test_what_was_never_asked_for_has_no_remedy(data_root: Path) -> None:
    assert told(data_root, parts={}) == "No answer of 2025-10 is believed; no figure of it is shown."


@pytest.mark.parametrize(
    ("reason", "standing", "whole"),
    [("gone", "It stands.", "gone. It stands."), ("gone?", "It stands.", "gone? It stands."), ("gone", "", "gone")],
)
def test_reason_and_what_stands_are_sentences(reason: str, standing: str, whole: str) -> None:
    assert joined(reason, standing) == whole
