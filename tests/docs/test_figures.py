"""The figures that documents print are those of the edition: each table names the query that it came from.

A table stands under `<!-- query: name -->`, its query under `### name` at the document's end. Columns that the query
does not give are the author's words, kept by the first cell of the row. After a change of the engine,
`python tests/docs/test_figures.py DATA_ROOT` writes the tables anew from the edition of a data root; what the sentences
say of them is for a person to mend, and a test names the figures.
"""

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from compact_pipelines.contracts.parameters import load_parameters
from compact_pipelines.warehouse import read
from compact_pipelines.warehouse.layout import Layout

ROOT: Final = Path(__file__).resolve().parents[2]
DOCUMENTS: Final = ("docs/whose_number.md", "docs/reconciliation.md", "docs/accession.md")
# From which heading on every figure of a sentence has to stand in a table too; before it there are formulas.
PANEL: Final = "## What the panel says"
CHECKED_FROM: Final = {"docs/whose_number.md": "# ", "docs/reconciliation.md": PANEL, "docs/accession.md": "# "}
PARAMETERS: Final = ("valuation", "reliability", "transit", "reconciliations", "model")
QUERIES: Final = "## Queries"
FIGURE: Final = re.compile(r"(?<![\w.])\d+\.\d+(?![\w.])")
TABLE: Final = re.compile(r"<!-- query: (\w+) -->\n((?:\|.*\|\n){2})((?:\|.*\|\n)*)")

# What `test_treaty_figures.py` fills is a table too.
ANY_TABLE: Final = re.compile(r"<!-- (?:query|answer): \w+ -->\n(?:\|.*\|\n)+")

Ask = Callable[[str], list[tuple[Any, ...]]]

PRIORS: Final = re.compile(r"<!-- parameters: priors -->\n(?:\|.*\|\n){2}((?:\|.*\|\n)*)")


def priors() -> list[str]:
    """The stated errors of schemas/reliability.yaml as rows of a table."""
    rows = []
    for prior in load_parameters().reliability.priors:
        sigma = f"the median of the panel; {prior.sigma}" if prior.kind == "panel" else str(prior.sigma)
        added = f", {prior.added_sigma} added" if prior.added_sigma else ""
        subjects, freqs = ", ".join(prior.subjects) or "all other", ", ".join(prior.freq)
        rows.append(
            f"| {prior.theme} | {subjects} | {prior.stock_flow} | {freqs} | {sigma}{added} | {prior.evidence} |"
        )
    return rows


def queries(text: str) -> dict[str, str]:
    """The queries of a document by name."""
    _, _, end = text.partition(QUERIES)
    return dict(re.findall(r"### (\w+)\n+```sql\n(.*?)```", end, flags=re.DOTALL))


def cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip().strip("|").split("|")]


def filled(text: str, ask: Ask) -> str:
    """A document with the rows of its tables as the queries give them, and the author's columns kept."""
    sql = queries(text)

    def fill(table: re.Match[str]) -> str:
        name, head, body = table.groups()
        columns = len(cells(head.split("\n", maxsplit=1)[0]))
        rows = [["-" if value is None else str(value) for value in row] for row in ask(sql[name])]
        assert rows, f"the query {name} finds nothing"
        written = {tuple(cells(row)[:1]): cells(row) for row in body.splitlines()}
        lines = []
        for row in rows:
            words = written.get(tuple(row[:1]), [])[len(row) : columns]
            lines.append("| " + " | ".join([*row, *words, *[""] * (columns - len(row) - len(words))]) + " |\n")
        return f"<!-- query: {name} -->\n{head}{''.join(lines)}"

    return TABLE.sub(fill, text)


def unsupported(text: str, start: str) -> list[str]:
    """Decimal figures of the sentences that stand in no table of the document and in no parameter."""
    before_queries = text.partition(QUERIES)[0]
    tables = "".join(match.group(0) for match in ANY_TABLE.finditer(text))
    stated = "".join((ROOT / f"schemas/{name}.yaml").read_text(encoding="utf-8") for name in PARAMETERS)
    sentences = ANY_TABLE.sub("", before_queries[before_queries.index(start) :])
    sentences = re.sub(r"```.*?```|`[^`\n]*`|\]\([^)]*\)", "", sentences, flags=re.DOTALL)
    return [figure for figure in FIGURE.findall(sentences) if figure not in {*FIGURE.findall(tables + stated)}]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_tables_are_what_the_edition_answers(name: str, ask: Ask) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    wanted = filled(text, ask)
    apart = [pair for pair in zip(text.splitlines(), wanted.splitlines(), strict=False) if pair[0] != pair[1]]
    assert apart == []
    assert text == wanted


@pytest.mark.parametrize("name", DOCUMENTS)
def test_figures_of_sentences_stand_in_a_table(name: str) -> None:
    assert unsupported((ROOT / name).read_text(encoding="utf-8"), CHECKED_FROM[name]) == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_query_fills_a_table(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert len(queries(text)) >= 4
    assert [table.group(1) for table in TABLE.finditer(text)] == list(queries(text))


def test_priors_are_those_of_the_parameters() -> None:
    (table,) = PRIORS.findall((ROOT / "docs/reconciliation.md").read_text(encoding="utf-8"))
    assert table.splitlines() == priors()


DOCUMENT: Final = """# Made up
<!-- query: made -->
| who | figure | why |
| --- | --- | --- |
| a | 1.5 | as it is |
| b | 9.9 | no more |

Of 1.5 and 2.5, the second is new, as is 33.1 in `0.5`.
## Queries
### made
```sql
SELECT 1
```
"""


def test_a_figure_that_moved_is_found_and_written_anew() -> None:
    found = filled(DOCUMENT, lambda _sql: [("a", "1.6"), ("c", None)])
    assert "| a | 1.6 | as it is |\n| c | - |  |\n\n" in found
    assert found != DOCUMENT
    assert filled(DOCUMENT, lambda _sql: [("a", "1.5"), ("b", "9.9")]) == DOCUMENT


def test_a_figure_of_a_sentence_without_a_table_is_found() -> None:
    assert unsupported(DOCUMENT, "# ") == ["2.5", "33.1"]


def write_anew(data_root: Path) -> None:
    """Fill every table from the edition of a data root."""
    edition = read.connect(Layout(data_root))
    for name in DOCUMENTS:
        path = ROOT / name
        text = path.read_text(encoding="utf-8")
        path.write_text(filled(text, lambda sql: read.query(edition, sql)[1]), encoding="utf-8")


if __name__ == "__main__":
    write_anew(Path(sys.argv[1]))
