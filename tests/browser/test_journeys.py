"""What a negotiator does with the dashboard, in a real browser. Figures are those of the embedded edition."""

import io
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import polars as pl
import pytest
from playwright.sync_api import Locator, Page, expect
from polars.testing import assert_frame_equal

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("chromium")]

PAGES = {
    "": "Overview",
    "whose_number": "Whose number?",
    "reporters": "Reporters",
    "dependencies": "Dependencies",
    "alliance_graph": "Alliance graph",
    "standards": "Standards",
    "sources_and_quality": "Sources and quality",
}
PHONE = 360
TABS_AT_MOST = 20

# How an element and what encloses it look; the focus must change some of it.
LOOKS = """
element => {
  const looks = [];
  for (let place = element; place && looks.length < 3; place = place.parentElement) {
    const style = getComputedStyle(place);
    const outline = style.outlineStyle === "none" ? "none" : style.outline;
    looks.push([outline, style.boxShadow, style.borderColor, style.backgroundColor]);
  }
  return JSON.stringify(looks);
}
"""


def title(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def choose(page: Page, box: str, option: str) -> None:
    page.get_by_role("combobox", name=box, exact=True).fill(option)  # a long list holds only what is on screen
    page.get_by_role("option", name=option, exact=True).click()


def download(page: Page, button: Locator) -> tuple[str, bytes]:
    with page.expect_download() as expected:
        button.click()
    return expected.value.suggested_filename, Path(expected.value.path()).read_bytes()


def table_of(root: Path, table: str) -> pl.DataFrame:
    (path,) = (root / "editions").glob("*.public.duckdb")
    with duckdb.connect(path, read_only=True) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        return connection.execute(f'SELECT * FROM "{table}"').pl()


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus, and see that it shows."""
    before = target.evaluate(LOOKS)
    for _ in range(TABS_AT_MOST):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            break
    expect(target).to_be_focused()
    assert target.evaluate(LOOKS) != before, "the focus is not to be seen"


# -- reading


def test_the_overview_opens_with_its_finding_and_its_map(server: Any, visit: Any) -> None:
    page = visit.open(server.url)
    expect(title(page)).to_contain_text("258.6 bn USD against 333.6 bn USD in 2025")
    expect(page.get_by_test_id("stVegaLiteChart").locator("canvas, svg").first).to_be_visible()
    expect(page.get_by_role("link", name="Overview")).to_be_visible()


def test_the_finding_leads_to_both_sides_and_the_choices_reopen_by_their_url(server: Any, visit: Any) -> None:
    page = visit.open(server.url)
    page.get_by_role("link", name="See both sides of this flow").click()
    expect(title(page)).to_have_text("Canada counts 22.5 % less than the United States says it sends (2025)")
    choose(page, "By", "month")
    expect(title(page)).to_contain_text("April 2026")
    choose(page, "From", "Mexico")
    expect(title(page)).to_have_text("Only Canada reports this flow: 3.599 bn USD in April 2026")
    expect(page).to_have_url(re.compile(r"/whose_number\?(?=.*freq=month)(?=.*from_area=Mexico)"))
    finding = title(page).inner_text()

    again = visit.open(page.url)
    expect(title(again)).to_have_text(finding)
    expect(again.get_by_role("combobox", name="By", exact=True)).to_have_value("month")


def test_an_address_with_codes_is_put_right_and_the_way_back_leads_out(server: Any, visit: Any) -> None:
    page = visit.open(server.url)
    page.goto(f"{server.url}/whose_number?from_area=MEX&to_area=USA")
    by_name = re.compile(r"/whose_number\?(?=.*from_area=Mexico)(?=.*to_area=United(\+|%20)States)")
    finding = "The United States counts 0.8 % less than Mexico says it sends (2019)"
    expect(title(page)).to_have_text(finding)
    expect(page).to_have_url(by_name)
    page.go_back()  # to the same address as it was typed
    expect(page).to_have_url(by_name)
    expect(title(page)).to_have_text(finding)
    page.go_back()
    expect(title(page)).to_contain_text("Canada counts 22.5 % less")


def test_freight_rule_and_period_are_in_the_address_and_move_the_reconciled_value(server: Any, visit: Any) -> None:
    page = visit.open(f"{server.url}/whose_number?to_area=Germany")
    choose(page, "Period", "2018")
    expect(title(page)).to_have_text("Germany counts 0.7 % less than the United States says it sends (2018)")
    reconciled = page.get_by_test_id("stMetric").filter(has_text="Reconciled")
    before = reconciled.inner_text()
    choose(page, "Freight rule", "FAO: 12 %")
    expect(page.get_by_text("12.0 % of the value at the border of departure is taken off")).to_be_visible()
    expect(reconciled).not_to_have_text(before)
    expect(page).to_have_url(re.compile(r"/whose_number\?(?=.*period=2018)(?=.*valuation_rule=FAO)"))
    again = visit.open(page.url)
    expect(again.get_by_text("12.0 % of the value at the border of departure is taken off")).to_be_visible()
    assert (
        visit.open(page.url.replace("whose_number", "country_pair")).locator("h1").inner_text()
        == title(page).inner_text()
    )


def test_another_year_of_the_graph_is_another_finding(server: Any, visit: Any) -> None:
    page = visit.open(f"{server.url}/alliance_graph")
    expect(title(page)).to_contain_text("of 2018")
    page.get_by_role("slider", name="Year").focus()
    page.keyboard.press("ArrowLeft")
    expect(title(page)).to_contain_text("of 2017")
    expect(page).to_have_url(re.compile("year_compute_exports=2017"))
    expect(title(visit.open(page.url))).to_contain_text("of 2017")


def test_who_supplies_an_area_is_asked_by_receiver_and_year(server: Any, visit: Any) -> None:
    page = visit.open(server.url)
    visit.go(page, "Dependence", "Dependencies")
    expect(title(page)).to_contain_text("Mexico alone supplies 15.5 % (2024)")
    page.get_by_role("slider", name="Year").focus()
    page.keyboard.press("ArrowLeft")
    expect(title(page)).to_contain_text("(2023)")
    expect(page).to_have_url(re.compile(r"/dependencies\?(?=.*year_USA=2023)"))
    choose(page, "Who receives", "Canada")
    expect(title(page)).to_contain_text("46.1 % from the United States (2025)")
    expect(page).to_have_url(re.compile(r"/dependencies\?(?=.*area=Canada)"))
    expect(title(visit.open(page.url))).to_have_text(title(page).inner_text())


def test_unverified_statuses_are_seen_on_request_only(server: Any, visit: Any) -> None:
    page = visit.open(server.url)
    visit.go(page, "The treaty", "Standards")
    expect(title(page)).to_have_text(
        "11 of 33 instruments are taken on by all three founding members, 2 of them binding in law"
    )
    page.get_by_text("Show 21 unverified statuses").click()
    expect(title(page)).to_have_text(
        "12 of 35 instruments are taken on by all three founding members, 2 of them binding in law"
    )
    expect(page).to_have_url(re.compile(r"/standards\?(?=.*unverified=true)"))
    again = visit.open(page.url)
    expect(title(again)).to_have_text(
        "12 of 35 instruments are taken on by all three founding members, 2 of them binding in law"
    )


def test_a_source_line_leads_to_what_is_known_of_the_source(server: Any, visit: Any) -> None:
    page = visit.open(f"{server.url}/whose_number")
    link = page.get_by_role("link", name="US Census Bureau, US exports by partner and month")
    ledger = visit.open(f"{server.url}{link.get_attribute('href')}")
    expect(ledger.get_by_role("combobox", name="Source shown")).to_have_value("US exports by partner and month")
    expect(ledger.get_by_text("Figures taken: 7 Jul 2026")).to_be_visible()


# -- taking figures along


def test_a_table_downloads_as_csv_to_the_last_digit(server: Any, visit: Any) -> None:
    page = visit.open(f"{server.url}/sources_and_quality?table=talent_movement")
    expect(page.get_by_text("Rows in talent_movement: 24,876")).to_be_visible()
    name, content = download(page, page.get_by_role("button", name="CSV", exact=True))
    assert name == "talent_movement-edition-1.csv"
    published = table_of(server.data_root, "talent_movement")
    assert content == published.write_csv().encode()
    assert pl.read_csv(content, infer_schema=False).height == published.height == 24876


def test_a_table_downloads_as_parquet_with_its_types(server: Any, visit: Any) -> None:
    page = visit.open(f"{server.url}/sources_and_quality?table=snapshots")
    name, content = download(page, page.get_by_role("button", name="Parquet", exact=True))
    assert name == "snapshots-edition-1.parquet"
    assert_frame_equal(pl.read_parquet(io.BytesIO(content)), table_of(server.data_root, "snapshots"))


def test_a_pair_downloads_as_a_workbook_that_cites_its_sources(server: Any, visit: Any) -> None:
    page = visit.open(f"{server.url}/whose_number")
    name, content = download(page, page.get_by_role("button", name="Download XLSX").first)
    assert name == "pair-USA-CAN-edition-1.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(content))
    header, latest = list(book["data"].iter_rows(max_row=2, values_only=True))
    figures = dict(zip(header, latest, strict=True))
    assert (figures["time_period"], figures["reported_by_from"]) == ("2025", 333619712376)
    assert figures["reported_by_to"] == pytest.approx(258634487246.4522)
    cited = {row[0] for row in book["sources"].iter_rows(min_row=2, values_only=True)}
    assert {"us_census_exports", "statcan_cimt"} <= cited


# -- reading with other means


def test_a_keyboard_is_enough(server: Any, visit: Any) -> None:
    page = visit.open(server.url)
    tab_to(page, page.get_by_test_id("stTopNav").get_by_role("button", name="Figures"))
    page.keyboard.press("Enter")
    page.get_by_role("menuitem", name="Whose number?").wait_for()
    page.keyboard.press("Enter")
    expect(title(page)).to_have_text("Canada counts 22.5 % less than the United States says it sends (2025)")
    tab_to(page, page.get_by_role("combobox", name="By", exact=True))
    page.keyboard.press("ArrowDown")
    page.get_by_role("option", name="month", exact=True).wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(title(page)).to_contain_text("April 2026")


@pytest.mark.parametrize("address", PAGES)
def test_a_page_fits_a_phone_and_asks_no_other_machine_for_anything(address: str, server: Any, visit: Any) -> None:
    page = visit.open(f"{server.url}/{address}", width=PHONE)
    expect(page.get_by_test_id("stVegaLiteChart").locator("canvas, svg").first).to_be_visible()
    document, window = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert document <= window == PHONE
    # Streamlit scrolls its main part, not the document.
    inner, outer = page.get_by_test_id("stMain").evaluate("part => [part.scrollWidth, part.clientWidth]")
    assert inner <= outer <= PHONE
    assert visit.requests[0] == f"{server.url}/{address}"
    assert visit.strangers() == []


def test_in_the_dark_the_names_in_the_graph_are_light(server: Any, visit: Any) -> None:
    page = visit.open(f"{server.url}/alliance_graph", scheme="dark")
    name = page.get_by_test_id("stVegaLiteChart").locator("svg text", has_text="Germany").first
    expect(name).to_have_attribute("fill", "#f1f3f5")


# -- behind the reader's back


def test_a_request_to_another_machine_would_be_noticed(server: Any, visit: Any) -> None:
    page = visit.open(f"{server.url}/sources_and_quality")
    page.evaluate("fetch('https://elsewhere.invalid/').catch(() => null)")
    assert visit.strangers() == ["https://elsewhere.invalid/"]
    visit.requests.clear()
    visit.faults.clear()


# -- before there is anything to read


def test_a_dashboard_without_an_edition_says_how_to_make_one_and_then_shows_it(
    serve: Callable[[Path], Any], edition_root: Path, tmp_path: Path, visit: Any
) -> None:
    root = tmp_path / "data"
    page = visit.open(serve(root).url)
    expect(title(page)).to_have_text("There is no edition yet")
    expect(page.get_by_test_id("stCode")).to_have_text("compact run")

    shutil.copytree(edition_root / "editions", root / "editions")  # what `compact run` leaves behind
    shutil.copy(edition_root / "CURRENT", root / "CURRENT")
    page.reload()
    expect(title(page)).to_contain_text("258.6 bn USD against 333.6 bn USD in 2025")
