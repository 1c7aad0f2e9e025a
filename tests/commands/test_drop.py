"""`compact drop pack`, `sign` and `check` as a partner would call them, with `ssh-keygen` where it is."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from compact_pipelines.cli import main
from compact_pipelines.contracts import Contracts
from compact_pipelines.contracts.templates import csv_template
from compact_pipelines.exchange.signatures import fingerprint, public_key_line, raw_public_key

ROW = "A,{area},USA,{flow},TOTAL,{period},12.5,USD,6,FOB,,A,F,,\n"  # a made-up figure
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = raw_public_key(KEY)


class Desk:
    """A partner's desk: a file, keys, and the command."""

    def __init__(self, folder: Path, header: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.drop, self.file, self.header = folder / "drop", folder / "trade.csv", header
        self.key, self.public = folder / "key", folder / "key.pub"
        self.key.write_bytes(KEY.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
        self.public.write_text(f"{public_key_line(PUBLIC, 'made up')}\n", encoding="utf-8")
        self.write()
        self._patch = monkeypatch

    def write(self, area: str = "CAN", flow: str = "X") -> None:
        self.file.write_text(self.header + ROW.format(area=area, flow=flow, period=2024), encoding="utf-8")

    def call(self, *words: object) -> int:
        self._patch.setattr(sys, "argv", ["compact", "drop", *map(str, words)])
        with pytest.raises(SystemExit) as end:
            main()
        return int(end.value.code or 0)

    def pack(self, *words: object) -> int:
        what = ("--table", "compute_exports", "--partner", "ca-statcan", "--seq", 1, "--output", self.drop)
        return self.call("pack", self.file, *what, *words)


@pytest.fixture
def desk(tmp_path: Path, contracts: Contracts, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.delenv("COMPACT_EXCHANGE", raising=False)
    return Desk(tmp_path, csv_template(contracts.tables["compute_exports"]), monkeypatch)


def test_a_drop_is_packed_signed_and_found_in_order(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert desk.pack("--contact", "desk 4") == 0
    assert f"Sign it: compact drop sign {desk.drop} --key KEY" in capsys.readouterr().out
    assert desk.call("sign", desk.drop, "--key", desk.key) == 0
    assert f"Signed with {fingerprint(PUBLIC)}" in capsys.readouterr().out
    assert desk.call("check", desk.drop, "--public-key", desk.public) == 0
    said = capsys.readouterr()
    assert said.out.splitlines()[-1] == "As far as can be said here, the drop would be ACCEPTED (1 row)."
    assert "The agreement with 'ca-statcan' known on this machine has no key" in said.err


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="OpenSSH is not on this machine")
def test_a_drop_signed_by_ssh_keygen_is_found_in_order(desk: Desk) -> None:
    assert desk.pack() == 0
    desk.key.chmod(0o600)
    words = [
        "ssh-keygen",
        "-Y",
        "sign",
        "-n",
        "drop-manifest.v1",
        "-f",
        str(desk.key),
        str(desk.drop / "manifest.json"),
    ]
    subprocess.run(words, check=True, capture_output=True)  # noqa: S603  (our own words)
    assert desk.call("check", desk.drop, "--public-key", desk.public) == 0


def test_every_command_prints_json(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert desk.pack("--json") == 0
    packed = json.loads(capsys.readouterr().out)
    assert packed["manifest"]["files"][0]["rows"] == 1
    assert packed["check"]["outcome"] == "ACCEPTED"
    assert desk.call("sign", desk.drop, "--key", desk.key, "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"signed": str(desk.drop), "signer": fingerprint(PUBLIC)}
    assert desk.call("check", desk.drop, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["outcome"], found["counts"]["rows"], found["findings"]) == ("ACCEPTED", 1, [])


def test_a_file_that_would_be_refused_is_not_packed(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.write(area="MEX")
    assert desk.pack() == 1
    said = capsys.readouterr()
    assert "trade.csv row 1: ref_area is 'MEX'." in said.out
    assert "nothing was packed" in said.err
    assert not desk.drop.exists()
    assert desk.pack("--json") == 1
    assert json.loads(capsys.readouterr().out)["check"]["outcome"] == "REJECTED"
    assert desk.pack("--no-validate") == 0


def test_a_row_that_would_be_held_is_packed_with_a_note(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.write(flow="[red]export")
    assert desk.pack() == 0
    said = capsys.readouterr()
    assert "trade.csv row 1: flow is '[red]export'." in said.out
    assert "note: 1 of 1 rows would be held." in said.err


def test_a_drop_at_fault_is_a_finding(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert desk.pack() == 0
    assert desk.call("check", desk.drop) == 1
    assert "The drop is not signed yet." in capsys.readouterr().out
    assert desk.call("sign", desk.drop, "--key", desk.key) == 0
    (desk.drop / "trade.csv").write_text("made up", encoding="utf-8")
    assert desk.call("check", desk.drop) == 1
    assert "REJECTED" in capsys.readouterr().out
    assert desk.call("sign", desk.drop, "--key", desk.key) == 1


def test_a_drop_for_another_exchange_is_a_finding(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert desk.pack("--exchange", "prod-1") == 0
    assert desk.call("sign", desk.drop, "--key", desk.key) == 0
    assert desk.call("check", desk.drop) == 0
    monkeypatch.setenv("COMPACT_EXCHANGE", "prod-2")
    assert desk.call("check", desk.drop) == 1


@pytest.mark.parametrize(
    "words",
    [
        ("pack", "none.csv", "--table", "trade", "--partner", "us-bea", "--seq", "1", "--output", "d"),
        ("pack", "none.csv", "--table", "compute_exports", "--partner", "US", "--seq", "1", "--output", "d"),
        ("pack", "none.csv", "--table", "compute_exports", "--partner", "us-bea", "--seq", "1", "--output", "d"),
        ("pack", "none.csv", "--table", "compute_exports", "--partner", "x", "--seq", "1", "--output", "d"),
        ("pack", "none.csv", "--table", "compute_exports", "--partner", "x", "--seq", "one", "--output", "d"),
        ("sign", "none", "--key", "none"),
        ("check", "none"),
        ("check", "none", "--public-key", "none.pub"),
    ],
)
def test_a_wrong_call_is_told(
    desk: Desk, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    before = sorted(path.name for path in tmp_path.iterdir())
    assert desk.call(*words) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_help_reads_no_contract() -> None:
    code = (
        "import sys\nfrom compact_pipelines.cli import cli\n"
        "heavy = {'polars', 'pandera', 'pydantic', 'cryptography', 'duckdb', 'dagster'}\n"
        "sys.exit(sorted(heavy & set(sys.modules)) or 0)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603  (our own words)
