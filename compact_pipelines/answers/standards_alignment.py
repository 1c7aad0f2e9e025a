"""What do members have in common in standards, and what would each have to take on?"""

from collections.abc import Sequence
from typing import Final

import dagster as dg
import polars as pl

from compact_pipelines.analytics.adoption import listed_since
from compact_pipelines.analytics.alignment import build_alignment
from compact_pipelines.analytics.standards_gaps import build_gaps
from compact_pipelines.contracts import Contracts, load_contracts

FIRST_YEAR: Final = 2016
UNDATED: Final = "D"  # an observation status: the period is not when it began
UNVERIFIED: Final = "secondary"  # a tier: no official text of it was read, so it counts as unknown


def known_statuses(standards_adoption: pl.DataFrame, contracts: Contracts) -> pl.DataFrame:
    """The statuses that an official text or its reprint shows, with their levels.

    Args:
        standards_adoption: the theme table.
        contracts: schemas/.

    Returns:
        (statuses, [area, instrument, time_period, level, is_dated]); one that is not dated began no later than its
        period.
    """
    levels = {code: int(level) for code, level in contracts.codelists["adoption_status"].column("level").items()}
    return standards_adoption.filter(
        pl.col("is_preferred"), pl.col("source_tier") != UNVERIFIED, pl.col("adoption_status").is_not_null()
    ).select(
        pl.col("ref_area").alias("area"),
        "instrument",
        "time_period",
        level=pl.col("adoption_status").replace_strict(levels, return_dtype=pl.Int64),
        is_dated=pl.col("obs_status") != UNDATED,
    )


def years_until_now(statuses: pl.DataFrame) -> list[str]:
    """Every year from FIRST_YEAR to the last in which the table knows of anything; the last is the present state."""
    last = statuses["time_period"].str.slice(0, 4).cast(pl.Int64).max()
    return [str(year) for year in range(FIRST_YEAR, int(str(last)) + 1)] if last is not None else []


@dg.asset(group_name="answers", kinds={"numpy", "parquet"})
def out_standards_alignment(standards_adoption: pl.DataFrame) -> pl.DataFrame:
    """How alike two areas stand towards the listed instruments at the end of one year, by one measure."""
    contracts = load_contracts()
    statuses = known_statuses(standards_adoption, contracts)
    areas: Sequence[str] = list(contracts.membership.tier_of)
    return build_alignment(statuses, areas, instruments_of(contracts, statuses), years_until_now(statuses))


@dg.asset(group_name="answers", kinds={"numpy", "parquet"})
def out_standards_gaps(standards_adoption: pl.DataFrame) -> pl.DataFrame:
    """What one member of one set is known to have of one instrument that another member has taken on."""
    contracts = load_contracts()
    statuses = known_statuses(standards_adoption, contracts)
    blocs = {
        members.id: members.areas for members in contracts.membership.member_sets(contracts.codelists["area"].name)
    }
    years = years_until_now(statuses)
    subjects = contracts.codelists["standards_instrument"].column("subject")
    listed = instruments_of(contracts, statuses)
    return build_gaps(statuses, blocs, listed, subjects, years[-1] if years else str(FIRST_YEAR))


def instruments_of(contracts: Contracts, statuses: pl.DataFrame) -> dict[str, str]:
    """Instrument to the date from which it is on the list, see `listed_since`."""
    instruments = contracts.codelists["standards_instrument"]
    return listed_since(list(instruments.codes), instruments.column("adopted_date"), statuses)
