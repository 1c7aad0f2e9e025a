"""How many frontier AI models were published in each year, by the country of their makers.

Source: Epoch AI; see schemas/sources/epoch_models.yaml.
Revised: daily, past years too.
Quirks: columns come and go; notes run over several lines; one cell lists the country of every maker, so a country may
stand twice in it and several may stand in it; many blanks.
"""

from typing import Final

import polars as pl

from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import DECIMAL, read_csv, require_known
from compact_pipelines.live.answers import Answer
from compact_pipelines.pulls import live_core, pull_asset

SOURCE: Final = "epoch_models"
THEME: Final = "infrastructure"
MODEL: Final = "Model"
PUBLISHED: Final = "Publication date"
COUNTRY: Final = "Country (of organization)"
FRONTIER: Final = "Frontier model"
LARGE: Final = "Estimated over 1e25 FLOP"
EXCLUDE: Final = "Exclude"
COLUMNS: Final = (MODEL, PUBLISHED, COUNTRY, FRONTIER, LARGE, EXCLUDE)
# What the marks may say; a blank says nothing.
MARKS: Final = {FRONTIER: ("True", "False"), LARGE: ("True", "False"), EXCLUDE: ("0", "1", "0.0", "1.0")}
EXCLUDED: Final = ("1", "1.0")
MARKED: Final = "True"
DATE: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
NOT_PUBLISHED: Final = "_X"
WORLD: Final = "W00"
SEPARATOR: Final = ","
# Names that hold the separator themselves, and what stands for them while cells are split.
WITH_SEPARATOR: Final = {"Taiwan, Province of China": "Taiwan", "Korea, Republic of": "Korea (Republic of)"}
COUNTRIES: Final = {
    "Australia": "AUS",
    "Austria": "AUT",
    "Belgium": "BEL",
    "Brazil": "BRA",
    "Canada": "CAN",
    "Chile": "CHL",
    "China": "CHN",
    "Colombia": "COL",
    "Costa Rica": "CRI",
    "Czechia": "CZE",
    "Denmark": "DNK",
    "Egypt": "EGY",
    "Estonia": "EST",
    "Finland": "FIN",
    "France": "FRA",
    "Germany": "DEU",
    "Greece": "GRC",
    "Hong Kong": "HKG",
    "Hungary": "HUN",
    "India": "IND",
    "Indonesia": "IDN",
    "Ireland": "IRL",
    "Israel": "ISR",
    "Italy": "ITA",
    "Japan": "JPN",
    "Korea (Republic of)": "KOR",
    "Luxembourg": "LUX",
    "Malaysia": "MYS",
    "Mexico": "MEX",
    "Netherlands": "NLD",
    "New Zealand": "NZL",
    "Norway": "NOR",
    "Peru": "PER",
    "Philippines (the)": "PHL",
    "Poland": "POL",
    "Portugal": "PRT",
    "Qatar": "QAT",
    "Romania": "ROU",
    "Russia": "RUS",
    "Saudi Arabia": "SAU",
    "Singapore": "SGP",
    "South Africa": "ZAF",
    "Spain": "ESP",
    "Sweden": "SWE",
    "Switzerland": "CHE",
    "Taiwan": "TWN",
    "Thailand": "THA",
    "Turkey": "TUR",
    "Türkiye": "TUR",
    "Ukraine": "UKR",
    "United Arab Emirates": "ARE",
    "United Kingdom of Great Britain and Northern Ireland": "GBR",
    "United States of America": "USA",
    "Vietnam": "VNM",
}


def parse_models(content: bytes) -> pl.DataFrame:
    """Read the table as published: one row per model, all text.

    Raises:
        SourceChanged: the bytes are not such a table.
    """
    return read_csv(content, SOURCE)


def tidy_models(published: pl.DataFrame) -> pl.DataFrame:
    """Count frontier models per country of their makers and year, in the infrastructure contract.

    Args:
        published: (models, COLUMNS and others), text, from `parse_models`.

    Returns:
        (areas, years and 2 indicators where a model is known, contract columns without provenance); models counted.

    Raises:
        SourceChanged: a column is missing, a country or mark is unknown, a model has no date, or none is marked.
    """
    counted = _counted(published)
    placed = counted.with_columns(area=_areas()).explode("area", empty_as_null=True)
    places = pl.concat([placed, counted.with_columns(area=pl.lit(WORLD))], how="diagonal")
    grouped = places.group_by("area", "year").agg(
        models=pl.len(), large=pl.col("is_large").sum(), shared=pl.col("is_shared").sum()
    )
    is_newest = pl.col("year") == counted["year"].max()
    told = pl.when((pl.col("shared") > 0) & (pl.col("area") != WORLD)).then(
        pl.format("{} of them also counted for another country", "shared")
    )
    known = pl.when(is_newest).then(pl.lit("P"))
    return pl.concat(
        [
            _rows(grouped, "AI_FRONTIER_MODELS", "models", known.otherwise(pl.lit("A")), told),
            _rows(
                grouped.filter(pl.col("large") > 0), "AI_FRONTIER_MODELS_OVER_1E25", "large", pl.lit("E"), pl.lit(None)
            ),
        ]
    )


def _counted(published: pl.DataFrame) -> pl.DataFrame:
    """The models that count: year, area cells, marks."""
    if lost := [name for name in COLUMNS if name not in published.columns]:
        raise SourceChanged(f"{SOURCE}: columns {lost} are missing; found {published.columns}")
    for column, spellings in MARKS.items():
        require_known(published[column], spellings, SOURCE, f"marks in {column}")
    is_excluded = pl.col(EXCLUDE).is_in(EXCLUDED).fill_null(value=False)
    counted = published.filter((pl.col(FRONTIER) == MARKED).fill_null(value=False), ~is_excluded)
    if counted.is_empty():
        raise SourceChanged(f"{SOURCE}: no model is marked in {FRONTIER}; has the mark been given up?")
    is_dated = pl.col(PUBLISHED).str.contains(DATE).fill_null(value=False)
    if undated := counted.filter(~is_dated)[MODEL].to_list():
        raise SourceChanged(f"{SOURCE}: {PUBLISHED} of {undated[:5]} is no date like 2025-07-09")
    names = (
        pl.col(COUNTRY).str.replace_many(WITH_SEPARATOR).str.split(SEPARATOR).list.eval(pl.element().str.strip_chars())
    )
    listed = counted.select(
        year=pl.col(PUBLISHED).str.head(4),
        is_large=(pl.col(LARGE) == MARKED).fill_null(value=False),
        names=names.list.unique().list.sort(),
    )
    require_known(listed["names"].explode(empty_as_null=True), COUNTRIES, SOURCE, "countries")
    return listed.with_columns(is_shared=pl.col("names").list.len().fill_null(0) > 1)


def _areas() -> pl.Expr:
    """The areas of a model: those of its makers, each once, or _X."""
    areas = pl.col("names").list.eval(pl.element().replace_strict(COUNTRIES, return_dtype=pl.String)).list.unique()
    return areas.fill_null(pl.lit([NOT_PUBLISHED]))


def _rows(grouped: pl.DataFrame, indicator: str, value: str, status: pl.Expr, comment: pl.Expr) -> pl.DataFrame:
    return grouped.select(
        freq=pl.lit("A"),
        ref_area="area",
        counterpart_area=pl.lit("_Z"),
        indicator=pl.lit(indicator),
        unit_measure=pl.lit("COUNT"),
        time_period="year",
        obs_value=pl.col(value).cast(DECIMAL),
        obs_status=status,
        comment_obs=comment.cast(pl.String),
    )


def read_answer(answer: Answer) -> pl.DataFrame:
    """The counts of the whole table, see `tidy_models`."""
    return tidy_models(parse_models(answer.content))


pull_epoch_models = pull_asset(SOURCE)
core_epoch_models = live_core(SOURCE)
