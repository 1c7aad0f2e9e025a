"""A payload, a frame or our own code is wrong: what is told, and what stays served."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest

from compact_pipelines import cli, snapshots
from compact_pipelines.contracts import Contracts
from compact_pipelines.datasets.infrastructure import geonuclear_reactors
from compact_pipelines.runs import run_edition
from compact_pipelines.warehouse.layout import Layout

pytestmark = pytest.mark.end_to_end

Ask = Callable[[Path, str], list[tuple[Any, ...]]]
REACTORS: Final = "geonuclear_reactors"
DOWNSTREAM_OF_REACTORS: Final = {
    "raw_geonuclear_reactors__reactors",
    "core_geonuclear_reactors",
    "known_infrastructure",
    "infrastructure",
    "out_commitments",
    "edition",
}


def test_a_truncated_payload_is_named_and_stops_the_edition_but_not_the_other_sources(
    data_root: Path, embedded: Any, contracts: Contracts
) -> None:
    embedded.spoil("us_census_exports", lambda content: content[: len(content) // 2])
    outcome = run_edition(data_root)
    [failure] = outcome.failures
    assert failure.place == "raw_us_census_exports__totals"
    said = snapshots.origin_part("us_census_exports", "totals")
    for word in ("us_census_exports: embedded/us_census_exports/totals.json is not the payload", "origin.yaml"):
        assert word in failure.message
    assert f"found {said.size_bytes // 2:,} bytes" in failure.message
    assert f"expected {said.size_bytes:,} bytes with {said.sha256[:16]}" in failure.message
    assert "Traceback" not in failure.message
    others = {f"core_{source.id}" for source in contracts.sources_in_use if source.is_embedded} - {
        "core_us_census_exports"
    }
    assert others <= set(outcome.materialised)
    assert {"capital_flows", "talent_movement", "infrastructure", "standards_adoption"} <= set(outcome.materialised)
    assert {"core_us_census_exports", "compute_exports", "out_mirror_flows", "edition"} <= set(outcome.skipped)
    assert (outcome.number, outcome.is_new) == (None, False)
    assert Layout(data_root).pointer() is None
    assert not list(data_root.rglob("*.duckdb"))


def test_a_failed_run_leaves_the_edition_served_and_the_next_run_mends_it(
    ask: Ask, copied_root: Path, embedded: Any
) -> None:
    layout = Layout(copied_root)
    before = layout.pointer_file.read_bytes()
    whole = (embedded.folder / REACTORS / "reactors.csv").read_bytes()
    embedded.spoil(REACTORS, lambda content: content[:1000])
    outcome = run_edition(copied_root)
    assert [failure.place for failure in outcome.failures] == ["raw_geonuclear_reactors__reactors"]
    assert (outcome.number, outcome.is_new, outcome.materialised) == (1, False, [])
    assert layout.pointer_file.read_bytes() == before
    assert len(ask(copied_root, "SELECT 1 FROM edition.edition")) == 1
    (embedded.folder / REACTORS / "reactors.csv").write_bytes(whole)
    embedded.lose_one_reactor()
    mended = run_edition(copied_root)
    assert (mended.number, mended.failures, set(mended.materialised)) == (2, [], DOWNSTREAM_OF_REACTORS)


def test_a_source_that_lost_its_origin_stops_itself_and_not_the_others(copied_root: Path, embedded: Any) -> None:
    (embedded.folder / REACTORS / "origin.yaml").unlink()
    outcome = run_edition(copied_root)
    assert [failure.place for failure in outcome.failures] == ["raw_geonuclear_reactors__reactors"]
    assert "origin.yaml is missing" in outcome.failures[0].message
    assert (outcome.number, outcome.is_new) == (1, False)


def test_the_command_tells_a_fault_on_the_error_stream_and_exits_with_1(
    copied_root: Path, embedded: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    embedded.spoil(REACTORS, lambda _: b"")
    monkeypatch.setattr(sys, "argv", ["compact", "run", "--data-root", str(copied_root)])
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == 1
    told = capsys.readouterr()
    assert told.out == ""
    first, last = told.err.strip().splitlines()
    assert first.startswith("compact: raw_geonuclear_reactors__reactors: geonuclear_reactors: embedded/")
    assert last.startswith("compact: no new edition, edition 1 stays served; without it these could not be computed: ")
    assert "Traceback" not in told.err


def test_the_command_gives_a_fault_as_json_too(
    copied_root: Path, embedded: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    embedded.spoil(REACTORS, lambda _: b"")
    monkeypatch.setattr(sys, "argv", ["compact", "run", "--json", "--data-root", str(copied_root)])
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["number"], told["is_new"], len(told["themes"])) == (1, False, 5)
    [failure] = told["failures"]
    assert failure["place"] == "raw_geonuclear_reactors__reactors"


def spoil_tidy(monkeypatch: pytest.MonkeyPatch, spoil: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    tidy = geonuclear_reactors.tidy_reactors
    monkeypatch.setattr(geonuclear_reactors, "tidy_reactors", lambda *args: spoil(tidy(*args)))


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (lambda frame: frame.with_columns(unit_measure=pl.lit("GW")), ("keeps_its_contract", "GW")),
        (lambda frame: frame.with_columns(obs_value=-pl.col("obs_value")), ("keeps_its_contract", "nonnegative")),
        (lambda frame: pl.concat([frame, frame.head(1)]), ("key_is_unique", "key_is_unique fails in 2 rows")),
    ],
    ids=["unknown code", "negative value", "key twice"],
)
def test_a_frame_that_breaks_its_contract_blocks_the_edition_with_the_finding(
    copied_root: Path,
    embedded: Any,
    monkeypatch: pytest.MonkeyPatch,
    spoil: Callable[[pl.DataFrame], pl.DataFrame],
    found: tuple[str, str],
) -> None:
    check, finding = found
    embedded.lose_one_reactor()
    before = Layout(copied_root).pointer_file.read_bytes()
    with monkeypatch.context() as patch:
        spoil_tidy(patch, spoil)
        outcome = run_edition(copied_root)
    assert [failure.place for failure in outcome.failures] == [f"infrastructure.{check}"]
    assert finding in outcome.failures[0].message
    assert (outcome.number, outcome.is_new) == (1, False)
    assert "edition" in outcome.skipped
    assert "infrastructure" not in outcome.materialised
    assert Layout(copied_root).pointer_file.read_bytes() == before


def test_a_mistake_of_ours_is_called_one(copied_root: Path, embedded: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    embedded.lose_one_reactor()
    spoil_tidy(monkeypatch, lambda frame: frame[1 // 0])
    [failure] = run_edition(copied_root).failures
    assert failure.place == "core_geonuclear_reactors"
    assert "ZeroDivisionError" in failure.message
    assert "a fault of this program" in failure.message
