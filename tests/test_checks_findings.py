"""What checks find: keys that stand twice, and rows that meet a condition none may meet. Every figure is made up."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from compact_pipelines.checks import UNIQUE, find_duplicates, find_rows

# Duplicates


def test_a_key_that_stands_twice_is_found_with_its_values() -> None:
    frame = pl.DataFrame({"area": ["CAN", "USA", "CAN", "CAN"], "period": ["2024", "2024", "2023", "2024"]})
    [finding] = find_duplicates(frame, ["area", "period"])
    assert (finding.column, finding.rule, finding.rows) == ("area, period", UNIQUE, 2)
    assert finding.examples == ("CAN, 2024",)
    assert finding.expected == "Keep one row a key."


def test_blank_key_cells_are_equal_to_each_other() -> None:
    frame = pl.DataFrame({"area": [None, None, "CAN"], "period": ["2024", "2024", None]})
    assert [finding.rows for finding in find_duplicates(frame, ["area", "period"])] == [2]


def test_only_the_key_must_be_unique() -> None:
    frame = pl.DataFrame({"area": ["CAN", "USA"], "value": [1, 1]})
    assert find_duplicates(frame, ["area"]) == []
    assert [finding.rows for finding in find_duplicates(frame, ["value"])] == [2]


def test_key_cells_are_not_run_together() -> None:
    assert find_duplicates(pl.DataFrame({"a": ["x", "xy"], "b": ["yz", "z"]}), ["a", "b"]) == []


def test_an_empty_frame_has_no_duplicates() -> None:
    assert find_duplicates(pl.DataFrame(schema={"area": pl.String}), ["area"]) == []


def test_five_keys_are_shown_and_all_rows_counted() -> None:
    [finding] = find_duplicates(pl.DataFrame({"number": [*range(7), *range(7)]}), ["number"])
    assert finding.rows == 14
    assert len(set(finding.examples)) == 5


@settings(max_examples=25)
@given(keys=st.lists(st.tuples(st.sampled_from(["CAN", "USA", None]), st.integers(0, 3)), max_size=15))
def test_duplicates_are_counted_as_by_hand(keys: list[tuple[str | None, int]]) -> None:
    frame = pl.DataFrame(keys, schema={"area": pl.String, "number": pl.Int64}, orient="row")
    twice = sum(keys.count(key) > 1 for key in keys)
    assert sum(finding.rows for finding in find_duplicates(frame, ["area", "number"])) == twice


# Rows at fault


def test_rows_that_meet_the_condition_are_found_and_shown() -> None:
    frame = pl.DataFrame({"area": ["CAN", "USA", "MEX"], "value": [1, -2, -3]})
    [finding] = find_rows(frame, "not_negative", "No value is negative.", "value < 0")
    assert (finding.rule, finding.rows, finding.expected) == ("not_negative", 2, "No value is negative.")
    assert finding.examples == ("area=USA value=-2", "area=MEX value=-3")


def test_no_row_at_fault_is_no_finding() -> None:
    assert find_rows(pl.DataFrame({"value": [1, None]}), "not_negative", "…", "value < 0") == []


def test_five_rows_at_fault_are_shown_and_all_counted() -> None:
    [finding] = find_rows(pl.DataFrame({"value": [-1] * 8}), "not_negative", "…", "value < 0")
    assert (finding.rows, len(finding.examples)) == (8, 5)
