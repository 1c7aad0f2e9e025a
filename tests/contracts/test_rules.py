import datetime as dt
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compact_pipelines.contracts import Contracts, Table, load_contracts
from compact_pipelines.contracts.judges import polars_schema
from compact_pipelines.contracts.rules import RULES, rule
from compact_pipelines.errors import ContractError

BLANKS = [(name, column) for name, found in RULES.items() for column in found.passing]


def table_with(name: str) -> Table:
    return next(table for table in load_contracts().tables.values() if name in table.rules)


def holds(name: str, row: dict[str, Any], table: Table | None = None) -> bool | None:
    table = table or table_with(name)
    frame = pl.DataFrame([row]).cast({column: polars_schema(table)[column] for column in row})
    answer: bool | None = frame.select(RULES[name].holds(table)).item()
    return answer


@pytest.mark.parametrize("name", RULES)
def test_a_rule_holds_on_its_passing_row(name: str) -> None:
    assert holds(name, RULES[name].passing) is True


@pytest.mark.parametrize("name", RULES)
def test_a_rule_fails_on_its_failing_row(name: str) -> None:
    assert holds(name, RULES[name].failing) is False


@pytest.mark.parametrize("name", RULES)
def test_a_rule_says_what_must_hold_and_how_to_mend_it(name: str) -> None:
    assert RULES[name].says.endswith(".")
    assert RULES[name].mend.endswith(".")
    assert RULES[name].says != RULES[name].mend


@pytest.mark.parametrize("name", RULES)
def test_a_rule_is_named_by_a_table(name: str) -> None:
    assert name in table_with(name).rules


@pytest.mark.parametrize(("name", "column"), BLANKS)
def test_a_blank_cell_never_leaves_a_row_unjudged(name: str, column: str) -> None:
    assert holds(name, {**RULES[name].passing, column: None}) in {True, False}


def test_the_rules_that_tables_name_exist(contracts: Contracts) -> None:
    named = {name for table in contracts.tables.values() for name in table.rules}
    assert named == RULES.keys()


def test_an_unknown_rule_is_named_with_the_file_and_the_known_ones(contracts: Contracts) -> None:
    with pytest.raises(ContractError) as error:
        rule("sum_is_right", contracts.tables["capital_flows"])
    for part in ["schemas/tables/capital_flows.yaml", "'sum_is_right'", "one_provenance", "contracts/rules.py"]:
        assert part in str(error.value)


def test_a_status_decides_whether_a_value_must_may_or_must_not_stand(contracts: Contracts) -> None:
    verdicts = {"value": (True, False), "missing": (False, True), "either": (True, True)}
    value_rules = contracts.codelists["obs_status"].column("value_rule")
    assert set(value_rules.values()) == verdicts.keys()
    for status, value_rule in value_rules.items():
        judged = tuple(
            holds("value_or_missing_status", {"obs_status": status, "obs_value": value}) for value in ("0", None)
        )
        assert judged == verdicts[value_rule], status


def test_a_status_without_value_rules_is_our_mistake(contracts: Contracts) -> None:
    table = contracts.tables["capital_flows"]
    columns = [
        column.model_copy(update={"codelist": None}) if column.id == "obs_status" else column
        for column in table.columns
    ]
    with pytest.raises(ContractError, match="table capital_flows: obs_status needs a code list with value_rule"):
        RULES["value_or_missing_status"].holds(table.model_copy(update={"columns": columns}))


@given(year=st.integers(1000, 9999), month=st.integers(1, 12), freq=st.sampled_from("AQM"))
def test_a_period_fits_only_its_own_frequency(year: int, month: int, freq: str) -> None:
    periods = {"A": f"{year}", "Q": f"{year}-Q{(month + 2) // 3}", "M": f"{year}-{month:02}"}
    for grain, period in periods.items():
        assert holds("period_fits_frequency", {"freq": freq, "time_period": period}) is (grain == freq)


@pytest.mark.parametrize(
    ("freq", "period"),
    [
        ("A", "24"),
        ("A", "2024 "),
        ("A", "2024\n"),
        ("Q", "2024-Q5"),
        ("Q", "2024Q1"),
        ("M", "2024-13"),
        ("M", "2024-7"),
    ],
)
def test_a_misspelt_period_fits_no_frequency(freq: str, period: str) -> None:
    assert holds("period_fits_frequency", {"freq": freq, "time_period": period}) is False


def test_an_embargo_time_without_embargo_is_refused() -> None:
    row = {"conf_status": ["F", "E"], "embargo_time": ["2026-06-30T12:00:00Z"] * 2}
    frame = pl.DataFrame(row).with_columns(pl.col("embargo_time").str.to_datetime(time_zone="UTC"))
    table = table_with("embargo_has_a_time")
    assert frame.select(RULES["embargo_has_a_time"].holds(table)).to_series().to_list() == [False, True]


def test_a_row_of_both_a_snapshot_and_a_drop_is_refused() -> None:
    assert holds("one_provenance", {"snapshot_id": "a.b.c", "drop_id": "d"}) is False
    assert holds("one_provenance", {"snapshot_id": None, "drop_id": "d"}) is True


@pytest.mark.parametrize(
    ("direction", "unit", "value", "allowed"),
    [
        ("IN", "PS", "0", True),
        ("OUT", "PS", "-1", False),
        ("OUT", "PER_10000", "-1.5", True),
        ("NET", "PS", "-1", True),
        ("IN", "PS", None, True),
    ],
)
def test_only_a_rate_or_a_net_figure_may_be_negative(
    direction: str, unit: str, value: str | None, allowed: bool
) -> None:
    row = {"direction": direction, "unit_measure": unit, "obs_value": value}
    assert holds("only_rates_and_net_may_be_negative", row) is allowed


@pytest.mark.parametrize(
    ("period", "allowed"), [("2024", True), ("2024-05", True), ("2024-06", False), ("2025", False)]
)
def test_an_event_lies_in_its_period(period: str, allowed: bool) -> None:
    assert holds("event_date_within_period", {"event_date": dt.date(2024, 5, 21), "time_period": period}) is allowed


def test_a_period_without_a_date_is_in_order() -> None:
    assert holds("event_date_within_period", {"event_date": None, "time_period": "2024"}) is True
