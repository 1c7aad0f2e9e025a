"""What holds for a pair of areas: freight by each rule, what the rules do to gaps, and since when one collection."""

from dataclasses import dataclass
from typing import Any, Final

import duckdb
import polars as pl

from compact_pipelines.analytics.mirror.pairs import find_habits, slip_parameters, usable
from compact_pipelines.analytics.mirror.references import References
from compact_pipelines.analytics.mirror.reports import Shape
from compact_pipelines.analytics.valuation import FreightFit, fit_freight, freight_shares

VALUED_THEME: Final = "compute_exports"  # goods only: capital and people carry no freight
NO_RULE: Final = "none"
DEFAULT_TERMS: Final = "terms_default"
NO_FREIGHT: Final = "terms_none"
MOST_CELLS: Final = 200_000  # a fit of three coefficients needs no more
CENTRAL_90: Final = (0.05, 0.95)


@dataclass(frozen=True)
class Rules:
    """The freight rules on one panel.

    Attributes:
        names: the rules a reader can choose from; one for themes without freight.
        default: the one that is used.
        effects: columns of schemas/published/out_valuation_rules.yaml.
        shares: columns of schemas/published/out_freight_shares.yaml.
    """

    names: list[str]
    default: str
    effects: pl.DataFrame
    shares: pl.DataFrame


def set_terms(connection: duckdb.DuckDBPyConnection, shape: Shape, known: References) -> Rules:
    """Make the terms of every pair of areas per freight rule, and measure what each rule does.

    Args:
        connection: knows `pair_<theme>`, `one_collection` and what is spoken of this theme.
        shape: the theme.
        known: the rules and the distances.

    Returns:
        The rules; on the connection `terms_<rule>` for each and `terms_default`: from_area, to_area, cif_fob_ratio and
        since, from when both reports are of one collection. A fitted rule that makes no sense leaves CIF figures as
        they are and says why.
    """
    pairs = connection.execute(_PAIRS_SQL).pl()
    valuation = known.parameters.valuation
    if shape.theme != VALUED_THEME:
        _keep(connection, shape, DEFAULT_TERMS, freight_shares(valuation.rule(NO_RULE), None, pairs))
        find_habits(connection, shape, DEFAULT_TERMS, known.parameters.reliability)
        return Rules([valuation.default], valuation.default, pl.DataFrame(), pl.DataFrame())
    _keep(connection, shape, NO_FREIGHT, freight_shares(valuation.rule(NO_RULE), None, pairs))
    find_habits(connection, shape, NO_FREIGHT, known.parameters.reliability)
    slip = slip_parameters(known.parameters.reliability.unit_slip)
    panel = _sample(connection, usable(shape, NO_FREIGHT), slip)
    fit = fit_freight(panel, known.distances, clamp=valuation.clamp)
    effects, shares = [], []
    for rule in valuation.rules:
        ratios = freight_shares(rule, fit, pairs)
        _keep(connection, shape, f"terms_{rule.id}", ratios)
        applied = panel.filter("is_cif").join(ratios, on=["from_area", "to_area"], how="left")
        about = {
            "valuation_rule": rule.id,
            "title": rule.title["en"],
            "kind": rule.kind,
            "is_default": rule.id == valuation.default,
            "citation": rule.citation,
        }
        effects.append(about | _effect(applied) | _fitted(fit if rule.kind == "fitted" else None))
        if rule.kind == "fitted":
            told = pairs.join(fit.shares, on=["from_area", "to_area"]).sort("from_area", "to_area")
            shares.append(told.select(pl.lit(rule.id).alias("valuation_rule"), pl.all()))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {DEFAULT_TERMS} AS FROM terms_{valuation.default}")
    return Rules(
        [rule.id for rule in valuation.rules],
        valuation.default,
        pl.DataFrame(effects, schema=_EFFECTS),
        pl.concat(shares),
    )


# From what is said and not from the pairs, which may be a join of millions of rows.
_PAIRS_SQL: Final = """
SELECT from_area, to_area FROM (
  SELECT from_area, to_area FROM spoken_from UNION SELECT from_area, to_area FROM spoken_to
) WHERE from_area IN (SELECT area FROM single_area) AND to_area IN (SELECT area FROM single_area)
ORDER BY from_area, to_area
"""


def _sample(connection: duckdb.DuckDBPyConnection, cells: str, slip: dict[str, Any]) -> pl.DataFrame:
    """All usable cells, or if there are more than `MOST_CELLS` about so many, the same ones in every rerun."""
    found = connection.execute(f"SELECT count(*) FROM ({cells})", slip).fetchone()  # noqa: S608
    one_in = max(1, (found[0] if found else 0) // MOST_CELLS)
    return connection.execute(
        f"SELECT * EXCLUDE (took_freight), took_freight AS is_cif FROM ({cells}) "  # noqa: S608
        "WHERE hash(from_area, to_area, subject, time_period) % $one_in = 0 "
        "ORDER BY from_area, to_area, subject, time_period",
        {**slip, "one_in": one_in},
    ).pl()


def _keep(connection: duckdb.DuckDBPyConnection, shape: Shape, name: str, ratios: pl.DataFrame) -> None:
    connection.register("given_ratio", ratios)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT CAST(r.from_area AS area_of_{shape.theme}) AS from_area, "  # noqa: S608
        f"CAST(r.to_area AS area_of_{shape.theme}) AS to_area, r.cif_fob_ratio, o.since FROM given_ratio r "
        f"LEFT JOIN (SELECT * FROM one_collection WHERE theme = '{shape.theme}') o "
        "ON o.from_area = r.from_area AND o.to_area = r.to_area"
    )
    connection.unregister("given_ratio")


_EFFECTS: Final = {
    "valuation_rule": pl.String,
    "title": pl.String,
    "kind": pl.String,
    "is_default": pl.Boolean,
    **dict.fromkeys(("freight_share", "freight_share_low", "freight_share_high"), pl.Float64),
    **dict.fromkeys(("distance_effect", "distance_error", "border_effect", "border_error"), pl.Float64),
    "pairs_count": pl.Int64,
    **dict.fromkeys(("asymmetry_before", "asymmetry_after", "narrowed_share"), pl.Float64),
    "citation": pl.String,
    "reason": pl.String,
}


def _effect(applied: pl.DataFrame) -> dict[str, Any]:
    """What a rule does to the panel's CIF pairs."""
    ratio = pl.col("cif_fob_ratio").fill_null(1.0)
    before = (pl.col("sent") - pl.col("received")).abs() / (pl.col("sent") + pl.col("received"))
    net = pl.col("received") / ratio
    gaps = applied.select(
        before=before, after=(pl.col("sent") - net).abs() / (pl.col("sent") + net), share=pl.col("cif_fob_ratio") - 1
    )
    low, high = (gaps["share"].quantile(q, "linear") for q in CENTRAL_90)
    return {
        "freight_share": gaps["share"].median(),
        "freight_share_low": low,
        "freight_share_high": high,
        "pairs_count": gaps.height,
        "asymmetry_before": gaps["before"].median(),
        "asymmetry_after": gaps["after"].median(),
        "narrowed_share": gaps.select((pl.col("after") < pl.col("before")).mean()).item(),
    }


def _fitted(fit: FreightFit | None) -> dict[str, Any]:
    """The coefficients of the fitted rule; blank for the others."""
    distance, border = (fit.distance, fit.contiguity) if fit else (None, None)
    return {
        "distance_effect": distance.value if distance else None,
        "distance_error": distance.std_error if distance else None,
        "border_effect": border.value if border else None,
        "border_error": border.std_error if border else None,
        "reason": fit.reason if fit else None,
    }
