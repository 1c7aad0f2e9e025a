"""IMF direct investment positions. All figures are made up, in the shape that was recorded of other flows."""

from decimal import Decimal

import polars as pl
import pytest

from compact_pipelines.datasets.capital_flows.imf_dip import SOURCE, read_answer
from compact_pipelines.errors import SourceChanged
from compact_pipelines.live.answers import Answer, Partition
from tests.live.publishers.imf_dip import NORMAL, message, one


def read(content: bytes, year: str = "2023") -> pl.DataFrame:
    return read_answer(Answer(SOURCE, "positions", Partition(year, "CAN"), 1, content))


def test_scale_is_never_applied_and_negative_positions_are_real() -> None:
    values = dict(read(NORMAL).filter(instrument="D_F", direction="OUT").select("counterpart_area", "obs_value").rows())
    assert values == {
        "USA": Decimal("500000000001.000000"),
        "MEX": Decimal("-2000000.500000"),
        "W00": Decimal("600000000002.000000"),
    }


def test_a_confidential_figure_is_suppressed_and_has_no_value() -> None:
    row = read(NORMAL).filter(instrument="D_F5").row(0, named=True)
    assert (row["obs_value"], row["obs_status"]) == (None, "Q")


def test_what_the_fund_derives_from_counterparts_is_left_out() -> None:
    derived = message({"0:1:0:0:0": one("490000000000")}, ["2023"])
    assert read(derived).is_empty()


def test_directions_follow_the_indicator() -> None:
    assert set(read(NORMAL).select("direction", "instrument", "basis").rows()) == {
        ("OUT", "D_F", "DIRECTIONAL"),
        ("IN", "D_F", "DIRECTIONAL"),
        ("OUT", "D_F5", "DIRECTIONAL"),
    }


def test_the_version_that_answered_is_kept_and_may_change() -> None:
    later = message({"0:0:0:0:0": one("1")}, ["2023"], "DIP(13.0.0)")
    assert read(later)["comment_obs"].to_list() == ["IMF.STA:DIP(13.0.0)"]


def test_no_series_is_no_row() -> None:
    assert read(message(None, [])).is_empty()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (NORMAL.replace(b"DIP(12.0.1)", b"IIP(1.0.0)"), "expected IMF.STA:DIP"),
        (NORMAL.replace(b'"USD"', b'"XDC"'), r"codes in UNIT \['XDC'\]"),
        (NORMAL.replace(b'"GX031"', b'"QQQ"'), r"areas in COUNTERPART_COUNTRY \['QQQ'\]"),
        (NORMAL.replace(b'"SCC"', b'"X"'), "codes in DV_TYPE"),
        (NORMAL.replace(b"OTWD_D_NETAL_F51_ALL", b"OTWD_D_AG_FL_ALL"), "codes in INDICATOR"),
    ],
)
def test_what_is_not_known_is_named(content: bytes, says: str) -> None:
    with pytest.raises(SourceChanged, match=says):
        read(content)
