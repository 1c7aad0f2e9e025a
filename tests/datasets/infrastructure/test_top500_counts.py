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
    parse_list,
    read_answer,
    tidy_counts,
    tidy_list,
)
from compact_pipelines.errors import SourceChanged
from compact_pipelines.live.answers import Answer, Partition
from compact_pipelines.resources import LiveRows
from compact_pipelines.snapshots import SnapshotStore
from tests.live.publishers.top500_counts import COUNTRIES, HEADER, workbook

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
    root = tmp_path_factory.mktemp(SOURCE)
    raw = SnapshotStore.at(root).take_embedded(SOURCE, "systems")
    rows: pl.DataFrame = core_top500_counts(LiveRows(data_root=str(root)), raw).value
    return rows


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


# A list that is asked live


def of_list(content: bytes, period: str = "2021-06") -> pl.DataFrame:
    return tidy_list(parse_list(content), period)


def test_a_list_is_read_as_it_stands_and_all_text() -> None:
    published = parse_list(workbook())
    assert published.columns == HEADER
    assert set(published.dtypes) == {pl.String}
    assert published.row(0) == ("1", None, "United States", "2020", "1.5", "2.25", None)


def test_systems_of_a_list_are_counted_and_what_they_compute_is_added_up() -> None:
    rows = of_list(workbook()).filter(pl.col("obs_value") > 0).sort("indicator", "ref_area")
    assert rows.select("ref_area", "indicator", "unit_measure", "obs_value").rows() == [
        ("CAN", "SUPERCOMPUTERS", "COUNT", 200),
        ("KOR", "SUPERCOMPUTERS", "COUNT", 100),
        ("USA", "SUPERCOMPUTERS", "COUNT", 200),
        ("W00", "SUPERCOMPUTERS", "COUNT", 500),
        ("CAN", "SUPERCOMPUTER_PERFORMANCE", "FLOP_S", 300 * 10**12),
        ("KOR", "SUPERCOMPUTER_PERFORMANCE", "FLOP_S", 150 * 10**12),
        ("USA", "SUPERCOMPUTER_PERFORMANCE", "FLOP_S", 300 * 10**12),
        ("W00", "SUPERCOMPUTER_PERFORMANCE", "FLOP_S", 750 * 10**12),
    ]
    assert rows["comment_obs"].unique().to_list() == ["counted in the list of 2021-06"]


def test_an_area_of_the_scenario_that_is_not_on_a_list_has_none() -> None:
    rows = of_list(workbook()).filter(indicator="SUPERCOMPUTERS")
    assert rows.filter(ref_area="MEX")["obs_value"].to_list() == [0]
    assert set(CONTRACTS.membership.tier_of) <= set(rows["ref_area"])


def test_old_and_new_spellings_of_a_country_are_one_area() -> None:
    countries = ["Korea, South"] * 250 + ["South Korea"] * 250
    assert of_list(workbook(countries)).filter(ref_area="KOR", indicator="SUPERCOMPUTERS")["obs_value"].item() == 500


@pytest.mark.parametrize(("unit", "exponent"), [("G", 9), ("T", 12), ("P", 15)])
def test_the_unit_is_read_from_the_name_of_the_column(unit: str, exponent: int) -> None:
    header = [name.replace("TFlop", f"{unit}Flop") for name in HEADER]
    world = of_list(workbook(header=header)).filter(ref_area="W00", indicator="SUPERCOMPUTER_PERFORMANCE")
    assert world["obs_value"].item() == 750 * 10**exponent


@pytest.mark.parametrize("name", ["RMax", "Rmax", "Rmax [MFlop/s]"])
def test_a_column_without_a_unit_we_know_is_refused(name: str) -> None:
    header = [name if column.startswith("Rmax") else column for column in HEADER]
    with pytest.raises(SourceChanged, match=r"expected one column like 'Rmax \[TFlop/s\]'"):
        of_list(workbook(header=header))


def test_a_short_list_an_unknown_country_and_a_system_without_one_are_refused() -> None:
    with pytest.raises(SourceChanged, match="499 systems; a list has 500"):
        of_list(workbook(COUNTRIES[1:]))
    with pytest.raises(SourceChanged, match=r"unknown countries \['Atlantis'\]"):
        of_list(workbook([*COUNTRIES[1:], "Atlantis"]))
    with pytest.raises(SourceChanged, match="1 systems have no country"):
        of_list(workbook([*COUNTRIES[1:], ""]))


def test_a_header_without_a_country_is_refused() -> None:
    with pytest.raises(SourceChanged, match="the first row of a list names its columns"):
        of_list(workbook(header=[name.replace("Country", "Nation") for name in HEADER]))


@pytest.mark.parametrize(("period", "sheet"), [("2021-06", "57"), ("2021-11", "58"), ("1993-06", "1")])
def test_a_list_is_known_by_its_number(period: str, sheet: str) -> None:
    answer = Answer(SOURCE, "list", Partition(period), 1, workbook(sheet=sheet))
    assert set(read_answer(answer)["time_period"]) == {period}
    with pytest.raises(SourceChanged, match=r"the workbook has the sheets \['99'\]. Is it another list"):
        read_answer(Answer(SOURCE, "list", Partition(period), 1, workbook(sheet="99")))
