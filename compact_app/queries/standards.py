"""What *Standards* asks: which area has taken on which instrument, since when, and on which text that rests."""

import polars as pl
import streamlit as st

from compact_app.queries.edition import KEPT_ANSWERS, Edition, ask


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def adoptions(edition: Edition, with_unverified: bool) -> pl.DataFrame:  # noqa: FBT001  (a choice of the page)
    """The present status of every area of the scenario and the European Union towards every instrument.

    Args:
        edition: the edition.
        with_unverified: whether rows that rest on a secondary source are shown.

    Returns:
        (areas and instruments, [area, name, tier, instrument, adoption_status, time_period, is_dated, event_date,
        source_tier, citation, comment_obs, source_id]); the latest row of each, since a status holds until a later one.
    """
    return ask(
        edition,
        """
        SELECT s.ref_area AS area, a.name_en AS name, coalesce(m.tier, 'ally') AS tier, s.instrument,
               s.adoption_status, s.time_period, s.obs_status NOT IN ('D', 'V') AS is_dated, s.event_date,
               s.source_tier, s.citation, s.comment_obs, s.source_id
        FROM standards_adoption s
        JOIN areas a ON a.area = s.ref_area LEFT JOIN membership m ON m.area = s.ref_area
        WHERE s.is_preferred AND (m.area IS NOT NULL OR s.ref_area = 'EUU')
          AND ($with_unverified OR s.source_tier <> 'secondary')
        QUALIFY row_number() OVER (
          PARTITION BY s.ref_area, s.instrument ORDER BY s.time_period DESC, s.event_date DESC
        ) = 1
        ORDER BY name, s.instrument
        """,
        with_unverified=with_unverified,
    )


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def unverified_rows(edition: Edition) -> int:
    """How many statuses rest on a secondary source only."""
    return int(ask(edition, "SELECT count(*) AS n FROM standards_adoption WHERE source_tier = 'secondary'")["n"][0])
