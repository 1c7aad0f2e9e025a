"""Sources and quality: where does every figure come from, how far does it reach, has it passed its checks?"""

from pathlib import Path

import polars as pl
import streamlit as st

from compact_app import charts, downloads, queries, wording
from compact_app.app_pages import anatomy
from compact_app.app_pages.fresh import standing
from compact_app.queries import Edition

ALL = ""
ADDED = ("rows", "first_period", "last_period", "retrieved_at")
SOURCE_COLUMNS = (
    "title",
    "publisher",
    "theme",
    "rows",
    "first_period",
    "last_period",
    "retrieved_at",
    "licence",
    "kind",
    "wire_format",
    "url",
    "source_id",
)


def show(edition: Edition) -> None:
    """Draw the page."""
    sources = queries.sources(edition)
    checks = queries.whole_table(edition, "check_results")
    titles = dict(sources.select("source_id", "title").iter_rows())
    chosen = st.selectbox(
        wording.say("quality_chosen"),
        [ALL, *titles],
        format_func=lambda source: titles.get(source, wording.say("quality_all")),
        key="source",
        bind="query-params",
    )
    title = _finding(edition, sources, checks)
    st.title(anatomy.escaped(title))
    if chosen:
        _one_source(sources.filter(pl.col("source_id") == chosen).row(0, named=True))
    standing.show(edition, chosen)
    st.markdown(f"#### {wording.say('quality_fresh')}")
    st.caption(wording.say("quality_reach"))
    named = sources.with_columns(
        theme_name=pl.col("theme").replace_strict(
            {theme: wording.THEME_WORDS.get(theme, (wording.say("reference"),))[0] for theme in sources["theme"]}
        )
    )
    anatomy.draw(st, charts.reach(named), alt=title)
    shown = sources if not chosen else sources.filter(pl.col("source_id") == chosen)
    _table(edition, wording.say("quality_sources"), shown, "sources", shown["source_id"].to_list())
    ledger = queries.whole_table(edition, "snapshots")
    if chosen:
        ledger = ledger.filter(pl.col("source_id") == chosen)
    _table(edition, wording.say("quality_ledger"), ledger, "snapshots", shown["source_id"].to_list())
    _table(edition, wording.say("quality_checks"), checks, "check_results", [])
    _everything(edition)
    built = queries.whole_table(edition, "edition").row(0, named=True)
    st.caption(wording.say("quality_trace", built=wording.date(built["built_at"]), code=built["code_version"]))
    held = shown.drop_nulls("rows")  # a source that was never asked has nothing to cite
    if held.is_empty():
        st.caption(wording.say("fresh_no_figure", number=edition.number))
        return
    anatomy.source_line(edition, held["source_id"].to_list(), sources["last_period"].drop_nulls().max())  # type: ignore[arg-type]


def _finding(edition: Edition, sources: pl.DataFrame, checks: pl.DataFrame) -> str:
    failed = checks.filter(~pl.col("is_passed")).height
    if failed:
        return wording.say("quality_title_failed", failed=failed, checks=checks.height)
    if stopped := standing.finding(edition):
        return stopped
    ends = sources.filter(pl.col("theme") != "reference")["last_period"].drop_nulls()
    return wording.say(
        "quality_title",
        passed=checks.height,
        checks=checks.height,
        newest=wording.period(str(ends.str.slice(0, 7).max())),
        oldest=wording.period(str(ends.str.slice(0, 7).min())),
    )


def _one_source(source: dict[str, object]) -> None:
    """What is known of one source, for the reader who came by a source line."""
    facts = {
        "quality_taken": source["retrieved_at"] and wording.date(source["retrieved_at"]),  # type: ignore[arg-type]
        "quality_form": source["form"],
        "quality_collected": source["collected_from"],
        "quality_licence": source["licence"],
        "quality_attribution": source["attribution"],
    }
    with st.container(border=True):
        st.markdown(f"**{anatomy.escaped(str(source['title']))}**, {anatomy.escaped(str(source['publisher']))}")
        lines = [f"- {wording.say(key)}: {anatomy.escaped(str(fact))}" for key, fact in facts.items() if fact]
        lines += [f"- {anatomy.escaped(line)}" for line in str(source["beware"]).split("\n")]
        st.markdown("\n".join(lines))


def _table(edition: Edition, heading: str, frame: pl.DataFrame, name: str, source_ids: list[str]) -> None:
    st.markdown(f"#### {heading}")
    # Moments are UTC, as the headers' help says; Streamlit's way over pandas 3 warns of any time zone (November 2026).
    st.dataframe(
        frame.with_columns(pl.selectors.datetime(time_zone="*").dt.replace_time_zone(None)),
        hide_index=True,
        placeholder=wording.BLANK,
        column_order=SOURCE_COLUMNS if name == "sources" else None,
        column_config=anatomy.columns_of(
            name,
            links=("url",),
            more=("rows", "first_period", "last_period", "retrieved_at") if name == "sources" else (),
        ),
    )
    anatomy.download_row(edition, frame, name, source_ids)


def _everything(edition: Edition) -> None:
    st.markdown(f"#### {wording.say('quality_download')}")
    st.markdown(f"{wording.say('quality_download_note', number=edition.number)} {wording.say('quality_prepare')}")
    tables = queries.tables(edition)
    rows = dict(tables.iter_rows())
    # Named without its rows: the URL holds what the box shows, and a link outlives the edition.
    table = st.selectbox(wording.say("quality_table"), list(rows), key="table", bind="query-params")
    st.caption(wording.say("quality_rows", table=anatomy.escaped(table), rows=wording.number(rows[table])))
    stem = f"{table}-edition-{edition.number}"
    with st.container(horizontal=True, key="everything"):
        st.download_button(
            wording.say("download_csv"),
            lambda: downloads.as_csv(queries.table_for_download(edition, table)),
            file_name=f"{stem}.csv",
            mime="text/csv",
            on_click="ignore",
        )
        st.download_button(
            wording.say("download_parquet"),
            lambda: downloads.as_parquet(queries.table_for_download(edition, table)),
            file_name=f"{stem}.parquet",
            mime="application/vnd.apache.parquet",
            on_click="ignore",
        )
        st.download_button(
            wording.say("quality_edition_file"),
            lambda: Path(edition.path).read_bytes(),
            file_name=Path(edition.path).name,
            mime="application/octet-stream",
            on_click="ignore",
        )
