"""Pairing both reports of every flow, on made-up rows, beside one aggregation over the same rows.

The rows are generated with a fixed seed and look like no publisher's; they live here only.
"""

import duckdb
import numpy as np
import polars as pl
from timing import best, report

from compact_pipelines.analytics.mirror import build_mirror_flows
from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import polars_schema

ROWS = 2_000_000
AREAS = 200
SEED = 11


def made_up_trade(rows: int) -> pl.DataFrame:
    """(rows, contract columns) of generated monthly trade, each flow told by both sides."""
    random = np.random.default_rng(SEED)
    codes = np.array([f"A{number:02d}" if number < 100 else f"B{number - 100:02d}" for number in range(AREAS)])  # noqa: PLR2004
    months = np.array([f"{year}-{month:02d}" for year in range(2001, 2025) for month in range(1, 13)])
    half = rows // 2
    start, step = random.integers(0, AREAS, half), random.integers(1, AREAS, half)
    end = (start + step) % AREAS
    flows = pl.DataFrame(
        {
            "from": codes[start],
            "to": codes[end],
            "product": np.array(["TOTAL", "HS_84", "HS_85"])[random.integers(0, 3, half)],
            "time_period": months[random.integers(0, len(months), half)],
            "value": random.lognormal(15, 2, half),
        }
    ).unique(["from", "to", "product", "time_period"])
    sides = [
        flows.select(
            freq=pl.lit("M"),
            ref_area=pl.col(ref),
            counterpart_area=pl.col(other),
            flow=pl.lit(flow),
            product="product",
            time_period="time_period",
            obs_value=pl.col("value").cast(pl.Decimal(28, 6)),
            unit_measure=pl.lit("USD"),
            obs_status=pl.lit("A"),
            valuation=pl.lit("FOB"),
            imputed_mirror=pl.lit(value=False),
            is_preferred=pl.lit(value=True),
            source_id=pl.lit("made_up"),
        )
        for ref, other, flow in (("from", "to", "X"), ("to", "from", "M"))
    ]
    return pl.concat(sides)


def main() -> None:
    """Measure."""
    trade = made_up_trade(ROWS)
    tables = load_contracts().tables
    themes = {
        "compute_exports": trade,
        **{name: pl.DataFrame(schema=polars_schema(tables[name])) for name in ("capital_flows", "talent_movement")},
    }
    codes = trade["ref_area"].unique().to_list()
    areas = pl.DataFrame({"area": codes, "kind": ["area"] * len(codes)})
    precedence = pl.DataFrame({"source_id": ["made_up"], "rank": [2]})
    pairs = pl.DataFrame({"theme": ["compute_exports"], "area_1": ["A00"], "area_2": ["A01"], "since": ["1990-01"]})

    def floor() -> int:
        with duckdb.connect() as connection:
            connection.register("trade", trade)
            statement = "SELECT count(*) FROM (SELECT ref_area, sum(obs_value) FROM trade GROUP BY ALL)"
            row = connection.execute(statement).fetchone()
        return row[0] if row else 0

    seconds = best(lambda: build_mirror_flows(themes, areas=areas, precedence=precedence, same_source=pairs), 2)
    report("mirror flows", seconds, best(floor), "one GROUP BY over the same rows", rows=trade.height)


if __name__ == "__main__":
    main()
