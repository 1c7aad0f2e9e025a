"""Dependencies, without a browser. Figures are those of the embedded edition unless a test says so."""

from collections.abc import Callable
from typing import Any

import pytest

from compact_app import queries, wording
from compact_app.app_pages import dependencies
from compact_app.queries import Edition, Subject

OpenPage = Callable[..., Any]

GOODS = Subject("compute_exports", "TOTAL", "F")


def test_a_finding_is_drawn_from_the_row_of_its_receiver_and_year(edition: Edition, fresh: dict[str, Any]) -> None:
    rows = queries.dependency_rows(edition, GOODS).rows(named=True)
    (row,) = [row for row in rows if (row["area"], row["time_period"]) == ("USA", "2024")]
    shares = [row["outside_share"], row["outside_share"] + row["unnamed_share"], row["top_share"]]
    assert [wording.share(share) for share in shares] == ["26.1 %", "36.0 %", "15.5 %"]
    for share in shares:
        assert wording.share(share) in fresh["dependencies"].finding
    assert wording.say("dependency_named", share=wording.share(row["named_share"])) in fresh["dependencies"].words


def test_suppliers_stand_in_the_order_of_their_shares(fresh: dict[str, Any]) -> None:
    numbers = fresh["dependencies"].numbers
    assert numbers["name"].head(3).tolist() == ["Mexico", "China", "Canada"]
    assert numbers["value"].head(1).tolist() == [503_438_605_302]
    assert numbers["share"].is_monotonic_decreasing


def test_receivers_are_compared_in_the_order_of_their_names(fresh: dict[str, Any]) -> None:
    compared = fresh["dependencies"].dataframe[1].value
    assert compared["name"].tolist() == ["Canada", "United States"]
    assert compared["unnamed_share"].round(3).tolist() == [0.0, 0.099]
    assert compared["reported_by"].tolist() == ["area", "area"]


@pytest.mark.usefixtures("edition")
def test_another_receiver_is_another_finding(open_page: OpenPage) -> None:
    page = open_page("dependencies", area="Canada")
    assert page.selectbox(key="area").value == "CAN"
    assert page.finding == (
        "Canada, all goods: of what the 205 areas held supply, 23.6 % comes from outside the Compact and its "
        "candidates, 46.1 % from the United States (2025)"
    )
    assert "Statistics Canada" in page.caption[-1].value


@pytest.mark.usefixtures("edition")
def test_another_subject_is_another_finding(open_page: OpenPage) -> None:
    page = open_page("dependencies", area="Canada")
    page.selectbox(key="what").select("talent_movement/MIGRANT/S").run()
    assert page.finding == (
        "Canada, foreign-born residents, all reasons: of what the 44 areas held supply, 29.4 % comes from outside the "
        "Compact and its candidates, 19.1 % from India (2019)"
    )
    assert wording.say("dependency_no_total", count=44) in page.words


@pytest.mark.usefixtures("edition")
def test_another_year_changes_the_finding(open_page: OpenPage) -> None:
    page = open_page("dependencies")
    page.select_slider(key="year_USA").set_value("2016").run()
    assert page.finding.endswith("China alone supplies 21.2 % (2016)")
    assert "· 2016 · edition 1" in page.caption[-1].value
    assert open_page("dependencies", year_USA="2016").finding == page.finding


@pytest.mark.usefixtures("edition")
def test_a_year_that_is_not_measured_for_another_subject_is_not_kept(open_page: OpenPage) -> None:
    page = open_page("dependencies")
    page.selectbox(key="what").select("talent_movement/MIGRANT/S").run()
    assert page.finding.endswith("(2019)")
    assert page.select_slider(key="year_USA").options == ["1990", "1995", "2000", "2005", "2010", "2015", "2019"]


@pytest.mark.usefixtures("edition")
def test_one_year_is_no_choice(open_page: OpenPage) -> None:
    page = open_page("dependencies")
    page.selectbox(key="what").select("talent_movement/ORCID_RESEARCHERS/S").run()
    assert list(page.select_slider) == []
    assert page.finding.endswith("(2016)")
    assert len(page.get("vega_lite_chart")) == 1  # one year is no course over the years


@pytest.mark.usefixtures("edition")
def test_a_receiver_that_is_not_held_says_what_to_choose(open_page: OpenPage) -> None:
    page = open_page("dependencies", area="Qatar")
    page.selectbox(key="what").select("compute_exports/HS_84/F").run()
    assert page.finding.startswith("Who supplies Qatar with machinery and computers")
    assert "Choose another receiver or subject" in page.words
    assert list(page.get("download_button")) == []
    assert list(page.get("vega_lite_chart")) == []


@pytest.mark.usefixtures("edition")
def test_years_in_which_the_base_changes_are_named(open_page: OpenPage) -> None:
    page = open_page("dependencies", area="Mexico")  # IMF from 2015 on, the World Bank's first five before and after
    assert wording.say("dependency_break", years="2015, 2019") in page.words


@pytest.mark.usefixtures("edition")
def test_years_without_a_voice_are_named(open_page: OpenPage) -> None:
    page = open_page("dependencies", area="Mexico")
    assert page.finding.endswith("(2019)")
    assert wording.say("dependency_silent", years="2020, 2021, 2022, 2023, 2024, 2025") in page.words


# Made-up figures
@pytest.mark.parametrize(
    ("outside", "unnamed", "shown"),
    [
        (0.36, 0.0, "36.0 %"),
        (0.36, 0.0003, "36.0 %"),
        (0.26, 0.1, "26.0 % to 36.0 %"),
        (0.0, 0.1, "0.0 % to 10.0 %"),
        (0.0, 0.0, "0.0 %"),
    ],
)
def test_who_is_not_named_may_be_inside_or_outside(outside: float, unnamed: float, shown: str) -> None:
    assert dependencies._outside({"outside_share": outside, "unnamed_share": unnamed}) == shown


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        (0.25, 0.25, "(HHI) is 0.250, as if 4.0 suppliers"),
        (0.2, 0.25, "(HHI) is 0.200 to 0.250, as if 4.0 to 5.0 suppliers"),
        (1.0, 1.0, "(HHI) is 1.000, as if 1.0 suppliers"),
    ],
)
def test_concentration_is_a_range_where_some_are_not_named(low: float, high: float, shown: str) -> None:
    shares = {"core_share": 0.5, "partner_share": 0.0, "ally_share": 0.25, "unnamed_share": 0.0}
    row = {"hhi_low": low, "hhi_high": high, **shares}
    assert shown in dependencies._sentence(row)


def test_where_suppliers_are_not_named_a_tier_has_at_least_its_share_and_none_is_not_zero() -> None:
    row = {"core_share": 0.5, "partner_share": 0.0, "unnamed_share": 0.2}
    assert dependencies._at_least(row, "core") == "at least 50.0 %"
    assert dependencies._at_least(row, "partner") == "none that is named"
    assert dependencies._at_least({**row, "unnamed_share": 0.0}, "partner") == "0.0 %"
