"""What the documents promise is there, and what is there is in the documents."""

import re
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pytest
from typer.main import get_command

from compact_app import app_pages, wording
from compact_pipelines.cli import cli
from compact_pipelines.contracts import Contracts

ROOT: Final = Path(__file__).resolve().parents[2]
README: Final = (ROOT / "README.md").read_text(encoding="utf-8")
DICTIONARY: Final = (ROOT / "schemas/derived/data_dictionary.md").read_text(encoding="utf-8")
NO_PAGES: Final = {"__init__", "anatomy", "scenario"}  # the package, and what pages share


def documents() -> list[Path]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S603
    return [ROOT / name for name in listed.splitlines() if (ROOT / name).is_file()]


def unnamed_commands(text: str, commands: Iterable[str]) -> list[str]:
    """Commands that a text does not call by their full name."""
    return [command for command in commands if not re.search(rf"\bcompact {command}\b", text)]


def targets_called(text: str) -> set[str]:
    """Targets of make that the code of a text calls: in backquotes, or at the start of a line of a block."""
    code = "\n".join(re.findall(r"```\w*\n(.*?)```", text, flags=re.DOTALL) + re.findall(r"`([^`\n]+)`", text))
    calls = re.findall(r"^\s*(?:\$ )?make((?: [a-z]+(?!=))+)\b", code, flags=re.MULTILINE)
    return {target for call in calls for target in call.split()}


def targets_made(makefile: str) -> set[str]:
    return set(re.findall(r"^([a-z]+):(?!=)", makefile, flags=re.MULTILINE))


def broken_links(path: Path, text: str) -> list[str]:
    """Relative links of a Markdown text that lead nowhere."""
    links = re.findall(r"\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)", text)
    relative = [link for link in links if not re.match(r"[a-z]+:|#", link)]
    return [link for link in relative if not (path.parent / link.split("#")[0]).exists()]


def headings(text: str) -> set[str]:
    return set(re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE))


def page_names() -> list[str]:
    folder = Path(str(app_pages.__file__)).parent
    return sorted(path.stem for path in folder.glob("*.py") if path.stem not in NO_PAGES)


# README


def test_every_command_is_in_the_readme() -> None:
    commands = list(get_command(cli).commands)  # type: ignore[attr-defined]
    assert len(commands) >= 4
    assert unnamed_commands(README, commands) == []


def test_a_command_that_is_not_in_the_text_is_found() -> None:
    assert unnamed_commands("`compact run` and `compact queryable`, query", ["run", "query"]) == ["query"]


def test_the_readme_calls_only_targets_that_the_makefile_has() -> None:
    called = targets_called(README)
    assert {"run", "test"} <= called
    assert called <= targets_made((ROOT / "Makefile").read_text(encoding="utf-8"))


def test_a_target_that_is_not_in_the_makefile_is_found() -> None:
    text = "Make do. `make bench` and\n```sh\nmake run   # builds\n$ make clean test\nmake PORT=1 \n```\n"
    assert targets_called(text) == {"bench", "run", "clean", "test"}
    assert targets_made(".PHONY: run\nPORT := 1\nrun: install\n\t@make x\ntest:\n") == {"run", "test"}


@pytest.mark.parametrize("page", page_names())
def test_every_page_is_in_the_readme_under_its_title(page: str) -> None:
    assert wording.say(f"nav_{page}") in README


def test_there_are_pages_to_name() -> None:
    assert {"overview", "whose_number", "alliance_graph", "sources_and_quality"} <= set(page_names())


def test_every_published_table_is_in_the_readme(contracts: Contracts) -> None:
    assert [name for name in [*contracts.tables, *contracts.published] if f"`{name}`" not in README] == []


# The data dictionary


def test_every_published_table_has_its_heading_in_the_data_dictionary(contracts: Contracts) -> None:
    assert {*contracts.tables, *contracts.published} <= headings(DICTIONARY)
    assert headings("# A\ntext # B\n## c_d\n") == {"A", "c_d"}


def test_every_rule_is_in_the_data_dictionary_under_its_table(contracts: Contracts) -> None:
    sections = {section.split("\n", 1)[0]: section for section in DICTIONARY.split("\n## ")}
    rules = [(name, rule) for name, table in contracts.tables.items() for rule in table.rules]
    assert rules
    assert [(table, rule) for table, rule in rules if f"- `{rule}`: " not in sections[table]] == []


def test_every_column_is_in_the_data_dictionary_under_its_table(contracts: Contracts) -> None:
    sections = {section.split("\n", 1)[0]: section for section in DICTIONARY.split("\n## ")}
    columns = [(name, column.id) for name, table in contracts.tables.items() for column in table.columns]
    columns += [(name, column) for name, table in contracts.published.items() for column in table.columns]
    assert [(table, column) for table, column in columns if f"| `{column}` |" not in sections[table]] == []


# Sources


def test_every_source_has_its_page_and_no_page_is_of_another(contracts: Contracts) -> None:
    pages = {path.stem for path in (ROOT / "docs/sources").glob("*.md")}
    assert pages == {*contracts.sources, "README"}


def test_every_key_is_on_the_page_of_its_source(contracts: Contracts) -> None:
    keys = {name: one.live.key.variable for name, one in contracts.sources.items() if one.live and one.live.key}
    assert keys
    pages = {name: (ROOT / f"docs/sources/{name}.md").read_text(encoding="utf-8") for name in keys}
    assert [name for name, variable in keys.items() if f"`{variable}`" not in pages[name]] == []


# Links


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_relative_links_lead_somewhere(path: Path) -> None:
    assert broken_links(path, path.read_text(encoding="utf-8")) == []


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    (tmp_path / "there.md").touch()
    text = '[a](there.md) [b](there.md#part) [c](gone.md) ![d](gone.png "x") [e](https://example.org) [f](#part)'
    assert broken_links(tmp_path / "README.md", text) == ["gone.md", "gone.png"]
