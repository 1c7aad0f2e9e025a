"""Every drop of the corpus ends as it must: nothing of it is lost, and nothing of it acts."""

import hashlib
import json
import os
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest

from compact_pipelines.exchange.ledger import Ledger, find_broken_audit
from compact_pipelines.exchange.manifest import NAME
from compact_pipelines.exchange.signatures import RECEIPT_NAMESPACE, read_public_key, verify
from compact_pipelines.exchange.store import MOST_FILES
from tests.exchange.corpus.building import CANARY, IGNORED, Entry
from tests.exchange.corpus.running import Ran
from tests.exchange.corpus.threats import ENTRIES, THREATS

RunThreat = Callable[[str], Ran]
TAGS: Final = {"html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "p", "dl", "dt", "dd", "div",
               "table", "thead", "tbody", "tr", "th", "td", "code"}  # fmt: skip
ATTRIBUTES: Final = {"lang", "charset", "name", "content", "http-equiv"}
UNSEEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
TAKEN: Final = ("ACCEPTED", "ACCEPTED_WITH_HELD_ROWS")
TAKEN_UP: Final = [(threat, name) for (threat, name), entry in ENTRIES.items() if entry.status != IGNORED]


class _Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def receipt_folder(ran: Ran, name: str) -> Path:
    return ran.root / "outbox" / name / ran.drops[name]["folder"]


def receipt_of(ran: Ran, name: str) -> dict[str, Any]:
    receipt: dict[str, Any] = json.loads((receipt_folder(ran, name) / "receipt.json").read_bytes())
    return receipt


def held_rows(ran: Ran, entry: Entry) -> dict[tuple[str, int], set[str]]:
    return ran.held.get(ran.drops[entry.name]["drop_id"], {})


@pytest.mark.parametrize(("threat", "name"), ENTRIES, ids=lambda text: str(text).replace(" ", "-"))
def test_drop_ends_as_it_must(run_threat: RunThreat, threat: str, name: str) -> None:
    ran, entry = run_threat(threat), ENTRIES[threat, name]
    if entry.status == IGNORED:
        assert name not in ran.drops
        assert not (ran.root / "outbox" / name).exists()
        return
    receipt = receipt_of(ran, name)
    found = (receipt["status"], {count["rule"] for count in receipt["by_rule"]})
    assert found == (entry.status, set(entry.rules)), receipt["findings"][:3]
    assert ran.drops[name]["status"] == entry.status
    assert receipt["counts"] | entry.counts == receipt["counts"]
    assert held_rows(ran, entry) == entry.held_rows
    assert entry.says in json.dumps([finding["message"] for finding in receipt["findings"]], ensure_ascii=False)


@pytest.mark.parametrize(("threat", "name"), TAKEN_UP, ids=lambda text: str(text).replace(" ", "-"))
def test_rows_in_are_stored_or_held_and_originals_kept(run_threat: RunThreat, threat: str, name: str) -> None:
    ran, entry = run_threat(threat), ENTRIES[threat, name]
    receipt, drop = receipt_of(ran, name), ran.drops[name]
    rows, counts = receipt["rows"], receipt["counts"]
    assert rows["in"] == rows["stored"] + rows["held"]
    assert rows["held"] == counts["held"] == len(held_rows(ran, entry))
    assert rows["stored"] == counts["new"] + counts["revised"] + counts["unchanged"] + counts["deleted"]
    if entry.status in TAKEN:
        told = sum(data.rows for data in entry.drops[-1].files.values())
        assert rows["in"] == told
        assert ran.written.get(drop["drop_id"], 0) == rows["stored"] - counts["unchanged"]
    if entry.status == "REJECTED" and "known_partner" in entry.rules and "none" in entry.agreement:
        return  # nobody's files are not kept
    uploads = ran.uploads[name]
    if len(uploads) > MOST_FILES:
        return
    limit = entry.agreement.get("limits", {}).get("file_bytes", 1 << 40)
    small = {"manifest.json": 65_536, "manifest.json.sig": 4_096}
    for file, content in uploads.items():
        if re.fullmatch(NAME, file) and len(content) <= small.get(file, limit):
            digest = hashlib.sha256(content).hexdigest()
            assert (ran.root / "exchange" / "store" / digest[:2] / digest).read_bytes() == content


@pytest.mark.parametrize(("threat", "name"), TAKEN_UP, ids=lambda text: str(text).replace(" ", "-"))
def test_receipt_is_signed_and_nothing_in_it_acts(run_threat: RunThreat, threat: str, name: str) -> None:
    ran = run_threat(threat)
    folder = receipt_folder(ran, name)
    content = (folder / "receipt.json").read_bytes()
    key = read_public_key((ran.root / "outbox" / "exchange.pub").read_text(encoding="utf-8"))
    assert verify((folder / "receipt.json.sig").read_bytes(), content, RECEIPT_NAMESPACE) == key
    content.decode("ascii")
    receipt = json.loads(content)
    for finding in receipt["findings"]:
        assert finding["message"]
        assert finding["allowed"]
        assert finding["mend"]
        texts = [text for text in finding.values() if isinstance(text, str)]
        assert not [text for text in texts if UNSEEN.search(text)]
        assert len(finding["value"] or "") <= 80
        assert str(ran.root.parent) not in "".join(texts)
    page = (folder / "receipt.html").read_text(encoding="utf-8")
    shown = _Page(page)
    assert shown.tags <= TAGS
    assert shown.attributes <= ATTRIBUTES
    assert not UNSEEN.search(page.replace("\n", ""))


@pytest.mark.parametrize("threat", THREATS)
def test_nothing_reaches_beyond_the_data_root(run_threat: RunThreat, threat: str) -> None:
    ran = run_threat(threat)
    assert ran.outside == []
    assert not (ran.root / "exchange" / "work").exists()
    kept = [Path(parent, name) for parent, _, names in os.walk(ran.root) for name in names
            if not Path(parent).is_relative_to(ran.root / "inbox")]  # fmt: skip
    for path in kept:
        assert CANARY.encode() not in path.read_bytes(), path
        if path.suffix == ".parquet":
            assert CANARY not in str(pl.read_parquet(path).rows()), path


@pytest.mark.parametrize("threat", THREATS)
def test_second_intake_changes_nothing(run_threat: RunThreat, threat: str) -> None:
    assert run_threat(threat).changed_by_again == []


@pytest.mark.parametrize("threat", THREATS)
def test_audit_log_holds(run_threat: RunThreat, threat: str) -> None:
    rows = Ledger(run_threat(threat).root).rows("SELECT * FROM audit ORDER BY number")
    assert rows
    assert find_broken_audit(rows) is None


def test_corpus_is_large_and_has_every_outcome() -> None:
    statuses = {entry.status for entry in ENTRIES.values()}
    assert len(ENTRIES) >= 400
    assert statuses == {"ACCEPTED", "ACCEPTED_WITH_HELD_ROWS", "DUPLICATE", "HELD", "REJECTED", "WAITING", IGNORED}


def test_a_lost_canary_would_be_found(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    pl.DataFrame({"comment_obs": [CANARY] * 3}).write_parquet(path, compression="zstd")
    assert CANARY in str(pl.read_parquet(path).rows())


def test_a_page_that_acts_would_be_found() -> None:
    assert not _Page("<p>a</p><script>b</script>").tags <= TAGS
    assert not _Page("<p onclick=a()>a</p>").attributes <= ATTRIBUTES
