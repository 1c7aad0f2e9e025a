"""Areas as the US Bureau of Economic Analysis writes them: names in one dataset, codes of its own in the others."""

from typing import Final

import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.errors import SourceChanged

# Its spellings where they are not the English names of schemas/codelists/area.csv.
SPELLINGS: Final = {
    "All Countries Total": "W00",
    "--- All Countries Total": "W00",
    "Bahamas, The": "BHS",
    "Brunei": "BRN",
    "Cote d'Ivoire": "CIV",
    "Curacao": "CUW",
    "Czech Republic": "CZE",
    "Hong Kong": "HKG",
    "Korea": "KOR",
    "Korea, Republic of": "KOR",
    "Macau": "MAC",
    "Russia": "RUS",
    "South Korea": "KOR",
    "Taiwan": "TWN",
    "Turkey": "TUR",
    "Türkiye": "TUR",
    "United Kingdom": "GBR",
    "Venezuela": "VEN",
    "Vietnam": "VNM",
}
# Codes of the parameter AreaOrCountry, as its clients list them.
CODES: Final = {
    "AllCountries": "W00", "EU": "EUU", "Algeria": "DZA", "Argentina": "ARG", "Australia": "AUS", "Austria": "AUT",
    "Bahrain": "BHR", "Barbados": "BRB", "Belgium": "BEL", "Bermuda": "BMU", "Brazil": "BRA", "Brunei": "BRN",
    "Bulgaria": "BGR", "Canada": "CAN", "Chile": "CHL", "China": "CHN", "Colombia": "COL", "CostaRica": "CRI",
    "Croatia": "HRV", "Curacao": "CUW", "Cyprus": "CYP", "CzechRep": "CZE", "Denmark": "DNK", "DominicanRep": "DOM",
    "Ecuador": "ECU", "Egypt": "EGY", "ElSalvador": "SLV", "Estonia": "EST", "Finland": "FIN", "France": "FRA",
    "Germany": "DEU", "Greece": "GRC", "Guatemala": "GTM", "Honduras": "HND", "HongKong": "HKG", "Hungary": "HUN",
    "India": "IND", "Indonesia": "IDN", "Ireland": "IRL", "Israel": "ISR", "Italy": "ITA", "Japan": "JPN",
    "Jordan": "JOR", "KoreaRepOf": "KOR", "SouthKorea": "KOR", "Kuwait": "KWT", "Latvia": "LVA", "Lebanon": "LBN",
    "Lithuania": "LTU", "Luxembourg": "LUX", "Malaysia": "MYS", "Malta": "MLT", "Mexico": "MEX", "Morocco": "MAR",
    "Netherlands": "NLD", "NewZealand": "NZL", "Nicaragua": "NIC", "Nigeria": "NGA", "Norway": "NOR", "Oman": "OMN",
    "Panama": "PAN", "Peru": "PER", "Philippines": "PHL", "Poland": "POL", "Portugal": "PRT", "Qatar": "QAT",
    "Romania": "ROU", "Russia": "RUS", "SaudiArabia": "SAU", "Singapore": "SGP", "Slovakia": "SVK", "Slovenia": "SVN",
    "SouthAfrica": "ZAF", "Spain": "ESP", "Sweden": "SWE", "Switzerland": "CHE", "Taiwan": "TWN", "Thailand": "THA",
    "Turkey": "TUR", "Uae": "ARE", "UnitedKingdom": "GBR", "Venezuela": "VEN", "Vietnam": "VNM",
    "IntOrgAndUnalloc": "_X",
}  # fmt: skip
# Groups and remainders, which stand in the same column as their members; the Caribbean islands of the United Kingdom
# are several areas of ours in one.
GROUP_CODES: Final = {
    "Africa", "AllOthSeas", "AllOthThanCanada", "AsiaAndPac", "CaftaDrCountries", "CenAm", "EuroArea", "Europe",
    "LatAmAndOthWestHem", "MiddleEast", "NaftaCountries", "OthWestHem", "ResidualSeas", "SouthAm", "SouthAndCenAm",
    "UkIslandsCarib", "UsmcaCountries",
}  # fmt: skip
# Remainders are named by how many countries they leave out, which changes with each revision.
REMAINDER_CODE: Final = r"^(Oth[A-Z].*(Exc[0-9]|Excl[0-9]|Ist).*|[A-Za-z]+OthGdsNsaDetail|[A-Za-z]+OthNsaDetail)$"
GROUP_NAMES: Final = {
    "Addenda", "Addendum", "Africa", "Asia and Pacific", "Caribbean", "Central America", "Eastern Europe", "Europe",
    "European Union", "International", "Latin America and Other Western Hemisphere", "Middle East", "OPEC", "Other",
    "Other Western Hemisphere", "South America", "South and Central America", "Total",
    "United Kingdom Islands, Caribbean",
}  # fmt: skip
# A footnote's number, the count of members, a colon.
AFTER_A_NAME: Final = r"\s*(\[[0-9]+\]|\([0-9]+\)|<sup>.*|:)+\s*$"


def with_areas_by_code(published: pl.DataFrame, column: str, place: str) -> pl.DataFrame:
    """Rows of single areas, the world, the European Union and what is unallocated, with counterpart_area.

    Args:
        published: (rows, with the column of codes), text.
        column: which.
        place: for messages.

    Returns:
        (rows less those of groups and remainders, the same columns and counterpart_area).

    Raises:
        SourceChanged: a code is unknown.
    """
    is_group = pl.col(column).is_in(list(GROUP_CODES)) | pl.col(column).str.contains(REMAINDER_CODE)
    kept = published.filter(~is_group.fill_null(value=False))
    _require(kept, column, CODES, place, "codes of areas")
    return kept.with_columns(counterpart_area=pl.col(column).replace_strict(CODES, return_dtype=pl.String))


def with_areas_by_name(published: pl.DataFrame, column: str, place: str) -> pl.DataFrame:
    """Rows of single areas and the world, with counterpart_area.

    Args:
        published: (rows, with the column of names), text.
        column: which.
        place: for messages.

    Returns:
        (rows less those of groups and remainders, the same columns and counterpart_area).

    Raises:
        SourceChanged: a name is unknown.
    """
    areas = load_contracts().codelists["area"].rows
    known = {row["name_en"]: code for code, row in areas.items() if row["kind"] == "area"} | SPELLINGS
    named = published.with_columns(
        pl.col(column).fill_null("").str.replace(AFTER_A_NAME, "").str.strip_chars().alias("area_name")
    )
    kept = named.filter(~pl.col("area_name").is_in(list(GROUP_NAMES)))
    _require(kept, "area_name", known, place, f"names of areas in {column}")
    return kept.with_columns(counterpart_area=pl.col("area_name").replace_strict(known, return_dtype=pl.String)).drop(
        "area_name"
    )


def _require(rows: pl.DataFrame, column: str, known: dict[str, str], place: str, what: str) -> None:
    if unknown := sorted(set(rows[column].fill_null("blank")) - known.keys()):
        raise SourceChanged(
            f"{place}: unknown {what} {unknown[:20]}; look them up, then add them to "
            "compact_pipelines/live/formats/bea_areas.py, as an area or as a group"
        )
