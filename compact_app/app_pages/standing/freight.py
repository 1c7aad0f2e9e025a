"""The freight rules on *Reporters*: what a rule does to one reporter, and what each does to the panel's gaps."""

from typing import Any, Final

import polars as pl
import streamlit as st

from compact_app import queries, wording
from compact_app.app_pages import anatomy
from compact_app.app_pages.standing import measures
from compact_app.app_pages.standing.measures import Choice, Held
from compact_app.queries import Edition
from compact_pipelines.contracts.parameters import load_parameters

BY_RULE: Final = ("title", "estimate", "low", "high", "rank", "rank_low", "rank_high")
SHOWN: Final = (
    "title", "freight_share", "asymmetry_before", "asymmetry_after", "narrowed_share", "citation", "is_default",
)  # fmt: skip


def rules(edition: Edition) -> pl.DataFrame:
    """The rules a reader can choose from: (rules, columns of out_valuation_rules), the default first."""
    held = queries.whole_table(edition, "out_valuation_rules")
    return held.sort("is_default", "freight_share", "valuation_rule", descending=[True, False, False], nulls_last=True)


def by_rule(edition: Edition, held: Held) -> pl.DataFrame:
    """The chosen reporter under every rule: (rules with an estimate, BY_RULE), the default first."""
    titles = rules(edition).select("valuation_rule", "title")
    found = [
        measures.ranked(held, rule)
        .filter(pl.col("area") == held.choice.area)
        .with_columns(title=pl.lit(title))
        .select(BY_RULE)
        for rule, title in titles.iter_rows()
    ]
    return pl.concat(found)


def show_by_rule(edition: Edition, table: pl.DataFrame, choice: Choice, sources: list[str]) -> None:
    """What a rule does to the chosen reporter: a sentence, a small table."""
    st.markdown(
        wording.say(
            "reporters_stable_rules",
            count=table.height,
            low=wording.asymmetry(table["estimate"].min()),  # type: ignore[arg-type]
            high=wording.asymmetry(table["estimate"].max()),  # type: ignore[arg-type]
            best=table["rank"].min(),
            worst=table["rank"].max(),
        )
    )
    number = st.column_config.NumberColumn
    words = {name: wording.say(f"reporters_column_{name}") for name in BY_RULE}
    config: dict[str, Any] = {name: number(word, format="%.3f", width=72) for name, word in words.items()}
    config |= {name: number(words[name], format="%d", width=72) for name in BY_RULE if name.startswith("rank")}
    config["title"] = st.column_config.Column(words["title"], width=220)
    st.dataframe(table, hide_index=True, placeholder=wording.BLANK, column_config=config)
    anatomy.download_row(edition, table, f"reporters-rules-{choice.area}-{choice.role}-{choice.method}", sources)


def show_rules(edition: Edition, sources: list[str]) -> None:
    """All rules with what they do to the panel's gaps, and why one is the default."""
    table = rules(edition)
    with st.expander(wording.say("reporters_rules")):
        st.markdown(wording.say("reporters_rules_note", count=wording.number(int(table["pairs_count"][0]))))
        st.dataframe(table, hide_index=True, placeholder=wording.BLANK, column_order=SHOWN, column_config=_columns())
        anatomy.download_row(edition, table, "freight-rules", sources)
        valuation = load_parameters().valuation
        told = wording.say("reporters_rules_default", rule=table["title"][0], because=valuation.default_because)
        st.markdown(anatomy.escaped(told))


def _columns() -> dict[str, Any]:
    number = st.column_config.NumberColumn
    words = {name: wording.say(f"reporters_column_{name}") for name in SHOWN}
    shares = {name: number(words[name], format="percent") for name in ("freight_share", "narrowed_share")}
    medians = {name: number(words[name], format="%.3f") for name in ("asymmetry_before", "asymmetry_after")}
    return words | shares | medians
