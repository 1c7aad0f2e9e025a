"""Australian goods trade. All figures are made up, in the shape that authors of clients show."""

from decimal import Decimal

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.datasets.compute_exports.abs_trade import AREAS, SOURCE, read_answer
from compact_pipelines.errors import SourceChanged
from compact_pipelines.live.answers import Answer, Partition
from tests.live.publishers.abs_trade import table


def read(content: bytes, part: str = "exports") -> pl.DataFrame:
    return read_answer(Answer(SOURCE, part, Partition("2023-05"), 1, content))


def test_thousands_become_australian_dollars_by_the_stated_power_of_ten() -> None:
    told = read(table("exports")).filter(counterpart_area="USA").row(0, named=True)
    assert (told["obs_value"], told["unit_measure"]) == (Decimal(1_000_250), "AUD")


@pytest.mark.parametrize(("part", "flow", "valuation"), [("exports", "X", "FOB"), ("imports", "M", "CUSTOMS")])
def test_each_part_is_a_flow(part: str, flow: str, valuation: str) -> None:
    assert read(table(part), part).select("flow", "valuation").unique().rows() == [(flow, valuation)]


def test_a_confidential_partner_is_not_allocated_and_a_blank_is_missing() -> None:
    told = dict(read(table("exports")).select("counterpart_area", "obs_status").rows())
    assert told == {"W00": "A", "USA": "A", "JPN": "A", "CHN": "O", "DEU": "A", "_X": "A"}


def test_codes_of_groups_and_of_two_countries_together_are_left_out() -> None:
    assert b"ASEAN" in table("exports")
    assert b"BLGM" in table("exports")
    assert not {"ASEAN", "BLGM"} & AREAS.keys()


def test_every_member_partner_and_neighbour_but_australia_has_a_code() -> None:
    tiers = load_contracts().membership.tiers.values()
    assert {area for tier in tiers for area in tier} - {"AUS"} <= set(AREAS.values())


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (table("exports").replace(b",JAP,", b",JPN,"), r"no row for \['JAP'\]"),
        (table("exports").replace(b",TOT,USA", b",752,USA"), "codes in COMMODITY_SITC"),
        (table("imports"), "structure has changed"),
        (table("exports").replace(b",AUD,3,", b",AUD,,"), "unknown units"),
    ],
)
def test_what_is_not_known_is_named(content: bytes, says: str) -> None:
    with pytest.raises(SourceChanged, match=says):
        read(content)
