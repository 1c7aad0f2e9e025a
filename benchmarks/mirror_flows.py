"""Pairing, reconciling and writing both reports of every flow, beside a bare self-join that writes its joined table.

The rows are generated and look like no publisher's; they live here only. 20 million of them (11 million flows, 9 of 11
told by both sides) lie in one Parquet file. The floor joins that file with itself in DuckDB, exporters' rows to
importers', and writes keys and both values to a new on-disk database. The engine writes the same and the voices, value,
interval, weight, grade and reason. Reliability is estimated before, once an edition, and told apart. Each measure runs
in a process of its own, in turns with its floor.
"""

import argparse
import json
import math
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
from timing import BYTES_PER_KIB, MIB

from compact_pipelines.analytics.mirror import References
from compact_pipelines.analytics.mirror.engine import engine, pair_theme, reconcile_theme
from compact_pipelines.analytics.mirror.panel import estimate_panel
from compact_pipelines.analytics.mirror.reports import SHAPES
from compact_pipelines.analytics.mirror.terms import Rules, set_terms
from compact_pipelines.analytics.reliability import SCHEMA
from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.parameters import load_parameters

THEME = "compute_exports"
ROWS = 20_000_000
GROWTH = (2_000_000, 40_000_000)
FLOWS_PER_ROW = 11 / 20
AREAS, YEARS = 200, 30
ROUNDS = 3
LIMIT = "1GB"
THREADS = 2

GENERATE_SQL = """
COPY (
  WITH flow AS (
    SELECT i, i % {pairs} AS pair, i // {pairs} % {years} AS year, i // ({pairs} * {years}) AS product,
           sqrt(-2 * ln((hash(i) % 1000000 + 1) / 1000001.0)) AS far,
           2 * pi() * (hash(i + 17) % 1000000) / 1e6 AS angle,
           sqrt(-2 * ln((hash(i + 5) % 1000000 + 1) / 1000001.0)) AS off,
           2 * pi() * (hash(i + 18) % 1000000) / 1e6 AS turn
    FROM range({flows}) t(i)
  ), coded AS (
    SELECT *, pair // {others} AS a, (pair // {others} + 1 + pair % {others}) % {areas} AS b FROM flow
  ), told AS (
    SELECT *, chr(65 + (a // 26)::INTEGER) || chr(65 + (a % 26)::INTEGER) || 'A' AS start,
           chr(65 + (b // 26)::INTEGER) || chr(65 + (b % 26)::INTEGER) || 'A' AS stop,
           exp(13 + 2 * far * cos(angle)) AS value, 0.05 + a / 500.0 AS wide, 0.05 + b / 500.0 AS broad
    FROM coded
  )
  SELECT * FROM (
    SELECT 'A' AS freq, start AS ref_area, stop AS counterpart_area, 'X' AS flow,
           'HS22_' || (100000 + product) AS product,
           (1990 + year)::VARCHAR AS time_period, (value * exp(wide * off * cos(turn)))::DECIMAL(28, 6) AS obs_value,
           'USD' AS unit_measure, 'A' AS obs_status, 'FOB' AS valuation, 'LAST_SHIPMENT' AS basis,
           false AS imputed_mirror, 'made_up' AS source_id
    FROM told WHERE hash(i * 3) % 11 <> 0
    UNION ALL
    SELECT 'A', stop, start, 'M', 'HS22_' || (100000 + product), (1990 + year)::VARCHAR,
           (1.05 * value * exp(broad * off * sin(turn)))::DECIMAL(28, 6), 'USD', 'A', 'CIF', 'ORIGIN', false, 'made_up'
    FROM told WHERE hash(i * 3) % 11 <> 1
  ) ORDER BY hash(ref_area, counterpart_area, product, time_period, flow)
) TO '{file}' (FORMAT parquet, COMPRESSION zstd)
"""

FLOOR_SQL = """
CREATE TABLE joined AS
SELECT coalesce(x.freq, m.freq) AS freq, coalesce(x.ref_area, m.counterpart_area) AS from_area,
       coalesce(x.counterpart_area, m.ref_area) AS to_area, coalesce(x.product, m.product) AS product,
       coalesce(x.time_period, m.time_period) AS time_period, x.obs_value AS sent, m.obs_value AS received
FROM (SELECT * FROM '{file}' WHERE flow = 'X') x FULL OUTER JOIN (SELECT * FROM '{file}' WHERE flow = 'M') m
  ON x.ref_area = m.counterpart_area AND x.counterpart_area = m.ref_area AND x.product = m.product
 AND x.time_period = m.time_period
"""


def generate(file: Path, rows: int) -> None:
    """Write about so many made-up rows; every key stands once a side."""
    others = AREAS - 1
    sizes = {"areas": AREAS, "others": others, "pairs": AREAS * others, "years": YEARS}
    with connect(file.with_suffix(".scratch"), None) as connection:
        connection.execute(GENERATE_SQL.format(flows=int(rows * FLOWS_PER_ROW), file=file, **sizes))
    file.with_suffix(".scratch").unlink()


def connect(database: Path, limit: str | None) -> duckdb.DuckDBPyConnection:
    """A new on-disk database, spilling beside itself."""
    connection = duckdb.connect(str(database))
    connection.execute(f"SET threads = {THREADS}; SET preserve_insertion_order = false")
    connection.execute(f"SET temp_directory = '{database}.spill'")
    if limit:
        connection.execute(f"SET memory_limit = '{limit}'")
    return connection


def run_floor(connection: duckdb.DuckDBPyConnection, file: Path) -> dict[str, Any]:
    """The bare self-join."""
    start = time.perf_counter()
    connection.execute(FLOOR_SQL.format(file=file))
    connection.execute("CHECKPOINT")
    return {"seconds": time.perf_counter() - start, "pairs": count(connection, "joined")}


def run_engine(connection: duckdb.DuckDBPyConnection, file: Path, *, is_estimated: bool) -> dict[str, Any]:
    """Estimate, if wanted, then pair, reconcile and write; without estimates the stated prior stands in."""
    codes = [row[0] for row in connection.execute(f"SELECT DISTINCT ref_area FROM '{file}' ORDER BY 1").fetchall()]  # noqa: S608
    known = References(
        areas=pl.DataFrame({"area": codes, "kind": "area"}),
        precedence=pl.DataFrame({"source_id": ["made_up"], "rank": [2]}),
        same_source=pl.DataFrame({"theme": [THEME], "area_1": codes[:1], "area_2": codes[1:2], "since": ["1990-01"]}),
        distances=pl.DataFrame(
            [
                {"from_area": a, "to_area": b, "distance_km": 100.0 + abs(i - j), "weighted_distance_km": None,
                 "is_contiguous": abs(i - j) == 1}
                for i, a in enumerate(codes) for j, b in enumerate(codes) if i != j
            ],
            schema_overrides={"weighted_distance_km": pl.Float64},
        ),
        parameters=load_parameters(),
    )  # fmt: skip
    connection.execute(f"CREATE VIEW {THEME} AS SELECT * FROM '{file}'")  # noqa: S608
    with engine({}, known, connection):
        load_contracts()
        start = time.perf_counter()
        pair_theme(connection, THEME, load_contracts().product_sums, is_kept=False)
        pairing = time.perf_counter() - start
        rules = set_terms(connection, SHAPES[THEME], known)
        only_default = Rules([rules.default], rules.default, rules.effects, rules.shares)
        pooled = pl.DataFrame(schema=SCHEMA)
        if is_estimated:
            pooled = estimate_panel(connection, SHAPES[THEME], known, only_default, is_brief=True).pooled
            connection.execute("DROP TABLE usable")
        estimated = time.perf_counter()
        reconcile_theme(connection, THEME, known, pooled, "joined")
        connection.execute("CHECKPOINT")
        wrote = time.perf_counter() - estimated
    own = pooled.filter(pl.col("method") == "expected_distance", pl.col("sigma").is_not_null()).height
    return {
        "seconds": pairing + wrote,
        "estimating_seconds": estimated - start - pairing,
        "pairs": count(connection, "joined"),
        "estimates": own,
    }


def count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    """Rows of a table."""
    row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
    return row[0] if row else 0


def in_its_own_process(what: str, file: Path, limit: str | None) -> dict[str, Any]:
    """One measure, so that peaks of memory are its own."""
    command = [sys.executable, __file__, "--one", what, "--file", str(file), *(["--limit", limit] if limit else [])]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  (this file)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def one(what: str, file: Path, limit: str | None) -> None:
    """What a process of its own does."""
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        with connect(Path(folder) / "result.duckdb", limit) as connection:
            if what == "floor":
                found = run_floor(connection, file)
            else:
                found = run_engine(connection, file, is_estimated=what == "engine")
        json.dump({**found, "peak_mib": round(peak_bytes() / MIB)}, sys.stdout)


def peak_bytes() -> int:
    """The most memory this process has held. A child starts with its parent's figure in getrusage, so not that one."""
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * BYTES_PER_KIB
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * BYTES_PER_KIB


def compare(file: Path, rounds: int, limit: str | None = None) -> dict[str, Any]:
    """Medians of rounds in turns."""
    floors, results = [], []
    for _ in range(rounds):
        floors.append(in_its_own_process("floor", file, limit))
        results.append(in_its_own_process("engine", file, limit))
    seconds, floor = (statistics.median(run["seconds"] for run in runs) for runs in (results, floors))
    return {
        "seconds": round(seconds, 2),
        "floor_seconds": round(floor, 2),
        "ratio": round(seconds / floor, 2),
        "estimating_seconds": round(statistics.median(run["estimating_seconds"] for run in results), 2),
        "peak_mib": max(run["peak_mib"] for run in results),
        "floor_peak_mib": max(run["peak_mib"] for run in floors),
        "pairs": results[0]["pairs"],
        "floor_pairs": floors[0]["pairs"],
    }


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", choices=["floor", "engine", "growth"])
    parser.add_argument("--file", type=Path)
    parser.add_argument("--limit")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--brief", action="store_true", help="without the memory limit and the growth")
    given = parser.parse_args()
    if given.one:
        one(given.one, given.file, given.limit)
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "reports.parquet"
        generate(file, given.rows)
        free = compare(file, given.rounds)
        result = {"benchmark": "mirror flows", "rows": given.rows, **free, "floor": "a self-join that writes its table"}
        if not given.brief:
            tight = compare(file, 1, LIMIT)
            result |= {
                f"with_{LIMIT.lower()}": {**tight, "times_as_slow": round(tight["seconds"] / free["seconds"], 2)}
            }
            seconds = {}
            for rows in GROWTH:
                grown = Path(folder) / f"reports-{rows}.parquet"
                generate(grown, rows)
                seconds[rows] = in_its_own_process("growth", grown, None)["seconds"]
                grown.unlink()
            least, most = GROWTH
            exponent = math.log(seconds[most] / seconds[least]) / math.log(most / least)
            result |= {"growth_seconds": {str(rows): round(took, 2) for rows, took in seconds.items()}}
            result |= {"growth_exponent": round(exponent, 2)}
        json.dump(result, sys.stdout)
        sys.stdout.write("\n")


if __name__ == "__main__":
    main()
