"""The simple shares: how much of their trade a set of members keeps to itself, with and without the candidates."""

from collections.abc import Collection
from typing import Any, Final

from compact_pipelines.analytics.cohesion import measure_bloc, why_blank
from compact_pipelines.analytics.graphs import build_graph
from compact_pipelines.analytics.published_totals import both_ways
from compact_pipelines.scenarios.inputs import ALL_GOODS, GOODS, Inputs

SHARES: Final = (
    "intra_share",
    "intra_share_of_totals",
    "intra_export_share",
    "introversion",
    "external_internal",
    "reciprocity",
    "density",
)
NOTE: Final = (
    "All but intra_share_of_totals count trade with the {count} areas held and no other; intra_share_of_totals is of "
    "all goods trade, as members publish their totals with the world."
)


def simple_shares(inputs: Inputs, members: Collection[str], candidates: Collection[str]) -> dict[str, Any]:
    """How much of the goods trade the members keep among themselves, before and after the candidates join.

    The flows do not change: the same trade is counted with another border. Measures as in `analytics.cohesion`.

    Returns:
        `theme`, `subject`, `time_period`, `areas_count` (areas with a tie, outsiders included), `note`; `before` and
        `after`: measure to value, None where there is none; `reasons` and `missing`, each with `before` and `after`:
        measure to why it has no value (see `analytics.cohesion.why_blank`), and to the areas that are the reason.
    """
    graph, totals = build_graph(inputs.goods.iter_rows()), both_ways(inputs.totals)
    sets = {"before": {*members}, "after": {*members, *candidates}}
    values, reasons, missing = {}, dict[str, dict[str, str]](), dict[str, dict[str, list[str]]]()
    for moment, areas in sets.items():
        measured = measure_bloc(graph, areas, totals)
        blank = {name: why_blank(graph, areas, totals, name) for name in SHARES if measured[name] is None}
        values[moment] = {name: measured[name] for name in SHARES}
        reasons[moment] = {name: why for name, (why, _) in blank.items()}
        missing[moment] = {name: codes for name, (_, codes) in blank.items() if codes}
    return {
        "theme": GOODS,
        "subject": ALL_GOODS,
        "time_period": inputs.goods_year,
        "areas_count": len(graph),
        "note": NOTE.format(count=len(graph)),
        **values,
        "reasons": reasons,
        "missing": missing,
    }
