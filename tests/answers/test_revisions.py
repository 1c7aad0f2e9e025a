"""The tables about revisions. All figures, answers and dates are made up."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest

from compact_pipelines.answers.revisions import TABLES, TOLD, Vintages, in_words, revision_tables
from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.disclosure import Disclosure, WithheldCell
from compact_pipelines.contracts.judges import POLARS_TYPES
from compact_pipelines.snapshots import Snapshot
from compact_pipelines.warehouse.audiences import BEFORE_ALL, SeeingRule
from compact_pipelines.warehouse.vintages import changes, current_view, log_schema

CONTRACTS: Final = load_contracts()
TABLE: Final = CONTRACTS.tables["compute_exports"]
LOG: Final = log_schema(TABLE)
STORED: Final = {name: dtype for name, dtype in LOG.items() if name not in {"edition_number", "is_deleted"}}
OPEN: Final = SeeingRule.of(CONTRACTS, Disclosure(protection_pct=10, small_count=5, withheld=[]))
SECRET: Final = 777
JANUARY: Final = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
JULY: Final = dt.datetime(2026, 7, 1, tzinfo=dt.UTC)


def row(value: int | None, answer: str = "a", at: dt.datetime = JANUARY, **cells: Any) -> dict[str, Any]:
    """A pulled row, as the log holds it."""
    return {
        "freq": "A", "ref_area": "USA", "counterpart_area": "CAN", "flow": "X", "product": "TOTAL",
        "time_period": "2025", "obs_value": None if value is None else Decimal(value), "unit_measure": "USD",
        "obs_status": "A", "conf_status": "F", "source_id": "us_census_exports",
        "snapshot_id": f"us_census_exports.totals.{answer}", "recorded_at": at, **cells,
    }  # fmt: skip


def stored(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=STORED)


def first(rows: pl.DataFrame) -> pl.DataFrame:
    """The log after a first edition."""
    return changes(rows, current_view(pl.DataFrame(schema=LOG), TABLE), TABLE, 1)


def snapshot(answer: str, at: dt.datetime, *, is_embedded: bool = False) -> Snapshot:
    return Snapshot(
        snapshot_id=f"us_census_exports.totals.{answer}", source_id="us_census_exports", part="totals", sha256="0" * 64,
        size_bytes=1, url="https://made.up", retrieved_at=at, licence="made up",
        http_status=None if is_embedded else 200, is_embedded=is_embedded, path=Path("nowhere"),
    )  # fmt: skip


def tables(
    now: pl.DataFrame,
    before: pl.DataFrame,
    rule: SeeingRule = OPEN,
    snapshots: Sequence[Snapshot] = (),
    previous: int | None = 1,
) -> dict[str, pl.DataFrame]:
    vintages = {"compute_exports": Vintages(now, first(before), BEFORE_ALL)}
    return revision_tables(CONTRACTS, vintages, rule, snapshots, previous)


def test_they_have_the_published_columns_types_and_keys() -> None:
    made = tables(stored(row(110, "b")), stored(row(100)))
    assert tuple(made) == TABLES
    for name, frame in made.items():
        published = CONTRACTS.published[name]
        assert dict(frame.schema) == {column: POLARS_TYPES[spec.type] for column, spec in published.columns.items()}
        assert frame.n_unique(published.key) == frame.height
        for column, spec in published.columns.items():
            assert not spec.required or frame[column].null_count() == 0, column


def test_a_first_edition_has_nothing_to_be_compared_with() -> None:
    assert all(frame.is_empty() for frame in tables(stored(row(110)), stored(), previous=None).values())


def test_a_revised_figure_is_told_with_both_values_and_both_answers() -> None:
    made = tables(stored(row(110, "b")), stored(row(100)))
    found = made["revised_values"].row(0, named=True)
    assert (found["value_before"], found["value_after"], found["difference"]) == (100, 110, 10)
    assert (found["ref_area"], found["counterpart_area"], found["time_period"]) == ("USA", "CAN", "2025")
    assert (found["series"], found["change"], found["change_count"]) == ("A X TOTAL", "revised", 1)
    assert (found["snapshot_before"], found["snapshot_after"]) == (
        "us_census_exports.totals.a",
        "us_census_exports.totals.b",
    )
    measured = made["revisions"].row(0, named=True)
    assert (measured["edition_number"], measured["previous_edition"]) == (2, 1)
    assert measured["mean_absolute_revision_share"] == pytest.approx(10 / 110)
    assert measured["largest_key"] == "Annual, United States, Canada, Exports, All goods, 2025"


def test_nothing_changed_is_said_with_numbers() -> None:
    made = tables(stored(row(100)), stored(row(100)))
    measured = made["revisions"].row(0, named=True)
    assert (measured["values_compared"], measured["values_revised"], measured["values_new"]) == (1, 0, 0)
    assert (measured["mean_absolute_revision_share"], measured["largest_key"]) == (0, None)
    assert made["revised_values"].is_empty()


@pytest.mark.parametrize("status", ["N", "C"])
@pytest.mark.parametrize("was", ["F", "N"])
def test_what_is_not_free_now_shows_neither_value(status: str, was: str) -> None:
    made = tables(stored(row(SECRET + 1, "b", conf_status=status)), stored(row(SECRET, conf_status=was)))
    assert all(frame.is_empty() for frame in made.values())


def test_what_partners_say_is_told_elsewhere() -> None:
    partner = {"drop_id": "ca-a.1", "source_id": "drop:ca-a", "snapshot_id": None}
    made = tables(stored(row(SECRET + 1, **partner)), stored(row(SECRET, **partner)))
    assert all(frame.is_empty() for frame in made.values())


def test_what_was_not_free_before_is_no_former_value() -> None:
    made = tables(stored(row(100, "b")), stored(row(SECRET, conf_status="N")))
    assert made["revised_values"].is_empty()
    assert made["revisions"].select("values_compared", "values_new").rows() == [(0, 1)]


def test_a_cell_that_the_exchange_withholds_to_protect_others_shows_no_former_value() -> None:
    key = {name: row(1)[name] for name in TABLE.dimensions}
    cell = WithheldCell(table=TABLE.id, key=key, reason="made up", since=JANUARY.date())
    rule = SeeingRule.of(CONTRACTS, Disclosure(protection_pct=10, small_count=5, withheld=[cell]))
    made = tables(stored(row(SECRET + 1, "b")), stored(row(SECRET)), rule)
    assert all(frame.is_empty() for frame in made.values())


def test_only_the_largest_differences_are_told_and_all_are_counted() -> None:
    many = [{"time_period": str(year)} for year in range(1000, 1000 + TOLD + 5)]
    before = stored(*(row(100, **cells) for cells in many))
    now = stored(*(row(101 + place, "b", **cells) for place, cells in enumerate(many)))
    told = tables(now, before)["revised_values"]
    assert told.height == TOLD
    assert set(told["change_count"]) == {TOLD + 5}
    assert told["time_period"][0] == many[-1]["time_period"]


def test_a_live_answer_in_place_of_an_embedded_figure_says_so() -> None:
    answers = [snapshot("a", JANUARY, is_embedded=True), snapshot("b", JULY)]
    made = tables(stored(row(110, "b", JULY)), stored(row(100)), snapshots=answers)
    assert made["revised_values"]["change"].to_list() == ["live"]
    assert made["revisions"]["values_live"].to_list() == [1]


def test_figures_are_looked_at_with_age_where_their_source_was_asked_again() -> None:
    answers = [snapshot("a", JANUARY, is_embedded=True), snapshot("b", JULY)]
    made = tables(stored(row(110, "b", JULY)), stored(row(100)), snapshots=answers)["revisions_by_age"]
    assert made.select("age_days", "values_compared", "values_revised").rows() == [(30, 1, 0), (90, 1, 0)]
    assert tables(stored(row(100)), stored(row(100)), snapshots=answers[:1])["revisions_by_age"].is_empty()


def test_what_is_not_free_now_is_in_no_age_either() -> None:
    answers = [snapshot("a", JANUARY), snapshot("b", JULY)]
    made = tables(stored(row(SECRET, "b", JULY, conf_status="N")), stored(row(100)), snapshots=answers)
    assert made["revisions_by_age"].is_empty()


def test_an_observation_is_named_by_its_dimensions() -> None:
    assert in_words(TABLE, row(1)) == "Annual, United States, Canada, Exports, All goods, 2025"
