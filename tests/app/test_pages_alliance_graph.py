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
