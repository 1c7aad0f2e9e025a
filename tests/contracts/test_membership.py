"""Sets of members: written in schemas/membership.yaml, and the founding three with each ally in turn."""

import pytest
from pydantic import ValidationError

from compact_pipelines.contracts import Contracts
from compact_pipelines.contracts.membership import Membership

WORDS = {"en": "A set", "fr": "Un groupe", "es": "Un grupo"}
ALONE = {"beside": ["core"], "tiers": ["ally"], "label": {"en": "With {area}", "fr": "Avec {area}", "es": "Con {area}"}}
MADE_UP = {
    "scenario": "toy",
    "label": WORDS,
    "from": "2024-11",
    "tiers": {"core": ["USA", "CAN"], "ally": ["JPN", "AUS"]},
    "blocs": [{"id": "core", "label": WORDS, "tiers": ["core"]}],
    "one_by_one": ALONE,
}


def test_the_sets_are_the_blocs_and_then_each_ally_beside_the_founders() -> None:
    sets = Membership.model_validate(MADE_UP).member_sets(lambda area, language: f"{area}-{language}")
    assert [(each.id, each.areas) for each in sets] == [
        ("core", ("CAN", "USA")),
        ("core_jpn", ("CAN", "JPN", "USA")),
        ("core_aus", ("AUS", "CAN", "USA")),
    ]
    assert sets[1].label == {"en": "With JPN-en", "fr": "Avec JPN-fr", "es": "Con JPN-es"}


def test_the_sets_of_this_checkout_have_one_name_each_and_hold_the_founders(contracts: Contracts) -> None:
    sets = contracts.membership.member_sets(contracts.codelists["area"].name)
    assert len({each.id for each in sets}) == len({each.label["en"] for each in sets}) == len(sets)
    assert all({"USA", "CAN", "MEX"} <= set(each.areas) for each in sets)
    assert {each.id for each in sets} >= {"core", "core_uae", "core_gulf", "core_g7", "core_allies", "all", "core_swe"}


@pytest.mark.parametrize("missing", ["one_by_one", "blocs", "from"])
def test_a_file_without_a_part_is_refused(missing: str) -> None:
    with pytest.raises(ValidationError, match=missing):
        Membership.model_validate({name: value for name, value in MADE_UP.items() if name != missing})
