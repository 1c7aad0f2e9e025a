"""How alike areas stand towards standards. The golden toy and all vectors are made up; 1914 is Haege's example."""

import itertools
import math
from collections.abc import Sequence

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compact_pipelines.analytics.adoption import Adoption, adoption_at, listed_since
from compact_pipelines.analytics.alignment import (
    METRICS,
    SCHEMA,
    build_alignment,
    jointly_known,
    measure_alignment,
    measure_jaccard,
)
from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import POLARS_TYPES

PUBLISHED = load_contracts().published["out_standards_alignment"]
USA, CAN, MEX, UAE = range(4)
TOY = ("11010", "11110", "10100", "00100")
BOUNDED = ("jaccard", "cosine", "hamming")


def adoption(*rows: str, weights: Sequence[float] | None = None) -> Adoption:
    """Areas by instruments, a digit for a level and ? for what is not known."""
    levels = np.array([[math.nan if cell == "?" else float(cell) for cell in row] for row in rows])
    count = len(rows[0])
    counts = np.ones(count) if weights is None else np.array(weights, dtype=float)
    return Adoption(
        tuple(f"A{place}" for place in range(len(rows))),
        tuple(f"I{place}" for place in range(count)),
        levels,
        counts,
        "2024",
        "made up",
    )


def history(*rows: tuple[str, str, str, int]) -> pl.DataFrame:
    schema = {"area": pl.String, "instrument": pl.String, "time_period": pl.String, "level": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


# -- the golden toy


@pytest.mark.parametrize(
    ("pair", "jaccard", "hamming"), [((USA, CAN), 0.75, 0.2), ((USA, UAE), 0, 0.8), ((MEX, UAE), 0.5, 0.2)]
)
def test_golden_toy(pair: tuple[int, int], jaccard: float, hamming: float) -> None:
    measured = measure_alignment(adoption(*TOY))
    assert measured["jaccard"].value[pair] == pytest.approx(jaccard)
    assert measured["hamming"].value[pair] == pytest.approx(hamming)


def test_golden_toy_of_cosine() -> None:
    assert measure_alignment(adoption(*TOY))["cosine"].value[USA, CAN] == pytest.approx(0.866025, abs=5e-7)


def test_kappa_of_germany_and_russia_in_1914() -> None:
    # Levels 0 to 3 towards 20 states; Germany itself, Austria-Hungary, Italy and Romania, Russia itself, France, the
    # United Kingdom (1) and Italy (1).
    germany, russia = [3, 3, 3, 3] + [0] * 16, [0, 0, 1, 0, 3, 3, 1] + [0] * 13
    measured = measure_alignment(adoption(*("".join(map(str, row)) for row in (germany, russia))))
    assert measured["kappa"].value[0, 1] == pytest.approx(-0.077586, abs=5e-7)


def test_kappa_by_hand_squared_and_linear() -> None:
    # Observed: 2 and 4 differ by 2 once in four. By chance: marginals 1/4 at 0, 1/4 at 2, 1/2 at 4 against 1/4, 0, 3/4.
    pair = adoption("0244", "0444")
    squared = 1 - (4 / 4) / ((16 * 3 / 16) + (4 * (1 / 16 + 3 / 16)) + 16 * 2 / 16)
    linear = 1 - (2 / 4) / ((4 * 3 / 16) + (2 * (1 / 16 + 3 / 16)) + 4 * 2 / 16)
    assert measure_alignment(pair)["kappa"].value[0, 1] == pytest.approx(squared)
    assert measure_alignment(pair, power=1)["kappa"].value[0, 1] == pytest.approx(linear)


# -- what is not known


def test_unknown_is_never_not_adopted() -> None:
    pair = adoption("111??", "11??0")
    measured = measure_alignment(pair)
    assert jointly_known(pair)[0, 1] == 2
    assert measured["jaccard"].value[0, 1] == 1
    assert measured["hamming"].value[0, 1] == 0
    assert measured["jaccard"].documented[0, 1] == pytest.approx(2 / 3)
    assert measured["jaccard"].low[0, 1] == pytest.approx(2 / 5)
    assert measured["jaccard"].high[0, 1] == 1


def test_the_ends_are_those_of_every_way_the_unknown_can_turn_out() -> None:
    rng = np.random.default_rng(5)
    for weights in (None, None, None, (2.0, 2.0, 2.0, 2.0)):
        for _ in range(12):
            rows = ["".join(rng.choice(list("011??"), 4)) for _ in range(2)]
            free = [(row, place) for row in (0, 1) for place in range(4) if rows[row][place] == "?"]
            found = measure_alignment(adoption(*rows, weights=weights))
            values: dict[str, list[float]] = {name: [] for name in BOUNDED}
            for turn in itertools.product("01", repeat=len(free)):
                cells = [list(row) for row in rows]
                for (row, place), cell in zip(free, turn, strict=True):
                    cells[row][place] = cell
                whole = measure_alignment(adoption(*("".join(row) for row in cells), weights=weights))
                for name in BOUNDED:
                    values[name].append(whole[name].value[0, 1])
            for name, every in values.items():
                defined = [value for value in every if not math.isnan(value)]
                assert found[name].high[0, 1] == pytest.approx(max(defined, default=math.nan), nan_ok=True)
                may_be_empty = name == "cosine" and len(defined) < len(every)
                least = 0 if may_be_empty and defined else min(defined, default=math.nan)
                assert found[name].low[0, 1] == pytest.approx(least, nan_ok=True)


@pytest.mark.parametrize(
    ("rows", "metric", "reason"),
    [
        (("1?", "?1"), "jaccard", "no_joint_knowledge"),
        (("1?", "?1"), "kappa", "no_joint_knowledge"),
        (("00", "00"), "jaccard", "both_empty"),
        (("00", "00"), "cosine", "an_empty_set"),
        (("00", "11"), "cosine", "an_empty_set"),
        (("22", "22"), "kappa", "no_variation"),
    ],
)
def test_what_is_undefined_says_why(rows: tuple[str, str], metric: str, reason: str) -> None:
    measure = measure_alignment(adoption(*rows))[metric]
    assert math.isnan(measure.value[0, 1])
    assert measure.reason[0, 1] == reason


def test_nothing_shared_is_zero_and_no_reason() -> None:
    measured = measure_alignment(adoption("00", "11"))
    assert (measured["jaccard"].value[0, 1], measured["hamming"].value[0, 1]) == (0, 1)
    assert measured["jaccard"].reason[0, 1] is None


def test_kappa_has_bounds_only_where_nothing_is_unknown() -> None:
    known, half = (measure_alignment(adoption("0244", other))["kappa"] for other in ("0444", "04?4"))
    assert known.low[0, 1] == known.high[0, 1] == known.value[0, 1]
    assert math.isnan(half.low[0, 1])
    assert not math.isnan(half.value[0, 1])


# -- weights


def test_an_instrument_counts_by_its_weight() -> None:
    pair = adoption("110", "011", weights=(3, 2, 1))
    measured = measure_alignment(pair)
    assert measured["jaccard"].value[0, 1] == pytest.approx(2 / 6)
    assert measured["cosine"].value[0, 1] == pytest.approx(2 / math.sqrt(5 * 3))
    assert measured["hamming"].value[0, 1] == pytest.approx(4 / 6)


def test_without_any_weight_there_is_no_measure() -> None:
    measured = measure_alignment(adoption("11", "11", weights=(0, 0)))
    assert all(math.isnan(measured[name].value[0, 1]) for name in METRICS)
    assert {measured[name].reason[0, 1] for name in METRICS} == {"no_joint_knowledge"}


@pytest.mark.parametrize("weight", [-1.0, math.nan, math.inf])
def test_a_weight_is_a_number_of_zero_or_more(weight: float) -> None:
    with pytest.raises(ValueError, match="0 or more"):
        adoption_at(history(), ["USA"], {"I": "2020"}, "2024", {"I": weight})


# -- what holds of all of them

rows_of = st.integers(1, 7).flatmap(
    lambda k: st.lists(st.text("01234?", min_size=k, max_size=k), min_size=2, max_size=5)
)


@settings(max_examples=60)
@given(rows_of, st.randoms(use_true_random=False))
def test_symmetry_range_identity_and_the_order_of_instruments(rows: list[str], random: object) -> None:
    measured = measure_alignment(adoption(*rows))
    order = list(range(len(rows[0])))
    random.shuffle(order)  # type: ignore[attr-defined]
    shuffled = measure_alignment(adoption(*("".join(row[place] for place in order) for row in rows)))
    for name, measure in measured.items():
        assert np.allclose(measure.value, measure.value.T, equal_nan=True)
        assert np.allclose(measure.low, measure.low.T, equal_nan=True)
        assert np.allclose(measure.value, shuffled[name].value, equal_nan=True)
        assert np.allclose(measure.low, shuffled[name].low, equal_nan=True)
        least = -1 if name == "kappa" else 0
        assert np.nanmin(measure.value, initial=0) >= least - 1e-12
        assert np.nanmax(measure.value, initial=0) <= 1 + 1e-12
        for part in (measure.value, measure.documented):
            told = ~np.isnan(part) & ~np.isnan(measure.low)
            assert (part[told] >= measure.low[told] - 1e-12).all()
            assert (part[told] <= measure.high[told] + 1e-12).all()
        itself = np.diag(measure.value)
        assert np.allclose(itself[~np.isnan(itself)], 0 if name == "hamming" else 1)
        assert (np.isnan(measure.value) == (measure.reason != None)).all()  # noqa: E711  (element by element)
    alone = measure_jaccard(adoption(*rows))
    assert np.array_equal(alone.value, measured["jaccard"].value, equal_nan=True)


# -- vectors at a date


def test_a_status_holds_until_a_later_one_and_unknown_stays_unknown() -> None:
    told = history(("USA", "I", "2018-03", 3), ("USA", "I", "2020-06", 4), ("CAN", "I", "2021", 0))
    for date, usa, can in (("2017", None, None), ("2018", 3, None), ("2020", 4, None), ("2021", 4, 0)):
        levels = adoption_at(told, ["CAN", "USA"], {"I": "2016-01-01"}, date).levels[:, 0].tolist()
        assert [None if math.isnan(level) else level for level in levels] == [can, usa]
    assert adoption_at(told, ["USA"], {"I": "2016"}, "2020-05").levels[0, 0] == 3


def test_the_list_holds_what_exists_by_then_and_its_version_changes_with_it() -> None:
    listed = {"NEW": "2024-05-03", "OLD": "2016"}
    before, after = (adoption_at(history(), ["USA"], listed, date) for date in ("2023", "2024"))
    assert (before.instruments, after.instruments) == (("OLD",), ("NEW", "OLD"))
    assert before.list_version.startswith("1-")
    assert after.list_version.startswith("2-")
    weighted = adoption_at(history(), ["USA"], listed, "2024", {"OLD": 2.0})
    assert weighted.list_version != after.list_version


def test_an_instrument_without_a_date_is_listed_from_its_first_known_status_on() -> None:
    told = history(("USA", "UNDATED", "2019-05", 2), ("CAN", "UNDATED", "2018", 2), ("CAN", "DATED", "2020", 2))
    assert listed_since(["DATED", "UNDATED", "UNHEARD"], {"DATED": "2016-11-24"}, told) == {
        "DATED": "2016-11-24",
        "UNDATED": "2018",
    }


def test_the_table_has_the_published_columns_and_every_pair_once() -> None:
    told = history(
        ("USA", "I", "2018-03", 3), ("CAN", "I", "2019", 3), ("CAN", "J", "2019", 0), ("MEX", "J", "2019", 0)
    )
    table = build_alignment(told, ["USA", "CAN", "MEX"], {"I": "2016", "J": "2016"}, ["2018", "2019"])
    assert dict(table.schema) == SCHEMA
    assert dict(table.schema) == {name: POLARS_TYPES[column.type] for name, column in PUBLISHED.columns.items()}
    assert table.height == 3 * 2 * len(METRICS) == table.select(PUBLISHED.key).n_unique()
    assert table.equals(table.sort(PUBLISHED.key))
    now = table.filter(area_1="CAN", area_2="USA", time_period="2019")
    assert now.filter(metric="jaccard").row(0, named=True) == {
        "area_1": "CAN",
        "area_2": "USA",
        "time_period": "2019",
        "metric": "jaccard",
        "value": 1.0,
        "low": 0.5,  # Canada states not to take part in J, the United States may
        "high": 1.0,
        "documented": 1.0,
        "instruments_count": 1,
        "listed_count": 2,
        "list_version": now["list_version"][0],
        "reason": None,
    }
    assert now.filter(metric="hamming")["high"].to_list() == [0.5]
    assert set(table.filter(time_period="2018")["reason"]) == {"no_joint_knowledge"}


def test_no_areas_or_periods_are_no_rows() -> None:
    assert build_alignment(history(), [], {"I": "2016"}, ["2020"]).is_empty()
    assert build_alignment(history(), ["USA", "CAN"], {"I": "2016"}, []).is_empty()
