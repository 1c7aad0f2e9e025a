"""How alike the positions of the chosen members are, on votes, agreements and standards."""

from collections.abc import Mapping
from typing import Final

import polars as pl
import streamlit as st

from compact_app import charts, queries, wording
from compact_app.app_pages import anatomy
from compact_app.app_pages.scenario import Members
from compact_app.queries import Edition

METRICS: Final = ("pi", "kappa", "s")  # chance is taken off first
PAIR: Final = 2


def show(edition: Edition, members: Members, names: Mapping[str, str]) -> list[str]:
    """The choices, the finding, the matrix and the table.

    Args:
        edition: the edition.
        members: whose positions are compared; any number of them.
        names: area to its name.

    Returns:
        The sources that the positions rest on.
    """
    st.markdown(f"#### {wording.say('alike_heading')}")
    if len(members.areas) < PAIR:
        st.markdown(wording.say("alike_too_few"))
        return []
    periods = queries.policy_bases(edition)
    box, metric_box = st.columns(2)
    basis = box.selectbox(
        wording.say("alike_basis"),
        list(periods),
        format_func=lambda name: wording.say(f"alike_{name}"),
        key="basis",
        bind="query-params",
    )
    metric = metric_box.selectbox(
        wording.say("alike_metric"),
        METRICS,
        format_func=lambda name: wording.say(f"alike_{name}"),
        key="alike",
        bind="query-params",
    )
    pairs = queries.policy_similarity(edition, basis, members.areas)
    told = _finding(pairs.drop_nulls(metric).sort(metric, "area_1", "area_2"), metric, members, names, periods[basis])
    st.markdown(told)
    if pairs[metric].null_count() < pairs.height:
        order = sorted(members.areas, key=names.__getitem__)
        picture = charts.alike_matrix(pairs, metric, names, order)
        anatomy.draw(st, picture, alt=told, width="content")
        st.caption(wording.say("alike_note"))
    table = pairs.sort(metric, "area_1", "area_2", descending=[True, False, False], nulls_last=True).select(
        one=pl.col("area_1").replace_strict(names),
        other=pl.col("area_2").replace_strict(names),
        pi="pi",
        kappa="kappa",
        s="s",
        n_items="n_items",
        levels="levels",
        reason="reason",
    )
    st.dataframe(table, hide_index=True, placeholder=wording.BLANK, column_config=_columns())
    sources = queries.policy_sources(edition, basis, members.areas)
    anatomy.download_row(edition, table, f"alike-{basis}-{members.id}", sources)
    return sources


def _finding(known: pl.DataFrame, metric: str, members: Members, names: Mapping[str, str], period: str) -> str:
    """The pair that is most alike and the one that is least, out of pairs with a value, least alike first."""
    if known.is_empty():
        return wording.say("alike_unknown")
    least, most = known.row(0, named=True), known.row(-1, named=True)
    ends = {
        "set": wording.say("alike_set", label=members.label),
        "one": wording.in_sentence(names[most["area_1"]]),
        "other": wording.in_sentence(names[most["area_2"]]),
        "most": f"{most[metric]:.2f}",
        "most_items": most["n_items"],
        "third": wording.in_sentence(names[least["area_1"]]),
        "fourth": wording.in_sentence(names[least["area_2"]]),
        "least": f"{least[metric]:.2f}",
        "least_items": least["n_items"],
        "period": wording.say("alike_window", first=period[:4], last=period[-4:]) if "/" in period else period,
    }
    if known.height == 1:
        pair = wording.say("alike_one_pair", **ends)
        return pair[0].upper() + pair[1:]
    return wording.say("alike_sentence", **ends)


def _columns() -> dict[str, str | None]:
    return {
        "one": wording.say("column_one"),
        "other": wording.say("column_other"),
        **{metric: wording.say(f"alike_{metric}") for metric in METRICS},
        "n_items": wording.say("column_items"),
        "levels": wording.say("column_levels"),
        "reason": wording.say("column_reason"),
    }
