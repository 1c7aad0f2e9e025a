"""BIS consolidated banking claims. All figures are made up, in the shape recorded of another flow."""

from decimal import Decimal

import polars as pl
import pytest

from compact_pipelines.datasets.capital_flows.bis_banking import SOURCE, read_answer
from compact_pipelines.errors import SourceChanged
from compact_pipelines.live.answers import Answer, Partition
from tests.live.publishers.bis_banking import HEADER, NORMAL, row


def read(content: bytes) -> pl.DataFrame:
    return read_answer(Answer(SOURCE, "claims", Partition("all", "CAN"), 1, content))


def answer(*lines: str) -> bytes:
    return "\n".join([HEADER, *lines]).encode()


def test_millions_become_dollars_by_the_stated_power_of_ten() -> None:
    told = read(NORMAL).row(0, named=True)
    assert (told["counterpart_area"], told["time_period"]) == ("USA", "2023-Q1")
    assert told["obs_value"] == Decimal("1500000750000.000000")
    assert (told["instrument"], told["basis"], told["stock_flow"]) == ("BANK_CLAIMS", "BANK_NATIONALITY", "S")


def test_a_blank_keeps_the_status_of_a_missing_value_only() -> None:
    gaps = read(NORMAL).filter(pl.col("obs_value").is_null()).select("time_period", "obs_status").rows()
    assert gaps == [("2023-Q1", "M"), ("2023-Q2", "O")]


def test_of_groups_only_all_countries_are_kept_and_claims_at_home_are_none() -> None:
    assert set(read(NORMAL)["counterpart_area"]) == {"USA", "MEX", "W00"}
    assert all(code in NORMAL for code in (b",4T,", b",XM,", b",A,CA,"))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (answer(row("QQ", "2023-Q1", "1")), r"areas in L_CP_COUNTRY \['QQ'\]"),
        (answer(row("US", "2023", "1")), "no quarters"),
        (NORMAL.replace(b",4B,F,", b",4B,U,"), "codes in CBS_BASIS"),
        (NORMAL.replace(b"WS_CBS_PUB", b"WS_LBS_D_PUB"), "expected BIS:WS_CBS_PUB"),
        (answer(row("US", "2023-Q1", "1", "M")), "says that there is none"),
    ],
)
def test_what_is_not_known_is_named(content: bytes, says: str) -> None:
    with pytest.raises(SourceChanged, match=says):
        read(content)
