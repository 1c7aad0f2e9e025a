"""SDMX-CSV 1.0, 2.0 and 2.1: our columns behind those that say which structure and what to do."""

from typing import Any, Final

from compact_pipelines.contracts.naming import structure_id
from tests.exchange.corpus.building import COLUMNS, DATA, TRADE, Data, Drop, Entry, Row, case, row, rows, table

THIS: Final = structure_id(TRADE)
UPPER: Final = [name.upper() for name in COLUMNS]


def sdmx(head: dict[str, str], lines: list[Row]) -> dict[str, Data]:
    named = [
        {**head, **{name.upper(): value for name, value in line.items() if name.upper() not in head}} for line in lines
    ]
    made = table(named, [*head, *UPPER])
    return {DATA: Data(made.content, made.rows, "sdmx-csv")}


ONE: Final = {"DATAFLOW": THIS}
TWO: Final = {"STRUCTURE": "dataflow", "STRUCTURE_ID": THIS, "ACTION": "I"}
TWO_ONE: Final = {"STRUCTURE": "datastructure", "STRUCTURE_ID": THIS, "ACTION": "M"}


def _taken(name: str, head: dict[str, str], **more: Any) -> Entry:
    return case(f"sdmx-{name}", "ACCEPTED", Drop(sdmx(head, rows(2)), **more), counts={"new": 2})


def _refused(name: str, head: dict[str, str], rules: str, **more: Any) -> Entry:
    return case(f"sdmx-{name}", "REJECTED", Drop(sdmx(head, rows(2)), **more), rules=rules)


def _bent(name: str, bend: Any, rules: str) -> Entry:
    honest = sdmx(TWO_ONE, rows(2))[DATA]
    content = bend(honest.content.decode()).encode()
    return case(f"sdmx-{name}", "REJECTED", {DATA: Data(content, 2, "sdmx-csv")}, rules=rules)


ENTRIES: Final = [
    _taken("1-0", ONE),
    _taken("2-0", TWO),
    _taken("2-1", TWO_ONE),
    _taken("replace", {**TWO_ONE, "ACTION": "R"}, fields={"action": "replace"}),
    _refused("other-flow", {"DATAFLOW": "NACX:CAPITAL_FLOWS(1.0.0)"}, "one_structure"),
    _refused("other-agency", {"DATAFLOW": THIS.replace("NACX", "ESTAT")}, "one_structure"),
    _refused("other-version", {**TWO, "STRUCTURE_ID": THIS.replace("1.0.0", "1.1.0")}, "one_structure"),
    _refused("version-wildcard", {**TWO, "STRUCTURE_ID": THIS.replace("1.0.0", "1+.0.0")}, "one_structure"),
    _refused("provision", {**TWO, "STRUCTURE": "provisionagreement"}, "one_structure"),
    _refused("structure-blank", {**TWO, "STRUCTURE_ID": ""}, "one_structure"),
    _refused("replace-in-a-merge", {**TWO_ONE, "ACTION": "R"}, "action_agrees"),
    _refused("action-other", {**TWO_ONE, "ACTION": "Q"}, "known_action"),
    _refused("labels-both", {"DATAFLOW": f"{THIS}: Trade"}, "one_structure"),
    _bent("labels-name", lambda text: text.replace("FREQ", "FREQ: Frequency"), "unknown_column missing_column"),
    _bent("two-structures", lambda text: text[::-1].replace(THIS[::-1], "X", 1)[::-1], "one_structure"),
    _bent("cells-with-names", lambda text: text.replace(",CAN,", ",CAN: Canada,"), "own_voice"),
    _bent("semicolons", lambda text: text.replace(",", ";"), "file_is_csv"),
    _bent("repeated-structure-column", lambda text: text.replace("STRUCTURE_ID", "STRUCTURE"), "duplicate_column"),
    _bent("series-keys-left-out", lambda text: text.replace("STRUCTURE_ID,", "SERIES_KEY,"), "unknown_column"),
    case(
        "sdmx-missing-values",
        "ACCEPTED",
        sdmx(TWO_ONE, [row(1, obs_value="NaN", obs_status="O"), row(2)]),
        counts={"new": 2},
    ),
    case(
        "sdmx-bad-rows",
        "ACCEPTED_WITH_HELD_ROWS",
        sdmx(TWO_ONE, [row(1, obs_value="1e400"), row(2)]),
        rules="decimal",
        held={1: {"decimal"}},
        counts={"new": 1},
    ),
    case(
        "sdmx-upsert-and-delete",
        "ACCEPTED",
        sdmx(TWO_ONE, rows(20)),
        Drop(
            {
                DATA: Data(
                    sdmx(TWO_ONE, rows(2, first=19))[DATA].content.replace(
                        b",M,A,CAN,USA,X,TOTAL,1969", b",D,A,CAN,USA,X,TOTAL,1969"
                    ),
                    2,
                    "sdmx-csv",
                )
            }
        ),
        counts={"new": 1, "deleted": 1},
    ),
    case(
        "sdmx-delete-of-all",
        "REJECTED",
        sdmx(TWO_ONE, rows(20)),
        Drop(sdmx({**TWO_ONE, "ACTION": "D"}, [dict.fromkeys(COLUMNS, "")]), fields={"action": "delete"}),
        rules="complete_key",
    ),
]
