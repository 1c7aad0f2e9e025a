"""What the United Kingdom says it trades in computing goods, by subheading, partner and month.

Source: HM Revenue and Customs, UK trade info; see schemas/sources/uk_trade.yaml.
Revised: each month the others of its year, and once more in the next June.
Quirks: one row is one port, and pages may divide the ports of one sum; codes are numbers, so a leading zero is lost; a
negative code is a suppressed group; values that were moved carry a suppression index; the country itself may stand
among its partners, which is left out.
"""

import json
from typing import Any, Final

import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import area_codes, require_known
from compact_pipelines.live.answers import Answer
from compact_pipelines.live.scaling import scaled
from compact_pipelines.pulls import live_core, pull_asset

SOURCE: Final = "uk_trade"
THEME: Final = "compute_exports"
ROWS: Final = "value"
COUNTRY: Final = "Country"
ALPHA: Final = "CountryCodeAlpha"
COLUMNS: Final = ("MonthId", "FlowTypeId", "SuppressionIndex", "CommodityId", "CountryId", "PortId", "Value")
# Trade with the European Union and with others: direction and how the partner of an import is known.
FLOWS: Final = {"1": "M", "2": "X", "3": "M", "4": "X"}
BASES: Final = {"1": "MIXED", "2": "LAST_SHIPMENT", "3": "ORIGIN", "4": "LAST_SHIPMENT"}
VALUATIONS: Final = {"X": "FOB", "M": "CIF"}
CODE_DIGITS: Final = 8
SUBHEADING_DIGITS: Final = 6
REPORTER: Final = "GBR"
NOT_ALLOCATED: Final = "_X"
# Codes that are not those of ISO: Serbia by its old one, Greece by the European Union's.
OWN_CODES: Final = {"XS": "SRB", "EL": "GRC"}
# Codes of the user's range of ISO, and a blank: stores and provisions, secret countries, territories without a code.
NO_COUNTRY: Final = r"^(Q[M-Z]|X[A-Z]|ZZ|)$"


def parse_goods(content: bytes) -> pl.DataFrame:
    """Read an answer as published: one row per month, direction, commodity, country and port, all text.

    Returns:
        (rows, COLUMNS and CountryCodeAlpha); numbers as they are written.

    Raises:
        SourceChanged: the body is not such an answer, or a row lacks a field.
    """
    try:
        rows: list[dict[str, Any]] = json.loads(content.decode("utf-8-sig"), parse_float=str, parse_int=str)[ROWS]
        found = [[row[name] for name in COLUMNS] + [row[COUNTRY][ALPHA]] for row in rows]
    except (ValueError, KeyError, TypeError) as error:
        raise SourceChanged(
            f"{SOURCE}: expected rows with {', '.join(COLUMNS)} and {COUNTRY}/{ALPHA} at /{ROWS}; not found "
            f"({type(error).__name__}: {error}). It begins {content[:80]!r}"
        ) from error
    return pl.DataFrame(found, schema=dict.fromkeys([*COLUMNS, ALPHA], pl.String), orient="row")


def tidy_goods(published: pl.DataFrame) -> pl.DataFrame:
    """Add the ports up and shape them into the compute_exports contract.

    Args:
        published: (rows, COLUMNS and CountryCodeAlpha), text, whole pounds, from `parse_goods`.

    Returns:
        (subheadings, partners, directions and months, contract columns without provenance); obs_value in pounds.
        Goods whose partner is the United Kingdom itself are left out.

    Raises:
        SourceChanged: a direction, country or subheading is unknown, or a value is no number.
    """
    require_known(published["FlowTypeId"], FLOWS, SOURCE, "directions in FlowTypeId")
    taken = published.filter(~pl.col("CommodityId").str.starts_with("-")).with_columns(
        subheading=pl.col("CommodityId").str.zfill(CODE_DIGITS).str.head(SUBHEADING_DIGITS),
        alpha=pl.col(ALPHA).str.strip_chars().fill_null(""),
    )
    areas = area_codes("iso2") | OWN_CODES
    is_area = pl.col("alpha").is_in(list(areas))
    named = taken.filter(~is_area & ~pl.col("alpha").str.contains(NO_COUNTRY))
    require_known(named["alpha"], areas, SOURCE, f"countries in {ALPHA}")
    products = _products()
    require_known(taken["subheading"], products, SOURCE, "subheadings in CommodityId")
    taken = taken.with_columns(
        value=scaled(taken, "Value", load_contracts().source(SOURCE)),
        area=pl.when(is_area)
        .then(pl.col("alpha").replace_strict(areas, default=None))
        .otherwise(pl.lit(NOT_ALLOCATED)),
        flow=pl.col("FlowTypeId").replace_strict(FLOWS, return_dtype=pl.String),
        basis=pl.col("FlowTypeId").replace_strict(BASES, return_dtype=pl.String),
        is_marked=(pl.col("SuppressionIndex") != "0").fill_null(value=False),
    )
    return _sums(taken.filter(pl.col("area") != REPORTER), products)


def _sums(taken: pl.DataFrame, products: dict[str, str]) -> pl.DataFrame:
    key = ["MonthId", "flow", "subheading", "area"]
    sums = taken.group_by(key).agg(
        # Where trade with the European Union and with others meets in one sum (_X), the basis is mixed.
        basis=pl.when(pl.col("basis").n_unique() == 1).then(pl.col("basis").first()).otherwise(pl.lit("MIXED")),
        total=pl.when(pl.col("value").count() > 0).then(pl.col("value").sum()),
        blank=pl.col("value").null_count(),
        marked=pl.col("is_marked").sum(),
        rows=pl.len(),
    )
    told = pl.concat_str(
        pl.when(pl.col("marked") > 0).then(
            pl.format("{} of {} rows carry a suppression index: values were moved", "marked", "rows")
        ),
        pl.when(pl.col("blank") > 0).then(pl.format("{} of {} rows have no value", "blank", "rows")),
        separator="; ",
        ignore_nulls=True,
    )
    is_known = pl.col("total").is_not_null()
    is_sure = (pl.col("marked") == 0) & (pl.col("blank") == 0)
    return sums.select(
        freq=pl.lit("M"),
        ref_area=pl.lit(REPORTER),
        counterpart_area="area",
        flow="flow",
        product=pl.col("subheading").replace_strict(products, return_dtype=pl.String),
        time_period=pl.concat_str(pl.col("MonthId").str.head(4), pl.lit("-"), pl.col("MonthId").str.slice(4)),
        obs_value="total",
        unit_measure=pl.lit("GBP"),
        valuation=pl.col("flow").replace_strict(VALUATIONS, return_dtype=pl.String),
        basis="basis",
        obs_status=pl.when(~is_known).then(pl.lit("O")).when(is_sure).then(pl.lit("A")).otherwise(pl.lit("U")),
        comment_obs=pl.when(told != "").then(told),
    )


def _products() -> dict[str, str]:
    """Six digits of the Harmonized System to our code."""
    codes = load_contracts().codelists["product"].codes
    return {code[5:]: code for code in codes if code.startswith("HS22_") and len(code) == len("HS22_847150")}


def read_pages(answers: list[Answer]) -> pl.DataFrame:
    """The rows of one direction and month, see `tidy_goods`: ports are added up over all pages.

    Raises:
        SourceChanged: a page cannot be read, or one row stands on two pages, so that it would be added up twice.
    """
    pages = [parse_goods(answer.content).with_columns(page=answer.page) for answer in answers]
    published = pl.concat(pages)
    times = published.group_by(*COLUMNS, ALPHA).agg(pages=pl.col("page").n_unique()).filter(pl.col("pages") > 1)
    if times.height:
        row = times.sort(pl.all()).row(0, named=True)
        raise SourceChanged(
            f"{SOURCE}: {times.height:,} rows stand on more than one page, such as "
            f"{', '.join(f'{name} {row[name]}' for name in COLUMNS)}; the answer changed while it was asked, and rows "
            "may be missing too. Ask again later"
        )
    return tidy_goods(published.drop("page"))


pull_uk_trade = pull_asset(SOURCE)
core_uk_trade = live_core(SOURCE)
