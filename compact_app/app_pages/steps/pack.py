"""Step 3: the manifest of a drop, to be signed where the private key is."""

import logging
from typing import Any, Final

import polars as pl
import streamlit as st

from compact_app import wording
from compact_app.app_pages.steps import telling
from compact_app.receiving import ALLOWED_ENDINGS, MadeManifest, Upload, make_manifest
from compact_pipelines.contracts import Table
from compact_pipelines.contracts.faults import UnreadableFile, shown
from compact_pipelines.errors import ExchangeError, UsageError
from compact_pipelines.exchange.inspection import DropCheck
from compact_pipelines.exchange.manifest import CONTACT_CHARACTERS, LAST_SEQ, MANIFEST
from compact_pipelines.exchange.packing import Plan, RefusedFiles
from compact_pipelines.exchange.partners import Agreement

LOG = logging.getLogger("compact_app")
ACTIONS: Final = ("merge", "replace", "delete")
MODES: Final = ("rows", "all_or_nothing")
PERIOD_CHARACTERS: Final = 7  # 2024-Q3
KEPT: Final = "contribute_manifest"  # in the session: what was asked for, and what came of it


def show(table: Table, partner: str | None, agreements: dict[str, Agreement]) -> None:
    """Draw the step."""
    st.markdown(wording.say("pack_lead"))
    if partner is None:
        st.info(wording.say("pack_needs_partner"), icon=":material/info:")
        return
    if not agreements[partner].keys:
        st.info(wording.say("pack_no_key"), icon=":material/info:")
    given = st.file_uploader(
        wording.say("pack_files"),
        type=[ending[1:] for ending in ALLOWED_ENDINGS],
        accept_multiple_files=True,
        key="pack_upload",
    )
    plan = _plan(table, partner)
    asked = (plan, tuple(file.file_id for file in given))
    if st.button(wording.say("pack_make"), type="primary", disabled=not given):
        uploads = [Upload(file.name, file.getvalue()) for file in given]
        st.session_state[KEPT] = (asked, _made(uploads, plan, agreements))
    if not given:
        st.caption(wording.say("pack_needs_files"))
    kept, told = st.session_state.get(KEPT, (None, None))
    if kept == asked:
        _tell(told)


def _plan(table: Table, partner: str) -> Plan:
    """What the drop shall say of itself, as the reader chooses."""
    seq, action, mode = st.columns([1, 2, 2])
    first, last, contact = st.columns([1, 1, 2])
    number = seq.number_input(
        wording.say("pack_seq"), min_value=1, max_value=LAST_SEQ, step=1, help=wording.say("pack_seq_help"), key="seq"
    )
    return Plan(
        table,
        partner,
        int(number),
        action=action.selectbox(
            wording.say("pack_action"),
            ACTIONS,
            format_func=lambda name: wording.say(f"pack_action_{name}"),
            key="action",
        ),
        mode=mode.selectbox(
            wording.say("pack_mode"), MODES, format_func=lambda name: wording.say(f"pack_mode_{name}"), key="mode"
        ),
        period_from=first.text_input(
            wording.say("pack_from"), placeholder="2024-Q1", max_chars=PERIOD_CHARACTERS, key="period_from"
        ).strip()
        or None,
        period_to=last.text_input(
            wording.say("pack_to"), placeholder="2025-Q4", max_chars=PERIOD_CHARACTERS, key="period_to"
        ).strip()
        or None,
        contact=contact.text_input(wording.say("pack_contact"), max_chars=CONTACT_CHARACTERS, key="contact").strip(),
    )


def _made(uploads: list[Upload], plan: Plan, agreements: dict[str, Agreement]) -> MadeManifest | DropCheck | str:
    """The manifest, or what is wrong with the files, or why nothing can be said of them."""
    with telling.progress_bar() as progress:
        try:
            return make_manifest(uploads, plan, agreements, progress)
        except RefusedFiles as error:
            return error.check
        except (UsageError, UnreadableFile) as error:
            return str(error)
        except ExchangeError:
            LOG.exception("files could not be judged")
            return wording.say("check_trouble")


def _tell(told: MadeManifest | DropCheck | str) -> None:
    if isinstance(told, str):
        st.text(told)
    elif isinstance(told, DropCheck):
        st.error(wording.say("pack_refused"), icon=":material/block:")
        telling.show_findings(telling.findings_frame(told.findings), "pack_findings", "findings.csv")
    else:
        _tell_made(told)


def _tell_made(made: MadeManifest) -> None:
    check = made.packed.check
    st.success(wording.say("pack_made"), icon=":material/check_circle:")
    if check is not None and check.rows_held:
        key = "pack_held_whole" if check.outcome == "HELD" else "pack_held"
        rows = {"held": wording.number(check.rows_held), "rows": wording.number(check.rows)}
        st.warning(wording.say(key, **rows), icon=":material/warning:")
        telling.show_findings(telling.findings_frame(check.findings), "pack_findings", "findings.csv")
    st.dataframe(
        _bound(made),
        hide_index=True,
        column_config={name: wording.say(f"column_{name}") for name in ("given", "named", "rows", "bytes")}
        | {"sha256": "SHA-256"},
        key="pack_bound",
    )
    st.download_button(
        wording.say("pack_download"), made.content, file_name=MANIFEST, mime="application/json", on_click="ignore"
    )
    st.markdown(wording.say("pack_sign"))
    st.code(wording.say("pack_sign_command"), language="bash", wrap_lines=True)
    st.caption(wording.say("pack_sign_note"))


def _bound(made: MadeManifest) -> pl.DataFrame:
    """(files of the manifest, [given, named, rows, bytes, sha256])."""
    rows: list[dict[str, Any]] = [
        {"given": shown(given), "named": name, "rows": file.rows, "bytes": file.bytes, "sha256": file.sha256}
        for (given, name), file in zip(made.names, made.packed.manifest.files, strict=True)
    ]
    return pl.DataFrame(rows)
