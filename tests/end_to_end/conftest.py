"""What a whole run is tried on: payloads to change, a data root to write to, questions to ask of it."""

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from compact_pipelines import fingerprints, snapshots
from compact_pipelines.snapshots import embedded_folder
from compact_pipelines.warehouse import read
from compact_pipelines.warehouse.layout import Layout

REACTORS = "geonuclear_reactors"


@dataclass(frozen=True)
class Embedded:
    """A copy of all embedded payloads."""

    folder: Path

    def spoil(self, source: str, change: Callable[[bytes], bytes]) -> None:
        """Change a source's first payload behind its origin's back."""
        path = self._payload(source)
        path.write_bytes(change(path.read_bytes()))

    def replace(self, source: str, change: Callable[[bytes], bytes]) -> None:
        """Change a source's first payload and let its origin vouch for the new bytes."""
        self.spoil(source, change)
        origin = self._origin(source)
        content = self._payload(source).read_bytes()
        part = next(iter(origin["parts"].values()))
        part |= {"sha256": hashlib.sha256(content).hexdigest(), "size_bytes": len(content)}
        (self.folder / source / "origin.yaml").write_text(yaml.safe_dump(origin, sort_keys=False), encoding="utf-8")

    def lose_one_reactor(self) -> None:
        """Take the first Canadian reactor in operation out of the table of reactors."""

        def less_one(content: bytes) -> bytes:
            lines = content.splitlines(keepends=True)
            lines.remove(next(line for line in lines if b",CA,Operational," in line))
            return b"".join(lines)

        self.replace(REACTORS, less_one)

    def _origin(self, source: str) -> Any:
        return yaml.safe_load((self.folder / source / "origin.yaml").read_text(encoding="utf-8"))

    def _payload(self, source: str) -> Path:
        return self.folder / source / next(iter(self._origin(source)["parts"].values()))["file"]


@pytest.fixture
def embedded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Embedded:
    """A copy of all embedded payloads to change, which runs of this process read."""
    folder = shutil.copytree(embedded_folder(REACTORS).parent, tmp_path / "embedded")
    for module in (fingerprints, snapshots):
        monkeypatch.setattr(module, "embedded_folder", lambda source_id: folder / source_id)
    return Embedded(folder)


@pytest.fixture
def copied_root(edition_root: Path, tmp_path: Path) -> Path:
    """A data root with the embedded edition in it, to write to."""
    return shutil.copytree(edition_root, tmp_path / "copied")


@pytest.fixture
def ask() -> Callable[[Path, str], list[tuple[Any, ...]]]:
    """One question to the edition that a data root serves."""

    def ask(root: Path, sql: str) -> list[tuple[Any, ...]]:
        edition = read.connect(Layout(root))
        try:
            return read.query(edition, sql)[1]
        finally:
            edition.connection.close()

    return ask
