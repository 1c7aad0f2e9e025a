"""Are the commitments of the working text kept? Here for the three founding members; a page asks for others, live."""

from pathlib import Path
from typing import Final

import dagster as dg
import polars as pl

from compact_pipelines.analytics.commitments import Held, measure_commitments
from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.compact_text import load_compact_text
from compact_pipelines.exchange.partners import load_agreements
from compact_pipelines.exchange.published import exchange_tables
from compact_pipelines.resources import Warehouse
from compact_pipelines.warehouse.layout import PUBLIC

FOUNDING: Final = "core"


@dg.asset(group_name="answers", kinds={"duckdb", "parquet"})
def out_commitments(  # noqa: PLR0913, PLR0917  (a commitment may be about any theme)
    warehouse: Warehouse,
    out_mirror_flows: pl.DataFrame,
    out_dependency: pl.DataFrame,
    compute_exports: pl.DataFrame,
    capital_flows: pl.DataFrame,
    talent_movement: pl.DataFrame,
    standards_adoption: pl.DataFrame,
    infrastructure: pl.DataFrame,
    core_worldbank_agreements: pl.DataFrame,
) -> pl.DataFrame:
    """How one commitment of the working text stands for one founding member, or for the three, in one period."""
    contracts = load_contracts()
    # The public's view of the exchange: what has come and when, which the theme tables above cannot tell.
    exchange = exchange_tables(Path(warehouse.data_root), PUBLIC, contracts, load_agreements(), warehouse.now())
    held = Held.of(
        {
            "out_mirror_flows": out_mirror_flows,
            "out_dependency": out_dependency,
            "compute_exports": compute_exports,
            "capital_flows": capital_flows,
            "talent_movement": talent_movement,
            "standards_adoption": standards_adoption,
            "infrastructure": infrastructure,
            "trade_agreements": core_worldbank_agreements,
            "exchange_drops": exchange["exchange_drops"],
            "exchange_partners": exchange["exchange_partners"],
        }
    )
    sets = contracts.membership.member_sets(contracts.codelists["area"].name)
    founding = next(members.areas for members in sets if members.id == FOUNDING)
    return measure_commitments(load_compact_text(), held, founding)
