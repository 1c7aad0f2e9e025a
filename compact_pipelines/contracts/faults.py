"""What can be wrong with a contributor's file, and how to say it: found, allowed, how to mend.

A fault is one place that breaks one rule. Rules over several columns come from `rules`; those of files and single cells
are here. The words are a partner's: no path of ours, no name of a library.
"""

import difflib
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from compact_pipelines.errors import DropError

if TYPE_CHECKING:  # a process that only reads a file finds faults and does not tell them
    from compact_pipelines.contracts.model import Codelist, Column, Table

Severity = Literal["error", "warning", "info"]
SHOWN_CHARACTERS: Final = 80
LISTED_CODES: Final = 12
FIRST_YEAR, LAST_YEAR = 1900, 2100  # no series here is older, no projection longer; 0000 and 9999 are fillers


@dataclass(frozen=True)
class Fault:
    """One place of a file that breaks a rule.

    Attributes:
        rule: the rule that is broken.
        row: the data row, counted from 1 below the header; None where the fault is the file's.
        column: the column at fault, if it is one.
        value: the cell as it stands in the file.
        found: what was found, where the value alone does not say it.
    """

    rule: str
    row: int | None = None
    column: str | None = None
    value: str | None = None
    found: str | None = None


@dataclass(frozen=True)
class Wording:
    """How a rule is told."""

    allowed: str
    mend: str
    severity: Severity = "error"


class UnreadableFile(DropError):
    """A file that cannot be read at all, or no further; its rows cannot be judged."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(*faults)
        self.faults = faults

    def __str__(self) -> str:
        """All of it, told."""
        return " ".join(str(tell(fault)) for fault in self.faults)


WORDINGS: Final[dict[str, Wording]] = {
    # the file
    "file_format": Wording(
        "A file is CSV (.csv), our workbook (.xlsx) or Parquet (.parquet), and holds what its name says.",
        "Save it as one of these, with the ending that fits.",
    ),
    "file_size": Wording("A file may not be larger.", "Send it in parts, for example one a period."),
    "file_is_utf8": Wording(
        "Text is UTF-8, with or without a byte order mark.",
        "Save the file anew in UTF-8; a spreadsheet calls it 'CSV UTF-8'.",
    ),
    "file_is_csv": Wording(
        "Cells are parted by commas; a cell that holds a comma, a quote or a line break stands in double quotes, and a "
        "quote inside it is doubled.",
        "Let a program write the file, parted by commas, or put the quotes right.",
    ),
    "too_costly": Wording(
        "Reading a file takes no more time and memory than its size calls for.",
        "Write it anew from its figures only; send a large file in parts, for example one a period.",
    ),
    "reader_stopped": Wording(
        "A file can be read to its end.",
        "Write it anew with the default settings of your program; if it stops again, send it as CSV.",
    ),
    "rows_agree": Wording(
        "A file has as many rows as the manifest says.", "Pack the drop again, once the file is as it should be."
    ),
    "action_agrees": Wording(
        "Where all rows of a file have one ACTION, it is the manifest's action.",
        "Say in the manifest what the rows say, or leave the column ACTION out.",
    ),
    "row_width": Wording(
        "Every row has as many cells as the header.",
        "Put a cell that holds a comma in double quotes; leave a cell without content empty.",
    ),
    "row_count": Wording(
        "A file may not have more rows, nor a workbook rows that are mostly blank.",
        "Delete blank rows; send a longer file in parts, for example one a period.",
    ),
    "column_count": Wording("A file may not have more columns.", "Send the columns of the template only."),
    "has_header": Wording("The first row names the columns.", "Start from the template of the table."),
    "has_rows": Wording("Below the header stands one row an observation.", "Add the rows.", "warning"),
    "duplicate_column": Wording(
        "A column stands once, and the first row names the columns.",
        "Take the second one out; where the file has no header, put that of the template above its rows.",
    ),
    "unknown_column": Wording("The columns are those of the template.", "Correct the name, or take the column out."),
    "missing_column": Wording("Columns that are never blank stand in every file.", "Add the column and fill it in."),
    "plain_workbook": Wording(
        "A workbook has a visible sheet 'data' with the header in its first row, beside it at most the template's "
        "'codes' and 'about'; no formulas, merged cells, macros or links to other files.",
        "Copy the values (not the formulas) into a fresh template.",
    ),
    "plain_parquet": Wording(
        "A Parquet file has the encodings PLAIN, dictionary or DELTA_LENGTH_BYTE_ARRAY.",
        "Write it with the default settings of polars, pandas or pyarrow.",
    ),
    "cell_is_text": Wording(
        "Every cell is text, so that no program has changed it on the way.",
        "Format the column as text and enter the value again, or write the column as strings.",
    ),
    # a row
    "blank_row": Wording("A row is an observation.", "Take the empty line out."),
    "key_unique": Wording("A key stands once in a file.", "Keep one of the rows."),
    "own_voice": Wording(
        "A partner speaks only for itself: ref_area is its own.",
        "Take the rows of others out; where the area is yours, type its code anew, exactly as in the list.",
    ),
    "one_structure": Wording(
        "A file holds one table and names it in every row; STRUCTURE is dataflow or datastructure.",
        "Send each table in a file of its own.",
    ),
    "known_action": Wording(
        "ACTION is M (merge; I and A mean the same), R (replace) or D (delete).", "Write one of these."
    ),
    "complete_key": Wording("A row that deletes names one observation: its key has no blank.", "Fill the key in."),
    # a cell
    "required": Wording("The column is never blank.", "Fill it in."),
    "known_code": Wording("", "Write a code of the list, exactly as it stands there."),
    "cell_length": Wording("A cell holds at most 4,000 characters, or what the agreement says.", "Shorten it."),
    "plain_text": Wording(
        "Text has no control characters and none that turn the writing direction.", "Type the text anew."
    ),
    "no_formula": Wording(
        "Text does not begin with =, +, -, @, a tab or a return, in any width, blanks before it or not.",
        "Begin with a letter or a digit.",
    ),
    "pattern": Wording("", "Write it in this form."),
    "decimal": Wording(
        "A figure is plain digits, with a point and at most six decimals where needed: -1234.5.",
        "Leave out separators, units, signs other than a leading minus, exponents and spaces.",
    ),
    "value_too_large": Wording(
        "A figure has at most 22 digits before the point, unit_mult counted.", "Check unit_mult."
    ),
    "missing_marker": Wording(
        "NaN and #N/A stand only where obs_status says that the value is missing.",
        "Give the value, or the status that says why there is none.",
    ),
    "date": Wording("A date is a day of the calendar, written 2024-05-21.", "Write it in this form."),
    "datetime": Wording("A time is in UTC, written 2026-06-30T12:00:00Z.", "Convert it to UTC, write it in this form."),
    "boolean": Wording("Allowed are true and false.", "Write one of them."),
    "period": Wording(
        f"A period is written 2024, 2024-Q3 or 2024-07, and lies between {FIRST_YEAR} and {LAST_YEAR}.",
        "Write it in this form; check the year.",
    ),
    "nonnegative": Wording("Allowed are zero and more.", "Check the sign."),
    "small_count": Wording(
        "Counts of people under 5 are withheld from the public.",
        "If it may not be known, send it with conf_status C, or leave the value out with obs_status Q.",
        "warning",
    ),
}

WARNINGS: Final = frozenset(rule for rule, wording in WORDINGS.items() if wording.severity == "warning")


# These refuse the file and not the row: it is another file than it should be, or another's.
REFUSING: Final = frozenset(
    {
        "unknown_column",
        "missing_column",
        "row_width",
        "own_voice",
        "one_structure",
        "known_action",
        "complete_key",
        "too_costly",
        "reader_stopped",
        "rows_agree",
        "action_agrees",
    }
)


def severity_of(rule: str) -> Severity:
    """Whether a broken rule holds the row, or the file (error), or not (warning)."""
    return "warning" if rule in WARNINGS else "error"


@dataclass(frozen=True)
class Told:
    """A fault in words: what was found, what is allowed, how to mend it; a sentence or more each."""

    found: str
    allowed: str
    mend: str

    def __str__(self) -> str:
        """All of it."""
        return " ".join(part for part in (self.found, self.allowed, self.mend) if part)


def tell(fault: Fault, table: "Table | None" = None) -> Told:
    """Put a fault into words, with the table's codes and examples if it is given."""
    return Told(f"{_found(fault)}.", *_allowed_and_mend(fault, table))


def shown(value: str) -> str:
    """A cell as it may be shown anywhere: control characters escaped, at most 80 characters."""
    text = escaped(value)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 1]}…"


def escaped(text: str) -> str:
    """A text with the characters that do not print escaped."""
    return "".join(character if character.isprintable() else repr(character)[1:-1] for character in text)


def _found(fault: Fault) -> str:
    if fault.found is not None:
        return fault.found
    what = "blank" if fault.value is None else f"'{shown(fault.value)}'"
    return f"{fault.column} is {what}" if fault.column else f"Found {what}"


def _allowed_and_mend(fault: Fault, table: "Table | None") -> tuple[str, str]:
    from compact_pipelines.contracts.naming import structure_id  # noqa: PLC0415
    from compact_pipelines.contracts.rules import RULES  # noqa: PLC0415

    column = next((found for found in table.in_drop if found.id == fault.column), None) if table else None
    if fault.rule in RULES:
        return RULES[fault.rule].says, RULES[fault.rule].mend
    wording = WORDINGS[fault.rule]
    if fault.rule == "unknown_column" and table is not None:
        return wording.allowed, _nearest_name(table, fault.value or "") or wording.mend
    if fault.rule == "known_code" and column is not None:
        return _codes(column), _nearest(column, fault.value or "") or wording.mend
    if fault.rule == "one_structure" and table is not None:
        return f"{wording.allowed} This table is {structure_id(table)}.", wording.mend
    if fault.rule == "pattern" and column is not None:
        return f"Such as {', '.join(column.concept.good)}.", wording.mend
    return wording.allowed, wording.mend


def _codes(column: "Column") -> str:
    codes = column.allowed or []
    if len(codes) <= LISTED_CODES or column.codelist is None:
        return f"Allowed are {', '.join(codes)}."
    return f"Allowed are the {len(codes)} codes of the list {column.codelist.id}."


def _nearest_name(table: "Table", value: str) -> str | None:
    names = [column.id for column in table.in_drop]
    name = next(iter(difflib.get_close_matches(value.strip().lower(), names, n=1)), None)
    return f"Write {name} or {name.upper()}, if that is meant, without blanks or other letters." if name else None


def _nearest(column: "Column", value: str) -> str | None:
    """What the contributor may have meant: the code of this name, or the one spelt alike, in any width."""
    allowed, meant = column.allowed or [], unicodedata.normalize("NFKC", value).strip()
    code = _named(column.codelist, meant) if column.codelist else None
    if code is None or code not in allowed:
        code = next(iter(difflib.get_close_matches(meant.upper(), allowed, n=1)), None)
    return f"Write {code}, if that is meant." if code else None


def _named(codelist: "Codelist", value: str) -> str | None:
    wanted = value.casefold()
    for code, row in codelist.rows.items():
        names = [code, *(row[key] for key in ("name_en", "name_fr", "name_es", "iso2", "m49") if key in row)]
        if wanted in [name.casefold() for name in names]:
            return code
    return None
