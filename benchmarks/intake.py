"""Taking a whole drop in, from the signed folder to the receipt, beside DuckDB's load of the same CSV into a table.

The rows are generated; they live here only. Both sides run in processes of their own, one after the other in turns, and
the medians are compared. The floor is DuckDB reading the file with the types declared into a new on-disk database,
checkpoint included. DuckDB takes far longer to read a DECIMAL(28,6), the contract's type, than a DOUBLE: `ratio` is to
the load with DOUBLE, the harder floor; the other one is printed beside it. Limits are raised by the made-up partner's
agreement, as an agreement may.
"""

import argparse
import datetime as dt
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import duckdb
import polars as pl
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from timing import MIB

from compact_pipelines.contracts import load_contracts
from compact_pipelines.exchange.manifest import DataFile, Manifest, write_manifest
from compact_pipelines.exchange.signatures import MANIFEST_NAMESPACE, public_key_line, sign
from compact_pipelines.warehouse.layout import sha256_of

ROWS = 5_000_000
ONE_BAD_IN, FIRST_BAD, SECOND_BAD = 10, 3, 13  # of ten rows, one; two kinds in turns
CHUNK = 250_000
ROUNDS = 3
TABLE = "compute_exports"
PARTNER = "made-up"
CONTRACT_DECIMAL, FAST_DECIMAL = "DECIMAL(28,6)", "DOUBLE"
TYPES = {"datetime": "TIMESTAMPTZ", "bigint": "BIGINT", "boolean": "BOOLEAN"}


def made_up_rows(first: int, rows: int, *, bad: bool) -> pl.DataFrame:
    """(rows, columns of a drop), text, every key once; every tenth row breaks a rule if `bad`."""
    table = load_contracts().tables[TABLE]
    areas = [area for area in table.column("counterpart_area").allowed or [] if area != "CAN"]
    products = (table.column("product").allowed or [])[:60]
    number = pl.int_range(first, first + rows)
    area, flow = number % len(areas), number // len(areas) % 4
    product = number // (len(areas) * 4) % len(products)
    month = number // (len(areas) * 4 * len(products))
    value = 1_000_000 + number * 7919 % 8_000_000
    text = {
        "freq": pl.lit("M"),
        "ref_area": pl.lit("CAN"),
        "counterpart_area": pl.lit(pl.Series(areas).implode()).list.get(area),
        "flow": pl.lit(pl.Series(["X", "M", "RX", "RM"]).implode()).list.get(flow),
        "product": pl.lit(pl.Series(products).implode()).list.get(product),
        "time_period": pl.format(
            "{}-{}", (1900 + month // 12).cast(pl.String), (1 + month % 12).cast(pl.String).str.zfill(2)
        ),
        "obs_value": pl.format("{}.{}", value.cast(pl.String), (number % 100).cast(pl.String)),
        "unit_measure": pl.lit("USD"),
        "valuation": pl.lit("FOB"),
        "obs_status": pl.lit("A"),
        "conf_status": pl.lit("F"),
    }
    if bad:
        is_bad = number % ONE_BAD_IN == FIRST_BAD
        text["obs_value"] = (
            pl.when(is_bad & (number % (2 * ONE_BAD_IN) == FIRST_BAD)).then(pl.lit("1e6")).otherwise(text["obs_value"])
        )
        text["obs_status"] = (
            pl.when(is_bad & (number % (2 * ONE_BAD_IN) == SECOND_BAD)).then(pl.lit("?")).otherwise(text["obs_status"])
        )
    return pl.select(number.alias("#")).select(
        text.get(column.id, pl.lit(None, dtype=pl.String)).alias(column.id) for column in table.in_drop
    )


def write_csv(path: Path, rows: int, *, bad: bool) -> None:
    """Write the made-up file, some rows at a time."""
    with path.open("wb") as file:
        for first in range(0, rows, CHUNK):
            chunk = made_up_rows(first, min(CHUNK, rows - first), bad=bad)
            chunk.write_csv(file, include_header=first == 0)


def write_drop(root: Path, source: Path, rows: int) -> None:
    """A signed drop of one file in the inbox, and the agreement and key of its made-up partner."""
    key = Ed25519PrivateKey.generate()
    folder = root / "data" / "inbox" / PARTNER / "drop"
    folder.mkdir(parents=True)
    shutil.copyfile(source, folder / "data.csv")
    file = DataFile(name="data.csv", format="csv", sha256=sha256_of(source), bytes=source.stat().st_size, rows=rows)
    manifest = write_manifest(
        Manifest.model_validate({
            "spec": "drop/1", "exchange": "local", "partner": PARTNER, "dataflow": TABLE,
            "structure": "NACX:COMPUTE_EXPORTS(1.0.0)", "seq": 1, "created": "2026-01-01T00:00:00Z",
            "action": "merge", "mode": "rows", "files": [file.model_dump()],
        })
    )  # fmt: skip
    (folder / "manifest.json").write_bytes(manifest)
    (folder / "manifest.json.sig").write_text(sign(key, manifest, MANIFEST_NAMESPACE))
    partners = root / "partners"
    partners.mkdir()
    line = public_key_line(key.public_key().public_bytes_raw())
    limits = f"{{file_bytes: {source.stat().st_size * 2}, rows: {rows * 2}}}"
    (partners / f"{PARTNER}.yaml").write_text(
        f"id: {PARTNER}\nname: {{en: Made up, fr: Inventé, es: Inventado}}\nstatus: agreed\nreporters: [CAN]\n"
        f"dataflows: [{TABLE}]\nformats: [csv]\nlimits: {limits}\n"
        f"keys:\n  - {{id: only, public_key: '{line.strip()}', valid_from: 2020-01-01T00:00:00Z}}\n"
    )
    (root / "key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))


def take_in(root: Path) -> None:
    """What is measured, in a process of its own."""
    from compact_pipelines.exchange.intake import Intake  # noqa: PLC0415  (its import is part of the measure)
    from compact_pipelines.exchange.partners import load_agreements  # noqa: PLC0415

    [decided] = Intake(root / "data", agreements=load_agreements(root / "partners"), exchange="local").run()
    json.dump({"status": decided.status, "rows": decided.receipt["rows"]}, sys.stdout)


def load(source: Path, database: Path, decimal: str) -> None:
    """A floor, in a process of its own."""
    table = load_contracts().tables[TABLE]
    types = {**TYPES, "decimal": decimal}
    columns = {column.id: types.get(column.concept.type, "VARCHAR") for column in table.in_drop}
    database.unlink(missing_ok=True)
    with duckdb.connect(str(database)) as connection:
        connection.execute(f"CREATE TABLE typed AS FROM read_csv('{source}', header = true, columns = {columns})")
        connection.execute("CHECKPOINT")


def measured(*arguments: str) -> tuple[float, float, str]:
    """Seconds, peak MiB of the process and its children together, and what it printed."""
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, __file__, *arguments], stdout=subprocess.PIPE, text=True)  # noqa: S603
    peak = [0.0]

    def watch() -> None:
        while process.poll() is None:
            peak[0] = max(peak[0], _resident(process.pid))
            time.sleep(0.02)

    watcher = threading.Thread(target=watch)
    watcher.start()
    printed, _ = process.communicate()
    seconds = time.perf_counter() - start
    watcher.join()
    if process.returncode:
        raise SystemExit(f"{arguments} ended with {process.returncode}")
    return seconds, peak[0], printed


def _resident(pid: int) -> float:
    """MiB of a process and all below it, as they share no pages worth counting."""
    total = 0.0
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        status = Path(f"/proc/{pid}/status").read_text()
        total = next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS")), 0.0)
        threads = Path(f"/proc/{pid}/task").iterdir()
        children = [child for thread in threads for child in (thread / "children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return total
    return total + sum(_resident(int(child)) for child in children)


def one_round(folder: Path, source: Path, rows: int) -> tuple[float, float, dict[str, object]]:
    """Seconds, peak and outcome of one intake of a file."""
    with tempfile.TemporaryDirectory(dir=folder) as fresh:
        write_drop(Path(fresh), source, rows)
        seconds, peak, printed = measured("take-in", fresh)
    return seconds, peak, json.loads(printed)


def main(rows: int, rounds: int) -> None:
    """Measure."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clean, bad = folder / "clean.csv", folder / "bad.csv"
        write_csv(clean, rows, bad=False)
        write_csv(bad, rows, bad=True)
        times: dict[str, list[float]] = {"floor": [], "contract floor": [], "clean": [], "bad": []}
        peaks: dict[str, float] = {}
        for _ in range(rounds):
            for floor, decimal in (("floor", FAST_DECIMAL), ("contract floor", CONTRACT_DECIMAL)):
                times[floor].append(measured("load", str(clean), str(folder / "floor.duckdb"), decimal)[0])
            for kind, source in (("clean", clean), ("bad", bad)):
                seconds, peak, outcome = one_round(folder, source, rows)
                _require(outcome, kind, rows)
                times[kind].append(seconds)
                peaks[kind] = max(peaks.get(kind, 0), peak)
        bad.unlink()
        for more in (rows // 5, rows * 2):
            write_csv(clean, more, bad=False)
            peaks[f"{more:,} rows"] = one_round(folder, clean, more)[1]
    median = {kind: statistics.median(found) for kind, found in times.items()}
    result = {
        "benchmark": "take in a drop",
        "rows": rows,
        "seconds": round(median["clean"], 2),
        "floor_seconds": round(median["floor"], 2),
        "ratio": round(median["clean"] / median["floor"], 2),
        "floor": "DuckDB's load of the same CSV into a typed on-disk table, values as DOUBLE, in a process of its own",
        "contract_floor_seconds": round(median["contract floor"], 2),
        "ratio_to_contract_floor": round(median["clean"] / median["contract floor"], 2),
        "bad_seconds": round(median["bad"], 2),
        "bad_ratio_to_clean": round(median["bad"] / median["clean"], 2),
        "peak_mib": {kind: round(peak) for kind, peak in peaks.items()},
        "at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "own_peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MIB),
    }
    json.dump(result, sys.stdout)
    sys.stdout.write("\n")


def _require(outcome: dict[str, object], kind: str, rows: int) -> None:
    """Stop if the drop did not end as it should: a benchmark of something else measures nothing."""
    held = rows // ONE_BAD_IN if kind == "bad" else 0
    expected = {"in": rows, "stored": rows - held, "held": held, "read": rows}
    if outcome["rows"] != expected:
        raise SystemExit(f"the {kind} drop ended as {outcome}, not with {expected}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("task", nargs="?", default="measure")
    parser.add_argument("paths", nargs="*")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    given = parser.parse_args()
    if given.task == "take-in":
        take_in(Path(given.paths[0]))
    elif given.task == "load":
        load(Path(given.paths[0]), Path(given.paths[1]), given.paths[2])
    else:
        main(given.rows, given.rounds)
