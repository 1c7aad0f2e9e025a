"""The gap in one neutral sentence, which calls nothing explained that is not. Every figure below is made up."""

from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from compact_app import wording
from compact_app.app_pages.pair import gap
from compact_app.app_pages.pair.asked import Asked, Names
from compact_app.queries import Flow

FLOW = Flow("compute_exports", "TOTAL", "F", "A", "DEU", "FRA")
PLACES = ("reported_by_from", "reexports", "valuation", "timing", "same_source", "imputation", "missing_report",
          "unexplained", "reported_by_to")  # fmt: skip
MILLION = 1_000_000


def asked_of(sent: int, received: int, *, rest: str = "unexplained", chosen: Any = None, **steps: Any) -> Asked:
    """A flow with these steps in millions: (amount, state), or with what it rests on; the rest is computed."""
    known = dict.fromkeys(PLACES, (0, "not_applicable")) | steps
    left = received - sent - sum(amount or 0 for amount, *_ in steps.values())
    known |= {
        "reported_by_from": (sent, "reported"),
        "reported_by_to": (received, "reported"),
        rest: (left, "residual"),
    }
    rows = [
        {"time_period": "2018", "step": step, "amount": None if amount is None else Decimal(amount) * MILLION,
         "state": state, "rests_on": on[0] if on else None}
        for step, (amount, state, *on) in known.items()
    ]  # fmt: skip
    frame = pl.DataFrame(
        rows,
        schema={"time_period": pl.String, "step": pl.String, "amount": pl.Decimal(28, 6), "state": pl.String,
                "rests_on": pl.String},
    )  # fmt: skip
    row = {"time_period": "2018", "unit_measure": "USD", "basis_from": None, "basis_to": None, **(chosen or {})}
    nothing = pl.DataFrame()
    rule = {"valuation_rule": "fao", "title": "FAO: 12 %"}
    return Asked(FLOW, Names("Germany", "France"), rule, rule, nothing, frame, nothing, row)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (
            asked_of(100, 80, reexports=(-15, "measured")),
            "Of the 20.0 million USD by which France counts less, 15.0 million USD is re-exports; 5.00 million USD "
            "stays unexplained.",
        ),
        (
            asked_of(100, 130, valuation=(12, "estimated", "fao"), reexports=(None, "not_measured")),
            "Of the 30.0 million USD by which France counts more, 12.0 million USD is freight and insurance that the "
            "importer's figure holds (rule FAO: 12 %); re-exports cannot be measured here; 18.0 million USD stays "
            "unexplained.",
        ),
        (
            asked_of(100, 95, valuation=(8, "estimated", "fao"), timing=(None, "not_measured")),
            "France counts 5.00 million USD less: freight and insurance that the importer's figure holds (rule FAO: 12 "
            "%) alone would make its figure 8.00 million USD larger; goods on their way at the year's ends cannot be "
            "measured here; 13.0 million USD in all stays unexplained.",
        ),
        (
            asked_of(100, 105, valuation=(8, "estimated", "fao")),
            "Of the 5.00 million USD by which France counts more, 8.00 million USD is freight and insurance that the "
            "importer's figure holds (rule FAO: 12 %); the steps come to more than the gap, and 3.00 million USD the "
            "other way stays unexplained.",
        ),
        (
            asked_of(100, 80, reexports=(-15, "measured"), timing=(2, "estimated", "transit")),
            "Of the 20.0 million USD by which France counts less, 15.0 million USD is re-exports; goods on their way "
            "at the year's ends alone would make its figure 2.00 million USD larger; 7.00 million USD stays "
            "unexplained.",
        ),
        (
            asked_of(100, 80, reexports=(-20, "measured")),
            "Of the 20.0 million USD by which France counts less, 20.0 million USD is re-exports; nothing is left "
            "unexplained.",
        ),
        (asked_of(100, 100), "The two figures are equal; there is no gap to explain."),
        (
            asked_of(100, 100, valuation=(4, "estimated", "fao")),
            "The two figures are equal, though not all that is in them is the same: freight and insurance that the "
            "importer's figure holds (rule FAO: 12 %) alone would make its figure 4.00 million USD larger; 4.00 "
            "million USD in all stays unexplained.",
        ),
        (
            asked_of(100, 70, rest="imputation"),
            "One of the two figures is a copy of the other, so the difference of 30.0 million USD is what was done to "
            "it on the way, and says nothing of the flow.",
        ),
        (
            asked_of(100, 70, rest="same_source", valuation=(-4, "estimated", "inland_freight")),
            "Both figures come from one collection, so the difference is one of concept, not of quality. Of the 30.0 "
            "million USD by which France counts less, 4.00 million USD is freight to the border that Germany adds to a "
            "figure built from its partner's; 26.0 million USD is that difference of concept, which is not taken apart "
            "further.",
        ),
    ],
)  # fmt: skip
def test_the_gap_is_told_as_far_as_it_is_known(asked: Asked, said: str) -> None:
    assert gap.sentence(asked) == said


def test_the_concepts_are_named_where_both_sides_state_them() -> None:
    bases = {"basis_from": "LAST_SHIPMENT", "basis_to": "ORIGIN"}
    assert "concept (last shipment with re-exports against origin), not of quality" in gap.sentence(
        asked_of(100, 70, rest="same_source", chosen=bases)
    )


def test_a_step_has_a_name_and_a_state_in_words() -> None:
    asked = asked_of(100, 70, valuation=(-4, "estimated", "inland_freight"))
    names = gap.step_names(asked)
    assert set(names) == set(PLACES)
    assert len(set(names.values())) == len(PLACES)
    assert names["valuation"] == "Freight to the border"
    assert gap.step_names(asked_of(100, 70))["valuation"] == "Freight and insurance"
    assert {"reported", "measured", "estimated", "not_measured", "not_applicable", "residual"} == set(
        wording.STATE_WORDS
    )


def test_every_reason_of_the_contract_has_its_words(contracts: Any) -> None:
    description = contracts.published["out_mirror_flows"].columns["reconciled_reason"].description
    assert {code for code in wording.REASON_WORDS if code in description} == set(wording.REASON_WORDS)
    assert set(wording.NOTE_WORDS) == set(wording.REASON_WORDS) - {"one_report", "one_collection"}
    missing = contracts.published["out_mirror_flows"].columns["missing_from"].description
    assert {code for code in wording.MISSING_WORDS if code in missing} == set(wording.MISSING_WORDS)
