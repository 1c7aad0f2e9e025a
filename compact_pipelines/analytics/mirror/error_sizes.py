"""How large each area's errors are taken to be: its own estimate where the panel gives one, else the stated prior.

Reports of one kin share their errors: a theme's years, its months, and where a prior is stated for some subjects only,
those subjects. The kin's number is the series of the engine, plus a place for the subjects' prior.
"""

import math
from typing import Final

import duckdb
import polars as pl

from compact_pipelines.analytics.mirror.reports import SIDES, Shape
from compact_pipelines.contracts.parameters import Parameters, Prior
from compact_pipelines.errors import ContractError

# From the terms and not from the pairs, which may be a join of millions of rows.
_AREAS_SQL: Final = """
SELECT CAST(area AS VARCHAR) AS area FROM (SELECT from_area AS area FROM {terms} UNION SELECT to_area FROM {terms})
ORDER BY area
"""

METHOD: Final = "expected_distance"
PANEL: Final = "panel"
PRIOR: Final = "prior"
MOST_SERIES: Final = 1000  # a kin is the series plus a thousand for each further prior of it


def kin_of(parameters: Parameters, shape: Shape) -> str:
    """The kin of a row `v` as SQL."""
    named = _named_subjects(parameters, shape)
    if not named:
        return "v.series"
    cases = " ".join(
        f"WHEN v.subject IN ({', '.join(_quoted(subject) for subject in subjects)}) THEN {MOST_SERIES * (place + 1)}"
        for place, subjects in enumerate(named)
    )
    return f"v.series + CASE {cases} ELSE 0 END"


def error_rows(
    connection: duckdb.DuckDBPyConnection, shape: Shape, parameters: Parameters, reliability: pl.DataFrame, terms: str
) -> pl.DataFrame:
    """The errors that weights and intervals rest on.

    Args:
        connection: knows `series_kind` and the terms.
        shape: the theme.
        parameters: the priors.
        reliability: (estimates of this theme, columns of `reliability.estimate_reliability`); the pooled panel's
            `expected_distance` counts.
        terms: name of the terms of all pairs of areas, see `terms.set_terms`.

    Returns:
        (kin, area and role, [kin, area, role, sigma, sigma_kind]) for every area of the theme.

    Raises:
        ContractError: no prior is stated for a kind of report that is held.
    """
    areas = connection.execute(_AREAS_SQL.format(terms=terms)).pl()
    own = reliability.filter(pl.col("method") == METHOD, pl.col("sigma").is_not_null()).select("area", "role", "sigma")
    series = connection.execute(
        "SELECT series, stock_flow, freq FROM series_kind WHERE theme = $theme ORDER BY series", {"theme": shape.theme}
    ).fetchall()
    frames: list[pl.DataFrame] = []
    for number, stock_flow, freq in series:
        for place, subjects in enumerate([None, *_named_subjects(parameters, shape)]):
            prior = parameters.reliability.prior(shape.theme, subjects[0] if subjects else "", stock_flow, freq)
            if prior is None:
                if subjects is None:
                    raise ContractError(
                        f"schemas/reliability.yaml: no prior for {shape.theme}, stock_flow {stock_flow}, freq {freq}; "
                        "state one, wide if little is known"
                    )
                continue
            frames.extend(
                _with_prior(areas, own, role, prior).with_columns(kin=pl.lit(number + MOST_SERIES * place, pl.Int32))
                for role in SIDES
            )
    schema = {"kin": pl.Int32, "area": pl.String, "role": pl.String, "sigma": pl.Float64, "sigma_kind": pl.String}
    return pl.concat(frames).select(list(schema)) if frames else pl.DataFrame(schema=schema)


def prior_sigma(prior: Prior, own: pl.Series) -> float:
    """Sigma of a prior: the median of the panel's own estimates or the stated figure, the added part as variance."""
    median = own.median() if prior.kind == "panel" else None
    sigma = prior.sigma if median is None else float(median)  # type: ignore[arg-type]
    return math.hypot(sigma, prior.added_sigma)


def _with_prior(areas: pl.DataFrame, own: pl.DataFrame, role: str, prior: Prior) -> pl.DataFrame:
    known = own.filter(pl.col("role") == role)
    stated = prior_sigma(prior, known["sigma"])
    joined = areas.join(known.select("area", "sigma"), on="area", how="left", maintain_order="left")
    widened = (pl.col("sigma") ** 2 + prior.added_sigma**2).sqrt()
    return joined.with_columns(
        role=pl.lit(role),
        sigma_kind=pl.when(pl.col("sigma").is_null()).then(pl.lit(PRIOR)).otherwise(pl.lit(PANEL)),
        sigma=pl.coalesce(widened, pl.lit(stated)),
    )


def _named_subjects(parameters: Parameters, shape: Shape) -> list[list[str]]:
    """The groups of subjects that have a prior of their own, in a fixed order."""
    groups = {tuple(sorted(prior.subjects)) for prior in parameters.reliability.priors if prior.theme == shape.theme}
    return [list(group) for group in sorted(groups) if group]


def _quoted(code: str) -> str:
    return "'" + code.replace("'", "''") + "'"
