"""The self-test on the page: published results beside those of this edition."""

from typing import Any, Final

import polars as pl
import streamlit as st

from compact_app import queries, wording
from compact_app.app_pages import anatomy
from compact_app.queries import Edition

SOURCE: Final = "trade_policy_guide"
NUMBERS: Final = ("published", "ours", "difference", "tolerance")
SHOWN: Final = ("what", "name", *NUMBERS, "is_within")


def show_checks(edition: Edition) -> None:
    """Draw the table of published and own figures, what is accepted, and where they are published."""
    checks = queries.model_checks(edition)
    judged = checks["is_within"].drop_nulls()
    st.markdown(f"#### {wording.say('accession_test')}")
    st.markdown(wording.say("accession_test_held", within=int(judged.sum()), judged=len(judged)))
    names = dict(queries.area_names(edition).iter_rows())
    shown = checks.with_columns(
        what=pl.col("measure").map_elements(_what, pl.String), name=pl.col("area").replace_strict(names, default=None)
    ).select(SHOWN)
    st.dataframe(shown, hide_index=True, placeholder=wording.BLANK, column_config=_columns())
    anatomy.download_row(edition, checks, "accession-model-checks", [SOURCE])
    for citation, note in checks.select("citation", "note").unique(maintain_order=True).iter_rows():
        st.caption(anatomy.escaped(wording.say("accession_test_note", citation=citation, note=note)))


def _what(measure: str) -> str:
    return wording.say(f"accession_check_{measure}")


def _columns() -> dict[str, Any]:
    number = st.column_config.NumberColumn
    return {
        name: number(wording.say(f"accession_column_{name}"), format="%.5g")
        if name in NUMBERS
        else st.column_config.Column(wording.say(f"accession_column_{name}"))
        for name in SHOWN
    }
