"""Goods that Australia sells to and buys from each country, by month: all goods.

Source: Australian Bureau of Statistics, merchandise trade; see schemas/sources/abs_trade.yaml.
Revised: monthly, for up to several years.
Quirks: Australian dollars in units of ten to the power of UNIT_MULT, thousands as a rule; country codes are the
publisher's own, short names of up to four letters; confidential partners are told together as "no country details".
"""

from typing import Final

import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.errors import SourceChanged
from compact_pipelines.live.answers import Answer
from compact_pipelines.live.formats.codes import statuses
from compact_pipelines.live.formats.flows import TIME, VALUE, Flow, require_codes
from compact_pipelines.live.formats.sdmx import column, parse_sdmx, within
from compact_pipelines.live.scaling import scaled
from compact_pipelines.pulls import live_core, pull_asset

SOURCE: Final = "abs_trade"
THEME: Final = "compute_exports"
CURRENCY: Final = "AUD"
REPORTER: Final = "AUS"
FLOWS: Final = {
    "exports": Flow(("ABS:MERCH_EXP",), ("COMMODITY_SITC", "COUNTRY_DEST", "STATE_ORIGIN", "FREQ"), ("UNIT_MULT",)),
    "imports": Flow(("ABS:MERCH_IMP",), ("COMMODITY_SITC", "COUNTRY_ORIGIN", "STATE_DEST", "FREQ"), ("UNIT_MULT",)),
}
COUNTRIES: Final = {"exports": "COUNTRY_DEST", "imports": "COUNTRY_ORIGIN"}
STATES: Final = {"exports": "STATE_ORIGIN", "imports": "STATE_DEST"}
TRADE: Final = {
    "exports": {"flow": "X", "valuation": "FOB", "basis": "LAST_SHIPMENT"},
    "imports": {"flow": "M", "valuation": "CUSTOMS", "basis": "ORIGIN"},
}
ALL: Final = "TOT"
# The publisher's codes of members, partners and the areas beside them, in each spelling that authors of clients and the
# table of Australian Customs show. BLGM, Belgium and Luxembourg together, is not among them.
SPELLINGS: Final = {
    "W00": "TOT",
    "_X": "NCD",
    "ARE": "UAE UAEM UARE",
    "BHR": "BHRN",
    "KWT": "KUWA",
    "OMN": "OMAN",
    "QAT": "QATA",
    "SAU": "SAUD",
    "USA": "USA",
    "CAN": "CAN CANA",
    "MEX": "MEXI",
    "BEL": "BELG",
    "BRA": "BRAZ",
    "CHE": "SWIT SWTZ",
    "CHL": "CHLE CHIL",
    "COL": "COMB COLM",
    "CRI": "COST CORI",
    "CZE": "CZEH CZRE",
    "DEU": "FGMY GERM",
    "DNK": "DENM",
    "ESP": "SPAI SPAN",
    "FIN": "FINL",
    "FRA": "FRAN",
    "GBR": "UK",
    "IND": "INIA",
    "IRL": "IRE IREL",
    "ISR": "ISRA",
    "ITA": "ITAL",
    "JPN": "JAP",
    "KOR": "RKOR",
    "NLD": "NETH",
    "NOR": "NWAY NORW",
    "NZL": "NZ",
    "PHL": "PHIL",
    "POL": "POLA POLD",
    "SGP": "SING",
    "SWE": "SWED SWDN",
    "CHN": "CHIN",
    "HKG": "HONG",
    "IDN": "INDO",
    "MYS": "MLAY",
    "PER": "PERU",
    "THA": "THAI",
    "TUR": "TURK",
    "TWN": "TAIW",
    "VNM": "VIET",
    "ZAF": "SAFR",
}
AREAS: Final = {code: area for area, codes in SPELLINGS.items() for code in codes.split()}
# If even these are not there, the publisher has new codes.
NEEDED: Final = ("TOT", "USA", "JAP", "CHIN")


def parse_goods(content: bytes, part: str, place: str) -> pl.DataFrame:
    """Read an answer as published: one row per country and month, all text.

    Raises:
        SourceChanged: the answer is no SDMX message of this part's flow.
    """
    return parse_sdmx(content, FLOWS[part], place)


def tidy_goods(published: pl.DataFrame, part: str, place: str) -> pl.DataFrame:
    """Shape an answer into the compute_exports contract.

    Args:
        published: from `parse_goods`, Australian dollars in units of ten to the power of UNIT_MULT.
        part: exports or imports.
        place: source, part, partition and page, for messages.

    Returns:
        (countries of AREAS and months, contract columns without provenance); obs_value and unit_measure in AUD. A
        blank has status O and no value.

    Raises:
        SourceChanged: rows of single goods or states, a country that is always there is missing, or a figure is no
            number.
    """
    require_codes(published, {"COMMODITY_SITC": [ALL], STATES[part]: [ALL], "FREQ": ["M"]}, place)
    country = COUNTRIES[part]
    if missing := [code for code in NEEDED if code not in published[country].to_list()] if published.height else []:
        raise SourceChanged(f"{place}: no row for {missing}, which are always there; the codes may be new ones")
    rows = published.filter(pl.col(country).is_in(list(AREAS)))
    values = scaled(rows, VALUE, load_contracts().source(SOURCE))
    return rows.with_columns(obs_value=values, obs_status=statuses(values, column(rows, "OBS_STATUS"), place)).select(
        "obs_value",
        "obs_status",
        freq=pl.lit("M"),
        ref_area=pl.lit(REPORTER),
        counterpart_area=pl.col(country).replace_strict(AREAS, return_dtype=pl.String),
        product=pl.lit("TOTAL"),
        time_period=TIME,
        unit_measure=pl.lit(CURRENCY),
        **{name: pl.lit(code) for name, code in TRADE[part].items()},
    )


def read_answer(answer: Answer) -> pl.DataFrame:
    """The rows of one answer in the contract, in Australian dollars, without provenance."""
    published = within(parse_goods(answer.content, answer.part, answer.place), answer)
    return tidy_goods(published, answer.part, answer.place)


pull_abs_trade = pull_asset(SOURCE)
core_abs_trade = live_core(SOURCE)
