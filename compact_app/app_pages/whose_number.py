"""Whose number? What does each side say of one flow, which figure to use within what range, and why do they differ?"""

import streamlit as st

from compact_app import charts, theme, wording
from compact_app.app_pages import anatomy
from compact_app.app_pages.pair import asked as asking
from compact_app.app_pages.pair import beware, evidence, gap, sides, telling
from compact_app.app_pages.pair.asked import Asked
from compact_app.queries import Edition


def show(edition: Edition) -> None:
    """Draw the page."""
    flow, names, asked = asking.choose(edition)
    if flow.from_area == flow.to_area:
        st.title(wording.say("pair_same_place"))
        return
    if asked is None:
        asking.no_rows(edition, flow, names)
        return
    title = telling.finding(flow, asked.chosen, names)
    st.title(title)
    st.markdown(telling.sentences(asked))
    _series(asked, title)
    sides.tiles(edition, asked)
    gap.show(asked)
    for line in beware.freight(asked):
        st.caption(anatomy.escaped(line))
    sides.each_side(edition, asked)
    sides.totals(edition, asked)
    sides.studies(edition, asked)
    evidence.show(edition, asked)
    anatomy.beware(beware.cautions(asked))
    last = [source for source in (asked.chosen["source_from"], asked.chosen["source_to"]) if source]
    anatomy.source_line(edition, last, asked.chosen["time_period"], asked.chosen["grade"])


def _series(asked: Asked, title: str) -> None:
    """Both series with the reconciled value and its band."""
    has_value = asked.flows["weight_from"].drop_nulls().len() > 0
    labels = {
        "from": wording.say("pair_chart_from", area=asked.names.from_),
        "to": wording.say("pair_chart_to", area=asked.names.to),
        "reconciled": wording.say("pair_chart_reconciled" if has_value else "pair_chart_range"),
    }
    picture = charts.both_sides(asked.flows, labels, asked.unit, theme.ink(), theme.ground())
    anatomy.draw(st, picture, alt=title)
    notes = [wording.say("pair_chart_break")] if _has_break(asked) else []
    if charts.reaches_beyond(asked.flows):
        notes.append(wording.say("pair_chart_beyond"))
    if notes:
        st.caption(" ".join(notes))


def _has_break(asked: Asked) -> bool:
    return "B" in {*asked.flows["obs_status_from"], *asked.flows["obs_status_to"]}
