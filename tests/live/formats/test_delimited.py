"""Delimited tables and zips. All cells are made up."""

import pytest

from compact_pipelines.errors import SourceChanged
from compact_pipelines.live.formats.delimited import decoded, read_delimited, unzipped
from tests.live.made_up_files import zipped


def test_a_byte_order_mark_is_no_part_of_the_first_name() -> None:
    table = read_delimited('"REF_DATE","VALUE"\r\n"2024","1,5"\r\n'.encode("utf-8-sig"), "made up")
    assert table.columns == ["REF_DATE", "VALUE"]
    assert table.rows() == [("2024", "1,5")]


def test_every_cell_is_text_and_a_blank_one_is_missing() -> None:
    table = read_delimited(b"a;b;c\n007;;NA\n", "made up", separator=";")
    assert table.rows() == [("007", None, "NA")]


def test_an_older_encoding_is_read_where_the_newer_does_not_fit() -> None:
    content = "State/État\nQuébec\n".encode("latin-1")
    assert read_delimited(content, "made up", encodings=("utf-8-sig", "latin-1")).rows() == [("Québec",)]
    with pytest.raises(SourceChanged, match=r"made up: the bytes are not text in utf-8-sig; they begin b'State/"):
        decoded(content, "made up")


@pytest.mark.parametrize("content", [b"a,b\n1,2,3\n", b"a,b,c\n1,2,3\n4,5\n", b"a,b,c\n1,2,3\n4", b""])
def test_rows_of_other_lengths_are_refused(content: bytes) -> None:
    with pytest.raises(SourceChanged, match=r"made up: (not a table we can read|the last row has \d of 3 cells)"):
        read_delimited(content, "made up")


def test_a_member_is_found_by_its_pattern_in_any_folder_the_latest_last() -> None:
    content = zipped({"a/T_202401.csv": b"old", "a/T_202402.csv": b"new", "a/T_MetaData.csv": b"other", "b/": b""})
    assert unzipped(content, "made up", "T_[0-9]*.csv") == b"new"
    assert unzipped(content, "made up", "*_MetaData.csv") == b"other"
    with pytest.raises(SourceChanged, match=r"no member of the zip is called U.csv; it holds a/T_202401.csv, a/T_"):
        unzipped(content, "made up", "U.csv")


def test_a_zip_too_large_is_refused_before_it_is_unpacked() -> None:
    content = zipped({"T.csv": b" " * 2_000_000})
    assert len(content) < 10_000
    with pytest.raises(SourceChanged, match=r"T.csv would unpack to 2,000,000 bytes; .* Nothing was unpacked"):
        unzipped(content, "made up", "T.csv", most_bytes=1_000_000)


def test_what_is_no_zip_is_refused_in_words() -> None:
    with pytest.raises(SourceChanged, match=r"made up: not a zip .* it begins b'<html>"):
        unzipped(b"<html>We are sorry</html>", "made up", "*")
    broken = bytearray(zipped({"T.csv": b"made up, " * 99}))
    broken[40] ^= 255
    with pytest.raises(SourceChanged, match=r"made up: T.csv cannot be unpacked"):
        unzipped(bytes(broken), "made up", "T.csv")
