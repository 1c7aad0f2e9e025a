"""How findings, refusals and rows at fault are shown. What partners wrote stands in cells only, never in markup."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import polars as pl
import streamlit as st

from compact_app import downloads, theme, wording
from compact_app.receiving import Checked
from compact_pipelines.contracts.faults import shown
from compact_pipelines.contracts.files import Progress
from compact_pipelines.contracts.findings import CellFinding, Count

MARK_STYLE: Final = "font-weight: 700"
FINDINGS_HEIGHT: Final = 480  # pixels
ROW_HEIGHT: Final = 72  # pixels: three lines of a sentence; from 65 on Streamlit wraps them
HEADER_HEIGHT: Final = 38
SENTENCES: Final = frozenset({"found", "allowed", "mend"})
FINDING_COLUMNS: Final = {
    "row": pl.Int64,
    "column": pl.String,
    "cell": pl.String,
    "found": pl.String,
    "allowed": pl.String,
    "mend": pl.String,
    "severity": pl.String,
    "rule": pl.String,
    "file": pl.String,
}


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A bar that says how far the reading of a file is, and goes when it is read."""
    bar = st.progress(0.0, text=wording.say("check_reading"))

    def progress(done: int, total: int) -> None:
        bar.progress(min(1.0, done / max(1, total)), text=wording.say("check_reading"))

    try:
        yield progress
    finally:
        bar.empty()


def findings_frame(findings: Iterable[CellFinding]) -> pl.DataFrame:
    """(findings; FINDING_COLUMNS), the cell as it stands in the file."""
    return frame_of(
        {
            "row": found.row, "column": found.column, "cell": found.value, "found": found.found,
            "allowed": found.allowed, "mend": found.mend, "severity": found.severity, "rule": found.rule,
            "file": found.file,
        }
        for found in findings
    )  # fmt: skip


def frame_of(rows: Iterable[dict[str, Any]]) -> pl.DataFrame:
    """(rows; FINDING_COLUMNS), of a receipt's findings or a verdict's."""
    return pl.DataFrame([{name: row.get(name) for name in FINDING_COLUMNS} for row in rows], schema=FINDING_COLUMNS)


def show_findings(frame: pl.DataFrame, key: str, name: str) -> None:
    """The table of findings, and the same as a file.

    Args:
        frame: of `findings_frame` or `frame_of`.
        key: of the table on the page.
        name: of the file.
    """
    printable = [_printable(column) for column, kind in FINDING_COLUMNS.items() if kind == pl.String]
    needed = [name for name in FINDING_COLUMNS if name != "file" or frame[name].n_unique() > 1]
    st.dataframe(
        frame.with_columns(printable),
        hide_index=True,
        placeholder=wording.BLANK,
        column_order=[name for name in needed if not frame[name].is_null().all()],
        column_config={
            column: st.column_config.Column(
                wording.say(f"column_{column}"), width="medium" if column in SENTENCES else None
            )
            for column in FINDING_COLUMNS
        },
        row_height=ROW_HEIGHT,
        height=min(FINDINGS_HEIGHT, ROW_HEIGHT * frame.height + HEADER_HEIGHT),
        key=key,
    )
    st.download_button(
        wording.say("check_download"),
        lambda: downloads.as_csv(frame),
        file_name=name,
        mime="text/csv",
        key=f"{key}_download",
        on_click="ignore",
    )


def show_counts(counts: Sequence[Count]) -> None:
    """How often each rule is broken in each column."""
    st.dataframe(
        pl.DataFrame(
            [(count.severity, count.column, count.rule, count.found) for count in counts],
            schema={"severity": pl.String, "column": pl.String, "rule": pl.String, "times": pl.Int64},
            orient="row",
        ),
        hide_index=True,
        placeholder=wording.BLANK,
        column_config={
            "severity": wording.say("column_severity"),
            "column": wording.say("column_column"),
            "rule": wording.say("column_rule"),
            "times": wording.say("column_times"),
        },
    )


def show_excerpt(checked: Checked) -> None:
    """The rows at fault as they are in the file, the cells at fault shaded, bold and with a mark before them."""
    table, marks = excerpt(checked)
    if table.is_empty():
        return
    in_error = len({found.row for found in checked.verdict.findings if found.row})
    st.markdown(f"#### {wording.say('check_excerpt')}")
    st.caption(
        wording.say(
            "check_excerpt_note",
            mark=wording.say("check_mark"),
            shown=wording.number(table.height),
            rows=wording.number(max(in_error, checked.verdict.rows_in_error)),
        )
    )
    style = f"{MARK_STYLE}; background-color: {theme.mark()}"
    cells = [[style if place in row else "" for place in range(table.width)] for row in marks]
    styles = pl.DataFrame(cells, schema=table.schema, orient="row")
    names = dict(zip(table.columns, [wording.say("column_row"), *map(shown, checked.header)], strict=True))
    with st.container(key="rows_at_fault"):
        st.dataframe(
            # Only Streamlit's own frames carry a style for single cells.
            table.to_pandas().style.apply(lambda _: styles.to_pandas(), axis=None),
            hide_index=True,
            placeholder=wording.BLANK,
            column_config={column: st.column_config.Column(name) for column, name in names.items()},
            key="check_excerpt",
        )


def excerpt(checked: Checked) -> tuple[pl.DataFrame, list[set[int]]]:
    """The rows at fault, and where in each the marks are.

    Returns:
        (rows; their number, then the file's columns by place), text fit to be shown, cells at fault with the mark
        before them; and for each row the positions of cells at fault, 0 being the row's number.
    """
    place_of = {name.lower(): place for place, name in enumerate(checked.header, start=1)}
    at_fault: dict[int, set[int]] = {}
    for found in checked.verdict.findings:
        if found.row is not None:
            at_fault.setdefault(found.row, set()).add(place_of.get((found.column or "").lower(), 0))
    rows, marks = [], []
    for number, *cells in checked.rows.iter_rows():
        places = at_fault.get(number, set())
        texts = [str(number), *(None if cell is None else shown(cell) for cell in cells)]
        rows.append([_marked(text) if place in places else text for place, text in enumerate(texts)])
        marks.append(places)
    schema = dict.fromkeys(["row", *map(str, range(len(checked.header)))], pl.String)
    return pl.DataFrame(rows, schema=schema, orient="row"), marks


def _marked(text: str | None) -> str:
    return f"{wording.say('check_mark')} {wording.say('check_blank') if text is None else text}"


def _printable(name: str) -> pl.Expr:
    return pl.col(name).map_elements(shown, return_dtype=pl.String) if name in {"cell", "file"} else pl.col(name)
