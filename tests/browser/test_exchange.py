"""What came of partners' drops, in a real browser: before the first one, and after a made-up half year of them."""

import io
import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.exchange.deliveries import NAMES, NORTH, SOUTH, publish_history

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("chromium")]

PHONE = 360
FIRST = f"{NAMES[NORTH]}, Trade, drop 1"


def title(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def settled(page: Page) -> None:
    """Wait for the script to begin and to end: a page that is drawn anew closes lists and replaces buttons."""
    expect(title(page)).to_be_visible()
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")


def choose(page: Page, box: str, option: str) -> None:
    settled(page)
    found = page.get_by_role("combobox", name=box, exact=True)
    found.evaluate("box => box.scrollIntoView({block: 'center'})")  # a list below the window's edge is not opened
    found.fill(option)
    page.get_by_role("option", name=option, exact=True).click()


def fits(page: Page) -> bool:
    inner, outer = page.get_by_test_id("stMain").evaluate("part => [part.scrollWidth, part.clientWidth]")
    return bool(inner <= outer <= page.evaluate("window.innerWidth"))


@pytest.fixture(scope="module")
def exchange(chromium: str, serve: Any, edition_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The dashboard, for everybody, on an edition with drops."""
    assert chromium
    root = tmp_path_factory.mktemp("exchange") / "data"
    publish_history(root, edition_root)
    return serve(root)


def test_before_the_first_drop_the_page_leads_to_how_to_begin(server: Any, visit: Any) -> None:
    page = visit.open(server.url)
    visit.go(page, "Data exchange", "Exchange")
    expect(title(page)).to_have_text("No partner has sent a drop yet: what will be here, and how to begin")
    expect(page.get_by_text("No office has been asked")).to_be_visible()
    page.get_by_role("link", name="Check a file or send a drop").click()
    expect(page).to_have_url(re.compile("/contribute"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_a_phone_before_and_after_the_first_drop(
    scheme: str, server: Any, exchange: Any, visit: Any
) -> None:
    for url in (server.url, exchange.url):
        page = visit.open(f"{url}/exchange", width=PHONE, scheme=scheme)
        assert fits(page)


def test_from_the_finding_to_one_drop_and_back_by_its_address(exchange: Any, visit: Any) -> None:
    page = visit.open(f"{exchange.url}/exchange")
    expect(title(page)).to_have_text("1 of 2 agreed deliveries came on time")
    expect(page.get_by_test_id("stVegaLiteChart").locator("canvas, svg").first).to_be_visible()
    expect(page.get_by_text("Preview, not published")).to_be_visible()  # the last drop, which is held
    expect(page.get_by_text("2 rows in = 0 stored + 2 held")).to_be_visible()
    choose(page, "Drop", FIRST)
    expect(page.get_by_text("6 rows in = 5 stored + 1 held")).to_be_visible()
    expect(page.get_by_text("Preview, not published")).to_have_count(0)
    expect(page).to_have_url(re.compile("drop=North-office"))
    again = visit.open(page.url)
    expect(again.get_by_text("6 rows in = 5 stored + 1 held")).to_be_visible()


def test_a_partners_name_is_text_wherever_it_stands(exchange: Any, visit: Any) -> None:
    page = visit.open(f"{exchange.url}/exchange")
    choose(page, "Partner", NAMES[SOUTH])
    expect(title(page)).to_have_text("1 drop came, and it was not due by an agreed calendar")
    choose(page, "Partner", NAMES[NORTH])
    expect(title(page)).to_contain_text("of 2 agreed deliveries")
    expect(page.get_by_role("link", name="office", exact=True)).to_have_count(0)


def test_drops_download_as_they_stand(exchange: Any, visit: Any) -> None:
    page = visit.open(f"{exchange.url}/exchange")
    settled(page)
    with page.expect_download() as expected:
        page.locator(".st-key-download_drops_csv").get_by_role("button").click()
    assert expected.value.suggested_filename == "drops-edition-2.csv"
    content = Path(expected.value.path()).read_bytes()
    drops = pl.read_csv(io.BytesIO(content), infer_schema=False)
    assert drops.height == 4
    assert set(drops["status_words"]) == {"Taken in", "Partly held", "Held whole"}
