"""Both sides of *Whose number?*: the figures as tiles, what each counts, how reliable it is, what studies found."""

from typing import Any
from urllib.parse import urlencode

import polars as pl
import streamlit as st

from compact_app import queries, wording
from compact_app.app_pages import anatomy
from compact_app.app_pages.pair import telling
from compact_app.app_pages.pair.asked import GOODS, Asked
from compact_app.queries import Edition
from compact_pipelines.contracts.parameters import load_parameters

SIDES = ("from", "to")
REPORTERS_PAGE = "/reporters"
MONTHLY = "M"


def tiles(edition: Edition, asked: Asked) -> None:
    """Both figures, the reconciled one, how far they are apart by which convention, the weight and the grade."""
    chosen, unit = asked.chosen, asked.unit
    titles = dict(queries.sources(edition).select("source_id", "title").iter_rows())
    with st.container(horizontal=True, key="tiles"):
        for side in SIDES:
            value, why = chosen[f"reported_by_{side}"], wording.MISSING_WORDS.get(chosen[f"missing_{side}"], "")
            source = titles.get(chosen[f"source_{side}"], "")
            is_silent = value is None
            st.metric(
                wording.say("pair_tile", area=asked.names.of(side)),
                why if is_silent else wording.figure(value, unit),
                border=True,
                width=225,
                help=anatomy.escaped(
                    wording.say("pair_tile_silent", why=why)
                    if is_silent
                    else wording.say("pair_tile_help", source=source)
                ),
            )
        _reconciled_tiles(asked)
    st.caption(wording.say("pair_no_revision"))


def _reconciled_tiles(asked: Asked) -> None:
    """What was made of both: the value, D by its convention before and after freight, the weight, the grade."""
    chosen, reconciled = asked.chosen, telling.spread(asked, asked.chosen)
    st.metric(
        wording.say("pair_tile_reconciled"),
        reconciled["value"] if reconciled else wording.say("pair_tile_reconciled_none"),
        border=True,
        width=225,
        help=wording.say("pair_tile_reconciled_help", low=reconciled["low"], high=reconciled["high"])
        if reconciled
        else None,
    )
    apart = wording.asymmetry(chosen["asymmetry"])
    st.metric(
        wording.say("column_asymmetry"), apart, border=True, width=175, help=wording.say("pair_tile_asymmetry_help")
    )
    if asked.flow.theme == GOODS:
        valued = wording.asymmetry(chosen["asymmetry_valued"])
        st.metric(
            wording.say("pair_tile_valued"), valued, border=True, width=175, help=wording.say("pair_tile_valued_help")
        )
    weight = chosen["weight_from"]
    st.metric(
        wording.say("pair_tile_weight"),
        wording.NOT_APPLICABLE if weight is None else wording.share(weight),
        border=True,
        width=225,
        help=wording.say("pair_tile_weight_help", area=wording.in_sentence(asked.names.from_)),
    )
    limits = load_parameters().reliability.grade_limits
    told = wording.say("pair_tile_grade_help", a=f"{limits.A:.2f}", b=f"{limits.B:.2f}", c=f"{limits.C:.2f}")
    st.metric(wording.say("column_grade"), chosen["grade"], border=True, width=120, help=told)


def each_side(edition: Edition, asked: Asked) -> None:
    """What each side counts, from which source, and how reliable it is in its role."""
    known = {row["source_id"]: row for row in queries.sources(edition).iter_rows(named=True)}
    chosen = asked.chosen
    st.markdown(f"#### {wording.say('pair_what_each_counts')}")
    for column, side in zip(st.columns(2), SIDES, strict=True):
        name = anatomy.escaped(asked.names.of(side))
        source = known.get(chosen[f"source_{side}"] or "")
        if source is None or chosen[f"reported_by_{side}"] is None:
            column.markdown(f"**{name}**: {wording.MISSING_WORDS[chosen[f'missing_{side}']]}.")
            continue
        head = wording.say(
            "pair_side_line",
            area=name,
            source=anatomy.escaped(source["title"]),
            valuation=_valuation(asked, side),
            basis=_basis(chosen[f"basis_{side}"]),
        )
        cautions = [f"- {anatomy.escaped(line)}" for line in source["beware"].split("\n")]
        column.markdown("\n".join([head, f"- {_reliability(edition, asked, side)}", *cautions]))


def studies(edition: Edition, asked: Asked) -> None:
    """What published studies found of this pair; nothing where there is none."""
    found = queries.pair_studies(edition, asked.flow.from_area, asked.flow.to_area)
    if found.is_empty() or asked.flow.theme != GOODS:
        return
    st.markdown(f"#### {wording.say('pair_studies')}")
    lines = []
    for (_,), rows in found.group_by(["study"], maintain_order=True):
        lines.append(f"- {anatomy.escaped(rows['citation'][0])}")
        for period, finding in rows.select("time_period", "finding").iter_rows():
            line = wording.say("pair_studies_line", period=wording.period(period), finding=finding)
            lines.append(f"    - {anatomy.escaped(line)}")
    st.markdown("\n".join(lines))
    st.caption(wording.say("pair_studies_note"))


def totals(edition: Edition, asked: Asked) -> None:
    """What the reconciled flows leave of each end's published total in the period; nothing where none is published."""
    held = queries.pair_totals(edition, asked.flow, asked.chosen["time_period"])
    if held.is_empty():
        return
    st.markdown(f"#### {wording.say('pair_totals', period=wording.period(asked.chosen['time_period']))}")
    st.markdown("\n".join(f"- {_total(asked, row)}" for row in held.iter_rows(named=True)))
    goods = [wording.say("pair_total_freight")] if asked.flow.theme == GOODS else []
    st.caption(" ".join([wording.say("pair_total_note"), *goods]))


def _total(asked: Asked, row: dict[str, Any]) -> str:
    """One published total beside the sum of what was reconciled, or why there is no such sum."""
    said = {
        "area": anatomy.escaped(wording.sentence(asked.names.of(row["role"]))),
        "role": asked.role(row["role"]),
        "total": wording.figure(row["published_total"], asked.unit),
    }
    if row["residual"] is None:
        return wording.say("pair_total_blank", **said, why=wording.SUM_WORDS[row["reason"]])
    return wording.say(
        "pair_total_line" if row["residual"] >= 0 else "pair_total_over",
        **said,
        count=row["partners_count"],
        reconciled=wording.figure(row["reconciled_sum"], asked.unit),
        residual=wording.figure(abs(row["residual"]), asked.unit, wording.SIGNIFICANT_OF_RANGE),
        share=wording.share(None if row["residual_share"] is None else abs(row["residual_share"])),
    )


def _valuation(asked: Asked, side: str) -> str:
    code = asked.chosen[f"valuation_{side}"]
    if code:
        return wording.say("pair_valued", valuation=wording.code_name("valuation", code).lower())
    return wording.say("pair_not_valued") if asked.flow.theme == GOODS else ""


def _basis(code: str | None) -> str:
    if not code:
        return ""
    name = wording.code_name("basis", code)
    return wording.say("pair_based", basis=name[0].lower() + name[1:])


def _reliability(edition: Edition, asked: Asked, side: str) -> str:
    """Sigma of one side with where it comes from, and the way to the page that says more."""
    chosen, flow = asked.chosen, asked.flow
    sigma, area = chosen[f"sigma_{side}"], flow.from_area if side == "from" else flow.to_area
    if sigma is None:
        return wording.say("pair_side_none")
    link = {"theme": wording.theme_name(flow.theme), "role": asked.role(side), "area": asked.names.of(side)}
    if asked.rule and asked.default and asked.rule != asked.default:
        link["valuation_rule"] = asked.rule["title"]
    said: dict[str, Any] = {
        "role": asked.role(side).capitalize(),
        "sigma": wording.asymmetry(sigma),
        "factor": wording.factor(sigma),
        "link": f"{REPORTERS_PAGE}?{urlencode(link)}",
    }
    own = None
    if chosen[f"sigma_kind_{side}"] == "panel" and asked.rule:
        own = queries.reporter_sigma(edition, area, side, asked.rule["valuation_rule"])
    if own:
        first, _, last = str(own["time_period"]).partition("/")
        line = wording.say("pair_side_panel", **said, partners=own["partners_count"], first=first, last=last)
        return f"{line} {wording.say('pair_side_months')}" if flow.freq == MONTHLY else line
    kind, citation = asked.prior
    return wording.say(f"pair_side_prior_{kind}", **said, citation=anatomy.escaped(citation))


def told_sources(asked: Asked) -> list[str]:
    """Every source that speaks in any period."""
    spoken = asked.flows.select(pl.col("source_from", "source_to")).unpivot()["value"]
    return spoken.drop_nulls().unique().sort().to_list()
