"""JSON-stat 1.x and 2.0, dense and sparse. All figures are made up."""

import json
from typing import Any

import pytest

from compact_pipelines.errors import SourceChanged
from compact_pipelines.live.formats.json_stat import parse_json_stat, read_labels

DIMENSIONS: dict[str, Any] = {
    "geo": {"category": {"index": {"CAN": 1, "USA": 0}, "label": {"USA": "United States", "CAN": "Canada"}}},
    "time": {"category": {"index": ["2023", "2024"]}},
    "unit": {"category": {"label": {"NR": "Number"}}},
}
SHAPE: dict[str, Any] = {"id": ["geo", "time", "unit"], "size": [2, 2, 1]}
DENSE: dict[str, Any] = {"value": [1.50, None, 3, 4], "status": [None, ":"]}
SPARSE: dict[str, Any] = {"value": {"0": 1.50, "3": 4, "2": 3}, "status": {"1": ":"}}


def version_2(**cells: Any) -> bytes:
    return json.dumps({"version": "2.0", "class": "dataset", **SHAPE, "dimension": DIMENSIONS, **cells}).encode()


def version_1(**cells: Any) -> bytes:
    return json.dumps({"trade": {"dimension": {**DIMENSIONS, **SHAPE}, **cells}}).encode()


@pytest.mark.parametrize(
    "content",
    [
        version_2(**DENSE),
        version_2(**SPARSE),
        version_1(**DENSE),
        version_1(**SPARSE),
        version_1(**DENSE | {"status": {"value": [None, ":", None, None], "category": {"label": {":": "gone"}}}}),
    ],
)
def test_dense_and_sparse_cells_of_both_versions_are_the_same_rows(content: bytes) -> None:
    frame = parse_json_stat(content, "here")
    assert frame.columns == ["geo", "time", "unit", "value", "status"]
    assert frame.rows() == [
        ("USA", "2023", "NR", "1.5", None),
        ("USA", "2024", "NR", None, ":"),
        ("CAN", "2023", "NR", "3", None),
        ("CAN", "2024", "NR", "4", None),
    ]


def test_a_number_keeps_the_digits_it_was_written_with() -> None:
    content = version_2(**DENSE).replace(b"1.5", b"12345678901234567.125")
    assert parse_json_stat(content, "here")["value"][0] == "12345678901234567.125"


def test_one_status_is_of_every_cell_and_none_of_none() -> None:
    assert set(parse_json_stat(version_2(**DENSE | {"status": "p"}), "here")["status"]) == {"p"}
    assert parse_json_stat(version_2(value=[1, 2, 3, 4]), "here")["status"].null_count() == 4


def test_labels_are_the_publishers_words_and_else_the_code() -> None:
    labels = read_labels(version_2(**DENSE), "here")
    assert labels["geo"] == {"USA": "United States", "CAN": "Canada"}
    assert labels["time"] == {"2023": "2023", "2024": "2024"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[1]",
        b'{"warning": {"status": 413, "label": "ASYNCHRONOUS_RESPONSE"}}',
        b'{"error": [{"status": 400, "id": 150, "label": "made up"}]}',
        version_2(**DENSE).replace(b"[2, 2, 1]", b"[2, 3, 1]"),
        version_2(**DENSE | {"value": [1, 2, 3, 4, 5]}),
        version_2(**SPARSE | {"value": {"4": 1}}),
        version_2(**DENSE).replace(b'"CAN": 1', b'"CAN": 2'),
        version_2(),
    ],
)
def test_what_is_no_dataset_is_refused(content: bytes) -> None:
    with pytest.raises(SourceChanged, match="no JSON-stat dataset"):
        parse_json_stat(content, "here")
