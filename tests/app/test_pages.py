"""Pages as a reader sees them, without a browser. Figures are those of the embedded edition unless a test says so."""

import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from compact_app import app_pages, queries, wording
from compact_app.app_pages import anatomy, country_pair
from compact_app.queries import Edition, Flow
from compact_pipelines.errors import WarehouseError
from compact_pipelines.warehouse.layout import DATA_ROOT_VARIABLE, PUBLIC, Layout

OpenPage = Callable[..., AppTest]

FINDINGS = {
    "overview": (
        "Canada counts 22.5 % less than the United States says it sends: 258.6 bn USD against 333.6 bn USD in 2025"
    ),
    "country_pair": "Canada counts 22.5 % less than the United States says it sends (2025)",
    "alliance_graph": (
        "The United States is the most central in all goods of 2018; 29.9 % of it touches a founding member"
    ),
    "sources_and_quality": (
        "17 of 17 checks hold; the freshest figures are of June 2026, the oldest source ends in 2018"
    ),
}
DOWNLOADS = {"overview": 3, "country_pair": 3, "alliance_graph": 3, "sources_and_quality": 12}


@pytest.fixture(scope="module")
def fresh(edition_root: Path, open_page: OpenPage) -> dict[str, AppTest]:
    """Each page as it opens; to be looked at, not to be changed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(DATA_ROOT_VARIABLE, str(edition_root))
        return {name: open_page(name) for name in FINDINGS}


def title_of(page: AppTest) -> str:
    """The one title; a page that failed says so in place of its finding."""
    assert list(page.exception) == []
    (title,) = page.title
    return title.value


def text_of(page: AppTest) -> str:
    return "\n".join(element.value for element in [*page.title, *page.markdown, *page.caption])


def numbers_of(page: AppTest) -> Any:
    return page.dataframe[0].value


# -- every page


def test_every_page_is_tested() -> None:
    names = {path.stem for path in Path(app_pages.__file__).parent.glob("*.py")} - {"__init__", "anatomy"}
    assert names == set(FINDINGS)


@pytest.mark.parametrize("name", FINDINGS)
def test_a_page_begins_with_its_finding(name: str, fresh: dict[str, AppTest]) -> None:
    assert title_of(fresh[name]) == FINDINGS[name]


@pytest.mark.parametrize("name", FINDINGS)
def test_every_table_can_be_downloaded_in_three_forms(name: str, fresh: dict[str, AppTest]) -> None:
    page = fresh[name]
    labels = [button.label for button in page.get("download_button")]
    assert len(labels) == DOWNLOADS[name]
    for form in ("CSV", "Parquet", "XLSX"):
        assert labels.count(f"Download {form}") == len(page.dataframe)


@pytest.mark.parametrize("name", FINDINGS)
def test_a_page_ends_with_its_sources_and_the_edition(name: str, edition: Edition, fresh: dict[str, AppTest]) -> None:
    line = fresh[name].caption[-1].value
    assert line.startswith("Source: [")
    assert f"edition {edition.number}" in line
    assert "/sources_and_quality?source=" in line
    assert "(taken " in line


@pytest.mark.parametrize("name", FINDINGS)
def test_a_picture_says_in_words_what_it_shows(name: str, fresh: dict[str, AppTest]) -> None:
    pictures = fresh[name].get("vega_lite_chart")
    assert pictures
    assert all(picture.proto.alt for picture in pictures)


@pytest.mark.usefixtures("edition")
def test_a_reader_may_leave_out_the_name_of_the_overview(open_page: OpenPage) -> None:
    assert title_of(open_page("")) == FINDINGS["overview"]


# -- overview


def test_the_overview_shows_each_theme_with_its_latest_value(fresh: dict[str, AppTest]) -> None:
    cards = {card.label: card.value for card in fresh["overview"].metric}
    assert cards == {
        "Trade": "29.79 bn USD",
        "Capital": "2.095 trillion USD",
        "Talent": "11.49 million people",
        "Standards": "Signed, or referred to in national rules",
        "Energy and sites": "90,319 MW",
    }


def test_the_overview_leads_to_both_sides_of_its_finding(fresh: dict[str, AppTest]) -> None:
    (link,) = fresh["overview"].get("page_link")
    assert link.proto.page == "country_pair"
    assert "from_area=United+States" in link.proto.query_string
    assert "to_area=Canada" in link.proto.query_string


def test_the_overview_of_a_first_edition_compares_it_with_none(fresh: dict[str, AppTest]) -> None:
    page = fresh["overview"]
    assert wording.say("overview_first") in text_of(page)
    assert numbers_of(page)["Change in rows"].isna().all()


def test_an_overview_without_a_disputed_flow_says_so(
    edition: Edition, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = queries.largest_disputed_pair(edition).clear()
    monkeypatch.setattr(queries, "largest_disputed_pair", lambda _: nothing)
    page = open_page("overview")
    assert title_of(page) == wording.say("overview_title_none")
    assert list(page.get("page_link")) == []


# -- country pair


@pytest.mark.usefixtures("edition")
def test_months_in_place_of_years_change_the_finding(open_page: OpenPage) -> None:
    page = open_page("country_pair")
    page.selectbox(key="freq").select("M").run()
    assert title_of(page) == "Canada counts 20.4 % less than the United States says it sends (April 2026)"
    assert "April 2026" in page.caption[-1].value


@pytest.mark.usefixtures("edition")
def test_the_choices_in_the_url_are_the_choices_of_the_page(open_page: OpenPage) -> None:
    chosen = open_page("country_pair", from_area="Canada", to_area="United States", freq="month")
    assert chosen.selectbox(key="from_area").value == "CAN"
    assert chosen.selectbox(key="freq").value == "M"
    assert title_of(chosen) == "Only Canada reports this flow: 36.75 bn USD in April 2026"


@pytest.mark.usefixtures("edition")
def test_a_choice_in_the_url_that_is_none_leaves_the_usual_one(open_page: OpenPage) -> None:
    assert title_of(open_page("country_pair", from_area="Atlantis", freq="fortnight")) == FINDINGS["country_pair"]


def test_both_figures_their_difference_and_grade_stand_beside_each_other(fresh: dict[str, AppTest]) -> None:
    page = fresh["country_pair"]
    assert {card.label: card.value for card in page.metric} == {
        "United States reports": "333.6 bn USD",
        "Canada reports": "258.6 bn USD",
        "Asymmetry D": "0.127",
        "Grade": "B",
    }
    latest = numbers_of(page).iloc[0]
    assert latest["reported_by_from"] == 333619712376
    assert latest["reported_by_to"] == 258634487246
    assert latest["difference"] == 258634487246 - 333619712376


@pytest.mark.usefixtures("edition")
def test_reports_that_rest_on_one_collection_are_said_to(open_page: OpenPage) -> None:
    assert "Both reports rest on one collection" in text_of(open_page("country_pair"))
    assert "Both reports rest on one collection" not in text_of(open_page("country_pair", from_area="Germany"))


@pytest.mark.usefixtures("edition")
@pytest.mark.parametrize(
    ("choice", "title", "why"),
    [
        (
            {"theme": "Capital", "from_area": "Canada", "to_area": "United States"},
            "Only the United States reports this flow: 1.808 trillion USD in 2022",
            "Canada: no report held",
        ),
        (
            {"subject": "Machinery and computers (HS chapter 84)"},
            "Only the United States reports this flow: 52.46 bn USD in 2025",
            "Canada: no report held",
        ),
        (
            {"from_area": "United Arab Emirates", "to_area": "Australia"},
            "Only Australia reports this flow: 2.273 bn USD in 2018",
            "United Arab Emirates: a copy of the other side",
        ),
    ],
)
def test_a_flow_that_one_side_reports_says_why_the_other_does_not(
    choice: dict[str, str], title: str, why: str, open_page: OpenPage
) -> None:
    page = open_page("country_pair", **choice)
    assert title_of(page) == title
    assert f"{why}. One report cannot be checked against another, so it is graded D." in text_of(page)
    assert page.metric[-1].value == "D"
    assert page.metric[-2].value == wording.NOT_APPLICABLE


@pytest.mark.usefixtures("edition")
def test_one_area_twice_is_no_flow(open_page: OpenPage) -> None:
    page = open_page("country_pair", to_area="United States")
    assert title_of(page) == wording.say("pair_same_place")
    page.selectbox(key="to_area").select("MEX").run()
    assert title_of(page) == "Mexico counts 18.9 % less than the United States says it sends (2018)"


@pytest.mark.usefixtures("edition")
def test_a_pair_without_any_report_says_what_to_choose(open_page: OpenPage) -> None:
    page = open_page("country_pair", theme="Talent", from_area="Qatar")
    page.selectbox(key="to_area").select("USA").run()
    assert title_of(page) == "No report of a flow from Qatar to the United States is held"
    assert "Try another theme, or a pair with a founding member" in text_of(page)
    assert list(page.get("download_button")) == []


@pytest.mark.usefixtures("edition")
def test_another_theme_takes_a_subject_and_a_rhythm_of_its_own(open_page: OpenPage) -> None:
    page = open_page("country_pair")
    page.selectbox(key="freq").select("M").run()
    page.selectbox(key="theme").select("talent_movement").run()
    assert page.selectbox(key="subject").value == "MIGRANT/S"
    assert page.selectbox(key="freq").options == ["year"]
    assert title_of(page).startswith(("Only", "No report", "Canada", "The United States"))
    page.selectbox(key="theme").select("capital_flows").run()
    assert page.selectbox(key="subject").value == "P_F_LT/S"
    assert title_of(page)


@pytest.mark.usefixtures("edition")
def test_a_flow_of_capital_that_is_held_by_month_only_is_shown_by_month(open_page: OpenPage) -> None:
    page = open_page("country_pair", theme="Capital", from_area="Canada", to_area="United States")
    page.selectbox(key="subject").select("P_F_LT/F").run()
    assert page.selectbox(key="freq").options == ["month"]
    assert title_of(page).startswith("Only the United States reports this flow")


# Made-up figures: the embedded edition has no flow whose sender reports zero.
@pytest.mark.parametrize(
    ("sent", "received", "title"),
    [
        (0, 5_000_000, "Canada reports 5.000 million USD where the United States reports 0 (2025)"),
        (0, 0, "Canada and the United States report the same figure (2025)"),
        (7, 7, "Canada and the United States report the same figure (2025)"),
        (100, 0, "Canada counts 100 % less than the United States says it sends (2025)"),
        (None, 0, "Only Canada reports this flow: 0 USD in 2025"),
    ],
)
def test_zero_is_a_report_and_no_report_is_not_zero(sent: int | None, received: int | None, title: str) -> None:
    flow = Flow("compute_exports", "TOTAL", "F", "A", "USA", "CAN")
    latest = {
        "time_period": "2025",
        "unit_measure": "USD",
        "reported_by_from": None if sent is None else Decimal(sent),
        "reported_by_to": None if received is None else Decimal(received),
    }
    assert country_pair._finding(flow, latest, country_pair.Names("United States", "Canada")) == title


# -- alliance graph


@pytest.mark.usefixtures("edition")
def test_another_year_changes_the_finding(open_page: OpenPage) -> None:
    page = open_page("alliance_graph")
    page.select_slider(key="year_compute_exports").set_value("2015").run()
    assert " of 2015; " in title_of(page)
    assert "· 2015 · edition 1" in page.caption[-1].value


@pytest.mark.usefixtures("edition")
def test_another_graph_has_years_of_its_own(open_page: OpenPage) -> None:
    page = open_page("alliance_graph")
    page.selectbox(key="graph").select("talent_movement/MIGRANT").run()
    assert page.select_slider(key="year_talent_movement").value == "2019"
    assert "foreign-born residents" in title_of(page)
    assert wording.say("graph_stock") in text_of(page)


@pytest.mark.usefixtures("edition")
@pytest.mark.parametrize("size", ["strength", "betweenness"])
def test_the_size_of_a_node_is_a_choice_and_no_finding(size: str, open_page: OpenPage) -> None:
    page = open_page("alliance_graph")
    page.selectbox(key="size").select(size).run()
    assert title_of(page) == FINDINGS["alliance_graph"]
    assert f'"field": "{size}"' in page.get("vega_lite_chart")[0].proto.spec


def test_areas_are_listed_by_their_rank(fresh: dict[str, AppTest]) -> None:
    numbers = numbers_of(fresh["alliance_graph"])
    assert numbers["name"].head(3).tolist() == ["United States", "China", "Germany"]
    assert numbers["rank_pagerank"].is_monotonic_increasing


def test_an_edition_without_a_graph_says_so(
    edition: Edition, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = queries.graph_subjects(edition).clear()
    monkeypatch.setattr(queries, "graph_subjects", lambda _: nothing)
    assert title_of(open_page("alliance_graph")) == wording.say("graph_none")


# -- sources and quality


@pytest.mark.usefixtures("edition")
def test_a_source_line_leads_to_what_is_known_of_its_source(open_page: OpenPage) -> None:
    page = open_page("sources_and_quality", source="US exports by partner and month")
    assert page.selectbox(key="source").value == "us_census_exports"
    assert title_of(page) == FINDINGS["sources_and_quality"]
    facts = text_of(page)
    for heading in ("quality_taken", "quality_form", "quality_collected", "quality_licence", "quality_attribution"):
        assert f"- {wording.say(heading)}: " in facts
    assert numbers_of(page)["source_id"].tolist() == ["us_census_exports"]
    assert set(page.dataframe[1].value["source_id"]) == {"us_census_exports"}


def test_every_published_table_can_be_chosen_for_download(edition: Edition, open_page: OpenPage) -> None:
    page = open_page("sources_and_quality")
    assert page.selectbox(key="table").options == queries.tables(edition)["table_name"].to_list()
    page.selectbox(key="table").select("talent_movement").run()
    assert title_of(page) == FINDINGS["sources_and_quality"]
    assert r"Rows in talent\_movement: 9,951" in text_of(page)


@pytest.mark.usefixtures("edition")
def test_checks_that_do_not_hold_are_the_finding(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    whole_table = queries.whole_table

    def with_a_failure(of: Edition, table: str) -> Any:
        frame = whole_table(of, table)
        if table != "check_results":
            return frame
        is_first = pl.int_range(pl.len()) == 0
        return frame.with_columns(is_passed=pl.col("is_passed") & ~is_first)

    monkeypatch.setattr(queries, "whole_table", with_a_failure)
    assert title_of(open_page("sources_and_quality")) == "1 of 17 checks do not hold"


# -- when something is missing or goes wrong


@pytest.mark.parametrize("name", FINDINGS)
def test_without_an_edition_every_page_says_how_to_make_one(
    name: str, data_root: Path, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATA_ROOT_VARIABLE, str(data_root))
    page = open_page(name)
    assert title_of(page) == wording.say("no_edition_title")
    assert page.code[0].value == "compact run"


@pytest.mark.parametrize("name", FINDINGS)
@pytest.mark.usefixtures("edition")
def test_an_unexpected_fault_is_a_sentence_and_no_traceback(
    name: str, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: object) -> Any:
        raise ZeroDivisionError("secret of the house")

    for query in ("membership", "graph_subjects", "sources"):
        monkeypatch.setattr(queries, query, fails)
    page = open_page(name)
    assert title_of(page) == wording.say("trouble_title")
    assert text_of(page).splitlines()[1:] == [wording.say("trouble_body")]
    assert "secret of the house" in caplog.text


@pytest.mark.usefixtures("edition")
def test_a_fault_that_a_person_can_act_on_is_told(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> Any:
        raise WarehouseError("this edition cannot be read; run `compact run`")

    monkeypatch.setattr(queries, "membership", fails)
    page = open_page("country_pair")
    assert title_of(page) == wording.say("trouble_title")
    assert "this edition cannot be read; run `compact run`" in text_of(page)


def test_a_damaged_edition_says_what_to_do(
    edition_root: Path, tmp_path: Path, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    layout = Layout(tmp_path / "copy")
    layout.editions.mkdir(parents=True)
    shutil.copy(edition_root / "CURRENT", layout.root)
    pointer = Layout(edition_root).pointer()
    assert pointer is not None
    (layout.editions / pointer.files[PUBLIC].file).write_bytes(b"no database")
    monkeypatch.setenv(DATA_ROOT_VARIABLE, str(layout.root))
    page = open_page("overview")
    assert title_of(page) == wording.say("trouble_title")
    assert "cannot be opened" in text_of(page)
    assert "`compact run`" in text_of(page)


# -- parts of a page


def test_texts_of_publishers_are_shown_as_they_stand_not_as_markup() -> None:
    assert anatomy.escaped("[a](b) <i> *c* $d$") == r"\[a\](b) \<i\> \*c\* \$d\$"


def test_a_source_that_is_named_twice_is_cited_once(edition: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[str] = []
    monkeypatch.setattr(anatomy.st, "caption", lines.append)
    anatomy.source_line(edition, ["us_census_exports", "us_census_exports", "unheard_of"], "2025", "B")
    assert lines[0].count("](") == 1
    assert lines[0].endswith("· 2025 · edition 1 · grade B")


def test_nothing_to_beware_of_is_no_heading(monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[str] = []
    monkeypatch.setattr(anatomy.st, "markdown", lines.append)
    anatomy.beware([])
    assert lines == []
    anatomy.beware(["One thing"])
    assert lines == ["#### What to beware of here", "- One thing"]
