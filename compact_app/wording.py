"""Every word a reader sees, and how numbers and dates are written. English first; another language is another table.

Rules: plain, neutral, present tense; no side is wrong; units spelled once; four significant figures in text, all of
them in downloads. Absent, suppressed, not applicable and zero are written differently, everywhere in the same way.
"""

import datetime as dt
import math
from decimal import Decimal
from typing import Final

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from compact_pipelines.contracts import load_contracts

LANGUAGE: Final = "en"
LOCALE: Final = "en_GB"
SIGNIFICANT: Final = 4
SIGNIFICANT_OF_SHARE: Final = 3
SCALES: Final = ((1e12, "trillion"), (1e9, "bn"), (1e6, "million"))
UNITS: Final = {"USD": "USD", "PS": "people", "MW": "MW", "MWH": "MWh", "COUNT": "", "PER_10000": "per 10,000"}

# Why there is no figure. Zero is written as 0 and never as one of these.
BLANK: Final = "–"  # noqa: RUF001  (a dash where a table has no figure; another column says why)
ABSENT: Final = "not reported"
SUPPRESSED: Final = "withheld"
NOT_APPLICABLE: Final = "not applicable"
MISSING_WORDS: Final = {
    "no_report": "no report held",
    "copy": "a copy of the other side",
    "missing_value": ABSENT,
    "incomplete_year": "year not complete",
}

# English names that take an article within a sentence.
WITH_ARTICLE: Final = frozenset(
    {"United States", "United Kingdom", "United Arab Emirates", "Netherlands", "Philippines", "European Union"}
)

WORDS: Final = {
    "nav_overview": "Overview",
    "nav_country_pair": "Country pair",
    "nav_alliance_graph": "Alliance graph",
    "nav_sources_and_quality": "Sources and quality",
    "no_edition_title": "There is no edition yet",
    "no_edition_body": "The dashboard reads a published edition and none is here. Make one, then load this page again:",
    "no_edition_command": "compact run",
    "trouble_title": "This page cannot be shown",
    "trouble_body": "A fault of this program, not of your choice; its log says more. Another page or choice may work.",
    "download": "Download",
    "download_csv": "CSV",
    "download_parquet": "Parquet",
    "download_xlsx": "XLSX",
    "beware": "What to beware of here",
    "numbers": "The numbers",
    "source": "Source",
    "edition": "edition {number}",
    "taken": "taken {date}",
    "grade": "grade {grade}",
    # Overview
    "overview_title": (
        "{to} counts {gap} {direction} than {from_} says it sends: {to_value} against {from_value} in {period}"
    ),
    "overview_title_none": "No flow between founding members is reported by both sides yet",
    "overview_lead": (
        "The United States, Canada and Mexico agree to let capital, technology and talent move freely. Each counts the "
        "same flow differently. This exchange puts both figures side by side and says how far they can be trusted."
    ),
    "overview_open_pair": "See both sides of this flow",
    "overview_map": "The Compact and its candidates",
    "overview_map_note": "{scenario}. Borders: Natural Earth, which takes no position on claims.",
    "overview_flows": "The flows at a glance",
    "overview_changes": "What changed in this edition",
    "overview_first": "This is the first edition: there is none before it to compare with.",
    "overview_changed": "Compared with edition {number}.",
    "tier": "Tier",
    "reference": "Reference",
    # Columns of tables
    "column_theme": "Theme",
    "column_rows": "Rows",
    "column_change": "Change in rows",
    "column_sources": "Sources",
    "column_from": "From",
    "column_to": "To",
    "column_headline": "Headline series",
    "column_value": "Latest value",
    "column_before": "Before",
    "column_period": "Period",
    "column_difference": "Difference",
    "column_asymmetry": "Asymmetry D",
    "column_grade": "Grade",
    "column_missing": "Why blank: {area}",
    "column_source_of": "Source: {area}",
    "column_status_of": "Status: {area}",
    "column_coverage": "Coverage",
    "column_area": "Area",
    "column_name": "Name",
    "column_rank": "Rank: {metric}",
    # Country pair
    "pair_theme": "Theme",
    "pair_subject": "What",
    "pair_from": "From",
    "pair_to": "To",
    "pair_freq": "By",
    "pair_title_gap": "{to} counts {gap} {direction} than {from_} {says} ({period})",
    "pair_title_equal": "{to} and {from_} report the same figure ({period})",
    "pair_title_one": "Only {who} reports this flow: {value} in {period}",
    "pair_title_zero": "{to} reports {value} where {from_} reports 0 ({period})",
    "pair_title_none": "No report of a flow from {from_} to {to} is held",
    "pair_sentence": (
        "{from_} reports {from_value}, {to} reports {to_value}: a difference of {difference}. "
        "Asymmetry D = {asymmetry} (0: the sides agree, 1: only one side sees a flow)."
    ),
    "pair_sentence_one": "{silent}: {why}. One report cannot be checked against another, so it is graded D.",
    "pair_none_hint": "Try another theme, or a pair with a founding member; {count} pairs are held for this choice.",
    "pair_same_place": "A flow runs between two areas. Choose two different ones.",
    "pair_chart_from": "{area} (sends)",
    "pair_chart_to": "{area} (receives)",
    "pair_tile": "{area} reports",
    "pair_what_each_counts": "What each side counts",
    "pair_side_line": "**{area}**: {source}{valuation}.",
    "pair_valued": ", valued {valuation}",
    "pair_same_source": (
        "Both reports rest on one collection: {reason} Agreement between them is no evidence of quality, and a "
        "difference is one of concepts, such as re-exports and origin. Grade is capped at B."
    ),
    "pair_break": "The source of a side changes within the series, at {periods}: compare across that year with care.",
    "pair_imputed": (
        "In some periods one figure is a copy of the other; such a figure is no second voice and is left blank."
    ),
    "pair_coverage": "A year stands only with all twelve months; years that are not complete are blank.",
    "pair_reconciled": "A reconciled value with its interval is not computed in this edition.",
    # Alliance graph
    "graph_none": "No graph is measured in this edition: too few areas report",
    "graph_subject": "Graph of",
    "graph_year": "Year",
    "graph_metric": "Size of a node",
    "graph_title": "{first} is the most central in {subject} of {year}; {share} of it touches a founding member",
    "graph_sentence": (
        "By PageRank {first} comes first, then {second} and {third}. By betweenness {broker} stands between the others "
        "most often. Louvain finds {groups} groups."
    ),
    "graph_note": (
        "Lines are drawn where a tie stands out for either end (disparity filter at 5 %) and for each area's strongest "
        "tie; every measure is computed on all ties. Places are the same in every year: a picture, not a measure."
    ),
    "graph_coverage": (
        "{share} of the areas report themselves; where the sender is silent the receiver's figure stands."
    ),
    "graph_stock": "Foreign-born residents of all skills; a stock at mid-year, not a flow.",
    "graph_goods": "All goods, not computing alone; reported by exporters, FOB.",
    # Sources and quality
    "quality_title": (
        "{passed} of {checks} checks hold; the freshest figures are of {newest}, the oldest source ends in {oldest}"
    ),
    "quality_title_failed": "{failed} of {checks} checks do not hold",
    "quality_fresh": "How far each source reaches",
    "quality_reach": "Each bar runs from the first to the last period held.",
    "quality_sources": "Sources",
    "quality_ledger": "Ledger of snapshots",
    "quality_checks": "Checks of this edition",
    "quality_download": "Download everything",
    "quality_download_note": "Each published table of edition {number}, or the whole edition as one DuckDB file.",
    "quality_table": "Table",
    "quality_rows": "Rows in {table}: {rows}",
    "quality_prepare": "The file is made when you press the button.",
    "quality_edition_file": "Whole edition (DuckDB)",
    "quality_chosen": "Source shown",
    "quality_all": "all sources",
    "quality_taken": "Figures taken",
    "quality_collected": "Collected from",
    "quality_form": "Form",
    "quality_licence": "Licence",
    "quality_attribution": "Name it as",
    "quality_trace": "Edition built {built}, code {code}.",
}

THEME_WORDS: Final = {
    "compute_exports": ("Trade", "says it sends"),
    "capital_flows": ("Capital", "says it invests"),
    "talent_movement": ("Talent", "says it sends"),
    "standards_adoption": ("Standards", ""),
    "infrastructure": ("Energy and sites", ""),
}
FREQ_WORDS: Final = {"A": "year", "Q": "quarter", "M": "month"}
METRIC_WORDS: Final = {
    "strength": "Strength (all flows)",
    "strength_out": "Strength, outward",
    "strength_in": "Strength, inward",
    "pagerank": "PageRank",
    "betweenness": "Betweenness",
    "community": "Community",
    "community_stability": "Stability of community",
}


def say(key: str, **values: object) -> str:
    """One text of WORDS with its places filled."""
    return WORDS[key].format(**values)


def theme_name(theme: str) -> str:
    """A theme in one word."""
    return THEME_WORDS[theme][0]


def code_name(codelist: str, code: str) -> str:
    """A code's name in the reader's language."""
    return load_contracts().codelists[codelist].name(code, LANGUAGE)


def subject_name(theme: str, subject: str) -> str:
    """A product, an instrument or a category in words; a graph's subject may carry S or F after a stroke."""
    codelist = {
        "compute_exports": "product",
        "capital_flows": "capital_instrument",
        "talent_movement": "talent_category",
    }[theme]
    code, _, stock_flow = subject.partition("/")
    name = code_name(codelist, code)
    return f"{name} ({code_name('stock_flow', stock_flow).split()[0].lower()})" if stock_flow else name


def figure(value: Decimal | float | None, unit: str = "USD") -> str:
    """A value with its unit, four significant figures: 333.6 bn USD, 11.49 million people, 90,319 MW; 0 is 0."""
    if value is None:
        return ABSENT
    number = float(value)
    words = UNITS.get(unit, unit)
    rounded = _rounded(number, SIGNIFICANT)  # first, so that 999.96 million is 1.000 bn
    for size, name in SCALES:
        if abs(rounded) >= size and unit in {"USD", "PS"}:
            return f"{_significant(rounded / size)} {name} {words}".strip()
    return f"{format_decimal(round(number), locale=LOCALE)} {words}".strip()


def scale(largest: float, unit: str) -> tuple[float, str]:
    """What to divide an axis by so that its numbers are short, and the axis's title: (1e9, "bn USD")."""
    words = UNITS.get(unit, unit)
    for size, name in SCALES[1:]:
        if largest >= size and unit in {"USD", "PS"}:
            return size, f"{name} {words}"
    return 1.0, words


def share(value: float | None) -> str:
    """A share from 0 to 1 as a percentage, three significant figures at the most; only zero is written as zero."""
    if value is None:
        return ABSENT
    rounded = _rounded(value, SIGNIFICANT_OF_SHARE)
    percent = abs(rounded) * 100
    digits = 0 if percent >= 100 else 1  # noqa: PLR2004  (the whole)
    if 0 < percent < 0.1:  # noqa: PLR2004  (one digit would show zero)
        digits = -math.floor(math.log10(percent))
    return format_percent(rounded, format=f"#,##0.{'0' * digits} %" if digits else "#,##0 %", locale=LOCALE)


def number(value: int) -> str:
    """A count with its separators."""
    return format_decimal(value, locale=LOCALE)


def sentence(name: str) -> str:
    """An area's name where a sentence begins: The United States, Canada."""
    return f"The {name}" if name in WITH_ARTICLE else name


def in_sentence(name: str) -> str:
    """An area's name within a sentence: the United States, Canada."""
    return f"the {name}" if name in WITH_ARTICLE else name


def asymmetry(value: float | None) -> str:
    """D to three decimals."""
    return NOT_APPLICABLE if value is None else format_decimal(value, format="0.000", locale=LOCALE)


def gap(from_value: float, to_value: float) -> tuple[str, str]:
    """How much less or more the receiver counts, as a percentage of the sender's figure, and the word for it."""
    relative = (to_value - from_value) / abs(from_value)
    return share(abs(relative)), "less" if relative < 0 else "more"


def date(value: dt.date | dt.datetime | None) -> str:
    """A day in the reader's way of writing."""
    return ABSENT if value is None else format_date(value, format="d MMM y", locale=LOCALE)


def period(value: str) -> str:
    """A period in words: 2024, 2024-Q3 or July 2024."""
    if len(value) == len("2024-07") and value[5:].isdigit():
        return format_date(dt.date(int(value[:4]), int(value[5:]), 1), format="MMMM y", locale=LOCALE)
    return value


def _rounded(number: float, figures: int) -> float:
    return float(f"{number:.{figures - 1}e}")


def _significant(number: float) -> str:
    digits = max(0, SIGNIFICANT - len(str(int(abs(number)))))
    return format_decimal(round(number, digits), format=f"#,##0.{'0' * digits}" if digits else "#,##0", locale=LOCALE)
