"""Manufactures that 69 countries sold to each other and to themselves: what the gravity model is estimated on.

Source: Yotov, Piermartini, Monteiro and Larch, An Advanced Guide to Trade Policy Analysis (WTO and UNCTAD 2016); see
schemas/sources/trade_policy_guide.yaml.
Revised: not any more.
Quirks: years and flags are printed as doubles; Romania has its former code; a zero may be a flow nobody reported; RTA
marks agreements since 1986 only, a pair with an older one is 0 throughout.
"""

from typing import Final

import dagster as dg
import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import read_csv, require_columns, require_known
from compact_pipelines.resources import Snapshots
from compact_pipelines.snapshots import Snapshot

SOURCE: Final = "trade_policy_guide"
THEME: Final = "reference"
COLUMNS: Final = ["exporter", "importer", "year", "trade", "RTA"]
FLAG_VALUES: Final = {"0.0": 0, "1.0": 1}
OLD_CODES: Final = {"ROM": "ROU"}
YEAR: Final = r"^[0-9]{4}\.0$"
# A double in full: no decimal type of ours holds its fifteen digits, and the published estimates rest on them.
AMOUNT: Final = r"^[0-9]+(\.[0-9]+)?(e-[0-9]+)?$"
SHOWN: Final = 3


def parse_panel(content: bytes) -> pl.DataFrame:
    """Read a part of the panel as it stands: one row per pair and year, all text.

    Raises:
        SourceChanged: the bytes are not such a table.
    """
    return read_csv(content, SOURCE)


def tidy_panel(published: pl.DataFrame) -> pl.DataFrame:
    """Shape a part of the panel into flows within and between areas.

    Args:
        published: (pairs and years, COLUMNS), text, millions of US dollars and flags, from `parse_panel`.

    Returns:
        (pairs and years, [from_area, to_area, time_period, trade_musd, rta]), sorted; the amounts are the doubles that
        the text says, not rounded.

    Raises:
        SourceChanged: unknown columns, codes, years or flags, an amount that is no number or less than zero, or a year
            in which a pair is missing or stands twice: a model of the whole needs each, within countries too.
    """
    require_columns(published, COLUMNS, SOURCE)
    areas = {code: code for code, row in load_contracts().codelists["area"].rows.items() if row["kind"] == "area"}
    areas |= OLD_CODES
    for column in ("exporter", "importer"):
        require_known(published[column], areas, SOURCE, f"country codes in {column}")
    require_known(published["RTA"].fill_null("blank"), FLAG_VALUES, SOURCE, "flags in RTA")
    _require_form(published, "year", YEAR, "years, such as 1994.0")
    _require_form(published, "trade", AMOUNT, "amounts of zero or more")
    panel = published.select(
        from_area=pl.col("exporter").replace_strict(areas, return_dtype=pl.String),
        to_area=pl.col("importer").replace_strict(areas, return_dtype=pl.String),
        time_period=pl.col("year").str.slice(0, 4),
        trade_musd=pl.col("trade").cast(pl.Float64),
        rta=pl.col("RTA").replace_strict(FLAG_VALUES, return_dtype=pl.Int64),
    ).sort("time_period", "from_area", "to_area")
    _require_every_pair(panel)
    return panel


def _require_form(published: pl.DataFrame, column: str, pattern: str, what: str) -> None:
    wrong = (~published[column].str.contains(pattern).fill_null(value=False)).arg_true()
    if not wrong.is_empty():
        shown = [f"row {row + 1}: {published[column][row]!r}" for row in wrong.head(SHOWN)]
        raise SourceChanged(f"{SOURCE}, column {column}: {len(wrong):,} cells are no {what} ({', '.join(shown)})")


def _require_every_pair(panel: pl.DataFrame) -> None:
    for (year,), pairs in panel.group_by("time_period", maintain_order=True):
        members = set(pairs["from_area"]) | set(pairs["to_area"])
        rows, held, wanted = pairs.height, pairs.n_unique(["from_area", "to_area"]), len(members) ** 2
        if held != wanted or rows != held:
            raise SourceChanged(
                f"{SOURCE}: {year} has {rows:,} rows on {held:,} pairs of {len(members)} countries; expected each of "
                f"the {wanted:,} pairs once, countries with themselves included"
            )


@dg.asset(group_name=THEME, kinds={"csv"}, metadata={"source_id": SOURCE, "part": "years_1986_1994"})
def raw_trade_policy_guide__years_1986_1994(snapshots: Snapshots) -> Snapshot:
    """The panel's years 1986, 1990 and 1994, kept byte for byte."""
    return snapshots.take(SOURCE, "years_1986_1994")


@dg.asset(group_name=THEME, kinds={"csv"}, metadata={"source_id": SOURCE, "part": "years_1998_2006"})
def raw_trade_policy_guide__years_1998_2006(snapshots: Snapshots) -> Snapshot:
    """The panel's years 1998, 2002 and 2006, kept byte for byte."""
    return snapshots.take(SOURCE, "years_1998_2006")


@dg.asset(group_name=THEME, kinds={"polars", "parquet"})
def core_trade_policy_guide(
    raw_trade_policy_guide__years_1986_1994: Snapshot, raw_trade_policy_guide__years_1998_2006: Snapshot
) -> pl.DataFrame:
    """Manufactures from one country to another, or to itself, per year, and whether an agreement came since 1986."""
    parts = (raw_trade_policy_guide__years_1986_1994, raw_trade_policy_guide__years_1998_2006)
    return pl.concat(
        tidy_panel(parse_panel(part.read())).with_columns(
            source_id=pl.lit(SOURCE), snapshot_id=pl.lit(part.snapshot_id)
        )
        for part in parts
    )
