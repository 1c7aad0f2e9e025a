"""Rows of a published table, such as exchange rates, and pages that are read together; all of it is made up."""

import itertools
import json
import sys
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.live.answers import PAGES_READER, READER, Answer, Partition
from compact_pipelines.live.pulling import Pulled, pull
from compact_pipelines.live.reading import shape_of
from compact_pipelines.live.rows import live_rows, replaced
from tests.live.made_up import NOW, SOURCE, FakeWire, made_up_source

WHOLE = Partition("all")
CURRENCIES = ("CAD", "EUR", "GBP", "JPY", "MXN")


def read_answer(answer: Answer) -> pl.DataFrame:
    return pl.DataFrame(json.loads(answer.content)["rows"])


@pytest.fixture(autouse=True)
def source(monkeypatch: pytest.MonkeyPatch) -> Any:
    made_up = made_up_source(partitions={"by": "whole"})
    rates = made_up.model_copy(update={"theme": "reference", "table": "exchange_rates"})
    module: Any = ModuleType(f"compact_pipelines.datasets.reference.{SOURCE}")
    module.read_answer = read_answer
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(load_contracts().sources, SOURCE, rates)
    return rates


def rates(month: str, factor: float = 1, **others: Any) -> list[dict[str, Any]]:
    return [
        {"currency": currency, "time_period": month, "units_per_usd": factor * (number + 1), **others}
        for number, currency in enumerate(CURRENCIES)
    ]


def ask(root: Path, *rows: dict[str, Any]) -> Pulled:
    wire: Any = FakeWire({("all", None): json.dumps({"rows": rows}).encode()})
    return pull(root, SOURCE, WHOLE, wire, now=NOW)


def test_rows_of_a_published_table_are_believed_with_their_provenance(data_root: Path, source: Any) -> None:
    assert ask(data_root, *rates("2025-10")).verdict == "ACCEPTED"
    rows = live_rows(data_root, source)
    assert rows.columns == list(load_contracts().published["exchange_rates"].columns)
    assert set(rows["source_id"]) == {SOURCE}
    assert rows["units_per_usd"].to_list() == [Decimal(number) for number in range(1, 6)]


def test_its_number_is_compared_and_its_series_are_counted(data_root: Path) -> None:
    ask(data_root, *rates("2025-10"))
    assert ask(data_root, *rates("2025-10", 100)).cause == "jump"
    assert ask(data_root, *rates("2025-10")[:2]).cause == "coverage"


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (rates("2025-10", more=1), "the rows have the columns"),
        ([*rates("2025-10"), {"currency": None, "time_period": "2025-10", "units_per_usd": 1}], "have blanks"),
        ([*rates("2025-10"), *rates("2025-10", 2)], "5 keys stand more than once with different contents"),
    ],
)
def test_rows_that_break_the_table_are_a_stop(data_root: Path, rows: list[dict[str, Any]], told: str) -> None:
    found = ask(data_root, *rows)
    assert (found.verdict, found.cause, told in found.reason) == ("STOPPED", "shape", True)


def test_rows_that_come_twice_alike_count_once(data_root: Path) -> None:
    assert ask(data_root, *rates("2025-10"), *rates("2025-10")).rows == 5


def test_believed_rows_take_the_place_of_embedded_ones(data_root: Path, source: Any) -> None:
    ask(data_root, *rates("2025-10"))
    live = live_rows(data_root, source)
    embedded = live.with_columns(snapshot_id=pl.lit("made_up.embedded.0"))
    older = embedded.with_columns(time_period=pl.lit("2025-09"))
    both = replaced(pl.concat([embedded, older]), live, data_root, source)
    assert both.filter(snapshot_id="made_up.embedded.0")["time_period"].unique().to_list() == ["2025-09"]
    assert both.height == 10


def test_the_shape_is_the_tables(source: Any) -> None:
    shape = shape_of(source)
    assert (shape.key, shape.series, shape.measure) == (["currency", "time_period"], ["currency"], "units_per_usd")


def read_sums(answers: list[Answer]) -> pl.DataFrame:
    """One row a currency, added up over the pages."""
    rows = pl.concat(read_answer(answer) for answer in answers)
    return rows.group_by("currency", "time_period", maintain_order=True).sum()


def test_pages_of_a_part_are_read_together_where_the_module_says_so(
    data_root: Path, source: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = sys.modules[f"compact_pipelines.datasets.reference.{SOURCE}"]
    monkeypatch.delattr(module, READER)
    monkeypatch.setattr(module, PAGES_READER, read_sums, raising=False)
    first = json.dumps({"rows": rates("2025-10"), "next": "b"}).encode()
    second = json.dumps({"rows": rates("2025-10", 10)[:2]}).encode()
    wire: Any = FakeWire({("all", None): first, ("all", "b"): second})
    found = pull(data_root, SOURCE, WHOLE, wire, now=NOW)
    assert (found.verdict, found.rows, found.requests, len(found.snapshot_ids)) == ("ACCEPTED", 5, 2, 2)
    rows = live_rows(data_root, source)
    assert rows["units_per_usd"].to_list() == [Decimal(number) for number in (11, 22, 3, 4, 5)]
    assert set(rows["snapshot_id"]) == {found.snapshot_ids[1]}


def test_pages_read_together_are_another_answer_whichever_of_them_changes(
    data_root: Path, source: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = sys.modules[f"compact_pipelines.datasets.reference.{SOURCE}"]
    monkeypatch.setattr(module, PAGES_READER, read_sums, raising=False)

    def stamped(first: int, second: int) -> str:
        body = json.dumps({"rows": rates("2025-10", first), "next": "b"}).encode()
        wire: Any = FakeWire(
            {("all", None): body, ("all", "b"): json.dumps({"rows": rates("2025-10", second)}).encode()}
        )
        assert pull(data_root, SOURCE, WHOLE, wire, now=NOW).verdict == "ACCEPTED"
        rows = live_rows(data_root, source)
        for file in data_root.glob("live/rows/*/*.parquet"):  # read anew, they are of the same bytes
            file.unlink()
        assert live_rows(data_root, source).equals(rows)
        [stamp] = set(rows["snapshot_id"])
        return str(stamp)

    stamps = [stamped(*pages) for pages in [(1, 1), (1, 2), (2, 2), (1, 1), (1, 2), (2, 1), (1, 2)]]
    assert all(one != following for one, following in itertools.pairwise(stamps))


def test_parts_are_not_read_together(data_root: Path, source: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    groups: list[list[tuple[str, int]]] = []

    def noted(answers: list[Answer]) -> pl.DataFrame:
        groups.append([(answer.part, answer.page) for answer in answers])
        return read_sums(answers)

    module = sys.modules[f"compact_pipelines.datasets.reference.{SOURCE}"]
    monkeypatch.setattr(module, PAGES_READER, noted, raising=False)
    request = source.live.requests["figures"]
    requests = {"later": request, "earlier": request}
    parts = source.model_copy(update={"live": source.live.model_copy(update={"requests": requests})})
    monkeypatch.setitem(load_contracts().sources, SOURCE, parts)
    body = {"rows": rates("2025-10")}
    wire: Any = FakeWire(
        {("all", None): json.dumps({**body, "next": "b"}).encode(), ("all", "b"): json.dumps(body).encode()}
    )
    assert pull(data_root, SOURCE, WHOLE, wire, now=NOW).verdict == "ACCEPTED"
    assert groups == [[("later", 1), ("later", 2)], [("earlier", 1), ("earlier", 2)]]
