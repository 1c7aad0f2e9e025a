"""Step 2: what the exchange would say of a file, with the cells at fault."""

import logging
from typing import Final

import streamlit as st

from compact_app import wording
from compact_app.app_pages.steps import telling
from compact_app.receiving import ALLOWED_ENDINGS, Checked, Upload, check_upload
from compact_pipelines.contracts import Table
from compact_pipelines.contracts.verdict import Verdict
from compact_pipelines.errors import ExchangeError, UsageError

LOG = logging.getLogger("compact_app")
KEPT: Final = "contribute_checked"  # in the session: the last file, as what it was judged, and what was said


def show(table: Table, partner: str | None) -> None:
    """Draw the step."""
    given = st.file_uploader(
        wording.say("check_file"), type=[ending[1:] for ending in ALLOWED_ENDINGS], key="check_upload"
    )
    if given is None:
        st.session_state.pop(KEPT, None)
        return
    asked = (given.file_id, table.id, partner)
    if st.session_state.get(KEPT, (None,))[0] != asked:
        st.session_state[KEPT] = (asked, _checked(Upload(given.name, given.getvalue()), table, partner))
    told = st.session_state[KEPT][1]
    if isinstance(told, str):
        st.text(told)
        return
    _tell(told)


def _checked(upload: Upload, table: Table, partner: str | None) -> Checked | str:
    """What is to be said, or why nothing can be."""
    with telling.progress_bar() as progress:
        try:
            return check_upload(upload, table, partner, progress)
        except UsageError as error:
            return str(error)
        except ExchangeError:
            LOG.exception("a file could not be judged")
            return wording.say("check_trouble")


def _tell(checked: Checked) -> None:
    verdict = checked.verdict
    if verdict.is_refused:
        st.error(conclusion(verdict), icon=":material/block:")
    elif verdict.errors or verdict.warnings:
        st.warning(conclusion(verdict), icon=":material/warning:")
    else:
        st.success(conclusion(verdict), icon=":material/check_circle:")
    if not verdict.counts:
        return
    st.markdown(f"#### {wording.say('check_findings')}")
    total = sum(count.found for count in verdict.counts)
    if total > len(verdict.findings):
        told = wording.number(len(verdict.findings))
        st.caption(wording.say("check_told", told=told, total=wording.number(total)))
    telling.show_findings(telling.findings_frame(verdict.findings), "check_findings", f"{verdict.table}-findings.csv")
    telling.show_excerpt(checked)
    st.markdown(f"#### {wording.say('check_counts')}")
    telling.show_counts(verdict.counts)
    if verdict.errors:
        st.markdown(wording.say("check_next"))


def conclusion(verdict: Verdict) -> str:
    """The verdict in a sentence."""
    if verdict.is_refused:
        key = "check_refused"
    elif verdict.errors:
        key = "check_held"
    elif verdict.warnings:
        key = "check_warned"
    else:
        key = "check_one_passed" if verdict.rows == 1 else "check_passed"
    return wording.say(
        key,
        held=wording.number(verdict.rows_in_error),
        rows=wording.number(verdict.rows),
        table=verdict.table.replace("_", r"\_"),
        version=verdict.version,
    )
