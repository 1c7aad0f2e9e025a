"""Overview, without a browser. Figures are those of the embedded edition."""

from collections.abc import Callable
from typing import Any

import pytest

from compact_app import queries, wording
from compact_app.queries import Edition

OpenPage = Callable[..., Any]


def test_the_overview_shows_each_theme_with_its_latest_value(fresh: dict[str, Any]) -> None:
    cards = {card.label: card.value for card in fresh["overview"].metric}
    assert cards == {
        "Trade": "29.79 bn USD",
        "Capital": "2.095 trillion USD",
        "Talent": "11.49 million people",
        "Standards": "Signed, or referred to in national rules",
        "Energy and sites": "90,319 MW",
    }


def test_the_overview_leads_to_both_sides_of_its_finding(fresh: dict[str, Any]) -> None:
    (link,) = fresh["overview"].get("page_link")
    assert link.proto.page == "whose_number"
    assert "from_area=United+States" in link.proto.query_string
    assert "to_area=Canada" in link.proto.query_string


def test_the_overview_of_a_first_edition_compares_it_with_none(fresh: dict[str, Any]) -> None:
    page = fresh["overview"]
    assert wording.say("overview_first") in page.words
    assert page.numbers["Change in rows"].isna().all()


def test_an_overview_without_a_disputed_flow_says_so(
    edition: Edition, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = queries.largest_disputed_pair(edition).clear()
    monkeypatch.setattr(queries, "largest_disputed_pair", lambda _: nothing)
    page = open_page("overview")
    assert page.finding == wording.say("overview_title_none")
    assert list(page.get("page_link")) == []
