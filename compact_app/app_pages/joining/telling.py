"""The sentences of *Accession simulator*, out of what is measured and what the model answers."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from compact_app import wording
from compact_app.app_pages.joining.case import Case
from compact_app.app_pages.joining.counted import both_ends, gains_together, modelled
from compact_pipelines import scenarios

NAMED: Final = 4  # members that are told by name
INSIDE: Final = ("member", "candidate")
UNIT: Final = "USD"
Row = Mapping[str, Any]


def listed(names: Sequence[str]) -> str:
    """Names in a sentence: Canada, Mexico and the United States."""
    told = [wording.in_sentence(name) for name in names]
    if len(told) == 1:
        return told[0]
    return wording.say("accession_and", first=", ".join(told[:-1]), last=told[-1])


def capital(text: str) -> str:
    """The same at the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def area_name(case: Case, area: str) -> str:
    """An area's name, or what the rest of the world is called."""
    return case.names.get(area) or wording.say("accession_rest")


def members_words(case: Case) -> str:
    """The members within a sentence: by name where they are few."""
    return _area_words(case, case.members, "accession_the_members")


def candidates_words(case: Case) -> str:
    """Those who join, likewise."""
    return _area_words(case, case.candidates, "accession_the_candidates")


def _area_words(case: Case, areas: Sequence[str], many: str) -> str:
    return wording.say(many, count=len(areas)) if len(areas) > NAMED else listed(sorted(case.names[a] for a in areas))


def refused(case: Case, why: str) -> str:
    """Why there is nothing to answer."""
    areas = ", ".join(sorted(case.names[area] for area in case.already))
    return wording.say(f"accession_refused_{why}", areas=areas)


def gained(row: Row) -> str:
    """A gain with its range; a row without draws has its point estimate alone."""
    if row["gain_median"] is None:
        return wording.gain(row["gain_percent"])
    value, low, high = (wording.gain(row[name]) for name in ("gain_median", "gain_p05", "gain_p95"))
    return value if low == high == value else wording.say("accession_range", value=value, low=low, high=high)


def simple_title(case: Case, measures: pl.DataFrame, areas_count: int) -> str:
    """The finding while nothing is modelled: of all goods trade where that is known, else of that with areas held.

    Args:
        case: the choice.
        measures: from `scenarios.simple_measures`.
        areas_count: areas whose trade with each other is held.
    """
    held = _measure(measures, "intra_share")
    row, trade = held, wording.say("accession_trade_held", count=areas_count)
    last = "after" if case.candidates else "before"
    if (whole := _measure(measures, "intra_share_of_totals"))[last] is not None and (
        whole["before"] is not None or held["before"] is None
    ):
        row, trade = whole, wording.say("accession_trade_whole")
    year = row["time_period"]
    if row[last] is None or (row["before"] is None and len(case.members) > 1):
        why = why_blank(case, row, last if row[last] is None else "before")
        return wording.say("accession_title_unknown", year=year, why=why)
    told = {"trade": trade, "year": year}
    if row["before"] is None or not case.candidates:
        members = capital(_area_words(case, case.everybody, "accession_the_members"))
        return wording.say("accession_title_alone", members=members, share=wording.share(row[last]), **told)
    shares = {moment: wording.share(row[moment]) for moment in ("before", "after")}
    return wording.say("accession_title_simple", candidates=candidates_words(case), **shares, **told)


def why_blank(case: Case, row: Row, moment: str) -> str | None:
    """Why a simple measure has no value before or after, with the areas that are the reason; None where it has."""
    if not (code := row[f"reason_{moment}"]):
        return None
    missing = row[f"missing_{moment}"]
    areas = _area_words(case, missing.split(","), "accession_the_areas") if missing else ""
    return wording.say(f"accession_blank_{code}", areas=areas)


def simple_sentence(case: Case) -> str:
    """What nothing but the model answers."""
    return wording.say("accession_sentence" if case.candidates else "accession_sentence_alone")


def size_words(case: Case, measures: pl.DataFrame) -> str:
    """The measure that does not grow with size, beside the one in the title that does."""
    row = _measure(measures, "introversion")
    before, after = (
        wording.say("accession_not_defined") if row[moment] is None else wording.asymmetry(row[moment])
        for moment in ("before", "after")
    )
    if not case.candidates:
        return wording.say("accession_simple_body_alone", before=before)
    return wording.say("accession_simple_body", before=before, after=after)


def _measure(measures: pl.DataFrame, name: str) -> Row:
    return measures.row(by_predicate=pl.col("measure") == name, named=True)


def model_title(case: Case, answer: Row) -> str:
    """The finding of the model: worth how much to whom, and whether a member loses."""
    if answer["reason"]:
        return _unanswered(case, answer)
    told = {
        "members": modelled(answer, case.members, members_words(case), "members"),
        "losers": _losers(case, answer),
        "year": answer["base"]["time_period"],
        "draws": wording.number(answer["parameters"]["draws_used"]),
    }
    joining = [row for row in answer["areas"] if row["role"] == "candidate"]
    asked = joining or [answer["whole"]]
    ending = ""
    if any(scenarios.is_open(row) for row in asked):
        ending = "_open"
        told |= {"agreements": agreements(answer), "other": wording.gain(asked[0]["gain_if_unknown_new"])}
    if not joining:
        return wording.say(f"accession_title_forms{ending}", gain=gained(answer["whole"]), **told)
    if len(joining) == 1:
        candidate = wording.in_sentence(case.names[joining[0]["area"]])
        return wording.say(f"accession_title_one{ending}", gain=gained(joining[0]), candidate=candidate, **told)
    if ending:
        return wording.say("accession_title_many_open", candidates=_open_candidates(case, joining), **told)
    candidates = modelled(answer, case.candidates, candidates_words(case), "candidates")
    return wording.say("accession_title_many", candidates=candidates, **both_ends(case, joining), **told)


def _unanswered(case: Case, answer: Row) -> str:
    """The finding where the model gives no gain, or zero for everybody."""
    if answer["reason"] == "nothing_changes":
        return wording.say("accession_title_nothing")
    if answer["reason"] == "agreement_unknown":
        return wording.say("accession_title_unverified", agreements=agreements(answer))
    left_out = [row["area"] for row in answer["left_out"]]
    areas = listed(sorted(case.names[area] for area in left_out)) if left_out else members_words(case)
    return wording.say("accession_title_no_model", areas=areas, why=_why(answer))


def _why(answer: Row) -> str:
    """The one reason of those left out where they share it; else the answer's own."""
    reasons = {row["reason"] for row in answer["left_out"]}
    return reason(reasons.pop() if len(reasons) == 1 else answer["reason"])


def reason(code: str) -> str:
    """Why the model has no figure, in words."""
    return wording.say(f"accession_reason_{code}")


def agreements(answer: Row) -> str:
    """How many of the pairs asked about could not be verified, as what a finding depends on."""
    count = len(answer["pairs_unknown"])
    return wording.say("accession_agreements_one" if count == 1 else "accession_agreements_many", count=count)


def _open_candidates(case: Case, joining: Sequence[Row]) -> str:
    names = sorted(case.names[row["area"]] for row in joining if scenarios.is_open(row))
    return listed(names) if len(names) <= NAMED else wording.say("accession_the_candidates", count=len(names))


def _losers(case: Case, answer: Row) -> str:
    """Whether a member loses, and who does in most draws; of whom it depends on unverified agreements."""
    members = [row for row in answer["areas"] if row["role"] == "member"]
    open_ = sorted(case.names[row["area"]] for row in members if scenarios.is_open(row))
    if not open_:
        return _sure_losers(case, answer, members)
    told = {"agreements": agreements(answer), "count": len(open_)}
    names = listed(open_) if len(open_) <= NAMED else ""
    depends = wording.say("accession_open_names" if names else "accession_open_count", names=names, **told)
    if not any(row["gain_median"] < 0 and not scenarios.is_open(row) for row in members):
        return depends
    return wording.say("accession_open_beside", losers=_sure_losers(case, answer, members), open=depends)


def _sure_losers(case: Case, answer: Row, members: Sequence[Row]) -> str:
    share = answer["lowest_member"]["share_above_zero"]
    if share == 1:
        return wording.say("accession_losers_none")
    losing = [row["area"] for row in members if row["gain_median"] < 0 and not scenarios.is_open(row)]
    if len(losing) > NAMED:
        return wording.say("accession_losers_many", count=len(losing))
    if losing:
        names = listed(sorted(case.names[area] for area in losing))
        return wording.say("accession_losers_one" if len(losing) == 1 else "accession_losers_named", names=names)
    return wording.say("accession_losers_some", share=wording.share(1 - share))


def model_sentence(case: Case, answer: Row) -> str:
    """Who has the least, what it is worth together, and who loses outside."""
    if answer["reason"]:
        told = {"nothing_changes": "accession_told_nothing", "agreement_unknown": "accession_told_only_unverified"}
        return wording.say(told.get(answer["reason"], "accession_told_no_model"))
    lowest, whole = answer["lowest_member"], answer["whole"]
    together = wording.interval(whole["gain_usd"], whole["gain_usd_p05"], whole["gain_usd_p95"], UNIT)
    outside = [row for row in answer["areas"] if row["role"] in {"outside", "rest"}]
    losing = [row for row in outside if row["gain_median"] < 0 and not scenarios.is_open(row)]
    parts = []
    if not any(scenarios.is_open(row) for row in answer["areas"] if row["role"] == "member"):
        name, share = wording.in_sentence(area_name(case, lowest["area"])), wording.share(lowest["share_above_zero"])
        parts.append(wording.say("accession_told_least", name=name, range=gained(lowest), share=share))
    if scenarios.is_open(whole):
        parts.append(wording.say("accession_told_whole_open", agreements=agreements(answer)))
    else:
        parts.append(gains_together(case, answer, together))
    if losing:
        most = min(losing, key=lambda row: (row["gain_median"], row["area"]))
        name = wording.in_sentence(area_name(case, most["area"]))
        counted = {"count": len(losing), "all": len(outside), "name": name, "range": gained(most)}
        parts.append(wording.say("accession_told_outside", **counted))
    elif outside:
        parts.append(wording.say("accession_told_outside_none", all=len(outside)))
    if count := sum(scenarios.is_open(row) for row in outside):
        depends = {"count": count, "all": len(outside), "agreements": agreements(answer)}
        parts.append(wording.say("accession_told_outside_open", **depends))
    if count := len(answer["pairs_unknown"]):
        parts.append(wording.say(f"accession_told_pairs_{'one' if count == 1 else 'many'}", count=count))
    return " ".join([*parts, wording.say("accession_told_ranges")])


def parameters(answer: Row) -> list[str]:
    """Base year, effect, elasticity, draws, and what is left out: what no answer stands without."""
    base, told = answer["base"], answer["parameters"]
    omissions = "; ".join(omission["text"][wording.LANGUAGE] for omission in answer["omissions"])
    return [
        wording.say(
            "accession_told_base",
            year=base["time_period"],
            title=base["title"][wording.LANGUAGE],
            areas=base["areas_count"],
            note=base["note"],
            citation=base["citation"],
        ),
        wording.say(
            "accession_told_beta",
            beta=wording.asymmetry(told["beta"]),
            error=wording.asymmetry(told["beta_se"]),
            percent=wording.share(math.exp(told["beta"]) - 1),
            sample=told["beta_sample"],
            citation=told["beta_citation"],
        ),
        wording.say(
            "accession_told_sigma",
            sigma=f"{told['sigma']:g}",
            low=f"{told['sigma_low']:g}",
            high=f"{told['sigma_high']:g}",
            citation=told["sigma_citation"],
        ),
        wording.say(
            "accession_told_draws",
            draws=wording.number(told["draws"]),
            seed=told["seed"],
            failed=wording.number(told["draws_failed"]),
        ),
        wording.say("accession_told_omits", omissions=omissions),
    ]


def with_reasons(case: Case, reasons: Mapping[str, str]) -> str:
    """Areas that are not in the model, each with why."""
    return "; ".join(
        wording.say("accession_left_out", area=case.names[area], why=reason(why)) for area, why in reasons.items()
    )
