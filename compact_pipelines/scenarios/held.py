"""All that questions about a membership need of an edition: what the model needs, and tables of the simple measures."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.scenarios.inputs import Ask
from compact_pipelines.scenarios.inputs import Inputs as ModelInputs
from compact_pipelines.scenarios.inputs import load_inputs as load_model_inputs

PEOPLE: Final = ("MIGRANT", "ORCID_RESEARCHERS")  # told by hosts of all origins, so in both directions
SHARES_HELD: Final = "P_F5"  # the one kind of position that has totals of both sides

_PEOPLE_SQL: Final = f"""
SELECT subject, time_period, from_area, to_area, reported_by_to::DOUBLE AS value, source_to AS source_id
FROM out_mirror_flows
WHERE theme = 'talent_movement' AND freq = 'A' AND subject IN {PEOPLE} AND reported_by_to IS NOT NULL
QUALIFY time_period = max(time_period) OVER (PARTITION BY subject)
ORDER BY subject, from_area, to_area
"""  # noqa: S608  (codes of ours)
_STATUSES_SQL: Final = """
SELECT ref_area AS area, instrument, time_period, adoption_status, source_id FROM standards_adoption
WHERE is_preferred AND adoption_status IS NOT NULL AND source_tier <> 'secondary'
ORDER BY ref_area, instrument, time_period
"""
_CAPITAL_SQL: Final = f"""
SELECT * FROM out_capital_intensity WHERE subject = '{SHARES_HELD}'
QUALIFY time_period = max(time_period) OVER () ORDER BY from_area, to_area, metric
"""  # noqa: S608  (as above)


@dataclass(frozen=True)
class Tables:
    """What the edition holds for the measures that are not of goods.

    Attributes:
        people: people who live elsewhere, as their hosts count them, of the last year of each kind: (pairs, [subject,
            time_period, from_area, to_area, value, source_id]).
        statuses: of standards, as official texts show them; what rests on a secondary source is unknown: (statuses,
            [area, instrument, time_period, level, source_id]), one row from when a status holds until a later one.
        capital: shares held across borders in the last year: (pairs, columns of out_capital_intensity).
    """

    people: pl.DataFrame
    statuses: pl.DataFrame
    capital: pl.DataFrame


@dataclass(frozen=True)
class Inputs(ModelInputs):
    """What an edition says to all questions.

    Attributes:
        tables: what the simple measures of people, standards and capital rest on.
    """

    tables: Tables


def load_inputs(ask: Ask) -> Inputs:
    """Read them from an edition.

    Args:
        ask: gives the rows of one SQL statement on the edition.

    Raises:
        ModelRefused: the edition has no estimate or no base.
    """
    return Inputs(**vars(load_model_inputs(ask)), tables=load_tables(ask))


def load_tables(ask: Ask) -> Tables:
    """Those of the simple measures alone."""
    levels = {code: int(level) for code, level in load_contracts().codelists["adoption_status"].column("level").items()}
    level = pl.col("adoption_status").replace_strict(levels, return_dtype=pl.Int64)
    return Tables(
        people=ask(_PEOPLE_SQL),
        statuses=ask(_STATUSES_SQL).with_columns(level=level).drop("adoption_status"),
        capital=ask(_CAPITAL_SQL),
    )
