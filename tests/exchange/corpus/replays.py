"""Drops for another, of another time or out of turn: replay, roll-back, numbers that would lock a partner out."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from tests.exchange.corpus.building import DATA, Drop, Entry, case, row, rows, table

GOOD: Final = table(rows(2))
MORE: Final = table(rows(2, first=2))


def _addressed(name: str, rules: str, **fields: Any) -> Entry:
    return case(name, "REJECTED", Drop({DATA: GOOD}, fields=fields), rules=rules)


def _numbered(seq: int, data: Any = GOOD, **more: Any) -> Drop:
    return Drop({DATA: data}, fields={"seq": seq}, **more)


def _copied_from(number: int) -> Callable[[Path], None]:
    """The bytes of an earlier drop of the partner, uploaded again."""

    def copy(folder: Path) -> None:
        source = folder.parent / f"drop-{number}"
        for path in source.iterdir():
            (folder / path.name).write_bytes(path.read_bytes())

    return copy


ENTRIES: Final = [
    _addressed("for-another-exchange", "own_exchange", exchange="prod-2"),
    _addressed("for-exchange-in-other-case", "field_form", exchange="Corpus-1"),
    _addressed("of-another-partner", "own_drop", partner="us-bea"),
    _addressed(
        "of-a-table-not-agreed", "own_dataflow", dataflow="capital_flows", structure="NACX:CAPITAL_FLOWS(1.0.0)"
    ),
    _addressed("of-a-table-unknown", "own_dataflow", dataflow="sqlite_master"),
    _addressed("of-an-older-version", "present_structure", structure="NACX:COMPUTE_EXPORTS(0.9.0)"),
    _addressed("of-a-newer-version", "present_structure", structure="NACX:COMPUTE_EXPORTS(2.0.0)"),
    _addressed("of-another-structure", "present_structure", structure="NACX:CAPITAL_FLOWS(1.0.0)"),
    _addressed("created-tomorrow", "created_in_the_past", created="2026-07-01T12:00:00Z"),
    _addressed("created-in-9999", "created_in_the_past", created="9999-12-31T23:59:59Z"),
    case("created-with-a-fast-clock", "ACCEPTED", Drop({DATA: GOOD}, fields={"created": "2026-06-30T12:04:00Z"})),
    case("format-not-agreed", "REJECTED", GOOD, rules="own_format", agreement={"formats": ["xlsx"]}),
    case("number-two-first", "WAITING", _numbered(2), rules="sequence_gap", says="the next number is 1"),
    case("number-huge", "WAITING", _numbered(2**31 - 1), rules="sequence_gap"),
    case("number-huge-locks-nobody-out", "ACCEPTED", _numbered(2**31 - 1), _numbered(1, MORE), counts={"new": 2}),
    case("number-used", "REJECTED", _numbered(1), _numbered(1, MORE), rules="sequence", says="the next number is 2"),
    case(
        "number-used-by-held",
        "REJECTED",
        Drop({DATA: table([row(1, obs_value="x")])}, fields={"mode": "all_or_nothing"}),
        _numbered(1, MORE),
        rules="sequence",
    ),
    case(
        "number-of-a-rejected-drop",
        "ACCEPTED",
        _numbered(1, table([row(1, ref_area="USA")])),
        _numbered(1, MORE),
        counts={"new": 2},
    ),
    case(
        "number-rolled-back",
        "REJECTED",
        _numbered(1),
        _numbered(2, MORE),
        _numbered(1, table(rows(1))),
        rules="sequence",
    ),
    case("same-again", "DUPLICATE", GOOD, Drop({DATA: GOOD}, then=_copied_from(1)), rules="same_manifest"),
    case(
        "same-again-as-waiting",
        "DUPLICATE",
        _numbered(2),
        Drop({DATA: GOOD}, then=_copied_from(1)),
        rules="same_manifest",
    ),
    case(
        "same-again-after-rejection",
        "REJECTED",
        table([row(1, ref_area="USA")]),
        Drop({DATA: GOOD}, then=_copied_from(1)),
        rules="own_voice",
    ),
    case(
        "same-again-with-other-data",
        "DUPLICATE",
        GOOD,
        Drop(
            {DATA: GOOD},
            then=lambda folder: _copied_from(1)(folder) or ((folder / DATA).write_bytes(MORE.content) and None),
        ),
        rules="same_manifest",
    ),
    case("same-rows-next-number", "ACCEPTED", GOOD, GOOD, counts={"new": 0, "unchanged": 2}),
    case(
        "number-two-in-other-table",
        "ACCEPTED",
        GOOD,
        Drop(
            {
                DATA: table(
                    [
                        {
                            "ref_area": "CAN",
                            "instrument": "OECD_AI_2019",
                            "time_period": "2019",
                            "adoption_status": "participant",
                            "source_tier": "official",
                            "obs_status": "A",
                            "conf_status": "F",
                        }
                    ]
                )
            },
            fields={"seq": 1, "dataflow": "standards_adoption", "structure": "NACX:STANDARDS_ADOPTION(1.0.0)"},
        ),
        counts={"new": 1},
    ),
    case(
        "supersedes-nothing",
        "ACCEPTED",
        GOOD,
        _numbered(2, MORE),
        Drop({DATA: table(rows(1, first=6))}, fields={"seq": 3, "supersedes": 2}),
        counts={"new": 1},
    ),
]
