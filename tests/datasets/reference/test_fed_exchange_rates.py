"""Exchange rates. Inline rows are made up; rates of the embedded table are pinned as published."""

import csv
from decimal import Decimal

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import POLARS_TYPES
from compact_pipelines.datasets.reference.fed_exchange_rates import (
    SOURCE,
    core_fed_exchange_rates,
    parse_rates,
    tidy_rates,
)
from compact_pipelines.errors import SourceChanged
from compact_pipelines.snapshots import SnapshotStore, read_embedded

RATES = b"Date,Country,Exchange rate\n2024-02-01,Mexico,17.1\n2024-01-01,Mexico,17.0\n2024-01-01,Canada,1.3421\n"


def tidied(content: bytes = RATES) -> pl.DataFrame:
    return tidy_rates(parse_rates(content))


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    store = SnapshotStore.at(tmp_path_factory.mktemp(SOURCE))
    return core_fed_exchange_rates(store.take_embedded(SOURCE, "monthly"))


def test_the_table_is_read_as_it_stands_and_all_text() -> None:
    published = parse_rates(RATES)
    assert set(published.dtypes) == {pl.String}
    assert published.rows()[0] == ("2024-02-01", "Mexico", "17.1")


def test_rates_stand_by_currency_and_month_exactly() -> None:
    assert tidied().rows() == [
        ("CAD", "2024-01", Decimal("1.3421")),
        ("MXN", "2024-01", Decimal("17.0")),
        ("MXN", "2024-02", Decimal("17.1")),
    ]


def test_a_month_without_a_rate_is_left_out() -> None:
    assert tidied(RATES.replace(b"17.1", b"")).select("currency", "time_period").rows() == [
        ("CAD", "2024-01"),
        ("MXN", "2024-01"),
    ]


@pytest.mark.parametrize("rate", [b"0", b"-1.5"])
def test_a_rate_of_zero_or_less_is_refused(rate: bytes) -> None:
    with pytest.raises(SourceChanged, match=r"rates of zero or less: .*MXN.*2024-02"):
        tidied(RATES.replace(b"17.1", rate))


def test_an_unknown_country_is_named() -> None:
    with pytest.raises(SourceChanged, match=r"fed_exchange_rates: unknown currencies in Country \['Atlantis'\]"):
        tidied(RATES.replace(b"Canada", b"Atlantis"))


def test_a_changed_header_is_refused() -> None:
    with pytest.raises(SourceChanged, match=r"the header has changed. Missing: \['Exchange rate'\]; new: \['Value'\]"):
        tidied(RATES.replace(b"Exchange rate", b"Value"))


def test_a_cell_that_is_no_number_is_named_with_its_row() -> None:
    with pytest.raises(SourceChanged, match=r"column Exchange rate: 1 cells are not numbers \(row 1: 'ND'\)"):
        tidied(RATES.replace(b"17.1", b"ND"))


@pytest.mark.parametrize(("month", "rate"), [("2025-01", "1.4389"), ("2026-04", "1.3754"), ("2026-06", "1.4034")])
def test_embedded_canadian_dollars_per_us_dollar_are_the_published_ones(
    core: pl.DataFrame, month: str, rate: str
) -> None:
    assert core.filter(currency="CAD", time_period=month)["units_per_usd"].to_list() == [Decimal(rate)]


def test_no_rate_of_the_embedded_table_is_lost(core: pl.DataFrame) -> None:
    held = list(csv.DictReader(read_embedded(SOURCE, "monthly").decode().splitlines()))
    assert core.height == len(held) == 3_726
    assert core["units_per_usd"].null_count() == 0
    cut = pl.Series([row["Exchange rate"] for row in held]).cast(pl.Float64).sum()
    assert float(core["units_per_usd"].sum()) == pytest.approx(cut)


def test_every_embedded_currency_has_every_month(core: pl.DataFrame) -> None:
    months = core.group_by("currency").len()
    assert months.height == 23
    assert months["len"].unique().to_list() == [162]


def test_the_core_table_has_the_published_columns_and_a_unique_key(core: pl.DataFrame) -> None:
    published = load_contracts().published["exchange_rates"]
    assert core.n_unique(published.key) == core.height
    assert {name: core.schema[name] for name in published.columns} == {
        name: POLARS_TYPES[column.type] for name, column in published.columns.items()
    }
    assert core.select(pl.all().is_null().any()).row(0) == (False,) * core.width
