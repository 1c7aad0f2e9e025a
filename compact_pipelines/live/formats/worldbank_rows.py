"""The two-item answers of the World Bank's indicators: what came, then rows, or null where there are none."""

import json
from typing import Any, Final

import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import require_known, to_decimal

WORLD: Final = "WLD"
# Groups of countries that stand among the countries: regions, incomes, lending, demographic dividend, unions.
GROUPS: Final = frozenset({
    "AFE", "AFR", "AFW", "ARB", "CEA", "CEB", "CEU", "CLA", "CME", "CSA", "CSS", "EAP", "EAR", "EAS",
    "ECA", "ECS", "EMU", "EUU", "FCS", "HIC", "HPC", "IBB", "IBD", "IBT", "IDA", "IDB", "IDX", "INX",
    "LAC", "LCN", "LDC", "LIC", "LMC", "LMY", "LTE", "MDE", "MEA", "MIC", "MNA", "NAC", "NAF", "NRS",
    "NXS", "OED", "OSS", "PRE", "PSS", "PST", "RRS", "SAS", "SSA", "SSF", "SST", "SXZ", "TEA", "TEC",
    "TLA", "TMN", "TSA", "TSS", "UMC", "XZN",
})  # fmt: skip
# Codes of the publisher that ISO 3166-1 does not have: the Channel Islands, Kosovo.
OUTSIDE_ISO: Final = ("CHI", "XKX")
ISO3_LETTERS: Final = 3
COLUMNS: Final = ("indicator", "area_code", "area_name", "year", "value")


def indicator_rows(content: bytes, place: str) -> pl.DataFrame:
    """Read an answer as published.

    Args:
        content: the body: [what came, rows]; rows is null where there are none.
        place: source, part and partition, for messages.

    Returns:
        (rows, COLUMNS), text; area_code is blank for some groups, value null where there is no figure.

    Raises:
        SourceChanged: the body is not such an answer.
    """
    try:
        answer = json.loads(content.decode("utf-8-sig"), parse_float=str, parse_int=str)
    except ValueError as error:
        raise SourceChanged(f"{place}: not JSON ({error}); it begins {content[:60]!r}") from error
    if not isinstance(answer, list) or len(answer) != len(("what came", "rows")):
        raise SourceChanged(f"{place}: found {str(answer)[:120]}; expected a list of what came, and rows")
    rows = [_row(row, place) for row in answer[1] or []]
    return pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")


def _row(row: Any, place: str) -> tuple[str | None, ...]:
    try:
        country = row["country"]
        # Authors of clients saw answers where the three letters stand as the country's id only.
        code = row["countryiso3code"] or (country["id"] if len(country["id"]) == ISO3_LETTERS else "")
        return (row["indicator"]["id"], code, country["value"], row["date"], row["value"])
    except (KeyError, TypeError) as error:
        raise SourceChanged(
            f"{place}: a row without {error}: {str(row)[:160]}; expected indicator, country, countryiso3code, date and "
            "value. Read the publisher's notice, then change the parser"
        ) from error


def area_rows(published: pl.DataFrame, place: str, aggregates: dict[str, str]) -> pl.DataFrame:
    """The rows of areas, and of the aggregates that are kept; values as numbers.

    Args:
        published: from `indicator_rows`.
        place: for messages.
        aggregates: the publisher's code of a group that is kept, to ours; all other groups are left out.

    Returns:
        (rows, [indicator, area, year, value]); value DECIMAL(28,6).

    Raises:
        SourceChanged: a code that is neither an area's nor a known group's, or a value that is no number.
    """
    codes = load_contracts().codelists["area"].rows
    areas = {code: code for code, row in codes.items() if row["kind"] == "area"} | aggregates
    left_out = (GROUPS | {WORLD, *OUTSIDE_ISO}) - areas.keys()
    require_known(published["area_code"].replace("", None), [*areas, *left_out], place, "country codes")
    kept = published.filter(pl.col("area_code").is_in(list(areas)))
    return kept.select(
        "indicator",
        "year",
        area=pl.col("area_code").replace_strict(areas, return_dtype=pl.String),
        value=to_decimal("value", place, kept),
    )
