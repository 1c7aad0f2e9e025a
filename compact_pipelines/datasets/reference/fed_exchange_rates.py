"""Exchange rates against the US dollar, monthly averages.

Source: Federal Reserve Board, G.5; see schemas/sources/fed_exchange_rates.yaml.
Revised: not as a rule.
Quirks: currencies are named by country; the euro by its own name.
"""

from typing import Final

import dagster as dg
import polars as pl

from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import read_csv, require_columns, require_known, to_decimal
from compact_pipelines.resources import Snapshots
from compact_pipelines.snapshots import Snapshot

SOURCE: Final = "fed_exchange_rates"
THEME: Final = "reference"
COLUMNS: Final = ["Date", "Country", "Exchange rate"]
CURRENCIES: Final = {
    "Australia": "AUD",
    "Brazil": "BRL",
    "Canada": "CAD",
    "China": "CNY",
    "Denmark": "DKK",
    "Euro": "EUR",
    "Hong Kong": "HKD",
    "India": "INR",
    "Japan": "JPY",
    "Malaysia": "MYR",
    "Mexico": "MXN",
    "New Zealand": "NZD",
    "Norway": "NOK",
    "Singapore": "SGD",
    "South Africa": "ZAR",
    "South Korea": "KRW",
    "Sri Lanka": "LKR",
    "Sweden": "SEK",
    "Switzerland": "CHF",
    "Taiwan": "TWD",
    "Thailand": "THB",
    "United Kingdom": "GBP",
    "Venezuela": "VES",
}


def parse_rates(content: bytes) -> pl.DataFrame:
    """Read the package's table as it stands: one row per currency and month, all text.

    Raises:
        SourceChanged: the bytes are not such a table.
    """
    return read_csv(content, SOURCE)


def tidy_rates(published: pl.DataFrame) -> pl.DataFrame:
    """Shape the table into exchange_rates.

    Args:
        published: (currency months, COLUMNS), text, currency units per US dollar, from `parse_rates`.

    Returns:
        (currency months, [currency, time_period, units_per_usd]), sorted; months without a rate are left out.

    Raises:
        SourceChanged: a currency is unknown, or a rate is not a number above zero.
    """
    require_columns(published, COLUMNS, SOURCE)
    require_known(published["Country"], CURRENCIES, SOURCE, "currencies in Country")
    rate = to_decimal("Exchange rate", SOURCE, published)
    rates = published.select(
        currency=pl.col("Country").replace_strict(CURRENCIES, return_dtype=pl.String),
        time_period=pl.col("Date").str.slice(0, 7),
        units_per_usd=rate,
    ).filter(pl.col("units_per_usd").is_not_null())
    wrong = rates.filter(pl.col("units_per_usd") <= 0)
    if not wrong.is_empty():
        raise SourceChanged(f"{SOURCE}: rates of zero or less: {wrong.head(3).rows()}; a rate is above zero")
    return rates.sort("currency", "time_period")


@dg.asset(group_name=THEME, kinds={"csv"}, metadata={"source_id": SOURCE, "part": "monthly"})
def raw_fed_exchange_rates__monthly(snapshots: Snapshots) -> Snapshot:
    """Monthly averages, kept byte for byte."""
    return snapshots.take(SOURCE, "monthly")


@dg.asset(group_name=THEME, kinds={"polars", "parquet"})
def core_fed_exchange_rates(raw_fed_exchange_rates__monthly: Snapshot) -> pl.DataFrame:
    """Currency units per US dollar, per currency and month."""
    snapshot = raw_fed_exchange_rates__monthly
    return tidy_rates(parse_rates(snapshot.read())).with_columns(
        source_id=pl.lit(SOURCE), snapshot_id=pl.lit(snapshot.snapshot_id)
    )
