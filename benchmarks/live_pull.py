"""Pulling a long answer, 1,000 pages of 1,000 made-up rows, from a stand-in on this machine.

The floor is the rate that the source's file declares: 50 requests a second here, more than any publisher allows. Beside
it stand our own speed, with no limit, from the first request to the verdict; the seconds that merely reading the same
bytes takes with the same client; and the memory of a pull of 100 and of 1,000 pages, each in a process of its own.
"""

import argparse
import datetime as dt
import json
import multiprocessing
import resource
import subprocess
import sys
import tempfile
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import polars as pl
from timing import BYTES_PER_KIB, MIB

from compact_pipelines.contracts import Source, load_contracts
from compact_pipelines.harmonise import DECIMAL
from compact_pipelines.live.answers import Answer, Partition
from compact_pipelines.live.hosts import open_wire
from compact_pipelines.live.pulling import pull

PAGES, FEW_PAGES, ROWS = 1_000, 100, 1_000
REQUESTS_A_SECOND, NO_LIMIT = 50, 1_000_000
SOURCE, THEME, HOST = "made_up", "compute_exports", "https://made.up"
COLUMNS = ["partner", "product", "flow", "month", "value"]
FLOWS = ["X", "M", "RX", "RM"]


def body_of(page: int, pages: int) -> bytes:
    """One page: 200 partners and five products of one flow and month."""
    table = load_contracts().tables[THEME]
    areas = [area for area in table.column("counterpart_area").allowed or [] if area != "USA"][: ROWS // 5]
    products = (table.column("product").allowed or [])[:5]
    number = page - 1
    month = f"{1900 + number // 48}-{number // 4 % 12 + 1:02}"
    rows = [
        [area, product, FLOWS[number % 4], month, str(1_000_000 + place * 7919 + number)]
        for place, (area, product) in enumerate((area, product) for area in areas for product in products)
    ]
    return json.dumps({"pages": pages, "rows": rows}).encode()


def read_answer(answer: Answer) -> pl.DataFrame:
    """The rows of a page in the contract's columns."""
    rows = json.loads(answer.content)["rows"]
    return pl.DataFrame(rows, schema=COLUMNS, orient="row").select(
        freq=pl.lit("M"),
        ref_area=pl.lit("USA"),
        counterpart_area="partner",
        flow="flow",
        product="product",
        time_period="month",
        obs_value=pl.col("value").cast(DECIMAL),
        unit_measure=pl.lit("USD"),
    )


def made_up_source(requests_a_second: int) -> Source:
    """A source whose answer comes in numbered pages."""
    request = {
        "url": f"{HOST}/figures",
        "media": "json",
        "accept": ["application/json"],
        "paging": {"kind": "pages", "parameter": "page", "total": "/pages"},
    }
    live = {
        "contract": "documented",
        "rate": {"requests": requests_a_second, "per_seconds": 1, "source": "made up"},
        "requests": {"figures": request},
        "partitions": {"by": "whole"},
        "release": {"lag_days": 0, "every_days": 30, "cron": "0 9 * * *", "calendar": "made up"},
        "scale": {"rule": "none", "reason": "made up"},
    }
    words = {"en": "Made up", "fr": "Made up", "es": "Made up"}
    return Source.model_validate(
        {
            "id": SOURCE,
            "theme": THEME,
            "title": words,
            "publisher": "Nobody",
            "url": HOST,
            "licence": {"name": "none", "attribution": "made up"},
            "kind": "national_office",
            "speaks_for": ["USA"],
            "conf_status": "F",
            "frequency": "M",
            "revised": "never",
            "live": live,
            "beware": ["made up"],
        }
    )


def serve(port: Any, pages: int) -> None:
    """Answer pages until the process is ended; they are made before the first is asked for."""
    bodies = [body_of(page, pages) for page in range(1, pages + 1)]

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            page = int(parse_qs(urlsplit(self.path).query).get("page", ["1"])[0])
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(bodies[page - 1])))
            self.end_headers()
            self.wfile.write(bodies[page - 1])

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    port.put(server.server_port)
    server.serve_forever()


def pulled(address: str, requests_a_second: int) -> dict[str, float]:
    """Seconds and peak memory of a pull, in this process."""
    module: Any = ModuleType(f"compact_pipelines.datasets.{THEME}.{SOURCE}")
    module.read_answer = read_answer
    sys.modules[module.__name__] = module
    load_contracts().sources[SOURCE] = made_up_source(requests_a_second)
    with (
        tempfile.TemporaryDirectory() as folder,
        open_wire(Path(folder), {"COMPACT_LIVE_HOSTS": f"{HOST}={address}"}) as wire,
    ):
        start = time.perf_counter()
        found = pull(Path(folder), SOURCE, Partition("all"), wire, now=dt.datetime.now(dt.UTC))
        seconds = time.perf_counter() - start
    if found.verdict != "ACCEPTED":
        raise SystemExit(found.reason)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * BYTES_PER_KIB / MIB
    return {"seconds": seconds, "rows": found.rows, "requests": found.requests, "peak_mib": peak}


def read_bare(address: str, pages: int) -> float:
    """Seconds of reading the same bytes and doing nothing with them."""
    start = time.perf_counter()
    with httpx.Client() as client:
        for page in range(1, pages + 1):
            client.get(f"{address}/figures", params={"page": page}).raise_for_status()
    return time.perf_counter() - start


def main(pages: int) -> None:
    """Measure, and print one line."""
    results = {}
    bare = 0.0
    for count, rate in ((FEW_PAGES, NO_LIMIT), (pages, REQUESTS_A_SECOND)):
        port: Any = multiprocessing.Queue()
        server = multiprocessing.Process(target=serve, args=(port, count), daemon=True)
        server.start()
        address = f"http://127.0.0.1:{port.get()}"
        command = [sys.executable, __file__, "--pull", address, "--rate", str(rate)]
        results[count] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)  # noqa: S603
        bare = read_bare(address, count)
        server.terminate()
        server.join()
    found, few = results[pages], results[FEW_PAGES]
    floor = pages / REQUESTS_A_SECOND
    print(
        json.dumps(
            {
                "benchmark": "live_pull",
                "seconds": round(found["seconds"], 2),
                "floor_seconds": floor,
                "ratio": round(found["seconds"] / floor, 2),
                "floor": f"the declared rate of {REQUESTS_A_SECOND} requests a second",
                "own_pages_a_second": round(FEW_PAGES / few["seconds"]),
                "bare_seconds": round(bare, 2),
                "peak_mib": round(found["peak_mib"]),
                f"peak_mib_{FEW_PAGES}_pages": round(few["peak_mib"]),
                "pages": pages,
                "rows": found["rows"],
            }
        )
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--pages", type=int, default=PAGES)
    parser.add_argument("--pull", metavar="ADDRESS")
    parser.add_argument("--rate", type=int, default=REQUESTS_A_SECOND)
    chosen = parser.parse_args()
    if chosen.pull:
        print(json.dumps(pulled(chosen.pull, chosen.rate)))
    else:
        main(chosen.pages)
