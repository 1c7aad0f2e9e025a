"""Readers while editions are replaced. Every figure is made up: all tables of edition N say N."""

import threading
import time
from collections.abc import Callable
from typing import Final

from compact_pipelines.warehouse import read
from compact_pipelines.warehouse.build import Published
from compact_pipelines.warehouse.layout import Layout

READERS: Final = 8
REPLACEMENTS: Final = 8
REPLACED_AT_LEAST: Final = 3
WRITER_SECONDS: Final = 3
PAUSE_SECONDS: Final = 0.15
Publish = Callable[..., Published]


def test_no_read_fails_and_none_is_torn_while_editions_are_replaced(layout: Layout, publish: Publish) -> None:
    """A reader sees the figures of one edition in all its tables, and that edition is at least the one it saw last."""
    publish(1)
    is_over = threading.Event()
    seen: list[list[int]] = [[] for _ in range(READERS)]
    faults: list[str] = []
    figures = " UNION ALL ".join(
        [
            "SELECT number FROM edition.edition",
            "SELECT rows_count FROM check_results",
            "SELECT size_bytes FROM snapshots",
            "SELECT rank FROM out_network_metrics",
            "SELECT obs_value FROM capital_flows",
            "SELECT obs_value FROM infrastructure",
        ]
    )

    def read_on(numbers: list[int]) -> None:
        while not is_over.is_set():
            try:
                edition = read.connect(layout)
                rows = read.query(edition, figures)[1]
                edition.connection.close()
            except Exception as error:  # noqa: BLE001  (whatever it is, the reader was failed)
                faults.append(repr(error))
                continue
            if {int(row[0]) for row in rows} != {edition.number} or edition.number < max(numbers, default=1):
                faults.append(f"edition {edition.number} after {numbers[-1:]} reads {rows}")
            numbers.append(edition.number)
            time.sleep(PAUSE_SECONDS)

    readers = [threading.Thread(target=read_on, args=(numbers,)) for numbers in seen]
    for reader in readers:
        reader.start()
    end = time.monotonic() + WRITER_SECONDS
    replaced = 0
    while replaced < REPLACED_AT_LEAST or (replaced < REPLACEMENTS and time.monotonic() < end):
        replaced += 1
        publish(1 + replaced)
    is_over.set()
    for reader in readers:
        reader.join()
    assert faults == []
    assert all(seen)
    assert len({number for numbers in seen for number in numbers}) >= REPLACED_AT_LEAST
