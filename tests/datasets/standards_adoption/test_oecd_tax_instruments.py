"""Three OECD lists. Inline rows are made up; dates of the embedded lists are pinned as printed."""

import csv
import datetime as dt
from typing import Any

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import check_table
from compact_pipelines.datasets.standards_adoption.oecd_tax_instruments import (
    MEMBERS,
    MLI,
    SIGNATORIES,
    SOURCE,
    core_oecd_tax_instruments,
    parse_list,
    tidy_members,
    tidy_mli,
    tidy_signatories,
)
from compact_pipelines.errors import SourceChanged
from compact_pipelines.snapshots import SnapshotStore, read_embedded

TABLE = load_contracts().tables["standards_adoption"]
PARTS = ["members", "mli", "cbc_mcaa"]


def members(*lines: str, header: list[str] = MEMBERS) -> pl.DataFrame:
    return tidy_members(parse_list("\n".join([",".join(header), *lines, ""]).encode()))


def mli(area: str, signed: str, ratified: str = "", in_force: str = "", header: list[str] = MLI) -> pl.DataFrame:
    line = f"1,Somewhere,{signed},{ratified},{in_force},,,,{area},16-12-2022"
    return tidy_mli(parse_list("\n".join([",".join(header), line, ""]).encode()))


def signatories(*lines: str, header: list[str] = SIGNATORIES) -> pl.DataFrame:
    return tidy_signatories(parse_list("\n".join([",".join(header), *lines, ""]).encode()))


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    store = SnapshotStore.at(tmp_path_factory.mktemp(SOURCE))
    members, mli, reports = (store.take_embedded(SOURCE, part) for part in PARTS)
    return core_oecd_tax_instruments(members, mli, reports)


def told(core: pl.DataFrame, area: str, instrument: str) -> list[tuple[Any, ...]]:
    rows = core.filter(ref_area=area, instrument=instrument)
    return rows.select("time_period", "adoption_status", "event_date").rows()


def test_a_list_is_read_as_it_stands_and_all_text() -> None:
    published = parse_list(b'country,date,iso3c\n"38. Hong Kong, China",2018-07-26,HKG\n')
    assert set(published.dtypes) == {pl.String}
    assert published.rows() == [("38. Hong Kong, China", "2018-07-26", "HKG")]


def test_a_member_stands_under_the_month_of_its_deposit() -> None:
    row = members("Somewhere,7 June 1971,AUS,1971").row(0, named=True)
    assert (row["time_period"], row["event_date"]) == ("1971-06", dt.date(1971, 6, 7))
    assert (row["instrument"], row["adoption_status"], row["source_tier"]) == (
        "OECD_MEMBERSHIP",
        "participant",
        "reprinted",
    )
    assert row["citation"].endswith("/data-created/oecd_members.csv")


def test_a_founder_is_a_member_since_the_convention_entered_into_force() -> None:
    row = members("Somewhere,10 April 1961,CAN,1961").row(0, named=True)
    assert (row["time_period"], row["event_date"]) == ("1961-09", dt.date(1961, 9, 30))
    assert row["comment_obs"] == "member; instrument of ratification or accession deposited on 1961-04-10"


def test_a_signature_is_referenced_and_the_entry_into_force_a_later_binding_row() -> None:
    rows = mli("CAN", "07-06-2017", "29-08-2019", "01-12-2019")
    assert rows["time_period"].to_list() == ["2017-06", "2019-12"]
    assert rows["adoption_status"].to_list() == ["referenced", "binding"]
    assert rows["event_date"].to_list() == [dt.date(2017, 6, 7), dt.date(2019, 12, 1)]
    assert rows["comment_obs"].to_list() == [
        "signatory",
        "party; in force; instrument of ratification deposited on 2019-08-29",
    ]


def test_an_area_that_only_signed_has_one_row() -> None:
    assert mli("MEX", "07-06-2017")["adoption_status"].to_list() == ["referenced"]


def test_a_signature_of_the_agreement_on_reports_is_referenced() -> None:
    row = signatories("1. Somewhere,2016-01-27,MEX").row(0, named=True)
    assert (row["instrument"], row["time_period"], row["adoption_status"]) == ("OECD_CBC_MCAA", "2016-01", "referenced")


@pytest.mark.parametrize(
    ("signed", "ratified", "in_force"),
    [
        ("", "", ""),
        ("07-06-2017", "29-08-2019", ""),
        ("07-06-2017", "", "01-12-2019"),
        ("07-06-2017", "06-06-2017", "01-12-2019"),
        ("07-06-2017", "01-12-2019", "01-12-2019"),
    ],
)
def test_dates_out_of_their_order_are_refused(signed: str, ratified: str, in_force: str) -> None:
    with pytest.raises(SourceChanged, match=r"part mli: \['CAN'\] do not sign, then ratify, then have it in force"):
        mli("CAN", signed, ratified, in_force)


def test_a_date_in_another_spelling_is_named() -> None:
    with pytest.raises(SourceChanged, match=r"part mli, column signed: \['2017-06-07'\] are not dates"):
        mli("CAN", "2017-06-07")
    with pytest.raises(SourceChanged, match=r"part members, column ratification_date: \['1971'\] are not dates"):
        members("Somewhere,1971,AUS,1971")
    with pytest.raises(SourceChanged, match=r"part cbc_mcaa, column date: \['27-01-2016'\] are not dates"):
        signatories("1. Somewhere,27-01-2016,MEX")


def test_a_listed_area_without_a_date_is_named() -> None:
    with pytest.raises(SourceChanged, match=r"cbc_mcaa_signatories: \['MEX'\] stand without a date"):
        signatories("1. Somewhere,,MEX")


def test_a_year_that_is_not_that_of_the_date_is_named() -> None:
    with pytest.raises(SourceChanged, match=r"the year of \['AUS'\] is not that of their date"):
        members("Somewhere,7 June 1971,AUS,1972")


def test_an_unknown_or_missing_country_is_named() -> None:
    with pytest.raises(SourceChanged, match=r"oecd_tax_instruments, part members: unknown area codes \['ATL'\]"):
        members("Atlantis,7 June 1971,ATL,1971")
    with pytest.raises(SourceChanged, match=r"part mli: unknown area codes \['ATL'\]"):
        mli("ATL", "07-06-2017")
    with pytest.raises(SourceChanged, match=r"part cbc_mcaa: unknown area codes \[''\]"):
        signatories("1. Somewhere,2016-01-27,")


def test_an_area_that_stands_twice_is_named() -> None:
    with pytest.raises(SourceChanged, match=r"part cbc_mcaa: \['MEX'\] stand more than once"):
        signatories("1. Somewhere,2016-01-27,MEX", "2. Somewhere,2016-05-11,MEX")


def test_a_changed_header_is_refused() -> None:
    with pytest.raises(SourceChanged, match=r"part members: the header has changed. Missing: \['country'\]"):
        members("Somewhere,7 June 1971,AUS,1971", header=["member", *MEMBERS[1:]])
    with pytest.raises(SourceChanged, match=r"part mli: the header has changed. Missing: \['number'\]"):
        mli("CAN", "07-06-2017", header=["no", *MLI[1:]])
    with pytest.raises(SourceChanged, match=r"part cbc_mcaa: the header has changed. Missing: \['country'\]"):
        signatories("1. Somewhere,2016-01-27,MEX", header=["state", *SIGNATORIES[1:]])


def test_no_listed_area_is_lost(core: pl.DataFrame) -> None:
    held = {part: list(csv.DictReader(read_embedded(SOURCE, part).decode().splitlines())) for part in PARTS}
    assert {part: len(rows) for part, rows in held.items()} == {"members": 27, "mli": 42, "cbc_mcaa": 40}
    in_force = sum(bool(row["entry_into_force"]) for row in held["mli"])
    assert core.height == sum(map(len, held.values())) + in_force == 144


def test_embedded_levels_are_those_of_the_lists(core: pl.DataFrame) -> None:
    levels = core.group_by("instrument", "adoption_status").len().sort("instrument", "adoption_status")
    assert levels.rows() == [
        ("OECD_BEPS_MLI", "binding", 35),
        ("OECD_BEPS_MLI", "referenced", 42),
        ("OECD_CBC_MCAA", "referenced", 40),
        ("OECD_MEMBERSHIP", "participant", 27),
    ]


@pytest.mark.parametrize(
    ("area", "rows"),
    [
        ("CAN", [("2017-06", "referenced", dt.date(2017, 6, 7)), ("2019-12", "binding", dt.date(2019, 12, 1))]),
        ("JPN", [("2017-06", "referenced", dt.date(2017, 6, 7)), ("2019-01", "binding", dt.date(2019, 1, 1))]),
        ("KOR", [("2017-06", "referenced", dt.date(2017, 6, 7)), ("2020-09", "binding", dt.date(2020, 9, 1))]),
        ("ARE", [("2018-06", "referenced", dt.date(2018, 6, 27)), ("2019-09", "binding", dt.date(2019, 9, 1))]),
        ("ZAF", [("2017-06", "referenced", dt.date(2017, 6, 7)), ("2023-01", "binding", dt.date(2023, 1, 1))]),
        ("MEX", [("2017-06", "referenced", dt.date(2017, 6, 7))]),
        ("VNM", [("2022-02", "referenced", dt.date(2022, 2, 9))]),
    ],
)
def test_embedded_steps_towards_the_convention_are_the_printed_ones(
    core: pl.DataFrame, area: str, rows: list[tuple[Any, ...]]
) -> None:
    assert told(core, area, "OECD_BEPS_MLI") == rows


def test_the_united_states_have_signed_neither_and_are_a_founder(core: pl.DataFrame) -> None:
    assert core.filter(ref_area="USA")["instrument"].to_list() == ["OECD_MEMBERSHIP"]
    row = core.filter(ref_area="USA").row(0, named=True)
    assert (row["event_date"], row["comment_obs"][-10:]) == (dt.date(1961, 9, 30), "1961-04-12")


@pytest.mark.parametrize(
    ("area", "instrument", "date"),
    [
        ("MEX", "OECD_MEMBERSHIP", dt.date(1994, 5, 18)),
        ("COL", "OECD_MEMBERSHIP", dt.date(2020, 4, 28)),
        ("CRI", "OECD_MEMBERSHIP", dt.date(2021, 5, 25)),
        ("ITA", "OECD_MEMBERSHIP", dt.date(1962, 3, 29)),
        ("CAN", "OECD_CBC_MCAA", dt.date(2016, 5, 11)),
        ("HKG", "OECD_CBC_MCAA", dt.date(2018, 7, 26)),
        ("ARE", "OECD_CBC_MCAA", dt.date(2018, 6, 24)),
        ("TUR", "OECD_CBC_MCAA", dt.date(2019, 12, 30)),
    ],
)
def test_embedded_dates_are_the_printed_ones(core: pl.DataFrame, area: str, instrument: str, date: dt.date) -> None:
    assert [event for *_, event in told(core, area, instrument)] == [date]


def test_the_core_table_keeps_its_contract_with_a_unique_key(core: pl.DataFrame) -> None:
    assert core.n_unique([*TABLE.dimensions, "source_id"]) == core.height
    assert core["source_tier"].unique().to_list() == ["reprinted"]
    assert check_table(TABLE, core.with_columns(is_preferred=pl.lit(value=True))) == []
