"""What is ready in the inbox: folders with a signature, each taken up once for what is in it."""

import os
from pathlib import Path

import pytest

from compact_pipelines.exchange.manifest import SIGNATURE
from compact_pipelines.exchange.pickup import find_ready, is_seen
from tests.exchange.corpus.building import DATA, row, rows
from tests.exchange.corpus.exchanging import NORTH, SOUTH, Exchange


def _made(inbox: Path, *names: str) -> None:
    for name in names:
        (inbox / name).mkdir(parents=True)
        (inbox / name / SIGNATURE).write_bytes(b"x")


def _ready(inbox: Path, **only: str) -> list[str]:
    return [f"{ready.partner}/{ready.given}" for ready in find_ready(inbox, **only)]


def test_signature_makes_a_folder_ready(tmp_path: Path) -> None:
    _made(tmp_path, "us-bea/b", "us-bea/a", "ca-statcan/c")
    (tmp_path / "us-bea" / "unsigned").mkdir()
    (tmp_path / "us-bea" / "a-file").write_bytes(b"")
    assert _ready(tmp_path) == ["ca-statcan/c", "us-bea/a", "us-bea/b"]


def test_one_partner_or_one_drop_may_be_named(tmp_path: Path) -> None:
    _made(tmp_path, "us-bea/a", "us-bea/b", "ca-statcan/a")
    assert _ready(tmp_path, partner="us-bea") == ["us-bea/a", "us-bea/b"]
    assert _ready(tmp_path, partner="us-bea", drop="b") == ["us-bea/b"]


def test_names_that_are_no_partner_are_passed_over(tmp_path: Path) -> None:
    _made(tmp_path, "Us-Bea/a", "..x/a", "us bea/a", "us-bea\n/a")
    assert _ready(tmp_path) == []


def test_links_are_passed_over(tmp_path: Path) -> None:
    _made(tmp_path / "elsewhere", "us-bea/a")
    inbox = tmp_path / "inbox"
    (inbox / "ca-statcan").mkdir(parents=True)
    (inbox / "us-bea").symlink_to(tmp_path / "elsewhere" / "us-bea")
    (inbox / "ca-statcan" / "a").symlink_to(tmp_path / "elsewhere" / "us-bea" / "a")
    assert _ready(inbox) == []


def test_no_inbox_is_an_empty_one(tmp_path: Path) -> None:
    assert _ready(tmp_path / "nothing") == []


@pytest.mark.parametrize("name", ["..%2f", "a b", "-rf", "a\nb", "<b>", "é", "a" * 120])
def test_strange_folder_is_named_by_a_hash(tmp_path: Path, name: str) -> None:
    _made(tmp_path, f"us-bea/{name}")
    [ready] = find_ready(tmp_path)
    assert ready.given == name
    assert ready.name.startswith("unnamed-")


def test_two_strange_folders_have_two_names(tmp_path: Path) -> None:
    _made(tmp_path, "us-bea/a b", "us-bea/a  b")
    assert len({ready.name for ready in find_ready(tmp_path)}) == 2


def test_folder_that_has_not_changed_is_seen(exchange: Exchange) -> None:
    exchange.send(rows(1))
    exchange.take_in()
    [ready] = find_ready(exchange.root / "inbox")
    assert is_seen(exchange.ledger, ready)


def test_corrected_drop_in_the_same_folder_is_taken_up(exchange: Exchange) -> None:
    folder = exchange.send([row(1, ref_area="USA")])
    assert [decided.status for decided in exchange.take_in()] == ["REJECTED"]
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    exchange.send(rows(1))
    assert [decided.status for decided in exchange.take_in()] == ["ACCEPTED"]


def test_missing_file_that_comes_later_makes_the_drop_whole(exchange: Exchange) -> None:
    folder = exchange.send(rows(1))
    (folder / DATA).rename(folder.parent / "kept")
    assert [decided.status for decided in exchange.take_in()] == ["REJECTED"]
    (folder.parent / "kept").rename(folder / DATA)
    assert [decided.status for decided in exchange.take_in()] == ["ACCEPTED"]


def test_only_the_named_partner_is_taken_up(exchange: Exchange) -> None:
    exchange.send(rows(1))
    exchange.send([row(1, ref_area="MEX")], partner=SOUTH)
    assert [decided.partner for decided in exchange.take_in(partner=SOUTH)] == [SOUTH]
    assert [decided.partner for decided in exchange.take_in()] == [NORTH]


def test_inbox_is_left_as_it_was(exchange: Exchange) -> None:
    exchange.send(rows(1))
    inbox = exchange.root / "inbox"
    before = {(str(path), path.lstat().st_mtime_ns) for path in inbox.rglob("*")}
    exchange.take_in()
    assert {(str(path), path.lstat().st_mtime_ns) for path in inbox.rglob("*")} == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_folder_that_cannot_be_read_is_passed_over(exchange: Exchange) -> None:
    folder = exchange.send(rows(1))
    folder.chmod(0)
    try:
        assert exchange.take_in() == []
    finally:
        folder.chmod(0o755)
