"""Indicators on the yearly flows between members: how they are reported, how near, which way they go.

Every function takes the measure as it stands in the working text, what is held and the members, and returns readings
(see `readings`) of the members that have any.
"""

from collections.abc import Sequence
from typing import Final

import polars as pl

from compact_pipelines.analytics.commitments.held import Held
from compact_pipelines.analytics.commitments.readings import inside, named, readings
from compact_pipelines.contracts.commitment_measures import (
    ImportsFromMembers,
    MirrorAgreement,
    ReportsComplete,
    TradeAgreementShare,
    TwoWayMovement,
)

DROP: Final = "drop:"


def read_mirror_agreement(measure: MirrorAgreement, held: Held, members: Sequence[str]) -> pl.DataFrame:
    """The largest D = |X - M| / (X + M) among a member's flows with the others, 0 to 1.

    A flow without two independent reports may be as far apart as 1, so that the largest is at least the largest known.
    Two reports that rest on one collection are no two: how near they are says nothing.
    """
    is_known = pl.col("asymmetry_valued").is_not_null() & ~pl.col("same_source")
    sides = _both_ends(_yearly(held, measure, members)).with_columns(known=is_known)
    worst = sides.group_by("area", "time_period").agg(
        low=pl.col("asymmetry_valued").filter("known").max().fill_null(0.0),
        is_whole=pl.col("known").sum() == 2 * (len(members) - 1),
        source_ids=named("source_from", "source_to"),
    )
    return readings(worst.with_columns(high=pl.when("is_whole").then("low").otherwise(1.0)))


def read_reports_complete(measure: ReportsComplete, held: Held, members: Sequence[str]) -> pl.DataFrame:
    """Of the flows with the others, both ways, the share on which the member's own report is held, 0 to 1.

    Only of members that send drops of the subject: what is missing of another may have been published and not been
    collected, so that it could keep this and never miss it. From its first year on a member has a reading in every
    period of which any member's report is held, 0 where it has none itself.
    """
    flows = _yearly(held, measure, members)
    own = pl.concat(
        flows.filter(pl.col(f"reported_by_{side}").is_not_null()).select(
            "time_period", area=f"{side}_area", source=f"source_{side}"
        )
        for side in ("from", "to")
    )
    sends = own.filter(pl.col("source").str.starts_with(DROP)).group_by("area").agg(first=pl.col("time_period").min())
    asked = sends.join(own.select("time_period").unique(), how="cross").filter(pl.col("time_period") >= pl.col("first"))
    counted = own.group_by("area", "time_period").agg(reports=pl.len(), source_ids=named("source"))
    share = pl.col("reports").fill_null(0) / (2 * (len(members) - 1))
    told = asked.join(counted, on=["area", "time_period"], how="left").with_columns(low=share)
    return readings(told.with_columns(high="low"))


def read_imports_from_members(measure: ImportsFromMembers, held: Held, members: Sequence[str]) -> pl.DataFrame:
    """Of what a member takes in by its own reports, the share from the others, 0 to 1.

    Where a member is not named among the suppliers, it may stand behind the part that nobody is named for.
    """
    whole = _of_subject(held.imports, measure).filter(pl.col("area").is_in(members))
    flows = _yearly(held, measure, members).filter(pl.col("reported_by_to").is_not_null())
    from_members = flows.group_by("to_area", "time_period", "source_to").agg(
        value=pl.col("reported_by_to").sum(), partners=pl.len()
    )
    shares = whole.join(
        from_members,
        left_on=["area", "time_period", "source_id"],
        right_on=["to_area", "time_period", "source_to"],
        how="left",
    ).with_columns(pl.col("value").fill_null(0.0), pl.col("partners").fill_null(0))
    low = pl.col("value") / pl.col("total_value")
    is_whole = pl.col("partners") == len(members) - 1
    return readings(
        shares.with_columns(
            low=low,
            high=pl.when(is_whole).then(low).otherwise(low + pl.col("unnamed_share")),
            source_ids="source_id",
        )
    )


def read_two_way_movement(measure: TwoWayMovement, held: Held, members: Sequence[str]) -> pl.DataFrame:
    """1 - |A - L| / (A + L), 1 where as many came as left, 0 where all went one way; people, by who receives them.

    A is what the member has from the others, L what they have from it. Where one of these figures is missing the share
    is not known at all: 0 to 1. Nobody on either side: 0/0, no reading.
    """
    flows = _yearly(held, measure, members).filter(pl.col("reported_by_to").is_not_null())
    sides = _both_ends(flows).with_columns(is_in=pl.col("area") == pl.col("to_area"))
    value = pl.col("reported_by_to")
    both = sides.group_by("area", "time_period").agg(
        arrived=value.filter("is_in").sum(),
        left=value.filter(~pl.col("is_in")).sum(),
        is_whole=pl.len() == 2 * (len(members) - 1),
        is_negative=(value < 0).any(),
        source_ids=named("source_to"),
    )
    total = pl.col("arrived") + pl.col("left")
    share = 1 - (pl.col("arrived") - pl.col("left")).abs() / total
    return readings(
        both.filter(total > 0, ~pl.col("is_negative")).with_columns(
            low=pl.when("is_whole").then(share).otherwise(0.0), high=pl.when("is_whole").then(share).otherwise(1.0)
        )
    )


def read_trade_agreement_share(_: TradeAgreementShare, held: Held, members: Sequence[str]) -> pl.DataFrame:
    """The share of the other members with which a trade agreement is in force, by the years in which it changed.

    A pair that is not held, or of which it is not known, may have one. The last year of the panel is a period too, so
    that a member without any agreement has one.
    """
    pairs = held.agreements.filter(pl.col("area_1").is_in(members), pl.col("area_2").is_in(members))
    year = pl.col("in_force_since").str.slice(0, 4)
    sides = pl.concat(
        pairs.select(area=end, has="has_agreement", since=year, panel="time_period", source="source_id")
        for end in ("area_1", "area_2")
    )
    periods = pl.concat([sides.select("area", time_period="since"), sides.select("area", time_period="panel")])
    at = periods.drop_nulls().unique().join(sides, on="area")
    is_in_force = pl.col("has") & (pl.col("since") <= pl.col("time_period"))
    others = len(members) - 1
    is_unknown = pl.col("has").is_null() | (pl.col("has") & pl.col("since").is_null())
    counted = at.group_by("area", "time_period").agg(
        low=is_in_force.sum() / others,
        # What is not known may hold at any time; what came later did not hold then.
        high=(is_in_force.sum() + is_unknown.sum() + others - pl.len()) / others,
        source_ids=named("source"),
    )
    return readings(counted)


def _of_subject(
    frame: pl.DataFrame, measure: MirrorAgreement | ReportsComplete | ImportsFromMembers | TwoWayMovement
) -> pl.DataFrame:
    return frame.filter(theme=measure.theme, subject=measure.subject, stock_flow=measure.stock_flow)


def _yearly(
    held: Held, measure: MirrorAgreement | ReportsComplete | ImportsFromMembers | TwoWayMovement, members: Sequence[str]
) -> pl.DataFrame:
    return inside(_of_subject(held.flows, measure), members)


def _both_ends(flows: pl.DataFrame) -> pl.DataFrame:
    """Each flow twice, once for the member it leaves and once for the one it reaches, in the column area."""
    return pl.concat(flows.with_columns(area=pl.col(end)) for end in ("from_area", "to_area"))
