"""Exchange rates: the rate that every figure in another currency is turned into US dollars with.

The Federal Reserve's monthly averages as far as they are held; beyond them, and for currencies it does not have, those
of the Bank for International Settlements, once they have been asked for. Each row says whose it is.
"""

import dagster as dg
import polars as pl

KEY = ("currency", "time_period")


def join_rates(first: pl.DataFrame, second: pl.DataFrame) -> pl.DataFrame:
    """All rows of the first publisher, and those of the second whose currency and month the first has not.

    Args:
        first: (currency months, columns of exchange_rates).
        second: likewise.

    Returns:
        (currency months, the same columns), sorted by key.
    """
    return pl.concat([first, second.select(first.columns).join(first, on=KEY, how="anti")]).sort(KEY)


@dg.asset(group_name="reference", kinds={"polars", "parquet"})
def exchange_rates(core_fed_exchange_rates: pl.DataFrame, core_bis_exchange_rates: pl.DataFrame) -> pl.DataFrame:
    """Currency units per US dollar, per currency and month."""
    return join_rates(core_fed_exchange_rates, core_bis_exchange_rates)
