"""A page for every source: what it is, in which unit and on which basis, under which terms, how it is asked.

Derived from schemas/sources/ and never edited; `docs/sources/README.md` lists them by theme.
"""

from typing import Final

from compact_pipelines.contracts import request_words as words
from compact_pipelines.contracts.model import Contracts, Table
from compact_pipelines.contracts.requests import Live
from compact_pipelines.contracts.sources import Source

INDEX: Final = "README.md"
DOLLARS: Final = "USD"
FREQUENCIES: Final = {"A": "a year", "Q": "a quarter", "M": "a month"}
KINDS: Final = {
    "national_office": "national office",
    "international_body": "international body",
    "compilation": "compilation",
    "register": "register",
}
NOTE: Final = "Generated from `schemas/sources/{id}.yaml` by `make contracts`; edit there, not here."
INDEX_HEAD: Final = """# Sources

Generated from `schemas/sources/` by `make contracts`; edit there, not here. Every figure names its source, and every
source has a page: what it is, its unit and basis, its terms, how it is asked, what its answers mean, what would stop
it, and what a reader must know. *Embedded* figures come with the package; *live* ones are asked for with
`compact run --live` or `compact live pull`; *unverified* sources are known of and not asked, and their page says what
is missing. A new one: [new_source.md](../new_source.md).
"""


def source_pages(contracts: Contracts) -> dict[str, str]:
    """File name to text of the page of every source, and of the list of them."""
    pages = {f"{source.id}.md": source_page(source, contracts) for source in contracts.sources.values()}
    return {**pages, INDEX: source_index(contracts)}


def source_page(source: Source, contracts: Contracts) -> str:
    """The page of one source, as Markdown."""
    parts = [
        [f"# {source.title['en']}", "", f"`{source.id}`. {NOTE.format(id=source.id)}", ""],
        _facts(source, contracts),
        _embedded(source),
        _live(source, source.live) if source.live else [],
        _unverified(source),
        ["## What to know", "", *(f"- {text}" for text in source.beware), ""] if source.beware else [],
    ]
    return "\n".join(line for part in parts for line in part)


def source_index(contracts: Contracts) -> str:
    """The list of sources by theme, as Markdown."""
    lines = [INDEX_HEAD]
    for theme in [*contracts.tables, "reference"]:
        title = contracts.tables[theme].title["en"] if theme in contracts.tables else "Reference"
        sources = [source for source in contracts.sources.values() if source.theme == theme]
        lines += [f"## {title}", "", "| source | what | publisher | status | key |", "| --- | --- | --- | --- | --- |"]
        lines += [_index_row(source) for source in sources]
        lines.append("")
    return "\n".join(lines)


def _index_row(source: Source) -> str:
    key = f"`{source.live.key.variable}`" if source.live and source.live.key else ""
    if source.live and source.live.key and not source.live.key.is_required:
        key += " (optional)"
    cells = (f"[`{source.id}`]({source.id}.md)", source.title["en"], source.publisher, status(source), key)
    return f"| {' | '.join(_cell(cell) for cell in cells)} |"


def status(source: Source) -> str:
    """How its figures come, in words."""
    if source.status == "unverified":
        return "unverified"
    ways = [word for word, holds in (("embedded", bool(source.parts)), ("live", source.live is not None)) if holds]
    return " and ".join(ways)


def _facts(source: Source, contracts: Contracts) -> list[str]:
    may_see = contracts.codelists["conf_status"].rows[source.conf_status]["name_en"]
    speaks = f", speaks for {', '.join(source.speaks_for)}" if source.speaks_for else ""
    facts = {
        "publisher": f"{source.publisher} ({KINDS[source.kind]}{speaks})",
        "address": f"<{source.url}>",
        "status": status(source),
        "table": f"`{source.table_id}`" if source.status == "in_use" else f"would be of `{source.theme}`",
        "unit": _unit(source, contracts) if source.status == "in_use" else "",
        "basis": source.basis,
        "figures for": FREQUENCIES[source.frequency],
        "revised": source.revised,
        "licence": source.licence.name,
        "named as": source.licence.attribution,
        "who may see it": f"{may_see} (`{source.conf_status}`)",
    }
    rows = [f"| {name} | {_cell(text)} |" for name, text in facts.items() if text]
    return ["| | |", "| --- | --- |", *rows, ""]


def _unit(source: Source, contracts: Contracts) -> str:
    """What a number is, after reading."""
    table = contracts.tables.get(source.table_id)
    if table is None:
        return "as its columns say"
    codes = _units(table)
    if source.live and source.live.currency != DOLLARS and DOLLARS in codes:
        return (
            f"US dollars, turned from {source.live.currency} at the average rate of the period; the comment keeps both"
        )
    if not codes:
        return "none; a status"
    return " or ".join(contracts.codelists["unit_measure"].rows[code]["name_en"] for code in codes)


def _units(table: Table) -> list[str]:
    return next((column.allowed or [] for column in table.columns if column.id == "unit_measure"), [])


def _embedded(source: Source) -> list[str]:
    if not source.parts:
        return []
    rows = [f"| `{name}` | {_cell(part.request)} | {part.media} |" for name, part in source.parts.items()]
    return ["## Embedded", "", "| part | what | as |", "| --- | --- | --- |", *rows, ""]


def _live(source: Source, live: Live) -> list[str]:
    example = words.partition_example(live.partitions)
    return [
        "## Asked live",
        "",
        f"{words.CONTRACTS[live.contract]} Nothing was asked of the publisher while this was written.",
        "",
        "```sh",
        f"compact live cost {source.id}",
        f"compact live pull {source.id} {example}",
        "```",
        "",
        f"- Key: {words.key_in_words(live)}",
        f"- Limits: {words.limits_in_words(live)}",
        f"- Asked for: {words.partitions_in_words(live.partitions)}",
        f"- Calendar: {words.release_in_words(live.release)}",
        f"- Scale: {words.scale_in_words(live.scale)}",
        "",
        "### Requests",
        "",
        *_requests(live),
        "### Answers without rows",
        "",
        *(f"- {words.mark_in_words(empty.mark)}: {empty.meaning}" for empty in live.empty),
        *([] if live.empty else ["- None is known."]),
        "",
        "### Refusals",
        "",
        *(f"- {words.refusal_in_words(refusal)}" for refusal in live.refusals),
        *([] if live.refusals else ["- None is known beyond the usual statuses."]),
        "",
        "### What would stop it",
        "",
        "What was believed before stays in force, other sources go on, and `compact live status` says what differed.",
        "",
        *(f"- {text}" for text in words.stops_in_words(live)),
        "",
    ]


def _requests(live: Live) -> list[str]:
    (name, first), *others = live.requests.items()
    lines = words.request_lines(name, first)
    return [*lines, *(line for part, request in others for line in words.request_lines(part, request, (name, first)))]


def _unverified(source: Source) -> list[str]:
    told = source.unverified
    if told is None:
        return []
    return [
        "## Not asked",
        "",
        f"- Found: {told.found}",
        f"- Missing: {told.missing}",
        f"- Instead: {told.instead}",
        "",
    ]


def _cell(text: str) -> str:
    return text.replace("|", r"\|")  # a bare bar ends the cell
