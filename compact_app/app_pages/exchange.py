"""Exchange: what have partners sent, did it come when it was agreed, and what does it change?"""

import datetime as dt
from typing import Any, Final

import polars as pl
import streamlit as st

from compact_app import charts, queries, theme, wording
from compact_app.app_pages import anatomy
from compact_app.app_pages.drops import receipt
from compact_app.queries import Edition
from compact_pipelines.warehouse.audiences import NEGOTIATOR
from compact_pipelines.warehouse.layout import PUBLIC

ALL: Final = ""
STATES: Final = {
    "ACCEPTED": "taken_in",
    "ACCEPTED_WITH_HELD_ROWS": "partly",
    "HELD": "held",
    "REJECTED": "rejected",
    "WAITING": "waiting",
    "RECEIVED": "waiting",
    "DUPLICATE": "waiting",
}
TAKEN_IN: Final = ("taken_in", "partly")
USED: Final = (*TAKEN_IN, "held")
SHOWN: Final = {
    "label": "column_drop",
    "status_words": "column_status",
    "received_at": "column_received",
    "due_period": "column_due_period",
    "due_date": "column_due",
    "days_late": "column_late",
    "rows_in": "column_rows_in",
    "rows_new": "column_new",
    "rows_revised": "column_revised",
    "rows_unchanged": "column_unchanged",
    "rows_deleted": "column_deleted",
    "rows_held": "column_held",
    "rows_held_open": "column_open",
    "errors": "column_errors",
    "warnings": "column_warnings",
    "folder": "column_folder",
}
CALENDAR: Final = {
    "partner_name": "column_partner",
    "status": "column_agreement",
    "theme": "column_theme",
    "freq": "column_freq",
    "days_after_period": "column_days",
    "last_period": "column_last",
    "next_period": "column_next",
    "due_date": "column_due",
    "is_overdue": "column_overdue",
}


def show(edition: Edition) -> None:
    """Draw the page."""
    built = queries.whole_table(edition, "edition").row(0, named=True)
    drops = _named(queries.exchange_drops(edition))
    calendar = queries.exchange_calendar(edition).with_columns(theme=_theme_words("dataflow"))
    if drops.is_empty():
        _nobody_yet(edition, calendar)
        _source_line(edition, built["built_at"])
        return
    partner, table = _choose(edition, drops)
    shown = drops.filter(_is_chosen(partner, table))
    calendar = calendar.filter(_is_chosen(partner, table))
    if shown.is_empty():
        name = dict(queries.exchange_partners(edition).select("partner", "partner_name").iter_rows()).get(partner, "")
        st.title(wording.say("exchange_title_no_match", partner=anatomy.escaped(name or partner)))
        st.markdown(wording.say("exchange_no_match_hint", count=drops.height))
    else:
        title = _finding(shown, calendar)
        st.title(title)
        st.markdown(anatomy.escaped(_sentence(shown, calendar, built["built_at"])))
        st.markdown(f"#### {wording.say('exchange_timeline')}")
        anatomy.draw(st, charts.deliveries(shown, _next_due(calendar), theme.ink()), alt=title)
        st.caption(wording.say("exchange_timeline_note"))
        st.markdown(f"#### {wording.say('exchange_drops')}")
        _drops_table(edition, shown)
        st.markdown(f"#### {wording.say('exchange_one_drop')}")
        receipt.show(edition, _choose_drop(shown), built["audience"])
    _agreements(edition, calendar)
    anatomy.beware([_audience_words(edition, built["audience"]), wording.say("exchange_effects_beware"),
                    wording.say("exchange_as_of")])  # fmt: skip
    _source_line(edition, built["built_at"])


def _named(drops: pl.DataFrame) -> pl.DataFrame:
    """Drops with what a page says of each: its label, which no other has, its state and its line of the picture."""
    themed = drops.with_columns(
        theme=_theme_words("dataflow").fill_null(wording.say("drop_no_table")),
        state=pl.col("status").replace_strict(STATES),
    )
    rows = [_words_of(row) for row in themed.iter_rows(named=True)]
    words = pl.DataFrame(rows, schema=dict.fromkeys(("label", "status_words", "line", "late"), pl.String))
    return pl.concat([themed, words], how="horizontal")


def _words_of(drop: dict[str, Any]) -> dict[str, str]:
    seq = wording.say("drop_no_number") if drop["seq"] is None else str(drop["seq"])
    label = wording.say("drop_label", partner=drop["partner_name"], theme=drop["theme"], seq=seq)
    if drop["state"] not in USED:  # a number that was not used up may come again
        came = drop["received_at"]
        label = wording.say("drop_label_received", label=label, date=wording.date(came), time=f"{came:%H:%M:%S}")
    status = wording.say(f"drop_{drop['state']}")
    return {
        "label": label,
        "status_words": wording.say("drop_withdrawn", status=status) if drop["is_withdrawn"] else status,
        "line": f"{drop['partner']}, {drop['theme']}",
        "late": receipt.late_words(drop["days_late"]),
    }


def _theme_words(column: str) -> pl.Expr:
    words = {theme: name for theme, (name, _) in wording.THEME_WORDS.items()}
    return pl.col(column).replace_strict(words, default=None, return_dtype=pl.String)


def _is_chosen(partner: str, table: str) -> pl.Expr:
    is_partner = pl.lit(value=True) if partner == ALL else pl.col("partner") == partner
    is_table = pl.lit(value=True) if table == ALL else (pl.col("dataflow") == table).fill_null(value=False)
    return is_partner & is_table


def _choose(edition: Edition, drops: pl.DataFrame) -> tuple[str, str]:
    of_partner, of_table = anatomy.choices([1, 1])
    known = dict(queries.exchange_partners(edition).select("partner", "partner_name").iter_rows())
    names = dict(drops.select("partner", "partner_name").iter_rows()) | known
    partner = of_partner.selectbox(
        wording.say("exchange_partner"),
        [ALL, *sorted(names, key=names.__getitem__)],
        format_func=lambda partner: names.get(partner, wording.say("exchange_all_partners")),
        key="partner",
        bind="query-params",
    )
    tables = [table for table in wording.THEME_WORDS if table in set(drops["dataflow"].drop_nulls())]
    table = of_table.selectbox(
        wording.say("exchange_table"),
        [ALL, *tables],
        format_func=lambda table: wording.theme_name(table) if table else wording.say("exchange_all_tables"),
        key="table",
        bind="query-params",
    )
    return partner, table


def _choose_drop(drops: pl.DataFrame) -> dict[str, Any]:
    by_label = {row["label"]: row for row in drops.iter_rows(named=True)}
    label = st.selectbox(wording.say("exchange_drop"), list(by_label), key="drop", bind="query-params")
    return by_label[label]


def _finding(drops: pl.DataFrame, calendar: pl.DataFrame) -> str:
    delivered = drops.filter(pl.col("state").is_in(TAKEN_IN), ~pl.col("is_withdrawn"))["days_late"].drop_nulls()
    agreed = delivered.len() + calendar.filter("is_overdue").height
    if agreed:
        return wording.say("exchange_title", on_time=int((delivered <= 0).sum()), agreed=agreed)
    if drops.height == 1:
        return wording.say("exchange_title_one")
    return wording.say("exchange_title_none_due", count=drops.height)


def _sentence(drops: pl.DataFrame, calendar: pl.DataFrame, built: dt.datetime) -> str:
    used = drops.filter(pl.col("state").is_in(USED))
    sums = {name: int(used[name].sum()) for name in ("rows_in", "rows_held", "rows_held_open")}
    parts = [
        wording.say(
            "exchange_rows_one" if used.height == 1 else "exchange_rows",
            drops=wording.number(used.height),
            rows_in=wording.number(sums["rows_in"]),
            stored=wording.number(sums["rows_in"] - sums["rows_held"]),
            held=wording.number(sums["rows_held"]),
            still_open=wording.number(sums["rows_held_open"]),
        )
    ]
    late = calendar.filter("is_overdue")
    if not late.is_empty():
        names = [
            wording.say(
                "exchange_overdue_one", partner=row["partner_name"], theme=row["theme"], period=row["next_period"]
            )
            for row in late.iter_rows(named=True)
        ]
        parts.append(wording.say("exchange_overdue", date=wording.date(built), names="; ".join(names)))
    others = drops.filter(~pl.col("state").is_in(USED))
    if not others.is_empty():
        rejected = others.filter(pl.col("state") == "rejected").height
        parts.append(wording.say("exchange_not_taken", rejected=rejected, waiting=others.height - rejected))
    return " ".join(parts)


def _next_due(calendar: pl.DataFrame) -> pl.DataFrame:
    line = pl.col("partner") + ", " + pl.col("theme")  # ids are short enough for a phone, names are not
    return calendar.drop_nulls("due_date").select(line.alias("line"), pl.col("next_period").alias("period"), "due_date",
                                                  "is_overdue")  # fmt: skip


def _drops_table(edition: Edition, drops: pl.DataFrame) -> None:
    knows_folder = drops["folder"].is_not_null().any()
    frame = receipt.without_zone(drops.select([name for name in SHOWN if name != "folder" or knows_folder]))
    receipt.table(edition, frame, SHOWN, "drops")


def _agreements(edition: Edition, calendar: pl.DataFrame) -> None:
    st.markdown(f"#### {wording.say('exchange_agreements')}")
    if calendar.is_empty():
        st.markdown(wording.say("exchange_no_calendar"))
        return
    if calendar.filter(pl.col("status") == "proposed").height:
        st.caption(wording.say("exchange_agreements_note"))
    words = calendar.with_columns(
        freq=pl.col("freq").replace_strict(wording.FREQ_WORDS),
        is_overdue=pl.when(pl.col("due_date").is_not_null()).then("is_overdue"),
    )
    told = [name for name in CALENDAR if words[name].is_not_null().any()]
    receipt.table(edition, words.select(told), CALENDAR, "calendar")


def _nobody_yet(edition: Edition, calendar: pl.DataFrame) -> None:
    """The page before anybody has sent anything: what will be here, who might send it, how to begin."""
    partners = queries.exchange_partners(edition)
    ready = partners.filter("has_key").height
    proposed = partners.filter(pl.col("status") == "proposed").height
    st.title(wording.say("exchange_title_empty"))
    if ready:
        st.markdown(wording.say("exchange_empty_agreed", count=ready, proposed=proposed))
    elif proposed:
        st.markdown(wording.say("exchange_empty_proposed", count=proposed))
    will, begin = st.columns(2)
    will.markdown(f"#### {wording.say('exchange_empty_will')}")
    will.markdown(wording.say("exchange_empty_will_list"))
    begin.markdown(f"#### {wording.say('exchange_empty_begin')}")
    begin.markdown(wording.say("exchange_empty_begin_list"))
    begin.page_link(
        st.session_state["pages"]["contribute"],
        label=wording.say("exchange_open_contribute"),
        icon=":material/upload_file:",
    )
    _agreements(edition, calendar)


def _audience_words(edition: Edition, audience: str) -> str:
    if audience in {PUBLIC, NEGOTIATOR}:
        return wording.say(f"exchange_for_{audience}")
    names = dict(queries.exchange_partners(edition).select("partner", "partner_name").iter_rows())
    return wording.say("exchange_for_partner", partner=names.get(audience, audience))


def _source_line(edition: Edition, built: dt.datetime) -> None:
    words = wording.say("edition", number=edition.number)
    st.caption(wording.say("exchange_source", date=wording.date(built), edition=words))
