"""The page Contribute, step by step, without a browser. Every figure in a file here is made up."""

import datetime as dt
import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from typer.testing import CliRunner

from compact_app import receiving, sending, wording
from compact_app.app_pages.steps import template
from compact_app.receiving import Upload
from compact_app.wording.contributing import CONTRIBUTING
from compact_pipelines.cli import cli
from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.templates import csv_template, xlsx_template
from compact_pipelines.exchange import sandbox
from compact_pipelines.exchange.manifest import read_manifest
from compact_pipelines.exchange.partners import PARTNERS_VARIABLE
from compact_pipelines.exchange.signatures import public_key_line, raw_public_key, sign
from compact_pipelines.exchange.verification import NAMESPACE, Refused
from compact_pipelines.warehouse.layout import DATA_ROOT_VARIABLE

TABLES = load_contracts().tables
TABLE = TABLES["compute_exports"]
HEADER = csv_template(TABLE)
ROW = "A,{area},USA,X,TOTAL,{period},{value},USD,6,FOB,,A,F,,{comment}\n"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
AGREEMENT = """
id: xx-office
name: {{en: Office of tests, fr: Office of tests, es: Office of tests}}
status: agreed
reporters: [CAN]
dataflows: [compute_exports]
formats: [csv, sdmx-csv, xlsx, parquet]
keys: [{{id: first, public_key: "{key}", valid_from: 2020-01-01T00:00:00Z}}]
"""
HOSTILE = [
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "**bold** $x$ :material/delete:",
    "\x1b[31mred",
    "right \u202eto left",
    "=1+1",
]

Open = Callable[..., Any]


def csv_of(*periods: int, area: str = "CAN", value: str = "12.5", comment: str = "") -> bytes:
    lines = [ROW.format(area=area, period=period, value=value, comment=comment) for period in periods]
    return (HEADER + "".join(lines)).encode()


def signed(content: bytes, key: Ed25519PrivateKey = KEY) -> bytes:
    return sign(key, content, NAMESPACE).encode()


@pytest.fixture(autouse=True)
def start_quickly(warm_sandbox: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Children that read files start quickly; tests in a browser start them as a reader does."""
    monkeypatch.setattr(sandbox, "_start", warm_sandbox.start)


@pytest.fixture
def partners(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One partner with a key that the tests hold."""
    folder = tmp_path / "partners"
    folder.mkdir()
    agreement = AGREEMENT.format(key=public_key_line(raw_public_key(KEY)))
    (folder / "xx-office.yaml").write_text(agreement, encoding="utf-8")
    monkeypatch.setenv(PARTNERS_VARIABLE, str(folder))
    return folder


@pytest.fixture
def root(edition_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data root of this test's own, with the embedded edition in it."""
    root = tmp_path / "root"
    root.mkdir()
    (root / "CURRENT").write_bytes((edition_root / "CURRENT").read_bytes())
    (root / "editions").symlink_to(edition_root / "editions")
    monkeypatch.setenv(DATA_ROOT_VARIABLE, str(root))
    monkeypatch.setenv(sending.UPLOADS_VARIABLE, "on")
    return root


@pytest.fixture
def page(open_page: Open, root: Path, partners: Path) -> Any:
    assert root
    assert partners
    return open_page("contribute", dataflow=TABLE.title["en"])


def choose_partner(page: Any, partner: str = "xx-office") -> None:
    page.selectbox(key="partner_compute_exports").set_value(partner).run()


def table_with(page: Any, column: str) -> Any:
    """The one table of the page that has a column."""
    (frame,) = [frame.value for frame in page.dataframe if column in frame.value.columns]
    return frame


def agreements() -> Any:
    from compact_pipelines.exchange.partners import load_agreements  # noqa: PLC0415

    return load_agreements()


def manifest_of(uploads: list[Upload], **said: Any) -> bytes:
    plan = receiving.Plan(**{"table": TABLE, "partner": "xx-office", "seq": 1, **said})
    return receiving.make_manifest(uploads, plan, agreements()).content


def inbox(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root / "inbox")) for path in (root / "inbox").rglob("*") if path.is_file())


# -- the page and its templates


def test_the_page_says_what_it_can_do_and_shows_four_steps(page: Any) -> None:
    assert page.finding == wording.say("contribute_title")
    assert [tab.label for tab in page.tabs] == ["1 Template", "2 Check", "3 Manifest", "4 Send"]
    assert page.selectbox(key="dataflow").value == TABLE.id


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_columns_are_told_with_examples_that_the_contract_takes(table: Any) -> None:
    for language in wording.LANGUAGES:
        frame = template.columns_frame(table, language)
        assert frame["column"].to_list() == [column.id for column in table.in_drop]
    for row in frame.iter_rows(named=True):
        column = table.column(row["column"])
        examples = [example for example in row["example"].split(", ") if example]
        assert set(examples) <= set(column.concept.good)
        assert column.allowed is None or set(examples) <= set(column.allowed)


def test_both_templates_are_offered(page: Any) -> None:
    labels = {button.label for button in page.get("download_button")}
    assert {wording.say("template_csv"), wording.say("template_xlsx")} <= labels


def test_agreements_that_cannot_be_read_are_said_without_a_path(
    open_page: Open, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PARTNERS_VARIABLE, str(tmp_path / "nowhere"))
    page = open_page("contribute")
    assert root
    assert [warning.value for warning in page.warning] == [wording.say("contribute_no_agreements")]
    assert str(tmp_path) not in page.words


# -- checking


def cases() -> dict[str, tuple[str, bytes]]:
    """Files of every sort, by what is the matter with them."""
    rows = csv_of(2022, 2023, 2024)
    table = pl.read_csv(io.BytesIO(csv_of(2023, area="XXX")), infer_schema=False)
    parquet = io.BytesIO()
    table.write_parquet(parquet)
    return {
        "clean": ("a.csv", rows),
        "held": ("a.csv", rows + ROW.format(area="XXX", period="2024-Q1", value="1,5", comment="").encode()),
        "repeated": ("a.csv", csv_of(2022, 2022, 2023)),
        "foreign": ("a.csv", csv_of(2022, area="USA")),
        "narrow": ("a.csv", rows + b"A,CAN\n"),
        "latin": ("a.csv", csv_of(2022, comment="caf").replace(b"caf", b"caf\xe9")),
        "blind": ("a.csv", b"colour,shape\nred,round\n"),
        "empty": ("a.csv", HEADER.encode()),
        "nothing": ("a.csv", b""),
        "no workbook": ("a.xlsx", b"PK\x03\x04 cut off"),
        "template": ("a.xlsx", xlsx_template(TABLE)),
        "parquet": ("a.parquet", parquet.getvalue()),
        "formula": ("a.csv", csv_of(2022, comment="=1+1")),
    }


@pytest.mark.usefixtures("partners")
@pytest.mark.parametrize("partner", [None, "xx-office"])
@pytest.mark.parametrize("case", cases())
def test_a_verdict_is_the_one_of_the_command_line(case: str, partner: str | None, tmp_path: Path) -> None:
    name, content = cases()[case]
    (tmp_path / name).write_bytes(content)
    asked = ["validate", str(tmp_path / name), "--table", TABLE.id, "--json"]
    answer = CliRunner().invoke(cli, asked if partner is None else [*asked, "--partner", partner])
    checked = receiving.check_upload(Upload(name, content), TABLE, partner)
    assert json.loads(json.dumps(checked.verdict.as_dict())) == json.loads(answer.stdout)


def test_a_wrong_file_is_told_in_a_sentence_a_table_and_its_own_rows(page: Any) -> None:
    content = csv_of(2022, 2023) + ROW.format(area="CAN", period="2024", value="1.5e3", comment="").encode()
    page.file_uploader(key="check_upload").upload("figures.csv", content, "text/csv").run()
    assert page.finding
    assert page.warning[0].value.startswith(r"1 of 3 rows would be held by the contract compute\_exports")
    findings = table_with(page, "mend")
    (found,) = findings.to_dict("records")
    assert (found["row"], found["column"], found["cell"]) == (3, "obs_value", "1.5e3")
    assert found["found"]
    assert found["allowed"]
    assert found["mend"]
    assert "⚠ 1.5e3" in table_with(page, "0").to_numpy().tolist()[0]


def test_a_clean_file_is_told_in_a_sentence(page: Any) -> None:
    page.file_uploader(key="check_upload").upload("figures.csv", csv_of(2022, 2023), "text/csv").run()
    assert page.success[0].value.startswith("All 2 rows keep the contract")


def test_a_row_of_another_is_refused_where_the_partner_is_named(page: Any) -> None:
    choose_partner(page)
    page.file_uploader(key="check_upload").upload("figures.csv", csv_of(2022, area="USA"), "text/csv").run()
    assert "would be refused as a whole" in page.error[0].value


@pytest.mark.parametrize("name", ["figures.exe", "figures", ".csv/..", "a.csv\x00.sh", "a.CSV "])
def test_an_ending_is_looked_at_on_the_server(name: str) -> None:
    with pytest.raises(Exception, match="is no data file"):
        receiving.check_upload(Upload(name, csv_of(2022)), TABLE, None)


def test_a_size_is_looked_at_on_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "check_upload", None)
    with pytest.raises(Exception, match=r"at most 10\. Send it in parts"):
        receiving.require_taken(Upload("a.csv", bytes(11)), most_bytes=10)


def test_what_is_refused_before_reading_is_a_sentence(page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "require_taken", _refuses)
    page.file_uploader(key="check_upload").upload("figures.csv", csv_of(2022), "text/csv").run()
    assert page.finding
    assert "too large, says the test" in [text.value for text in page.text]


def _refuses(*_: object) -> None:
    raise receiving.UsageError("too large, says the test")


def test_nothing_of_a_check_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    receiving.check_upload(Upload("../../x.csv", csv_of(2022, value="x")), TABLE, None)
    assert list(tmp_path.iterdir()) == []


def test_files_are_looked_at_in_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "PATIENCE_SECONDS", 0.01)
    turns = [receiving._turn() for _ in range(receiving.AT_ONCE)]
    for turn in turns:
        turn.__enter__()
    with pytest.raises(Exception, match="try again in a minute"):
        receiving.check_upload(Upload("a.csv", csv_of(2022)), TABLE, None)
    for turn in turns:
        turn.__exit__(None, None, None)
    assert receiving.check_upload(Upload("a.csv", csv_of(2022)), TABLE, None).verdict.rows == 1


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_and_cells_are_text(hostile: str, page: Any) -> None:
    content = csv_of(2022, value=f'"{hostile}"', comment=f'"{hostile}"')
    page.file_uploader(key="check_upload").upload(f"{hostile}.csv".replace("/", ""), content, "text/csv").run()
    assert page.finding
    marked_up = [*page.markdown, *page.caption, *page.error, *page.warning, *page.success, *page.title]
    assert not [element.value for element in marked_up if hostile in element.value or "alert" in element.value]
    cells = [str(cell) for frame in page.dataframe for row in frame.value.to_numpy().tolist() for cell in row]
    assert any(receiving.shown(hostile) in cell for cell in cells)
    assert not [cell for cell in cells if not cell.isprintable() and "\n" not in cell]


def test_findings_as_a_file_run_no_formula() -> None:
    from compact_app import downloads  # noqa: PLC0415
    from compact_app.app_pages.steps import telling  # noqa: PLC0415

    checked = receiving.check_upload(Upload("=a.csv", csv_of(2022, comment="=1+1")), TABLE, None)
    text = downloads.as_csv(telling.findings_frame(checked.verdict.findings)).decode()
    assert ",=1+1," not in text
    assert "'=1+1" in text
    assert ",=a.csv" not in text


# -- the manifest


def test_a_manifest_needs_a_partner(page: Any) -> None:
    assert wording.say("pack_needs_partner") in [info.value for info in page.info]


def test_a_manifest_binds_what_was_uploaded(page: Any) -> None:
    choose_partner(page)
    page.file_uploader(key="pack_upload").upload("Données 1.csv", csv_of(2022, 2023), "text/csv")
    page.number_input(key="seq").set_value(7)
    page.text_input(key="period_from").set_value("2022")
    page.text_input(key="period_to").set_value("2023").run()
    press(page, "pack_make")
    assert page.finding
    assert wording.say("pack_made") in [box.value for box in page.success]
    (bound,) = table_with(page, "sha256").to_dict("records")
    assert (bound["given"], bound["named"], bound["rows"]) == ("Données 1.csv", "donnees-1.csv", 2)
    assert wording.say("pack_sign_command") in [code.value for code in page.code]


@pytest.mark.usefixtures("partners")
def test_the_manifest_is_a_manifest() -> None:
    manifest = read_manifest(manifest_of([Upload("Données 1.csv", csv_of(2022, 2023))], seq=7, mode="all_or_nothing"))
    assert (manifest.partner, manifest.dataflow, manifest.seq, manifest.mode) == (
        "xx-office", TABLE.id, 7, "all_or_nothing",
    )  # fmt: skip
    assert manifest.exchange == "local"


@pytest.mark.parametrize(("field", "wrong"), [("period_from", "2024-Q9"), ("period_to", "<b>")])
def test_a_field_that_breaks_the_form_is_said(page: Any, field: str, wrong: str) -> None:
    choose_partner(page)
    page.file_uploader(key="pack_upload").upload("a.csv", csv_of(2022), "text/csv")
    page.text_input(key=field).set_value(wrong).run()
    press(page, "pack_make")
    assert page.finding
    assert any(text.value.startswith(f"{field} is '{wrong}'.") for text in page.text)


def test_files_that_would_be_refused_get_no_manifest(page: Any) -> None:
    choose_partner(page)
    page.file_uploader(key="pack_upload").upload("a.csv", csv_of(2022, area="USA"), "text/csv").run()
    press(page, "pack_make")
    assert wording.say("pack_refused") in [box.value for box in page.error]
    assert wording.say("pack_download") not in [button.label for button in page.get("download_button")]


def press(page: Any, key: str) -> None:
    (button,) = [button for button in page.button if button.label == wording.say(key)]
    button.click().run()


# -- sending


@pytest.fixture
def send(root: Path, partners: Path) -> Callable[..., sending.Sent]:
    """Send some files through what stands behind the page."""
    assert partners

    def send(*uploads: Upload, manifest: bytes, signature: bytes | None = None) -> sending.Sent:
        return sending.send_drop(root, uploads, manifest, signature or signed(manifest), agreements())

    return send


def test_a_signed_drop_is_put_into_the_inbox_its_signature_last(
    root: Path, send: Callable[..., sending.Sent], monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = Upload("Mine (1).csv", csv_of(2022))
    manifest = manifest_of([Upload("mine.csv", upload.content)])
    written: list[str] = []
    rename = os.rename
    monkeypatch.setattr(os, "rename", lambda old, new, **at: (written.append(new), rename(old, new, **at)))
    sent = send(upload, manifest=manifest)
    assert sent.drop.startswith("web-1-")
    assert written == ["mine.csv", "manifest.json", "manifest.json.sig"]
    assert inbox(root) == [f"xx-office/{sent.drop}/{name}" for name in sorted(written)]
    assert (root / "inbox/xx-office" / sent.drop / "mine.csv").read_bytes() == upload.content


def wrong_drops() -> dict[str, Callable[[bytes, bytes], tuple[list[Upload], bytes, bytes]]]:
    """What goes nowhere: from data and manifest, what is uploaded."""
    return {
        "nobody's key": lambda data, said: ([Upload("a.csv", data)], said, signed(said, STRANGER)),
        "no signature": lambda data, said: ([Upload("a.csv", data)], said, b"nothing"),
        "of another namespace": lambda data, said: ([Upload("a.csv", data)], said, sign(KEY, said, "file").encode()),
        "manifest changed": lambda data, said: ([Upload("a.csv", data)], said + b" ", signed(said)),
        "data changed": lambda data, said: ([Upload("a.csv", data + b" ")], said, signed(said)),
        "data missing": lambda _, said: ([], said, signed(said)),
        "one file more": lambda data, said: ([Upload("a.csv", data), Upload("../b", b"b")], said, signed(said)),
        "two of one name": lambda data, said: ([Upload("b.csv", data), Upload("a.csv", b"b")], said, signed(said)),
        "for another exchange": _for_another,
        "manifest too large": lambda data, said: ([Upload("a.csv", data)], said + b" " * 70_000, signed(said)),
    }


def _for_another(data: bytes, said: bytes) -> tuple[list[Upload], bytes, bytes]:
    other = said.replace(b'"local"', b'"other"')
    assert other != said
    return [Upload("a.csv", data)], other, signed(other)


@pytest.mark.parametrize("case", wrong_drops())
def test_what_is_not_the_partners_or_not_whole_never_touches_the_inbox(
    case: str, root: Path, send: Callable[..., sending.Sent]
) -> None:
    data = csv_of(2022)
    files, manifest, signature = wrong_drops()[case](data, manifest_of([Upload("a.csv", data)]))
    with pytest.raises(Refused) as refused:
        send(*files, manifest=manifest, signature=signature)
    assert all(found.found and found.allowed and found.mend for found in refused.value.findings)
    assert inbox(root) == []


def test_the_same_drop_again_changes_nothing(root: Path, send: Callable[..., sending.Sent]) -> None:
    upload = Upload("a.csv", csv_of(2022))
    manifest = manifest_of([upload])
    first = send(upload, manifest=manifest)
    place = root / "inbox/xx-office" / first.drop
    before = {path.name: path.stat().st_mtime_ns for path in place.iterdir()}
    again = send(manifest=manifest)  # the manifest and its signature are enough to ask for the receipt
    assert (again.drop, again.is_new) == (first.drop, False)
    assert {path.name: path.stat().st_mtime_ns for path in place.iterdir()} == before


def test_what_a_broken_attempt_left_is_completed(root: Path, send: Callable[..., sending.Sent]) -> None:
    upload = Upload("a.csv", csv_of(2022))
    manifest = manifest_of([upload])
    place = root / "inbox/xx-office" / sending.drop_folder(read_manifest(manifest), manifest)
    place.mkdir(parents=True)
    (place / ".a.csv.part").write_bytes(b"half")
    assert send(upload, manifest=manifest).is_new
    assert sorted(path.name for path in place.iterdir()) == ["a.csv", "manifest.json", "manifest.json.sig"]


def test_a_link_in_the_inbox_leads_nowhere(root: Path, send: Callable[..., sending.Sent], tmp_path: Path) -> None:
    upload = Upload("a.csv", csv_of(2022))
    manifest = manifest_of([upload])
    (root / "inbox/xx-office").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    name = sending.drop_folder(read_manifest(manifest), manifest)
    (root / "inbox/xx-office" / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="directory"):
        send(upload, manifest=manifest)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_only_so_many_drops_may_wait(root: Path, send: Callable[..., sending.Sent]) -> None:
    upload = Upload("a.csv", csv_of(2022))
    sent = [send(upload, manifest=manifest_of([upload], seq=number)) for number in range(1, sending.MOST_PENDING + 1)]
    one_more = manifest_of([upload], seq=sending.MOST_PENDING + 1)
    with pytest.raises(sending.TooManyPending):
        send(upload, manifest=one_more)
    receipt = root / "outbox/xx-office" / sent[0].drop / "receipt.json"
    receipt.parent.mkdir(parents=True)
    receipt.write_text("{}", encoding="utf-8")
    assert send(upload, manifest=one_more).is_new


def test_a_drop_is_sent_by_the_page_and_its_receipt_is_seen(page: Any, root: Path) -> None:
    data = csv_of(2022)
    manifest = manifest_of([Upload("a.csv", data)])
    page.file_uploader(key="send_data").upload("a.csv", data, "text/csv")
    page.file_uploader(key="send_manifest").upload("manifest.json", manifest, "application/json")
    page.file_uploader(key="send_signature").upload("manifest.json.sig", signed(manifest)).run()
    press(page, "send_button")
    assert page.finding
    assert wording.say("send_done") in [box.value for box in page.success]
    (drop,) = {path.split("/")[1] for path in inbox(root)}
    assert f"xx-office/{drop}" in [code.value for code in page.code]
    assert wording.say("receipt_none") in page.words
    place = root / "outbox/xx-office" / drop
    place.mkdir(parents=True)
    (place / "receipt.json").write_text(json.dumps(receipt()), encoding="utf-8")
    press(page, "receipt_look")
    assert "Status: Accepted with held rows" in page.words
    assert "2 rows in = 1 stored + 1 held" in page.words
    (found,) = table_with(page, "mend").to_dict("records")
    assert (found["row"], found["cell"]) == (2, "<script>")
    assert wording.say("receipt_download") in [button.label for button in page.get("download_button")]


def receipt() -> dict[str, Any]:
    """A receipt as the exchange writes it."""
    finding = {
        "file": "a.csv", "row": 2, "column": "obs_value", "value": "<script>", "rule": "number", "severity": "error",
        "found": "It is '<script>'.", "allowed": "Digits.", "mend": "Write digits.", "message": "",
    }  # fmt: skip
    return {
        "status": "ACCEPTED_WITH_HELD_ROWS", "rows": {"in": 2, "stored": 1, "held": 1},
        "counts": {"new": 1, "revised": 0, "unchanged": 0, "deleted": 0, "held": 1},
        "findings": [finding], "audit": {"entry": 3, "head": "0" * 64},
    }  # fmt: skip


def test_a_wrong_signature_is_told_by_the_page(page: Any, root: Path) -> None:
    manifest = manifest_of([Upload("a.csv", csv_of(2022))])
    page.file_uploader(key="send_manifest").upload("manifest.json", manifest, "application/json")
    page.file_uploader(key="send_signature").upload("manifest.json.sig", signed(manifest, STRANGER)).run()
    press(page, "send_button")
    assert wording.say("send_refused") in [box.value for box in page.error]
    (found,) = table_with(page, "mend").to_dict("records")
    assert "not registered" in found["found"]
    assert not (root / "inbox").exists()


def test_an_installation_may_take_no_drops(open_page: Open, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert root
    monkeypatch.setenv(sending.UPLOADS_VARIABLE, "off")
    page = open_page("contribute")
    assert wording.say("send_off") in [info.value for info in page.info]
    assert "send_data" not in [uploader.key for uploader in page.file_uploader]


@pytest.mark.parametrize(
    ("setting", "address", "host", "open_"),
    [
        ("on", None, "exchange.example", True),
        ("off", "localhost", "localhost", False),
        (None, "localhost", "localhost", True),
        (None, "localhost", "exchange.example", False),
        (None, "0.0.0.0", "localhost", False),  # noqa: S104  (is what must not be taken)
        (None, None, None, False),
        ("yes", "localhost", "localhost", False),
    ],
)
def test_drops_are_taken_where_it_is_said_or_where_only_this_machine_reaches(
    setting: str | None, address: str | None, host: str | None, open_: bool
) -> None:
    assert sending.accepts_uploads(setting, address, host) is open_


def test_the_servers_settings_are_those_of_the_threat_table() -> None:
    import tomllib  # noqa: PLC0415

    import compact_app  # noqa: PLC0415

    settings = tomllib.loads((Path(compact_app.__file__).parent / ".streamlit/config.toml").read_text(encoding="utf-8"))
    assert settings["server"]["maxUploadSize"] << 20 == receiving.MOST_BYTES
    assert settings["server"]["enableXsrfProtection"]
    assert not settings["server"]["enableStaticServing"]
    assert settings["client"]["showErrorDetails"] == "none"


def test_every_text_of_the_page_is_a_sentence_or_a_label() -> None:
    assert all(text == text.strip() and text for text in CONTRIBUTING.values())


def test_a_drop_made_in_the_future_is_refused(send: Callable[..., sending.Sent], root: Path) -> None:
    upload = Upload("a.csv", csv_of(2022))
    manifest = manifest_of([upload])
    with pytest.raises(Refused):
        sending.send_drop(
            root, [upload], manifest, signed(manifest), agreements(), dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
        )
    assert send(upload, manifest=manifest).is_new
