"""Both reports of one flow. Areas are real, every figure below is made up unless a comment names its source."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

Report = Callable[..., dict[str, Any]]
Mirror = Callable[..., pl.DataFrame]
MONTHS = [f"2024-{month:02d}" for month in range(1, 13)]


def only(flows: pl.DataFrame, **cells: str) -> dict[str, Any]:
    """The one row with these cells; more or none is an error."""
    found = flows.filter(**cells)
    assert found.height == 1, f"{found.height} rows with {cells}"
    return found.row(0, named=True)


# Both sides, one side


def test_both_reports_of_one_flow_stand_in_one_row(exported: Report, imported: Report, mirror: Mirror) -> None:
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


def test_a_flow_and_its_return_are_two_flows(exported: Report, mirror: Mirror) -> None:
    flows = mirror(exported(), exported(ref_area="USA", counterpart_area="MEX"))
    assert flows.select("from_area", "to_area").rows() == [("MEX", "USA"), ("USA", "MEX")]
    assert flows["reported_by_to"].null_count() == 2


@pytest.mark.parametrize(("side", "spoken", "silent"), [("exported", "from", "to"), ("imported", "to", "from")])
def test_a_flow_that_one_side_reports_has_no_asymmetry_and_says_who_is_silent(
    side: str, spoken: str, silent: str, mirror: Mirror, request: pytest.FixtureRequest
) -> None:
    found = only(mirror(request.getfixturevalue(side)()))
    assert found[f"reported_by_{spoken}"] == 100
    assert found[f"missing_{spoken}"] is None
    assert found[f"reported_by_{silent}"] is None
    assert found[f"missing_{silent}"] == "no_report"
    assert found[f"source_{silent}"] is None
    assert found["asymmetry"] is None
    assert found["grade"] == "D"


def test_re_exports_and_re_imports_are_not_paired_with_exports_and_imports(
    exported: Report, imported: Report, mirror: Mirror
) -> None:
    assert mirror(exported(flow="RX"), imported(flow="RM")).is_empty()


@pytest.mark.parametrize(
    "other", [{"product": "HS_84"}, {"time_period": "2017"}, {"freq": "M", "time_period": "2018-01"}]
)
def test_what_is_not_the_same_thing_is_not_paired(
    other: dict[str, str], exported: Report, imported: Report, mirror: Mirror
) -> None:
    flows = mirror(exported(), imported(**other))
    assert flows["asymmetry"].null_count() == flows.height
    assert flows.height >= 2


@pytest.mark.parametrize(
    ("importer", "grade"), [(100, "A"), (110, "A"), (111, "B"), (135, "B"), (136, "C"), (185, "C"), (186, "D")]
)
def test_the_grade_follows_the_asymmetry(
    importer: int, grade: str, exported: Report, imported: Report, mirror: Mirror
) -> None:
    # Limits .05, .15 and .30 of |X - M| / (X + M), with X = 100.
    assert only(mirror(exported(), imported(obs_value=Decimal(importer))))["grade"] == grade


# Copies, same source, aggregates


def test_a_stated_copy_is_no_voice(exported: Report, imported: Report, mirror: Mirror) -> None:
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


def test_a_copy_whose_side_is_not_known_leaves_both_figures_without_an_asymmetry(
    exported: Report, imported: Report, mirror: Mirror
) -> None:
    row = only(mirror(exported(imputed_mirror=True), imported(imputed_mirror=True)))
    assert (row["reported_by_from"], row["reported_by_to"]) == (100, 100)
    assert row["asymmetry"] is None
    assert row["grade"] == "D"


def test_a_copy_that_nobody_else_reports_leaves_no_row(exported: Report, mirror: Mirror) -> None:
    assert mirror(exported(obs_status="I", imputed_mirror=True)).is_empty()


@pytest.mark.parametrize("other_status", ["A", "P"])
def test_a_year_with_a_copied_month_is_a_copy(
    other_status: str, exported: Report, imported: Report, mirror: Mirror
) -> None:
    months = [exported(freq="M", time_period=month, obs_status=other_status) for month in MONTHS]
    months[3] |= {"obs_status": "I", "imputed_mirror": True}
    row = only(mirror(*months, imported(time_period="2024", obs_value=Decimal(1200))), freq="A")
    assert row["reported_by_from"] is None
    assert row["missing_from"] == "copy"


def test_a_pair_of_one_collection_is_flagged_and_never_graded_a(
    exported: Report, imported: Report, mirror: Mirror
) -> None:
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


def test_one_collection_of_one_theme_is_not_one_of_another(held: Report, mirror: Mirror) -> None:
    row = only(mirror(capital=[held(counterpart_area="CAN")]), freq="M")
    assert row["same_source"] is False


def test_aggregates_are_no_areas(exported: Report, mirror: Mirror) -> None:
    flows = mirror(exported(counterpart_area="W00"), exported(counterpart_area="EUU"), exported(counterpart_area="XXX"))
    assert flows.is_empty()


# Absent, suppressed, zero


@pytest.mark.parametrize("status", ["O", "Q", "L", "M"])
def test_an_absent_or_suppressed_figure_never_becomes_zero(
    status: str, exported: Report, imported: Report, mirror: Mirror
) -> None:
    row = only(mirror(exported(obs_value=None, obs_status=status), imported()))
    assert row["reported_by_from"] is None
    assert row["missing_from"] == "missing_value"
    assert row["obs_status_from"] == status
    assert row["asymmetry"] is None
    assert row["reported_by_to"] == 100


def test_a_reported_zero_stays_a_zero(exported: Report, imported: Report, mirror: Mirror) -> None:
    row = only(mirror(exported(obs_value=Decimal(0)), imported()))
    assert row["reported_by_from"] == 0
    assert row["missing_from"] is None
    assert row["asymmetry"] == 1


def test_two_zeros_stand_without_an_asymmetry(exported: Report, imported: Report, mirror: Mirror) -> None:
    row = only(mirror(exported(obs_value=Decimal(0)), imported(obs_value=Decimal(0))))
    assert (row["reported_by_from"], row["reported_by_to"]) == (0, 0)
    assert row["asymmetry"] is None
    assert row["grade"] == "D"


def test_a_flow_of_which_both_sides_say_missing_leaves_no_row(
    exported: Report, imported: Report, mirror: Mirror
) -> None:
    assert mirror(exported(obs_value=None, obs_status="Q"), imported(obs_value=None, obs_status="O")).is_empty()


def test_a_negative_flow_stands_without_an_asymmetry(held: Report, mirror: Mirror) -> None:
    sold = held(direction="OUT", ref_area="MEX", counterpart_area="USA", stock_flow="F", obs_value=Decimal(-5))
    row = only(mirror(capital=[held(stock_flow="F"), sold]), freq="M")
    assert (row["reported_by_from"], row["reported_by_to"]) == (-5, 100)
    assert row["asymmetry"] is None
