"""Areas in the address of a page: by name, by code, and what is neither."""

from collections.abc import Callable
from typing import Any

import pytest

from compact_app import wording

OpenPage = Callable[..., Any]


@pytest.mark.usefixtures("edition")
@pytest.mark.parametrize(("name", "key"), [("whose_number", "from_area"), ("reporters", "area")])
def test_what_is_no_area_is_said_once_and_the_usual_one_is_shown(
    name: str, key: str, open_page: OpenPage, fresh: dict[str, Any]
) -> None:
    page = open_page(name, **{key: "Atlantis"})
    assert page.finding == fresh[name].finding
    assert [notice.value for notice in page.warning] == [wording.say("no_such_choice", value="Atlantis")]
    assert list(fresh[name].warning) == []
    page.selectbox(key=key).select("MEX").run()
    assert list(page.warning) == []


@pytest.mark.usefixtures("edition")
def test_an_area_is_known_by_its_code_too_and_the_address_is_put_right(open_page: OpenPage) -> None:
    by_name = open_page("whose_number", from_area="Mexico", to_area="United States")
    by_code = open_page("whose_number", from_area="MEX", to_area="usa")
    assert by_code.finding == by_name.finding == "The United States counts 0.8 % less than Mexico says it sends (2019)"
    assert by_code.query_params == by_name.query_params
    assert list(by_code.warning) == []
    one = open_page("whose_number", to_area="MEX", from_area="Atlantis", period="2016")
    assert one.finding == "Mexico counts 22.0 % less than the United States says it sends (2016)"
    assert len(one.warning) == 1
    one.selectbox(key="to_area").select("CAN").run()
    assert one.selectbox(key="to_area").value == "CAN"


@pytest.mark.usefixtures("edition")
def test_who_goes_back_to_an_address_with_a_code_gets_its_flow(open_page: OpenPage) -> None:
    page = open_page("whose_number", to_area="MEX")
    page.query_params["to_area"] = "DEU"
    page.run()
    assert page.finding.startswith("Germany counts")
    assert page.query_params["to_area"] == "Germany"
    page.selectbox(key="to_area").select("MEX").run()
    assert page.finding.startswith("Mexico counts")


@pytest.mark.usefixtures("edition")
def test_a_reporter_is_known_by_its_code_too(open_page: OpenPage) -> None:
    by_name = open_page("reporters", role="as exporter", area="Mexico")
    by_code = open_page("reporters", role="as exporter", area="MEX")
    assert by_code.finding == by_name.finding
    assert by_code.query_params == by_name.query_params
    assert list(by_code.warning) == []
