"""The sentences of the accession simulator. Every figure below is made up."""

from typing import Any

import pytest

from compact_app import wording
from compact_app.app_pages.joining import telling
from compact_app.app_pages.joining.case import Case

CORE = ("CAN", "MEX", "USA")


def case(*, members: tuple[str, ...] = CORE, candidates: tuple[str, ...] = ("ARE",)) -> Case:
    names = {"CAN": "Canada", "MEX": "Mexico", "USA": "United States", "ARE": "United Arab Emirates", "JPN": "Japan"}
    names["TWN"] = "Taiwan"
    return Case(members, candidates, (), "goods_2018", names)


def row(area: str, role: str, gain: float, if_new: float | None = None) -> dict[str, Any]:
    other = gain if if_new is None else if_new
    told = dict.fromkeys(("gain_percent", "gain_median", "gain_p05", "gain_p95"), gain)
    return {"area": area, "role": role, **told, "gain_if_unknown_new": other}


def answer(lowest: float, *gains: float, if_new: tuple[float, ...] = (), unknown: int = 0) -> dict[str, Any]:
    """Three members, each with its gain, and with its gain if unknown pairs are new."""
    rows = [row(area, "member", *each) for area, *each in zip(CORE, gains, if_new or gains, strict=True)]
    return {
        "reason": None,
        "base": {"time_period": "2018"},
        "parameters": {"draws_used": 500},
        "lowest_member": row("CAN", "member", min(gains), min(if_new or gains)) | {"share_above_zero": lowest},
        "areas": rows,
        "left_out": [],
        "pairs_unknown": [{}] * unknown,
    }


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (answer(1.0, 1.0, 1.0, 1.0), "no member in the model loses in any draw"),
        (answer(0.875, 1.0, 1.0, 1.0), "some member in the model loses in 12.5 % of the draws"),
        (answer(0.0, 1.0, -1.0, 1.0), "Mexico loses in most draws"),
        (answer(0.0, -1.0, -1.0, 1.0), "Canada and Mexico lose in most draws"),
    ],
)
def test_who_loses_is_told_by_how_often(found: dict[str, Any], told: str) -> None:
    assert telling._losers(case(), found) == told


@pytest.mark.parametrize(
    ("if_new", "unknown", "told"),
    [
        ((0.5, 1.0, 1.0), 1, "whether Canada gains or loses depends on 1 agreement that could not be verified"),
        ((-0.5, 1.0, 1.0), 2, "Canada loses in most draws"),
        (
            (-0.5, -1.0, 1.0),
            3,
            "Canada loses in most draws, and whether Mexico gains or loses depends on 3 agreements that could not be "
            "verified",
        ),
    ],
)
def test_a_member_whose_two_points_differ_in_sign_is_not_said_to_lose(
    if_new: tuple[float, ...], unknown: int, told: str
) -> None:
    assert telling._losers(case(), answer(0.0, -1.0, 1.0, 1.0, if_new=if_new, unknown=unknown)) == told


def test_an_area_that_depends_on_unverified_agreements_is_neither_winner_nor_loser_in_a_title() -> None:
    found = answer(1.0, 1.0, 1.0, 1.0, unknown=2)
    found["areas"].append(row("ARE", "candidate", -0.1, 0.2))
    title = telling.model_title(case(), found)
    assert title.startswith(
        "What joining Canada, Mexico and the United States is worth to the United Arab Emirates depends"
    )
    assert "on 2 agreements that could not be verified: -0.100 % of real income with those pairs as they are" in title
    assert "+0.200 % if they are new; no member in the model loses" in title
    found["areas"].append(row("JPN", "candidate", 0.3))
    several = telling.model_title(case(candidates=("ARE", "JPN")), found)
    assert several.startswith("Whether joining Canada, Mexico and the United States pays for the United Arab Emirates")
    formed = answer(1.0, 1.0, 1.0, 1.0, unknown=1) | {"whole": row("", "", -0.1, 0.2)}
    assert "worth to them together depends on 1 agreement" in telling.model_title(case(candidates=()), formed)


def test_areas_outside_that_depend_on_unverified_agreements_are_counted_apart() -> None:
    found = answer(1.0, 1.0, 1.0, 1.0, unknown=2)
    money = dict.fromkeys(("gain_usd", "gain_usd_p05", "gain_usd_p95"), 1e9)
    found["whole"] = row("", "", 0.1) | money
    found["areas"] += [row("JPN", "outside", -0.1, 0.2), row("ARE", "outside", -0.3, -0.1)]
    said = telling.model_sentence(case(), found)
    assert "Outside, 1 of 2 areas lose in most draws, the United Arab Emirates the most" in said
    assert "Of 1 of 2 areas outside it depends on 2 agreements that could not be verified if they gain or lose." in said
    assert "Of 2 pairs it could not be verified whether they have an agreement." in said
    found["areas"][0] |= {"gain_if_unknown_new": -1.0}
    found["whole"] |= {"gain_if_unknown_new": -1.0}
    said = telling.model_sentence(case(), found)
    assert "The member with the least" not in said
    assert "Whether those inside the set gain together depends on 2 agreements" in said


@pytest.mark.parametrize(
    ("per_cent", "text"),
    [(0.55333, "+0.553 %"), (-0.0021174, "-0.00212 %"), (12.345, "+12.3 %"), (1234.5, "+1,230 %"), (0.0, "0 %"),
     (9.9999, "+10.0 %"), (None, "not reported")],
)  # fmt: skip
def test_a_gain_has_its_sign_and_three_significant_figures(per_cent: float | None, text: str) -> None:
    assert wording.gain(per_cent) == text


def test_a_title_and_a_sentence_count_whom_the_model_has() -> None:
    found = answer(1.0, 1.0, 1.0, 1.0) | {"whole": row("", "whole", 1.0)}
    found["whole"] |= {"gain_usd": 1e9, "gain_usd_p05": 5e8, "gain_usd_p95": 2e9}
    of_all = case(candidates=())
    told = "Agreements of Canada, Mexico and the United States with each other are worth +1.00 % of their real income"
    assert telling.model_title(of_all, found).startswith(told)
    assert "Together, those inside the set gain" in telling.model_sentence(of_all, found)
    found["left_out"] = [{"area": "MEX", "reason": "no_gdp"}, {"area": "JPN", "reason": "no_gdp"}]
    assert telling.model_title(of_all, found).startswith("Agreements of 2 of the 3 members with each other are worth")
    assert "Together, 2 of the 3 inside the set gain" in telling.model_sentence(of_all, found)


def test_several_candidates_are_told_by_both_ends_with_their_names() -> None:
    found = answer(1.0, 1.0, 1.0, 1.0)
    found["areas"] += [row("ARE", "candidate", -0.00927), row("JPN", "candidate", 1.43)]
    of_two = case(candidates=("ARE", "JPN"))
    told = (
        "is worth from -0.00927 % of real income (the United Arab Emirates) to +1.43 % (Japan) to {candidates}, by "
        "medians; no member in the model loses in any draw (base year 2018, 500 draws)"
    )
    assert telling.model_title(of_two, found).endswith(told.format(candidates="Japan and the United Arab Emirates"))
    of_three = case(candidates=("ARE", "JPN", "TWN"))
    found["left_out"] = [{"area": "TWN", "reason": "no_gdp"}]
    assert telling.model_title(of_three, found).endswith(told.format(candidates="2 of the 3 candidates"))
