"""Manifests that are signed and yet none: read strictly, so that no two readers see two things in one."""

import json
from collections.abc import Callable
from typing import Any, Final

from tests.exchange.corpus.building import DATA, Drop, Entry, case, rows, table

GOOD: Final = table(rows(2))
OTHER_HASH: Final = "0" * 64


def _bytes(name: str, make: Callable[[bytes], bytes], rules: str, **more: Any) -> Entry:
    return case(f"form-{name}", "REJECTED", Drop({DATA: GOOD}, manifest=make), rules=rules, **more)


def _fields(name: str, rules: str = "field_form", says: str = "", **fields: Any) -> Entry:
    return case(f"field-{name}", "REJECTED", Drop({DATA: GOOD}, fields=fields), rules=rules, says=says)


def _file(name: str, rules: str = "field_form", /, **fields: Any) -> Entry:
    def make(honest: bytes) -> bytes:
        manifest = json.loads(honest)
        manifest["files"][0] |= fields
        return json.dumps(manifest).encode()

    return case(f"file-{name}", "REJECTED", Drop({DATA: GOOD}, manifest=make), rules=rules)


def _without(field: str) -> Callable[[bytes], bytes]:
    def make(honest: bytes) -> bytes:
        return json.dumps({name: value for name, value in json.loads(honest).items() if name != field}).encode()

    return make


def _padded(size: int) -> Callable[[bytes], bytes]:
    return lambda honest: honest + b" " * (size - len(honest))


FORMS: Final = [
    _bytes("empty", lambda _: b"", "manifest_is_json"),
    _bytes("key-twice", lambda honest: honest.replace(b'"seq": 1', b'"seq": 1, "seq": 2'), "duplicate_field"),
    _bytes("key-twice-same", lambda honest: honest.replace(b'"seq": 1', b'"seq": 1, "seq": 1'), "duplicate_field"),
    _bytes(
        "key-twice-escaped", lambda honest: honest.replace(b'"seq": 1', b'"seq": 1, "\\u0073eq": 2'), "duplicate_field"
    ),
    _bytes("nan", lambda honest: honest.replace(b'"seq": 1', b'"seq": NaN'), "whole_number"),
    _bytes("infinity", lambda honest: honest.replace(b'"seq": 1', b'"seq": -Infinity'), "whole_number"),
    _bytes("exponent", lambda honest: honest.replace(b'"seq": 1', b'"seq": 1e999'), "whole_number"),
    _bytes("decimal", lambda honest: honest.replace(b'"seq": 1', b'"seq": 1.0'), "whole_number"),
    _bytes("long-number", lambda honest: honest.replace(b'"seq": 1', b'"seq": ' + b"9" * 9_000), "whole_number"),
    _bytes(
        "deep",
        lambda honest: honest.replace(b'"seq": 1', b'"seq": ' + b"[" * 20_000 + b"]" * 20_000),
        "manifest_is_json",
    ),
    _bytes(
        "deep-object",
        lambda honest: honest.replace(b'"seq": 1', b'"seq": ' + b'{"a":' * 9_000 + b"1" + b"}" * 9_000),
        "manifest_is_json",
    ),
    _bytes("byte-order-mark", lambda honest: b"\xef\xbb\xbf" + honest, "manifest_is_utf8"),
    _bytes("utf-16", lambda honest: honest.decode().encode("utf-16"), "manifest_is_utf8"),
    _bytes("utf-32", lambda honest: honest.decode().encode("utf-32"), "manifest_is_utf8"),
    _bytes("bad-utf-8", lambda honest: honest.replace(b"made-up", b"made\xff"), "manifest_is_utf8"),
    _bytes("overlong-utf-8", lambda honest: honest.replace(b"made-up", b"made\xc0\xaf"), "manifest_is_utf8"),
    _bytes("lone-surrogate", lambda honest: honest.replace(b"made-up", b"\\ud800"), "field_form"),
    _bytes("nul", lambda honest: honest + b"\0", "manifest_is_json"),
    _bytes("trailing-garbage", lambda honest: honest + b"{}", "manifest_is_json"),
    _bytes("trailing-comma", lambda honest: honest[:-1] + b",}", "manifest_is_json"),
    _bytes("comment", lambda honest: b"// hello\n" + honest, "manifest_is_json"),
    _bytes("list", lambda honest: b"[" + honest + b"]", "field_form"),
    _bytes("null", lambda _: b"null", "field_form"),
    _bytes("yaml", lambda _: b"spec: drop/1\n", "manifest_is_json"),
    _bytes("too-large", _padded(65_537), "manifest_size", says="65,536"),
    _bytes("unknown-field", lambda honest: honest.replace(b'"seq": 1', b'"seq": 1, "command": "rm"'), "unknown_field"),
    _bytes("upper-case-field", lambda honest: honest.replace(b'"seq"', b'"SEQ"'), "unknown_field missing_field"),
    _bytes("no-seq", _without("seq"), "missing_field"),
    _bytes("no-exchange", _without("exchange"), "missing_field"),
    _bytes("no-files", _without("files"), "missing_field"),
    case("form-largest", "ACCEPTED", Drop({DATA: GOOD}, manifest=_padded(65_536)), counts={"new": 2}),
    case(
        "form-indented",
        "ACCEPTED",
        Drop({DATA: GOOD}, manifest=lambda honest: json.dumps(json.loads(honest), indent=2, sort_keys=True).encode()),
        counts={"new": 2},
    ),
]

FIELDS: Final = [
    _fields("seq-true", seq=True),
    _fields("seq-text", seq="1"),
    _fields("seq-null", seq=None),
    _fields("seq-zero", seq=0),
    _fields("seq-negative", seq=-1),
    _fields("seq-beyond", seq=2**31),
    _fields("spec-next", spec="drop/2"),
    _fields("action-upsert", action="upsert"),
    _fields("action-upper-case", action="MERGE"),
    _fields("mode-other", mode="some"),
    _fields("revision-other", revision="<b>bold</b>"),
    _fields("created-date", created="2026-06-30"),
    _fields("created-no-zone", created="2026-06-30T11:00:00"),
    _fields("created-offset", created="2026-06-30T11:00:00+02:00"),
    _fields("created-number", created=1_780_000_000),
    _fields("created-no-day", created="2026-02-30T11:00:00Z"),
    _fields("created-other-digits", created="٢٠٢٦-06-30T11:00:00Z"),
    _fields("contact-control", contact="a\x1b[2Jb"),
    _fields("contact-turned", contact="a\u202eb"),
    _fields("contact-long", contact="a" * 201),
    _fields("contact-number", contact=5),
    _fields("partner-path", partner="../us-bea"),
    _fields("partner-newline", partner="field-partner-newline\n"),
    _fields("dataflow-sql", dataflow="compute_exports'; DROP TABLE drops; --"),
    _fields("structure-any", structure="*"),
    _fields("period-words", period_from="last year"),
    _fields("period-order", "period_order", period_from="2025", period_to="2024"),
    _fields("period-grains", "period_order", period_from="2024-Q1", period_to="2025"),
    _fields("supersedes-later", supersedes=1),
    _fields("supersedes-true", supersedes=True),
    _fields("files-none", files=[]),
    _fields("files-object", files={"name": DATA}),
    _fields("files-number", files=[1]),
    _file("sha256-upper-case", sha256="A" * 64),
    _file("sha256-short", sha256="a" * 63),
    _file("bytes-negative", bytes=-1),
    _file("bytes-true", bytes=True),
    _file("rows-text", rows="2"),
    _file("format-unknown", format="zip"),
    _file("format-other", "name_fits_format", format="xlsx"),
    _file("name-absolute", name="/etc/passwd"),
    _file("name-parent", name="../drop/data.csv"),
    _file("name-pattern", name="*.csv"),
    _file("name-address", name="https://example.org/data.csv"),
    _file("name-upper-case", name="DATA.csv"),
    _file("name-newline", name="data.csv\n"),
    _file("name-nul", name="data.csv\x00.txt"),
    _file("name-accent", name="donn\u00e9es.csv"),
    _file("name-point", name=".csv"),
    _file("name-long", name="a" * 97 + ".csv"),
    _file("name-manifest", name="manifest.json"),
    _file("unknown-field", "unknown_field", path="/etc/passwd"),
    case(
        "file-listed-twice",
        "REJECTED",
        Drop(
            {DATA: GOOD},
            manifest=lambda honest: json.dumps(
                {**json.loads(honest), "files": json.loads(honest)["files"] * 2}
            ).encode(),
        ),
        rules="file_listed_once",
    ),
    case(
        "file-twenty-one",
        "REJECTED",
        Drop(
            {f"{number}.csv": GOOD for number in range(19)},
            manifest=lambda honest: json.dumps(
                {
                    **json.loads(honest),
                    "files": [{**json.loads(honest)["files"][0], "name": f"{number}.csv"} for number in range(21)],
                }
            ).encode(),
        ),
        rules="field_form",
    ),
    _file("hash-of-other", "file_agrees", sha256=OTHER_HASH),
    _file("size-of-other", "file_agrees", bytes=len(GOOD.content) + 1),
    _file("rows-of-other", "rows_agree", rows=3),
    _file("rows-huge", "rows_agree", rows=10**10),
]

ENTRIES: Final = [*FORMS, *FIELDS]
