"""Who speaks, of what: codes compared exactly, a foreign row that refuses the drop, deletions that name one key."""
# ruff: noqa: RUF001  (what is ambiguous is what is tested)

from typing import Any, Final

from tests.exchange.corpus.building import COLUMNS, DATA, TRADE, Drop, Entry, Row, bent, case, each, row, rows, table

ACTIONS: Final = [*COLUMNS, "action"]
GOOD: Final = table(rows(20))
KEY: Final = ["freq", "ref_area", "counterpart_area", "flow", "product", "time_period"]


def _codes(name: str, column: str, codes: list[str], rules: str = "known_code") -> Entry:
    """Each code in a row of its own; one row is in order."""
    cells: dict[int, Row] = {number: {column: code} for number, code in enumerate(codes, start=1)}
    held = each(cells, set(rules.split()))
    return case(name, "ACCEPTED_WITH_HELD_ROWS", bent(cells, len(codes) + 1), rules=rules, held=held,
                counts={"new": 1})  # fmt: skip


def _voice(name: str, text: str, rules: str = "own_voice", number: int = 3) -> Entry:
    return case(name, "REJECTED", bent({number: {"ref_area": text}}, 5), rules=rules)


def acting(lines: list[Row], **fields: Any) -> Drop:
    return Drop({DATA: table([{**dict.fromkeys(ACTIONS, ""), **line} for line in lines], ACTIONS)}, fields=fields)


def _key(number: int, **cells: str) -> Row:
    return {name: value for name, value in row(number).items() if name in KEY} | {"action": "D"} | cells


VOICES: Final = [
    _voice("voice-of-another", "USA"),
    _voice("voice-of-another-last-row", "MEX", number=5),
    _voice("voice-full-width", "ＣＡＮ"),
    _voice("voice-cyrillic", "САN"),
    _voice("voice-lower-case", "can"),
    _voice("voice-trailing-blank", "CAN "),
    _voice("voice-zero-width", "CAN\u200b"),
    _voice("voice-two-letters", "CA"),
    _voice("voice-of-the-world", "W00"),
    _voice("voice-combining", "CAN\u0301"),
    case(
        "voice-in-second-file",
        "REJECTED",
        {"a.csv": table(rows(2)), "b.csv": table(rows(2, first=5, ref_area="USA"))},
        rules="own_voice",
    ),
    case(
        "voice-in-a-deletion",
        "REJECTED",
        acting([{**row(1), "action": "M"}, _key(2, ref_area="USA")]),
        rules="own_voice",
    ),
    case(
        "voice-in-a-row-with-other-faults",
        "REJECTED",
        bent({2: {"ref_area": "USA", "obs_value": "x"}}),
        rules="own_voice decimal",
    ),
    case(
        "voice-in-a-repeated-row",
        "REJECTED",
        table([row(1, ref_area="USA"), row(1, ref_area="USA")]),
        rules="own_voice key_unique",
    ),
    case(
        "voice-of-two-areas",
        "ACCEPTED",
        bent({2: {"ref_area": "USA", "counterpart_area": "MEX"}}),
        counts={"new": 4},
        agreement={"reporters": ["CAN", "USA"]},
    ),
    case(
        "voice-blank",
        "ACCEPTED_WITH_HELD_ROWS",
        bent({2: {"ref_area": ""}}),
        rules="required",
        held={2: {"required"}},
        counts={"new": 3},
    ),
]

CODES: Final = [
    _codes(
        "codes-of-areas",
        "counterpart_area",
        [
            "ＵＳＡ",
            "usa",
            "US",
            "840",
            "USA ",
            " USA",
            "U\u00adSA",
            "USA\u200d",
            "ＵSA",
            "UЅA",
            "XKX-1",
            "United States",
        ],
    ),
    _codes(
        "codes-of-products",
        "product",
        ["847150", "HS22-847150", "hs22_847150", "HS17_847150", "HS22_847150.", "TΟTAL", "TOTAL\u200b", "Total"],
    ),
    _codes("codes-of-flows", "flow", ["x", "Х", "Ｘ", "1", "export", "X,M"]),
    _codes("codes-of-units", "unit_measure", ["CAD", "usd", "US$", "USD\u00a0"]),
    _codes("codes-of-frequencies", "freq", ["a", "Annual", "H", "Α"], "known_code"),
    _codes("counterpart-is-itself", "counterpart_area", ["CAN"], "area_is_not_its_own_counterpart"),
    _codes("codes-blank", "product", [""], "required"),
    case(
        "codes-with-leading-zero-lost",
        "ACCEPTED_WITH_HELD_ROWS",
        bent({1: {"product": "HS22_84150"}}),
        rules="known_code",
        held={1: {"known_code"}},
        counts={"new": 3},
    ),
]

DELETIONS: Final = [
    *(
        case(
            f"delete-without-{name.replace('_', '-')}",
            "REJECTED",
            acting([_key(1, **{name: ""})], action="delete"),
            rules="complete_key",
        )
        for name in TRADE.dimensions
    ),
    case("delete-everything", "REJECTED", acting([{"action": "D"}], action="delete"), rules="complete_key"),
    case(
        "delete-by-pattern",
        "ACCEPTED_WITH_HELD_ROWS",
        GOOD,
        acting([_key(1, time_period="%")], action="delete"),
        rules="period",
        held={1: {"period"}},
        counts={"deleted": 0},
    ),
    case("delete-one", "ACCEPTED", GOOD, acting([_key(1)], action="delete"), counts={"deleted": 1}),
    case(
        "delete-by-manifest",
        "ACCEPTED",
        GOOD,
        Drop({DATA: table([row(1), row(2)])}, fields={"action": "delete"}),
        counts={"deleted": 2},
    ),
    case(
        "delete-with-columns-of-the-key-only",
        "ACCEPTED",
        GOOD,
        Drop({DATA: table([row(1)], KEY)}, fields={"action": "delete"}),
        counts={"deleted": 1},
    ),
    case(
        "delete-what-is-not-there",
        "ACCEPTED",
        GOOD,
        acting([_key(100), _key(1)], action="delete"),
        rules="delete_of_nothing",
        counts={"deleted": 1, "unchanged": 1},
    ),
    case(
        "delete-before-anything-is-there",
        "ACCEPTED",
        acting([_key(1)], action="delete"),
        rules="delete_of_nothing",
        counts={"unchanged": 1},
    ),
    case(
        "delete-too-much",
        "HELD",
        GOOD,
        acting([_key(number) for number in range(3)], action="delete"),
        rules="mass_delete",
        held=each((1, 2, 3), {"drop_is_held"}),
    ),
    case("delete-a-tenth", "ACCEPTED", GOOD, acting([_key(0), _key(1)], action="delete"), counts={"deleted": 2}),
    case(
        "delete-again",
        "ACCEPTED",
        GOOD,
        acting([_key(1)], action="delete"),
        acting([_key(1)], action="delete"),
        rules="delete_of_nothing",
        counts={"unchanged": 1},
    ),
    case(
        "delete-and-say-anew", "ACCEPTED", GOOD, acting([_key(1)], action="delete"), table([row(1)]), counts={"new": 1}
    ),
    case(
        "delete-in-a-merge",
        "ACCEPTED",
        GOOD,
        acting([{**row(30), "action": "M"}, _key(1)]),
        counts={"new": 1, "deleted": 1},
    ),
    case(
        "delete-and-merge-of-one-key",
        "ACCEPTED_WITH_HELD_ROWS",
        GOOD,
        acting([{**row(1), "action": "M"}, _key(1), {**row(30), "action": "M"}]),
        rules="key_unique",
        held={1: {"key_unique"}, 2: {"key_unique"}},
        counts={"new": 1},
    ),
]

ACTS: Final = [
    case("action-contradicts", "REJECTED", acting([{**row(1), "action": "R"}]), rules="action_agrees"),
    case("action-deletes-in-a-merge", "REJECTED", GOOD, acting([_key(1)]), rules="action_agrees"),
    case(
        "action-unknown",
        "REJECTED",
        acting([{**row(1), "action": "X"}, {**row(2), "action": "M"}]),
        rules="known_action",
    ),
    case("action-lower-case", "REJECTED", acting([{**row(1), "action": "m"}]), rules="known_action"),
    case(
        "action-blank", "REJECTED", acting([{**row(1), "action": ""}, {**row(2), "action": "M"}]), rules="known_action"
    ),
    case(
        "action-old-words",
        "ACCEPTED",
        acting([{**row(1), "action": "I"}, {**row(2), "action": "A"}]),
        counts={"new": 2},
    ),
    case(
        "action-per-row",
        "ACCEPTED",
        GOOD,
        acting([{**row(1, obs_value="13"), "action": "M"}, {**row(2), "action": "R"}, _key(3)]),
        counts={"revised": 1, "unchanged": 1, "deleted": 1},
    ),
    case(
        "merge-keeps-attributes",
        "ACCEPTED",
        table([row(1, comment_obs="a note")]),
        table([row(1)]),
        counts={"unchanged": 1},
    ),
    case(
        "replace-clears-attributes",
        "ACCEPTED",
        table([row(1, comment_obs="a note")]),
        Drop({DATA: table([row(1)])}, fields={"action": "replace"}),
        counts={"revised": 1},
    ),
]

REPEATS: Final = [
    case(
        "repeat-in-a-file",
        "ACCEPTED_WITH_HELD_ROWS",
        table([row(1), row(2), row(1, obs_value="13"), row(1)]),
        rules="key_unique",
        held=each((1, 3, 4), {"key_unique"}),
        counts={"new": 1},
    ),
    case(
        "repeat-to-the-letter",
        "ACCEPTED_WITH_HELD_ROWS",
        table([row(1), row(1), row(2)]),
        rules="key_unique",
        held=each((1, 2), {"key_unique"}),
        counts={"new": 1},
    ),
    case(
        "repeat-across-files",
        "ACCEPTED_WITH_HELD_ROWS",
        {"a.csv": table(rows(3)), "b.csv": table(rows(2, first=2))},
        rules="key_unique",
        held={("a.csv", 3): {"key_unique"}, ("b.csv", 1): {"key_unique"}},
        counts={"new": 3},
    ),
    case(
        "repeat-of-a-bad-row",
        "ACCEPTED_WITH_HELD_ROWS",
        table([row(1, obs_value="x"), row(1), row(2)]),
        rules="decimal key_unique",
        held={1: {"decimal", "key_unique"}, 2: {"key_unique"}},
        counts={"new": 1},
    ),
]

ENTRIES: Final = [*VOICES, *CODES, *DELETIONS, *ACTS, *REPEATS]
