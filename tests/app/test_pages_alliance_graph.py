"""Alliance graph, without a browser. Figures are those of the embedded edition."""

from collections.abc import Callable
from typing import Any

import pytest

from compact_app import queries, wording
from compact_app.queries import Edition

OpenPage = Callable[..., Any]


@pytest.mark.usefixtures("edition")
def test_another_year_changes_the_finding(open_page: OpenPage) -> None:
    page = open_page("alliance_graph")
    page.select_slider(key="year_compute_exports").set_value("2015").run()
    assert " of 2015; " in page.finding
    assert "· 2015 · edition 1" in page.caption[-1].value


@pytest.mark.usefixtures("edition")
def test_another_graph_has_years_of_its_own(open_page: OpenPage) -> None:
    page = open_page("alliance_graph")
    page.selectbox(key="graph").select("talent_movement/MIGRANT").run()
    assert page.select_slider(key="year_talent_movement").value == "2019"
    assert "foreign-born residents" in page.finding
    assert "Stocks at mid-year of all foreign-born residents" in page.words


@pytest.mark.usefixtures("edition")
@pytest.mark.parametrize("size", ["strength", "betweenness"])
def test_the_size_of_a_node_is_a_choice_and_no_finding(size: str, open_page: OpenPage, fresh: dict[str, Any]) -> None:
    page = open_page("alliance_graph")
    page.selectbox(key="size").select(size).run()
    assert page.finding == fresh["alliance_graph"].finding
    assert f'"field": "{size}"' in page.get("vega_lite_chart")[0].proto.spec


def test_areas_are_listed_by_their_rank(fresh: dict[str, Any]) -> None:
    numbers = fresh["alliance_graph"].numbers
    assert numbers["name"].head(3).tolist() == ["United States", "China", "Germany"]
    assert numbers["rank_pagerank"].is_monotonic_increasing


def test_an_edition_without_a_graph_says_so(
    edition: Edition, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = queries.graph_subjects(edition).clear()
    monkeypatch.setattr(queries, "graph_subjects", lambda _: nothing)
    assert open_page("alliance_graph").finding == wording.say("graph_none")


def test_a_first_rank_never_stands_without_its_range(fresh: dict[str, Any]) -> None:
    page = fresh["alliance_graph"]
    assert (
        "With flows drawn 200 times from their intervals, the United States stands at rank 1 by PageRank" in page.words
    )
    assert page.numbers["range_pagerank"].head(3).tolist() == ["1 to 1", "2 to 2", "3 to 3"]


@pytest.mark.usefixtures("edition")
@pytest.mark.parametrize("size", ["coreness", "disparity", "s_core", "harmonic"])
def test_more_measures_can_size_a_node(size: str, open_page: OpenPage) -> None:
    page = open_page("alliance_graph")
    page.selectbox(key="size").select(size).run()
    assert list(page.exception) == []
    assert f'"field": "{size}"' in page.get("vega_lite_chart")[0].proto.spec


def test_a_core_never_stands_without_its_fit(fresh: dict[str, Any]) -> None:
    assert "One core explains these ties with a correlation of 0.78: coreness is 1.00 for the United States" in (
        fresh["alliance_graph"].words
    )


def test_what_is_left_is_told_beside_random_orders_and_as_mechanical(fresh: dict[str, Any]) -> None:
    words = fresh["alliance_graph"].words
    assert "Without the United States 73.0 % of all flow is left, without the 5 strongest 28.1 %" in words
    assert "5 areas taken out at random leave 78.9 % on average" in words
    assert "Mechanical: no rerouting." in words


@pytest.mark.usefixtures("edition")
def test_ties_that_the_reader_cuts_are_gone(open_page: OpenPage) -> None:
    page = open_page("alliance_graph")
    page.selectbox(key="left_cut").select("USA").run()
    assert "Without ties between" not in page.words
    page.selectbox(key="left_cut_with").select("CHN").run()
    assert "Without ties between the United States and China, 9" in page.words
    page.selectbox(key="left_cut_with").select("USA").run()
    assert wording.say("left_cut_same") in page.words


@pytest.mark.usefixtures("edition")
def test_likeness_is_told_for_the_chosen_set_without_chance_first(open_page: OpenPage) -> None:
    page = open_page("alliance_graph")
    assert page.selectbox(key="alike").value == "pi"
    assert "Canada and the United States are most alike (0.48, 644 items)" in page.words
    page.selectbox(key="basis").select("agreements").run()
    page.selectbox(key="alike").select("kappa").run()
    assert list(page.exception) == []
    assert page.dataframe[2].value["kappa"].notna().any()
    page.selectbox(key="basis").select("standards").run()
    assert list(page.exception) == []


@pytest.mark.usefixtures("edition")
def test_friends_and_rivals_are_told_with_whom_a_member_restricts_and_by_which_rule(open_page: OpenPage) -> None:
    page = open_page("alliance_graph")
    assert (
        "and China, 3 pairs have a trade agreement and 1 a restriction: no tie speaks against two camps" in page.words
    )
    assert "by name" in page.words
    page.selectbox(key="scenario").select("core_g7").run()
    assert "at least 1 tie must give way before all fall into two camps (balance 0.92)" in page.words
    page.selectbox(key="scenario").select("core_allies").run()
    assert "which is done for up to 20 areas" in page.words


@pytest.mark.usefixtures("edition")
@pytest.mark.parametrize("members", [[], ["USA"]])
def test_a_set_of_nobody_or_of_one_is_told_what_to_choose(members: list[str], open_page: OpenPage) -> None:
    page = open_page("alliance_graph")
    page.selectbox(key="scenario").select("own").run()
    page.multiselect(key="members").set_value(members).run()
    assert page.finding.startswith("The United States ranks first")
    assert wording.say("alike_too_few") in page.words
    assert wording.say("balance_too_few") in page.words


@pytest.mark.usefixtures("edition")
def test_a_set_without_votes_says_so(open_page: OpenPage) -> None:
    page = open_page("alliance_graph")
    page.selectbox(key="scenario").select("own").run()
    page.multiselect(key="members").set_value(["HKG", "TWN"]).run()
    assert wording.say("alike_unknown") in page.words
    assert "no pair has an agreement or a restriction" in page.words
