"""What Norway says it trades in computing goods, by subheading, partner and year.

Source: Statistics Norway, table 08801; see schemas/sources/norway_ssb.yaml.
Revised: the newest year in May, twice.
Quirks: a dense cube of codes of eight digits, each with the year from which it is valid; no code for the world, which
is what comes when no country is asked; marks in a list of their own.
"""

from typing import Final

import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import area_codes, require_known
from compact_pipelines.live.answers import Answer
from compact_pipelines.live.formats.json_stat import parse_json_stat
from compact_pipelines.live.scaling import scaled
from compact_pipelines.pulls import live_core, pull_asset

SOURCE: Final = "norway_ssb"
THEME: Final = "compute_exports"
GOODS: Final = "Varekoder"
FLOW: Final = "ImpEks"
COUNTRY: Final = "Land"
MEASURE: Final = "ContentsCode"
PERIOD: Final = "Tid"
WORLD: Final = "W00"
WORLD_PART: Final = "world"
KRONER: Final = "Verdi"
CODE: Final = r"^[0-9]{8}_[0-9]{4}$"
SUBHEADING_DIGITS: Final = 6
FLOWS: Final = {"1": "M", "2": "X"}
VALUATIONS: Final = {"X": "FOB", "M": "CIF"}
BASES: Final = {"X": "LAST_SHIPMENT", "M": "ORIGIN"}
CONFIDENTIAL: Final = ":"
# Marks of a cell: not applicable, not there, confidential.
MARKS: Final = (".", "..", CONFIDENTIAL)


def parse_trade(content: bytes) -> pl.DataFrame:
    """Read the cube as published: one row per cell, all text; value and status may be blank.

    Raises:
        SourceChanged: the body is no JSON-stat dataset.
    """
    return parse_json_stat(content, SOURCE)


def tidy_trade(published: pl.DataFrame) -> pl.DataFrame:
    """Add the codes up and shape them into the compute_exports contract.

    Args:
        published: (cells, the dimensions, value, status), text, kroner, from `parse_trade`; without a country where
            the world was asked.

    Returns:
        (subheadings, partners and directions with a cell, contract columns without provenance); obs_value in kroner.

    Raises:
        SourceChanged: a dimension is missing, a code, country, mark or subheading is unknown, a value is no number.
    """
    if lost := [name for name in (GOODS, FLOW, MEASURE, PERIOD) if name not in published.columns]:
        raise SourceChanged(f"{SOURCE}: dimensions {lost} are missing; found {published.columns}")
    require_known(published[FLOW], FLOWS, SOURCE, f"codes in {FLOW}")
    require_known(published[MEASURE], [KRONER], SOURCE, f"measures in {MEASURE}")
    require_known(published["status"], MARKS, SOURCE, "marks")
    areas = area_codes("iso2")
    if COUNTRY in published.columns:
        require_known(published[COUNTRY], areas, SOURCE, f"countries in {COUNTRY}")
        area = pl.col(COUNTRY).replace_strict(areas, return_dtype=pl.String)
    else:
        area = pl.lit(WORLD)
    if odd := published.filter(~pl.col(GOODS).str.contains(CODE))[GOODS].unique().sort().head(5).to_list():
        raise SourceChanged(f"{SOURCE}: codes {odd} in {GOODS} are not like 84715000_1996, code and year of validity")
    products = _products()
    cells = published.with_columns(subheading=pl.col(GOODS).str.head(SUBHEADING_DIGITS), area=area)
    require_known(cells["subheading"], products, SOURCE, f"subheadings in {GOODS}")
    cells = cells.with_columns(amount=scaled(cells, "value", load_contracts().source(SOURCE)))
    sums = cells.group_by(FLOW, "subheading", "area", PERIOD).agg(
        total=pl.when(pl.col("amount").count() > 0).then(pl.col("amount").sum()),
        secret=(pl.col("status") == CONFIDENTIAL).sum(),
        codes=pl.len(),
    )
    return _rows(sums, products)


def _rows(sums: pl.DataFrame, products: dict[str, str]) -> pl.DataFrame:
    told = sums.filter(pl.col("total").is_not_null() | (pl.col("secret") > 0))
    is_secret, is_nothing = pl.col("secret") > 0, pl.col("total").fill_null(0) == 0
    comment = (
        pl.when(is_secret)
        .then(pl.format("{} of {} codes are confidential", "secret", "codes"))
        .when(is_nothing)
        .then(pl.lit("published as 0, which may mean that no code was valid"))
    )
    flow = pl.col(FLOW).replace_strict(FLOWS, return_dtype=pl.String)
    return told.select(
        freq=pl.lit("A"),
        ref_area=pl.lit("NOR"),
        counterpart_area="area",
        flow=flow,
        product=pl.col("subheading").replace_strict(products, return_dtype=pl.String),
        time_period=PERIOD,
        obs_value=pl.when(~is_nothing).then("total"),
        unit_measure=pl.lit("NOK"),
        valuation=flow.replace_strict(VALUATIONS, return_dtype=pl.String),
        basis=flow.replace_strict(BASES, return_dtype=pl.String),
        obs_status=pl.when(is_nothing & is_secret)
        .then(pl.lit("Q"))
        .when(is_nothing)
        .then(pl.lit("O"))
        .when(is_secret)
        .then(pl.lit("U"))
        .otherwise(pl.lit("A")),
        comment_obs=comment,
    )


def _products() -> dict[str, str]:
    """Six digits of the Harmonized System to our code."""
    codes = load_contracts().codelists["product"].codes
    return {code[5:]: code for code in codes if code.startswith("HS22_") and len(code) == len("HS22_847150")}


def read_answer(answer: Answer) -> pl.DataFrame:
    """The rows of one year, of partners or of the world, see `tidy_trade`.

    Raises:
        SourceChanged: countries came where the world was asked, or the other way round.
    """
    published = parse_trade(answer.content)
    if (COUNTRY in published.columns) == (answer.part == WORLD_PART):
        raise SourceChanged(f"{answer.place}: {COUNTRY} must be there for partners and not for the world; it is not so")
    return tidy_trade(published)


pull_norway_ssb = pull_asset(SOURCE)
core_norway_ssb = live_core(SOURCE)
