"""Whose number? under another freight rule. Figures are those of the embedded edition."""

from collections.abc import Callable
from typing import Any

import pytest

from compact_app import queries, wording
from compact_app.queries import Edition, Flow

OpenPage = Callable[..., Any]


def row_of(edition: Edition, flow: Flow, period: str) -> dict[str, Any]:
    return queries.pair_flows(edition, flow).filter(time_period=period).row(0, named=True)


def test_another_freight_rule_moves_the_numbers_of_a_cif_pair(edition: Edition, open_page: OpenPage) -> None:
    flow = Flow("compute_exports", "TOTAL", "F", "A", "USA", "DEU")
    usual = row_of(edition, flow, "2018")
    assert usual["valuation_to"] == "CIF"
    page = open_page("whose_number", to_area="Germany", period="2018")
    before, words = page.tiles, page.words
    assert "3.3 % of the value at the border of departure is taken off what Germany reports (CIF)." in words
    page.selectbox(key="valuation_rule").select("fao").run()
    after = page.tiles
    for label in ("Reconciled", "D after freight"):
        assert after[label] != before[label]
    for label in ("United States reports", "Germany reports", "Asymmetry D"):
        assert after[label] == before[label]
    net = float(usual["reported_by_to"]) / 1.12
    sent = float(usual["reported_by_from"])
    assert after["D after freight"] == wording.asymmetry(abs(sent - net) / (sent + net))
    assert f"{wording.figure(float(usual['reported_by_to']) - net, 'USD', 3)}" in page.words
    assert "(rule FAO: 12 %)" in page.words
    edition_says = wording.interval(usual["reconciled"], usual["low"], usual["high"], "USD")
    assert f"from {edition_says['value']}, from {edition_says['low']} to {edition_says['high']} in 2018" in page.words


def test_the_rule_that_is_fitted_has_a_share_of_its_own_for_each_pair(edition: Edition, open_page: OpenPage) -> None:
    switch = queries.freight_switch(edition, "USA", "DEU", "fitted")
    (share,) = switch.shares["freight_share"]
    page = open_page("whose_number", to_area="Germany", period="2018")
    page.selectbox(key="valuation_rule").select("fitted").run()
    assert f"{wording.share(share)} of the value at the border of departure is taken off" in page.words


@pytest.mark.usefixtures("edition")
@pytest.mark.parametrize(
    ("choice", "why"),
    [
        ({"to_area": "Canada"}, "Canada reports is free on board"),
        ({"to_area": "Mexico"}, "Mexico reports is free on board in some periods"),
        ({"to_area": "Mexico", "freq": "month"}, "no report of Mexico is held"),
        ({"from_area": "China", "to_area": "United States"}, "the United States reports is customs value"),
    ],
)
def test_where_the_rule_takes_nothing_off_the_page_says_why(
    choice: dict[str, str], why: str, open_page: OpenPage
) -> None:
    page = open_page("whose_number", **choice)
    assert "The freight rule takes nothing off here in any period: " in page.words
    assert why in page.words
    before = page.tiles
    page.selectbox(key="valuation_rule").select("wits_high").run()
    after = page.tiles
    for label in set(after) - {"Reconciled", "Weight of the sender", "Grade"}:
        assert after[label] == before[label]


@pytest.mark.usefixtures("edition")
def test_a_period_that_is_not_cif_says_that_others_are(open_page: OpenPage) -> None:
    page = open_page("whose_number", to_area="Germany", period="2019")
    assert (
        "The freight rule takes nothing off in 2019, whose figure is not CIF; it does in 4 other periods." in page.words
    )


@pytest.mark.usefixtures("edition")
def test_only_goods_have_a_freight_rule(open_page: OpenPage) -> None:
    page = open_page("whose_number", theme="Capital", from_area="Canada", to_area="United States")
    assert [box.key for box in page.selectbox] == ["theme", "subject", "from_area", "to_area", "freq", "period"]
    assert "D after freight" not in page.tiles
