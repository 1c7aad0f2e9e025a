"""Limits, and brakes: too large, too much wrong at once, too much changed at once."""

from typing import Any, Final

from tests.exchange.corpus.building import DATA, Data, Drop, Entry, bent, case, each, row, rows, table


def _limited(name: str, data: Data, rules: str, says: str, **limits: int) -> Entry:
    return case(f"limit-{name}", "REJECTED", data, rules=rules, says=says, agreement={"limits": limits})


def _held(count: int, bad: int, **more: Any) -> Drop:
    lines = [row(number, obs_value="x" if number < bad else "12.5") for number in range(count)]
    return Drop({DATA: table(lines)}, **more)


def _all_held(count: int, bad: int) -> dict[int, set[str]]:
    return {number + 1: {"decimal"} if number < bad else {"drop_is_held"} for number in range(count)}


def _revised(times: float, count: int = 6) -> Data:
    return table([row(number, obs_value=f"{12.5 * times:.4f}") for number in range(count)])


LIMITS: Final = [
    _limited("bytes", table(rows(5)), "file_size", "limit", file_bytes=300),
    _limited("rows", table(rows(5)), "row_count", "4 rows", rows=4),
    _limited("columns", table(rows(5)), "column_count", "limit is 10", columns=10),
    case(
        "limit-cell",
        "ACCEPTED_WITH_HELD_ROWS",
        bent({2: {"comment_obs": "x" * 51}}),
        rules="cell_length",
        held={2: {"cell_length"}},
        counts={"new": 3},
        says="or what the agreement says",
        agreement={"limits": {"cell_characters": 50}},
    ),
    case(
        "limit-just-kept",
        "ACCEPTED",
        table(rows(5)),
        counts={"new": 5},
        agreement={"limits": {"rows": 5, "columns": 15, "file_bytes": len(table(rows(5)).content)}},
    ),
    case(
        "limit-raised",
        "ACCEPTED",
        bent({2: {"comment_obs": "x" * 5_000}}),
        counts={"new": 4},
        agreement={"limits": {"cell_characters": 6_000}},
    ),
]

MUCH: Final = [
    case("much-held", "HELD", _held(100, 50), rules="too_much_is_held decimal", held=_all_held(100, 50)),
    case(
        "much-held-just-not",
        "ACCEPTED_WITH_HELD_ROWS",
        _held(100, 49),
        rules="decimal",
        held={number: {"decimal"} for number in range(1, 50)},
        counts={"new": 51},
    ),
    case(
        "all-held-and-few",
        "ACCEPTED_WITH_HELD_ROWS",
        _held(3, 3),
        rules="decimal",
        held={number: {"decimal"} for number in range(1, 4)},
        counts={"new": 0},
    ),
    case(
        "all-or-nothing",
        "HELD",
        _held(20, 1, fields={"mode": "all_or_nothing"}),
        rules="all_or_nothing decimal",
        held=_all_held(20, 1),
    ),
    case("much-held-then-mended", "ACCEPTED", _held(100, 50), table(rows(100)), counts={"new": 100}),
]

CHANGES: Final = [
    case(
        "unit-slip", "HELD", _revised(1), _revised(1_000), rules="unit_slip", held=each(range(1, 7), {"drop_is_held"})
    ),
    case(
        "unit-slip-down",
        "HELD",
        _revised(1),
        _revised(0.001),
        rules="unit_slip",
        held=each(range(1, 7), {"drop_is_held"}),
    ),
    case(
        "unit-slip-by-ten",
        "HELD",
        _revised(1),
        _revised(10),
        rules="unit_slip",
        held=each(range(1, 7), {"drop_is_held"}),
    ),
    case(
        "unit-slip-of-nearly",
        "HELD",
        _revised(1),
        _revised(1_020),
        rules="unit_slip",
        held=each(range(1, 7), {"drop_is_held"}),
    ),
    case(
        "unit-slip-by-multiplier",
        "HELD",
        _revised(1),
        table(rows(6, unit_mult="6")),
        rules="unit_slip",
        held=each(range(1, 7), {"drop_is_held"}),
    ),
    case(
        "unit-slip-beside-new-rows",
        "HELD",
        _revised(1),
        table([*rows(6, obs_value="12500"), *rows(4, first=20, obs_value="12500")]),
        rules="unit_slip",
        held=each(range(1, 11), {"drop_is_held"}),
    ),
    case("revision-by-two", "ACCEPTED", _revised(1), _revised(2), counts={"revised": 6}),
    case(
        "sign-changed",
        "ACCEPTED",
        table(rows(2)),
        table([row(0, obs_value="0"), row(1)]),
        counts={"revised": 1, "unchanged": 1},
    ),
    case(
        "break-unmarked",
        "ACCEPTED",
        table([row(1), row(2, obs_value="500")]),
        rules="break_is_marked",
        counts={"new": 2},
    ),
    case("break-marked", "ACCEPTED", table([row(1), row(2, obs_value="500", obs_status="B")]), counts={"new": 2}),
    case(
        "parts-above-total",
        "ACCEPTED",
        table([row(1, counterpart_area="W00", obs_value="20"), row(1), row(1, counterpart_area="MEX")]),
        rules="parts_add_up",
        counts={"new": 3},
    ),
    case(
        "outside-the-period",
        "ACCEPTED",
        Drop({DATA: table(rows(3))}, fields={"period_from": "1951", "period_to": "1952"}),
        rules="outside_the_period",
        counts={"new": 3},
    ),
    case(
        "supersedes-what-is-not-there",
        "ACCEPTED",
        table(rows(1)),
        Drop({DATA: table(rows(1))}, fields={"seq": 2, "supersedes": 1}),
        counts={"unchanged": 1},
    ),
]

ENTRIES: Final = [*LIMITS, *MUCH, *CHANGES]
