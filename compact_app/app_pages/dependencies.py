"""Dependencies: who supplies an area, how concentrated is that, and how much of it comes from outside the Compact?"""

from typing import Any

import polars as pl
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from compact_app import charts, queries, wording
from compact_app import theme as theming
from compact_app.app_pages import anatomy
from compact_app.queries import Edition, Subject

FIRST_AREA = "USA"
SHOWN_DIFFERENCE = 0.0005  # of a share: less than what a page shows
COMPARED = (
    "area",
    "name",
    "tier",
    "outside_share",
    "unnamed_share",
    "top_supplier_name",
    "top_share",
    "hhi",
    "hhi_low",
    "hhi_high",
    "core_share",
    "partner_share",
    "ally_share",
    "reported_by",
    "obs_status",
    "source_id",
)


def show(edition: Edition) -> None:
    """Draw the page."""
    subject_box, area_box, year_box = anatomy.choices([4, 3, 4])
    subject = _choose_subject(edition, subject_box)
    area, name = _choose_area(edition, area_box)
    rows = queries.dependency_rows(edition, subject)
    own = rows.filter((pl.col("area") == area) & pl.col("top_share").is_not_null())
    words = wording.subject_in_sentence(subject.theme, subject.subject)
    if own.is_empty():
        st.title(wording.say("dependency_title_none", area=wording.in_sentence(name), subject=words))
        held = rows.filter(pl.col("top_share").is_not_null())["area"].n_unique()
        st.markdown(wording.say("dependency_none_hint", count=held))
        return
    year = _choose_year(own["time_period"].to_list(), year_box, area)
    chosen = own.filter(pl.col("time_period") == year).row(0, named=True)
    title = _finding(chosen, words)
    st.title(title)
    st.markdown(_sentence(chosen))
    suppliers = queries.suppliers(edition, subject, area, year)
    st.markdown(f"#### {wording.say('dependency_suppliers', year=year)}")
    anatomy.draw(st, charts.supplier_bars(suppliers, chosen["unnamed_share"], theming.ink()), alt=title)
    if own.height > 1:
        st.markdown(f"#### {wording.say('dependency_tiers')}")
        anatomy.draw(st, charts.tier_shares(own), alt=_sentence(chosen))
    st.markdown(f"#### {wording.say('numbers')}")
    st.dataframe(suppliers, hide_index=True, column_config=_supplier_columns(chosen["unit_measure"]))
    anatomy.download_row(edition, suppliers, f"suppliers-{area}-{year}", [chosen["source_id"]])
    compared = rows.filter((pl.col("time_period") == year) & pl.col("top_share").is_not_null())
    if compared.height > 1:
        _compare(edition, compared, year)
    anatomy.beware(
        [*_cautions(chosen, rows.filter(pl.col("area") == area)), *anatomy.cautions_of(edition, [chosen["source_id"]])]
    )
    anatomy.source_line(edition, [chosen["source_id"]], year)


def _choose_subject(edition: Edition, box: DeltaGenerator) -> Subject:
    held = queries.dependency_subjects(edition)
    keys = {f"{row['theme']}/{row['subject']}/{row['stock_flow']}": row for row in held.iter_rows(named=True)}
    words = {
        key: f"{wording.theme_name(row['theme'])}: {wording.subject_name(row['theme'], row['subject'])}"
        for key, row in keys.items()
    }
    key = box.selectbox(
        wording.say("dependency_subject"), list(words), format_func=words.__getitem__, key="what", bind="query-params"
    )
    return Subject(keys[key]["theme"], keys[key]["subject"], keys[key]["stock_flow"])


def _choose_area(edition: Edition, box: DeltaGenerator) -> tuple[str, str]:
    names = dict(queries.membership(edition).select("area", "name").iter_rows())
    areas = list(names)
    area = box.selectbox(
        wording.say("dependency_area"),
        areas,
        index=areas.index(FIRST_AREA),
        format_func=names.__getitem__,
        key="area",
        bind="query-params",
    )
    return area, names[area]


def _choose_year(years: list[str], box: DeltaGenerator, area: str) -> str:
    """A slider where there is a choice; each receiver keeps its own, since the years that are held differ."""
    if len(years) == 1:
        return years[0]
    return box.select_slider(
        wording.say("dependency_year"), years, value=years[-1], key=f"year_{area}", bind="query-params"
    )


def _finding(row: dict[str, Any], words: str) -> str:
    return wording.say(
        "dependency_title" if row["has_total"] else "dependency_title_held",
        count=row["suppliers_count"],
        area=wording.sentence(row["name"]),
        outside=_outside(row),
        subject=words,
        supplier=wording.in_sentence(row["top_supplier_name"]),
        share=wording.share(row["top_share"]),
        year=row["time_period"],
    )


def _outside(row: dict[str, Any]) -> str:
    """The share from outside: a range where some suppliers are not named, who may be inside or outside."""
    low, unnamed = row["outside_share"], row["unnamed_share"]
    if unnamed < SHOWN_DIFFERENCE:
        return wording.share(low)
    return wording.say("dependency_range", low=wording.share(low), high=wording.share(low + unnamed))


def _at_least(row: dict[str, Any], tier: str) -> str:
    """A tier's share; where suppliers are not named it is a lower bound, and none named is not none."""
    share = row[f"{tier}_share"]
    if row["unnamed_share"] < SHOWN_DIFFERENCE:
        return wording.share(share)
    return (
        wording.say("dependency_at_least", share=wording.share(share)) if share else wording.say("dependency_unknown")
    )


def _sentence(row: dict[str, Any]) -> str:
    low, high = row["hhi_low"], row["hhi_high"]
    is_range = high - low >= SHOWN_DIFFERENCE
    shown = (
        wording.say("dependency_range", low=wording.asymmetry(low), high=wording.asymmetry(high))
        if is_range
        else wording.asymmetry(high)
    )
    effective = (
        wording.say("dependency_range", low=wording.ratio(1 / high), high=wording.ratio(1 / low))
        if is_range
        else wording.ratio(1 / high)
    )
    return wording.say(
        "dependency_sentence",
        hhi=shown,
        effective=effective,
        core=_at_least(row, "core"),
        partner=_at_least(row, "partner"),
        ally=_at_least(row, "ally"),
    )


def _compare(edition: Edition, compared: pl.DataFrame, year: str) -> None:
    st.markdown(f"#### {wording.say('dependency_compare', year=year)}")
    table = compared.select(COMPARED).sort("name")
    st.dataframe(table, hide_index=True, placeholder=wording.BLANK, column_config=_compare_columns())
    sources = table["source_id"].drop_nulls().unique().sort().to_list()
    anatomy.download_row(edition, table, f"dependency-{year}", sources)


def _cautions(row: dict[str, Any], of_area: pl.DataFrame) -> list[str]:
    named = wording.say("dependency_named", share=wording.share(row["named_share"]))
    cautions = [
        named if row["has_total"] else wording.say("dependency_no_total", count=row["suppliers_count"]),
        wording.say("dependency_mechanical"),
    ]
    breaks = of_area.filter((pl.col("obs_status") == "B") & pl.col("top_share").is_not_null())["time_period"].to_list()
    if breaks:
        cautions.append(wording.say("dependency_break", years=", ".join(breaks)))
    silent = of_area.filter(pl.col("reason") == "few_reporters")["time_period"].to_list()
    if silent:
        cautions.append(wording.say("dependency_silent", years=", ".join(silent)))
    return cautions


def _supplier_columns(unit: str) -> dict[str, Any]:
    number = st.column_config.NumberColumn
    return {
        "supplier": wording.say("column_area"),
        "name": wording.say("column_supplier"),
        "tier": wording.say("tier"),
        "value": number(f"{wording.say('column_figure')} ({wording.UNITS.get(unit, unit)})", format="localized"),
        "share": number(wording.say("column_share"), format="percent"),
    }


def _compare_columns() -> dict[str, Any]:
    number = st.column_config.NumberColumn
    shares = {
        "outside_share": "column_outside",
        "top_share": "column_top_share",
        "core_share": "share_core",
        "partner_share": "share_partner",
        "ally_share": "share_ally",
        "unnamed_share": "share_unnamed",
    }
    indices = {"hhi": "column_hhi", "hhi_low": "column_hhi_low", "hhi_high": "column_hhi_high"}
    return {
        "area": wording.say("column_area"),
        "name": wording.say("column_name"),
        "tier": wording.say("tier"),
        "top_supplier_name": wording.say("column_top"),
        "reported_by": wording.say("column_reported_by"),
        "obs_status": wording.say("column_status"),
        "source_id": wording.say("source"),
        **{name: number(wording.say(key), format="percent") for name, key in shares.items()},
        **{name: number(wording.say(key), format="%.3f") for name, key in indices.items()},
    }
