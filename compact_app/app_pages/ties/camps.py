"""Whether friends and rivals among the chosen members fall into two camps."""

from collections.abc import Mapping
from typing import Final

import polars as pl
import streamlit as st

from compact_app import queries, wording
from compact_app.app_pages import anatomy
from compact_app.app_pages.scenario import Members
from compact_app.queries import Edition
from compact_pipelines.analytics.balance import MAX_AREAS, TOO_MANY_AREAS, Balance, measure_balance, signed_ties
from compact_pipelines.contracts.signs import load_signs

PAIR: Final = 2
AGREEMENTS: Final = "trade_agreements"


def show(edition: Edition, members: Members, names: Mapping[str, str]) -> list[str]:
    """Balance among the members, and with those that one of them restricts exports to.

    Args:
        edition: the edition.
        members: whose ties are asked about; any number of them.
        names: area to its name.

    Returns:
        The sources that the signs rest on.
    """
    st.markdown(f"#### {wording.say('balance_heading')}")
    if len(members.areas) < PAIR:
        st.markdown(wording.say("balance_too_few"))
        return []
    restrictions = load_signs().in_force()
    rivals = sorted(
        {row.to_area for row in restrictions if row.from_area in members.areas}
        | {row.from_area for row in restrictions if row.to_area in members.areas}
    )
    others = [area for area in rivals if area not in members.areas]
    label = wording.say("alike_set", label=members.label)
    sentences = [_sentence(edition, members.areas, label)]
    if others:
        told = ", ".join(wording.in_sentence(names.get(area, area)) for area in others)
        wider = wording.say("balance_with", set=label, others=told)
        sentences.append(_sentence(edition, (*members.areas, *others), wider))
    st.markdown(" ".join(sentences))
    for row in restrictions:
        words = {"name": anatomy.escaped(row.name[wording.LANGUAGE]), "since": wording.date(row.since)}
        st.caption(wording.say("balance_rule", citation=row.citation, **words))
    agreements = queries.whole_table(edition, AGREEMENTS)
    return agreements["source_id"].unique().sort().to_list()


def _sentence(edition: Edition, areas: tuple[str, ...], label: str) -> str:
    agreements: pl.DataFrame = queries.whole_table(edition, AGREEMENTS)
    pairs = [(row.from_area, row.to_area) for row in load_signs().in_force()]
    ties = signed_ties(agreements, pairs, areas)
    found: Balance = measure_balance(ties)
    if found.reason is not None:
        count = len({area for first, second, _ in ties for area in (first, second)})
        most = MAX_AREAS if found.reason == TOO_MANY_AREAS else None
        return wording.say(f"balance_{found.reason}", set=label, count=count, most=most)
    is_one = found.frustration == 1
    return wording.say(
        "balance_frustrated" if found.frustration else "balance_balanced",
        set=label,
        positive=found.positive,
        negative=found.negative,
        frustration=found.frustration,
        ties=wording.say("balance_tie" if is_one else "balance_ties"),
        balance=f"{found.balance:.2f}",
    )
