"""Years of months, and what an area receives from the world. Areas are real, every figure below is made up."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from compact_pipelines.analytics.mirror import References, build_world_totals

Report = Callable[..., dict[str, Any]]
Mirror = Callable[..., pl.DataFrame]
MONTHS = [f"2024-{month:02d}" for month in range(1, 13)]


def only(flows: pl.DataFrame, **cells: str) -> dict[str, Any]:
    """The one row with these cells; more or none is an error."""
    found = flows.filter(**cells)
    assert found.height == 1, f"{found.height} rows with {cells}"
    return found.row(0, named=True)


# Years of months


def test_a_year_is_the_sum_of_twelve_months(exported: Report, mirror: Mirror) -> None:
    months = [exported(freq="M", time_period=month, obs_value=Decimal(place)) for place, month in enumerate(MONTHS, 1)]
    flows = mirror(*months)
    assert flows.filter(freq="M").height == 12
    year = only(flows, freq="A")
    assert year["time_period"] == "2024"
    assert year["reported_by_from"] == 78
    assert year["coverage_share"] == 1
    assert (year["source_from"], year["valuation_from"], year["obs_status_from"]) == ("office", "FOB", "A")


@pytest.mark.parametrize("months_held", [1, 11])
def test_an_incomplete_year_has_no_sum_and_says_so(
    months_held: int, exported: Report, imported: Report, mirror: Mirror
) -> None:
    months = [exported(freq="M", time_period=month) for month in MONTHS[:months_held]]
    year = only(mirror(*months, imported(time_period="2024")), freq="A")
    assert year["reported_by_from"] is None
    assert year["missing_from"] == "incomplete_year"
    assert year["obs_status_from"] == "L"
    assert year["asymmetry"] is None
    assert year["reported_by_to"] == 100


def test_a_month_without_a_value_makes_the_year_incomplete(exported: Report, imported: Report, mirror: Mirror) -> None:
    months = [exported(freq="M", time_period=month) for month in MONTHS]
    months[5] |= {"obs_value": None, "obs_status": "Q"}
    year = only(mirror(*months, imported(time_period="2024")), freq="A")
    assert year["reported_by_from"] is None
    assert year["missing_from"] == "incomplete_year"


def test_an_incomplete_year_that_nobody_else_reports_leaves_no_row(exported: Report, mirror: Mirror) -> None:
    flows = mirror(*(exported(freq="M", time_period=month) for month in MONTHS[:11]))
    assert flows["freq"].unique().to_list() == ["M"]


def test_a_year_without_a_value_is_missing_and_not_incomplete(
    exported: Report, imported: Report, mirror: Mirror
) -> None:
    row = only(mirror(exported(obs_value=None, obs_status="O"), imported()))
    assert row["missing_from"] == "missing_value"


def test_a_report_by_year_covers_its_whole_year(exported: Report, imported: Report, mirror: Mirror) -> None:
    months = [exported(freq="M", time_period=month) for month in MONTHS]
    year = only(mirror(*months, imported(time_period="2024", source_id="fund")), freq="A")
    assert year["coverage_share"] == 1
    assert only(mirror(imported()))["coverage_share"] == 1


def test_months_of_a_national_office_come_before_the_year_of_an_international_body(
    exported: Report, mirror: Mirror
) -> None:
    months = [exported(freq="M", time_period=month) for month in MONTHS]
    year = only(mirror(*months, exported(time_period="2024", obs_value=Decimal(7), source_id="fund")), freq="A")
    assert (year["reported_by_from"], year["source_from"]) == (1200, "office")


def test_the_year_of_an_international_body_stands_where_the_office_has_no_full_year(
    exported: Report, mirror: Mirror
) -> None:
    months = [exported(freq="M", time_period=month) for month in MONTHS[:11]]
    year = only(mirror(*months, exported(time_period="2024", obs_value=Decimal(7), source_id="fund")), freq="A")
    assert (year["reported_by_from"], year["source_from"], year["missing_from"]) == (7, "fund", None)


def test_the_year_of_a_stock_is_its_december(held: Report, mirror: Mirror) -> None:
    months = [held(time_period=month, obs_value=Decimal(place)) for place, month in enumerate(MONTHS, 1)]
    months[0] |= {"obs_status": "U"}
    year = only(mirror(capital=months), freq="A")
    assert year["reported_by_to"] == 12
    assert year["obs_status_to"] == "A"
    assert year["coverage_share"] == 1


@pytest.mark.parametrize("told", [False, True], ids=["no row", "no value"])
def test_a_stock_without_its_december_has_no_year(told: bool, held: Report, mirror: Mirror) -> None:
    december = [held(time_period="2024-12", obs_value=None, obs_status="O")] if told else []
    flows = mirror(capital=[held(time_period="2024-11"), *december])
    assert flows.select("freq", "time_period").rows() == [("M", "2024-11")]


def test_flows_of_capital_are_summed_and_positions_are_not(held: Report, mirror: Mirror) -> None:
    flows = mirror(
        capital=[held(time_period=month, stock_flow=kind) for kind in ("S", "F") for month in MONTHS],
    )
    assert only(flows, freq="A", stock_flow="S")["reported_by_to"] == 100
    assert only(flows, freq="A", stock_flow="F")["reported_by_to"] == 1200


# Quarters


def quarter(number: int) -> str:
    return f"2024-Q{number}"


def test_months_meet_quarters_at_the_finest_period_both_have(
    exported: Report, imported: Report, mirror: Mirror
) -> None:
    flows = mirror(
        *(exported(freq="M", time_period=month, obs_value=Decimal(10)) for month in MONTHS),
        *(imported(freq="Q", time_period=quarter(n), obs_value=Decimal(20)) for n in range(1, 5)),
    )
    told = flows.filter(freq="Q").select("time_period", "reported_by_from", "reported_by_to", "coverage_share")
    assert told.rows() == [(quarter(n), 30, 20, 1.0) for n in range(1, 5)]
    year = only(flows, freq="A")
    assert (year["reported_by_from"], year["reported_by_to"]) == (120, 80)


def test_a_year_short_of_a_quarter_is_blank(exported: Report, imported: Report, mirror: Mirror) -> None:
    flows = mirror(
        *(exported(freq="Q", time_period=quarter(n)) for n in range(1, 4)),
        imported(freq="A", time_period="2024"),
    )
    year = only(flows, freq="A")
    assert (year["reported_by_from"], year["missing_from"]) == (None, "incomplete_year")


def test_the_stock_of_a_year_of_quarters_is_that_of_the_last(held: Report, mirror: Mirror) -> None:
    flows = mirror(
        capital=[held(freq="Q", time_period=quarter(n), obs_value=Decimal(n)) for n in range(1, 5)],
    )
    assert only(flows, freq="A")["reported_by_to"] == 4


def test_nobody_gets_quarters_who_did_not_ask(exported: Report, mirror: Mirror) -> None:
    flows = mirror(*(exported(freq="M", time_period=month) for month in MONTHS))
    assert flows["freq"].unique().sort().to_list() == ["A", "M"]


def test_a_year_that_a_source_prints_itself_stands_before_the_sum_of_its_months(
    exported: Report, mirror: Mirror
) -> None:
    months = [exported(freq="M", time_period=month, obs_value=Decimal(10)) for month in MONTHS]
    flows = mirror(*months, exported(time_period="2024", obs_value=Decimal(121)))
    assert only(flows, freq="A")["reported_by_from"] == 121


@pytest.mark.parametrize("column", ["valuation", "basis"])
def test_a_year_of_two_valuations_or_bases_is_no_year(column: str, exported: Report, mirror: Mirror) -> None:
    words = {"valuation": ("CIF", "FOB"), "basis": ("ORIGIN", "LAST_SHIPMENT")}[column]
    months = [exported(freq="M", time_period=month, **{column: words[0]}) for month in MONTHS]
    months[3][column] = words[1]
    assert mirror(*months)["freq"].unique().to_list() == ["M"]


def test_a_blank_month_of_no_valuation_leaves_the_year_incomplete(exported: Report, mirror: Mirror) -> None:
    months = [exported(freq="M", time_period=month) for month in MONTHS]
    months[3] |= {"obs_value": None, "obs_status": "Q", "valuation": None}
    flows = mirror(*months, exported(time_period="2024", source_id="fund", obs_value=None, obs_status="O"))
    assert flows["freq"].unique().to_list() == ["M"]
    told = mirror(*months, exported(ref_area="USA", counterpart_area="MEX", flow="M", time_period="2024"))
    assert only(told, freq="A")["missing_from"] == "incomplete_year"


def test_the_year_of_a_stock_is_its_decembers_whatever_the_months_before(held: Report, mirror: Mirror) -> None:
    months = [held(time_period=month, basis="CUSTODY") for month in MONTHS]
    months[3] |= {"basis": "RESIDENCE", "imputed_mirror": True}
    year = only(mirror(capital=months), freq="A")
    assert (year["reported_by_to"], year["basis_to"], year["imputed_mirror"]) == (100, "CUSTODY", False)


@pytest.mark.parametrize(("worst", "year"), [("D", "D"), ("B", "B"), ("P", "P")])
def test_a_year_is_no_better_than_its_worst_month(worst: str, year: str, exported: Report, mirror: Mirror) -> None:
    months = [exported(freq="M", time_period=month) for month in MONTHS]
    months[3]["obs_status"] = worst
    months[7]["obs_status"] = "P"
    assert only(mirror(*months), freq="A")["obs_status_from"] == year


# Headings from their subheadings


CHIPS = ("HS22_854231", "HS22_854232", "HS22_854233", "HS22_854239", "HS22_854290")


def test_subheadings_meet_a_heading_at_the_finest_product_both_have(
    exported: Report, imported: Report, mirror: Mirror
) -> None:
    flows = mirror(
        *(exported(product=code, obs_value=Decimal(place)) for place, code in enumerate(CHIPS, 1)),
        imported(product="HS22_8542", obs_value=Decimal(12)),
    )
    heading = only(flows, subject="HS22_8542")
    assert (heading["reported_by_from"], heading["reported_by_to"]) == (15, 12)
    assert flows.height == 6


@pytest.mark.parametrize("last", [None, "blank"], ids=["no row", "no value"])
def test_a_heading_is_not_made_of_some_of_its_parts(last: str | None, exported: Report, mirror: Mirror) -> None:
    blank = [exported(product=CHIPS[-1], obs_value=None, obs_status="Q")] if last else []
    flows = mirror(*(exported(product=code) for code in CHIPS[:-1]), *blank)
    assert "HS22_8542" not in flows["subject"].to_list()


def test_a_heading_of_parts_by_month_has_a_year(exported: Report, mirror: Mirror) -> None:
    flows = mirror(
        *(
            exported(freq="M", time_period=month, product=code, obs_value=Decimal(1))
            for month in MONTHS
            for code in CHIPS
        )
    )
    assert only(flows, freq="A", subject="HS22_8542")["reported_by_from"] == 60


# What an area receives from the world, and sends to it


@pytest.fixture(scope="session")
def totals(themes: Callable[..., dict[str, pl.DataFrame]], known: References) -> Mirror:
    """The totals of years."""
    return lambda *trades, **others: build_world_totals(themes(*trades, **others), known).filter(freq="A")


WORLD = {"counterpart_area": "W00"}


def test_a_total_is_what_a_source_prints_with_the_world(
    exported: Report, imported: Report, held: Report, counted: Report, totals: Mirror
) -> None:
    found = totals(
        imported(**WORLD),
        imported(),  # from one area
        imported(counterpart_area="EUU"),  # from a group
        exported(**WORLD),
        capital=[held(**WORLD), held(**WORLD, direction="OUT")],
        talent=[counted(**WORLD)],
    )
    assert found.rows() == [
        ("capital_flows", "P_F5", "S", "A", "USD", "2024", "USA", "from", "office", Decimal(100)),
        ("capital_flows", "P_F5", "S", "A", "USD", "2024", "USA", "to", "office", Decimal(100)),
        ("compute_exports", "TOTAL", "F", "A", "USD", "2018", "MEX", "from", "office", Decimal(100)),
        ("compute_exports", "TOTAL", "F", "A", "USD", "2018", "USA", "to", "other_office", Decimal(100)),
        ("talent_movement", "MIGRANT", "S", "A", "PS", "2019", "USA", "to", "fund", Decimal(100)),
    ]


def test_the_total_of_a_year_of_months_is_the_sum_of_all_twelve(imported: Report, totals: Mirror) -> None:
    months = [
        imported(**WORLD, freq="M", time_period=month, obs_value=Decimal(place))
        for place, month in enumerate(MONTHS, 1)
    ]
    assert totals(*months)["value"].to_list() == [78]
    assert totals(*months[:11]).is_empty()
    months[5] |= {"obs_value": None, "obs_status": "Q"}
    assert totals(*months).is_empty()


def test_every_source_keeps_its_own_total(imported: Report, totals: Mirror) -> None:
    found = totals(imported(**WORLD), imported(**WORLD, source_id="fund", obs_value=Decimal(90)))
    assert found.select("source_id", "value").rows() == [("fund", 90), ("other_office", 100)]


def test_a_blank_total_is_no_total(imported: Report, totals: Mirror) -> None:
    assert totals(imported(**WORLD, obs_value=None, obs_status="Q")).is_empty()


def test_totals_have_their_columns_with_and_without_rows(imported: Report, totals: Mirror) -> None:
    columns = "theme subject stock_flow freq unit_measure time_period area role source_id value"
    for found in (totals(imported(**WORLD)), totals()):
        assert found.columns == columns.split()
        assert found.schema["value"] == pl.Decimal(28, 6)
