"""What Germany says it trades in computing goods, by heading, partner and year.

Source: Federal Statistical Office, Genesis-Online, table 51000-0010; see schemas/sources/destatis_genesis.yaml.
Revised: in October of the next year, and later.
Quirks: a zip with one CSV, `;` between cells, of a name that carries the time; every measure of a cell is a row of its
own, in its own unit; marks instead of numbers; countries by numbers of Germany's foreign trade statistics.
"""

from typing import Final

import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import require_known
from compact_pipelines.live.answers import Answer
from compact_pipelines.live.formats.delimited import read_delimited, unzipped
from compact_pipelines.live.scaling import scaled
from compact_pipelines.pulls import live_core, pull_asset

SOURCE: Final = "destatis_genesis"
THEME: Final = "compute_exports"
COUNTRY_VARIABLE: Final = "STLAH"
GOODS_VARIABLE: Final = "WAM4"
PERIOD_VARIABLE: Final = "JAHR"
COLUMNS: Final = ("time_code", "time", "value", "value_unit", "value_variable_code")
# What a row measures: values in US dollars are taken, those in euros and weights are not.
FLOWS: Final = {"WERTAS": "X", "WERTES": "M"}
NOT_TAKEN: Final = ("WERTA", "WERTE", "GEWA", "GEWE")
VALUATIONS: Final = {"X": "FOB", "M": "CIF"}
BASES: Final = {"X": "LAST_SHIPMENT", "M": "ORIGIN"}
NIL: Final = "-"
# Marks that stand for no number, as the publisher's legend explains them: status and comment.
MARKS: Final = {
    ".": ("O", "published as a point: unknown or confidential"),
    "...": ("O", "published as three points: to be published later"),
    "x": ("M", "published as x: the cell makes no sense"),
    "/": ("O", "published as a slash: not certain enough"),
}
# Numbers of countries and territories, as the publisher labels them.
AREAS: Final = {
    "STLAH001": "FRA",
    "STLAH003": "NLD",
    "STLAH005": "ITA",
    "STLAH006": "GBR",
    "STLAH007": "IRL",
    "STLAH008": "DNK",
    "STLAH011": "ESP",
    "STLAH013": "SWE",
    "STLAH014": "FIN",
    "STLAH017": "BEL",
    "STLAH028": "NOR",
    "STLAH039": "CHE",
    "STLAH052": "TUR",
    "STLAH060": "POL",
    "STLAH061": "CZE",
    "STLAH388": "ZAF",
    "STLAH400": "USA",
    "STLAH404": "CAN",
    "STLAH412": "MEX",
    "STLAH436": "CRI",
    "STLAH480": "COL",
    "STLAH504": "PER",
    "STLAH508": "BRA",
    "STLAH512": "CHL",
    "STLAH624": "ISR",
    "STLAH632": "SAU",
    "STLAH636": "KWT",
    "STLAH640": "BHR",
    "STLAH644": "QAT",
    "STLAH647": "ARE",
    "STLAH649": "OMN",
    "STLAH664": "IND",
    "STLAH680": "THA",
    "STLAH690": "VNM",
    "STLAH700": "IDN",
    "STLAH701": "MYS",
    "STLAH706": "SGP",
    "STLAH708": "PHL",
    "STLAH720": "CHN",
    "STLAH728": "KOR",
    "STLAH732": "JPN",
    "STLAH736": "TWN",
    "STLAH740": "HKG",
    "STLAH800": "AUS",
    "STLAH804": "NZL",
}


def parse_trade(content: bytes) -> pl.DataFrame:
    """Read the flat file of a zip as published: one row per measure of a cell, all text.

    Raises:
        SourceChanged: the bytes are no zip with one such file.
    """
    return read_delimited(unzipped(content, SOURCE, "*.csv"), SOURCE, separator=";")


def tidy_trade(published: pl.DataFrame) -> pl.DataFrame:
    """Shape the file into the compute_exports contract.

    Args:
        published: (measures of cells, COLUMNS and numbered variables), text, from `parse_trade`.

    Returns:
        (partners of AREAS, headings, 2 flows, contract columns without provenance); obs_value in US dollars, a nil is
        0, a mark is no value with its meaning.

    Raises:
        SourceChanged: a column or variable is missing, a measure, unit or heading is unknown.
    """
    if lost := [name for name in COLUMNS if name not in published.columns]:
        raise SourceChanged(f"{SOURCE}: columns {lost} are missing; found {published.columns}")
    require_known(published["time_code"], [PERIOD_VARIABLE], SOURCE, "kinds of period")
    require_known(published["value_variable_code"], [*FLOWS, *NOT_TAKEN], SOURCE, "measures")
    published = published.with_columns(
        country=_attribute(published, COUNTRY_VARIABLE), heading=_attribute(published, GOODS_VARIABLE)
    )
    products = _products()
    require_known(published["heading"], products, SOURCE, "headings")
    taken = published.filter(pl.col("value_variable_code").is_in(list(FLOWS)), pl.col("country").is_in(list(AREAS)))
    taken = taken.with_columns(
        mark=pl.when(pl.col("value").is_in(list(MARKS))).then("value"),
        value=pl.when(pl.col("value") == NIL).then(pl.lit("0")).otherwise("value"),
        flow=pl.col("value_variable_code").replace_strict(FLOWS, return_dtype=pl.String),
    )
    value = scaled(taken, "value", load_contracts().source(SOURCE), dict.fromkeys(MARKS, ""))
    status = pl.col("mark").replace_strict({mark: told[0] for mark, told in MARKS.items()}, return_dtype=pl.String)
    comment = pl.col("mark").replace_strict({mark: told[1] for mark, told in MARKS.items()}, return_dtype=pl.String)
    return taken.select(
        freq=pl.lit("A"),
        ref_area=pl.lit("DEU"),
        counterpart_area=pl.col("country").replace_strict(AREAS, return_dtype=pl.String),
        flow="flow",
        product=pl.col("heading").replace_strict(products, return_dtype=pl.String),
        time_period="time",
        obs_value=value,
        unit_measure=pl.lit("USD"),
        valuation=pl.col("flow").replace_strict(VALUATIONS, return_dtype=pl.String),
        basis=pl.col("flow").replace_strict(BASES, return_dtype=pl.String),
        obs_status=pl.when(value.is_null() & pl.col("mark").is_null())
        .then(pl.lit("O"))
        .otherwise(status.fill_null("A")),
        comment_obs=comment,
    )


def _attribute(published: pl.DataFrame, variable: str) -> pl.Expr:
    """The code of a variable, wherever it stands among the numbered ones: their order changes with the question.

    Raises:
        SourceChanged: no numbered variable is it, or not in every row.
    """
    for number in range(1, 10):
        name = f"{number}_variable_code"
        if name in published.columns and (published[name] == variable).all():
            return pl.col(f"{number}_variable_attribute_code")
    raise SourceChanged(f"{SOURCE}: no variable {variable} in every row; found columns {published.columns}")


def _products() -> dict[str, str]:
    """The publisher's code of a heading to ours."""
    codes = load_contracts().codelists["product"].codes
    return {f"WA{code[5:]}": code for code in codes if code.startswith("HS22_") and len(code) == len("HS22_8471")}


def read_answer(answer: Answer) -> pl.DataFrame:
    """The rows of one year, see `tidy_trade`."""
    return tidy_trade(parse_trade(answer.content))


pull_destatis_genesis = pull_asset(SOURCE)
core_destatis_genesis = live_core(SOURCE)
