"""What operators decide of disclosure. Cells and reasons are made up."""

from pathlib import Path

import pytest

from compact_pipelines.contracts import Contracts
from compact_pipelines.contracts.disclosure import DISCLOSURE_VARIABLE, disclosure_file, load_disclosure
from compact_pipelines.errors import ContractError

CELL = """
  - table: compute_exports
    key: {freq: A, ref_area: MEX, counterpart_area: FRA, flow: X, product: TOTAL, time_period: "2024"}
    source: drop:mx
    reason: protects the exports to Japan
    since: 2026-07-01
"""
HEAD = "protection_pct: 10\nsmall_count: 5\nwithheld:"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "disclosure.yaml"


def test_ours_withholds_nothing_and_has_the_agreed_figures() -> None:
    ours = load_disclosure()
    assert (ours.protection_pct, ours.protection_share, ours.small_count, ours.withheld) == (10, 0.1, 5, [])


def test_a_deployment_points_at_its_own(file: Path, monkeypatch: pytest.MonkeyPatch, contracts: Contracts) -> None:
    file.write_text(HEAD + CELL)
    monkeypatch.setenv(DISCLOSURE_VARIABLE, str(file))
    assert disclosure_file() == file
    [cell] = load_disclosure().cells_of(contracts.tables["compute_exports"])
    assert (cell.key["counterpart_area"], cell.source) == ("FRA", "drop:mx")
    assert load_disclosure().cells_of(contracts.tables["capital_flows"]) == []


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (HEAD + CELL.replace("compute_exports", "exports"), "no table 'exports'; allowed are"),
        (HEAD + CELL.replace("flow: X, ", ""), "it must name"),
        (HEAD + CELL.replace("FRA", "FR"), "no code 'FR' in counterpart_area's code list"),
        (HEAD + CELL.replace("reason: protects the exports to Japan", "reason: ''"), "withheld.0.reason"),
        (HEAD + CELL.replace("reason:", "because:"), "withheld.0.because"),
        (HEAD.replace("10", "101") + " []", "protection_pct"),
        (HEAD.replace("5", "-1") + " []", "small_count"),
        ("withheld: [", "not valid YAML"),
        ("- 1", "disclosure.yaml"),
    ],
)
def test_a_fault_is_named_with_its_place(file: Path, content: str, told: str) -> None:
    file.write_text(content)
    with pytest.raises(ContractError) as error:
        load_disclosure(file)
    assert told in str(error.value)
    assert str(file) in str(error.value)


def test_no_edition_is_made_where_the_file_is_missing(file: Path) -> None:
    with pytest.raises(ContractError, match=r"cannot be read .*says which cells are withheld"):
        load_disclosure(file)
