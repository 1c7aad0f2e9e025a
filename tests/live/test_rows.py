"""What is believed as rows: partitions together, beside embedded figures, in US dollars; all figures are made up."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from compact_pipelines.errors import ContractError
from compact_pipelines.harmonise import DECIMAL, conform
from compact_pipelines.live.answers import Partition
from compact_pipelines.live.currency import in_dollars, months_of, rate_of
from compact_pipelines.live.journal import Journal
from compact_pipelines.live.pulling import pull
from compact_pipelines.live.rows import live_rows, replaced
from tests.live.made_up import NOW, SOURCE, THEME, FakeWire, install, made_up_source, page, rows_of

RATES = pl.DataFrame(
    [("CAD", f"2025-{month:02}", Decimal(f"1.{month:02}")) for month in range(1, 13)],
    schema={"currency": pl.String, "time_period": pl.String, "units_per_usd": DECIMAL},
    orient="row",
)


def believe(root: Path, month: str, rows: list[str], now: dt.datetime = NOW, reporter: str = "") -> None:
    wire: Any = FakeWire({(month, None): page(rows)})
    found = pull(root, SOURCE, Partition(month, reporter), wire, now=now)
    assert found.verdict == "ACCEPTED", found.reason


def embedded_rows(*periods: str, area: str = "USA") -> pl.DataFrame:
    """Rows that came with the program, one a period, worth 1."""
    frame = pl.DataFrame({"time_period": periods}).with_columns(
        freq=pl.when(pl.col("time_period").str.len_chars() == 4).then(pl.lit("A")).otherwise(pl.lit("M")),
        ref_area=pl.lit(area),
        counterpart_area=pl.lit("CAN"),
        flow=pl.lit("X"),
        product=pl.lit("TOTAL"),
        obs_value=pl.lit(1).cast(DECIMAL),
        unit_measure=pl.lit("USD"),
        source_id=pl.lit(SOURCE),
        snapshot_id=pl.lit("made_up.embedded.0"),
        recorded_at=pl.lit(NOW),
    )
    return conform(THEME, SOURCE, frame)


def test_nothing_asked_is_no_rows_in_all_columns(monkeypatch: pytest.MonkeyPatch, data_root: Path) -> None:
    source = install(monkeypatch, made_up_source())
    rows = live_rows(data_root, source)
    assert rows.is_empty()
    assert rows.schema == embedded_rows("2025-01").schema
    assert not data_root.exists()


def test_partitions_stand_together_sorted_by_key(monkeypatch: pytest.MonkeyPatch, data_root: Path) -> None:
    source = install(monkeypatch, made_up_source())
    believe(data_root, "2025-10", rows_of("2025-10"))
    believe(data_root, "2025-09", rows_of("2025-09"))
    rows = live_rows(data_root, source)
    assert rows["time_period"].value_counts().sort("time_period").rows() == [("2025-09", 6), ("2025-10", 6)]
    assert rows.equals(rows.sort("ref_area", "counterpart_area", "time_period"))


def test_an_answer_with_figures_of_another_partition_is_refused_and_they_stay(
    monkeypatch: pytest.MonkeyPatch, data_root: Path
) -> None:
    source = install(monkeypatch, made_up_source())
    believe(data_root, "2025-09", rows_of("2025-09"))
    wire: Any = FakeWire({("2025-10", None): page([*rows_of("2025-10"), *rows_of("2025-09", factor=1.1)])})
    found = pull(data_root, SOURCE, Partition("2025-10"), wire, now=NOW + dt.timedelta(days=30))
    assert (found.verdict, found.cause) == ("STOPPED", "shape")
    assert "rows of 2025-09 came, which were not asked for" in found.reason
    rows = live_rows(data_root, source)
    assert rows["time_period"].unique().to_list() == ["2025-09"]
    assert rows.filter(counterpart_area="CAN")["obs_value"].to_list() == [Decimal(100)]


def test_a_partition_that_is_asked_again_tells_what_it_says_now(
    monkeypatch: pytest.MonkeyPatch, data_root: Path
) -> None:
    source = install(monkeypatch, made_up_source())
    believe(data_root, "2025-09", rows_of("2025-09"))
    believe(data_root, "2025-09", rows_of("2025-09", factor=1.2), NOW + dt.timedelta(days=60))
    assert live_rows(data_root, source).filter(counterpart_area="CAN")["obs_value"].to_list() == [Decimal(120)]


def test_other_code_reads_the_bytes_anew(monkeypatch: pytest.MonkeyPatch, data_root: Path) -> None:
    source = install(monkeypatch, made_up_source())
    believe(data_root, "2025-10", rows_of("2025-10"))
    before = live_rows(data_root, source)
    monkeypatch.setattr("compact_pipelines.fingerprints.code_fingerprint", lambda: "other")
    assert live_rows(data_root, source).equals(before)
    assert [path.name for path in (data_root / "live/rows" / SOURCE).iterdir()] == ["1-other.parquet"]


def test_embedded_rows_give_way_to_their_partition_and_no_other(
    monkeypatch: pytest.MonkeyPatch, data_root: Path
) -> None:
    source = install(monkeypatch, made_up_source())
    believe(data_root, "2025-10", rows_of("2025-10"))
    both = replaced(embedded_rows("2025-09", "2025-10", "2025"), live_rows(data_root, source), data_root, source)
    told = both.filter(counterpart_area="CAN").select("time_period", "obs_value").sort("time_period").rows()
    assert told == [("2025", Decimal(1)), ("2025-09", Decimal(1)), ("2025-10", Decimal(100))]
    assert both.height == 8


def test_a_year_of_one_reporter_replaces_its_months_and_no_other_reporters(
    monkeypatch: pytest.MonkeyPatch, data_root: Path
) -> None:
    by = {"by": "year", "since": "2020", "reporters": {"USA": "840", "CAN": "124"}}
    source = install(monkeypatch, made_up_source(partitions=by))
    believe(data_root, "2025", rows_of("2025-10"), reporter="USA")
    embedded = pl.concat([embedded_rows("2025-01", "2025", "2024"), embedded_rows("2025", area="MEX")])
    both = replaced(embedded, live_rows(data_root, source), data_root, source)
    kept = both.filter(snapshot_id="made_up.embedded.0").select("ref_area", "time_period").rows()
    assert kept == [("MEX", "2025"), ("USA", "2024")]


def test_the_whole_replaces_the_periods_that_it_has_rows_of(monkeypatch: pytest.MonkeyPatch, data_root: Path) -> None:
    source = install(monkeypatch, made_up_source(partitions={"by": "whole"}))
    believe(data_root, "all", [*rows_of("2025-10"), *rows_of("2025-09")])
    both = replaced(embedded_rows("2025-08", "2025-09"), live_rows(data_root, source), data_root, source)
    assert both.filter(snapshot_id="made_up.embedded.0")["time_period"].to_list() == ["2025-08"]


def test_without_live_rows_the_embedded_ones_are_as_they_were(monkeypatch: pytest.MonkeyPatch, data_root: Path) -> None:
    source = install(monkeypatch, made_up_source())
    embedded = embedded_rows("2025-09")
    assert replaced(embedded, live_rows(data_root, source), data_root, source) is embedded


# Currency


def test_foreign_money_becomes_dollars_and_the_original_stays_in_the_comment(
    monkeypatch: pytest.MonkeyPatch, data_root: Path
) -> None:
    source = install(monkeypatch, made_up_source(currency="CAD"))
    believe(data_root, "2025-10", rows_of("2025-10"))
    row = live_rows(data_root, source, RATES).filter(counterpart_area="MEX").row(0, named=True)
    assert (row["obs_value"], row["unit_measure"], row["obs_status"]) == (Decimal("181.818182"), "USD", "A")
    assert row["comment_obs"] == "200 CAD, at 1.1 CAD per USD (average of 2025-10)"
    with pytest.raises(ContractError, match="no exchange rates"):
        live_rows(data_root, source)


def test_without_a_rate_there_is_no_value_yet_and_the_row_says_so(
    monkeypatch: pytest.MonkeyPatch, data_root: Path
) -> None:
    source = install(monkeypatch, made_up_source(currency="CAD"))
    believe(data_root, "2025-10", rows_of("2025-10"))
    rows = live_rows(data_root, source, RATES.filter(pl.col("time_period") < "2025-10"))
    assert rows["obs_value"].null_count() == 6
    assert set(rows["obs_status"]) == {"L"}
    assert rows["comment_obs"][0] == "100 CAD; no exchange rate yet (average of 2025-10)"
    assert set(rows["unit_measure"]) == {"USD"}
    assert Journal(data_root).accepted(SOURCE)[0].row_count == 6


@pytest.mark.parametrize(
    ("period", "is_stock", "rate", "what"),
    [
        ("2025-03", False, "1.03", "average of 2025-03"),
        ("2025-Q2", False, "1.05", "mean of the 3 months of 2025-Q2"),
        ("2025", False, "1.065", "mean of the 12 months of 2025"),
        ("2025-Q2", True, "1.06", "average of 2025-06"),
        ("2025", True, "1.12", "average of 2025-12"),
    ],
)
def test_a_flow_is_turned_at_the_mean_of_its_months_and_a_stock_at_its_last(
    period: str, is_stock: bool, rate: str, what: str
) -> None:
    monthly = dict(RATES.select("time_period", "units_per_usd").iter_rows())
    assert rate_of(period, monthly, is_stock=is_stock) == (Decimal(rate), what)


def test_all_months_of_a_year_are_needed_for_what_happened_in_it() -> None:
    monthly = dict(RATES.filter(pl.col("time_period") != "2025-04").select("time_period", "units_per_usd").iter_rows())
    assert rate_of("2025", monthly, is_stock=False)[0] is None
    assert rate_of("2025", monthly, is_stock=True)[0] == Decimal("1.12")
    assert len(months_of("2025")) == 12


def test_other_units_and_missing_values_are_left_alone() -> None:
    rows = pl.DataFrame(
        {
            "time_period": ["2025-01", "2025-01"],
            "obs_value": [Decimal(7), None],
            "unit_measure": ["PS", "CAD"],
            "obs_status": ["A", "Q"],
            "comment_obs": [None, "suppressed"],
        },
        schema_overrides={"obs_value": DECIMAL, "comment_obs": pl.String},
    )
    assert in_dollars(rows, "CAD", RATES, SOURCE).rows() == [
        ("2025-01", Decimal(7), "PS", "A", None),
        ("2025-01", None, "USD", "Q", "suppressed"),
    ]
