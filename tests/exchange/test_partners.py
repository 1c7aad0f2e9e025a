"""Agreements: what one may say, when a key counts, and that a proposal lets nothing in."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from compact_pipelines.contracts import Contracts
from compact_pipelines.contracts.files import Limits
from compact_pipelines.contracts.verdict import areas_of_partner
from compact_pipelines.errors import ContractError, UsageError
from compact_pipelines.exchange.partners import Agreement, Key, exchange_id, load_agreements
from compact_pipelines.exchange.signatures import public_key_line

RAW, OTHER = bytes(range(32)), bytes(range(1, 33))
KEY = {"id": "desk-1", "public_key": public_key_line(RAW), "valid_from": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}
GOOD: dict[str, Any] = {
    "id": "xx-office",
    "name": {"en": "Office (made up)", "fr": "Bureau (inventé)", "es": "Oficina (inventada)"},
    "status": "agreed",
    "reporters": ["CAN"],
    "dataflows": ["compute_exports"],
    "formats": ["csv"],
    "keys": [KEY],
}
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write agreements, each a good one with some fields changed, and give their folder."""

    def write(*changes: dict[str, Any]) -> Path:
        for change in changes:
            fields = {**GOOD, **change}
            path = tmp_path / f"{fields['id']}.yaml"
            path.write_text(yaml.safe_dump(fields, allow_unicode=True), encoding="utf-8")
        return tmp_path

    return write


def fault(folder: Path) -> str:
    with pytest.raises(ContractError) as error:
        load_agreements(folder)
    return str(error.value)


def test_an_agreement_is_read(write: Write) -> None:
    agreement = load_agreements(write({}))["xx-office"]
    assert agreement.reporters == ["CAN"]
    assert agreement.file_limits == Limits()
    assert agreement.key_of(RAW) is not None
    assert agreement.key_of(OTHER) is None


def test_limits_are_raised_and_lowered_one_by_one(write: Write) -> None:
    agreement = load_agreements(write({"limits": {"rows": 10, "file_bytes": 10**9}}))["xx-office"]
    assert agreement.file_limits == Limits(file_bytes=10**9, rows=10)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"status": "signed"}, "status"),
        ({"name": {"en": "x"}}, "name.fr"),
        ({"reporters": []}, "reporters"),
        ({"reporters": ["CA"]}, "no areas ['CA']"),
        ({"reporters": ["CAN", "CAN"]}, "stand twice"),
        ({"dataflows": ["trade"]}, "no tables ['trade']"),
        ({"formats": ["zip"]}, "formats"),
        ({"surprise": 1}, "surprise"),
        ({"limits": {"rows": 0}}, "limits.rows"),
        ({"limits": {"rows": True}}, "limits.rows"),
        ({"limits": {"cells": 1}}, "limits.cells"),
        ({"calendar": [{"dataflow": "capital_flows", "freq": "A", "days_after_period": 9}]}, "calendar names"),
        ({"calendar": [{"dataflow": "compute_exports", "freq": "A", "days_after_period": 9}] * 2}, "stand twice"),
        ({"keys": [{**KEY, "public_key": "ssh-rsa AAAA"}]}, "is no public key"),
        ({"keys": [{**KEY, "valid_from": dt.date(2026, 1, 1)}]}, "valid_from"),
        ({"keys": [{**KEY, "valid_from": dt.datetime(2026, 1, 1)}]}, "in UTC"),  # noqa: DTZ001  (the fault)
        ({"keys": [{**KEY, "valid_until": KEY["valid_from"]}]}, "later than valid_from"),
        ({"keys": [KEY, {**KEY, "public_key": public_key_line(OTHER)}]}, "['desk-1'] stand twice"),
        ({"keys": [KEY, {**KEY, "id": "desk-2"}]}, "have one key"),
        ({"status": "proposed"}, "a proposed agreement has no keys"),
    ],
)
def test_an_agreement_at_fault_is_told_with_its_file(write: Write, change: dict[str, Any], told: str) -> None:
    message = fault(write(change))
    assert told in message
    assert "xx-office" in message


def test_one_key_never_speaks_for_two_partners(write: Write) -> None:
    again = {**KEY, "id": "other", "public_key": public_key_line(RAW, "another comment")}
    message = fault(write({}, {"id": "yy-office", "keys": [again]}))
    assert "xx-office (desk-1) and yy-office (other) have one key" in message


def test_all_files_at_fault_are_told(write: Write) -> None:
    message = fault(write({"reporters": ["XX"]}, {"id": "yy-office", "dataflows": ["x"], "keys": []}))
    assert "xx-office.yaml" in message
    assert "yy-office.yaml" in message


def test_a_field_that_stands_twice_is_refused(write: Write) -> None:
    path = write({}) / "xx-office.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "reporters: [USA]\n", encoding="utf-8")
    assert "stand twice" in fault(path.parent)


@pytest.mark.parametrize("text", ["", "- a", "{", "a: !!python/object:os.system x", "valid_from: 2026-13-01", "\x00"])
def test_a_file_that_is_no_agreement_is_refused(write: Write, text: str) -> None:
    folder = write({})
    (folder / "yy-office.yaml").write_text(text, encoding="utf-8")
    assert "yy-office.yaml" in fault(folder)


def test_a_file_bears_the_name_of_its_partner(write: Write) -> None:
    folder = write({})
    (folder / "xx-office.yaml").rename(folder / "zz.yaml")
    assert "it must be the file's name, 'zz'" in fault(folder)


def test_a_file_with_another_ending_is_not_passed_over(write: Write) -> None:
    folder = write({})
    (folder / "xx-office.yaml").rename(folder / "xx-office.yml")
    assert "ends in .yaml" in fault(folder)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "is no folder" in fault(tmp_path / "none")


def test_a_deployment_keeps_agreements_of_its_own(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPACT_PARTNERS", str(write({})))
    assert list(load_agreements()) == ["xx-office"]


# Keys in time


@pytest.mark.parametrize(
    ("day", "is_valid"), [("2025-12-31", False), ("2026-01-01", True), ("2026-05-31", True), ("2026-06-01", False)]
)
@pytest.mark.parametrize("end", ["valid_until", "revoked_at"])
def test_a_key_counts_from_its_first_moment_to_its_last(end: str, day: str, is_valid: bool) -> None:
    key = Key(**{**KEY, end: dt.datetime(2026, 6, 1, tzinfo=dt.UTC)})
    assert key.is_valid(dt.datetime.fromisoformat(day).replace(tzinfo=dt.UTC)) is is_valid


def test_two_keys_overlap_while_one_takes_over(write: Write) -> None:
    second = {**KEY, "id": "desk-2", "public_key": public_key_line(OTHER)}
    agreement = load_agreements(write({"keys": [KEY, second]}))["xx-office"]
    at = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    assert all(key is not None and key.is_valid(at) for key in (agreement.key_of(RAW), agreement.key_of(OTHER)))


# What is shipped


def test_what_is_shipped_is_proposed_and_lets_nothing_in() -> None:
    agreements = load_agreements()
    assert {"us-bea", "us-census", "ca-statcan", "mx-inegi", "mx-banxico", "ae-fcsc"} <= agreements.keys()
    for agreement in agreements.values():
        assert (agreement.status, agreement.keys) == ("proposed", [])
        assert "agreed to nothing" in agreement.note


# Elsewhere


def test_a_partner_is_an_area_or_an_agreement(contracts: Contracts) -> None:
    table = contracts.tables["compute_exports"]
    assert areas_of_partner(table, None) is None
    assert areas_of_partner(table, "CAN") == {"CAN"}
    assert areas_of_partner(table, "ca-statcan") == {"CAN"}
    with pytest.raises(UsageError, match=r"such as CAN, or by the id of an agreement: .*us-bea"):
        areas_of_partner(table, "nobody")
    with pytest.raises(UsageError, match="is not about compute_exports; it is about capital_flows"):
        areas_of_partner(table, "us-bea")


def test_an_exchange_is_local_unless_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COMPACT_EXCHANGE", raising=False)
    assert exchange_id() == "local"
    monkeypatch.setenv("COMPACT_EXCHANGE", "prod-1")
    assert exchange_id() == "prod-1"
    monkeypatch.setenv("COMPACT_EXCHANGE", "Prod 1")
    with pytest.raises(UsageError, match="COMPACT_EXCHANGE"):
        exchange_id()


def test_an_agreement_cannot_be_changed_in_passing(write: Write) -> None:
    agreement: Agreement = load_agreements(write({}))["xx-office"]
    with pytest.raises(ValueError, match="frozen"):
        agreement.status = "proposed"
