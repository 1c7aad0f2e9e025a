"""What partners have sent: the accepted rows of the exchange, one asset a table, beside the cores of pulled sources."""

from pathlib import Path

import dagster as dg
import polars as pl

from compact_pipelines.contracts import Table, load_contracts
from compact_pipelines.exchange import vintages
from compact_pipelines.fingerprints import exchange_state
from compact_pipelines.resources import EXCHANGE_STATE, IS_CONFIDENTIAL, Warehouse


def drops_asset(table: Table) -> dg.AssetsDefinition:
    """The asset of what partners say in one table."""

    @dg.asset(
        name=f"core_drops__{table.id}",
        group_name="exchange",
        kinds={"parquet"},
        metadata={IS_CONFIDENTIAL: True},
        description=f"{table.row} What partners say now in their accepted drops, confidential values among it.",
    )
    def drops(warehouse: Warehouse) -> dg.Output[pl.DataFrame]:
        root = Path(warehouse.data_root)
        # The state is taken first: a drop that is accepted meanwhile leads to another edition, never to none.
        state = exchange_state(root)
        return dg.Output(vintages.stored_rows(root, table), metadata={EXCHANGE_STATE: state})

    return drops


drops_assets = [drops_asset(table) for table in load_contracts().tables.values()]
