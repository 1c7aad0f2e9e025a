import shutil
from pathlib import Path

import pytest

from compact_pipelines import fingerprints, snapshots
from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.reading import schemas_folder
from compact_pipelines.fingerprints import (
    DIGITS,
    code_fingerprint,
    combined,
    edition_fingerprint,
    part_fingerprint,
)
from compact_pipelines.snapshots import embedded_folder

PARTS = [(source.id, part) for source in load_contracts().sources.values() for part in source.parts]


@pytest.fixture
def embedded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of all embedded payloads to change."""
    folder = shutil.copytree(embedded_folder("statcan_cimt").parent, tmp_path / "embedded")
    for module in (fingerprints, snapshots):
        monkeypatch.setattr(module, "embedded_folder", lambda source_id: folder / source_id)
    return folder


@pytest.fixture
def code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the package's code and of schemas/ to change; fingerprinted without the memory of the process."""
    package = Path(fingerprints.__file__).parent
    shutil.copytree(package, tmp_path / "code", ignore=shutil.ignore_patterns("embedded", "__pycache__"))
    shutil.copytree(schemas_folder(), tmp_path / "schemas")
    monkeypatch.setattr(fingerprints, "__file__", str(tmp_path / "code/fingerprints.py"))
    monkeypatch.setattr(fingerprints, "schemas_folder", lambda: tmp_path / "schemas")
    monkeypatch.setattr(fingerprints, "code_fingerprint", code_fingerprint.__wrapped__)
    return tmp_path


def change(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\n")


def test_equal_inputs_have_equal_fingerprints(embedded: Path) -> None:
    before = [part_fingerprint(*part) for part in PARTS], edition_fingerprint()
    assert embedded.is_dir()
    assert ([part_fingerprint(*part) for part in PARTS], edition_fingerprint()) == before


def test_every_part_has_a_fingerprint_of_its_own() -> None:
    found = {part_fingerprint(*part) for part in PARTS}
    assert len(found) == len(PARTS)
    assert {len(fingerprint) for fingerprint in found} == {DIGITS}


def test_a_copy_of_the_payload_elsewhere_has_the_same_fingerprint(
    embedded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert embedded != embedded_folder("statcan_cimt").parent
    copied = part_fingerprint("statcan_cimt", "totals")
    monkeypatch.setattr(fingerprints, "embedded_folder", embedded_folder)
    assert part_fingerprint("statcan_cimt", "totals") == copied


@pytest.mark.parametrize("file", ["totals.csv", "origin.yaml"])
def test_changed_bytes_or_a_changed_origin_change_the_fingerprint(embedded: Path, file: str) -> None:
    part, edition = part_fingerprint("statcan_cimt", "totals"), edition_fingerprint()
    change(embedded / "statcan_cimt" / file)
    assert part_fingerprint("statcan_cimt", "totals") != part
    assert edition_fingerprint() != edition


def test_another_part_keeps_its_fingerprint_when_bytes_change(embedded: Path) -> None:
    before = part_fingerprint("statcan_cimt", "totals")
    change(embedded / "statcan_cimt/partners.csv")
    assert part_fingerprint("statcan_cimt", "totals") == before


def test_an_absent_payload_has_a_fingerprint_of_its_own(embedded: Path) -> None:
    path = embedded / "statcan_cimt/totals.csv"
    present = part_fingerprint("statcan_cimt", "totals")
    path.write_bytes(b"")
    empty = part_fingerprint("statcan_cimt", "totals")
    path.unlink()
    assert len({present, empty, part_fingerprint("statcan_cimt", "totals")}) == 3


def test_a_payload_without_origin_has_a_fingerprint_of_its_own(embedded: Path) -> None:
    before = part_fingerprint("statcan_cimt", "totals")
    (embedded / "statcan_cimt/origin.yaml").unlink()
    without = part_fingerprint("statcan_cimt", "totals")
    assert without != before
    assert part_fingerprint("statcan_cimt", "totals") == without


def test_a_part_nothing_vouches_for_has_a_fingerprint_of_its_own() -> None:
    assert part_fingerprint("statcan_cimt", "chapters") != part_fingerprint("statcan_cimt", "totals")


@pytest.mark.parametrize(
    "file", ["code/harmonise.py", "code/contracts/rules.py", "schemas/membership.yaml", "schemas/codelists/area.csv"]
)
def test_a_changed_line_of_code_or_contract_changes_the_fingerprint(code: Path, file: str) -> None:
    before, edition = fingerprints.code_fingerprint(), edition_fingerprint()
    assert fingerprints.code_fingerprint() == before
    change(code / file)
    assert fingerprints.code_fingerprint() != before
    assert edition_fingerprint() != edition


def test_a_new_module_changes_the_fingerprint(code: Path) -> None:
    before = fingerprints.code_fingerprint()
    (code / "code/new.py").write_bytes(b"")
    assert fingerprints.code_fingerprint() != before


def test_an_installed_wheel_has_the_fingerprint_of_its_checkout(code: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checkout = fingerprints.code_fingerprint()
    packed = shutil.move(code / "schemas", code / "code/schemas")
    monkeypatch.setattr(fingerprints, "schemas_folder", lambda: packed)
    assert fingerprints.code_fingerprint() == checkout


def test_fingerprints_are_combined_in_their_order() -> None:
    assert combined(["a", "b"]) == combined(["a", "b"])
    assert len({combined(["a", "b"]), combined(["b", "a"]), combined(["ab"]), combined(["a"]), combined([])}) == 5
    assert len(combined(["a"])) == DIGITS


def test_the_state_of_the_exchange_is_an_input(
    data_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = fingerprints.exchange_state(data_root)
    assert fingerprints.exchange_state(data_root) == before
    assert not data_root.exists()
    with monkeypatch.context() as patch:
        patch.setattr(fingerprints, "exchange_fingerprint", lambda _root: "drops")
        dropped = fingerprints.exchange_state(data_root)
    own = tmp_path / "disclosure.yaml"
    monkeypatch.setenv("COMPACT_DISCLOSURE", str(own))
    absent = fingerprints.exchange_state(data_root)
    own.write_text("withheld: []")
    present = fingerprints.exchange_state(data_root)
    monkeypatch.setenv("COMPACT_PARTNERS", str(tmp_path))
    agreed = fingerprints.exchange_state(data_root)
    assert len({before, dropped, absent, present, agreed}) == 5
    assert len({edition_fingerprint(state) for state in (before, dropped, "")}) == 3
