"""What a reader of *Whose number?* has chosen, and the rows that answer it under the freight rule that was taken."""

from dataclasses import dataclass
from typing import Any, Final

import polars as pl
import streamlit as st

from compact_app import queries, wording
from compact_app.app_pages import anatomy
from compact_app.queries import Edition, Flow
from compact_pipelines.analytics.mirror.sensitivity import revalue, revalue_steps
from compact_pipelines.contracts.parameters import load_parameters

THEMES: Final = ("compute_exports", "capital_flows", "talent_movement")
GOODS: Final = "compute_exports"
FIRST_PAIR: Final = ("USA", "CAN")
LATEST: Final = ""  # the period that a reader gets who has chosen none
EXAMPLES: Final = 4


@dataclass(frozen=True)
class Names:
    """The two areas as a reader calls them."""

    from_: str
    to: str

    def of(self, side: str) -> str:
        """The area on one side."""
        return self.from_ if side == "from" else self.to


@dataclass(frozen=True)
class Asked:
    """One flow as the page tells it.

    Attributes:
        flow: what flows between whom.
        names: of both areas.
        rule: the freight rule, a row of out_valuation_rules; None where nothing carries freight.
        default: the edition's own rule, likewise.
        flows: (periods, columns of out_mirror_flows) under the rule, oldest first.
        steps: (periods * steps, columns of out_mirror_gaps) under the rule.
        published: the flows as the edition has them.
        chosen: the row of the period that the page tells.
    """

    flow: Flow
    names: Names
    rule: dict[str, Any] | None
    default: dict[str, Any] | None
    flows: pl.DataFrame
    steps: pl.DataFrame
    published: pl.DataFrame
    chosen: dict[str, Any]

    @property
    def unit(self) -> str:
        """The unit of both reports."""
        return str(self.chosen["unit_measure"])

    @property
    def period_steps(self) -> pl.DataFrame:
        """The steps of the period that the page tells."""
        return self.steps.filter(pl.col("time_period") == self.chosen["time_period"])

    @property
    def own_row(self) -> dict[str, Any]:
        """The period that the page tells, as the edition has it."""
        period = pl.col("time_period") == self.chosen["time_period"]
        return self.published.filter(period).row(0, named=True)

    @property
    def prior(self) -> tuple[str, str]:
        """What stands in where a reporter's error is not measured, panel or stated, and where it comes from."""
        flow = self.flow
        prior = load_parameters().reliability.prior(flow.theme, flow.subject, flow.stock_flow, flow.freq)
        return (prior.kind, prior.citation) if prior else ("stated", "")

    def role(self, side: str) -> str:
        """In which role the area of a side reports."""
        return wording.ROLE_WORDS[self.flow.theme, side]


def choose(edition: Edition) -> tuple[Flow, Names, Asked | None]:
    """The choices in one row, kept in the URL, and what they ask for; no rows where nothing is held."""
    areas = dict(queries.membership(edition).select("area", "name").iter_rows())
    boxes = anatomy.choices([4, 6, 5, 5, 4, 5, 5])
    anatomy.areas_in_address(areas, ("from_area", "to_area"))
    flow, names = _choose_flow(edition, areas, boxes)
    if flow.from_area == flow.to_area:
        return flow, names, None
    published = queries.pair_flows(edition, flow)
    rule, default = _choose_rule(edition, flow, boxes[6])
    if published.is_empty():
        return flow, names, None
    period = _choose_period(published, boxes[5])
    flows, steps = published, queries.pair_steps(edition, flow)
    if rule and default and rule["valuation_rule"] != default["valuation_rule"]:
        switch = queries.freight_switch(edition, flow.from_area, flow.to_area, rule["valuation_rule"])
        flows = revalue(published, switch)
        steps = revalue_steps(steps, published, flows, switch)
    chosen = latest(flows) if period == LATEST else flows.filter(pl.col("time_period") == period).row(0, named=True)
    return flow, names, Asked(flow, names, rule, default, flows, steps, published, chosen)


def latest(flows: pl.DataFrame) -> dict[str, Any]:
    """The latest period that both sides report, or the latest of all."""
    both = flows.filter(pl.col("asymmetry").is_not_null())
    return (flows if both.is_empty() else both).row(-1, named=True)


def _choose_flow(edition: Edition, names: dict[str, str], boxes: list[Any]) -> tuple[Flow, Names]:
    theme = boxes[0].selectbox(
        wording.say("pair_theme"), THEMES, format_func=wording.theme_name, key="theme", bind="query-params"
    )
    subjects = queries.pair_subjects(edition, theme)
    keys = list(dict.fromkeys(subjects.select("subject", "stock_flow").iter_rows()))
    kinds = {kind for _, kind in keys}
    words = {
        f"{subject}/{kind}": wording.subject_name(theme, subject if len(kinds) == 1 else f"{subject}/{kind}")
        for subject, kind in keys
    }
    subject = boxes[1].selectbox(
        wording.say("pair_subject"), list(words), format_func=words.__getitem__, key="subject", bind="query-params"
    )
    start, end = (
        box.selectbox(
            wording.say(f"pair_{side}"),
            list(names),
            index=list(names).index(first),
            format_func=names.__getitem__,
            key=f"{side}_area",
            bind="query-params",
        )
        for box, side, first in zip(boxes[2:4], ("from", "to"), FIRST_PAIR, strict=True)
    )
    code, _, stock_flow = subject.partition("/")
    held = subjects.filter((pl.col("subject") == code) & (pl.col("stock_flow") == stock_flow))
    freq = boxes[4].selectbox(
        wording.say("pair_freq"),
        held["freq"].unique().sort().to_list(),
        format_func=wording.FREQ_WORDS.__getitem__,
        key="freq",
        bind="query-params",
    )
    return Flow(theme, code, stock_flow, freq, start, end), Names(names[start], names[end])


def _choose_rule(edition: Edition, flow: Flow, box: Any) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """The freight rule and the edition's own; none where nothing carries freight."""
    if flow.theme != GOODS:
        return None, None
    rules = {row["valuation_rule"]: row for row in queries.freight_rules(edition).iter_rows(named=True)}
    titles = {rule: row["title"] for rule, row in rules.items()}
    chosen = box.selectbox(
        wording.say("pair_rule"),
        list(rules),
        format_func=titles.__getitem__,
        key="valuation_rule",
        bind="query-params",
        help=wording.say("pair_rule_help"),
    )
    return rules[chosen], next(iter(rules.values()))


def _choose_period(flows: pl.DataFrame, box: Any) -> str:
    periods = [LATEST, *reversed(flows["time_period"].to_list())]
    words = {period: wording.period(period) if period else wording.say("pair_period_latest") for period in periods}
    return str(
        box.selectbox(
            wording.say("pair_period"), periods, format_func=words.__getitem__, key="period", bind="query-params"
        )
    )


def no_rows(edition: Edition, flow: Flow, names: Names) -> None:
    """Nothing is held of this flow: say what each side does tell, and what to choose instead."""
    held = queries.pair_partners(edition, flow.theme, flow.subject, flow.stock_flow)
    st.title(wording.say("pair_title_none", from_=wording.in_sentence(names.from_), to=wording.in_sentence(names.to)))
    lines = []
    for side, area in (("from", flow.from_area), ("to", flow.to_area)):
        told = held.filter((pl.col(f"{side}_area") == area) & (pl.col(f"told_by_{side}") > 0)).height
        key = "pair_none_told" if told else "pair_none_silent"
        name = wording.sentence(names.of(side))
        lines.append(wording.say(key, area=name, role=wording.ROLE_WORDS[flow.theme, side], count=told))
    st.markdown("\n".join(f"- {anatomy.escaped(line)}" for line in lines))
    st.markdown(wording.say("pair_none_hint", count=held.height, examples=_examples(edition, held)))


def _examples(edition: Edition, held: pl.DataFrame) -> str:
    """A few pairs that are held, the largest coverage first, in words."""
    names = dict(queries.membership(edition).select("area", "name").iter_rows())
    best = held.sort("periods_both", "last_period", "from_area", "to_area", descending=[True, True, False, False])
    pairs = best.select("from_area", "to_area").head(EXAMPLES).iter_rows()
    return ", ".join(wording.say("pair_example", from_=names[start], to=names[end]) for start, end in pairs)
