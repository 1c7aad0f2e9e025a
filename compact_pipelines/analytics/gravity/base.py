"""The flows of a base year: what each area sells to each other, to itself, and to the rest of the world.

Two ways to them: from the edition's reconciled goods flows (`goods_base`), with one further area, the rest of the
world, or from a panel that has sales at home, whose areas are the world.

An area that lacks an input is refused with a reason, never filled; its trade then belongs to the rest of the world.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from compact_pipelines.analytics.gravity.hat import Floats, require_flows
from compact_pipelines.errors import ModelRefused

# Two ends of a 95 % interval of a normal are so many standard deviations apart.
INTERVAL_WIDTH: Final = 2 * 1.959963984540054

# Why an area is not in a base.
NO_HOME_SALES: Final = "no_sales_at_home"
NOT_IN_BASE: Final = "not_in_base"

FLOW_COLUMNS: Final[dict[str, pl.DataType]] = {
    "base_id": pl.String(),
    "time_period": pl.String(),
    "from_area": pl.String(),
    "to_area": pl.String(),
    "kind": pl.String(),
    "obs_value": pl.Float64(),
    "low": pl.Float64(),
    "high": pl.Float64(),
    "derivation": pl.String(),
    "reason": pl.String(),
}
AREA_COLUMNS: Final[dict[str, pl.DataType]] = {
    "base_id": pl.String(),
    "time_period": pl.String(),
    "area": pl.String(),
    "state": pl.String(),
    "income_usd": pl.Float64(),
    "home_share": pl.Float64(),
    "exports_to_income_share": pl.Float64(),
    "reason": pl.String(),
}


@dataclass(frozen=True)
class Base:
    """A base year.

    Attributes:
        areas: the n areas, sorted, the rest of the world (if there is one) last.
        flows: (n, n) US dollars, seller in rows, sales at home on the diagonal.
        spread: (n, n) standard deviation of the log of a flow's error; 0 where no interval is held, and at home.
        home: (n, 2) US dollars, the range of sales at home; both ends are their value where no range is stated.
        income: (n,) US dollars that a gain in per cent is a share of: GDP, or output where the base has that.
        rest: code of the rest of the world; None where the base's areas are the world.
        refused: area to the reason why it is not in the base.
    """

    id: str
    time_period: str
    areas: tuple[str, ...]
    flows: Floats
    spread: Floats
    home: Floats
    income: Floats
    rest: str | None
    refused: dict[str, str]

    def place(self, area: str) -> int:
        """Row and column of an area."""
        return self.areas.index(area)

    def why_not(self, area: str) -> str | None:
        """The reason why an area is not in the base; None where it is."""
        return None if area in self.areas else self.refused.get(area, NOT_IN_BASE)


@dataclass(frozen=True)
class BaseTables:
    """A base as rows: `flows` as FLOW_COLUMNS say, `areas` as AREA_COLUMNS say, both sorted by key."""

    flows: pl.DataFrame
    areas: pl.DataFrame


def build_panel_base(panel: pl.DataFrame, *, base_id: str, time_period: str, derivation: str) -> BaseTables:
    """Make a base from one year of a panel with sales at home, whose areas are the world.

    Args:
        panel: (pairs, [from_area, to_area, obs_value]), US dollars, sales at home included.
        base_id: name of the base.
        time_period: its year.
        derivation: observed, or fitted by the estimate.

    Returns:
        The base; an area without sales at home is refused, with its flows.
    """
    home = panel.filter((pl.col("from_area") == pl.col("to_area")) & (pl.col("obs_value") > 0))["from_area"]
    refused = dict.fromkeys(sorted({*panel["from_area"], *panel["to_area"]} - set(home)), NO_HOME_SALES)
    kept = panel.filter(pl.col("from_area").is_in(home.implode()) & pl.col("to_area").is_in(home.implode()))
    rows = [
        flow_row(seller, buyer, "domestic" if seller == buyer else "trade", value, derivation)
        for seller, buyer, value in kept.select("from_area", "to_area", "obs_value").iter_rows()
    ]
    made = dict(kept.group_by("from_area").agg(pl.col("obs_value").sort().sum()).iter_rows())
    return base_tables(rows, made, refused, base_id, time_period, None)


def read_base(tables: BaseTables) -> Base:
    """Turn the rows of one base into arrays.

    Raises:
        ModelRefused: no row, a pair that is missing or stands twice, or flows as in `hat.require_flows`.
    """
    held = tables.areas.filter(pl.col("state") != "refused")
    if held.is_empty():
        raise ModelRefused("the base has no area; an edition made by `compact run` has out_gravity_areas")
    rest = next(iter(held.filter(pl.col("state") == "rest")["area"]), None)
    areas = tuple(sorted(area for area in held["area"] if area != rest)) + ((rest,) if rest else ())
    place = pl.Series("area", areas)
    at = dict(zip(areas, range(len(areas)), strict=True))
    rows = tables.flows.filter(pl.col("from_area").is_in(place.implode()) & pl.col("to_area").is_in(place.implode()))
    if rows.height != len(areas) ** 2 or rows.select("from_area", "to_area").is_duplicated().any():
        raise ModelRefused(f"the base has {rows.height:,} flows among {len(areas)} areas; each pair must stand once")
    # A pair that is not held trades within the remainder with the rest of the world; any other blank is refused.
    value = pl.when(pl.col("reason") == "in_rest_of_world").then(0.0).otherwise("obs_value").fill_null(float("nan"))
    is_home = pl.col("from_area") == pl.col("to_area")
    spread = pl.when(~is_home).then((pl.col("high") / pl.col("low")).log() / INTERVAL_WIDTH).fill_null(0.0)
    ends = [pl.coalesce(end, "obs_value") for end in ("low", "high")]
    where = [rows[column].replace_strict(at, return_dtype=pl.Int64).to_numpy() for column in ("from_area", "to_area")]
    flows, spreads, least, most = (
        _square(rows.select(x=column)["x"], where, len(areas)) for column in (value, spread, *ends)
    )
    require_flows(flows, areas)
    income = dict(held.select("area", "income_usd").iter_rows())
    refused = dict(tables.areas.filter(pl.col("state") == "refused").select("area", "reason").iter_rows())
    return Base(
        id=held["base_id"][0],
        time_period=held["time_period"][0],
        areas=areas,
        flows=flows,
        spread=spreads,
        home=np.stack([np.diagonal(least), np.diagonal(most)], axis=1),
        income=np.array([income[area] for area in areas], dtype=np.float64),
        rest=rest,
        refused=refused,
    )


def _square(values: pl.Series, where: list[NDArray[np.int64]], count: int) -> Floats:
    square = np.full((count, count), np.nan)
    square[where[0], where[1]] = values.to_numpy()
    return square


def flow_row(seller: str, buyer: str, kind: str, value: float | None, derivation: str) -> dict[str, object]:
    """One flow as FLOW_COLUMNS say, in US dollars, without its interval."""
    return {"from_area": seller, "to_area": buyer, "kind": kind, "obs_value": value, "derivation": derivation}


def base_tables(  # noqa: PLR0913, PLR0917  (the parts of a base)
    rows: list[dict[str, object]],
    income: dict[str, float],
    refused: dict[str, str],
    base_id: str,
    time_period: str,
    rest: str | None,
) -> BaseTables:
    """A base as its two tables.

    Args:
        rows: from `flow_row`.
        income: US dollars, of every area in the base.
        refused: area to the reason.
        base_id: name of the base.
        time_period: its year.
        rest: code of the rest of the world, if there is one.
    """
    flows = pl.DataFrame(rows, schema=FLOW_COLUMNS).with_columns(
        base_id=pl.lit(base_id), time_period=pl.lit(time_period)
    )
    is_home = pl.col("from_area") == pl.col("to_area")
    spent = flows.group_by(area="to_area").agg(
        home_share=pl.col("obs_value").filter(is_home).sum() / pl.col("obs_value").sort().sum()
    )
    sold = flows.group_by(area="from_area").agg(exports=pl.col("obs_value").filter(~is_home).sort().sum())
    in_base = (
        pl.DataFrame({"area": list(income), "income_usd": list(income.values())})
        .join(spent, on="area", how="left", validate="1:1")
        .join(sold, on="area", how="left", validate="1:1")
        .select(
            "area",
            "income_usd",
            "home_share",
            state=pl.when(pl.col("area") == pl.lit(rest or "")).then(pl.lit("rest")).otherwise(pl.lit("in_base")),
            exports_to_income_share=pl.col("exports") / pl.col("income_usd"),
        )
    )
    out = pl.DataFrame(
        {"area": list(refused), "reason": list(refused.values())}, schema={"area": pl.String, "reason": pl.String}
    )
    areas = (
        pl.concat([in_base, out.with_columns(state=pl.lit("refused"))], how="diagonal")
        .with_columns(base_id=pl.lit(base_id), time_period=pl.lit(time_period))
        .select(pl.col(name).cast(kind) for name, kind in AREA_COLUMNS.items())
    )
    return BaseTables(flows.sort("from_area", "to_area"), areas.sort("area"))
