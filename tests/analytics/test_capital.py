"""Whether members invest in each other more than their sizes explain. All figures are made up."""

from typing import Any

import polars as pl
import pytest

from compact_pipelines.analytics.capital import OF_SET, SCHEMA, build_intensity, capital_of
from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import POLARS_TYPES

PUBLISHED = load_contracts().published["out_capital_intensity"]
POSITION = {
    "subject": "P_F5",
    "time_period": "2021",
    "from_area": "CAN",
    "to_area": "USA",
    "reported_by_from": None,
    "reported_by_to": 60.0,
    "source_from": None,
    "source_to": "custodian",
}
POSITIONS = {
    **dict.fromkeys(("subject", "time_period", "from_area", "to_area"), pl.String),
    **dict.fromkeys(("reported_by_from", "reported_by_to"), pl.Float64),
    **dict.fromkeys(("source_from", "source_to"), pl.String),
}
TOTALS = {
    "subject": pl.String,
    "time_period": pl.String,
    "area": pl.String,
    "role": pl.String,
    "value": pl.Float64,
    "source_id": pl.String,
}


def totals(*rows: tuple[str, str, float | None], source: str = "survey") -> pl.DataFrame:
    told = rows or (("CAN", "from", 100.0), ("USA", "from", 400.0), ("MEX", "from", 100.0), ("USA", "to", 240.0))
    return pl.DataFrame([("P_F5", "2021", *row, source) for row in told], schema=TOTALS, orient="row")


def intensity(*positions: dict[str, Any], of: pl.DataFrame | None = None, hubs: tuple[str, ...] = ()) -> pl.DataFrame:
    rows = [{**POSITION, **position} for position in positions] or [POSITION]
    return build_intensity(pl.DataFrame(rows, schema=POSITIONS), totals() if of is None else of, hubs)


def reasons(found: pl.DataFrame) -> set[str | None]:
    assert (found["value"].is_null() != found["reason"].is_null()).all()
    return set(found["reason"])


def test_intensity_on_positions_by_hand() -> None:
    found = intensity()
    assert dict(found.schema) == SCHEMA
    first, without = found["value"]
    assert first == pytest.approx((60 / 100) / (240 / 600))
    assert without == pytest.approx((60 / 100) / ((240 - 60) / (600 - 100)))
    assert found["economies_count"].to_list() == [3, 3]
    assert found["is_two_sources"].to_list() == [True, True]


def test_what_the_receiver_counts_is_preferred() -> None:
    both = {"reported_by_from": 30.0, "source_from": "survey"}
    assert intensity(both)["position_usd"].to_list() == [60, 60]
    assert set(intensity(both)["reported_by"]) == {"to"}
    own = intensity({**both, "reported_by_to": None})
    assert own["position_usd"].to_list() == [30, 30]
    assert set(own["reported_by"]) == {"from"}
    assert own["is_two_sources"].to_list() == [False, False]


def test_a_position_that_nobody_tells_is_no_row() -> None:
    assert intensity({"reported_by_to": None}).is_empty()


@pytest.mark.parametrize(
    ("position", "of", "reason"),
    [
        ({"reported_by_to": -1.0}, totals(), "negative_input"),
        ({}, totals(("CAN", "from", -5.0), ("USA", "to", 240.0)), "negative_input"),
        ({"from_area": "DEU"}, totals(), "no_total_of_origin"),
        ({}, totals(("CAN", "from", None), ("USA", "from", 1.0), ("USA", "to", 240.0)), "no_total_of_origin"),
        ({"to_area": "MEX"}, totals(), "no_total_of_host"),
        ({"reported_by_to": 100.5}, totals(), "sources_differ"),
        ({"reported_by_to": 0.0}, totals(("CAN", "from", 0.0), ("USA", "to", 240.0)), "undefined"),
    ],
)
def test_what_is_not_defined_says_why(position: dict[str, Any], of: pl.DataFrame, reason: str) -> None:
    assert reasons(intensity(position, of=of)) == {reason}


def test_nothing_invested_is_zero() -> None:
    found = intensity({"reported_by_to": 0.0})
    assert found["value"].to_list() == [0, 0]
    assert reasons(found) == {None}


def test_hubs_and_shell_companies_are_flagged() -> None:
    found = intensity({"from_area": "NLD", "subject": "D_F_SPE"}, {}, hubs=("NLD",))
    assert set(found.filter(from_area="NLD").select("is_hub", "is_shell").rows()) == {(True, True)}
    assert set(found.filter(from_area="CAN").select("is_hub", "is_shell").rows()) == {(False, False)}


# -- a set as a whole

BACK = {"from_area": "USA", "to_area": "CAN", "reported_by_to": 80.0}
TWO_WAYS = totals(
    ("CAN", "from", 100.0), ("USA", "from", 400.0), ("MEX", "from", 100.0), ("USA", "to", 240.0), ("CAN", "to", 90.0)
)


def test_intensity_of_a_set_by_hand() -> None:
    found = capital_of(intensity({}, BACK, of=TWO_WAYS), ["CAN", "USA"])
    assert dict(found.schema) == OF_SET
    (row,) = found.iter_rows(named=True)
    assert row["value"] == pytest.approx(((60 + 80) / 500) / (330 / 600))
    assert (row["reason"], row["coverage_share"]) == (None, 1)


@pytest.mark.parametrize(
    ("members", "reason"),
    [([], "fewer_than_two_members"), (["USA"], "fewer_than_two_members"), (["CAN", "MEX", "USA"], "pairs_absent")],
)
def test_a_set_without_all_its_positions_has_no_intensity(members: list[str], reason: str) -> None:
    found = capital_of(intensity({}, BACK, of=TWO_WAYS), members)
    assert (found["value"].item(), found["reason"].item()) == (None, reason)


def test_a_set_with_a_position_that_has_none_says_why() -> None:
    found = capital_of(intensity({}, BACK), ["CAN", "USA"])
    assert found["reason"].to_list() == ["no_total_of_host"]


def test_without_positions_there_is_no_row() -> None:
    assert capital_of(intensity({"reported_by_to": None}), ["CAN", "USA"]).is_empty()


def test_the_columns_are_the_published_ones() -> None:
    assert {name: POLARS_TYPES[column.type] for name, column in PUBLISHED.columns.items()} == SCHEMA
