"""The list of later trade agreements: ours as it stands in schemas/, and faulty copies of it."""

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from compact_pipelines.contracts import Contracts
from compact_pipelines.contracts.agreements import FILE, load_trade_agreements, read_trade_agreements
from compact_pipelines.contracts.reading import schemas_folder
from compact_pipelines.errors import ContractError

OURS = load_trade_agreements()
NAMES = {"en": "Toy", "fr": "Jouet", "es": "Juguete"}
TOY: dict[str, Any] = {
    "id": "toy",
    "name": NAMES,
    "sides": [["USA", "CAN"]],
    "in_force": dt.date(2020, 1, 1),
    "citation": "https://example.org/toy",
    "verified": True,
}


def written(folder: Path, *agreements: dict[str, Any], **others: Any) -> Path:
    file = {
        "panel_year": 2016,
        "read_on": dt.date(2026, 1, 1),
        "partial_schemes": [],
        "groups": {"PAIR": {"members": ["FRA", "DEU"], "citation": "https://example.org"}},
        "agreements": list(agreements),
        "ended": [],
    }
    (folder / FILE).write_text(yaml.safe_dump({**file, **others}), encoding="utf-8")
    return folder


def found(agreement_id: str) -> dict[tuple[str, str], dt.date | None]:
    [agreement] = [agreement for agreement in OURS.agreements if agreement.id == agreement_id]
    return OURS.pairs(agreement)


# Ours


def test_an_accord_of_all_links_its_members_from_the_day_the_later_one_joined() -> None:
    pairs = found("cptpp")
    assert len(pairs) == 9 * 8 / 2
    assert pairs["CAN", "MEX"] == dt.date(2018, 12, 30)
    assert pairs["CAN", "PER"] == dt.date(2021, 9, 19)
    assert pairs["MYS", "PER"] == dt.date(2022, 11, 29)
    assert found("usmca") == dict.fromkeys([("CAN", "MEX"), ("CAN", "USA"), ("MEX", "USA")], dt.date(2020, 7, 1))


def test_an_accord_of_two_sides_links_across_them_only() -> None:
    pairs = found("ceta")
    assert sorted(pairs) == sorted((min("CAN", area), max("CAN", area)) for area in OURS.groups["EU"].members)
    assert set(pairs.values()) == {dt.date(2017, 9, 21)}


def test_a_verified_agreement_says_where_it_was_read_and_none_is_of_later_than_the_reading() -> None:
    verified = [agreement for agreement in OURS.agreements if agreement.verified]
    assert len(verified) == 22
    assert all(agreement.citation for agreement in verified)
    days = [day for agreement in verified for day in (agreement.in_force, *agreement.joined.values()) if day]
    assert max(days) < OURS.read_on
    assert min(days) > dt.date(OURS.panel_year, 1, 1)


def test_neither_of_the_founders_is_said_to_have_an_agreement_with_the_emirates() -> None:
    linked = {pair for agreement in OURS.agreements for pair in OURS.pairs(agreement)}
    assert not linked & {("ARE", "CAN"), ("ARE", "MEX"), ("ARE", "USA"), ("GBR", "USA")}


def test_what_japan_and_the_united_states_have_is_named_as_partial() -> None:
    [scheme] = OURS.later_schemes
    assert OURS.pairs(scheme) == {("JPN", "USA"): dt.date(2020, 1, 1)}
    assert scheme.name["en"] not in OURS.partial_names


def test_a_later_scheme_needs_its_sides_day_and_text(tmp_path: Path) -> None:
    scheme = {"id": "some", "name": "Some goods", "sides": [["CAN"], ["USA"]], "note": "made up"}
    with pytest.raises(ContractError, match="one that came later needs id, sides, in_force and citation"):
        read_trade_agreements(written(tmp_path, partial_schemes=[scheme]))
    whole = {**scheme, "in_force": dt.date(2020, 1, 1), "citation": "https://example.org", "sides": [["CAN"], ["XXX"]]}
    with pytest.raises(ContractError, match="agreement some: no area or group 'XXX'"):
        read_trade_agreements(written(tmp_path, partial_schemes=[whole]))


def test_every_area_named_is_one_of_the_scenario(contracts: Contracts) -> None:
    linked = {area for agreement in OURS.agreements for pair in OURS.pairs(agreement) for area in pair}
    assert linked <= set(contracts.membership.tier_of)


# Faulty ones


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"sides": [["USA", "ATL"]]}, r"agreement toy: no area or group 'ATL'"),
        ({"sides": [["USA"], ["USA", "CAN"]]}, r"agreement toy: \['USA'\] stand on two sides"),
        ({"sides": [["USA"]]}, r"agreement toy: it links no two areas"),
        ({"joined": {"ATL": dt.date(2021, 1, 1)}}, r"agreement toy, joined: no area or group 'ATL'"),
        ({"joined": {"CAN": dt.date(2019, 1, 1)}}, r"agreement 'toy': \['CAN'\] joined before it was in force"),
        ({"joined": {"CAN": dt.date(2021, 1, 1)}, "in_force": None}, r"some joined, so in_force must say"),
        ({"citation": None}, r"agreement 'toy': it is verified, so citation must say where"),
        ({"citation": "a page"}, r"agreements.0.citation: .*match"),
        ({"name": {"en": "Toy"}}, r"name stands in \['en'\]; needed are en, fr and es"),
        ({"verified": "perhaps"}, r"agreements.0.verified: .*boolean"),
        ({"depth": 3}, r"agreements.0.depth: Extra inputs are not permitted"),
        ({"id": "To y"}, r"agreements.0.id"),
    ],
)
def test_a_fault_is_told_with_its_place(tmp_path: Path, change: dict[str, Any], told: str) -> None:
    assert [agreement.id for agreement in read_trade_agreements(written(tmp_path, TOY)).agreements] == ["toy"]
    with pytest.raises(ContractError, match=told):
        read_trade_agreements(written(tmp_path, {**TOY, **change}))


def test_an_agreement_may_not_stand_twice(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r"agreements \['toy'\] stand twice; keep one of each"):
        read_trade_agreements(written(tmp_path, TOY, TOY))


def test_a_partial_scheme_may_not_be_replaced_by_an_agreement(tmp_path: Path) -> None:
    schemes = [{"name": "Some tariffs", "note": "made up"}]
    read = read_trade_agreements(written(tmp_path, TOY, partial_schemes=schemes))
    assert read.partial_names == {"Some tariffs"}
    with pytest.raises(ContractError, match=r"\['Some tariffs'\] are partial schemes and replaced"):
        read_trade_agreements(written(tmp_path, {**TOY, "replaces": ["Some tariffs"]}, partial_schemes=schemes))


def test_a_group_stands_for_its_members(tmp_path: Path) -> None:
    read = read_trade_agreements(written(tmp_path, {**TOY, "sides": [["PAIR"], ["USA"]], "in_force": None}))
    assert read.pairs(read.agreements[0]) == {("DEU", "USA"): None, ("FRA", "USA"): None}


def test_unknown_areas_in_groups_and_endings_are_told_at_once(tmp_path: Path) -> None:
    groups = {"ODD": {"members": ["ATL", "USA"], "citation": "https://example.org"}}
    ended = [{"area": "MUU", "agreements": ["Toy"], "last_day": dt.date(2020, 1, 1), "citation": "https://example.org"}]
    with pytest.raises(ContractError, match=r"groups.ODD: no area or group 'ATL'.*ended: no area or group 'MUU'"):
        read_trade_agreements(written(tmp_path, TOY, groups=groups, ended=ended))


def test_a_missing_file_and_one_that_is_no_yaml_are_told(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r"agreements.yaml cannot be read \(No such file or directory\)"):
        read_trade_agreements(tmp_path)
    shutil.copy(schemas_folder() / FILE, tmp_path)
    (tmp_path / FILE).write_bytes(b"groups: [\xff")
    with pytest.raises(ContractError, match=r"agreements.yaml is not valid YAML in UTF-8"):
        read_trade_agreements(tmp_path)
