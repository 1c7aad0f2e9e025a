"""The working text of the Compact: articles and commitments in three languages, each bound to what measures it.

Ours, a proposal to talk about: nobody has signed it. schemas/compact/about.yaml names the text and the order of its
themes; beside it stands one file a theme. A commitment has a measure with a threshold and a rule for the period, or
says which data would be needed.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, Self, TypeVar

import yaml
from pydantic import Field, ValidationError, model_validator

from compact_pipelines.contracts.commitment_measures import Measure, Unit
from compact_pipelines.contracts.evidence import Strict, Text
from compact_pipelines.contracts.membership import LANGUAGES, Words
from compact_pipelines.contracts.reading import load_contracts, schemas_folder
from compact_pipelines.errors import ContractError

M = TypeVar("M", bound=Strict)

FOLDER: Final = "compact"
ABOUT: Final = "about.yaml"
Comparison = Literal["at_least", "at_most"]


class Threshold(Strict):
    """The limit that a value must keep.

    Attributes:
        basis: `choice` is ours and a matter for the negotiators; `source` is another's, then cited.
    """

    comparison: Comparison
    value: float = Field(allow_inf_nan=False)
    unit: Unit
    basis: Literal["choice", "source"]
    citation: Text | None = None

    @model_validator(mode="after")
    def _cites_its_source(self) -> Self:
        if (self.citation is not None) != (self.basis == "source"):
            raise ValueError("a citation is needed for basis source, and allowed only there")
        return self


class Period(Strict):
    """Which periods decide.

    Attributes:
        rule: `latest`, the last one that can be judged; `year`, that one; `since`, every held one from then on.
        year: for the last two.
    """

    rule: Literal["latest", "year", "since"]
    year: int | None = Field(default=None, ge=1950, le=2100)

    @model_validator(mode="after")
    def _has_its_year(self) -> Self:
        if (self.year is not None) != (self.rule != "latest"):
            raise ValueError(f"rule {self.rule!r}: a year is needed for the rules year and since, and only there")
        return self


class Needed(Strict):
    """Why a commitment cannot be measured, which data it would take, and who could publish them."""

    reason: Text
    data: Text
    publisher: Text


class Commitment(Strict):
    """One thing that members would undertake.

    Attributes:
        areas: the members it binds; all where empty.
        measure, threshold, period: how it is judged; all three or none.
        rationale: why this measure and this limit, and what they leave out.
        not_measurable: in their place, where no held data tell.
    """

    id: Text
    title: Words
    text: Words
    areas: list[Text] = Field(default_factory=list)
    measure: Measure | None = None
    threshold: Threshold | None = None
    period: Period | None = None
    rationale: Text
    not_measurable: Needed | None = None

    @model_validator(mode="after")
    def _is_measured_or_says_why_not(self) -> Self:
        given = [self.measure, self.threshold, self.period]
        if self.not_measurable is None and any(part is None for part in given):
            raise ValueError(f"commitment {self.id}: measure, threshold and period are needed, or not_measurable")
        if self.not_measurable is not None and any(part is not None for part in given):
            raise ValueError(f"commitment {self.id}: it has a measure and not_measurable; keep one of the two")
        if self.measure and self.threshold and self.measure.unit != self.threshold.unit:
            raise ValueError(
                f"commitment {self.id}: the threshold is in {self.threshold.unit}; "
                f"{self.measure.indicator} is in {self.measure.unit}"
            )
        return self


class Article(Strict):
    """One article, with its commitments."""

    id: Text
    title: Words
    text: Words
    commitments: list[Commitment] = Field(min_length=1)


class Theme(Strict):
    """One file: the articles of one theme."""

    id: Text
    title: Words
    articles: list[Article] = Field(min_length=1)


class About(Strict):
    """about.yaml: what the text is, and the order of its themes."""

    title: Words
    label: Words
    version: Text
    themes: list[Text] = Field(min_length=1)


class CompactText(Strict):
    """The whole text."""

    about: About
    themes: list[Theme]

    @property
    def articles(self) -> list[Article]:
        """All articles, in order."""
        return [article for theme in self.themes for article in theme.articles]

    @property
    def commitments(self) -> list[Commitment]:
        """All commitments, in order."""
        return [commitment for article in self.articles for commitment in article.commitments]

    @property
    def article_of(self) -> dict[str, str]:
        """Commitment to the article it stands in."""
        return {commitment.id: article.id for article in self.articles for commitment in article.commitments}


@cache
def load_compact_text(folder: Path | None = None) -> CompactText:
    """Read the working text once per process; see `read_compact_text` for the errors."""
    return read_compact_text(folder or schemas_folder())


def read_compact_text(folder: Path) -> CompactText:
    """Read and check the working text of a schemas folder.

    Raises:
        ContractError: a file is missing, has an unknown or a wrong field, lacks a language, or names an area, a code or
            an indicator that does not exist; the faults of one kind all at once.
    """
    about = _read(About, folder / FOLDER / ABOUT)
    themes = [_read(Theme, folder / FOLDER / f"{name}.yaml") for name in about.themes]
    text = CompactText(about=about, themes=themes)
    if faults := list(_faults(text, folder / FOLDER)):
        raise ContractError(f"{folder / FOLDER}: {'; '.join(faults)}")
    return text


def _read(kind: type[M], path: Path) -> M:
    try:
        content: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        return kind.model_validate(content)
    except FileNotFoundError:
        raise ContractError(f"{path} is missing; restore it, the working text cannot be read without it") from None
    except ValidationError as error:
        told = "; ".join(f"{'.'.join(map(str, fault['loc'])) or 'file'}: {fault['msg']}" for fault in error.errors())
        raise ContractError(f"{path}: {told}") from None
    except (yaml.YAMLError, ValueError) as error:  # a ValueError: not UTF-8
        raise ContractError(f"{path} is not valid YAML in UTF-8: {error}") from None


def _faults(text: CompactText, folder: Path) -> Iterator[str]:
    if unlisted := sorted({path.stem for path in folder.glob("*.yaml")} - {*text.about.themes, Path(ABOUT).stem}):
        yield f"{unlisted} are no themes of {ABOUT}; name them there or take the files away"
    for name, theme in zip(text.about.themes, text.themes, strict=True):
        if theme.id != name:
            yield f"{name}.yaml: id is {theme.id!r}; it must be the file's name"
    for what, ids in {
        "articles": [article.id for article in text.articles],
        "commitments": [commitment.id for commitment in text.commitments],
    }.items():
        if twice := sorted({name for name in ids if ids.count(name) > 1}):
            yield f"{what} {twice} stand twice; keep one of each"
    for article in text.articles:
        if strange := [one.id for one in article.commitments if not one.id.startswith(f"{article.id}.")]:
            yield f"article {article.id}: commitments {strange}; their ids begin with {article.id}."
    for place, words in _all_words(text):
        if missing := [language for language in LANGUAGES if not words.get(language, "").strip()]:
            yield f"{place}: no text in {', '.join(missing)}; needed are en, fr and es"
    yield from _unknown_codes(text)


def _all_words(text: CompactText) -> Iterator[tuple[str, Words]]:
    yield f"{ABOUT}, title", text.about.title
    yield f"{ABOUT}, label", text.about.label
    for theme in text.themes:
        yield f"theme {theme.id}, title", theme.title
    for part, kind in [(article, "article") for article in text.articles] + [
        (commitment, "commitment") for commitment in text.commitments
    ]:
        yield f"{kind} {part.id}, title", part.title
        yield f"{kind} {part.id}, text", part.text


def _unknown_codes(text: CompactText) -> Iterator[str]:
    lists = load_contracts().codelists
    members = load_contracts().membership.tier_of
    for commitment in text.commitments:
        for area in commitment.areas:
            if area not in members:
                yield f"commitment {commitment.id}: no area {area!r} in membership.yaml"
        for list_id, code in commitment.measure.codes() if commitment.measure else ():
            if code not in lists[list_id].rows:
                yield f"commitment {commitment.id}: no code {code!r} in codelists/{list_id}.csv"


def article_rows(text: CompactText) -> Iterator[dict[str, Any]]:
    """One row a commitment, in order, in the columns of schemas/published/compact_articles.yaml."""
    for theme in text.themes:
        for article in theme.articles:
            for one in article.commitments:
                told = {"article_title": article.title, "article_text": article.text}
                told |= {"title": one.title, "text": one.text}
                threshold, period, needed = one.threshold, one.period, one.not_measurable
                yield {
                    "article": article.id,
                    "commitment": one.id,
                    "theme": theme.id,
                    "version": text.about.version,
                    "is_measurable": one.measure is not None,
                    **{f"{name}_{language}": words[language] for name, words in told.items() for language in LANGUAGES},
                    "binds": ", ".join(one.areas) or None,
                    "indicator": one.measure.indicator if one.measure else None,
                    "comparison": threshold.comparison if threshold else None,
                    "threshold": threshold.value if threshold else None,
                    "unit": threshold.unit if threshold else None,
                    "threshold_basis": threshold.basis if threshold else None,
                    "threshold_citation": threshold.citation if threshold else None,
                    "period_rule": period.rule if period else None,
                    "period_year": period.year if period else None,
                    "rationale": one.rationale,
                    "reason": needed.reason if needed else None,
                    "data_needed": needed.data if needed else None,
                    "publisher": needed.publisher if needed else None,
                }
