"""Which statuses count as known, and for which years. All rows are made up."""

import polars as pl

from compact_pipelines.answers.standards_alignment import instruments_of, known_statuses, years_until_now
from compact_pipelines.contracts import load_contracts

ROW = {
    "ref_area": "USA",
    "instrument": "COE_CETS225",
    "time_period": "2024-09",
    "adoption_status": "referenced",
    "source_tier": "official",
    "obs_status": "A",
    "is_preferred": True,
}


def statuses(*rows: dict[str, object]) -> pl.DataFrame:
    return known_statuses(pl.DataFrame([{**ROW, **row} for row in rows]), load_contracts())


def test_a_status_has_its_level() -> None:
    told = statuses({}, {"adoption_status": "none", "time_period": "2025-01"}, {"source_tier": "reprinted"})
    assert told.columns == ["area", "instrument", "time_period", "level", "is_dated"]
    assert told["level"].to_list() == [3, 0, 3]


def test_a_status_without_a_date_is_known_and_not_dated() -> None:
    assert statuses({}, {"obs_status": "D", "time_period": "2026"})["is_dated"].to_list() == [True, False]


def test_what_is_unverified_not_preferred_or_no_status_is_unknown() -> None:
    assert statuses({"source_tier": "secondary"}, {"is_preferred": False}, {"adoption_status": None}).is_empty()


def test_years_reach_from_the_first_to_the_last_that_is_told() -> None:
    assert years_until_now(statuses({"time_period": "2018-03"})) == ["2016", "2017", "2018"]
    assert years_until_now(statuses({"time_period": "2018"}, {"time_period": "2017-06"})) == ["2016", "2017", "2018"]
    assert years_until_now(statuses({"source_tier": "secondary"})) == []


def test_every_instrument_with_a_date_is_on_the_list() -> None:
    contracts = load_contracts()
    listed = instruments_of(contracts, statuses({}))
    assert listed["COE_CETS225"] == "2024-05-17"
    assert listed.keys() >= contracts.codelists["standards_instrument"].column("adopted_date").keys()
