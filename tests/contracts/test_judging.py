"""Rows against their contract: every way to be wrong is found where it stands, and what passes is typed and exact."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compact_pipelines.contracts import Table, load_contracts
from compact_pipelines.contracts.files import Batch, Limits
from compact_pipelines.contracts.judges import POLARS_TYPES
from compact_pipelines.contracts.judging import ROW, RowJudge
from compact_pipelines.contracts.rules import RULES, statuses
from compact_pipelines.contracts.verdict import Verdict
from compact_pipelines.errors import ContractError

Row = dict[str, str]
Trade = Callable[..., Row]
Judged = Callable[..., Verdict]
CONTRACTS = load_contracts()
TABLES = list(CONTRACTS.tables)
TRADE = CONTRACTS.tables["compute_exports"]
GRAIN = {"A": "{year}", "Q": "{year}-Q{quarter}", "M": "{year}-{month:02}"}


def places(verdict: Verdict) -> set[tuple[int | None, str | None, str]]:
    return {(finding.row, finding.column, finding.rule) for finding in verdict.findings}


@st.composite
def valid_rows(draw: st.DrawFn, table: Table, size: int = 8) -> list[Row]:
    """Rows that keep the contract, each key once."""
    rows = draw(st.lists(valid_row(table), min_size=1, max_size=size))
    return list({tuple(row[name] for name in table.dimensions): row for row in rows}.values())


@st.composite
def valid_row(draw: st.DrawFn, table: Table, year: int | None = None) -> Row:
    row = {column.id: "" for column in table.in_drop}
    for column in table.in_drop:
        if column.allowed is not None and (column.concept.required or draw(st.booleans())):
            row[column.id] = draw(st.sampled_from(column.allowed))
    if "counterpart_area" in row and row["counterpart_area"] == row["ref_area"]:
        row["counterpart_area"] = "_Z" if row["ref_area"] != "_Z" else "CAN"
    year, month = year or draw(st.integers(1990, 2030)), draw(st.integers(1, 12))
    grain = GRAIN[row.get("freq", "A")]
    row["time_period"] = grain.format(year=year, quarter=(month + 2) // 3, month=month)
    row["embargo_time"] = "2026-06-30T12:00:00Z" if row["conf_status"] == "E" else ""
    row["comment_obs"] = draw(st.sampled_from(["", "plain", 'with "quotes", commas\nand lines', "éñ"]))
    if "event_date" in row:
        row["event_date"] = draw(st.sampled_from(["", f"{year}-02-03"]))
    if "reporting_year_start" in row:
        row["reporting_year_start"] = draw(st.sampled_from(["", "--10-01"]))
    if table.measure == "obs_value" and row["obs_status"] not in statuses(table, "missing"):
        row["obs_value"] = str(draw(st.decimals(0, 999_999, places=draw(st.integers(0, 6)))))
    return row


@pytest.mark.parametrize("name", TABLES)
def test_rows_that_keep_the_contract_pass(name: str, judged: Judged) -> None:
    table = CONTRACTS.tables[name]

    @settings(max_examples=25, deadline=None)
    @given(valid_rows(table))
    def holds(rows: list[Row]) -> None:
        verdict = judged(rows, table)
        assert [finding for finding in verdict.findings if finding.severity == "error"] == []
        assert (verdict.rows, verdict.rows_in_error, verdict.outcome) == (len(rows), 0, "ACCEPTED")

    holds()


WRONGLY_WRITTEN = {
    "decimal": ["1,000", "1e5", " 1", "+1", "\u0663", "inf", "0x1", "1_0", "1.1234567", "1" * 19],
    "period": ["24", "2024-Q5", "2024-7", "07/2024", "2024\n"],
    "date": ["21/05/2024", "2024-02-30", "2024-5-1"],
    "datetime": ["30 June", "2026-06-30T12:00:00", "2026-06-31T12:00:00Z", "2026-06-30T24:00:00Z"],
}


def corruptions(table: Table) -> list[tuple[str, str, str]]:
    """Column, what to write into it, the rule that this breaks."""
    found = []
    for column in table.in_drop:
        kind = column.concept.type
        wrong = [(text, kind) for text in WRONGLY_WRITTEN.get(kind, [])]
        if column.concept.required:
            wrong.append(("", "required"))
        if column.allowed is not None:
            wrong += [("NO SUCH", "known_code"), (f"{column.allowed[0]} ", "known_code")]
        if column.concept.pattern:
            wrong.append(("October", "pattern"))
        elif kind == "text":
            wrong += [(text, "no_formula") for text in ("=1+1", "@x", "-x", "\tx")]
            wrong += [("a\x1b[31m", "plain_text"), ("a\u202eb", "plain_text"), ("x" * 4001, "cell_length")]
        if column.sign == "nonnegative":
            wrong.append(("-1", "nonnegative"))
        found += [(column.id, text, rule) for text, rule in wrong]
    return found


def corrupt(row: Row, corruption: tuple[str, str, str]) -> None:
    column, text, rule = corruption
    if rule == "nonnegative":
        row["obs_status"] = "A"
    row[column] = text


def errors(verdict: Verdict) -> set[tuple[int | None, str | None, str]]:
    return {place for place in places(verdict) if place[2] != "small_count"}


@pytest.mark.parametrize("name", TABLES)
def test_a_single_corruption_is_found_at_its_row_and_column(name: str, judged: Judged) -> None:
    table = CONTRACTS.tables[name]

    @settings(max_examples=15, deadline=None)
    @given(valid_rows(table), st.sampled_from(corruptions(table)), st.data())
    def holds(rows: list[Row], corruption: tuple[str, str, str], data: st.DataObject) -> None:
        place = data.draw(st.integers(0, len(rows) - 1))
        corrupt(rows[place], corruption)
        verdict = judged(rows, table)
        assert (place + 1, corruption[0], corruption[2]) in errors(verdict)
        assert {row for row, _, _ in errors(verdict)} == {place + 1}, "the other rows are in order"
        assert verdict.rows_in_error == 1

    holds()


@pytest.mark.parametrize("name", TABLES)
def test_every_kind_of_corruption_is_found_among_all_others(name: str, judged: Judged) -> None:
    table = CONTRACTS.tables[name]
    kinds = corruptions(table)

    @settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.tuples(*(valid_row(table, 1100 + number) for number in range(len(kinds)))))
    def holds(rows: tuple[Row, ...]) -> None:
        for row, kind in zip(rows, kinds, strict=True):
            corrupt(row, kind)
        verdict = judged(list(rows), table)
        expected = {(number, column, rule) for number, (column, _, rule) in enumerate(kinds, start=1)}
        assert expected <= errors(verdict)
        assert verdict.rows_in_error == len(rows)

    holds()


@pytest.mark.parametrize("name", [name for name in RULES if name != "one_provenance"])
def test_a_broken_rule_is_found_and_says_what_stands_there(name: str, judged: Judged) -> None:
    table = next(table for table in CONTRACTS.tables.values() if name in table.rules)
    row = {column.id: "" for column in table.in_drop}
    row |= {"obs_status": "A", "conf_status": "F", "time_period": "2024", "unit_measure": "USD", "obs_value": "1"}
    row |= {"counterpart_area": "USA", "source_tier": "official", "adoption_status": "voluntary"}
    row |= table.headline | ({"time_period": "2024"} if table.headline.get("freq") == "A" else {})
    if row.get("freq") == "M":
        row["time_period"] = "2024-07"
    row |= {key: "" if value is None else str(value) for key, value in RULES[name].failing.items()}
    if row.get("event_date"):
        row["event_date"] = row["event_date"][:10]
    row = {column.id: row.get(column.id, "") for column in table.in_drop}
    finding = next(finding for finding in judged([row], table).findings if finding.rule == name)
    assert (finding.row, finding.column, finding.severity) == (1, RULES[name].blames, "error")
    assert RULES[name].says in finding.message
    assert all(column in finding.found for column in RULES[name].failing)


def test_nan_is_a_blank_only_where_the_status_says_missing(trade: Trade, judged: Judged) -> None:
    rows = [trade(obs_value="NaN"), trade(obs_value="#N/A", obs_status="O", time_period="2023")]
    assert places(judged(rows)) == {(1, "obs_value", "missing_marker")}


def test_small_counts_of_people_are_a_warning(judged: Judged) -> None:
    table = CONTRACTS.tables["talent_movement"]
    row = {column.id: "" for column in table.in_drop} | table.headline
    row |= {"time_period": "2024", "obs_value": "3", "obs_status": "A", "conf_status": "F"}
    rows = [row, row | {"time_period": "2023", "conf_status": "C"}, row | {"time_period": "2022", "obs_value": "0"}]
    verdict = judged(rows, table)
    assert places(verdict) == {(1, "obs_value", "small_count")}
    assert (verdict.outcome, verdict.errors, verdict.warnings, verdict.rows_in_error) == ("ACCEPTED", 0, 1, 0)


@pytest.mark.parametrize(
    ("text", "multiplier", "value"),
    [
        ("12.5", "6", "12500000"),
        ("12.5", "0", "12.5"),
        ("-0.000001", "3", "-0.001"),
        ("0.123456", "3", "123.456"),
        ("999999999999999999.999999", "3", "999999999999999999999.999"),
        ("000000000000000001", "12", "1000000000000"),
        ("5", "", "5"),
    ],
)
def test_figures_are_resolved_to_base_units_exactly(text: str, multiplier: str, value: str) -> None:
    table = CONTRACTS.tables["capital_flows"]
    row = {column.id: "" for column in table.in_drop} | table.headline
    row |= {"time_period": "2024-07", "unit_measure": "USD", "obs_status": "A", "conf_status": "F"}
    row |= {"obs_value": text, "unit_mult": multiplier}
    judge = RowJudge(table, list(row), Limits())
    texts = pl.DataFrame([row]).with_columns(pl.when(pl.all() != "").then(pl.all()))
    judgement = judge.judge(Batch(texts, pl.Series([1])))
    assert judgement.faults.is_empty()
    assert judgement.values["obs_value"].to_list() == [Decimal(value)]


def test_a_figure_that_no_longer_fits_after_scaling_is_found(trade: Trade, judged: Judged) -> None:
    verdict = judged([trade(obs_value="99999999999", unit_mult="12")])
    assert places(verdict) == {(1, "obs_value", "value_too_large")}


def test_rows_that_pass_are_typed_as_the_contract_says(trade: Trade) -> None:
    rows = [trade(conf_status="E", embargo_time="2026-06-30T12:00:00Z"), trade(flow="?", time_period="2023")]
    judge = RowJudge(TRADE, list(rows[0]), Limits())
    texts = pl.DataFrame(rows).with_columns(pl.when(pl.all() != "").then(pl.all()))
    judgement = judge.judge(Batch(texts, pl.Series([1, 2])))
    assert judgement.values[ROW].to_list() == [1]
    assert judgement.values["embargo_time"].to_list() == [dt.datetime(2026, 6, 30, 12, tzinfo=dt.UTC)]
    assert judgement.values.drop(ROW).schema == {
        column.id: POLARS_TYPES[column.concept.type] for column in TRADE.in_drop
    }


def test_pandera_watches_over_the_predicates(trade: Trade) -> None:
    judge = RowJudge(TRADE, list(trade()), Limits())
    judge._of_values = []
    texts = pl.DataFrame([trade(flow="?")]).with_columns(pl.when(pl.all() != "").then(pl.all()))
    with pytest.raises(ContractError, match=r"pandera finds .*known_code.* that the predicates let pass"):
        judge.judge(Batch(texts, pl.Series([1])))


@pytest.mark.parametrize(
    ("cells", "hint"),
    [
        ({"ref_area": "US"}, "Write USA, if that is meant."),
        ({"ref_area": "484"}, "Write MEX, if that is meant."),
        ({"ref_area": "Canada "}, "Write CAN, if that is meant."),
        ({"flow": "x"}, "Write X, if that is meant."),
        ({"unit_measure": "PS"}, "Allowed are USD."),
        ({"flow": "export"}, "Allowed are X, M, RX, RM."),
    ],
)
def test_a_message_says_what_may_have_been_meant(cells: Row, hint: str, trade: Trade, judged: Judged) -> None:
    [finding] = judged([trade(**cells)]).findings
    assert hint in finding.message


def test_a_hostile_cell_is_shown_harmlessly(trade: Trade, judged: Judged) -> None:
    [finding] = judged([trade(flow="\x1b[31m" + "x" * 200)]).findings
    assert "\x1b" not in finding.message
    assert finding.found == f"flow is '\\x1b[31m{'x' * 71}…'."
