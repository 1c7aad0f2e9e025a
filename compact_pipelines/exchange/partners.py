"""Agreements with partners: whose keys speak for which areas, of which tables, in which formats, how much.

One YAML file a partner, in schemas/partners/ or where $COMPACT_PARTNERS says. An agreement with the status `proposed`
is ours alone: it holds no key, so nothing can come in under it.
"""

import datetime as dt
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from yaml.constructor import ConstructorError

from compact_pipelines.contracts.files import Limits
from compact_pipelines.contracts.model import Contracts
from compact_pipelines.contracts.reading import load_contracts, schemas_folder
from compact_pipelines.errors import ContractError, UsageError
from compact_pipelines.exchange.manifest import PARTNER, PartnerId, is_partner_id
from compact_pipelines.exchange.signatures import read_public_key

PARTNERS_VARIABLE: Final = "COMPACT_PARTNERS"
EXCHANGE_VARIABLE: Final = "COMPACT_EXCHANGE"
LOCAL_EXCHANGE: Final = "local"
DEFAULTS: Final = Limits()
MOST_DAYS: Final = 1_500  # after a period, before figures on it are late
Format = Literal["csv", "sdmx-csv", "xlsx", "parquet"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Names(_Strict):
    """A partner's name in three languages."""

    en: str = Field(min_length=1)
    fr: str = Field(min_length=1)
    es: str = Field(min_length=1)


class Key(_Strict):
    """A key that a partner signs with.

    Attributes:
        id: what the partner calls it.
        public_key: the line of its .pub file.
        valid_from: from when its signatures count.
        valid_until: from when they do not any more, if that is set.
        revoked_at: from when they do not because the key may be in other hands.
    """

    id: PartnerId
    public_key: str
    valid_from: dt.datetime
    valid_until: dt.datetime | None = None
    revoked_at: dt.datetime | None = None

    @field_validator("public_key")
    @classmethod
    def _is_key(cls, line: str) -> str:
        try:
            read_public_key(line)
        except UsageError as error:
            raise ValueError(str(error)) from None
        return line

    @field_validator("valid_from", "valid_until", "revoked_at")
    @classmethod
    def _has_zone(cls, time: dt.datetime | None) -> dt.datetime | None:
        if time is not None and time.tzinfo is None:
            raise ValueError("a time is in UTC, written 2026-06-30T12:00:00Z")
        return time

    @model_validator(mode="after")
    def _in_order(self) -> "Key":
        if self.valid_until is not None and self.valid_until <= self.valid_from:
            raise ValueError("valid_until must be later than valid_from")
        return self

    @property
    def raw(self) -> bytes:
        """The public key, 32 bytes."""
        return read_public_key(self.public_key)

    def is_valid(self, at: dt.datetime) -> bool:
        """Whether a drop signed with it counts at a time."""
        ends = [end for end in (self.valid_until, self.revoked_at) if end is not None]
        return self.valid_from <= at and all(at < end for end in ends)


class AgreedLimits(_Strict):
    """How much a file may hold, where an agreement says other than the rule for all."""

    file_bytes: int = Field(default=DEFAULTS.file_bytes, gt=0)
    rows: int = Field(default=DEFAULTS.rows, gt=0)
    columns: int = Field(default=DEFAULTS.columns, gt=0)
    cell_characters: int = Field(default=DEFAULTS.cell_characters, gt=0)


class Due(_Strict):
    """When figures are due: days after the end of the period."""

    dataflow: str
    freq: Literal["A", "Q", "M"]
    days_after_period: int = Field(ge=0, le=MOST_DAYS)


class Agreement(_Strict):
    """What is agreed with one partner, or proposed to it.

    Attributes:
        id: the partner's id; the file's name.
        name: what it is called.
        status: proposed by us, or agreed by both.
        note: what a reader should know.
        reporters: areas it speaks for; its rows have no other ref_area.
        dataflows: tables it sends.
        formats: in which formats.
        keys: keys it signs with; none while it is proposed.
        limits: how much a file may hold.
        calendar: when figures are due.
        contact: whom to ask, if known.
    """

    id: PartnerId
    name: Names
    status: Literal["proposed", "agreed"]
    note: str = ""
    reporters: list[str] = Field(min_length=1)
    dataflows: list[str] = Field(min_length=1)
    formats: list[Format] = Field(min_length=1)
    keys: list[Key] = []
    limits: AgreedLimits = AgreedLimits()
    calendar: list[Due] = []
    contact: str = ""

    @field_validator("reporters", "dataflows", "formats")
    @classmethod
    def _once(cls, names: list[str]) -> list[str]:
        return _require_once(names)

    @model_validator(mode="after")
    def _holds_together(self) -> "Agreement":
        _require_once([key.id for key in self.keys])
        _require_once([f"{due.dataflow} {due.freq}" for due in self.calendar])
        if other := sorted({due.dataflow for due in self.calendar} - set(self.dataflows)):
            raise ValueError(f"the calendar names {other}; it may name {self.dataflows}")
        if self.keys and self.status == "proposed":
            raise ValueError("a proposed agreement has no keys; set the status to agreed when it is, then add them")
        return self

    @property
    def file_limits(self) -> Limits:
        """The limits as the readers of files take them."""
        return Limits(**self.limits.model_dump())

    def key_of(self, raw_public_key: bytes) -> Key | None:
        """The partner's key with these 32 bytes, valid or not; None where it has none."""
        return next((key for key in self.keys if key.raw == raw_public_key), None)


def exchange_id() -> str:
    """What this exchange calls itself: $COMPACT_EXCHANGE, else local.

    Raises:
        UsageError: it is no id.
    """
    name = os.environ.get(EXCHANGE_VARIABLE) or LOCAL_EXCHANGE
    if not is_partner_id(name):
        raise UsageError(f"${EXCHANGE_VARIABLE} is {name!r}; an exchange's id matches {PARTNER}")
    return name


def agreements_folder() -> Path:
    """Where agreements are: $COMPACT_PARTNERS, else schemas/partners/."""
    named = os.environ.get(PARTNERS_VARIABLE)
    return Path(named).expanduser() if named else schemas_folder() / "partners"


def load_agreements(folder: Path | None = None) -> dict[str, Agreement]:
    """Read all agreements, checked one by one, against the contracts and against each other.

    Args:
        folder: where they are; `agreements_folder` if not given.

    Returns:
        Partner id to agreement, by id.

    Raises:
        ContractError: there is no such folder, or a file is at fault; all faults, each with its file.
    """
    folder = folder or agreements_folder()
    if not folder.is_dir():
        raise ContractError(f"{folder} is no folder; it holds one agreement a partner, <partner>.yaml")
    contracts, faults = load_contracts(), []
    agreements: dict[str, Agreement] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix == ".yml":
            faults.append(f"{path}: an agreement's file ends in .yaml")
        if path.suffix != ".yaml":
            continue
        try:
            agreements[path.stem] = _read_agreement(path, contracts)
        except ContractError as error:
            faults.append(str(error))
    faults += _shared_keys(agreements.values(), folder)
    if faults:
        raise ContractError("; ".join(faults))
    return agreements


def _read_agreement(path: Path, contracts: Contracts) -> Agreement:
    try:
        spec = yaml.load(path.read_text(encoding="utf-8"), _UniqueKeys)  # noqa: S506  (a safe loader, stricter)
        agreement = Agreement.model_validate(spec)
    except ValidationError as error:
        told = (f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in error.errors())
        raise ContractError(f"{path}: {'; '.join(told)}") from None
    except (OSError, yaml.YAMLError, ValueError) as error:  # a ValueError: not UTF-8, or a date that is none
        raise ContractError(f"{path} is not valid YAML in UTF-8: {error}") from None
    if not is_partner_id(agreement.id):
        raise ContractError(f"{path}: id is {agreement.id!r}, which is an audience's name; choose another")
    if agreement.id != path.stem:
        raise ContractError(f"{path}: id is {agreement.id!r}; it must be the file's name, {path.stem!r}")
    areas = contracts.codelists["area"].rows
    if unknown := [area for area in agreement.reporters if area not in areas]:
        raise ContractError(f"{path}: no areas {unknown}; allowed are the codes of codelists/area.csv, such as CAN")
    if unknown := [table for table in agreement.dataflows if table not in contracts.tables]:
        raise ContractError(f"{path}: no tables {unknown}; allowed are {', '.join(contracts.tables)}")
    return agreement


def _shared_keys(agreements: Iterable[Agreement], folder: Path) -> list[str]:
    owners: dict[bytes, list[str]] = {}
    for agreement in agreements:
        for key in agreement.keys:
            owners.setdefault(key.raw, []).append(f"{agreement.id} ({key.id})")
    shared = [who for who in owners.values() if len(who) > 1]
    return [f"{folder}: {' and '.join(who)} have one key; a key is one partner's, once" for who in shared]


def _require_once(names: list[str]) -> list[str]:
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"{twice} stand twice; allowed is once")
    return names


class _UniqueKeys(yaml.SafeLoader):
    """YAML's safe loader, which takes no key twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
        """A mapping, refused where a key stands twice."""
        names = [str(name.value) for name, _ in node.value]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ConstructorError(None, None, f"keys {twice} stand twice; keep one", node.start_mark)
        return super().construct_mapping(node, deep)
