"""Turns at a publisher's host: rates, quotas and blocks, for all processes together."""

import datetime as dt
import itertools
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compact_pipelines.contracts.requests import Rate
from compact_pipelines.errors import SourceUnavailable
from compact_pipelines.live.pacing import Pacer
from tests.live.clocks import Clock

HOST = "api.example.test"
THREE_IN_TEN_SECONDS = Rate(requests=3, per_seconds=10, source="made up")
TEN_A_DAY = Rate(requests=100, per_seconds=1, a_day=10, source="made up")
TURNS = 40
PER_SECOND = 400


def test_turns_are_free_until_the_rate_is_reached(pacer: Pacer, clock: Clock) -> None:
    for _ in range(3):
        pacer.wait_turn(HOST, THREE_IN_TEN_SECONDS)
    assert clock.slept == []
    pacer.wait_turn(HOST, THREE_IN_TEN_SECONDS)
    assert clock.slept == [10]


def test_another_host_does_not_wait(pacer: Pacer, clock: Clock) -> None:
    for host in ("a.test", "b.test", "c.test", "d.test"):
        pacer.wait_turn(host, Rate(requests=1, per_seconds=60, source="made up"))
    assert clock.slept == []


@given(st.lists(st.floats(0, 8), min_size=5, max_size=30), st.integers(1, 4), st.floats(0.5, 10))
def test_no_stretch_holds_more_turns_than_the_rate_allows(pauses: list[float], requests: int, seconds: float) -> None:
    clock, given_at = Clock(), []
    pacer = Pacer(Path(":memory:"), clock, clock.sleep)
    try:
        for pause in pauses:
            clock.now += pause
            pacer.wait_turn(HOST, Rate(requests=requests, per_seconds=seconds, source="made up"))
            given_at.append(clock.now)
    finally:
        pacer.close()
    gaps = [later - earlier for earlier, later in zip(given_at, given_at[requests:], strict=False)]
    assert all(gap >= seconds - 1e-5 for gap in gaps)


def test_a_spent_quota_says_until_when(pacer: Pacer, clock: Clock) -> None:
    for _ in range(10):
        pacer.wait_turn(HOST, TEN_A_DAY)
    with pytest.raises(SourceUnavailable, match=r"10 requests of 2023-11-14 \(UTC\) are spent") as raised:
        pacer.wait_turn(HOST, TEN_A_DAY)
    assert "not asked again before 2023-11-15 00:00:00 UTC" in str(raised.value)
    assert raised.value.wait_seconds is not None
    clock.now += raised.value.wait_seconds
    pacer.wait_turn(HOST, TEN_A_DAY)
    assert pacer.asked_today(HOST) == 1


def test_a_refused_turn_is_not_counted(pacer: Pacer) -> None:
    for _ in range(10):
        pacer.wait_turn(HOST, TEN_A_DAY)
    for _ in range(3):
        with pytest.raises(SourceUnavailable):
            pacer.wait_turn(HOST, TEN_A_DAY)
    assert pacer.asked_today(HOST) == 10


def test_a_block_is_sat_out_and_outlives_its_process(tmp_path: Path, clock: Clock) -> None:
    first = Pacer(tmp_path / "pacing.sqlite", clock, clock.sleep)
    first.block(HOST, 30)
    first.close()
    second = Pacer(tmp_path / "pacing.sqlite", clock, clock.sleep)
    second.wait_turn(HOST, TEN_A_DAY)
    second.close()
    assert clock.slept == [30]


def test_a_shorter_block_does_not_shorten_a_longer_one(pacer: Pacer, clock: Clock) -> None:
    pacer.block(HOST, 30)
    pacer.block(HOST, 5)
    pacer.wait_turn(HOST, TEN_A_DAY)
    assert clock.slept == [30]


def test_a_block_that_is_too_long_to_wait_for_is_told(pacer: Pacer, clock: Clock) -> None:
    pacer.block(HOST, 3_600)
    until = dt.datetime.fromtimestamp(clock.now + 3_600, dt.UTC)
    with pytest.raises(SourceUnavailable, match="asked us to wait") as raised:
        pacer.wait_turn(HOST, TEN_A_DAY)
    assert f"{until:%H:%M:%S} UTC" in str(raised.value)
    assert raised.value.wait_seconds == 3_600
    assert clock.slept == []
    assert pacer.asked_today(HOST) == 0


def test_no_host_is_blocked_for_longer_than_a_week(pacer: Pacer, clock: Clock) -> None:
    for seconds in (1e9, 1e300, float("inf")):
        pacer.block(HOST, seconds)
        with pytest.raises(SourceUnavailable) as raised:
            pacer.wait_turn(HOST, TEN_A_DAY)
        assert raised.value.wait_seconds == 7 * 86_400
    clock.now += 7 * 86_400
    pacer.wait_turn(HOST, TEN_A_DAY)


def test_what_a_clock_that_ran_ahead_has_left_is_forgotten(pacer: Pacer, clock: Clock) -> None:
    hourly = Rate(requests=1, per_seconds=3_600, source="made up")
    right = clock.now
    for ahead in (5 * 365 * 86_400, 2 * 86_400):
        clock.now = right + ahead
        pacer.wait_turn(HOST, hourly)
    clock.now = right + 5 * 365 * 86_400
    pacer.block(HOST, 60)
    clock.now = right
    pacer.wait_turn(HOST, hourly)
    assert clock.slept == []
    assert pacer.asked_today(HOST) == 1


def test_a_rate_that_is_too_slow_to_wait_for_is_told(pacer: Pacer, clock: Clock) -> None:
    hourly = Rate(requests=1, per_seconds=3_600, source="made up")
    pacer.wait_turn(HOST, hourly)
    with pytest.raises(SourceUnavailable, match="takes 1 in 3600 s"):
        pacer.wait_turn(HOST, hourly)
    assert clock.slept == []


TAKER = f"""
import sys, time
from pathlib import Path
from compact_pipelines.contracts.requests import Rate
from compact_pipelines.live.pacing import Pacer
given = []
pacer = Pacer(Path(sys.argv[1]))
for _ in range({TURNS}):
    pacer.wait_turn("{HOST}", Rate(requests=1, per_seconds={1 / PER_SECOND}, source="made up"))
print(pacer.asked_today("{HOST}"))
"""


def test_two_processes_share_one_rate(tmp_path: Path) -> None:
    path = tmp_path / "pacing.sqlite"
    command = [sys.executable, "-c", TAKER, str(path)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    takers = [subprocess.Popen(command, text=True, **pipes) for _ in range(2)]  # noqa: S603  (our own interpreter)
    ended = [taker.communicate(timeout=60) for taker in takers]
    assert [taker.returncode for taker in takers] == [0, 0], ended
    pacer = Pacer(path)
    with pacer._transaction() as connection:
        given = [row[0] for row in connection.execute("SELECT at FROM turns ORDER BY at")]
    pacer.close()
    gaps = [later - earlier for earlier, later in itertools.pairwise(given)]
    assert len(given) == 2 * TURNS
    assert min(gaps) >= 1 / PER_SECOND - 1e-6
