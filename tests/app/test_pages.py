"""What holds of every page as a reader sees it, without a browser, and what is told when something is missing."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from compact_app import app_pages, queries, wording
from compact_app.app_pages import anatomy
from compact_app.queries import Edition
from compact_pipelines.checks import CHECKS
from compact_pipelines.errors import WarehouseError
from compact_pipelines.warehouse.layout import DATA_ROOT_VARIABLE, PUBLIC, Layout

OpenPage = Callable[..., Any]
HELD = sum(len(checks) for checks in CHECKS.values())

FINDINGS = {
    "overview": (
        "Canada counts 22.5 % less than the United States says it sends: 258.6 bn USD against 333.6 bn USD in 2025"
    ),
    "whose_number": "Canada counts 22.5 % less than the United States says it sends (2025)",
    "reporters": (
        "What Canada reports as importer scatters by a factor of 1.42 around the flow (1.32 to 1.57): rank 38 of 45, "
        "within 35 to 41"
    ),
    "dependencies": (
        "The United States takes 26.1 % to 36.0 % of all goods from outside the Compact and its candidates; Mexico "
        "alone supplies 15.5 % (2024)"
    ),
    "resilience": (
        "Canada, Mexico, the United Arab Emirates and the United States take 51.4 % to 68.6 % of all goods from "
        "outside the set; cutting China alone leaves 82.9 % of their imports (2019)"
    ),
    "alliance_graph": (
        "The United States ranks first by PageRank in all goods of 2018; 30.1 % of what 46 areas exchange touches a "
        "founding member"
    ),
    "commitments": (
        "The three founding members: 7 of 30 measurable commitments are met, 6 are not, 17 cannot be told from what is "
        "held"
    ),
    "accession_simulator": (
        "With the United Arab Emirates, the members keep 38.9 % of all their goods trade among themselves, 42.0 % "
        "without (2018)"
    ),
    "standards": "11 of 33 instruments are taken on by all three founding members, 2 of them binding in law",
    "standards_gaps": (
        "Mexico is known to have taken on 13 of the 24 instruments of the register that more than half of the others "
        "have; 11 are unknown. Taking on all 11 would move the mean alignment of the set from 0.362 (0.248 to 1.000) "
        "to 0.472 (0.342 to 1.000)"
    ),
    "sources_and_quality": (
        f"{HELD} of {HELD} checks hold; the freshest figures are of May 2026, the oldest source ends in 2016"
    ),
}
WITHOUT_FIGURES = {
    "contribute",
    "exchange",
    "what_changed",
}  # of the first edition, show no figure of a source; have tests of their own
DOWNLOADS = {
    "overview": 3,
    "whose_number": 6,
    "reporters": 9,
    "dependencies": 6,
    "resilience": 9,
    "alliance_graph": 9,
    "commitments": 9,
    "accession_simulator": 6,
    "standards": 6,
    "standards_gaps": 9,
    "sources_and_quality": 15,
}


# -- every page


def test_every_page_is_tested() -> None:
    names = {path.stem for path in Path(app_pages.__file__).parent.glob("*.py")} - {"__init__", "anatomy", "scenario"}
    assert names == set(FINDINGS) | WITHOUT_FIGURES


@pytest.mark.parametrize("name", FINDINGS)
def test_a_page_begins_with_its_finding(name: str, fresh: dict[str, Any]) -> None:
    assert fresh[name].finding == FINDINGS[name]


@pytest.mark.parametrize("name", FINDINGS)
def test_every_table_can_be_downloaded_in_three_forms(name: str, fresh: dict[str, Any]) -> None:
    page = fresh[name]
    labels = [button.label for button in page.get("download_button")]
    assert len(labels) == DOWNLOADS[name]
    for form in ("CSV", "Parquet", "XLSX"):
        assert labels.count(f"Download {form}") == len(page.dataframe)


@pytest.mark.parametrize("name", FINDINGS)
def test_a_page_ends_with_its_sources_and_the_edition(name: str, edition: Edition, fresh: dict[str, Any]) -> None:
    line = fresh[name].caption[-1].value
    assert line.startswith("Source: [")
    assert f"edition {edition.number}" in line
    assert "/sources_and_quality?source=" in line
    assert "(taken " in line


@pytest.mark.parametrize("name", FINDINGS)
def test_a_picture_says_in_words_what_it_shows(name: str, fresh: dict[str, Any]) -> None:
    pictures = fresh[name].get("vega_lite_chart")
    assert pictures
    assert all(picture.proto.alt for picture in pictures)


@pytest.mark.usefixtures("edition")
def test_a_reader_may_leave_out_the_name_of_the_overview(open_page: OpenPage, fresh: dict[str, Any]) -> None:
    assert open_page("").finding == fresh["overview"].finding


# -- when something is missing or goes wrong


@pytest.mark.parametrize("name", FINDINGS)
def test_without_an_edition_every_page_says_how_to_make_one(
    name: str, data_root: Path, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATA_ROOT_VARIABLE, str(data_root))
    page = open_page(name)
    assert page.finding == wording.say("no_edition_title")
    assert page.code[0].value == "compact run"


@pytest.mark.parametrize("name", FINDINGS)
@pytest.mark.usefixtures("edition")
def test_an_unexpected_fault_is_a_sentence_and_no_traceback(
    name: str, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: object) -> Any:
        raise ZeroDivisionError("secret of the house")

    for query in ("membership", "graph_subjects", "sources"):
        monkeypatch.setattr(queries, query, fails)
    page = open_page(name)
    assert page.finding == wording.say("trouble_title")
    assert page.words.splitlines()[1:] == [wording.say("trouble_body")]
    assert "secret of the house" in caplog.text


@pytest.mark.usefixtures("edition")
def test_a_fault_that_a_person_can_act_on_is_told(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> Any:
        raise WarehouseError("this edition cannot be read; run `compact run`")

    monkeypatch.setattr(queries, "membership", fails)
    page = open_page("whose_number")
    assert page.finding == wording.say("trouble_title")
    assert "this edition cannot be read; run `compact run`" in page.words


def test_a_damaged_edition_says_what_to_do(
    edition_root: Path, tmp_path: Path, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    layout = Layout(tmp_path / "copy")
    layout.editions.mkdir(parents=True)
    shutil.copy(edition_root / "CURRENT", layout.root)
    pointer = Layout(edition_root).pointer()
    assert pointer is not None
    (layout.editions / pointer.files[PUBLIC].file).write_bytes(b"no database")
    monkeypatch.setenv(DATA_ROOT_VARIABLE, str(layout.root))
    page = open_page("overview")
    assert page.finding == wording.say("trouble_title")
    assert "cannot be opened" in page.words
    assert "`compact run`" in page.words


# -- parts of a page


def test_texts_of_publishers_are_shown_as_they_stand_not_as_markup() -> None:
    assert anatomy.escaped("[a](b) <i> *c* $d$") == r"\[a\](b) \<i\> \*c\* \$d\$"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("look at <https://made.up/a_b?c=1>.", r"look at \<`https://made.up/a_b?c=1`\>."),
        ("WWW.made.up, HTTP://made.up/x|y", "`WWW.made.up`, `HTTP://made.up/x|y`"),
        ("write to mailto:a_b@made.up!", "write to mailto:`a_b@made.up`!"),
        ("`https://made.up`", r"\``https://made.up`\`"),
        ("https&colon;//made.up", r"https\&colon;//made.up"),  # or Markdown would read the mark, then the address
        ("https:// alone, a.b and 3.5", "https:// alone, a.b and 3.5"),
    ],
)
def test_an_address_in_a_text_is_code_and_no_link(text: str, shown: str) -> None:
    assert anatomy.escaped(text) == shown


def test_commands_of_ours_are_code_as_they_are_typed() -> None:
    remedy = "if so, `compact live accept x_y '2020' --reason \"...\"`; see a_b"
    assert anatomy.with_code(remedy) == "if so, `compact live accept x_y '2020' --reason \"...\"`; see a\\_b"


def test_a_source_that_is_named_twice_is_cited_once(edition: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[str] = []
    monkeypatch.setattr(anatomy.st, "caption", lines.append)
    anatomy.source_line(edition, ["us_census_exports", "us_census_exports", "unheard_of"], "2025", "B")
    assert lines[0].count("](") == 1
    assert lines[0].endswith("· 2025 · edition 1 · grade B")


def test_nothing_to_beware_of_is_no_heading(monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[str] = []
    monkeypatch.setattr(anatomy.st, "markdown", lines.append)
    anatomy.beware([])
    assert lines == []
    anatomy.beware(["One thing"])
    assert lines == ["#### What to beware of here", "- One thing"]
