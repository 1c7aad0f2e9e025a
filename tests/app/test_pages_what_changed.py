"""What changed, and how each source stands, without a browser. Changes and answers of publishers are made up."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from compact_app import queries, wording
from compact_app.app_pages.fresh import standing
from compact_app.queries import Edition
from compact_pipelines.contracts import load_contracts
from compact_pipelines.warehouse.layout import DATA_ROOT_VARIABLE
from tests.app import revising

OpenPage = Callable[..., Any]
ASKED = dt.datetime(2026, 8, 20, tzinfo=dt.UTC)
LIVE = {"asked_how": "live", "last_asked_at": ASKED, "last_believed_at": ASKED, "partitions_believed": 3}
STANDING = {
    "us_census_exports": LIVE | revising.STOP | {"expected_by": dt.date(2026, 9, 5)},
    "statcan_cimt": LIVE | {"state": "fresh", "expected_by": dt.date(2026, 9, 8)},
}


@pytest.fixture(scope="module")
def revised_root(edition_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Edition 2, whose predecessor is made to have held other figures, and in which a source is stopped."""
    root = tmp_path_factory.mktemp("revised") / "data"
    revising.publish_revised(root, edition_root, STANDING)
    return root


@pytest.fixture
def revised(revised_root: Path, monkeypatch: pytest.MonkeyPatch) -> Edition:
    monkeypatch.setenv(DATA_ROOT_VARIABLE, str(revised_root))
    return queries.current_edition()


def made(monkeypatch: pytest.MonkeyPatch, **counts: int) -> None:
    """Let the edition tell of other revisions: nothing revised, the given counts in its first row."""
    columns = ("values_revised", "values_live", "values_read_anew", "values_new", "values_gone")
    of_edition = queries.revisions

    def revisions(edition: Edition) -> pl.DataFrame:
        is_first = pl.int_range(pl.len()) == 0
        return of_edition(edition).with_columns(
            pl.when(is_first).then(counts.get(name, 0)).otherwise(0).cast(pl.Int64).alias(name) for name in columns
        )

    def values(edition: Edition) -> pl.DataFrame:
        return (
            queries.ask(edition, "FROM revised_values")
            .clear()
            .with_columns(pl.lit(None, pl.String).alias(name) for name in ("title", "reporter", "counterpart"))
        )

    monkeypatch.setattr(queries, "revisions", revisions)
    monkeypatch.setattr(queries, "revised_values", values)


# -- what changed


def test_the_first_edition_has_nothing_to_be_compared_with(fresh: dict[str, Any]) -> None:
    page = fresh["what_changed"]
    assert page.finding == "This is the first edition: there is none before it to compare with"
    assert wording.say("changed_first_body") in page.words
    assert page.caption[-1].value == "Source: the log of values of this exchange, edition 1."
    assert list(page.dataframe) == []


@pytest.mark.usefixtures("revised")
def test_the_source_revised_most_is_the_finding(open_page: OpenPage) -> None:
    page = open_page("what_changed")
    assert page.finding == (
        "International migrant stock by destination and origin: revised by 5.3 % on average since edition 1, the most "
        "of 3 sources that were revised"
    )
    assert len(page.get("vega_lite_chart")) == 1
    assert page.get("vega_lite_chart")[0].proto.alt == page.finding
    labels = [button.label for button in page.get("download_button")]
    for form in ("CSV", "Parquet", "XLSX"):
        assert labels.count(f"Download {form}") == len(page.dataframe) == 2
    assert page.caption[-1].value.startswith("Source: [")


@pytest.mark.usefixtures("revised")
def test_one_source_tells_its_largest_change_and_shows_old_and_new(open_page: OpenPage) -> None:
    page = open_page("what_changed", source="US exports by partner and month")
    assert page.finding.startswith("US exports by partner and month: revised by ")
    assert page.finding.endswith(" on average since edition 1")
    shown = page.numbers
    assert set(shown["title"]) == {"US exports by partner and month"}
    first = shown.iloc[0]
    assert float(first["value_before"]) == pytest.approx(float(first["value_after"]) * 1.04)
    assert float(first["difference"]) == pytest.approx(float(first["value_after"]) * -0.04)
    assert first["change_words"] == "revised"
    assert f"The largest: United States, {first['counterpart']}, {first['series_words']}, " in page.words


@pytest.mark.usefixtures("revised")
def test_a_theme_without_revisions_says_so(open_page: OpenPage) -> None:
    page = open_page("what_changed", theme="Standards")
    assert page.finding == "No figure has changed since edition 1"
    assert wording.say("changed_values_none") in page.words
    assert list(page.get("vega_lite_chart")) == []
    assert page.numbers["why"].unique().tolist() == ["a status, no number"]


@pytest.mark.usefixtures("revised")
def test_a_choice_that_holds_nothing_says_what_to_choose(open_page: OpenPage) -> None:
    page = open_page("what_changed", theme="Standards", source="US exports by partner and month")
    assert page.finding == wording.say("changed_title_no_match")
    assert wording.say("changed_no_match_hint") in page.words


@pytest.mark.parametrize(
    ("counts", "finding"),
    [
        ({}, "No figure has changed since edition 1"),
        ({"values_new": 1200, "values_gone": 3}, "No figure was revised since edition 1; 1,200 are new, 3 are gone"),
        (
            {"values_read_anew": 12},
            "No publisher has changed a figure since edition 1; 12 differ because the same answer was read anew",
        ),
    ],
)
@pytest.mark.usefixtures("revised")
def test_what_did_not_change_is_a_finding_too(
    counts: dict[str, int], finding: str, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(monkeypatch, **counts)
    page = open_page("what_changed")
    assert page.finding == finding
    assert list(page.get("vega_lite_chart")) == []


@pytest.mark.usefixtures("revised")
def test_what_is_not_the_publishers_doing_is_told_to_beware_of(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(monkeypatch, values_read_anew=12, values_live=7)
    words = open_page("what_changed").words
    assert wording.say("changed_beware_read_anew", count="12") in words
    assert wording.say("changed_beware_live", count="7") in words


@pytest.mark.usefixtures("edition")
def test_an_unexpected_fault_is_a_sentence_and_no_traceback(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: object) -> Any:
        raise ZeroDivisionError("secret of the house")

    monkeypatch.setattr(queries, "revisions", fails)
    page = open_page("what_changed")
    assert page.finding == wording.say("trouble_title")
    assert "secret of the house" in caplog.text
    assert "secret" not in page.words


# -- how each source stands


@pytest.mark.usefixtures("edition")
def test_before_anybody_was_asked_the_embedded_figures_stand(fresh: dict[str, Any]) -> None:
    page = fresh["sources_and_quality"]
    sources = load_contracts().sources_in_use
    words = wording.say(
        "fresh_none_asked",
        embedded=sum(bool(source.parts) for source in sources),
        live=sum(source.live is not None for source in sources),
    )
    assert words in page.words
    shown = page.numbers
    assert len(shown) == len(load_contracts().sources)
    assert set(shown["state_words"]) >= {"○ As embedded", "▽ Never asked"}
    assert len(page.get("vega_lite_chart")) == 1  # the reach alone: nothing is expected of anybody yet


@pytest.mark.usefixtures("revised")
def test_a_stopped_source_is_the_finding_with_what_differed_and_what_stands(open_page: OpenPage) -> None:
    page = open_page("sources_and_quality")
    assert page.finding.endswith("is stopped: US exports by partner and month; earlier figures stand")
    assert "**US exports by partner and month** is stopped: 2026-07: 40 of 100 series have values" in page.words
    assert "The last good answer, of 20 Aug 2026, stands, and the embedded figures" in page.words
    shown = page.numbers.set_index("title").loc["US exports by partner and month"]
    assert (shown["state_words"], shown["remedy"]) == ("■ Stopped", "look at what came")
    assert len(page.get("vega_lite_chart")) == 2


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("a key?", "a key?"), ("cut…", "cut…"), ("gone.", "gone."), ('`--reason "..."`', '`--reason "..."`.')],
)
def test_a_sentence_ends_once(text: str, sentence: str) -> None:
    assert standing.ended(text) == sentence


@pytest.mark.usefixtures("revised")
def test_a_chosen_source_is_alone_in_the_table(open_page: OpenPage) -> None:
    page = open_page("sources_and_quality", source="US exports by partner and month")
    assert page.numbers["title"].tolist() == ["US exports by partner and month"]


@pytest.mark.parametrize(
    ("period", "day"),
    [
        ("2024", "2024-12-31"),
        ("2024-02", "2024-02-29"),
        ("2025-12", "2025-12-31"),
        ("2025-Q2", "2025-06-30"),
        ("2026-05-31", "2026-05-31"),
    ],
)
def test_a_period_ends_on_its_last_day(period: str, day: str) -> None:
    assert standing.last_day(period) == day
