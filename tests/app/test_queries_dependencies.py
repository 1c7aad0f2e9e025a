"""What *Dependencies* asks of the embedded edition. Figures are those of the sources, unless a test says so."""

from typing import Final

import polars as pl
import pytest

from compact_app import queries
from compact_app.queries import Edition, Subject
from compact_pipelines.contracts import Contracts

GOODS: Final = Subject("compute_exports", "TOTAL", "F")
RESIDENTS: Final = Subject("talent_movement", "MIGRANT", "S")
# What is measured, and a year in which it is.
MEASURED: Final = {
    GOODS: "2018",
    Subject("compute_exports", "HS_84", "F"): "2020",
    Subject("compute_exports", "HS_85", "F"): "2020",
    Subject("compute_exports", "NAICS_334", "F"): "2024",
    Subject("talent_movement", "ORCID_RESEARCHERS", "S"): "2016",
    RESIDENTS: "2019",
    Subject("capital_flows", "P_F5", "S"): "2022",
    Subject("capital_flows", "P_F_LT", "S"): "2022",
    Subject("talent_movement", "CA_STUDY_PERMIT", "F"): "2023",
}
CLOSE: Final = 1e-9


def measured(rows: pl.DataFrame, year: str) -> pl.DataFrame:
    return rows.filter((pl.col("time_period") == year) & pl.col("top_share").is_not_null())


def test_what_can_be_asked_is_what_is_measured_for_an_area_of_the_scenario(edition: Edition) -> None:
    subjects = queries.dependency_subjects(edition)
    assert subjects.columns == ["theme", "subject", "stock_flow", "areas"]
    assert [Subject(*row) for row in subjects.drop("areas").iter_rows()] == list(MEASURED)
    assert (subjects["areas"] > 0).all()
    by_theme = subjects.with_columns(is_trade=pl.col("theme") == "compute_exports")
    for _, theme in by_theme.group_by("is_trade", maintain_order=True):
        assert theme["areas"].is_sorted(descending=True)


def test_rows_are_those_of_the_table_with_names_and_tiers(edition: Edition, contracts: Contracts) -> None:
    rows = queries.dependency_rows(edition, GOODS)
    published = list(contracts.published["out_dependency"].columns)
    assert rows.columns == [*published, "name", "top_supplier_name", "tier"]
    assert rows.select("area", "time_period").is_unique().all()
    assert set(rows["area"]) <= set(queries.membership(edition)["area"])
    assert rows["time_period"].is_sorted()
    assert (rows["top_supplier"].is_null() == rows["top_supplier_name"].is_null()).all()


def test_who_supplies_the_united_states(edition: Edition) -> None:
    row = measured(queries.dependency_rows(edition, GOODS), "2024").row(
        by_predicate=pl.col("area") == "USA", named=True
    )
    assert (row["reported_by"], row["source_id"], row["has_total"]) == ("area", "us_census_imports", True)
    # Twelve months of imports for consumption, by origin and in all: US Census Bureau.
    assert row["total_value"] == 3_251_194_802_380
    suppliers = queries.suppliers(edition, GOODS, "USA", "2024")
    assert suppliers.columns == ["supplier", "name", "tier", "value", "share"]
    assert suppliers.head(3).select("supplier", "tier", "value").rows() == [
        ("MEX", "core", 503_438_605_302),
        ("CHN", "outside", 429_425_828_419),
        ("CAN", "core", 411_693_824_741),
    ]
    assert (row["top_supplier"], row["top_supplier_name"]) == ("MEX", "Mexico")
    assert row["top_share"] == pytest.approx(503_438_605_302 / 3_251_194_802_380)
    assert row["core_share"] == pytest.approx((503_438_605_302 + 411_693_824_741) / 3_251_194_802_380)


def test_who_lives_in_canada(edition: Edition) -> None:
    suppliers = queries.suppliers(edition, RESIDENTS, "CAN", "2019")
    # United Nations, International Migrant Stock 2019, table 1.
    assert suppliers.head(3).select("supplier", "value").rows() == [
        ("IND", 709_448),
        ("CHN", 688_963),
        ("USA", 529_641),
    ]
    row = measured(queries.dependency_rows(edition, RESIDENTS), "2019").row(
        by_predicate=pl.col("area") == "CAN", named=True
    )
    assert row["has_total"] is False
    assert row["total_value"] == suppliers["value"].sum()


@pytest.mark.parametrize("subject", MEASURED, ids=lambda subject: subject.subject)
def test_the_suppliers_of_an_area_add_up_to_its_row(edition: Edition, subject: Subject) -> None:
    year = MEASURED[subject]
    rows = measured(queries.dependency_rows(edition, subject), year)
    assert not rows.is_empty()
    for row in rows.iter_rows(named=True):
        suppliers = queries.suppliers(edition, subject, row["area"], year)
        assert suppliers["value"].is_sorted(descending=True)
        assert suppliers.filter(pl.col("value") > 0).height == row["suppliers_count"]
        assert suppliers["share"].sum() == pytest.approx(row["named_share"], abs=CLOSE)
        assert (suppliers["supplier"][0], suppliers["share"][0]) == (
            row["top_supplier"],
            pytest.approx(row["top_share"], abs=CLOSE),
        )
        tiers = dict(suppliers.group_by("tier").agg(pl.col("share").sum()).iter_rows())
        for tier in ("core", "partner", "ally"):
            assert tiers.get(tier, 0) == pytest.approx(row[f"{tier}_share"], abs=CLOSE)
        assert tiers.get("outside", 0) == pytest.approx(row["outside_share"], abs=CLOSE)
        assert row["unnamed_share"] == pytest.approx(1 - row["named_share"], abs=CLOSE)


def test_an_area_nobody_is_heard_for_has_no_suppliers(edition: Edition) -> None:
    rows = queries.dependency_rows(edition, GOODS).filter(pl.col("reason") == "few_reporters")
    silent = rows.row(0, named=True)
    assert silent["top_supplier"] is None
    assert queries.suppliers(edition, GOODS, silent["area"], silent["time_period"]).is_empty()
