"""Every question a page asks of the edition, in SQL: one module a page, and `edition`, which they share."""

from compact_app.queries.alliance_graph import graph_edges, graph_metrics, graph_places, graph_subjects, graph_year
from compact_app.queries.country_pair import Flow, pair_flows, pair_partners, pair_subjects
from compact_app.queries.dependencies import Subject, dependency_rows, dependency_subjects, suppliers
from compact_app.queries.edition import (
    Edition,
    ask,
    current_edition,
    membership,
    sources,
    table_for_download,
    tables,
    whole_table,
)
from compact_app.queries.exchange import (
    drop_effects,
    drop_findings,
    drop_held_rows,
    drop_revisions,
    exchange_calendar,
    exchange_drops,
    exchange_partners,
)
from compact_app.queries.overview import changes, headline_series, label_points, largest_disputed_pair, topology
from compact_app.queries.standards import adoptions, unverified_rows

__all__ = [
    "Edition",
    "Flow",
    "Subject",
    "adoptions",
    "ask",
    "changes",
    "current_edition",
    "dependency_rows",
    "dependency_subjects",
    "drop_effects",
    "drop_findings",
    "drop_held_rows",
    "drop_revisions",
    "exchange_calendar",
    "exchange_drops",
    "exchange_partners",
    "graph_edges",
    "graph_metrics",
    "graph_places",
    "graph_subjects",
    "graph_year",
    "headline_series",
    "label_points",
    "largest_disputed_pair",
    "membership",
    "pair_flows",
    "pair_partners",
    "pair_subjects",
    "sources",
    "suppliers",
    "table_for_download",
    "tables",
    "topology",
    "unverified_rows",
    "whole_table",
]
