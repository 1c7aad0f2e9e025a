"""The choice of members: by codes in the address, told in titles, kept from page to page."""

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1.element_tree import ElementTree
from streamlit.util import calc_hash

from compact_app import wording

OpenPage = Callable[..., Any]
OWN = "Your own choice"


def go_to(page: Any, name: str, **query: str) -> Any:
    """Another page in the same session, by an address of its own."""
    page._page_hash = calc_hash(name)
    page._tree = ElementTree()  # a browser sends what the new page holds, and nothing of the one that it leaves
    page._tree._runner = page
    page.query_params.clear()
    page.query_params.update(query)
    return page.run()


def told(page: Any) -> list[str]:
    """What the notices say."""
    return [notice.value for notice in page.warning]


# By codes in the address


@pytest.mark.usefixtures("edition")
def test_a_set_is_known_by_its_code_too(open_page: OpenPage) -> None:
    page = open_page("standards_gaps", scenario="core_jpn", area="CAN")
    assert (page.selectbox(key="scenario").value, page.selectbox(key="area").value) == ("core_jpn", "CAN")
    assert dict(page.query_params) == {"scenario": "With Japan", "area": "Canada"}
    assert told(page) == []


@pytest.mark.usefixtures("edition")
@pytest.mark.parametrize(
    "members", [["MEX", "usa"], ["Mexico", "USA"], ["MEX,USA"], ["Mexico, United States"]], ids=str
)
def test_members_are_known_by_their_codes_one_by_one_or_in_a_list(members: list[str], open_page: OpenPage) -> None:
    page = open_page("resilience", scenario="own", members=members)
    assert page.multiselect(key="members").value == ["MEX", "USA"]
    assert page.finding.startswith("Mexico and the United States take ")
    assert page.query_params["scenario"] == OWN
    assert told(page) == []


@pytest.mark.usefixtures("edition")
def test_members_without_a_set_are_a_choice_of_ones_own(open_page: OpenPage) -> None:
    page = open_page("resilience", members="ARE")
    assert page.selectbox(key="scenario").value == "own"
    assert page.multiselect(key="members").value == ["ARE"]


@pytest.mark.usefixtures("edition")
def test_what_is_no_choice_is_said_and_the_rest_is_kept(open_page: OpenPage) -> None:
    page = open_page("resilience", scenario="own", members=["MEX", "Atlantis"])
    assert page.multiselect(key="members").value == ["MEX"]
    assert told(page) == [wording.say("no_such_choice", value="Atlantis")]
    other = open_page("commitments", scenario="core_xxx")
    assert other.selectbox(key="scenario").value == "core"
    assert told(other) == [wording.say("no_such_choice", value="core\\_xxx")]


@pytest.mark.usefixtures("edition")
def test_candidates_and_base_are_known_by_their_codes_and_every_fault_is_said(open_page: OpenPage) -> None:
    page = open_page("accession_simulator", candidates="JPN,KOR", base="guide_2006")
    assert page.multiselect(key="candidates").value == ["JPN", "KOR"]
    assert page.selectbox(key="base").value == "guide_2006"
    assert "With Japan and Korea, the members keep" in page.finding
    faulty = open_page("accession_simulator", candidates=["JPN", "XXX"], base="goods_1900", scenario="core_xxx")
    assert faulty.multiselect(key="candidates").value == ["JPN"]
    assert told(faulty) == [
        wording.say("no_such_choice", value=value) for value in ("XXX", "goods\\_1900", "core\\_xxx")
    ]


# From page to page


@pytest.mark.usefixtures("edition")
def test_the_set_chosen_last_opens_the_next_page_and_stands_in_its_address(open_page: OpenPage) -> None:
    page = go_to(open_page("commitments", scenario="With Japan"), "resilience")
    assert page.finding.startswith("Canada, Japan, Mexico and the United States take")
    assert page.query_params["scenario"] == "With Japan"
    assert go_to(page, "dependencies").query_params == {}
    assert go_to(page, "standards_gaps").selectbox(key="scenario").value == "core_jpn"


@pytest.mark.usefixtures("edition")
def test_members_of_ones_own_choice_come_along(open_page: OpenPage) -> None:
    page = open_page("resilience", scenario=OWN)
    page.multiselect(key="members").set_value(["MEX", "USA"]).run()
    go_to(page, "commitments")
    assert page.multiselect(key="members").value == ["MEX", "USA"]
    assert page.finding.startswith("Mexico and the United States: ")
    page.multiselect(key="members").set_value([]).run()
    go_to(page, "resilience")
    assert page.multiselect(key="members").value == []
    assert page.finding == wording.say("resilience_title_empty")


@pytest.mark.usefixtures("edition")
def test_a_link_with_a_set_keeps_it(open_page: OpenPage) -> None:
    page = go_to(open_page("commitments", scenario="With Japan"), "overview")
    go_to(page, "resilience", scenario="With the rest of the G7")
    assert page.finding.startswith("The 8 members take")
    assert go_to(page, "commitments").selectbox(key="scenario").value == "core_g7"


@pytest.mark.usefixtures("edition")
def test_a_choice_that_the_page_before_still_holds_is_no_fault(open_page: OpenPage) -> None:
    page = open_page("commitments", scenario="With Japan")
    page._page_hash = calc_hash("resilience")
    page.query_params.clear()
    assert "take" in page.run().finding


@pytest.mark.usefixtures("edition")
def test_the_first_set_of_a_page_is_no_choice(open_page: OpenPage) -> None:
    page = go_to(open_page("resilience"), "commitments")
    assert page.selectbox(key="scenario").value == "core"
    assert page.query_params == {}


@pytest.mark.usefixtures("edition")
def test_who_is_a_member_already_is_no_first_candidate(open_page: OpenPage) -> None:
    page = go_to(open_page("commitments", scenario="With the United Arab Emirates"), "accession_simulator")
    assert page.multiselect(key="candidates").value == []
    assert page.finding.startswith("Canada, Mexico, the United Arab Emirates and the United States keep ")


# In words


@pytest.mark.usefixtures("edition")
def test_a_name_with_an_article_has_it(open_page: OpenPage) -> None:
    options = open_page("commitments").selectbox(key="scenario").options
    assert {"With the United Kingdom", "With the Netherlands", "With the Philippines", "With Japan"} <= {*options}
    page = open_page("commitments", scenario="core_gbr")
    assert page.finding.startswith("The three founding members with the United Kingdom: ")


@pytest.mark.usefixtures("edition")
def test_a_choice_of_ones_own_is_told_by_names_or_by_their_number(open_page: OpenPage) -> None:
    page = open_page("commitments", members="CAN,GBR")
    assert page.finding.startswith("Canada and the United Kingdom: ")
    page.multiselect(key="members").set_value(["CAN", "MEX", "USA", "JPN", "GBR"]).run()
    assert page.finding.startswith("The 5 members of your choice: ")
