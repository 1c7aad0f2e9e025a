"""CSV that is none, or another than it seems: read as bytes, strictly, never guessed."""
# ruff: noqa: RUF001  (what is ambiguous is what is tested)

import csv
import gzip
import io
import zipfile
from typing import Any, Final

from tests.exchange.corpus.building import COLUMNS, Data, Entry, bent, case, raw, row, rows, table

HEADER: Final = ",".join(COLUMNS)
LINES: Final = table(rows(3)).content.decode().splitlines()
TEXT: Final = "\n".join(LINES) + "\n"


def _refused(name: str, data: Data, rules: str, **more: Any) -> Entry:
    return case(f"csv-{name}", "REJECTED", data, rules=rules, **more)


def _taken(name: str, data: Data, count: int = 3, **more: Any) -> Entry:
    return case(f"csv-{name}", "ACCEPTED", data, counts={"new": count}, **more)


def _zipped(content: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("data.csv", content)
    return held.getvalue()


def _without(name: str) -> Data:
    return table(rows(3), [column for column in COLUMNS if column != name])


ENTRIES: Final = [
    _refused("blank", raw("", 0), "has_header"),
    _refused("blank-line", raw("\n", 0), "has_header"),
    _refused("no-header", raw("\n".join(LINES[1:]) + "\n", 2), "duplicate_column"),
    case("csv-header-only", "ACCEPTED", raw(HEADER + "\n", 0), rules="has_rows", counts={"new": 0}),
    case("csv-header-without-line-break", "ACCEPTED", raw(HEADER, 0), rules="has_rows", counts={"new": 0}),
    _taken("byte-order-mark", raw("\ufeff" + TEXT, 3)),
    _refused("byte-order-mark-twice", raw("\ufeff\ufeff" + TEXT, 3), "unknown_column missing_column"),
    _refused("utf-16", raw(TEXT.encode("utf-16"), 3), "file_is_utf8"),
    _refused("utf-16-without-mark", raw(TEXT.encode("utf-16-le"), 3), "file_is_utf8"),
    _refused("utf-32", raw(TEXT.encode("utf-32"), 3), "file_is_utf8"),
    _refused(
        "latin-1",
        raw(table([row(1), row(2, comment_obs="été")]).content.decode().encode("latin-1"), 2),
        "file_is_utf8",
        says="Row 2",
    ),
    _refused(
        "mixed-encodings",
        raw(TEXT.encode() + LINES[1].replace("1950", "1999").encode() + b"\xe9\n", 4),
        "file_is_utf8",
        says="Row 4",
    ),
    _refused("overlong", raw(TEXT.encode().replace(b"12.5", b"\xc0\xb1"), 3), "file_is_utf8"),
    _refused("surrogate", raw(TEXT.encode().replace(b"12.5", b"\xed\xa0\x80"), 3), "file_is_utf8"),
    _refused("nul", raw(TEXT.replace("12.5", "12\0.5", 1), 3), "file_is_utf8"),
    _refused("nul-at-end", raw(TEXT + "\0", 3), "file_is_utf8"),
    _taken("windows-line-ends", raw(TEXT.replace("\n", "\r\n"), 3)),
    _taken("old-line-ends", raw(TEXT.replace("\n", "\r"), 3)),
    _taken("mixed-line-ends", raw(f"{LINES[0]}\r\n{LINES[1]}\n{LINES[2]}\r{LINES[3]}", 3)),
    _taken("no-last-line-break", raw(TEXT[:-1], 3)),
    case(
        "csv-blank-line-within",
        "ACCEPTED_WITH_HELD_ROWS",
        raw(f"{HEADER}\n{LINES[1]}\n\n{LINES[2]}\n", 3),
        rules="blank_row",
        held={2: {"blank_row"}},
        counts={"new": 2},
    ),
    case(
        "csv-blank-cells-row",
        "ACCEPTED_WITH_HELD_ROWS",
        raw(f"{TEXT}{',' * (len(COLUMNS) - 1)}\n", 4),
        rules="blank_row",
        held={4: {"blank_row"}},
        counts={"new": 3},
    ),
    _refused("short-row", raw(f"{TEXT}A,CAN\n", 4), "row_width", says="Row 4 has 2 cells"),
    _refused("long-row", raw(f"{HEADER}\n{LINES[1]},more\n{LINES[2]}\n", 2), "row_width", says="Row 1"),
    _refused("shifted", raw(f"{HEADER}\n{LINES[1].replace('12.5', '1,250.5')}\n{LINES[2]}\n", 2), "row_width"),
    _refused("quote-within", raw(TEXT.replace("12.5", '12"5', 1), 3), "file_is_csv", says="Row 1"),
    _refused("quote-never-closed", raw(TEXT.replace("12.5", '"12.5', 1), 3), "file_is_csv"),
    _refused("text-behind-quote", raw(TEXT.replace("12.5", '"12".5', 1), 3), "file_is_csv"),
    _refused("single-quotes", raw(TEXT.replace("12.5", "'12,5'", 1), 3), "row_width"),
    _refused("backslash-quote", raw(TEXT.replace("12.5", '"12\\"5"', 1), 3), "file_is_csv"),
    _taken("quoted-throughout", table(rows(3), quoting=csv.QUOTE_ALL)),
    _taken("quoted-cells-with-all-in-them", table([row(1, comment_obs='a, "b"\nc\r\nd'), row(2)]), 2),
    _refused("semicolons", table(rows(3), delimiter=";"), "file_is_csv", says="semicolons"),
    _refused("tabs", table(rows(3), delimiter="\t"), "file_is_csv", says="tabs"),
    _refused("bars", table(rows(3), delimiter="|"), "unknown_column missing_column"),
    _refused("separator-line", raw("sep=,\n" + TEXT, 4), "unknown_column missing_column"),
    _refused("title-line", raw("Exports of Canada\n" + TEXT, 4), "unknown_column missing_column"),
    _refused("comment-line", raw("# made by hand\n" + TEXT, 4), "unknown_column missing_column"),
    _refused("html", raw("<html><body><script>alert(1)</script></body></html>", 1), "unknown_column missing_column"),
    _refused("json", raw('[{"freq": "A"}]', 1), "file_is_csv"),
    _refused("zip", raw(_zipped(TEXT), 3), "file_format"),
    _refused("zip-bomb", raw(_zipped("0" * 5_000_000), 3), "file_format"),
    _refused("gzip", raw(gzip.compress(TEXT.encode(), mtime=0), 3), "file_format"),
    _refused("workbook", raw(b"PK\x03\x04" + bytes(100), 3), "file_format"),
    _refused("program", raw(b"\x7fELF\x02\x01\x01" + bytes(100), 3), "file_is_utf8"),
    case(
        "csv-long-cell",
        "ACCEPTED_WITH_HELD_ROWS",
        bent({2: {"comment_obs": "x" * 4_001}}),
        rules="cell_length",
        held={2: {"cell_length"}},
        counts={"new": 3},
        says="4,000",
    ),
    _taken("longest-cell", bent({2: {"comment_obs": "x" * 4_000}}), 4),
    case(
        "csv-giant-cell",
        "ACCEPTED_WITH_HELD_ROWS",
        raw(TEXT + LINES[1].replace("1950", "1990") + "x" * 300_000 + "\n", 4),
        rules="cell_length",
        held={4: {"cell_length"}},
        counts={"new": 3},
    ),
    _refused("giant-header-name", raw(TEXT.replace("comment_obs", "x" * 5_000), 3), "cell_length"),
    _refused(
        "many-columns", raw(",".join(f"c{number}" for number in range(201)) + "\n", 0), "column_count", says="200"
    ),
    _refused("column-twice", raw(TEXT.replace("comment_obs", "obs_value"), 3), "duplicate_column"),
    _refused("column-twice-in-two-cases", raw(TEXT.replace("comment_obs", "OBS_VALUE"), 3), "duplicate_column"),
    _taken("upper-case-header", raw("\n".join([HEADER.upper(), *LINES[1:]]) + "\n", 3)),
    _refused("mixed-case-header", raw(TEXT.replace("obs_value", "Obs_Value"), 3), "unknown_column missing_column"),
    _refused("blanks-in-header", raw(TEXT.replace("obs_value", " obs_value"), 3), "unknown_column missing_column"),
    _refused("look-alike-header", raw(TEXT.replace("obs_value", "οbs_value"), 3), "unknown_column missing_column"),
    _refused(
        "zero-width-header", raw(TEXT.replace("obs_value", "obs_value\u200b"), 3), "unknown_column missing_column"
    ),
    _refused("unknown-column", table([{**line, "notes": "x"} for line in rows(3)]), "unknown_column"),
    _refused("sql-column", table([{**line, 'x"; DROP TABLE drops; --': "x"} for line in rows(3)]), "unknown_column"),
    _refused(
        "markup-column", table([{**line, "<img src=x onerror=alert(1)>": "x"} for line in rows(3)]), "unknown_column"
    ),
    _refused("nameless-column", table([{**line, "": "x"} for line in rows(3)]), "unknown_column"),
    _refused("no-value-column", _without("obs_value"), "missing_column"),
    _refused("no-dimension", _without("product"), "missing_column"),
    _refused("no-status", _without("conf_status"), "missing_column"),
    _taken(
        "optional-columns-left-out", table(rows(3), COLUMNS[:8] + ["unit_measure", "obs_status", "conf_status"][1:])
    ),
    _taken("columns-in-another-order", table(rows(3), COLUMNS[::-1])),
    case(
        "csv-two-files-one-bad",
        "REJECTED",
        {"a.csv": table(rows(3)), "b.csv": table(rows(3, first=3), delimiter=";")},
        rules="file_is_csv",
    ),
    case("csv-rows-miscounted", "REJECTED", Data(TEXT.encode(), 4), rules="rows_agree", says="3 rows"),
]
