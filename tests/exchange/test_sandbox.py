"""The child that reads a drop's file: what it may not do, and what becomes of a file that makes it try."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from compact_pipelines.contracts.faults import Fault, UnreadableFile
from compact_pipelines.contracts.files import MIB, Limits
from compact_pipelines.exchange import sandbox
from compact_pipelines.exchange.allowance import Allowance
from compact_pipelines.exchange.sandbox import SandboxedFile

OPENING = """
import json, os, signal, struct, sys, time
import pyarrow as pa
from compact_pipelines.exchange import cage
order = json.loads(sys.argv[1])
def say(kind, payload):
    os.write(order["answer"], struct.pack("<BQ", kind, len(payload)) + payload)
def batch(table, said=b'{"done": 1, "faults": []}'):
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    say(2, len(said).to_bytes(8, "little") + said + sink.getvalue().to_pybytes())
good = pa.table({"a": ["1"], "#number": [1]})
"""
HEADER = "say(1, b'[\"a\"]')\n"
Child = Callable[[str], None]


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch) -> Child:
    """Put another program in the place of the child."""
    return lambda code: monkeypatch.setattr(sandbox, "CHILD", ("-c", OPENING + code))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "stored"
    file.write_bytes(b"a\n1\n2\n")
    return file


def read(path: Path, allowance: Allowance | None = None, ending: str = ".csv") -> list[Any]:
    with SandboxedFile(path, ending, Limits(), allowance) as file:
        return [file.header, *(row for block, _ in file.batches() for row in block.texts.rows())]


def refused(path: Path, allowance: Allowance | None = None) -> Fault:
    with pytest.raises(UnreadableFile) as error:
        read(path, allowance)
    [fault] = error.value.faults
    return fault


def test_a_file_is_read_in_another_process(path: Path) -> None:
    assert read(path) == [["a"], ("1",), ("2",)]


def test_the_childs_faults_are_told(path: Path) -> None:
    path.write_bytes(b"a\n\xff\n")
    assert refused(path).rule == "file_is_utf8"


def test_a_link_is_not_followed(path: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(path)
    with pytest.raises(OSError, match="symbolic links"):
        read(tmp_path / "link")


def test_too_much_computing_is_ended(path: Path, child: Child) -> None:
    child('cage.confine(order["memory_bytes"], order["cpu_seconds"])\nwhile True: pass')
    fault = refused(path, Allowance(cpu_seconds=1, wall_seconds=60))
    assert (fault.rule, fault.found) == ("too_costly", "Reading the file took more than 1 seconds")


def test_a_child_that_waits_is_ended(path: Path, child: Child) -> None:
    child(HEADER + "time.sleep(600)")
    assert refused(path, Allowance(wall_seconds=1)).rule == "too_costly"


def test_too_much_memory_is_refused(path: Path) -> None:
    path.write_bytes(b"a\n" + b"some text\n" * 2_000_000)
    fault = refused(path, Allowance(memory_bytes=150 * MIB))
    assert (fault.rule, fault.found) == ("too_costly", "Reading the file took more memory than allowed (150 MiB)")


@pytest.mark.parametrize(
    "code",
    [
        "os.kill(os.getpid(), signal.SIGSEGV)",
        "os.abort()",
        "sys.exit(0)",
        HEADER + "os.kill(os.getpid(), signal.SIGSEGV)",
        HEADER + "batch(good)\nos.abort()",
    ],
)
def test_a_child_that_dies_is_a_fault_and_no_error_of_ours(path: Path, child: Child, code: str) -> None:
    child(code)
    assert refused(path).rule == "reader_stopped"


@pytest.mark.parametrize(
    "code",
    [
        "say(1, b'{')",
        "say(1, b'[1]')",
        "say(9, b'')",
        "os.write(order['answer'], struct.pack('<BQ', 1, 1 << 60))",
        "batch(good)",
        HEADER + "say(3, b'[[\"no such rule\", 1, null, null, null]]')",
        HEADER + "say(2, b'short')",
        HEADER + "batch(pa.table({'b': ['1'], '#number': [1]}))",
        HEADER + "batch(pa.table({'a': [1], '#number': [1]}))",
        HEADER + "batch(pa.table({'a': ['1']}))",
        HEADER + "batch(pa.table({'a': ['1'], '#number': ['x']}))",
        HEADER + "batch(pa.table({'a': ['1'], '#number': pa.array([None], pa.int64())}))",
        HEADER + "batch(good, b'{}')",
        HEADER + "batch(good, b'[]')",
        HEADER + 'batch(good, b\'{"done": 1, "faults": [1]}\')',
        HEADER + "batch(pa.table({'a': pa.array([b'\\xff'], pa.binary()).view(pa.string()), '#number': [1]}))",
        HEADER
        + "batch(pa.table({'a': pa.DictionaryArray.from_arrays(pa.array([7], pa.int32()), ['1'], safe=False),"
        + " '#number': [1]}))",
    ],
)
def test_what_no_honest_child_says_is_not_believed(path: Path, child: Child, code: str) -> None:
    child(code)
    assert refused(path).rule == "reader_stopped"


def test_the_child_has_the_file_a_pipe_and_nothing_else(path: Path, child: Child) -> None:
    child(
        "fds = sorted(set(os.listdir('/proc/self/fd')) - {'0', '1', '2', str(order['file']), str(order['answer'])})\n"
        "left = [f for f in fds if os.path.exists('/proc/self/fd/' + f)]\n"
        "say(1, json.dumps([*sorted(os.environ), '|', *os.listdir('.'), '|', *left]).encode())\nsay(5, b'')"
    )
    [said] = read(path)
    assert set(said) - {"|"} == {"LC_ALL", "LC_CTYPE", "PYTHONDONTWRITEBYTECODE", "PYTHONPATH", *sandbox.SMALL} & set(
        said
    )
    assert said[-2:] == ["|", "|"]


def outcome(code: str) -> str:
    command = [sys.executable, "-c", f"from compact_pipelines.exchange import cage\n{code}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])  # noqa: S603
    return done.stdout.strip() or done.stderr.strip().splitlines()[-1]


def test_a_confined_process_writes_nothing_and_opens_little(tmp_path: Path) -> None:
    confined = "import os, signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\ncage.confine(1 << 30, 60)\n"
    assert "too large" in outcome(
        f"{confined}os.write(os.open({str(tmp_path / 'x')!r}, os.O_CREAT | os.O_WRONLY), b'x')"
    )
    assert "Too many open files" in outcome(f"{confined}[os.dup(1) for _ in range(99)]")
    assert "MemoryError" in outcome(f"{confined}bytearray(2 << 30)")


def test_a_network_of_its_own_reaches_nobody() -> None:
    said = outcome(
        "import os\nbefore = os.readlink('/proc/self/ns/net')\ncage.leave_network()\n"
        "print(json.dumps([before == os.readlink('/proc/self/ns/net'), sorted(os.listdir('/sys/class/net'))]))".replace(
            "import os\n", "import json, os\n", 1
        )
    )
    if json.loads(said)[0]:
        pytest.skip("this system gives no network of its own")
    code = "cage.leave_network()\nimport socket\nsocket.create_connection(('192.0.2.1', 9), 5)"
    assert "unreachable" in outcome(code)


def test_an_agreement_raises_what_may_be_used() -> None:
    assert Allowance.for_limits(Limits()) == Allowance()
    raised = Allowance.for_limits(Limits(file_bytes=1024 * MIB))
    assert raised.cpu_seconds > 20 * 60
    assert raised.memory_bytes == 4 * Allowance().memory_bytes
    assert Allowance.for_limits(Limits(file_bytes=MIB)) == Allowance()
