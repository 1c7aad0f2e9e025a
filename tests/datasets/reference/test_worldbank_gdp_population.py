"""Economies. Inline rows are made up; figures of the embedded table are pinned as published."""

import csv
from decimal import Decimal

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import POLARS_TYPES
from compact_pipelines.datasets.reference.worldbank_gdp_population import (
    SOURCE,
    core_worldbank_gdp_population,
    parse_economies,
    tidy_economies,
)
from compact_pipelines.errors import SourceChanged
from compact_pipelines.resources import LiveRows
from compact_pipelines.snapshots import SnapshotStore, read_embedded

CONTRACTS = load_contracts()
TABLE = (
    b"Country Name,Country Code,Year,GDP,Population\nWorld,WLD,2023,900.5,80\nCanada,CAN,2023,20.25,4\n"
    b"Canada,CAN,2024,,5\n"
)


def tidied(content: bytes = TABLE) -> pl.DataFrame:
    return tidy_economies(parse_economies(content))


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    root = tmp_path_factory.mktemp(SOURCE)
    economies = SnapshotStore.at(root).take_embedded(SOURCE, "economies")
    frame: pl.DataFrame = core_worldbank_gdp_population(LiveRows(data_root=str(root)), economies).value
    return frame


def test_the_table_is_read_as_it_stands_and_all_text() -> None:
    published = parse_economies(TABLE)
    assert set(published.dtypes) == {pl.String}
    assert published.rows()[0] == ("World", "WLD", "2023", "900.5", "80")


def test_output_and_people_stand_by_area_and_year_and_a_blank_is_missing() -> None:
    assert tidied().rows() == [
        ("CAN", "2023", Decimal("20.25"), 4),
        ("CAN", "2024", None, 5),
        ("W00", "2023", Decimal("900.5"), 80),
    ]


@pytest.mark.parametrize("figure", [b"0", b"-20.25"])
def test_an_economy_of_zero_or_less_is_refused(figure: bytes) -> None:
    with pytest.raises(SourceChanged, match=r"zero or less in .*CAN.*2023"):
        tidied(TABLE.replace(b"20.25", figure))


@pytest.mark.parametrize("code", [b"ATL", b"HIC", b"EUU"])
def test_an_unknown_country_or_group_is_named(code: bytes) -> None:
    with pytest.raises(SourceChanged, match=rf"worldbank_gdp_population: unknown country codes \['{code.decode()}'\]"):
        tidied(TABLE.replace(b"CAN", code))


def test_a_changed_header_is_refused() -> None:
    with pytest.raises(SourceChanged, match=r"the header has changed. Missing: \['GDP'\]; new: \['Value'\]"):
        tidied(TABLE.replace(b"GDP", b"Value"))


def test_a_cell_that_is_no_number_is_named_with_its_row() -> None:
    with pytest.raises(SourceChanged, match=r"column GDP: 1 cells are not numbers \(row 2: '\.\.'\)"):
        tidied(TABLE.replace(b"20.25", b".."))


@pytest.mark.parametrize(
    ("area", "year", "dollars", "persons"),
    [
        ("USA", "2023", "27360935000000", 336_806_231),
        ("CAN", "2023", "2140085567791.4514", 40_083_484),
        ("MEX", "1990", "261253675692.837830", 82_820_170),
        ("W00", "2023", "105435039507024.1", 8_064_057_930),
    ],
)
def test_embedded_economies_are_the_published_ones(
    core: pl.DataFrame, area: str, year: str, dollars: str, persons: int
) -> None:
    told = core.filter(area=area, time_period=year)
    assert told.select("gdp_usd", "population_persons").rows() == [(Decimal(dollars), persons)]


def test_no_figure_of_the_embedded_table_is_lost_or_filled(core: pl.DataFrame) -> None:
    held = list(csv.DictReader(read_embedded(SOURCE, "economies").decode().splitlines()))
    assert core.height == len(held) == 46 * 35
    blank = core.filter(pl.col("gdp_usd").is_null())
    assert blank.filter(pl.col("time_period") != "2024").select("area", "time_period").rows() == [("QAT", "2023")]
    assert blank.height == sum(not row["GDP"] for row in held) == 47
    assert core["population_persons"].sum() == sum(int(row["Population"]) for row in held)


def test_every_area_of_the_scenario_but_taiwan_is_held(core: pl.DataFrame) -> None:
    assert set(CONTRACTS.membership.tier_of) - set(core["area"]) == {"TWN"}


def test_the_core_table_has_the_published_columns_and_a_unique_key(core: pl.DataFrame) -> None:
    published = CONTRACTS.published["economies"]
    assert core.n_unique(published.key) == core.height
    assert dict(core.schema) == {name: POLARS_TYPES[column.type] for name, column in published.columns.items()}
    required = [name for name, column in published.columns.items() if column.required]
    assert core.select(pl.col(required).is_null().any()).row(0) == (False,) * len(required)
