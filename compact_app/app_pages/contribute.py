"""Contribute: how does a partner without a command line fill in, check, bind and send its figures?"""

import logging
from pathlib import Path
from typing import Final

import streamlit as st

from compact_app import wording
from compact_app.app_pages import anatomy
from compact_app.app_pages.steps import check, pack, send, template
from compact_app.queries import Edition
from compact_pipelines.contracts import Table, load_contracts
from compact_pipelines.errors import ContractError
from compact_pipelines.exchange.partners import Agreement, load_agreements

LOG = logging.getLogger("compact_app")
NOT_SAID: Final = ""


def show(edition: Edition) -> None:
    """Draw the page."""
    st.title(wording.say("contribute_title"))
    st.markdown(wording.say("contribute_lead"))
    agreements = _agreements()
    tables = load_contracts().tables
    of_table, of_partner = anatomy.choices([1, 1])
    name = of_table.selectbox(
        wording.say("contribute_table"),
        list(tables),
        format_func=lambda table: tables[table].title[wording.LANGUAGE],
        key="dataflow",
        bind="query-params",
    )
    table = tables[name]
    partner = _partner(of_partner, table, agreements)
    tabs = st.tabs([wording.say(f"contribute_tab_{step}") for step in ("template", "check", "pack", "send")])
    with tabs[0]:
        template.show(table)
    with tabs[1]:
        check.show(table, partner)
    with tabs[2]:
        pack.show(table, partner, agreements)
    with tabs[3]:
        send.show(Path(edition.data_root), agreements)


def _agreements() -> dict[str, Agreement]:
    """Those in force; they are read anew each time, since a key may have been revoked since."""
    try:
        return load_agreements()
    except ContractError:
        LOG.exception("agreements cannot be read")
        st.warning(wording.say("contribute_no_agreements"), icon=":material/warning:")
        return {}


def _partner(place: st.delta_generator.DeltaGenerator, table: Table, agreements: dict[str, Agreement]) -> str | None:
    """Whose file it is, of those who send the table; None where that is not said."""
    ids = [partner for partner, agreement in agreements.items() if table.id in agreement.dataflows]
    names = {partner: agreements[partner].name.en for partner in ids}
    chosen = place.selectbox(
        wording.say("contribute_partner"),
        [NOT_SAID, *ids],
        format_func=lambda partner: names.get(partner, wording.say("contribute_not_said")),
        help=wording.say("contribute_partner_help"),
        key=f"partner_{table.id}",
    )
    return chosen or None
