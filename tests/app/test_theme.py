"""Colours and shapes: what they must hold for readers who see them differently."""

import tomllib
from importlib.resources import files
from itertools import pairwise
from typing import Final

import pytest

from compact_app import theme

LIGHT: Final = "#ffffff"
DARK: Final = "#0e1117"
CONTRAST_OF_MARKS: Final = 3.0  # WCAG 2.2, 1.4.11
CONTRAST_OF_TEXT: Final = 4.5  # WCAG 2.2, 1.4.3


def luminance(colour: str) -> float:
    parts = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """How far apart two colours are, 1 to 21, by WCAG 2.2."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


MARKS = {
    **{f"tier {name}": colour for name, colour in theme.TIER_COLOURS.items()},
    **{f"theme {name}": colour for name, colour in theme.THEME_COLOURS.items()},
    **{f"side {name}": colour for name, colour in theme.SIDE_COLOURS.items()},
    "neutral": theme.NEUTRAL,
    "breach": theme.BREACH,
}


@pytest.mark.parametrize("background", [LIGHT, DARK])
@pytest.mark.parametrize("name", MARKS)
def test_a_colour_stands_out_from_the_background(name: str, background: str) -> None:
    assert contrast(MARKS[name], background) >= CONTRAST_OF_MARKS


@pytest.mark.parametrize(("mode", "background"), [("light", LIGHT), ("dark", DARK)])
def test_labels_are_legible(mode: str, background: str) -> None:
    assert contrast(theme.INK[mode], background) >= CONTRAST_OF_TEXT


def test_white_names_are_legible_on_the_founding_members() -> None:
    assert contrast("#ffffff", theme.TIER_COLOURS["core"]) >= CONTRAST_OF_TEXT


@pytest.mark.parametrize("level", range(len(theme.LEVEL_COLOURS)))
def test_a_letter_is_legible_on_the_shade_of_its_status(level: int) -> None:
    ink = "#ffffff" if level >= 3 else theme.INK["light"]
    assert contrast(ink, theme.LEVEL_COLOURS[level]) >= CONTRAST_OF_TEXT


def test_contrast_is_computed_as_the_guideline_has_it() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert contrast("#ffffff", "#ffffff") == pytest.approx(1)


@pytest.mark.parametrize("palette", [theme.TIER_COLOURS, theme.THEME_COLOURS, theme.SIDE_COLOURS])
def test_no_two_of_a_palette_are_one_colour(palette: dict[str, str]) -> None:
    assert all(one != other for one, other in pairwise(sorted(palette.values())))


def test_the_palette_of_streamlit_is_ours() -> None:
    settings = tomllib.loads((files("compact_app") / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert set(settings["theme"]["chartCategoricalColors"]) <= set(MARKS.values())
    assert settings["browser"]["gatherUsageStats"] is False
