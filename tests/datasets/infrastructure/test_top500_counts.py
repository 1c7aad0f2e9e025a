"""Supercomputers. Inline rows are made up; counts of the embedded table are pinned as read off the lists."""

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import check_table
from compact_pipelines.datasets.infrastructure.top500_counts import (
    AREAS,
    COLUMNS,
    SOURCE,
    core_top500_counts,
    parse_counts,
    tidy_counts,
)
from compact_pipelines.errors import SourceChanged
from compact_pipelines.snapshots import SnapshotStore

CONTRACTS = load_contracts()
TABLE = CONTRACTS.tables["infrastructure"]
LIST = (
    "2019-06,Canada,300,made up",
    "2019-06,Mexico,0,made up",
    '2019-06,"Korea, South",200,made up',
    "2019-06,World,500,made up",
)


def tidied(*rows: str, header: str = ",".join(COLUMNS)) -> pl.DataFrame:
    return tidy_counts(parse_counts("\n".join([header, *rows, ""]).encode()))


def changed(old: str, new: str) -> list[str]:
    return [row.replace(old, new) for row in LIST]


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    store = SnapshotStore.at(tmp_path_factory.mktemp(SOURCE))
    return core_top500_counts(store.take_embedded(SOURCE, "systems"))


def test_the_table_is_read_as_it_stands_and_all_text() -> None:
    published = parse_counts("\n".join([",".join(COLUMNS), *LIST]).encode())
    assert set(published.dtypes) == {pl.String}
    assert published.rows()[2] == ("2019-06", "Korea, South", "200", "made up")


def test_systems_are_counted_per_area_and_list_and_name_their_list() -> None:
    assert tidied(*LIST).row(0, named=True) == {
        "freq": "M",
        "ref_area": "CAN",
        "counterpart_area": "_Z",
        "indicator": "SUPERCOMPUTERS",
        "unit_measure": "COUNT",
        "time_period": "2019-06",
        "obs_value": 300,
        "comment_obs": "counted in made up",
    }


def test_a_counted_zero_stays_a_zero_and_the_list_is_the_world() -> None:
    assert tidied(*LIST).select("ref_area", "obs_value").rows() == [
        ("CAN", 300),
        ("MEX", 0),
        ("KOR", 200),
        ("W00", 500),
    ]


@pytest.mark.parametrize(("old", "new"), [("Canada,300", "Canada,299"), ("World,500", "World,501")])
def test_a_list_that_does_not_add_up_to_its_length_is_refused(old: str, new: str) -> None:
    with pytest.raises(SourceChanged, match=r"top500_counts, list 2019-06: .* a list has 500"):
        tidied(*changed(old, new))


def test_a_row_that_cites_nothing_is_named() -> None:
    with pytest.raises(SourceChanged, match=r"rows \[\('2019-06', 'Mexico'\)\] cite nothing"):
        tidied(*changed("Mexico,0,made up", "Mexico,0,"))


def test_an_unknown_country_is_named() -> None:
    with pytest.raises(SourceChanged, match=r"top500_counts: unknown countries \['Atlantis'\]"):
        tidied(*changed("Canada", "Atlantis"))


def test_a_changed_header_is_refused() -> None:
    with pytest.raises(SourceChanged, match=r"the header has changed. Missing: \['systems'\]; new: \['count'\]"):
        tidied(*LIST, header=",".join(COLUMNS).replace("systems", "count"))


def test_a_cell_that_is_no_number_is_named_with_its_row() -> None:
    with pytest.raises(SourceChanged, match=r"column systems: 1 cells are not numbers \(row 1: 'many'\)"):
        tidied(*changed("Canada,300", "Canada,many"))


@pytest.mark.parametrize(
    ("month", "area", "systems"),
    [
        ("2019-06", "USA", 116),
        ("2019-06", "CHN", 219),
        ("2019-06", "KOR", 5),
        ("2021-06", "USA", 122),
        ("2021-06", "CHN", 188),
        ("2021-06", "JPN", 34),
        ("2021-06", "CAN", 11),
        ("2021-06", "ARE", 2),
        ("2021-06", "KOR", 5),
        ("2021-06", "MEX", 0),
    ],
)
def test_embedded_counts_are_those_of_the_lists(core: pl.DataFrame, month: str, area: str, systems: int) -> None:
    assert core.filter(time_period=month, ref_area=area)["obs_value"].to_list() == [systems]


def test_every_embedded_list_has_its_500_systems_and_every_area_of_the_scenario(core: pl.DataFrame) -> None:
    assert sorted(core["time_period"].unique()) == ["2019-06", "2020-06", "2020-11", "2021-06"]
    for (_,), rows in core.group_by("time_period"):
        assert rows.filter(pl.col("ref_area") != "W00")["obs_value"].sum() == 500
        assert set(CONTRACTS.membership.tier_of) <= set(rows["ref_area"])
        assert set(rows["ref_area"]) <= set(AREAS.values())


def test_the_core_table_keeps_its_contract_with_a_unique_key(core: pl.DataFrame) -> None:
    assert core.height == 201
    assert core["obs_value"].null_count() == 0
    assert core.n_unique([*TABLE.dimensions, "source_id"]) == core.height
    assert check_table(TABLE, core.with_columns(is_preferred=pl.lit(value=True))) == []
