import datetime as dt
import re
from decimal import ROUND_DOWN, Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compact_pipelines.contracts import Contracts
from compact_pipelines.contracts.judges import check_table, polars_schema
from compact_pipelines.errors import ContractError, SourceChanged
from compact_pipelines.harmonise import (
    DECIMAL,
    area_codes,
    conform,
    is_one_figure,
    require_columns,
    require_known,
    to_decimal,
)

LARGEST = Decimal("999999999999999999.999999")
EXACT = st.decimals(-LARGEST, LARGEST, allow_nan=False, allow_infinity=False, places=6)
TRADE: dict[str, Any] = {
    "freq": "A",
    "ref_area": "USA",
    "counterpart_area": "CAN",
    "flow": "X",
    "product": "TOTAL",
    "time_period": "2024",
    "obs_value": Decimal("1.5"),
    "unit_measure": "USD",
    "source_id": "us_census_exports",
    "snapshot_id": "us_census_exports.totals.0f3c9a7d21be",
    "recorded_at": dt.datetime(2026, 7, 7, tzinfo=dt.UTC),
}


def numbers(*cells: str | None, missing: dict[str, str] | None = None) -> list[Decimal | None]:
    published = pl.DataFrame({"value": cells}, schema={"value": pl.String})
    return to_decimal("value", "us_census_exports, part totals", published, missing).to_list()


def trade(**changes: Any) -> pl.DataFrame:
    return pl.DataFrame([TRADE | changes])


# Numbers


@given(st.lists(EXACT))
def test_a_decimal_number_comes_back_exactly(values: list[Decimal]) -> None:
    assert numbers(*(f"{value:f}" for value in values)) == values


@given(whole=st.integers(-(10**18) + 1, 10**18 - 1))
def test_a_whole_number_comes_back_exactly(whole: int) -> None:
    assert numbers(str(whole)) == [Decimal(whole)]


@given(EXACT, st.text("0123456789", min_size=1, max_size=12))
def test_digits_past_the_sixth_decimal_are_cut_off(value: Decimal, digits: str) -> None:
    text = f"{value:f}{digits}"
    assert numbers(text) == [Decimal(text).quantize(Decimal("0.000001"), ROUND_DOWN)]


@settings(max_examples=60)
@given(st.text())
def test_text_is_either_a_plain_number_or_refused(text: str) -> None:
    if re.fullmatch(r"-?[0-9]{1,18}(\.[0-9]+)?", text, re.ASCII):
        assert numbers(text) == [Decimal(text).quantize(Decimal("0.000001"), ROUND_DOWN)]
    else:
        with pytest.raises(SourceChanged):
            numbers(text)


@pytest.mark.parametrize(
    "cell",
    [
        "1,000", "1e6", "NaN", "", "inf", "n.a.", "+1", "-", "1.", ".5", "1.2.3", "--1", " 1", "1 ", "1\n", "1_000",
        "0x10", "1%", "$1", "\u0661", "\uff11", "\u22121", "1\u00a0000", "1" + "0" * 18,
    ],
)  # fmt: skip
def test_a_cell_that_is_no_plain_number_is_refused(cell: str) -> None:
    with pytest.raises(SourceChanged, match=re.escape(f"(row 2: {cell!r})")):
        numbers("1", cell)


def test_a_refusal_names_the_place_the_rows_and_what_is_allowed() -> None:
    with pytest.raises(SourceChanged) as error:
        numbers("1", "a", "b", "n.a.", "c", "d", "e", "f", missing={"n.a.": "O", "*": "Q"})
    assert str(error.value) == (
        "us_census_exports, part totals, column value: 6 cells are not numbers (row 2: 'a', row 3: 'b', row 5: 'c', "
        "row 6: 'd', row 7: 'e'); allowed are digits with an optional sign and decimal point, or ['*', 'n.a.']"
    )


def test_a_refusal_says_so_where_no_missing_mark_is_documented() -> None:
    with pytest.raises(SourceChanged, match=r"or no missing mark$"):
        numbers("*")


def test_only_a_documented_missing_mark_becomes_blank() -> None:
    assert numbers("*", "1", missing={"*": "Q"}) == [None, Decimal(1)]
    with pytest.raises(SourceChanged, match=re.escape("row 1: '*'")):
        numbers("*", "1", missing={"n.a.": "O"})


def test_a_blank_cell_stays_missing_and_a_zero_stays_zero() -> None:
    assert numbers(None, "0", "-0", "0.0") == [None, 0, 0, 0]
    assert numbers("", "0", missing={"": "O"}) == [None, 0]


def test_numbers_have_the_type_of_the_contract_even_without_rows() -> None:
    empty = to_decimal("value", "place", pl.DataFrame(schema={"value": pl.String}))
    assert (empty.name, empty.dtype, len(empty)) == ("value", DECIMAL, 0)


def test_a_published_column_named_row_is_no_obstacle() -> None:
    published = pl.DataFrame({"row": ["1"], "value": ["x"]})
    with pytest.raises(SourceChanged, match="row 1: 'x'"):
        to_decimal("value", "place", published)


def test_good_examples_of_the_value_are_numbers_and_bad_ones_are_not(contracts: Contracts) -> None:
    concept = contracts.tables["capital_flows"].column("obs_value").concept
    assert numbers(*concept.good) == [Decimal(value) for value in concept.good]
    for value in concept.bad:
        with pytest.raises(SourceChanged):
            numbers(value)


# Headers and spellings


def are_one(one: str | None, other: str | None, *, is_stated: bool | None = None) -> bool:
    figures = pl.DataFrame({"one": [one], "other": [other]}, schema={"one": DECIMAL, "other": DECIMAL})
    stated = None if is_stated is None else pl.lit(is_stated)
    answer: bool = figures.select(is_one_figure("one", "other", is_stated=stated)).item()
    return answer


@pytest.mark.parametrize(
    ("one", "other"),
    [("50000", "50000"), ("2323483480.18868", "2323483480"), ("26626.415094", "26616"), ("1000", "1000")],
)
def test_figures_that_differ_by_rounding_are_one(one: str, other: str) -> None:
    assert are_one(one, other)
    assert are_one(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [("50000", "50013"), ("2000", "2003"), ("0", "0"), (None, "50000"), ("50000", None), (None, None), ("5", "5")],
)
def test_figures_that_are_apart_missing_zero_or_too_small_to_tell_are_two(one: str | None, other: str | None) -> None:
    assert not are_one(one, other)


def test_small_figures_tell_where_a_side_is_known_to_copy_and_zeros_never_do() -> None:
    assert are_one("818.867925", "819", is_stated=True)
    assert not are_one("818.867925", "819", is_stated=False)
    assert not are_one("819", "830", is_stated=True)
    assert not are_one("0", "0", is_stated=True)


def test_the_known_header_passes() -> None:
    require_columns(pl.DataFrame({"a": [1], "b": [2]}), iter(["a", "b"]), "place")


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        (["a"], "Missing: ['b']; new: none"),
        (["a", "b", "c"], "Missing: none; new: ['c']"),
        (["a", "B"], "Missing: ['b']; new: ['B']"),
        (["b", "a"], "Missing: none; new: none"),
    ],
)
def test_a_changed_header_is_refused_with_what_was_expected(columns: list[str], says: str) -> None:
    with pytest.raises(SourceChanged) as error:
        require_columns(pl.DataFrame(schema=columns), ["a", "b"], "us_census_exports, part totals")
    assert str(error.value).startswith(f"us_census_exports, part totals: the header has changed. {says}; ")
    assert "expected, in this order: ['a', 'b']" in str(error.value)


def test_known_spellings_and_blanks_pass() -> None:
    require_known(pl.Series(["CA", "US", None, "CA"]), {"CA", "US", "MX"}, "place", "areas")


def test_unknown_spellings_are_refused_by_name() -> None:
    with pytest.raises(SourceChanged) as error:
        require_known(pl.Series(["CA", "UK", "EU", "UK"]), {"CA"}, "statcan_cimt", "areas")
    assert str(error.value) == "statcan_cimt: unknown areas ['EU', 'UK']; map them in the dataset's module"


@pytest.mark.parametrize(
    ("scheme", "spelling"), [("iso2", "CA"), ("m49", "124"), ("ifs", "156"), ("schedule_c", "1220")]
)
def test_a_code_scheme_maps_to_area_ids(contracts: Contracts, scheme: str, spelling: str) -> None:
    codes = area_codes(scheme)
    assert codes[spelling] == "CAN"
    assert "" not in codes
    assert set(codes.values()) <= set(contracts.codelists["area"].codes)


@pytest.mark.parametrize("scheme", ["iso2", "m49", "ifs", "schedule_c"])
def test_no_two_areas_share_a_code_of_a_scheme(contracts: Contracts, scheme: str) -> None:
    assert len(area_codes(scheme)) == len(contracts.codelists["area"].column(scheme))


def test_an_unknown_code_scheme_is_named() -> None:
    with pytest.raises(ContractError, match="code list area: no column 'cow'"):
        area_codes("cow")


# The contract's columns


def test_a_conformed_frame_keeps_the_contract_once_its_preference_is_decided(contracts: Contracts) -> None:
    table = contracts.tables["compute_exports"]
    frame = conform("compute_exports", "us_census_exports", trade())
    assert dict(frame.schema) == {name: dtype for name, dtype in polars_schema(table).items() if name != "is_preferred"}
    assert check_table(table, frame.with_columns(is_preferred=True)) == []


def test_columns_that_a_source_does_not_fill_are_blank_or_as_stated(contracts: Contracts) -> None:
    row = conform("compute_exports", "us_census_exports", trade()).row(0, named=True)
    assert row["conf_status"] == contracts.source("us_census_exports").conf_status
    assert (row["obs_status"], row["imputed_mirror"]) == ("A", False)
    blank = ("valuation", "basis", "embargo_time", "comment_obs", "drop_id")
    assert {name: row[name] for name in blank} == dict.fromkeys(blank)


def test_columns_that_a_source_fills_are_kept() -> None:
    filled = {"conf_status": "N", "obs_status": "P", "imputed_mirror": True, "valuation": "FAS"}
    row = conform("compute_exports", "us_census_exports", trade(**filled)).row(0, named=True)
    assert {name: row[name] for name in filled} == filled


def test_frames_are_joined_and_sorted_by_the_key() -> None:
    late, early = trade(time_period="2024"), trade(time_period="2023").select(reversed(TRADE))
    mexico = trade(counterpart_area="MEX", time_period="2022")
    frame = conform("compute_exports", "us_census_exports", late, mexico, early)
    assert frame.select("counterpart_area", "time_period").rows() == [
        ("CAN", "2023"), ("CAN", "2024"), ("MEX", "2022")
    ]  # fmt: skip


def test_a_frame_of_another_type_is_cast_to_the_contract() -> None:
    frame = conform("compute_exports", "us_census_exports", trade(obs_value=None), trade(obs_value=7))
    assert frame["obs_value"].to_list() == [None, Decimal(7)]
    assert frame.schema["obs_value"] == DECIMAL


@pytest.mark.parametrize("column", ["colour", "unit_mult", "is_preferred"])
def test_a_column_that_is_not_the_sources_to_fill_is_refused(column: str) -> None:
    with pytest.raises(ContractError) as error:
        conform("compute_exports", "us_census_exports", trade(), trade(**{column: None}))
    assert str(error.value) == f"us_census_exports: columns ['{column}'] are not in schemas/tables/compute_exports.yaml"


def test_a_missing_dimension_is_refused() -> None:
    with pytest.raises(ContractError, match=re.escape("dimensions ['flow', 'product'] of compute_exports are missing")):
        conform("compute_exports", "us_census_exports", trade().drop("product", "flow"))


def test_a_source_without_a_file_is_refused() -> None:
    with pytest.raises(ContractError, match=r"write schemas/sources/banxico\.yaml"):
        conform("compute_exports", "banxico", trade())
