"""How many AI computing clusters are publicly known in each area, and how much they can compute and draw.

Source: Epoch AI; see schemas/sources/epoch_gpu_clusters.yaml.
Revised: continuously; this vintage is of November 2025.
Quirks: columns come and go; each stage of a growing cluster has a row of its own that holds the stages before it too;
countries by their long names.
"""

from typing import Final

import dagster as dg
import polars as pl

from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import DECIMAL, conform, read_csv, require_known, to_decimal
from compact_pipelines.resources import Snapshots
from compact_pipelines.snapshots import Snapshot

SOURCE: Final = "epoch_gpu_clusters"
THEME: Final = "infrastructure"
H100: Final = "H100 equivalents"
POWER: Final = "Power Capacity (MW)"
STANDARD: Final = "Include in Standard Analysis"
COLUMNS: Final = [
    "Name",
    "Status",
    "Certainty",
    "Single cluster?",
    H100,
    "Country",
    POWER,
    "Superseded by",
    "Possible Duplicate",
    STANDARD,
]
# Which clusters count, and which spellings say that one does not.
COUNTED: Final = {"Status": ("Existing",), "Certainty": ("Confirmed", "Likely"), "Single cluster?": ("Yes",)}
UNCOUNTED: Final = {
    "Status": ("Planned", "Decommissioned"),
    "Certainty": ("Unlikely",),
    "Single cluster?": ("No", "Unclear"),
}
MARKED: Final = "True"
SHOWN_NAMES: Final = 5
COUNTRIES: Final = {
    "Australia": "AUS",
    "Brazil": "BRA",
    "Canada": "CAN",
    "China": "CHN",
    "Czechia": "CZE",
    "Denmark": "DNK",
    "Finland": "FIN",
    "France": "FRA",
    "Germany": "DEU",
    "Hong Kong": "HKG",
    "Iceland": "ISL",
    "India": "IND",
    "Indonesia": "IDN",
    "Israel": "ISR",
    "Italy": "ITA",
    "Japan": "JPN",
    "Korea (Republic of)": "KOR",
    "Luxembourg": "LUX",
    "Malaysia": "MYS",
    "Mexico": "MEX",
    "Netherlands": "NLD",
    "Norway": "NOR",
    "Philippines (the)": "PHL",
    "Poland": "POL",
    "Russia": "RUS",
    "Saudi Arabia": "SAU",
    "Singapore": "SGP",
    "Slovenia": "SVN",
    "Spain": "ESP",
    "Sweden": "SWE",
    "Switzerland": "CHE",
    "Taiwan": "TWN",
    "Thailand": "THA",
    "United Arab Emirates": "ARE",
    "United Kingdom of Great Britain and Northern Ireland": "GBR",
    "United States of America": "USA",
    "Vietnam": "VNM",
}
NOT_PUBLISHED: Final = "_X"


def parse_clusters(content: bytes) -> pl.DataFrame:
    """Read the table as published: one row per cluster or stage of one, all text.

    Raises:
        SourceChanged: the bytes are not such a table.
    """
    return read_csv(content, SOURCE)


def tidy_clusters(published: pl.DataFrame, time_period: str) -> pl.DataFrame:
    """Count clusters and add up what they compute and draw, per area, in the infrastructure contract.

    Args:
        published: (clusters, COLUMNS and others), text, from `parse_clusters`.
        time_period: the month in which the statuses held, such as 2025-11.

    Returns:
        (areas with counted clusters * 3 indicators, contract columns without provenance); clusters and H100 equivalents
        counted, power in MW. A sum over no known figure is missing (status O); other sums are estimates (status E).

    Raises:
        SourceChanged: a column is missing, a country or another spelling is unknown, a cell is no number, or the
            clusters we count are not those the compiler marks.
    """
    if lost := [name for name in COLUMNS if name not in published.columns]:
        raise SourceChanged(f"{SOURCE}: columns {lost} are missing; found {published.columns}")
    require_known(published["Country"], COUNTRIES, SOURCE, "countries")
    numbers = _last_stages(_standard(published))
    counted = numbers.select(
        area=pl.col("Country").replace_strict(COUNTRIES, return_dtype=pl.String).fill_null(NOT_PUBLISHED),
        h100=to_decimal(H100, SOURCE, numbers),
        power=to_decimal(POWER, SOURCE, numbers),
    )
    grouped = counted.group_by("area").agg(
        pl.col("h100", "power").sum().cast(DECIMAL),
        clusters=pl.len().cast(DECIMAL),
        h100_unknown=pl.col("h100").null_count(),
        power_unknown=pl.col("power").null_count(),
    )
    return pl.concat(
        [
            _rows(grouped, "AI_CLUSTERS", "COUNT", pl.col("clusters"), pl.lit(0)),
            _rows(grouped, "AI_CLUSTER_H100_EQUIVALENTS", "COUNT", pl.col("h100"), pl.col("h100_unknown")),
            _rows(grouped, "AI_CLUSTER_POWER", "MW", pl.col("power"), pl.col("power_unknown")),
        ]
    ).with_columns(freq=pl.lit("M"), counterpart_area=pl.lit("_Z"), time_period=pl.lit(time_period))


def _standard(published: pl.DataFrame) -> pl.DataFrame:
    """The clusters that count, which must be those that the compiler's standard analysis includes."""
    for column, spellings in COUNTED.items():
        require_known(published[column], [*spellings, *UNCOUNTED[column]], SOURCE, f"spellings in {column}")
    for column in ("Possible Duplicate", STANDARD):
        require_known(published[column], [MARKED], SOURCE, f"spellings in {column}")
    counts = pl.all_horizontal(
        *(pl.col(column).is_in(spellings).fill_null(value=False) for column, spellings in COUNTED.items()),
        pl.col("Possible Duplicate").is_null(),
    )
    differing = published.filter(counts != pl.col(STANDARD).is_not_null())["Name"].to_list()
    if differing:
        raise SourceChanged(
            f"{SOURCE}: {len(differing)} clusters count for us and not in the compiler's standard analysis, or the "
            f"other way round: {differing[:SHOWN_NAMES]}; has its rule changed?"
        )
    return published.filter(counts)


def _last_stages(clusters: pl.DataFrame) -> pl.DataFrame:
    """The clusters without those that another of them has taken over."""
    is_taken_over = pl.col("Superseded by").is_in(clusters["Name"].to_list()).fill_null(value=False)
    return clusters.filter(~is_taken_over)


def _rows(grouped: pl.DataFrame, indicator: str, unit: str, value: pl.Expr, unknown: pl.Expr) -> pl.DataFrame:
    is_known = unknown < pl.col("clusters")
    return grouped.select(
        ref_area="area",
        indicator=pl.lit(indicator),
        unit_measure=pl.lit(unit),
        obs_value=pl.when(is_known).then(value),
        obs_status=pl.lit("A")
        if indicator == "AI_CLUSTERS"
        else pl.when(is_known).then(pl.lit("E")).otherwise(pl.lit("O")),
        comment_obs=pl.when(unknown > 0).then(
            pl.format("no figure for {} of {} clusters", unknown, pl.col("clusters").cast(pl.Int64))
        ),
    )


@dg.asset(group_name=THEME, kinds={"csv"}, metadata={"source_id": SOURCE, "part": "clusters"})
def raw_epoch_gpu_clusters__clusters(snapshots: Snapshots) -> Snapshot:
    """The whole table, kept byte for byte."""
    return snapshots.take(SOURCE, "clusters")


@dg.asset(group_name=THEME, kinds={"polars", "parquet"})
def core_epoch_gpu_clusters(raw_epoch_gpu_clusters__clusters: Snapshot) -> pl.DataFrame:
    """AI clusters, their H100 equivalents and their power per area."""
    snapshot = raw_epoch_gpu_clusters__clusters
    tidied = tidy_clusters(parse_clusters(snapshot.read()), f"{snapshot.retrieved_at:%Y-%m}")
    return conform(THEME, SOURCE, tidied.with_columns(**snapshot.stamp()))
