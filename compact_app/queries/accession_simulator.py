"""What *Accession simulator* asks: the inputs of the model and its answers, the self-test.

The model runs at most once for a question and an edition; whoever asks again is handed what is kept.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import polars as pl
import streamlit as st

from compact_app.queries.edition import KEPT_ANSWERS, Edition, ask
from compact_pipelines import scenarios

KEPT_MODELS: Final = 64

Progress = Callable[[int, int], object]


@dataclass(frozen=True)
class Question:
    """Who joins whom, and on which base year.

    Attributes:
        members: areas.
        candidates: areas that join; none asks what forming the set is worth.
        base_id: base year of the model.
    """

    members: tuple[str, ...]
    candidates: tuple[str, ...]
    base_id: str


@st.cache_resource(max_entries=2, show_spinner=False)
def scenario_inputs(edition: Edition) -> scenarios.Inputs:
    """What the edition says to the model: base years, the effect of an agreement, agreements in force."""
    return scenarios.load_inputs(lambda sql: ask(edition, sql))


@st.cache_resource(max_entries=KEPT_MODELS, show_spinner=False)
def _place(edition: Edition, question: Question, goal: str) -> dict[str, Any]:
    """Where an answer is kept; empty until it is computed."""
    del edition, question, goal
    return {"lock": threading.Lock()}


def _kept(edition: Edition, question: Question, goal: str, compute: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    place = _place(edition, question, goal)
    with place["lock"]:
        if "answer" not in place:
            place["answer"] = compute()
    answer: dict[str, Any] = place["answer"]
    return answer


def accession_answer(edition: Edition, question: Question, progress: Progress | None = None) -> dict[str, Any]:
    """What `compact scenario accession --json` prints for the same question.

    Args:
        edition: the edition.
        question: who joins whom.
        progress: called with draws done and asked, if the model has to run.
    """
    return _kept(
        edition,
        question,
        "",
        lambda: scenarios.answer(
            scenario_inputs(edition),
            question.members,
            question.candidates,
            base_id=question.base_id,
            progress=progress,
        ),
    )


def sharing_answer(edition: Edition, question: Question, goal: str, progress: Progress | None = None) -> dict[str, Any]:
    """What `compact scenario share --json` prints for members and candidates together.

    Args:
        edition: the edition.
        question: whose set it is.
        goal: one of `scenarios.GOALS`.
        progress: called with coalitions done and all, if it has to be computed.

    Raises:
        ModelRefused: the goal is a sum over pairs, or cannot be shared among these.
    """
    everybody = tuple(sorted({*question.members, *question.candidates}))
    return _kept(
        edition,
        question,
        goal,
        lambda: scenarios.share(scenario_inputs(edition), goal, everybody, base_id=question.base_id, progress=progress),
    )


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def model_checks(edition: Edition) -> pl.DataFrame:
    """The self-test: (checks, columns of out_model_checks), as published and as the edition computes them."""
    return ask(edition, "SELECT * FROM out_model_checks ORDER BY check_id")


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def goods_sources(edition: Edition, year: str) -> list[str]:
    """Whose reports of all goods among areas of the scenario are behind the simple shares of a year."""
    return (
        ask(
            edition,
            """
        SELECT DISTINCT unnest([source_from, source_to]) AS source_id FROM out_mirror_flows
        WHERE theme = 'compute_exports' AND subject = 'TOTAL' AND freq = 'A' AND time_period = $year
        """,
            year=year,
        )["source_id"]
        .drop_nulls()
        .sort()
        .to_list()
    )
