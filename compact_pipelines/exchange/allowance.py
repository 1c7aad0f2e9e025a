"""What reading one file may cost; a child process of `sandbox` that takes more is ended."""

from dataclasses import dataclass
from typing import Final

from compact_pipelines.contracts.files import MIB, Limits

MEMORY_BYTES: Final = 1024 * MIB  # of addresses; what is resident stays far below (measured: 210 MiB)
CPU_SECONDS: Final = 60
WALL_FACTOR: Final = 2  # a child that sleeps is stopped too
MOST_TIMES: Final = 4  # memory is raised with an agreement's limits up to so many times


@dataclass(frozen=True)
class Allowance:
    """What the child may use.

    Attributes:
        memory_bytes: of address space.
        cpu_seconds: of computing.
        wall_seconds: that the parent waits for it in all; the time the parent needs itself is not counted.
    """

    memory_bytes: int = MEMORY_BYTES
    cpu_seconds: int = CPU_SECONDS
    wall_seconds: float = WALL_FACTOR * CPU_SECONDS

    @classmethod
    def for_limits(cls, limits: Limits) -> "Allowance":
        """The usual allowance, raised as an agreement raises the size of a file."""
        times = max(1.0, limits.file_bytes / Limits().file_bytes)
        seconds = int(CPU_SECONDS * times)
        return cls(int(MEMORY_BYTES * min(times, MOST_TIMES)), seconds, WALL_FACTOR * seconds)
