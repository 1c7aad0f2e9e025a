"""Keys that stand more than once in a drop, found with memory that does not grow with its rows.

While rows go by, the hash of each whole key goes to a file. Only where hashes meet are the keys themselves compared.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from compact_pipelines.contracts.faults import Fault
from compact_pipelines.contracts.findings import TOLD

Hashes = "np.ndarray[Any, np.dtype[np.uint64]]"
AT_ONCE: Final = 1 << 22  # hashes looked at together: 32 MiB
DOUBTED_AT_ONCE: Final = 1 << 19  # keys compared together
SHOWN_PLACES: Final = 5


def hashes_of(keys: pl.DataFrame) -> "np.ndarray[Any, Any]":
    """The hash of each row of text; the same in every batch of a run."""
    return keys.hash_rows().to_numpy()


class KeyLog:
    """The hashes of all whole keys of a drop, on the disk."""

    def __init__(self, path: Path) -> None:
        self._path, self._log = path, path.open("wb")
        self._size = 0

    def add(self, keys: pl.DataFrame) -> None:
        """Note keys.

        Args:
            keys: (rows, the dimensions), text; those with a blank are passed over.
        """
        hashes = hashes_of(keys.drop_nulls())
        self._size += len(hashes)
        hashes.tofile(self._log)

    def doubted(self) -> "np.ndarray[Any, Any]":
        """The hashes that stand more than once, in order."""
        self._log.close()
        if not self._size:
            return np.array([], dtype=np.uint64)
        parts = -(-self._size // AT_ONCE)
        found = [_repeated(self._path, parts, part) for part in range(parts)]
        self._path.unlink()
        return np.sort(np.concatenate(found))


def _repeated(path: Path, parts: int, part: int) -> "np.ndarray[Any, Any]":
    stored = np.memmap(path, dtype=np.uint64, mode="r")
    chosen = []
    for start in range(0, len(stored), AT_ONCE):
        some = np.asarray(stored[start : start + AT_ONCE])
        chosen.append(some[some % np.uint64(parts) == part] if parts > 1 else some)
    hashes = np.sort(np.concatenate(chosen))
    return np.unique(hashes[1:][hashes[1:] == hashes[:-1]])


@dataclass(frozen=True)
class Repeats:
    """Rows whose keys stand more than once.

    Attributes:
        rows: a file's index to a mark for each of its rows, by their numbers.
        count: how many.
        told: file and fault of the first of them.
    """

    rows: "dict[int, np.ndarray[Any, Any]]"
    count: int
    told: list[tuple[int, Fault]]

    def among(self, file: int, numbers: pl.Series) -> pl.Series:
        """Which of a file's rows are copies."""
        if file not in self.rows:
            return pl.repeat(value=False, n=len(numbers), eager=True)
        marks, places = self.rows[file], numbers.to_numpy()
        return pl.Series(marks[np.minimum(places, len(marks) - 1)] & (places < len(marks)))


def find_repeats(
    batches: Iterator[pl.DataFrame],
    doubted: "np.ndarray[Any, Any]",
    dimensions: list[str],
    names: list[str],
    folder: Path,
) -> Repeats:
    """Compare the keys whose hashes meet.

    Args:
        batches: (rows; file, an index, row, the dimensions as text) of the whole drop.
        doubted: hashes that stand more than once.
        dimensions: the key.
        names: of the files.
        folder: where the keys in doubt may be kept for a while.
    """
    paths = _doubtful(batches, doubted, dimensions, folder)
    height = sum(pl.scan_parquet(path).select(pl.len()).collect().item() for path in paths)
    parts = max(1, -(-height // DOUBTED_AT_ONCE))
    marked: dict[int, np.ndarray[Any, Any]] = {}
    count, told = 0, list[pl.DataFrame]()
    for part in range(parts if paths else 0):
        keys = pl.scan_parquet(paths).filter(pl.col("#hash") % parts == part).collect()
        copies = keys.filter(pl.struct(dimensions).is_duplicated())
        count += copies.height
        for (file,), rows in copies.group_by("file"):
            _mark(marked, int(str(file)), rows["row"].to_numpy())
        told.append(_first(copies, dimensions, names))
    for path in paths:
        path.unlink()
    first = pl.concat(told).sort("file", "row").head(TOLD) if told else pl.DataFrame()
    faults = [
        (file, Fault("key_unique", row, None, key, f"The key '{key}' stands in {where}"))
        for file, row, key, where in first.rows()
    ]
    return Repeats(marked, count, faults)


def _doubtful(
    batches: Iterator[pl.DataFrame], doubted: "np.ndarray[Any, Any]", dimensions: list[str], folder: Path
) -> list[Path]:
    paths = []
    for number, batch in enumerate(batches):
        keys = batch.select("file", "row", *dimensions).drop_nulls()
        hashes = hashes_of(keys.select(dimensions))
        places = np.minimum(np.searchsorted(doubted, hashes), len(doubted) - 1)
        in_doubt = keys.with_columns(pl.Series("#hash", hashes)).filter(pl.Series(doubted[places] == hashes))
        if in_doubt.height:
            paths.append(folder / f"doubt-{number}.parquet")
            in_doubt.write_parquet(paths[-1], compression="lz4")
    return paths


def _mark(marked: "dict[int, np.ndarray[Any, Any]]", file: int, rows: "np.ndarray[Any, Any]") -> None:
    if not len(rows):
        return
    marks = marked.get(file, np.zeros(0, dtype=bool))
    if len(marks) <= rows.max():
        marks = np.concatenate([marks, np.zeros(int(rows.max()) + 1 - len(marks), dtype=bool)])
    marks[rows] = True
    marked[file] = marks


def _first(copies: pl.DataFrame, dimensions: list[str], names: list[str]) -> pl.DataFrame:
    """(the first rows; file, row, key, where its copies stand)."""
    ordered = copies.sort("file", "row")
    first = ordered.head(TOLD)
    many = len(names) > 1
    place = (
        pl.format("{} of {}", "row", pl.col("file").replace_strict(dict(enumerate(names)))) if many else pl.col("row")
    )
    places = (
        ordered.join(first.select(dimensions).unique(), on=dimensions, how="semi")
        .group_by(dimensions)
        .agg(place.cast(pl.String).head(SHOWN_PLACES).str.join(", ").alias("#places"), pl.len().alias("#copies"))
        .with_columns(
            (
                pl.lit("row " if many else "rows ")
                + pl.col("#places")
                + pl.when(pl.col("#copies") > SHOWN_PLACES).then(pl.lit(" and more")).otherwise(pl.lit(""))
            ).alias("#where")
        )
    )
    return first.join(places, on=dimensions, how="left", maintain_order="left").select(
        "file", "row", pl.concat_str(dimensions, separator=" ").alias("key"), "#where"
    )
