"""The benchmarks of a checkout, by name. They are not packed into the wheel: they measure a machine for developers."""

import subprocess
import sys
from pathlib import Path
from typing import Final

from compact_pipelines.errors import UsageError

SHARED: Final = frozenset({"timing"})  # what the benchmarks have in common


def benchmarks_folder() -> Path:
    """Where they lie in a checkout: beside this package."""
    return Path(__file__).resolve().parents[1] / "benchmarks"


def benchmarks() -> list[str]:
    """The names of all benchmarks.

    Raises:
        UsageError: there are none: this is an installed package, not a checkout.
    """
    names = sorted({path.stem for path in benchmarks_folder().glob("*.py")} - SHARED)
    if not names:
        raise UsageError(
            "there are no benchmarks beside this package; they come with a checkout of the project, not with the wheel"
        )
    return names


def run_benchmark(name: str) -> int:
    """Run one in a process of its own, which prints its result; give its exit code.

    Raises:
        UsageError: there is no such benchmark.
    """
    names = benchmarks()
    if name not in names:
        raise UsageError(f"no benchmark {name!r}; there are {', '.join(names)}")
    script = benchmarks_folder() / f"{name}.py"
    return subprocess.run([sys.executable, str(script)], check=False).returncode  # noqa: S603  (our own script)
