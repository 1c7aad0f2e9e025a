"""Judging a theme table against its contract, on made-up rows, beside one pass over the same rows.

The rows are generated; they live here only.
"""

import datetime as dt

import polars as pl
from timing import best, report

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import check_table, polars_schema

ROWS = 1_000_000


def main() -> None:
    """Measure."""
    table = load_contracts().tables["compute_exports"]
    schema = polars_schema(table)
    row = {
        **table.headline,
        "time_period": "2024-07",
        "obs_value": 1,
        "unit_measure": "USD",
        "obs_status": "A",
        "conf_status": "F",
        "source_id": "made_up",
        "snapshot_id": "made_up.rows.000000000000",
        "recorded_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        "imputed_mirror": False,
        "is_preferred": True,
    }
    one = pl.DataFrame([{name: row.get(name) for name in schema}], schema=schema)
    years = pl.Series("time_period", [f"{1900 + number % 120}-07" for number in range(ROWS)])
    frame = pl.select(pl.int_range(ROWS).alias("n")).with_columns(
        pl.lit(one[name][0], dtype=schema[name]).alias(name) for name in schema
    )
    frame = frame.with_columns(years).select(list(schema))
    if findings := check_table(table, frame):
        raise SystemExit(f"the made-up rows break their contract: {[str(finding) for finding in findings]}")
    bad = frame.with_columns(flow=pl.when(pl.int_range(pl.len()) == ROWS - 1).then(pl.lit("?")).otherwise("flow"))
    if [finding.rows for finding in check_table(table, bad)] != [1]:
        raise SystemExit("the judge overlooked the one row that breaks its contract")
    seconds = best(lambda: check_table(table, frame))
    report("contract judge", seconds, best(frame.hash_rows), "a hash of every row", rows=ROWS)


if __name__ == "__main__":
    main()
