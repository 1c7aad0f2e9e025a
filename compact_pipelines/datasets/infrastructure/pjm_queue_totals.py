"""How many generation projects wait, run or gave up in the connection queue of one US grid, and how much they ask for.

Source: PJM Interconnection, counted by this project; see schemas/sources/pjm_queue_totals.yaml.
Revised: daily at the publisher's; one day is held.
Quirks: one region, not the country; a project may have no megawatts, or ask for capacity rights alone.
"""

from typing import Final

import dagster as dg
import polars as pl

from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import DECIMAL, conform, read_csv, require_columns, require_known, to_decimal
from compact_pipelines.resources import Snapshots
from compact_pipelines.snapshots import Snapshot

SOURCE: Final = "pjm_queue_totals"
THEME: Final = "infrastructure"
COLUMNS: Final = ["project_type", "status", "projects", "mw_energy", "projects_without_mw", "citation"]
NUMBERS: Final = ("projects", "mw_energy", "projects_without_mw")
ALL: Final = "All"
GENERATION: Final = "Generation Interconnection"
TYPES: Final = (GENERATION, "Long-Term Firm Transmission", "Merchant Transmission", "Upgrade Request", ALL)
# What each status counts towards: (number of projects, power asked for in MW), or nothing.
INDICATORS: Final = {
    "Active": ("PJM_QUEUE_ACTIVE_PROJECTS", "PJM_QUEUE_ACTIVE_CAPACITY"),
    "In Service": ("PJM_QUEUE_IN_SERVICE_PROJECTS", "PJM_QUEUE_IN_SERVICE_CAPACITY"),
    "Withdrawn": ("PJM_QUEUE_WITHDRAWN_PROJECTS", "PJM_QUEUE_WITHDRAWN_CAPACITY"),
}
UNCOUNTED: Final = (
    "Annulled",
    "Canceled",
    "Confirmed",
    "Deactivated",
    "Engineering and Procurement",
    "Partially in Service - Under Construction",
    "Retracted",
    "Suspended",
    "Under Construction",
    ALL,
)


def parse_queue(content: bytes) -> pl.DataFrame:
    """Read the counts as this project keeps them: one row per project type and status, all text.

    Raises:
        SourceChanged: the bytes are not such a table.
    """
    return read_csv(content, SOURCE)


def tidy_queue(published: pl.DataFrame, time_period: str) -> pl.DataFrame:
    """Shape the counts of generation projects into the infrastructure contract.

    Args:
        published: (project types and statuses, COLUMNS), text, projects and MW, from `parse_queue`.
        time_period: the month in which the statuses held, such as 2026-05.

    Returns:
        (statuses * 2, contract columns without provenance); projects counted, power asked for in MW. A sum over no
        known figure is missing (status O).

    Raises:
        SourceChanged: unknown columns, project types or statuses, a cell that is no number, a row that cites nothing,
            or types and statuses that do not add up to the whole queue.
    """
    require_columns(published, COLUMNS, SOURCE)
    require_known(published["project_type"], TYPES, SOURCE, "project types")
    require_known(published["status"], [*INDICATORS, *UNCOUNTED], SOURCE, "statuses")
    if uncited := published.filter(pl.col("citation").is_null()).select("project_type", "status").rows():
        raise SourceChanged(f"{SOURCE}: rows {uncited} cite nothing; a fact names the text it was read in")
    counts = published.with_columns(to_decimal(name, SOURCE, published) for name in NUMBERS)
    _require_whole_queue(counts)
    ours = counts.filter(pl.col("status").is_in(list(INDICATORS)), project_type=GENERATION)
    source = pl.format("PJM region only; counted in: {}", "citation")
    unknown = pl.format("{} of {} projects have no figure", _whole("projects_without_mw"), _whole("projects"))
    has_unknown = pl.col("projects_without_mw") > 0
    long = pl.concat(
        [
            ours.select(_indicator(0), unit_measure=pl.lit("COUNT"), obs_value="projects", comment_obs=source),
            ours.select(
                _indicator(1),
                unit_measure=pl.lit("MW"),
                obs_value="mw_energy",
                comment_obs=pl.when(has_unknown).then(pl.format("{}; {}", source, unknown)).otherwise(source),
            ),
        ]
    )
    return long.with_columns(
        freq=pl.lit("M"),
        ref_area=pl.lit("USA"),
        counterpart_area=pl.lit("_Z"),
        time_period=pl.lit(time_period),
        obs_status=pl.when(pl.col("obs_value").is_null()).then(pl.lit("O")).otherwise(pl.lit("A")),
    )


def _require_whole_queue(counts: pl.DataFrame) -> None:
    is_all = pl.col("project_type") == ALL
    of_types, printed = counts.select(
        of_types=pl.col("projects").filter(~is_all).sum().cast(DECIMAL),
        printed=pl.col("projects").filter(is_all).sum().cast(DECIMAL),
    ).row(0)
    if of_types != printed:
        raise SourceChanged(
            f"{SOURCE}: types and statuses add up to {of_types} projects, the queue has {printed}; one is missing or "
            "stands twice"
        )


def _indicator(place: int) -> pl.Expr:
    codes = {status: pair[place] for status, pair in INDICATORS.items()}
    return pl.col("status").replace_strict(codes, return_dtype=pl.String).alias("indicator")


def _whole(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.Int64)


@dg.asset(group_name=THEME, kinds={"csv"}, metadata={"source_id": SOURCE, "part": "queue"})
def raw_pjm_queue_totals__queue(snapshots: Snapshots) -> Snapshot:
    """The counts and sums, kept byte for byte."""
    return snapshots.take(SOURCE, "queue")


@dg.asset(group_name=THEME, kinds={"polars", "parquet"})
def core_pjm_queue_totals(raw_pjm_queue_totals__queue: Snapshot) -> pl.DataFrame:
    """Generation projects of the PJM queue and the power they ask for, by status."""
    snapshot = raw_pjm_queue_totals__queue
    tidied = tidy_queue(parse_queue(snapshot.read()), f"{snapshot.retrieved_at:%Y-%m}")
    return conform(THEME, SOURCE, tidied.with_columns(**snapshot.stamp()))
