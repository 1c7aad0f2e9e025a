"""Step 4: a signed drop goes into its partner's inbox, and its receipt is shown once it is there."""

import logging
import os
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import streamlit as st

from compact_app import sending, wording
from compact_app.app_pages.steps import telling
from compact_app.receiving import ALLOWED_ENDINGS, Upload
from compact_pipelines.contracts.findings import CellFinding
from compact_pipelines.exchange.partners import Agreement
from compact_pipelines.exchange.receipts import SAYS
from compact_pipelines.exchange.verification import Refused

LOG = logging.getLogger("compact_app")
KEPT: Final = "contribute_sent"  # in the session: the drop that this reader sent


def is_open() -> bool:
    """Whether this dashboard takes drops."""
    url = st.context.url
    return sending.accepts_uploads(
        os.environ.get(sending.UPLOADS_VARIABLE),
        st.get_option("server.address"),
        urlsplit(url).hostname if url else None,
    )


def show(data_root: Path, agreements: dict[str, Agreement]) -> None:
    """Draw the step."""
    if not is_open():
        st.info(wording.say("send_off"), icon=":material/info:")
        return
    st.markdown(wording.say("send_lead", most=sending.MOST_PENDING))
    data = st.file_uploader(
        wording.say("send_data"),
        type=[ending[1:] for ending in ALLOWED_ENDINGS],
        accept_multiple_files=True,
        key="send_data",
    )
    manifest = st.file_uploader(wording.say("send_manifest"), type=["json"], key="send_manifest")
    signature = st.file_uploader(wording.say("send_signature"), type=["sig"], key="send_signature")
    is_ready = manifest is not None and signature is not None
    if st.button(wording.say("send_button"), type="primary", disabled=not is_ready) and manifest and signature:
        st.session_state.pop(KEPT, None)
        _send(data_root, [Upload(file.name, file.getvalue()) for file in data], manifest, signature, agreements)
    if not is_ready:
        st.caption(wording.say("send_needs"))
    sent = st.session_state.get(KEPT)
    if sent is not None:
        _follow(data_root, sent)


def _send(
    data_root: Path, files: list[Upload], manifest: Any, signature: Any, agreements: dict[str, Agreement]
) -> None:
    try:
        st.session_state[KEPT] = sending.send_drop(
            data_root, files, manifest.getvalue(), signature.getvalue(), agreements
        )
    except Refused as error:
        st.error(wording.say("send_refused"), icon=":material/block:")
        told = [found for found in error.findings if isinstance(found, CellFinding)]
        telling.show_findings(telling.findings_frame(told), "send_findings", "findings.csv")
    except sending.TooManyPending:
        st.warning(wording.say("send_pending", most=sending.MOST_PENDING), icon=":material/warning:")
    except OSError:
        LOG.exception("a drop could not be written")
        st.error(wording.say("send_trouble"), icon=":material/block:")


def _follow(data_root: Path, sent: sending.Sent) -> None:
    """Where the drop is, and its receipt."""
    if sent.is_new:
        st.success(wording.say("send_done"), icon=":material/check_circle:")
    else:
        st.info(wording.say("send_again"), icon=":material/info:")
    st.code(f"{sent.partner}/{sent.drop}", language=None)
    st.caption(wording.say("send_later"))
    content = sending.receipt_of(data_root, sent)
    receipt = sending.read_receipt(content) if content else None
    if content is None or receipt is None:
        st.markdown(wording.say("receipt_none"))
        st.button(wording.say("receipt_look"), icon=":material/refresh:")
        return
    _tell(content, receipt)


def _tell(content: bytes, receipt: dict[str, Any]) -> None:
    """A receipt; the exchange has written it, but what it tells of came from a partner."""
    status = str(receipt["status"])
    st.markdown(f"#### {wording.say('receipt_status', status=status.replace('_', ' ').capitalize())}")
    st.markdown(SAYS.get(status, ""))
    rows, counts = receipt["rows"], receipt["counts"]
    told = {name: wording.number(counts[name]) for name in ("new", "revised", "unchanged", "deleted")}
    of_rows = {"in_": rows["in"], "stored": rows["stored"], "held": rows["held"]}
    st.markdown(wording.say("receipt_counts", **{name: wording.number(of) for name, of in of_rows.items()}, **told))
    if receipt["findings"]:
        findings = ({**found, "cell": found.get("value")} for found in receipt["findings"])
        telling.show_findings(telling.frame_of(findings), "receipt_findings", "receipt-findings.csv")
    st.download_button(
        wording.say("receipt_download"),
        content,
        file_name=sending.RECEIPT,
        mime="application/json",
        on_click="ignore",
    )
    st.caption(wording.say("receipt_keep", entry=receipt["audit"]["entry"]))
    st.code(str(receipt["audit"]["head"]), language=None, wrap_lines=True)
