"""Sources and quality, without a browser. Figures are those of the embedded edition."""

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from compact_app import queries, wording
from compact_app.app_pages.fresh import standing as fresh_standing
from compact_app.queries import Edition
from compact_pipelines.checks import CHECKS

OpenPage = Callable[..., Any]


@pytest.mark.usefixtures("edition")
def test_a_source_line_leads_to_what_is_known_of_its_source(open_page: OpenPage, fresh: dict[str, Any]) -> None:
    page = open_page("sources_and_quality", source="US exports by partner and month")
    assert page.selectbox(key="source").value == "us_census_exports"
    assert page.finding == fresh["sources_and_quality"].finding
    facts = page.words
    for heading in ("quality_taken", "quality_form", "quality_collected", "quality_licence", "quality_attribution"):
        assert f"- {wording.say(heading)}: " in facts
    standing, sources, ledger = (table.value for table in page.dataframe[:3])
    assert standing["title"].tolist() == ["US exports by partner and month"]
    assert sources["source_id"].tolist() == ["us_census_exports"]
    assert set(ledger["source_id"]) == {"us_census_exports"}


def test_every_published_table_can_be_chosen_for_download(
    edition: Edition, open_page: OpenPage, fresh: dict[str, Any]
) -> None:
    page = open_page("sources_and_quality")
    assert page.selectbox(key="table").options == queries.tables(edition)["table_name"].to_list()
    page.selectbox(key="table").select("talent_movement").run()
    assert page.finding == fresh["sources_and_quality"].finding
    assert r"Rows in talent\_movement: 24,876" in page.words


@pytest.mark.usefixtures("edition")
def test_a_source_that_was_never_asked_says_so_and_cites_nothing(open_page: OpenPage) -> None:
    page = open_page(
        "sources_and_quality", source="Goods trade of all members and partners as reported to the United Nations"
    )
    assert page.selectbox(key="source").value == "un_comtrade"
    facts = page.words
    assert "- Form: Asked of its publisher; no figure of it comes with the program." in facts
    assert f"- {wording.say('quality_taken')}: " not in facts
    assert ": None" not in facts
    assert page.caption[-1].value == "No figure of this source is in edition 1."


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
    held = sum(len(checks) for checks in CHECKS.values())
    assert open_page("sources_and_quality").finding == f"1 of {held} checks do not hold"


def test_a_reason_is_told_short_and_without_the_address_that_was_asked() -> None:
    asked = "2031: status 404; its file explains no such answer. Asked: https://sdmx.example.org/rest?a=1 | 2021: gone."
    assert fresh_standing.shortened(asked) == "2031: status 404; its file explains no such answer | 2021: gone"
    long = fresh_standing.shortened("word " * 100)
    assert len(long) <= fresh_standing.TOLD_CHARACTERS + 1
    assert long.endswith("word…")
