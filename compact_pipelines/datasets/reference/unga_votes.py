"""How states voted in the General Assembly of the United Nations, roll call by roll call.

Source: Voeten, Strezhnev and Bailey, by way of unvotes; see schemas/sources/unga_votes.yaml.
Revised: once a year; what is held ends in January 2020.
Quirks: sessions are printed as doubles; a blank is an absence, or an area that is no member.
"""

from typing import Final

import dagster as dg
import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import area_codes, read_csv, require_columns, require_known
from compact_pipelines.resources import Snapshots
from compact_pipelines.snapshots import Snapshot

SOURCE: Final = "unga_votes"
THEME: Final = "reference"
KEY: Final = ["rcid", "session", "date"]
VOTES: Final = {"y": "yes", "n": "no", "a": "abstain"}
ABSENT: Final = "absent"
NOT_MEMBERS: Final = ("HKG", "TWN")
FORMS: Final = {"rcid": r"^[0-9]+$", "session": r"^[0-9]+\.0$", "date": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
SHOWN: Final = 3


def parse_roll_calls(content: bytes) -> pl.DataFrame:
    """Read the matrix as it stands: one row per roll call, one column per area, all text.

    Raises:
        SourceChanged: the bytes are not such a table.
    """
    return read_csv(content, SOURCE)


def tidy_votes(published: pl.DataFrame) -> pl.DataFrame:
    """Shape the matrix into votes.

    Args:
        published: (roll calls, KEY and a column an area of the scenario by its alpha-2 code), text, from
            `parse_roll_calls`.

    Returns:
        (roll calls * areas that are members, [roll_call, session, date, area, vote]), sorted; vote is yes, no, abstain
        or absent. An area that is no member has no rows: it could not vote.

    Raises:
        SourceChanged: unknown columns, votes or forms, a roll call that stands twice or one in which nobody voted, or
            votes of an area that is no member.
    """
    areas = area_codes("iso2")
    alpha2 = {area: code for code, area in areas.items()}
    columns = sorted(alpha2[area] for area in load_contracts().membership.tier_of)
    require_columns(published, [*KEY, *columns], SOURCE)
    for column, pattern in FORMS.items():
        wrong = (~published[column].str.contains(pattern).fill_null(value=False)).arg_true()
        if not wrong.is_empty():
            shown = [f"row {row + 1}: {published[column][row]!r}" for row in wrong.head(SHOWN)]
            raise SourceChanged(f"{SOURCE}, column {column}: {len(wrong):,} cells have another form ({shown})")
    for column in columns:
        require_known(published[column], VOTES, SOURCE, f"votes of {column}")
    outside = [alpha2[area] for area in NOT_MEMBERS if area in load_contracts().membership.tier_of]
    if voted := [column for column in outside if published[column].null_count() < published.height]:
        raise SourceChanged(f"{SOURCE}: votes of {voted}, who are no members of the United Nations")
    twice = published["rcid"].filter(published["rcid"].is_duplicated()).unique().sort()
    silent = published.filter(pl.all_horizontal(pl.col(columns).is_null()))["rcid"]
    for fault, calls in {"stand twice": twice, "have no votes": silent}.items():
        if not calls.is_empty():
            raise SourceChanged(f"{SOURCE}: the roll calls {calls.head(SHOWN).to_list()} {fault}; expected each once")
    return (
        published.unpivot(on=[column for column in columns if column not in outside], index=KEY, value_name="vote")
        .select(
            roll_call=pl.col("rcid").cast(pl.Int64),
            session=pl.col("session").str.strip_suffix(".0").cast(pl.Int64),
            date=pl.col("date").str.to_date("%Y-%m-%d"),
            area=pl.col("variable").replace_strict(areas, return_dtype=pl.String),
            vote=pl.col("vote").replace_strict(VOTES, return_dtype=pl.String).fill_null(ABSENT),
        )
        .sort("roll_call", "area")
    )


@dg.asset(group_name=THEME, kinds={"csv"}, metadata={"source_id": SOURCE, "part": "roll_calls"})
def raw_unga_votes__roll_calls(snapshots: Snapshots) -> Snapshot:
    """The matrix of roll calls and areas, kept byte for byte."""
    return snapshots.take(SOURCE, "roll_calls")


@dg.asset(group_name=THEME, kinds={"polars", "parquet"})
def core_unga_votes(raw_unga_votes__roll_calls: Snapshot) -> pl.DataFrame:
    """The vote of one area in one roll call of the General Assembly."""
    snapshot = raw_unga_votes__roll_calls
    return tidy_votes(parse_roll_calls(snapshot.read())).with_columns(
        source_id=pl.lit(SOURCE), snapshot_id=pl.lit(snapshot.snapshot_id)
    )
