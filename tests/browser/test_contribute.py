"""A partner without a shell: from the template to a drop in the inbox, in a real browser. Figures are made up."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.templates import csv_template, xlsx_template
from compact_pipelines.exchange.partners import PARTNERS_VARIABLE

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("chromium")]

TABLE = "Trade in the goods and services of computing"
AGREEMENT = """
id: xx-office
name: {{en: Office of tests, fr: Office of tests, es: Office of tests}}
status: agreed
reporters: [CAN]
dataflows: [compute_exports]
formats: [csv, sdmx-csv, xlsx, parquet]
keys: [{{id: first, public_key: "{key}", valid_from: 2020-01-01T00:00:00Z}}]
"""
ROW = {"freq": "A", "ref_area": "CAN", "counterpart_area": "USA", "flow": "X", "product": "TOTAL",
       "unit_measure": "USD", "obs_status": "A", "conf_status": "F", "valuation": "FOB"}  # fmt: skip
HOSTILE = "<img src=x onerror=alert(1)>"
PHONE = 360


@dataclass
class Office:
    """A partner: its desk, its key, and the exchange's dashboard that it has before it.

    Attributes:
        desk: its own folder.
        key: its private key's file.
        data_root: the exchange's.
        url: of the page.
    """

    desk: Path
    key: Path
    data_root: Path
    url: str

    def sign(self, manifest: Path, key: Path | None = None) -> Path:
        """Sign as the page says."""
        signature = manifest.with_suffix(".json.sig")
        signature.unlink(missing_ok=True)
        _ssh_keygen("-Y", "sign", "-n", "drop-manifest.v1", "-f", str(key or self.key), str(manifest))
        return signature

    def inbox(self) -> list[str]:
        """The files in the inbox, below the partner's folder."""
        folder = self.data_root / "inbox"
        return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def _ssh_keygen(*words: str) -> None:
    program = shutil.which("ssh-keygen")
    if program is None:
        pytest.skip("no ssh-keygen on this machine")
    subprocess.run([program, *words], check=True, capture_output=True)  # noqa: S603  (the system's own)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, edition_root: Path, serve: Any) -> Office:
    """A partner with a key of its own, and a dashboard that knows it."""
    desk, partners, root = (tmp_path_factory.mktemp(name) for name in ("desk", "partners", "root"))
    key = desk / "key"
    _ssh_keygen("-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(key))
    _ssh_keygen("-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(desk / "other"))
    line = key.with_suffix(".pub").read_text(encoding="utf-8").strip()
    (partners / "xx-office.yaml").write_text(AGREEMENT.format(key=line), encoding="utf-8")
    shutil.copy(edition_root / "CURRENT", root)
    (root / "editions").symlink_to(edition_root / "editions")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, PARTNERS_VARIABLE, str(partners))
        patch.delitem(os.environ, "COMPACT_UPLOADS", raising=False)
        server = serve(root)
    return Office(desk, key, root, f"{server.url}/contribute")


def rest(page: Page) -> None:
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")


def heard(page: Page) -> None:
    """The server hears of a file or a choice a moment after it is seen; the next step waits as long."""
    page.wait_for_timeout(700)
    rest(page)


def choose(page: Page, box: str, option: str) -> None:
    page.get_by_role("combobox", name=box, exact=True).fill(option)
    page.get_by_role("option", name=option, exact=True).click()
    heard(page)


def step(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()
    expect(page.get_by_role("tab", name=name)).to_have_attribute("aria-selected", "true")


def upload(page: Page, key: str, *paths: Path) -> None:
    with page.expect_file_chooser() as chooser:
        page.locator(f".st-key-{key}").get_by_role("button", name="Upload", exact=True).click()
    chooser.value.set_files([str(path) for path in paths])
    for path in paths:
        expect(page.locator(f".st-key-{key}").get_by_title(path.name, exact=True)).to_be_visible()
    heard(page)


def take_out(page: Page, name: str) -> None:
    page.get_by_role("button", name=f"Remove {name}").click()
    expect(page.get_by_role("button", name=f"Remove {name}")).to_have_count(0)
    heard(page)


def cells(page: Page, key: str) -> list[str]:
    """What stands in a table, as those hear it who do not see the canvas it is drawn on."""
    canvas = page.locator(f".st-key-{key} canvas").first
    canvas.focus()
    expect(canvas.locator("[role=gridcell]").first).to_be_attached()
    return canvas.locator("[role=gridcell]").all_inner_texts()


def save(page: Page, button: Locator, folder: Path) -> Path:
    with page.expect_download() as expected:
        button.click()
    path = folder / expected.value.suggested_filename
    expected.value.save_as(path)
    return path


def fill_in(template: Path, name: str, *rows: dict[str, str]) -> Path:
    """The template with rows below its header, as a text editor would."""
    header = template.read_text(encoding="utf-8")
    columns = header.strip().split(",")
    lines = [",".join({**ROW, **row}.get(column, "") for column in columns) for row in rows]
    path = template.with_name(name)
    path.write_text(header + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def send(page: Page, *, data: Path, manifest: Path, signature: Path) -> None:
    step(page, "4 Send")
    upload(page, "send_data", data)
    upload(page, "send_manifest", manifest)
    upload(page, "send_signature", signature)
    page.get_by_role("button", name="Send the drop").click()
    rest(page)


def test_a_partner_goes_from_the_template_to_the_receipt(office: Office, visit: Any) -> None:
    page = visit.open(office.url)
    choose(page, "Table", TABLE)
    template = save(page, page.get_by_role("button", name="Template as CSV"), office.desk)
    assert template.name == "compute_exports.csv"
    table = load_contracts().tables["compute_exports"]
    assert template.read_text(encoding="utf-8") == csv_template(table)
    workbook = save(page, page.get_by_role("button", name="Template as workbook"), office.desk)
    assert workbook.read_bytes() == xlsx_template(table)

    step(page, "2 Check")
    wrong = {"time_period": "2023", "obs_value": "1.5e3", "counterpart_area": HOSTILE}
    rows = [{"time_period": "2022", "obs_value": "12.5"}, wrong]
    upload(page, "check_upload", fill_in(template, "figures.csv", *rows))
    expect(page.get_by_text("1 of 2 rows would be held by the contract compute_exports")).to_be_visible()
    assert "⚠ 1.5e3" in cells(page, "rows_at_fault")
    assert f"⚠ {HOSTILE}" in cells(page, "rows_at_fault")
    assert page.locator("img[src=x]").count() == 0
    findings = save(page, page.get_by_role("button", name="Findings as CSV"), office.desk).read_text(encoding="utf-8")
    assert "2,obs_value,1.5e3," in findings
    expect(page.get_by_role("button", name="Download as CSV").first).to_be_hidden()

    mended = fill_in(template, "Figures mended.csv", rows[0], {**wrong, "obs_value": "1500", "counterpart_area": "USA"})
    take_out(page, "figures.csv")
    upload(page, "check_upload", mended)
    expect(page.get_by_text("All 2 rows keep the contract compute_exports")).to_be_visible()

    choose(page, "Whose file", "Office of tests")
    step(page, "3 Manifest")
    upload(page, "pack_upload", mended)
    page.get_by_role("button", name="Make the manifest").click()
    expect(page.get_by_text("ssh-keygen -Y sign -n drop-manifest.v1")).to_be_visible()
    manifest = save(page, page.get_by_role("button", name="Download manifest.json"), office.desk)
    signature = office.sign(manifest)
    assert office.inbox() == []

    send(page, data=mended, manifest=manifest, signature=signature)
    expect(page.get_by_text("waits for pick-up")).to_be_visible()
    expect(page.get_by_text("There is no receipt yet.")).to_be_visible()
    placed = [office.data_root / "inbox" / name for name in office.inbox()]
    assert [path.name for path in placed] == ["figures-mended.csv", "manifest.json", "manifest.json.sig"]
    assert [path.read_bytes() for path in placed] == [path.read_bytes() for path in (mended, manifest, signature)]
    assert max(placed, key=lambda path: path.stat().st_mtime_ns).name == "manifest.json.sig"

    drop = placed[0].parent.name
    outbox = office.data_root / "outbox/xx-office" / drop
    outbox.mkdir(parents=True)
    receipt = {
        "status": "ACCEPTED", "rows": {"in": 2, "stored": 2, "held": 0}, "findings": [],
        "counts": {"new": 2, "revised": 0, "unchanged": 0, "deleted": 0},
        "audit": {"entry": 1, "head": "0" * 64},
    }  # fmt: skip
    (outbox / "receipt.json").write_text(json.dumps(receipt), encoding="utf-8")
    page.get_by_role("button", name="Look again").click()
    expect(page.get_by_role("heading", name="Status: Accepted")).to_be_visible()
    expect(page.get_by_text("2 rows in = 2 stored + 0 held")).to_be_visible()
    assert json.loads(save(page, page.get_by_role("button", name="Download receipt.json"), office.desk).read_text())


def test_a_signature_of_another_key_leaves_the_inbox_as_it_was(office: Office, visit: Any) -> None:
    before = office.inbox()
    page = visit.open(office.url)
    choose(page, "Table", TABLE)
    template = save(page, page.get_by_role("button", name="Template as CSV"), office.desk)
    data = fill_in(template, "more.csv", {"time_period": "2021", "obs_value": "7"})
    choose(page, "Whose file", "Office of tests")
    step(page, "3 Manifest")
    upload(page, "pack_upload", data)
    page.get_by_role("spinbutton", name="Number of the drop").fill("2")
    page.get_by_role("spinbutton", name="Number of the drop").press("Enter")
    rest(page)
    page.get_by_role("button", name="Make the manifest").click()
    manifest = save(page, page.get_by_role("button", name="Download manifest.json"), office.desk)
    send(page, data=data, manifest=manifest, signature=office.sign(manifest, office.desk / "other"))
    expect(page.get_by_text("Nothing was kept. This is what to mend:")).to_be_visible()
    assert office.inbox() == before

    take_out(page, "manifest.json.sig")
    upload(page, "send_signature", office.sign(manifest))
    page.get_by_role("button", name="Send the drop").click()
    expect(page.get_by_text("waits for pick-up")).to_be_visible()
    assert len(office.inbox()) == len(before) + 3


def test_steps_are_reached_by_keyboard_on_a_phone(office: Office, visit: Any) -> None:
    page = visit.open(office.url, width=PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    page.get_by_role("tab", name="1 Template").focus()
    for name in ("2 Check", "3 Manifest", "4 Send"):
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        expect(page.get_by_role("tab", name=name)).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("button", name="Send the drop")).to_be_visible()
    inner, outer = page.get_by_test_id("stMain").evaluate("part => [part.scrollWidth, part.clientWidth]")
    assert inner <= outer <= PHONE
