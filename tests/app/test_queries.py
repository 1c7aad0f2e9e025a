"""Queries against the embedded edition: columns, known figures, and the pointer. Figures are those of the sources."""

import shutil
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import duckdb
import polars as pl
import pytest

from compact_app import queries
from compact_app.queries import Edition, Flow
from compact_app.queries.overview import SPARK_PERIODS
from compact_pipelines.contracts import Contracts
from compact_pipelines.contracts.model import THEMES
from compact_pipelines.errors import WarehouseError
from compact_pipelines.warehouse.layout import DATA_ROOT_VARIABLE, PUBLIC, EditionFile, Layout

UNITED_STATES_TO_CANADA = Flow("compute_exports", "TOTAL", "F", "A", "USA", "CAN")


def published(contracts: Contracts, table: str) -> list[str]:
    return list(contracts.published[table].columns)


def copy_of(root: Path, copy: Path) -> Layout:
    """What the dashboard reads of a data root, in a root of its own."""
    copy.mkdir()
    shutil.copytree(root / "editions", copy / "editions")
    shutil.copy(root / "CURRENT", copy / "CURRENT")
    return Layout(copy)


# -- the edition


def test_the_current_edition_is_the_one_the_pointer_names(edition: Edition, edition_root: Path) -> None:
    assert edition.number == 1
    assert Path(edition.path).parent == edition_root / "editions"
    assert edition.data_root == str(edition_root)


def test_the_pointer_is_looked_at_anew(edition_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layout = copy_of(edition_root, tmp_path / "copy")
    monkeypatch.setenv(DATA_ROOT_VARIABLE, str(layout.root))
    first = queries.current_edition()
    rows_before = queries.membership(first).height

    pointer, path = layout.current(PUBLIC)
    next_path = path.with_name("edition-000002.public.duckdb")
    shutil.copy(path, next_path)
    with duckdb.connect(next_path) as connection:
        connection.execute("DELETE FROM membership WHERE tier = 'outside'")
    served = EditionFile(file=next_path.name, sha256=pointer.files[PUBLIC].sha256)
    layout.move_pointer(pointer.model_copy(update={"number": 2, "files": {PUBLIC: served}}))

    second = queries.current_edition()
    assert (first.number, second.number) == (1, 2)
    assert second.path == str(next_path)
    assert queries.membership(second).height < rows_before
    assert queries.membership(first).height == rows_before


def test_without_an_edition_the_reader_is_told_how_to_make_one(
    data_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATA_ROOT_VARIABLE, str(data_root))
    with pytest.raises(WarehouseError, match="compact run"):
        queries.current_edition()


def test_an_edition_whose_file_is_gone_is_no_edition(
    edition_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    layout = copy_of(edition_root, tmp_path / "copy")
    layout.current(PUBLIC)[1].unlink()
    monkeypatch.setenv(DATA_ROOT_VARIABLE, str(layout.root))
    with pytest.raises(WarehouseError, match="gone"):
        queries.current_edition()


def test_a_reader_cannot_write(edition: Edition) -> None:
    with pytest.raises(duckdb.Error, match="read-only"):
        queries.ask(edition, "DELETE FROM membership")


# -- overview


def test_membership_names_every_area_of_the_scenario_once(edition: Edition) -> None:
    members = queries.membership(edition)
    assert members.columns == ["area", "name", "tier", "scenario_label"]
    assert members["area"].is_unique().all()
    assert members["name"].is_sorted()
    assert set(members.filter(pl.col("tier") == "core")["area"]) == {"USA", "CAN", "MEX"}


def test_the_largest_disputed_pair_is_the_united_states_and_canada(edition: Edition, contracts: Contracts) -> None:
    disputed = queries.largest_disputed_pair(edition)
    assert disputed.columns == published(contracts, "out_mirror_flows")
    flow = disputed.row(0, named=True)
    assert (flow["from_area"], flow["to_area"], flow["time_period"]) == ("USA", "CAN", "2025")


def test_every_theme_has_its_report(edition: Edition) -> None:
    reports = {report.table: report for report in queries.changes(edition)}
    assert set(reports) == set(THEMES)
    assert reports["infrastructure"].headline_value == Decimal(90319)
    assert all(report.rows_before is None for report in reports.values())


@pytest.mark.parametrize("theme", THEMES)
def test_a_headline_series_ends_in_the_reported_value(edition: Edition, theme: str) -> None:
    series = queries.headline_series(edition, theme)
    assert series.columns == ["time_period", "value", "source_id", "snapshot_id"]
    assert 0 < series.height <= SPARK_PERIODS
    assert all(one < other for one, other in pairwise(series["time_period"]))
    report = next(report for report in queries.changes(edition) if report.table == theme)
    assert series["time_period"][-1] == report.headline_period
    value = series["value"][-1]
    assert (value if report.unit is None else Decimal(value)) == report.headline_value


# -- country pair


def test_both_reports_of_a_known_flow(edition: Edition, contracts: Contracts) -> None:
    flows = queries.pair_flows(edition, UNITED_STATES_TO_CANADA)
    assert flows.columns == published(contracts, "out_mirror_flows")
    assert flows["time_period"].is_sorted()
    latest = flows.row(-1, named=True)
    assert latest["time_period"] == "2025"
    assert latest["reported_by_from"] == Decimal(333619712376)
    assert latest["reported_by_to"] == Decimal("258634487246.4522")
    assert latest["grade"] == "B"
    assert latest["same_source"]


def test_a_flow_nobody_reports_has_no_rows(edition: Edition, contracts: Contracts) -> None:
    flows = queries.pair_flows(edition, Flow("talent_movement", "MIGRANT", "S", "A", "QAT", "USA"))
    assert flows.is_empty()
    assert flows.columns == published(contracts, "out_mirror_flows")


def test_what_can_be_asked_of_a_theme(edition: Edition) -> None:
    subjects = queries.pair_subjects(edition, "compute_exports")
    assert subjects.columns == ["subject", "stock_flow", "freq", "unit_measure", "pairs"]
    assert subjects.row(0) == ("TOTAL", "F", "A", "USD", 2325)
    assert set(subjects["subject"]) == {"TOTAL", "HS_84", "HS_85", "NAICS_334"}


def test_a_series_has_one_unit(edition: Edition) -> None:
    for theme in ("compute_exports", "capital_flows", "talent_movement"):
        assert queries.pair_subjects(edition, theme).select("subject", "stock_flow", "freq").is_unique().all()


def test_pairs_of_which_anything_is_held(edition: Edition) -> None:
    held = queries.pair_partners(edition, "compute_exports", "TOTAL", "F")
    assert held.columns == ["from_area", "to_area", "periods_both", "last_period", "told_by_from", "told_by_to"]
    assert held.select("from_area", "to_area").is_unique().all()
    pair = held.row(by_predicate=(pl.col("from_area") == "USA") & (pl.col("to_area") == "CAN"), named=True)
    assert pair["periods_both"] > 0


# -- alliance graph


def test_graphs_that_are_measured(edition: Edition) -> None:
    graphs = queries.graph_subjects(edition)
    assert graphs.columns == ["theme", "subject", "time_period", "areas", "coverage_share"]
    assert graphs.filter(pl.col("theme") == "compute_exports")["time_period"].to_list() == [
        "2015",
        "2016",
        "2017",
        "2018",
    ]
    assert graphs["coverage_share"].is_between(0, 1).all()
    for theme, subject, year, areas, _ in graphs.iter_rows():
        assert queries.graph_metrics(edition, theme, subject, year).height == areas


def test_measures_of_a_known_graph(edition: Edition) -> None:
    metrics = queries.graph_metrics(edition, "compute_exports", "TOTAL", "2018")
    measured = [
        "authority",
        "betweenness",
        "closeness",
        "clustering",
        "clustering_barrat",
        "community",
        "community_stability",
        "core",
        "coreness",
        "disparity",
        "eigenvector",
        "harmonic",
        "hub",
        "pagerank",
        "s_core",
        "strength",
        "strength_in",
        "strength_out",
    ]
    assert metrics.columns[:3] == ["area", "name", "tier"]
    assert set(metrics.columns[3:]) == {*measured, *(f"rank_{name}" for name in measured if "community" not in name)}
    assert metrics["area"].is_unique().all()
    assert metrics["pagerank"].sum() == pytest.approx(1)
    assert metrics.sort("rank_pagerank")["area"].head(3).to_list() == ["USA", "CHN", "DEU"]


def test_ties_of_a_year_are_drawn_from_the_lightest_to_the_heaviest(edition: Edition) -> None:
    ties = queries.graph_year(edition, "compute_exports", "TOTAL", "2018")
    assert ties.columns == ["from_area", "to_area", "weight", "is_backbone"]
    assert ties["weight"].is_sorted()
    assert 0 < ties["is_backbone"].sum() < ties.height
    metrics = queries.graph_metrics(edition, "compute_exports", "TOTAL", "2018")
    assert float(ties["weight"].sum()) == pytest.approx(metrics["strength_out"].sum())


def test_edges_stay_among_the_areas_of_the_scenario(edition: Edition) -> None:
    edges = queries.graph_edges(edition, "talent_movement", "MIGRANT")
    assert edges.columns == [
        "theme",
        "subject",
        "time_period",
        "from_area",
        "to_area",
        "weight",
        "reporter",
        "source_id",
    ]
    members = set(queries.membership(edition)["area"])
    assert set(edges["from_area"]) | set(edges["to_area"]) <= members


def test_every_area_of_a_graph_has_one_place(edition: Edition) -> None:
    places = queries.graph_places(edition, "compute_exports", "TOTAL")
    metrics = queries.graph_metrics(edition, "compute_exports", "TOTAL", "2018")
    assert set(metrics["area"]) <= set(places)
    assert all(abs(x) <= 1 and abs(y) <= 1 for x, y in places.values())
    assert len(set(places.values())) == len(places)


# -- sources and quality


def test_every_source_says_how_far_it_reaches_and_when_it_was_taken(edition: Edition, contracts: Contracts) -> None:
    sources = queries.sources(edition)
    assert sources.columns == [*published(contracts, "sources"), "rows", "first_period", "last_period", "retrieved_at"]
    assert set(sources["source_id"]) == set(contracts.sources)
    held = sources.drop_nulls("rows")
    embedded = {source.id for source in contracts.sources.values() if source.parts}
    assert set(held["source_id"]) == embedded == set(sources.drop_nulls("retrieved_at")["source_id"])
    undated = held.filter(pl.any_horizontal(pl.col("first_period", "last_period").is_null()))
    assert undated["source_id"].to_list() == ["cepii_geodist"]  # distances have no date
    assert (held["first_period"] <= held["last_period"]).all()


def test_every_published_table_is_there_with_its_rows(edition: Edition, contracts: Contracts) -> None:
    tables = queries.tables(edition)
    assert tables.columns == ["table_name", "rows"]
    assert set(tables["table_name"]) == {*contracts.tables, *contracts.published}
    for name, rows in tables.iter_rows():
        assert queries.table_for_download(edition, name).height == rows


@pytest.mark.parametrize("table", ["snapshots", "check_results", "edition", "membership"])
def test_a_small_table_is_read_as_it_stands(edition: Edition, contracts: Contracts, table: str) -> None:
    assert queries.whole_table(edition, table).columns == published(contracts, table)


@pytest.mark.parametrize("table", ["no_such_table", "", 'areas"; DROP TABLE areas; --', "duckdb_settings()"])
def test_a_table_the_edition_does_not_have_is_refused(edition: Edition, table: str) -> None:
    with pytest.raises(KeyError):
        queries.whole_table(edition, table)
    with pytest.raises(KeyError):
        queries.table_for_download(edition, table)


def test_every_area_of_the_scenario_is_on_the_map(edition: Edition) -> None:
    members = set(queries.membership(edition)["area"])
    assert members == set(queries.label_points()["area"])
    shapes = {shape.get("id") for shape in queries.topology()["objects"]["areas"]["geometries"]}
    assert {"USA", "CAN", "MEX"} <= shapes
