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

from compact_app.wording import reasons
from compact_app.wording.accession import ACCESSION
from compact_app.wording.commitments import COMMITMENTS
from compact_app.wording.contributing import CONTRIBUTING
from compact_app.wording.delivering import DELIVERING
from compact_app.wording.freshness import FRESHNESS
from compact_app.wording.reconciling import RECONCILING
from compact_app.wording.reporters import REPORTERS
from compact_app.wording.resilience import RESILIENCE
from compact_app.wording.scenarios import SCENARIOS
from compact_app.wording.standards_gaps import STANDARDS_GAPS
from compact_app.wording.ties import METRICS as OF_TIES
from compact_app.wording.ties import TIES
from compact_app.wording.unverified import UNVERIFIED
from compact_app.wording.words import WORDS as OF_PAGES
from compact_pipelines.contracts import load_contracts

WORDS: Final = (
    OF_PAGES
    | ACCESSION
    | UNVERIFIED
    | COMMITMENTS
    | CONTRIBUTING
    | DELIVERING
    | FRESHNESS
    | RECONCILING
    | REPORTERS
    | RESILIENCE
    | SCENARIOS
    | STANDARDS_GAPS
    | TIES
)
LANGUAGE: Final = "en"
LANGUAGES: Final = {"en": "English", "fr": "Français", "es": "Español"}  # each in itself
LOCALE: Final = "en_GB"
SIGNIFICANT: Final = 4
SIGNIFICANT_OF_SHARE: Final = 3
SIGNIFICANT_OF_RANGE: Final = 3  # a figure with a range, and a step of a gap
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
    "different_basis": "its report is of another population or concept",
}
REASON_WORDS: Final = reasons.REASON_WORDS
NOTE_WORDS: Final = reasons.NOTE_WORDS
SUM_WORDS: Final = reasons.SUM_WORDS
ROLE_WORDS: Final = reasons.ROLE_WORDS
STATE_WORDS: Final = reasons.STATE_WORDS

# First words that keep their capital within a sentence.
PROPER: Final = frozenset({"Canadian", "LinkedIn", "US"})

# English names that take an article within a sentence.
WITH_ARTICLE: Final = frozenset(
    {"United States", "United Kingdom", "United Arab Emirates", "Netherlands", "Philippines", "European Union"}
)

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
} | OF_TIES


def say(key: str, **values: object) -> str:
    """One text of WORDS with its places filled."""
    return WORDS[key].format(**values)


def theme_name(theme: str) -> str:
    """A theme in one word."""
    return THEME_WORDS[theme][0]


def code_name(codelist: str, code: str) -> str:
    """A code's name in the reader's language."""
    return load_contracts().codelists[codelist].name(code, LANGUAGE)


def status_letter(level: int, status: str) -> str:
    """The letter of an instrument's status in a cell, no two alike: the first of its words, N of a stated refusal."""
    return say("standards_letter_not") if level == 0 else status[0].upper()


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


def subject_in_sentence(theme: str, subject: str) -> str:
    """The same within a sentence: all goods, but HS chapter 84 and Canadian study permits."""
    name = subject_name(theme, subject)
    first = name.split()[0]
    return name if first in PROPER or first[1:2].isupper() else name[0].lower() + name[1:]


def figure(value: Decimal | float | None, unit: str = "USD", figures: int = SIGNIFICANT) -> str:
    """A value with its unit, four significant figures: 333.6 bn USD, 11.49 million people, 90,319 MW; 0 is 0."""
    if value is None:
        return ABSENT
    number = float(value)
    words = UNITS.get(unit, unit)
    rounded = _rounded(number, figures)  # first, so that 999.96 million is 1.000 bn
    size, name = _size(rounded, unit)
    if name:
        return f"{significant(rounded / size, figures)} {name} {words}".strip()
    shown = number if figures == SIGNIFICANT else rounded
    return f"{format_decimal(round(shown), locale=LOCALE)} {words}".strip()


def interval(value: float, low: float, high: float, unit: str) -> dict[str, str]:
    """A value and both ends of its range in the value's own scale: 254 bn USD, 208, 311; three significant figures."""
    size, name = _size(_rounded(value, SIGNIFICANT_OF_RANGE), unit)
    shown = figure(value, unit, SIGNIFICANT_OF_RANGE)
    ends = {"low": low / size, "high": high / size}
    if not name:
        return {"value": shown} | {end: format_decimal(round(_of_range(x)), locale=LOCALE) for end, x in ends.items()}
    return {"value": shown} | {end: significant(_of_range(x), SIGNIFICANT_OF_RANGE) for end, x in ends.items()}


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


def gain(per_cent: float | None) -> str:
    """A change that is in per cent, with its sign, three significant figures; only zero has none: +0.553 %, 0 %."""
    if per_cent is None:
        return ABSENT
    rounded = _rounded(per_cent, SIGNIFICANT_OF_RANGE)
    if not rounded:
        return "0 %"
    digits = max(0, SIGNIFICANT_OF_RANGE - 1 - math.floor(math.log10(abs(rounded))))
    shown = format_decimal(abs(rounded), format=f"#,##0.{'0' * digits}" if digits else "#,##0", locale=LOCALE)
    return f"{'-' if rounded < 0 else '+'}{shown} %"


def ratio(value: float) -> str:
    """A plain number, three significant figures."""
    return format_decimal(value, format="#,##0.0", locale=LOCALE)


def factor(log: float) -> str:
    """A spread of logarithms as the factor it is, three significant figures: 0.353 is 1.42."""
    value = math.exp(log)
    return format_decimal(value, format="0.00" if value < 10 else "#,##0.0", locale=LOCALE)  # noqa: PLR2004


def date(value: dt.date | dt.datetime | None) -> str:
    """A day in the reader's way of writing."""
    return ABSENT if value is None else format_date(value, format="d MMM y", locale=LOCALE)


def period(value: str) -> str:
    """A period in words: 2024, 2024-Q3 or July 2024."""
    if len(value) == len("2024-07") and value[5:].isdigit():
        return format_date(dt.date(int(value[:4]), int(value[5:]), 1), format="MMMM y", locale=LOCALE)
    return value


def _size(number: float, unit: str) -> tuple[float, str]:
    """By what a figure is divided and the word for it; 1 where it is written out."""
    named = ((size, name) for size, name in SCALES if abs(number) >= size and unit in {"USD", "PS"})
    return next(named, (1.0, ""))


def _of_range(number: float) -> float:
    return _rounded(number, SIGNIFICANT_OF_RANGE)


def _rounded(number: float, figures: int) -> float:
    return float(f"{number:.{figures - 1}e}")


def significant(number: float, figures: int = SIGNIFICANT) -> str:
    """A number to four significant figures: 333.6, 0.1234, 1,234."""
    digits = max(0, figures - len(str(int(abs(number)))))
    return format_decimal(round(number, digits), format=f"#,##0.{'0' * digits}" if digits else "#,##0", locale=LOCALE)
