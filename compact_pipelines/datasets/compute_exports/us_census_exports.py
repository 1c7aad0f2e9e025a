"""What the United States says it sells abroad, by partner and month: all goods, chapters 84 and 85, AI compute goods.

Source: US Census Bureau, International Trade API; see schemas/sources/us_census_exports.yaml.
Revised: each month revises the one before, all past years once a year in June.
Quirks: every cell is text; whole dollars, valued FAS, re-exports included; groups of countries stand beside their
members in one column. Embedded answers name partners, those asked live hold Schedule C codes and all partners.
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

SOURCE: Final = "us_census_exports"
THEME: Final = "compute_exports"
TOTALS: Final = ["CTY_NAME", "ALL_VAL_MO", "time"]
CHAPTERS: Final = ["CTY_NAME", "E_COMMODITY", "ALL_VAL_MO", "COMM_LVL", "time"]
# Of answers asked live, by part: the columns in any order, and which level and products they hold.
ASKED: Final = {
    "totals": {"CTY_CODE", "CTY_NAME", "ALL_VAL_MO", "time"},
    "chapters": {"CTY_CODE", "E_COMMODITY", "ALL_VAL_MO", "COMM_LVL", "time"},
    "goods": {"CTY_CODE", "E_COMMODITY", "ALL_VAL_MO", "COMM_LVL", "time"},
}
LEVELS: Final = {"chapters": "HS2", "goods": "HS6"}
CLASSIFICATIONS: Final = {"chapters": "HS_", "goods": "HS22_"}
GOODS: Final = "goods"
AREAS: Final = {
    "AUSTRALIA": "AUS",
    "BELGIUM": "BEL",
    "BRAZIL": "BRA",
    "CANADA": "CAN",
    "CHILE": "CHL",
    "CHINA": "CHN",
    "COLOMBIA": "COL",
    "EUROPEAN UNION": "EUU",
    "FRANCE": "FRA",
    "GERMANY": "DEU",
    "HONG KONG": "HKG",
    "INDIA": "IND",
    "IRELAND": "IRL",
    "ISRAEL": "ISR",
    "ITALY": "ITA",
    "JAPAN": "JPN",
    "KOREA, SOUTH": "KOR",
    "MALAYSIA": "MYS",
    "MEXICO": "MEX",
    "NETHERLANDS": "NLD",
    "PERU": "PER",
    "SAUDI ARABIA": "SAU",
    "SINGAPORE": "SGP",
    "SPAIN": "ESP",
    "SWITZERLAND": "CHE",
    "TAIWAN": "TWN",
    "THAILAND": "THA",
    "TOTAL FOR ALL COUNTRIES": "W00",
    "TURKEY": "TUR",
    "UNITED ARAB EMIRATES": "ARE",
    "UNITED KINGDOM": "GBR",
    "USMCA (NAFTA)": "USMCA",
    "VIETNAM": "VNM",
}


def parse_exports(content: bytes) -> pl.DataFrame:
    """Read an answer of the API exactly as published: one row per partner (and chapter) and month, all text.

    Raises:
        SourceChanged: the body is not an array of equally long arrays of text, header first.
    """
    return read_json_table(content, SOURCE)


def tidy_exports(published: pl.DataFrame) -> pl.DataFrame:
    """Shape an answer into the compute_exports contract.

    Args:
        published: (partner months, TOTALS or CHAPTERS), text, whole US dollars, from `parse_exports`.

    Returns:
        (partner months, contract columns without provenance); obs_value in USD. A zero is absent (status O): the
        chapter files write 0 where nothing was collected.

    Raises:
        SourceChanged: the columns are not those asked for, a partner has no code, or a value is not a number.
    """
    by_chapter = "E_COMMODITY" in published.columns
    require_columns(published, CHAPTERS if by_chapter else TOTALS, SOURCE)
    require_known(published["CTY_NAME"], AREAS, SOURCE, "partner names in CTY_NAME")
    return _rows(
        published.with_columns(
            counterpart_area=pl.col("CTY_NAME").replace_strict(AREAS, return_dtype=pl.String),
            product=pl.concat_str(pl.lit("HS_"), "E_COMMODITY") if by_chapter else pl.lit("TOTAL"),
        )
    )


def read_answer(answer: Answer) -> pl.DataFrame:
    """Read an answer of one month that was asked live; rows as `tidy_exports` gives them, for all partners.

    Groups other than the European Union, USMCA and the world are left out, and subheadings before the Harmonized
    System 2022.

    Raises:
        SourceChanged: the columns, month, level or commodities are not those asked for, a partner has no code, or a
            value is not a number.
    """
    published, part = parse_exports(answer.content), answer.part
    require_asked(published, ASKED[part], answer.partition.period, answer.place)
    if part not in LEVELS:
        return _rows(with_partners(published, answer.place).with_columns(product=pl.lit("TOTAL")))
    require_known(published["COMM_LVL"], [LEVELS[part]], answer.place, "levels in COMM_LVL")
    require_known(published["E_COMMODITY"], asked_commodities(part), answer.place, "commodities in E_COMMODITY")
    kept = of_hs22(published, "X") if part == GOODS else published
    product = pl.concat_str(pl.lit(CLASSIFICATIONS[part]), "E_COMMODITY")
    return _rows(with_partners(kept, answer.place).with_columns(product=product))


def asked_commodities(part: str) -> list[str]:
    """The commodity codes that a part asks for, as the source's file lists them."""
    live = load_contracts().source(SOURCE).live
    return [] if live is None else list(live.requests[part].parameters["E_COMMODITY"])


def _rows(named: pl.DataFrame) -> pl.DataFrame:
    """Rows of the contract, from published ones with counterpart_area and product."""
    value = to_decimal("ALL_VAL_MO", SOURCE, named)
    is_absent = value == 0
    return named.select(
        freq=pl.lit("M"),
        ref_area=pl.lit("USA"),
        counterpart_area="counterpart_area",
        flow=pl.lit("X"),
        product="product",
        time_period="time",
        obs_value=value.set(is_absent, None),
        unit_measure=pl.lit("USD"),
        valuation=pl.lit("FAS"),
        basis=pl.lit("LAST_SHIPMENT"),
        obs_status=pl.when(is_absent).then(pl.lit("O")).otherwise(pl.lit("A")),
        comment_obs=pl.when(is_absent).then(pl.lit("published as 0, which may mean not reported")),
    )


@dg.asset(group_name=THEME, kinds={"json"}, metadata={"source_id": SOURCE, "part": "totals"})
def raw_us_census_exports__totals(snapshots: Snapshots) -> Snapshot:
    """The answer with all goods together, kept byte for byte."""
    return snapshots.take(SOURCE, "totals")


@dg.asset(group_name=THEME, kinds={"json"}, metadata={"source_id": SOURCE, "part": "chapters"})
def raw_us_census_exports__chapters(snapshots: Snapshots) -> Snapshot:
    """The answer with chapters 84 and 85, kept byte for byte."""
    return snapshots.take(SOURCE, "chapters")


pull_us_census_exports = pull_asset(SOURCE)


@dg.asset(group_name=THEME, kinds={"polars", "parquet"}, deps=["pull_us_census_exports"], metadata={LIVE: SOURCE})
def core_us_census_exports(
    live: LiveRows, raw_us_census_exports__totals: Snapshot, raw_us_census_exports__chapters: Snapshot
) -> dg.Output[pl.DataFrame]:
    """US exports per partner, product and month; months that are believed live in place of embedded ones."""
    parts = (raw_us_census_exports__totals, raw_us_census_exports__chapters)
    tidied = [tidy_exports(parse_exports(part.read())).with_columns(**part.stamp()) for part in parts]
    return live.beside(SOURCE, conform(THEME, SOURCE, *tidied))
