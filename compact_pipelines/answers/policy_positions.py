"""How alike do areas vote, conclude agreements and take on standards, and where do they stand?"""

import dagster as dg
import polars as pl

from compact_pipelines.analytics.adoption import adoption_at
from compact_pipelines.analytics.policy_tables import (
    agreement_positions,
    build_policy_similarity,
    standards_positions,
    vote_positions,
)
from compact_pipelines.analytics.positions import build_positions
from compact_pipelines.answers.standards_alignment import instruments_of, known_statuses, years_until_now
from compact_pipelines.contracts import load_contracts


@dg.asset(group_name="answers", kinds={"numpy", "parquet"})
def out_geopolitical_position(core_unga_votes: pl.DataFrame) -> pl.DataFrame:
    """Where one area stands on the line that explains most votes of the General Assembly, the United States at 0."""
    return build_positions(core_unga_votes, list(load_contracts().membership.tier_of))


@dg.asset(group_name="answers", kinds={"numpy", "parquet"})
def out_policy_similarity(
    core_unga_votes: pl.DataFrame, core_worldbank_agreements: pl.DataFrame, standards_adoption: pl.DataFrame
) -> pl.DataFrame:
    """How alike the positions of two areas are on one basis, by one measure."""
    contracts = load_contracts()
    areas = list(contracts.membership.tier_of)
    bases = [vote_positions(core_unga_votes, areas), agreement_positions(core_worldbank_agreements, areas)]
    statuses = known_statuses(standards_adoption, contracts)
    if years := years_until_now(statuses):
        adoption = adoption_at(statuses, areas, instruments_of(contracts, statuses), years[-1])
        bases.append(standards_positions(adoption))
    return build_policy_similarity(bases)
