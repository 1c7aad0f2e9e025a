"""The deployment, as `make server` starts it: a schedule of Dagster's daemon asks a publisher in several processes.

PostgreSQL then holds the schedule, its tick, the run and the event log. The publisher is a server on this machine; its
figures are made up.
"""

import os
import re
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import psycopg2
import pytest

from compact_pipelines.live.journal import Journal
from compact_pipelines.pulls import CHECKS
from deploy.cluster import find_programs, free_port
from deploy.server import LOCATION, Installation
from tests.live.publishers.epoch_models import ANSWERS
from tests.live.stub_publisher import Reply, in_turn, running

SOURCE: Final = "epoch_models"
SCHEDULE: Final = f"ask_{SOURCE}_when_due"
PATIENCE_SECONDS: Final = 300
WEEK_SECONDS: Final = 7 * 86_400
MUST_RUN: Final = os.environ.get("REQUIRE_BROWSER") == "1"

pytestmark = [
    pytest.mark.end_to_end,
    pytest.mark.skipif(find_programs() is None and not MUST_RUN, reason="PostgreSQL is not installed"),
]

START: Final = """mutation start($which: ScheduleSelector!) {
  startSchedule(scheduleSelector: $which) {
    __typename ... on ScheduleStateResult { scheduleState { status } } ... on PythonError { message }
  }
}"""


@dataclass(frozen=True)
class Asked:
    """An installation of `make server`, still without its daemon, and a connection to its PostgreSQL."""

    installed: Installation
    connection: Any

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall())

    def until(self, statement: str, what: str) -> list[tuple[Any, ...]]:
        """The rows of a statement as soon as there are any."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline and all(one.poll() is None for one in self.installed.processes):
            if found := self.rows(statement):
                return found
            time.sleep(0.2)
        raise AssertionError(f"{what} has not come; what the processes said stands above")


@pytest.fixture
def data_root(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def asked(data_root: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Asked]:
    with running() as publisher, tempfile.TemporaryDirectory(prefix="compact-test-") as folder:
        publisher.play(in_turn(Reply(body=ANSWERS.pages("models")[0], content_type=ANSWERS.content_type)))
        monkeypatch.setenv("COMPACT_LIVE_HOSTS", f"https://epoch.ai={publisher.stands_in_for('https://epoch.ai')}")
        monkeypatch.delenv("COMPACT_EXECUTOR", raising=False)
        with Installation(Path(folder), data_root, free_port()) as installed:
            connection = installed.cluster.connect()
            connection.autocommit = True
            yield Asked(installed, connection)
            connection.close()
        assert [one.poll() is not None for one in installed.processes] == [True] * 3
        with pytest.raises(psycopg2.OperationalError):
            installed.cluster.connect()


def start_schedule(asked: Asked) -> None:
    """Turn the schedule on as an operator does, a week ago: its last time has then passed without a tick."""
    which = {"repositoryLocationName": LOCATION, "repositoryName": "__repository__", "scheduleName": SCHEDULE}
    question = {"query": START, "variables": {"which": which}}
    address = f"http://127.0.0.1:{asked.installed.port}/graphql"
    answer = httpx.post(address, json=question, timeout=PATIENCE_SECONDS).json()
    assert answer["data"]["startSchedule"] == {
        "__typename": "ScheduleStateResult",
        "scheduleState": {"status": "RUNNING"},
    }
    with asked.connection.cursor() as cursor:
        cursor.execute(
            "UPDATE instigators SET instigator_body = "
            r"""regexp_replace(instigator_body, '("start_timestamp": )[0-9.]+', '\1' || %s) """
            "WHERE instigator_body LIKE %s",
            (str(time.time() - WEEK_SECONDS), f"%{SCHEDULE}%"),
        )
        assert cursor.rowcount == 1


def test_a_schedule_asks_a_publisher_and_postgres_holds_what_came_of_it(asked: Asked, data_root: Path) -> None:
    start_schedule(asked)
    asked.installed.start_daemon()
    ended = "SELECT run_id, status FROM runs WHERE status IN ('SUCCESS', 'FAILURE')"
    failed = "SELECT tick_body, status FROM job_ticks WHERE status = 'FAILURE'"
    [(run_id, status)] = asked.until(f"{ended} UNION ALL {failed}", "a finished run")
    assert status == "SUCCESS", (run_id, asked.rows("SELECT event FROM event_logs WHERE event LIKE '%FAILURE%'"))

    # Run storage: what ran, why, and of what.
    [(job, partition)] = asked.rows(f"SELECT pipeline_name, partition FROM runs WHERE run_id = '{run_id}'")
    assert (job, partition) == (f"ask_{SOURCE}", "all")
    tags = dict(asked.rows(f"SELECT key, value FROM run_tags WHERE run_id = '{run_id}'"))
    assert tags["dagster/schedule_name"] == SCHEDULE
    assert tags["compact/source"] == SOURCE

    # Event log: a process a step, what was believed, the checks of the partition.
    events = asked.rows(f"SELECT dagster_event_type, partition, event FROM event_logs WHERE run_id = '{run_id}'")
    kinds = [kind for kind, _, _ in events]
    assert {"STEP_WORKER_STARTING", "STEP_WORKER_STARTED", "STEP_SUCCESS", "PIPELINE_SUCCESS"} <= set(kinds)
    assert [partition for kind, partition, _ in events if kind == "ASSET_MATERIALIZATION"] == ["all"]
    assert kinds.count("ASSET_CHECK_EVALUATION") == len(CHECKS)
    processes = {found[1] for _, _, event in events for found in [re.search(r'"pid": (\d+)', event)] if found}
    assert len(processes) >= 2

    # Schedule storage: that it is on, and its tick.
    [(state,)] = asked.rows(f"SELECT status FROM instigators WHERE instigator_body LIKE '%{SCHEDULE}%'")
    assert state == "RUNNING"
    its = f"SELECT tick_body FROM job_ticks WHERE status = 'SUCCESS' AND tick_body LIKE '%{SCHEDULE}%'"
    [(tick,)] = asked.until(its, "the tick")
    assert run_id in tick

    # And the figures are believed.
    [believed] = Journal(data_root).accepted(SOURCE)
    assert believed.partition_key == "all"
    assert believed.row_count > 1
