"""What the United States says residents of each area hold and buy of its long-term securities, by month.

Source: US Treasury, Treasury International Capital, SLT Table 1; see schemas/sources/us_treasury_slt.yaml.
Revised: monthly.
Quirks: nine header lines, the last with machine names; millions of dollars; n.a. is not available; a positive net
sale is an increase of the foreign position; countries, regional totals and the grand total share one column.
"""

from typing import Final

import dagster as dg
import polars as pl

from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import DECIMAL, conform, read_csv, require_known, to_decimal
from compact_pipelines.resources import Snapshots
from compact_pipelines.snapshots import Snapshot

SOURCE: Final = "us_treasury_slt"
THEME: Final = "capital_flows"
HEADER_LINES: Final = 8
USD_PER_MILLION: Final = 1_000_000
UNIT_LINE: Final = "Millions of dollars"
MISSING: Final = {"n.a.": "not available"}
# Column of the table: instrument and whether it is a position or what happened in the month.
MEASURES: Final = {
    "for_lt_total_pos": ("P_F_LT", "S"),
    "for_lt_total_net": ("P_F_LT", "F"),
    "for_lt_eqty_pos": ("P_F5", "S"),
    "for_lt_eqty_net": ("P_F5", "F"),
}
# The Treasury's own country codes. Regional totals, groups and areas outside the edition are left out by name.
AREAS: Final = {
    "10251": "BEL",
    "10502": "DNK",
    "10707": "FIN",
    "10804": "FRA",
    "11002": "DEU",
    "11401": "IRL",
    "11509": "ITA",
    "12106": "NLD",
    "12203": "NOR",
    "12505": "ESP",
    "12602": "SWE",
    "12688": "CHE",
    "12807": "TUR",
    "13005": "GBR",
    "15288": "CZE",
    "15768": "POL",
    "29998": "CAN",
    "30309": "BRA",
    "30406": "CHL",
    "30503": "COL",
    "30589": "CRI",
    "31704": "MEX",
    "32204": "PER",
    "41408": "CHN",
    "42005": "HKG",
    "42102": "IND",
    "42218": "IDN",
    "42501": "ISR",
    "42609": "JPN",
    "43001": "KOR",
    "43109": "KWT",
    "43605": "MYS",
    "44806": "PHL",
    "45608": "SAU",
    "46019": "SGP",
    "46302": "TWN",
    "46418": "THA",
    "46604": "ARE",
    "55719": "ZAF",
    "60089": "AUS",
    "61689": "NZL",
    "99996": "W00",
}


def parse_table(content: bytes) -> pl.DataFrame:
    """Read the text table as published: one row per country and month, named by the machine names, all text.

    Raises:
        SourceChanged: the unit line or the line of machine names is not where it was.
    """
    lines = content.decode("utf-8").splitlines()
    if len(lines) <= HEADER_LINES or not lines[HEADER_LINES].startswith("country\tcountry_code\tdate"):
        found = lines[HEADER_LINES][:60] if len(lines) > HEADER_LINES else "the end of the file"
        raise SourceChanged(
            f"{SOURCE}, line {HEADER_LINES + 1}: found {found!r}, expected the machine names country, country_code, "
            "date and so on; the table's head has changed"
        )
    if UNIT_LINE not in [line.strip() for line in lines[:HEADER_LINES]]:
        raise SourceChanged(f"{SOURCE}: the head no longer says {UNIT_LINE!r}; check the unit before reading on")
    return read_csv(content, SOURCE, separator="\t", skip_lines=HEADER_LINES, quote_char=None)


def tidy_table(published: pl.DataFrame) -> pl.DataFrame:
    """Shape the table into the capital_flows contract.

    Args:
        published: (country months, machine names), text, millions of US dollars, from `parse_table`.

    Returns:
        (mapped country months * 4, contract columns without provenance); obs_value in USD, direction IN: what
        residents of the counterpart hold (S) or bought on net (F) of US securities; n.a. has status O and no value.

    Raises:
        SourceChanged: a measure is missing from the table, an area of the edition is missing from the table, or a
            cell is neither a number nor n.a.
    """
    if lost := [name for name in MEASURES if name not in published.columns]:
        raise SourceChanged(f"{SOURCE}: columns {lost} are missing; found {published.columns}")
    require_known(pl.Series(list(AREAS)), published["country_code"], SOURCE, "country codes, absent from the table:")
    ours = published.filter(pl.col("country_code").is_in(list(AREAS)))
    numbers = ours.with_columns(to_decimal(name, SOURCE, ours, MISSING) for name in MEASURES)
    long = numbers.unpivot(
        list(MEASURES), index=("country_code", "date"), variable_name="column", value_name="millions"
    )
    return long.select(
        freq=pl.lit("M"),
        ref_area=pl.lit("USA"),
        counterpart_area=pl.col("country_code").replace_strict(AREAS, return_dtype=pl.String),
        direction=pl.lit("IN"),
        instrument=pl.col("column").replace_strict({name: code for name, (code, _) in MEASURES.items()}),
        stock_flow=pl.col("column").replace_strict({name: kind for name, (_, kind) in MEASURES.items()}),
        time_period="date",
        obs_value=(pl.col("millions") * USD_PER_MILLION).cast(DECIMAL),
        unit_measure=pl.lit("USD"),
        valuation=pl.lit("MARKET"),
        basis=pl.lit("CUSTODY"),
        obs_status=pl.when(pl.col("millions").is_null()).then(pl.lit("O")).otherwise(pl.lit("A")),
        comment_obs=pl.when(pl.col("millions").is_null()).then(pl.lit("published as n.a.")),
    )


@dg.asset(group_name=THEME, kinds={"csv"}, metadata={"source_id": SOURCE, "part": "table1"})
def raw_us_treasury_slt__table1(snapshots: Snapshots) -> Snapshot:
    """The text table, kept byte for byte."""
    return snapshots.take(SOURCE, "table1")


@dg.asset(group_name=THEME, kinds={"polars", "parquet"})
def core_us_treasury_slt(raw_us_treasury_slt__table1: Snapshot) -> pl.DataFrame:
    """US long-term securities held and bought by residents of each area, per month."""
    snapshot = raw_us_treasury_slt__table1
    return conform(THEME, SOURCE, tidy_table(parse_table(snapshot.read())).with_columns(**snapshot.stamp()))
