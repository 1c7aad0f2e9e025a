"""Indicators on the register of standards: what is known, and what stays open. Every status is made up."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

Row = dict[str, Any]
Measured = Callable[..., pl.DataFrame]
StatusOf = Callable[..., dict[str, Any]]

CORE = ("CAN", "MEX", "USA")
NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
PRINCIPLES = {"indicator": "instruments_taken_on", "instruments": ["OECD_AI_2019"], "level": "voluntary"}
CONVENTION = {"indicator": "instruments_taken_on", "instruments": ["OECD_BEPS_MLI"], "level": "binding"}
COMMON = {"indicator": "common_instruments"}


def adopted(area: str, instrument: str, status: str, period: str = "2020-01", **cells: Any) -> Row:
    return {
        "ref_area": area,
        "instrument": instrument,
        "time_period": period,
        "adoption_status": status,
        "source_tier": "official",
        "obs_status": "A",
        "conf_status": "F",
        "source_id": "register",
        "recorded_at": NOW,
        "is_preferred": True,
        **cells,
    }


def test_an_instrument_is_taken_on_at_its_level_or_a_firmer_one(measured: Measured, status_of: StatusOf) -> None:
    told = [adopted("CAN", "OECD_AI_2019", "voluntary"), adopted("MEX", "OECD_AI_2019", "binding")]
    rows = measured(PRINCIPLES, 1, unit="COUNT", standards_adoption=told)
    assert status_of(rows, "status", "value") == {
        "CAN": ("met", 1.0),
        "MEX": ("met", 1.0),
        "USA": ("not_measurable", None),
        "_Z": ("not_measurable", None),
    }
    assert status_of(rows, "reason", "unknown_of")["_Z"] == ("members_not_measurable", "USA")


def test_unknown_is_never_not_adopted(measured: Measured, status_of: StatusOf) -> None:
    unverified = adopted("USA", "OECD_AI_2019", "voluntary", source_tier="secondary")
    rows = measured(PRINCIPLES, 1, unit="COUNT", standards_adoption=[unverified])
    assert status_of(rows, "status", "reason")["USA"] == ("not_measurable", "adoption_not_known")


def test_a_stated_refusal_is_a_miss(measured: Measured, status_of: StatusOf) -> None:
    rows = measured(PRINCIPLES, 1, unit="COUNT", standards_adoption=[adopted("USA", "OECD_AI_2019", "none")])
    assert status_of(rows, "status", "value", "distance")["USA"] == ("not_met", 0.0, -1.0)


def test_a_signature_says_nothing_of_what_came_after(measured: Measured, status_of: StatusOf) -> None:
    told = [
        adopted("MEX", "OECD_BEPS_MLI", "referenced", "2017-06"),
        adopted("CAN", "OECD_BEPS_MLI", "referenced", "2017-06"),
    ]
    told.append(adopted("CAN", "OECD_BEPS_MLI", "binding", "2019-12"))
    rows = measured(CONVENTION, 1, unit="COUNT", standards_adoption=told)
    assert status_of(rows, "status", "value_low", "value_high")["MEX"] == ("not_measurable", 0.0, 1.0)
    assert status_of(rows, "status", "time_period")["CAN"] == ("met", "2019-12")
    of_canada = rows.filter(member="CAN").select("time_period", "status").rows()
    assert of_canada == [("2017-06", "not_measurable"), ("2019-12", "met")]


def test_one_of_several_instruments_is_enough_where_one_is_asked(measured: Measured, status_of: StatusOf) -> None:
    either = {**PRINCIPLES, "instruments": ["OECD_AI_2019", "OECD_AI_2024"]}
    told = [adopted("USA", "OECD_AI_2019", "voluntary"), adopted("CAN", "OECD_AI_2019", "none")]
    rows = measured(either, 1, unit="COUNT", standards_adoption=told)
    assert status_of(rows, "status", "value_low", "value_high")["USA"] == ("met", 1.0, 2.0)
    assert status_of(rows, "status", "value_low", "value_high")["CAN"] == ("not_measurable", 0.0, 1.0)


@pytest.mark.parametrize(
    ("of_mexico", "expected"),
    [
        ([], ("not_measurable", 0.5, 1.0)),
        ([("G7_HIROSHIMA", "participant")], ("met", 1.0, 1.0)),
        ([("G7_HIROSHIMA", "none")], ("not_met", 0.5, 0.5)),
    ],
)
def test_common_is_what_more_than_half_of_the_others_have(
    measured: Measured, status_of: StatusOf, of_mexico: list[tuple[str, str]], expected: tuple[str, float, float]
) -> None:
    """Two of three have both instruments; GPAI is one member's own and so not common."""
    told = [adopted(area, instrument, "participant") for area in ("CAN", "USA")
            for instrument in ("OECD_AI_2019", "G7_HIROSHIMA")]  # fmt: skip
    told += [adopted("USA", "GPAI", "participant"), adopted("MEX", "OECD_AI_2019", "participant")]
    told += [adopted("MEX", instrument, status) for instrument, status in of_mexico]
    rows = measured(COMMON, 0.8, standards_adoption=told)
    assert status_of(rows, "status", "value_low", "value_high")["MEX"] == expected
    assert status_of(rows, "status", "value")["USA"] == ("met", 1.0)


def test_of_two_members_what_the_other_has_is_common(measured: Measured, status_of: StatusOf) -> None:
    """What more than half of two have is what both have: held against the whole set neither could miss it."""
    told = [adopted("USA", instrument, "participant") for instrument in ("OECD_AI_2019", "G7_HIROSHIMA")]
    told += [adopted("MEX", "OECD_AI_2019", "participant"), adopted("MEX", "G7_HIROSHIMA", "none")]
    rows = measured(COMMON, 0.8, members=("MEX", "USA"), standards_adoption=told)
    assert status_of(rows, "status", "value") == {
        "MEX": ("not_met", 0.5),
        "USA": ("met", 1.0),
        "_Z": ("not_met", None),
    }


def test_an_instrument_of_ones_own_is_not_common_by_oneself(measured: Measured, status_of: StatusOf) -> None:
    told = [adopted(area, "OECD_AI_2019", "participant") for area in CORE]
    told += [adopted("CAN", "GPAI", "none"), adopted("MEX", "GPAI", "participant"), adopted("USA", "GPAI", "voluntary")]
    rows = measured(COMMON, 0.8, standards_adoption=told)
    assert status_of(rows, "value") == {"CAN": 0.5, "MEX": 1.0, "USA": 1.0, "_Z": None}
    assert set(rows.filter(member="USA")["value_low"]) == {1.0}  # GPAI of one of the two others is no majority


def test_nothing_in_common_is_no_share(measured: Measured, status_of: StatusOf) -> None:
    rows = measured(COMMON, 0.8, standards_adoption=[adopted("USA", "GPAI", "participant")])
    assert set(status_of(rows, "reason").values()) == {"adoption_not_known", "members_not_measurable"}


def test_a_verdict_of_before_does_not_stand_once_it_is_open(measured: Measured, status_of: StatusOf) -> None:
    told = [adopted(area, "OECD_AI_2019", "participant", "2019-05") for area in ("CAN", "MEX", "USA")]
    told += [adopted(area, "G7_HIROSHIMA", "participant", "2023-12") for area in ("CAN", "USA")]
    rows = measured(COMMON, 0.8, standards_adoption=told)
    assert rows.filter(member="MEX").select("time_period", "status").rows() == [
        ("2019-05", "met"),
        ("2023-12", "not_measurable"),
    ]
    assert status_of(rows) == {"CAN": "met", "MEX": "not_measurable", "USA": "met", "_Z": "not_measurable"}
