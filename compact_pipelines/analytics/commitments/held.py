"""What is looked at in an edition: one statement each, over its tables by their published names."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import duckdb
import polars as pl

WITHHELD_THEMES: Final = ("compute_exports", "capital_flows", "talent_movement", "infrastructure")
# A drop row that not everybody sees: blank with Q in the public's file, with its status in a negotiator's.
_WITHHELD: Final = " UNION ALL ".join(
    f"SELECT ref_area, left(time_period, 4) AS time_period, source_id, "  # noqa: S608  (names are ours)
    f"obs_status = 'Q' OR conf_status NOT IN ('F', 'E') AS is_withheld FROM {theme} WHERE drop_id IS NOT NULL"
    for theme in WITHHELD_THEMES
)

HELD_SQL: Final[dict[str, str]] = {
    "flows": """
        SELECT theme, subject, stock_flow, time_period, from_area, to_area,
               CAST(reported_by_from AS DOUBLE) AS reported_by_from, CAST(reported_by_to AS DOUBLE) AS reported_by_to,
               asymmetry_valued, same_source, source_from, source_to
        FROM out_mirror_flows WHERE freq = 'A' AND unit_measure IN ('USD', 'PS')
        ORDER BY theme, subject, stock_flow, time_period, from_area, to_area
    """,
    "imports": """
        SELECT theme, subject, stock_flow, time_period, area, source_id, total_value, unnamed_share
        FROM out_dependency WHERE reported_by = 'area' AND reason IS NULL
        ORDER BY theme, subject, stock_flow, time_period, area
    """,
    "holdings": """
        SELECT ref_area, counterpart_area, instrument, time_period, CAST(obs_value AS DOUBLE) AS obs_value, source_id
        FROM capital_flows WHERE is_preferred AND direction = 'IN' AND stock_flow = 'S' AND freq = 'M'
        ORDER BY ref_area, counterpart_area, instrument, time_period
    """,
    "permits": """
        SELECT ref_area, counterpart_area, category, time_period, CAST(obs_value AS DOUBLE) AS obs_value, source_id
        FROM talent_movement
        WHERE is_preferred AND direction = 'IN' AND stock_flow = 'F' AND freq = 'A' AND unit_measure = 'PS'
        ORDER BY ref_area, counterpart_area, category, time_period
    """,
    "infrastructure": """
        SELECT ref_area, counterpart_area, indicator, unit_measure, freq, time_period,
               CAST(obs_value AS DOUBLE) AS obs_value, source_id
        FROM infrastructure WHERE is_preferred
        ORDER BY ref_area, counterpart_area, indicator, unit_measure, freq, time_period
    """,
    "adoptions": """
        SELECT ref_area, instrument, time_period, adoption_status, source_id
        FROM standards_adoption WHERE is_preferred AND source_tier <> 'secondary'
        ORDER BY ref_area, instrument, time_period, event_date
    """,
    "agreements": """
        SELECT area_1, area_2, has_agreement, in_force_since, time_period, source_id FROM trade_agreements
        ORDER BY area_1, area_2
    """,
    "drops": """
        SELECT partner, year(due_date) AS due_year, year(received_at AT TIME ZONE 'UTC') AS received_year, days_late,
               rows_in, rows_held_open
        FROM exchange_drops
        WHERE status IN ('ACCEPTED', 'ACCEPTED_WITH_HELD_ROWS', 'HELD') AND NOT is_withdrawn ORDER BY drop_number
    """,
    "partners": "SELECT partner, reporters FROM exchange_partners ORDER BY partner",
    "withheld": f"""
        SELECT ref_area, time_period, count(*) AS rows_count, count(*) FILTER (is_withheld) AS withheld_count,
               string_agg(DISTINCT source_id, ', ' ORDER BY source_id) AS source_id
        FROM ({_WITHHELD}) GROUP BY ref_area, time_period ORDER BY ref_area, time_period
    """,  # noqa: S608  (as above)
}


@dataclass(frozen=True)
class Held:
    """The answers to HELD_SQL, by name."""

    flows: pl.DataFrame
    imports: pl.DataFrame
    holdings: pl.DataFrame
    permits: pl.DataFrame
    infrastructure: pl.DataFrame
    adoptions: pl.DataFrame
    agreements: pl.DataFrame
    drops: pl.DataFrame
    partners: pl.DataFrame
    withheld: pl.DataFrame

    @classmethod
    def read(cls, ask: Callable[[str], pl.DataFrame]) -> "Held":
        """Ask an edition, or tables under their published names, all of HELD_SQL."""
        return cls(**{name: ask(sql) for name, sql in HELD_SQL.items()})

    @classmethod
    def of(cls, tables: Mapping[str, pl.DataFrame]) -> "Held":
        """The same of frames, by the names of the tables they will be published as."""
        with duckdb.connect() as connection:
            for name, frame in tables.items():
                connection.register(name, frame)
            return cls.read(lambda sql: connection.execute(sql).pl())
