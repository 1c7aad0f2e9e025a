"""A made-up partner's desk and an exchange of its own, driven through the command line."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from compact_pipelines.cli import main
from compact_pipelines.exchange import sandbox
from compact_pipelines.exchange.signatures import public_key_line, raw_public_key

PARTNER = "made-up"
HEADER = "freq,ref_area,counterpart_area,flow,product,time_period,obs_value,unit_measure,obs_status,conf_status"
AGREEMENT = """id: made-up
name: {{en: Made up, fr: Inventé, es: Inventado}}
status: agreed
reporters: [CAN]
dataflows: [compute_exports]
formats: [csv]
keys:
  - {{id: only, public_key: {key}, valid_from: 2020-01-01T00:00:00Z}}
"""


class Exchange:
    """One data root, one partner, and what the commands say of them."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.root, self.folder = folder / "data", folder
        self._patch, self._capsys = monkeypatch, capsys
        key = Ed25519PrivateKey.generate()
        self.key = folder / "key"
        self.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
        partners = folder / "partners"
        partners.mkdir()
        text = AGREEMENT.format(key=public_key_line(raw_public_key(key)).strip())
        (partners / f"{PARTNER}.yaml").write_text(text, encoding="utf-8")
        monkeypatch.setenv("COMPACT_PARTNERS", str(partners))
        monkeypatch.setenv("COMPACT_DATA_ROOT", str(self.root))
        monkeypatch.delenv("COMPACT_EXCHANGE", raising=False)
        monkeypatch.delenv("COMPACT_EXCHANGE_KEY", raising=False)

    def call(self, *words: object) -> tuple[int, str, str]:
        """Exit code, standard output and standard error of a command."""
        self._patch.setattr(sys, "argv", ["compact", *map(str, words)])
        with pytest.raises(SystemExit) as end:
            main()
        out, err = self._capsys.readouterr()
        return int(end.value.code or 0), out, err

    def json(self, *words: object) -> Any:
        """What a command prints as JSON."""
        return json.loads(self.call(*words, "--json")[1])

    def send(self, folder: str, seq: int, *rows: str, mode: str = "rows") -> None:
        """Pack, sign and upload a drop of made-up rows: area, period, value, and conf_status if it is not F."""
        file = self.folder / "data.csv"
        cells = ([*row.split(), "F"][:4] for row in rows)
        lines = [f"A,CAN,{area},X,TOTAL,{period},{value},USD,A,{conf}" for area, period, value, conf in cells]
        file.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
        drop = self.root / "inbox" / PARTNER / folder
        drop.parent.mkdir(parents=True, exist_ok=True)
        what = (
            "--table",
            "compute_exports",
            "--partner",
            PARTNER,
            "--seq",
            seq,
            "--output",
            drop,
            "--no-validate",
            "--mode",
            mode,
        )
        assert self.call("drop", "pack", file, *what)[0] == 0
        assert self.call("drop", "sign", drop, "--key", self.key)[0] == 0


@pytest.fixture(autouse=True)
def start_quickly(warm_sandbox: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Children that read files start quickly; how they start is tested with the sandbox."""
    monkeypatch.setattr(sandbox, "_start", warm_sandbox.start)


@pytest.fixture
def exchange(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Exchange:
    return Exchange(tmp_path, monkeypatch, capsys)
