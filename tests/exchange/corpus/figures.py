"""Figures: plain digits of ASCII and nothing else; and the status that says why there is none."""
# ruff: noqa: RUF001  (what is ambiguous is what is tested)

from typing import Any, Final

from tests.exchange.corpus.building import Drop, Entry, Row, bent, case, row, table

NOT_FIGURES: Final = {
    "exponent": "1e5", "exponent-huge": "1e999", "thousands": "1,234", "thousands-point": "1.234.567",
    "decimal-comma": "12,5", "thousands-space": "1 234", "thousands-thin-space": "1\u202f234",
    "underscore": "1_000", "arabic-indic": "١٢٣", "devanagari": "१२३", "full-width": "１２３", "superscript": "1²",
    "mathematical": "𝟏𝟐", "nan-lower": "nan", "infinity": "inf", "minus-infinity": "-Infinity",
    "plus": "+5", "hexadecimal": "0x1F", "octal": "0o17", "binary": "0b1", "leading-blank": " 5",
    "trailing-blank": "5 ", "newline-behind": "5\n", "tab": "\t5", "no-break-space": "5\u00a0", "zero-width": "5\u200b",
    "point-first": ".5", "point-last": "5.", "two-points": "1.2.3", "nineteen-digits": "1" * 19,
    "seven-decimals": "1.1234567", "long": "9" * 400, "percent": "12 %", "currency": "$12", "unit": "12 USD",
    "brackets": "(12)", "minus-sign": "\u221212", "hyphens": "--5", "minus-behind": "5-", "null-word": "NULL",
    "none-word": "None", "na-word": "NA", "not-available": "#N/A N/A", "points": "..", "quoted-blank": " ",
    "truth": "true", "fraction": "½", "formula": "=1+1", "sql": "1; DROP TABLE drops",
}  # fmt: skip


def _held(name: str, rules: dict[int, str], cells: dict[int, Row], warns: str = "", **more: Any) -> Entry:
    count = more.pop("count", 4)
    told = " ".join([*rules.values(), warns])
    held = {number: set(broken.split()) for number, broken in rules.items()}
    return case(name, "ACCEPTED_WITH_HELD_ROWS", bent(cells, count), rules=told, held=held,
                counts={"new": count - len(held)}, **more)  # fmt: skip


def _taken(name: str, cells: dict[int, Row], rules: str = "") -> Entry:
    return case(name, "ACCEPTED", bent(cells), rules=rules, counts={"new": 4})


_WORDS: Final = list(NOT_FIGURES.items())
BAD: Final = [
    case(f"figure-{name}", "ACCEPTED_WITH_HELD_ROWS", table([row(1, obs_value=text), row(2)]), rules="decimal",
         held={1: {"decimal"}}, counts={"new": 1})
    for name, text in _WORDS[:12]
] + [
    case("figures-of-every-other-kind", "ACCEPTED_WITH_HELD_ROWS",
         table([row(number, obs_value=text) for number, (_, text) in enumerate(_WORDS[12:], start=1)] + [row(140)]),
         rules="decimal", held={number: {"decimal"} for number in range(1, len(_WORDS) - 11)}, counts={"new": 1}),
]  # fmt: skip

OTHERS: Final = [
    _held("figure-negative-exports", {2: "nonnegative"}, {2: {"obs_value": "-5"}}),
    _taken("figure-minus-zero", {2: {"obs_value": "-0"}, 3: {"obs_value": "-0.000000"}}),
    _taken("figure-leading-zeros", {2: {"obs_value": "000000000000000012.5"}}),
    _taken("figure-as-large-as-may-be", {1: {"obs_value": "9" * 18}}, "break_is_marked"),
    _held("figure-too-large-with-multiplier", {2: "value_too_large"}, {2: {"obs_value": "9" * 18, "unit_mult": "12"}}),
    _taken("figure-scaled", {number: {"obs_value": "0.0125", "unit_mult": "3"} for number in range(1, 5)}),
    _held("figure-multiplier-unknown", {2: "known_code", 3: "known_code"},
          {2: {"unit_mult": "1000"}, 3: {"unit_mult": "-3"}}),
    _taken("figure-missing-on-purpose", {2: {"obs_value": "NaN", "obs_status": "O"},
                                         3: {"obs_value": "#N/A", "obs_status": "Q"},
                                         4: {"obs_value": "", "obs_status": "M"}}),
    _held("figure-missing-without-reason", {2: "missing_marker", 3: "missing_marker", 4: "value_or_missing_status"},
          {2: {"obs_value": "NaN"}, 3: {"obs_value": "#N/A"}, 4: {"obs_value": ""}}),
    _held("figure-beside-missing-status", {2: "value_or_missing_status"}, {2: {"obs_status": "O"}}),
    _held("figure-zero-for-missing", {2: "value_or_missing_status"}, {2: {"obs_value": "0", "obs_status": "Q"}}),
    _taken("figure-either-way", {2: {"obs_value": "", "obs_status": "J"}, 3: {"obs_status": "N"}}),
    _held("status-unknown", {1: "known_code", 2: "known_code", 3: "known_code"},
          {1: {"obs_status": "Z"}, 2: {"obs_status": "a"}, 3: {"obs_status": "A "}}),
    _held("status-blank", {2: "required"}, {2: {"obs_status": ""}}),
    _held("conf-status-blank", {2: "required"}, {2: {"conf_status": ""}}),
    _held("conf-status-unknown", {2: "known_code", 3: "known_code"},
          {2: {"conf_status": "X"}, 3: {"conf_status": "public"}}),
    _held("embargo-without-time", {2: "embargo_has_a_time"}, {2: {"conf_status": "E"}}),
    _held("embargo-time-without-embargo", {2: "embargo_has_a_time"}, {2: {"embargo_time": "2027-01-01T00:00:00Z"}}),
    _taken("embargo-with-time", {2: {"conf_status": "E", "embargo_time": "2027-01-01T00:00:00Z"}}),
    _held("embargo-time-of-another-form", dict.fromkeys(range(1, 8), "datetime"), {
        number: {"conf_status": "E", "embargo_time": text} for number, text in enumerate([
            "2027-01-01", "2027-01-01T00:00:00", "2027-01-01T00:00:00+02:00", "2027-02-30T00:00:00Z",
            "2027-01-01T24:00:00Z", "２０27-01-01T00:00:00Z", "1798761600"], start=1)}, count=8),
    _held("periods-that-are-none", dict.fromkeys(range(1, 13), "period"), {
        number: {"time_period": text} for number, text in enumerate([
            "24", "2024-Q5", "2024-Q0", "2024-13", "2024-00", "07/2024", "2024-7", "٢٠٢٤", "２０２４", " 2024",
            "1899", "9999"], start=1)}, count=14),
    _held("periods-of-another-grain", dict.fromkeys(range(1, 4), "period_fits_frequency"),
          {1: {"time_period": "2024-Q1"}, 2: {"freq": "Q"}, 3: {"freq": "M", "time_period": "2024-Q2"}}),
    _taken("periods-of-each-grain", {1: {"freq": "Q", "time_period": "2024-Q4"}, 2: {"freq": "M",
                                                                                   "time_period": "2024-12"}}),
    _held("period-blank", {2: "required"}, {2: {"time_period": ""}}),
    _held("several-faults-in-a-row", {2: "decimal known_code required"},
          {2: {"obs_value": "x", "product": "HS_99", "conf_status": ""}}),
    case("all-or-nothing-in-order", "ACCEPTED", Drop({"data.csv": bent({})}, fields={"mode": "all_or_nothing"}),
         counts={"new": 4}),
]  # fmt: skip

ENTRIES: Final = [*BAD, *OTHERS]
