"""Which trade agreement links two economies, and which of 16 provisions it holds.

Source: World Bank, Deep Trade Agreements, by way of penppml; see schemas/sources/worldbank_agreements.yaml.
Revised: not any more; the panel ends in 2016.
Quirks: one row stands for both directions of a pair; numbers and flags are printed as doubles; 0.0 is no agreement; an
agreement may have a number and no name; Belgium stands with Luxembourg; a pair may lack a year.
"""

from collections.abc import Collection
from typing import Final

import dagster as dg
import polars as pl

from compact_pipelines.analytics.agreements import build_trade_agreements
from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.agreements import load_trade_agreements
from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import read_csv, require_columns, require_known
from compact_pipelines.resources import Snapshots
from compact_pipelines.snapshots import Snapshot

SOURCE: Final = "worldbank_agreements"
THEME: Final = "reference"
KEY: Final = ["exp", "imp", "time", "id", "agreement"]
# Antidumping, competition, technical barriers, trade facilitation, environment, export taxes, investment, intellectual
# property, labour, movement of capital, services, state trading enterprises: the publisher's numbers.
PROVISIONS: Final = [
    "ad_prov_14",
    "cp_prov_23",
    "tbt_prov_07",
    "tbt_prov_33",
    "tf_prov_41",
    "tf_prov_45",
    "env_prov_18",
    "et_prov_38",
    "inv_prov_22",
    "ipr_prov_15",
    "ipr_prov_44",
    "lm_prov_10",
    "moc_prov_21",
    "ser_prov_47",
    "ste_prov_30",
    "cp_prov_26",
]
LAST_YEAR: Final = "2016"
NO_AGREEMENT: Final = "0.0"
FLAG_VALUES: Final = {"0.0": 0, "1.0": 1}
WITH_LUXEMBOURG: Final = {"BLX": "BEL"}
YEAR: Final = r"^[0-9]{4}$"
NUMBER: Final = r"^[0-9]+\.0$"
SHOWN: Final = 3


def parse_pairs(content: bytes) -> pl.DataFrame:
    """Read a part of the panel as it stands: one row per pair and year, all text.

    Raises:
        SourceChanged: the bytes are not such a table.
    """
    return read_csv(content, SOURCE)


def tidy_agreements(present: pl.DataFrame, earlier: pl.DataFrame, partial: Collection[str] = ()) -> pl.DataFrame:
    """Shape the panel into the agreement of each pair in its last year, and since when one is seen.

    Args:
        present: (pairs of LAST_YEAR, KEY and PROVISIONS), text, from `parse_pairs`.
        earlier: (pairs and earlier years, KEY), text, likewise.
        partial: names of schemes on some tariffs only; years under one count towards such a scheme and no agreement.

    Returns:
        (pairs of areas, [area_1, area_2, has_agreement, agreement, agreement_number, seen_since, time_period,
        provisions_count, provisions]), area_1 before area_2, sorted. `seen_since` is the first held year of the run of
        held years with an agreement (with a scheme, where one is the last) that ends in the last one: it began in that
        year or before. What belongs to an agreement is missing where there is none; 0 of the provisions is a finding.

    Raises:
        SourceChanged: unknown columns, codes or flags, a year or a number in another form, a name or a provision
            without an agreement, or a pair that stands twice in a year.
    """
    require_columns(present, [*KEY, *PROVISIONS], SOURCE)
    require_columns(earlier, KEY, SOURCE)
    for column in PROVISIONS:
        require_known(present[column].fill_null("blank"), FLAG_VALUES, SOURCE, f"flags in {column}")
    pairs, before = _keyed(present), _keyed(earlier)
    if (other := set(pairs["time_period"]) - {LAST_YEAR}) or LAST_YEAR in before["time_period"]:
        raise SourceChanged(
            f"{SOURCE}: the parts hold other years than {LAST_YEAR} and those before it ({sorted(other) or LAST_YEAR})"
        )
    flags = pairs.with_columns(
        provisions_count=pl.sum_horizontal(pl.col(name).replace_strict(FLAG_VALUES) for name in PROVISIONS),
        provisions=pl.concat_str(
            [pl.when(pl.col(name) == "1.0").then(pl.lit(name)) for name in PROVISIONS], separator=",", ignore_nulls=True
        ),
    )
    if not (empty := flags.filter(~pl.col("has_agreement") & (pl.col("provisions_count") > 0))).is_empty():
        raise SourceChanged(
            f"{SOURCE}: provisions without an agreement between {empty.select('area_1', 'area_2').head(SHOWN).rows()}"
        )
    held = pl.concat([before, pairs.select(before.columns)])
    is_partial = pl.col("agreement").is_in(list(partial)).fill_null(value=False)
    now = pairs.select("area_1", "area_2", is_now=is_partial)
    held = held.join(now, on=["area_1", "area_2"], how="left").with_columns(
        is_alike=pl.col("has_agreement") & (is_partial == pl.col("is_now").fill_null(value=False))
    )
    without = held.filter(~pl.col("is_alike")).group_by("area_1", "area_2").agg(last=pl.col("time_period").max())
    since = (
        held.filter("is_alike")
        .join(without, on=["area_1", "area_2"], how="left")
        .filter(pl.col("last").is_null() | (pl.col("time_period") > pl.col("last")))
        .group_by("area_1", "area_2")
        .agg(seen_since=pl.col("time_period").min())
    )
    of_an_agreement = pl.col("has_agreement")
    return (
        flags.join(since, on=["area_1", "area_2"], how="left", validate="1:1")
        .select(
            "area_1",
            "area_2",
            "has_agreement",
            "agreement",
            "agreement_number",
            "seen_since",
            "time_period",
            provisions_count=pl.when(of_an_agreement).then(pl.col("provisions_count").cast(pl.Int64)),
            provisions=pl.when(pl.col("provisions") != "").then(pl.col("provisions")),
        )
        .sort("area_1", "area_2")
    )


def _keyed(published: pl.DataFrame) -> pl.DataFrame:
    """The rows with their pair in the order of present codes and their agreement, checked."""
    areas = {code: code for code, row in load_contracts().codelists["area"].rows.items() if row["kind"] == "area"}
    areas |= WITH_LUXEMBOURG
    for column in ("exp", "imp"):
        require_known(published[column], areas, SOURCE, f"country codes in {column}")
    for column, pattern in (("time", YEAR), ("id", NUMBER)):
        wrong = (~published[column].str.contains(pattern).fill_null(value=False)).arg_true()
        if not wrong.is_empty():
            shown = [f"row {row + 1}: {published[column][row]!r}" for row in wrong.head(SHOWN)]
            raise SourceChanged(f"{SOURCE}, column {column}: {len(wrong):,} cells have another form ({shown})")
    codes = [pl.col(column).replace_strict(areas, return_dtype=pl.String) for column in ("exp", "imp")]
    keyed = published.select(
        area_1=pl.min_horizontal(codes),
        area_2=pl.max_horizontal(codes),
        time_period="time",
        has_agreement=pl.col("id") != NO_AGREEMENT,
        agreement="agreement",
        agreement_number=pl.when(pl.col("id") != NO_AGREEMENT).then(pl.col("id").str.strip_suffix(".0").cast(pl.Int64)),
        **{name: pl.col(name) for name in PROVISIONS if name in published.columns},
    )
    named = keyed.filter(~pl.col("has_agreement") & pl.col("agreement").is_not_null())
    twice = keyed.filter(pl.struct("area_1", "area_2", "time_period").is_duplicated())
    alone = keyed.filter(pl.col("area_1") == pl.col("area_2"))
    for fault, found in {"a name without an agreement": named, "a pair twice": twice, "no pair": alone}.items():
        if not found.is_empty():
            places = found.select("area_1", "area_2", "time_period").head(SHOWN).rows()
            raise SourceChanged(f"{SOURCE}: {fault} in {places}; expected one row a pair and year, either direction")
    return keyed


@dg.asset(group_name=THEME, kinds={"csv"}, metadata={"source_id": SOURCE, "part": "pairs_2016"})
def raw_worldbank_agreements__pairs_2016(snapshots: Snapshots) -> Snapshot:
    """The panel's last year, kept byte for byte."""
    return snapshots.take(SOURCE, "pairs_2016")


@dg.asset(group_name=THEME, kinds={"csv"}, metadata={"source_id": SOURCE, "part": "earlier_years"})
def raw_worldbank_agreements__earlier_years(snapshots: Snapshots) -> Snapshot:
    """The panel's earlier years, kept byte for byte."""
    return snapshots.take(SOURCE, "earlier_years")


@dg.asset(group_name=THEME, kinds={"polars", "parquet"})
def core_worldbank_agreements(
    raw_worldbank_agreements__pairs_2016: Snapshot, raw_worldbank_agreements__earlier_years: Snapshot
) -> pl.DataFrame:
    """Whether two areas have a trade agreement, by the panel and by the list of what came into force since."""
    snapshot = raw_worldbank_agreements__pairs_2016
    listed = load_trade_agreements()
    present, earlier = (parse_pairs(part.read()) for part in (snapshot, raw_worldbank_agreements__earlier_years))
    panel = tidy_agreements(present, earlier, listed.partial_names)
    stamped = panel.with_columns(source_id=pl.lit(SOURCE), snapshot_id=pl.lit(snapshot.snapshot_id))
    return build_trade_agreements(stamped, listed)
