"""Figures that are not free, and words about them, reach nobody but the operator. All of it is made up."""

import datetime as dt
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
import pytest

from compact_pipelines import pulls
from compact_pipelines.answers.freshness import freshness_table
from compact_pipelines.checks import CHECKS, TOLD, judge_one
from compact_pipelines.contracts import Contracts, load_contracts
from compact_pipelines.contracts.disclosure import load_disclosure
from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import conform
from compact_pipelines.live.answers import Partition
from compact_pipelines.live.freshness import freshness_rows
from compact_pipelines.live.pulling import Pulled, pull
from compact_pipelines.resources import IS_CONFIDENTIAL, LiveRows, Tables, Warehouse
from compact_pipelines.staleness import LIVE
from compact_pipelines.warehouse.audiences import PUBLIC, SeeingRule, rows_as_seen, with_sight
from compact_pipelines.warehouse.build import write_parquet
from tests.live.made_up import NOW, SOURCE, THEME, FakeWire, install, made_up_source, page, rows_of

RESTRICTED = "un_comtrade"
FIGURE = "-8675309"  # what must be nowhere
LAST_YEAR = Partition("2024", "CAN")


@pytest.fixture(autouse=True)
def source(monkeypatch: pytest.MonkeyPatch) -> Any:
    return install(monkeypatch, made_up_source().model_copy(update={"conf_status": "N"}))


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


def told_of(instance: dg.DagsterInstance) -> str:
    """All that Dagster has written down."""
    return "\n".join(str(entry) for run in instance.get_runs() for entry in instance.all_logs(run.run_id))


def stopped(root: Path) -> Pulled:
    """A pull of the made-up source that was stopped, whose reason quotes the figure."""
    wire: Any = FakeWire({("2025-10", None): page([f"CAN,TOTAL,2025-10,{FIGURE}"])})
    return pull(root, SOURCE, Partition("2025-10"), wire, now=NOW)


def test_an_edition_says_that_a_source_was_stopped_and_the_operator_why(data_root: Path, contracts: Contracts) -> None:
    assert FIGURE in stopped(data_root).reason
    table = freshness_table(contracts, data_root, NOW, {})
    assert FIGURE not in table.write_json()
    row = table.row(by_predicate=pl.col("source_id") == SOURCE, named=True)
    assert (row["state"], row["partitions_stopped"]) == ("stopped", 1)
    assert row["what_differed"].startswith("2025-10: the answer has not the shape or the words we know; ")
    [full] = [one for one in freshness_rows(data_root, contracts, NOW, in_full=True) if one["source_id"] == SOURCE]
    assert FIGURE in full["what_differed"]


def test_of_free_figures_the_reason_is_told_to_everybody(
    data_root: Path, contracts: Contracts, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch, made_up_source())
    stopped(data_root)
    assert FIGURE in freshness_table(contracts, data_root, NOW, {}).write_json()


@pytest.mark.parametrize(("verdict", "cause"), [("STOPPED", "shape"), ("STOPPED", "jump"), ("NO_KEY", "")])
def test_dagster_is_told_of_no_restricted_figure_by_a_pull(
    instance: dg.DagsterInstance, verdict: Any, cause: Any
) -> None:
    class Answers(LiveRows):
        def pull(self, source_id: str, partition: Partition) -> Pulled:
            return Pulled(source_id, partition, verdict, f"made up: {FIGURE} is no value", cause=cause)

    resources = {"live": Answers(data_root="unused"), "nothing": dg.mem_io_manager}
    defs = dg.Definitions([pulls.pull_asset(RESTRICTED)], jobs=[pulls.pull_job(RESTRICTED)], resources=resources)
    job = defs.resolve_job_def(pulls.job_name(RESTRICTED))
    key = pulls.partition_key(LAST_YEAR)
    assert not job.execute_in_process(partition_key=key, instance=instance, raise_on_error=False).success
    assert verdict in told_of(instance)
    assert FIGURE not in told_of(instance)


def restricted_rows() -> pl.DataFrame:
    row = pl.DataFrame(
        {
            "freq": "A", "ref_area": "CAN", "counterpart_area": "USA", "flow": "X", "product": "TOTAL",
            "time_period": "2024", "obs_value": FIGURE, "unit_measure": "USD", "snapshot_id": "un_comtrade.totals.ab",
            "source_id": RESTRICTED, "recorded_at": NOW,
        }
    )  # fmt: skip
    typed = row.with_columns(pl.col("obs_value").cast(pl.Decimal(28, 6)), drop_id=pl.lit(None, dtype=pl.String))
    return conform(THEME, RESTRICTED, typed)


@pytest.mark.parametrize("is_read", [True, False])
def test_dagster_is_told_of_no_restricted_figure_by_what_is_believed(
    data_root: Path, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch, is_read: bool
) -> None:
    def rows(*_: object) -> pl.DataFrame:
        if not is_read:
            raise SourceChanged(f"made up: {FIGURE} is no value")
        return restricted_rows()

    monkeypatch.setattr("compact_pipelines.resources.live_rows", rows)
    core = pulls.live_core(RESTRICTED)
    resources = {"live": LiveRows(data_root=str(data_root)), "io_manager": Tables(data_root=str(data_root))}
    result = dg.materialize([core], resources=resources, instance=instance, raise_on_error=False)
    assert result.success is is_read
    assert "row_count" in told_of(instance) or "--again" in told_of(instance)
    assert FIGURE not in told_of(instance)


def test_every_source_whose_figures_are_not_free_shows_dagster_no_rows() -> None:
    sources = [one for one in load_contracts().sources.values() if one.live and one.id != SOURCE]
    assert RESTRICTED in [one.id for one in sources]
    for one in sources:
        core = getattr(import_module(f"compact_pipelines.datasets.{one.theme}.{one.id}"), f"core_{one.id}")
        [told] = core.metadata_by_key.values()
        assert told[LIVE] == one.id
        assert bool(told.get(IS_CONFIDENTIAL)) is (one.conf_status != "F"), one.id


def test_no_check_that_is_published_quotes_a_restricted_figure(data_root: Path) -> None:
    table = load_contracts().tables[THEME]
    rule = SeeingRule.of(load_contracts(), load_disclosure())
    known = restricted_rows()
    twice = pl.concat([known, known])  # so that there is something to say
    seen = rows_as_seen(with_sight(twice, table, PUBLIC, rule, dt.datetime.now(dt.UTC)), table)
    warehouse = Warehouse(data_root=str(data_root))
    frame = seen.drop("is_withheld").with_columns(is_preferred=pl.lit(value=True))
    write_parquet(frame, warehouse.layout.frame(THEME))
    write_parquet(twice, warehouse.layout.frame(f"known_{THEME}"))
    for name in CHECKS[THEME]:
        judge_one(THEME, name, frame, warehouse)
    told = "".join(path.read_text() for path in warehouse.layout.checks.iterdir())
    assert '"is_passed": false' in told
    assert FIGURE.removeprefix("-") not in told
    assert TOLD


def test_a_source_with_rows_that_are_fine_is_told_as_ever(data_root: Path, contracts: Contracts) -> None:
    wire: Any = FakeWire({("2025-10", None): page(rows_of("2025-10"))})
    assert pull(data_root, SOURCE, Partition("2025-10"), wire, now=NOW).verdict == "ACCEPTED"
    [row] = [one for one in freshness_rows(data_root, contracts, NOW) if one["source_id"] == SOURCE]
    assert (row["state"], row["what_differed"]) == ("fresh", None)
