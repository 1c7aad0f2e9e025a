"""What is left of the graph when areas are taken out, or ties cut."""

from collections.abc import Mapping
from typing import Final

import polars as pl
import streamlit as st

from compact_app import charts, queries, wording
from compact_app.app_pages import anatomy
from compact_app.queries import Edition
from compact_pipelines.analytics.graphs import build_graph
from compact_pipelines.analytics.robustness import MEASURES, RANDOM, STRONGEST, measure_embargo

STRONGEST_TAKEN: Final = 5
NOBODY: Final = "nobody"


def show(edition: Edition, graph: tuple[str, str, str], ties: pl.DataFrame, names: Mapping[str, str]) -> None:
    """The curves, their sentence, ties cut by the reader, and the table.

    Args:
        edition: the edition.
        graph: theme, subject and year.
        ties: (ties of that graph, [from_area, to_area, weight]).
        names: its areas and their names.
    """
    st.markdown(f"#### {wording.say('left_heading')}")
    rows = queries.graph_left(edition, *graph)
    if rows.is_empty():
        return
    boxes = st.columns(3)
    measure = boxes[0].selectbox(
        wording.say("left_measure"),
        MEASURES,
        format_func=lambda name: wording.say(f"left_{name}"),
        key="left",
        bind="query-params",
    )
    told = _sentence(rows)
    st.markdown(f"{told} {wording.say('left_mechanical')}")
    picture = charts.what_is_left(rows, measure, title=wording.say(f"left_{measure}"))
    anatomy.draw(st, picture, alt=told)
    _cut(boxes[1], boxes[2], ties, names)
    table = rows.select("removal_order", "removed_count", "removed_name", *MEASURES, "kept_flow_low", "kept_flow_high")
    headers = anatomy.columns_of("out_robustness", more=["removed_name"])
    st.dataframe(table, hide_index=True, placeholder=wording.BLANK, column_config=headers, height=240)
    _, subject, year = graph
    anatomy.download_row(edition, rows, f"left-{subject.replace('/', '-')}-{year}", [])


def _sentence(rows: pl.DataFrame) -> str:
    count = min(STRONGEST_TAKEN, rows["removed_count"].to_list()[-1])
    by_order = {
        order: {row["removed_count"]: row for row in rows.filter(removal_order=order).iter_rows(named=True)}
        for order in (STRONGEST, RANDOM)
    }
    strongest, chance = by_order[STRONGEST], by_order[RANDOM][count]
    taken = wording.say(
        "left_sentence",
        first=wording.in_sentence(strongest[1]["removed_name"]),
        kept=wording.share(strongest[1]["kept_flow"]),
        kept_more=wording.share(strongest[count]["kept_flow"]),
        count=count,
        random=wording.share(chance["kept_flow"]),
        low=wording.share(chance["kept_flow_low"]),
        high=wording.share(chance["kept_flow_high"]),
    )
    area = wording.say(
        "left_area",
        strongest=wording.share(strongest[0]["kept_flow_mean"]),
        random=wording.share(by_order[RANDOM][0]["kept_flow_mean"]),
    )
    return f"{taken} {area}"


def _cut(box: "st.delta_generator.DeltaGenerator", other_box: "st.delta_generator.DeltaGenerator",
         ties: pl.DataFrame, names: Mapping[str, str]) -> None:  # fmt: skip
    """Two areas between which all ties are cut, and what that leaves."""
    words = {NOBODY: wording.say("left_nobody")} | dict(sorted(names.items(), key=lambda row: row[1]))
    one, other = (
        place.selectbox(wording.say(label), list(words), format_func=words.__getitem__, key=label, bind="query-params")
        for place, label in ((box, "left_cut"), (other_box, "left_cut_with"))
    )
    if NOBODY in {one, other}:
        return
    if one == other:
        st.markdown(wording.say("left_cut_same"))
        return
    left = measure_embargo(build_graph(ties.select("from_area", "to_area", "weight").iter_rows()), [(one, other)])
    if left is not None:
        st.markdown(
            wording.say(
                "left_cut_sentence",
                one=wording.in_sentence(words[one]),
                other=wording.in_sentence(words[other]),
                kept=wording.share(left.kept_flow),
                giant=wording.share(left.giant_share),
                efficiency=wording.share(left.efficiency),
            )
        )
