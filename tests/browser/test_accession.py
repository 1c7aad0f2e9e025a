"""A negotiator asks whether an area should join and who loses, in a real browser. Figures: the embedded edition."""

import io
import json
import re
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from playwright.sync_api import Locator, Page, expect

from compact_app import wording
from compact_pipelines.cli import main

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("chromium")]


def title(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def printed(root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *words: str) -> Any:
    """What the command line says of the same question."""
    arguments = ["compact", "scenario", "accession", *words, "--data-root", str(root), "--json"]
    monkeypatch.setattr(sys, "argv", arguments)
    with pytest.raises(SystemExit):
        main()
    return json.loads(capsys.readouterr().out)


def test_a_candidate_is_chosen_the_model_asked_and_its_gains_taken_along(
    server: Any, visit: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = visit.open(server.url)
    visit.go(page, "The treaty", "Accession simulator")
    expect(title(page)).to_contain_text("With the United Arab Emirates, the members keep")
    candidates = page.get_by_role("combobox", name=re.compile("Who joins"))
    candidates.fill("Japan")
    page.get_by_role("option", name="Japan", exact=True).click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name=re.compile("United Arab Emirates")).first.click()
    expect(title(page)).to_contain_text("With Japan, the members keep")

    page.get_by_text("Run the model (500 draws)").click()
    said = printed(server.data_root, capsys, monkeypatch, "--members", "CAN,MEX,USA", "--candidate", "JPN")
    (japan,) = [row for row in said["areas"] if row["role"] == "candidate"]
    losing = [row["area"] for row in said["areas"] if row["role"] == "member" and row["gain_median"] < 0]
    assert losing == ["CAN", "MEX"]
    expect(title(page)).to_contain_text(f"is worth {wording.gain(japan['gain_median'])}")
    expect(title(page)).to_contain_text("Canada and Mexico lose in most draws")
    expect(page).to_have_url(re.compile(r"/accession_simulator\?(?=.*candidates=Japan)(?=.*model=true)"))
    expect(page.get_by_test_id("stVegaLiteChart")).to_have_count(5)

    finding = title(page).inner_text()
    expect(title(visit.open(page.url))).to_have_text(finding)

    with page.expect_download() as expected:
        page.locator(".st-key-download_accession-gains-goods_2018-JPN").get_by_role(
            "button", name="Download Parquet"
        ).click()
    table = pl.read_parquet(io.BytesIO(Path(expected.value.path()).read_bytes()))
    told = {row["area"]: row["gain_median"] for row in said["areas"]}
    assert dict(table.select("area", "gain_median").iter_rows()) == told


def test_the_answer_fits_a_phone(server: Any, visit: Any) -> None:
    page = visit.open(f"{server.url}/accession_simulator?model=true", width=390, scheme="dark")
    expect(title(page)).to_contain_text("no member in the model loses in any draw")
    inner, outer = page.get_by_test_id("stMain").evaluate("part => [part.scrollWidth, part.clientWidth]")
    assert inner <= outer <= 390
    expect(page.get_by_text("Left out: Investment across borders")).to_be_visible()
