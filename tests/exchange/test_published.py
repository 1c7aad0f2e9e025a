"""What an edition says of the exchange, to whom, and nothing that may not be told. All figures are made up."""

import shutil
from pathlib import Path

import duckdb
import polars as pl
import pytest

from compact_pipelines.contracts import Contracts, load_contracts
from compact_pipelines.contracts.ddl import create_published_table
from compact_pipelines.contracts.judges import POLARS_TYPES
from compact_pipelines.exchange import published
from compact_pipelines.exchange.published import drops_fingerprint, exchange_tables, partners_with_drops
from compact_pipelines.exchange.releasing import release
from compact_pipelines.warehouse.audiences import NEGOTIATOR
from compact_pipelines.warehouse.layout import PUBLIC
from tests.exchange import deliveries
from tests.exchange.deliveries import (
    ASKED,
    AUDIENCES,
    NORTH,
    NOW,
    SOUTH,
    Seen,
    figure,
    of_drop,
    send,
    tables_of,
    take_in,
    texts,
    write_effect,
)

TABLES = [name for name in load_contracts().published if name.startswith("exchange_") and name != "exchange_rates"]


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data root with the drops of half a year; to be read, never written."""
    root = tmp_path_factory.mktemp("history")
    deliveries.send_history(root)
    write_effect(root, 3)  # of the drop that was taken in
    write_effect(root, 5, value_after=15)  # of the drop that is held
    return root


@pytest.fixture
def copied(history: Path, data_root: Path) -> Path:
    """The same, to be written."""
    shutil.copytree(history, data_root)
    return data_root


@pytest.fixture(scope="module")
def seen(history: Path) -> Seen:
    """The tables as an audience gets them."""
    known: dict[str, dict[str, pl.DataFrame]] = {}
    return lambda audience: known.setdefault(audience, tables_of(history, audience))


# -- the tables


@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_table_fits_its_contract(audience: str, seen: Seen, contracts: Contracts) -> None:
    tables = seen(audience)
    assert sorted(tables) == TABLES
    with duckdb.connect() as connection:
        for name, frame in tables.items():
            columns = contracts.published[name].columns
            assert frame.schema == {column: POLARS_TYPES[spec.type] for column, spec in columns.items()}
            connection.execute(create_published_table(contracts.published[name]))
            connection.register("frame", frame)
            connection.execute(f'INSERT INTO "{name}" BY NAME SELECT * FROM frame')


def test_before_any_drop_there_are_agreements_and_nothing_else(data_root: Path) -> None:
    tables = tables_of(data_root, PUBLIC)
    assert {name: frame.height for name, frame in tables.items() if frame.height} == {
        "exchange_partners": 3,
        "exchange_calendar": 2,
    }
    assert not data_root.exists()


# -- who sees which drop


def test_the_public_sees_drops_that_were_taken_in_or_are_held(seen: Seen) -> None:
    drops = seen(PUBLIC)["exchange_drops"]
    assert list(zip(drops["partner"], drops["seq"], drops["status"], strict=True)) == [
        (NORTH, 1, "ACCEPTED_WITH_HELD_ROWS"),
        (SOUTH, 1, "ACCEPTED"),
        (NORTH, 2, "ACCEPTED"),
        (NORTH, 3, "HELD"),
    ]


def test_numbers_of_drops_do_not_tell_of_drops_that_are_not_shown(seen: Seen) -> None:
    assert seen(PUBLIC)["exchange_drops"]["drop_number"].to_list() == [1, 2, 3, 4]
    assert seen(NORTH)["exchange_drops"]["drop_number"].to_list() == [1, 2, 3, 4, 5]


def test_a_partner_and_the_negotiator_see_what_was_rejected_too(seen: Seen) -> None:
    for audience in (NORTH, NEGOTIATOR):
        assert "REJECTED" in seen(audience)["exchange_drops"]["status"]
    assert "REJECTED" not in seen(SOUTH)["exchange_drops"]["status"]


def test_rows_in_are_rows_stored_and_rows_held(seen: Seen) -> None:
    for row in seen(NORTH)["exchange_drops"].iter_rows(named=True):
        stored = sum(row[f"rows_{name}"] for name in ("new", "revised", "unchanged", "deleted"))
        assert row["rows_in"] == stored + row["rows_held"]


def test_folders_are_told_to_their_partner_and_to_negotiators(seen: Seen) -> None:
    assert seen(PUBLIC)["exchange_drops"]["folder"].is_null().all()
    assert seen(NEGOTIATOR)["exchange_drops"]["folder"].to_list() == ["first", "south", "june", "wrong", "third"]
    own = seen(NORTH)["exchange_drops"]
    assert own["folder"].to_list() == ["first", None, "june", "wrong", "third"]


def test_whom_to_ask_is_told_to_nobody(seen: Seen) -> None:
    for audience in AUDIENCES:
        assert not {"contact", "made-up"} & texts(
            {name: frame.drop("partner_name", strict=False) for name, frame in seen(audience).items()}
        )


# -- what nobody may see


@pytest.mark.parametrize(
    ("audience", "values"),
    [
        (PUBLIC, deliveries.CONFIDENTIAL),
        (PUBLIC, deliveries.FOR_NEGOTIATORS),
        (PUBLIC, deliveries.EMBARGOED),
        (PUBLIC, deliveries.BECAME_CONFIDENTIAL),
        (PUBLIC, (deliveries.IN_A_BAD_CELL, "many", "15.5")),
        (NEGOTIATOR, deliveries.CONFIDENTIAL),
        (NEGOTIATOR, deliveries.EMBARGOED),
        (NEGOTIATOR, deliveries.BECAME_CONFIDENTIAL),
        (NEGOTIATOR, (deliveries.IN_A_BAD_CELL, "many")),
        (SOUTH, deliveries.CONFIDENTIAL),
        (SOUTH, deliveries.FOR_NEGOTIATORS),
        (SOUTH, deliveries.BECAME_CONFIDENTIAL),
        (SOUTH, (deliveries.IN_A_BAD_CELL, "many")),
    ],
)
def test_no_cell_gives_away_what_an_audience_may_not_see(audience: str, values: tuple[str, ...], seen: Seen) -> None:
    assert not set(values) & texts(seen(audience))


def test_the_search_for_what_may_not_be_seen_finds_it_where_it_may(seen: Seen) -> None:
    own = texts(seen(NORTH))
    assert {*deliveries.CONFIDENTIAL, *deliveries.FOR_NEGOTIATORS, *deliveries.BECAME_CONFIDENTIAL} <= own
    assert deliveries.IN_A_BAD_CELL in own
    assert deliveries.FOR_NEGOTIATORS[-1] in texts(seen(NEGOTIATOR))  # what it was before is its partner's alone


# -- findings and held rows


def test_findings_and_held_rows_are_for_their_partner(seen: Seen) -> None:
    assert seen(PUBLIC)["exchange_findings"].is_empty()
    for audience in (PUBLIC, SOUTH, NEGOTIATOR):
        assert seen(audience)["exchange_held_rows"].is_empty()
    findings = of_drop(seen(NORTH), "exchange_findings", 1)
    found = findings.row(by_predicate=pl.col("rule") == "decimal", named=True)
    assert (found["rule"], found["column_name"], found["times"], found["row_number"]) == ("decimal", "obs_value", 1, 6)
    assert found["found"] == "obs_value is '1e5'."
    held = of_drop(seen(NORTH), "exchange_held_rows", 1).row(0, named=True)
    assert (held["file"], held["row_number"], held["rules"], held["state"]) == ("data.csv", 6, "decimal", "open")
    assert held["row_key"] == "A CAN JPN X TOTAL 2024"


def test_negotiators_see_how_often_a_rule_is_broken_and_not_where(seen: Seen) -> None:
    found = seen(NEGOTIATOR)["exchange_findings"]
    assert {"decimal", "own_voice", "all_or_nothing"} <= set(found["rule"])
    assert set(found["example"]) == {0}
    for column in ("file", "row_number", "found", "allowed", "mend"):
        assert found[column].is_null().all()


def test_a_header_that_no_contract_knows_is_text_of_the_partners(data_root: Path) -> None:
    send(data_root, NORTH, "one", [{**figure("USA", 2024, "1"), "<script>": "x"}], 1)
    take_in(data_root, "2026-01-31T08:00:00")
    own, negotiator = (tables_of(data_root, audience)["exchange_findings"] for audience in (NORTH, NEGOTIATOR))
    assert "<script>" in own["column_name"].to_list()
    assert negotiator["rule"].to_list() == own["rule"].to_list()
    assert negotiator["column_name"].is_null().all()


def test_five_examples_of_a_rule_and_all_of_them_counted(data_root: Path) -> None:
    lines = [figure("USA", year, "1") for year in range(1990, 2020)]
    bad = [figure("USA", year, f"{year}e1") for year in range(1950, 1957)]
    send(data_root, NORTH, "one", [*lines, *bad], 1)
    take_in(data_root, "2026-01-31T08:00:00")
    found = tables_of(data_root, NORTH)["exchange_findings"].filter(pl.col("rule") == "decimal")
    assert found["example"].to_list() == [1, 2, 3, 4, 5]
    assert set(found["times"]) == {7}


def test_held_rows_beyond_the_first_are_counted(history: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(published, "HELD_TOLD", 1)
    held = of_drop(tables_of(history, NORTH), "exchange_held_rows", 3)
    assert held["row_number"].to_list() == [1]
    assert held["held_count"].to_list() == [2]


def test_a_row_that_is_released_is_not_open_any_more(copied: Path) -> None:
    assert of_drop(tables_of(copied, PUBLIC), "exchange_drops", 3)["rows_held_open"].item() == 2
    release(copied, f"{NORTH}/third", [("data.csv", 1)], "looked at", NOW)
    assert of_drop(tables_of(copied, PUBLIC), "exchange_drops", 3)["rows_held_open"].item() == 1
    held = of_drop(tables_of(copied, NORTH), "exchange_held_rows", 3)
    assert held["state"].to_list() == ["released", "open"]


# -- the rest


def test_partners_that_have_agreed_to_nothing_have_no_key(seen: Seen) -> None:
    rows = {row["partner"]: row for row in seen(PUBLIC)["exchange_partners"].iter_rows(named=True)}
    assert (rows[ASKED]["status"], rows[ASKED]["has_key"], rows[ASKED]["drops_taken_in"]) == ("proposed", False, 0)
    assert (rows[NORTH]["status"], rows[NORTH]["has_key"], rows[NORTH]["drops_taken_in"]) == ("agreed", True, 2)
    assert rows[NORTH]["is_paused"] is None
    assert seen(NORTH)["exchange_partners"].filter(pl.col("partner") == NORTH)["is_paused"].to_list() == [False]


def test_a_partner_whose_agreement_is_gone_is_still_named(history: Path, contracts: Contracts) -> None:
    left = {NORTH: deliveries.agreements()[NORTH]}
    tables = exchange_tables(history, PUBLIC, contracts, left, NOW)
    status = dict(tables["exchange_partners"].select("partner", "status").iter_rows())
    assert status == {NORTH: "agreed", SOUTH: "ended"}


def test_partners_who_have_sent_anything_are_audiences(history: Path, data_root: Path) -> None:
    assert partners_with_drops(history, deliveries.agreements()) == [NORTH, SOUTH]
    assert partners_with_drops(history, {}) == []
    assert partners_with_drops(data_root, deliveries.agreements()) == []


def test_a_drop_that_is_rejected_changes_what_is_published(data_root: Path) -> None:
    assert drops_fingerprint(data_root) == ""
    send(data_root, NORTH, "one", [figure("USA", 2024, "12")], 1)
    take_in(data_root, "2026-01-31T08:00:00")
    first = drops_fingerprint(data_root)
    take_in(data_root, "2026-02-01T08:00:00")
    assert drops_fingerprint(data_root) == first
    send(data_root, NORTH, "two", [figure("USA", 2024, "12", ref_area="USA")], 2)
    take_in(data_root, "2026-02-02T08:00:00")
    assert drops_fingerprint(data_root) != first
