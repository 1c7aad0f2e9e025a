"""A drop made, signed and looked at on the partner's machine; every byte of it bound."""

import datetime as dt
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.faults import UnreadableFile
from compact_pipelines.contracts.templates import csv_template
from compact_pipelines.errors import DropError, UsageError
from compact_pipelines.exchange.inspection import DropCheck, check_drop, stand_in
from compact_pipelines.exchange.manifest import read_manifest
from compact_pipelines.exchange.packing import Packed, Plan, RefusedFiles, pack_drop, sign_drop
from compact_pipelines.exchange.partners import Agreement
from compact_pipelines.exchange.signatures import fingerprint, raw_public_key

CONTRACTS = load_contracts()
TABLE = CONTRACTS.tables["compute_exports"]
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = raw_public_key(KEY)
HEADER = csv_template(TABLE)
ROW = "A,{area},USA,{flow},TOTAL,{period},12.5,USD,6,FOB,,A,F,,\n"  # a made-up figure
AGREED: Agreement = stand_in("xx-office", CONTRACTS, signer=PUBLIC).model_copy(update={"reporters": ["CAN"]})
NAMES = ("Données 1.csv", "b.csv")
AGREEMENTS = {"xx-office": AGREED}


def rows(*periods: int, area: str = "CAN", flow: str = "X") -> str:
    return HEADER + "".join(ROW.format(area=area, flow=flow, period=period) for period in periods)


@pytest.fixture
def key_path(tmp_path: Path) -> Path:
    path = tmp_path / "key"
    path.write_bytes(KEY.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    return path


@pytest.fixture
def pack(tmp_path: Path) -> Callable[..., Packed]:
    """Pack some texts as CSV files."""

    def pack(
        *texts: str, names: tuple[str, ...] = ("Données 1.csv", "b.csv"), judged: bool = True, **said: Any
    ) -> Packed:
        paths = [tmp_path / name for name, _ in zip(names, texts, strict=False)]
        for path, text in zip(paths, texts, strict=True):
            path.write_text(text, encoding="utf-8")
        plan = Plan(**{"table": TABLE, "partner": "xx-office", "seq": 1, **said})
        return pack_drop(paths, plan, tmp_path / "drop", agreements=AGREEMENTS, is_judged=judged)

    return pack


def check(folder: Path, agreements: dict[str, Agreement] | None = None, **asked: Any) -> DropCheck:
    return check_drop(folder, AGREEMENTS if agreements is None else agreements, **asked)


def rules(found: DropCheck) -> list[str]:
    assert found.is_refused
    return [one.rule for one in found.findings]


# Packing


def test_a_drop_holds_the_files_and_a_manifest_that_binds_them(pack: Callable[..., Packed]) -> None:
    packed = pack(rows(2023, 2024), rows(2022), contact="desk 4", period_from="2022", period_to="2024")
    names = sorted(path.name for path in packed.folder.iterdir())
    assert names == ["b.csv", "donnees-1.csv", "manifest.json"]
    manifest = read_manifest((packed.folder / "manifest.json").read_bytes())
    assert manifest == packed.manifest
    assert [(file.name, file.rows) for file in manifest.files] == [("donnees-1.csv", 2), ("b.csv", 1)]
    assert (packed.folder / "b.csv").read_text(encoding="utf-8") == rows(2022)
    assert packed.notices == (
        "'Données 1.csv' is called donnees-1.csv in the drop: names have small letters, digits and -._ only.",
    )


def test_what_would_be_refused_is_not_packed(pack: Callable[..., Packed], tmp_path: Path) -> None:
    with pytest.raises(RefusedFiles) as error:
        pack(rows(2024, area="MEX"))
    assert [count.rule for count in error.value.check.counts] == ["own_voice"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["Données 1.csv"]
    assert pack(rows(2024, area="MEX"), judged=False).manifest.files[0].rows == 1


def test_rows_that_would_be_held_are_packed_with_a_notice(pack: Callable[..., Packed]) -> None:
    packed = pack(rows(2024) + rows(2023, flow="export").removeprefix(HEADER), names=("a.csv",))
    assert packed.notices == ("1 of 2 rows would be held.",)
    assert packed.check is not None
    assert packed.check.outcome == "ACCEPTED_WITH_HELD_ROWS"


def test_under_all_or_nothing_a_held_row_holds_the_drop(pack: Callable[..., Packed]) -> None:
    packed = pack(rows(2024, flow="export"), names=("a.csv",), mode="all_or_nothing")
    assert packed.notices == ("1 of 1 rows would be held, which holds the whole drop.",)


def test_a_key_that_stands_in_two_files_is_found(pack: Callable[..., Packed]) -> None:
    packed = pack(rows(2024), rows(2024))
    assert packed.check is not None
    assert [(count.rule, count.found) for count in packed.check.counts] == [("key_unique", 2)]


def test_two_files_of_one_name_get_two(pack: Callable[..., Packed]) -> None:
    packed = pack(rows(2024), rows(2023), names=("A b.csv", "a-b.csv"))
    assert [file.name for file in packed.manifest.files] == ["a-b.csv", "a-b-2.csv"]


def test_a_csv_with_sdmx_columns_is_said_to_be_sdmx_csv(pack: Callable[..., Packed]) -> None:
    text = "DATAFLOW," + HEADER.upper() + "NACX:COMPUTE_EXPORTS(1.0.0)," + rows(2024).removeprefix(HEADER)
    assert pack(text).manifest.files[0].format == "sdmx-csv"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"seq": 0}, "seq is 0"),
        ({"action": "append"}, "action is 'append'"),
        ({"mode": "all"}, "mode is 'all'"),
        ({"supersedes": 1}, "supersedes is 1"),
        ({"period_from": "2025", "period_to": "2024"}, "goes from 2025 to 2024"),
        ({"contact": "a\nb"}, "contact is"),
        ({"partner": "CAN"}, "partner is 'CAN'"),
        ({"exchange": "Prod"}, "exchange is 'Prod'"),
    ],
)
def test_a_plan_that_breaks_the_form_is_told_before_files_are_read(
    pack: Callable[..., Packed], said: dict[str, Any], told: str
) -> None:
    with pytest.raises(UsageError, match=told):
        pack("no table at all", **said)


def test_a_folder_that_is_there_is_left_alone(pack: Callable[..., Packed]) -> None:
    pack(rows(2024))
    with pytest.raises(UsageError, match="is there already"):
        pack(rows(2023))


def test_a_file_that_cannot_be_counted_is_not_packed_unjudged(pack: Callable[..., Packed]) -> None:
    with pytest.raises(UnreadableFile):
        pack("a,b\n1", judged=False, names=("a.xlsx",))
    with pytest.raises(UsageError, match=r"ends in '\.txt'"):
        pack("a,b\n1", judged=False, names=("a.txt",))


def test_an_agreement_about_other_tables_is_told() -> None:
    with pytest.raises(UsageError, match="is not about infrastructure"):
        pack_drop(
            [Path("a.csv")],
            Plan(CONTRACTS.tables["infrastructure"], "xx-office", 1),
            Path("drop-that-is-not-made"),
            agreements={"xx-office": AGREED.model_copy(update={"dataflows": ["compute_exports"]})},
        )


# Signing


def test_a_signed_drop_is_in_order(pack: Callable[..., Packed], key_path: Path) -> None:
    folder = pack(rows(2024)).folder
    assert sign_drop(folder, key_path) == fingerprint(PUBLIC)
    found = check(folder, public_key=PUBLIC, exchange="local")
    assert (found.outcome, found.errors, found.rows, found.signer) == ("ACCEPTED", 0, 1, fingerprint(PUBLIC))
    assert len(found.notes) == 1


@pytest.mark.parametrize("harm", ["data", "manifest", "stranger", "gone"])
def test_what_is_not_as_packed_is_not_signed(pack: Callable[..., Packed], key_path: Path, harm: str) -> None:
    folder = pack(rows(2024), names=("a.csv",)).folder
    data, manifest = folder / "a.csv", folder / "manifest.json"
    match harm:
        case "data":
            data.write_text(rows(2023), encoding="utf-8")
        case "manifest":
            manifest.write_bytes(manifest.read_bytes().replace(b'"seq": 1', b'"seq": 0'))
        case "stranger":
            (folder / "notes.txt").write_text("made up", encoding="utf-8")
        case "gone":
            data.unlink()
    with pytest.raises(DropError):
        sign_drop(folder, key_path)
    assert not (folder / "manifest.json.sig").exists()


def test_a_signature_is_written_whole_or_not_at_all(
    pack: Callable[..., Packed], key_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = pack(rows(2024), names=("a.csv",)).folder

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(UsageError, match="No space left"):
        sign_drop(folder, key_path)
    assert sorted(path.name for path in folder.iterdir()) == ["a.csv", "manifest.json"]


# Looking at a drop


def test_any_other_byte_of_a_drop_is_refused(pack: Callable[..., Packed], key_path: Path) -> None:
    folder = pack(rows(2024), names=("a.csv",)).folder
    sign_drop(folder, key_path)
    for name in ("a.csv", "manifest.json", "manifest.json.sig"):
        content = (folder / name).read_bytes()
        for place in range(len(content)):
            (folder / name).write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
            assert check(folder).outcome == "REJECTED", (name, place)
        (folder / name).write_bytes(content)
    assert check(folder).outcome == "ACCEPTED"


def test_a_file_too_few_or_too_many_is_told(pack: Callable[..., Packed], key_path: Path) -> None:
    folder = pack(rows(2024), names=("a.csv",)).folder
    sign_drop(folder, key_path)
    (folder / "b.csv").write_text(rows(2023), encoding="utf-8")
    assert rules(check(folder)) == ["unlisted_file"]
    (folder / "b.csv").unlink()
    (folder / "a.csv").rename(folder.parent / "a.csv")
    assert rules(check(folder)) == ["missing_file"]
    (folder / "a.csv").symlink_to(folder.parent / "a.csv")
    assert rules(check(folder)) == ["plain_file"]


def test_an_unsigned_drop_is_looked_at_all_the_same(pack: Callable[..., Packed]) -> None:
    found = check(pack(rows(2024) + rows(2023, flow="export").removeprefix(HEADER)).folder)
    assert rules(found) == ["signature", "known_code"]
    assert found.signer is None


def test_an_empty_folder_is_no_drop(tmp_path: Path) -> None:
    assert rules(check(tmp_path)) == ["missing_file", "missing_file"]
    with pytest.raises(UsageError, match="is no drop"):
        check(tmp_path / "none")


def test_a_key_that_is_not_the_partners_is_told(pack: Callable[..., Packed], key_path: Path) -> None:
    folder = pack(rows(2024)).folder
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))
    key_path.write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    sign_drop(folder, key_path)
    assert rules(check(folder)) == ["known_key"]
    assert rules(check(folder, {}, public_key=PUBLIC)) == ["known_key"]
    assert check(folder, {}).outcome == "ACCEPTED"  # nobody is known here, and a note says so
    assert any("No agreement with 'xx-office'" in note for note in check(folder, {}).notes)


def test_a_proposed_agreement_takes_no_drop_and_says_so(pack: Callable[..., Packed], key_path: Path) -> None:
    folder = pack(rows(2024)).folder
    sign_drop(folder, key_path)
    proposed = AGREED.model_copy(update={"status": "proposed", "keys": []})
    assert any("takes no drop without one" in note for note in check(folder, {"xx-office": proposed}).notes)


def test_a_drop_for_another_exchange_or_from_tomorrow_is_told(pack: Callable[..., Packed], key_path: Path) -> None:
    folder = pack(rows(2024)).folder
    sign_drop(folder, key_path)
    assert rules(check(folder, exchange="prod-1")) == ["own_exchange"]
    assert rules(check(folder, now=dt.datetime(2020, 1, 1, tzinfo=dt.UTC), exchange="local")) == ["created_in_the_past"]


def test_a_manifest_at_fault_is_told_field_by_field(pack: Callable[..., Packed], key_path: Path) -> None:
    folder = pack(rows(2024)).folder
    fields = json.loads((folder / "manifest.json").read_bytes())
    (folder / "manifest.json").write_text(json.dumps({**fields, "seq": "1", "mode": "all"}), encoding="utf-8")
    found = check(folder)
    assert [one.column for one in found.findings if one.rule == "field_form"] == ["seq", "mode"]
    with pytest.raises(DropError):
        sign_drop(folder, key_path)
