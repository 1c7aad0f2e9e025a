"""Whom a page is about: the choice of a set of members, the same on every page, kept in the address."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.errors import StreamlitAPIException
from streamlit.runtime.scriptrunner import get_script_run_ctx

from compact_app import queries, wording
from compact_app.app_pages import anatomy
from compact_app.queries import Edition

OWN_CHOICE: Final = "own"
FOUNDING: Final = "core"
NAMED: Final = 4  # members of an own choice that are told by name
KEYS: Final = ("scenario", "members")
ENTERED: Final = "entered"  # set by the dashboard where a reader has come to a page
KEPT: Final = "kept_members"  # the set that was chosen last, for the next page


@dataclass(frozen=True)
class Members:
    """A set of members that a reader has chosen; it may be empty.

    Attributes:
        id: the set's identifier in `blocs`, or `own`.
        label: what the choice is called.
        told: what a sentence that begins with the set calls it.
        areas: ISO codes, each once, sorted.
    """

    id: str
    label: str
    told: str
    areas: tuple[str, ...]


def names(edition: Edition) -> dict[str, str]:
    """Area to its name, for every area of the scenario, by name."""
    return dict(queries.membership(edition).select("area", "name").iter_rows())


def choose(edition: Edition, box: DeltaGenerator, *, default: str = FOUNDING) -> Members:
    """The choice among all sets that are compared, and the reader's own.

    A page that is come to by an address without a set opens with the one that was chosen last on any page.

    Args:
        edition: the edition.
        box: where the choice stands; the areas of a free choice stand below it.
        default: the set that the page opens with, where none has been chosen yet.
    """
    held = queries.member_sets(edition)
    areas = {bloc: tuple(sorted(own)) for bloc, own in held.group_by("bloc").agg("area").iter_rows()}
    known = names(edition)
    labels = dict(held.select("bloc", "bloc_label").unique(maintain_order=True).iter_rows())
    words = {bloc: _label(label, areas[bloc], areas[FOUNDING], known) for bloc, label in labels.items()}
    words[OWN_CHOICE] = wording.say("scenario_own")
    if st.session_state.pop(ENTERED, False):
        _carry(words, known, default)
    anatomy.codes_in_address({"scenario": words, "members": known}, many=("members",))
    ids = list(words)
    chosen = box.selectbox(
        wording.say("scenario"),
        ids,
        index=ids.index(default),
        format_func=words.__getitem__,
        key="scenario",
        bind="query-params",
    )
    if chosen != OWN_CHOICE:
        told = words[chosen]
        if chosen != FOUNDING:
            told = wording.say("scenario_told", founding=words[FOUNDING], others=told[0].lower() + told[1:])
        return _kept(Members(chosen, words[chosen], told, areas[chosen]), default)
    own = box.multiselect(
        wording.say("scenario_members"),
        list(known),
        default=list(areas[FOUNDING]),
        format_func=known.__getitem__,
        key="members",
        bind="query-params",
        placeholder=wording.say("scenario_members_none"),
    )
    return _kept(Members(OWN_CHOICE, words[OWN_CHOICE], _own(own, known), tuple(sorted(own))), default)


def _label(label: str, areas: tuple[str, ...], founding: tuple[str, ...], known: Mapping[str, str]) -> str:
    """The set's label; where one area joins, with its name as a sentence writes it: With the Netherlands."""
    others = [area for area in areas if area not in founding]
    return wording.say("scenario_with", area=wording.in_sentence(known[others[0]])) if len(others) == 1 else label


def _own(areas: list[str], known: Mapping[str, str]) -> str:
    if not 0 < len(areas) <= NAMED:
        return wording.say("scenario_own_many", count=len(areas))
    told = [wording.in_sentence(name) for name in sorted(known[area] for area in areas)]
    words = told[0] if len(told) == 1 else wording.say("scenario_and", first=", ".join(told[:-1]), last=told[-1])
    return words[0].upper() + words[1:]


def _kept(members: Members, default: str) -> Members:
    """The same, remembered for other pages once a reader has chosen; a page's own first set is no choice yet.

    Neither is what a reader passes on the way back: before a choice its page stood there with its first set.
    """
    context = get_script_run_ctx()
    if context and context.is_history_navigation:
        return members
    if members.id != default or KEPT in st.session_state:
        st.session_state[KEPT] = (members.id, members.areas)
    return members


def _carry(words: Mapping[str, str], known: Mapping[str, str], default: str) -> None:
    """Put the set that was chosen last into an address that names none, and start anew."""
    for key in KEYS:  # Streamlit itself brings back what this key held when it last stood on any page
        if key in st.session_state:
            del st.session_state[key]
    if "scenario" in st.query_params:
        return
    put: dict[str, str | list[str]] = {}
    if "members" in st.query_params:
        put = {"scenario": words[OWN_CHOICE]}
    elif KEPT in st.session_state:
        bloc, areas = st.session_state[KEPT]
        if bloc in words and bloc != default:
            put = {"scenario": words[bloc]}
        if bloc == OWN_CHOICE:
            put["members"] = [known[area] for area in areas if area in known] or ""
    if not put:
        return
    try:
        st.query_params.update(put)
    except StreamlitAPIException:  # the page before still holds the choice, and it alone may change it
        return
    st.rerun()


def refuse(title: str, reason: str) -> None:
    """In place of an answer: why there is none for this set, and what to choose instead."""
    st.title(title)
    st.markdown(reason)
