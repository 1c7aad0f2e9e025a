"""The PJM queue. Inline rows are made up; counts of the embedded table are pinned as read off the queue."""

from decimal import Decimal

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import check_table
from compact_pipelines.datasets.infrastructure.pjm_queue_totals import (
    COLUMNS,
    SOURCE,
    UNCOUNTED,
    core_pjm_queue_totals,
    parse_queue,
    tidy_queue,
)
from compact_pipelines.errors import SourceChanged
from compact_pipelines.snapshots import SnapshotStore

TABLE = load_contracts().tables["infrastructure"]
ACTIVE = "Generation Interconnection,Active,3,100.25,0,made up"
TRANSMISSION = "Merchant Transmission,Active,7,900,0,made up"


def whole(projects: int) -> str:
    return f"All,All,{projects},,,made up"


def tidied(*rows: str, header: str = ",".join(COLUMNS)) -> pl.DataFrame:
    return tidy_queue(parse_queue("\n".join([header, *rows, ""]).encode()), "2026-05")


def told(rows: pl.DataFrame) -> dict[str, Decimal | None]:
    return dict(rows.select("indicator", "obs_value").iter_rows())


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    store = SnapshotStore.at(tmp_path_factory.mktemp(SOURCE))
    return core_pjm_queue_totals(store.take_embedded(SOURCE, "queue"))


def test_the_table_is_read_as_it_stands_and_all_text() -> None:
    published = parse_queue("\n".join([",".join(COLUMNS), ACTIVE, whole(3)]).encode())
    assert set(published.dtypes) == {pl.String}
    assert published.rows()[1] == ("All", "All", "3", None, None, "made up")


def test_projects_are_counted_and_the_power_they_ask_for_stands_in_megawatts() -> None:
    rows = tidied(ACTIVE, whole(3))
    assert rows.select("indicator", "unit_measure", "obs_value").rows() == [
        ("PJM_QUEUE_ACTIVE_PROJECTS", "COUNT", 3),
        ("PJM_QUEUE_ACTIVE_CAPACITY", "MW", Decimal("100.25")),
    ]
    assert rows.select("freq", "ref_area", "counterpart_area", "time_period").unique().rows() == [
        ("M", "USA", "_Z", "2026-05")
    ]


def test_every_row_says_that_it_is_one_region() -> None:
    assert tidied(ACTIVE, whole(3))["comment_obs"].to_list() == ["PJM region only; counted in: made up"] * 2


def test_only_generation_counts() -> None:
    assert told(tidied(ACTIVE, TRANSMISSION, whole(10))) == told(tidied(ACTIVE, whole(3)))


@pytest.mark.parametrize("status", [status for status in UNCOUNTED if status != "All"])
def test_a_project_in_another_state_counts_nowhere(status: str) -> None:
    other = ACTIVE.replace("Active", status)
    assert told(tidied(ACTIVE, other, whole(6))) == told(tidied(ACTIVE, whole(3)))


def test_a_sum_says_how_many_projects_have_no_figure() -> None:
    rows = tidied(ACTIVE.replace("100.25,0", "100.25,2"), whole(3))
    assert rows["comment_obs"][1] == "PJM region only; counted in: made up; 2 of 3 projects have no figure"


def test_a_sum_over_no_known_figure_is_missing_and_no_zero() -> None:
    rows = tidied(ACTIVE.replace("100.25,0", ",3"), whole(3))
    assert rows.select("obs_value", "obs_status").rows() == [(3, "A"), (None, "O")]


def test_a_sum_of_zero_stays_a_zero() -> None:
    assert told(tidied(ACTIVE.replace("100.25", "0"), whole(3)))["PJM_QUEUE_ACTIVE_CAPACITY"] == 0


def test_a_queue_that_does_not_add_up_is_refused() -> None:
    with pytest.raises(SourceChanged, match=r"add up to 3\.000000 projects, the queue has 4\.000000"):
        tidied(ACTIVE, whole(4))


def test_a_row_that_cites_nothing_is_named() -> None:
    with pytest.raises(SourceChanged, match=r"rows \[\('Generation Interconnection', 'Active'\)\] cite nothing"):
        tidied(ACTIVE.replace("made up", ""), whole(3))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("Active", "Dreamt of", r"unknown statuses \['Dreamt of'\]"),
        ("Generation Interconnection", "Storage", r"unknown project types \['Storage'\]"),
        ("100.25", "many", r"column mw_energy: 1 cells are not numbers \(row 1: 'many'\)"),
    ],
)
def test_what_we_do_not_know_is_named(old: str, new: str, message: str) -> None:
    with pytest.raises(SourceChanged, match=message):
        tidied(ACTIVE.replace(old, new), whole(3))


def test_a_changed_header_is_refused() -> None:
    with pytest.raises(SourceChanged, match=r"Missing: \['mw_energy'\]; new: \['mw_capacity'\]"):
        tidied(ACTIVE, whole(3), header=",".join(COLUMNS).replace("mw_energy", "mw_capacity"))


@pytest.mark.parametrize(
    ("state", "projects", "megawatts"),
    [("ACTIVE", 897, "72586.9224"), ("IN_SERVICE", 1_207, "95745.122"), ("WITHDRAWN", 5_570, "612589.1128")],
)
def test_embedded_totals_are_those_of_the_queue(core: pl.DataFrame, state: str, projects: int, megawatts: str) -> None:
    rows = told(core.filter(time_period="2026-05"))
    assert rows[f"PJM_QUEUE_{state}_PROJECTS"] == projects
    assert rows[f"PJM_QUEUE_{state}_CAPACITY"] == Decimal(megawatts)


def test_the_core_table_keeps_its_contract_with_a_unique_key(core: pl.DataFrame) -> None:
    assert core.height == 6
    assert core.n_unique([*TABLE.dimensions, "source_id"]) == core.height
    assert check_table(TABLE, core.with_columns(is_preferred=pl.lit(value=True))) == []
