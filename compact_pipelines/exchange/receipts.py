"""Receipts: what a partner is told of a drop, as JSON, as a page, and signed by the exchange.

A receipt is made from the ledger's row and kept there, so that the files in the outbox can be written again at any
time. All text from a drop is escaped: a receipt is read in browsers and terminals.
"""

import html
import json
import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from compact_pipelines.contracts.faults import escaped, shown
from compact_pipelines.contracts.findings import CellFinding, Count
from compact_pipelines.errors import UsageError
from compact_pipelines.exchange.signatures import public_key_line, read_private_key, sign
from compact_pipelines.snapshots import write_atomically

KEY_VARIABLE: Final = "COMPACT_EXCHANGE_KEY"  # the path of a private key file
NAMESPACE: Final = "drop-receipt.v1"
SPEC: Final = "receipt/1"
FINDINGS_TOLD: Final = 10_000  # in one receipt; beyond, findings are counted by rule and sampled
SAMPLED: Final = 100  # of each rule and column then
SAYS: Final = {
    "RECEIVED": "The drop was picked up; it is not judged yet.",
    "DUPLICATE": "The same manifest came before; nothing changes.",
    "WAITING": "The drop waits; nothing changes yet.",
    "REJECTED": "Nothing of the drop was taken in, and its number is not used up.",
    "HELD": "All rows are held: nothing is published, nothing is lost. The number is used up.",
    "ACCEPTED": "All rows were taken in.",
    "ACCEPTED_WITH_HELD_ROWS": "Rows in order were taken in, the others are held and can be mended in a next drop.",
}


def told_findings(findings: list[CellFinding], counts: list[Count]) -> dict[str, Any]:
    """Findings as a receipt has them: those told, all counts, and whether more were found than are told.

    Args:
        findings: the findings told, those of the drop first.
        counts: how often each rule is broken in each column, all of them.
    """
    total = sum(count.found for count in counts)
    told = findings
    if len(findings) > FINDINGS_TOLD:
        seen: dict[tuple[str, str | None], int] = {}
        told = []
        for found in findings:
            kind = (found.rule, found.column)
            seen[kind] = seen.get(kind, 0) + 1
            if seen[kind] <= SAMPLED:
                told.append(found)
        told = told[:FINDINGS_TOLD]
    return {
        "findings_total": total,
        "findings_told": len(told),
        "by_rule": [_escaped(asdict(count)) for count in counts],
        "findings": [_as_told(found) for found in told],
    }


def _as_told(found: CellFinding) -> dict[str, Any]:
    """One finding for JSON: a value is cut to 80 characters, its control characters escaped."""
    told = _escaped(asdict(found))
    return {
        **told,
        "file": shown(found.file),
        "value": None if found.value is None else shown(found.value),
        "expected": told["allowed"],
    }


def _escaped(told: Mapping[str, Any]) -> dict[str, Any]:
    """All texts with characters that do not print escaped: names of columns and files come from a drop too."""
    return {name: escaped(text) if isinstance(text, str) else text for name, text in told.items()}


def receipt_bytes(receipt: Mapping[str, Any]) -> bytes:
    """The receipt's JSON: ASCII, so that no terminal or editor acts on what a drop said."""
    return (json.dumps(receipt, ensure_ascii=True, indent=1) + "\n").encode()


def write_receipt(outbox: Path, receipt: Mapping[str, Any], key: Ed25519PrivateKey) -> None:
    """Write receipt.html, receipt.json and, last, its signature into the partner's outbox."""
    folder = outbox / str(receipt["partner"]) / str(receipt["drop"])
    content = receipt_bytes(receipt)
    write_atomically(folder / "receipt.html", receipt_page(receipt).encode())
    write_atomically(folder / "receipt.json", content)
    write_atomically(folder / "receipt.json.sig", sign(key, content, NAMESPACE).encode())


def exchange_key(folder: Path) -> Ed25519PrivateKey:
    """The key that signs receipts: the file that $COMPACT_EXCHANGE_KEY names, else one made for this data root.

    Args:
        folder: the exchange's folder below the data root; a key made there stays there, readable by its owner only.

    Raises:
        UsageError: the file cannot be read, or is no key that can be used.
    """
    named = os.environ.get(KEY_VARIABLE)
    path = Path(named).expanduser() if named else folder / "exchange_key"
    if not named and not path.exists():
        made = Ed25519PrivateKey.generate()
        content = made.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
    try:
        return read_private_key(path.read_bytes())
    except OSError as error:
        raise UsageError(f"${KEY_VARIABLE} names {path}, which cannot be read: {error.strerror}") from None


def write_public_key(outbox: Path, key: Ed25519PrivateKey, exchange: str) -> None:
    """Put the exchange's public key where partners find it, for `ssh-keygen -Y verify` of receipts."""
    line = public_key_line(key.public_key().public_bytes_raw(), exchange)
    path = outbox / "exchange.pub"
    if not path.exists() or path.read_text(encoding="utf-8").strip() != line.strip():
        write_atomically(path, f"{line.strip()}\n".encode())


def receipt_page(receipt: Mapping[str, Any]) -> str:
    """The receipt as a page of its own: no script, no style from elsewhere, every text escaped."""
    say = {name: html.escape(str(value)) for name, value in receipt.items() if not isinstance(value, dict | list)}
    facts = [
        ("Drop", say["drop"]), ("Table", say["dataflow"]), ("Number", say["seq"]), ("Received", say["received_at"]),
        ("Decided", say["decided_at"]), ("Exchange", say["exchange"]), ("Id", say["drop_id"]),
    ]  # fmt: skip
    rows = receipt["rows"]
    counts = receipt["counts"]
    summed = (
        f"{rows['in']:,} rows in = {rows['stored']:,} stored + {rows['held']:,} held. Of those stored, "
        f"{counts['new']:,} are new, {counts['revised']:,} revise a value, {counts['unchanged']:,} change nothing, "
        f"{counts['deleted']:,} delete one."
    )
    told = "".join(_finding_row(found) for found in receipt["findings"])
    more = receipt["findings_total"] - receipt["findings_told"]
    note = f"<p>{more:,} more findings are counted below and not told one by one.</p>" if more > 0 else ""
    by_rule = "".join(
        f"<tr><td>{html.escape(count['severity'])}</td><td>{html.escape(count['rule'])}</td>"
        f"<td>{html.escape(count['column'] or '')}</td><td>{count['found']:,}</td></tr>"
        for count in receipt["by_rule"]
    )
    amended = "".join(f"<p><strong>{html.escape(text)}</strong></p>" for text in amendments(receipt))
    listed = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in facts if value not in {"", "None"})
    table = (
        "<h2>What to look at</h2>" + note + "<div><table><thead><tr><th>Severity</th><th>File</th><th>Row</th>"
        "<th>Column</th><th>Found</th><th>Allowed</th><th>What to do</th></tr></thead><tbody>" + told
        + "</tbody></table></div><h2>How often</h2><table><thead><tr><th>Severity</th><th>Rule</th><th>Column</th>"
        "<th>Times</th></tr></thead><tbody>" + by_rule + "</tbody></table>"
        if receipt["findings_total"] else "<p>Nothing was found wrong.</p>"
    )  # fmt: skip
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" '
        'content="width=device-width, initial-scale=1"><meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>Receipt: {say['status']}</title><style>{STYLE}</style></head><body><main>"
        f"<h1>{say['status'].replace('_', ' ').capitalize()}</h1><p>{say['message']}</p>{amended}<p>{summed}</p>"
        f"<dl>{listed}</dl>{table}"
        f"<p>Audit log: entry {receipt['audit']['entry']}, head <code>{receipt['audit']['head']}</code>. Keep this "
        "receipt: the head is your witness of all that the exchange recorded until then.</p></main></body></html>\n"
    )


def amendments(receipt: Mapping[str, Any]) -> list[str]:
    """What was done with the drop after its decision, a sentence each."""
    sentences = []
    for one in receipt.get("amended", []):
        rows = f"{one['rows']:,} row{'' if one['rows'] == 1 else 's'}"
        was = "was" if one["rows"] == 1 else "were"
        done = f"{rows} {was} let in" if one["what"] == "release" else f"the drop was taken back; {rows} changed"
        sentences.append(f"On {one['at'][:10]}: {done}. Reason: {one['reason']}")
    return sentences


STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1b1f24;"
    "background:#fff}div{overflow-x:auto}table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid #d0d7de}"
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem}dt{font-weight:600}"
    "dd{margin:0;overflow-wrap:anywhere}code{overflow-wrap:anywhere}"
)


def _finding_row(found: Mapping[str, Any]) -> str:
    cells = [found["severity"], found["file"], found["row"], found["column"], found["found"], found["allowed"],
             found["mend"]]  # fmt: skip
    return "<tr>" + "".join(f"<td>{html.escape('' if cell is None else str(cell))}</td>" for cell in cells) + "</tr>"
