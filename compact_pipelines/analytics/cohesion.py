"""How much a set of members deals with itself, and how far that is from what size alone explains."""

from collections.abc import Collection, Mapping
from typing import Final

import networkx as nx
import polars as pl

from compact_pipelines.analytics.graphs import build_graph, choose_weights, coverage
from compact_pipelines.analytics.published_totals import totals_by_graph
from compact_pipelines.analytics.structure import measure_density, measure_modularity, measure_reciprocity

COLUMNS: Final = [
    "theme",
    "subject",
    "time_period",
    "bloc",
    "metric",
    "value",
    "reason",
    "members_count",
    "coverage_share",
    "missing_members",
]
OF_BLOC: Final = (
    "intra_share",
    "intra_share_of_totals",
    "intra_export_share",
    "introversion",
    "external_internal",
    "reciprocity",
    "density",
    "modularity",
)
OF_TOTALS: Final = "intra_share_of_totals"
A_PAIR: Final = 2
LEAST_TIES_SHARE: Final = 0.1  # of the ties that a member may have, below which its sums are what few others say
Totals = Mapping[str, float]


def measure_intra_share(internal: float, external: float) -> float | None:
    """2I / (2I + E): share of the members' dealings, both ways, that stay among them; 0 to 1. Grows with size alone.

    Args:
        internal: I, the flows between members, each counted once.
        external: E, the flows that cross the border, both ways together, same unit.
    """
    both = 2 * internal + external
    return 2 * internal / both if both else None


def measure_share_of_totals(internal: float, external: float, totals: Collection[float]) -> float | None:
    """2I / T: share of all that the members trade, with areas that are not held too, that stays among them; 0 to 1.

    Args:
        internal: I, the flows between members, each counted once.
        external: E, the flows held that cross the border, both ways together, same unit.
        totals: exports and imports of each member with the whole world, as published; T is their sum.

    Returns:
        None where the flows held are more than the totals: then the two are not of one thing.
    """
    whole = sum(totals)
    return 2 * internal / whole if whole > 0 and whole >= 2 * internal + external else None


def measure_introversion(internal: float, external: float, outside: float) -> float | None:
    """(HI - HE) / (HI + HE): 1 the members deal only with each other, 0 neutral, -1 only with others.

    HI is the members' share in their own dealings over their share in the outsiders'; HE the same of the outsiders.
    Unlike the intra share it does not grow with size by itself; it depends on which outsiders are counted.

    Args:
        internal: I, flows between members, each counted once.
        external: E, flows that cross the border, both ways together.
        outside: O, flows between outsiders, each counted once.

    Returns:
        From -1 to 1; None where nothing crosses the border or no two outsiders deal with each other.

    Source: Iapadre, Regional integration and the gravity of world trade (2006).
    """
    if not external or not outside:
        return None
    # HI / HE is 4 I O / E E: so written, no share near 1 is taken from 1.
    inward, outward = 4 * internal * outside, external * external
    return (inward - outward) / (inward + outward)


def measure_external_internal(internal: float, external: float) -> float | None:
    """(E - I) / (E + I): -1 all ties are internal, 1 all are external.

    Source: Krackhardt and Stern, Informal networks and organizational crises (1988).
    """
    return (external - internal) / (external + internal) if external + internal else None


def measure_bloc(graph: "nx.DiGraph[str]", bloc: Collection[str], totals: Totals) -> dict[str, float | None]:
    """All measures of one set of members in one graph.

    Args:
        graph: directed flows among all areas that are held; outsiders are those of them that are no members.
        bloc: the members.
        totals: area to its exports and imports with the whole world, as published.

    Returns:
        Each of OF_BLOC to its value, None where there is none; `why_blank` says why.
    """
    members = set(bloc)
    if refuse(graph, members):
        return dict.fromkeys(OF_BLOC)
    sums = {"internal": 0.0, "external": 0.0, "outward": 0.0, "outside": 0.0}
    weight: float
    for start, end, weight in graph.edges(data="weight"):
        inside = (start in members) + (end in members)
        sums[("outside", "external", "internal")[inside]] += weight
        if start in members and end not in members:
            sums["outward"] += weight
    within: nx.DiGraph[str] = nx.DiGraph()
    within.add_nodes_from(sorted(members))  # a subgraph's own order differs from one process to the next
    within.add_edges_from(graph.subgraph(members).edges(data=True))
    exports = sums["internal"] + sums["outward"]
    return {
        "intra_share": measure_intra_share(sums["internal"], sums["external"]),
        OF_TOTALS: None if members - totals.keys() else _of_totals(sums, [totals[area] for area in sorted(members)]),
        "intra_export_share": sums["internal"] / exports if exports else None,
        "introversion": measure_introversion(sums["internal"], sums["external"], sums["outside"]),
        "external_internal": measure_external_internal(sums["internal"], sums["external"]),
        "reciprocity": measure_reciprocity(within),
        "density": measure_density(within),
        "modularity": measure_modularity(graph, [members, set(graph) - members]),
    }


def _of_totals(sums: Mapping[str, float], totals: Collection[float]) -> float | None:
    return measure_share_of_totals(sums["internal"], sums["external"], totals)


def refuse(graph: "nx.DiGraph[str]", bloc: Collection[str]) -> tuple[str, list[str]] | None:
    """Why a set has no measure at all in a graph, and the members that are the reason; None where it has.

    A member of which no flow is held, or fewer than LEAST_TIES_SHARE of all it may have, is unknown: what it deals with
    the others would look like zero.
    """
    if len(set(bloc)) < A_PAIR:
        return "fewer_than_two_members", []
    least = LEAST_TIES_SHARE * 2 * (len(graph) - 1)
    missing = sorted(area for area in set(bloc) if area not in graph or graph.degree(area) < least)
    return ("member_without_data", missing) if missing else None


def why_blank(graph: "nx.DiGraph[str]", bloc: Collection[str], totals: Totals, metric: str) -> tuple[str, list[str]]:
    """Why a measure of a set has no value, and the members that are the reason, if any; arguments as `measure_bloc`.

    fewer_than_two_members; member_without_data, none of its flows is held or hardly any; no_published_total;
    held_exceeds_totals, the flows held are more than the published totals; undefined, 0/0.
    """
    if refusal := refuse(graph, bloc):
        return refusal
    if metric != OF_TOTALS:
        return "undefined", []
    missing = sorted(set(bloc) - totals.keys())
    return ("no_published_total", missing) if missing else ("held_exceeds_totals", [])


def measure_asymmetry(flows: pl.DataFrame, bloc: Collection[str]) -> float | None:
    """How far the members' two reports of their flows are apart, errors not allowed to cancel: sum |X-M| / sum (X+M).

    Args:
        flows: out_mirror_flows of one theme, subject and year.
        bloc: the members.

    Returns:
        0 to 1; None where no flow between members has two independent reports.
    """
    inside = pl.col("from_area").is_in(list(bloc)) & pl.col("to_area").is_in(list(bloc))
    sides = flows.filter(inside & pl.col("asymmetry").is_not_null()).select(
        pl.col("reported_by_from", "reported_by_to").cast(pl.Float64)
    )
    gap = float((sides["reported_by_from"] - sides["reported_by_to"]).abs().sum())
    total = float((sides["reported_by_from"] + sides["reported_by_to"]).sum())
    return gap / total if total else None


def build_cohesion(flows: pl.DataFrame, residuals: pl.DataFrame, blocs: Mapping[str, Collection[str]]) -> pl.DataFrame:
    """Measure every set of members in the graph of every theme, subject and year that at least half its areas report.

    Args:
        flows: out_mirror_flows among the areas of the scenario.
        residuals: out_total_residuals, for the totals that areas publish.
        blocs: set to its members.

    Returns:
        (graphs * sets * 9, columns of schemas/published/out_cohesion.yaml), sorted by key.
    """
    yearly = flows.filter(pl.col("freq") == "A")
    published = dict(totals_by_graph(residuals))
    rows: list[dict[str, object]] = []
    keys = ["theme", "subject", "time_period"]
    for (theme, subject, year), group in choose_weights(yearly).group_by(keys, maintain_order=True):
        graph = build_graph(group.select("from_area", "to_area", "weight").iter_rows())
        share = coverage(group)
        if share is None:
            continue
        code, _, kind = str(subject).partition("/")
        is_same = (pl.col("theme") == theme) & (pl.col("subject") == code) & (pl.col("time_period") == year)
        both = yearly.filter(is_same & (pl.col("stock_flow") == kind if kind else pl.lit(value=True)))
        totals = published.get((str(theme), code, str(year)), {})
        for bloc, members in blocs.items():
            apart = None if refuse(graph, members) else measure_asymmetry(both, members)
            measured = {**measure_bloc(graph, members, totals), "asymmetry": apart}
            place = {"theme": theme, "subject": subject, "time_period": year, "bloc": bloc, "coverage_share": share}
            place["members_count"] = sum(1 for area in set(members) if area in graph)
            for metric, value in measured.items():
                reason, missing = (None, []) if value is not None else why_blank(graph, members, totals, metric)
                told = {"reason": reason, "missing_members": ",".join(missing) or None}
                rows.append({**place, "metric": metric, "value": value, **told})
    types = {"value": pl.Float64, "members_count": pl.Int64, "coverage_share": pl.Float64}
    frame = pl.DataFrame(rows, schema={name: types.get(name, pl.String) for name in COLUMNS})
    return frame.sort("theme", "subject", "time_period", "bloc", "metric")
