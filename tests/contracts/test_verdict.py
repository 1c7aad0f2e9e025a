"""The verdict on a whole file: what it counts, what it tells, in which formats, and who may speak for whom."""

import io
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from compact_pipelines.contracts import Contracts, csv_files, load_contracts
from compact_pipelines.contracts.naming import structure_id
from compact_pipelines.contracts.templates import xlsx_template
from compact_pipelines.contracts.verdict import Verdict, judge_file
from compact_pipelines.errors import UsageError

Row = dict[str, str]
Trade = Callable[..., Row]
Write = Callable[..., Path]
Judged = Callable[..., Verdict]
CONTRACTS = load_contracts()
TRADE = CONTRACTS.tables["compute_exports"]


def places(verdict: Verdict) -> set[tuple[int | None, str | None, str]]:
    return {(finding.row, finding.column, finding.rule) for finding in verdict.findings}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(["flow", "ref_area", "obs_value", None]), min_size=1, max_size=30))
def test_counts_add_up(trade: Trade, judged: Judged, wrong: list[str | None]) -> None:
    rows = [trade(time_period=str(1900 + number)) for number in range(len(wrong))]
    for row, column in zip(rows, wrong, strict=True):
        if column:
            row[column] = "?"
    verdict = judged(rows)
    assert verdict.rows == len(rows)
    assert verdict.rows_in_error == verdict.errors == sum(column is not None for column in wrong)
    assert {count.column: count.found for count in verdict.counts} == {
        column: wrong.count(column) for column in set(wrong) - {None}
    }
    assert verdict.outcome == ("ACCEPTED_WITH_HELD_ROWS" if verdict.errors else "ACCEPTED")


def test_everything_is_counted_and_a_hundred_of_a_kind_told(trade: Trade, judged: Judged) -> None:
    verdict = judged(
        [
            trade(freq="M", time_period=f"{1900 + number}-{month}", flow="?")
            for number in range(125)
            for month in ("01", "02")
        ]
    )
    [count] = verdict.counts
    assert (count.found, verdict.errors, verdict.rows_in_error) == (250, 250, 250)
    assert [finding.row for finding in verdict.findings] == list(range(1, 101))


def test_the_verdict_is_the_same_in_small_batches(
    monkeypatch: pytest.MonkeyPatch, trade: Trade, judged: Judged
) -> None:
    rows = [trade(time_period=str(1900 + number % 40), flow="?" if number % 9 == 0 else "X") for number in range(60)]
    whole = judged(rows)
    monkeypatch.setattr(csv_files, "BLOCK_BYTES", 400)
    assert judged(rows) == whole


def test_every_copy_of_a_repeated_key_is_found(trade: Trade, judged: Judged) -> None:
    verdict = judged([trade(), trade(time_period="2023"), trade(obs_value="7")])
    assert places(verdict) == {(1, None, "key_unique"), (3, None, "key_unique")}
    assert verdict.findings[0].value == "A CAN USA X TOTAL 2024"
    assert verdict.findings[0].found == "The key 'A CAN USA X TOTAL 2024' stands in rows 1, 3."


def test_a_blank_line_is_one_finding(trade: Trade, judged: Judged) -> None:
    verdict = judged([trade(), dict.fromkeys(trade(), "")])
    assert places(verdict) == {(2, None, "blank_row")}


def test_a_ragged_row_refuses_the_file_and_the_others_are_judged(tmp_path: Path, trade: Trade, write: Write) -> None:
    path = write(tmp_path, [trade(), trade(time_period="2023", flow="?")])
    path.write_text(path.read_text(encoding="utf-8") + "A,CAN\n", encoding="utf-8")
    verdict = judge_file(path, TRADE)
    assert places(verdict) == {(2, "flow", "known_code"), (3, None, "row_width")}
    assert (verdict.rows, verdict.rows_in_error, verdict.outcome) == (3, 2, "REJECTED")


def test_an_unreadable_file_is_a_verdict_too(tmp_path: Path) -> None:
    path = tmp_path / "drop.csv"
    path.write_bytes(b"\xff\xfea\0")
    verdict = judge_file(path, TRADE)
    assert (verdict.outcome, verdict.rows) == ("REJECTED", 0)
    assert places(verdict) == {(None, None, "file_is_utf8")}


def test_unknown_and_missing_columns_are_told_and_the_rest_judged(trade: Trade, judged: Judged) -> None:
    columns = [name for name in trade() if name not in {"ref_area", "valuation"}]
    verdict = judged([trade(flow="?")], columns=[*columns, "note", "Citation"])
    assert places(verdict) == {
        (None, "ref_area", "missing_column"),
        (None, "note", "unknown_column"),
        (None, "Citation", "unknown_column"),
        (1, "flow", "known_code"),
    }
    assert verdict.outcome == "REJECTED"


def test_columns_that_may_be_blank_may_be_left_out_and_stand_in_any_order(trade: Trade, judged: Judged) -> None:
    needed = [column.id for column in TRADE.in_drop if column.concept.required or column.role == "measure"]
    assert judged([trade()], columns=needed[::-1]).findings == ()


def test_a_header_without_rows_is_a_warning(trade: Trade, judged: Judged) -> None:
    [finding] = judged([trade()][:0] or [], columns=list(trade())).findings
    assert (finding.rule, finding.severity) == ("has_rows", "warning")


def test_a_file_without_a_known_column_is_refused_by_its_header(tmp_path: Path) -> None:
    path = tmp_path / "drop.csv"
    path.write_text("x,y\n1,2\n", encoding="utf-8")
    verdict = judge_file(path, TRADE)
    assert (verdict.outcome, verdict.rows) == ("REJECTED", 0)
    assert {rule for _, _, rule in places(verdict)} == {"unknown_column", "missing_column"}


@pytest.mark.parametrize("quote", ["", '"'])
@pytest.mark.parametrize(("mark", "name"), [(";", "semicolons"), ("\t", "tabs")])
def test_a_file_parted_by_another_mark_is_told_so(
    tmp_path: Path, trade: Trade, mark: str, name: str, quote: str
) -> None:
    path = tmp_path / "drop.csv"
    rows = [list(trade()), ["1,5", *list(trade().values())[1:]]]
    path.write_text("\n".join(mark.join(f"{quote}{cell}{quote}" for cell in row) for row in rows), encoding="utf-8")
    [finding] = judge_file(path, TRADE).findings
    assert (finding.rule, finding.found) == ("file_is_csv", f"The file is parted by {name}.")
    assert "parted by commas" in finding.mend


@pytest.mark.parametrize("text", [" =1+1", "\uff1d1+1", "\u00a0@x", "\u200b-1", " \t+1", "\tx"])
def test_a_formula_is_found_behind_blanks_and_in_wide_characters(trade: Trade, judged: Judged, text: str) -> None:
    assert places(judged([trade(comment_obs=text)])) == {(1, "comment_obs", "no_formula")}
    assert judged([trade(comment_obs=f"x{text[-1]}")]).findings == ()


@pytest.mark.parametrize(
    ("freq", "period", "is_allowed"),
    [
        ("A", "0000", False),
        ("A", "9999", False),
        ("A", "1899", False),
        ("A", "1900", True),
        ("M", "2100-12", True),
        ("M", "2101-01", False),
    ],
)
def test_a_period_lies_in_the_stated_years(
    trade: Trade, judged: Judged, freq: str, period: str, is_allowed: bool
) -> None:
    verdict = judged([trade(freq=freq, time_period=period)])
    assert places(verdict) == (set() if is_allowed else {(1, "time_period", "period")})
    assert is_allowed or "lies between 1900 and 2100" in verdict.findings[0].message


def test_a_partner_speaks_only_for_itself(trade: Trade, judged: Judged) -> None:
    rows = [trade(), trade(ref_area="MEX"), trade(ref_area="\uff23\uff21\uff2e")]
    verdict = judged(rows, partner="CAN")
    assert places(verdict) == {(2, "ref_area", "own_voice"), (3, "ref_area", "own_voice")}
    assert verdict.outcome == "REJECTED"
    assert judged(rows[:2]).findings == ()
    with pytest.raises(UsageError, match="no partner 'nobody'"):
        judged(rows, partner="nobody")


@pytest.fixture(scope="session")
def sdmx(trade: Trade) -> Trade:
    """A row of the trade table as SDMX-CSV has it."""

    def sdmx(action: str, structure: str = structure_id(TRADE), **cells: str) -> Row:
        row = {"structure": "dataflow", "structure_id": structure, "action": action, **trade(**cells)}
        return {name.upper(): cell for name, cell in row.items()}

    return sdmx


def test_sdmx_csv_is_taken_with_its_upper_case_and_its_actions(trade: Trade, judged: Judged, sdmx: Trade) -> None:
    rows = [sdmx(action, time_period=str(2000 + number)) for number, action in enumerate("IAMR")]
    assert judged(rows).findings == ()
    row = {"DATAFLOW": structure_id(TRADE), **{name.upper(): cell for name, cell in trade().items()}}
    assert judged([row]).findings == ()


def test_a_row_that_deletes_is_asked_for_its_key_only(judged: Judged, sdmx: Trade) -> None:
    blank = dict.fromkeys((column.id for column in TRADE.in_drop if column.role != "dimension"), "")
    assert judged([sdmx("D", **blank)]).findings == ()
    verdict = judged([sdmx("M"), sdmx("D", **blank, counterpart_area="", time_period="2023")])
    assert places(verdict) == {(2, "counterpart_area", "complete_key")}
    assert verdict.outcome == "REJECTED"
    assert places(judged([sdmx("D", **blank, flow="?")], partner="MEX")) == {
        (1, "flow", "known_code"),
        (1, "ref_area", "own_voice"),
    }


def test_a_file_of_another_structure_or_action_is_refused(judged: Judged, sdmx: Trade) -> None:
    verdict = judged(
        [sdmx("X"), sdmx("M", "NACX:CAPITAL_FLOWS(1.0.0)", time_period="2023"), sdmx("", time_period="2022")]
    )
    assert places(verdict) == {
        (1, "action", "known_action"),
        (2, "structure_id", "one_structure"),
        (3, "action", "known_action"),
    }
    assert "This table is NACX:COMPUTE_EXPORTS(1.0.0)." in verdict.findings[1].message


def test_a_verdict_as_json_has_findings_and_counts(trade: Trade, judged: Judged) -> None:
    answer = judged([trade(flow="?")], partner="CAN").as_dict()
    assert {key: answer[key] for key in ("file", "table", "version", "partner", "outcome")} == {
        "file": "drop.csv",
        "table": "compute_exports",
        "version": TRADE.version,
        "partner": "CAN",
        "outcome": "ACCEPTED_WITH_HELD_ROWS",
    }
    assert answer["counts"] == {
        "rows": 1,
        "rows_in_error": 1,
        "errors": 1,
        "warnings": 0,
        "by_rule": [{"rule": "known_code", "column": "flow", "severity": "error", "found": 1}],
    }
    [finding] = answer["findings"]
    assert finding["message"] == (
        "flow is '?'. Allowed are X, M, RX, RM. Write a code of the list, exactly as it stands there."
    )
    assert {"file", "row", "column", "value", "rule", "severity", "message"} <= finding.keys()


@pytest.mark.parametrize("save", [pl.DataFrame.write_parquet, pl.DataFrame.write_csv])
def test_a_file_is_judged_the_same_in_another_format(
    tmp_path: Path, contracts: Contracts, save: Callable[..., None], trade: Trade
) -> None:
    rows = pl.DataFrame([trade(), trade(flow="?", time_period="2023")])
    path = tmp_path / f"drop.{'parquet' if save is pl.DataFrame.write_parquet else 'csv'}"
    save(rows, path)
    assert places(judge_file(path, contracts.tables["compute_exports"])) == {(2, "flow", "known_code")}


def test_a_filled_in_template_is_judged_like_any_file(tmp_path: Path, trade: Trade) -> None:
    book = load_workbook(io.BytesIO(xlsx_template(TRADE)))
    for row in (trade(), trade(flow="?", time_period="2023", unit_mult="6")):
        book["data"].append(list(row.values()))
    book["data"].append([*list(trade(time_period="2022").values())[:6], 12.5, "USD", *[None] * 3, "A", "F"])
    book.save(tmp_path / "drop.xlsx")
    verdict = judge_file(tmp_path / "drop.xlsx", TRADE, "CAN")
    assert places(verdict) == {(2, "flow", "known_code"), (3, "obs_value", "cell_is_text")}
    assert (verdict.rows, verdict.rows_in_error, verdict.outcome) == (3, 2, "ACCEPTED_WITH_HELD_ROWS")
