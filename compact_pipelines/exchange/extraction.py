"""Single rows of a stored original, as a file of their own: to hand back to a partner, or to judge once more."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from compact_pipelines.contracts.files import Limits
from compact_pipelines.exchange.judgement import DropFile, Judgement
from compact_pipelines.exchange.manifest import ENDINGS
from compact_pipelines.exchange.sandbox import SandboxedFile


def extract_rows(file: DropFile, rows: list[int], limits: Limits) -> pl.DataFrame:
    """Some rows of a file, every cell as it stands there.

    Args:
        file: the stored original.
        rows: which, counted from 1 below the header.
        limits: those it was taken in under.

    Returns:
        (rows asked for, in the order of the file; the file's columns), text.

    Raises:
        UnreadableFile: the file cannot be read.
    """
    wanted = np.array(sorted(rows), dtype=np.int64)
    with SandboxedFile(file.path, ENDINGS[file.format], limits) as source:
        found = [pl.DataFrame(schema=dict.fromkeys(source.header, pl.String))]
        for batch, _ in source.batches():
            is_wanted = np.isin(batch.places, wanted)
            if is_wanted.any():
                found.append(batch.texts.filter(pl.Series(is_wanted)))
    return pl.concat(found)


def write_rows(file: DropFile, rows: list[int], limits: Limits, folder: Path) -> DropFile:
    """Write some rows of a file as a CSV of the same name and columns; its row n is the n-th of `rows`, sorted."""
    path = folder / f"rows-{len(list(folder.iterdir()))}.csv"
    extract_rows(file, rows, limits).write_csv(path, quote_style="always")
    return DropFile(file.name, "csv", path, len(rows))


def with_places(judged: Judgement, asked: dict[str, list[int]]) -> Judgement:
    """What was judged of files of `write_rows`, with rows named by their places in the originals.

    Args:
        judged: of those files.
        asked: by file, the rows that were written, sorted.
    """
    names = [name for name, rows in asked.items() for _ in rows]
    places = pl.DataFrame(
        {
            "file": names,
            "row": [number for rows in asked.values() for number in range(1, len(rows) + 1)],
            "place": [row for rows in asked.values() for row in rows],
        },
        schema={"file": pl.String, "row": pl.Int64, "place": pl.Int64},
    )
    for path in (judged.passed, judged.held):
        rows = pl.read_parquet(path)
        placed = rows.with_columns(pl.col("file").cast(pl.String)).join(
            places, on=["file", "row"], how="left", maintain_order="left"
        )
        placed.with_columns(row="place").select(rows.columns).write_parquet(path)
    place_of = {(file, row): place for file, row, place in places.iter_rows()}
    findings = [
        replace(found, row=place_of.get((found.file, found.row), found.row)) if found.row else found
        for found in judged.findings
    ]
    return replace(judged, findings=tuple(findings))
