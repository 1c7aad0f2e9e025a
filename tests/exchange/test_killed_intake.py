"""A killed intake: at whichever step, the next one ends where an undisturbed one would have."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from compact_pipelines.exchange import sandbox
from compact_pipelines.exchange.decision import Step
from compact_pipelines.exchange.ledger import find_broken_audit
from tests.exchange.corpus.building import row, rows
from tests.exchange.corpus.exchanging import SOUTH, Exchange

PROJECT: Final = Path(__file__).resolve().parents[2]
KILLED: Final = 77
# A process of its own that takes in and is gone, without a last word, when it is told of a step for the n-th time.
ASKED: Final = "root, step, times = sys.argv[1:]"
SCRIPT: Final = f"""
import os, sys
from pathlib import Path
from tests.exchange.corpus.exchanging import Exchange

{ASKED}
left = int(times)

def watch(told):
    global left
    if told == step:
        left -= 1
        if not left:
            os._exit(77)

Exchange(Path(root)).take_in(watch)
"""
# One process that has loaded all that an intake needs; what it is told to take in is taken in by a fork of it.
FORKS: Final = """
for line in sys.stdin:
    root, step, times = line.removesuffix(chr(10)).split(chr(9))
    child = os.fork()
    if not child:
        break
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
else:
    sys.exit()
"""

Kill = Callable[..., int]


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data root with a decided drop, and drops on their way: good, with bad rows, with deletions, refused, held."""
    exchange = Exchange(tmp_path_factory.mktemp("sent") / "data")
    exchange.send([*rows(11), row(30, obs_value="x")])
    exchange.take_in()
    exchange.send([row(1, obs_value="13"), row(30), row(40, obs_value="1e5")], 2)
    exchange.send([*rows(1), *rows(1, first=50)], 3, action="replace")
    exchange.send([row(1, ref_area="USA")], 4, folder="foreign")
    exchange.send([row(number, obs_value="12500") for number in range(2, 9)], 4, folder="slip")
    exchange.send([row(1, ref_area="MEX"), row(2, ref_area="MEX")], partner=SOUTH)
    return exchange.root


@pytest.fixture(scope="module")
def undisturbed(sent: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What an intake that nobody kills comes to."""
    exchange = _copied(sent, tmp_path_factory.mktemp("undisturbed"))
    exchange.take_in()
    found = _state(exchange)
    assert set(found["statuses"].values()) == {"ACCEPTED", "ACCEPTED_WITH_HELD_ROWS", "REJECTED", "HELD"}
    return found


def _copied(root: Path, folder: Path) -> Exchange:
    """A copy of a data root; times of files stay, since the exchange knows what it has seen by them."""
    shutil.copytree(root, folder / "data", symlinks=True)
    return Exchange(folder / "data")


def _state(exchange: Exchange) -> dict[str, Any]:
    leftovers = {path for path in exchange.files() if Path(path).parts[1] == "work" or "/.taking" in path}
    assert leftovers == set()
    assert find_broken_audit(exchange.audit()) is None
    numbers = [(drop["partner"], drop["status"], drop["seq"], drop["rows_in"], drop["rows_held"], drop["is_delivered"])
               for drop in exchange.ledger.rows("SELECT * FROM drops ORDER BY number")]  # fmt: skip
    return {
        "statuses": exchange.statuses(),
        "numbers": numbers,
        "current": exchange.current(),
        "vintages": exchange.vintages(),
        "held": exchange.held().rows(),
        "files": exchange.files(),
        "audit": [(entry["what"]) for entry in exchange.audit()],
    }


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kill]:
    """Have a process take in that is gone when it is told of a step for the n-th time; its exit code."""
    command, environment = (
        [sys.executable, "-c", SCRIPT.replace(ASKED, FORKS)],
        _environment(tmp_path_factory.mktemp("left")),
    )
    with subprocess.Popen(  # noqa: S603  (our own words)
        command, cwd=PROJECT, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def killed(root: Path, step: str, times: int = 1) -> int:
            print(root, step, times, sep="\t", file=process.stdin, flush=True)
            return int(process.stdout.readline())

        yield killed
        process.stdin.close()


def _environment(folder: Path) -> dict[str, str]:
    """Who is killed clears nothing away: what it leaves lies in a folder of the tests."""
    return {**os.environ, **sandbox.SMALL, "PYTHONPATH": str(PROJECT), "TMPDIR": str(folder)}


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("step", list(Step))
def test_kill_at_any_step_loses_and_doubles_nothing(
    sent: Path, undisturbed: dict[str, Any], killed: Kill, tmp_path: Path, *, step: Step, times: int
) -> None:
    exchange = _copied(sent, tmp_path)
    assert killed(exchange.root, step, times) == KILLED
    exchange.take_in()
    assert _state(exchange) == undisturbed


def test_kill_after_kill_loses_and_doubles_nothing(
    sent: Path, undisturbed: dict[str, Any], killed: Kill, tmp_path: Path
) -> None:
    exchange = _copied(sent, tmp_path)
    for step in Step:
        assert killed(exchange.root, step) == KILLED
    exchange.take_in()
    assert _state(exchange) == undisturbed


@pytest.mark.parametrize("seed", range(4))
def test_kill_at_any_moment_loses_and_doubles_nothing(
    sent: Path, undisturbed: dict[str, Any], tmp_path: Path, seed: int
) -> None:
    exchange, moment = _copied(sent, tmp_path), random.Random(seed)  # noqa: S311  (no secret)
    command = [sys.executable, "-c", SCRIPT, str(exchange.root), "none", "1"]
    process = subprocess.Popen(command, cwd=PROJECT, env=_environment(tmp_path))  # noqa: S603
    while not (exchange.root / "exchange" / "work").exists() and process.poll() is None and moment.random() > 0.001:
        time.sleep(0.001)
    time.sleep(moment.uniform(0, 1))
    process.send_signal(signal.SIGKILL)
    process.wait()
    exchange.take_in()
    assert _state(exchange) == undisturbed


def test_a_row_lost_would_be_found(undisturbed: dict[str, Any], sent: Path, tmp_path: Path) -> None:
    exchange = _copied(sent, tmp_path)
    exchange.take_in()
    newest = max((exchange.root / "exchange" / "vintages").rglob("*.parquet"), key=lambda path: path.stat().st_mtime_ns)
    with exchange.ledger.open() as connection:
        connection.execute("DELETE FROM parts WHERE path LIKE ?", [f"%{newest.name}"])
    assert exchange.vintages() != undisturbed["vintages"]
