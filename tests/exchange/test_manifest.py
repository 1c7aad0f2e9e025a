"""What a manifest may say, and everything that it may not, each fault told with its field."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compact_pipelines.exchange.manifest import (
    MANIFEST_BYTES,
    TOLD,
    BadManifest,
    Manifest,
    drop_id,
    read_manifest,
    write_manifest,
)

FILE = {"name": "data.csv", "format": "csv", "sha256": "0a" * 32, "bytes": 5120, "rows": 120}
GOOD: dict[str, Any] = {
    "spec": "drop/1",
    "exchange": "prod-1",
    "partner": "us-bea",
    "dataflow": "compute_exports",
    "structure": "NACX:COMPUTE_EXPORTS(1.0.0)",
    "seq": 42,
    "created": "2026-06-30T12:00:00Z",
    "action": "merge",
    "mode": "rows",
    "period_from": "2024-Q1",
    "period_to": "2025-Q4",
    "revision": "routine",
    "supersedes": None,
    "contact": "Équipe des comptes, poste 4",
    "files": [FILE],
}


def encoded(fields: Any) -> bytes:
    return json.dumps(fields).encode()


def faults(content: bytes) -> list[tuple[str, str | None]]:
    with pytest.raises(BadManifest) as error:
        read_manifest(content)
    for fault in error.value.faults:
        assert fault.file == "manifest.json"
        assert fault.message.isprintable()
        assert fault.message.encode("utf-8")
    return [(fault.rule, fault.column) for fault in error.value.faults]


def test_a_manifest_in_order_is_read() -> None:
    manifest = read_manifest(encoded(GOOD))
    assert (manifest.seq, manifest.created.isoformat()) == (42, "2026-06-30T12:00:00+00:00")
    assert manifest.files[0].name == "data.csv"


def test_what_is_written_is_read_back_the_same() -> None:
    manifest = read_manifest(encoded(GOOD))
    assert read_manifest(write_manifest(manifest)) == manifest
    assert json.loads(write_manifest(manifest)) == GOOD


def test_what_need_not_be_said_may_be_left_out() -> None:
    short = {name: value for name, value in GOOD.items() if name not in OPTIONAL}
    assert read_manifest(encoded(short)).period_from is None


OPTIONAL = ("period_from", "period_to", "revision", "supersedes", "contact")


@pytest.mark.parametrize("name", [name for name in GOOD if name not in OPTIONAL])
def test_a_field_that_must_be_there_is_missed(name: str) -> None:
    assert faults(encoded({key: value for key, value in GOOD.items() if key != name})) == [("missing_field", name)]


@pytest.mark.parametrize("name", FILE)
def test_a_field_of_a_file_is_missed(name: str) -> None:
    short = {key: value for key, value in FILE.items() if key != name}
    assert ("missing_field", f"files[0].{name}") in faults(encoded({**GOOD, "files": [short]}))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("spec", "drop/2"),
        ("exchange", "Prod"),
        ("exchange", "prod\n"),
        ("partner", "us_bea"),
        ("partner", "../us-bea"),
        ("partner", "\uff55s-bea"),
        ("partner", "a" * 64),
        ("partner", None),
        ("dataflow", "COMPUTE_EXPORTS"),
        ("dataflow", ["compute_exports"]),
        ("structure", "NACX:COMPUTE_EXPORTS(1.0.0)\n"),
        ("structure", "compute_exports"),
        ("seq", 0),
        ("seq", 2**31),
        ("seq", True),
        ("seq", "42"),
        ("seq", None),
        ("created", "2026-02-30T12:00:00Z"),
        ("created", "2026-06-30T24:00:00Z"),
        ("created", "2026-06-30T12:00:60Z"),
        ("created", "2026-06-30T12:00:00+00:00"),
        ("created", "2026-06-30T12:00:00Z\n"),
        ("created", "٢٠٢٦-06-30T12:00:00Z"),
        ("created", "0000-06-30T12:00:00Z"),
        ("created", 1782820800),
        ("action", "append"),
        ("mode", "all"),
        ("revision", "none"),
        ("period_from", "2024Q1"),
        ("period_from", "2024-13"),
        ("period_from", "2024-Q1\n"),
        ("period_from", "0001-Q1"),
        ("period_from", 2024),
        ("supersedes", 42),
        ("supersedes", 43),
        ("supersedes", 0),
        ("supersedes", False),
        ("contact", "x" * 201),
        ("contact", "a\nb"),
        ("contact", "a\x1b[31m"),
        ("contact", "a\u202eb"),
        ("contact", "a\u200bb"),
        ("contact", "a\ud800b"),
        ("contact", None),
        ("files", []),
        ("files", {}),
        ("files", "data.csv"),
    ],
)
def test_a_field_in_another_form_is_told(name: str, value: object) -> None:
    fields = {**GOOD, name: value}
    if name == "period_from":
        fields["period_to"] = None
    assert faults(encoded(fields)) == [("field_form", name)]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", "../data.csv"),
        ("name", "a/b.csv"),
        ("name", ".data.csv"),
        ("name", "-data.csv"),
        ("name", "Data.csv"),
        ("name", "data.csv\n"),
        ("name", "dåta.csv"),
        ("name", "*.csv"),
        ("name", "a b.csv"),
        ("name", f"{'a' * 97}.csv"),
        ("name", "manifest.json"),
        ("name", "manifest.json.sig"),
        ("format", "zip"),
        ("sha256", "0A" * 32),
        ("sha256", "0a" * 31),
        ("sha256", "0a" * 32 + "\n"),
        ("bytes", -1),
        ("bytes", True),
        ("bytes", "5120"),
        ("bytes", 10**15),
        ("rows", -1),
        ("rows", None),
        ("rows", 10**12),
    ],
)
def test_a_field_of_a_file_in_another_form_is_told(name: str, value: object) -> None:
    assert faults(encoded({**GOOD, "files": [{**FILE, name: value}]})) == [("field_form", f"files[0].{name}")]


@pytest.mark.parametrize(
    ("name", "format_"), [("a.csv", "xlsx"), ("a.xlsx", "csv"), ("a.csv.gz", "csv"), ("a", "parquet"), ("a.zip", "csv")]
)
def test_a_name_ends_as_its_format_asks(name: str, format_: str) -> None:
    file = {**FILE, "name": name, "format": format_}
    assert faults(encoded({**GOOD, "files": [file]})) == [("name_fits_format", "files[0].format")]


def test_every_format_has_its_ending() -> None:
    names = {"csv": "a.csv", "sdmx-csv": "b.csv", "xlsx": "c.xlsx", "parquet": "d.parquet"}
    files = [{**FILE, "name": name, "format": format_} for format_, name in names.items()]
    assert len(read_manifest(encoded({**GOOD, "files": files})).files) == 4


def test_a_file_is_listed_once_and_files_are_at_most_twenty() -> None:
    assert faults(encoded({**GOOD, "files": [FILE, FILE]})) == [("file_listed_once", "files")]
    many = [{**FILE, "name": f"{number}.csv"} for number in range(21)]
    assert faults(encoded({**GOOD, "files": many})) == [("field_form", "files")]
    assert len(read_manifest(encoded({**GOOD, "files": many[:20]})).files) == 20


@pytest.mark.parametrize(("first", "last"), [("2025", "2024"), ("2024", "2025-Q1"), ("2024-Q1", "2025-01")])
def test_periods_are_in_order_and_of_one_grain(first: str, last: str) -> None:
    assert faults(encoded({**GOOD, "period_from": first, "period_to": last})) == [("period_order", "period_to")]


@pytest.mark.parametrize("place", [[], ["files", 0]])
def test_an_unknown_field_is_told(place: list[Any]) -> None:
    fields = copy.deepcopy(GOOD)
    inner: Any = fields
    for part in place:
        inner = inner[part]
    inner["\x1b]0;note"] = 1
    [(rule, column)] = faults(encoded(fields))
    assert rule == "unknown_field"
    assert "\\x1b]0;note" in str(column)


def test_all_faults_are_told_at_once() -> None:
    found = faults(encoded({**GOOD, "seq": 0, "mode": "all", "x": 1, "files": [{**FILE, "rows": -1}]}))
    assert {column for _, column in found} == {"seq", "mode", "x", "files[0].rows"}


def test_faults_without_number_are_told_up_to_a_bound() -> None:
    found = faults(encoded({str(number): number for number in range(4_000)}))
    assert len(found) == TOLD + 1
    assert found[-1] == ("more_faults", None)


# What is no strict JSON


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "manifest_is_json"),
        (b"{", "manifest_is_json"),
        (b"{} {}", "manifest_is_json"),
        (encoded(GOOD) + b"\x00", "manifest_is_json"),
        (b"{'a': 1}", "manifest_is_json"),
        (b'{"a": "\n"}', "manifest_is_json"),
        (b"[" * 60_000, "manifest_is_json"),
        (b'{"a":' * 10_000, "manifest_is_json"),
        (b'{"\\"": ' + b"[" * 9 + b"]" * 9 + b"}", "manifest_is_json"),
        (b"\xef\xbb\xbf" + encoded(GOOD), "manifest_is_utf8"),
        (b'{"a": "\xff"}', "manifest_is_utf8"),
        (b'{"a": "\xed\xa0\x80"}', "manifest_is_utf8"),
        (json.dumps(GOOD).encode("utf-16"), "manifest_is_utf8"),
        (b'{"a": 1, "a": 1}', "duplicate_field"),
        (b'{"a": {"b": 1, "b": 2}}', "duplicate_field"),
        (b'{"a": 1, "\\u0061": 1}', "duplicate_field"),
        (b'{"a": NaN}', "whole_number"),
        (b'{"a": 1e999}', "whole_number"),
        (b'{"a": 1.0}', "whole_number"),
        (b'{"a": ' + b"9" * 60_000 + b"}", "whole_number"),
        (b" " * (MANIFEST_BYTES + 1), "manifest_size"),
    ],
)
def test_json_of_another_make_is_refused(content: bytes, rule: str) -> None:
    [(found, _)] = faults(content)
    assert found == rule


@pytest.mark.parametrize("content", [b"5", b"null", b'"drop/1"', b"[]", b'{"\\ud800": 1}'])
def test_json_that_is_no_manifest_is_refused(content: bytes) -> None:
    assert faults(content)[0][0] in {"field_form", "missing_field"}


def test_brackets_in_a_text_do_not_nest() -> None:
    assert read_manifest(encoded({**GOOD, "contact": '["\\' * 30})).contact.startswith("[")


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_any_bytes_are_refused_with_a_fault(content: bytes) -> None:
    faults(content)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=300)
@given(st.sampled_from([*GOOD, *FILE]), VALUES)
def test_any_value_in_any_field_is_taken_or_told(name: str, value: object) -> None:
    fields = {**GOOD, name: value} if name in GOOD else {**GOOD, "files": [{**FILE, name: value}]}
    try:
        manifest = read_manifest(encoded(fields))
    except BadManifest:
        faults(encoded(fields))
    else:
        assert read_manifest(write_manifest(manifest)) == manifest


def test_a_drop_is_known_by_partner_table_number_and_hash() -> None:
    content = encoded(GOOD)
    manifest: Manifest = read_manifest(content)
    assert drop_id(manifest, content).startswith("us-bea.compute_exports.42.")
    assert drop_id(manifest, content + b" ") != drop_id(manifest, content)
    assert len(drop_id(manifest, content).rpartition(".")[2]) == 12
