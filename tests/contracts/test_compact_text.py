"""The working text: ours as it stands in schemas/compact/, and faulty copies of it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from compact_pipelines.contracts.compact_text import article_rows, load_compact_text, read_compact_text
from compact_pipelines.contracts.membership import LANGUAGES
from compact_pipelines.contracts.reading import load_contracts, schemas_folder
from compact_pipelines.errors import ContractError

OURS = load_compact_text()
Change = Callable[[str, str, str], Path]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(schemas_folder() / "compact", tmp_path / "compact")
    return tmp_path


@pytest.fixture
def change(folder: Path) -> Change:
    """Put other words into one of the files, where the old ones stand first; the folder of the faulty copy."""

    def change(name: str, old: str, new: str) -> Path:
        path = folder / "compact" / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return folder

    return change


def fault(folder: Path) -> str:
    with pytest.raises(ContractError) as error:
        read_compact_text(folder)
    return str(error.value)


# Ours


def test_the_text_says_that_it_is_no_treaty() -> None:
    assert "not a signed treaty" in OURS.about.label["en"]
    assert "pas un traité signé" in OURS.about.label["fr"]
    assert "No es un tratado firmado" in OURS.about.label["es"]


def test_every_theme_has_articles_and_every_article_commitments() -> None:
    assert [theme.id for theme in OURS.themes] == ["movement", "standards", "data_exchange", "infrastructure"]
    assert [article.id for article in OURS.articles] == [str(number) for number in range(1, len(OURS.articles) + 1)]
    assert len({one.id for one in OURS.commitments}) == len(OURS.commitments) == len(OURS.article_of)


def test_all_three_languages_say_something_of_their_own() -> None:
    for part in [*OURS.articles, *OURS.commitments]:
        assert set(part.text) == set(LANGUAGES)
        assert len(set(part.text.values())) == len(LANGUAGES), part.id
        assert all(len(words) > 20 and words.endswith(".") for words in part.text.values()), part.id
        assert all(part.title.values())


def test_accents_are_written_and_quotes_are_typographic() -> None:
    for language in ("fr", "es"):
        words = " ".join(part.text[language] for part in [*OURS.articles, *OURS.commitments])
        assert {"é", "á"} & set(words)
        assert "'" not in words


def test_every_limit_is_a_choice_or_cited() -> None:
    limits = [one.threshold for one in OURS.commitments if one.threshold]
    assert limits
    assert all((limit.basis == "source") == (limit.citation is not None) for limit in limits)


def test_what_cannot_be_measured_says_which_data_it_would_take_and_whose() -> None:
    open_ = [one.not_measurable for one in OURS.commitments if one.measure is None]
    assert open_
    assert all(needed and needed.reason and needed.data and needed.publisher for needed in open_)


def test_a_row_stands_for_each_commitment_in_the_published_columns() -> None:
    rows = list(article_rows(OURS))
    assert [row["commitment"] for row in rows] == [one.id for one in OURS.commitments]
    published = load_contracts().published["compact_articles"]
    assert all(set(row) == set(published.columns) for row in rows)
    required = [name for name, column in published.columns.items() if column.required]
    assert all(row[name] not in {None, ""} for row in rows for name in required)
    assert {row["is_measurable"] for row in rows} == {True, False}


# Faulty copies


def test_a_copy_reads_as_ours(folder: Path) -> None:
    assert read_compact_text(folder) == OURS


def test_an_unknown_indicator_is_told_with_those_there_are(folder: Path, change: Change) -> None:
    change("movement.yaml", "indicator: holdings_by_members", "indicator: happiness")
    assert "movement.yaml: articles.0.commitments.0.measure" in fault(folder)
    assert "'happiness'" in fault(folder)
    assert "'mirror_agreement', 'reports_complete'" in fault(folder)


def test_a_parameter_that_an_indicator_does_not_have_is_told(folder: Path, change: Change) -> None:
    change("movement.yaml", "instrument: P_F_LT", "instrument: P_F_LT, colour: red")
    assert "measure.holdings_by_members.colour" in fault(folder)


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("infrastructure.yaml", "areas: [USA]", "areas: [USB]", "commitment 11.2: no area 'USB' in membership.yaml"),
        ("movement.yaml", "P_F_LT", "P_F_XX", "commitment 1.1: no code 'P_F_XX' in codelists/capital_instrument.csv"),
        ("movement.yaml", "USA: US_TN", "USB: US_TN", "commitment 3.1: no code 'USB' in codelists/area.csv"),
        ("standards.yaml", "level: voluntary", "level: firm", "no code 'firm' in codelists/adoption_status.csv"),
        ("movement.yaml", "{en: Capital, fr: Capitaux, es: Capital}", "{en: Capital, es: Capital}",
         "article 1, title: no text in fr; needed are en, fr and es"),
        ("movement.yaml", "{en: Capital, fr: Capitaux, es: Capital}", '{en: Capital, fr: " ", es: ""}',
         "article 1, title: no text in fr, es"),
        ("movement.yaml", "unit: SHARE", "unit: MW",
         "commitment 1.1: the threshold is in MW; holdings_by_members is in SHARE"),
        ("movement.yaml", ", unit: SHARE", "", "threshold.unit: Field required"),
        ("movement.yaml", "basis: choice", "basis: source", "a citation is needed for basis source"),
        ("movement.yaml", "{rule: latest}", "{rule: since}", "rule 'since': a year is needed"),
        ("movement.yaml", "{rule: latest}", "{rule: latest, year: 2020}", "rule 'latest': a year is needed for"),
        ("movement.yaml", "value: 0.05", "value: .nan", "threshold.value"),
        ("movement.yaml", "        period: {rule: latest}\n", "", "commitment 1.1: measure, threshold and period"),
        ("movement.yaml", "        not_measurable:\n", "        areas: []\n        not_measureable:\n",
         "commitments.3.not_measureable: Extra inputs are not permitted"),
        ("movement.yaml", 'id: "1.2"', 'id: "1.1"', "commitments ['1.1'] stand twice; keep one of each"),
        ("movement.yaml", 'id: "1.2"', 'id: "7.9"', "article 1: commitments ['7.9']; their ids begin with 1."),
        ("standards.yaml", "id: standards", "id: norms", "standards.yaml: id is 'norms'; it must be the file's name"),
        ("about.yaml", ", infrastructure]", "]", "['infrastructure'] are no themes of about.yaml"),
        ("about.yaml", ", infrastructure]", ", mining]", "mining.yaml is missing; restore it"),
    ],
)  # fmt: skip
def test_a_fault_is_told_by_its_place(change: Change, name: str, old: str, new: str, told: str) -> None:
    assert told in fault(change(name, old, new))


def test_a_measure_beside_the_reason_that_there_is_none_is_told(folder: Path, change: Change) -> None:
    change(
        "movement.yaml",
        "        not_measurable:\n",
        "        measure: {indicator: trade_agreement_share}\n        not_measurable:\n",
    )
    assert "commitment 1.4: it has a measure and not_measurable; keep one of the two" in fault(folder)


def test_several_faults_are_told_at_once(folder: Path, change: Change) -> None:
    change("infrastructure.yaml", "areas: [USA]", "areas: [USB]")
    change("movement.yaml", "P_F_LT", "P_F_XX")
    assert "USB" in fault(folder)
    assert "P_F_XX" in fault(folder)


@pytest.mark.parametrize("content", [b"themes: [", b"\xff\xfe", b"- a list"])
def test_a_file_that_is_no_such_yaml_is_told(folder: Path, content: bytes) -> None:
    (folder / "compact" / "about.yaml").write_bytes(content)
    assert "about.yaml" in fault(folder)
