"""Which two areas have an agreement. All pairs and agreements here are made up."""

import datetime as dt
from typing import Any

import polars as pl
import pytest

from compact_pipelines.analytics.agreements import build_trade_agreements
from compact_pipelines.contracts.agreements import TradeAgreements
from compact_pipelines.errors import ContractError

PANEL_SCHEMA = {
    "area_1": pl.String,
    "area_2": pl.String,
    "has_agreement": pl.Boolean,
    "agreement": pl.String,
    "agreement_number": pl.Int64,
    "seen_since": pl.String,
    "time_period": pl.String,
    "provisions_count": pl.Int64,
    "provisions": pl.String,
    "source_id": pl.String,
    "snapshot_id": pl.String,
}
HELD = ("2016", 2, "tf_prov_45,ser_prov_47", "toy", "toy.a")
NOT_HELD = (False, None, None, None, "2016", None, None, "toy", "toy.a")
TOLD = ["has_agreement", "basis", "agreement", "in_force_since", "is_upper_bound", "reason"]


def accord(id_: str, *sides: list[str], day: str | None = "2020-05-01", **others: Any) -> dict[str, Any]:
    names = dict.fromkeys(("en", "fr", "es"), id_.upper())
    return {"id": id_, "name": names, "sides": sides, "in_force": day, "citation": "https://example.org",
            "verified": True, **others}  # fmt: skip


def listed(
    *agreements: dict[str, Any], ended: list[dict[str, Any]] | None = None, partial: tuple[str, ...] = ()
) -> TradeAgreements:
    schemes = [{"name": name, "note": "made up"} for name in partial]
    return TradeAgreements.model_validate(
        {"panel_year": 2016, "read_on": dt.date(2026, 1, 1), "partial_schemes": schemes, "groups": {},
         "agreements": agreements, "ended": ended or []}
    )  # fmt: skip


def built(agreements: TradeAgreements, *rows: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    panel = pl.DataFrame(rows, schema=PANEL_SCHEMA, orient="row")
    return build_trade_agreements(panel, agreements).select(TOLD).rows()


def in_panel(one: str, other: str, name: str | None = "Old accord") -> tuple[Any, ...]:
    return (one, other, True, name, 5, "2004", *HELD)


def not_in_panel(one: str, other: str) -> tuple[Any, ...]:
    return (one, other, *NOT_HELD)


def test_an_agreement_of_the_panel_stands_and_one_beside_it_changes_nothing() -> None:
    told = built(listed(accord("beside", ["CAN", "USA"])), in_panel("CAN", "USA"), in_panel("CAN", "MEX", None))
    assert told == [
        (True, "panel_2016", None, "2004", True, None),
        (True, "panel_2016", "Old accord", "2004", True, None),
    ]


def test_a_pair_without_one_has_the_earliest_later_one() -> None:
    agreements = listed(accord("late", ["CAN", "USA"], day="2022-01-01"), accord("early", ["CAN", "USA"]))
    assert built(agreements, not_in_panel("CAN", "USA")) == [(True, "early", "EARLY", "2020-05-01", False, None)]


def test_a_day_that_is_not_known_makes_the_other_one_an_upper_bound() -> None:
    undated = accord("undated", ["CAN", "USA"], day=None)
    agreements = listed(undated, accord("dated", ["CAN", "USA"]))
    assert built(agreements, not_in_panel("CAN", "USA")) == [(True, "dated", "DATED", "2020-05-01", True, None)]
    assert built(listed(undated), not_in_panel("CAN", "USA")) == [(True, "undated", "UNDATED", None, None, None)]


def test_no_agreement_in_either_is_false_and_one_that_is_to_come_does_not_count() -> None:
    agreements = listed(accord("future", ["CAN", "USA"], day="2027-01-01"))
    assert built(agreements, not_in_panel("CAN", "USA")) == [(False, "panel_2016", None, None, None, None)]


def test_an_unverified_agreement_makes_a_pair_unknown_unless_another_links_it() -> None:
    doubtful = accord("doubtful", ["CAN", "MEX", "USA"], verified=False)
    told = built(listed(doubtful), not_in_panel("CAN", "USA"), in_panel("CAN", "MEX"))
    assert told == [
        (True, "panel_2016", "Old accord", "2004", True, None),
        (None, None, None, None, None, "agreement_unverified"),
    ]


def test_a_successor_takes_the_place_and_the_provisions_stay_those_of_the_former() -> None:
    agreements = listed(accord("new", ["CAN", "USA"], replaces=["Old accord"]))
    panel = pl.DataFrame([in_panel("CAN", "USA"), in_panel("CAN", "MEX")], schema=PANEL_SCHEMA, orient="row")
    other, own = build_trade_agreements(panel, agreements).rows(named=True)
    assert (own["basis"], own["in_force_since"], own["is_upper_bound"]) == ("new", "2004", True)
    assert (own["provisions_count"], own["provisions_of"], own["agreements_since"]) == (2, "Old accord", "new")
    assert own["citation"] == "https://example.org"
    assert (other["basis"], other["agreement"]) == ("panel_2016", "Old accord")  # it does not link this pair


def test_what_has_ended_for_an_area_is_unknown_until_something_verified_follows() -> None:
    ended = [{"area": "CAN", "agreements": ["Old accord"], "last_day": "2020-12-31", "citation": "https://example.org"}]
    rows = [in_panel("CAN", "MEX"), in_panel("CAN", "USA"), in_panel("MEX", "USA"), in_panel("CAN", "CHL", "Other")]
    panel = pl.DataFrame(rows, schema=PANEL_SCHEMA, orient="row")
    table = build_trade_agreements(panel, listed(accord("own", ["CAN"], ["USA"], day="2021-01-01"), ended=ended))
    assert table.select(TOLD).rows() == [
        (True, "panel_2016", "Other", "2004", True, None),
        (None, None, None, None, None, "agreement_ended"),
        (True, "own", "OWN", "2021-01-01", False, None),
        (True, "panel_2016", "Old accord", "2004", True, None),
    ]
    assert table["provisions_count"].to_list() == [2, None, None, 2]


def test_a_scheme_on_some_tariffs_is_no_agreement_and_keeps_its_name() -> None:
    told = built(listed(partial=("Some tariffs",)), in_panel("CAN", "USA", "Some tariffs"), in_panel("CAN", "MEX"))
    assert told == [
        (True, "panel_2016", "Old accord", "2004", True, None),
        (False, "panel_2016", "Some tariffs", None, None, "partial_scheme_only"),
    ]


def test_a_pair_with_a_scheme_and_a_verified_later_agreement_has_that_one() -> None:
    later = accord("later", ["CAN", "USA"])
    doubtful = accord("doubtful", ["CAN", "MEX"], verified=False)
    ended = [{"area": "CHL", "agreements": ["Some tariffs"], "last_day": "2020-12-31", "citation": "https://a.org"}]
    rows = [in_panel("CAN", "USA", "Some tariffs"), in_panel("CAN", "MEX", "Some tariffs"),
            in_panel("CHL", "USA", "Some tariffs")]  # fmt: skip
    told = built(listed(later, doubtful, ended=ended, partial=("Some tariffs",)), *rows)
    assert told == [
        (None, None, None, None, None, "agreement_unverified"),
        (True, "later", "LATER", "2020-05-01", False, None),
        (False, "panel_2016", None, None, None, None),  # a scheme that has ended leaves nothing, and nothing unknown
    ]


def test_a_later_scheme_on_some_tariffs_is_named_and_no_agreement() -> None:
    scheme = {"id": "some", "name": "Some goods", "sides": [["CAN"], ["MEX", "USA"]], "in_force": "2020-01-01",
              "citation": "https://example.org", "note": "made up"}  # fmt: skip
    rows = [not_in_panel("CAN", "MEX"), not_in_panel("CAN", "USA"), in_panel("CHL", "USA")]
    agreements = listed(accord("whole", ["CAN", "MEX"])).model_dump() | {"partial_schemes": [scheme]}
    table = build_trade_agreements(
        pl.DataFrame(rows, schema=PANEL_SCHEMA, orient="row"), TradeAgreements.model_validate(agreements)
    )
    assert table.select(TOLD).rows() == [
        (True, "whole", "WHOLE", "2020-05-01", False, None),
        (False, "some", "Some goods", None, None, "partial_scheme_only"),
        (True, "panel_2016", "Old accord", "2004", True, None),
    ]
    assert table["citation"].to_list() == ["https://example.org", "https://example.org", None]


def test_a_list_that_continues_another_year_is_refused() -> None:
    agreements = listed().model_copy(update={"panel_year": 2012})
    with pytest.raises(ContractError, match=r"continues 2012, the panel ends in \['2016'\]"):
        built(agreements, in_panel("CAN", "USA"))
