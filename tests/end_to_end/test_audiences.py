"""Partners' rows on their way into one file an audience. Partners, rows and figures are made up."""

import datetime as dt
import shutil
import stat
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from compact_pipelines import fingerprints
from compact_pipelines.answers import edition as edition_asset
from compact_pipelines.contracts.judges import check_table, polars_schema
from compact_pipelines.exchange import vintages
from compact_pipelines.leaks import CHECK
from compact_pipelines.warehouse.audiences import NEGOTIATOR
from compact_pipelines.warehouse.layout import PUBLIC, Layout
from compact_pipelines.warehouse.vintages import read_log
from tests.end_to_end.made_up_partners import (
    BEFORE,
    CONTRACTS,
    ENDS,
    FIGURES,
    FREE,
    MAY_SEE,
    RELEASED,
    SECRET,
    SMALL,
    WAITING,
    Exchange,
    trade,
)
from tests.exchange.corpus.building import agreement_of

pytestmark = pytest.mark.end_to_end


@pytest.fixture(scope="module")
def exchange(edition_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exchange]:
    """The exchange after its first edition with partners' rows; tests below go on from there, in their order."""
    root = shutil.copytree(edition_root, tmp_path_factory.mktemp("audiences") / "data")
    exchange = Exchange(root)
    agreements = {
        name: agreement_of(name, name=dict.fromkeys(("en", "fr", "es"), f"Partner {name}"))
        for name in ("mx-a", "fr-b", "jp-c")
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vintages, "stored_rows", exchange.stored_rows)
        patch.setattr(edition_asset, "load_agreements", lambda: agreements)
        patch.setattr(fingerprints, "exchange_fingerprint", lambda _root: str(exchange.state))
        outcome = exchange.run(BEFORE)
        assert (outcome.number, outcome.failures) == (2, [])
        yield exchange


def file_of(exchange: Exchange, audience: str) -> Path:
    return Layout(exchange.root).current(audience)[1]


def ask(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def tables_that_hold(path: Path, value: Decimal) -> set[str]:
    """Tables in any column of which a figure stands, as a number or within a text."""
    return figures_in(path).get(value, set())


@cache
def figures_in(path: Path) -> dict[Decimal, set[str]]:
    """Figure to the tables of a file that hold it; every row is searched as one text of all its columns."""
    found: dict[Decimal, set[str]] = {}
    with duckdb.connect(str(path), read_only=True) as connection:
        for (table,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall():
            held = ", ".join(f"bool_or(contains(line, '{value}'))" for value in FIGURES)
            answer = connection.execute(f'SELECT {held} FROM (SELECT t::VARCHAR AS line FROM "{table}" t)').fetchone()
            for value, holds in zip(FIGURES, answer or (), strict=True):
                if holds:
                    found.setdefault(value, set()).add(table)
    return found


# Who sees what


def test_there_is_a_file_for_the_public_negotiators_and_each_partner_with_rows(exchange: Exchange) -> None:
    pointer = Layout(exchange.root).pointer()
    assert pointer is not None
    assert pointer.files.keys() == MAY_SEE.keys()
    assert pointer.next_release == ENDS
    assert Layout(exchange.root).is_intact(pointer)
    for audience in MAY_SEE:
        assert ask(file_of(exchange, audience), "SELECT number, audience FROM edition") == [(2, audience)]
        mode = stat.S_IMODE(file_of(exchange, audience).stat().st_mode)
        assert mode == (0o444 if audience == PUBLIC else 0o400)


@pytest.mark.parametrize("audience", MAY_SEE)
def test_each_file_shows_what_its_audience_may_see_and_no_other_figure_anywhere(
    exchange: Exchange, audience: str
) -> None:
    path, (seen, _) = file_of(exchange, audience), MAY_SEE[audience]
    for value in FIGURES:
        tables = tables_that_hold(path, value)
        assert ("compute_exports" in tables) is (value in seen), value
        assert value in {FREE, RELEASED} or tables <= {"compute_exports"}


def test_results_are_the_same_in_every_file(exchange: Exchange) -> None:
    tables = [name for (name,) in ask(file_of(exchange, PUBLIC), "SELECT table_name FROM duckdb_tables()")]
    for name in tables:
        if name.startswith("out_") or name in {"areas", "check_results", "snapshots"}:
            told = {
                audience: ask(file_of(exchange, audience), f'SELECT * FROM "{name}" ORDER BY ALL')
                for audience in MAY_SEE
            }
            assert all(rows == told[PUBLIC] for rows in told.values()), name
    said = "SELECT reported_by_from FROM out_mirror_flows WHERE source_from = 'drop:mx-a' AND to_area = 'JPN'"
    assert ask(file_of(exchange, PUBLIC), f"{said} AND theme = 'compute_exports'") == [(FREE,)]


@pytest.mark.parametrize("audience", MAY_SEE)
def test_a_withheld_row_keeps_its_key_and_status_and_says_that_it_is_withheld(
    exchange: Exchange, audience: str
) -> None:
    columns = "obs_value, obs_status, comment_obs, embargo_time"
    sql = f"SELECT {columns}, conf_status FROM compute_exports WHERE drop_id IS NOT NULL AND obs_value IS NULL"
    withheld = ask(file_of(exchange, audience), sql)
    assert len(withheld) == MAY_SEE[audience][1]
    assert {row[:-1] for row in withheld} == {(None, "Q", None, None)}
    assert {row[-1] for row in withheld} <= {"C", "N", "S"}


def test_an_embargoed_row_is_absent_before_its_time_for_all_but_its_sender(exchange: Exchange) -> None:
    sql = "SELECT count(*) FROM compute_exports WHERE source_id = 'drop:mx-a' AND counterpart_area = 'CHL'"
    assert [ask(file_of(exchange, name), sql)[0][0] for name in (PUBLIC, NEGOTIATOR, "mx-a", "fr-b")] == [0, 0, 1, 0]


def test_small_counts_of_persons_in_drops_are_withheld_and_publishers_are_not(exchange: Exchange) -> None:
    sql = f"SELECT obs_value, conf_status FROM {SMALL} WHERE source_id = 'drop:mx-a' ORDER BY counterpart_area"
    for audience in (PUBLIC, NEGOTIATOR, "fr-b"):
        assert ask(file_of(exchange, audience), sql) == [(None, "A"), (7, "F")]
    assert ask(file_of(exchange, "mx-a"), sql) == [(3, "F"), (7, "F")]
    published = (
        f"SELECT count(*) FROM {SMALL} WHERE unit_measure = 'PS' AND obs_value BETWEEN 1 AND 4 AND drop_id IS NULL"
    )
    assert ask(file_of(exchange, PUBLIC), published)[0][0] > 0


def test_every_source_of_a_file_is_described_in_it(exchange: Exchange) -> None:
    for audience in MAY_SEE:
        path = file_of(exchange, audience)
        for theme in CONTRACTS.tables:
            assert ask(path, f"SELECT 1 FROM {theme} WHERE source_id NOT IN (SELECT source_id FROM sources)") == []
    sql = "SELECT theme, publisher, kind, licence, precedence FROM sources WHERE source_id = 'drop:mx-a'"
    assert ask(file_of(exchange, PUBLIC), sql) == [
        ("compute_exports, talent_movement", "Partner mx-a", "partner_drop", "As agreed with the partner", 1)
    ]


def test_every_file_keeps_the_contracts_of_its_tables(exchange: Exchange) -> None:
    table = CONTRACTS.tables["compute_exports"]
    for audience in MAY_SEE:
        with duckdb.connect(str(file_of(exchange, audience)), read_only=True) as connection:
            frame = connection.execute("SELECT * FROM compute_exports").pl().cast(dict(polars_schema(table)))
        assert check_table(table, frame) == []


def test_nothing_is_computed_again_until_a_drop_or_the_end_of_an_embargo(exchange: Exchange) -> None:
    outcome = exchange.run(ENDS - dt.timedelta(seconds=1))
    assert (outcome.number, outcome.is_new, outcome.materialised) == (2, False, [])


# What happens next


def test_an_embargoed_value_is_for_all_after_its_time_and_in_results_too(exchange: Exchange) -> None:
    outcome = exchange.run_to_flows(ENDS)
    assert (outcome.number, outcome.is_new, outcome.failures) == (3, True, [])
    assert "known_compute_exports" not in outcome.materialised
    assert {"compute_exports", "out_mirror_flows"} <= set(outcome.materialised)
    for audience in MAY_SEE:
        assert {"compute_exports", "out_mirror_flows"} <= tables_that_hold(file_of(exchange, audience), WAITING)
    pointer = Layout(exchange.root).pointer()
    assert pointer is not None
    assert pointer.next_release is None
    assert exchange.run(ENDS + dt.timedelta(days=400)).is_new is False


def test_a_value_that_can_be_derived_stops_the_edition_and_is_not_told(exchange: Exchange) -> None:
    good = exchange.rows["compute_exports"]
    leak = trade("fr-b", "FRA", "MEX", SECRET + 1, "F", flow="M")
    hidden = trade("mx-a", "MEX", "FRA", SECRET, "C")
    exchange.accept(compute_exports=[*good, leak, hidden])
    outcome = exchange.run_to_flows(ENDS)
    assert outcome.number == 3
    [failure] = outcome.failures
    assert failure.place == f"compute_exports.{CHECK}"
    assert "A MEX FRA X HS22_854231 2024 of drop:mx-a, mirror, from A FRA MEX M HS22_854231 2024 of drop:fr-b" in (
        failure.message
    )
    assert "by public, negotiator" in failure.message
    assert "222333" not in failure.message
    exchange.accept(compute_exports=good)


def test_a_value_that_becomes_confidential_leaves_older_editions_and_stays_in_the_log(exchange: Exchange) -> None:
    rows = [
        {**row, "conf_status": "C"} if row["obs_value"] == FREE else row for row in exchange.rows["compute_exports"]
    ]
    holding = set().union(*(tables_that_hold(file_of(exchange, audience), FREE) for audience in MAY_SEE))
    assert {"compute_exports", "out_mirror_flows"} <= holding
    exchange.accept(compute_exports=rows)
    outcome = exchange.run_to_flows(ENDS, also=holding)  # all tables that held it are made anew
    assert (outcome.number, outcome.failures) == (4, [])
    layout = Layout(exchange.root)
    kept = {path.name for path in layout.editions.iterdir()}
    assert {name for name in kept if PUBLIC in name or NEGOTIATOR in name} == {
        f"edition-00000{number}.{audience}.duckdb" for number in (1, 4) for audience in (PUBLIC, NEGOTIATOR)
    }
    for path in layout.editions.glob("*.duckdb"):
        assert ".mx-a." in path.name or not tables_that_hold(path, FREE), path
    log = read_log(layout.vintages, CONTRACTS.tables["compute_exports"], up_to=4)
    assert log.filter(pl.col("obs_value") == FREE)["conf_status"].to_list() == ["F", "C"]


def test_rows_that_are_taken_back_leave_older_editions(exchange: Exchange) -> None:
    exchange.accept(compute_exports=[], **{SMALL: []})
    outcome = exchange.run_to_flows(ENDS)
    assert (outcome.number, outcome.failures) == (5, [])
    layout = Layout(exchange.root)
    assert sorted(path.name for path in layout.editions.iterdir()) == sorted(
        f"edition-00000{number}.{audience}.duckdb" for number in (1, 5) for audience in (PUBLIC, NEGOTIATOR)
    )
    pointer = layout.pointer()
    assert pointer is not None
    assert pointer.files.keys() == {PUBLIC, NEGOTIATOR}
