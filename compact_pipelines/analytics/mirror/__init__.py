"""Mirror data: both reports of one flow beside each other, how far apart they are, and one value with an interval.

Terms: X is what the area of departure reports (exports, outward), M what the area of arrival reports (imports,
inward), both of the same flow, product, period and unit. Nothing is paired that is not the same thing.
"""

from compact_pipelines.analytics.mirror.engine import Reconciliation, reconcile
from compact_pipelines.analytics.mirror.gaps import build_gaps
from compact_pipelines.analytics.mirror.measures import (
    aggregate_asymmetry,
    asymmetry,
    reporting_distance,
    share_of_imports,
    signed_asymmetry,
)
from compact_pipelines.analytics.mirror.references import References
from compact_pipelines.analytics.mirror.residuals import build_total_residuals
from compact_pipelines.analytics.mirror.totals import build_world_totals

__all__ = [
    "Reconciliation",
    "References",
    "aggregate_asymmetry",
    "asymmetry",
    "build_gaps",
    "build_total_residuals",
    "build_world_totals",
    "reconcile",
    "reporting_distance",
    "share_of_imports",
    "signed_asymmetry",
]
