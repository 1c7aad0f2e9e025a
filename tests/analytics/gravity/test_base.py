"""Base years from made-up flows, totals and GDP."""

import numpy as np
import polars as pl
import pytest

from compact_pipelines.analytics.gravity.base import BaseTables, build_panel_base, read_base
from compact_pipelines.analytics.gravity.goods_base import build_goods_base
from compact_pipelines.errors import ModelRefused

FLOWS = [("AAA", "BBB", 10.0, 8.0, 12.5), ("BBB", "AAA", 20.0, 20.0, 20.0), ("AAA", "CCC", 5.0, None, None),
         ("CCC", "AAA", 6.0, 5.0, 7.0), ("BBB", "CCC", 7.0, 6.0, 8.0)]  # fmt: skip
TOTALS = {"AAA": (30.0, 40.0), "BBB": (50.0, 25.0), "CCC": (9.0, 15.0), "DDD": (5.0, None), "HUB": (300.0, 9.0)}
GDP = {"AAA": 100.0, "BBB": 200.0, "CCC": 50.0, "DDD": 10.0, "HUB": 250.0, "W00": 1000.0}


def goods(
    flows: list[tuple[object, ...]] = FLOWS,
    gdp: dict[str, float] = GDP,
    totals: dict[str, tuple[float, float | None]] = TOTALS,
    areas: tuple[str, ...] = ("AAA", "BBB", "CCC", "DDD", "EEE", "HUB"),
    ratio: tuple[float, float, float] = (2.0, 1.0, 3.0),
) -> BaseTables:
    return build_goods_base(
        pl.DataFrame(flows, schema=["from_area", "to_area", "reconciled", "low", "high"], orient="row"),
        pl.DataFrame([(area, *sides) for area, sides in totals.items()], schema=["area", "exports", "imports"],
                     orient="row"),
        pl.DataFrame({"area": list(gdp), "gdp": list(gdp.values())}),
        areas,
        base_id="made_up",
        time_period="2018",
        output_per_gdp=ratio,
        rest="_R",
    )  # fmt: skip


def test_all_trade_is_in_the_model_and_sales_at_home_are_output_less_exports() -> None:
    base = read_base(goods())
    assert base.areas == ("AAA", "BBB", "CCC", "_R")
    expected = [
        [2 * 100 - 30, 10, 5, 30 - 15],
        [20, 2 * 200 - 50, 7, 50 - 27],
        [6, 0, 2 * 50 - 9, 9 - 6],
        [40 - 26, 25 - 10, 15 - 12, 2 * 650 - (14 + 15 + 3)],
    ]
    assert base.flows.tolist() == expected
    assert base.income.tolist() == [100, 200, 50, 650]
    # Sales of named areas add up to output, and so do purchases to published imports beside what is bought at home.
    assert base.flows.sum(axis=1)[:3].tolist() == [200, 400, 100]


def test_a_named_pair_without_a_flow_is_blank_and_its_trade_is_in_the_rest() -> None:
    tables = goods()
    [row] = tables.flows.filter(from_area="CCC", to_area="BBB").to_dicts()
    assert (row["obs_value"], row["reason"]) == (None, "in_rest_of_world")


def test_intervals_are_kept_and_the_range_of_the_ratio_is_that_of_sales_at_home() -> None:
    base = read_base(goods())
    assert base.spread[0, 1] == pytest.approx(np.log(12.5 / 8) / (2 * 1.959963984540054))
    assert base.spread[0, 2] == 0.0
    assert base.spread.diagonal().tolist() == [0, 0, 0, 0]
    assert base.home[0].tolist() == [100 - 30, 300 - 30]
    fixed = read_base(goods(ratio=(1.0, 1.0, 1.0)))
    assert fixed.home[:, 0].tolist() == fixed.home[:, 1].tolist() == fixed.flows.diagonal().tolist()


def test_areas_that_lack_an_input_are_refused_with_a_reason() -> None:
    tables = goods()
    assert read_base(tables).refused == {
        "DDD": "no_published_total",
        "EEE": "no_gdp",
        "HUB": "exports_exceed_gdp",
    }
    refused = tables.areas.filter(state="refused")
    assert refused["income_usd"].null_count() == refused["home_share"].null_count() == 3


def test_an_area_whose_partners_exceed_its_total_is_refused_and_its_trade_goes_to_the_rest() -> None:
    base = read_base(goods(totals={**TOTALS, "CCC": (5.0, 15.0)}))
    assert base.refused["CCC"] == "partners_exceed_total"
    assert base.flows[0, base.place("_R")] == 30 - 10


def test_fewer_than_two_areas_or_no_world_is_refused() -> None:
    with pytest.raises(ModelRefused, match="fewer than two areas have all inputs of 2018"):
        goods(areas=("AAA", "DDD"))
    with pytest.raises(ModelRefused, match="the world's GDP of 2018 is missing"):
        goods(gdp={area: gdp for area, gdp in GDP.items() if area != "W00"})


def test_a_published_total_of_zero_beside_a_named_partner_is_exceeded() -> None:
    base = read_base(goods(totals={**TOTALS, "CCC": (0.0, 15.0)}))
    assert base.refused["CCC"] == "partners_exceed_total"


@pytest.mark.parametrize("world", [340.0, 350.0, 350.0 + 14 + 15 + 3])
def test_a_world_that_leaves_the_rest_nothing_to_sell_at_home_is_refused(world: float) -> None:
    with pytest.raises(ModelRefused, match="nothing is left for its sales at home"):
        goods(gdp={**GDP, "W00": world})


def test_openness_stands_beside_each_area() -> None:
    [row] = goods().areas.filter(area="AAA").to_dicts()
    assert row["home_share"] == pytest.approx(170 / (170 + 40))
    assert row["exports_to_income_share"] == pytest.approx(30 / 100)
    assert goods().areas.filter(area="_R")["state"].item() == "rest"


def test_a_panel_is_the_world_and_an_area_without_sales_at_home_is_not_in_it() -> None:
    rows = [(one, other, 1.0 + (one == other) * 9) for one in "ABC" for other in "ABC"]
    rows = [row if row[:2] != ("C", "C") else ("C", "C", 0.0) for row in rows]
    panel = pl.DataFrame(rows, schema=["from_area", "to_area", "obs_value"], orient="row")
    base = read_base(build_panel_base(panel, base_id="made_up", time_period="1994", derivation="observed"))
    assert (base.areas, base.rest, base.refused) == (("A", "B"), None, {"C": "no_sales_at_home"})
    assert base.flows.tolist() == [[10, 1], [1, 10]]
    assert base.income.tolist() == [11, 11]
    assert base.why_not("C") == "no_sales_at_home"
    assert base.why_not("Z") == "not_in_base"
    assert base.why_not("A") is None


def test_rows_that_are_no_whole_base_are_refused() -> None:
    tables = goods()
    with pytest.raises(ModelRefused, match="each pair must stand once"):
        read_base(BaseTables(tables.flows.head(-1), tables.areas))
    with pytest.raises(ModelRefused, match="the base has no area"):
        read_base(BaseTables(tables.flows, tables.areas.clear()))
    is_home = (pl.col("from_area") == "AAA") & (pl.col("to_area") == "AAA")
    blank = tables.flows.with_columns(obs_value=pl.when(~is_home).then("obs_value"))
    with pytest.raises(ModelRefused, match="sales at home are missing or not above zero for AAA"):
        read_base(BaseTables(blank, tables.areas))
