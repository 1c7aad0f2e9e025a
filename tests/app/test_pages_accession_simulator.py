"""Accession simulator, without a browser. Figures are those of the embedded edition unless a test says so."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from compact_app import queries, wording
from compact_app.queries import Edition, Question
from compact_pipelines import scenarios
from compact_pipelines.cli import main
from compact_pipelines.warehouse.layout import DATA_ROOT_VARIABLE

OpenPage = Callable[..., Any]

OWN = "Your own choice"
CORE = ("CAN", "MEX", "USA")
PANELS = 2  # pictures before the model has run
BEFORE = 2  # tables: the shares and the self-test


@pytest.fixture(scope="module")
def modelled(edition_root: Path, open_page: OpenPage) -> Any:
    """The page with the model run for the usual case; to be looked at, not to be changed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(DATA_ROOT_VARIABLE, str(edition_root))
        return open_page("accession_simulator", model="true")


def choose(open_page: OpenPage, members: list[str], candidates: list[str], **query: str) -> Any:
    page = open_page("accession_simulator", scenario=OWN, **query)
    page.multiselect(key="members").set_value(members)
    return page.multiselect(key="candidates").set_value(candidates).run()


# The model


def test_the_finding_says_for_whom_it_pays_and_who_loses(edition: Edition, modelled: Any) -> None:
    answer = queries.accession_answer(edition, Question(CORE, ("ARE",), "goods_2018"))
    (candidate,) = [row for row in answer["areas"] if row["role"] == "candidate"]
    for name in ("gain_median", "gain_p05", "gain_p95"):
        assert wording.gain(candidate[name]) in modelled.finding
    assert answer["lowest_member"]["share_above_zero"] == 1
    assert "no member in the model loses in any draw (base year 2018, 500 draws)" in modelled.finding
    assert "Outside, " in modelled.words
    assert "lose in most draws" in modelled.words


def test_a_result_never_stands_without_what_it_rests_on(modelled: Any) -> None:
    words = modelled.words.replace("\\", "")
    for part in ("Base year 2018", "beta: 0.557, standard error 0.104", "sigma: 5; draws from 3 to 8", "500, seed 1994",
                 "0 failed", "Left out: Investment across borders", "general knowledge, to be checked"):  # fmt: skip
        assert part in words
    assert "United Arab Emirates: exports are above" in words


@pytest.mark.usefixtures("edition")
def test_the_page_shows_what_the_command_prints(
    edition_root: Path, modelled: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = modelled.code[0].value
    monkeypatch.setattr(sys, "argv", [*command.split(), "--data-root", str(edition_root)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code
    printed = json.loads(capsys.readouterr().out)
    measures = modelled.numbers
    assert len(measures) == len(printed["measures"])
    for row, (_, told) in zip(printed["measures"], measures.iterrows(), strict=True):
        for name in ("before", "after", "coverage_before", "coverage_after"):
            assert told[name] == row[name] or (told.isna()[name] and row[name] is None)
    shown = modelled.dataframe[1].value.set_index("area")
    assert len(shown) == len(printed["areas"])
    for row in printed["areas"]:
        for name in ("gain_percent", "gain_median", "gain_p05", "gain_p95", "share_above_zero", "gain_usd"):
            assert shown.loc[row["area"]][name] == row[name]
    pairs = modelled.dataframe[2].value
    assert len(pairs) == len(printed["pairs_changed"]) + len(printed["pairs_in_force"])
    sensitivity = modelled.dataframe[3].value.set_index("area")
    for row in printed["sensitivity"]:
        assert sensitivity.loc[row["area"]][f"sigma {row['sigma']:g}"] == row["gain_percent"]
    for row in printed["other_bases"]:
        if row["gain_percent"] is not None:
            assert sensitivity.loc[row["area"]][row["base_id"]] == row["gain_percent"]


@pytest.mark.usefixtures("edition")
def test_the_model_runs_once_for_a_question(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    page = choose(open_page, ["CAN", "USA"], ["NZL"], model="true")
    assert "New Zealand" in page.finding

    def again(*_: object, **__: object) -> Any:
        raise AssertionError("asked twice")

    monkeypatch.setattr(scenarios, "answer", again)
    assert choose(open_page, ["CAN", "USA"], ["NZL"], model="true").finding == page.finding


@pytest.mark.usefixtures("edition")
def test_a_pair_with_an_agreement_does_not_change(open_page: OpenPage) -> None:
    page = choose(open_page, list(CORE), ["CHL"], model="true")
    assert page.finding == wording.say("accession_title_nothing")
    pairs = page.dataframe[2].value
    assert set(pairs["state"]) == {wording.say("accession_pairs_in_force")}
    assert pairs["in_force_since"].notna().all()


@pytest.mark.usefixtures("edition")
def test_a_member_that_loses_is_named(open_page: OpenPage) -> None:
    page = choose(open_page, list(CORE), ["JPN"], model="true")
    rows = page.dataframe[1].value
    losing = rows[(rows["role"] == wording.say("accession_role_member")) & (rows["gain_median"] < 0)]["name"].tolist()
    assert losing == ["Canada", "Mexico"]  # both have an agreement with Japan already, and share the United States
    assert "Canada and Mexico lose in most draws" in page.finding


@pytest.mark.usefixtures("edition")
def test_a_pair_that_could_not_be_verified_is_no_agreement_and_no_zero(open_page: OpenPage) -> None:
    page = choose(open_page, ["ARE"], ["IDN"], model="true", share="true")
    assert page.finding == "Whether anything changes depends on 1 agreement that could not be verified"
    assert wording.say("accession_told_only_unverified") in page.words
    gains = page.dataframe[1].value.set_index("area")
    assert gains["gain_median"].isna().all()
    assert gains["gain_percent"].isna().all()
    assert gains.loc["ARE"]["gain_if_unknown_new"] > 0
    assert gains.loc["ARE"]["reason"] == wording.say("accession_reason_agreement_unknown")
    assert page.dataframe[2].value["state"].tolist() == [wording.say("accession_pairs_unknown")]
    assert "Of United Arab Emirates-Indonesia it could not be verified whether they have an agreement" in page.words


@pytest.mark.usefixtures("edition")
def test_unverified_pairs_beside_new_ones_have_a_column_and_a_sentence(open_page: OpenPage, modelled: Any) -> None:
    page = choose(open_page, ["ARE", "USA"], ["IDN"], model="true", share="true")
    assert page.finding.startswith("Joining the United Arab Emirates and the United States is worth +")
    assert "Of 1 pair it could not be verified whether it has an agreement." in page.words
    assert "areas outside it depends on 1 agreement that could not be verified if they gain or lose." in page.words
    gains = page.dataframe[1].value.set_index("area")
    assert gains.loc["ARE"]["gain_if_unknown_new"] > 10 * gains.loc["ARE"]["gain_percent"]
    assert page.dataframe[4].value["value_if_unknown_new"].notna().all()
    assert "If they are new, together they reach" in page.words
    assert "gain_if_unknown_new" not in modelled.dataframe[1].value.columns
    assert "could not be verified" not in modelled.words


@pytest.mark.usefixtures("edition")
def test_nothing_to_gain_is_told_as_such(open_page: OpenPage) -> None:
    page = choose(open_page, list(CORE), [], share="true")
    assert wording.say("accession_share_all_have") in page.words


@pytest.mark.usefixtures("edition")
def test_forming_a_set_is_another_question(open_page: OpenPage) -> None:
    page = choose(open_page, [*CORE, "JPN"], [], model="true")
    assert page.finding.startswith(
        "Agreements of Canada, Japan, Mexico and the United States with each other are worth"
    )
    assert "--candidate" not in page.code[0].value
    assert page.numbers["after"].isna().all()


# Where there is no answer, or not the whole


@pytest.mark.usefixtures("edition")
@pytest.mark.parametrize(
    ("members", "candidates", "why"),
    [([], ["ARE"], "no_members"), (["CAN"], [], "one_member"), (["CAN", "ARE"], ["ARE"], "candidate_is_member")],
)
def test_a_set_without_a_question_says_what_to_choose(
    members: list[str], candidates: list[str], why: str, open_page: OpenPage
) -> None:
    page = choose(open_page, members, candidates, model="true")
    assert page.finding == wording.say(f"accession_refused_{why}", areas="United Arab Emirates")
    assert wording.say("accession_refused_more") in page.words
    assert list(page.get("download_button")) == []


@pytest.mark.usefixtures("edition")
def test_one_member_and_a_candidate_have_an_answer(open_page: OpenPage) -> None:
    page = choose(open_page, ["CAN"], ["ARE"], model="true")
    assert page.finding.startswith("Joining Canada is worth +")
    blank = page.numbers.set_index("label").loc["Instruments all have (AI and wider)"]
    assert blank["why"] == wording.say("accession_blank_fewer_than_two_members")


@pytest.mark.usefixtures("edition")
@pytest.mark.parametrize(
    ("candidate", "why"), [("TWN", "no_gdp"), ("HKG", "exports_exceed_gdp"), ("BHR", "no_published_total")]
)
def test_a_candidate_that_is_not_in_the_base_is_refused_in_words(candidate: str, why: str, open_page: OpenPage) -> None:
    page = choose(open_page, list(CORE), [candidate], model="true")
    assert page.finding.startswith("The model has no answer for")
    assert page.finding.endswith(wording.say(f"accession_reason_{why}"))
    assert wording.say("accession_told_no_model") in page.words
    assert len(page.get("vega_lite_chart")) == PANELS


@pytest.mark.usefixtures("edition")
def test_members_that_are_left_out_are_told_and_the_others_answered(open_page: OpenPage) -> None:
    page = choose(open_page, [*CORE, "KWT", "ARE"], ["JPN", "ARE"], model="true")
    assert "Not in the model: Kuwait" in page.words
    assert "a member already: United Arab Emirates" in page.words
    assert "to Japan" in page.finding


# Who adds what


@pytest.mark.usefixtures("edition")
def test_a_goal_is_shared_out_and_the_shares_add_up(open_page: OpenPage) -> None:
    page = open_page("accession_simulator", share="true")
    table = page.dataframe[1].value
    assert table["of_total"].sum() == pytest.approx(1, abs=1e-9)
    assert table["value"].is_monotonic_decreasing
    assert "Exact, over all coalitions." in page.words


@pytest.mark.usefixtures("edition")
def test_a_sum_over_pairs_is_refused_with_the_reason(open_page: OpenPage) -> None:
    page = open_page("accession_simulator", share="true", goal=wording.say("accession_goal_mutual_trade"))
    assert wording.say("accession_share_additive") in page.words
    assert len(page.dataframe) == BEFORE


@pytest.mark.usefixtures("edition")
def test_a_set_that_the_model_cannot_value_is_told_and_another_goal_answers(open_page: OpenPage) -> None:
    page = choose(open_page, list(CORE), ["TWN"], share="true")
    assert f"a set with Taiwan ({wording.say('accession_reason_no_gdp')})" in page.words
    page.selectbox(key="goal").select("concentration_fall").run()
    assert "No published total of imports is held of Taiwan" in page.words
    page = choose(open_page, list(CORE), ["HKG"], share="true", goal=wording.say("accession_goal_concentration_fall"))
    assert "points of the index of concentration" in page.words
    assert "Hong Kong" in page.dataframe[1].value["name"].tolist()
    page = choose(open_page, list(CORE), [], share="true", goal=wording.say("accession_goal_resilience"))
    assert "Among these members resilience is no more than the sum of its pairs" in page.words
    assert len(page.dataframe) == BEFORE


@pytest.mark.usefixtures("edition")
def test_more_than_twelve_are_too_many_for_the_model(open_page: OpenPage) -> None:
    page = open_page("accession_simulator", scenario="With the democratic allies", share="true")
    assert "among 12 at the most" in page.words
    page.selectbox(key="goal").select("concentration_fall").run()
    assert "From 10,000 orders of coming, seed 1994" in page.words
    assert (page.dataframe[1].value["std_error"] > 0).any()


# The self-test


def test_published_results_stand_beside_ours(edition: Edition, fresh: dict[str, Any]) -> None:
    page = fresh["accession_simulator"]
    shown = page.dataframe[1].value
    checks = queries.model_checks(edition)
    assert shown["published"].tolist() == checks["published"].to_list()
    assert ((shown["ours"] - shown["published"]).abs() <= shown["tolerance"]).sum() == 5
    assert "5 of 5 published figures are met" in page.words
    assert "Advanced Guide to Trade Policy Analysis" in page.words
