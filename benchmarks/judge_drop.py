"""Judging a whole drop of made-up rows, beside DuckDB's load of the same CSV into a typed table on the disk.

Every round is a process of its own, floor and judgement by turns, so that both meet the same machine and peaks are
their own. Two floors: the table with the contract's types, and one with figures as DOUBLE, because DuckDB is slow to
read text as DECIMAL(28,6) and a ratio to that flatters. The rows are generated; they live here only.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

import polars as pl
from timing import BYTES_PER_KIB, MIB

from compact_pipelines.contracts import Table, load_contracts

ROWS = 5_000_000
ROUNDS = 3
AT_ONCE = 250_000
PRODUCTS = 12
BAD_EVERY = 10
FLOOR = """
import json, sys, time, duckdb
path, database, kinds = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
start = time.perf_counter()
connection = duckdb.connect(database)
connection.execute("SET enable_progress_bar = false")
read = "read_csv(?, header = true, columns = " + str(kinds) + ")"
connection.execute("CREATE TABLE typed AS SELECT * FROM " + read, [path])
connection.execute("CHECKPOINT")
print(json.dumps({"seconds": time.perf_counter() - start}))
"""
JUDGE = """
import json, resource, sys, time
start = time.perf_counter()
from pathlib import Path
from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.files import Limits
from compact_pipelines.exchange.judgement import DropFile, judge_drop
path, folder, rows = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
imported = time.perf_counter()
found = judge_drop(
    [DropFile("data.csv", "csv", path, rows)], load_contracts().tables["compute_exports"], areas=frozenset({"CAN"}),
    limits=Limits(file_bytes=1 << 34, rows=rows), action="merge", workdir=folder,
)
peaks = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
print(json.dumps({
    "seconds": time.perf_counter() - imported, "with_imports": time.perf_counter() - start, "peaks": peaks,
    "passed": found.rows_passed, "held": found.rows_held, "refused": found.is_refused,
}))
"""


def made_up_rows(table: Table, first: int, end: int, *, with_bad: bool) -> pl.DataFrame:
    """(rows, columns of a drop of compute_exports), text, every key once."""
    areas = [area for area in table.column("counterpart_area").allowed or [] if area != "CAN"]
    products = (table.column("product").allowed or [])[:PRODUCTS]
    number = pl.int_range(first, end)
    flow = _one_of(["X", "M", "RX", "RM"], number // len(areas))
    series = 4 * len(areas) * len(products)
    text = {
        "freq": pl.lit("M"),
        "ref_area": pl.lit("CAN"),
        "counterpart_area": _one_of(areas, number),
        "flow": pl.when(number % BAD_EVERY == 0).then(pl.lit("?")).otherwise(flow) if with_bad else flow,
        "product": _one_of(products, number // (4 * len(areas))),
        "time_period": pl.format(
            "{}-{}",
            (1950 + number // (series * 12)).cast(pl.String),
            (1 + number // series % 12).cast(pl.String).str.zfill(2),
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


def _one_of(codes: list[str], number: pl.Expr) -> pl.Expr:
    return pl.lit(pl.Series(codes).implode()).list.get(number % len(codes))


def write(path: Path, rows: int, *, with_bad: bool = False) -> Path:
    """Write a drop's CSV, some rows at a time."""
    table = load_contracts().tables["compute_exports"]
    with path.open("wb") as handle:
        for first in range(0, rows, AT_ONCE):
            frame = made_up_rows(table, first, min(rows, first + AT_ONCE), with_bad=with_bad)
            frame.write_csv(handle, include_header=first == 0)
    return path


def kinds_of(figures: str) -> dict[str, str]:
    """The columns of the file as DuckDB types."""
    kinds = {"decimal": figures, "date": "DATE", "datetime": "TIMESTAMP", "boolean": "BOOLEAN"}
    table = load_contracts().tables["compute_exports"]
    return {column.id: kinds.get(column.concept.type, "VARCHAR") for column in table.in_drop}


def run(code: str, *arguments: str) -> dict[str, Any]:
    """What a process of its own measures."""
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    return dict(json.loads(done.stdout))


def floor(path: Path, figures: str) -> float:
    """Seconds of DuckDB's load."""
    with tempfile.TemporaryDirectory() as folder:
        return float(run(FLOOR, str(path), f"{folder}/typed.duckdb", json.dumps(kinds_of(figures)))["seconds"])


def judge(path: Path, rows: int) -> dict[str, Any]:
    """A judgement's seconds and peaks."""
    with tempfile.TemporaryDirectory() as folder:
        return run(JUDGE, str(path), folder, str(rows))


def main() -> None:
    """Measure."""
    with tempfile.TemporaryDirectory() as folder:
        clean, bad = (write(Path(folder, name), ROWS, with_bad=name == "bad") for name in ("clean", "bad"))
        times: dict[str, list[float]] = {"clean": [], "bad": [], "double": [], "decimal": []}
        peaks: dict[int, int] = {}
        for _ in range(ROUNDS):
            times["double"].append(floor(clean, "DOUBLE"))
            for name, path, held in (("clean", clean, 0), ("bad", bad, ROWS // BAD_EVERY)):
                found = judge(path, ROWS)
                if (found["passed"], found["held"], found["refused"]) != (ROWS - held, held, False):
                    raise SystemExit(f"the made-up rows are judged otherwise than they were made: {found}")
                times[name].append(found["seconds"])
                if name == "clean":
                    peaks[ROWS] = sum(found["peaks"]) * BYTES_PER_KIB // MIB
        times["decimal"].append(floor(clean, "DECIMAL(28,6)"))
        clean.unlink()
        bad.unlink()
        for rows in (ROWS // 5, ROWS * 2):
            found = judge(write(Path(folder, "clean"), rows), rows)
            peaks[rows] = sum(found["peaks"]) * BYTES_PER_KIB // MIB
    middle = {name: median(seconds) for name, seconds in times.items()}
    result = {
        "benchmark": "judge a drop",
        "seconds": round(middle["clean"], 2),
        "floor_seconds": round(middle["double"], 2),
        "ratio": round(middle["clean"] / middle["double"], 2),
        "floor": "DuckDB's load into a typed table on the disk, figures as DOUBLE",
        "contract_floor_seconds": round(middle["decimal"], 2),
        "ratio_to_contract_floor": round(middle["clean"] / middle["decimal"], 2),
        "bad_ratio": round(middle["bad"] / middle["clean"], 2),
        "peak_mib_by_rows": {str(rows): peaks[rows] for rows in sorted(peaks)},
        "rows": ROWS,
    }
    json.dump(result, sys.stdout)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
