"""The gravity panel. Inline rows are made up; figures of the embedded panel are pinned as published."""

import math

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import POLARS_TYPES
from compact_pipelines.datasets.reference.trade_policy_guide import (
    SOURCE,
    core_trade_policy_guide,
    parse_panel,
    tidy_panel,
)
from compact_pipelines.errors import SourceChanged
from compact_pipelines.snapshots import SnapshotStore

CONTRACTS = load_contracts()
TABLE = (
    b"exporter,importer,year,trade,RTA\n"
    b"USA,USA,1994.0,900.5,0.0\nUSA,ROM,1994.0,0.1234567890123457,1.0\n"
    b"ROM,USA,1994.0,0.0,1.0\nROM,ROM,1994.0,8.5e-05,0.0\n"
)
YEARS = ["1986", "1990", "1994", "1998", "2002", "2006"]


def tidied(content: bytes = TABLE) -> pl.DataFrame:
    return tidy_panel(parse_panel(content))


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    store = SnapshotStore.at(tmp_path_factory.mktemp(SOURCE))
    early, late = (store.take_embedded(SOURCE, part) for part in ("years_1986_1994", "years_1998_2006"))
    return core_trade_policy_guide(early, late)


def test_the_panel_is_read_as_it_stands_and_all_text() -> None:
    published = parse_panel(TABLE)
    assert set(published.dtypes) == {pl.String}
    assert published.rows()[1] == ("USA", "ROM", "1994.0", "0.1234567890123457", "1.0")


def test_flows_stand_by_present_codes_with_all_digits_and_a_zero_stays_zero() -> None:
    assert tidied().rows() == [
        ("ROU", "ROU", "1994", 8.5e-05, 0),
        ("ROU", "USA", "1994", 0.0, 1),
        ("USA", "ROU", "1994", 0.1234567890123457, 1),
        ("USA", "USA", "1994", 900.5, 0),
    ]


@pytest.mark.parametrize("amount", [b"", b"-1.5", b"nan", b"inf", b"1,5", b"NA"])
def test_an_amount_that_is_no_number_or_less_than_zero_is_named_with_its_row(amount: bytes) -> None:
    with pytest.raises(SourceChanged, match=r"column trade: 1 cells are no amounts of zero or more \(row 1: "):
        tidied(TABLE.replace(b"900.5", b'"' + amount + b'"' if amount else b""))


@pytest.mark.parametrize("year", [b"1994", b"94.0", b"1994.5", b""])
def test_a_year_in_another_form_is_named_with_its_row(year: bytes) -> None:
    with pytest.raises(SourceChanged, match=r"column year: 4 cells are no years, such as 1994\.0 \(row 1: "):
        tidied(TABLE.replace(b"1994.0", year))


@pytest.mark.parametrize("flag", [b"2.0", b"", b"1"])
def test_a_flag_that_is_no_yes_or_no_is_named(flag: bytes) -> None:
    with pytest.raises(SourceChanged, match=r"unknown flags in RTA"):
        tidied(TABLE.replace(b"457,1.0", b"457," + flag))


def test_an_unknown_country_is_named() -> None:
    with pytest.raises(SourceChanged, match=r"trade_policy_guide: unknown country codes in exporter \['ATL'\]"):
        tidied(TABLE.replace(b"ROM,", b"ATL,"))


def test_a_changed_header_is_refused() -> None:
    with pytest.raises(SourceChanged, match=r"the header has changed. Missing: \['RTA'\]; new: \['FTA'\]"):
        tidied(TABLE.replace(b"RTA", b"FTA"))


def test_missing_domestic_flows_are_refused_and_not_filled() -> None:
    with pytest.raises(SourceChanged, match=r"1994 has 3 rows on 3 pairs of 2 countries; expected each of the 4 pairs"):
        tidied(TABLE.replace(b"USA,USA,1994.0,900.5,0.0\n", b""))


def test_a_pair_that_stands_twice_is_refused() -> None:
    with pytest.raises(SourceChanged, match=r"1994 has 5 rows on 4 pairs"):
        tidied(TABLE + b"USA,USA,1994.0,900.5,0.0\n")


@pytest.mark.parametrize(
    ("key", "musd", "rta"),
    [
        (("CAN", "USA", "1994"), 109932.7516159668, 1),
        (("USA", "CAN", "1994"), 94590.76905566406, 1),
        (("USA", "MEX", "1994"), 44639.05665136719, 1),
        (("USA", "USA", "1994"), 2920429.8952989196, 0),
        (("MEX", "CAN", "2006"), 8412.771101804734, 1),
        (("DEU", "MEX", "1994"), 2393.073484375, 0),
        (("DEU", "MEX", "2006"), 8462.097610496521, 1),
        (("ARG", "ARG", "1986"), 61288.59026286057, 0),
        (("ROU", "CAN", "2006"), 123.11745935630799, 0),
    ],
)
def test_embedded_flows_are_the_published_ones(
    core: pl.DataFrame, key: tuple[str, str, str], musd: float, rta: int
) -> None:
    held = core.filter(from_area=key[0], to_area=key[1], time_period=key[2])
    assert held.select("trade_musd", "rta").rows() == [(musd, rta)]


def test_every_pair_stands_in_every_year_and_no_flow_is_lost(core: pl.DataFrame) -> None:
    areas = sorted(set(core["from_area"]))
    assert len(areas) == 69
    keys = core.select("time_period", "from_area", "to_area").rows()
    assert keys == [(year, one, other) for year in YEARS for one in areas for other in areas]
    # Summed over the published file of all years, before it was cut.
    assert math.fsum(core.filter(time_period="1994")["trade_musd"]) == pytest.approx(14265756.416838, abs=1e-6)


def test_which_areas_of_the_scenario_are_not_in_it(core: pl.DataFrame) -> None:
    missing = set(CONTRACTS.membership.tier_of) - set(core["from_area"])
    assert missing == {"ARE", "BHR", "CZE", "NZL", "OMN", "PER", "SAU", "TWN", "VNM"}


def test_a_country_has_no_agreement_with_itself_and_others_both_ways(core: pl.DataFrame) -> None:
    assert core.filter(pl.col("from_area") == pl.col("to_area"))["rta"].sum() == 0
    back = core.select(from_area="to_area", to_area="from_area", time_period="time_period", back="rta")
    assert (
        core.join(back, on=["from_area", "to_area", "time_period"]).filter(pl.col("rta") != pl.col("back")).is_empty()
    )


def test_pairs_with_an_agreement_before_1986_are_marked_in_no_year(core: pl.DataFrame) -> None:
    assert core.filter(time_period="1986")["rta"].sum() == 0
    for pair in (("DEU", "FRA"), ("CHE", "DEU"), ("ISR", "USA"), ("GBR", "IRL")):
        assert core.filter(from_area=pair[0], to_area=pair[1])["rta"].to_list() == [0] * 6


def test_the_core_table_has_the_published_columns_and_a_unique_key(core: pl.DataFrame) -> None:
    published = CONTRACTS.published["gravity_panel"]
    assert core.n_unique(published.key) == core.height == 6 * 69 * 69
    assert dict(core.schema) == {name: POLARS_TYPES[column.type] for name, column in published.columns.items()}
    assert core.select(pl.all().is_null().any()).row(0) == (False,) * core.width
