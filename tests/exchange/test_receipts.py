"""Receipts: signed as OpenSSH signs, ASCII, the same however often written, and a page in which no text acts."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from compact_pipelines.contracts.findings import CellFinding, Count
from compact_pipelines.errors import UsageError
from compact_pipelines.exchange.receipts import (
    FINDINGS_TOLD,
    SAMPLED,
    exchange_key,
    receipt_page,
    told_findings,
)
from tests.exchange.corpus.building import row, rows
from tests.exchange.corpus.exchanging import NORTH, Exchange

SSH_KEYGEN = shutil.which("ssh-keygen")
HOSTILE = "<script>alert(1)</script>[x](javascript:x)\x1b[2J\u202e\u200b"


def _finding(number: int = 1, **fields: Any) -> CellFinding:
    told = {"file": "data.csv", "row": number, "column": "obs_value", "value": "x", "rule": "decimal",
            "severity": "error", "found": "found.", "allowed": "allowed.", "mend": "mend.",
            "message": "all."}  # fmt: skip
    return CellFinding(**{**told, **fields})


def _page(exchange: Exchange, folder: str = "drop-1") -> str:
    return (exchange.root / "outbox" / NORTH / folder / "receipt.html").read_text(encoding="utf-8")


@pytest.mark.skipif(SSH_KEYGEN is None, reason="OpenSSH is not installed")
def test_openssh_verifies_a_receipt_and_refuses_a_changed_one(exchange: Exchange, tmp_path: Path) -> None:
    exchange.send([row(1), row(2, obs_value="x")])
    exchange.take_in()
    folder = exchange.root / "outbox" / NORTH / "drop-1"
    public = (exchange.root / "outbox" / "exchange.pub").read_text(encoding="utf-8")
    (tmp_path / "signers").write_text(f"corpus-1 {public}", encoding="utf-8")

    def verify(content: bytes) -> int:
        command = [str(SSH_KEYGEN), "-Y", "verify", "-n", "drop-receipt.v1", "-I", "corpus-1", "-f",
                   str(tmp_path / "signers"), "-s", str(folder / "receipt.json.sig")]  # fmt: skip
        return subprocess.run(command, input=content, check=False, capture_output=True).returncode  # noqa: S603

    content = (folder / "receipt.json").read_bytes()
    assert verify(content) == 0
    assert verify(content.replace(b"ACCEPTED", b"REJECTED")) != 0


def test_receipt_says_how_many_rows_went_where(exchange: Exchange) -> None:
    exchange.send([row(1), row(2, obs_value="x"), row(3)])
    [decided] = exchange.take_in()
    assert decided.receipt["rows"] == {"in": 3, "stored": 2, "held": 1, "read": 3}
    assert "3 rows in = 2 stored + 1 held" in _page(exchange)


def test_receipt_has_the_audit_head_of_its_own_entry(exchange: Exchange) -> None:
    exchange.send(rows(1))
    [decided] = exchange.take_in()
    entry = exchange.audit()[decided.receipt["audit"]["entry"] - 1]
    assert (entry["what"], entry["hash"]) == ("decided", decided.receipt["audit"]["head"])


def test_text_of_a_drop_is_escaped_in_the_page_and_ascii_in_the_json(exchange: Exchange) -> None:
    exchange.send([row(1, product=HOSTILE), row(2)])
    exchange.take_in()
    page = _page(exchange)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script" not in page
    assert not [mark for mark in "\x1b\u202e\u200b" if mark in page]
    content = (exchange.root / "outbox" / NORTH / "drop-1" / "receipt.json").read_bytes()
    assert content.isascii()
    assert b"\\u202e" in content


def test_values_are_cut_and_names_of_columns_escaped() -> None:
    told = told_findings(
        [_finding(value="x" * 500, column=HOSTILE, file=HOSTILE)], [Count("decimal", HOSTILE, "error", 1)]
    )
    [finding] = told["findings"]
    assert len(finding["value"]) == 80
    for text in (finding["column"], finding["file"], told["by_rule"][0]["column"]):
        assert text.isprintable()
        assert "\\u202e" in text


def test_findings_beyond_ten_thousand_are_sampled_and_all_counted() -> None:
    many = [_finding(number, column=f"column {number % 7}") for number in range(FINDINGS_TOLD + 5)]
    told = told_findings(many, [Count("decimal", f"column {number}", "error", 1_500) for number in range(7)])
    assert (told["findings_total"], told["findings_told"]) == (7 * 1_500, 7 * SAMPLED)
    assert len(told["findings"]) == 7 * SAMPLED
    assert sum(count["found"] for count in told["by_rule"]) == 7 * 1_500


def test_page_says_that_more_was_found_than_is_told(exchange: Exchange) -> None:
    exchange.send([row(number, obs_value="x") for number in range(140)])
    [decided] = exchange.take_in()
    assert (decided.receipt["findings_total"], decided.receipt["findings_told"]) == (141, 101)
    assert "40 more findings are counted below" in _page(exchange)


def test_page_needs_nothing_from_elsewhere(exchange: Exchange) -> None:
    exchange.send(rows(1))
    exchange.take_in()
    page = _page(exchange)
    assert "default-src 'none'" in page
    assert not [mark for mark in ("src=", "href=", "http://", "https://", "url(") if mark in page]


def test_page_of_every_status_can_be_read(exchange: Exchange) -> None:
    exchange.send(rows(1))
    exchange.send(rows(1), folder="again")
    exchange.send(rows(1), 7)
    exchange.send([row(1, ref_area="USA")], 2, folder="foreign")
    receipts = [decided.receipt for decided in exchange.take_in()]
    assert {receipt["status"] for receipt in receipts} == {"ACCEPTED", "DUPLICATE", "WAITING", "REJECTED"}
    for receipt in receipts:
        assert f"<p>{receipt['message']}</p>" in receipt_page(json.loads(json.dumps(receipt)))


def test_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    made = exchange_key(tmp_path)
    assert exchange_key(tmp_path).private_bytes_raw() == made.private_bytes_raw()
    assert (tmp_path / "exchange_key").stat().st_mode & 0o777 == 0o600


def test_key_may_lie_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = Ed25519PrivateKey.generate()
    path = tmp_path / "key"
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    monkeypatch.setenv("COMPACT_EXCHANGE_KEY", str(path))
    assert exchange_key(tmp_path / "exchange").private_bytes_raw() == key.private_bytes_raw()
    assert not (tmp_path / "exchange").exists()


def test_key_that_cannot_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPACT_EXCHANGE_KEY", str(tmp_path / "nothing"))
    with pytest.raises(UsageError, match="cannot be read"):
        exchange_key(tmp_path)
    (tmp_path / "nothing").write_bytes(b"x")
    with pytest.raises(UsageError, match="no private key"):
        exchange_key(tmp_path)
