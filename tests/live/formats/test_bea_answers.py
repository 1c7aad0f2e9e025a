"""Answers of the US Bureau of Economic Analysis. Figures are made up; recorded answers are named where read."""

import datetime as dt
import json
import os
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.errors import KeyMissing, SourceChanged
from compact_pipelines.live.answers import Page
from compact_pipelines.live.formats.bea_answers import periods, read_bea, with_values, without_repeats
from compact_pipelines.live.formats.bea_areas import (
    CODES,
    GROUP_CODES,
    GROUP_NAMES,
    SPELLINGS,
    with_areas_by_code,
    with_areas_by_name,
)
from compact_pipelines.live.received import Received
from compact_pipelines.live.reception import receive
from compact_pipelines.live.redaction import REDACTED, Redactor
from tests.live.bea_shapes import INVALID_KEY, NOTHING_FOUND, answer, error

FIELDS: Final = ("TimePeriod", "CL_UNIT", "UNIT_MULT", "DataValue")
SERVICES: Final = load_contracts().source("bea_services_trade")
HAS_RECORDINGS: Final = pytest.mark.skipif(
    "COMPACT_RECORDINGS" not in os.environ, reason="COMPACT_RECORDINGS names no folder of recordings"
)


def recorded(name: str) -> bytes:
    return (Path(os.environ["COMPACT_RECORDINGS"]) / "bea" / name).read_bytes()


def row(value: Any, note: str | None = None, **cells: Any) -> dict[str, Any]:
    return {"TimePeriod": "2022", "CL_UNIT": "USD", "UNIT_MULT": "6", "DataValue": value, "NoteRef": note, **cells}


def valued(*rows: dict[str, Any]) -> list[tuple[Any, ...]]:
    frame = with_values(read_bea(answer(list(rows)), "made up", FIELDS), SERVICES)
    return frame.select("obs_value", "obs_status").rows()


@pytest.mark.parametrize("is_listed", [True, False])
def test_results_may_be_an_object_or_a_list_of_one(is_listed: bool) -> None:
    frame = read_bea(answer([row("1"), row("2")], is_listed=is_listed), "made up", FIELDS)
    assert frame["DataValue"].to_list() == ["1", "2"]


def test_one_row_may_come_as_an_object() -> None:
    assert read_bea(answer(row("1")), "made up", FIELDS).height == 1


def test_numbers_are_read_as_text_and_fields_nobody_asked_for_are_passed_over() -> None:
    frame = read_bea(answer([row(1.5, Year=2022, New="made up")]), "made up", FIELDS)
    assert frame.row(0, named=True) == {
        "TimePeriod": "2022", "CL_UNIT": "USD", "UNIT_MULT": "6", "DataValue": "1.5", "NoteRef": None
    }  # fmt: skip


def test_text_in_latin_1_is_read() -> None:
    content = answer([row("1", note="made up: Curaçao")]).decode().replace("\\u00e7", "ç").encode("latin-1")
    assert read_bea(content, "made up", FIELDS)["NoteRef"].item() == "made up: Curaçao"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "not JSON"),
        (answer([row("1")]) + b"<html>time-out</html>", "After a time-out the publisher sends an HTML page"),
        (b"[]", r"no object under BEAAPI\.Results"),
        (answer([]), "no rows under"),
        (answer([row("1")]).replace(b"UNIT_MULT", b"UNIT"), r"rows lack the fields \['UNIT_MULT'\]"),
        (error(INVALID_KEY), "Invalid API UserId"),
        (error(INVALID_KEY, is_in_results=False), "Invalid API UserId"),
        (error(INVALID_KEY, is_listed=True), "Invalid API UserId"),
    ],
)
def test_another_shape_or_an_error_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(SourceChanged, match=says):
        read_bea(content, "made up", FIELDS)


def test_a_value_is_in_millions_where_the_exponent_says_six() -> None:
    assert valued(row("12,075"), row("-3.5"), row("7", UNIT_MULT="0")) == [
        (12_075_000_000, "A"), (-3_500_000, "A"), (7, "A")
    ]  # fmt: skip


def test_marks_say_why_there_is_no_number() -> None:
    marks = ["(D)", "(NA)", "(NM)", "n.a.", "n.s.", ".....", "", None, "(*)"]
    statuses = ["Q", "O", "O", "O", "O", "M", "O", "O", "N"]
    assert valued(*map(row, marks)) == [(None if status != "N" else 0, status) for status in statuses]


def test_a_mark_beside_a_number_that_is_none_counts() -> None:
    assert valued(row("0", "(D)"), row("0", "IIP1.3:2, n.a."), row("0", "(*)"), row("0", "0"), row("5", " ")) == [
        (None, "Q"), (None, "O"), (0, "N"), (0, "A"), (5_000_000, "A")
    ]  # fmt: skip


def test_a_missing_value_keeps_the_publishers_reason() -> None:
    frame = with_values(read_bea(answer([row("(D)"), row("(*)"), row("1")]), "made up", FIELDS), SERVICES)
    assert [str(said)[:10] for said in frame["comment_obs"]] == ["suppressed", "published ", "None"]


@pytest.mark.parametrize(("cells", "says"), [({"DataValue": "lots"}, "not numbers"), ({"UNIT_MULT": "x"}, "units")])
def test_an_unknown_mark_or_unit_is_refused(cells: dict[str, Any], says: str) -> None:
    with pytest.raises(SourceChanged, match=says):
        valued(row("1") | cells)


def test_years_and_quarters_are_periods_and_nothing_else_is() -> None:
    frame = periods(pl.DataFrame({"TimePeriod": ["2022", "2022Q3"]}), "TimePeriod", "made up")
    assert frame.select("freq", "time_period").rows() == [("A", "2022"), ("Q", "2022-Q3")]
    with pytest.raises(SourceChanged, match=r"unknown periods in TimePeriod \['2022M03'\]"):
        periods(pl.DataFrame({"TimePeriod": ["2022M03"]}), "TimePeriod", "made up")


def test_a_line_that_stands_twice_is_kept_once_and_two_figures_are_refused() -> None:
    lines = pl.DataFrame({"Row": ["Canada", "Canada"], "DataValue": ["569,718", "569,718"]})
    assert without_repeats(lines, ["Row"], "made up").height == 1
    with pytest.raises(SourceChanged, match="Row Canada stands twice with different figures, 569,718 and 487,449"):
        without_repeats(lines.with_columns(DataValue=pl.Series(["569,718", "487,449"])), ["Row"], "made up")


def test_areas_by_code_leave_groups_and_remainders_out() -> None:
    remainders = ["OthAfricaExcl3", "OthMiddleEastExc5DiInward", "OthEuropeIst", "AfricaOthGdsNsaDetail"]
    frame = pl.DataFrame({"AreaOrCountry": ["AllCountries", "Uae", *GROUP_CODES, *remainders]})
    assert with_areas_by_code(frame, "AreaOrCountry", "made up")["counterpart_area"].to_list() == ["W00", "ARE"]
    with pytest.raises(SourceChanged, match=r"unknown codes of areas \['Atlantis'\]"):
        with_areas_by_code(pl.DataFrame({"AreaOrCountry": ["Atlantis"]}), "AreaOrCountry", "made up")


def test_areas_by_name_leave_groups_out_whatever_stands_behind_the_name() -> None:
    groups = [*GROUP_NAMES, "European Union (27)", "United Kingdom Islands, Caribbean [2]", "Addenda:"]
    frame = pl.DataFrame({"Row": ["All Countries Total", "Korea, Republic of", "Ireland [1]", *groups]})
    assert with_areas_by_name(frame, "Row", "made up")["counterpart_area"].to_list() == ["W00", "KOR", "IRL"]
    with pytest.raises(SourceChanged, match=r"unknown names of areas in Row \['Atlantis', 'blank'\]"):
        with_areas_by_name(pl.DataFrame({"Row": ["Atlantis", "blank"]}), "Row", "made up")


def test_every_member_has_a_name_and_every_code_an_area() -> None:
    contracts = load_contracts()
    areas = contracts.codelists["area"]
    assert {*CODES.values(), *SPELLINGS.values()} <= set(areas.codes)
    members = {area for areas in contracts.membership.tiers.values() for area in areas} - {"USA"}
    assert members <= set(CODES.values())
    names = pl.DataFrame({"Row": [areas.rows[area]["name_en"] for area in sorted(members)]})
    assert with_areas_by_name(names, "Row", "made up")["counterpart_area"].to_list() == sorted(members)


@pytest.mark.parametrize("is_listed", [True, False])
@pytest.mark.parametrize("is_in_results", [True, False])
@pytest.mark.parametrize("name", ["bea_direct_investment", "bea_investment_position", "bea_services_trade"])
def test_a_refused_key_comes_with_status_200_in_two_places(name: str, is_in_results: bool, is_listed: bool) -> None:
    source = load_contracts().source(name)
    assert source.live is not None
    part = next(iter(source.live.requests))

    def told(what: dict[str, str]) -> Any:
        content = error(what, is_in_results=is_in_results, is_listed=is_listed)
        return receive(source, part, received(content), Page())

    with pytest.raises(KeyMissing, match="Invalid API UserId"):
        told(INVALID_KEY)
    assert told(NOTHING_FOUND).kind == "empty"
    with pytest.raises(SourceChanged, match="made-up words"):
        told({"APIErrorCode": "34", "APIErrorDescription": "made-up words"})


def received(content: bytes) -> Received:
    return Received(
        content=content,
        status=200,
        headers={},
        content_type="application/json",
        shown_url="made up",
        fetched_at=dt.datetime(2026, 1, 2, tzinfo=dt.UTC),
    )


def test_the_key_that_the_answer_echoes_is_taken_out() -> None:
    key = "0F1E2D3C-4B5A-6978-8796-A5B4C3D2E1F0"  # made up
    content = answer([row("1")], key=key.lower())
    redacted = Redactor([key]).content(content)
    assert key.lower().encode() in content
    assert key.lower().encode() not in redacted.lower()
    echoed = json.loads(redacted)["BEAAPI"]["Request"]["RequestParam"][0]["ParameterValue"]
    assert echoed == REDACTED
    assert read_bea(redacted, "made up", FIELDS).equals(read_bea(content, "made up", FIELDS))


@HAS_RECORDINGS
def test_a_recorded_answer_of_another_dataset_is_read() -> None:
    frame = with_values(read_bea(recorded("GetData_Regional_SAGDP2N_01000.json"), "recorded", FIELDS), SERVICES)
    first = frame.select("TimePeriod", "obs_value", "obs_status").row(0)
    assert first == ("2017", 216_616_000_000, "A")


@HAS_RECORDINGS
def test_a_recorded_suppressed_figure_is_missing_though_its_number_is_0() -> None:
    content = recorded("GetData_Regional_CAGDP2_suppressed_D_edited.json")
    frame = with_values(read_bea(content, "recorded", FIELDS), SERVICES)
    assert frame.select("DataValue", "obs_value", "obs_status").row(0) == ("0", None, "Q")


@HAS_RECORDINGS
def test_the_recorded_refusal_is_one_of_the_key() -> None:
    with pytest.raises(KeyMissing, match="set BEA_API_KEY to a valid key"):
        receive(SERVICES, "computer", received(recorded("error_invalid_userid_http200.json")), Page())


@HAS_RECORDINGS
def test_rendered_tables_name_the_fields_and_codes_that_are_read() -> None:
    rendered = recorded("rendered_MNE_ITA_IIP_IntlServ.txt").decode("utf-8", errors="replace")
    for word in ("TypeOfInvestment", "AreaOrCountry", "UNIT_MULT", "TableScale", "Millions of dollars", "(*)", "n.s."):
        assert word in rendered
