"""What *Whose number?* asks: which flows are held, both reports of one, and what their reconciled value rests on."""

from dataclasses import asdict, dataclass

import polars as pl
import streamlit as st

from compact_app.queries.edition import KEPT_ANSWERS, Edition, ask
from compact_pipelines.analytics.mirror.sensitivity import Switch
from compact_pipelines.contracts.parameters import load_parameters

_FLOW = (
    "theme = $theme AND subject = $subject AND stock_flow = $stock_flow AND freq = $freq "
    "AND from_area = $from_area AND to_area = $to_area"
)


@dataclass(frozen=True)
class Flow:
    """One flow in all its periods: what a reader of *Whose number?* has chosen."""

    theme: str
    subject: str
    stock_flow: str
    freq: str
    from_area: str
    to_area: str


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def pair_subjects(edition: Edition, theme: str) -> pl.DataFrame:
    """What can be asked of a theme: (subjects, [subject, stock_flow, freq, unit_measure, pairs])."""
    return ask(
        edition,
        """
        SELECT subject, stock_flow, freq, unit_measure, count(DISTINCT (from_area, to_area)) AS pairs
        FROM out_mirror_flows WHERE theme = $theme GROUP BY theme, subject, stock_flow, freq, unit_measure
        ORDER BY ends_with(subject, '_SPE'), pairs DESC, subject, stock_flow DESC, freq
        """,
        theme=theme,
    )


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def pair_partners(edition: Edition, theme: str, subject: str, stock_flow: str) -> pl.DataFrame:
    """Pairs of which anything is held: ([from_area, to_area, periods_both, last_period, told_by_from, told_by_to])."""
    return ask(
        edition,
        """
        SELECT from_area, to_area, count(asymmetry) AS periods_both, max(time_period) AS last_period,
               count(reported_by_from) AS told_by_from, count(reported_by_to) AS told_by_to
        FROM out_mirror_flows WHERE theme = $theme AND subject = $subject AND stock_flow = $stock_flow
          AND from_area IN (SELECT area FROM membership) AND to_area IN (SELECT area FROM membership)
        GROUP BY ALL
        """,
        theme=theme,
        subject=subject,
        stock_flow=stock_flow,
    )


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def pair_flows(edition: Edition, flow: Flow) -> pl.DataFrame:
    """Both reports of one flow: (periods, columns of out_mirror_flows), oldest first."""
    return ask(
        edition,
        f"SELECT * FROM out_mirror_flows WHERE {_FLOW} ORDER BY time_period",  # noqa: S608  (our own words)
        **asdict(flow),
    )


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def pair_steps(edition: Edition, flow: Flow) -> pl.DataFrame:
    """What leads from one report to the other: (periods with both * steps, columns of out_mirror_gaps), in order."""
    return ask(
        edition,
        f"SELECT * FROM out_mirror_gaps WHERE {_FLOW} ORDER BY time_period, place",  # noqa: S608  (our own words)
        **asdict(flow),
    )


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def freight_rules(edition: Edition) -> pl.DataFrame:
    """(rules, [valuation_rule, title, kind, is_default, freight_share, citation]), the edition's own rule first."""
    return ask(
        edition,
        """
        SELECT valuation_rule, title, kind, is_default, freight_share, citation FROM out_valuation_rules
        ORDER BY is_default DESC, freight_share NULLS LAST, valuation_rule
        """,
    )


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def freight_switch(edition: Edition, from_area: str, to_area: str, rule: str) -> Switch:
    """All that reconciling one pair under another freight rule needs."""
    rules = freight_rules(edition)
    chosen = rules.filter(pl.col("valuation_rule") == rule).row(0, named=True)
    share = chosen["freight_share"]
    if chosen["kind"] == "fitted":
        fitted = ask(
            edition,
            """
            SELECT freight_share FROM out_freight_shares
            WHERE valuation_rule = $rule AND from_area = $from_area AND to_area = $to_area
            """,
            rule=rule,
            from_area=from_area,
            to_area=to_area,
        )
        share = None if fitted.is_empty() else fitted["freight_share"][0]
    default = rules["valuation_rule"][0]
    columns = {"from_area": pl.String, "to_area": pl.String, "freight_share": pl.Float64}
    return Switch(
        rule=rule,
        default=default,
        shares=pl.DataFrame([(from_area, to_area, share)], schema=columns, orient="row"),
        sigmas=_own_sigmas(edition),
        limits=load_parameters().reliability.grade_limits,
    )


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def _own_sigmas(edition: Edition) -> pl.DataFrame:
    """What the panel of goods tells of each reporter: ([area, role, valuation_rule, sigma, partners_count, ...])."""
    return ask(
        edition,
        """
        SELECT area, role, valuation_rule, sigma, sigma_low, sigma_high, partners_count, time_period
        FROM out_reporter_reliability
        WHERE theme = 'compute_exports' AND method = 'expected_distance' AND sigma_kind = 'panel'
          AND contains(time_period, '/')
        """,
    )


def reporter_sigma(edition: Edition, area: str, role: str, rule: str) -> dict[str, object] | None:
    """One reporter of goods in one role under one rule; None where the panel says nothing of it."""
    own = _own_sigmas(edition).filter(area=area, role=role, valuation_rule=rule)
    return None if own.is_empty() else own.row(0, named=True)


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def pair_studies(edition: Edition, area: str, other: str) -> pl.DataFrame:
    """What published studies found of two areas, in either direction: (figures, columns of reconciliation_studies)."""
    return ask(
        edition,
        """
        SELECT * FROM reconciliation_studies
        WHERE (area_1 = $area AND area_2 = $other) OR (area_1 = $other AND area_2 = $area)
        ORDER BY study, time_period, id
        """,
        area=area,
        other=other,
    )


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def pair_totals(edition: Edition, flow: Flow, period: str) -> pl.DataFrame:
    """What is left of each end's published total: (at most 1 a side, columns of out_total_residuals), sender first.

    Of several published totals the one counts whose source speaks for that end here, then the one that says most.
    """
    return ask(
        edition,
        """
        SELECT r.* FROM out_total_residuals r
        LEFT JOIN out_mirror_flows f
          ON f.theme = r.theme AND f.subject = r.subject AND f.stock_flow = r.stock_flow AND f.freq = r.freq
         AND f.time_period = r.time_period AND f.unit_measure = r.unit_measure
         AND f.from_area = $from_area AND f.to_area = $to_area
        WHERE r.theme = $theme AND r.subject = $subject AND r.stock_flow = $stock_flow AND r.freq = $freq
          AND r.time_period = $period
          AND ((r.area = $from_area AND r.role = 'from') OR (r.area = $to_area AND r.role = 'to'))
        QUALIFY row_number() OVER (PARTITION BY r.role ORDER BY
          r.source_id IS DISTINCT FROM CASE r.role WHEN 'from' THEN f.source_from ELSE f.source_to END,
          r.partners_count DESC, r.source_id) = 1
        ORDER BY r.role
        """,
        period=period,
        **asdict(flow),
    )
