"""How far economies are from each other, and what links them.

Source: CEPII, GeoDist; see schemas/sources/cepii_geodist.yaml.
Revised: not any more.
Quirks: flags are 0.0 and 1.0; doubles are printed with all their digits; a point is a missing weighted distance; some
codes are older than the present ones.
"""

from typing import Final

import dagster as dg
import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import DECIMAL, read_csv, require_columns, require_known, to_decimal
from compact_pipelines.resources import Snapshots
from compact_pipelines.snapshots import Snapshot

SOURCE: Final = "cepii_geodist"
THEME: Final = "reference"
COLUMNS: Final = ["iso_o", "iso_d", "contig", "comlang_off", "colony", "dist", "distcap", "distw"]
DISTANCES: Final = {"dist": "distance_km", "distcap": "capital_distance_km", "distw": "weighted_distance_km"}
FLAGS: Final = {"contig": "is_contiguous", "comlang_off": "has_common_language", "colony": "has_colonial_link"}
FLAG_VALUES: Final = {"0.0": False, "1.0": True}
MISSING: Final = {".": "no cities to weight"}
OLD_CODES: Final = {"PAL": "PSE", "ROM": "ROU", "TMP": "TLS", "ZAR": "COD"}
# States that are no more and have no single successor.
LEFT_OUT: Final = ("ANT", "YUG")


def parse_distances(content: bytes) -> pl.DataFrame:
    """Read the table as it stands: one row per pair, all text.

    Raises:
        SourceChanged: the bytes are not such a table.
    """
    return read_csv(content, SOURCE)


def tidy_distances(published: pl.DataFrame) -> pl.DataFrame:
    """Shape the table into distances.

    Args:
        published: (pairs, COLUMNS), text, kilometres and flags, from `parse_distances`.

    Returns:
        (pairs of present areas, [from_area, to_area, three distances in kilometres, three flags]), sorted; only the
        weighted distance may be missing.

    Raises:
        SourceChanged: unknown columns, codes or flags, or a distance that is no number or missing.
    """
    require_columns(published, COLUMNS, SOURCE)
    areas = {code: code for code, row in load_contracts().codelists["area"].rows.items() if row["kind"] == "area"}
    areas |= OLD_CODES
    for column in ("iso_o", "iso_d"):
        require_known(published[column], [*areas, *LEFT_OUT], SOURCE, f"area codes in {column}")
    for column in FLAGS:
        require_known(published[column].fill_null("blank"), FLAG_VALUES, SOURCE, f"flags in {column}")
    pairs = published.filter(~pl.any_horizontal(pl.col("iso_o", "iso_d").is_in(LEFT_OUT)))
    distances = pairs.select(
        from_area=pl.col("iso_o").replace_strict(areas, return_dtype=pl.String),
        to_area=pl.col("iso_d").replace_strict(areas, return_dtype=pl.String),
        **{name: _kilometres(column, pairs) for column, name in DISTANCES.items()},
        **{name: pl.col(column).replace_strict(FLAG_VALUES, return_dtype=pl.Boolean) for column, name in FLAGS.items()},
    )
    lost = distances.filter(pl.any_horizontal(pl.col("distance_km", "capital_distance_km").is_null()))
    if not lost.is_empty():
        raise SourceChanged(
            f"{SOURCE}: no distance between {lost.select('from_area', 'to_area').head(3).rows()}; only the weighted "
            "distance may be missing"
        )
    return distances.sort("from_area", "to_area")


def _kilometres(column: str, pairs: pl.DataFrame) -> pl.Series:
    """The distances of a column to the sixth decimal, rounded: 2468.4050000000002 is the double nearest 2468.405."""
    is_missing = to_decimal(column, SOURCE, pairs, MISSING).is_null()
    return pairs[column].set(is_missing, None).cast(pl.Float64).round(6).cast(DECIMAL)


@dg.asset(group_name=THEME, kinds={"csv"}, metadata={"source_id": SOURCE, "part": "distances"})
def raw_cepii_geodist__distances(snapshots: Snapshots) -> Snapshot:
    """The table of pairs, kept byte for byte."""
    return snapshots.take(SOURCE, "distances")


@dg.asset(group_name=THEME, kinds={"polars", "parquet"})
def core_cepii_geodist(raw_cepii_geodist__distances: Snapshot) -> pl.DataFrame:
    """Distances and links per pair of areas."""
    snapshot = raw_cepii_geodist__distances
    return tidy_distances(parse_distances(snapshot.read())).with_columns(
        source_id=pl.lit(SOURCE), snapshot_id=pl.lit(snapshot.snapshot_id)
    )
