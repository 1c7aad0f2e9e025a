"""Mirror data. Areas are real, every figure below is made up unless a comment names its source."""

import math
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compact_pipelines.analytics.mirror import asymmetry, build_mirror_flows, reporting_distance
from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import POLARS_TYPES, polars_schema
from compact_pipelines.errors import ContractError

CONTRACTS = load_contracts()
AREAS = pl.DataFrame(
    [
        {"area": "USA", "kind": "area"},
        {"area": "CAN", "kind": "area"},
        {"area": "MEX", "kind": "area"},
        {"area": "EUU", "kind": "aggregate"},
        {"area": "W00", "kind": "aggregate"},
    ]
)
PRECEDENCE = pl.DataFrame({"source_id": ["office", "other_office", "fund"], "rank": [2, 2, 3]})
SAME_SOURCE = pl.DataFrame([{"theme": "compute_exports", "area_1": "USA", "area_2": "CAN", "since": "1990-01"}])
MONTHS = [f"2024-{month:02d}" for month in range(1, 13)]


def trade(**cells: Any) -> dict[str, Any]:
    return {
        "freq": "A",
        "ref_area": "MEX",
        "counterpart_area": "USA",
        "flow": "X",
        "product": "TOTAL",
        "time_period": "2018",
        "obs_value": Decimal(100),
        "unit_measure": "USD",
        "valuation": "FOB",
        "imputed_mirror": False,
        "obs_status": "A",
        "source_id": "office",
        "is_preferred": True,
        **cells,
    }


def exported(**cells: Any) -> dict[str, Any]:
    return trade(**cells)


def imported(**cells: Any) -> dict[str, Any]:
    return trade(**{"ref_area": "USA", "counterpart_area": "MEX", "flow": "M", "source_id": "other_office", **cells})


def held(**cells: Any) -> dict[str, Any]:
    return {
        "freq": "M",
        "ref_area": "USA",
        "counterpart_area": "MEX",
        "direction": "IN",
        "instrument": "P_F5",
        "stock_flow": "S",
        "time_period": "2024-12",
        "obs_value": Decimal(100),
        "unit_measure": "USD",
        "valuation": "MARKET",
        "imputed_mirror": False,
        "obs_status": "A",
        "source_id": "office",
        "is_preferred": True,
        **cells,
    }


def counted(**cells: Any) -> dict[str, Any]:
    return {
        "freq": "A",
        "ref_area": "USA",
        "counterpart_area": "MEX",
        "direction": "IN",
        "category": "MIGRANT",
        "stock_flow": "S",
        "unit_measure": "PS",
        "time_period": "2019",
        "obs_value": Decimal(100),
        "imputed_mirror": False,
        "obs_status": "A",
        "source_id": "fund",
        "is_preferred": True,
        **cells,
    }


def table(name: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=polars_schema(CONTRACTS.tables[name]))


def mirror(
    *trades: dict[str, Any], capital: list[dict[str, Any]] | None = None, talent: list[dict[str, Any]] | None = None
) -> pl.DataFrame:
    return build_mirror_flows(
        {
            "compute_exports": table("compute_exports", list(trades)),
            "capital_flows": table("capital_flows", capital or []),
            "talent_movement": table("talent_movement", talent or []),
        },
        areas=AREAS,
        precedence=PRECEDENCE,
        same_source=SAME_SOURCE,
    )


def only(flows: pl.DataFrame, **cells: str) -> dict[str, Any]:
    """The one row with these cells; more or none is an error."""
    found = flows.filter(**cells)
    assert found.height == 1, f"{found.height} rows with {cells}"
    return found.row(0, named=True)


# 1.1 Asymmetry


@pytest.mark.parametrize(
    ("exporter", "importer", "expected"),
    [
        pytest.param(236, 557, 0.404792, id="Pakistan to China 2001, US$ m, WITS help"),
        pytest.param(230_959, 179_000, 0.126742, id="United States to Mexico 2016, US$ m, press figures"),
    ],
)
def test_asymmetry_of_published_pairs_is_the_published_one(exporter: int, importer: int, expected: float) -> None:
    assert asymmetry(exporter, importer) == pytest.approx(expected, abs=5e-7)


def test_equal_reports_have_no_asymmetry_and_one_zero_has_all_of_it() -> None:
    assert asymmetry(5, 5) == 0
    assert asymmetry(0, 5) == 1
    assert asymmetry(5, 0) == 1


@pytest.mark.parametrize(("exporter", "importer"), [(0, 0), (-1, 5), (5, -1), (-5, -5)])
def test_asymmetry_of_two_zeros_or_of_a_negative_is_undefined(exporter: int, importer: int) -> None:
    assert asymmetry(exporter, importer) is None


@pytest.mark.parametrize(("exporter", "importer"), [(0, 5), (5, 0), (0, 0), (-1, 5)])
def test_reporting_distance_needs_two_reports_above_zero(exporter: int, importer: int) -> None:
    assert reporting_distance(exporter, importer) is None


amounts = st.floats(min_value=1e-3, max_value=1e15)


@settings(deadline=None)
@given(exporter=amounts, importer=amounts)
def test_asymmetry_is_the_hyperbolic_tangent_of_half_the_reporting_distance(exporter: float, importer: float) -> None:
    distance = reporting_distance(exporter, importer)
    assert distance is not None
    assert asymmetry(exporter, importer) == pytest.approx(math.tanh(distance / 2), rel=1e-9, abs=1e-12)


@settings(deadline=None)
@given(exporter=amounts, importer=amounts)
def test_asymmetry_is_a_share_and_the_same_from_both_sides(exporter: float, importer: float) -> None:
    apart = asymmetry(exporter, importer)
    assert apart is not None
    assert 0 <= apart <= 1
    assert asymmetry(importer, exporter) == apart


# Both sides, one side


def test_both_reports_of_one_flow_stand_in_one_row() -> None:
    # Pakistan to China 2001 under other names: X = 236, M = 557, D = 0.404792 (WITS help).
    flows = mirror(
        exported(obs_value=Decimal(236), valuation="FAS", obs_status="P"),
        imported(obs_value=Decimal(557), valuation="CIF"),
    )
    row = only(flows)
    assert (row["from_area"], row["to_area"], row["subject"]) == ("MEX", "USA", "TOTAL")
    assert (row["reported_by_from"], row["reported_by_to"]) == (236, 557)
    assert row["asymmetry"] == pytest.approx(0.404792, abs=5e-7)
    assert (row["source_from"], row["source_to"]) == ("office", "other_office")
    assert (row["valuation_from"], row["valuation_to"]) == ("FAS", "CIF")
    assert (row["obs_status_from"], row["obs_status_to"]) == ("P", "A")
    assert (row["missing_from"], row["missing_to"]) == (None, None)
    assert row["same_source"] is False
    assert row["imputed_mirror"] is False
    assert row["coverage_share"] == 1
    assert row["grade"] == "D"


def test_a_flow_and_its_return_are_two_flows() -> None:
    flows = mirror(exported(), exported(ref_area="USA", counterpart_area="MEX"))
    assert flows.select("from_area", "to_area").rows() == [("MEX", "USA"), ("USA", "MEX")]
    assert flows["reported_by_to"].null_count() == 2


@pytest.mark.parametrize(
    ("row", "spoken", "silent"), [(exported(), "from", "to"), (imported(), "to", "from")], ids=["exporter", "importer"]
)
def test_a_flow_that_one_side_reports_has_no_asymmetry_and_says_who_is_silent(
    row: dict[str, Any], spoken: str, silent: str
) -> None:
    found = only(mirror(row))
    assert found[f"reported_by_{spoken}"] == 100
    assert found[f"missing_{spoken}"] is None
    assert found[f"reported_by_{silent}"] is None
    assert found[f"missing_{silent}"] == "no_report"
    assert found[f"source_{silent}"] is None
    assert found["asymmetry"] is None
    assert found["grade"] == "D"


def test_re_exports_and_re_imports_are_not_paired_with_exports_and_imports() -> None:
    assert mirror(exported(flow="RX"), imported(flow="RM")).is_empty()


@pytest.mark.parametrize(
    "other", [{"product": "HS_84"}, {"time_period": "2017"}, {"freq": "M", "time_period": "2018-01"}]
)
def test_what_is_not_the_same_thing_is_not_paired(other: dict[str, str]) -> None:
    flows = mirror(exported(), imported(**other))
    assert flows["asymmetry"].null_count() == flows.height
    assert flows.height >= 2


@pytest.mark.parametrize(
    ("importer", "grade"), [(100, "A"), (110, "A"), (111, "B"), (135, "B"), (136, "C"), (185, "C"), (186, "D")]
)
def test_the_grade_follows_the_asymmetry(importer: int, grade: str) -> None:
    # Limits .05, .15 and .30 of |X - M| / (X + M), with X = 100.
    assert only(mirror(exported(), imported(obs_value=Decimal(importer))))["grade"] == grade


def test_reconciled_values_are_left_blank_in_this_edition() -> None:
    row = only(mirror(exported(), imported()))
    assert [row[name] for name in ("reconciled", "low", "high", "weight_from")] == [None] * 4


# Copies, same source, aggregates


def test_a_stated_copy_is_no_voice() -> None:
    flows = mirror(
        exported(obs_status="I", imputed_mirror=True, source_id="fund"),
        imported(imputed_mirror=True),
    )
    row = only(flows)
    assert row["reported_by_from"] is None
    assert row["missing_from"] == "copy"
    assert row["reported_by_to"] == 100
    assert row["missing_to"] is None
    assert row["asymmetry"] is None
    assert row["imputed_mirror"] is True
    assert row["grade"] == "D"


def test_a_copy_whose_side_is_not_known_leaves_both_figures_without_an_asymmetry() -> None:
    row = only(mirror(exported(imputed_mirror=True), imported(imputed_mirror=True)))
    assert (row["reported_by_from"], row["reported_by_to"]) == (100, 100)
    assert row["asymmetry"] is None
    assert row["grade"] == "D"


def test_a_copy_that_nobody_else_reports_leaves_no_row() -> None:
    assert mirror(exported(obs_status="I", imputed_mirror=True)).is_empty()


@pytest.mark.parametrize("other_status", ["A", "P"])
def test_a_year_with_a_copied_month_is_a_copy(other_status: str) -> None:
    months = [exported(freq="M", time_period=month, obs_status=other_status) for month in MONTHS]
    months[3] |= {"obs_status": "I", "imputed_mirror": True}
    row = only(mirror(*months, imported(time_period="2024", obs_value=Decimal(1200))), freq="A")
    assert row["reported_by_from"] is None
    assert row["missing_from"] == "copy"


def test_a_pair_of_one_collection_is_flagged_and_never_graded_a() -> None:
    to_canada = {"ref_area": "USA", "counterpart_area": "CAN"}
    from_usa = {"ref_area": "CAN", "counterpart_area": "USA"}
    flows = mirror(
        exported(**to_canada, time_period="1989"),
        imported(**from_usa, time_period="1989"),
        exported(**to_canada, time_period="2018"),
        imported(**from_usa, time_period="2018"),
        exported(**from_usa, time_period="2018"),
        imported(**to_canada, time_period="2018"),
        exported(),
        imported(),
    )
    assert flows["asymmetry"].to_list() == [0.0] * 4
    shared = only(flows, from_area="USA", to_area="CAN", time_period="2018")
    assert (shared["same_source"], shared["grade"]) == (True, "B")
    returned = only(flows, from_area="CAN", to_area="USA")
    assert (returned["same_source"], returned["grade"]) == (True, "B")
    before = only(flows, from_area="USA", to_area="CAN", time_period="1989")
    assert (before["same_source"], before["grade"]) == (False, "A")
    independent = only(flows, from_area="MEX")
    assert (independent["same_source"], independent["grade"]) == (False, "A")


def test_one_collection_of_one_theme_is_not_one_of_another() -> None:
    row = only(mirror(capital=[held(counterpart_area="CAN")]), freq="M")
    assert row["same_source"] is False


def test_aggregates_are_no_areas() -> None:
    flows = mirror(exported(counterpart_area="W00"), exported(counterpart_area="EUU"), exported(counterpart_area="XXX"))
    assert flows.is_empty()


# Absent, suppressed, zero


@pytest.mark.parametrize("status", ["O", "Q", "L", "M"])
def test_an_absent_or_suppressed_figure_never_becomes_zero(status: str) -> None:
    row = only(mirror(exported(obs_value=None, obs_status=status), imported()))
    assert row["reported_by_from"] is None
    assert row["missing_from"] == "missing_value"
    assert row["obs_status_from"] == status
    assert row["asymmetry"] is None
    assert row["reported_by_to"] == 100


def test_a_reported_zero_stays_a_zero() -> None:
    row = only(mirror(exported(obs_value=Decimal(0)), imported()))
    assert row["reported_by_from"] == 0
    assert row["missing_from"] is None
    assert row["asymmetry"] == 1


def test_two_zeros_stand_without_an_asymmetry() -> None:
    row = only(mirror(exported(obs_value=Decimal(0)), imported(obs_value=Decimal(0))))
    assert (row["reported_by_from"], row["reported_by_to"]) == (0, 0)
    assert row["asymmetry"] is None
    assert row["grade"] == "D"


def test_a_flow_of_which_both_sides_say_missing_leaves_no_row() -> None:
    assert mirror(exported(obs_value=None, obs_status="Q"), imported(obs_value=None, obs_status="O")).is_empty()


def test_a_negative_flow_stands_without_an_asymmetry() -> None:
    sold = held(direction="OUT", ref_area="MEX", counterpart_area="USA", stock_flow="F", obs_value=Decimal(-5))
    row = only(mirror(capital=[held(stock_flow="F"), sold]), freq="M")
    assert (row["reported_by_from"], row["reported_by_to"]) == (-5, 100)
    assert row["asymmetry"] is None


# Years of months


def test_a_year_is_the_sum_of_twelve_months() -> None:
    months = [exported(freq="M", time_period=month, obs_value=Decimal(place)) for place, month in enumerate(MONTHS, 1)]
    flows = mirror(*months)
    assert flows.filter(freq="M").height == 12
    year = only(flows, freq="A")
    assert year["time_period"] == "2024"
    assert year["reported_by_from"] == 78
    assert year["coverage_share"] == 1
    assert (year["source_from"], year["valuation_from"], year["obs_status_from"]) == ("office", "FOB", "A")


@pytest.mark.parametrize("months_held", [1, 11])
def test_an_incomplete_year_has_no_sum_and_says_so(months_held: int) -> None:
    months = [exported(freq="M", time_period=month) for month in MONTHS[:months_held]]
    year = only(mirror(*months, imported(time_period="2024")), freq="A")
    assert year["reported_by_from"] is None
    assert year["missing_from"] == "incomplete_year"
    assert year["obs_status_from"] == "L"
    assert year["asymmetry"] is None
    assert year["reported_by_to"] == 100


def test_a_month_without_a_value_makes_the_year_incomplete() -> None:
    months = [exported(freq="M", time_period=month) for month in MONTHS]
    months[5] |= {"obs_value": None, "obs_status": "Q"}
    year = only(mirror(*months, imported(time_period="2024")), freq="A")
    assert year["reported_by_from"] is None
    assert year["missing_from"] == "incomplete_year"


def test_an_incomplete_year_that_nobody_else_reports_leaves_no_row() -> None:
    flows = mirror(*(exported(freq="M", time_period=month) for month in MONTHS[:11]))
    assert flows["freq"].unique().to_list() == ["M"]


def test_a_year_without_a_value_is_missing_and_not_incomplete() -> None:
    row = only(mirror(exported(obs_value=None, obs_status="O"), imported()))
    assert row["missing_from"] == "missing_value"


def test_a_report_by_year_covers_its_whole_year() -> None:
    months = [exported(freq="M", time_period=month) for month in MONTHS]
    year = only(mirror(*months, imported(time_period="2024", source_id="fund")), freq="A")
    assert year["coverage_share"] == 1
    assert only(mirror(imported()))["coverage_share"] == 1


def test_months_of_a_national_office_come_before_the_year_of_an_international_body() -> None:
    months = [exported(freq="M", time_period=month) for month in MONTHS]
    year = only(mirror(*months, exported(time_period="2024", obs_value=Decimal(7), source_id="fund")), freq="A")
    assert (year["reported_by_from"], year["source_from"]) == (1200, "office")


def test_the_year_of_an_international_body_stands_where_the_office_has_no_full_year() -> None:
    months = [exported(freq="M", time_period=month) for month in MONTHS[:11]]
    year = only(mirror(*months, exported(time_period="2024", obs_value=Decimal(7), source_id="fund")), freq="A")
    assert (year["reported_by_from"], year["source_from"], year["missing_from"]) == (7, "fund", None)


def test_the_year_of_a_stock_is_its_december() -> None:
    months = [held(time_period=month, obs_value=Decimal(place)) for place, month in enumerate(MONTHS, 1)]
    months[0] |= {"obs_status": "U"}
    year = only(mirror(capital=months), freq="A")
    assert year["reported_by_to"] == 12
    assert year["obs_status_to"] == "A"
    assert year["coverage_share"] == 1


@pytest.mark.parametrize(
    "december", [[], [held(time_period="2024-12", obs_value=None, obs_status="O")]], ids=["no row", "no value"]
)
def test_a_stock_without_its_december_has_no_year(december: list[dict[str, Any]]) -> None:
    flows = mirror(capital=[held(time_period="2024-11"), *december])
    assert flows.select("freq", "time_period").rows() == [("M", "2024-11")]


def test_flows_of_capital_are_summed_and_positions_are_not() -> None:
    flows = mirror(
        capital=[held(time_period=month, stock_flow=kind) for kind in ("S", "F") for month in MONTHS],
    )
    assert only(flows, freq="A", stock_flow="S")["reported_by_to"] == 100
    assert only(flows, freq="A", stock_flow="F")["reported_by_to"] == 1200


# Who speaks for whom


def test_an_inward_position_is_told_by_the_area_of_arrival() -> None:
    told = held(ref_area="MEX", counterpart_area="USA", direction="OUT", obs_value=Decimal(90))
    row = only(mirror(capital=[held(), told]), freq="M")
    assert (row["from_area"], row["to_area"], row["subject"], row["stock_flow"]) == ("MEX", "USA", "P_F5", "S")
    assert (row["reported_by_from"], row["reported_by_to"]) == (90, 100)


def test_people_of_one_origin_are_counted_by_their_host() -> None:
    row = only(mirror(talent=[counted()]))
    assert (row["from_area"], row["to_area"], row["subject"], row["unit_measure"]) == ("MEX", "USA", "MIGRANT", "PS")
    assert row["reported_by_to"] == 100
    assert row["missing_from"] == "no_report"


def test_rates_net_figures_and_other_reporting_years_are_not_paired_with_persons() -> None:
    flows = mirror(
        talent=[
            counted(),
            counted(unit_measure="PER_10000", ref_area="MEX", counterpart_area="USA", direction="OUT"),
            counted(direction="NET", obs_value=Decimal(-3)),
            counted(time_period="2018", reporting_year_start="--10-01"),
        ]
    )
    assert flows.select("unit_measure", "time_period").rows() == [("PER_10000", "2019"), ("PS", "2019")]
    assert flows["asymmetry"].null_count() == 2


def test_only_the_preferred_series_speaks() -> None:
    row = only(mirror(exported(), exported(source_id="fund", obs_value=Decimal(1), is_preferred=False)))
    assert (row["reported_by_from"], row["source_from"]) == (100, "office")


def test_a_source_without_a_rank_is_named_and_not_dropped() -> None:
    with pytest.raises(ContractError, match="no rank for the sources \\['stranger'\\]"):
        mirror(exported(source_id="stranger"))


# Breaks


def status_by_year(flows: pl.DataFrame, side: str) -> dict[str, str | None]:
    return dict(flows.sort("time_period").select("time_period", f"obs_status_{side}").iter_rows())


def test_a_change_of_source_within_a_series_is_a_break() -> None:
    flows = mirror(
        exported(time_period="2017", source_id="fund"),
        exported(time_period="2018", source_id="fund"),
        exported(time_period="2019"),
        exported(time_period="2020"),
    )
    assert status_by_year(flows, "from") == {"2017": "A", "2018": "A", "2019": "B", "2020": "A"}


def test_a_change_of_source_is_a_break_across_years_of_silence_too() -> None:
    flows = mirror(
        imported(time_period="2018", source_id="fund"),
        imported(time_period="2021"),
        *(exported(time_period=str(year)) for year in range(2018, 2022)),
    )
    assert status_by_year(flows, "to") == {"2018": "A", "2019": None, "2020": None, "2021": "B"}
    assert status_by_year(flows, "from") == dict.fromkeys(["2018", "2019", "2020", "2021"], "A")


def test_a_year_without_a_figure_is_no_break() -> None:
    months = [exported(freq="M", time_period=month) for month in MONTHS[:11]]
    flows = mirror(
        exported(time_period="2023", source_id="fund"),
        *months,
        imported(time_period="2023"),
        imported(time_period="2024"),
    ).filter(freq="A")
    assert status_by_year(flows, "from") == {"2023": "A", "2024": "L"}


def test_one_series_does_not_break_another() -> None:
    flows = mirror(
        exported(time_period="2017", source_id="fund"), exported(time_period="2018", product="HS_84"), imported()
    )
    assert "B" not in flows["obs_status_from"].to_list()


# The whole table


def test_the_columns_are_those_of_the_published_contract_in_order_and_type() -> None:
    columns = CONTRACTS.published["out_mirror_flows"].columns
    for flows in (mirror(exported(), imported()), mirror()):
        assert flows.columns == list(columns)
        for name, column in columns.items():
            if column.type == "decimal":
                assert flows.schema[name] == pl.Decimal(38, 6), name
            else:
                assert flows.schema[name] == POLARS_TYPES[column.type], name


def test_required_columns_are_never_blank_and_the_key_is_unique() -> None:
    published = CONTRACTS.published["out_mirror_flows"]
    flows = mirror(
        *(exported(freq="M", time_period=month) for month in MONTHS),
        imported(time_period="2024"),
        exported(obs_value=None, obs_status="Q"),
        imported(),
        capital=[held(time_period=month) for month in MONTHS],
        talent=[counted()],
    )
    assert flows.height == 28
    assert flows.n_unique(published.key) == flows.height
    for name, column in published.columns.items():
        if column.required:
            assert flows[name].null_count() == 0, name


def test_rows_come_in_the_order_of_their_key() -> None:
    rows = [exported(time_period=str(year), product=product) for year in (2018, 2016) for product in ("TOTAL", "HS_84")]
    flows = mirror(*rows)
    assert flows.select("subject", "time_period").rows() == [
        ("HS_84", "2016"),
        ("HS_84", "2018"),
        ("TOTAL", "2016"),
        ("TOTAL", "2018"),
    ]
    assert mirror(*reversed(rows)).equals(flows)


reports = st.none() | st.decimals(min_value=0, max_value=10**15, places=6)


@settings(deadline=None, max_examples=25)
@given(pairs=st.lists(st.tuples(reports, reports), min_size=1, max_size=8))
def test_what_each_side_reports_is_never_overwritten(pairs: list[tuple[Decimal | None, Decimal | None]]) -> None:
    rows = []
    for year, (departure, arrival) in enumerate(pairs, start=2000):
        rows.append(exported(time_period=str(year), obs_value=departure, obs_status="O" if departure is None else "A"))
        rows.append(imported(time_period=str(year), obs_value=arrival, obs_status="O" if arrival is None else "A"))
    flows = {row["time_period"]: row for row in mirror(*rows).iter_rows(named=True)}
    for year, (departure, arrival) in enumerate(pairs, start=2000):
        if departure is None and arrival is None:
            assert str(year) not in flows
            continue
        row = flows[str(year)]
        assert (row["reported_by_from"], row["reported_by_to"]) == (departure, arrival)
        assert (row["missing_from"] is None) == (departure is not None)
        assert (row["missing_to"] is None) == (arrival is not None)
        if departure is None or arrival is None:
            assert row["asymmetry"] is None
        else:
            expected = asymmetry(float(departure), float(arrival))
            assert row["asymmetry"] == (None if expected is None else pytest.approx(expected, rel=1e-6, abs=1e-9))
