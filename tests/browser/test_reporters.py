"""A negotiator asks whose reports are how reliable, in a real browser. Figures are those of the embedded edition."""

import io
import re
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("chromium")]


def title(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def choose(page: Page, box: str, option: str) -> None:
    page.get_by_role("combobox", name=box, exact=True).fill(option)
    page.get_by_role("option", name=option, exact=True).click()


def estimate(root: Path, area: str, role: str, method: str) -> dict[str, Any]:
    (path,) = (root / "editions").glob("*.public.duckdb")
    with duckdb.connect(path, read_only=True) as connection:
        return (
            connection.execute(
                """
                SELECT r.* FROM out_reporter_reliability r JOIN out_valuation_rules v USING (valuation_rule)
                WHERE v.is_default AND theme = 'compute_exports' AND contains(time_period, '/')
                  AND area = $area AND role = $role AND method = $method
                """,
                {"area": area, "role": role, "method": method},
            )
            .pl()
            .row(0, named=True)
        )


def test_a_reporter_is_found_judged_and_taken_along(server: Any, visit: Any) -> None:
    page = visit.open(server.url)
    visit.go(page, "Figures", "Reporters")
    expect(title(page)).to_contain_text("What Canada reports as importer scatters by a factor of")
    choose(page, "Reporter", "Mexico")
    choose(page, "Role", "as exporter")
    row = estimate(server.data_root, "MEX", "from", "expected_distance")
    expect(title(page)).to_contain_text("What Mexico reports as exporter scatters")
    expect(title(page)).to_contain_text(f"within {row['rank_low']} to {row['rank_high']}")
    expect(
        page.get_by_text(f"Sigma, the standard deviation of ln(report / flow), is {row['sigma']:.3f}")
    ).to_be_visible()
    expect(page).to_have_url(re.compile(r"/reporters\?(?=.*area=Mexico)(?=.*role=as(\+|%20)exporter)"))

    label = page.get_by_test_id("stVegaLiteChart").first.locator("svg text", has_text=f"rank {row['rank_low']} to")
    expect(label.first).to_be_visible()  # the chosen reporter is labelled, its rank with its range
    expect(page.get_by_role("heading", name="How stable it is")).to_be_visible()

    finding = title(page).inner_text()
    expect(title(visit.open(page.url))).to_have_text(finding)

    with page.expect_download() as expected:
        page.locator(".st-key-download_reporters-compute_exports-from-expected_distance-baci").get_by_role(
            "button", name="Download Parquet"
        ).click()
    table = pl.read_parquet(io.BytesIO(Path(expected.value.path()).read_bytes()))
    (mexico,) = table.filter(pl.col("area") == "MEX").to_dicts()
    assert (mexico["sigma"], mexico["rank"]) == (row["sigma"], row["rank"])


def test_capital_is_not_ranked_and_says_what_is_stated(server: Any, visit: Any) -> None:
    page = visit.open(f"{server.url}/reporters")
    choose(page, "Theme", "Capital")
    expect(title(page)).to_contain_text("so reporters are not ranked")
    expect(page.get_by_role("heading", name="Where each value comes from")).to_be_visible()
    expect(page).to_have_url(re.compile("theme=Capital"))


def test_why_one_freight_rule_is_the_default_unfolds(server: Any, visit: Any) -> None:
    page = visit.open(f"{server.url}/reporters", width=390, scheme="dark")
    reason = page.get_by_text("The default is BACI: 3.3 %.")
    expect(reason).not_to_be_visible()
    page.get_by_text("The freight rules, and what each does to the gaps").click()
    expect(reason).to_be_visible()
    inner, outer = page.get_by_test_id("stMain").evaluate("part => [part.scrollWidth, part.clientWidth]")
    assert inner <= outer <= 390
