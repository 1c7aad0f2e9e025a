"""What *Reporters* says in sentences: the finding, its number and range, how stable it is, how it is measured."""

import math
from typing import Any, Final

import polars as pl
import streamlit as st

from compact_app import wording
from compact_app.app_pages.standing import measures, priors
from compact_app.app_pages.standing.measures import GOODS, METHODS, PARTS, Held
from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.parameters import load_parameters

HUNDRED: Final = 100


def finding(held: Held, own: pl.DataFrame, without: pl.DataFrame, count: int) -> str:
    """The title: a number with its range, and a rank with its own; or why there is none."""
    choice = held.choice
    name = held.names[choice.area]
    if own.is_empty():
        row = without.filter(pl.col("area") == choice.area).row(0, named=True)
        return wording.say(
            "reporters_title_none",
            area=wording.in_sentence(name),
            role=choice.role_words(),
            reason=priors.reason_words(row),
        )
    row = own.row(0, named=True)
    said = wording.asymmetry if choice.method == PARTS else wording.factor
    return wording.say(
        f"reporters_title_{choice.method}",
        area=wording.in_sentence(name),
        role=choice.role_words(),
        **{end: said(row[column]) for end, column in (("value", "estimate"), ("low", "low"), ("high", "high"))},
        **{place: row[place] for place in ("rank", "rank_low", "rank_high")},
        count=count,
    )


def sentence(held: Held, own: pl.DataFrame) -> str:
    """What the number means, and what it rests on."""
    if own.is_empty():
        sigma, _ = priors.stated_for(held)
        return wording.say("reporters_prior_sentence", sigma=wording.asymmetry(sigma), factor=wording.factor(sigma))
    row = own.row(0, named=True)
    value, low, high = (wording.asymmetry(row[name]) for name in ("estimate", "low", "high"))
    factor = math.exp(row["estimate"])
    said = wording.say(
        f"reporters_sentence_{held.choice.method}",
        value=value,
        low=low,
        high=high,
        factor=wording.factor(row["estimate"]),
        less=wording.number(round(HUNDRED / factor)),
        more=wording.number(round(HUNDRED * factor)),
        reliability=wording.asymmetry(row["reliability"]),
    )
    rests = wording.say(
        "reporters_rests_on",
        mirrors=wording.number(row["mirrors_count"]),
        partners=row["partners_count"],
        **span(held),
    )
    return f"{said} {rests}"


def span(held: Held) -> dict[str, str]:
    """First and last year of the panel that the chosen method rests on."""
    panel = held.rows.filter(pl.col("method") == held.choice.method, pl.col("time_period").str.contains("/"))
    first, _, last = str(panel["time_period"].max()).partition("/")
    return {"first": first, "last": last}


def stability(row: dict[str, Any], names: dict[str, str]) -> str:
    """Which partner or year, left out, moves the estimate most, and how far it can be moved."""
    there = measures.moved(row)
    if there is None:
        return wording.say("reporters_stable_default")
    return wording.say(
        "reporters_stable_moved",
        without=measures.left_out_words(row["jackknife_left_out"], names, is_first=True),
        moved=wording.asymmetry(there),
        value=wording.asymmetry(row["estimate"]),
        low=wording.asymmetry(row["jackknife_low"]),
        high=wording.asymmetry(row["jackknife_high"]),
        error=wording.asymmetry(row["jackknife_error"]),
    )


def method(held: Held, years: pl.DataFrame) -> None:
    """How it is measured: the chosen method first, then the others, then what the data cannot tell."""
    st.markdown(f"#### {wording.say('reporters_method_heading')}")
    for name in sorted(METHODS, key=lambda name: name != held.choice.method):
        st.markdown(wording.say(f"reporters_about_{name}"))
    alone = years.filter(pl.col("method") == held.choice.method)["time_period"].unique().sort()
    listed = ", ".join(alone) or wording.say("reporters_no_year")
    st.markdown(wording.say("reporters_about_limits", years=listed, **span(held)))


def help_words(name: str) -> str | None:
    """What a column holds, where its header does not say enough."""
    key = f"reporters_help_{name}"
    return wording.say(f"reporters_help_{name}") if key in wording.WORDS else None


def cautions(held: Held) -> list[str]:
    """What to beware of with the chosen reporter."""
    choice, names = held.choice, held.names
    area = names[choice.area]
    told = [wording.say("reporters_beware_concept")]
    for pair in load_contracts().same_source:
        if pair.theme == choice.theme and choice.area in pair.areas:
            other = next(code for code in pair.areas if code != choice.area)
            told.append(
                wording.say(
                    "reporters_beware_one_collection",
                    area=wording.in_sentence(area),
                    other=wording.in_sentence(names.get(other, other)),
                    since=wording.period(pair.since),
                )
            )
    if choice.theme == GOODS:
        told.extend(_basis(choice.area, area))
    told.append(wording.say("reporters_beware_aggregate"))
    return [*told, wording.say("reporters_beware_newer", last=span(held)["last"])]


def _basis(code: str, area: str) -> list[str]:
    """What is known, or suspected, of the freight in the reporter's import figures."""
    told = []
    for basis in load_parameters().valuation.importer_basis:
        if basis.area != code:
            continue
        said = {"area": wording.sentence(area), "evidence": basis.evidence}
        if basis.finding == "suspected":
            period = {"since": basis.since or "", "until": basis.until or ""}
            told.append(wording.say("reporters_beware_suspected", **said, **period))
        else:
            told.append(wording.say("reporters_beware_basis", **said))
    return told
