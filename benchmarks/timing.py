"""How a benchmark measures and what it prints: one JSON line with its ratio to a floor measured in the same run."""

import json
import resource
import sys
import time
from collections.abc import Callable
from typing import Final

BYTES_PER_KIB: Final = 1024
MIB: Final = 1 << 20


def best(work: Callable[[], object], rounds: int = 3) -> float:
    """Seconds of the fastest of several rounds: the one the machine disturbed least."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def report(name: str, seconds: float, floor_seconds: float, floor: str, **sizes: float) -> None:
    """Print the result.

    Args:
        name: what was measured.
        seconds: how long it took.
        floor_seconds: how long the floor took in this run.
        floor: what the floor is.
        sizes: how large the work was.
    """
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * BYTES_PER_KIB / MIB
    result = {
        "benchmark": name,
        "seconds": round(seconds, 4),
        "floor_seconds": round(floor_seconds, 4),
        "ratio": round(seconds / floor_seconds, 2),
        "floor": floor,
        "peak_mib": round(peak),
        **sizes,
    }
    json.dump(result, sys.stdout)
    sys.stdout.write("\n")
