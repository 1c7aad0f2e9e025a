"""Figures that vanish, change their sign or their size in part, and first answers beside embedded ones; all made up."""

from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.live.answers import Partition
from compact_pipelines.live.embedded import embedded_rows
from compact_pipelines.live.pulling import Pulled, pull
from compact_pipelines.live.reading import shape_of
from compact_pipelines.live.trust import Prior, judge_rows, prior_of_embedded
from tests.live.made_up import NOW, SOURCE, FakeWire, install, made_up_source, page

PARTNERS = ("CAN", "MEX", "JPN", "DEU", "GBR", "KOR", "FRA", "NLD")
BEFORE: list[float] = [1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007]


@pytest.fixture(autouse=True)
def source(monkeypatch: pytest.MonkeyPatch) -> Any:
    return install(monkeypatch, made_up_source())


def figures(source: Any, values: list[float], month: str) -> pl.DataFrame:
    """Rows of the source, one a partner."""
    shape = shape_of(source)
    told = {"counterpart_area": list(PARTNERS), "obs_value": values}
    rows = pl.DataFrame(told, schema_overrides={"obs_value": pl.Float64}).with_columns(
        freq=pl.lit("M"), ref_area=pl.lit("USA"), flow=pl.lit("X"), product=pl.lit("TOTAL"), time_period=pl.lit(month),
        unit_measure=pl.lit("USD"), valuation=pl.lit("FOB"), basis=pl.lit("ORIGIN"),
    )  # fmt: skip
    cells = [
        pl.col(name).cast(kind) if name in rows.columns else pl.lit(None, kind).alias(name)
        for name, kind in shape.types.items()
    ]
    return rows.select(cells)


@pytest.fixture
def judged(source: Any, tmp_path: Path) -> Any:
    """What is said of values after others, of the same month or of the next one."""

    def judge(before: list[float], now: list[float], month: str = "2025-10") -> str:
        figures(source, now, "2025-10").write_parquet(tmp_path / "new.parquet")
        prior = Prior(figures(source, before, month), month == "2025-10", "the last answer")
        stop = judge_rows(source, tmp_path / "new.parquet", prior)
        assert stop is None or stop.cause == "jump"
        return stop.reason if stop else ""

    return judge


@pytest.mark.parametrize(
    ("factors", "says"),
    [
        ([0] * 8, "8 are zero now"),
        ([-1] * 8, "8 have another sign"),
        ([0, 0, 1, 1, 1, 1, 1, 1], "2 are zero now"),
        ([-1, -1, 1, 1, 1, 1, 1, 1], "2 have another sign"),
        ([1000, 1000, 1000, 1, 1, 1, 1, 1], "3 are more than 5 times"),
        ([-1000, -1000, -1000, 1, 1, 1, 1, 1], "3 have another sign"),
        ([1000, 1000, 1000, 1000, 1000, 1, 1, 1], "1,000 times those"),
    ],
)
def test_the_same_figures_told_otherwise_need_a_look(judged: Any, factors: list[float], says: str) -> None:
    assert says in judged(BEFORE, times(factors))


def test_zeros_are_not_believed_in_place_of_figures(data_root: Path) -> None:
    def ask(*values: float) -> Pulled:
        rows = [f"{area},TOTAL,2025-10,{value}" for area, value in zip(PARTNERS, values, strict=True)]
        wire: Any = FakeWire({("2025-10", None): page(rows)})
        return pull(data_root, SOURCE, Partition("2025-10"), wire, now=NOW)

    assert ask(*BEFORE).verdict == "ACCEPTED"
    assert ask(*[0] * 8).cause == "jump"


def test_one_large_figure_needs_a_look_and_one_small_one_does_not(judged: Any) -> None:
    before = [30_000, *[1000] * 6, 10]
    assert judged(before, [*before[:-1], 100]) == ""
    assert "figures that were 83% of" in judged(before, [0.3, *before[1:]])
    assert "Is a large figure wrong?" in judged(before, [0, *before[1:]])


def test_figures_are_revised_without_a_look(judged: Any) -> None:
    assert judged(BEFORE, times([1.3] * 8)) == ""
    assert judged(BEFORE, times([-1, *[1] * 7])) == ""


def test_from_one_period_to_the_next_much_moves_by_itself(judged: Any) -> None:
    assert judged(BEFORE, times([100, -1, 0, 0.001, 1, 1, 1, 1]), "2025-09") == ""


@pytest.mark.parametrize("factor", [0, -1])
def test_but_not_nearly_everything_vanishes_or_turns(judged: Any, factor: int) -> None:
    assert "8 series" in judged(BEFORE, times([factor] * 8), "2025-09")


def times(factors: list[float]) -> list[float]:
    return [value * factor for value, factor in zip(BEFORE, factors, strict=True)]


# Embedded figures


LEAST_ROWS = 20
EMBEDDED = [one for one in load_contracts().sources.values() if one.live and one.parts]


@pytest.mark.parametrize("one", EMBEDDED, ids=lambda one: one.id)
def test_embedded_figures_are_read_for_every_source_that_has_some(one: Any) -> None:
    rows = embedded_rows(one)
    assert rows is not None
    assert rows.height > LEAST_ROWS
    assert set(shape_of(one).types) <= set(rows.columns)
    if "unit_measure" in rows.columns and one.live.currency != "USD":
        assert set(rows["unit_measure"]) == {one.live.currency}


@pytest.mark.parametrize("one", EMBEDDED, ids=lambda one: one.id)
def test_a_first_answer_like_the_embedded_figures_is_believed_and_one_of_another_size_is_not(
    one: Any, tmp_path: Path
) -> None:
    rows = embedded_rows(one)
    assert rows is not None
    valued = rows.filter(pl.col(str(shape_of(one).measure)).is_not_null())
    newest = Partition("all") if one.live.partitions.by == "whole" else of_newest(one, valued)
    periods = rows["time_period"].unique().to_list()
    told = rows.filter(pl.col("time_period").is_in([period for period in periods if newest.covers(period)]))
    shape = shape_of(one)
    prior = prior_of_embedded(newest, partial(embedded_rows, one))
    assert prior is not None
    assert prior.is_same_partition
    for factor, is_stopped in ((1, False), (1_000, True)):
        kind = told.schema[shape.measure]
        scaled = told.with_columns((pl.col(shape.measure).cast(pl.Float64) * factor).cast(kind, strict=False))
        scaled.select(list(shape.types)).write_parquet(tmp_path / "new.parquet")
        assert (judge_rows(one, tmp_path / "new.parquet", prior) is not None) is is_stopped


def of_newest(one: Any, rows: pl.DataFrame) -> Partition:
    newest = str(rows["time_period"].max())
    return Partition(newest if one.live.partitions.by == "month" else newest[:4])


def test_a_partner_with_a_figure_of_another_size_beside_the_embedded_one_is_stopped(tmp_path: Path) -> None:
    census = load_contracts().source("us_census_exports")
    rows = embedded_rows(census)
    assert rows is not None
    march = rows.filter(pl.col("time_period") == "2024-03")
    is_canada = (pl.col("counterpart_area") == "CAN") & (pl.col("product") == "TOTAL")
    assert march.filter(is_canada)["obs_value"].to_list() == [30_888_061_060]
    wrong = march.with_columns(
        pl.when(is_canada).then(300).otherwise("obs_value").cast(pl.Decimal(28, 6)).alias("obs_value")
    )
    wrong.write_parquet(tmp_path / "new.parquet")
    prior = prior_of_embedded(Partition("2024-03"), lambda: rows)
    assert prior is not None
    stop = judge_rows(census, tmp_path / "new.parquet", prior)
    assert stop is not None
    assert stop.cause == "jump"


def test_goods_that_nobody_asks_for_live_are_not_missed(tmp_path: Path) -> None:
    census = load_contracts().source("us_census_exports")
    rows = embedded_rows(census)
    assert rows is not None
    march = rows.filter(pl.col("time_period") == "2024-03")
    prior = prior_of_embedded(Partition("2024-03"), lambda: rows)
    assert prior is not None
    march.filter(pl.col("product") == "TOTAL").write_parquet(tmp_path / "new.parquet")
    assert judge_rows(census, tmp_path / "new.parquet", prior) is None
    march.filter(pl.col("product") == "TOTAL").head(5).write_parquet(tmp_path / "new.parquet")
    stop = judge_rows(census, tmp_path / "new.parquet", prior)
    assert stop is not None
    assert stop.cause == "coverage"


def test_the_first_pull_of_a_round_is_judged_by_them(data_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from compact_pipelines.live import rounds  # noqa: PLC0415

    asked: list[Any] = []

    def noted(*_: Any, embedded: Any, **__: Any) -> Pulled:
        asked.append(embedded())
        return Pulled("us_census_exports", Partition("2024-03"), "ACCEPTED", "")

    monkeypatch.setattr(rounds, "pull", noted)
    census = load_contracts().source("us_census_exports")
    rounds.pull_each(data_root, census, [Partition("2024-03")], None)  # type: ignore[arg-type]
    assert asked[0].height > LEAST_ROWS
    assert "2024-03" in set(asked[0]["time_period"])
