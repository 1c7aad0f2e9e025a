"""Who speaks for whom, and the whole table. Areas are real, every figure below is made up."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compact_pipelines.analytics.mirror import asymmetry
from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import POLARS_TYPES
from compact_pipelines.errors import ContractError

Report = Callable[..., dict[str, Any]]
Mirror = Callable[..., pl.DataFrame]
CONTRACTS = load_contracts()
MONTHS = [f"2024-{month:02d}" for month in range(1, 13)]


def only(flows: pl.DataFrame, **cells: str) -> dict[str, Any]:
    """The one row with these cells; more or none is an error."""
    found = flows.filter(**cells)
    assert found.height == 1, f"{found.height} rows with {cells}"
    return found.row(0, named=True)


# Who speaks for whom


def test_an_inward_position_is_told_by_the_area_of_arrival(held: Report, mirror: Mirror) -> None:
    told = held(ref_area="MEX", counterpart_area="USA", direction="OUT", obs_value=Decimal(90))
    row = only(mirror(capital=[held(), told]), freq="M")
    assert (row["from_area"], row["to_area"], row["subject"], row["stock_flow"]) == ("MEX", "USA", "P_F5", "S")
    assert (row["reported_by_from"], row["reported_by_to"]) == (90, 100)


def test_people_of_one_origin_are_counted_by_their_host(counted: Report, mirror: Mirror) -> None:
    row = only(mirror(talent=[counted()]))
    assert (row["from_area"], row["to_area"], row["subject"], row["unit_measure"]) == ("MEX", "USA", "MIGRANT", "PS")
    assert row["reported_by_to"] == 100
    assert row["missing_from"] == "no_report"


def test_rates_net_figures_and_other_reporting_years_are_not_paired_with_persons(
    counted: Report, mirror: Mirror
) -> None:
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


# Several sources of one side


@pytest.mark.parametrize("is_preferred", [True, False])
def test_the_better_rank_speaks_whether_or_not_its_series_is_preferred(
    is_preferred: bool, exported: Report, mirror: Mirror
) -> None:
    fund = exported(source_id="fund", obs_value=Decimal(1), is_preferred=not is_preferred)
    row = only(mirror(fund, exported(is_preferred=is_preferred)))
    assert (row["reported_by_from"], row["source_from"]) == (100, "office")


def test_of_two_sources_of_one_rank_the_first_by_name_speaks(exported: Report, mirror: Mirror) -> None:
    row = only(mirror(exported(source_id="other_office", obs_value=Decimal(1)), exported()))
    assert (row["reported_by_from"], row["source_from"]) == (100, "office")


def test_a_source_with_a_value_speaks_before_a_better_one_without(exported: Report, mirror: Mirror) -> None:
    blank = exported(obs_value=None, obs_status="Q")
    row = only(mirror(blank, exported(source_id="fund", obs_value=Decimal(1))))
    assert (row["reported_by_from"], row["source_from"], row["missing_from"]) == (1, "fund", None)


def test_a_copy_of_the_other_side_speaks_only_where_nobody_else_does(exported: Report, mirror: Mirror) -> None:
    copy = exported(obs_status="I", imputed_mirror=True, source_id="office")
    row = only(mirror(copy, exported(obs_value=Decimal(55), source_id="fund")))
    assert (row["reported_by_from"], row["source_from"], row["missing_from"]) == (55, "fund", None)
    assert mirror(copy).is_empty()


def test_a_possible_copy_steps_back_behind_a_report_of_ones_own(
    exported: Report, imported: Report, mirror: Mirror
) -> None:
    flagged = exported(imputed_mirror=True, obs_value=Decimal(500))
    row = only(mirror(flagged, exported(source_id="fund"), imported()))
    assert (row["reported_by_from"], row["source_from"], row["imputed_mirror"]) == (100, "fund", False)


def test_the_voice_is_chosen_per_period_and_the_change_is_marked(
    exported: Report, imported: Report, mirror: Mirror
) -> None:
    # The fund tells five years, the office two of them; the series of the other side knows nothing of it.
    years = [str(year) for year in range(2015, 2020)]
    flows = mirror(
        *(exported(time_period=year, source_id="fund", obs_value=Decimal(90)) for year in years),
        *(exported(time_period=year) for year in ("2016", "2017")),
        *(imported(time_period=year, obs_value=Decimal(110)) for year in years),
    )
    told = flows.sort("time_period").select("source_from", "reported_by_from", "obs_status_from", "obs_status_to")
    assert told.rows() == [
        ("fund", 90, "A", "A"),
        ("office", 100, "B", "A"),
        ("office", 100, "A", "A"),
        ("fund", 90, "B", "A"),
        ("fund", 90, "A", "A"),
    ]
    apart = flows.sort("time_period")["asymmetry"].to_list()
    assert apart == pytest.approx([20 / 200, 10 / 210, 10 / 210, 20 / 200, 20 / 200])


def test_a_source_without_a_rank_is_named_and_not_dropped(exported: Report, mirror: Mirror) -> None:
    with pytest.raises(ContractError, match="no rank for the sources \\['stranger'\\]"):
        mirror(exported(source_id="stranger"))


# Breaks


def status_by_year(flows: pl.DataFrame, side: str) -> dict[str, str | None]:
    return dict(flows.sort("time_period").select("time_period", f"obs_status_{side}").iter_rows())


def test_a_change_of_source_within_a_series_is_a_break(exported: Report, mirror: Mirror) -> None:
    flows = mirror(
        exported(time_period="2017", source_id="fund"),
        exported(time_period="2018", source_id="fund"),
        exported(time_period="2019"),
        exported(time_period="2020"),
    )
    assert status_by_year(flows, "from") == {"2017": "A", "2018": "A", "2019": "B", "2020": "A"}


def test_a_change_of_source_is_a_break_across_years_of_silence_too(
    exported: Report, imported: Report, mirror: Mirror
) -> None:
    flows = mirror(
        imported(time_period="2018", source_id="fund"),
        imported(time_period="2021"),
        *(exported(time_period=str(year)) for year in range(2018, 2022)),
    )
    assert status_by_year(flows, "to") == {"2018": "A", "2019": None, "2020": None, "2021": "B"}
    assert status_by_year(flows, "from") == dict.fromkeys(["2018", "2019", "2020", "2021"], "A")


def test_a_year_without_a_figure_is_no_break(exported: Report, imported: Report, mirror: Mirror) -> None:
    months = [exported(freq="M", time_period=month) for month in MONTHS[:11]]
    flows = mirror(
        exported(time_period="2023", source_id="fund"),
        *months,
        imported(time_period="2023"),
        imported(time_period="2024"),
    ).filter(freq="A")
    assert status_by_year(flows, "from") == {"2023": "A", "2024": "L"}


def test_one_series_does_not_break_another(exported: Report, imported: Report, mirror: Mirror) -> None:
    flows = mirror(
        exported(time_period="2017", source_id="fund"), exported(time_period="2018", product="HS_84"), imported()
    )
    assert "B" not in flows["obs_status_from"].to_list()


# The whole table


def test_the_columns_are_those_of_the_published_contract_in_order_and_type(
    exported: Report, imported: Report, mirror: Mirror
) -> None:
    columns = CONTRACTS.published["out_mirror_flows"].columns
    for flows in (mirror(exported(), imported()), mirror()):
        assert flows.columns == list(columns)
        for name, column in columns.items():
            assert flows.schema[name] == POLARS_TYPES[column.type], name


def test_required_columns_are_never_blank_and_the_key_is_unique(
    exported: Report, imported: Report, held: Report, counted: Report, mirror: Mirror
) -> None:
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


def test_rows_come_in_the_order_of_their_key(exported: Report, mirror: Mirror) -> None:
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


@settings(deadline=None, max_examples=10)
@given(pairs=st.lists(st.tuples(reports, reports), min_size=1, max_size=8))
def test_what_each_side_reports_is_never_overwritten(
    pairs: list[tuple[Decimal | None, Decimal | None]], exported: Report, imported: Report, mirror: Mirror
) -> None:
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
