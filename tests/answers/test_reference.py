"""Reference tables: what the others mean. The ledger row and the rates below are made up."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from compact_pipelines.answers.reference import build_reference_tables, build_sources
from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import POLARS_TYPES
from compact_pipelines.snapshots import Snapshot

CONTRACTS = load_contracts()
TABLES = [
    "areas",
    "membership",
    "blocs",
    "compact_articles",
    "sources",
    "snapshots",
    "reconciliation_studies",
    "exchange_rates",
]
SNAPSHOT = Snapshot(
    snapshot_id="us_census_exports.totals.0123456789ab",
    source_id="us_census_exports",
    part="totals",
    sha256="0123456789ab" + "0" * 52,
    size_bytes=10,
    url="https://made.up/answer",
    retrieved_at=dt.datetime(2026, 7, 7, tzinfo=dt.UTC),
    licence="made up",
    http_status=200,
    is_embedded=False,
    path=Path("nowhere"),
)
RATES = pl.DataFrame(
    {
        "currency": ["CAD"],
        "time_period": ["2024-01"],
        "units_per_usd": [Decimal("1.35")],
        "source_id": ["fed_exchange_rates"],
        "snapshot_id": ["fed_exchange_rates.monthly.0123456789ab"],
    },
    schema_overrides={"units_per_usd": pl.Decimal(28, 6)},
)


@pytest.fixture(scope="module")
def reference() -> dict[str, pl.DataFrame]:
    return build_reference_tables(CONTRACTS, [SNAPSHOT], RATES)


def test_the_reference_tables_are_these(reference: dict[str, pl.DataFrame]) -> None:
    assert list(reference) == TABLES


@pytest.mark.parametrize("name", TABLES)
def test_a_reference_table_has_the_published_columns_types_and_key(
    reference: dict[str, pl.DataFrame], name: str
) -> None:
    published, frame = CONTRACTS.published[name], reference[name]
    assert not frame.is_empty()
    assert dict(frame.schema) == {column: POLARS_TYPES[spec.type] for column, spec in published.columns.items()}
    assert frame.n_unique(published.key) == frame.height
    for column, spec in published.columns.items():
        if spec.required:
            assert frame[column].null_count() == 0, column


def test_areas_are_the_code_list_and_say_which_of_them_are_aggregates(reference: dict[str, pl.DataFrame]) -> None:
    areas = reference["areas"]
    assert areas["area"].to_list() == CONTRACTS.codelists["area"].codes
    canada = areas.filter(area="CAN").row(0, named=True)
    assert (canada["name_en"], canada["kind"], canada["iso2"], canada["m49"]) == ("Canada", "area", "CA", "124")
    assert areas.filter(area="EUU")["kind"].to_list() == ["aggregate"]


def test_a_blank_of_the_code_list_is_missing_and_no_empty_text(reference: dict[str, pl.DataFrame]) -> None:
    areas = reference["areas"]
    assert areas.filter(area="EUU")["iso2"].to_list() == [None]
    assert areas.filter(pl.any_horizontal(pl.all() == "")).is_empty()


def test_members_are_those_of_the_scenario_with_their_tier(reference: dict[str, pl.DataFrame]) -> None:
    members = reference["membership"]
    assert dict(members.select("area", "tier").iter_rows()) == CONTRACTS.membership.tier_of
    assert members.filter(tier="core")["area"].to_list() == ["USA", "CAN", "MEX"]
    assert members["from"].unique().to_list() == ["2024-11"]
    assert members["to"].null_count() == members.height
    assert "no treaty is signed" in members["scenario_label"][0]


def test_blocs_are_sets_of_the_scenarios_areas_with_a_name(reference: dict[str, pl.DataFrame]) -> None:
    blocs = reference["blocs"]
    sets = CONTRACTS.membership.member_sets(CONTRACTS.codelists["area"].name)
    assert blocs["bloc"].unique(maintain_order=True).to_list() == [members.id for members in sets]
    assert blocs.filter(bloc="core_jpn")["area"].to_list() == ["CAN", "JPN", "MEX", "USA"]
    assert blocs.filter(bloc="core_jpn")["bloc_label"].unique().to_list() == ["With Japan"]
    assert blocs.filter(bloc="core")["area"].to_list() == ["CAN", "MEX", "USA"]
    assert blocs.filter(bloc="core_uae")["area"].to_list() == ["ARE", "CAN", "MEX", "USA"]
    assert set(blocs["area"]) <= set(CONTRACTS.membership.tier_of)
    assert blocs.filter(bloc="core")["bloc_label"].unique().to_list() == ["The three founding members"]


def test_every_source_names_its_publisher_terms_and_traps(reference: dict[str, pl.DataFrame]) -> None:
    sources = reference["sources"]
    assert sources["source_id"].to_list() == list(CONTRACTS.sources)
    census = sources.filter(source_id="us_census_exports").row(0, named=True)
    assert census["publisher"] == "US Census Bureau"
    assert census["wire_format"] == "publisher"
    assert "not a recording" in census["form"]
    assert census["beware"].splitlines() == CONTRACTS.source("us_census_exports").beware


def test_a_partner_whose_rows_are_there_is_a_source_with_its_rank(reference: dict[str, pl.DataFrame]) -> None:
    says = pl.DataFrame({"source_id": ["drop:mx-a", "us_census_exports"]})
    nobody = pl.DataFrame({"source_id": ["us_census_exports"]})
    themes = {"compute_exports": says, "capital_flows": nobody, "talent_movement": says}
    sources = build_sources(CONTRACTS, reference["sources"], themes, {"mx-a": "A made-up office", "fr-b": "Silent"})
    assert sources.height == reference["sources"].height + 1
    partner = sources.filter(source_id="drop:mx-a").row(0, named=True)
    assert (partner["publisher"], partner["kind"], partner["precedence"]) == ("A made-up office", "partner_drop", 1)
    assert (partner["theme"], partner["url"]) == ("compute_exports, talent_movement", None)
    assert (partner["licence"], partner["title"]) == ("As agreed with the partner", "Data drops of A made-up office")
    for column, spec in CONTRACTS.published["sources"].columns.items():
        assert not spec.required or sources[column].null_count() == 0


def test_a_partner_without_an_agreement_is_named_by_its_id(reference: dict[str, pl.DataFrame]) -> None:
    sources = build_sources(CONTRACTS, reference["sources"], {"a": pl.DataFrame({"source_id": ["drop:gone"]})}, {})
    assert sources.filter(source_id="drop:gone")["publisher"].to_list() == ["gone"]


def test_a_source_without_an_address_has_none(reference: dict[str, pl.DataFrame]) -> None:
    assert reference["sources"].filter(source_id="standards_register")["url"].to_list() == [None]


def test_the_ledger_stands_as_it_is_without_our_paths(reference: dict[str, pl.DataFrame]) -> None:
    assert reference["snapshots"].to_dicts() == [SNAPSHOT.model_dump(exclude={"path"})]


def test_exchange_rates_pass_unchanged(reference: dict[str, pl.DataFrame]) -> None:
    assert reference["exchange_rates"].equals(RATES)


def test_an_edition_that_read_no_snapshot_has_an_empty_ledger_with_columns() -> None:
    ledger = build_reference_tables(CONTRACTS, [], RATES)["snapshots"]
    assert ledger.is_empty()
    assert ledger.columns == list(CONTRACTS.published["snapshots"].columns)
