"""Step 1: the empty drop of a table, and what each of its columns means."""

from typing import Final, Literal

import polars as pl
import streamlit as st

from compact_app import wording
from compact_pipelines.contracts import Column, Table
from compact_pipelines.contracts.templates import csv_template, xlsx_template

LISTED_CODES: Final = 6
ROW_HEIGHT: Final = 66  # pixels; from 65 on Streamlit wraps what is longer than a line
# Of the table of columns, each with its width.
COLUMNS: Final[dict[str, Literal["small", "medium", "large"] | None]] = {
    "column": None,
    "title": None,
    "required": "small",
    "example": "medium",
    "allowed": "medium",
    "meaning": "large",
}
SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def show(table: Table) -> None:
    """Draw the step."""
    st.markdown(wording.say("template_lead"))
    with st.container(horizontal=True, key="templates"):
        st.download_button(
            wording.say("template_xlsx"),
            lambda: xlsx_template(table),
            file_name=f"{table.id}.xlsx",
            mime=SHEET,
            on_click="ignore",
        )
        st.download_button(
            wording.say("template_csv"),
            lambda: csv_template(table).encode(),
            file_name=f"{table.id}.csv",
            mime="text/csv",
            on_click="ignore",
        )
    st.markdown(f"#### {wording.say('template_columns')}")
    language = st.selectbox(
        wording.say("template_language"),
        list(wording.LANGUAGES),
        format_func=wording.LANGUAGES.__getitem__,
        key="language",
    )
    st.dataframe(
        columns_frame(table, language),
        hide_index=True,
        height="content",
        row_height=ROW_HEIGHT,
        column_config={
            name: st.column_config.Column(wording.say(f"column_{name}"), width=width) for name, width in COLUMNS.items()
        },
        key="template_columns",
    )
    coded = [column.id for column in table.in_drop if column.allowed is not None]
    chosen = st.selectbox(wording.say("template_codes"), coded, key=f"codes_{table.id}")
    st.dataframe(
        codes_frame(table.column(chosen), language),
        hide_index=True,
        column_config={"code": wording.say("column_code"), "name": wording.say("column_title")},
        key="template_codes",
    )


def columns_frame(table: Table, language: str) -> pl.DataFrame:
    """(columns of a drop, COLUMNS), in the order of the template.

    Titles are in a language; examples are the contract's own good ones, as far as the table takes them.
    """
    return pl.DataFrame(
        [
            {
                "column": column.id,
                "title": column.concept.title[language],  # type: ignore[index]  # one of the three
                "required": wording.say("template_must" if column.concept.required else "template_may"),
                "example": ", ".join(
                    good for good in column.concept.good if column.allowed is None or good in column.allowed
                ),
                "allowed": _allowed(column),
                "meaning": column.concept.description,
            }
            for column in table.in_drop
        ]
    )


def codes_frame(column: Column, language: str) -> pl.DataFrame:
    """(codes of a column, [code, name])."""
    names = [(code, column.codelist.name(code, language) if column.codelist else "") for code in column.allowed or []]
    return pl.DataFrame(names, schema={"code": pl.String, "name": pl.String}, orient="row")


def _allowed(column: Column) -> str:
    if column.allowed is None:
        return wording.say(f"written_{column.concept.type}")
    codes = ", ".join(column.allowed[:LISTED_CODES])
    if len(column.allowed) <= LISTED_CODES:
        return codes
    return wording.say("template_more_codes", codes=codes, count=len(column.allowed))
