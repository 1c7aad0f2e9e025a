"""What may lie in an inbox: links, pipes, paths, writers that go on writing. Only the exchange's own copy is used."""
# ruff: noqa: RUF001  (what is ambiguous is what is tested)

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Final

from compact_pipelines.exchange.manifest import MANIFEST, SIGNATURE
from tests.exchange.corpus.building import DATA, IGNORED, Data, Drop, Entry, canary, case, rows, table

GOOD: Final = table(rows(2))


def _replaced(name: str, make: Callable[[Path], object]) -> Callable[[Path], None]:
    def replace(folder: Path) -> None:
        (folder / name).unlink()
        make(folder / name)

    return replace


def _put(name: str, rules: str, make: Callable[[Path], object], status: str = "REJECTED") -> Entry:
    return case(f"put-{name}", status, Drop({DATA: GOOD}, then=lambda folder: make(folder) and None), rules=rules)


def _instead(name: str, rules: str, make: Callable[[Path], object], of: str = DATA) -> Entry:
    return case(f"instead-{name}", "REJECTED", Drop({DATA: GOOD}, then=_replaced(of, make)), rules=rules)


def _hard_link(path: Path) -> None:
    os.link(canary(path.parent), path)


def _socket(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # a socket's path may not be long
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)


def _folder_is_link(folder: Path) -> None:
    there = canary(folder).parent / "a-drop"
    folder.rename(there)
    folder.symlink_to(there)


def _named(name: bytes) -> Callable[[Path], object]:
    def write(folder: Path) -> None:
        handle = os.open(os.fsencode(folder) + b"/" + name, os.O_CREAT | os.O_WRONLY)
        os.write(handle, GOOD.content)
        os.close(handle)

    return write


def _still_written(folder: Path) -> None:
    """A writer who keeps the file open and goes on; the handle is left to the garbage collector."""
    WRITERS.append((folder / DATA).open("ab"))


WRITERS: Final[list[object]] = []

ENTRIES: Final = [
    _instead("link", "plain_file", lambda path: path.symlink_to(canary(path.parent))),
    _instead("link-to-passwords", "plain_file", lambda path: path.symlink_to("/etc/passwd")),
    _instead("link-nowhere", "plain_file", lambda path: path.symlink_to("nowhere")),
    _instead("link-to-itself", "plain_file", lambda path: path.symlink_to(path)),
    _instead("hard-link", "plain_file", _hard_link),
    _instead("pipe", "plain_file", os.mkfifo),
    _instead("socket", "plain_file", _socket),
    _instead("folder", "plain_file", Path.mkdir),
    _instead("nothing", "missing_file", lambda _: None),
    _instead("link-as-manifest", "plain_file", lambda path: path.symlink_to(canary(path.parent)), MANIFEST),
    _instead("pipe-as-manifest", "plain_file", os.mkfifo, MANIFEST),
    _instead("link-as-signature", "plain_file", lambda path: path.symlink_to(canary(path.parent)), SIGNATURE),
    _instead("folder-as-signature", "plain_file", Path.mkdir, SIGNATURE),
    _put("more-file", "unlisted_file", lambda folder: (folder / "more.csv").write_bytes(GOOD.content)),
    _put("more-link", "plain_file", lambda folder: (folder / "more.csv").symlink_to(canary(folder))),
    _put("more-pipe", "plain_file", lambda folder: os.mkfifo(folder / "more.csv")),
    _put("more-folder", "plain_file", lambda folder: (folder / "sub").mkdir()),
    _put("hidden-file", "file_name", lambda folder: (folder / ".hidden").write_bytes(b"x")),
    _put("parent-in-name", "file_name", _named(b"..data.csv")),
    _put("upper-case-name", "file_name", _named(b"DATA.CSV")),
    _put("newline-in-name", "file_name", _named(b"data.csv\n")),
    _put("script-in-name", "file_name", _named(b"<script>alert(1)<!--script>.csv")),
    _put("terminal-in-name", "file_name", _named(b"\x1b[2J\x1b]0;owned\x07.csv")),
    _put("bytes-in-name", "file_name", _named(b"data\xff\xfe.csv")),
    _put("pattern-in-name", "file_name", _named(b"*.csv")),
    _put("option-in-name", "file_name", _named(b"--help")),
    _put("wide-name", "file_name", _named("ｄata.csv".encode())),
    _put("long-name", "file_name", _named(b"a" * 250)),
    _put("too-many-files", "drop_files", lambda folder: [
        (folder / f"{number}.csv").write_bytes(b"x") for number in range(30)]),
    case("folder-is-link", IGNORED, Drop({DATA: GOOD}, then=_folder_is_link)),
    case("folder-hidden-name", "ACCEPTED", Drop({DATA: GOOD}, folder=".drop"), counts={"new": 2}),
    case("folder-strange-name", "ACCEPTED", Drop({DATA: GOOD}, folder="<b>\n$(id)"), counts={"new": 2}),
    case("folder-parent-name", "ACCEPTED", Drop({DATA: GOOD}, folder="..%2f..%2fetc"), counts={"new": 2}),
    case("writer-goes-on", "ACCEPTED", Drop({DATA: GOOD}, then=_still_written), counts={"new": 2}),
    case("swapped-for-equal-size", "REJECTED", Drop({DATA: GOOD}, then=lambda folder: (folder / DATA).write_bytes(
        GOOD.content.replace(b"12.5", b"13.5")) and None), rules="file_agrees"),
    case("larger-than-agreed", "REJECTED", GOOD, rules="file_size", says="limit",
         agreement={"limits": {"file_bytes": 100}}),
    case("two-files", "ACCEPTED", {"a.csv": GOOD, "b.csv": table(rows(3, first=2))}, counts={"new": 5}),
    case("empty-file", "REJECTED", Data(b"", 0), rules="has_header"),
]  # fmt: skip
