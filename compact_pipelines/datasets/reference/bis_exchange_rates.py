"""Exchange rates against the US dollar, monthly averages, of the currencies of members and their partners.

Source: BIS, US dollar exchange rates; see schemas/sources/bis_exchange_rates.yaml.
Revised: not as a rule.
Quirks: a series is an area with a currency, so an area that changed its currency has two; the euro is told for the euro
area as a whole (XM).
"""

from typing import Final

import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import require_known
from compact_pipelines.live.answers import Answer
from compact_pipelines.live.formats.flows import TIME, VALUE, Flow, require_codes
from compact_pipelines.live.formats.sdmx import parse_sdmx, within
from compact_pipelines.live.scaling import scaled
from compact_pipelines.pulls import live_core, pull_asset

SOURCE: Final = "bis_exchange_rates"
THEME: Final = "reference"
FLOW: Final = Flow(("BIS:WS_XRU",), ("FREQ", "REF_AREA", "CURRENCY", "COLLECTION"), ("UNIT_MULT",))
MONTHLY_AVERAGE: Final = {"FREQ": ["M"], "COLLECTION": ["A"]}
# The present currency of each area that is asked.
CURRENCIES: Final = {
    "AE": "AED",
    "AU": "AUD",
    "BH": "BHD",
    "BR": "BRL",
    "CA": "CAD",
    "CH": "CHF",
    "CL": "CLP",
    "CN": "CNY",
    "CO": "COP",
    "CR": "CRC",
    "CZ": "CZK",
    "DK": "DKK",
    "GB": "GBP",
    "HK": "HKD",
    "ID": "IDR",
    "IL": "ILS",
    "IN": "INR",
    "JP": "JPY",
    "KR": "KRW",
    "KW": "KWD",
    "MX": "MXN",
    "MY": "MYR",
    "NO": "NOK",
    "NZ": "NZD",
    "OM": "OMR",
    "PE": "PEN",
    "PH": "PHP",
    "PL": "PLN",
    "QA": "QAR",
    "SA": "SAR",
    "SE": "SEK",
    "SG": "SGD",
    "TH": "THB",
    "TR": "TRY",
    "TW": "TWD",
    "VN": "VND",
    "XM": "EUR",
    "ZA": "ZAR",
}


def parse_rates(content: bytes, place: str) -> pl.DataFrame:
    """Read an answer as published: one row per area, currency and month, all text.

    Raises:
        SourceChanged: the answer is no SDMX message of this flow.
    """
    return parse_sdmx(content, FLOW, place)


def tidy_rates(published: pl.DataFrame, place: str) -> pl.DataFrame:
    """Shape an answer into exchange_rates.

    Args:
        published: from `parse_rates`, currency units per US dollar in units of ten to the power of UNIT_MULT.
        place: source, part, partition and page, for messages.

    Returns:
        (currency months, [currency, time_period, units_per_usd]), sorted; months without a rate are left out.

    Raises:
        SourceChanged: an area was not asked, a series is no monthly average, a period is no month, or a rate is not
            above zero.
    """
    require_codes(published, MONTHLY_AVERAGE, place)
    require_known(published["REF_AREA"], CURRENCIES, place, "areas in REF_AREA")
    if strange := published.filter(~pl.col(TIME).str.contains(r"^[0-9]{4}-[01][0-9]$"))[TIME].unique().to_list():
        raise SourceChanged(f"{place}: periods {sorted(strange)[:3]} are no months such as 2025-01")
    rates = (
        published.with_columns(
            units_per_usd=scaled(published, VALUE, load_contracts().source(SOURCE)),
            currency=pl.col("REF_AREA").replace_strict(CURRENCIES, return_dtype=pl.String),
        )
        .filter(pl.col("CURRENCY") == pl.col("currency"), pl.col("units_per_usd").is_not_null())
        .select("currency", "units_per_usd", time_period=TIME)
    )
    wrong = rates.filter(pl.col("units_per_usd") <= 0)
    if not wrong.is_empty():
        raise SourceChanged(f"{place}: rates of zero or less: {wrong.head(3).rows()}; a rate is above zero")
    return rates.select("currency", "time_period", "units_per_usd").sort("currency", "time_period")


def read_answer(answer: Answer) -> pl.DataFrame:
    """The rates of one answer, without provenance."""
    return tidy_rates(within(parse_rates(answer.content, answer.place), answer), answer.place)


pull_bis_exchange_rates = pull_asset(SOURCE)
core_bis_exchange_rates = live_core(SOURCE)
