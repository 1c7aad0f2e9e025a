"""The finding of *Whose number?* in words: the title, and the sentences under it."""

from typing import Any

import polars as pl

from compact_app import wording
from compact_app.app_pages.pair.asked import Asked, Names
from compact_app.queries import Flow

TALENT = "talent_movement"


def finding(flow: Flow, chosen: dict[str, Any], names: Names) -> str:
    """The title: how far the two reports are apart, or who reports alone."""
    period, unit = wording.period(chosen["time_period"]), chosen["unit_measure"]
    sent, received = chosen["reported_by_from"], chosen["reported_by_to"]
    from_, to = wording.in_sentence(names.from_), wording.sentence(names.to)
    if sent is None or received is None:
        value = wording.figure(received if sent is None else sent, unit)
        if flow.theme == TALENT and sent is None:
            into = wording.in_sentence(names.to)
            return wording.say("pair_title_talent", value=value, from_=from_, to=into, period=period)
        who = wording.in_sentence(names.from_ if received is None else names.to)
        return wording.say("pair_title_one", who=who, value=value, period=period)
    if chosen["imputed_mirror"]:
        return wording.say("pair_title_copy", period=period)
    if sent == received:
        return wording.say("pair_title_equal", to=to, from_=from_, period=period)
    if sent == 0:
        return wording.say("pair_title_zero", to=to, from_=from_, value=wording.figure(received, unit), period=period)
    size, direction = wording.gap(float(sent), float(received))
    says = wording.THEME_WORDS[flow.theme][1]
    return wording.say("pair_title_gap", to=to, from_=from_, says=says, gap=size, direction=direction, period=period)


def sentences(asked: Asked) -> str:
    """The reconciled value with its range, both figures, and what the comparison is worth."""
    chosen = asked.chosen
    said = _one_side(asked) if None in (chosen["reported_by_from"], chosen["reported_by_to"]) else _both_sides(asked)
    reason = chosen["reconciled_reason"]
    if reason not in (None, "one_report", "one_collection"):
        high = wording.figure(chosen["high"], asked.unit, wording.SIGNIFICANT_OF_RANGE)
        said.append(wording.REASON_WORDS[reason].format(high=high))
    compared = asked.flows.filter(pl.col("asymmetry").is_not_null())["time_period"].to_list()
    newest = asked.flows["time_period"][-1]
    if compared and compared[-1] == chosen["time_period"] < newest:
        said.append(wording.say("pair_sentence_later", period=wording.period(newest)))
    return " ".join(said)


def spread(asked: Asked, row: dict[str, Any]) -> dict[str, str] | None:
    """A reconciled value and both ends of its range in words; None where there is none."""
    if row["reconciled"] is None or row["low"] is None:
        return None
    return wording.interval(row["reconciled"], row["low"], row["high"], asked.unit)


def _both_sides(asked: Asked) -> list[str]:
    chosen, names, unit = asked.chosen, asked.names, asked.unit
    sent, received = chosen["reported_by_from"], chosen["reported_by_to"]
    reconciled = spread(asked, chosen)
    first = [wording.say("pair_range", **reconciled)] if reconciled else []
    figures = {
        "from_": wording.sentence(names.from_),
        "to": wording.in_sentence(names.to),
        "from_value": wording.figure(sent, unit),
        "to_value": wording.figure(received, unit),
    }
    if chosen["imputed_mirror"]:
        return [*first, wording.say("pair_sentence_copy", **figures)]
    said = wording.say(
        "pair_sentence",
        **figures,
        difference=wording.figure(abs(sent - received), unit),
        asymmetry=wording.asymmetry(chosen["asymmetry"]),
    )
    one_collection = [wording.say("pair_sentence_one_collection")] if chosen["same_source"] else []
    return [*first, *_outside(asked), said, *one_collection]


def _outside(asked: Asked) -> list[str]:
    """Which of the two figures, brought to one valuation, lie outside the range; a range need not hold them."""
    chosen = asked.chosen
    if chosen["low"] is None or chosen["high"] is None or chosen["reconciled"] is None:
        return []
    values = {"from": float(chosen["reported_by_from"]), "to": float(chosen["comparable_to"])}
    is_taken_off = (chosen["cif_fob_ratio"] or 1) != 1
    who = [
        wording.say(
            "pair_outside_valued" if side == "to" and is_taken_off else "pair_outside_one",
            area=wording.in_sentence(asked.names.of(side)),
        )
        for side, value in values.items()
        if not chosen["low"] <= value <= chosen["high"]
    ]
    return [wording.say("pair_outside", who=wording.say("pair_gap_and").join(who))] if who else []


def _one_side(asked: Asked) -> list[str]:
    """Who is silent and why, and how little the one report says by itself."""
    chosen = asked.chosen
    side = "from" if chosen["reported_by_to"] is None else "to"
    other = "to" if side == "from" else "from"
    silent, why = asked.names.of(other), chosen[f"missing_{other}"]
    is_told = asked.flow.theme == TALENT and side == "to" and why == "no_report"
    reconciled = spread(asked, chosen)
    if reconciled is None:
        key = "pair_sentence_talent_bare" if is_told else "pair_sentence_bare"
        return [wording.say(key, silent=wording.sentence(silent), why=wording.MISSING_WORDS[why])]
    kind = chosen[f"sigma_kind_{side}"]
    known = wording.say(
        f"pair_known_{'panel' if kind == 'panel' else f'prior_{asked.prior[0]}'}",
        who=wording.in_sentence(asked.names.of(side)),
        role=asked.role(side),
        factor=wording.factor(chosen[f"sigma_{side}"]),
    )
    _, _, words = reconciled["value"].partition(" ")
    high = f"{reconciled['high']} {words}".strip()
    key = "pair_sentence_talent" if is_told else "pair_sentence_one"
    return [
        wording.say(
            key,
            silent=wording.sentence(silent),
            why=wording.MISSING_WORDS[why],
            low=reconciled["low"],
            high=high,
            known=known,
        )
    ]
