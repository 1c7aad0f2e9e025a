"""What to beware of on *Whose number?*, and what the freight rule does or does not do to this pair."""

import polars as pl

from compact_app import wording
from compact_app.app_pages.pair import telling
from compact_app.app_pages.pair.asked import GOODS, Asked
from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.parameters import load_parameters


def freight(asked: Asked) -> list[str]:
    """What the freight rule takes off here, and why it takes nothing off where it does not; goods only."""
    if asked.rule is None or asked.default is None:
        return []
    is_cif = pl.col("cif_fob_ratio").is_not_null()
    here = asked.own_row["cif_fob_ratio"] is not None
    to = wording.in_sentence(asked.names.to)
    said = []
    if here:
        ratio = asked.chosen["cif_fob_ratio"]
        key = "unknown" if ratio is None else "zero" if ratio == 1 else "taken"
        share = "" if ratio is None else wording.share(ratio - 1)
        said.append(wording.say(f"pair_freight_{key}", rule=asked.rule["title"], to=to, share=share))
    elif elsewhere := asked.published.filter(is_cif).height:
        period = wording.period(asked.chosen["time_period"])
        said.append(wording.say("pair_freight_elsewhere", period=period, count=elsewhere))
    else:
        said.append(wording.say("pair_freight_never", why=_why_never(asked, to)))
    if asked.rule["valuation_rule"] != asked.default["valuation_rule"]:
        before = telling.spread(asked, asked.own_row)
        if before:
            said.append(
                wording.say(
                    "pair_freight_other",
                    default=asked.default["title"],
                    period=wording.period(asked.chosen["time_period"]),
                    reconciled=wording.say("pair_chart_range_of", **before),
                )
            )
    return said


def _why_never(asked: Asked, to: str) -> str:
    """Why no figure of arrival holds freight that could be taken off."""
    told = asked.published.filter(pl.col("reported_by_to").is_not_null())
    if told.is_empty():
        return wording.say("pair_freight_no_import", to=to)
    codes = told["valuation_to"].unique(maintain_order=True).to_list()
    stated = [wording.code_name("valuation", code).lower() for code in codes if code and code != "CIF"]
    valuation = wording.say("pair_gap_and").join(stated)
    said = []
    if stated:
        key = "pair_freight_also" if None in codes else "pair_freight_valued"
        said.append(wording.say(key, to=to, valuation=valuation))
    elif None in codes:
        said.append(wording.say("pair_freight_not_stated", to=to))
    if "CIF" in codes:
        said.append(wording.say("pair_freight_free"))
    return "; ".join(said)


def cautions(asked: Asked) -> list[str]:
    """What applies to this pair, and only that."""
    flow, flows = asked.flow, asked.flows
    said = []
    if flow.subject.endswith("_SPE"):
        said.append(wording.say("pair_spe"))
    if asked.chosen["is_hub_pair"]:
        said.append(_hub(asked))
    if flows["same_source"].any():
        pairs = (
            pair
            for pair in load_contracts().same_source
            if pair.theme == flow.theme and set(pair.areas) == {flow.from_area, flow.to_area}
        )
        said += [wording.say("pair_same_source", reason=pair.reason) for pair in pairs]
    said += _suspected(asked)
    breaks = flows.filter((pl.col("obs_status_from") == "B") | (pl.col("obs_status_to") == "B"))
    if not breaks.is_empty():
        said.append(wording.say("pair_break", periods=", ".join(breaks["time_period"])))
    if flows["imputed_mirror"].any():
        said.append(wording.say("pair_imputed"))
    if "incomplete_year" in {*flows["missing_from"], *flows["missing_to"]}:
        said.append(wording.say("pair_coverage"))
    if flow.theme == GOODS and "MEX" in {flow.from_area, flow.to_area}:
        said.append(wording.say("pair_mexico"))
    return said


def _hub(asked: Asked) -> str:
    hubs = load_parameters().hubs
    ends = {asked.flow.from_area: asked.names.from_, asked.flow.to_area: asked.names.to}
    named = [name for area, name in ends.items() if area in hubs.areas]
    return wording.say("pair_hub", hubs=wording.say("pair_gap_and").join(named), citation=hubs.citation)


def _suspected(asked: Asked) -> list[str]:
    """Importers whose CIF figure may hold no freight: told, and changes no number."""
    heard = asked.published.filter(pl.col("cif_fob_ratio").is_not_null())
    said = []
    for basis in load_parameters().valuation.importer_basis:
        if basis.finding != "suspected" or basis.area != asked.flow.to_area:
            continue
        since, until = basis.since or "", basis.until or "9999"
        within = (pl.col("source_to") == basis.source) & pl.col("time_period").str.head(4).is_between(since, until)
        if heard.filter(within).height:
            name = wording.in_sentence(asked.names.to)
            said.append(
                wording.say("pair_suspected", area=name, since=basis.since, until=basis.until, evidence=basis.evidence)
            )
    return said
