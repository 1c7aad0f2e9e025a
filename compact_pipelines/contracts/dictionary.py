"""The data dictionary: every table, column, rule and code list of an edition on one page."""

from compact_pipelines.contracts.model import Column, Contracts, PublishedTable, Table
from compact_pipelines.contracts.rules import rule

HEAD = """# Data dictionary

Generated from `schemas/` by `make contracts`; edit there, not here. The theme tables come first, then the tables
that every edition publishes beside them, then the code lists. A partner's file holds the columns
marked *drop* or *both*.
"""


def data_dictionary(contracts: Contracts) -> str:
    """The page as Markdown."""
    parts = [
        HEAD,
        *(_table(table) for table in contracts.tables.values()),
        *(_published(table) for table in contracts.published.values()),
        _codelists(contracts),
    ]
    return "\n".join(parts)


def _table(table: Table) -> str:
    lines = [
        f"## {table.id}",
        "",
        f"{table.title['en']}. Version {table.version}, agency {table.agency}. {table.row}",
        "",
        "| column | role | type or code list | may be blank | in | meaning |",
        "| --- | --- | --- | --- | --- | --- |",
        *(_row(column) for column in table.columns),
        "",
        "Rules:",
        "",
        *(f"- `{name}`: {rule(name, table).says}" for name in table.rules),
        "",
    ]
    return "\n".join(lines)


def _row(column: Column) -> str:
    concept = column.concept
    kind = f"code list `{column.codelist.id}`" if column.codelist else concept.type
    if column.codes is not None:
        kind += f" ({', '.join(column.codes)})"
    if column.sign == "nonnegative":
        kind += ", zero or more"
    blank = "no" if concept.required else "yes"
    meaning = concept.description
    if concept.good:
        meaning += f" Such as {', '.join(f'`{value}`' for value in concept.good)}."
    if concept.bad:
        shown = ", ".join(f"`{value}`" if value else "a blank" for value in concept.bad)
        meaning += f" Not {shown}."
    return f"| `{column.id}` | {column.role} | {kind} | {blank} | {concept.in_} | {_cell(meaning)} |"


def _published(table: PublishedTable) -> str:
    lines = [
        f"## {table.id}",
        "",
        f"{table.title['en']}. {table.row}",
        "",
        f"Key: {', '.join(f'`{name}`' for name in table.key)}.",
        "",
        "| column | type | may be blank | meaning |",
        "| --- | --- | --- | --- |",
        *(
            f"| `{name}` | {column.type} | {'no' if column.required else 'yes'} | {_cell(column.description)} |"
            for name, column in table.columns.items()
        ),
        "",
    ]
    return "\n".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", r"\|")  # a bare bar ends the cell


def _codelists(contracts: Contracts) -> str:
    lines = ["## Code lists", "", "| list | codes | file |", "| --- | --- | --- |"]
    lines += [
        f"| `{codelist.id}` | {len(codelist.rows)} | `schemas/codelists/{codelist.id}.csv` |"
        for codelist in contracts.codelists.values()
    ]
    return "\n".join([*lines, ""])
