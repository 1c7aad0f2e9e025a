"""Accession simulator: does it pay to let an area join, for whom, and who loses?"""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from compact_app import queries, wording
from compact_app.app_pages import anatomy, scenario
from compact_app.app_pages.joining import telling
from compact_app.app_pages.joining.case import Case
from compact_app.app_pages.joining.model import ask_model, base_titles, show_model
from compact_app.app_pages.joining.selftest import show_checks
from compact_app.app_pages.joining.shares import show_shares
from compact_app.app_pages.joining.sharing import show_sharing
from compact_app.queries import Edition
from compact_pipelines.scenarios import simple_measures, simple_shares
from compact_pipelines.scenarios.inputs import ALL_GOODS

FIRST_CANDIDATES: Final = ("ARE",)
ALWAYS: Final = (
    "wits_trade_summary",
    "worldbank_gdp_population",
    "worldbank_agreements",
    "trade_policy_guide",
    "imf_cpis_totals",
    "us_treasury_slt",
)


def show(edition: Edition) -> None:
    """Draw the page."""
    known = {"candidates": scenario.names(edition), "base": base_titles(edition)}
    anatomy.codes_in_address(known, many=("candidates",))
    set_box, candidate_box, base_box = anatomy.choices([3, 4, 4])
    members = scenario.choose(edition, set_box)
    case = _case(edition, members, candidate_box, base_box)
    if why := case.refusal:
        scenario.refuse(telling.refused(case, why), wording.say("accession_refused_more"))
        return
    inputs = queries.scenario_inputs(edition)
    goods = simple_shares(inputs, case.members, case.candidates)
    measures = simple_measures(inputs, case.members, case.candidates)
    source_ids = _sources(edition, goods["time_period"])
    title_box, sentence_box = st.empty(), st.empty()
    title = telling.simple_title(case, measures, goods["areas_count"])
    title_box.title(title)
    sentence_box.markdown(telling.simple_sentence(case))
    show_shares(edition, case, measures, title, source_ids)
    answer = ask_model(edition, case)
    if answer:
        title_box.title(telling.model_title(case, answer))
        sentence_box.markdown(anatomy.escaped(telling.model_sentence(case, answer)))
        show_model(edition, case, answer, source_ids)
    show_sharing(edition, case, source_ids)
    show_checks(edition)
    st.markdown(f"#### {wording.say('accession_command')}")
    st.code(_command(case), language="bash")
    anatomy.beware(_cautions(edition, case, goods, answer))
    grade = anatomy.goods_grade(edition, ALL_GOODS, goods["time_period"], case.everybody)
    anatomy.source_line(edition, source_ids, goods["time_period"], grade)


def _case(edition: Edition, members: scenario.Members, candidate_box: DeltaGenerator, base_box: DeltaGenerator) -> Case:
    names, titles = scenario.names(edition), base_titles(edition)
    chosen = candidate_box.multiselect(
        wording.say("accession_candidates"),
        list(names),
        default=[area for area in FIRST_CANDIDATES if area not in members.areas],
        format_func=names.__getitem__,
        key="candidates",
        bind="query-params",
        placeholder=wording.say("accession_candidates_none"),
    )
    base = base_box.selectbox(
        wording.say("accession_base"), list(titles), format_func=titles.__getitem__, key="base", bind="query-params"
    )
    return Case(
        members=members.areas,
        candidates=tuple(sorted({*chosen} - {*members.areas})),
        already=tuple(sorted({*chosen} & {*members.areas})),
        base_id=base,
        names=names,
    )


def _sources(edition: Edition, year: str) -> list[str]:
    """Whose figures the page rests on, goods first."""
    tables = queries.scenario_inputs(edition).tables
    others = pl.concat([tables.people["source_id"], tables.statuses["source_id"]]).unique().sort()
    return list(dict.fromkeys([*queries.goods_sources(edition, year), *ALWAYS, *others]))


def _command(case: Case) -> str:
    """The command that prints the same figures."""
    members, candidates = ",".join(case.members), ",".join(case.candidates)
    if not candidates:
        return wording.say("accession_command_forms", members=members, base=case.base_id)
    return wording.say("accession_command_joins", members=members, candidates=candidates, base=case.base_id)


def _cautions(edition: Edition, case: Case, goods: Mapping[str, Any], answer: Mapping[str, Any] | None) -> list[str]:
    """What applies here: of the simple measures always, of the model where it has run."""
    year, count = goods["time_period"], goods["areas_count"]
    cautions = [wording.say("accession_beware_goods", year=year, count=count)]
    cautions += [wording.say(f"accession_beware_{about}") for about in ("people", "standards", "capital")]
    if case.already:
        areas = ", ".join(sorted(case.names[area] for area in case.already))
        cautions.append(wording.say("accession_beware_already", areas=areas))
    if not answer:
        return cautions
    left_out = {row["area"]: row["reason"] for row in answer["left_out"]}
    if left_out:
        cautions.append(wording.say("accession_beware_left_out", areas=telling.with_reasons(case, left_out)))
    if answer["cautions"]:
        areas = ", ".join(case.names[row["area"]] for row in answer["cautions"])
        share = wording.share(queries.scenario_inputs(edition).model.open_above)
        cautions.append(wording.say("accession_beware_open", areas=areas, share=share))
    return cautions + [wording.say(f"accession_beware_{about}") for about in ("average", "income", "checked")]
