"""Words and numbers as a reader meets them. Every figure here is made up, unless a test says where it is from."""

import ast
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import compact_app
from compact_app import wording
from compact_pipelines.contracts import load_contracts

APP = Path(compact_app.__file__).parent
MODULES = sorted(APP.rglob("*.py"))
PAGES = [APP / "app.py", *sorted((APP / "charts").glob("*.py")), *sorted((APP / "app_pages").rglob("*.py"))]

FINITE = st.floats(min_value=-1e15, max_value=1e15, allow_nan=False)


def significant(text: str) -> int:
    """How many significant figures a number is written with; noughts that only hold a place do not count."""
    number = re.sub(r"[^\d.]", "", text)
    digits = number.replace(".", "").lstrip("0")
    return len(digits if "." in number else digits.rstrip("0"))


def spoken(text: str) -> float:
    """The number a text says: 333.6 bn USD is 3.336e11."""
    number, *rest = text.replace(",", "").split(" ")
    return float(number) * {name: size for size, name in wording.SCALES}.get(rest[0] if rest else "", 1.0)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (Decimal(333_619_712_376), "USD", "333.6 bn USD"),  # US exports to Canada in 2025, US Census Bureau
        (Decimal("258634487246.4522"), "USD", "258.6 bn USD"),  # the same as Statistics Canada counts it
        (2_095_000_000_000, "USD", "2.095 trillion USD"),
        (11_489_684, "PS", "11.49 million people"),
        (90_319, "MW", "90,319 MW"),
        (9_990_319, "MW", "9,990,319 MW"),
        (999_960_000, "USD", "1.000 bn USD"),
        (999_940_000, "USD", "999.9 million USD"),
        (-5_000_000_000, "USD", "-5.000 bn USD"),
        (1234, "PS", "1,234 people"),
        (17, "COUNT", "17"),
        (0, "USD", "0 USD"),
        (None, "USD", "not reported"),
    ],
)
def test_a_figure_is_written_with_its_unit(value: Decimal | float | None, unit: str, text: str) -> None:
    assert wording.figure(value, unit) == text


@pytest.mark.parametrize(
    ("value", "low", "high", "unit", "text"),
    [
        (2.5446e11, 2.0797e11, 3.1136e11, "USD", ("254 bn USD", "208", "311")),
        (999.96e6, 3.2e8, 1.5e9, "USD", ("1.00 bn USD", "0.32", "1.50")),
        (529_641, 227_788.4, 1_231_492, "PS", ("530,000 people", "228,000", "1,230,000")),
        (12, 5.4, 26.7, "PS", ("12 people", "5", "27")),
        (0, 0, 0, "USD", ("0 USD", "0", "0")),
    ],
)
def test_a_range_has_three_figures_in_the_scale_of_its_value(
    value: float, low: float, high: float, unit: str, text: tuple[str, str, str]
) -> None:
    assert tuple(wording.interval(value, low, high, unit).values()) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.2248, "22.5 %"),
        (0.9996, "100 %"),
        (1, "100 %"),
        (1.5, "150 %"),
        (203.2148, "20,300 %"),
        (0.000228, "0.02 %"),
        (0, "0.0 %"),
        (None, "not reported"),
    ],
)
def test_a_share_is_a_percentage(value: float | None, text: str) -> None:
    assert wording.share(value) == text


@pytest.mark.parametrize(
    ("sent", "received", "expected"),
    [
        (100.0, 77.5, ("22.5 %", "less")),
        (77.5, 100.0, ("29.0 %", "more")),
        (10_000.0, 9_998.0, ("0.02 %", "less")),
        (-100.0, -50.0, ("50.0 %", "more")),
    ],
)
def test_a_gap_is_measured_by_the_sender(sent: float, received: float, expected: tuple[str, str]) -> None:
    assert wording.gap(sent, received) == expected


@pytest.mark.parametrize(
    ("code", "text"), [("2024", "2024"), ("2024-07", "July 2024"), ("2024-Q3", "2024-Q3"), ("2024-12", "December 2024")]
)
def test_a_period_is_written_in_words(code: str, text: str) -> None:
    assert wording.period(code) == text


@pytest.mark.parametrize(
    ("largest", "unit", "expected"),
    [
        (3.3e11, "USD", (1e9, "bn USD")),
        (1e9, "USD", (1e9, "bn USD")),
        (9.9e8, "USD", (1e6, "million USD")),
        (1.1e7, "PS", (1e6, "million people")),
        (999.0, "USD", (1.0, "USD")),
        (3e7, "MW", (1.0, "MW")),
        (0.0, "USD", (1.0, "USD")),
    ],
)
def test_an_axis_has_short_numbers_and_says_their_unit(largest: float, unit: str, expected: tuple[float, str]) -> None:
    assert wording.scale(largest, unit) == expected


@given(FINITE.filter(lambda value: abs(value) >= 1e6), st.sampled_from(["USD", "PS"]))
def test_a_large_figure_has_four_significant_figures_and_says_what_it_rounds(value: float, unit: str) -> None:
    text = wording.figure(value, unit)
    assert significant(text) <= wording.SIGNIFICANT
    assert spoken(text) == pytest.approx(value, rel=5.01e-4)


@given(FINITE.filter(lambda value: abs(value) < 999_949), st.sampled_from(["USD", "PS", "MW"]))
def test_a_small_figure_is_a_whole_number(value: float, unit: str) -> None:
    assert spoken(wording.figure(value, unit)) == round(value)


@given(st.floats(min_value=-1e6, max_value=1e6, allow_nan=False))
def test_a_share_has_three_significant_figures_at_the_most(value: float) -> None:
    text = wording.share(value)
    assert significant(text) <= 3
    assert spoken(text) == pytest.approx(value * 100, rel=5.01e-3, abs=0.0501)


@given(st.floats(min_value=1e-12, max_value=1, allow_nan=False))
def test_only_zero_is_written_as_zero(value: float) -> None:
    assert spoken(wording.share(value)) > 0


def test_absent_suppressed_not_applicable_and_zero_are_written_differently() -> None:
    ways = [wording.ABSENT, wording.SUPPRESSED, wording.NOT_APPLICABLE, wording.figure(0, "COUNT"), wording.BLANK]
    assert len(set(ways)) == len(ways)


def test_an_asymmetry_that_is_not_defined_is_not_a_number() -> None:
    assert wording.asymmetry(0.12661) == "0.127"
    assert wording.asymmetry(0) == "0.000"
    assert wording.asymmetry(None) == "not applicable"


def test_a_country_has_its_article_within_a_sentence() -> None:
    assert wording.in_sentence("United States") == "the United States"
    assert wording.sentence("United States") == "The United States"
    assert wording.in_sentence("Canada") == wording.sentence("Canada") == "Canada"


def test_every_area_that_takes_an_article_is_an_area() -> None:
    areas = load_contracts().codelists["area"]
    names = {areas.name(code, wording.LANGUAGE) for code in areas.codes}
    assert wording.WITH_ARTICLE - {"European Union"} <= names


def test_a_graphs_subject_says_stock_or_flow() -> None:
    assert wording.subject_name("compute_exports", "TOTAL") == "All goods"
    assert wording.subject_name("capital_flows", "P_F5/F") != wording.subject_name("capital_flows", "P_F5/S")


# -- every key is used, every used key is there


def is_say(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return name == "say"


def strings(node: ast.AST) -> set[str]:
    return {inner.value for inner in ast.walk(node) if isinstance(inner, ast.Constant) and isinstance(inner.value, str)}


def keys_said(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Keys given to say(...): as they stand, by an f-string, or by a variable that the same function fills."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        for call in filter(is_say, ast.walk(function)):
            first = call.args[0]  # type: ignore[attr-defined]
            if isinstance(first, ast.Constant):
                yield first.value, call.lineno  # type: ignore[attr-defined]
            elif isinstance(first, ast.JoinedStr):
                parts = (re.escape(p.value) if isinstance(p, ast.Constant) else r"\w+" for p in first.values)
                pattern = re.compile("".join(parts))
                found = [key for key in wording.WORDS if pattern.fullmatch(key)]
                assert found, f"no key of WORDS looks like {pattern.pattern}"
                yield from ((key, call.lineno) for key in found)  # type: ignore[attr-defined]
            else:
                yield from ((key, call.lineno) for key in strings(function) & wording.WORDS.keys())  # type: ignore[attr-defined]


def test_every_key_that_is_said_is_a_word_and_every_word_is_said() -> None:
    said = {
        key: f"{path.name}:{line}"
        for path in MODULES
        if path.name != "words.py"
        for key, line in keys_said(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert {key: place for key, place in said.items() if key not in wording.WORDS} == {}
    assert sorted(wording.WORDS.keys() - said.keys()) == []


def test_every_word_is_filled_by_names() -> None:
    for key, text in wording.WORDS.items():
        places = set(re.findall(r"{([^}]*)}", text))
        assert all(place.isidentifier() for place in places), key
        assert "{" not in wording.say(key, **dict.fromkeys(places, "x")), key


# -- no prose beside wording/

PROSE = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,}|^[A-Z][a-z]+\b")


def prose_of(source: str) -> list[str]:
    """String literals that read like English: two words with a space between, or a capital letter and more.

    Docstrings, what goes to the log and the names a package hands on are not for the reader of a page.
    """
    tree = ast.parse(source)
    exempt: set[int] = set()
    for node in ast.walk(tree):
        is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        is_log = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _is_log(node.func.value)
        is_names = isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["__all__"]
        if is_docstring or is_log or is_names or isinstance(node, ast.Raise):
            exempt.update(id(inner) for inner in ast.walk(node))
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in exempt
        and PROSE.search(node.value)
    ]


def _is_log(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "LOG"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_holds_no_words_of_its_own(path: Path) -> None:
    assert prose_of(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "line",
    [
        'st.title("Canada counts less")',
        'st.download_button("Download", data)',
        'st.markdown(f"#### The numbers of {year}")',
        'st.caption(" and ".join(["see the ledger"]))',
        'column.selectbox(label="Choose an area", options=areas)',
    ],
)
def test_words_on_a_page_would_be_found(line: str) -> None:
    assert prose_of(line) != []


@pytest.mark.parametrize(
    "line",
    [
        '"""A docstring of the module."""',
        'st.title(wording.say("pair_title_none"))',
        'LOG.exception("a page could not be shown")',
        '__all__ = ["Picture", "reach"]',
        'st.selectbox(words, key="from_area", bind="query-params")',
        'st.page_link(page, icon=":material/compare_arrows:")',
    ],
)
def test_keys_and_the_log_are_no_words_of_a_page(line: str) -> None:
    assert prose_of(line) == []
