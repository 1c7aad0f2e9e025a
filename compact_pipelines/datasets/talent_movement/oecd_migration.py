"""People of foreign nationality in OECD members, by nationality: who came in a year, and who lives there.

Source: OECD, International Migration Database; see schemas/sources/oecd_migration.yaml.
Revised: every year, several years back.
Quirks: rows come in no order; a blank is missing even where its status says "normal value"; persons may be fractional,
since the figures of the United States are estimates of a survey; states that have ended, stateless persons, others and
unions stand among the nationalities; a zero may mean that a nationality is not counted.
"""

from typing import Final

import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.live.answers import Answer
from compact_pipelines.live.formats.codes import areas, statuses
from compact_pipelines.live.formats.flows import TIME, VALUE, Flow, require_codes
from compact_pipelines.live.formats.sdmx import parse_sdmx, within
from compact_pipelines.live.scaling import scaled
from compact_pipelines.pulls import live_core, pull_asset

SOURCE: Final = "oecd_migration"
THEME: Final = "talent_movement"
FLOW: Final = Flow(
    ("OECD.ELS.IMD:DSD_MIG@DF_MIG",),
    ("REF_AREA", "CITIZENSHIP", "FREQ", "MEASURE", "SEX", "BIRTH_PLACE", "EDUCATION_LEV", "UNIT_MEASURE"),
    ("OBS_STATUS", "UNIT_MULT"),
)
MEASURES: Final = {"inflows": "B11", "stocks": "B15"}
STOCK_FLOW: Final = {"B11": "F", "B15": "S"}
BOTH_SEXES: Final = "_T"
ZERO_SAYS: Final = "published as 0, which some countries publish for what they do not count"
AREAS: Final = {"W": "W00"}
# Among the nationalities, and no area.
NO_AREA: Final = {
    "STLS": "stateless persons",
    "W_X": "others",
    "EU15": "a union",
    "EU27_2020": "a union",
    "EU28": "a union",
    "EEA": "a union",
    "XKV": "Kosovo, for which there is no code in ISO 3166",
    "ANT_F": "a former territory",
    "CSK_F": "a state that has ended",
    "SCG_F": "a state that has ended",
    "SUN_F": "a state that has ended",
    "YUG_F": "a state that has ended",
}


def parse_persons(content: bytes, place: str) -> pl.DataFrame:
    """Read an answer as published: one row an observation, all text.

    Raises:
        SourceChanged: the answer is no SDMX message of this flow.
    """
    return parse_sdmx(content, FLOW, place)


def tidy_persons(published: pl.DataFrame, part: str, place: str) -> pl.DataFrame:
    """Shape an answer into the talent_movement contract.

    Args:
        published: from `parse_persons`, persons in units of ten to the power of UNIT_MULT.
        part: inflows or stocks, whose measure the rows must have.
        place: source, part, partition and page, for messages.

    Returns:
        (both sexes together, contract columns without provenance); obs_value in persons, fractions kept. A blank and a
        zero, which may stand for what is not counted, have status O and no value. Nationals of the country itself are
        left out.

    Raises:
        SourceChanged: a code is unknown, or a figure is no number.
    """
    known = {
        "MEASURE": [MEASURES[part]],
        "FREQ": ["A"],
        "UNIT_MEASURE": ["PS"],
        "BIRTH_PLACE": ["_Z"],
        "EDUCATION_LEV": ["_Z"],
        "SEX": [BOTH_SEXES, "F", "M"],
    }
    require_codes(published, known, place)
    rows = published.filter(pl.col("SEX") == BOTH_SEXES)
    published_values = scaled(rows, VALUE, load_contracts().source(SOURCE))
    is_zero = (published_values == 0).fill_null(value=False)
    values = pl.select(pl.when(~is_zero).then(published_values)).to_series()
    return (
        rows.with_columns(
            ref_area=areas(rows["REF_AREA"], place),
            counterpart_area=areas(rows["CITIZENSHIP"], place, special=AREAS, left_out="|".join(NO_AREA)),
            obs_value=values,
            obs_status=statuses(values, rows["OBS_STATUS"], place),
            is_zero=is_zero,
        )
        .filter(pl.col("ref_area") != pl.col("counterpart_area"))
        .select(
            "ref_area",
            "counterpart_area",
            "obs_value",
            "obs_status",
            freq=pl.lit("A"),
            direction=pl.lit("IN"),
            category=pl.lit("FOREIGN_NATIONAL"),
            stock_flow=pl.col("MEASURE").replace_strict(STOCK_FLOW, return_dtype=pl.String),
            unit_measure=pl.lit("PS"),
            time_period=TIME,
            basis=pl.lit("NATIONALITY"),
            comment_obs=pl.concat_str(
                "DATAFLOW", pl.when("is_zero").then(pl.lit(ZERO_SAYS)), separator="; ", ignore_nulls=True
            ),
        )
    )


def read_answer(answer: Answer) -> pl.DataFrame:
    """The rows of one answer in the contract, without provenance."""
    published = within(parse_persons(answer.content, answer.place), answer)
    return tidy_persons(published, answer.part, answer.place)


pull_oecd_migration = pull_asset(SOURCE)
core_oecd_migration = live_core(SOURCE)
