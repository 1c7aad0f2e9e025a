import re

import pytest

from compact_pipelines.contracts import Contracts, load_contracts
from compact_pipelines.contracts.dictionary import data_dictionary
from compact_pipelines.contracts.rules import RULES

PAGE = data_dictionary(load_contracts())


def section(heading: str) -> str:
    return PAGE.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]


def line(heading: str, column: str) -> str:
    return next(line for line in section(heading).splitlines() if line.startswith(f"| `{column}` |"))


def test_every_table_has_a_section_in_the_order_of_an_edition(contracts: Contracts) -> None:
    headings = [line.removeprefix("## ") for line in PAGE.splitlines() if line.startswith("## ")]
    assert headings == [*contracts.tables, *contracts.published, "Code lists"]


@pytest.mark.parametrize("table_id", load_contracts().tables)
def test_a_theme_table_tells_every_column_and_rule(contracts: Contracts, table_id: str) -> None:
    table = contracts.tables[table_id]
    for column in table.columns:
        assert f"| {column.role} |" in line(table_id, column.id)
        assert column.concept.description in line(table_id, column.id)
    for name in table.rules:
        assert f"- `{name}`: {RULES[name].says}" in section(table_id)


@pytest.mark.parametrize("table_id", load_contracts().published)
def test_a_published_table_tells_every_column_and_its_key(contracts: Contracts, table_id: str) -> None:
    table = contracts.published[table_id]
    for name, column in table.columns.items():
        blank = "no" if column.required else "yes"
        assert line(table_id, name).startswith(f"| `{name}` | {column.type} | {blank} | ")
    assert f"Key: {', '.join(f'`{name}`' for name in table.key)}." in section(table_id)


def test_every_code_list_is_counted(contracts: Contracts) -> None:
    for codelist in contracts.codelists.values():
        assert f"| `{codelist.id}` | {len(codelist.codes)} |" in section("Code lists")


def test_a_column_says_its_codes_its_sign_and_its_examples() -> None:
    assert line("capital_flows", "unit_measure").startswith(
        "| `unit_measure` | attribute | code list `unit_measure` (USD) | no | both |"
    )
    assert "| decimal, zero or more | yes | both |" in line("compute_exports", "obs_value")
    assert "| decimal | yes | both |" in line("capital_flows", "obs_value")
    assert line("capital_flows", "conf_status").endswith("Such as `F`, `C`. Not a blank. |")


def test_no_bar_in_a_description_breaks_its_row() -> None:
    widths: list[set[int]] = [set()]
    for text in PAGE.splitlines():
        if text.startswith("|"):
            widths[-1].add(len(re.split(r"(?<!\\)\|", text)))
        elif widths[-1]:
            widths.append(set())
    assert len(widths) > len(load_contracts().published)
    assert all(len(cells) <= 1 for cells in widths)
