"""Partners of the United States as the Census Bureau codes them: Schedule C, in which groups stand beside countries.

The codes of areas are the column schedule_c of schemas/codelists/area.csv, from the Bureau's list by code as printed on
27 January 2021. Codes of groups are those of the Guide to International Trade Datasets, appendix E.
"""

from collections.abc import Iterable
from typing import Final

import polars as pl

from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import area_codes

# Groups that the European Union's, USMCA's and the world's rows stand among; their members are here one by one.
OTHER_GROUPS: Final = {
    "0001": "OPEC",
    "0014": "Pacific Rim countries",
    "0017": "CAFTA-DR",
    "0021": "Twenty Latin American Republics",
    "0022": "OECD",
    "0023": "NATO",
    "0024": "LAFTA",
    "0025": "Euro area",
    "0026": "APEC",
    "0027": "ASEAN",
    "0028": "CACM",
    "1XXX": "North America",
    "2XXX": "Central America",
    "3XXX": "South America",
    "4XXX": "Europe",
    "5XXX": "Asia",
    "6XXX": "Australia and Oceania",
    "7XXX": "Africa",
}
# Partners that are no area of ours: the two parts of Palestine are told apart, and Kosovo has no ISO code.
NO_AREA_OF_OURS: Final = {"4803": "Kosovo", "5082": "Gaza Strip", "5083": "West Bank"}
# The United States changed to the Harmonized System 2022 on 27 January 2022 (Presidential Proclamation 10326; US
# International Trade Commission, basic edition of the 2022 tariff), and exporters could use the codes before it until
# the middle of March (Census Bureau, electronic export filing). Subheadings of earlier editions bear the same numbers
# and may hold other goods; no table of correspondence is held here that says which stayed the same.
FIRST_MONTHS_OF_HS22: Final = {"M": "2022-02", "X": "2022-04"}


def with_partners(published: pl.DataFrame, place: str) -> pl.DataFrame:
    """Rows of areas, the world and groups of ours, less those of other groups.

    Args:
        published: (rows, with CTY_CODE), text.
        place: source and part, for the message.

    Returns:
        (rows of our areas, the same columns and counterpart_area).

    Raises:
        SourceChanged: a code is in neither list.
    """
    areas = area_codes("schedule_c")
    known = [*areas, *OTHER_GROUPS, *NO_AREA_OF_OURS]
    if unknown := sorted(set(published["CTY_CODE"]) - set(known)):
        raise SourceChanged(
            f"{place}: unknown codes in CTY_CODE {unknown}; look them up in Schedule C, then add the area's to "
            "schemas/codelists/area.csv, or a group's to compact_pipelines/schedule_c.py"
        )
    kept = published.filter(pl.col("CTY_CODE").is_in(list(areas)))
    return kept.with_columns(counterpart_area=pl.col("CTY_CODE").replace_strict(areas, return_dtype=pl.String))


def of_hs22(published: pl.DataFrame, flow: str) -> pl.DataFrame:
    """The months in which subheadings are those of the Harmonized System 2022.

    Args:
        published: (rows, with time), months such as 2025-10.
        flow: X or M.
    """
    return published.filter(pl.col("time") >= FIRST_MONTHS_OF_HS22[flow])


def require_asked(published: pl.DataFrame, expected: Iterable[str], period: str, place: str) -> None:
    """Stop unless an answer has the columns and the month that were asked for; the Bureau puts columns in any order.

    Raises:
        SourceChanged: a column is missing or new, or a row is of another month.
    """
    expected = set(expected)
    if set(published.columns) != expected:
        missing, new = sorted(expected - set(published.columns)), sorted(set(published.columns) - expected)
        raise SourceChanged(
            f"{place}: the header has changed. Missing: {missing or 'none'}; new: {new or 'none'}; expected, in any "
            f"order: {sorted(expected)}. Read the publisher's notice, then change the parser"
        )
    if other := sorted(set(published["time"]) - {period}):
        raise SourceChanged(f"{place}: found rows of {', '.join(other[:5])}, asked for {period} only")
