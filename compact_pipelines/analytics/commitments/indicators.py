"""The indicators by name: what reads them, and the reason where they tell nothing or not enough."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from compact_pipelines.analytics.commitments import drops, flows, standards, stocks
from compact_pipelines.analytics.commitments.held import Held

Reader = Callable[[Any, Held, Sequence[str]], pl.DataFrame]


@dataclass(frozen=True)
class Indicator:
    """How one indicator is read.

    Attributes:
        read: the function that gives readings.
        absent: the reason of a member without any reading.
        partial: the reason where the bounds of a reading have different verdicts; blank where they are always equal.
        is_state: whether a reading holds until the next one, so that only the last says how things stand. Otherwise
            readings are of periods, and one that cannot be judged does not unsay the one before.
    """

    read: Reader
    absent: str
    partial: str = ""
    is_state: bool = False


INDICATORS: Final[dict[str, Indicator]] = {
    "mirror_agreement": Indicator(flows.read_mirror_agreement, "no_report_held", "reports_missing"),
    "reports_complete": Indicator(flows.read_reports_complete, "no_drop_yet", is_state=True),
    "imports_from_members": Indicator(flows.read_imports_from_members, "no_report_held", "suppliers_not_named"),
    "two_way_movement": Indicator(flows.read_two_way_movement, "no_report_held", "reports_missing"),
    "holdings_by_members": Indicator(stocks.read_holdings_by_members, "no_report_held", "holders_not_named"),
    "permits_against_before": Indicator(stocks.read_permits_against_before, "no_series_held", "reports_missing"),
    "power_against_before": Indicator(stocks.read_power_against_before, "no_series_held", "reports_missing"),
    "trade_agreement_share": Indicator(
        flows.read_trade_agreement_share, "agreement_not_known", "agreement_not_known", is_state=True
    ),
    "instruments_taken_on": Indicator(
        standards.read_instruments_taken_on, "adoption_not_known", "adoption_not_known", is_state=True
    ),
    "common_instruments": Indicator(
        standards.read_common_instruments, "adoption_not_known", "adoption_not_known", is_state=True
    ),
    "infrastructure_count": Indicator(stocks.read_infrastructure_level, "no_series_held", "list_incomplete"),
    "infrastructure_power": Indicator(stocks.read_infrastructure_level, "no_series_held", "list_incomplete"),
    "infrastructure_share": Indicator(stocks.read_infrastructure_share, "no_series_held"),
    "drops_on_time": Indicator(drops.read_drops_on_time, "no_drop_yet"),
    "rows_still_held": Indicator(drops.read_rows_still_held, "no_drop_yet"),
    "withheld_share": Indicator(drops.read_withheld_share, "no_drop_yet"),
}
