"""Mirror cells brought together into cross tables of areas, years and subjects, by SQL.

Sums are of whole numbers (asymmetry in billionths, distance in ten millionths, weight in millionths), so that they do
not depend on the order in which rows come, and a rerun gives the same.
"""

from dataclasses import dataclass
from typing import Final

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

ASYMMETRY_UNITS: Final = 1e9
DISTANCE_UNITS: Final = 1e7
WEIGHT_UNITS: Final = 1e6
GREATEST_DISTANCE: Final = 200.0  # a ratio of e^200; what is beyond is no measurement, and would not fit the type
LEAST_BINNED: Final = 1e-3
BINS_PER_E: Final = 8  # bins of equal ratio: a factor of e is cut in eight

# A report that is missing, negative or endless is no report; a flow that both call zero tells nothing.
CELLS_SQL: Final = """
CREATE OR REPLACE TEMP TABLE reliability_cell AS
SELECT y.code AS year, f.code AS from_area, t.code AS to_area, s.code AS subject,
       CAST(round({asymmetry_units} * (abs(sent - received) / (sent + received))) AS INTEGER) AS asymmetry,
       CASE WHEN sent > 0 AND received > 0
            THEN CAST(round({distance_units} * least(abs(ln(sent) - ln(received)), {greatest_distance})) AS INTEGER)
       END AS distance,
       CAST(round({weight_units} * ln(greatest(sent + received, exp(1)))) AS INTEGER) AS weight
FROM (SELECT *, sent >= 0 AND received >= 0 AND sent + received > 0 AND isfinite(sent + received) AS is_usable
      FROM {relation}) r
JOIN reliability_level f ON f.kind = 'area' AND f.name = r.from_area
JOIN reliability_level t ON t.kind = 'area' AND t.name = r.to_area
JOIN reliability_level s ON s.kind = 'subject' AND s.name = r.subject
JOIN reliability_level y ON y.kind = 'year' AND y.name = r.time_period
WHERE is_usable AND r.from_area <> r.to_area
"""

LEVELS_SQL: Final = """
SELECT DISTINCT CASE WHEN place IN (1, 2) THEN 'area' WHEN place = 3 THEN 'subject' ELSE 'year' END AS kind, name
FROM (
  SELECT CASE GROUPING_ID(from_area, to_area, subject, time_period) WHEN 7 THEN 1 WHEN 11 THEN 2 WHEN 13 THEN 3 ELSE 4
         END AS place,
         coalesce(from_area, to_area, subject, time_period) AS name
  FROM {relation} GROUP BY GROUPING SETS ((from_area), (to_area), (subject), (time_period))
)
WHERE name IS NOT NULL ORDER BY kind, name
"""

PAIRS_SQL: Final = """
SELECT year, from_area, to_area, count(*) AS mirrors, sum(asymmetry)::DOUBLE AS asymmetry,
       count(distance) AS ratios,
       coalesce(sum(weight) FILTER (distance IS NOT NULL), 0)::DOUBLE AS weight,
       coalesce(sum(weight::BIGINT * distance), 0)::DOUBLE AS weighted,
       coalesce(sum(CAST(round((weight / {weight_units}) * (distance / {distance_units}) ** 2 * 1e6) AS BIGINT)), 0)
         ::DOUBLE AS squared
FROM reliability_cell GROUP BY ALL
"""

BINS_SQL: Final = """
SELECT year, from_area, to_area, count(*) AS ratios, sum(distance)::DOUBLE AS distance
FROM reliability_cell WHERE distance IS NOT NULL
GROUP BY year, from_area, to_area,
         CAST(floor(ln(greatest(distance / {distance_units}, {least_binned})) * {bins_per_e}) AS SMALLINT)
ORDER BY ALL
"""

# How much weight of every subject lies with an area of departure, with one of arrival, and in a year.
SUBJECTS_SQL: Final = """
SELECT year, {side} AS area, subject, sum(weight)::DOUBLE AS weight
FROM reliability_cell WHERE distance IS NOT NULL GROUP BY ALL
"""
SUBJECT_SUMS_SQL: Final = """
SELECT year, subject, sum(weight)::DOUBLE AS weight, sum(weight::BIGINT * distance)::DOUBLE AS weighted
FROM reliability_cell WHERE distance IS NOT NULL GROUP BY ALL
"""

HELD_SQL: Final = """
SELECT year, from_area, to_area, sum(weight::BIGINT * e.effect)::DOUBLE AS held
FROM reliability_cell c JOIN reliability_subject_effect e ON e.subject = c.subject
WHERE distance IS NOT NULL GROUP BY ALL
"""

UNITS: Final = {
    "asymmetry_units": ASYMMETRY_UNITS,
    "distance_units": DISTANCE_UNITS,
    "weight_units": WEIGHT_UNITS,
    "greatest_distance": GREATEST_DISTANCE,
    "least_binned": LEAST_BINNED,
    "bins_per_e": BINS_PER_E,
}


@dataclass(frozen=True)
class Bins:
    """Reporting distances of a pair in classes of alike size, so that they can be cut off without reading them again.

    Attributes:
        year, pair: codes; pair is exporter * areas + importer. (classes)
        ratios: how many cells. (classes)
        distance: the sum of their distances. (classes)
    """

    year: Codes
    pair: Codes
    ratios: Floats
    distance: Floats


@dataclass(frozen=True)
class Subjects:
    """Weights of subjects, for the elimination of their effects.

    Attributes:
        from_weight, to_weight: (areas, subjects) by area of departure and of arrival.
        year_weight: (years, subjects).
        weighted: sums of weight times distance. (subjects)
        codes: which subject a column is. (subjects)
    """

    from_weight: Floats
    to_weight: Floats
    year_weight: Floats
    weighted: Floats
    codes: Codes


@dataclass(frozen=True)
class Panel:
    """Cross tables over (years, areas of departure, areas of arrival).

    Attributes:
        areas, years: names, sorted; codes are their places.
        mirrors: cells with two reports, at least one above zero.
        asymmetry: sums of D = |X - M| / (X + M) over them.
        ratios: cells with both reports above zero.
        weight: sums of ln(X + M) over those.
        weighted: sums of weight times distance RD = |ln(X / M)|.
        squared: sums of weight times squared distance. (years)
        bins: their distances by size.
        subjects: weights by year: one entry per side; see `subjects_of`.
    """

    areas: list[str]
    years: list[str]
    mirrors: Floats
    asymmetry: Floats
    ratios: Floats
    weight: Floats
    weighted: Floats
    squared: Floats
    bins: Bins
    subjects: dict[str, pl.DataFrame]

    def year(self, number: int) -> "Panel":
        """The cross tables of one year alone."""
        only = slice(number, number + 1)
        held = self.bins.year == number
        bins = Bins(
            np.zeros(int(held.sum()), dtype=np.int64),
            self.bins.pair[held],
            self.bins.ratios[held],
            self.bins.distance[held],
        )
        subjects = {
            side: frame.filter(pl.col("year") == number).with_columns(year=pl.lit(0, dtype=frame.schema["year"]))
            for side, frame in self.subjects.items()
        }
        return Panel(
            areas=self.areas,
            years=self.years[only],
            mirrors=self.mirrors[only],
            asymmetry=self.asymmetry[only],
            ratios=self.ratios[only],
            weight=self.weight[only],
            weighted=self.weighted[only],
            squared=self.squared[only],
            bins=bins,
            subjects=subjects,
        )

    def subjects_of(self) -> Subjects:
        """Weights of the subjects that have any, as matrices."""
        sums = self.subjects["sums"]
        codes, place = np.unique(sums["subject"].to_numpy(), return_inverse=True)
        years = _crossed(sums["year"].to_numpy(), place, sums["weight"].to_numpy(), (len(self.years), len(codes)))
        sides = []
        for side in ("from_area", "to_area"):
            frame = self.subjects[side]
            column = np.searchsorted(codes, frame["subject"].to_numpy())
            shape = (len(self.areas), len(codes))
            sides.append(_crossed(frame["area"].to_numpy(), column, frame["weight"].to_numpy(), shape))
        weighted = np.bincount(place, sums["weighted"].to_numpy(), len(codes))
        return Subjects(
            from_weight=sides[0] / WEIGHT_UNITS,
            to_weight=sides[1] / WEIGHT_UNITS,
            year_weight=years / WEIGHT_UNITS,
            weighted=weighted / (WEIGHT_UNITS * DISTANCE_UNITS),
            codes=codes.astype(np.int64),
        )


def _crossed(row: Codes, column: Codes, values: Floats, shape: tuple[int, int]) -> Floats:
    """Sum values into a matrix by row and column."""
    place = row.astype(np.int64) * shape[1] + column
    sums: Floats = np.bincount(place, values, shape[0] * shape[1]).reshape(shape).astype(np.float64)
    return sums


def read_panel(connection: duckdb.DuckDBPyConnection, relation: str) -> Panel:
    """Bring a relation of mirror cells together; leaves the temporary table reliability_cell, see `drop_cells`.

    Args:
        connection: holds the relation.
        relation: as in `estimate_reliability`; it is read twice.

    Returns:
        The cross tables; areas, years and subjects are all that the relation names, usable or not.
    """
    name = '"' + relation.replace('"', '""') + '"'
    levels = connection.execute(LEVELS_SQL.format(relation=name)).pl()
    levels = levels.with_columns(code=(pl.int_range(pl.len()).over("kind")).cast(pl.Int32))
    connection.register("reliability_level", levels)
    try:
        connection.execute(CELLS_SQL.format(relation=name, **UNITS))
    finally:
        connection.unregister("reliability_level")
    areas, years = (levels.filter(kind=kind)["name"].to_list() for kind in ("area", "year"))
    shape = (len(years), len(areas), len(areas))
    pairs = connection.execute(PAIRS_SQL.format(**UNITS)).pl()
    bins = connection.execute(BINS_SQL.format(**UNITS)).pl()
    scales = {
        "mirrors": 1.0,
        "asymmetry": ASYMMETRY_UNITS,
        "ratios": 1.0,
        "weight": WEIGHT_UNITS,
        "weighted": WEIGHT_UNITS * DISTANCE_UNITS,
        "squared": 1e6,
    }
    cubes = {column: spread(pairs, column, shape) / scale for column, scale in scales.items()}
    squared = cubes.pop("squared").sum(axis=(1, 2))
    return Panel(
        areas=areas,
        years=years,
        squared=squared,
        bins=Bins(
            year=bins["year"].to_numpy().astype(np.int64),
            pair=bins["from_area"].to_numpy().astype(np.int64) * len(areas) + bins["to_area"].to_numpy(),
            ratios=bins["ratios"].to_numpy().astype(np.float64),
            distance=bins["distance"].to_numpy() / DISTANCE_UNITS,
        ),
        subjects={
            "from_area": connection.execute(SUBJECTS_SQL.format(side="from_area")).pl(),
            "to_area": connection.execute(SUBJECTS_SQL.format(side="to_area")).pl(),
            "sums": connection.execute(SUBJECT_SUMS_SQL).pl(),
        },
        **cubes,
    )


def spread(pairs: pl.DataFrame, column: str, shape: tuple[int, int, int]) -> Floats:
    """Put a column of (year, from_area, to_area) rows into a cube; a cell without a row is 0."""
    cube = np.zeros(shape)
    cube[tuple(pairs[name].to_numpy() for name in ("year", "from_area", "to_area"))] = pairs[column].to_numpy()
    return cube


def read_held(connection: duckdb.DuckDBPyConnection, panel: Panel, subjects: Subjects, effects: Floats) -> Floats:
    """Sums of weight times the effect of the cell's subject, as a cube like the panel's."""
    effect = np.rint(np.clip(effects, -GREATEST_DISTANCE, GREATEST_DISTANCE) * DISTANCE_UNITS).astype(np.int64)
    connection.register("reliability_subject_effect", pl.DataFrame({"subject": subjects.codes, "effect": effect}))
    try:
        held = connection.execute(HELD_SQL).pl()
    finally:
        connection.unregister("reliability_subject_effect")
    return spread(held, "held", panel.weight.shape) / (WEIGHT_UNITS * DISTANCE_UNITS)


def drop_cells(connection: duckdb.DuckDBPyConnection) -> None:
    """Take away what `read_panel` left."""
    connection.execute("DROP TABLE IF EXISTS reliability_cell")
