"""The manifest: what a drop says of itself, read strictly.

A manifest is JSON of a fixed form, from outside: bounded in size, depth and length of numbers before anything is made
of it, its fields those of `Manifest` and no others, a text never taken for a number. Its faults are told all at once.
"""

import datetime as dt
import hashlib
import json
import re
import unicodedata
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import PydanticCustomError
from pydantic_core.core_schema import ValidationInfo

from compact_pipelines.contracts.faults import FIRST_YEAR, LAST_YEAR, shown
from compact_pipelines.contracts.findings import CellFinding
from compact_pipelines.contracts.rules import PERIOD
from compact_pipelines.errors import DropError
from compact_pipelines.exchange.strict_json import NotStrict, read_json

SPEC: Final = "drop/1"
MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.json.sig"
MANIFEST_BYTES: Final = 65_536
FILES: Final = 20  # of one drop
LAST_SEQ: Final = 2**31 - 1
MOST_BYTES, MOST_ROWS = 10**12, 10**10  # what a number may say; the limits of an agreement are far below
CONTACT_CHARACTERS: Final = 200
TOLD: Final = 100  # faults told of one manifest; how many more there are is said
DROP_ID_DIGITS: Final = 12
ENDINGS: Final = {"csv": ".csv", "sdmx-csv": ".csv", "xlsx": ".xlsx", "parquet": ".parquet"}
TIME: Final = "%Y-%m-%dT%H:%M:%SZ"
NAME: Final = r"[a-z0-9][a-z0-9._-]{0,99}"
NOT_PLAIN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})  # Unicode's categories of what is no text
RESERVED: Final = frozenset({"public", "negotiator"})  # audiences, for which nobody's id may be taken
PARTNER: Final = r"[a-z0-9][a-z0-9-]{0,62}"

# What each field may be, as a partner reads it.
ALLOWED: Final = {
    "spec": f"It is '{SPEC}'.",
    "exchange": "It is the exchange's id: lower-case letters, digits and hyphens, at most 63.",
    "partner": "It is the partner's id: lower-case letters, digits and hyphens, at most 63.",
    "dataflow": "It is the table's id, such as compute_exports.",
    "structure": "It names the table's structure, such as NACX:COMPUTE_EXPORTS(1.0.0).",
    "seq": f"It is a whole number from 1 to {LAST_SEQ}: one more than that of the drop before.",
    "created": "It is a time in UTC, written 2026-06-30T12:00:00Z.",
    "action": "Allowed are merge, replace, delete.",
    "mode": "Allowed are rows, all_or_nothing.",
    **dict.fromkeys(
        ("period_from", "period_to"), f"It is 2024, 2024-Q3 or 2024-07, between {FIRST_YEAR} and {LAST_YEAR}, or null."
    ),
    "revision": "Allowed are routine, major, error.",
    "supersedes": "It is the seq of an earlier drop, or null.",
    "contact": f"It is text of at most {CONTACT_CHARACTERS} characters, without control characters.",
    "files": f"It is a list of 1 to {FILES} files.",
    "name": "It is the file's own name: lower-case letters, digits, points, hyphens and underscores, at most 100, "
    "the first a letter or digit; it is not the manifest's.",
    "format": f"Allowed are {', '.join(ENDINGS)}.",
    "sha256": "It is the file's SHA-256 in 64 lower-case hexadecimal digits.",
    "bytes": "It is the file's size in bytes, a whole number.",
    "rows": "It is how many rows of data the file has, a whole number.",
}
PACK_IT: Final = "Let compact drop pack write the manifest, or correct the field."


class BadManifest(DropError):
    """A manifest that cannot be read, or breaks its form.

    Attributes:
        faults: every fault, told; `column` is the path of the field.
    """

    def __init__(self, faults: list[CellFinding]) -> None:
        self.faults = faults
        super().__init__(" ".join(fault.message for fault in faults))


def finding_of(
    rule: str, found: str, allowed: str, mend: str, *, file: str = MANIFEST, **place: str | None
) -> CellFinding:
    """A fault of a drop's own files, told as a receipt tells those of cells.

    `place` is the path of the field as `column`, and what stands there as `value`, which is escaped and cut.
    """
    value = place.get("value")
    told = None if value is None else shown(value)
    message = " ".join(part for part in (found, allowed, mend) if part)
    return CellFinding(file, None, place.get("column"), told, rule, "error", found, allowed, mend, message)


def _matching(pattern: str) -> AfterValidator:
    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise PydanticCustomError("field_form", "not in form")
        return text

    return AfterValidator(check)


def _time(text: object) -> dt.datetime:
    form = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z"
    try:
        if isinstance(text, str) and re.fullmatch(form, text):
            return dt.datetime.strptime(text, TIME).replace(tzinfo=dt.UTC)
    except ValueError:
        pass
    raise PydanticCustomError("field_form", "not in form")


def _grain(period: str) -> str | None:
    return next((grain for grain, pattern in PERIOD.items() if re.fullmatch(pattern, period)), None)


def _period(text: str) -> str:
    if _grain(text) is None or not FIRST_YEAR <= int(text[:4]) <= LAST_YEAR:
        raise PydanticCustomError("field_form", "not in form")
    return text


def _plain(text: str) -> str:
    if any(unicodedata.category(character) in NOT_PLAIN for character in text):
        raise PydanticCustomError("field_form", "not in form")
    return text


def _data_file_name(name: str) -> str:
    if name in {MANIFEST, SIGNATURE}:
        raise PydanticCustomError("field_form", "not in form")
    return name


Name = Annotated[str, _matching(NAME), AfterValidator(_data_file_name)]
PartnerId = Annotated[str, _matching(PARTNER)]
Period = Annotated[str, AfterValidator(_period)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class DataFile(_Strict):
    """One file of a drop, as the manifest binds it."""

    name: Name
    format: Literal["csv", "sdmx-csv", "xlsx", "parquet"]
    sha256: Annotated[str, _matching(r"[0-9a-f]{64}")]
    bytes: int = Field(ge=0, le=MOST_BYTES)
    rows: int = Field(ge=0, le=MOST_ROWS)

    @field_validator("format")
    @classmethod
    def _ending_fits(cls, value: str, info: ValidationInfo) -> str:
        name = info.data.get("name")
        if name is not None and not name.endswith(ENDINGS[value]):
            raise PydanticCustomError("name_fits_format", "the name ends otherwise", {"name": name})
        return value


class Manifest(_Strict):
    """What a drop says of itself.

    Attributes:
        spec: the form of the manifest.
        exchange: for which exchange it is; a drop for one is none for another.
        partner: whose it is.
        dataflow: the table's id.
        structure: the table's structure with its version, as SDMX names it.
        seq: the drop's number among the partner's drops of this table, from 1, without gaps.
        created: when it was made, UTC.
        action: what its rows do where they do not say it themselves.
        mode: whether rows in order go in beside held ones, or all wait.
        period_from: the first period in it, if said.
        period_to: the last period in it, if said.
        revision: how the partner calls it.
        supersedes: the drop that it mends, if any.
        contact: whom to ask.
        files: its data files.
    """

    spec: Literal["drop/1"]
    exchange: PartnerId
    partner: PartnerId
    dataflow: Annotated[str, _matching(r"[a-z][a-z0-9_]{0,62}")]
    structure: Annotated[str, _matching(r"[A-Z][A-Z0-9_]{0,62}:[A-Z][A-Z0-9_]{0,62}\([0-9.]{1,20}\)")]
    seq: int = Field(ge=1, le=LAST_SEQ)
    created: Annotated[dt.datetime, BeforeValidator(_time)]
    action: Literal["merge", "replace", "delete"]
    mode: Literal["rows", "all_or_nothing"]
    period_from: Period | None = None
    period_to: Period | None = None
    revision: Literal["routine", "major", "error"] = "routine"
    supersedes: int | None = Field(default=None, ge=1, le=LAST_SEQ)
    contact: Annotated[str, AfterValidator(_plain)] = Field(default="", max_length=CONTACT_CHARACTERS)
    files: list[DataFile] = Field(min_length=1, max_length=FILES)

    def as_fields(self) -> dict[str, Any]:
        """The manifest as JSON has it."""
        return self.model_dump() | {"created": self.created.strftime(TIME)}

    @field_validator("period_to")
    @classmethod
    def _periods_in_order(cls, value: str | None, info: ValidationInfo) -> str | None:
        first = info.data.get("period_from")
        if value is not None and first is not None and (_grain(first) != _grain(value) or first > value):
            raise PydanticCustomError("period_order", "not in order", {"first": first})
        return value

    @field_validator("supersedes")
    @classmethod
    def _earlier(cls, value: int | None, info: ValidationInfo) -> int | None:
        if value is not None and value >= info.data.get("seq", LAST_SEQ + 1):
            raise PydanticCustomError("field_form", "not earlier")
        return value

    @field_validator("files")
    @classmethod
    def _names_differ(cls, value: list[DataFile]) -> list[DataFile]:
        names = [file.name for file in value]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise PydanticCustomError("file_listed_once", "listed twice", {"names": ", ".join(twice)})
        return value


def read_manifest(content: bytes) -> Manifest:
    """Read a manifest from its bytes.

    Raises:
        BadManifest: it breaks its form; all faults are in it, the first hundred in full.
    """
    try:
        fields = read_json(content, MANIFEST_BYTES)
    except NotStrict as error:
        raise BadManifest(
            [finding_of(error.rule, error.found, error.allowed, error.mend, column=error.field)]
        ) from None
    try:
        return Manifest.model_validate(fields)
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=True)
        faults = [_told(detail) for detail in details[:TOLD]]
    if len(details) > TOLD:
        more = f"There are {len(details) - TOLD:,} more faults."
        faults.append(finding_of("more_faults", more, "", "Mend these first."))
    raise BadManifest(faults)


def write_manifest(manifest: Manifest) -> bytes:
    """The manifest as its file has it: JSON in UTF-8, fields in the order of the form, ending in a line break."""
    return (json.dumps(manifest.as_fields(), ensure_ascii=False, indent=1) + "\n").encode()


def is_partner_id(text: str) -> bool:
    """Whether a text has the form of a partner's or an exchange's id."""
    return re.fullmatch(PARTNER, text) is not None and text not in RESERVED


def drop_id(manifest: Manifest, content: bytes) -> str:
    """The id of a drop: partner, table, number, and the first digits of the SHA-256 of the manifest's bytes."""
    digits = hashlib.sha256(content).hexdigest()[:DROP_ID_DIGITS]
    return f"{manifest.partner}.{manifest.dataflow}.{manifest.seq}.{digits}"


def _told(detail: Any) -> CellFinding:
    """One fault of the form in a partner's words."""
    place, kind, given, context = detail["loc"], detail["type"], detail["input"], detail.get("ctx") or {}
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).removeprefix(".")
    path, field = shown(path), str(place[-1]) if place else ""
    if kind == "extra_forbidden":
        found = f"There is a field '{path}'."
        return finding_of("unknown_field", found, "It is none of a manifest's fields.", "Take it out.", column=path)
    if kind == "missing":
        return finding_of("missing_field", f"There is no field '{path}'.", ALLOWED[field], PACK_IT, column=path)
    told = {
        "name_fits_format": (
            f"'{context.get('name')}' is said to be {given}.",
            "The name ends as the format asks: .csv (csv, sdmx-csv), .xlsx, .parquet.",
        ),
        "period_order": (
            f"The period goes from {context.get('first')} to {shown(str(given))}.",
            "period_from is not after period_to, and both are years, quarters or months.",
        ),
        "file_listed_once": (f"Files stand twice: {shown(str(context.get('names')))}.", "A file is listed once."),
    }
    allowed = ALLOWED.get(field, "A manifest is one object; each of its files is an object.")
    found, allowed = told.get(kind, (f"{path or 'The manifest'} is {_shown(given)}.", allowed))
    rule = kind if kind in told else "field_form"
    value = given if isinstance(given, str) else None
    return finding_of(rule, found, allowed, PACK_IT, column=path or None, value=value)


def _shown(given: object) -> str:
    if isinstance(given, str):
        return f"'{shown(given)}'"
    if isinstance(given, list | dict):
        kind = "a list" if isinstance(given, list) else "an object"
        return f"{kind} with {len(given):,} entries"
    return json.dumps(given)
