"""The list of restrictions: ours as it stands in schemas/, and faulty copies of it."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import yaml

from compact_pipelines.contracts.signs import FILE, load_signs, read_signs
from compact_pipelines.errors import ContractError

OURS = load_signs()
TOY: dict[str, Any] = {
    "id": "toy",
    "name": {"en": "Toy", "fr": "Jouet", "es": "Juguete"},
    "from_area": "USA",
    "to_area": "CHN",
    "since": dt.date(2020, 1, 1),
    "citation": "https://example.org/toy",
    "verified": True,
}


def written(folder: Path, *restrictions: dict[str, Any]) -> Path:
    file = {"read_on": dt.date(2026, 1, 1), "restrictions": list(restrictions)}
    (folder / FILE).write_text(yaml.safe_dump(file), encoding="utf-8")
    return folder


def test_ours_hold_and_each_names_its_text() -> None:
    assert [(row.from_area, row.to_area, str(row.since)) for row in OURS.in_force()] == [("USA", "CHN", "2022-10-07")]
    assert OURS.in_force()[0].citation.startswith("https://bis.gov/press-release/")


@pytest.mark.parametrize(
    ("changed", "holds"),
    [
        ({}, True),
        ({"verified": False}, False),
        ({"since": dt.date(2027, 1, 1)}, False),
        ({"until": dt.date(2025, 1, 1)}, False),
        ({"until": dt.date(2027, 1, 1)}, True),
    ],
)
def test_only_what_is_verified_and_not_over_holds(changed: dict[str, Any], holds: bool, tmp_path: Path) -> None:
    assert bool(read_signs(written(tmp_path, {**TOY, **changed})).in_force()) == holds


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([{**TOY, "to_area": "USA"}], "restricts exports to itself"),
        ([{**TOY, "to_area": "CHI"}], "no area 'CHI'"),
        ([{**TOY, "name": {"en": "Toy"}}], "needed are en, fr and es"),
        ([{**TOY, "until": dt.date(2019, 1, 1)}], "before it began"),
        ([{**TOY, "citation": "hearsay"}], "citation"),
        ([{**TOY, "colour": "red"}], "colour"),
        ([TOY, TOY], "stand twice"),
    ],
)
def test_a_faulty_list_is_told(rows: list[dict[str, Any]], said: str, tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=said):
        read_signs(written(tmp_path, *rows))


def test_a_list_that_is_not_there_or_no_yaml_is_told(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="Restore it"):
        read_signs(tmp_path)
    (tmp_path / FILE).write_bytes(b"\xff\xfe\xfa")
    with pytest.raises(ContractError, match="not valid YAML"):
        read_signs(tmp_path)
