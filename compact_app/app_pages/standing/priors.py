"""What is stated where no panel measures: of areas without an estimate of their own, and of themes without a panel."""

import math
from collections.abc import Iterator
from typing import Any, Final

import polars as pl
import streamlit as st

from compact_app import charts, queries, wording
from compact_app import theme as theming
from compact_app.app_pages import anatomy
from compact_app.app_pages.standing import measures
from compact_app.app_pages.standing.measures import GOODS, Choice, Held
from compact_app.queries import Edition
from compact_pipelines.analytics.mirror.error_sizes import prior_sigma
from compact_pipelines.contracts.parameters import Prior, load_parameters
from compact_pipelines.errors import ContractError

YEARLY: Final = "A"
FLOW: Final = "F"
PANEL: Final = "panel"
COLUMNS: Final = ("subject_name", "freq", "sigma", "factor", "evidence", "citation", "derivation", "note")


def reason_words(row: dict[str, Any]) -> str:
    """Why an area has no estimate of its own."""
    return wording.say(
        f"reporters_reason_{row['reason']}",
        partners=row["partners_count"],
        needed=load_parameters().reliability.min_partners,
    )


def stated_for(held: Held) -> tuple[float, str]:
    """Sigma of who has no estimate in the role, and where it comes from in words.

    Raises:
        ContractError: none is stated for the theme, which no edition can be built without.
    """
    choice = held.choice
    prior = load_parameters().reliability.prior(choice.theme, "", FLOW, YEARLY)
    if prior is None:
        raise ContractError(f"schemas/reliability.yaml: no prior for {choice.theme}, by year; state one")
    own = measures.own_sigmas(held.rows, choice.role, choice.default)
    key = "reporters_prior_panel" if prior.kind == PANEL and len(own) else "reporters_prior_stated"
    words = wording.say(
        key, stated=wording.asymmetry(prior.sigma), citation=prior.citation, derivation=prior.derivation
    )
    return prior_sigma(prior, own), words


def list_silent(held: Held, without: pl.DataFrame) -> None:
    """Areas without an estimate of their own, each with its reason, and what they get instead."""
    if without.is_empty():
        return
    st.markdown(f"**{wording.say('reporters_without', role=held.choice.role_words())}**")
    lines = [
        wording.say("reporters_without_line", area=anatomy.escaped(row["name"]), reason=reason_words(row))
        for row in without.iter_rows(named=True)
    ]
    st.markdown("\n".join(f"- {line}" for line in lines))
    sigma, kind = stated_for(held)
    words = wording.say(
        "reporters_without_prior", sigma=wording.asymmetry(sigma), factor=wording.factor(sigma), kind=kind
    )
    st.markdown(anatomy.escaped(words))


def show(edition: Edition, theme: str) -> None:
    """The page of a theme without a panel: what is stated for each kind of report, and from what."""
    stated = _stated(edition, theme)
    low, high = min(stated["sigma"]), max(stated["sigma"])
    title, lead = unranked(theme, queries.reporter_rows(edition, theme), (wording.factor(low), wording.factor(high)))
    st.title(title)
    said = wording.say("reporters_none_sentence", low=wording.asymmetry(low), high=wording.asymmetry(high))
    st.markdown(f"{lead} {said}")
    st.markdown(f"#### {wording.say('reporters_none_picture')}")
    bars = pl.DataFrame([*_bars(stated), *_goods(edition)])
    anatomy.draw(st, charts.stated_spreads(bars, theming.THEME_COLOURS[theme], theming.ink()), alt=title)
    st.markdown(f"#### {wording.say('reporters_none_where')}")
    for row in stated.unique("derivation", maintain_order=True).iter_rows(named=True):
        _tell(row, stated.filter(pl.col("derivation") == row["derivation"]))
    st.markdown(f"#### {wording.say('numbers')}")
    table = stated.select(COLUMNS)
    st.dataframe(table, hide_index=True, placeholder=wording.BLANK, column_config=_columns())
    sources = queries.reporter_sources(edition, theme, None)
    anatomy.download_row(edition, table, f"reporters-stated-{theme}", sources)
    anatomy.beware([wording.say("reporters_none_beware")])
    anatomy.source_line(edition, sources, _reach(edition, sources))


def unranked(theme: str, rows: pl.DataFrame, factors: tuple[str, str]) -> tuple[str, str]:
    """The title and the first sentence of a theme whose reporters are not ranked: no second report, or too few.

    Args:
        theme: the theme.
        rows: as `queries.reporter_rows` has them.
        factors: within which a report is taken to be, the least and the greatest, in words.
    """
    low, high = factors
    said = {"theme": wording.theme_name(theme), "low": low, "high": high}
    count, mirrors = rows["area"].n_unique(), int(rows["mirrors_count"].max() or 0)  # type: ignore[arg-type]
    if not mirrors:
        return wording.say("reporters_none_title", **said), wording.say("reporters_none_lead", count=count)
    of_senders = rows.filter(pl.col("method") == measures.AGGREGATES[0], pl.col("role") == measures.ROLES[0])
    pairs = wording.number(int(of_senders["mirrors_count"].sum()))
    return wording.say("reporters_few_title", **said), wording.say("reporters_few_lead", count=count, mirrors=pairs)


def _stated(edition: Edition, theme: str) -> pl.DataFrame:
    """What is stated for each kind of report that is held: (kinds, COLUMNS), in the order of their names."""
    held = queries.reporter_subjects(edition, theme)
    reliability = load_parameters().reliability
    rows = []
    for subject, stock_flow, freq in held.select("subject", "stock_flow", "freq").iter_rows():
        prior = reliability.prior(theme, subject, stock_flow, freq)
        if prior is not None:
            rows.append(_row(prior, wording.subject_name(theme, f"{subject}/{stock_flow}"), freq))
    frame = pl.DataFrame(rows)
    same = [name for name in frame.columns if name != "freq"]
    return frame.group_by(same, maintain_order=True).agg(pl.col("freq").str.join(", ")).sort("subject_name")


def _row(prior: Prior, name: str, freq: str) -> dict[str, Any]:
    sigma = math.hypot(prior.sigma, prior.added_sigma)
    return {
        "subject_name": name,
        "freq": wording.FREQ_WORDS[freq],
        "sigma": sigma,
        "factor": math.exp(sigma),
        **{field: getattr(prior, field) for field in ("evidence", "citation", "derivation", "note")},
    }


def _bars(stated: pl.DataFrame) -> Iterator[dict[str, Any]]:
    for name, sigma in stated.select("subject_name", "sigma").unique(maintain_order=True).iter_rows():
        yield _bar(name, sigma, is_stated=True)


def _goods(edition: Edition) -> Iterator[dict[str, Any]]:
    """What is measured for goods, to compare with: the median reporter in each role."""
    rows = queries.reporter_rows(edition, GOODS)
    for role in measures.ROLES:
        middle = measures.own_sigmas(rows, role, load_parameters().valuation.default).median()
        if isinstance(middle, float):
            choice = Choice(GOODS, role, "", "", "", "")
            yield _bar(wording.say("reporters_none_goods", role=choice.role_words()), middle, is_stated=False)


def _bar(name: str, sigma: float, *, is_stated: bool) -> dict[str, Any]:
    shown, factor = wording.asymmetry(sigma), wording.factor(sigma)
    tip = wording.say("reporters_none_tip", sigma=shown, factor=factor)
    return {"name": name, "sigma": sigma, "shown": shown, "tip": tip, "is_stated": is_stated}


def _tell(row: dict[str, Any], kinds: pl.DataFrame) -> None:
    names = "; ".join(kinds["subject_name"].unique(maintain_order=True))
    head = wording.say(
        "reporters_none_line",
        names=anatomy.escaped(names),
        sigma=wording.asymmetry(row["sigma"]),
        factor=wording.factor(row["sigma"]),
        evidence=anatomy.escaped(row["evidence"]),
    )
    told = " ".join([f"{row['citation'].rstrip('.')}.", row["derivation"], row["note"]])
    st.markdown(f"{head}\n\n{anatomy.escaped(told)}")


def _columns() -> dict[str, Any]:
    number = st.column_config.NumberColumn
    words = {name: wording.say(f"reporters_column_{name}") for name in COLUMNS}
    return {
        **words,
        "sigma": number(words["sigma"], format="%.3f"),
        "factor": number(words["factor"], format="%.2f", help=wording.say("reporters_help_factor")),
    }


def _reach(edition: Edition, sources: list[str]) -> str:
    """The last period that any of the sources reaches."""
    reached = queries.sources(edition).filter(pl.col("source_id").is_in(sources))["last_period"].drop_nulls()
    return str(reached.max()) if len(reached) else ""
