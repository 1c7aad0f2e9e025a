"""What *Standards* asks of the embedded edition. Statuses are those of the sources."""

from typing import Any, Final

import polars as pl
import pytest

from compact_app import queries
from compact_app.queries import Edition

CORE: Final = {"USA", "CAN", "MEX"}


def status(rows: pl.DataFrame, area: str, instrument: str) -> Any:
    (found,) = rows.filter((pl.col("area") == area) & (pl.col("instrument") == instrument)).rows(named=True)
    return found


def test_an_area_has_one_status_towards_an_instrument(edition: Edition) -> None:
    for with_unverified in (False, True):
        rows = queries.adoptions(edition, with_unverified)
        assert rows.columns == [
            "area",
            "name",
            "tier",
            "instrument",
            "adoption_status",
            "time_period",
            "is_dated",
            "event_date",
            "source_tier",
            "citation",
            "comment_obs",
            "source_id",
        ]
        assert rows.select("area", "instrument").is_unique().all()
        assert set(rows["area"]) <= {*queries.membership(edition)["area"], "EUU"}
        assert rows.select(pl.exclude("event_date", "comment_obs")).null_count().sum_horizontal().item() == 0


def test_unverified_rows_are_left_out_unless_they_are_asked_for(edition: Edition) -> None:
    official, every = queries.adoptions(edition, False), queries.adoptions(edition, True)
    assert set(official["source_tier"]) == {"official", "reprinted"}
    added = every.filter(pl.col("source_tier") == "secondary")
    assert added.height == queries.unverified_rows(edition) == every.height - official.height == 21
    assert status(added, "MEX", "UNESCO_AI_ETHICS")["adoption_status"] == "voluntary"


@pytest.mark.parametrize(
    ("area", "instrument", "expected", "since"),
    [
        ("USA", "COE_CETS225", "referenced", "2024-09"),  # signed on 5 September 2024, not ratified
        ("CAN", "COE_CETS225", "referenced", "2025-02"),
        ("MEX", "OECD_MEMBERSHIP", "participant", "1994-05"),
        ("USA", "USMCA_CH19", "binding", "2020-07"),
        ("USA", "COE_CYBERCRIME", "binding", "2007-01"),
        ("MEX", "COE_108", "binding", "2018-10"),
        ("ARE", "PAX_SILICA", "referenced", "2026-01"),  # signed, a declaration
    ],
)
def test_a_known_status(edition: Edition, area: str, instrument: str, expected: str, since: str) -> None:
    found = status(queries.adoptions(edition, False), area, instrument)
    assert (found["adoption_status"], found["time_period"]) == (expected, since)
    assert found["citation"]


def test_a_status_holds_until_a_later_one(edition: Edition) -> None:
    told = queries.ask(
        edition,
        """
        SELECT adoption_status, time_period FROM standards_adoption
        WHERE ref_area = 'CAN' AND instrument = 'OECD_BEPS_MLI' AND is_preferred ORDER BY time_period
        """,
    )
    assert told.rows() == [("referenced", "2017-06"), ("binding", "2019-12")]  # signed, then in force
    found = status(queries.adoptions(edition, False), "CAN", "OECD_BEPS_MLI")
    assert (found["adoption_status"], found["time_period"]) == ("binding", "2019-12")


def test_the_union_stands_for_the_law_of_its_members(edition: Edition) -> None:
    rows = queries.adoptions(edition, False)
    assert set(rows.filter(pl.col("instrument") == "EU_AI_ACT")["area"]) == {"EUU"}
    assert set(rows.filter(pl.col("area") == "EUU")["tier"]) == {"ally"}


def test_what_all_founding_members_have_taken_on(edition: Edition) -> None:
    rows = queries.adoptions(edition, False).filter(pl.col("area").is_in(CORE) & (pl.col("adoption_status") != "none"))
    shared = rows.group_by("instrument").agg(pl.col("area").n_unique()).filter(pl.col("area") == len(CORE))
    assert set(shared["instrument"]) == {
        "COUNTER_RANSOMWARE",
        "G20_AI_2019",
        "GLOBAL_CBPR",
        "GPAI",
        "NUCLEAR_SAFETY",
        "OECD_AI_2019",
        "OECD_AI_2024",
        "OECD_GOV_ACCESS",
        "OECD_MEMBERSHIP",
        "USMCA_CH19",
        "WASSENAAR",
    }
