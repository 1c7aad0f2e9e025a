"""OECD direct investment. All figures are made up, in the documented shape."""

from decimal import Decimal

import polars as pl
import pytest

from compact_pipelines.datasets.capital_flows.oecd_fdi import SOURCE, read_answer
from compact_pipelines.errors import SourceChanged
from compact_pipelines.live.answers import Answer, Partition
from tests.live.publishers.oecd_fdi import HEADER, row, table


def read(content: bytes, part: str = "positions") -> pl.DataFrame:
    return read_answer(Answer(SOURCE, part, Partition("2023"), 1, content))


def answer(*lines: str) -> bytes:
    return "\n".join([HEADER, *lines]).encode()


def test_figures_are_brought_to_dollars_by_the_stated_power_of_ten() -> None:
    told = read(table("positions")).filter(ref_area="CAN", counterpart_area="USA").row(0, named=True)
    assert (told["obs_value"], told["unit_measure"]) == (Decimal("1234500000.000000"), "USD")


def test_rows_that_were_not_asked_are_filtered_out() -> None:
    content = table("positions")
    assert b",XDC," in content
    assert b",ROU," in content
    assert read(content).filter(ref_area="CAN", counterpart_area="USA", direction="OUT").height == 1


def test_outward_and_inward_follow_the_principle_and_disinvestment_is_negative() -> None:
    inward = read(table("flows"), "flows").filter(direction="IN", ref_area="USA").row(0, named=True)
    assert (inward["obs_value"], inward["stock_flow"]) == (Decimal("-67250000.000000"), "F")


def test_a_blank_is_missing_although_its_status_says_normal_and_withheld_where_confidential() -> None:
    gaps = read(table("positions")).filter(pl.col("obs_value").is_null()).select("counterpart_area", "obs_status")
    assert set(gaps.rows()) == {("MEX", "O"), ("NLD", "Q")}


def test_of_groups_only_the_world_is_kept() -> None:
    assert set(read(table("positions"))["counterpart_area"]) == {"USA", "CAN", "MEX", "NLD", "W00"}


def test_rows_may_come_in_any_order() -> None:
    header, *lines = table("positions").decode().split()
    turned = read("\n".join([header, *reversed(lines)]).encode())
    assert turned.sort(pl.all()).equals(read(table("positions")).sort(pl.all()))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (answer(row("positions", "CAN", "DO", "QQQ", "1")), r"areas in COUNTERPART_AREA \['QQQ'\]"),
        (answer(row("positions", "CAN", "DO", "USA", "1", unit="XDC")), "none with the codes that were asked"),
        (table("flows"), "expected OECD.DAF.INV:DSD_FDI@DF_FDI_POS_CTRY"),
        (table("positions").replace(b",6,1", b",millions,1"), "unknown units"),
        (table("positions").replace(b"UNIT_MULT", b"MULTIPLIER"), "columns missing"),
    ],
)
def test_what_is_not_known_is_named(content: bytes, says: str) -> None:
    with pytest.raises(SourceChanged, match=says):
        read(content)
