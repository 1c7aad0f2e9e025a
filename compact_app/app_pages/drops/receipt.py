"""One drop: its receipt, what to mend in it, what it moves in published figures and in its partner's own series.

Everything that a partner wrote (names of files and folders, cells, keys) is shown in tables or as plain text, never as
markup.
"""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl
import streamlit as st

from compact_app import queries, wording
from compact_app.app_pages import anatomy
from compact_app.queries import Edition
from compact_pipelines.contracts import load_contracts
from compact_pipelines.warehouse.audiences import NEGOTIATOR

COUNTS: Final = {
    "new": "rows_new",
    "revised": "rows_revised",
    "unchanged": "rows_unchanged",
    "deleted": "rows_deleted",
    "held": "rows_held",
    "open": "rows_held_open",
}
FINDINGS: Final = {
    "severity": "column_severity",
    "rule": "column_rule",
    "column_name": "column_at_fault",
    "times": "column_times",
    "file": "column_file",
    "row_number": "column_row",
    "found": "column_found",
    "allowed": "column_allowed",
    "mend": "column_mend",
}
HELD_ROWS: Final = {
    "file": "column_file",
    "row_number": "column_row",
    "row_key": "column_key",
    "rules": "column_rules",
    "state": "column_state",
}
EFFECTS: Final = {
    "reporter": "column_reporter",
    "counterpart": "column_counterpart",
    "series_words": "column_series",
    "time_period": "column_period",
    "value_before": "column_value_before",
    "said_by_before": "column_said_before",
    "value_after": "column_value_with",
    "said_by": "column_said_now",
    "rank_before": "column_rank_before",
    "rank_after": "column_rank_after",
    "standing": "column_standing",
}
REVISIONS: Final = {
    "row_key": "column_key",
    "change": "column_what_changed",
    "own_before": "column_own_before",
    "own_after": "column_own_after",
    "unit_measure": "column_unit",
}
NUMBERS: Final = frozenset({"value_before", "value_after", "own_before", "own_after"})


def show(edition: Edition, drop: dict[str, Any], audience: str) -> None:
    """Draw all that is known of one drop.

    Args:
        edition: the edition.
        drop: its row of exchange_drops, with partner_name, state, label and late.
        audience: whose file the edition is.
    """
    with st.container(border=True, key="receipt"):
        st.markdown(f"**{wording.say('exchange_receipt')}: {drop['status_words']}**")
        st.text(drop["message"])
        stored = drop["rows_in"] - drop["rows_held"]
        counts = {"rows_in": drop["rows_in"], "stored": stored, "held": drop["rows_held"]}
        st.text(wording.say("exchange_sum", **{name: wording.number(count) for name, count in counts.items()}))
        with st.container(horizontal=True, key="receipt_counts"):
            for words, column in COUNTS.items():
                st.metric(wording.say(f"receipt_{words}"), wording.number(drop[column]), width="content")
        due = {"period": drop["due_period"], "due": wording.date(drop["due_date"]), "late": drop["late"]}
        st.text(wording.say("receipt_due" if drop["due_date"] else "receipt_not_due", **due))
        _findings(edition, drop, audience)
        if audience == drop["partner"] and drop["rows_held"]:
            _held_rows(edition, drop)
    _effects(edition, drop)
    _revisions(edition, drop)


def late_words(days: int | None) -> str:
    """How late a drop was, in words; a dash where nothing was due."""
    if days is None:
        return wording.BLANK
    if days == 0:
        return wording.say("drop_on_the_day")
    key = "drop_late" if days > 0 else "drop_early"
    return wording.say(f"{key}_one" if abs(days) == 1 else key, days=wording.number(abs(days)))


def table(edition: Edition, frame: pl.DataFrame, headers: Mapping[str, str], name: str) -> None:
    """A table with its headers in words, and its downloads.

    Args:
        edition: the edition.
        frame: what to show.
        headers: column to the key of its header.
        name: of the files.
    """
    columns = {column: _column(wording.say(headers[column]), frame, column) for column in frame.columns}
    st.dataframe(frame, hide_index=True, placeholder=wording.BLANK, column_config=columns)
    anatomy.download_row(edition, frame, name, [])


def _column(header: str, frame: pl.DataFrame, name: str) -> Any:
    if name in NUMBERS and frame[name].dtype != pl.String:
        return st.column_config.NumberColumn(header, format="localized")
    if frame[name].dtype == pl.Date:
        return st.column_config.DateColumn(header, format=wording.say("format_day"))
    if isinstance(frame[name].dtype, pl.Datetime):
        return st.column_config.DatetimeColumn(header, format=wording.say("format_moment"))
    return st.column_config.Column(header)


def without_zone(frame: pl.DataFrame) -> pl.DataFrame:
    """Moments in UTC without saying so, as their headers do: Streamlit's way over pandas 3 warns of any time zone."""
    return frame.with_columns(pl.selectors.datetime(time_zone="*").dt.replace_time_zone(None))


def _findings(edition: Edition, drop: dict[str, Any], audience: str) -> None:
    st.markdown(f"##### {wording.say('exchange_findings')}")
    found = queries.drop_findings(edition, drop["drop_number"])
    is_own = audience == drop["partner"]
    if found.is_empty() and not drop["errors"] and not drop["warnings"]:
        st.text(wording.say("exchange_findings_none"))
        return
    if found.is_empty():
        counts = {name: wording.number(drop[name]) for name in ("errors", "warnings")}
        st.text(wording.say("exchange_findings_hidden", **counts))
        return
    st.caption(wording.say("exchange_findings_sampled" if is_own else "exchange_findings_counted"))
    counted_only = audience == NEGOTIATOR and not is_own
    shown = [name for name in FINDINGS if not counted_only or name in {"severity", "rule", "column_name", "times"}]
    table(edition, found.select(shown), FINDINGS, f"findings-{drop['drop_number']}")


def _held_rows(edition: Edition, drop: dict[str, Any]) -> None:
    rows = queries.drop_held_rows(edition, drop["drop_number"])
    if rows.is_empty():
        return
    st.markdown(f"##### {wording.say('exchange_held_rows')}")
    count = int(rows["held_count"][0])
    if count > rows.height:
        shown = wording.number(rows.height)
        st.caption(wording.say("exchange_held_sampled", shown=shown, count=wording.number(count)))
    table(edition, rows.select(list(HELD_ROWS)), HELD_ROWS, f"held-rows-{drop['drop_number']}")


def _effects(edition: Edition, drop: dict[str, Any]) -> None:
    is_preview = drop["state"] == "held" and not drop["is_withdrawn"]
    st.markdown(f"#### {wording.say('exchange_effects_preview' if is_preview else 'exchange_effects')}")
    moved = queries.drop_effects(edition, drop["drop_number"])
    if is_preview:
        st.warning(wording.say("exchange_preview"), icon=":material/visibility:")
    if moved.is_empty():
        st.markdown(wording.say("exchange_effects_none"))
        return
    state = pl.lit(wording.say("exchange_effect_preview" if is_preview else "exchange_effect_past"))
    named = moved.with_columns(
        series_words=pl.col("series").replace_strict(_series_words(drop["dataflow"], moved["series"].unique())),
        reporter=pl.coalesce("ref_name", "ref_area"),
        counterpart=pl.coalesce("counterpart_name", "counterpart_area"),
        said_by=pl.lit(drop["partner_name"]),
        standing=pl.when("is_published").then(pl.lit(wording.say("exchange_effect_published"))).otherwise(state),
    )
    ranks = moved.filter(pl.col("rank_before") != pl.col("rank_after")).height
    words = wording.say(
        "exchange_effects_lead_preview" if is_preview else "exchange_effects_lead",
        count=wording.number(int(moved["moved_count"][0])),
        ranks=wording.number(ranks),
        first=_first(named.row(0, named=True), drop),
    )
    st.markdown(anatomy.escaped(words))
    with st.container(key="effects"):
        table(edition, named.select(list(EFFECTS)), EFFECTS, f"effects-{drop['drop_number']}")


def _first(row: dict[str, Any], drop: dict[str, Any]) -> str:
    """The largest move in words: what, when, who said what before, and what the drop says."""
    unit = _unit(row)
    named = [row["reporter"], row["counterpart"]] if row["counterpart"] else [row["reporter"]]
    return wording.say(
        "exchange_effects_first",
        what=f"{', '.join(named)} ({row['series_words']})",
        period=wording.period(row["time_period"]),
        before=wording.figure(row["value_before"], unit),
        who=row["said_by_before"] or wording.ABSENT,
        after=wording.say("exchange_effects_gone") if row["value_after"] is None
        else wording.figure(row["value_after"], unit),
        partner=drop["partner_name"],
    )  # fmt: skip


def _series_words(dataflow: str, series: pl.Series) -> dict[str, str]:
    """The other dimensions of a figure, each code by its name: a year's exports of all goods."""
    told = load_contracts().tables[dataflow]
    others = [name for name in told.dimensions if name not in {"ref_area", "counterpart_area", "time_period"}]
    lists = [told.column(name).codelist for name in others]
    return {
        text: ", ".join(
            codes.name(code, wording.LANGUAGE) if codes and code in codes.rows else code
            for codes, code in zip(lists, text.split(" "), strict=True)
        )
        for text in series
    }


def _unit(row: dict[str, Any]) -> str:
    """The unit of a figure that is moved: part of its series, or US dollars in the tables that hold nothing else."""
    units = set(load_contracts().codelists["unit_measure"].codes)
    return next((code for code in row["series"].split(" ") if code in units), "USD")


def _revisions(edition: Edition, drop: dict[str, Any]) -> None:
    st.markdown(f"#### {wording.say('exchange_revisions')}")
    changed = queries.drop_revisions(edition, drop["drop_number"])
    if changed.is_empty():
        st.markdown(wording.say("exchange_revisions_none"))
        return
    st.markdown(wording.say("exchange_revisions_lead", count=wording.number(int(changed["change_count"][0]))))
    of = "adoption" if drop["dataflow"] == "standards_adoption" else "value"
    frame = changed.rename({f"{of}_before": "own_before", f"{of}_after": "own_after"}).select(list(REVISIONS))
    table(edition, frame, REVISIONS, f"revisions-{drop['drop_number']}")
