"""What an area would have to take on, and what it moves. All statuses are made up."""

import polars as pl
import pytest

from compact_pipelines.analytics.adoption import Adoption, adoption_at
from compact_pipelines.analytics.standards_gaps import (
    EFFECTS,
    GAPS,
    TOGETHER,
    align_together,
    build_gaps,
    find_gaps,
    measure_effects,
    since_when,
)
from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import POLARS_TYPES

PUBLISHED = load_contracts().published["out_standards_gaps"]
SCHEMA = {"area": pl.String, "instrument": pl.String, "time_period": pl.String, "level": pl.Int64}
UNDATED = pl.col("time_period").is_in(["2026", "2004-10"])  # no text gives a date: known in 2026, or by October 2004
SUBJECTS = dict.fromkeys(("BOTH", "LEFT", "ONE", "REFUSED"), "ai") | {"TREATY": "tax"}
INSTRUMENTS = dict.fromkeys(("BOTH", "LEFT", "ONE", "REFUSED", "TREATY"), "2016-01-01")
ROWS = [
    ("USA", "BOTH", "2019-05", 2),
    ("CAN", "BOTH", "2020-01", 2),
    ("MEX", "BOTH", "2018-01", 2),
    ("USA", "TREATY", "2017-06", 3),
    ("USA", "TREATY", "2024-09", 4),
    ("CAN", "TREATY", "2025-02", 3),
    ("USA", "ONE", "2023-01", 1),
    ("USA", "REFUSED", "2020-01", 1),
    ("CAN", "REFUSED", "2020-01", 1),
    ("MEX", "REFUSED", "2021-01", 0),
    ("USA", "LEFT", "2018-01", 2),
    ("USA", "LEFT", "2021-01", 0),
    ("CAN", "LEFT", "2018-01", 2),
]
AREAS = ("CAN", "MEX", "USA")


def history(*rows: tuple[str, str, str, int]) -> pl.DataFrame:
    return pl.DataFrame(rows or ROWS, schema=SCHEMA, orient="row").with_columns(is_dated=~UNDATED)


@pytest.fixture
def statuses() -> Adoption:
    return adoption_at(history(), AREAS, INSTRUMENTS, "2026")


def test_since_when_begins_again_after_a_stated_end() -> None:
    told = history(("USA", "I", "2018-01", 2), ("USA", "I", "2020-01", 0), ("USA", "I", "2022-01", 3))
    assert since_when(told, "2019") == {("USA", "I"): "2018-01"}
    assert since_when(told, "2021") == {}
    assert since_when(told, "2026") == {("USA", "I"): "2022-01"}


def test_a_firmer_status_does_not_change_since_when() -> None:
    assert since_when(history(), "2026")["USA", "TREATY"] == "2017-06"


def test_a_status_without_a_date_has_no_since_when() -> None:
    told = history(("USA", "BOTH", "2026", 2), ("CAN", "BOTH", "2019-05", 2), ("JPN", "BOTH", "2021", 2),
                   ("CAN", "ONE", "2004-10", 1), ("USA", "ONE", "2026", 1))  # fmt: skip
    since = since_when(told, "2026")
    assert since["USA", "BOTH"] is None
    areas = ("CAN", "JPN", "MEX", "USA")
    gaps = find_gaps(adoption_at(told, areas, INSTRUMENTS, "2026"), since, areas, "MEX")
    columns = ("instrument", "since_first", "since_last", "undated_count")
    assert gaps.select(columns).rows() == [("BOTH", "2019-05", "2021", 1), ("ONE", None, None, 2)]
    # A firmer step with a date does not say when the first was taken.
    assert since_when(history(("USA", "I", "2004-10", 2), ("USA", "I", "2020-01", 3)), "2026") == {("USA", "I"): None}


def test_the_gaps_of_an_area_say_who_has_it_since_when_and_how_firmly(statuses: Adoption) -> None:
    gaps = find_gaps(statuses, since_when(history(), "2026"), AREAS, "MEX")
    assert dict(gaps.schema) == GAPS
    assert gaps["instrument"].to_list() == ["BOTH", "REFUSED", "TREATY", "LEFT", "ONE"]
    found = {row["instrument"]: row for row in gaps.iter_rows(named=True)}
    assert {name: row["state"] for name, row in found.items()} == {
        "BOTH": "has",
        "REFUSED": "stated_not",
        "TREATY": "unknown",
        "LEFT": "unknown",
        "ONE": "unknown",
    }
    treaty = found["TREATY"]
    assert (treaty["level"], treaty["level_low"], treaty["level_high"]) == (None, 3, 4)
    assert (treaty["since_first"], treaty["since_last"], treaty["members_with"]) == ("2017-06", "2025-02", "CAN,USA")
    assert (treaty["is_common"], treaty["is_most"]) == (True, True)
    left = found["LEFT"]
    assert (left["members_with"], left["with_count"], left["without_count"], left["members_count"]) == ("CAN", 1, 1, 2)
    assert (left["is_common"], left["is_most"]) == (False, False)  # one of two is no majority
    assert found["REFUSED"]["level"] == 0


def test_an_area_outside_the_set_is_held_against_all_members(statuses: Adoption) -> None:
    gaps = find_gaps(statuses, since_when(history(), "2026"), ["CAN", "USA"], "MEX")
    assert set(gaps["members_count"]) == {2}
    assert gaps.equals(find_gaps(statuses, since_when(history(), "2026"), AREAS, "MEX"))


@pytest.mark.parametrize("members", [[], ["MEX"]])
def test_without_another_member_there_is_nothing_to_share(statuses: Adoption, members: list[str]) -> None:
    gaps = find_gaps(statuses, since_when(history(), "2026"), members, "MEX")
    assert gaps.is_empty()
    assert dict(gaps.schema) == GAPS


def test_mean_alignment_by_hand(statuses: Adoption) -> None:
    # CAN {BOTH, LEFT, REFUSED, TREATY}, MEX {BOTH}, USA {BOTH, ONE, REFUSED, TREATY}: 1/4, 3/5 and 1/4.
    together = align_together(statuses, AREAS)
    assert together.documented == pytest.approx((1 / 4 + 3 / 5 + 1 / 4) / 3)
    # What is open: ONE of CAN and MEX, LEFT and TREATY of MEX. CAN-USA is 3/5 at either end of ONE: 3/5 to 4/5.
    assert together.low == pytest.approx((1 / 5 + 3 / 5 + 1 / 5) / 3)
    assert together.high == pytest.approx((4 / 5 + 4 / 5 + 3 / 4) / 3)
    assert (together.pairs_count, together.pairs_possible, together.reason) == (3, 3, None)


@pytest.mark.parametrize("members", [[], ["MEX"]])
def test_fewer_than_two_members_have_no_mean(statuses: Adoption, members: list[str]) -> None:
    together = align_together(statuses, members)
    assert (together.documented, together.low, together.reason) == (None, None, "fewer_than_two_members")


def test_where_no_text_shows_anything_there_is_no_mean() -> None:
    together = align_together(adoption_at(history(), AREAS, INSTRUMENTS, "2016"), AREAS)
    assert (together.documented, together.pairs_possible, together.reason) == (None, 3, "no_documented_pair")


def test_each_step_and_all_of_them_move_the_set(statuses: Adoption) -> None:
    effects = measure_effects(statuses, AREAS, "MEX", {"TREATY": 3, "ONE": 1})
    assert dict(effects.schema) == EFFECTS
    assert effects["instrument"].to_list() == ["TREATY", "ONE", TOGETHER]
    before = (1 / 4 + 3 / 5 + 1 / 4) / 3
    assert effects["documented_before"].to_list() == pytest.approx([before] * 3)
    # With TREATY 2/4, 3/5, 2/4; with ONE 1/5, 3/5, 2/4; with both 2/5, 3/5, 3/4.
    assert effects["documented_after"].to_list() == pytest.approx(
        [(2 / 4 + 3 / 5 + 2 / 4) / 3, (1 / 5 + 3 / 5 + 2 / 4) / 3, (2 / 5 + 3 / 5 + 3 / 4) / 3]
    )
    assert (effects["low_after"] >= effects["low_before"] - 1e-12)[0]
    assert set(effects["pairs_count"]) == {3}
    assert align_together(statuses, AREAS).documented == pytest.approx(before)


def test_a_stated_refusal_that_ends_counts_as_taken_on(statuses: Adoption) -> None:
    (after,) = measure_effects(statuses, AREAS, "MEX", {"REFUSED": 1})["documented_after"].unique()
    assert after == pytest.approx((2 / 4 + 3 / 5 + 2 / 4) / 3)


def test_an_area_that_is_no_member_yet_counts_as_one(statuses: Adoption) -> None:
    within, without = (measure_effects(statuses, members, "MEX", {"ONE": 1}) for members in (AREAS, ["CAN", "USA"]))
    assert within.equals(without)


def test_alone_nothing_is_moved(statuses: Adoption) -> None:
    effects = measure_effects(statuses, [], "MEX", {"ONE": 1})
    assert effects["documented_after"].to_list() == [None, None]
    assert set(effects["reason"]) == {"fewer_than_two_members"}
    assert measure_effects(statuses, AREAS, "MEX", {}).is_empty()


def test_the_same_pairs_are_compared_before_and_after() -> None:
    told = history(("USA", "ONE", "2020-01", 1))
    nobody = adoption_at(told, AREAS, INSTRUMENTS, "2026")  # CAN and MEX share no text: their pair has no value
    effects = measure_effects(nobody, AREAS, "MEX", {"ONE": 1})
    assert effects["pairs_count"].to_list() == [2, 2]
    assert effects["documented_before"].to_list() == [0, 0]
    assert effects["documented_after"].to_list() == [0.5, 0.5]


def test_the_table_has_the_published_columns_and_key() -> None:
    table = build_gaps(
        history(), {"three": AREAS, "two": ("CAN", "USA"), "none": (), "one": ("MEX",)}, INSTRUMENTS, SUBJECTS, "2026"
    )
    types = {name: POLARS_TYPES[column.type] for name, column in PUBLISHED.columns.items()}
    assert dict(table.schema) == types
    assert table.select(PUBLISHED.key).is_unique().all()
    assert table.equals(table.sort(PUBLISHED.key))
    assert set(table["bloc"]) == {"three", "two"}
    assert table.filter(pl.col("state") == "has")["alignment_after"].null_count() == (table["state"] == "has").sum()
    mexico = table.filter(bloc="three", area="MEX", instrument="TREATY").row(0, named=True)
    assert mexico["subject"] == "tax"
    assert mexico["alignment_after"] > mexico["alignment_before"]
    effects = measure_effects(adoption_at(history(), AREAS, INSTRUMENTS, "2026"), AREAS, "MEX", {"TREATY": 3})
    alone = effects.filter(instrument="TREATY").row(0, named=True)
    for end in ("low", "high"):
        for when in ("before", "after"):
            assert mexico[f"alignment_{end}_{when}"] == alone[f"{end}_{when}"]


def test_where_the_documented_mean_falls_the_range_says_that_it_may_not() -> None:
    # Three have the same. If one of them takes on what Mexico has, the two others are not known to have it.
    told = history(*((area, "BOTH", "2019", 2) for area in ("CAN", "JPN", "USA")), ("MEX", "ONE", "2019", 2))
    four = ("CAN", "JPN", "MEX", "USA")
    table = build_gaps(told, {"four": four}, {"BOTH": "2016-01-01", "ONE": "2016-01-01"}, SUBJECTS, "2026")
    step = table.filter(area="USA", instrument="ONE").row(0, named=True)
    assert (step["alignment_before"], step["alignment_after"]) == (pytest.approx(3 / 6), pytest.approx(2.5 / 6))
    assert (step["alignment_low_before"], step["alignment_low_after"]) == (pytest.approx(1.5 / 6), pytest.approx(2 / 6))
    assert (step["alignment_high_before"], step["alignment_high_after"]) == (1, 1)
