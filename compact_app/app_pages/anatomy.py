"""The parts every page is made of: downloads, what to beware of, the source line."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, Literal
from urllib.parse import urlencode

import polars as pl
import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.errors import StreamlitAPIException

from compact_app import charts, downloads, queries, theme, wording
from compact_app.queries import Edition
from compact_pipelines.contracts import load_contracts

LEDGER_PAGE = "/sources_and_quality"
SHOWN_CAUTIONS = 8
# What Markdown makes a link of by itself: an address of the web or of mail, wherever it stands in a text.
ADDRESS: Final = re.compile(r"(?:[a-z][a-z0-9+.-]*://|www\.)[^\s`]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
AFTER_ADDRESS: Final = ".,;:!?)]}>*_~|\"'"  # ends a sentence or a bracket, and no address
CODE: Final = re.compile(r"`([^`]+)`")
WENT_BACK = "went_back"  # the reader has gone back to an address with codes, see `codes_in_address`


def choices(widths: Sequence[int]) -> list[DeltaGenerator]:
    """The row of choices at the head of a page; on a phone they fold two a row."""
    with st.container(key="choices"):
        return st.columns(list(widths))


def areas_in_address(names: Mapping[str, str], keys: Sequence[str]) -> None:
    """Let an address name areas by their codes too, see `codes_in_address`.

    Args:
        names: label of every area that can be chosen, by its code.
        keys: the parameters that hold an area.
    """
    codes_in_address(dict.fromkeys(keys, names))


def codes_in_address(choices: Mapping[str, Mapping[str, str]], many: Collection[str] = ()) -> None:
    """Let an address name choices by their codes too, and say so where it names what is no choice.

    Choices are bound to the address by their labels, and one that is no label is dropped without a word. To be called
    before the choices are made: where the address has a code, it gets the label and the page starts anew.

    Args:
        choices: parameter to its choices, label by code.
        many: parameters that take several; codes may stand in one, between commas.
    """
    asked = {key: st.query_params.get_all(key) for key in choices if key in st.query_params}
    asked = {key: values if key in many else values[-1:] for key, values in asked.items()}
    labels = {key: _labels(values, choices[key], is_list=key in many) for key, values in asked.items()}
    changed = {key: labels[key] for key, values in asked.items() if labels[key] != values}
    went_back = f"{WENT_BACK} {' '.join(choices)}"
    if st.session_state.pop(went_back, False):
        for key, told in changed.items():
            codes = [code for code, label in choices[key].items() if label in told]
            if codes:
                st.session_state[key] = codes if key in many else codes[0]
        return
    if changed:
        try:
            st.query_params.update({key: told if key in many else told[0] for key, told in changed.items()})
        except StreamlitAPIException:
            # Who goes back to such an address has the choices before him already, and they alone may change it; in this
            # run they would fall back to the usual ones.
            st.session_state[went_back] = True
        st.rerun()
    unheard_of = [value for key, values in asked.items() for value in values if value not in choices[key].values()]
    for value in dict.fromkeys(filter(None, unheard_of)):
        st.warning(wording.say("no_such_choice", value=escaped(value)), icon=":material/warning:")


def _labels(values: Sequence[str], choices: Mapping[str, str], *, is_list: bool) -> list[str]:
    """The same values, codes among them as labels."""
    label_of = {code.casefold(): label for code, label in choices.items()}
    known = {*choices.values(), *label_of}
    parts = [
        part.strip()
        for value in values
        for part in (value.split(",") if is_list and not {value, value.casefold()} & known else [value])
    ]
    return [part if part in choices.values() else label_of.get(part.casefold(), part) for part in parts]


def beware(cautions: Sequence[str]) -> None:
    """What applies here and only that; nothing where there is nothing to beware of."""
    if not cautions:
        return
    st.markdown(f"#### {wording.say('beware')}")
    lines = [f"- {escaped(caution)}" for caution in cautions]
    # What the page itself says stands first; a long list of what its sources say would bury it.
    is_long = len(lines) > SHOWN_CAUTIONS + 1
    st.markdown("\n".join(lines[:SHOWN_CAUTIONS] if is_long else lines))
    if is_long:
        with st.expander(wording.say("beware_more", count=len(lines) - SHOWN_CAUTIONS)):
            st.markdown("\n".join(lines[SHOWN_CAUTIONS:]))


def cautions_of(edition: Edition, source_ids: Sequence[str]) -> list[str]:
    """What the sources themselves say to beware of, each once."""
    shown = queries.sources(edition).filter(pl.col("source_id").is_in(list(source_ids)))
    return list(dict.fromkeys(line for text in shown["beware"] for line in text.split("\n")))


def download_row(edition: Edition, frame: pl.DataFrame, name: str, source_ids: Sequence[str]) -> None:
    """CSV, Parquet and XLSX of one table; each file is made when its button is pressed."""
    stem = f"{name}-edition-{edition.number}"
    known = queries.sources(edition).filter(pl.col("source_id").is_in(list(source_ids)))
    formats = {
        "csv": ("text/csv", lambda: downloads.as_csv(frame)),
        "parquet": ("application/vnd.apache.parquet", lambda: downloads.as_parquet(frame)),
        "xlsx": (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            lambda: downloads.as_xlsx(frame, known),
        ),
    }
    with st.container(horizontal=True, key=f"download_{name}"):
        for suffix, (mime, make) in formats.items():
            st.download_button(
                f"{wording.say('download')} {wording.say(f'download_{suffix}')}",
                make,
                file_name=f"{stem}.{suffix}",
                mime=mime,
                key=f"download_{name}_{suffix}",
                on_click="ignore",
            )


def source_line(edition: Edition, source_ids: Sequence[str], period: str, grade: str | None = None) -> None:
    """Publisher, series, period, vintage, edition and grade; each source a link to its ledger row."""
    known = {row["source_id"]: row for row in queries.sources(edition).iter_rows(named=True)}
    parts = [
        f"[{escaped(row['publisher'])}, {escaped(row['title'])}]({LEDGER_PAGE}?{urlencode({'source': row['title']})}) "
        f"({wording.say('taken', date=wording.date(row['retrieved_at']))})"
        for row in (known[source_id] for source_id in dict.fromkeys(source_ids) if source_id in known)
    ]
    tail = [wording.period(period), wording.say("edition", number=edition.number)]
    if grade:
        tail.append(wording.say("grade", grade=grade))
    st.caption(f"{wording.say('source')}: {'; '.join(parts)} · {' · '.join(tail)}")


def goods_grade(edition: Edition, product: str, year: str, areas: Sequence[str]) -> str | None:
    """The grades of the flows of a product among these areas, for the source line: the worst and the most frequent.

    Returns:
        None where no such flow is held, as with one area.
    """
    grades = queries.goods_grades(edition, product, year, tuple(areas))
    if not grades:
        return None
    worst, most, count = next(iter(grades)), max(grades, key=lambda grade: (grades[grade], grade)), sum(grades.values())
    key = "grade_of_all" if len(grades) == 1 else "grade_of_flows"
    return wording.say(key, worst=worst, most=most, count=wording.number(count))


def draw(place: Any, picture: charts.Picture, *, alt: str, width: Literal["stretch", "content"] = "stretch") -> None:
    """Draw a picture on the page or in a column of it, legible on the reader's ground.

    Args:
        place: Streamlit itself, or a column.
        picture: the chart.
        alt: what it shows, in words.
        width: as wide as its place, or as itself.
    """
    place.altair_chart(charts.legible(picture, theme.ink()), width=width, alt=alt)


def matrix_key(words: Mapping[str, str], note: str = "") -> None:
    """What the marks in a matrix mean, in words under it, where a phone shows them whole.

    Args:
        words: mark to what it means, in their order.
        note: a sentence beside them.
    """
    told = " · ".join(f"**{escaped(mark)}** {escaped(meaning)}" for mark, meaning in words.items())
    st.caption("  \n".join(filter(None, [told, note])))


def columns_of(table: str, links: Sequence[str] = (), more: Sequence[str] = ()) -> dict[str, Any]:
    """Headers in words for a published table, each with the dictionary's description to hover over.

    Args:
        table: the published table.
        links: its columns that hold an address.
        more: columns that a page adds to it.
    """
    added = {name: st.column_config.Column(_header(name)) for name in more}
    return added | {
        name: st.column_config.LinkColumn(_header(name), help=column.description)
        if name in links
        else st.column_config.Column(_header(name), help=column.description)
        for name, column in load_contracts().published[table].columns.items()
    }


def _header(name: str) -> str:
    return name.replace("_", " ").capitalize()


def escaped(text: str) -> str:
    """Text from a table as Markdown shows it literally: figures carry texts of publishers and partners.

    An address in it is shown as code, and is no link: nobody of ours chose where it leads.
    """
    shown, end = [], 0
    for found in ADDRESS.finditer(text):
        address = found[0].rstrip(AFTER_ADDRESS)
        shown += [_literal(text[end : found.start()]), f"`{address}`"]
        end = found.start() + len(address)
    return "".join([*shown, _literal(text[end:])])


def with_code(text: str) -> str:
    """A text of ours as `escaped` shows it, but what it has in backticks, such as a command, as code."""
    parts = CODE.split(text)
    return "".join(f"`{part}`" if place % 2 else escaped(part) for place, part in enumerate(parts))


def _literal(text: str) -> str:
    for mark in "\\`*_[]<>$#|~&":
        text = text.replace(mark, f"\\{mark}")
    return text
