"""schemas/dependency.yaml: the published limits, and what is told where the file is at fault."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from compact_pipelines.contracts.dependence import load_dependence
from compact_pipelines.contracts.reading import schemas_folder
from compact_pipelines.errors import ContractError


def test_limits_are_those_that_are_published() -> None:
    rules = load_dependence()
    limits = {method.id: {known.id: known.threshold for known in method.criteria} for method in rules.methods}
    assert limits == {
        "eu_2021": {"concentration": 0.4, "outside_share": 0.5, "substitution": 1.0},
        "cepii_geodep": {"concentration": 0.4, "world_exports": 0.4, "substitution": 1.0},
    }
    assert (rules.without_exports, rules.years_needed, rules.window_years) == (9999, 2, 3)
    assert (rules.stability.gone_after_one_year, rules.stability.gone_after_five_years) == (0.2, 0.5)
    assert rules.method("eu_2021").threshold("all") == 3
    assert all(method.citation for method in rules.methods)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"years_needed": 4}, "allowed is no more than all"),
        ({"covered_share": 2}, "covered_share"),
        ({"unheard_of": 1}, "unheard_of"),
        ({"methods": []}, "methods"),
    ],
)
def test_a_fault_is_told_with_its_place(tmp_path: Path, change: dict[str, Any], told: str) -> None:
    stated = yaml.safe_load((schemas_folder() / "dependency.yaml").read_text(encoding="utf-8"))
    (tmp_path / "dependency.yaml").write_text(yaml.safe_dump(stated | change), encoding="utf-8")
    with pytest.raises(ContractError, match=told):
        load_dependence(tmp_path)


def test_a_method_that_stands_twice_is_told(tmp_path: Path) -> None:
    stated = yaml.safe_load((schemas_folder() / "dependency.yaml").read_text(encoding="utf-8"))
    (tmp_path / "dependency.yaml").write_text(
        yaml.safe_dump(stated | {"methods": stated["methods"] * 2}), encoding="utf-8"
    )
    with pytest.raises(ContractError, match="stand twice"):
        load_dependence(tmp_path)


@pytest.mark.parametrize(("text", "told"), [(None, "cannot be read"), ("a: [", "not valid YAML")])
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, text: str | None, told: str) -> None:
    if text is not None:
        (tmp_path / "dependency.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ContractError, match=told):
        load_dependence(tmp_path)
