"""Time in tests of the way in: nobody waits, and every wait is noted."""

from dataclasses import dataclass, field
from typing import Final

from compact_pipelines.live.wire import Patience

# No wait between attempts; one that a publisher states is left to the pacer, whose clock is made up.
HASTY: Final = Patience(attempts=3, first_wait_seconds=0, longest_backoff_seconds=0, read_seconds=5, connect_seconds=5)


@dataclass
class Clock:
    """A clock that moves when somebody sleeps, and notes for how long."""

    now: float = 1_700_000_000.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
