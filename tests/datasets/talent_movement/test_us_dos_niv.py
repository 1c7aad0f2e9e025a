"""US visas by nationality. Inline tables are made up; figures of the embedded table are pinned as published."""

import csv
from collections.abc import Callable
from decimal import Decimal

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import check_table
from compact_pipelines.datasets.talent_movement.us_dos_niv import (
    AREAS,
    CLASSES,
    COLUMNS,
    SOURCE,
    TOTAL,
    core_us_dos_niv,
    parse_table,
    tidy_table,
)
from compact_pipelines.errors import SourceChanged
from compact_pipelines.resources import LiveRows
from compact_pipelines.snapshots import SnapshotStore, read_embedded

TABLE = load_contracts().tables["talent_movement"]
Year = dict[str, list[str]]


def year_of(**visas: dict[str, int]) -> Year:
    """Every nationality of the edition with zeros, some with visas, one outside the edition, and their total."""
    cells = {name: [visas.get(name, {}).get(column, 0) for column in CLASSES] for name in (*AREAS, "Benin")}
    cells[TOTAL] = [sum(column) for column in zip(*cells.values(), strict=True)]
    return {name: [str(cell) for cell in row] for name, row in cells.items()}


VISAS: dict[str, dict[str, int]] = {
    "Mexico": {"TN": 300, "H-1B": 20},
    "Canada": {"TN": 9},
    "France": {"TN": 1},
    "Chile": {"H-1B1": 5},
    "Benin": {"F-1": 7},
}


def content(year: str = "2018", rows: Year | None = None) -> bytes:
    lines = [",".join(COLUMNS)]
    lines += [f'{year},"{name}",{",".join(cells)}' for name, cells in (rows or year_of(**VISAS)).items()]
    return ("\n".join(lines) + "\n").encode()


def tidied(table: bytes) -> pl.DataFrame:
    return tidy_table(parse_table(table))


def told(frame: pl.DataFrame, category: str) -> dict[str, object]:
    return dict(frame.filter(category=category).select("counterpart_area", "obs_value").rows())


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    root = tmp_path_factory.mktemp(SOURCE)
    detail = SnapshotStore.at(root).take_embedded(SOURCE, "detail")
    frame: pl.DataFrame = core_us_dos_niv(LiveRows(data_root=str(root)), detail).value
    return frame


def test_the_table_is_read_as_it_stands_and_all_text() -> None:
    published = parse_table(content())
    assert published.columns == COLUMNS
    assert set(published.dtypes) == {pl.String}
    assert published.filter(nationality="Mexico").row(0) == ("2018", "Mexico", "20", *"000", "300", *"0000")


def test_the_united_states_counts_who_may_come_in_a_fiscal_year() -> None:
    row = tidied(content()).filter(counterpart_area="MEX", category="US_TN").row(0, named=True)
    assert row.pop("comment_obs").startswith("visas issued in the fiscal year from October to September")
    assert row == {
        "freq": "A",
        "ref_area": "USA",
        "counterpart_area": "MEX",
        "direction": "IN",
        "category": "US_TN",
        "stock_flow": "F",
        "unit_measure": "PS",
        "time_period": "2018",
        "obs_value": Decimal(300),
        "basis": "NATIONALITY",
        "reporting_year_start": "--10-01",
        "obs_status": "D",
    }


def test_a_canadian_figure_says_that_canadians_need_no_visa() -> None:
    comments = tidied(content()).filter(category="US_TN").select("counterpart_area", "comment_obs").rows()
    assert [area for area, comment in comments if "Canadians enter without a visa" in comment] == ["CAN"]


def test_an_open_class_keeps_its_zeros() -> None:
    assert told(tidied(content()), "US_H1B") == {area: 20 if area in {"MEX", "W00"} else 0 for area in AREAS.values()}


def test_a_class_that_is_open_to_some_keeps_their_zeros_and_what_is_printed_for_others() -> None:
    frame = tidied(content())
    assert told(frame, "US_TN") == {"CAN": 9, "MEX": 300, "FRA": 1, "W00": 310}
    assert told(frame, "US_H1B1") == {"CHL": 5, "SGP": 0, "W00": 5}
    assert told(frame, "US_E3") == {"AUS": 0, "W00": 0}


def test_zeros_of_a_class_that_did_not_exist_are_left_out() -> None:
    rows = year_of(Mexico={"TN": 3})
    assert set(tidied(content("2003", rows))["category"]) == {"US_H1B", "US_L1", "US_O1", "US_TN", "US_F1", "US_J1"}
    assert told(tidied(content("2004", rows)), "US_H1B1") == {"CHL": 0, "SGP": 0, "W00": 0}
    assert told(tidied(content("2004", rows)), "US_E3") == {}


def test_all_nationalities_are_the_world_and_those_outside_the_edition_are_in_it_only() -> None:
    frame = tidied(content())
    assert told(frame, "US_F1")["W00"] == 7
    assert set(frame["counterpart_area"]) == set(AREAS.values())


def test_a_blank_cell_stays_missing() -> None:
    rows = year_of(**VISAS)
    rows["Peru"][0] = ""
    row = tidied(content(rows=rows)).filter(counterpart_area="PER", category="US_H1B").row(0, named=True)
    assert (row["obs_value"], row["obs_status"], row["comment_obs"]) == (None, "O", "blank in the table")


F1_CELL = list(CLASSES).index("F-1")


def _lose(rows: Year) -> None:
    del rows["Benin"]


def _edit(rows: Year) -> None:
    rows["Benin"][F1_CELL] = "8"


@pytest.mark.parametrize(("spoil", "found"), [(_lose, "0"), (_edit, "8")])
def test_nationalities_that_do_not_add_up_to_the_grand_total_are_refused(
    spoil: Callable[[Year], None], found: str
) -> None:
    rows = year_of(**VISAS)
    spoil(rows)
    with pytest.raises(SourceChanged, match=rf"fiscal year 2018: .* grand total \(F-1: {found} against 7\)"):
        tidied(content(rows=rows))


def test_a_nationality_of_another_spelling_is_named_with_its_year() -> None:
    rows = year_of(**VISAS)
    rows["Korea, Republic of"] = rows.pop("Korea, South")
    with pytest.raises(SourceChanged, match=r"fiscal year 2018: .*absent from the table: \['Korea, South'\]"):
        tidied(content(rows=rows))


def test_a_changed_header_is_refused() -> None:
    with pytest.raises(SourceChanged, match=r"the header has changed. Missing: \['TN'\]; new: \['TN-1'\]"):
        tidied(content().replace(b",TN,", b",TN-1,"))


def test_a_cell_that_is_no_number_is_named() -> None:
    with pytest.raises(SourceChanged, match=r"column TN: 1 cells are not numbers \(row \d+: '3\.0\.0'\)"):
        tidied(content().replace(b",300,", b",3.0.0,"))


@pytest.mark.parametrize(
    ("year", "area", "category", "persons"),
    [
        ("2018", "MEX", "US_TN", 17_859),
        ("2018", "CAN", "US_TN", 91),
        ("2018", "W00", "US_TN", 17_950),
        ("2018", "IND", "US_H1B", 125_528),
        ("2018", "W00", "US_H1B", 179_660),
        ("2018", "CHN", "US_F1", 98_904),
        ("2018", "AUS", "US_E3", 5_394),
        ("2018", "SGP", "US_H1B1", 808),
        ("1999", "FRA", "US_TN", 1),
        ("1997", "MEX", "US_TN", 168),
        ("1997", "W00", "US_J1", 179_598),
    ],
)
def test_embedded_visas_are_the_published_ones(
    core: pl.DataFrame, year: str, area: str, category: str, persons: int
) -> None:
    row = core.filter(time_period=year, counterpart_area=area, category=category)
    assert row["obs_value"].to_list() == [persons]


@pytest.mark.parametrize("column", CLASSES)
def test_no_visa_of_the_embedded_table_is_lost(core: pl.DataFrame, column: str) -> None:
    held = csv.DictReader(read_embedded(SOURCE, "detail").decode().splitlines())
    cells = [int(row[column]) for row in held if row["nationality"] in AREAS]
    assert core.filter(category=CLASSES[column])["obs_value"].sum() == sum(cells)


def test_embedded_years_are_all_fiscal_years_and_none_can_pair_with_a_calendar_year(core: pl.DataFrame) -> None:
    assert sorted(core["time_period"].unique()) == [str(year) for year in range(1997, 2019)]
    assert set(core["reporting_year_start"]) == {"--10-01"}
    assert set(core["obs_status"]) == {"D"}


def test_the_core_table_keeps_its_contract_with_a_unique_key(core: pl.DataFrame) -> None:
    open_classes, tn, h1b1, e3_and_e3r = 5 * 46 * 22, 3 * 22 + 1, 3 * 15, 2 * 2 * 14
    assert core.height == open_classes + tn + h1b1 + e3_and_e3r == 5_228
    assert core.n_unique([*TABLE.dimensions, "source_id"]) == core.height
    assert check_table(TABLE, core.with_columns(is_preferred=pl.lit(value=True))) == []
