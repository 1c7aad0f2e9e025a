"""Trade agreements of the panel. Inline rows are made up; rows of the embedded panel are pinned as published."""

import csv

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.agreements import load_trade_agreements
from compact_pipelines.contracts.judges import POLARS_TYPES
from compact_pipelines.datasets.reference.worldbank_agreements import (
    KEY,
    PROVISIONS,
    SOURCE,
    core_worldbank_agreements,
    parse_pairs,
    tidy_agreements,
)
from compact_pipelines.errors import SourceChanged
from compact_pipelines.snapshots import SnapshotStore, read_embedded

CONTRACTS = load_contracts()
NONE, TWO = ",".join(["0.0"] * 16), ",".join(["1.0", "0.0", "1.0"] + ["0.0"] * 13)
PRESENT = (
    f"{','.join([*KEY, *PROVISIONS])}\nUSA,BLX,2016,7.0,Toy accord,{TWO}\nCAN,USA,2016,8.0,,{NONE}\n"
    f"CAN,BLX,2016,0.0,,{NONE}\n"
)
EARLIER = (
    f"{','.join(KEY)}\nBLX,USA,2004,7.0,Toy accord\nBLX,USA,2008,0.0,\nBLX,USA,2012,6.0,Older toy accord\n"
    "CAN,USA,2000,8.0,\nCAN,USA,2008,8.0,\nCAN,BLX,2012,3.0,Lapsed accord\n"
)
USA_PROVISIONS = (
    "ad_prov_14,cp_prov_23,tbt_prov_07,tf_prov_45,et_prov_38,inv_prov_22,moc_prov_21,ser_prov_47,ste_prov_30"
)


def tidied(present: str = PRESENT, earlier: str = EARLIER) -> pl.DataFrame:
    return tidy_agreements(parse_pairs(present.encode()), parse_pairs(earlier.encode()))


@pytest.fixture(scope="module")
def panel() -> pl.DataFrame:
    return tidy_agreements(*(parse_pairs(read_embedded(SOURCE, part)) for part in ("pairs_2016", "earlier_years")))


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    store = SnapshotStore.at(tmp_path_factory.mktemp(SOURCE))
    return core_worldbank_agreements(*(store.take_embedded(SOURCE, part) for part in ("pairs_2016", "earlier_years")))


def test_the_panel_is_read_as_it_stands_and_all_text() -> None:
    published = parse_pairs(EARLIER.encode())
    assert set(published.dtypes) == {pl.String}
    assert published.rows()[1] == ("BLX", "USA", "2008", "0.0", None)


def test_pairs_stand_in_order_with_the_run_up_to_now_and_a_missing_year_does_not_break_it() -> None:
    assert tidied().rows() == [
        ("BEL", "CAN", False, None, None, None, "2016", None, None),
        ("BEL", "USA", True, "Toy accord", 7, "2012", "2016", 2, "ad_prov_14,tbt_prov_07"),
        ("CAN", "USA", True, None, 8, "2000", "2016", 0, None),
    ]


def test_years_under_a_scheme_do_not_count_towards_an_agreement_that_came_after() -> None:
    later = EARLIER.replace("BLX,USA,2008,0.0,", "BLX,USA,2008,5.0,Some tariffs")
    assert tidied(earlier=later)["seen_since"].to_list() == [None, "2004", "2000"]
    parts = (parse_pairs(text.encode()) for text in (PRESENT, later))
    assert tidy_agreements(*parts, ["Some tariffs"])["seen_since"].to_list() == [None, "2012", "2000"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("CAN,USA,2016", "ATL,USA,2016", r"unknown country codes in exp \['ATL'\]"),
        (f"CAN,BLX,2016,0.0,,{NONE}", f"CAN,BLX,2016,0.0,,2.0,{NONE[4:]}", r"unknown flags in ad_prov_14 \['2.0'\]"),
        ("8.0,,", "8.5,,", r"column id: 1 cells have another form .*row 2: '8.5'"),
        ("CAN,USA,2016", "CAN,USA,2016.0", r"column time: 1 cells have another form"),
        ("CAN,USA,2016", "CAN,USA,2012", r"other years than 2016 and those before it \(\['2012'\]\)"),
        ("CAN,USA,2016", "BLX,USA,2016", r"a pair twice in \[\('BEL', 'USA', '2016'\)"),
        ("CAN,USA,2016", "CAN,CAN,2016", r"no pair in \[\('CAN', 'CAN', '2016'\)\]"),
        ("CAN,BLX,2016,0.0,,", "CAN,BLX,2016,0.0,Toy accord,", r"a name without an agreement in"),
        (f"0.0,,{NONE}", f"0.0,,{TWO}", r"provisions without an agreement between \[\('BEL', 'CAN'\)\]"),
        ("ad_prov_14", "ad_prov_15", r"the header has changed. Missing: \['ad_prov_14'\]; new: \['ad_prov_15'\]"),
    ],
)
def test_what_the_panel_should_not_hold_is_named(old: str, new: str, told: str) -> None:
    assert old in PRESENT
    with pytest.raises(SourceChanged, match=told):
        tidied(PRESENT.replace(old, new, 1))


def test_the_last_year_may_not_stand_among_the_earlier_ones() -> None:
    with pytest.raises(SourceChanged, match=r"other years than 2016 and those before it \(2016\)"):
        tidied(earlier=EARLIER.replace("BLX,USA,2004", "BLX,USA,2016"))


@pytest.mark.parametrize(
    ("pair", "told"),
    [
        (("CAN", "USA"), (True, "North American Free Trade Agreement (NAFTA)", 27, "1996", 9, USA_PROVISIONS)),
        (("ARE", "SAU"), (True, "Gulf Cooperation Council (GCC)", 282, "2004", 1, "tf_prov_45")),
        (("DEU", "FRA"), (True, "EC/EU", 1, "1964", 5, "cp_prov_23,tbt_prov_33,tf_prov_45,ste_prov_30,cp_prov_26")),
        (("DEU", "POL"), (True, "EC/EU", 1, "2004", 5, "cp_prov_23,tbt_prov_33,tf_prov_45,ste_prov_30,cp_prov_26")),
        (("BEL", "KOR"), (True, "EU - Korea, Republic of", 195, "2012", 3, "tf_prov_45,ipr_prov_15,ste_prov_30")),
        (("JPN", "VNM"), (True, None, 175, "2008", 4, "tf_prov_45,inv_prov_22,ipr_prov_15,moc_prov_21")),
        (("CHN", "HKG"), (True, "China - Hong Kong, China", 85, "2004", 0, None)),
        (("GBR", "USA"), (False, None, None, None, None, None)),
        (("ISR", "QAT"), (False, None, None, None, None, None)),
    ],
)
def test_embedded_pairs_are_the_published_ones(
    panel: pl.DataFrame, pair: tuple[str, str], told: tuple[object, ...]
) -> None:
    held = panel.filter(area_1=pair[0], area_2=pair[1])
    assert held.select(pl.exclude("area_1", "area_2", "time_period")).rows() == [told]


def test_every_pair_of_the_scenario_stands_once_and_no_agreement_is_lost(panel: pl.DataFrame) -> None:
    areas = sorted(CONTRACTS.membership.tier_of)
    assert panel.select("area_1", "area_2").rows() == [(one, other) for one in areas for other in areas if one < other]
    held = list(csv.DictReader(read_embedded(SOURCE, "pairs_2016").decode().splitlines()))
    assert panel["has_agreement"].sum() == sum(row["id"] != "0.0" for row in held) == 421
    assert panel["provisions_count"].sum() == sum(row[name] == "1.0" for row in held for name in PROVISIONS)


def test_what_belongs_to_an_agreement_is_there_exactly_where_there_is_one(panel: pl.DataFrame) -> None:
    for column in ("agreement_number", "seen_since", "provisions_count"):
        assert panel[column].is_not_null().equals(panel["has_agreement"])
    nameless = panel.filter("has_agreement", pl.col("agreement").is_null())
    assert nameless.select("area_1", "area_2").rows() == [("JPN", "VNM"), ("KOR", "VNM")]


def test_what_the_source_file_says_of_the_panel_holds(panel: pl.DataFrame) -> None:
    [said] = [line for line in CONTRACTS.source(SOURCE).beware if "Developing Countries" in line]
    few = panel.filter(pl.col("agreement").str.contains("Developing Countries"))
    assert f"it links {few.height} pairs here" in said


# What is published: the panel and our list


@pytest.mark.parametrize(
    ("pair", "told"),
    [
        (("CAN", "MEX"), (True, "usmca", "1996", True, 9, "usmca,cptpp")),
        (("CAN", "DEU"), (True, "ceta", "2017-09-21", False, None, "ceta")),
        (("CAN", "GBR"), (True, "uk_canada", "2021-04-01", False, None, "uk_canada")),
        (("DEU", "GBR"), (True, "eu_united_kingdom", "2021-01-01", False, None, "eu_united_kingdom")),
        (("DEU", "FRA"), (True, "panel_2016", "1964", True, 5, None)),
        (("ARE", "IND"), (True, "uae_india", "2022-05-01", False, None, "uae_india")),
        (("ARE", "SAU"), (True, "panel_2016", "2004", True, 1, None)),
        (("GBR", "KOR"), (True, "uk_korea", None, None, None, "uk_korea")),
        (("ARE", "CAN"), (False, "panel_2016", None, None, None, None)),
        (("ARE", "MEX"), (False, "panel_2016", None, None, None, None)),
        (("ARE", "USA"), (False, "panel_2016", None, None, None, None)),
        (("GBR", "USA"), (False, "panel_2016", None, None, None, None)),
        (("KOR", "MEX"), (False, "panel_2016", None, None, None, None)),
        (("ARE", "ISR"), (None, None, None, None, None, None)),
    ],
)
def test_pairs_are_linked_as_the_texts_say(core: pl.DataFrame, pair: tuple[str, str], told: tuple[object, ...]) -> None:
    row = core.filter(area_1=pair[0], area_2=pair[1]).row(0, named=True)
    since = row["agreements_since"]
    assert (*(row[name] for name in ("has_agreement", "basis", "in_force_since", "is_upper_bound", "provisions_count")),
            since if since is None else ",".join(sorted(since.split(","), reverse=True))) == told  # fmt: skip


def test_the_names_the_list_uses_for_agreements_of_the_panel_are_in_it(core: pl.DataFrame) -> None:
    agreements = load_trade_agreements()
    replaced = {name for agreement in agreements.agreements for name in agreement.replaces}
    assert replaced <= set(core["provisions_of"])
    assert agreements.partial_names <= set(core.filter(reason="partial_scheme_only")["agreement"])
    # All that the United Kingdom had through the Union has ended: nothing of the panel is left to it.
    left = core.filter((pl.col("area_1") == "GBR") | (pl.col("area_2") == "GBR"))
    assert left["provisions_count"].null_count() == left.height == 45


def test_the_core_table_has_the_published_columns_a_unique_key_and_says_why_it_does_not_know(
    core: pl.DataFrame,
) -> None:
    published = CONTRACTS.published["trade_agreements"]
    assert dict(core.schema) == {name: POLARS_TYPES[column.type] for name, column in published.columns.items()}
    assert core.n_unique(published.key) == core.height == 46 * 45 // 2
    required = [name for name, column in published.columns.items() if column.required]
    assert not any(core.select(pl.col(required).is_null().any()).row(0))
    is_partial = pl.col("reason") == "partial_scheme_only"
    assert core["has_agreement"].is_null().equals(core.select(pl.col("reason").is_not_null() & ~is_partial).to_series())
    assert not core.filter(is_partial)["has_agreement"].any()
    # Of the panel's 35 five have a later agreement too; Japan's with the United States came after it.
    assert core.filter(is_partial).height == 30 + 1
    assert core["has_agreement"].null_count() == 97
    assert core.filter(pl.col("has_agreement")).height == 456
