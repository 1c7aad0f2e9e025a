"""A run is killed: no edition is served, or a whole one, and the next run succeeds."""

import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from compact_pipelines.contracts import Contracts
from compact_pipelines.runs import run_edition
from compact_pipelines.warehouse.layout import Layout
from compact_pipelines.warehouse.vintages import current_view, read_log

pytestmark = pytest.mark.end_to_end

Ask = Callable[[Path, str], list[tuple[Any, ...]]]
# A run of its own process, on a copy of the embedded payloads.
RUN: Final = """
import sys
from pathlib import Path
from compact_pipelines import fingerprints, snapshots
from compact_pipelines.cli import main
folder = Path(sys.argv.pop())
for module in (fingerprints, snapshots):
    module.embedded_folder = lambda source_id: folder / source_id
main()
"""
THEME: Final = "infrastructure"
KILL_SEED: Final = 20260707
PATIENCE_SECONDS: Final = 60


def killed_run(root: Path, embedded: Path, moment: str, wait: float) -> None:
    """Start a run and kill it a little after a file of this pattern has appeared or changed."""
    before = {path: path.stat().st_mtime_ns for path in root.glob(moment)}
    command = [sys.executable, "-c", RUN, "run", "--data-root", str(root), str(embedded)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:  # noqa: S603
        end = time.monotonic() + PATIENCE_SECONDS
        while process.poll() is None and time.monotonic() < end:
            if any(before.get(path) != _changed_at(path) for path in root.glob(moment)):
                time.sleep(wait)
                break
            time.sleep(0.002)
        os.kill(process.pid, signal.SIGKILL)


def _changed_at(path: Path) -> int | None:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:  # moved to its own name meanwhile
        return None


def require_readable(ask: Ask, root: Path) -> int:
    """The number of the served edition, whose file is whole; 0 if none is served."""
    layout = Layout(root)
    pointer = layout.pointer()
    if pointer is None:
        return 0
    _, path = layout.current("public")
    assert pointer.files["public"].sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert ask(root, "SELECT number FROM edition.edition") == [(pointer.number,)]
    assert ask(root, "SELECT bool_and(is_passed) FROM check_results") == [(True,)]
    return pointer.number


def leave_unfinished(root: Path, contracts: Contracts) -> None:
    """Make of a data root one in which no edition was ever made, and all is computed but infrastructure."""
    layout = Layout(root)
    layout.pointer_file.unlink()
    for folder in (layout.editions, layout.vintages):
        shutil.rmtree(folder)
    cores = [f"core_{source.id}" for source in contracts.sources_in_use if source.theme == THEME]
    for name in (*cores, f"known_{THEME}", THEME):
        layout.frame(name).unlink()
        (layout.stamps / name).unlink()


def test_a_first_run_killed_midway_leaves_no_edition_and_the_next_run_succeeds(
    ask: Ask, copied_root: Path, embedded: Any, contracts: Contracts
) -> None:
    data_root = copied_root
    leave_unfinished(data_root, contracts)
    chance = random.Random(KILL_SEED)  # noqa: S311  (a moment, not a secret)
    source = chance.choice(
        sorted(source.id for source in contracts.sources_in_use if source.is_embedded and source.theme == THEME)
    )
    killed_run(data_root, embedded.folder, f"building/core_{source}.parquet", chance.uniform(0, 0.2))
    assert (data_root / f"building/core_{source}.parquet").exists()
    assert require_readable(ask, data_root) == 0
    outcome = run_edition(data_root)
    assert (outcome.number, outcome.is_new, outcome.failures) == (1, True, [])
    assert require_readable(ask, data_root) == 1


def test_runs_killed_while_they_publish_leave_a_readable_edition_and_the_next_run_succeeds(
    ask: Ask, copied_root: Path, embedded: Any, contracts: Contracts
) -> None:
    chance = random.Random(KILL_SEED)  # noqa: S311  (a moment, not a secret)
    embedded.lose_one_reactor()
    for moment in ("vintages/infrastructure/000002.parquet", "editions/*.draft", "CURRENT"):
        killed_run(copied_root, embedded.folder, moment, chance.uniform(0, 0.05))
        assert require_readable(ask, copied_root) in {1, 2}
    outcome = run_edition(copied_root)
    assert (outcome.number, outcome.failures) == (2, [])
    assert require_readable(ask, copied_root) == 2
    table = contracts.tables["infrastructure"]
    log = read_log(Layout(copied_root).vintages, table, up_to=2)
    assert 0 < log.filter(edition_number=2).height < log.filter(edition_number=1).height
    assert current_view(log, table).height == len(ask(copied_root, "SELECT 1 FROM infrastructure"))
    assert not list(Layout(copied_root).editions.glob("*draft*"))
