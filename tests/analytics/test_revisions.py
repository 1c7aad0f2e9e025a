"""How figures differ between vintages and move with age. All figures and answers are made up."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compact_pipelines.analytics.revisions import measure_ages, measure_revisions, pair_vintages, rank_differences
from compact_pipelines.contracts import Table, load_contracts
from compact_pipelines.contracts.judges import polars_schema

TRADE: Final = load_contracts().tables["compute_exports"]
TALENT: Final = load_contracts().tables["talent_movement"]
STANDARDS: Final = load_contracts().tables["standards_adoption"]
SHARES: Final = ("mean_revision_share", "mean_absolute_revision_share", "sign_change_share")
BEGIN: Final = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
WHOLE: Final = st.integers(min_value=-(10**9), max_value=10**9)


def rows(values: Mapping[str, Any], table: Table = TRADE, answer: str = "answer.a", **cells: Any) -> pl.DataFrame:
    """Rows of a made-up source, one a period."""
    schema = polars_schema(table)
    usual: dict[str, Any] = dict.fromkeys(table.dimensions, "x") | {"source_id": "made_up", "snapshot_id": answer}
    if "unit_measure" in schema:
        usual["unit_measure"] = "USD"
    of_number = table.measure == "obs_value"
    measured = [
        {
            **usual,
            "time_period": period,
            table.measure: None if value is None else Decimal(value) if of_number else value,
        }
        for period, value in values.items()
    ]
    filled = [{name: {**row, **cells}.get(name) for name in schema} for row in measured]
    return pl.DataFrame(filled, schema=schema)


def compared(now: pl.DataFrame, before: pl.DataFrame, table: Table = TRADE, **options: Any) -> dict[str, Any]:
    pairs = pair_vintages(table, now, before, options.get("embedded", []))
    return measure_revisions(table, pairs).row(0, named=True)


def test_the_measures_are_those_of_the_definition() -> None:
    found = compared(rows({"2021": 110, "2022": 90}, answer="answer.b"), rows({"2021": 100, "2022": 100}))
    assert found["mean_revision_share"] == 0  # +10 and -10 of 100 each
    assert found["mean_absolute_revision_share"] == pytest.approx(0.1)
    assert (found["values_compared"], found["values_revised"], found["reason"]) == (2, 2, None)


def test_a_figure_that_stands_is_compared_and_not_revised() -> None:
    found = compared(rows({"2021": 110, "2022": 90}, answer="answer.b"), rows({"2021": 100, "2022": 90}))
    assert (found["values_compared"], found["values_revised"]) == (2, 1)
    assert found["mean_absolute_revision_share"] == pytest.approx(5 / 100)


def test_new_and_gone_figures_are_counted_and_in_no_share() -> None:
    found = compared(rows({"2021": 1, "2022": 7}, answer="answer.b"), rows({"2020": 5, "2021": 1}))
    assert (found["values_compared"], found["values_new"], found["values_gone"]) == (1, 1, 1)
    assert [found[name] for name in SHARES] == [0, 0, 0]


def test_a_row_without_a_value_is_no_figure() -> None:
    found = compared(rows({"2021": None, "2022": 7}, answer="answer.b"), rows({"2021": 5, "2022": None}))
    assert (found["values_compared"], found["values_new"], found["values_gone"]) == (0, 1, 1)


def test_the_same_answer_read_anew_is_no_revision_of_its_publisher() -> None:
    found = compared(rows({"2021": 110, "2022": 90}), rows({"2021": 100, "2022": 90}))
    assert (found["values_compared"], found["values_revised"], found["values_read_anew"]) == (2, 0, 1)
    assert found["mean_absolute_revision_share"] == 0


def test_a_live_answer_in_place_of_an_embedded_figure_is_told_apart() -> None:
    before, now = rows({"2021": 100}, answer="answer.embedded"), rows({"2021": 101}, answer="answer.live")
    found = compared(now, before, embedded=["answer.embedded"])
    assert (found["values_revised"], found["values_live"]) == (1, 1)
    assert compared(now, before)["values_live"] == 0


def test_a_change_of_sign_is_a_share_of_the_figures_compared() -> None:
    found = compared(rows({"2021": -5, "2022": 5, "2023": 0}, answer="b"), rows({"2021": 5, "2022": 5, "2023": -1}))
    assert found["sign_change_share"] == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("now", "before", "reason", "signs"),
    [
        ({"2021": 0}, {"2021": 7}, "all_zero", 0),
        ({"2021": 1}, {"2020": 1}, "nothing_compared", None),
        ({"2021": 2}, {"2021": 1}, "nothing_compared", None),  # of one answer, see below
    ],
)
def test_a_share_without_a_denominator_is_blank_with_its_reason(
    now: dict[str, int], before: dict[str, int], reason: str, signs: int | None
) -> None:
    answer = "answer.b" if reason == "all_zero" else "answer.a"
    found = compared(rows(now, answer=answer), rows(before))
    assert (found["reason"], found["sign_change_share"]) == (reason, signs)
    assert found["mean_revision_share"] is found["mean_absolute_revision_share"] is None


def test_a_status_is_counted_and_has_no_shares() -> None:
    found = compared(
        rows({"2021": "binding"}, STANDARDS, "answer.b"), rows({"2021": "voluntary"}, STANDARDS), STANDARDS
    )
    assert (found["unit_measure"], found["values_revised"], found["reason"]) == ("STATUS", 1, "not_a_number")
    assert [found[name] for name in SHARES] == [None] * 3


def test_units_are_never_measured_together() -> None:
    def of(unit: str, value: int, answer: str) -> pl.DataFrame:
        return rows({"2021": value}, TALENT, answer, unit_measure=unit)

    now = pl.concat([of("PS", 2000, "answer.b"), of("PER_10000", 3, "answer.b")])
    pairs = pair_vintages(TALENT, now, pl.concat([of("PS", 1000, "a"), of("PER_10000", 3, "a")]), [])
    found = dict(measure_revisions(TALENT, pairs).select("unit_measure", "mean_absolute_revision_share").iter_rows())
    assert found == {"PS": 0.5, "PER_10000": 0}


def test_a_source_that_fell_silent_is_gone_and_not_revised() -> None:
    found = compared(rows({}), rows({"2021": 5, "2022": 6}))
    assert (found["values_compared"], found["values_gone"], found["reason"]) == (0, 2, "nothing_compared")


def test_differences_are_ranked_by_their_size_and_counted() -> None:
    before = rows({"2021": 100, "2022": 100, "2023": 100})
    pairs = pair_vintages(TRADE, rows({"2021": 101, "2022": 150, "2023": 100}, answer="answer.b"), before, [])
    ranked = rank_differences(pairs)
    assert ranked.select("time_period", "difference", "place", "change_count").rows() == [
        ("2022", Decimal(50), 1, 2),
        ("2021", Decimal(1), 2, 2),
    ]


def test_differences_in_several_units_are_ranked_by_their_weight_among_their_own() -> None:
    def of(unit: str, value: int, answer: str) -> pl.DataFrame:
        return rows({"2021": value}, TALENT, answer, unit_measure=unit)

    now = pl.concat([of("PS", 1001, "answer.b"), of("PER_10000", 6, "answer.b")])
    pairs = pair_vintages(TALENT, now, pl.concat([of("PS", 1000, "a"), of("PER_10000", 3, "a")]), [])
    assert rank_differences(pairs)["unit_measure"].to_list() == ["PER_10000", "PS"]


# -- with age


def log(*readings: tuple[int, int, str, int]) -> pl.DataFrame:
    """Rows of a log: (days after the beginning, value, answer, edition)."""
    return pl.concat(
        rows({"2025": value}, answer=answer, recorded_at=BEGIN + dt.timedelta(days=days)).with_columns(
            edition_number=pl.lit(edition, pl.Int64), is_deleted=pl.lit(value=False)
        )
        for days, value, answer, edition in readings
    )


def aged(frame: pl.DataFrame, asked_after_days: int) -> dict[int, tuple[int, float]]:
    found = measure_ages(TRADE, frame, {"made_up": BEGIN + dt.timedelta(days=asked_after_days)})
    return {
        row["age_days"]: (row["values_revised"], row["mean_absolute_revision_share"])
        for row in found.iter_rows(named=True)
    }


def test_a_figure_is_looked_at_as_it_was_known_at_each_age() -> None:
    frame = log((0, 100, "a", 1), (60, 80, "b", 2), (200, 160, "c", 3))
    assert aged(frame, 400) == {30: (0, 0.0), 90: (1, 0.25), 365: (1, 0.375)}


def test_a_figure_that_goes_back_is_measured_as_it_stands_then() -> None:
    frame = log((0, 100, "a", 1), (5, 200, "b", 2), (10, 100, "a", 3))
    assert aged(frame, 400) == {30: (0, 0.0), 90: (0, 0.0), 365: (0, 0.0)}


def test_a_figure_that_nobody_asked_about_again_is_no_figure_that_stood() -> None:
    assert aged(log((0, 100, "a", 1)), 0) == {}
    assert aged(log((0, 100, "a", 1)), 89) == {30: (0, 0.0)}


def test_the_last_reading_of_one_answer_counts() -> None:
    assert aged(log((0, 100, "a", 1), (0, 50, "a", 2), (10, 50, "b", 3)), 40) == {30: (0, 0.0)}


def test_a_figure_that_was_taken_away_keeps_its_last_value() -> None:
    gone = log((20, 100, "a", 2)).with_columns(is_deleted=pl.lit(value=True))
    assert aged(pl.concat([log((0, 100, "a", 1)), gone]), 40) == {30: (0, 0.0)}


def test_zero_at_an_age_has_no_share_and_says_why() -> None:
    found = measure_ages(TRADE, log((0, 5, "a", 1), (9, 0, "b", 2)), {"made_up": BEGIN + dt.timedelta(days=31)})
    assert found.select("values_revised", "mean_absolute_revision_share", "reason").rows() == [(1, None, "all_zero")]


# -- properties

FIGURES = st.dictionaries(st.sampled_from([str(year) for year in range(2000, 2012)]), WHOLE, max_size=8)


@settings(max_examples=25)  # each opens a database
@given(now=FIGURES, before=FIGURES)
def test_every_figure_is_counted_once_and_no_share_leaves_its_bounds(
    now: dict[str, int], before: dict[str, int]
) -> None:
    pairs = pair_vintages(TRADE, rows(now, answer="answer.b"), rows(before), [])
    assert pairs.height == len(now.keys() | before.keys())
    for found in measure_revisions(TRADE, pairs).iter_rows(named=True):
        both = now.keys() & before.keys()
        assert found["values_compared"] == len(both)
        assert found["values_revised"] == sum(now[key] != before[key] for key in both)
        assert found["values_new"] == len(now.keys() - before.keys())
        assert found["values_gone"] == len(before.keys() - now.keys())
        size = sum(abs(now[key]) for key in both)
        assert (found["reason"] is None) == (size > 0)
        if size:
            exact = sum(abs(now[key] - before[key]) for key in both) / size
            assert found["mean_absolute_revision_share"] == pytest.approx(exact)
            assert abs(found["mean_revision_share"]) <= found["mean_absolute_revision_share"] * (1 + 1e-9)
        assert found["sign_change_share"] is None or 0 <= found["sign_change_share"] <= 1


@settings(max_examples=25)  # each opens a database
@given(figures=FIGURES)
def test_a_vintage_beside_itself_has_changed_nothing(figures: dict[str, int]) -> None:
    pairs = pair_vintages(TRADE, rows(figures), rows(figures), [])
    assert set(pairs["change"]) <= {"same"}
    assert rank_differences(pairs).is_empty()


@settings(max_examples=25)  # each opens a database
@given(figures=FIGURES.filter(lambda figures: any(figures.values())), factor=st.integers(min_value=2, max_value=1000))
def test_the_shares_do_not_depend_on_the_unit(figures: dict[str, int], factor: int) -> None:
    later = {period: value + 3 for period, value in figures.items()}
    small = compared(rows(later, answer="answer.b"), rows(figures))
    large = compared(
        rows({period: value * factor for period, value in later.items()}, answer="answer.b"),
        rows({period: value * factor for period, value in figures.items()}),
    )
    for name in SHARES:
        assert small[name] is large[name] or small[name] == pytest.approx(large[name])
