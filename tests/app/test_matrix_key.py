"""What the marks in a matrix mean is written in words under it: a legend within would be cut on a phone."""

import json
from typing import Any

import pytest

from compact_app import theme, wording
from compact_app.app_pages.kept import phrases
from compact_pipelines.contracts import load_contracts

STATUSES = load_contracts().codelists["adoption_status"]


def legends(node: Any) -> list[Any]:
    """Every legend in a picture, None where a channel has none."""
    if isinstance(node, list):
        return [found for each in node for found in legends(each)]
    if not isinstance(node, dict):
        return []
    own = [node["legend"]] if "legend" in node and "field" in node else []
    return own + [found for each in node.values() for found in legends(each)]


@pytest.mark.parametrize(("name", "channels"), [("standards", 1), ("standards_gaps", 1), ("commitments", 2)])
def test_a_matrix_has_no_legend_of_its_own(name: str, channels: int, fresh: dict[str, Any]) -> None:
    spec = json.loads(fresh[name].get("vega_lite_chart")[0].proto.spec)
    assert legends(spec) == [None] * channels


def test_every_status_has_a_letter_of_its_own() -> None:
    levels = STATUSES.column("level")
    letters = {code: wording.status_letter(int(levels[code]), STATUSES.name(code)) for code in STATUSES.codes}
    assert len(set(letters.values())) == len(letters)
    assert letters["none"] == "N"


@pytest.mark.parametrize("name", ["standards", "standards_gaps"])
def test_letters_are_told_firmest_first(name: str, fresh: dict[str, Any]) -> None:
    told = "**B** Binding in law · **S** Signed, or referred to in national rules · **V** Voluntary commitment"
    assert told in fresh[name].words


def test_shapes_are_told(fresh: dict[str, Any]) -> None:
    words = phrases.states()
    assert set(theme.STATUS_MARKS) == set(words)
    told = " · ".join(f"**{theme.STATUS_MARKS[state]}** {words[state]}" for state in words)
    assert told in fresh["commitments"].words
    assert wording.say("commitments_matrix_empty") in fresh["commitments"].words
