"""The register. Inline rows are made up; counts and dates of the embedded register are pinned as held."""

import csv
import datetime as dt
from typing import Any
from urllib.parse import urlsplit

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import check_table
from compact_pipelines.datasets.standards_adoption.standards_register import (
    COLUMNS,
    SOURCE,
    core_standards_register,
    parse_register,
    tidy_register,
)
from compact_pipelines.errors import SourceChanged
from compact_pipelines.snapshots import SnapshotStore, read_embedded

TABLE = load_contracts().tables["standards_adoption"]
GOVERNMENTS = (
    *(".gov", "gov.uk", ".gov.my", ".govt.nz", "canada.ca", ".gc.ca", "gob.mx", ".go.jp", ".admin.ch", "europa.eu"),
    "ambafrance.org",
)
INTERNATIONAL_BODIES = {"coe.int", "pace.coe.int", "globalcbpr.org", "jtc1tag.org", "oecd-nea.org", "wassenaar.org"}
NO_STATUS = [
    "applicant",
    "negotiated, had not signed by 2025-02",
    "not found",
    "not a member state at adoption",
    "associate (Dubai International Financial Centre only)",
    "through the European Union",
]


def entry(**cells: str) -> dict[str, str]:
    return {
        "economy": "CAN",
        "instrument": "OECD_AI_2019",
        "status": "adherent",
        "date": "2019-05-22",
        "known_by": "",
        "verified": "yes",
        "source_tier": "official",
        "citation": "https://made.up/text",
        "note": "",
        **cells,
    }


def tidied(*rows: dict[str, str], header: list[str] = COLUMNS) -> pl.DataFrame:
    lines = [",".join(f'"{cell}"' if cell else "" for cell in row.values()) for row in rows]
    return tidy_register(parse_register("\n".join([",".join(header), *lines, ""]).encode()), "2026")


def only(**cells: str) -> dict[str, Any]:
    rows = tidied(entry(**cells))
    assert rows.height == 1
    return rows.row(0, named=True)


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    store = SnapshotStore.at(tmp_path_factory.mktemp(SOURCE))
    return core_standards_register(store.take_embedded(SOURCE, "adoptions"))


def test_the_register_is_read_as_it_stands_and_all_text() -> None:
    published = parse_register(",".join(COLUMNS).encode() + b'\nCAN,GPAI,"a, b",2020-06-15,,yes,official,,\n')
    assert set(published.dtypes) == {pl.String}
    assert published.rows() == [("CAN", "GPAI", "a, b", "2020-06-15", None, "yes", "official", None, None)]


def test_a_full_date_is_the_event_and_its_month_the_period() -> None:
    assert only() == {
        "ref_area": "CAN",
        "instrument": "OECD_AI_2019",
        "time_period": "2019-05",
        "adoption_status": "voluntary",
        "event_date": dt.date(2019, 5, 22),
        "source_tier": "official",
        "citation": "https://made.up/text",
        "obs_status": "A",
        "comment_obs": "adherent",
    }


@pytest.mark.parametrize("date", ["2019-05", "2019"])
def test_a_month_or_a_year_is_the_period_without_an_event(date: str) -> None:
    row = only(date=date)
    assert (row["time_period"], row["event_date"], row["obs_status"]) == (date, None, "A")


def test_a_row_without_a_date_stands_under_the_year_of_reading_and_says_so() -> None:
    row = only(date="", note="listed")
    assert (row["time_period"], row["event_date"], row["obs_status"]) == ("2026", None, "D")
    assert row["comment_obs"] == "adherent; date of effect not given; known to hold in 2026; listed"


def test_a_row_without_a_date_stands_under_the_day_by_which_its_text_shows_it() -> None:
    row = only(date="", known_by="2004-10-15")
    assert (row["time_period"], row["event_date"], row["obs_status"]) == ("2004-10", None, "D")
    assert row["comment_obs"] == "adherent; date of effect not given; known to hold in 2004-10"


def test_a_row_that_no_text_verifies_is_secondary_and_unvalidated() -> None:
    row = only(verified="no")
    assert (row["source_tier"], row["obs_status"]) == ("secondary", "V")


def test_a_row_without_a_date_that_no_text_verifies_is_unvalidated_first() -> None:
    assert only(verified="no", date="")["obs_status"] == "V"


@pytest.mark.parametrize(
    ("status", "level"),
    [
        ("member", "participant"),
        ("adherent", "voluntary"),
        ("endorser", "voluntary"),
        ("signatory", "referenced"),
        ("party", "binding"),
    ],
)
def test_a_status_in_the_sources_words_becomes_a_level(status: str, level: str) -> None:
    row = only(status=status)
    assert row["adoption_status"] == level
    assert row["comment_obs"] == status


@pytest.mark.parametrize("status", NO_STATUS)
def test_what_is_no_status_is_left_out_and_never_none(status: str) -> None:
    assert tidied(entry(status=status)).is_empty()


def test_the_european_union_has_its_own_code() -> None:
    assert only(economy="EU")["ref_area"] == "EUU"


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"economy": "ATL"}, r"standards_register: unknown economies \['ATL'\]"),
        ({"instrument": "MAGNA_CARTA"}, r"unknown instruments \['MAGNA_CARTA'\]"),
        ({"status": "fond of it"}, r"unknown statuses \['fond of it'\]"),
        ({"source_tier": "hearsay"}, r"unknown tiers \['hearsay'\]"),
    ],
)
def test_an_unknown_spelling_is_named(cells: dict[str, str], message: str) -> None:
    with pytest.raises(SourceChanged, match=message):
        tidied(entry(), entry(**cells))


def test_a_changed_header_is_refused() -> None:
    with pytest.raises(SourceChanged, match=r"the header has changed. Missing: \['economy'\]; new: \['country'\]"):
        tidied(entry(), header=["country", *COLUMNS[1:]])


def test_embedded_rows_are_kept_but_those_without_a_status(core: pl.DataFrame) -> None:
    held = list(csv.DictReader(read_embedded(SOURCE, "adoptions").decode().splitlines()))
    assert len(held) == 480
    left_out = sum(row["status"] in NO_STATUS for row in held)
    assert core.height == len(held) - left_out == 447


def test_embedded_levels_are_those_held_and_none_of_them_is_a_refusal(core: pl.DataFrame) -> None:
    levels = core.group_by("adoption_status").len().sort("adoption_status")
    assert levels.rows() == [("binding", 97), ("participant", 151), ("referenced", 37), ("voluntary", 162)]


def test_embedded_rows_of_the_usmca_chapter_are_binding_on_its_three_parties(core: pl.DataFrame) -> None:
    parties = core.filter(instrument="USMCA_CH19")
    assert sorted(parties["ref_area"]) == ["CAN", "MEX", "USA"]
    assert parties["adoption_status"].unique().to_list() == ["binding"]
    assert parties["time_period"].unique().to_list() == ["2020-07"]


def test_embedded_rows_that_no_text_verifies_are_never_official(core: pl.DataFrame) -> None:
    unverified = core.filter(obs_status="V")
    assert unverified.height == 13
    assert unverified["source_tier"].unique().to_list() == ["secondary"]


def test_embedded_rows_mostly_rest_on_an_official_text_or_its_reprint(core: pl.DataFrame) -> None:
    tiers = core.group_by("source_tier").len().sort("source_tier")
    assert tiers.rows() == [("official", 252), ("reprinted", 174), ("secondary", 21)]


@pytest.mark.parametrize(
    ("area", "instrument", "date"),
    [
        ("CAN", "COE_CETS225", dt.date(2025, 2, 11)),
        ("JPN", "COE_CETS225", dt.date(2025, 2, 11)),
        ("USA", "COE_CETS225", dt.date(2024, 9, 5)),
        ("MEX", "GPAI", dt.date(2020, 6, 15)),
        ("MEX", "OECD_AI_2019", dt.date(2019, 5, 22)),
        ("MEX", "CPTPP", dt.date(2018, 12, 30)),
        ("PER", "CPTPP", dt.date(2021, 9, 19)),
        ("MYS", "CPTPP", dt.date(2022, 11, 29)),
        ("CHL", "CPTPP", dt.date(2023, 2, 21)),
        ("GBR", "CPTPP", dt.date(2024, 12, 15)),
        ("MEX", "COE_108", dt.date(2018, 10, 1)),
        ("USA", "COE_CYBERCRIME", dt.date(2007, 1, 1)),
        ("DNK", "COE_CYBERCRIME", dt.date(2005, 10, 1)),
        ("ARE", "NUCLEAR_SAFETY", dt.date(2009, 10, 29)),
        ("ARE", "PAX_SILICA", dt.date(2026, 1, 14)),
        ("CAN", "FUTURE_INTERNET", dt.date(2022, 4, 28)),
        ("ARE", "BLETCHLEY", dt.date(2023, 11, 1)),
    ],
)
def test_embedded_dates_are_those_of_the_cited_texts(
    core: pl.DataFrame, area: str, instrument: str, date: dt.date
) -> None:
    row = core.row(by_predicate=(pl.col("ref_area") == area) & (pl.col("instrument") == instrument), named=True)
    assert (row["event_date"], row["obs_status"]) == (date, "A")
    assert row["source_tier"] != "secondary"


def taken_on(core: pl.DataFrame, area: str) -> set[str]:
    return set(core.filter((pl.col("ref_area") == area) & (pl.col("obs_status") != "V"))["instrument"])


def test_embedded_rows_of_the_founding_members_and_the_emirates_rest_on_texts(core: pl.DataFrame) -> None:
    counts = {area: len(taken_on(core, area)) for area in ("USA", "CAN", "MEX", "ARE")}
    assert counts == {"USA": 23, "CAN": 23, "MEX": 13, "ARE": 6}
    assert taken_on(core, "ARE") == {
        "AGILE_NATIONS",
        "BLETCHLEY",
        "COUNTER_RANSOMWARE",
        "HIROSHIMA_FRIENDS",
        "NUCLEAR_SAFETY",
        "PAX_SILICA",
    }


@pytest.mark.parametrize(
    ("instrument", "areas"),
    [
        ("AGILE_NATIONS", "ARE CAN DNK GBR ITA JPN SGP"),
        ("DIGITAL_NATIONS", "CAN DNK GBR ISR KOR MEX NZL"),
        ("PAX_SILICA", "ARE AUS GBR ISR JPN KOR QAT SGP USA"),
        ("CPTPP", "AUS CAN CHL GBR JPN MEX MYS NZL PER SGP VNM"),
        ("G20_AI_2019", "AUS BRA CAN CHN DEU EUU FRA GBR IDN IND ITA JPN KOR MEX SAU TUR USA ZAF"),
    ],
)
def test_embedded_lists_are_those_of_their_texts(core: pl.DataFrame, instrument: str, areas: str) -> None:
    assert " ".join(sorted(core.filter(instrument=instrument)["ref_area"])) == areas


def test_embedded_parties_of_the_trans_pacific_partnership_are_bound(core: pl.DataFrame) -> None:
    parties = core.filter(instrument="CPTPP")
    assert parties["adoption_status"].unique().to_list() == ["binding"]
    assert parties["source_tier"].unique().to_list() == ["official"]


def test_no_embedded_row_cites_a_search_engine_and_an_official_one_begins_with_an_official_text() -> None:
    held = list(csv.DictReader(read_embedded(SOURCE, "adoptions").decode().splitlines()))
    hosts = [
        (row["source_tier"], [str(urlsplit(text).hostname) for text in row["citation"].split(" ; ") if text])
        for row in held
    ]
    every = {host for _, of_row in hosts for host in of_row}
    assert not [host for host in every if any(name in host for name in ("bing", "google", "yahoo", "duckduckgo"))]
    first = {of_row[0].removeprefix("www.") for tier, of_row in hosts if tier == "official"}
    assert {host for host in first if not host.endswith(GOVERNMENTS)} == INTERNATIONAL_BODIES


def test_embedded_member_states_stand_under_the_european_union(core: pl.DataFrame) -> None:
    union = {"BEL", "CZE", "DEU", "DNK", "ESP", "FIN", "FRA", "IRL", "ITA", "NLD", "POL", "SWE"}
    for instrument in ("WTO_ITA", "EU_AI_ACT"):
        areas = set(core.filter(instrument=instrument)["ref_area"])
        assert "EUU" in areas
        assert not areas & union


def test_embedded_rows_without_a_date_stand_under_the_day_by_which_a_text_shows_them(core: pl.DataFrame) -> None:
    undated = core.filter(obs_status="D")
    periods = dict(undated.group_by("instrument").agg(pl.col("time_period").unique().sort()).iter_rows())
    assert periods["WASSENAAR"] == ["2004-10", "2026"]
    assert periods["NUCLEAR_SAFETY"] == ["2026"]
    assert periods["PAX_SILICA"] == ["2026-01"]
    assert "CPTPP" not in periods


def test_embedded_silence_of_a_text_is_no_row(core: pl.DataFrame) -> None:
    for area, instrument in (("USA", "CPTPP"), ("MEX", "WTO_ITA"), ("ARE", "WASSENAAR"), ("CAN", "PAX_SILICA")):
        assert core.filter(ref_area=area, instrument=instrument).is_empty()


def test_the_core_table_keeps_its_contract_with_a_unique_key(core: pl.DataFrame) -> None:
    assert core.n_unique([*TABLE.dimensions, "source_id"]) == core.height
    assert check_table(TABLE, core.with_columns(is_preferred=pl.lit(value=True))) == []
