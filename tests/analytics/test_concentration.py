"""Who depends on whom. Published shares name their source; the golden toy, areas' figures and sources are made up."""

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compact_pipelines.analytics.concentration import NOTHING_SHARE, build_dependency, hhi, hhi_bounds, normalised_hhi
from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import POLARS_TYPES

PUBLISHED = load_contracts().published["out_dependency"]
PRINTED = 5e-7  # the checks are printed with six decimals
POSSIBLE = 200
TIERS = {"USA": "core", "CAN": "core", "MEX": "core", "ARE": "partner", "JPN": "ally", "CHN": "outside"}
MEMBERS = pl.DataFrame({"area": list(TIERS), "tier": list(TIERS.values())})
TOTAL_KEY = ("theme", "subject", "stock_flow", "unit_measure", "time_period", "area", "source_id")
TOTALS = {**dict.fromkeys(TOTAL_KEY, pl.String), "value": pl.Float64}

Row = dict[str, Any]
Measure = Callable[..., Row]


def total(value: float, source: str = "customs", **cells: Any) -> Row:
    """What the source prints as the area's total from the world."""
    stated = {"theme": "compute_exports", "subject": "TOTAL", "stock_flow": "F", "unit_measure": "USD"}
    return {**stated, "time_period": "2018", "area": "USA", "source_id": source, "value": value, **cells}


@pytest.fixture(scope="session")
def received(flow: Callable[..., Row]) -> Callable[..., Row]:
    """What the receiver (USA) says it received from one area."""

    def made_up(supplier: str, value: float | None, source: str = "customs", **cells: Any) -> Row:
        told = {"reported_by_from": None, "source_from": None, "reported_by_to": value, "source_to": source}
        return flow(supplier, cells.pop("area", "USA"), **{**told, **cells})

    return made_up


@pytest.fixture(scope="session")
def measure(mirror_flows: Callable[..., pl.DataFrame]) -> Callable[..., pl.DataFrame]:
    """build_dependency of these rows and totals."""
    return lambda *rows, totals=(), members=MEMBERS: build_dependency(
        mirror_flows(*rows), pl.DataFrame(totals, schema=TOTALS), members, POSSIBLE
    )


@pytest.fixture(scope="session")
def only(measure: Callable[..., pl.DataFrame]) -> Measure:
    """The one row that build_dependency makes of these."""

    def row(*rows: Row, totals: tuple[Row, ...] = ()) -> Row:
        found = measure(*rows, totals=totals)
        assert found.height == 1
        return found.row(0, named=True)

    return row


# The index


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        pytest.param([30, 30, 20, 20], 0.26, id="US antitrust guidelines, 2,600 points"),
        pytest.param([10, 9, 12, 15, 12, 11, 15, 16], 0.1296, id="CBS, 1,296 points"),
        pytest.param([50, 50], 1 / 2, id="two alike"),
        pytest.param([100 / 3] * 3, 1 / 3, id="three alike"),
        pytest.param([100], 1, id="one"),
    ],
)
def test_the_index_of_published_shares_is_the_published_one(shares: list[float], expected: float) -> None:
    assert hhi([share / 100 for share in shares]) == pytest.approx(expected)


@pytest.mark.parametrize("shares", [[], [1.2, -0.2]], ids=["no supplier", "negative"])
def test_the_index_without_suppliers_or_with_a_negative_share_is_undefined(shares: list[float]) -> None:
    assert hhi(shares) is None


def test_shares_that_do_not_add_up_to_one_are_refused() -> None:
    with pytest.raises(ValueError, match=r"shares add up to 0\.9; they must add up to 1"):
        hhi([0.5, 0.4])


def test_the_normalised_index_is_zero_for_suppliers_alike_and_one_for_one() -> None:
    assert normalised_hhi(0.26, 4) == pytest.approx(0.013333, abs=PRINTED)
    assert normalised_hhi(1 / 3, 3) == pytest.approx(0)
    assert normalised_hhi(1, 3) == 1
    assert normalised_hhi(1, 1) is None


def test_golden_toy_imports(toy_edges: list[tuple[str, str, float]], flow: Any, measure: Any) -> None:
    rows = [flow(start, end, reported_by_to=value, source_to="made_up") for start, end, value in toy_edges if value]
    found = {row["area"]: row["hhi"] for row in measure(*rows).iter_rows(named=True)}
    areas = ["USA", "CAN", "MEX", "UAE"]
    assert [found[area] for area in areas] == pytest.approx([0.494189, 0.882109, 0.935561, 0.803571], abs=PRINTED)
    normalised = [normalised_hhi(found[area], 3) for area in areas]
    assert normalised == pytest.approx([0.241283, 0.823164, 0.903342, 0.705357], abs=PRINTED)


# Bounds

amounts = st.lists(st.integers(1, 10**12), min_size=1, max_size=12)


@settings(deadline=None)
@given(named=amounts, unnamed=st.lists(st.integers(1, 10**12), max_size=12), more=st.integers(0, 200))
def test_the_true_index_lies_between_its_bounds(named: list[int], unnamed: list[int], more: int) -> None:
    whole = sum(named) + sum(unnamed)
    true = hhi([amount / whole for amount in (*named, *unnamed)])
    low, high = hhi_bounds([amount / whole for amount in named], len(unnamed) + more)
    assert true is not None
    assert low - 1e-12 <= true <= high + 1e-12


def test_bounds_are_the_rest_spread_evenly_and_in_one_hand() -> None:
    low, high = hhi_bounds([0.5, 0.3], 4)
    assert low == pytest.approx(0.25 + 0.09 + 0.04 / 4)
    assert high == pytest.approx(0.25 + 0.09 + 0.04)
    assert hhi_bounds([0.5, 0.5], 0) == (0.5, 0.5)


SUPPLIERS = ["CAN", "MEX", "ARE", "JPN", "CHN", *(f"X{letter}{other}" for letter in "ABC" for other in "ABC")]


@settings(deadline=None, max_examples=25)
@given(named=amounts, unnamed=st.lists(st.integers(1, 10**12), max_size=12))
def test_the_table_bounds_the_true_index_and_its_shares_add_up(
    named: list[int], unnamed: list[int], received: Any, only: Measure
) -> None:
    whole = sum(named) + sum(unnamed)
    rows = [received(supplier, value) for supplier, value in zip(SUPPLIERS, named, strict=False)]
    row = only(*rows, totals=(total(whole),))
    true = hhi([amount / whole for amount in (*named, *unnamed)])
    assert row["hhi_low"] - 1e-12 <= true <= row["hhi_high"] + 1e-12
    known = [amount / whole for amount in named]
    assert (row["hhi_low"], row["hhi_high"]) == pytest.approx(hhi_bounds(known, POSSIBLE - len(named)), abs=1e-12)
    assert row["named_share"] == pytest.approx(sum(known))
    assert row["top_share"] == pytest.approx(max(known))
    tiers = [row[f"{tier}_share"] for tier in ("core", "partner", "ally", "outside", "unnamed")]
    assert sum(tiers) == pytest.approx(1)
    assert (row["hhi"] is None) == (row["unnamed_share"] >= NOTHING_SHARE)
    assert row["hhi"] is None or row["hhi"] == pytest.approx(true)
    assert min(tiers) >= -1e-12


# Shares


def test_shares_are_of_the_published_total_and_the_unnamed_are_a_part_of_their_own(
    received: Any, only: Measure
) -> None:
    values = {"CAN": 20, "MEX": 10, "ARE": 5, "JPN": 15, "CHN": 30, "VNM": 0}
    row = only(*(received(*pair) for pair in values.items()), totals=(total(100),))
    assert (row["total_value"], row["has_total"], row["named_share"]) == (100, True, pytest.approx(0.8))
    tiers = [row[f"{tier}_share"] for tier in ("core", "partner", "ally", "outside", "unnamed")]
    assert tiers == pytest.approx([0.3, 0.05, 0.15, 0.3, 0.2])
    assert (row["top_supplier"], row["top_share"]) == ("CHN", pytest.approx(0.3))
    assert row["suppliers_count"] == 5
    assert (row["hhi"], row["effective_suppliers"]) == (None, None)
    assert (row["hhi_low"], row["hhi_high"]) == pytest.approx((0.165 + 0.04 / (POSSIBLE - 5), 0.165 + 0.04))
    assert (row["reported_by"], row["source_id"], row["reason"]) == ("area", "customs", None)


def test_without_a_published_total_shares_are_of_the_named(received: Any, only: Measure) -> None:
    row = only(received("CAN", 30), received("CHN", 10), totals=(total(100, source="another"),))
    assert (row["total_value"], row["has_total"], row["named_share"]) == (40, False, 1)
    assert row["core_share"] == pytest.approx(0.75)
    assert row["hhi"] == row["hhi_low"] == row["hhi_high"] == pytest.approx(0.625)


@pytest.mark.parametrize(
    "other", [{"time_period": "2017"}, {"area": "CAN"}, {"subject": "HS_84"}, {"unit_measure": "CAD"}]
)
def test_a_total_of_something_else_is_no_total(other: dict[str, str], received: Any, only: Measure) -> None:
    assert only(received("CAN", 30), totals=(total(100, **other),))["has_total"] is False


def test_a_change_of_source_or_of_its_total_is_a_break_of_the_series(received: Any, measure: Measure) -> None:
    years = {"2015": "fund", "2016": "fund", "2017": "customs", "2018": "customs"}
    rows = [received("CAN", 30, time_period=year, source_to=source) for year, source in years.items()]
    totals = (total(100, time_period="2018"),)
    found = measure(*rows, totals=totals).sort("time_period").select("time_period", "obs_status", "has_total").rows()
    assert found == [("2015", "A", False), ("2016", "A", False), ("2017", "B", False), ("2018", "B", True)]


def test_a_total_below_what_is_named_gives_way_to_it(received: Any, only: Measure) -> None:
    row = only(received("CAN", 30), received("CHN", 10), totals=(total(39),))
    assert (row["total_value"], row["has_total"], row["named_share"]) == (40, True, 1)


def test_equal_largest_suppliers_stand_in_the_order_of_their_codes(received: Any, only: Measure) -> None:
    assert only(*(received(supplier, 5) for supplier in ("MEX", "CHN", "JPN")))["top_supplier"] == "CHN"


# Whose voice is heard


def test_the_receivers_own_reports_come_before_its_partners(received: Any, flow: Any, only: Measure) -> None:
    partners = [flow(supplier, "USA") for supplier in ("MEX", "ARE", "JPN", "CHN")]
    row = only(received("CAN", 7, reported_by_from=90, source_from="canada"), *partners)
    assert (row["reported_by"], row["source_id"]) == ("area", "customs")
    assert (row["total_value"], row["suppliers_count"]) == (7, 1)


def test_two_sources_of_one_receiver_are_never_mixed(received: Any, only: Measure) -> None:
    row = only(received("CAN", 30), received("CHN", 10), received("JPN", 39, source="fund"))
    assert (row["source_id"], row["total_value"], row["suppliers_count"]) == ("customs", 40, 2)


def test_a_source_with_a_published_total_comes_before_one_that_names_more(received: Any, only: Measure) -> None:
    rows = [received("CAN", 30), received("CHN", 10), received("JPN", 39, source="fund")]
    row = only(*rows, totals=(total(100, source="fund"),))
    assert (row["source_id"], row["has_total"], row["total_value"]) == ("fund", True, 100)
    assert row["named_share"] == pytest.approx(0.39)


def test_a_source_of_which_the_mirror_left_a_remnant_is_not_heard_for_its_total(received: Any, only: Measure) -> None:
    # The mirror gives the other source the word on most pairs, so one supplier of 3 is all that is left of the fund.
    rows = [received("CAN", 30), received("CHN", 10), received("JPN", 3, source="fund")]
    row = only(*rows, totals=(total(100, source="fund"),))
    assert (row["source_id"], row["has_total"], row["total_value"], row["top_supplier"]) == (
        "customs",
        False,
        40,
        "CAN",
    )


def test_a_total_of_another_year_gives_a_source_no_precedence(received: Any, only: Measure) -> None:
    rows = [received("CAN", 30), received("CHN", 10), received("JPN", 39, source="fund")]
    assert only(*rows, totals=(total(100, source="fund", time_period="2017"),))["source_id"] == "customs"


def test_partners_speak_for_a_silent_area_where_half_of_them_report(flow: Any, only: Measure) -> None:
    # Six members, five besides the receiver: three are enough, two are not.
    enough = only(*(flow(supplier, "USA", reported_by_from=10) for supplier in ("CAN", "JPN", "CHN")))
    assert (enough["reported_by"], enough["source_id"], enough["reason"]) == ("partners", "office", None)
    assert (enough["core_share"], enough["ally_share"]) == pytest.approx((1 / 3, 1 / 3))
    few = only(*(flow(supplier, "USA", reported_by_from=10) for supplier in ("CAN", "JPN")))
    assert (few["reported_by"], few["reason"], few["suppliers_count"]) == ("partners", "few_reporters", 2)
    assert few["total_value"] == 20


INDICES = ["hhi", "hhi_low", "hhi_high", "effective_suppliers", "top_supplier"]
SHARES = [*(name for name in PUBLISHED.columns if name.endswith("_share")), *INDICES]


@pytest.mark.parametrize("value", [-5, -30])
def test_disinvestment_leaves_no_shares_and_says_so(value: int, received: Any, only: Measure) -> None:
    row = only(received("CAN", 30), received("CHN", value))
    assert row["reason"] == "negative_input"
    assert [row[name] for name in SHARES] == [None] * len(SHARES)


def test_nothing_received_leaves_no_shares_and_says_so(received: Any, only: Measure) -> None:
    row = only(received("CAN", 0), received("CHN", 0))
    assert (row["reason"], row["suppliers_count"], row["total_value"]) == ("zero_denominator", 0, 0)
    assert [row[name] for name in SHARES] == [None] * len(SHARES)


# The whole table


def test_the_columns_are_those_of_the_published_contract_in_order_and_type(received: Any, measure: Any) -> None:
    for found in (measure(received("CAN", 1), totals=(total(2),)), measure()):
        assert found.columns == list(PUBLISHED.columns)
        for name, column in PUBLISHED.columns.items():
            assert found.schema[name] == POLARS_TYPES[column.type], name
            if column.required:
                assert found[name].null_count() == 0, name


def test_every_area_subject_kind_unit_and_year_stands_once_in_order(received: Any, measure: Any) -> None:
    cells = [
        {},
        {"area": "JPN"},
        {"time_period": "2017"},
        {"subject": "HS_84"},
        {"theme": "capital_flows", "stock_flow": "S"},
        {"theme": "capital_flows"},
        {"unit_measure": "PS"},
    ]
    found = measure(*(received(supplier, 5, **cell) for cell in cells for supplier in ("CAN", "MEX")))
    assert found.height == found.n_unique(PUBLISHED.key) == len(cells)
    assert found.equals(found.sort(PUBLISHED.key))
    assert found["total_value"].to_list() == [10] * len(cells)


def test_months_are_not_measured(received: Any, measure: Any) -> None:
    assert measure(received("CAN", 1, freq="M", time_period="2018-01")).is_empty()
