"""IMF goods trade by partner. Figures are made up, in the shape of the recorded answer; the recorded one is named."""

import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Final

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.datasets.compute_exports.imf_imts import FLOWS, SOURCE, read_answer
from compact_pipelines.errors import SourceChanged
from compact_pipelines.live.answers import Answer, Partition
from compact_pipelines.live.requests import live_of
from tests.live.publishers.imf_imts import BEGINS, ENDS, GROUPS, NORMAL, group, series

FOLDER: Final = os.environ.get("COMPACT_RECORDINGS", "")
HAS_RECORDINGS: Final = pytest.mark.skipif(not FOLDER, reason="COMPACT_RECORDINGS names no folder of recordings")


def read(content: bytes, partition: Partition = Partition("2023", "CAN")) -> pl.DataFrame:  # noqa: B008  (frozen)
    return read_answer(Answer(SOURCE, "goods", partition, 1, content))


def answer(*rows: bytes) -> bytes:
    return BEGINS + GROUPS + b"".join(rows) + ENDS


def test_scale_is_never_applied() -> None:
    assert b'SCALE="6"' in NORMAL
    row = read(NORMAL).row(0, named=True)
    assert (row["ref_area"], row["counterpart_area"], row["flow"]) == ("CAN", "USA", "X")
    assert row["obs_value"] == Decimal(5_000_000_001)


def test_valuation_follows_the_indicator() -> None:
    assert set(read(NORMAL).select("flow", "counterpart_area", "valuation").rows()) == {
        ("X", "USA", "FOB"), ("X", "MEX", "FOB"), ("X", "W00", "FOB"), ("M", "USA", "FOB"), ("M", "MEX", "CIF"),
    }  # fmt: skip


def imported(fob: bytes, cif: bytes, fob_derivation: bytes = b"O", cif_derivation: bytes = b"O") -> tuple[str, int]:
    rows = read(
        answer(series(b"USA", b"MG_CIF_USD", cif, cif_derivation), series(b"USA", b"MG_FOB_USD", fob, fob_derivation))
    )
    (told,) = rows.select("valuation", "obs_value").rows()
    return told


def test_of_an_importers_two_figures_the_fob_one_is_kept_unless_the_fund_derived_it() -> None:
    assert imported(b"100", b"106") == ("FOB", 100)
    assert imported(b"100", b"106", cif_derivation=b"SE") == ("FOB", 100)
    assert imported(b"100", b"106", b"SE", b"SE") == ("FOB", 100)
    assert imported(b"100", b"106", b"SE") == ("CIF", 106)
    assert imported(b"", b"106") == ("CIF", 106)
    assert imported(b"100", b"") == ("FOB", 100)


def test_two_figures_of_one_indicator_both_stay_to_be_found() -> None:
    twice = answer(series(b"USA", b"MG_FOB_USD", b"1"), series(b"USA", b"MG_FOB_USD", b"2"))
    assert read(twice).height == 2


def test_all_three_indicators_are_asked() -> None:
    url = live_of(load_contracts().source(SOURCE)).requests["goods"].url
    assert set(url.split(".")[-3].split("+")) == set(FLOWS)


def test_of_groups_only_the_world_is_kept() -> None:
    partners = set(read(NORMAL)["counterpart_area"])
    assert partners == {"USA", "MEX", "W00"}
    assert b'"G998"' in NORMAL


@pytest.mark.parametrize(
    ("derivation", "status", "is_copy"),
    [(b"O", "A", False), (b"M", "A", False), (b"SE", "E", False), (b"SCC", "I", True)],
)
def test_an_estimate_is_one_and_a_sum_of_counterparts_is_no_voice(
    derivation: bytes, status: str, is_copy: bool
) -> None:
    row = read(answer(series(b"USA", b"XG_FOB_USD", b"1", derivation))).row(0, named=True)
    assert (row["obs_status"], row["imputed_mirror"]) == (status, is_copy)
    assert row["comment_obs"] == f"IMF.STA:DSD_IMTS(1.0.0), derivation {derivation.decode()}"


def test_a_period_that_was_not_asked_is_left_out() -> None:
    assert read(NORMAL, Partition("2022", "CAN")).is_empty()


def test_a_country_is_no_partner_of_itself() -> None:
    assert read(answer(series(b"CAN", b"XG_FOB_USD", b"1"))).is_empty()


def test_an_answer_without_series_has_no_rows() -> None:
    assert read(BEGINS + ENDS).is_empty()


def test_a_renamed_dimension_is_told() -> None:
    with pytest.raises(SourceChanged, match="structure has changed"):
        read(NORMAL.replace(b"COUNTERPART_COUNTRY", b"PARTNER"))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (NORMAL.replace(b"<Value>USD</Value>", b"<Value>EUR</Value>"), r"codes in UNIT \['EUR'\]"),
        (answer(series(b"QQQ", b"XG_FOB_USD", b"1")), r"areas in COUNTERPART_COUNTRY \['QQQ'\]"),
        (answer(group(b"TBG_USD", b"FOB"), series(b"USA", b"TBG_USD", b"1")), "codes in INDICATOR"),
        (answer(series(b"USA", b"XG_FOB_USD", b"1", b"ZZ")), "codes in DERIVATION_TYPE"),
        (answer(series(b"USA", b"XG_FOB_USD", b"n/a")), "not numbers"),
        (NORMAL.replace(b"DSD_IMTS(1.0.0)", b"DSD_BOP(1.0.0)"), "expected IMF.STA:IMTS"),
    ],
)
def test_what_is_not_known_is_named(content: bytes, says: str) -> None:
    with pytest.raises(SourceChanged, match=says):
        read(content)


@HAS_RECORDINGS
def test_the_recorded_answer_gives_the_united_states_exports_in_dollars() -> None:
    content = (Path(FOLDER) / "imf/data_IMTS_USA_XG_FOB_USD_A_sdmx3.xml").read_bytes()
    rows = read(content, Partition("2024", "USA"))
    told = rows.select("ref_area", "counterpart_area", "flow", "time_period", "obs_value").rows()
    assert told == [("USA", "W00", "X", "2024", Decimal(2_065_411_250_609))]


@HAS_RECORDINGS
def test_the_recorded_list_of_flows_names_those_that_are_asked() -> None:
    listed = json.loads((Path(FOLDER) / "imf/structure_dataflow_all.json").read_bytes())["data"]["dataflows"]
    assert {("IMF.STA", "IMTS"), ("IMF.STA", "DIP"), ("IMF.STA", "PIP")} <= {(x["agencyID"], x["id"]) for x in listed}
