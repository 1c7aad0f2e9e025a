"""What the tests of files share: how one is read, and rows of the trade table and the verdict on them."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from compact_pipelines.contracts import Table, load_contracts
from compact_pipelines.contracts.faults import Fault, UnreadableFile
from compact_pipelines.contracts.files import Limits, open_file, unwatched
from compact_pipelines.contracts.verdict import Verdict, judge_file

Row = dict[str, str]
TRADE = load_contracts().tables["compute_exports"]


@pytest.fixture(scope="session")
def read() -> Callable[..., tuple[list[str], dict[int, Any], list[Fault]]]:
    """Read a file: its header, rows by their numbers, faults."""

    def read(path: Path, limits: Limits | None = None) -> tuple[list[str], dict[int, Any], list[Fault]]:
        file = open_file(path, limits)
        rows: dict[int, Any] = {}
        faults: list[Fault] = []
        for batch in file.read(unwatched):
            rows |= dict(zip(batch.numbers.to_list(), batch.texts.rows(), strict=True))
            faults += batch.faults
        return file.header, rows, faults

    return read


@pytest.fixture(scope="session")
def refused(read: Callable[..., Any]) -> Callable[..., tuple[Fault, ...]]:
    """Read a file that must be refused: for which faults."""

    def refused(path: Path, limits: Limits | None = None) -> tuple[Fault, ...]:
        with pytest.raises(UnreadableFile) as error:
            read(path, limits)
        return error.value.faults

    return refused


@pytest.fixture(scope="session")
def trade() -> Callable[..., Row]:
    """A row of the trade table that keeps its contract, but for the cells that are given."""

    def trade(**cells: str) -> Row:
        row = {column.id: "" for column in TRADE.in_drop}
        good = {
            "freq": "A",
            "ref_area": "CAN",
            "counterpart_area": "USA",
            "flow": "X",
            "product": "TOTAL",
            "time_period": "2024",
            "obs_value": "12.5",
            "unit_measure": "USD",
            "obs_status": "A",
            "conf_status": "F",
        }
        return {**row, **good, **cells}

    return trade


@pytest.fixture(scope="session")
def write() -> Callable[..., Path]:
    """Write rows as a CSV file, with all columns or those that are named."""

    def write(folder: Path, rows: list[Row], columns: list[str] | None = None) -> Path:
        columns = columns or list(rows[0])
        path = folder / "drop.csv"
        cells = [[row.get(name, "") for name in columns] for row in rows]
        pl.DataFrame(cells, schema=columns, orient="row").write_csv(path, quote_style="always")
        return path

    return write


@pytest.fixture(scope="session")
def judged(write: Callable[..., Path]) -> Callable[..., Verdict]:
    """The verdict on a file of some rows."""

    def judged(rows: list[Row], table: Table = TRADE, partner: str | None = None, **options: Any) -> Verdict:
        with tempfile.TemporaryDirectory() as folder:
            return judge_file(write(Path(folder), rows, **options), table, partner)

    return judged
