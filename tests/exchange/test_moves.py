"""What drops change, as each audience may see it: revisions of a partner's own series, effects on published figures.

All figures are made up.
"""

import shutil
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from compact_pipelines.contracts import Contracts
from compact_pipelines.contracts.disclosure import load_disclosure
from compact_pipelines.exchange.moves import Reader, find_effects
from compact_pipelines.exchange.withdrawal import withdraw
from compact_pipelines.warehouse.audiences import NEGOTIATOR, SeeingRule
from compact_pipelines.warehouse.layout import PUBLIC, EditionFile, Layout, Pointer, sha256_of
from tests.exchange import deliveries
from tests.exchange.corpus.building import TRADE
from tests.exchange.deliveries import (
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


# -- revisions


def test_a_revision_stands_without_the_value_before_it_where_its_partner_withholds_others(seen: Seen) -> None:
    revised = of_drop(seen(PUBLIC), "exchange_revisions", 2)
    assert revised.select("row_key", "change", "value_before", "value_after", "change_count").rows() == [
        ("A CAN USA X TOTAL 2024", "revised", None, pytest.approx(13.5), 1)  # it withholds others
    ]
    assert of_drop(seen(NORTH), "exchange_revisions", 2).height == 4


def test_a_value_before_that_was_confidential_stays_hidden(data_root: Path) -> None:
    send(data_root, NORTH, "one", [figure("USA", 2024, "777", conf_status="C")], 1)
    take_in(data_root, "2026-01-31T08:00:00")
    send(data_root, NORTH, "two", [figure("USA", 2024, "12")], 2)
    take_in(data_root, "2026-02-01T08:00:00")
    for audience, before in ((PUBLIC, None), (NEGOTIATOR, None), (NORTH, 777)):
        revised = tables_of(data_root, audience)["exchange_revisions"].row(0, named=True)
        assert (revised["value_before"], revised["value_after"]) == (before, 12)


def test_what_a_withdrawn_drop_said_is_for_its_partner_alone(data_root: Path) -> None:
    send(data_root, NORTH, "one", [figure("USA", 2024, "12")], 1)
    take_in(data_root, "2026-01-31T08:00:00")
    send(data_root, NORTH, "two", [figure("USA", 2024, "4242")], 2)
    take_in(data_root, "2026-02-01T08:00:00")
    write_effect(data_root, 2, value_after=4242)
    assert "4242" in texts(tables_of(data_root, PUBLIC))
    withdraw(data_root, f"{NORTH}/two", "wrong file", NOW)
    for audience in (PUBLIC, NEGOTIATOR, SOUTH):
        tables = tables_of(data_root, audience)
        assert "4242" not in texts(tables)
        assert tables["exchange_drops"]["is_withdrawn"].to_list() == [False, True]
    assert "4242" in texts(tables_of(data_root, NORTH))


def test_the_largest_changes_are_told_and_all_are_counted(data_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("compact_pipelines.exchange.moves.TOLD", 2)
    years = range(2000, 2010)
    send(data_root, NORTH, "one", [figure("USA", year, "100") for year in years], 1)
    take_in(data_root, "2026-01-31T08:00:00")
    send(data_root, NORTH, "two", [figure("USA", year, str(100 + year - 1999)) for year in years], 2)
    take_in(data_root, "2026-02-01T08:00:00")
    revised = tables_of(data_root, PUBLIC)["exchange_revisions"]
    assert revised["row_key"].str.slice(-4).to_list() == ["2009", "2008"]
    assert revised["place"].to_list() == [1, 2]
    assert set(revised["change_count"]) == {10}


# -- effects


def test_a_held_drop_is_a_preview_that_the_public_does_not_have(seen: Seen) -> None:
    for audience in (NORTH, NEGOTIATOR):
        preview = of_drop(seen(audience), "exchange_effects", 3)
        assert preview["value_after"].to_list() == [15]
        assert preview["is_published"].to_list() == [False]
    for audience in (PUBLIC, SOUTH):
        assert of_drop(seen(audience), "exchange_effects", 3).is_empty()


def test_an_effect_is_published_while_the_drop_is_the_last_word(copied: Path, seen: Seen) -> None:
    assert of_drop(seen(PUBLIC), "exchange_effects", 2)["is_published"].to_list() == [True]
    send(copied, NORTH, "later", [figure("USA", 2025, "16")], 4)
    take_in(copied, "2026-07-02T08:00:00")
    assert of_drop(tables_of(copied, PUBLIC), "exchange_effects", 2)["is_published"].to_list() == [False]


@pytest.mark.parametrize(
    "cells",
    [
        {"time_period": "2023"},  # the figure has become confidential since
        {"counterpart": "MEX", "time_period": "2024"},
    ],
)
def test_an_effect_on_a_figure_that_is_confidential_now_is_hidden(cells: dict[str, Any], copied: Path) -> None:
    write_effect(copied, 3, **cells)
    shown = {audience: of_drop(tables_of(copied, audience), "exchange_effects", 2).height for audience in AUDIENCES}
    assert shown == {PUBLIC: 0, NEGOTIATOR: 0, NORTH: 1, SOUTH: 0}


@pytest.mark.parametrize(("count", "shown"), [(3, 0), (5, 1)])
def test_a_small_count_of_persons_is_hidden(count: int, shown: int, data_root: Path, contracts: Contracts) -> None:
    write_effect(data_root, 1, series="A IN MIGRANT S PS", value_after=count)
    drop = {"number": 1, "drop_id": "one", "partner": NORTH, "status": "ACCEPTED", "withdrawn_at": None}
    for audience, expected in ((PUBLIC, shown), (NEGOTIATOR, shown), (NORTH, 1)):
        reader = Reader(audience, SeeingRule.of(contracts, load_disclosure()), NOW)
        assert find_effects(data_root, contracts.tables["talent_movement"], [drop], reader).height == expected


def test_a_figure_before_that_its_partner_says_no_more_is_hidden(copied: Path) -> None:
    write_effect(copied, 3, source_before=f"drop:{SOUTH}", value_before=31)
    effect = tables_of(copied, PUBLIC)["exchange_effects"].row(0, named=True)
    assert (effect["value_before"], effect["value_after"]) == (None, 14)
    write_effect(copied, 3, source_before=f"drop:{NORTH}", value_before=31)
    assert tables_of(copied, PUBLIC)["exchange_effects"]["value_before"].to_list() == [31]


def serve_edition(root: Path, values: dict[str, str]) -> None:
    """An edition that publishes these figures of what Canada sends, by counterpart; made up."""
    layout = Layout(root)
    layout.editions.mkdir(parents=True)
    path = layout.editions / "edition-000001.public.duckdb"
    dimensions = ", ".join(f'"{name}" VARCHAR' for name in TRADE.dimensions)
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            f"CREATE TABLE compute_exports ({dimensions}, obs_value DECIMAL(28,6), is_preferred BOOLEAN)"
        )
        connection.execute("ALTER TABLE compute_exports ADD COLUMN source_id VARCHAR DEFAULT 'statcan_cimt'")
        connection.execute("CREATE TABLE areas AS SELECT unnest(['USA', 'MEX', 'CAN']) AS area, 'area' AS kind")
        for area, value in values.items():
            cells = [*(figure(area, 2024, value)[name] for name in TRADE.dimensions), value, True]
            marks = ", ".join("?" * len(cells))
            connection.execute(f"INSERT INTO compute_exports VALUES ({marks}, 'statcan_cimt')", cells)
    files = {PUBLIC: EditionFile(file=path.name, sha256=sha256_of(path))}
    layout.move_pointer(Pointer(number=1, published_at=NOW, fingerprint="made up", files=files))


def test_a_rank_tells_nothing_of_a_confidential_figure(data_root: Path) -> None:
    """Whether a withheld figure is above or below a free one moves no published rank."""
    told = []
    for number, secret in enumerate(("99", "101")):
        root = data_root / str(number)
        serve_edition(root, {"USA": "50", "MEX": "40"})
        send(root, NORTH, "one", [figure("USA", 2024, "100"), figure("MEX", 2024, secret, conf_status="C")], 1)
        take_in(root, "2026-01-31T08:00:00")
        told.append(tables_of(root, PUBLIC)["exchange_effects"].drop("drop_id"))
    assert told[0].height == 1
    assert told[0].equals(told[1])


def test_a_former_total_does_not_give_a_withheld_part_away(data_root: Path) -> None:
    """A total and a part that are no more, less each other, would be the part that is withheld."""
    parts = [figure("W00", 2024, "300"), figure("USA", 2024, "100"), figure("MEX", 2024, "200", conf_status="C")]
    send(data_root, NORTH, "one", parts, 1)
    send(data_root, NORTH, "two", [figure("W00", 2024, "305")], 2)
    take_in(data_root, "2026-01-31T08:00:00")
    for audience in (PUBLIC, NEGOTIATOR, SOUTH):
        assert "300" not in texts(tables_of(data_root, audience))
    assert "300" in texts(tables_of(data_root, NORTH))
