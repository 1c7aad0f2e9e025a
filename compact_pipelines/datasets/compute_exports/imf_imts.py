"""What each economy tells the IMF that it sells to and buys from each partner, by year: all goods.

Source: IMF, International Trade in Goods by partner country; see schemas/sources/imf_imts.yaml.
Revised: monthly; the version of the flow that answered stands in comment_obs.
Quirks: SCALE is a hint for display and never applied; the unit and the valuation stand at the indicator's group, not at
the series; groups of countries stand beside countries, of which the world (G001) is kept; an importer may have a FOB
and a CIF figure of the same trade, of which one is taken.
"""

from typing import Final

import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.errors import SourceChanged
from compact_pipelines.live.answers import Answer
from compact_pipelines.live.formats.codes import areas, statuses
from compact_pipelines.live.formats.flows import TIME, VALUE, Flow, require_codes
from compact_pipelines.live.formats.sdmx import column, parse_sdmx, within
from compact_pipelines.live.scaling import scaled
from compact_pipelines.pulls import live_core, pull_asset

SOURCE: Final = "imf_imts"
THEME: Final = "compute_exports"
FLOW: Final = Flow(
    ("IMF.STA:IMTS", "IMF.STA:DSD_IMTS"),
    ("COUNTRY", "INDICATOR", "COUNTERPART_COUNTRY", "FREQUENCY"),
    ("UNIT", "DERIVATION_TYPE"),
)
FLOWS: Final = {"XG_FOB_USD": "X", "MG_FOB_USD": "M", "MG_CIF_USD": "M"}
VALUATIONS: Final = {"XG_FOB_USD": "FOB", "MG_FOB_USD": "FOB", "MG_CIF_USD": "CIF"}
AREAS: Final = {"G001": "W00", "WBG": "PSE"}
# Groups and organisations have a number in their code; departments of the Fund, states that have ended and Kosovo do
# not.
NO_AREA: Final = r"[A-Z]{1,2}[0-9][0-9A-Z]*|AFR|APD|EUR|MCD|WHD|ANT|CSK|DDR|SCG|SUN|YUG|YAR|YMD|CWX|KOS|XKX"
# The Fund's code list of derivations: what it estimated, and what it made of the counterparts' figures.
ESTIMATED: Final = ("SE", "SEME", "SEHI", "SP")
OF_COUNTERPARTS: Final = ("SC", "SCC")
DERIVATIONS: Final = (*ESTIMATED, *OF_COUNTERPARTS, "O", "OU", "R", "M", "FA", "TPD")
STATUSES: Final = {"C": "Q", "NP": "O"}


def parse_goods(content: bytes, place: str) -> pl.DataFrame:
    """Read an answer as published: one row per reporter, indicator, partner and period, all text.

    Raises:
        SourceChanged: the answer is no SDMX message of this flow.
    """
    return parse_sdmx(content, FLOW, place)


def tidy_goods(published: pl.DataFrame, place: str) -> pl.DataFrame:
    """Shape an answer into the compute_exports contract.

    Args:
        published: from `parse_goods`; OBS_VALUE in US dollars, whatever SCALE says.
        place: source, part, partition and page, for messages.

    Returns:
        (yearly figures of areas and the world, contract columns without provenance); obs_value in USD. An estimate of
        the Fund has status E, a sum of counterparts' figures status I and imputed_mirror. Of an importer's FOB and CIF
        figure one stands, see `_one_a_trade`.

    Raises:
        SourceChanged: a code is unknown, the unit is not the US dollar, or a figure is no number.
    """
    known = {"INDICATOR": FLOWS, "FREQUENCY": ["A"], "UNIT": ["USD"], "DERIVATION_TYPE": DERIVATIONS}
    require_codes(published, known, place)
    if strange := published.filter(~pl.col(TIME).str.contains(r"^[0-9]{4}$"))[TIME].unique().sort().to_list():
        raise SourceChanged(f"{place}: periods {strange[:3]} are no years, though FREQUENCY is A")
    values = scaled(published, VALUE, load_contracts().source(SOURCE))
    status = statuses(values, column(published, "STATUS"), place, special=STATUSES)
    derived = pl.col("DERIVATION_TYPE")
    is_imputed = derived.is_in(OF_COUNTERPARTS).fill_null(value=False)
    frame = published.with_columns(
        reporter=areas(published["COUNTRY"], place, special=AREAS, left_out=NO_AREA),
        partner=areas(published["COUNTERPART_COUNTRY"], place, special=AREAS, left_out=NO_AREA),
        obs_value=values,
        status=status,
    ).filter(pl.col("reporter") != pl.col("partner"))
    frame = _one_a_trade(frame)
    has_normal_value = pl.col("obs_value").is_not_null() & (pl.col("status") == "A")
    return frame.select(
        freq=pl.lit("A"),
        ref_area="reporter",
        counterpart_area="partner",
        flow=pl.col("INDICATOR").replace_strict(FLOWS, return_dtype=pl.String),
        product=pl.lit("TOTAL"),
        time_period=TIME,
        obs_value="obs_value",
        unit_measure=pl.lit("USD"),
        valuation=pl.col("INDICATOR").replace_strict(VALUATIONS, return_dtype=pl.String),
        basis=pl.lit("MIXED"),
        imputed_mirror=is_imputed,
        obs_status=pl.when(has_normal_value & is_imputed)
        .then(pl.lit("I"))
        .when(has_normal_value & derived.is_in(ESTIMATED))
        .then(pl.lit("E"))
        .otherwise("status"),
        comment_obs=pl.concat_str("DATAFLOW", pl.lit(", derivation "), derived.fill_null("not stated")),
    )


def _one_a_trade(rows: pl.DataFrame) -> pl.DataFrame:
    """Of several indicators of one trade the first that has a figure, was not derived by the Fund, and is FOB.

    Where both are stated the CIF figure is as a rule the Fund's, made of the FOB one; where the FOB figure is marked as
    derived, it is the other way round. Two rows of one indicator both stay, for the check of keys to find.
    """
    is_derived = pl.col("DERIVATION_TYPE").is_in([*ESTIMATED, *OF_COUNTERPARTS]).fill_null(value=False)
    is_cif = pl.col("INDICATOR").replace_strict(VALUATIONS, return_dtype=pl.String) == "CIF"
    rank = 4 * pl.col("obs_value").is_null().cast(pl.Int8) + 2 * is_derived.cast(pl.Int8) + is_cif.cast(pl.Int8)
    flow = pl.col("INDICATOR").replace_strict(FLOWS, return_dtype=pl.String)
    return rows.filter(rank == rank.min().over("reporter", "partner", flow, TIME))


def read_answer(answer: Answer) -> pl.DataFrame:
    """The rows of one answer in the contract, without provenance."""
    return tidy_goods(within(parse_goods(answer.content, answer.place), answer), answer.place)


pull_imf_imts = pull_asset(SOURCE)
core_imf_imts = live_core(SOURCE)
