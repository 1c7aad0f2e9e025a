"""What is said of the case, and the headers of its tables."""

from typing import Any

import polars as pl
import streamlit as st

from compact_app import wording
from compact_app.app_pages.gaps.measuring import ALL, ANY, Case, Measured

FEW_NAMES = 8
CHANGE = "+.3f"


def basis_words(case: Case) -> str:
    """Which instruments are held against the area: that more than half of the others have."""
    return wording.say(f"gaps_basis_{case.basis}")


def scope_words(case: Case) -> str:
    """Which instruments count by what they are about: of the register, on AI."""
    return wording.say(f"gaps_of_{case.scope}")


def title(found: Measured) -> str:
    """The finding: what the area has of what the others share, how much is unknown, what closing the gaps moves."""
    unknown, stated = found.count("unknown"), found.count("stated_not")
    if unknown == 1:
        rest = wording.say("gaps_rest_one")
    else:
        rest = wording.say("gaps_rest", unknown=unknown) if unknown else wording.say("gaps_rest_none")
    told = wording.say(
        "gaps_title",
        area=wording.sentence(found.case.names[found.case.area]),
        has=found.count("has"),
        count=found.gaps.height,
        basis=basis_words(found.case),
        scope=scope_words(found.case),
        rest=wording.say("gaps_rest_stated", rest=rest, stated=stated) if stated else rest,
    )
    if found.today.documented is None:
        return told
    ends = {name: wording.asymmetry(getattr(found.today, name)) for name in ("low", "high")}
    ends |= {"title": told, "before": wording.asymmetry(found.today.documented)}
    if not found.after or found.after["documented_after"] is None:
        return wording.say("gaps_title_closed", **ends)
    ends |= {name: wording.asymmetry(found.after[name]) for name in ("low_after", "high_after")}
    ends["after"] = wording.asymmetry(found.after["documented_after"])
    count = found.missing.height
    return (
        wording.say("gaps_title_moves_one", **ends)
        if count == 1
        else wording.say("gaps_title_moves", count=count, **ends)
    )


def sentence(found: Measured, label: str) -> str:
    """The set, its mean alignment with both ends, and where closing the gaps would lead."""
    case, today = found.case, found.today
    area = wording.in_sentence(case.names[case.area])
    if len(case.members) <= FEW_NAMES:
        names = ", ".join(sorted(wording.in_sentence(case.names[member]) for member in case.members))
        parts = [wording.say("gaps_set", names=names)]
    else:
        parts = [wording.say("gaps_set_many", label=label, count=len(case.members))]
    if case.area not in case.members:
        parts.append(wording.say("gaps_joins", area=wording.sentence(case.names[case.area])))
    if case.scope == ALL:
        has = found.on_ai.filter(pl.col("state") == "has").height
        parts.insert(0, wording.say("gaps_ai", has=has, count=found.on_ai.height, area=area))
    if today.documented is None:
        parts.append(wording.say("gaps_no_mean"))
        return " ".join(parts)
    ends = {name: wording.asymmetry(getattr(today, name)) for name in ("low", "high")}
    parts.append(wording.say("gaps_sentence", today=wording.asymmetry(today.documented), **ends))
    if not found.after:
        parts.append(wording.say("gaps_closed"))
    elif found.after["documented_after"] is not None:
        after = found.after["documented_after"]
        words = {"area": area, "after": wording.asymmetry(after), "change": change(found)}
        words |= {end: wording.asymmetry(found.after[f"{end}_after"]) for end in ("low", "high")}
        count = found.missing.height
        one = wording.say("gaps_moves_one", **words) if count == 1 else wording.say("gaps_moves", count=count, **words)
        parts.append(one)
    return " ".join(parts)


def change(found: Measured) -> str:
    """By how much closing every gap moves the mean: +0.048."""
    after = found.after or {}
    before, then = after.get("documented_before"), after.get("documented_after")
    return wording.BLANK if before is None or then is None else change_words(then - before)


def change_words(value: float) -> str:
    """A difference of alignment with its sign, three decimals."""
    return format(value, CHANGE)


def cautions(found: Measured, with_unverified: bool) -> list[str]:  # noqa: FBT001  (a choice of the page)
    """What to beware of in this case."""
    area = wording.in_sentence(found.case.names[found.case.area])
    lines = [wording.say("gaps_all_shown") if with_unverified else wording.say("gaps_only_official")]
    if found.missing.height:
        lines += [wording.say("gaps_beware_unknown", area=area), wording.say("gaps_falls")]
    lines.append(wording.say("gaps_beware_positive"))
    if found.case.basis == ANY or found.missing.height:
        lines += [wording.say("gaps_beware_mean"), wording.say("gaps_beware_membership")]
    return [*lines, wording.say("gaps_beware_union"), wording.say("gaps_beware_dates")]


def gap_columns() -> dict[str, Any]:
    """Headers of the list of gaps."""
    number = st.column_config.NumberColumn
    texts = {
        "instrument_name": "column_instrument",
        "kind": "gaps_column_kind",
        "state_name": "gaps_column_state",
        "needed_name": "gaps_column_needed",
        "firmest_name": "gaps_column_firmest",
        "since_first": "gaps_column_first",
        "since_last": "gaps_column_last",
        "members_with": "gaps_column_who",
        "instrument": "gaps_column_code",
    }
    figures = {
        "documented_before": "gaps_column_before",
        "documented_after": "gaps_column_after",
        "low_before": "gaps_column_low_before",
        "high_before": "gaps_column_high_before",
        "low_after": "gaps_column_low_after",
        "high_after": "gaps_column_high_after",
    }
    return {
        **{name: wording.say(key) for name, key in texts.items()},
        **{name: number(wording.say(key), format="%.3f") for name, key in figures.items()},
        "change": number(wording.say("gaps_column_change"), format="%+.3f"),
        "with_count": number(wording.say("gaps_column_with"), format="%d"),
        "members_count": number(wording.say("gaps_column_members"), format="%d"),
        "undated_count": number(wording.say("gaps_column_undated"), format="%d"),
    }


def pair_columns() -> dict[str, Any]:
    """Headers of the table of pairs."""
    number = st.column_config.NumberColumn
    figures = ("jaccard", "documented", "low", "high", "cosine", "hamming", "kappa")
    return {
        "name_1": wording.say("gaps_column_name_1"),
        "name_2": wording.say("gaps_column_name_2"),
        **{name: number(wording.say(f"gaps_column_{name}"), format="%.3f") for name in figures},
        "instruments_count": number(wording.say("gaps_column_joint"), format="%d"),
        "listed_count": number(wording.say("gaps_column_listed"), format="%d"),
        "reason": wording.say("gaps_column_reason"),
    }


def depth_columns() -> dict[str, Any]:
    """Headers of the table of agreements."""
    texts = {
        "name_1": "gaps_column_name_1",
        "name_2": "gaps_column_name_2",
        "has_agreement": "gaps_column_has_agreement",
        "agreement": "gaps_column_agreement",
        "in_force_since": "gaps_column_in_force",
        "is_upper_bound": "gaps_column_upper",
        "provisions": "gaps_column_provisions",
        "basis": "gaps_column_basis",
        "reason": "gaps_column_reason",
    }
    columns: dict[str, Any] = {name: wording.say(key) for name, key in texts.items()}
    count = st.column_config.NumberColumn(wording.say("gaps_column_provisions_count"), format="%d")
    return {
        **columns,
        "provisions_count": count,
        "citation": st.column_config.LinkColumn(wording.say("column_citation")),
    }
