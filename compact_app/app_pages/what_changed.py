"""What changed: which figures did publishers change since the edition before, and by how much?"""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl
import streamlit as st

from compact_app import charts, queries, theme, wording
from compact_app.app_pages import anatomy
from compact_app.queries import Edition
from compact_pipelines.contracts import load_contracts

ALL: Final = ""
STATUS: Final = "STATUS"  # the unit of what is no number
READ_ANEW: Final = "read_anew"
COUNTS: Final = ("values_compared", "values_revised", "values_live", "values_read_anew", "values_new", "values_gone")
SHARES: Final = {
    "mean_revision": "mean_revision_share",
    "mean_absolute_revision": "mean_absolute_revision_share",
    "sign_changes": "sign_change_share",
}
SOURCES: Final = (
    "title", "theme_words", "unit_measure", "values_compared", "values_revised", "values_read_anew", "values_new",
    "values_gone", *SHARES, "why", "largest_key",
)  # fmt: skip
VALUES: Final = (
    "title", "reporter", "counterpart", "time_period", "value_before", "value_after", "difference", "adoption_before",
    "adoption_after", "unit_measure", "series_words", "change_words",
)  # fmt: skip
AGES: Final = ("title", "unit_measure", "age_days", "values_compared", "values_revised", *SHARES)
NUMBERS: Final = frozenset({"value_before", "value_after", "difference"})
PLACED: Final = ("ref_area", "counterpart_area", "time_period", "unit_measure")


def show(edition: Edition) -> None:
    """Draw the page."""
    held = queries.revisions(edition)
    if held.is_empty():
        st.title(wording.say("changed_title_first"))
        st.markdown(wording.say("changed_first_body"))
        anatomy.beware([wording.say("changed_beware_partners")])
        st.caption(wording.say("changed_source_line_first", number=edition.number))
        return
    previous = int(held["previous_edition"][0])
    of_theme, of_source = _choose(held)
    is_chosen = _is_chosen(of_theme, of_source)
    rows = held.filter(is_chosen)
    if rows.is_empty():
        st.title(wording.say("changed_title_no_match"))
        st.markdown(wording.say("changed_no_match_hint"))
        st.caption(wording.say("changed_source_line", previous=previous, number=edition.number))
        return
    values = _named(queries.revised_values(edition).filter(is_chosen))
    counts = {name: int(rows[name].sum()) for name in COUNTS}
    title = _finding(rows, counts, previous)
    st.title(anatomy.escaped(title))
    st.markdown(anatomy.escaped(_sentence(counts, values)))
    moved = rows.filter(pl.col("values_revised") > 0, pl.col("mean_absolute_revision_share").is_not_null())
    if not moved.is_empty():
        st.markdown(f"#### {wording.say('changed_picture')}")
        anatomy.draw(st, charts.mean_revisions(_labelled(moved), theme.ink()), alt=title)
        st.caption(wording.say("changed_picture_note"))
    _values(edition, values)
    st.markdown(f"#### {wording.say('changed_by_source')}")
    _table(edition, _in_words(rows), SOURCES, "revisions")
    _ages(edition, is_chosen)
    anatomy.beware(_cautions(counts))
    revised = rows.filter(pl.col("values_revised") > 0)["source_id"].to_list()
    if revised:
        periods = values.filter(pl.col("change") != READ_ANEW)["time_period"]
        anatomy.source_line(edition, revised, str(periods.max()))
    else:
        st.caption(wording.say("changed_source_line", previous=previous, number=edition.number))


def _choose(held: pl.DataFrame) -> tuple[str, str]:
    place_of_theme, place_of_source = anatomy.choices([1, 2])
    of_theme = place_of_theme.selectbox(
        wording.say("changed_theme"),
        [ALL, *(name for name in wording.THEME_WORDS if name in set(held["theme"]))],
        format_func=lambda name: wording.theme_name(name) if name else wording.say("changed_all_themes"),
        key="theme",
        bind="query-params",
    )
    titles = dict(held.sort("title").select("source_id", "title").iter_rows())
    of_source = place_of_source.selectbox(
        wording.say("changed_source"),
        [ALL, *titles],
        format_func=lambda name: titles.get(name, wording.say("changed_all_sources")),
        key="source",
        bind="query-params",
    )
    return of_theme, of_source


def _is_chosen(of_theme: str, of_source: str) -> pl.Expr:
    is_theme = pl.lit(value=True) if of_theme == ALL else pl.col("theme") == of_theme
    is_source = pl.lit(value=True) if of_source == ALL else pl.col("source_id") == of_source
    return is_theme & is_source


def _finding(rows: pl.DataFrame, counts: Mapping[str, int], previous: int) -> str:
    if counts["values_revised"]:
        moved = rows.filter(pl.col("values_revised") > 0)
        most = moved.row(0, named=True)  # those revised most stand first
        if most["mean_absolute_revision_share"] is None:
            count = wording.number(counts["values_revised"])
            return wording.say("changed_title_counted", count=count, previous=previous)
        sources = moved["source_id"].n_unique()
        return wording.say(
            "changed_title_revised" if sources == 1 else "changed_title_most",
            title=most["title"],
            share=wording.share(most["mean_absolute_revision_share"]),
            previous=previous,
            count=sources,
        )
    if counts["values_new"] or counts["values_gone"]:
        told = {name: wording.number(counts[f"values_{name}"]) for name in ("new", "gone")}
        return wording.say("changed_title_new", previous=previous, **told)
    if counts["values_read_anew"]:
        count = wording.number(counts["values_read_anew"])
        return wording.say("changed_title_read_anew", previous=previous, count=count)
    return wording.say("changed_title_same", previous=previous)


def _sentence(counts: Mapping[str, int], values: pl.DataFrame) -> str:
    """How many figures changed, and the largest change among those that publishers made."""
    if not any(counts[name] for name in ("values_revised", "values_new", "values_gone")):
        return wording.say("changed_sentence_none", compared=wording.number(counts["values_compared"]))
    told = {name.removeprefix("values_"): wording.number(count) for name, count in counts.items()}
    part = counts["values_revised"] / counts["values_compared"] if counts["values_compared"] else 0
    lines = [wording.say("changed_sentence", part=wording.share(part), **told)]
    theirs = values.filter(pl.col("change") != READ_ANEW, pl.col("value_after").is_not_null())
    if theirs["source_id"].n_unique() == 1:
        first = theirs.row(0, named=True)
        named = [first["reporter"], first["counterpart"], first["series_words"], wording.period(first["time_period"])]
        figures = {name: wording.figure(first[f"value_{name}"], first["unit_measure"]) for name in ("before", "after")}
        lines.append(wording.say("changed_largest", what=", ".join(filter(None, named)), **figures))
    return " ".join(lines)


def _named(values: pl.DataFrame) -> pl.DataFrame:
    """Figures that differ, with what they are and why they differ in words."""
    series = {
        (row["theme"], row["series"]): _series_words(row["theme"], row["series"])
        for row in values.select("theme", "series").unique().iter_rows(named=True)
    }
    words = [series[key] for key in values.select("theme", "series").iter_rows()]
    kinds = {kind: wording.say(f"changed_kind_{kind}") for kind in values["change"].unique()}
    statuses = load_contracts().codelists["adoption_status"].codes
    status_words = {status: wording.code_name("adoption_status", status) for status in statuses}
    return values.with_columns(
        pl.col("adoption_before", "adoption_after").replace(status_words),
        series_words=pl.Series(words, dtype=pl.String),
        change_words=pl.col("change").replace(kinds),
    )


def _series_words(of_theme: str, series: str) -> str:
    """The dimensions of a series, each code by its name."""
    table = load_contracts().tables[of_theme]
    others = [name for name in table.dimensions if name not in PLACED]
    lists = [table.column(name).codelist for name in others]
    return ", ".join(
        codes.name(code, wording.LANGUAGE) if codes and code in codes.rows else code
        for codes, code in zip(lists, series.split(" "), strict=True)
    )


def _labelled(rows: pl.DataFrame) -> pl.DataFrame:
    """What the picture needs: a label no two rows share, the theme in words, the share."""
    units = rows["unit_measure"].n_unique() > 1
    label = pl.concat_str("title", "unit_measure", separator=", ") if units else pl.col("title")
    themes = {name: words for name, (words, _) in wording.THEME_WORDS.items()}
    return rows.select(
        "theme",
        label.alias("label"),
        pl.col("theme").replace_strict(themes).alias("theme_words"),
        pl.col("mean_absolute_revision_share").alias("share"),
    )


def _in_words(rows: pl.DataFrame) -> pl.DataFrame:
    themes = {name: words for name, (words, _) in wording.THEME_WORDS.items()}
    reasons = {reason: wording.say(f"changed_why_{reason}") for reason in rows["reason"].drop_nulls().unique()}
    shares = [_percent(rows[column]).alias(name) for name, column in SHARES.items()]
    return rows.with_columns(
        *shares, theme_words=pl.col("theme").replace_strict(themes), why=pl.col("reason").replace(reasons)
    )


def _percent(shares: pl.Series) -> pl.Series:
    """Shares as they are written; a blank stays one, and the column beside it says why."""
    return pl.Series([None if share is None else wording.share(share) for share in shares], dtype=pl.String)


def _values(edition: Edition, values: pl.DataFrame) -> None:
    st.markdown(f"#### {wording.say('changed_values')}")
    if values.is_empty():
        st.markdown(wording.say("changed_values_none"))
        return
    count = int(values.unique(["source_id", "theme"])["change_count"].sum())
    if count > values.height:
        shown = wording.number(values.height)
        st.caption(wording.say("changed_values_sampled", shown=shown, count=wording.number(count)))
    _table(edition, values, [name for name in VALUES if values[name].is_not_null().any()], "revised_values")


def _ages(edition: Edition, is_chosen: pl.Expr) -> None:
    ages = queries.revisions_by_age(edition).filter(is_chosen)
    if ages.is_empty():
        return
    st.markdown(f"#### {wording.say('changed_by_age')}")
    st.caption(wording.say("changed_by_age_note"))
    _table(edition, _in_words(ages), AGES, "revisions_by_age")


def _table(edition: Edition, frame: pl.DataFrame, columns: Any, name: str) -> None:
    """A table with its headers in words; its files hold the published columns in full."""
    shown = frame.select(list(columns))
    config = {column: _column(wording.say(f"changed_column_{column}"), column) for column in columns}
    st.dataframe(shown, hide_index=True, placeholder=wording.BLANK, column_config=config)
    published = frame.select(["title", *load_contracts().published[name].columns])
    anatomy.download_row(edition, published, name, frame["source_id"].unique().to_list())


def _column(header: str, name: str) -> Any:
    if name in NUMBERS:
        return st.column_config.NumberColumn(header, format="localized")
    if name == "title":
        return st.column_config.Column(header, width="medium")
    return st.column_config.Column(header)


def _cautions(counts: Mapping[str, int]) -> list[str]:
    told = [
        wording.say(f"changed_beware_{name}", count=wording.number(counts[f"values_{name}"]))
        for name in ("live", "read_anew")
        if counts[f"values_{name}"]
    ]
    if counts["values_revised"]:
        told.append(wording.say("changed_beware_mean"))
    return [*told, wording.say("changed_beware_partners")]
