"""The traps that publishers are known to set, each as the source's own file and module meet it.

Bodies are made up in the shapes that were recorded or documented; no figure in them is real.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.errors import KeyMissing, SourceChanged, SourceUnavailable
from compact_pipelines.live.answers import Page, Partition
from compact_pipelines.live.formats.json_stat import parse_json_stat
from compact_pipelines.live.journal import Journal
from compact_pipelines.live.pacing import Pacer
from compact_pipelines.live.pulling import pull
from compact_pipelines.live.redaction import REDACTED
from compact_pipelines.live.requests import live_of, prepare
from compact_pipelines.live.wire import Wire
from tests.live.clocks import HASTY
from tests.live.publishers.ircc_permits import ROWS, permits
from tests.live.publishers.un_comtrade import answer as comtrade_answer
from tests.live.publishers.un_comtrade import row as comtrade_row
from tests.live.scripts import Script
from tests.live.stub_publisher import Reply, Seen, StubPublisher
from tests.live.taking import PUBLISHERS, read, received_and_read, received_from

KEY = "Made-Up/Key+00417"
WORLD_BANK = "worldbank_migrant_stock"
PAGE = b"\xef\xbb\xbf<!DOCTYPE html><html><head><title>Request Error</title></head></html>"


@pytest.fixture
def census(stub: StubPublisher, pacer: Pacer) -> Iterator[Wire]:
    origin = "https://api.census.gov"
    wire = Wire(pacer, HASTY, {"CENSUS_API_KEY": KEY}, {origin: stub.stands_in_for(origin)})
    yield wire
    wire.close()


# 1. A redirect to an HTML page when a key is missing or refused


def test_a_redirect_to_a_page_about_keys_is_no_answer_and_not_followed(
    stub: StubPublisher, census: Wire, data_root: Path
) -> None:
    away = {"X-DataWebAPI-KeyError": "1", "Location": f"https://api.census.gov/data/invalid_key.html?key={KEY}"}
    stub.play(lambda _: Reply(302, b"", "text/html", away))
    found = pull(data_root, "us_census_exports", Partition("2024-03"), census)
    assert (found.verdict, len(stub.seen)) == ("NO_KEY", 1)
    assert "CENSUS_API_KEY" in found.reason
    assert KEY not in found.reason


def test_a_client_that_had_followed_would_still_not_take_the_page_for_data() -> None:
    with pytest.raises((SourceChanged, SourceUnavailable)):
        received_from("us_census_exports", PAGE, 200, "text/html;charset=utf-8")


# 2. Errors inside HTTP 200

INVALID = {"APIErrorCode": "1", "APIErrorDescription": "Invalid Request - Invalid API UserId."}
UNKNOWN = {"APIErrorCode": "20", "APIErrorDescription": "Dataset does not exist"}


@pytest.mark.parametrize(
    ("source_id", "body", "error"),
    [
        ("bea_direct_investment", {"BEAAPI": {"Results": {"Error": INVALID}}}, KeyMissing),
        ("bea_direct_investment", {"BEAAPI": {"Error": INVALID}}, KeyMissing),
        ("bea_investment_position", {"BEAAPI": {"Results": [{"Error": [UNKNOWN]}]}}, SourceChanged),
        ("bea_services_trade", {"BEAAPI": {"Error": [UNKNOWN]}}, SourceChanged),
        (WORLD_BANK, [{"message": [{"id": "120", "key": "Invalid value", "value": "not valid"}]}], SourceChanged),
        (WORLD_BANK, [{"message": [{"id": "175", "key": "-", "value": "deleted or archived"}]}], SourceChanged),
        ("japan_estat", {"GET_STATS_DATA": {"RESULT": {"STATUS": 100, "ERROR_MSG": "-"}}}, KeyMissing),
        ("japan_estat", {"GET_STATS_DATA": {"RESULT": {"STATUS": 102, "ERROR_MSG": "-"}}}, SourceChanged),
        ("japan_estat", {"GET_STATS_DATA": {"RESULT": {"STATUS": 201, "ERROR_MSG": "-"}}}, SourceUnavailable),
        ("destatis_genesis", {"Status": {"Code": 15, "Content": "-", "Type": "Fehler"}}, KeyMissing),
        ("destatis_genesis", {"Status": {"Code": 98, "Content": "too big", "Type": "Warnung"}}, SourceChanged),
        ("eurostat_comext", {"warning": {"status": 413, "label": "ASYNCHRONOUS_RESPONSE"}}, SourceChanged),
    ],
)
def test_an_error_inside_an_answer_of_status_200_is_an_error(source_id: str, body: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        received_from(source_id, json.dumps(body).encode())


# 3. Each kind of empty answer

NO_RECORDS = b"NoRecordsFound"


@pytest.mark.parametrize(
    ("source_id", "status", "body", "content_type"),
    [
        ("us_census_exports", 204, b"", ""),
        ("imf_dip", 200, b'{"data": {"dataSets": [{"structure": 0, "action": "Replace"}]}}', "application/json"),
        ("un_comtrade", 200, b'{"elapsedTime": "0.02 secs", "count": 0, "data": [], "error": ""}', "application/json"),
        (WORLD_BANK, 200, b'[{"page": 0, "pages": 0, "per_page": 50, "total": 0}, null]', "application/json"),
        ("oecd_fdi", 404, NO_RECORDS, "text/plain"),
        ("oecd_migration", 404, NO_RECORDS, "text/plain"),
        ("abs_trade", 404, NO_RECORDS, "text/plain"),
        (
            "bea_direct_investment",
            200,
            b'{"BEAAPI": {"Results": {"Error": {"APIErrorCode": "201"}}}}',
            "application/json",
        ),
        ("japan_estat", 200, b'{"GET_STATS_DATA": {"RESULT": {"STATUS": 1, "ERROR_MSG": "-"}}}', "application/json"),
        ("banxico_rates", 200, b'{"bmx": {"series": [{"idSerie": "SF0", "titulo": "-"}]}}', "application/json"),
    ],
)
def test_each_kind_of_empty_answer_is_empty(source_id: str, status: int, body: bytes, content_type: str) -> None:
    found = received_from(source_id, body, status, content_type)
    assert found.kind == "empty"
    assert found.meaning


@pytest.mark.parametrize(
    ("source_id", "status", "body", "content_type", "error"),
    [
        ("imf_imts", 204, b"", "", SourceChanged),  # a flow that is not there
        ("imf_dip", 200, b'{"data": {"sets": []}}', "application/json", SourceChanged),
        ("eurostat_comext", 413, b"<faultcode>510</faultcode>", "text/xml", SourceChanged),
        ("oecd_fdi", 404, b"Could not find Dataflow", "text/plain", SourceChanged),
        ("banxico_rates", 200, b'{"bmx": {"serie": []}}', "application/json", SourceChanged),
        ("us_census_exports", 200, b"", "application/json", SourceUnavailable),
    ],
)
def test_what_only_looks_like_an_empty_answer_is_none(
    source_id: str, status: int, body: bytes, content_type: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        received_and_read(source_id, body, status, content_type)


def test_too_early_in_the_day_is_not_empty() -> None:
    with pytest.raises(SourceUnavailable, match="not released yet"):
        received_from("statcan_fdi", b'{"message": "The product is not released yet"}', 409)


# 4. A scale that must be applied, and one that must not


@pytest.mark.parametrize(
    ("source_id", "part", "key", "value"),
    [
        # SCALE is 6 in both, and the figure is in dollars already.
        ("imf_imts", "goods", {"counterpart_area": "USA", "flow": "X"}, Decimal(5_000_000_001)),
        ("imf_dip", "positions", {"counterpart_area": "USA", "direction": "OUT"}, Decimal(500_000_000_001)),
        # UNIT_MULT is 6, and the figure is in millions.
        ("oecd_fdi", "flows", {"counterpart_area": "USA", "direction": "OUT"}, Decimal(1_234_500_000)),
        ("oecd_fdi", "flows", {"counterpart_area": "CAN", "direction": "IN"}, Decimal(-67_250_000)),
    ],
)
def test_a_scale_is_applied_only_where_the_publisher_means_it(
    source_id: str, part: str, key: dict[str, str], value: Decimal
) -> None:
    rows = read(source_id, part, PUBLISHERS[source_id].pages(part)[0])
    found = rows.filter(*(pl.col(name) == code for name, code in key.items()))
    assert value in found["obs_value"].to_list()
    assert value.scaleb(6) not in found["obs_value"].to_list()
    assert value.scaleb(-6) not in found["obs_value"].to_list()


def test_every_source_states_whether_a_scale_is_applied() -> None:
    scales = {source.id: source.live.scale for source in load_contracts().sources.values() if source.live}
    never = [
        name for name in scales if name.startswith(("imf_", "us_census_", "un_comtrade", "uk_trade", "worldbank_"))
    ]
    assert never
    assert {scales[name].rule for name in never} == {"none"}
    applied = [name for name in scales if name.startswith(("oecd_", "bis_banking", "abs_", "bea_", "statcan_fdi"))]
    assert {scales[name].rule for name in applied} == {"power_of_ten", "words"}


# 5. Rows that stand more than once


def test_a_partner_told_by_each_means_of_transport_is_refused() -> None:
    by_air = comtrade_row("X", 842, "TOTAL", 300.0, motCode=1000)
    in_all = comtrade_row("X", 842, "TOTAL", 700.0)
    assert read("un_comtrade", "totals", comtrade_answer(in_all)).height == 1
    with pytest.raises(SourceChanged):
        read("un_comtrade", "totals", comtrade_answer(in_all, by_air))


# 6. Numbers that are text, in a workbook


def test_numbers_that_are_text_keep_their_three_states() -> None:
    rows = read("ircc_permits", "humanitarian", permits(*ROWS))
    india = rows.filter(pl.col("counterpart_area") == "IND").sort("time_period")
    assert Decimal(1_005) in india["obs_value"].to_list()
    assert Decimal(0) in india["obs_value"].to_list()
    withheld = rows.filter(pl.col("obs_status") == "Q")
    assert withheld.height
    assert withheld["obs_value"].null_count() == withheld.height


# 7. Sparse and dense cubes


def test_a_cube_is_the_same_whether_its_cells_are_a_list_or_an_object() -> None:
    cube = {
        "version": "2.0", "class": "dataset", "id": ["area", "time"], "size": [2, 2],
        "dimension": {
            "area": {"category": {"index": {"US": 0, "CA": 1}}},
            "time": {"category": {"index": ["2023", "2024"]}},
        },
    }  # fmt: skip
    dense = parse_json_stat(json.dumps({**cube, "value": [1, None, 3, None]}).encode(), "made up")
    sparse = parse_json_stat(json.dumps({**cube, "value": {"2": 3, "0": 1}}).encode(), "made up")
    assert dense.equals(sparse)
    assert dense["value"].to_list() == ["1", None, "3", None]


# 8. Headers and fields that change their names


@pytest.mark.parametrize("source_id", sorted(PUBLISHERS))
def test_a_header_that_drifts_is_told_and_never_read_around(source_id: str) -> None:
    assert PUBLISHERS[source_id].drifted
    for part, body in PUBLISHERS[source_id].drifted.items():
        with pytest.raises(SourceChanged, match=source_id):
            read(source_id, part, body)


# 9. Keys that come back in the answer


def test_a_key_that_a_publisher_echoes_is_kept_nowhere(stub: StubPublisher, pacer: Pacer, data_root: Path) -> None:
    source, answers = load_contracts().source("bea_direct_investment"), PUBLISHERS["bea_direct_investment"]
    script = Script(source, answers, {"BEA_API_KEY": KEY})
    asked = {"RequestParam": [{"ParameterName": "USERID", "ParameterValue": KEY.upper()}]}

    def echoing(seen: Seen) -> Reply:
        reply = script.answering("normal")(seen)
        told = json.loads(reply.body)
        told["BEAAPI"]["Request"] = asked
        return replace(reply, body=json.dumps(told).encode(), headers={"X-Asked": seen.path + KEY})

    stub.play(echoing)
    wire = Wire(pacer, HASTY, {"BEA_API_KEY": KEY}, {origin: stub.stands_in_for(origin) for origin in script.origins})
    found = pull(data_root, source.id, script.partition, wire)
    wire.close()
    assert (found.verdict, found.reason) == ("ACCEPTED", "")
    held = [path.read_bytes() for path in sorted((data_root / "snapshots").iterdir())]
    assert all(REDACTED.encode() in body for body in held)
    everything = b"".join(path.read_bytes() for path in data_root.rglob("*") if path.is_file())
    assert KEY.lower().encode() not in everything.lower()
    assert Journal(data_root).accepted(source.id)


# 10. Pages past the end, and answers that were cut


def test_a_page_past_the_end_leads_nowhere() -> None:
    body = b'[{"page": 99, "pages": 1, "per_page": "50", "total": 3}, []]'
    assert received_from(WORLD_BANK, body, page=Page(99, "99")).next_page is None


def test_the_number_of_pages_may_be_text() -> None:
    rows = PUBLISHERS[WORLD_BANK].pages(next(iter(PUBLISHERS[WORLD_BANK].normal)))[0]
    told = json.loads(rows)
    told[0] |= {"page": 1, "pages": "3"}
    assert received_from(WORLD_BANK, json.dumps(told).encode()).next_page == Page(2, "2")


def test_a_preview_at_its_limit_is_cut_and_says_what_to_do() -> None:
    body = comtrade_answer(*(comtrade_row("X", 842, "TOTAL", float(number)) for number in range(500)))
    with pytest.raises(SourceChanged, match="500 rows, and the publisher cuts answers at 500") as raised:
        received_from("un_comtrade", body, keyless=True)
    assert "COMTRADE_API_KEY" in str(raised.value)
    assert received_from("un_comtrade", body).kind == "rows"


# And more


def test_a_page_of_html_with_status_400_may_be_a_passing_fault() -> None:
    with pytest.raises(SourceUnavailable):
        received_from(WORLD_BANK, PAGE, 400, "text/html")


def test_an_optional_key_changes_what_is_asked_and_is_not_needed() -> None:
    source = load_contracts().source("un_comtrade")
    partition = Partition.of(PUBLISHERS["un_comtrade"].partition, live_of(source).partitions)
    prepared = prepare(source, "totals", partition, Page(), {})
    assert prepared.is_keyless
    assert "/public/v1/preview/" in prepared.shown
    for parameter in ("partner2Code=0", "motCode=0", "customsCode=C00"):
        assert parameter in prepared.shown
