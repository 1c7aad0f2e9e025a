"""Exchange, without a browser: before anybody has sent anything, and after a made-up half year of drops."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from compact_app import queries, wording
from compact_app.app_pages.drops import receipt
from compact_app.charts import deliveries as picture_of
from compact_app.queries.edition import AUDIENCE_VARIABLE
from compact_pipelines.warehouse.audiences import NEGOTIATOR
from compact_pipelines.warehouse.layout import DATA_ROOT_VARIABLE, PUBLIC
from tests.exchange import deliveries
from tests.exchange.deliveries import ASKED, NAMES, NORTH, SOUTH

OpenPage = Callable[..., Any]
Show = Callable[..., Any]

NOW = dt.datetime(2026, 7, 2, tzinfo=dt.UTC)
HELD = "North-office, Trade, drop 3"
DASH = "\N{EN DASH}"


@pytest.fixture(scope="module")
def exchange_root(edition_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The embedded edition, with what each audience sees of a made-up half year of drops."""
    root = tmp_path_factory.mktemp("exchange") / "data"
    deliveries.publish_history(root, edition_root)
    return root


@pytest.fixture
def show(exchange_root: Path, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> Show:
    """The page as an audience opens it."""

    def show_(audience: str = PUBLIC, **query: str) -> Any:
        monkeypatch.setenv(DATA_ROOT_VARIABLE, str(exchange_root))
        monkeypatch.setenv(AUDIENCE_VARIABLE, audience)
        return open_page("exchange", **query)

    return show_


def said(page: Any) -> str:
    """All sentences of the page, plain texts too."""
    return "\n".join([page.words, *(element.value for element in page.text)])


def cells(page: Any) -> str:
    """All that stands in its tables."""
    return "\n".join(str(table.value.to_dict()) for table in page.dataframe)


def table_with(page: Any, column: str) -> Any:
    return next(table.value for table in page.dataframe if column in table.value.columns)


# -- before anybody has sent anything


def test_before_the_first_drop_the_page_says_what_will_be_here_and_how_to_begin(fresh: dict[str, Any]) -> None:
    page = fresh["exchange"]
    assert page.finding == "No partner has sent a drop yet: what will be here, and how to begin"
    assert "agreements below are proposals" in page.words
    assert "No office has been asked" in page.words
    assert wording.say("exchange_empty_begin_list") in page.words
    assert "docs/contributor_guide.md" in page.words
    assert page.get("page_link")[0].label == wording.say("exchange_open_contribute")


def test_proposals_have_no_due_dates(fresh: dict[str, Any]) -> None:
    table = fresh["exchange"].numbers
    assert set(table["status"]) == {"proposed"}
    assert not {"due_date", "next_period", "is_overdue"} & set(table.columns)
    assert wording.say("exchange_agreements_note") in fresh["exchange"].words


def test_every_table_downloads_in_three_forms(fresh: dict[str, Any], show: Show) -> None:
    for page in (fresh["exchange"], show(NORTH), show(NORTH, drop=HELD)):
        labels = [button.label for button in page.get("download_button")]
        for form in ("CSV", "Parquet", "XLSX"):
            assert labels.count(f"Download {form}") == len(page.dataframe)


def test_the_page_ends_with_its_source_and_the_edition(fresh: dict[str, Any], show: Show) -> None:
    for page, number in ((fresh["exchange"], 1), (show(), 2)):
        line = page.caption[-1].value
        assert line.startswith("Source: the exchange's own ledger")
        assert line.endswith(f"edition {number}")


# -- with drops


def test_the_finding_counts_deliveries_by_the_agreed_calendar(show: Show) -> None:
    page = show()
    # North sent 2024 too late and 2025 early; south has no calendar.
    assert page.finding == "1 of 2 agreed deliveries came on time"
    assert "14 rows came in 4 drops: 11 stored and 3 held, of which 3 wait to be mended." in page.words
    assert "Not taken in" not in page.words


def test_the_picture_says_in_words_what_it_shows(show: Show) -> None:
    (picture,) = show().get("vega_lite_chart")
    assert picture.proto.alt == "1 of 2 agreed deliveries came on time"


def test_drops_are_listed_with_their_dates_and_counts(show: Show) -> None:
    table = show().dataframe[0].value.set_index("label")
    late = table.loc["North-office, Trade, drop 1"]
    assert (late["due_period"], str(late["due_date"])[:10], late["days_late"]) == ("2024", "2025-09-27", 126)
    assert (late["rows_in"], late["rows_new"], late["rows_held"]) == (6, 5, 1)
    assert table.loc["North-office, Trade, drop 3", "status_words"] == "Held whole"
    assert "folder" not in table.columns


def test_a_partner_sees_what_was_rejected_and_its_folders(show: Show) -> None:
    page = show(NORTH)
    table = page.dataframe[0].value
    assert "North-office, Trade, drop 3, received 30 Jun 2026, 08:00:00 UTC" in set(table["label"])
    assert "wrong" in set(table["folder"])
    assert "Not taken in: 1 rejected, 0 waiting or repeated." in page.words


@pytest.mark.parametrize(
    ("audience", "words"),
    [
        (PUBLIC, "This is what everybody sees"),
        (NEGOTIATOR, "This is what negotiators see"),
        (NORTH, "North-office sees"),
    ],
)
def test_the_page_says_whose_file_it_shows(audience: str, words: str, show: Show) -> None:
    assert words in show(audience).words


def test_choices_narrow_the_page_and_stand_in_its_address(show: Show) -> None:
    page = show(partner=NAMES[SOUTH])
    assert page.selectbox(key="partner").value == SOUTH
    assert page.finding == "1 drop came, and it was not due by an agreed calendar"
    assert len(page.dataframe[0].value) == 1
    page.selectbox(key="partner").select(ASKED).run()
    assert page.finding == "Asked-office has sent no drop of this choice"
    assert wording.say("exchange_no_match_hint", count=4) in page.words
    assert len(page.dataframe) == 1


# -- one drop


def test_a_receipt_says_that_rows_in_are_rows_stored_and_rows_held(show: Show) -> None:
    page = show(NORTH, drop="North-office, Trade, drop 1")
    assert page.selectbox(key="drop").value == "North-office, Trade, drop 1"
    assert "6 rows in = 5 stored + 1 held" in said(page)
    assert "Its period 2024 was due on 27 Sept 2025; it came 126 days late." in said(page)
    assert {metric.label: metric.value for metric in page.metric}["Held, still open"] == "1"


def test_a_partner_mends_its_file_from_the_findings(show: Show) -> None:
    found = table_with(show(NORTH, drop="North-office, Trade, drop 1"), "mend").set_index("rule").loc["decimal"]
    assert (found["file"], found["row_number"], found["found"]) == ("data.csv", 6, "obs_value is '1e5'.")
    assert found["mend"]
    held = table_with(show(NORTH, drop="North-office, Trade, drop 1"), "row_key")
    assert list(held["row_key"]) == ["A CAN JPN X TOTAL 2024"]


def test_negotiators_see_how_often_and_the_public_how_many(show: Show) -> None:
    page = show(NEGOTIATOR, drop="North-office, Trade, drop 1")
    found = table_with(page, "times")
    assert list(found.columns) == ["severity", "rule", "column_name", "times"]
    page = show(drop="North-office, Trade, drop 1")
    assert "Who sent the drop sees each with its row." in said(page)
    assert "1e5" not in cells(page)


def test_a_held_drop_is_a_preview_and_says_who_says_what(show: Show) -> None:
    page = show(NORTH, drop=HELD)
    assert page.warning[0].value == wording.say("exchange_preview")
    assert wording.say("exchange_effects_preview") in page.words
    moved = table_with(page, "value_after").iloc[0]
    assert (moved["value_before"], moved["value_after"]) == (11, 15)
    assert (moved["said_by_before"], moved["said_by"]) == ("Statistics Canada", "North-office")
    assert (moved["rank_before"], moved["rank_after"], moved["standing"]) == (2, 1, "Preview")
    assert moved["series_words"] == "Annual, Exports, All goods"
    assert "Published figures that would move: 2; ranks, among those shown: 1." in page.words


def test_the_public_sees_that_a_drop_is_held_and_not_what_it_would_move(show: Show) -> None:
    page = show(drop=HELD)
    assert page.warning[0].value == wording.say("exchange_preview")
    assert wording.say("exchange_effects_none") in page.words
    assert not any("value_after" in table.value.columns for table in page.dataframe)


def test_what_was_taken_in_is_in_this_edition(show: Show) -> None:
    page = show(drop="North-office, Trade, drop 2")
    assert list(page.warning) == []
    assert list(table_with(page, "value_after")["standing"]) == ["In this edition"]
    revised = table_with(page, "own_after")
    assert list(revised["row_key"]) == ["A CAN USA X TOTAL 2024"]
    assert float(revised["own_after"][0]) == 13.5
    assert revised["own_before"].isna().to_list() == [True]  # its partner withholds others: nobody reads former values


@pytest.mark.parametrize("audience", [PUBLIC, NEGOTIATOR])
def test_no_page_shows_a_confidential_figure(audience: str, show: Show) -> None:
    for drop in show(audience).selectbox(key="drop").options:
        page = show(audience, drop=drop)
        shown = said(page) + cells(page)
        for value in (*deliveries.CONFIDENTIAL, *deliveries.EMBARGOED, *deliveries.BECAME_CONFIDENTIAL):
            assert f" {value}" not in shown
            assert f"'{value}" not in shown


def test_a_name_is_never_markup(show: Show) -> None:
    words = show(NORTH, drop=f"{NAMES[SOUTH]}, Trade, drop 1").words
    assert "[office](x)" not in words
    assert "<b>" not in words.replace(r"\<b\>", "")


# -- parts


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (None, DASH),
        (0, "on the day"),
        (1, "1 day late"),
        (2, "2 days late"),
        (-1, "1 day early"),
        (-1200, "1,200 days early"),
    ],
)
def test_a_delay_in_words(days: int | None, words: str) -> None:
    assert receipt.late_words(days) == words


def test_a_delay_is_drawn_from_the_day_that_was_agreed_to_the_day_it_came(layers: Callable[..., Any]) -> None:
    drops = pl.DataFrame(
        {"line": ["a", "a"], "label": ["a 1", "a 2"], "state": ["partly", "held"], "status": ["x", "y"],
         "late": ["2 days late", DASH],
         "received_at": [NOW, NOW],
         "due_date": [dt.date(2026, 1, 1), None]}
    )  # fmt: skip
    coming = pl.DataFrame({"line": ["b"], "period": ["2026"], "due_date": [dt.date(2026, 2, 1)], "is_overdue": [True]})
    drawn = {layer["mark"]["type"]: layer["values"] for layer in layers(picture_of(drops, coming, "#000000"))}
    assert [(row["due"], row["came"]) for row in drawn["rule"]] == [("2026-01-01", "2026-07-02T00:00:00")]
    assert [row["due"] for row in drawn["tick"]] == ["2026-01-01", "2026-02-01"]
    assert [row["words"] for row in drawn["text"]] == ["2026 is overdue"]
    assert [row["state"] for row in drawn["point"]] == ["Partly held", "Held whole"]


@pytest.mark.usefixtures("edition")
def test_an_unexpected_fault_is_a_sentence_and_no_traceback(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: object) -> Any:
        raise ZeroDivisionError("secret of the house")

    monkeypatch.setattr(queries, "exchange_drops", fails)
    page = open_page("exchange")
    assert page.finding == wording.say("trouble_title")
    assert "secret of the house" in caplog.text
    assert "secret" not in page.words
