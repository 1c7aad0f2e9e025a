"""The main job from an empty data root, and a second time with nothing to do, beside merely reading its payloads."""

import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

from timing import best, report

from compact_pipelines.contracts import load_contracts
from compact_pipelines.snapshots import embedded_folder, read_origin

RUN = "from compact_pipelines.cli import main; main()"


def run(root: str) -> None:
    """One `compact run` in a process of its own, as a user starts it."""
    subprocess.run(  # noqa: S603  (our own interpreter)
        [sys.executable, "-c", RUN, "run", "--data-root", root], check=True, capture_output=True
    )


def read_payloads() -> int:
    """Read and hash every embedded payload and count its lines: what no run can do without."""
    lines = 0
    for source in load_contracts().sources.values():
        for part in read_origin(source.id).parts.values():
            content = (embedded_folder(source.id) / part.file).read_bytes()
            hashlib.sha256(content).hexdigest()
            lines += content.count(b"\n")
    return lines


def main() -> None:
    """Measure both runs."""
    floor = best(read_payloads)
    words = "every payload read and hashed, its lines counted"
    with tempfile.TemporaryDirectory() as folder:
        number = iter(range(100))
        report("run, empty data root", best(lambda: run(str(Path(folder) / str(next(number)))), 2), floor, words)
        report("run, nothing to do", best(lambda: run(str(Path(folder) / "0"))), floor, words)


if __name__ == "__main__":
    main()
