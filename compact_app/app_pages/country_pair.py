"""Country pair: what does each side say of one flow, and how far apart are they?"""

from dataclasses import dataclass
from typing import Any

import polars as pl
import streamlit as st

from compact_app import charts, queries, wording
from compact_app.app_pages import anatomy
from compact_app.queries import Edition, Flow
from compact_pipelines.contracts import load_contracts

THEMES = ("compute_exports", "capital_flows", "talent_movement")
FIRST_PAIR = ("USA", "CAN")
EXAMPLES = 4
COLUMNS = (
    "time_period",
    "reported_by_from",
    "reported_by_to",
    "difference",
    "asymmetry",
    "grade",
    "missing_from",
    "missing_to",
    "source_from",
    "source_to",
    "obs_status_from",
    "obs_status_to",
    "coverage_share",
)


@dataclass(frozen=True)
class Names:
    """The two areas as a reader calls them."""

    from_: str
    to: str


def show(edition: Edition) -> None:
    """Draw the page."""
    flow = _choose(edition)
    names = _names(edition, flow)
    if flow.from_area == flow.to_area:
        st.title(wording.say("pair_same_place"))
        return
    flows = queries.pair_flows(edition, flow)
    if flows.is_empty():
        held = queries.pair_partners(edition, flow.theme, flow.subject, flow.stock_flow)
        st.title(
            wording.say("pair_title_none", from_=wording.in_sentence(names.from_), to=wording.in_sentence(names.to))
        )
        st.markdown(wording.say("pair_none_hint", count=held.height, examples=_examples(edition, held)))
        return
    latest = _latest(flows)
    st.title(_finding(flow, latest, names))
    st.markdown(_sentence(flow, flows, latest, names))
    sides = {
        "from": wording.say("pair_chart_from", area=names.from_),
        "to": wording.say("pair_chart_to", area=names.to),
    }
    anatomy.draw(st, charts.both_sides(flows, sides, latest["unit_measure"]), alt=_finding(flow, latest, names))
    _tiles(latest, names)
    _each_side(edition, latest, names)
    st.markdown(f"#### {wording.say('numbers')}")
    table = _table(flows)
    st.dataframe(
        _shown(table),
        hide_index=True,
        placeholder=wording.BLANK,
        column_config=_columns(names, latest["unit_measure"]),
    )
    spoken = flows.select("source_from", "source_to").unpivot()["value"].drop_nulls().unique().sort().to_list()
    anatomy.download_row(edition, table, f"pair-{flow.from_area}-{flow.to_area}", spoken)
    anatomy.beware(_cautions(flow, flows))
    last = [source for source in (latest["source_from"], latest["source_to"]) if source]
    anatomy.source_line(edition, last, latest["time_period"], latest["grade"])


def _examples(edition: Edition, held: pl.DataFrame) -> str:
    """A few pairs that are held, the largest coverage first, in words."""
    names = dict(queries.membership(edition).select("area", "name").iter_rows())
    best = held.sort("periods_both", "last_period", "from_area", "to_area", descending=[True, True, False, False])
    pairs = best.select("from_area", "to_area").head(EXAMPLES).iter_rows()
    return ", ".join(wording.say("pair_example", from_=names[start], to=names[end]) for start, end in pairs)


def _choose(edition: Edition) -> Flow:
    """The choices in one row, kept in the URL."""
    members = queries.membership(edition)
    names = dict(members.select("area", "name").iter_rows())
    theme_box, subject_box, from_box, to_box, freq_box = anatomy.choices([2, 3, 3, 3, 2])
    theme = theme_box.selectbox(
        wording.say("pair_theme"), THEMES, format_func=wording.theme_name, key="theme", bind="query-params"
    )
    subjects = queries.pair_subjects(edition, theme)
    keys = list(dict.fromkeys(subjects.select("subject", "stock_flow").iter_rows()))
    kinds = {kind for _, kind in keys}
    words = {
        f"{subject}/{kind}": wording.subject_name(theme, subject if len(kinds) == 1 else f"{subject}/{kind}")
        for subject, kind in keys
    }
    subject = subject_box.selectbox(
        wording.say("pair_subject"), list(words), format_func=words.__getitem__, key="subject", bind="query-params"
    )
    areas = list(names)
    start = from_box.selectbox(
        wording.say("pair_from"),
        areas,
        index=areas.index(FIRST_PAIR[0]),
        format_func=names.__getitem__,
        key="from_area",
        bind="query-params",
    )
    end = to_box.selectbox(
        wording.say("pair_to"),
        areas,
        index=areas.index(FIRST_PAIR[1]),
        format_func=names.__getitem__,
        key="to_area",
        bind="query-params",
    )
    code, _, stock_flow = subject.partition("/")
    held = subjects.filter((pl.col("subject") == code) & (pl.col("stock_flow") == stock_flow))
    freq = freq_box.selectbox(
        wording.say("pair_freq"),
        held["freq"].unique().sort().to_list(),
        format_func=wording.FREQ_WORDS.__getitem__,
        key="freq",
        bind="query-params",
    )
    return Flow(theme, code, stock_flow, freq, start, end)


def _names(edition: Edition, flow: Flow) -> Names:
    names = dict(queries.membership(edition).select("area", "name").iter_rows())
    return Names(names[flow.from_area], names[flow.to_area])


def _latest(flows: pl.DataFrame) -> dict[str, Any]:
    """The latest period that both sides report, or the latest of all."""
    both = flows.filter(pl.col("asymmetry").is_not_null())
    return (flows if both.is_empty() else both).row(-1, named=True)


def _finding(flow: Flow, latest: dict[str, Any], names: Names) -> str:
    period, unit = wording.period(latest["time_period"]), latest["unit_measure"]
    sent, received = latest["reported_by_from"], latest["reported_by_to"]
    if sent is None or received is None:
        who = names.from_ if received is None else names.to
        value = wording.figure(received if sent is None else sent, unit)
        if flow.theme == "talent_movement":
            return wording.say(
                "pair_title_talent",
                value=value,
                from_=wording.in_sentence(names.from_),
                to=wording.in_sentence(names.to),
                period=period,
            )
        return wording.say("pair_title_one", who=wording.in_sentence(who), value=value, period=period)
    if sent == received:
        return wording.say(
            "pair_title_equal", to=wording.sentence(names.to), from_=wording.in_sentence(names.from_), period=period
        )
    if sent == 0:
        return wording.say(
            "pair_title_zero",
            to=wording.sentence(names.to),
            from_=wording.in_sentence(names.from_),
            value=wording.figure(received, unit),
            period=period,
        )
    size, direction = wording.gap(float(sent), float(received))
    return wording.say(
        "pair_title_gap",
        to=wording.sentence(names.to),
        from_=wording.in_sentence(names.from_),
        says=wording.THEME_WORDS[flow.theme][1],
        gap=size,
        direction=direction,
        period=period,
    )


def _sentence(flow: Flow, flows: pl.DataFrame, latest: dict[str, Any], names: Names) -> str:
    sent, received, unit = latest["reported_by_from"], latest["reported_by_to"], latest["unit_measure"]
    if sent is None or received is None:
        if flow.theme == "talent_movement":
            return wording.say("pair_sentence_talent")
        silent, why = (names.from_, latest["missing_from"]) if sent is None else (names.to, latest["missing_to"])
        return wording.say("pair_sentence_one", silent=wording.sentence(silent), why=wording.MISSING_WORDS[why])
    said = wording.say(
        "pair_sentence",
        from_=wording.sentence(names.from_),
        to=wording.in_sentence(names.to),
        from_value=wording.figure(sent, unit),
        to_value=wording.figure(received, unit),
        difference=wording.figure(abs(sent - received), unit),
        asymmetry=wording.asymmetry(latest["asymmetry"]),
    )
    notes = [wording.say("same_source_note")] if latest["same_source"] else []
    newest = flows["time_period"][-1]
    if newest > latest["time_period"]:
        notes.append(wording.say("pair_sentence_later", period=wording.period(newest)))
    return " ".join([said, *notes])


def _tiles(latest: dict[str, Any], names: Names) -> None:
    unit = latest["unit_measure"]
    with st.container(horizontal=True, key="tiles"):
        for name, side in ((names.from_, "from"), (names.to, "to")):
            why = latest[f"missing_{side}"]
            value = latest[f"reported_by_{side}"]
            shown = wording.MISSING_WORDS[why] if value is None else wording.figure(value, unit)
            st.metric(wording.say("pair_tile", area=name), shown, border=True, width=230)
        st.metric(wording.say("column_asymmetry"), wording.asymmetry(latest["asymmetry"]), border=True, width=150)
        st.metric(wording.say("column_grade"), latest["grade"], border=True, width=130, help=wording.say("grade_help"))


def _each_side(edition: Edition, latest: dict[str, Any], names: Names) -> None:
    known = {row["source_id"]: row for row in queries.sources(edition).iter_rows(named=True)}
    st.markdown(f"#### {wording.say('pair_what_each_counts')}")
    for column, name, side in zip(st.columns(2), (names.from_, names.to), ("from", "to"), strict=True):
        source = known.get(latest[f"source_{side}"] or "")
        if source is None or latest[f"reported_by_{side}"] is None:
            why = wording.MISSING_WORDS[latest[f"missing_{side}"]]
            column.markdown(f"**{anatomy.escaped(name)}**: {why}.")
            continue
        code = latest[f"valuation_{side}"]
        valued = wording.say("pair_valued", valuation=wording.code_name("valuation", code).lower()) if code else ""
        head = wording.say(
            "pair_side_line", area=anatomy.escaped(name), source=anatomy.escaped(source["title"]), valuation=valued
        )
        cautions = "\n".join(f"- {anatomy.escaped(line)}" for line in source["beware"].split("\n"))
        column.markdown(f"{head}\n{cautions}")


def _table(flows: pl.DataFrame) -> pl.DataFrame:
    difference = (pl.col("reported_by_to") - pl.col("reported_by_from")).alias("difference")
    return flows.with_columns(difference).select(COLUMNS).sort("time_period", descending=True)


def _shown(table: pl.DataFrame) -> pl.DataFrame:
    """The table as read on screen: whole units, reasons in words, columns that say something; downloads have it all."""
    whole = pl.col("reported_by_from", "reported_by_to", "difference").round(0).cast(pl.Int64)
    words = pl.col("missing_from", "missing_to").replace(wording.MISSING_WORDS)
    shown = table.with_columns(whole, words)
    return shown.select(name for name in shown.columns if shown[name].null_count() < shown.height)


def _columns(names: Names, unit: str) -> dict[str, Any]:
    number = st.column_config.NumberColumn
    words = wording.UNITS.get(unit, unit)
    return {
        "time_period": wording.say("column_period"),
        "reported_by_from": number(f"{names.from_} ({words})", format="localized", width=160),
        "reported_by_to": number(f"{names.to} ({words})", format="localized", width=160),
        "difference": number(wording.say("column_difference"), format="localized", width=160),
        "asymmetry": number(wording.say("column_asymmetry"), format="%.3f"),
        "grade": wording.say("column_grade"),
        "missing_from": wording.say("column_missing", area=names.from_),
        "missing_to": wording.say("column_missing", area=names.to),
        "source_from": wording.say("column_source_of", area=names.from_),
        "source_to": wording.say("column_source_of", area=names.to),
        "obs_status_from": wording.say("column_status_of", area=names.from_),
        "obs_status_to": wording.say("column_status_of", area=names.to),
        "coverage_share": number(wording.say("column_coverage"), format="percent"),
    }


def _cautions(flow: Flow, flows: pl.DataFrame) -> list[str]:
    cautions = []
    if flows["same_source"].any():
        pair = next(
            pair
            for pair in load_contracts().same_source
            if pair.theme == flow.theme and set(pair.areas) == {flow.from_area, flow.to_area}
        )
        cautions.append(wording.say("pair_same_source", reason=pair.reason))
    breaks = flows.filter((pl.col("obs_status_from") == "B") | (pl.col("obs_status_to") == "B"))
    if not breaks.is_empty():
        cautions.append(wording.say("pair_break", periods=", ".join(breaks["time_period"])))
    if flows["imputed_mirror"].any():
        cautions.append(wording.say("pair_imputed"))
    if "incomplete_year" in {*flows["missing_from"], *flows["missing_to"]}:
        cautions.append(wording.say("pair_coverage"))
    if flow.theme == "compute_exports" and "MEX" in {flow.from_area, flow.to_area}:
        cautions.append(wording.say("pair_mexico"))
    if flow.subject.endswith("_SPE"):
        cautions.insert(0, wording.say("pair_spe"))
    return [*cautions, wording.say("pair_reconciled")]
