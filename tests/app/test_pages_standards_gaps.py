"""Standards gaps, without a browser. Statuses are those of the embedded edition unless a test says so."""

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from compact_app import queries, wording
from compact_app.queries import Edition
from compact_pipelines.contracts import load_contracts

OpenPage = Callable[..., Any]
ALL_OTHERS = wording.say("gaps_basis_all")
ANY_OTHER = wording.say("gaps_basis_any")
UNCHANGED = "If Mexico took on"


def gaps_of(page: Any) -> pl.DataFrame:
    return pl.from_pandas(page.numbers)


def published(edition: Edition, **of: str) -> pl.DataFrame:
    return queries.whole_table(edition, "out_standards_gaps").filter(**of)


def test_the_page_says_what_the_published_table_says(edition: Edition, fresh: dict[str, Any]) -> None:
    page = fresh["standards_gaps"]
    told = published(edition, bloc="core_uae", area="MEX").filter(pl.col("is_most"))
    states = dict(told.group_by("state").agg(pl.len()).iter_rows())
    assert page.finding.startswith(f"Mexico is known to have taken on {states['has']} of the {told.height} instruments")
    assert f"{states['unknown']} are unknown. Taking on all {states['unknown']} would move the mean" in page.finding
    gaps = gaps_of(page).sort("instrument")
    missing = told.filter(pl.col("state") != "has").sort("instrument")
    assert gaps["instrument"].to_list() == missing["instrument"].to_list()
    assert gaps["documented_after"].to_list() == pytest.approx(missing["alignment_after"].to_list())
    assert gaps["documented_before"].to_list() == pytest.approx(missing["alignment_before"].to_list())
    for end in ("low", "high"):
        for when in ("before", "after"):
            assert gaps[f"{end}_{when}"].to_list() == pytest.approx(missing[f"alignment_{end}_{when}"].to_list())
    today = missing.row(0, named=True)
    before, low, high = (wording.asymmetry(today[f"alignment_{name}before"]) for name in ("", "low_", "high_"))
    assert f"from {before} ({low} to {high}) to 0." in page.finding
    dates = missing.select(pl.col("since_first", "since_last").fill_null("date not read"))
    assert gaps.select("since_first", "since_last").rows() == dates.rows()
    assert gaps["undated_count"].to_list() == missing["undated_count"].to_list()
    on_ai = told.filter(subject="ai")
    has = on_ai.filter(state="has").height
    assert wording.say("gaps_ai", count=on_ai.height, has=has, area="Mexico") in page.words


def test_mexico_is_not_known_to_have_signed_what_canada_and_the_united_states_have(fresh: dict[str, Any]) -> None:
    gaps = {row["instrument"]: row for row in gaps_of(fresh["standards_gaps"]).iter_rows(named=True)}
    convention = gaps["COE_CETS225"]
    assert convention["state_name"] == "unknown"
    assert convention["members_with"] == "Canada, United States"
    assert (convention["since_first"], convention["since_last"]) == ("2024-09", "2025-02")
    assert convention["needed_name"] == "Signed, or referred to in national rules"
    assert "USMCA_CH19" not in gaps


def test_the_sentence_has_the_mean_with_both_ends_and_where_all_steps_lead(fresh: dict[str, Any]) -> None:
    words = fresh["standards_gaps"].words
    assert "The set: Canada, Mexico, the United Arab Emirates, the United States." in words
    assert "it lies between 0." in words
    assert "If Mexico took on the 11 it is not known to have, the mean would be 0." in words
    assert wording.say("gaps_only_official") in words


def test_pairs_are_those_of_the_published_table(edition: Edition, fresh: dict[str, Any]) -> None:
    pairs = pl.from_pandas(fresh["standards_gaps"].dataframe[1].value)
    assert pairs.height == 6
    assert set(pairs.head(3).select("name_1", "name_2").to_numpy().ravel()) > {"Mexico"}
    now = queries.whole_table(edition, "out_standards_alignment").filter(area_1="MEX", area_2="USA")
    now = now.filter(pl.col("time_period") == now["time_period"].max())
    row = pairs.filter(name_1="Mexico", name_2="United States").row(0, named=True)
    for metric, value, count in now.select("metric", "value", "instruments_count").iter_rows():
        assert row[metric] == pytest.approx(value)
        assert row["instruments_count"] == count
    jaccard = now.filter(metric="jaccard").row(0, named=True)
    assert [row[name] for name in ("low", "documented", "high")] == pytest.approx(
        [jaccard[name] for name in ("low", "documented", "high")]
    )


def test_the_depth_of_agreements_is_a_count_of_what_is_held(fresh: dict[str, Any]) -> None:
    depth = fresh["standards_gaps"].dataframe[2].value
    assert len(depth) == 6
    assert set(depth["has_agreement"]) == {"yes", "no"}
    with_mexico = depth[depth["name_1"].eq("Mexico") & depth["name_2"].eq("United States")]
    assert with_mexico["provisions_count"].item() == 9
    assert wording.say("gaps_depth_body") in fresh["standards_gaps"].words


@pytest.mark.usefixtures("edition")
def test_an_address_opens_the_page_on_its_choices(open_page: OpenPage) -> None:
    page = open_page("standards_gaps", scenario="With the rest of the G7", area="ARE", basis=ANY_OTHER)
    assert page.selectbox(key="area").value == "ARE"
    assert page.selectbox(key="basis").value == "any"
    assert page.finding.startswith("The United Arab Emirates is known to have taken on")
    assert wording.say("gaps_joins", area="The United Arab Emirates") in page.words


@pytest.mark.usefixtures("edition")
def test_a_large_set_is_named_and_counted(open_page: OpenPage) -> None:
    page = open_page("standards_gaps", scenario="With partners and allies")
    assert wording.say("gaps_set_many", label="With partners and allies", count=36) in page.words
    assert len(page.dataframe[1].value) == 36 * 35 // 2


@pytest.mark.usefixtures("edition")
def test_unverified_statuses_count_only_on_request(edition: Edition, open_page: OpenPage) -> None:
    known, every = (queries.status_history(edition, unverified).height for unverified in (False, True))
    assert every - known == queries.unverified_rows(edition) > 0
    page = open_page("standards_gaps", basis=ANY_OTHER)
    before = page.finding
    page.toggle(key="unverified").set_value(True).run()
    assert page.finding != before
    assert wording.say("gaps_all_shown") in page.words
    assert wording.say("gaps_only_official") not in page.words


@pytest.mark.usefixtures("edition")
def test_what_is_left_out_counts_no_more_and_what_counts_double_moves_the_mean(open_page: OpenPage) -> None:
    page = open_page("standards_gaps")
    sentence = next(line for line in page.words.splitlines() if UNCHANGED in line)
    page.multiselect(key="without").select("COE_CETS225").run()
    assert "of the 23 instruments" in page.finding
    assert "COE_CETS225" not in set(page.numbers["instrument"])
    page.multiselect(key="without").unselect("COE_CETS225").run()
    page.multiselect(key="double").select("USMCA_CH19").run()
    assert "of the 24 instruments" in page.finding
    assert next(line for line in page.words.splitlines() if UNCHANGED in line) != sentence


@pytest.mark.usefixtures("edition")
def test_without_any_instrument_that_counts_the_page_says_what_to_choose(open_page: OpenPage) -> None:
    page = open_page("standards_gaps")
    for code in load_contracts().codelists["standards_instrument"].codes:
        page.multiselect(key="without").select(code)
    page.run()
    words = {"basis": wording.say("gaps_basis_most"), "scope": wording.say("gaps_of_all")}
    assert page.finding == wording.say("gaps_title_none", **words)


@pytest.mark.parametrize(("scope", "subjects"), [("digital", ["ai", "digital"]), ("ai", ["ai"])])
@pytest.mark.usefixtures("edition")
def test_instruments_can_be_narrowed_to_those_on_ai(
    edition: Edition, open_page: OpenPage, scope: str, subjects: list[str]
) -> None:
    page = open_page("standards_gaps", subject=wording.say(f"gaps_scope_{scope}"))
    told = published(edition, bloc="core_uae", area="MEX").filter(pl.col("is_most"), pl.col("subject").is_in(subjects))
    has = told.filter(state="has").height
    words = wording.say(f"gaps_of_{scope}")
    assert f"known to have taken on {has} of the {told.height} instruments {words} that" in page.finding
    assert set(page.numbers["instrument"]) == set(told.filter(pl.col("state") != "has")["instrument"])
    assert "of them that are on AI" not in page.words  # the title says it
    listed = load_contracts().codelists["standards_instrument"].column("subject")
    pairs = pl.from_pandas(page.dataframe[1].value)
    assert pairs["listed_count"].max() <= sum(subject in subjects for subject in listed.values())


@pytest.mark.parametrize("members", [[], ["MEX"]])
@pytest.mark.usefixtures("edition")
def test_without_another_member_the_page_says_what_to_choose(open_page: OpenPage, members: list[str]) -> None:
    page = open_page("standards_gaps", scenario=wording.say("scenario_own"))
    page.multiselect(key="members").set_value(members).run()
    assert page.finding == wording.say("gaps_title_empty")
    assert wording.say("gaps_empty", area="Mexico") in page.words
    assert list(page.dataframe) == []


@pytest.mark.usefixtures("edition")
def test_one_other_member_is_a_pair(open_page: OpenPage) -> None:
    page = open_page("standards_gaps", scenario=wording.say("scenario_own"))
    page.multiselect(key="members").set_value(["USA"]).run()
    assert wording.say("gaps_joins", area="Mexico") in page.words
    assert len(page.dataframe[1].value) == 1


def made_up(monkeypatch: pytest.MonkeyPatch, *rows: tuple[str, str, str, int]) -> None:
    told = pl.DataFrame(
        [(*row, True, "standards_register") for row in rows],
        schema={
            "area": pl.String,
            "instrument": pl.String,
            "time_period": pl.String,
            "level": pl.Int64,
            "is_dated": pl.Boolean,
            "source_id": pl.String,
        },
        orient="row",
    )
    monkeypatch.setattr(queries, "status_history", lambda *_: told)


# The statuses of the tests below are made up.
@pytest.mark.usefixtures("edition")
def test_a_stated_refusal_is_no_unknown(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    others = [(area, "COE_CETS225", "2025-01", 4) for area in ("USA", "CAN", "ARE")]
    made_up(monkeypatch, *others, ("MEX", "COE_CETS225", "2025-02", 0), ("MEX", "DEPA", "2025-02", 4))
    page = open_page("standards_gaps")
    assert page.finding == (
        "Mexico is known to have taken on 0 of the 1 instruments of the register that more than half of the others "
        "have; none is unknown and 1 it states not to take on. Taking it on would move the mean alignment of the set "
        "from 0.500 (0.014 to 0.986) to 0.750 (0.028 to 1.000)"
    )
    assert page.numbers["state_name"].tolist() == ["states not to take part"]


@pytest.mark.usefixtures("edition")
def test_without_a_gap_there_is_nothing_to_close(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    made_up(monkeypatch, *((area, "COE_CETS225", "2025-01", 3) for area in ("USA", "CAN", "ARE", "MEX")))
    page = open_page("standards_gaps", basis=ALL_OTHERS)
    assert page.finding.endswith(
        "1 of the 1 instruments of the register that all others have; none is unknown. The mean alignment of the set "
        "is 1.000 (0.028 to 1.000)"
    )
    assert wording.say("gaps_closed") in page.words
    assert wording.say("gaps_steps") not in page.words


@pytest.mark.usefixtures("edition")
def test_one_gap_is_spoken_of_as_one(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    made_up(monkeypatch, *((area, "COE_CETS225", "2025-01", 3) for area in ("USA", "CAN", "ARE")))
    page = open_page("standards_gaps")
    assert page.finding.endswith(
        f"; {wording.say('gaps_rest_one')}. Taking it on would move the mean alignment of the set from 0.500 (0.014 to "
        "1.000) to 1.000 (0.028 to 1.000)"
    )
    assert "took on the one it is not known to have, the mean would be 1.000 (+0.500), and between 0.028 and 1.000" in (
        page.words
    )


@pytest.mark.usefixtures("edition")
def test_where_nothing_is_shared_the_page_says_so(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    made_up(monkeypatch, ("MEX", "COE_CETS225", "2025-01", 3))
    page = open_page("standards_gaps", basis=ALL_OTHERS)
    assert page.finding == f"No instrument of the register is known that {ALL_OTHERS}"
    assert "Of 3 other members" in page.words
