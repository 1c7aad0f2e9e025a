"""Judging a contributor's file of made-up rows, beside merely reading the same file as text with the fastest reader.

The rows are generated; they live here only.
"""

import tempfile
from pathlib import Path

import polars as pl
from timing import best, report

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.files import MIB, Limits
from compact_pipelines.contracts.verdict import judge_file

ROWS = 1_000_000
WRONG_ROW = 654_321


def made_up_rows(rows: int) -> pl.DataFrame:
    """(rows, columns of a drop of compute_exports), text, every key once."""
    table = load_contracts().tables["compute_exports"]
    areas = table.column("counterpart_area").allowed or []
    number = pl.int_range(rows)
    counterpart = pl.lit(pl.Series([area for area in areas if area != "CAN"]).implode()).list
    text = {
        "freq": pl.lit("M"),
        "ref_area": pl.lit("CAN"),
        "counterpart_area": counterpart.get(number % (len(areas) - 1)),
        "flow": pl.lit(pl.Series(["X", "M", "RX", "RM"]).implode()).list.get(number // (len(areas) - 1) % 4),
        "product": pl.lit("TOTAL"),
        "time_period": pl.format(
            "{}-{}",
            (1900 + number // (48 * (len(areas) - 1))).cast(pl.String),
            (1 + number // (4 * (len(areas) - 1)) % 12).cast(pl.String).str.zfill(2),
        ),
        "obs_value": pl.format("{}.{}", (number * 7919 % 100_000_007).cast(pl.String), (number % 100).cast(pl.String)),
        "unit_measure": pl.lit("USD"),
        "valuation": pl.lit("FOB"),
        "obs_status": pl.lit("A"),
        "conf_status": pl.lit("F"),
    }
    return pl.select(number.alias("#")).select(
        text.get(column.id, pl.lit(None, dtype=pl.String)).alias(column.id) for column in table.in_drop
    )


def main() -> None:
    """Measure."""
    table = load_contracts().tables["compute_exports"]
    limits = Limits(file_bytes=1024 * MIB, rows=ROWS)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "drop.csv")
        rows = made_up_rows(ROWS)
        rows.write_csv(path)
        wrong = Path(folder, "wrong.csv")
        rows.with_columns(
            flow=pl.when(pl.int_range(pl.len()) == WRONG_ROW - 1).then(pl.lit("?")).otherwise("flow")
        ).write_csv(wrong)
        del rows
        verdict = judge_file(path, table, "CAN", limits=limits)
        if verdict.findings or verdict.rows != ROWS:
            raise SystemExit(f"the made-up rows break their contract: {verdict.findings[:5]}")
        [finding] = judge_file(wrong, table, "CAN", limits=limits).findings
        if (finding.row, finding.column) != (WRONG_ROW, "flow"):
            raise SystemExit(f"the one wrong cell was found at row {finding.row}, column {finding.column}")
        seconds = best(lambda: judge_file(path, table, "CAN", limits=limits))
        floor = best(lambda: pl.read_csv(path, infer_schema=False))
        size = path.stat().st_size / MIB
    report("validate a file", seconds, floor, "reading the same file as text with polars", rows=ROWS, mib=round(size))


if __name__ == "__main__":
    main()
