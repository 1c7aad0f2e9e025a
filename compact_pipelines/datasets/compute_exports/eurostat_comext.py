"""Goods that the European Union and its members sell to and buy from others, by month: all goods and AI compute goods.

Source: Eurostat, Comext; see schemas/sources/eurostat_comext.yaml.
Revised: monthly, the current and earlier years.
Quirks: whole euros; Greece is GR or EL and the United Kingdom GB or UK; confidential trade hides in partners QP to QZ
and in goods whose code ends in X, which are left out; figures of zero are told only where something was traded.
"""

import re
from typing import Final

import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import require_known
from compact_pipelines.live.answers import Answer
from compact_pipelines.live.formats.codes import areas, statuses
from compact_pipelines.live.formats.flows import TIME, VALUE, Flow, require_codes
from compact_pipelines.live.formats.sdmx import column, parse_sdmx, within
from compact_pipelines.live.scaling import scaled
from compact_pipelines.pulls import live_core, pull_asset

SOURCE: Final = "eurostat_comext"
THEME: Final = "compute_exports"
CURRENCY: Final = "EUR"
FLOW: Final = Flow(("ESTAT:DS-045409",), ("freq", "reporter", "partner", "product", "flow", "indicators"))
FLOWS: Final = {"1": "M", "2": "X"}
VALUATIONS: Final = {"1": "CIF", "2": "FOB"}
# Also seen for the same; quantities come beside them where they are not filtered out.
VALUES: Final = ("VALUE_IN_EUROS", "VALUE_EUR")
QUANTITIES: Final = ("QUANTITY_IN_100KG", "QUANTITY_KG", "SUPPLEMENTARY_QUANTITY", "SUP_QUANTITY")
AREAS: Final = {"EU27_2020": "EUU", "WORLD": "W00", "EL": "GRC", "UK": "GBR"}
# Groups, and partners that are secret or not specified (QP to QZ, XA to XZ).
NO_AREA: Final = r"[A-Z0-9]*_[A-Z0-9_]*|[A-Z]{3,}[0-9]*|[QX][A-Z]"
WITHHELD_GOODS: Final = r"X$"
CHAPTERS: Final = ("84", "85")
SUBHEADING: Final = r"^HS22_[0-9]{6}$"
# The next edition of the Harmonized System begins with January 2028; the same numbers may hold other goods there.
LAST_MONTH_OF_HS22: Final = "2027-12"
UNION: Final = (
    *("AUT", "BEL", "BGR", "CYP", "CZE", "DEU", "DNK", "ESP", "EST", "EUU", "FIN", "FRA", "GRC", "HRV", "HUN", "IRL"),
    *("ITA", "LTU", "LUX", "LVA", "MLT", "NLD", "POL", "PRT", "ROU", "SVK", "SVN", "SWE"),
)
# Flags of the publisher beside a figure, the gravest first; several may stand together, as in `bp`.
FLAGS: Final = {"z": "M", "c": "Q", "u": "U", "n": "N", "f": "F", "e": "E", "s": "E", "b": "B", "d": "D", "p": "P"}
CONFIDENTIAL: Final = "c"
CONFIDENTIAL_SAYS: Final = "flagged confidential (c), and published by Eurostat all the same"


def parse_goods(content: bytes, place: str) -> pl.DataFrame:
    """Read an answer as published: one row per reporter, partner, goods, flow, indicator and month, all text.

    Raises:
        SourceChanged: the answer is no SDMX message of this dataset; one that says that it will come later as a file
            is named so.
    """
    return parse_sdmx(content, FLOW, place)


def tidy_goods(published: pl.DataFrame, place: str) -> pl.DataFrame:
    """Shape an answer into the compute_exports contract.

    Args:
        published: from `parse_goods`, whole euros.
        place: source, part, partition and page, for messages.

    Returns:
        (values of areas, the Union and the world, contract columns without provenance); obs_value and unit_measure in
        EUR. Of several flags the gravest is the status. A confidential blank has status Q, any other blank O. A figure
        that is flagged confidential was published, and Q goes with none: it stays, and its comment says so.

    Raises:
        SourceChanged: a code is unknown, goods are no product of ours or of a later Harmonized System, or a figure is
            no number.
    """
    require_codes(published, {"freq": ["M"], "flow": FLOWS, "indicators": [*VALUES, *QUANTITIES]}, place)
    if late := sorted(period for period in published[TIME].unique().drop_nulls() if period > LAST_MONTH_OF_HS22):
        raise SourceChanged(
            f"{place}: goods of {late[0]} are of the Harmonized System 2028, for which there are no codes"
        )
    is_told = pl.col("indicators").is_in(VALUES) & ~pl.col("product").str.contains(WITHHELD_GOODS)
    rows = published.filter(is_told)
    products = _products(rows["product"], place)
    values = scaled(rows, VALUE, load_contracts().source(SOURCE))
    flags = _flags(column(rows, "OBS_FLAG"), place)
    is_shown = values.is_not_null() & flags.str.contains(CONFIDENTIAL).fill_null(value=False)
    frame = rows.with_columns(
        ref_area=areas(rows["reporter"], place, special=AREAS, scheme="iso2"),
        counterpart_area=areas(rows["partner"], place, special=AREAS, left_out=NO_AREA, scheme="iso2"),
        goods=products,
        obs_value=values,
        obs_status=statuses(values, _gravest(flags, is_shown), place, special=FLAGS),
        is_shown=is_shown,
    ).filter(pl.col("ref_area") != pl.col("counterpart_area"))
    is_import, partner = pl.col("flow") == "1", pl.col("counterpart_area")
    return frame.select(
        "ref_area",
        "counterpart_area",
        "obs_value",
        "obs_status",
        freq=pl.lit("M"),
        flow=pl.col("flow").replace_strict(FLOWS, return_dtype=pl.String),
        product="goods",
        time_period=TIME,
        unit_measure=pl.lit(CURRENCY),
        valuation=pl.col("flow").replace_strict(VALUATIONS, return_dtype=pl.String),
        basis=pl.when(is_import & (partner == "W00"))
        .then(pl.lit("MIXED"))
        .when(is_import & ~partner.is_in(UNION))
        .then(pl.lit("ORIGIN"))
        .otherwise(pl.lit("LAST_SHIPMENT")),
        comment_obs=pl.when("is_shown").then(pl.lit(CONFIDENTIAL_SAYS)),
    )


def _flags(codes: pl.Series, place: str) -> pl.Series:
    """The flags of each row as they stand, null where there is none.

    Raises:
        SourceChanged: one of their letters is unknown.
    """
    flags = pl.select(pl.when(codes.str.strip_chars() != "").then(codes.str.strip_chars())).to_series()
    letters = flags.str.split("").list.explode().alias("OBS_FLAG").drop_nulls()
    require_known(letters.filter(~letters.is_in(["", " "])), FLAGS, place, "flags in OBS_FLAG")
    return flags.alias("OBS_FLAG")


def _gravest(flags: pl.Series, is_shown: pl.Series) -> pl.Series:
    """The gravest letter of each row's flags; beside a figure that is shown, the gravest but `c`."""
    left = pl.select(pl.when(is_shown).then(flags.str.replace_all(CONFIDENTIAL, "")).otherwise(flags)).to_series()
    found = [pl.when(left.str.contains(letter)).then(pl.lit(letter)) for letter in FLAGS]
    return pl.select(pl.coalesce(found)).to_series().alias("OBS_FLAG")


def _products(goods: pl.Series, place: str) -> pl.Series:
    """Our product of each row."""
    listed = load_contracts().codelists["product"].codes
    known = {"TOTAL": "TOTAL"} | {chapter: f"HS_{chapter}" for chapter in CHAPTERS}
    known |= {code.removeprefix("HS22_"): code for code in listed if re.match(SUBHEADING, code)}
    if unknown := sorted(set(goods.to_list()) - known.keys()):
        raise SourceChanged(
            f"{place}: goods {unknown[:5]} are in no row of codelists/product.csv; the request asks for those in the "
            "file of this source, add them to the code list or take them out there"
        )
    return goods.replace_strict(known, return_dtype=pl.String)


def read_answer(answer: Answer) -> pl.DataFrame:
    """The rows of one answer in the contract, in euros, without provenance."""
    return tidy_goods(within(parse_goods(answer.content, answer.place), answer), answer.place)


pull_eurostat_comext = pull_asset(SOURCE)
core_eurostat_comext = live_core(SOURCE)
