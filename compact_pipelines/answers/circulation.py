"""Do people and capital go both ways among members, and more than their sizes explain?"""

from typing import Final

import dagster as dg
import polars as pl

from compact_pipelines.analytics.capital import build_intensity
from compact_pipelines.analytics.circulation import circulation_by_member, circulation_of
from compact_pipelines.analytics.moves import NET_RATES, moves_by_subject
from compact_pipelines.analytics.talent_rates import intensity_between, net_rates_of
from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.parameters import load_parameters

WORLD: Final = "W00"
CORE: Final = "core"
YEAR_END: Final = "-12"


@dg.asset(group_name="answers", kinds={"numpy", "parquet"})
def out_talent_circulation(
    out_mirror_flows: pl.DataFrame, talent_movement: pl.DataFrame, core_worldbank_gdp_population: pl.DataFrame
) -> pl.DataFrame:
    """One measure of how people move between one member or set and another, in one year."""
    contracts = load_contracts()
    moves = moves_of(out_mirror_flows)
    rates = net_rates(talent_movement)
    people = core_worldbank_gdp_population.select("area", "time_period", persons="population_persons")
    both_ways = list(moves_by_subject(moves.filter(pl.col("subject").is_in(two_sided(moves)))))
    told = list(moves_by_subject(moves))
    frames = [intensity_between(both_ways, contracts.membership.tiers[CORE])]
    for members in contracts.membership.member_sets(contracts.codelists["area"].name):
        frames += [
            circulation_of(told, members.areas, people, bloc=members.id),
            circulation_by_member(both_ways, members.areas, people, bloc=members.id),
            net_rates_of(rates, members.areas, bloc=members.id),
        ]
    key = contracts.published["out_talent_circulation"].key
    return pl.concat(frames).sort(key)


@dg.asset(group_name="answers", kinds={"polars", "parquet"})
def out_capital_intensity(out_mirror_flows: pl.DataFrame, capital_flows: pl.DataFrame) -> pl.DataFrame:
    """One position of one economy in another at the end of one year, against what their sizes explain, in one form."""
    hubs = load_parameters().hubs.areas
    return build_intensity(positions_of(out_mirror_flows), capital_totals(capital_flows), hubs)


def moves_of(out_mirror_flows: pl.DataFrame) -> pl.DataFrame:
    """People by origin and host as the host counts them: (cells, [subject, time_period, from_area, to_area, value])."""
    return out_mirror_flows.filter(theme="talent_movement", freq="A", unit_measure="PS").select(
        "subject", "time_period", "from_area", "to_area", value=pl.col("reported_by_to").cast(pl.Float64)
    )


def two_sided(moves: pl.DataFrame) -> list[str]:
    """Subjects that more than one host tells of, so that a pair can be told in both directions."""
    hosts = moves.group_by("subject").agg(pl.col("to_area").n_unique())
    return hosts.filter(pl.col("to_area") > 1)["subject"].sort().to_list()


def net_rates(talent_movement: pl.DataFrame) -> pl.DataFrame:
    """Published net rates per 10,000 members of a network: ([time_period, area, counterpart, value])."""
    return talent_movement.filter(
        pl.col("category") == NET_RATES, pl.col("direction") == "NET", pl.col("is_preferred")
    ).select(
        "time_period",
        area="ref_area",
        counterpart="counterpart_area",
        value=pl.col("obs_value").cast(pl.Float64),
    )


def positions_of(out_mirror_flows: pl.DataFrame) -> pl.DataFrame:
    """Positions at the end of a year by owner and host, as `build_intensity` takes them."""
    sides = ("reported_by_from", "reported_by_to", "source_from", "source_to")
    return out_mirror_flows.filter(theme="capital_flows", stock_flow="S", freq="A").select(
        "subject", "time_period", "from_area", "to_area", *sides
    )


def capital_totals(capital_flows: pl.DataFrame) -> pl.DataFrame:
    """What economies publish of all they hold abroad, or of all that foreigners hold in them, at the end of a year.

    Returns:
        (totals, [subject, time_period, area, role, value, source_id]); a monthly series stands with its December.
    """
    is_year = pl.col("freq") == "A"
    is_december = (pl.col("freq") == "M") & pl.col("time_period").str.ends_with(YEAR_END)
    told = capital_flows.filter(
        pl.col("counterpart_area") == WORLD,
        pl.col("stock_flow") == "S",
        pl.col("is_preferred"),
        ~pl.col("imputed_mirror"),
        is_year | is_december,
    ).select(
        pl.col("instrument").alias("subject"),
        pl.col("time_period").str.slice(0, 4),
        pl.col("ref_area").alias("area"),
        role=pl.when(pl.col("direction") == "OUT").then(pl.lit("from")).otherwise(pl.lit("to")),
        value="obs_value",
        source_id="source_id",
        freq="freq",
    )
    key = ["subject", "time_period", "area", "role"]
    return told.sort(*key, "freq").unique(key, keep="first", maintain_order=True).drop("freq")
