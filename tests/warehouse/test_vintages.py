"""The log of values ever known. Every figure and date below is made up."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compact_pipelines.contracts import load_contracts
from compact_pipelines.warehouse.vintages import (
    PROVENANCE,
    changes,
    current_view,
    keep_known,
    log_schema,
    read_log,
    row_key,
)

TABLE = load_contracts().tables["compute_exports"]
LOG_SCHEMA = log_schema(TABLE)
STORED = {name: dtype for name, dtype in LOG_SCHEMA.items() if name not in ("edition_number", "is_deleted")}
EMPTY_LOG = pl.DataFrame(schema=LOG_SCHEMA)


def day(month: int) -> dt.datetime:
    return dt.datetime(2026, month, 1, tzinfo=dt.UTC)


def row(value: int | None, month: int, **cells: Any) -> dict[str, Any]:
    """A stored row that was read from the snapshot of a month."""
    return {
        "freq": "A",
        "ref_area": "USA",
        "counterpart_area": "CAN",
        "flow": "X",
        "product": "TOTAL",
        "time_period": "2018",
        "obs_value": None if value is None else Decimal(value),
        "unit_measure": "USD",
        "obs_status": "A" if value is not None else "O",
        "source_id": "us_census_exports",
        "snapshot_id": f"us_census_exports.totals.{month}",
        "recorded_at": day(month),
        **cells,
    }


def frame(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=STORED)


def recorded(log: pl.DataFrame, incoming: pl.DataFrame, number: int, month: int) -> pl.DataFrame:
    """The log after an edition that was built in a month."""
    current = current_view(log, TABLE)
    kept = keep_known(incoming, current)
    return pl.concat([log, changes(kept, current, TABLE, number, gone_at=day(month))])


def values(view: pl.DataFrame) -> dict[str, Decimal | None]:
    return dict(view.select("time_period", "obs_value").iter_rows())


# The log


def test_the_log_knows_the_stored_columns_and_its_own_but_no_preference() -> None:
    stored = [column.id for column in TABLE.stored]
    assert list(LOG_SCHEMA) == [*(name for name in stored if name != "is_preferred"), "edition_number", "is_deleted"]


def test_the_key_of_a_stored_row_is_the_dimensions_and_the_source() -> None:
    assert row_key(TABLE) == [*TABLE.dimensions, "source_id"]


def test_the_log_is_empty_before_the_first_edition(tmp_path: Path) -> None:
    assert read_log(tmp_path, TABLE, 7).equals(EMPTY_LOG)
    assert current_view(EMPTY_LOG, TABLE).schema == STORED


def test_files_of_editions_that_were_never_published_are_not_read(tmp_path: Path) -> None:
    folder = tmp_path / TABLE.id
    folder.mkdir()
    for number in (1, 2, 10):
        added = changes(frame(row(number, 1, time_period=f"{2000 + number}")), frame(), TABLE, number)
        added.write_parquet(folder / f"{number:06d}.parquet")
    assert read_log(tmp_path, TABLE, 2)["edition_number"].to_list() == [1, 2]
    assert read_log(tmp_path, TABLE, 10)["edition_number"].to_list() == [1, 2, 10]


# keep_known


def test_a_value_that_comes_again_keeps_the_row_under_which_it_became_known() -> None:
    kept = keep_known(frame(row(5, 3)), frame(row(5, 1)))
    assert kept.equals(frame(row(5, 1)))


def test_a_missing_value_that_comes_again_is_known_too() -> None:
    assert keep_known(frame(row(None, 3)), frame(row(None, 1))).equals(frame(row(None, 1)))


@pytest.mark.parametrize(
    "changed",
    [row(6, 3), row(None, 3), row(0, 3), row(5, 3, obs_status="P"), row(5, 3, comment_obs="revised")],
    ids=["value", "now missing", "zero", "status", "comment"],
)
def test_a_row_that_differs_in_anything_keeps_its_own_provenance(changed: dict[str, Any]) -> None:
    assert keep_known(frame(changed), frame(row(5, 1))).equals(frame(changed))


def test_the_same_value_of_another_source_is_not_known() -> None:
    other = row(5, 3, source_id="imf_dots_fob")
    assert keep_known(frame(other), frame(row(5, 1))).equals(frame(other))


def test_a_value_known_from_a_drop_keeps_its_drop() -> None:
    known = row(5, 1, snapshot_id=None, drop_id="drop-1", source_id="drop:usa")
    again = row(5, 3, snapshot_id=None, drop_id="drop-2", source_id="drop:usa")
    assert keep_known(frame(again), frame(known)).equals(frame(known))


def test_rows_keep_their_order_and_none_is_added_or_lost() -> None:
    incoming = frame(*(row(number, 3, time_period=f"{number}") for number in (2003, 2001, 2002)))
    kept = keep_known(incoming, frame(row(2001, 1, time_period="2001"), row(9, 1, time_period="1999")))
    assert kept["time_period"].to_list() == ["2003", "2001", "2002"]
    assert kept["recorded_at"].to_list() == [day(3), day(1), day(3)]
    assert kept.drop(PROVENANCE).equals(incoming.drop(PROVENANCE))


# changes


def test_the_first_edition_records_every_row() -> None:
    added = changes(frame(row(5, 1)), frame(), TABLE, 1)
    assert added.schema == LOG_SCHEMA
    assert added.select("obs_value", "edition_number", "is_deleted").rows() == [(5, 1, False)]


def test_an_unchanged_row_is_not_recorded_again() -> None:
    assert changes(frame(row(5, 1)), frame(row(5, 1)), TABLE, 2).is_empty()


def test_a_revised_row_is_recorded_and_the_old_one_is_not_deleted() -> None:
    added = changes(frame(row(6, 3)), frame(row(5, 1)), TABLE, 2)
    assert added.select("obs_value", "recorded_at", "is_deleted").rows() == [(6, day(3), False)]


def test_a_row_that_disappears_is_recorded_as_gone_from_when_that_is_known() -> None:
    added = changes(frame(), frame(row(5, 1)), TABLE, 2, gone_at=day(4))
    assert added.schema == LOG_SCHEMA
    assert added.select("obs_value", "recorded_at", "edition_number", "is_deleted").rows() == [(5, day(4), 2, True)]


def test_a_row_that_disappears_is_gone_from_now_on_if_no_time_is_given() -> None:
    before = dt.datetime.now(dt.UTC)
    gone_at = changes(frame(), frame(row(5, 1)), TABLE, 2)["recorded_at"][0]
    assert before <= gone_at <= dt.datetime.now(dt.UTC)


# current_view


def test_the_current_view_is_the_latest_row_of_every_key() -> None:
    log = recorded(EMPTY_LOG, frame(row(5, 1), row(7, 1, time_period="2017")), 1, 1)
    log = recorded(log, frame(row(6, 3), row(7, 3, time_period="2017")), 2, 3)
    view = current_view(log, TABLE)
    assert view.equals(frame(row(7, 1, time_period="2017"), row(6, 3)))
    assert log.height == 3


def test_a_row_that_disappeared_is_no_longer_in_the_view_and_stays_in_the_log() -> None:
    log = recorded(EMPTY_LOG, frame(row(5, 1), row(7, 1, time_period="2017")), 1, 1)
    log = recorded(log, frame(row(7, 3, time_period="2017")), 2, 3)
    assert values(current_view(log, TABLE)) == {"2017": 7}
    assert log.filter(time_period="2018", is_deleted=False)["obs_value"].to_list() == [5]


def test_a_row_that_comes_back_is_in_the_view_again() -> None:
    log = recorded(EMPTY_LOG, frame(row(5, 1)), 1, 1)
    log = recorded(log, frame(), 2, 2)
    log = recorded(log, frame(row(5, 3)), 3, 3)
    assert current_view(log, TABLE).equals(frame(row(5, 3)))
    assert log["is_deleted"].to_list() == [False, True, False]


def test_the_order_of_the_log_makes_no_difference() -> None:
    log = recorded(recorded(EMPTY_LOG, frame(row(5, 1)), 1, 1), frame(row(6, 3)), 2, 3)
    assert current_view(log.reverse(), TABLE).equals(current_view(log, TABLE))


def test_the_view_as_known_on_a_date_holds_what_was_recorded_by_then() -> None:
    log = recorded(recorded(EMPTY_LOG, frame(row(5, 1)), 1, 1), frame(row(6, 3)), 2, 3)
    assert values(current_view(log, TABLE, dt.datetime(2025, 12, 31, tzinfo=dt.UTC))) == {}
    assert values(current_view(log, TABLE, day(1))) == {"2018": 5}
    assert values(current_view(log, TABLE, day(2))) == {"2018": 5}
    assert values(current_view(log, TABLE, day(3))) == {"2018": 6}
    assert values(current_view(log, TABLE)) == {"2018": 6}


def test_a_row_that_disappeared_later_is_still_known_on_an_earlier_date() -> None:
    log = recorded(recorded(EMPTY_LOG, frame(row(5, 1)), 1, 1), frame(), 2, 3)
    assert values(current_view(log, TABLE, day(2))) == {"2018": 5}
    assert values(current_view(log, TABLE, day(3))) == {}
    assert values(current_view(log, TABLE)) == {}


editions = st.lists(
    st.dictionaries(st.sampled_from(["2016", "2017", "2018"]), st.none() | st.integers(0, 3)), min_size=1, max_size=6
)


@settings(deadline=None, max_examples=40)
@given(told=editions)
def test_the_views_retell_every_edition_and_repeat_nothing(told: list[dict[str, int | None]]) -> None:
    log = EMPTY_LOG
    for number, edition in enumerate(told, start=1):
        incoming = frame(*(row(value, number, time_period=year) for year, value in edition.items()))
        before = log
        log = recorded(log, incoming, number, number)
        assert log.head(before.height).equals(before)
        assert values(current_view(log, TABLE)) == edition
        assert recorded(log, incoming, number + 1, number + 1).equals(log)
    for number, edition in enumerate(told, start=1):
        assert values(current_view(log, TABLE, day(number))) == edition
