"""What *Resilience* asks: who takes a product from whom, every year; the measures are those of the pipelines."""

import polars as pl
import streamlit as st

from compact_app.queries.edition import KEPT_ANSWERS, Edition, ask
from compact_pipelines.analytics.supply import EXPORTS_SQL, GOODS, IMPORTS_SQL, Supply, read_supplies

KEPT_PRODUCTS = 16


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def resilience_products(edition: Edition) -> pl.DataFrame:
    """(products with a receiver in the scenario whose suppliers are known, [subject, areas]), the widest first."""
    return ask(
        edition,
        """
        SELECT subject, count(DISTINCT area) AS areas FROM out_dependency
        WHERE theme = $theme AND stock_flow = 'F' AND reason IS NULL AND area IN (SELECT area FROM membership)
        GROUP BY subject ORDER BY areas DESC, subject
        """,
        theme=GOODS,
    )


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def geopolitical_positions(edition: Edition) -> pl.DataFrame:
    """Where areas stand by their votes: (areas, [area, time_period, position, explained_share])."""
    return ask(
        edition,
        "SELECT area, time_period, position, explained_share FROM out_geopolitical_position ORDER BY time_period, area",
    )


@st.cache_resource(max_entries=KEPT_PRODUCTS, show_spinner=False)
def resilience_supplies(edition: Edition, product: str) -> dict[str, Supply]:
    """Year to who takes the product from whom, for years in which anybody says so; to be read, never changed."""
    asked = {"theme": GOODS, "subject": product}
    read = read_supplies(ask(edition, IMPORTS_SQL, **asked), ask(edition, EXPORTS_SQL, **asked))
    return {year: supply for (_, year), supply in read.items() if supply.imports.is_held.any()}
