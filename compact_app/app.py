"""The dashboard: which pages there are, the edition they are drawn from, and what a reader sees when there is none."""

import logging
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from compact_app import queries, theme, wording
from compact_app.app_pages import (
    accession_simulator,
    alliance_graph,
    commitments,
    contribute,
    dependencies,
    exchange,
    overview,
    reporters,
    resilience,
    scenario,
    sources_and_quality,
    standards,
    standards_gaps,
    what_changed,
    whose_number,
)
from compact_app.queries import Edition
from compact_pipelines.errors import ExchangeError, NoEdition, WarehouseError

ICON = str(Path(__file__).resolve().parent / "icon.svg")
LOG = logging.getLogger("compact_app")

# A page's url_path is its file's name.
PAGES: dict[str, Callable[[Edition], None]] = {
    "overview": overview.show,
    "whose_number": whose_number.show,
    "reporters": reporters.show,
    "dependencies": dependencies.show,
    "resilience": resilience.show,
    "alliance_graph": alliance_graph.show,
    "standards": standards.show,
    "accession_simulator": accession_simulator.show,
    "standards_gaps": standards_gaps.show,
    "commitments": commitments.show,
    "sources_and_quality": sources_and_quality.show,
    "what_changed": what_changed.show,
    "exchange": exchange.show,
    "contribute": contribute.show,
}
# How the pages stand at the head of each: a group a question, so that they fit a row of 1280 pixels.
SECTIONS: dict[str, list[str]] = {
    "nav_of_figures": ["whose_number", "reporters"],
    "nav_of_dependence": [
        "dependencies",
        "resilience",
        "alliance_graph",
    ],
    "nav_of_treaty": [
        "standards",
        "accession_simulator",
        "standards_gaps",
        "commitments",
    ],
    "nav_of_exchange": ["sources_and_quality", "what_changed", "exchange", "contribute"],
}
# Former names that links still carry, and the page that answers to them.
FORMER: dict[str, str] = {"country_pair": "whose_number"}


def main() -> None:
    """Serve one run of the script: a page on the newest edition."""
    st.set_page_config(page_icon=ICON, layout="wide")
    theme.apply()
    pages = {
        name: st.Page(
            _page(show),
            title=wording.say(f"nav_{name}"),
            url_path=None if name == "overview" else name,
            default=name == "overview",
        )
        for name, show in PAGES.items()
    }
    st.session_state["pages"] = pages
    # The default page answers at / only; a reader may also type its name, or come by a link that is older than a name.
    also = {"overview": "overview", **FORMER}
    hidden = [
        st.Page(_page(PAGES[name]), title=wording.say(f"nav_{name}"), url_path=path, visibility="hidden")
        for path, name in also.items()
    ]
    sections = {wording.say(words): [pages[name] for name in names] for words, names in SECTIONS.items()}
    page = st.navigation({"": [pages["overview"], *hidden], **sections}, position="top")
    if st.session_state.get("page") != page.url_path:
        st.session_state["page"] = page.url_path
        st.session_state[scenario.ENTERED] = True
    page.run()


def _page(show: Callable[[Edition], None]) -> Callable[[], None]:
    def page() -> None:
        try:
            edition = queries.current_edition()
        except NoEdition as error:
            _no_edition(str(error))
            return
        except WarehouseError as error:
            _trouble(str(error))
            return
        try:
            show(edition)
        except ExchangeError as error:
            LOG.exception("a page could not be shown")
            _trouble(str(error))
        except Exception:
            LOG.exception("a page could not be shown")
            _trouble(wording.say("trouble_body"))

    return page


def _trouble(message: str) -> None:
    st.title(wording.say("trouble_title"))
    st.markdown(message)


def _no_edition(reason: str) -> None:
    st.title(wording.say("no_edition_title"))
    st.markdown(wording.say("no_edition_body"))
    st.code(wording.say("no_edition_command"), language="bash")
    st.caption(reason)


main()
