"""Parquet: columns of strings only; how much there is, is read from the footer first."""

import io
from typing import Any, Final

import pyarrow as pa
from pyarrow import parquet

from tests.exchange.corpus.building import COLUMNS, Data, Entry, Row, case, row, rows

NAME: Final = "data.parquet"


def _table(lines: list[Row], **columns: pa.Array) -> pa.Table:
    texts = {name: pa.array([line[name] or None for line in lines], pa.string()) for name in COLUMNS}
    return pa.table({**texts, **columns})


def _written(content: pa.Table, **options: Any) -> bytes:
    sink = io.BytesIO()
    parquet.write_table(content, sink, **options)
    return sink.getvalue()


PLAIN: Final = _table(rows(3))
BYTES: Final = _written(PLAIN)


def _data(content: bytes, count: int = 3) -> dict[str, Data]:
    return {NAME: Data(content, count, "parquet")}


def _refused(name: str, content: bytes, rules: str, **more: Any) -> Entry:
    return case(f"parquet-{name}", "REJECTED", _data(content), rules=rules, **more)


def _typed(name: str, column: str, values: pa.Array) -> Entry:
    return _refused(name, _written(_table(rows(3), **{column: values})), "cell_is_text", says=column)


def _pandas() -> pa.Table:
    """Metadata that old readers would have run: it is not looked at."""
    noted = {b"pandas": b'{"index_columns": [{"kind": "range"}], "columns": [{"metadata": "cos\\nsystem\\n"}]}'}
    return PLAIN.replace_schema_metadata(noted)


def _bad_text() -> pa.Table:
    values = pa.array([b"ok", b"\xff\xfe", b"ok"], pa.binary())
    as_text = pa.Array.from_buffers(pa.string(), 3, values.buffers())
    return _table(rows(3), comment_obs=as_text)


ENTRIES: Final = [
    case("parquet-plain", "ACCEPTED", _data(BYTES), counts={"new": 3}),
    case("parquet-large-strings", "ACCEPTED", _data(_written(_table(rows(3), comment_obs=pa.array(
        ["a", None, "c"], pa.large_string())))), counts={"new": 3}),
    case("parquet-dictionary", "ACCEPTED", _data(_written(_table(rows(3), flow=pa.array(
        ["X"] * 3).dictionary_encode()))), counts={"new": 3}),
    case("parquet-pandas-metadata", "ACCEPTED", _data(_written(_pandas())), counts={"new": 3}),
    case("parquet-zstd", "ACCEPTED", _data(_written(PLAIN, compression="zstd")), counts={"new": 3}),
    case("parquet-bad-rows", "ACCEPTED_WITH_HELD_ROWS", _data(_written(_table(
        [row(1), row(2, obs_value="1e5"), row(3, product="85")]))), rules="decimal known_code",
         held={(NAME, 2): {"decimal"}, (NAME, 3): {"known_code"}}, counts={"new": 1}),
    case("parquet-blank-text", "ACCEPTED", _data(_written(_table(rows(3), comment_obs=pa.array(["", None, ""])))),
         counts={"new": 3}),
    case("parquet-no-rows", "ACCEPTED", _data(_written(PLAIN.slice(0, 0)), 0), rules="has_rows", counts={"new": 0}),
    _typed("numbers", "obs_value", pa.array([1.5, 2.5, 3.5])),
    _typed("integers", "time_period", pa.array([2020, 2021, 2022])),
    _typed("truths", "comment_obs", pa.array([True, False, None])),
    _typed("times", "embargo_time", pa.array([0, 1, 2], pa.timestamp("us"))),
    _typed("bytes", "comment_obs", pa.array([b"a", b"b", b"c"], pa.binary())),
    _typed("lists", "comment_obs", pa.array([["a"], [], None])),
    _typed("objects", "comment_obs", pa.array([{"a": "b"}, None, None])),
    _typed("nulls", "comment_obs", pa.nulls(3)),
    _refused("bad-text", _written(_bad_text(), use_dictionary=False), "file_is_utf8"),
    _refused("unfolding", _written(PLAIN, use_dictionary=False, column_encoding="DELTA_BYTE_ARRAY"), "plain_parquet"),
    _refused("cut-off", BYTES[:-20], "file_format"),
    _refused("only-head", BYTES[:40], "file_format"),
    _refused("magic-only", b"PAR1PAR1", "file_format"),
    _refused("footer-lies", BYTES[:-8] + b"\xff\xff\xff\x7fPAR1", "file_format"),
    _refused("encrypted", b"PARE" + BYTES[4:-4] + b"PARE", "file_format"),
    _refused("is-csv", b"freq,ref_area\nA,CAN\n", "file_format"),
    _refused("empty", b"", "file_format"),
    _refused("column-twice", _written(pa.Table.from_arrays([*PLAIN.columns, PLAIN.column(0)],
                                                           names=[*COLUMNS, "freq"])), "duplicate_column"),
    _refused("many-columns", _written(pa.table({f"c{number}": ["x"] for number in range(201)})), "column_count"),
    _refused("sql-column", _written(PLAIN.append_column('x"); DROP TABLE part; --', pa.array(["x"] * 3))),
             "unknown_column"),
    _refused("many-rows-in-few-bytes", _written(pa.table({name: pa.array(["x"] * 20_000) for name in COLUMNS})),
             "row_count", says="10,000", agreement={"limits": {"rows": 10_000}}),
    case("parquet-long-cell", "REJECTED", _data(_written(_table(rows(3), comment_obs=pa.array(
        ["x" * 4_001, None, None])))), rules="cell_length"),
]  # fmt: skip
