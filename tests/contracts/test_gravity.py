"""schemas/model.yaml: what it must say, and how its faults are told."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.gravity import load_model, read_model
from compact_pipelines.contracts.reading import schemas_folder
from compact_pipelines.errors import ContractError


@pytest.fixture
def content() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((schemas_folder() / "model.yaml").read_text(encoding="utf-8"))
    return read


def faults(content: dict[str, Any], folder: Path) -> str:
    (folder / "model.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(ContractError) as caught:
        read_model(folder)
    return str(caught.value)


def test_the_model_of_this_checkout_is_whole() -> None:
    model = load_model()
    assert model.base().id == "goods_2018"
    assert (model.sigma.low, model.sigma.high) == (3, 8)
    assert model.draws.asked >= 500
    areas = load_contracts().codelists["area"].rows
    assert {check.area for check in model.checks if check.area} | {model.nafta.numeraire} <= areas.keys()
    assert model.rest_area not in areas
    assert {check.tolerance for check in model.checks if check.measure == "real_gdp_pct"} == {0.05}


def test_an_unknown_base_is_told() -> None:
    with pytest.raises(ContractError, match="no base 'moon'; allowed are goods_2018"):
        load_model().base("moon")


def test_what_is_wrong_is_told(content: dict[str, Any], tmp_path: Path) -> None:
    assert "low, point and high must rise" in faults({**content, "sigma": {**content["sigma"], "point": 9}}, tmp_path)
    assert "no base ['moon']; allowed are" in faults({**content, "default_base": "moon"}, tmp_path)
    assert "check ['estimate_rta'] stands twice" in faults(
        {**content, "checks": [*content["checks"], content["checks"][0]]}, tmp_path
    )
    assert "Field required" in faults({name: content[name] for name in content if name != "draws"}, tmp_path)
    assert "Extra inputs are not permitted" in faults({**content, "moon": 1}, tmp_path)


def test_a_base_has_a_ratio_where_it_needs_one_and_nowhere_else(content: dict[str, Any], tmp_path: Path) -> None:
    goods, gdp, panel, fitted = content["bases"]
    without = {name: goods[name] for name in goods if name != "output_per_gdp"}
    assert "needed for kind goods, and there only" in faults(
        {**content, "bases": [without, gdp, panel, fitted]}, tmp_path
    )
    having = {**panel, "output_per_gdp": goods["output_per_gdp"]}
    assert "needed for kind goods" in faults({**content, "bases": [goods, gdp, having, fitted]}, tmp_path)
    turned = {**goods, "output_per_gdp": {"point": 1.8, "low": 2, "high": 3}}
    assert "low, point and high must rise" in faults({**content, "bases": [turned, gdp, panel, fitted]}, tmp_path)


def test_a_word_must_stand_in_three_languages(content: dict[str, Any], tmp_path: Path) -> None:
    omissions = [{"id": "one", "text": {"en": "One"}}]
    assert "does not stand in each of en, fr and es" in faults({**content, "omissions": omissions}, tmp_path)


def test_a_missing_or_broken_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="cannot be read"):
        read_model(tmp_path)
    (tmp_path / "model.yaml").write_text("a: [", encoding="utf-8")
    with pytest.raises(ContractError, match="is not valid YAML in UTF-8"):
        read_model(tmp_path)
