"""AI clusters. Inline rows are made up; counts of the embedded table are pinned as held."""

import csv
from decimal import Decimal

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import check_table
from compact_pipelines.datasets.infrastructure.epoch_gpu_clusters import (
    COLUMNS,
    SOURCE,
    core_epoch_gpu_clusters,
    parse_clusters,
    tidy_clusters,
)
from compact_pipelines.errors import SourceChanged
from compact_pipelines.snapshots import SnapshotStore, read_embedded

TABLE = load_contracts().tables["infrastructure"]
CLUSTER = {
    "Name": "Made-up 1",
    "Status": "Existing",
    "Certainty": "Confirmed",
    "Single cluster?": "Yes",
    "H100 equivalents": "100.5",
    "Country": "Canada",
    "Power Capacity (MW)": "1.25",
    "Superseded by": "",
    "Possible Duplicate": "",
    "Include in Standard Analysis": "True",
}
NOT_COUNTED = {"Include in Standard Analysis": ""}


def cluster(**changes: str) -> str:
    return ",".join((CLUSTER | changes).values())


def tidied(*rows: str, header: str = ",".join(COLUMNS)) -> pl.DataFrame:
    return tidy_clusters(parse_clusters("\n".join([header, *rows, ""]).encode()), "2025-11")


def told(rows: pl.DataFrame) -> dict[tuple[str, str], Decimal | None]:
    return {(area, what): value for area, what, value in rows.select("ref_area", "indicator", "obs_value").iter_rows()}


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    store = SnapshotStore.at(tmp_path_factory.mktemp(SOURCE))
    return core_epoch_gpu_clusters(store.take_embedded(SOURCE, "clusters"))


def test_the_table_is_read_as_it_stands_and_all_text() -> None:
    published = parse_clusters("\n".join([",".join(COLUMNS), cluster(Name="Béluga")]).encode())
    assert set(published.dtypes) == {pl.String}
    assert published.select("Name", "H100 equivalents", "Superseded by").row(0) == ("Béluga", "100.5", None)


def test_clusters_are_counted_and_added_up_per_area() -> None:
    rows = told(tidied(cluster(), cluster(Name="Made-up 2", Certainty="Likely"), cluster(Country="Mexico")))
    assert rows["CAN", "AI_CLUSTERS"] == 2
    assert rows["CAN", "AI_CLUSTER_H100_EQUIVALENTS"] == 201
    assert rows["CAN", "AI_CLUSTER_POWER"] == Decimal("2.5")
    assert rows["MEX", "AI_CLUSTERS"] == 1


def test_counts_and_power_have_their_units_and_stand_in_their_month() -> None:
    rows = tidied(cluster())
    assert dict(rows.select("indicator", "unit_measure").iter_rows()) == {
        "AI_CLUSTERS": "COUNT",
        "AI_CLUSTER_H100_EQUIVALENTS": "COUNT",
        "AI_CLUSTER_POWER": "MW",
    }
    assert rows.select("freq", "counterpart_area", "time_period").unique().rows() == [("M", "_Z", "2025-11")]


@pytest.mark.parametrize(
    "changes",
    [
        {"Status": "Planned"},
        {"Status": "Decommissioned"},
        {"Certainty": "Unlikely"},
        {"Single cluster?": "Unclear"},
        {"Single cluster?": ""},
        {"Possible Duplicate": "True"},
    ],
)
def test_a_cluster_outside_the_standard_analysis_counts_nowhere(changes: dict[str, str]) -> None:
    assert told(tidied(cluster(), cluster(**changes | NOT_COUNTED))) == told(tidied(cluster()))


@pytest.mark.parametrize("changes", [NOT_COUNTED, {"Status": "Planned"}])
def test_a_standard_analysis_that_is_not_ours_is_refused(changes: dict[str, str]) -> None:
    with pytest.raises(SourceChanged, match=r"1 clusters count for us and not .*\['Odd one'\]; has its rule changed"):
        tidied(cluster(), cluster(Name="Odd one", **changes))


def test_a_stage_that_a_later_counted_stage_holds_is_left_out() -> None:
    stages = [cluster(**{"Superseded by": "Stage 2"}), cluster(Name="Stage 2", **{"Superseded by": "Stage 3"})]
    rows = told(tidied(*stages, cluster(Name="Stage 3", **{"H100 equivalents": "300"})))
    assert (rows["CAN", "AI_CLUSTERS"], rows["CAN", "AI_CLUSTER_H100_EQUIVALENTS"]) == (1, 300)


def test_a_stage_stays_while_its_follower_is_only_planned() -> None:
    planned = cluster(Name="Stage 2", Status="Planned", **NOT_COUNTED)
    assert told(tidied(cluster(**{"Superseded by": "Stage 2"}), planned))["CAN", "AI_CLUSTERS"] == 1


def test_a_sum_over_known_figures_says_how_many_are_not() -> None:
    rows = tidied(cluster(), cluster(**{"H100 equivalents": ""}))
    row = rows.filter(indicator="AI_CLUSTER_H100_EQUIVALENTS").row(0, named=True)
    assert (row["obs_value"], row["obs_status"]) == (Decimal("100.5"), "E")
    assert row["comment_obs"] == "no figure for 1 of 2 clusters"


def test_a_sum_over_no_known_figure_is_missing_and_no_zero() -> None:
    rows = tidied(cluster(**{"H100 equivalents": "", "Power Capacity (MW)": ""}))
    assert rows.select("indicator", "obs_value", "obs_status", "comment_obs").rows() == [
        ("AI_CLUSTERS", 1, "A", None),
        ("AI_CLUSTER_H100_EQUIVALENTS", None, "O", "no figure for 1 of 1 clusters"),
        ("AI_CLUSTER_POWER", None, "O", "no figure for 1 of 1 clusters"),
    ]


def test_a_cluster_whose_country_is_not_published_stands_apart() -> None:
    assert told(tidied(cluster(Country="")))["_X", "AI_CLUSTERS"] == 1


def test_an_unknown_country_is_named() -> None:
    with pytest.raises(SourceChanged, match=r"epoch_gpu_clusters: unknown countries \['Atlantis'\]"):
        tidied(cluster(Country="Atlantis"))


@pytest.mark.parametrize("column", ["Status", "Certainty", "Single cluster?", "Possible Duplicate"])
def test_an_unknown_spelling_is_named(column: str) -> None:
    with pytest.raises(SourceChanged, match=r"unknown spellings in .* \['Perhaps'\]"):
        tidied(cluster(**{column: "Perhaps"}))


def test_a_new_column_passes_and_a_lost_one_is_named() -> None:
    header = ",".join(COLUMNS)
    assert told(tidied(cluster() + ",new", header=header + ",New")) == told(tidied(cluster()))
    with pytest.raises(SourceChanged, match=r"columns \['H100 equivalents'\] are missing"):
        tidied(cluster(), header=header.replace("H100", "B200"))


def test_a_cell_that_is_no_number_is_named_with_its_row() -> None:
    with pytest.raises(SourceChanged, match=r"column H100 equivalents: 1 cells are not numbers \(row 1: '1e5'\)"):
        tidied(cluster(**{"H100 equivalents": "1e5"}))


@pytest.mark.parametrize(
    ("area", "clusters", "h100", "megawatts"),
    [
        ("CAN", 5, "3108.503284", "5.507334"),
        ("ARE", 3, "1748.968165", "3.040491"),
        ("MEX", 1, None, None),
        ("ESP", 1, "4480", "6"),
    ],
)
def test_embedded_clusters_are_those_of_the_table(
    core: pl.DataFrame, area: str, clusters: int, h100: str | None, megawatts: str | None
) -> None:
    rows = told(core.filter(time_period="2025-11"))
    assert rows[area, "AI_CLUSTERS"] == clusters
    assert rows[area, "AI_CLUSTER_H100_EQUIVALENTS"] == (Decimal(h100) if h100 else None)
    held = rows[area, "AI_CLUSTER_POWER"]
    assert (round(held, 5) if held else None) == (round(Decimal(megawatts), 5) if megawatts else None)


def test_no_counted_cluster_of_the_embedded_table_is_lost(core: pl.DataFrame) -> None:
    held = list(csv.DictReader(read_embedded(SOURCE, "clusters").decode().splitlines()))
    standard = {row["Name"]: row for row in held if row["Include in Standard Analysis"]}
    taken_over = [row for row in standard.values() if row["Superseded by"] in standard]
    assert (len(held), sum(bool(row["Include in Standard Analysis"]) for row in held)) == (786, 482)
    assert len(taken_over) == 29
    assert core.filter(indicator="AI_CLUSTERS")["obs_value"].sum() == 482 - 29


def test_the_embedded_giant_counts_once(core: pl.DataFrame) -> None:
    rows = told(core)
    assert rows["USA", "AI_CLUSTERS"] == 119 - 13
    assert rows["_X", "AI_CLUSTERS"] == 16 - 1


def test_the_core_table_keeps_its_contract_with_a_unique_key(core: pl.DataFrame) -> None:
    assert core.height == 3 * 37
    assert core.n_unique([*TABLE.dimensions, "source_id"]) == core.height
    assert check_table(TABLE, core.with_columns(is_preferred=pl.lit(value=True))) == []
