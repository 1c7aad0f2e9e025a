"""Portfolio assets of each economy. Inline tables are made up; embedded figures are pinned as published."""

from decimal import Decimal

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import check_table
from compact_pipelines.datasets.capital_flows.imf_cpis_totals import (
    AREAS,
    LEFT_OUT,
    SOURCE,
    TITLES,
    TOTAL,
    UNIT_LINE,
    core_imf_cpis_totals,
    parse_table,
    tidy_positions,
)
from compact_pipelines.errors import SourceChanged
from compact_pipelines.snapshots import SnapshotStore, read_embedded

TABLE = load_contracts().tables["capital_flows"]
PERIODS = ["DEC. 2010", "DEC. 2011", "JUN. 2013", "JUN. 2014"]
# Every line of the table, all zeros; three economies and the total are replaced.
LINES = {name: ["0"] * 4 for name in [*AREAS, *LEFT_OUT]}
TOLD = {
    "United States": ["10.5", "20", "", "c"],
    "India": ["1", "2", "3", "4"],
    "Kosovo, Rep. of": ["5", "5", "5", "5"],
}
PRINTED = {TOTAL: ["16.5", "27", "8", "999"]}


def content(part: str = "equity", head: list[str] | None = None, **lines: list[str]) -> bytes:
    table = {**LINES, **TOLD, **PRINTED, **lines}
    rows = [",".join([f'"{name}"', *cells]) for name, cells in table.items()]
    return "\n".join([*(head or [TITLES[part], f'"{UNIT_LINE}"']), ",".join(["", *PERIODS]), *rows, ""]).encode()


def tidied(part: str = "equity", **lines: list[str]) -> pl.DataFrame:
    return tidy_positions(parse_table(content(part, **lines), part), part)


def of(area: str, frame: pl.DataFrame) -> dict[str, dict[str, object]]:
    return {row["time_period"]: row for row in frame.filter(ref_area=area).iter_rows(named=True)}


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    store = SnapshotStore.at(tmp_path_factory.mktemp(SOURCE))
    return core_imf_cpis_totals(store.take_embedded(SOURCE, "equity"), store.take_embedded(SOURCE, "debt"))


def test_the_table_is_read_below_its_head_and_all_text() -> None:
    published = parse_table(content(), "equity")
    assert published.columns == ["economy", *PERIODS]
    assert set(published.dtypes) == {pl.String}
    assert published.filter(economy="United States").row(0) == ("United States", "10.5", "20", None, "c")


@pytest.mark.parametrize("head", [[TITLES["debt"], UNIT_LINE], [TITLES["equity"], "Billions"], ["", ""]])
def test_another_title_or_unit_is_refused(head: list[str]) -> None:
    with pytest.raises(SourceChanged, match="imf_cpis_totals, part equity: the head says"):
        parse_table(content(head=head), "equity")


def test_a_period_of_another_form_is_named() -> None:
    with pytest.raises(SourceChanged, match=r"columns \['2010-S2'\] are no period"):
        parse_table(content().replace(b"DEC. 2010", b"2010-S2"), "equity")


def test_millions_become_dollars_and_the_row_says_who_holds_what() -> None:
    row = of("USA", tidied())["2010"]
    assert row == {
        "freq": "A",
        "ref_area": "USA",
        "counterpart_area": "W00",
        "direction": "OUT",
        "instrument": "P_F5",
        "stock_flow": "S",
        "time_period": "2010",
        "obs_value": Decimal(10_500_000),
        "unit_measure": "USD",
        "valuation": "MARKET",
        "basis": "RESIDENCE",
        "obs_status": "A",
        "comment_obs": None,
    }


def test_the_debt_table_tells_debt_securities() -> None:
    assert set(tidied("debt")["instrument"]) == {"P_F3"}


def test_december_is_a_year_and_june_is_a_month() -> None:
    assert [(row["freq"], period) for period, row in of("USA", tidied()).items()] == [
        ("A", "2010"),
        ("A", "2011"),
        ("M", "2013-06"),
        ("M", "2014-06"),
    ]


def test_a_blank_is_missing_a_c_is_suppressed_and_a_zero_is_a_zero() -> None:
    rows = of("USA", tidied())
    assert (rows["2013-06"]["obs_value"], rows["2013-06"]["obs_status"]) == (None, "O")
    assert rows["2013-06"]["comment_obs"] == "blank in the table: not available or not applicable"
    assert (rows["2014-06"]["obs_value"], rows["2014-06"]["obs_status"]) == (None, "Q")
    assert rows["2014-06"]["comment_obs"] == "suppressed by the reporting economy"
    zero = of("CAN", tidied())["2010"]
    assert (zero["obs_value"], zero["obs_status"], zero["comment_obs"]) == (Decimal(0), "A", None)


def test_india_reports_march_and_september() -> None:
    rows = of("IND", tidied())
    assert list(rows) == ["2010", "2011", "2013-06", "2014-09"]
    assert [row["obs_status"] for row in rows.values()] == ["A", "D", "A", "A"]
    assert rows["2011"]["comment_obs"] == "position at the end of March of the following year"
    assert rows["2014-09"]["comment_obs"] == "position at the end of September, under June in the table"


def test_lines_that_are_no_area_count_in_the_total_only() -> None:
    assert set(tidied()["ref_area"]) == set(AREAS.values())


def test_an_unknown_economy_is_named() -> None:
    with pytest.raises(SourceChanged, match=r"part equity: unknown economies \['Atlantis'\]"):
        tidied(Atlantis=["0"] * 4)


def test_an_economy_that_left_the_table_is_named() -> None:
    renamed = content().replace(b'"Norway"', b'"Sweden"')
    with pytest.raises(SourceChanged, match=r"absent from the table: \['Norway'\]"):
        tidy_positions(parse_table(renamed, "equity"), "equity")


def test_lines_that_miss_the_printed_total_are_refused() -> None:
    with pytest.raises(SourceChanged, match=r"do not add up .*'DEC. 2011': 'lines 27\.000000, printed 28\.000000'"):
        tidied(**{TOTAL: ["16.5", "28", "8", "999"]})


@pytest.mark.parametrize("cell", ["--", "n.a.", "1e3"])
def test_a_mark_that_the_table_does_not_document_is_named(cell: str) -> None:
    with pytest.raises(SourceChanged, match=r"column DEC\. 2011: 1 cells are not numbers"):
        tidied(Norway=["0", cell, "0", "0"])


@pytest.mark.parametrize(
    ("area", "instrument", "time_period", "value"),
    [
        ("USA", "P_F5", "2023", 11_359_405_000_000),
        ("USA", "P_F3", "2023", 3_851_039_000_000),
        ("USA", "P_F5", "2001", 1_612_667_000_000),
        ("CAN", "P_F5", "2023", 1_925_549_856_690),
        ("CAN", "P_F3", "2001", 30_440_528_566),
        ("MEX", "P_F5", "2003", 403_000_000),
        ("MEX", "P_F3", "2003", 4_720_000_000),
        ("IND", "P_F5", "2023-09", 9_032_700_005),
    ],
)
def test_embedded_figures_are_the_published_ones(
    core: pl.DataFrame, area: str, instrument: str, time_period: str, value: int
) -> None:
    told = core.filter(ref_area=area, instrument=instrument, time_period=time_period)
    assert told["obs_value"].to_list() == [value]


def test_mexico_starts_in_2003_and_australia_tells_one_june(core: pl.DataFrame) -> None:
    mexico = core.filter(ref_area="MEX", instrument="P_F5", obs_status="O")
    assert mexico["time_period"].to_list() == ["2001", "2002"]
    australia = core.filter(ref_area="AUS", instrument="P_F5", freq="M").filter(pl.col("obs_value").is_not_null())
    assert australia["time_period"].to_list() == ["2017-06"]


@pytest.mark.parametrize(("part", "instrument"), [("equity", "P_F5"), ("debt", "P_F3")])
def test_no_cell_and_no_gap_of_the_embedded_tables_is_lost(core: pl.DataFrame, part: str, instrument: str) -> None:
    published = parse_table(read_embedded(SOURCE, part), part).filter(pl.col("economy").is_in(list(AREAS)))
    ours = core.filter(instrument=instrument)
    assert published.height == len(AREAS) == 90
    assert ours.height == 90 * 34
    assert ours["obs_value"].null_count() == sum(published.null_count().row(0))
    assert set(ours.filter(pl.col("obs_value").is_null())["obs_status"]) == {"O"}


def test_the_core_table_keeps_its_contract_with_a_unique_key(core: pl.DataFrame) -> None:
    assert core.n_unique([*TABLE.dimensions, "source_id"]) == core.height == 6_120
    assert check_table(TABLE, core.with_columns(is_preferred=pl.lit(value=True))) == []
