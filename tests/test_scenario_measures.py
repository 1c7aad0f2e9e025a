"""Simple measures of a set before and after candidates join. Every figure below is made up."""

import polars as pl
import pytest

from compact_pipelines.scenarios.held import Tables
from compact_pipelines.scenarios.measures import OF_SIZE, SCHEMA, measures_of

GOODS = {
    "theme": "compute_exports",
    "subject": "TOTAL",
    "time_period": "2018",
    "before": {"intra_share": 0.4, "intra_share_of_totals": 0.3, "introversion": 0.6, "density": 1.0},
    "after": {"intra_share": 0.5, "intra_share_of_totals": None, "introversion": None, "density": 0.5},
    "reasons": {"before": {}, "after": {"intra_share_of_totals": "no_published_total", "introversion": "undefined"}},
    "missing": {"before": {}, "after": {"intra_share_of_totals": ["C", "D"]}},
}
PEOPLE = [
    # between A and B as many one way as the other; C sends to A only; D is outside
    ("A", "B", 10.0),
    ("B", "A", 10.0),
    ("C", "A", 5.0),
    ("A", "D", 20.0),
    ("D", "B", 10.0),
]
INSTRUMENT = "OECD_AI_2019"


def held(people: list[tuple[str, str, float]], statuses: list[tuple[str, str, int]]) -> Tables:
    moves = pl.DataFrame(people, schema=["from_area", "to_area", "value"], orient="row").with_columns(
        subject=pl.lit("MIGRANT"), time_period=pl.lit("2019"), source_id=pl.lit("made_up")
    )
    history = pl.DataFrame(
        statuses,
        schema={"area": pl.String, "instrument": pl.String, "level": pl.Int64},
        orient="row",
    ).with_columns(time_period=pl.lit("2024"), source_id=pl.lit("made_up"))
    positions = {
        "subject": ["P_F5"], "time_period": ["2022"], "from_area": ["A"], "to_area": ["B"], "metric": ["intensity"],
        "value": [2.0], "reason": [None], "position_usd": [20.0], "from_total_usd": [100.0], "to_total_usd": [50.0],
        "world_usd": [500.0],
    }  # fmt: skip
    return Tables(moves, history, pl.DataFrame(positions, schema_overrides={"reason": pl.String}))


def told(frame: pl.DataFrame, measure: str) -> tuple[object, ...]:
    row = frame.row(by_predicate=pl.col("measure") == measure, named=True)
    return row["before"], row["after"], row["reason_before"], row["reason_after"]


def test_people_that_stay_inside_are_counted_twice_against_those_who_cross() -> None:
    frame = measures_of(GOODS, held(PEOPLE, []), ["A", "B"], [])
    # 20 inside; 5 + 20 + 10 cross: 40 / 75
    assert told(frame, "people_inside") == (pytest.approx(40 / 75), None, None, None)
    assert told(frame, "circulation") == (1.0, None, None, None)


def test_where_too_few_pairs_are_told_neither_measure_of_people_has_a_value() -> None:
    frame = measures_of(GOODS, held(PEOPLE, []), ["A", "B"], ["C"])
    assert told(frame, "people_inside")[1::2] == (None, "low_coverage")
    assert told(frame, "circulation")[1::2] == (None, "low_coverage")
    (coverage,) = frame.filter(measure="people_inside")["coverage_after"]
    assert coverage == pytest.approx(1 / 3)


def test_an_undefined_measure_of_goods_is_blank_with_its_reason() -> None:
    frame = measures_of(GOODS, held(PEOPLE, []), ["A", "B"], ["D"])
    assert told(frame, "intra_share") == (0.4, 0.5, None, None)
    assert told(frame, "introversion") == (0.6, None, None, "undefined")
    assert told(frame, "intra_share_of_totals") == (0.3, None, None, "no_published_total")
    row = frame.row(by_predicate=pl.col("measure") == "intra_share_of_totals", named=True)
    assert (row["missing_before"], row["missing_after"]) == (None, "C,D")
    assert (row["coverage_before"], row["coverage_after"]) == (1.0, 0.5)


def test_a_standard_that_is_unknown_for_one_is_not_shared_by_all() -> None:
    statuses = [("A", INSTRUMENT, 2), ("B", INSTRUMENT, 1)]
    frame = measures_of(GOODS, held(PEOPLE, statuses), ["A", "B"], ["D"])
    before, after, *_ = told(frame, "standards_shared")
    assert isinstance(before, float)
    assert before > 0
    assert after == 0.0
    assert told(frame, "alignment")[0] == 1.0


def test_holdings_of_which_a_direction_is_missing_have_no_intensity() -> None:
    frame = measures_of(GOODS, held(PEOPLE, []), ["A", "B"], [])
    assert told(frame, "capital_intensity") == (None, None, "pairs_absent", None)


def test_nothing_stands_after_where_nobody_joins() -> None:
    frame = measures_of(GOODS, held(PEOPLE, [("A", INSTRUMENT, 2)]), ["A", "B"], [])
    assert frame.schema == SCHEMA
    for column in ("after", "coverage_after", "reason_after", "missing_after"):
        assert frame[column].is_null().all()
    assert set(OF_SIZE) < set(frame["measure"])


@pytest.mark.parametrize("members", [[], ["A"]])
def test_no_member_and_one_member_have_reasons(members: list[str]) -> None:
    frame = measures_of(GOODS, held(PEOPLE, []), members, ["B"])
    blank = frame.filter(pl.col("theme") != "compute_exports")
    assert blank["before"].is_null().all()
    assert blank["reason_before"].is_not_null().all()
