import datetime as dt
from collections.abc import Callable
from typing import Any, get_args

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compact_pipelines.contracts import Contracts, Table, load_contracts
from compact_pipelines.contracts.judges import (
    POLARS_TYPES,
    Finding,
    check_table,
    is_in_order,
    pandera_schema,
    polars_schema,
)
from compact_pipelines.contracts.model import ColumnType
from compact_pipelines.contracts.rules import RULES

COMMON = {
    "time_period": "2024-07",
    "unit_measure": "USD",
    "obs_value": 1,
    "adoption_status": "voluntary",
    "source_tier": "official",
    "imputed_mirror": False,
    "obs_status": "A",
    "conf_status": "F",
    "source_id": "us_census_exports",
    "snapshot_id": "us_census_exports.totals.0f3c9a7d21be",
    "recorded_at": dt.datetime(2026, 7, 7, tzinfo=dt.UTC),
    "is_preferred": True,
}
TABLES = list(load_contracts().tables)
NAMED_RULES = [(table.id, name) for table in load_contracts().tables.values() for name in table.rules]


def stored_row(table: Table) -> dict[str, Any]:
    """A row in order: the table's headline series, and what every table stores."""
    filled = {**COMMON, **table.headline}
    if table.headline.get("freq") == "A":
        filled["time_period"] = "2024"
    return {column.id: filled.get(column.id) for column in table.stored}


def frame_of(table: Table, *changes: dict[str, Any]) -> pl.DataFrame:
    """One row a change, otherwise in order."""
    rows = [stored_row(table) | change for change in changes]
    columns = {name: pl.Series([row[name] for row in rows]) for name in stored_row(table)}
    return pl.DataFrame(columns).cast(polars_schema(table))


def found(findings: list[Finding], rule: str) -> dict[str, Finding]:
    return {finding.column: finding for finding in findings if finding.rule == rule}


@pytest.mark.parametrize("name", TABLES)
def test_a_row_in_order_has_no_findings(contracts: Contracts, name: str) -> None:
    assert check_table(contracts.tables[name], frame_of(contracts.tables[name], {}, {})) == []


def breaking(table: Table) -> list[dict[str, Any]]:
    """Changes to a row in order, each of which breaks the contract in one way."""
    blanks: list[dict[str, Any]] = [{column.id: None} for column in table.stored if column.concept.required]
    codes = [{column.id: "?"} for column in table.stored if column.allowed is not None]
    periods = [{column.id: "07/2024"} for column in table.stored if column.concept.type == "period"]
    patterns = [{column.id: "?"} for column in table.stored if column.concept.pattern is not None]
    negative = [{column.id: -1} for column in table.stored if column.sign == "nonnegative"]
    return [*blanks, *codes, *periods, *patterns, *negative, *(RULES[name].failing for name in table.rules)]


@pytest.mark.parametrize("name", TABLES)
def test_one_pass_over_a_table_misses_nothing_that_pandera_finds(contracts: Contracts, name: str) -> None:
    table = contracts.tables[name]
    assert is_in_order(table, frame_of(table, {}, {}))
    pandera_schema(table).validate(frame_of(table, {}, {}), lazy=True)
    missed = [change for change in breaking(table) if is_in_order(table, frame_of(table, {}, change, {}))]
    assert missed == []
    assert len(breaking(table)) > len(table.rules)


@pytest.mark.parametrize("name", TABLES)
def test_one_pass_leaves_tables_of_another_shape_to_pandera(contracts: Contracts, name: str) -> None:
    table = contracts.tables[name]
    frame = frame_of(table, {})
    others = [frame.drop(table.measure), frame.with_columns(more=1), frame.select(reversed(frame.columns))]
    others.append(frame.cast({"recorded_at": pl.String}))
    assert [is_in_order(table, other) for other in others] == [False] * 4


@pytest.mark.parametrize("name", TABLES)
def test_an_empty_table_has_no_findings(contracts: Contracts, name: str) -> None:
    assert check_table(contracts.tables[name], pl.DataFrame(schema=polars_schema(contracts.tables[name]))) == []


@pytest.mark.parametrize("name", TABLES)
def test_every_column_that_may_not_be_blank_is_found_blank(contracts: Contracts, name: str) -> None:
    table = contracts.tables[name]
    blank: dict[str, Any] = dict.fromkeys(column.id for column in table.stored)
    findings = found(check_table(table, frame_of(table, {}, blank)), "not_nullable")
    assert findings.keys() == {column.id for column in table.stored if column.concept.required}
    for finding in findings.values():
        assert (finding.rows, finding.examples) == (1, ("row 2, found None",))
        assert finding.expected == "The column may not be blank."


@pytest.mark.parametrize("name", TABLES)
def test_every_column_of_codes_refuses_an_unknown_code(contracts: Contracts, name: str) -> None:
    table = contracts.tables[name]
    coded = [column.id for column in table.stored if column.allowed is not None]
    findings = found(check_table(table, frame_of(table, {}, dict.fromkeys(coded, "?"))), "known_code")
    assert sorted(findings) == sorted(coded)
    for finding in findings.values():
        assert finding.examples == ("row 2, found '?'",)
        assert finding.expected.startswith("Allowed are ")


@pytest.mark.parametrize(("table_id", "name"), NAMED_RULES)
def test_every_rule_that_a_table_names_is_applied_to_it(contracts: Contracts, table_id: str, name: str) -> None:
    table = contracts.tables[table_id]
    failing = RULES[name].failing
    findings = found(check_table(table, frame_of(table, {}, failing, {}, failing)), name)
    assert findings[table_id].rows == 2
    assert findings[table_id].examples == ("row 2", "row 4")
    assert findings[table_id].expected == f"{RULES[name].says} {RULES[name].mend}"


@pytest.mark.parametrize("name", TABLES)
def test_a_misspelt_period_is_refused(contracts: Contracts, name: str) -> None:
    findings = check_table(contracts.tables[name], frame_of(contracts.tables[name], {"time_period": "07/2024"}))
    finding = found(findings, "period")["time_period"]
    assert finding.examples == ("row 1, found '07/2024'",)
    assert finding.expected == "Periods are written 2024, 2024-Q3 or 2024-07."


def test_a_negative_value_is_refused_only_where_the_contract_forbids_it(contracts: Contracts) -> None:
    trade, capital = contracts.tables["compute_exports"], contracts.tables["capital_flows"]
    [finding] = check_table(trade, frame_of(trade, {"obs_value": 0}, {"obs_value": -1}))
    assert (finding.column, finding.rule) == ("obs_value", "nonnegative")
    assert finding.examples == ("row 2, found '-1.000000'",)
    assert finding.expected == "Allowed are zero and more."
    assert check_table(capital, frame_of(capital, {"obs_value": -1})) == []


def test_a_short_code_list_is_spelt_out_and_a_long_one_named(contracts: Contracts) -> None:
    table = contracts.tables["compute_exports"]
    findings = found(check_table(table, frame_of(table, {"flow": "export", "ref_area": "US"})), "known_code")
    assert findings["flow"].expected == "Allowed are X, M, RX, RM."
    areas = len(contracts.codelists["area"].codes)
    assert findings["ref_area"].expected == f"Allowed are the {areas} ids of codelists/area.csv."


def test_a_narrowed_column_refuses_a_code_of_the_wider_list(contracts: Contracts) -> None:
    table = contracts.tables["capital_flows"]
    [finding] = check_table(table, frame_of(table, {"unit_measure": "PS"}))
    assert (finding.column, finding.expected) == ("unit_measure", "Allowed are USD.")


def test_all_findings_of_a_table_are_collected_with_their_rows(contracts: Contracts) -> None:
    table = contracts.tables["compute_exports"]
    frame = frame_of(
        table,
        {"ref_area": "US"},
        {},
        {"flow": "export", "obs_value": -1},
        {"counterpart_area": "USA"},
        {"conf_status": None, "drop_id": "us-bea/compute_exports/42"},
    )
    findings = {(finding.column, finding.rule): finding.examples for finding in check_table(table, frame)}
    assert findings == {
        ("ref_area", "known_code"): ("row 1, found 'US'",),
        ("flow", "known_code"): ("row 3, found 'export'",),
        ("obs_value", "nonnegative"): ("row 3, found '-1.000000'",),
        ("conf_status", "not_nullable"): ("row 5, found None",),
        ("compute_exports", "area_is_not_its_own_counterpart"): ("row 4",),
        ("compute_exports", "embargo_has_a_time"): ("row 5",),
        ("compute_exports", "one_provenance"): ("row 5",),
    }


@settings(max_examples=12)
@given(is_wrong=st.lists(st.booleans(), min_size=1, max_size=20))
def test_every_wrong_row_is_counted_and_the_first_five_shown(is_wrong: list[bool]) -> None:
    table = load_contracts().tables["compute_exports"]
    frame = frame_of(table, *({"flow": "export"} if wrong else {} for wrong in is_wrong))
    numbers = [number for number, wrong in enumerate(is_wrong, start=1) if wrong]
    findings = check_table(table, frame)
    assert [finding.rows for finding in findings] == ([len(numbers)] if numbers else [])
    shown = tuple(f"row {number}, found 'export'" for number in numbers[:5])
    assert [finding.examples for finding in findings] == ([shown] if numbers else [])


@pytest.mark.parametrize(
    ("change", "rule", "example"),
    [
        (lambda frame: frame.drop("comment_obs"), "column_in_dataframe", "comment_obs"),
        (lambda frame: frame.with_columns(note=pl.lit("x")), "column_in_schema", "note"),
        (lambda frame: frame.select(frame.columns[::-1]), "column_ordered", "is_preferred"),
    ],
    ids=["missing", "new", "out_of_order"],
)
def test_the_columns_are_exactly_those_of_the_contract(
    contracts: Contracts, change: Callable[[pl.DataFrame], pl.DataFrame], rule: str, example: str
) -> None:
    table = contracts.tables["compute_exports"]
    [finding] = check_table(table, change(frame_of(table, {})))
    assert (finding.rule, finding.examples) == (rule, (example,))
    assert finding.expected.startswith("The columns are, in this order: freq, ref_area, ")


def test_a_column_of_another_type_is_found_and_the_type_named(contracts: Contracts) -> None:
    table = contracts.tables["compute_exports"]
    [finding] = check_table(table, frame_of(table, {}).with_columns(pl.col("obs_value").cast(pl.Float64)))
    assert (finding.column, finding.examples) == ("obs_value", ("Float64",))
    assert finding.expected == "The column's type is decimal, as polars Decimal(precision=28, scale=6)."


def test_a_rule_over_a_missing_column_is_said_to_be_unjudged(contracts: Contracts) -> None:
    table = contracts.tables["compute_exports"]
    findings = check_table(table, frame_of(table, {}).drop("ref_area"))
    assert [finding.rule for finding in findings] == ["column_in_dataframe", "area_is_not_its_own_counterpart"]
    assert findings[1].examples == ("not judged, the columns it looks at are not as they should be",)


def test_a_rule_over_a_column_of_another_type_is_said_to_be_unjudged(contracts: Contracts) -> None:
    table = contracts.tables["standards_adoption"]
    frame = frame_of(table, {"event_date": dt.date(2024, 7, 1)}).with_columns(pl.col("event_date").cast(pl.String))
    findings = {finding.rule: finding.examples for finding in check_table(table, frame)}
    assert findings == {
        "dtype('Date')": ("String",),
        "event_date_within_period": ("not judged, the columns it looks at are not as they should be",),
    }


def test_a_finding_reads_as_one_sentence() -> None:
    finding = Finding("flow", "known_code", "Allowed are X, M.", 1200, ("row 1, found 'export'", "row 2, found ''"))
    assert str(finding) == (
        "flow: known_code fails in 1,200 rows (row 1, found 'export', row 2, found ''). Allowed are X, M."
    )


def test_every_column_type_has_a_polars_type() -> None:
    assert POLARS_TYPES.keys() == set(get_args(ColumnType))
