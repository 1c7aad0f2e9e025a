"""One commitment: its text, what measures it, how each member stands, and its history against the limit."""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl
import streamlit as st

from compact_app import charts, theme, wording
from compact_app.app_pages import anatomy
from compact_app.app_pages.kept import phrases
from compact_app.queries import Edition

DRAWN: Final = len(theme.SERIES_COLOURS)
DAYS_OF_A_YEAR: Final = 365
DAYS_OF_A_MONTH: Final = 28
SHOWN: Final = (
    "member",
    "name",
    "when",
    "state",
    "shown",
    "why",
    "value",
    "value_low",
    "value_high",
    "unit",
    "comparison",
    "threshold",
    "distance",
    "is_latest",
    "time_period",
    "oldest_period",
    "source_ids",
)


def show(  # noqa: PLR0913  (what has been chosen above)
    edition: Edition,
    article: Mapping[str, Any],
    rows: pl.DataFrame,
    *,
    member: str,
    language: str,
    names: Mapping[str, str],
) -> None:
    """Draw the part.

    Args:
        edition: the edition.
        article: the row of compact_articles.
        rows: all periods of the commitment, from `phrases.in_words`.
        member: the member that is chosen, or blank.
        language: of the text.
        names: area to its name.
    """
    st.markdown(f"**{anatomy.escaped(article['commitment'])} {anatomy.escaped(article[f'title_{language}'])}**")
    st.markdown(f"> {anatomy.escaped(article[f'text_{language}'])}")
    st.markdown("\n".join(f"- {line}" for line in _lines(article, rows, member, names)))
    if article["is_measurable"]:
        st.markdown(f"#### {wording.say('commitments_history')}")
        _history(article, rows, member, language)
    st.markdown(f"#### {wording.say('commitments_periods')}")
    table = rows.select(SHOWN)
    st.dataframe(table, hide_index=True, placeholder=wording.BLANK, column_config=columns())
    anatomy.download_row(edition, table, "commitment-periods", sources_of(rows))


def sources_of(rows: pl.DataFrame) -> list[str]:
    """The sources that some rows rest on, each once."""
    return sorted({source for ids in rows["source_ids"].drop_nulls() for source in ids.split(", ")})


def columns() -> dict[str, Any]:
    """Headers in words for a table of statuses."""
    return anatomy.columns_of("out_commitments") | {
        "name": wording.say("column_name"),
        "label": wording.say("commitments_column_commitment"),
        "state": wording.say("column_status"),
        "shown": wording.say("commitments_column_value"),
        "limit": wording.say("commitments_column_threshold"),
        "why": wording.say("commitments_column_reason"),
        "when": wording.say("column_period"),
        "distance": st.column_config.NumberColumn(wording.say("commitments_column_distance"), format="%.4g"),
    }


def _lines(article: Mapping[str, Any], rows: pl.DataFrame, member: str, names: Mapping[str, str]) -> list[str]:
    lines = []
    if article["is_measurable"]:
        basis = wording.say(f"commitments_basis_{article['threshold_basis']}", citation=article["threshold_citation"])
        rule = wording.say(f"commitments_rule_{article['period_rule']}", year=article["period_year"])
        lines += [
            wording.say(
                "commitments_measured_by",
                indicator=anatomy.escaped(wording.say(f"commitments_by_{article['indicator']}")),
            ),
            wording.say("commitments_limit", limit=phrases.limit(article), basis=basis),
            wording.say("commitments_period", rule=rule),
        ]
    else:
        lines += [
            wording.say("commitments_no_data", reason=anatomy.escaped(article["reason"])),
            wording.say("commitments_data_needed", data=anatomy.escaped(article["data_needed"])),
            wording.say("commitments_publisher", publisher=anatomy.escaped(article["publisher"])),
        ]
    bound = phrases.listed(article["binds"], names) or wording.say("commitments_binds_all")
    lines.append(wording.say("commitments_binds", who=bound))
    if article["is_measurable"]:
        lines.append(wording.say("commitments_stands", text=anatomy.escaped(_standing(rows, member, names))))
    lines.append(wording.say("commitments_rationale", text=anatomy.escaped(article["rationale"])))
    return lines


def _standing(rows: pl.DataFrame, member: str, names: Mapping[str, str]) -> str:
    """How things stand: of the member that is chosen, of each of a few, or of many in numbers and who misses it."""
    latest = rows.filter("is_latest")
    own = latest.filter(pl.col("member") == member if member else pl.col("member") != phrases.THE_SET)
    if 0 < own.height <= DRAWN:
        return "; ".join(_stands(row) for row in own.iter_rows(named=True))
    together = latest.filter(pl.col("member") == phrases.THE_SET).row(0, named=True)
    if own.is_empty() or not together["missed_by"]:
        return str(together["why"] if own.is_empty() else together["shown"])
    missed = phrases.listed(together["missed_by"], names)
    return wording.say("commitments_stands_many", split=together["shown"], missed=missed)


def _stands(row: Mapping[str, Any]) -> str:
    detail = row["why"]
    if row["shown"]:
        value = wording.say("commitments_stands_of", value=row["shown"], period=row["when"])
        detail = f"{value}: {row['why']}" if row["why"] else value
    return wording.say("commitments_stands_member", name=row["name"], status=row["state"], detail=detail)


def _history(article: Mapping[str, Any], rows: pl.DataFrame, member: str, language: str) -> None:
    is_drawn = (pl.col("member") != phrases.THE_SET) & pl.col("value_low").is_not_null()
    held = rows.filter(is_drawn & (pl.col("member") == member) if member else is_drawn)
    if held.is_empty():
        st.caption(wording.say("commitments_history_none"))
        return
    told = phrases.limit(article)
    alt = wording.say("commitments_history_alt", title=article[f"title_{language}"], limit=told)
    if held["name"].n_unique() > DRAWN:
        st.caption(wording.say("commitments_history_many"))
        anatomy.draw(st, charts.commitment_counts(_counted(rows), _judged_states()), alt=alt)
        return
    anatomy.draw(
        st,
        charts.commitment_history(
            _timed(held),
            article["threshold"],
            told,
            wording.say(f"commitments_axis_{article['unit'].lower()}"),
            is_share=article["unit"] == "SHARE",
        ),
        alt=alt,
    )


def _judged_states() -> dict[str, str]:
    words = phrases.states()
    return {state: words[state] for state in phrases.STATES}


def _counted(rows: pl.DataFrame) -> pl.DataFrame:
    """(periods of the set * 3, [period, place, status, count])."""
    together = rows.filter(pl.col("member") == phrases.THE_SET)
    return pl.concat(
        together.select(
            period="when", place=pl.lit(place), status=pl.lit(words), count=pl.col(f"members_{state}"), at="time_period"
        )
        for place, (state, words) in enumerate(_judged_states().items())
    ).sort("at", "place")


def _timed(held: pl.DataFrame) -> pl.DataFrame:
    """Values of a few members with their moments, and a moment beside it for the bars of each member."""
    month = pl.col("time_period").str.slice(5, 2)
    is_year = month == ""
    day = pl.col("time_period").str.slice(0, 4) + "-" + pl.when(is_year).then(pl.lit("01")).otherwise(month) + "-01"
    members = held["name"].n_unique()
    place = pl.col("name").rank("dense").cast(pl.Int64) - 1 - members // 2
    step = pl.when(is_year).then(DAYS_OF_A_YEAR // (members + 1)).otherwise(DAYS_OF_A_MONTH // (members + 1))
    return held.sort("name", "time_period").select(
        "name",
        "value",
        "value_low",
        "value_high",
        "shown",
        moment=day,
        beside=(day.str.to_date() + pl.duration(days=place * step)).cast(pl.String),
        period="when",
        status="state",
    )
