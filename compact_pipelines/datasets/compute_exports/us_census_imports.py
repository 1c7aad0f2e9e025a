"""What the United States says it buys abroad, by origin and month: all goods, NAICS 334, chapters 84 and 85, AI goods.

Source: US Census Bureau, International Trade API; see schemas/sources/us_census_imports.yaml.
Revised: each month revises the one before, all past years once a year in June.
Quirks: every cell is text; whole dollars of customs value, imports for consumption; groups of countries stand beside
their members in one column; the embedded chapters are of an older vintage than the totals. Embedded answers name
partners, those asked live hold Schedule C codes and all partners.
"""

from typing import Final

import dagster as dg
import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.harmonise import conform, read_json_table, require_columns, require_known, to_decimal
from compact_pipelines.live.answers import Answer
from compact_pipelines.pulls import pull_asset
from compact_pipelines.resources import LiveRows, Snapshots
from compact_pipelines.schedule_c import of_hs22, require_asked, with_partners
from compact_pipelines.snapshots import Snapshot
from compact_pipelines.staleness import LIVE

SOURCE: Final = "us_census_imports"
THEME: Final = "compute_exports"
TOTALS: Final = ["CTY_NAME", "CON_VAL_MO", "time"]
# What each answer by commodity asked for: the codes that may stand in its column, and their level.
PRODUCTS: Final = {"NAICS": {"334": "NAICS_334"}, "I_COMMODITY": {"84": "HS_84", "85": "HS_85"}}
LEVELS: Final = {"NAICS": "NA3", "I_COMMODITY": "HS2"}
# Of answers asked live, by part: the column of commodities with their level and classification.
LIVE_PARTS: Final = {
    "naics": ("NAICS", "NA3", "NAICS_"),
    "chapters": ("I_COMMODITY", "HS2", "HS_"),
    "goods": ("I_COMMODITY", "HS6", "HS22_"),
}
GOODS: Final = "goods"
AREAS: Final = {
    "AUSTRALIA": "AUS",
    "AUSTRIA": "AUT",
    "BELGIUM": "BEL",
    "BRAZIL": "BRA",
    "CANADA": "CAN",
    "CHILE": "CHL",
    "CHINA": "CHN",
    "COLOMBIA": "COL",
    "EUROPEAN UNION": "EUU",
    "FRANCE": "FRA",
    "GERMANY": "DEU",
    "INDIA": "IND",
    "INDONESIA": "IDN",
    "IRELAND": "IRL",
    "ISRAEL": "ISR",
    "ITALY": "ITA",
    "JAPAN": "JPN",
    "KOREA, SOUTH": "KOR",
    "MALAYSIA": "MYS",
    "MEXICO": "MEX",
    "NETHERLANDS": "NLD",
    "RUSSIA": "RUS",
    "SAUDI ARABIA": "SAU",
    "SINGAPORE": "SGP",
    "SPAIN": "ESP",
    "SWEDEN": "SWE",
    "SWITZERLAND": "CHE",
    "TAIWAN": "TWN",
    "THAILAND": "THA",
    "TOTAL FOR ALL COUNTRIES": "W00",
    "UNITED KINGDOM": "GBR",
    "USMCA (NAFTA)": "USMCA",
    "VIETNAM": "VNM",
}


def parse_imports(content: bytes) -> pl.DataFrame:
    """Read an answer of the API exactly as published: one row per partner (and product) and month, all text.

    Raises:
        SourceChanged: the body is not an array of equally long arrays of text, header first.
    """
    return read_json_table(content, SOURCE)


def read_products(published: pl.DataFrame) -> pl.Expr:
    """The product of every row of an answer: all goods, or the code in its column of commodities.

    Raises:
        SourceChanged: the columns are not those asked for, or a level or commodity was not asked for.
    """
    for column, products in PRODUCTS.items():
        if column in published.columns:
            require_columns(published, ["CTY_NAME", "CON_VAL_MO", "COMM_LVL", column, "time"], SOURCE)
            require_known(published["COMM_LVL"], [LEVELS[column]], SOURCE, "levels in COMM_LVL")
            require_known(published[column], products, SOURCE, f"commodities in {column}")
            return pl.col(column).replace_strict(products, return_dtype=pl.String)
    require_columns(published, TOTALS, SOURCE)
    return pl.lit("TOTAL")


def tidy_imports(published: pl.DataFrame) -> pl.DataFrame:
    """Shape an answer into the compute_exports contract.

    Args:
        published: (partner months, the columns of a part), text, whole US dollars, from `parse_imports`.

    Returns:
        (partner months, contract columns without provenance); obs_value in USD. A zero is absent (status O): the API
        writes 0 where goods moved in other months only, and where nothing was collected, and does not say which.

    Raises:
        SourceChanged: the columns, levels or commodities are not those asked for, a partner has no code, or a value
            is not a number.
    """
    product = read_products(published)
    require_known(published["CTY_NAME"], AREAS, SOURCE, "partner names in CTY_NAME")
    counterpart = pl.col("CTY_NAME").replace_strict(AREAS, return_dtype=pl.String)
    return _rows(published.with_columns(counterpart_area=counterpart, product=product))


def read_answer(answer: Answer) -> pl.DataFrame:
    """Read an answer of one month that was asked live; rows as `tidy_imports` gives them, for all partners.

    Groups other than the European Union, USMCA and the world are left out, and subheadings before the Harmonized
    System 2022.

    Raises:
        SourceChanged: the columns, month, level or commodities are not those asked for, a partner has no code, or a
            value is not a number.
    """
    published, part = parse_imports(answer.content), answer.part
    if part not in LIVE_PARTS:
        require_asked(published, ["CTY_CODE", "CTY_NAME", "CON_VAL_MO", "time"], answer.partition.period, answer.place)
        return _rows(with_partners(published, answer.place).with_columns(product=pl.lit("TOTAL")))
    column, level, classification = LIVE_PARTS[part]
    expected = ["CTY_CODE", "CON_VAL_MO", "COMM_LVL", column, "time"]
    require_asked(published, expected, answer.partition.period, answer.place)
    require_known(published["COMM_LVL"], [level], answer.place, "levels in COMM_LVL")
    require_known(published[column], asked_commodities(part, column), answer.place, f"commodities in {column}")
    kept = of_hs22(published, "M") if part == GOODS else published
    product = pl.concat_str(pl.lit(classification), column)
    return _rows(with_partners(kept, answer.place).with_columns(product=product))


def asked_commodities(part: str, column: str) -> list[str]:
    """The commodity codes that a part asks for, as the source's file lists them."""
    live = load_contracts().source(SOURCE).live
    asked = [] if live is None else live.requests[part].parameters[column]
    return [asked] if isinstance(asked, str) else asked


def _rows(named: pl.DataFrame) -> pl.DataFrame:
    """Rows of the contract, from published ones with counterpart_area and product."""
    value = to_decimal("CON_VAL_MO", SOURCE, named)
    is_absent = value == 0
    return named.select(
        freq=pl.lit("M"),
        ref_area=pl.lit("USA"),
        counterpart_area="counterpart_area",
        flow=pl.lit("M"),
        product="product",
        time_period="time",
        obs_value=value.set(is_absent, None),
        unit_measure=pl.lit("USD"),
        valuation=pl.lit("CUSTOMS"),
        basis=pl.lit("ORIGIN"),
        obs_status=pl.when(is_absent).then(pl.lit("O")).otherwise(pl.lit("A")),
        comment_obs=pl.when(is_absent).then(pl.lit("published as 0, which may mean not reported")),
    )


@dg.asset(group_name=THEME, kinds={"json"}, metadata={"source_id": SOURCE, "part": "totals"})
def raw_us_census_imports__totals(snapshots: Snapshots) -> Snapshot:
    """The answer with all goods together, kept byte for byte."""
    return snapshots.take(SOURCE, "totals")


@dg.asset(group_name=THEME, kinds={"json"}, metadata={"source_id": SOURCE, "part": "naics"})
def raw_us_census_imports__naics(snapshots: Snapshots) -> Snapshot:
    """The answer with computers and electronics, kept byte for byte."""
    return snapshots.take(SOURCE, "naics")


@dg.asset(group_name=THEME, kinds={"json"}, metadata={"source_id": SOURCE, "part": "chapters"})
def raw_us_census_imports__chapters(snapshots: Snapshots) -> Snapshot:
    """The answer with chapters 84 and 85, kept byte for byte."""
    return snapshots.take(SOURCE, "chapters")


pull_us_census_imports = pull_asset(SOURCE)


@dg.asset(group_name=THEME, kinds={"polars", "parquet"}, deps=["pull_us_census_imports"], metadata={LIVE: SOURCE})
def core_us_census_imports(
    live: LiveRows,
    raw_us_census_imports__totals: Snapshot,
    raw_us_census_imports__naics: Snapshot,
    raw_us_census_imports__chapters: Snapshot,
) -> dg.Output[pl.DataFrame]:
    """US imports per partner, product and month; months that are believed live in place of embedded ones."""
    parts = (raw_us_census_imports__totals, raw_us_census_imports__naics, raw_us_census_imports__chapters)
    tidied = [tidy_imports(parse_imports(part.read())).with_columns(**part.stamp()) for part in parts]
    return live.beside(SOURCE, conform(THEME, SOURCE, *tidied))
