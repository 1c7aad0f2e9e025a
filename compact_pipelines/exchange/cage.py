"""The child process of `sandbox`: it limits itself, reads one file it was handed, and says what is in it.

It is started with two open handles, of the file and of a pipe, and has no other business: what it says on the pipe are
frames, each a kind, a length and so many bytes. A batch is a JSON (how far, which faults), its length before it, and an
Arrow stream of the rows.
"""

import ctypes
import json
import os
import resource
import struct
import sys
from collections.abc import Iterable
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from compact_pipelines.contracts.faults import Fault
    from compact_pipelines.contracts.files import Block

FRAME: Final = struct.Struct("<BQ")  # kind, bytes that follow
NUMBERS: Final = "#number"  # the column that says which data row each is
FILES: Final = 32  # handles that may be open at once
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000


class Kind(IntEnum):
    """What a frame says."""

    HEADER = 1
    BATCH = 2
    FAULTS = 3
    MEMORY = 4
    END = 5
    BROKEN = 6


def main() -> None:
    """Read the file that the order names by its handle."""
    order = json.loads(sys.argv[1])
    leave_network()
    from compact_pipelines.contracts.files import opener_of  # noqa: PLC0415

    opener_of(order["ending"])  # loads the reader before there are limits, so that these only meet the file
    confine(order["memory_bytes"], order["cpu_seconds"])
    _say(order["answer"], *_read(order, order["answer"]))


def leave_network() -> None:
    """A network of its own, with nothing in it; where the system does not let it have one, it has to do without."""
    try:
        ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWUSER | CLONE_NEWNET)
    except (OSError, AttributeError):
        return


def confine(memory_bytes: int, cpu_seconds: int) -> None:
    """Take from this process, for good, what it does not need."""
    for limit, most in {
        resource.RLIMIT_AS: memory_bytes,
        resource.RLIMIT_CPU: cpu_seconds + 1,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NOFILE: FILES,
        resource.RLIMIT_CORE: 0,
    }.items():
        _, hard = resource.getrlimit(limit)
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(limit, (least, least))
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (min(cpu_seconds, hard), hard))  # ended by a signal that tells why


def _read(order: dict[str, Any], answer: int) -> tuple[Kind, bytes]:
    """Say the header and the rows; the last word is what is returned."""
    from compact_pipelines.contracts.faults import UnreadableFile  # noqa: PLC0415
    from compact_pipelines.contracts.files import Limits, open_file  # noqa: PLC0415

    try:
        path, how_far = Path(f"/proc/self/fd/{order['file']}"), [0, 1]
        file = open_file(path, Limits(**order["limits"]), ending=order["ending"])
        _say(answer, Kind.HEADER, json.dumps(file.header).encode())

        def progress(done: int, total: int) -> None:
            how_far[:] = [done, total]

        for batch in file.read(progress):
            said = {"done": how_far[0] / max(1, how_far[1]), "faults": _plain(batch.faults)}
            _say(answer, Kind.BATCH, *_packed(json.dumps(said).encode(), batch))
    except UnreadableFile as error:
        return Kind.FAULTS, json.dumps(_plain(error.faults)).encode()
    except MemoryError:
        return Kind.MEMORY, b""
    except Exception:  # noqa: BLE001  (whatever a file does to a reader, the parent is told that it stopped)
        return Kind.BROKEN, b""
    return Kind.END, b""


def _plain(faults: "Iterable[Fault]") -> list[list[Any]]:
    return [[fault.rule, fault.row, fault.column, fault.value, fault.found] for fault in faults]


def _packed(said: bytes, batch: "Block") -> list[bytes | memoryview]:
    import pyarrow as pa  # noqa: PLC0415

    # Not pa.array: given an array of numpy, it loads pandas to ask whether it is one of its series (0.15 s a file).
    places = pa.Array.from_buffers(pa.int64(), len(batch.places), [None, pa.py_buffer(batch.places.astype("<i8"))])
    table = batch.block.append_column(NUMBERS, places)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return [len(said).to_bytes(8, "little"), said, memoryview(sink.getvalue())]


def _say(answer: int, kind: Kind, *payload: bytes | memoryview) -> None:
    for part in (FRAME.pack(kind, sum(map(len, payload))), *payload):
        view = memoryview(part)
        while view:
            view = view[os.write(answer, view) :]


if __name__ == "__main__":
    main()
