"""Reporters, without a browser. Figures are those of the embedded edition unless a test says so."""

import json
import math
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from compact_app import queries, wording
from compact_app.app_pages.standing.measures import GOODS
from compact_app.queries import Edition
from compact_pipelines.contracts.parameters import load_parameters

OpenPage = Callable[..., Any]
DEFAULT = load_parameters().valuation.default
RULES = {rule.id: rule.title["en"] for rule in load_parameters().valuation.rules}


def estimates(edition: Edition, role: str, method: str = "expected_distance", rule: str = DEFAULT) -> pl.DataFrame:
    """The whole panel in one role, as it stands in the edition."""
    return queries.ask(
        edition,
        """
        SELECT * FROM out_reporter_reliability WHERE theme = 'compute_exports' AND contains(time_period, '/')
          AND role = $role AND method = $method AND valuation_rule = $rule ORDER BY area
        """,
        role=role,
        method=method,
        rule=rule,
    )


def estimate_of(edition: Edition, area: str, role: str, **other: str) -> dict[str, Any]:
    return estimates(edition, role, **other).filter(pl.col("area") == area).row(0, named=True)


def drawn(page: Any) -> bytes:
    """What the first picture is made from."""
    return b"".join(dataset.data.data for dataset in page.get("vega_lite_chart")[0].proto.datasets)


def names_drawn(page: Any) -> list[str]:
    """Whom the ranking shows, from above to below."""
    spec = json.loads(page.get("vega_lite_chart")[0].proto.spec)
    domains = [layer["encoding"]["y"]["scale"]["domain"] for layer in spec["layer"] if "y" in layer["encoding"]]
    return list(domains[0])


# -- the finding


def test_the_title_is_the_number_of_the_edition_with_its_range_and_its_rank(
    edition: Edition, fresh: dict[str, Any]
) -> None:
    rows = estimates(edition, "to")
    row = rows.filter(pl.col("area") == "CAN").row(0, named=True)
    assert row["sigma_kind"] == "panel"
    assert fresh["reporters"].finding == (
        f"What Canada reports as importer scatters by a factor of {math.exp(row['sigma']):.2f} around the flow "
        f"({math.exp(row['sigma_low']):.2f} to {math.exp(row['sigma_high']):.2f}): rank {row['rank']} of "
        f"{rows['rank'].count()}, within {row['rank_low']} to {row['rank_high']}"
    )


def test_the_sentence_says_what_the_number_means_and_what_it_rests_on(edition: Edition, fresh: dict[str, Any]) -> None:
    row = estimate_of(edition, "CAN", "to")
    words = fresh["reporters"].words
    assert f"is {row['sigma']:.3f} ({row['sigma_low']:.3f} to {row['sigma_high']:.3f})" in words
    assert f"about two thirds of its reports lie within a factor of {math.exp(row['sigma']):.2f} of the flow" in words
    first, _, last = row["time_period"].partition("/")
    held = f"{row['mirrors_count']} pairs of reports with {row['partners_count']} partners"
    assert f"It rests on {held} in {first} to {last}" in words


@pytest.mark.usefixtures("edition")
def test_choices_are_kept_in_the_url(edition: Edition, open_page: OpenPage) -> None:
    page = open_page(
        "reporters", role="as exporter", area="Mexico", method="Asymmetry (Growth Lab)", tiers="core, partners, allies"
    )
    row = estimate_of(edition, "MEX", "from", method="asymmetry")
    assert page.finding.startswith(f"What Mexico reports as exporter adds {row['estimate']:.3f} to the asymmetry D")
    assert f"rank {row['rank']} of" in page.finding
    assert page.finding.endswith(f"within {row['rank_low']} to {row['rank_high']}")
    low, high = (row["estimate"] + way * 1.96 * row["std_error"] for way in (-1, 1))
    assert f"({low:.3f} to {high:.3f})" in page.finding
    assert page.selectbox(key="tiers").value == "compact"


@pytest.mark.usefixtures("edition")
def test_what_a_reader_types_wrong_is_the_first_choice(open_page: OpenPage, fresh: dict[str, Any]) -> None:
    assert open_page("reporters", role="as smuggler", area="Atlantis").finding == fresh["reporters"].finding


def test_another_method_is_named_and_has_its_own_number(edition: Edition, open_page: OpenPage) -> None:
    page = open_page("reporters")
    page.selectbox(key="method").select("reporting_distance").run()
    row = estimate_of(edition, "CAN", "to", method="reporting_distance")
    assert f"a factor of {math.exp(row['estimate']):.2f} apart" in page.finding
    assert "weighs no figure" in page.words
    options = page.selectbox(key="method").options
    assert options == ["Expected distance (ours)", "Reporting distance (BACI)", "Asymmetry (Growth Lab)"]
    for source in ("CEPII working paper 2010-23", "Scientific Data 13:170"):
        assert source in page.words


def test_another_freight_rule_is_another_number_and_is_not_left_out_in_turn(
    edition: Edition, open_page: OpenPage
) -> None:
    page = open_page("reporters")
    page.selectbox(key="valuation_rule").select("wits_high").run()
    row = estimate_of(edition, "CAN", "to", rule="wits_high")
    assert f"by a factor of {math.exp(row['sigma']):.2f} around" in page.finding
    assert row["jackknife_low"] is None
    assert wording.say("reporters_stable_default") in page.words
    assert "Thin line" not in page.words


# -- the ranking


def test_the_ranking_shows_everyone_with_an_estimate_the_nearest_first(edition: Edition, fresh: dict[str, Any]) -> None:
    names = dict(queries.reporter_areas(edition, GOODS).iter_rows())
    rows = estimates(edition, "to").drop_nulls("rank").with_columns(name=pl.col("area").replace_strict(names))
    assert names_drawn(fresh["reporters"]) == rows.sort("rank", "name")["name"].to_list()
    assert f"among all {rows.height} areas" in fresh["reporters"].words


@pytest.mark.usefixtures("edition")
def test_only_the_compact_and_its_candidates_are_shown_if_asked_and_ranks_stay(
    open_page: OpenPage, fresh: dict[str, Any]
) -> None:
    page = open_page("reporters")
    page.selectbox(key="tiers").select("compact").run()
    assert page.finding == fresh["reporters"].finding
    shown = names_drawn(page)
    assert "China" not in shown
    assert {"Canada", "Mexico", "Oman", "Germany"} <= set(shown)
    page.selectbox(key="area").select("CHN").run()
    assert "China" in names_drawn(page)  # who is chosen is shown whatever its tier


def test_who_has_no_estimate_is_named_with_its_reason_and_what_it_gets_instead(
    edition: Edition, open_page: OpenPage
) -> None:
    page = open_page("reporters", role="as exporter", area="United Arab Emirates")
    row = estimate_of(edition, "ARE", "from")
    assert (row["reason"], row["rank"]) == ("too_few_mirrors", None)
    needed = load_parameters().reliability.min_partners
    assert page.finding == (
        "What the United Arab Emirates reports as exporter has no estimate of its own: it has "
        f"{row['partners_count']} partners to be compared with, and {needed} are needed"
    )
    assert f"sigma of {row['sigma']:.3f}" in page.words
    assert f"gets sigma {row['sigma']:.3f}, a factor of {math.exp(row['sigma']):.2f}" in page.words
    assert "median of the areas that have an estimate" in page.words
    prior = load_parameters().reliability.prior(GOODS, "TOTAL", "F", "A")
    assert prior is not None
    assert prior.citation in page.words
    assert "United Arab Emirates" not in names_drawn(page)


@pytest.mark.usefixtures("edition")
def test_who_reports_nothing_is_no_reporter(open_page: OpenPage) -> None:
    page = open_page("reporters", area="Taiwan")
    assert page.finding == "What Taiwan reports as importer has no estimate of its own: no report of it is held"


# -- history and stability


def test_single_years_stand_with_their_intervals_in_both_roles(edition: Edition, fresh: dict[str, Any]) -> None:
    years = queries.reporter_history(edition, GOODS).filter(
        pl.col("area") == "CAN", pl.col("method") == "expected_distance"
    )
    assert set(years["role"]) == {"from", "to"}
    assert years["estimate"].null_count() == 0
    told = ", ".join(years["time_period"].unique().sort())
    assert f"single years can be judged in {told}" in fresh["reporters"].words
    assert "Canada, year by year" in fresh["reporters"].words
    assert len(fresh["reporters"].get("vega_lite_chart")) == 2


def test_what_moves_the_estimate_most_is_named_in_words(edition: Edition, fresh: dict[str, Any]) -> None:
    row = estimate_of(edition, "CAN", "to")
    names = dict(queries.reporter_areas(edition, GOODS).iter_rows())
    code = row["jackknife_left_out"]
    ends = sorted((row["jackknife_low"], row["jackknife_high"]), key=lambda end: abs(end - row["estimate"]))
    assert (
        f"Without {wording.in_sentence(names.get(code, code))}, the estimate is {ends[-1]:.3f} in place of "
        f"{row['estimate']:.3f}"
    ) in fresh["reporters"].words


def test_every_freight_rule_is_compared_the_default_first(edition: Edition, fresh: dict[str, Any]) -> None:
    table = fresh["reporters"].dataframe[0].value
    assert table["title"].tolist()[0] == RULES[DEFAULT]
    assert set(table["title"]) == set(RULES.values())
    for rule, title in RULES.items():
        (found,) = table[table["title"] == title].to_dict("records")
        row = estimate_of(edition, "CAN", "to", rule=rule)
        assert found["estimate"] == row["estimate"]
        assert (found["rank"], found["rank_low"], found["rank_high"]) == (
            row["rank"], row["rank_low"], row["rank_high"],
        )  # fmt: skip


def test_the_freight_rules_say_what_they_do_and_why_one_is_the_default(edition: Edition, fresh: dict[str, Any]) -> None:
    table = fresh["reporters"].dataframe[2].value
    rules = queries.whole_table(edition, "out_valuation_rules")
    assert sorted(table["valuation_rule"]) == sorted(rules["valuation_rule"])
    assert table["is_default"].tolist()[0]
    words = fresh["reporters"].words
    assert f"The default is {RULES[DEFAULT]}." in words
    assert load_parameters().valuation.default_because.split(",")[0] in words
    assert wording.number(rules["pairs_count"][0]) in words


# -- the numbers


def test_the_numbers_are_those_of_the_edition_by_all_methods(edition: Edition, fresh: dict[str, Any]) -> None:
    table = fresh["reporters"].dataframe[1].value
    (mexico,) = table[table["area"] == "MEX"].to_dict("records")
    own = estimate_of(edition, "MEX", "to")
    for column in ("sigma", "sigma_low", "sigma_high", "rank", "rank_low", "rank_high", "mirrors_count",
                   "partners_count", "jackknife_error", "jackknife_low", "jackknife_high"):  # fmt: skip
        assert mexico[column] == own[column], column
    for method in ("reporting_distance", "asymmetry", "aggregate_asymmetry", "net_asymmetry"):
        assert mexico[method] == estimate_of(edition, "MEX", "to", method=method)["estimate"]
    assert mexico["asymmetry_both"] == estimate_of(edition, "MEX", "both", method="asymmetry")["estimate"]
    assert mexico["net_asymmetry"] <= mexico["aggregate_asymmetry"]
    assert mexico["left_out"].startswith("without ")
    assert set(estimates(edition, "to")["area"]) <= set(table["area"])
    (taiwan,) = table[table["area"] == "TWN"].to_dict("records")
    assert taiwan["reason"] == "no report of it is held"


# -- what to beware of


@pytest.mark.usefixtures("edition")
def test_what_applies_to_a_reporter_is_told_and_only_that(open_page: OpenPage, fresh: dict[str, Any]) -> None:
    canada = fresh["reporters"].words
    assert "Flows between Canada and the United States are left out since January 1990" in canada
    assert "The stored figure is the customs value" not in canada
    states = open_page("reporters", area="United States").words
    assert "The stored figure is the customs value" in states
    germany = open_page("reporters", area="Germany").words
    assert "rest on one collection" not in germany
    assert "difference of concept as well as of quality" in germany
    assert "in 2017 to 2018 may hold no freight" in open_page("reporters", area="Saudi Arabia").words


@pytest.mark.usefixtures("edition")
def test_no_area_is_called_bad(open_page: OpenPage, fresh: dict[str, Any]) -> None:
    for page in (fresh["reporters"], open_page("reporters", area="Oman")):
        assert not {"bad", "wrong", "unreliable", "worst"} & set(page.words.lower().split())


# -- themes without a panel


@pytest.mark.parametrize(("theme", "name"), [("capital_flows", "Capital"), ("talent_movement", "Talent")])
def test_a_theme_without_a_panel_is_not_ranked_and_says_what_is_stated_instead(
    theme: str, name: str, edition: Edition, open_page: OpenPage
) -> None:
    page = open_page("reporters", theme=name)
    held = queries.reporter_subjects(edition, theme)
    stated = [
        load_parameters().reliability.prior(theme, *key)
        for key in held.select("subject", "stock_flow", "freq").iter_rows()
    ]
    sigmas = [prior.sigma for prior in stated if prior]
    assert page.finding == (
        f"{name}: no flow has two independent reports here, so reporters are not ranked; a report is taken to be "
        f"within a factor of {math.exp(min(sigmas)):.2f} to {math.exp(max(sigmas)):.2f}"
    )
    words = page.words.replace("\\", "")
    for prior in stated:
        assert prior
        assert prior.derivation in words
        assert prior.citation.rstrip(".") in words
        assert prior.evidence in words
    assert sorted(set(page.numbers["sigma"])) == sorted(set(sigmas))
    assert [box.key for box in page.selectbox] == ["theme"]
    assert b"Goods as exporter, measured" in drawn(page)
    assert page.caption[-1].value.startswith("Source: [")


@pytest.mark.usefixtures("edition")
def test_back_to_goods_is_the_ranking_again(open_page: OpenPage, fresh: dict[str, Any]) -> None:
    page = open_page("reporters", theme="Talent")
    page.selectbox(key="theme").select(GOODS).run()
    assert page.finding == fresh["reporters"].finding
