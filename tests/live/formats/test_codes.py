"""Publishers' codes as ours. All codes of publishers are made up."""

import polars as pl
import pytest

from compact_pipelines.errors import SourceChanged
from compact_pipelines.live.formats.codes import areas, statuses


def test_an_area_is_known_named_or_left_out() -> None:
    codes = pl.Series("PARTNER", ["USA", "WORLD", "G77", "USA"])
    assert areas(codes, "here", special={"WORLD": "W00"}, left_out="G[0-9]+").to_list() == ["USA", "W00", None, "USA"]
    assert areas(pl.Series(["US", "GB"]), "here", scheme="iso2").to_list() == ["USA", "GBR"]


@pytest.mark.parametrize(
    ("codes", "says"), [(["USA", "QQQ"], r"areas in PARTNER \['QQQ'\]"), (["USA", None], "1 rows")]
)
def test_an_unknown_area_is_named(codes: list[str | None], says: str) -> None:
    with pytest.raises(SourceChanged, match=says):
        areas(pl.Series("PARTNER", codes), "here", left_out="G[0-9]+")


def test_a_gap_is_missing_even_where_the_status_says_normal() -> None:
    values, codes = pl.Series([1.0, None, None, None, 2.0]), pl.Series(["P", "A", None, "C", None])
    assert statuses(values, codes, "here", special={"C": "Q"}).to_list() == ["P", "O", "O", "Q", "A"]


@pytest.mark.parametrize(("code", "says"), [("x", "unknown statuses"), ("Q", "says that there is none")])
def test_a_status_that_does_not_fit_is_refused(code: str, says: str) -> None:
    with pytest.raises(SourceChanged, match=says):
        statuses(pl.Series([1.0]), pl.Series("STATUS", [code]), "here")
