"""What each economy says it sells to and buys from the world and its five largest partners, by year: all goods.

Source: World Bank WITS trade summaries, made from UN Comtrade; see schemas/sources/wits_trade_summary.yaml.
Revised: with each WITS edition; this one ends in 2019.
Quirks: millions of dollars in one column a year, padded with blanks; a blank means out of the first five, or not
reported, never zero; some partners are no area: former states, bunkers, and the remainder of Asia.
"""

from typing import Final

import dagster as dg
import polars as pl

from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import DECIMAL, conform, read_csv, require_columns, require_known, to_decimal
from compact_pipelines.resources import Snapshots
from compact_pipelines.snapshots import Snapshot

SOURCE: Final = "wits_trade_summary"
THEME: Final = "compute_exports"
COLUMNS: Final = ["Reporter", "Partner", "Product categories", "Indicator Type", "Indicator"]
USD_PER_MILLION: Final = 1_000_000
WORLD: Final = "World"
PARTNER_FLOWS: Final = {"Trade (US$ Mil)-Top 5 Export Partner": "X", "Trade (US$ Mil)-Top 5 Import Partner": "M"}
WORLD_FLOWS: Final = {"Exports (in US$ Mil)": "X", "Imports (in US$ Mil)": "M"}
LARGEST_PARTNERS: Final = 5
# Six figures, each rounded to 0.01 million.
ROUNDING_USD_MILLION: Final = 0.03
MISSING: Final = {"...": "out of the first five, or not reported"}
NO_AREA: Final = {
    "Belgium-Luxembourg": "two areas in one, to 1998",
    "Bunkers": "fuel for ships and aircraft of any flag",
    "German Democratic Republic": "a state that has ended",
    # Taiwan for most reporters, but far more than Taiwan in the exports of Saudi Arabia and the United Arab Emirates.
    "Other Asia, nes": "the remainder of Asia",
    "Soviet Union": "a state that has ended",
    "Special Categories": "trade whose partner is confidential or not classified",
}
AREAS: Final = {
    "Argentina": "ARG",
    "Aruba": "ABW",
    "Australia": "AUS",
    "Austria": "AUT",
    "Belgium": "BEL",
    "Brazil": "BRA",
    "Canada": "CAN",
    "Chile": "CHL",
    "China": "CHN",
    "Colombia": "COL",
    "Costa Rica": "CRI",
    "Czech Republic": "CZE",
    "Denmark": "DNK",
    "Dominican Republic": "DOM",
    "Ecuador": "ECU",
    "Egypt, Arab Rep.": "EGY",
    "Finland": "FIN",
    "France": "FRA",
    "Germany": "DEU",
    "Guatemala": "GTM",
    "Honduras": "HND",
    "Hong Kong, China": "HKG",
    "India": "IND",
    "Indonesia": "IDN",
    "Iran, Islamic Rep.": "IRN",
    "Iraq": "IRQ",
    "Ireland": "IRL",
    "Israel": "ISR",
    "Italy": "ITA",
    "Japan": "JPN",
    "Korea, Rep.": "KOR",
    "Kuwait": "KWT",
    "Malaysia": "MYS",
    "Mexico": "MEX",
    "Monaco": "MCO",
    "Netherlands": "NLD",
    "New Zealand": "NZL",
    "Nicaragua": "NIC",
    "Nigeria": "NGA",
    "Norway": "NOR",
    "Oman": "OMN",
    "Panama": "PAN",
    "Peru": "PER",
    "Philippines": "PHL",
    "Poland": "POL",
    "Portugal": "PRT",
    "Qatar": "QAT",
    "Russian Federation": "RUS",
    "Saudi Arabia": "SAU",
    "Singapore": "SGP",
    "Slovak Republic": "SVK",
    "Spain": "ESP",
    "Sweden": "SWE",
    "Switzerland": "CHE",
    "Thailand": "THA",
    "Turkey": "TUR",
    "Ukraine": "UKR",
    "United Arab Emirates": "ARE",
    "United Kingdom": "GBR",
    "United States": "USA",
    "Unspecified": "_X",
    "Venezuela": "VEN",
    "Vietnam": "VNM",
    "Yemen": "YEM",
    WORLD: "W00",
}


def parse_summary(content: bytes) -> pl.DataFrame:
    """Read summaries as they stand: one row per reporter, partner, product and indicator, all text.

    Raises:
        SourceChanged: the bytes are not such a table.
    """
    return read_csv(content, SOURCE)


def read_trade(published: pl.DataFrame) -> pl.DataFrame:
    """Take the trade in all goods out of the summaries: with the largest partners, and with the world.

    Args:
        published: (reporters, partners and indicators; COLUMNS and years), text, from `parse_summary`.

    Returns:
        (reported years, [reporter, partner, flow, year, millions]); a year with no figure has no row.

    Raises:
        SourceChanged: a column, partner or product is unknown, an indicator is gone, or a value is not a number.
    """
    years = [name for name in published.columns if name.strip().isdigit()]
    require_columns(published, [*COLUMNS, *years], SOURCE)
    flows = {**PARTNER_FLOWS, **WORLD_FLOWS}
    if gone := sorted(flows.keys() - set(published["Indicator"])):
        raise SourceChanged(f"{SOURCE}: no rows for indicators {gone}; look under which name WITS gives them now")
    trade = published.filter(pl.col("Indicator").is_in(list(flows)))
    require_known(trade["Reporter"], AREAS, SOURCE, "names in Reporter")
    require_known(trade["Partner"], [*AREAS, *NO_AREA], SOURCE, "names in Partner")
    require_known(trade["Product categories"], ["All Products"], SOURCE, "product categories of trade by partner")
    long = trade.unpivot(
        years, index=["Reporter", "Partner", "Indicator"], variable_name="year", value_name="text"
    ).with_columns(text=pl.col("text").str.strip_chars().replace("", None))
    return (
        long.with_columns(millions=to_decimal("text", SOURCE, long, MISSING))
        .drop_nulls("millions")
        .select(
            reporter="Reporter",
            partner="Partner",
            flow=pl.col("Indicator").replace_strict(flows, return_dtype=pl.String),
            year=pl.col("year").str.strip_chars(),
            millions="millions",
        )
    )


def require_within_total(trade: pl.DataFrame) -> None:
    """Stop unless the named partners are five at most and add up to no more than the world, in every year.

    Args:
        trade: (reported years, [reporter, partner, flow, year, millions]).

    Raises:
        SourceChanged: naming the first reporter and year where they are not.
    """
    is_world = pl.col("partner") == WORLD
    compared = trade.group_by("reporter", "flow", "year").agg(
        partners=(~is_world).sum(),
        named=pl.col("millions").filter(~is_world).sum(),
        world=pl.col("millions").filter(is_world).sum(),
    )
    over = pl.col("named").cast(pl.Float64) > pl.col("world").cast(pl.Float64) + ROUNDING_USD_MILLION
    wrong = compared.filter((pl.col("partners") > LARGEST_PARTNERS) | over).sort("reporter", "year", "flow")
    for row in wrong.head(1).iter_rows(named=True):
        raise SourceChanged(
            f"{SOURCE}, {row['reporter']}, flow {row['flow']}, {row['year']}: {row['partners']} partners add up to "
            f"{row['named']} million, the world to {row['world']} million; expected at most {LARGEST_PARTNERS} "
            "partners, and no more than the world. A row stands twice, or a total is missing"
        )


def tidy_summary(published: pl.DataFrame) -> pl.DataFrame:
    """Shape the summaries into the compute_exports contract.

    Args:
        published: (reporters, partners and indicators; COLUMNS and years), text, millions of US dollars, from
            `parse_summary`.

    Returns:
        (reported years, contract columns without provenance); obs_value in USD. Partners that are no area and a
        reporter's trade with itself are left out.

    Raises:
        SourceChanged: as `read_trade` and `require_within_total`.
    """
    trade = read_trade(published)
    require_within_total(trade)
    is_export = pl.col("flow") == "X"
    return trade.filter(~pl.col("partner").is_in(list(NO_AREA)), pl.col("partner") != pl.col("reporter")).select(
        freq=pl.lit("A"),
        ref_area=pl.col("reporter").replace_strict(AREAS, return_dtype=pl.String),
        counterpart_area=pl.col("partner").replace_strict(AREAS, return_dtype=pl.String),
        flow="flow",
        product=pl.lit("TOTAL"),
        time_period="year",
        obs_value=(pl.col("millions") * USD_PER_MILLION).cast(DECIMAL),
        unit_measure=pl.lit("USD"),
        valuation=pl.when(is_export).then(pl.lit("FOB")),
        basis=pl.lit("MIXED"),
        obs_status=pl.lit("A"),
        comment_obs=pl.when(~is_export).then(pl.lit("valuation not stated: CIF or FOB, as the reporter has it")),
    )


@dg.asset(group_name=THEME, kinds={"csv"}, metadata={"source_id": SOURCE, "part": "partners"})
def raw_wits_trade_summary__partners(snapshots: Snapshots) -> Snapshot:
    """Trade with the world and the five largest partners, kept byte for byte."""
    return snapshots.take(SOURCE, "partners")


@dg.asset(group_name=THEME, kinds={"polars", "parquet"})
def core_wits_trade_summary(raw_wits_trade_summary__partners: Snapshot) -> pl.DataFrame:
    """Trade in all goods per reporter, partner, flow and year."""
    snapshot = raw_wits_trade_summary__partners
    return conform(THEME, SOURCE, tidy_summary(parse_summary(snapshot.read())).with_columns(**snapshot.stamp()))
