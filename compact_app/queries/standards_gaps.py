"""What *Standards gaps* asks: statuses since when they hold, and the agreements between members."""

import polars as pl
import streamlit as st

from compact_app.queries.edition import KEPT_ANSWERS, Edition, ask
from compact_pipelines.contracts import load_contracts


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def status_history(edition: Edition, with_unverified: bool) -> pl.DataFrame:  # noqa: FBT001  (a choice of the page)
    """Every status of every area, as the measures of alignment take it.

    Args:
        edition: the edition.
        with_unverified: whether what rests on a secondary source counts as known.

    Returns:
        (statuses, [area, instrument, time_period, level, is_dated, source_id]); one row from when a status holds until
        a later; one that is not dated began no later than its period.
    """
    levels = {code: int(level) for code, level in load_contracts().codelists["adoption_status"].column("level").items()}
    told = ask(
        edition,
        """
        SELECT ref_area AS area, instrument, time_period, adoption_status, obs_status NOT IN ('D', 'V') AS is_dated,
               source_id
        FROM standards_adoption
        WHERE is_preferred AND adoption_status IS NOT NULL AND ($with_unverified OR source_tier <> 'secondary')
        ORDER BY ref_area, instrument, time_period
        """,
        with_unverified=with_unverified,
    )
    return told.with_columns(level=pl.col("adoption_status").replace_strict(levels, return_dtype=pl.Int64)).drop(
        "adoption_status"
    )


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def agreements_among(edition: Edition, areas: tuple[str, ...]) -> pl.DataFrame:
    """Trade agreements of every pair of a set: (pairs, columns of trade_agreements and both names), by names."""
    return ask(
        edition,
        """
        SELECT a.name_en AS name_1, b.name_en AS name_2, t.*
        FROM trade_agreements t JOIN areas a ON a.area = t.area_1 JOIN areas b ON b.area = t.area_2
        WHERE list_contains($areas, t.area_1) AND list_contains($areas, t.area_2)
        ORDER BY name_1, name_2
        """,
        areas=list(areas),
    )
