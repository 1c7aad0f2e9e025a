"""Published numbers in base units."""

from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compact_pipelines.errors import SourceChanged
from compact_pipelines.live.scaling import LEAST_EXPONENT, MOST_EXPONENT, scaled
from tests.live.asked_source import made_up_source

POWER = {"rule": "power_of_ten", "column": "UNIT_MULT", "reason": "made up"}
WORDS = {"rule": "words", "column": "unit", "words": {"Millions of Dollars": 6, "units": 0}, "reason": "made up"}


def in_base_units(scale: dict[str, Any], values: list[str | None], units: list[str | None], **more: Any) -> list[Any]:
    published = pl.DataFrame(
        {"value": values, scale.get("column") or "SCALE": units}, schema_overrides={"value": pl.String}
    )
    return scaled(published, "value", made_up_source(scale=scale), **more).to_list()


def test_a_power_of_ten_is_applied() -> None:
    found = in_base_units(POWER, ["1.5", "-2", "0", "7.123456789", None], ["6", "3", "0", "3", None])
    assert found == [Decimal(1_500_000), Decimal(-2_000), Decimal(0), Decimal("7123.456789"), None]


def test_a_negative_power_makes_smaller() -> None:
    assert in_base_units(POWER, ["1500", "-7", "0.5"], ["-3", "-2", "-1"]) == [
        Decimal("1.5"),
        Decimal("-0.07"),
        Decimal("0.05"),
    ]


def test_words_are_applied_whatever_blanks_are_around_them() -> None:
    assert in_base_units(WORDS, ["3.25", "4"], ["Millions of Dollars", "units "]) == [Decimal(3_250_000), Decimal(4)]


def test_where_the_rule_is_none_a_stated_scale_is_not_applied() -> None:
    none = {"rule": "none", "reason": "the scale is a display hint"}
    assert in_base_units(none, ["2019551635133"], ["6"]) == [Decimal(2_019_551_635_133)]


def test_missing_marks_and_blanks_have_no_value_and_need_no_unit() -> None:
    assert in_base_units(POWER, ["..", " ", "", "5"], ["x", None, "", "1"], missing={"..": "not available"}) == [
        None, None, None, Decimal(50),
    ]  # fmt: skip


@pytest.mark.parametrize("unit", ["7.0", "13", "-7", "six", "", None, "1e2"])
def test_an_unknown_power_is_not_guessed(unit: str | None) -> None:
    with pytest.raises(SourceChanged, match=r"column UNIT_MULT: unknown units .* known are -6 to 12"):
        in_base_units(POWER, ["1", "2"], ["6", unit])


@pytest.mark.parametrize("unit", ["Billions of Dollars", "millions of dollars", None])
def test_an_unknown_word_is_not_guessed(unit: str | None) -> None:
    with pytest.raises(
        SourceChanged, match=r"column unit: unknown units .* known are \['Millions of Dollars', 'units'\]"
    ):
        in_base_units(WORDS, ["1"], [unit])


def test_without_its_column_no_figure_is_read() -> None:
    with pytest.raises(SourceChanged, match="no column 'UNIT_MULT', which states the unit"):
        scaled(pl.DataFrame({"value": ["1"]}), "value", made_up_source(scale=POWER))


@pytest.mark.parametrize("cell", ["1,000", "(D)", "1.2.3", "0x10", "NaN", "inf", "1e999", "--5"])
def test_what_is_no_number_is_not_one(cell: str) -> None:
    with pytest.raises(SourceChanged, match="1 cells are not numbers"):
        in_base_units(POWER, [cell], ["3"])


def test_numbers_written_with_an_exponent_are_read_exactly() -> None:
    none = {"rule": "none", "reason": "made up"}
    assert in_base_units(none, ["1.5E7", "-2e-3", "3"], ["0"] * 3) == [
        Decimal(15_000_000),
        Decimal("-0.002"),
        Decimal(3),
    ]


@given(
    st.decimals(-(10**6), 10**6, places=6, allow_nan=False, allow_infinity=False),
    st.integers(LEAST_EXPONENT, MOST_EXPONENT),
)
def test_scaling_is_exact_to_the_sixth_decimal(value: Decimal, exponent: int) -> None:
    (found,) = in_base_units(POWER, [f"{value:f}"], [str(exponent)])
    exact = value.scaleb(exponent)
    assert abs(found - exact) < Decimal("0.000001")
    assert found == exact or exponent < 0
