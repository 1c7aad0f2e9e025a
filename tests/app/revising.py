"""An edition after the embedded one, in which publishers changed figures and sources were stopped.

What the edition before is made to have held, all answers and all that the journal is made to say, are made up.
"""

import datetime as dt
import shutil
from pathlib import Path
from typing import Any, Final

import duckdb
import polars as pl

from compact_pipelines.answers.freshness import describe_freshness
from compact_pipelines.answers.revisions import Vintages, revision_tables
from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.disclosure import load_disclosure
from compact_pipelines.live.freshness import freshness_rows
from compact_pipelines.warehouse.audiences import BEFORE_ALL, SeeingRule
from compact_pipelines.warehouse.layout import PUBLIC, EditionFile, Layout, sha256_of
from compact_pipelines.warehouse.vintages import changes, current_view, log_schema

NOW: Final = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)
# What the edition before held of a source, as a factor of what this one holds: every tenth figure was so much larger.
WAS: Final = {"us_census_exports": "1.04", "statcan_cimt": "0.99", "un_desa_migrant_stock": "1.5"}
STOP: Final = {
    "state": "stopped",
    "partitions_stopped": 1,
    "what_differed": "2026-07: 40 of 100 series have values, at least 80 of 100 are expected",
    "remedy": "look at what came",
}


def publish_revised(root: Path, edition_root: Path, standing: dict[str, dict[str, Any]]) -> None:
    """Publish edition 2: the embedded one, beside a made-up edition before it.

    Args:
        root: a folder that is not there yet.
        edition_root: a data root with the embedded edition.
        standing: source to what the journal is made to say of it.
    """
    layout, before = Layout(root), Layout(edition_root)
    pointer = before.pointer()
    assert pointer is not None
    layout.editions.mkdir(parents=True)
    path = layout.editions / f"edition-000002.{PUBLIC}.duckdb"
    shutil.copyfile(before.editions / pointer.files[PUBLIC].file, path)
    with duckdb.connect(path) as connection:
        made = revised_tables(connection)
        made["source_freshness"] = _freshness(edition_root, connection, standing)
        for name, frame in made.items():
            connection.register("frame", frame)
            connection.execute(f'TRUNCATE "{name}"')
            connection.execute(f'INSERT INTO "{name}" BY NAME SELECT * FROM frame')
        connection.execute("UPDATE edition SET number = 2")
    files = {PUBLIC: EditionFile(file=path.name, sha256=sha256_of(path))}
    layout.move_pointer(pointer.model_copy(update={"number": 2, "files": files}))


def revised_tables(connection: duckdb.DuckDBPyConnection) -> dict[str, pl.DataFrame]:
    """The tables about revisions of an edition whose predecessor held other figures of some sources."""
    contracts = load_contracts()
    vintages = {}
    for name, table in contracts.tables.items():
        now = connection.execute(f'SELECT * EXCLUDE (is_preferred) FROM "{name}"').pl()
        schema = log_schema(table)
        now = now.select(pl.col(column).cast(schema[column]) for column in schema if column in now.columns)
        empty = pl.DataFrame(schema=schema)
        vintages[name] = Vintages(now, changes(_before(now), current_view(empty, table), table, 1), BEFORE_ALL)
    return revision_tables(contracts, vintages, SeeingRule.of(contracts, load_disclosure()), [], 1)


def _before(now: pl.DataFrame) -> pl.DataFrame:
    if "obs_value" not in now.columns:
        return now
    is_tenth = pl.int_range(pl.len()).over("source_id") % 10 == 0
    value, answer = pl.col("obs_value"), pl.col("snapshot_id")
    for source_id, factor in WAS.items():
        is_changed = (pl.col("source_id") == source_id) & is_tenth
        larger = (pl.col("obs_value").cast(pl.Float64) * float(factor)).cast(now.schema["obs_value"])
        value = pl.when(is_changed).then(larger).otherwise(value)
        answer = pl.when(is_changed).then(answer + ".before").otherwise(answer)
    return now.with_columns(value.alias("obs_value"), answer.alias("snapshot_id"))


def _freshness(
    edition_root: Path, connection: duckdb.DuckDBPyConnection, standing: dict[str, dict[str, Any]]
) -> pl.DataFrame:
    contracts = load_contracts()
    rows = [row | standing.get(row["source_id"], {}) for row in freshness_rows(edition_root, contracts, NOW)]
    tables = {
        name: connection.execute(f'SELECT DISTINCT source_id, time_period FROM "{name}"').pl()
        for name in contracts.tables
    }
    return describe_freshness(contracts, rows, tables)
