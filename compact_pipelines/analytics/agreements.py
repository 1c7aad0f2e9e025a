"""Which two areas of the scenario have a trade agreement: the panel's last year, and what came into force since."""

import datetime as dt
from typing import Final

import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.agreements import TradeAgreements
from compact_pipelines.contracts.judges import POLARS_TYPES
from compact_pipelines.errors import ContractError

# Why it is not known whether two areas have an agreement.
UNVERIFIED: Final = "agreement_unverified"
ENDED: Final = "agreement_ended"
# Why they have none although something is named that links them.
PARTIAL: Final = "partial_scheme_only"


def build_trade_agreements(panel: pl.DataFrame, agreements: TradeAgreements) -> pl.DataFrame:
    """Join the panel with the list of later agreements.

    An agreement of the panel stands unless it has ended for the pair or another took its place; a scheme of preferences
    on some tariffs is none. A pair without one has the earliest verified later agreement. Provisions are known of the
    panel's agreements only; where another took the place of one, they are still the former's, and `provisions_of` says
    so.

    Args:
        panel: (pairs, [area_1, area_2, has_agreement, agreement, agreement_number, seen_since, time_period,
            provisions_count, provisions, source_id, snapshot_id]), area_1 before area_2, of one year.
        agreements: schemas/agreements.yaml.

    Returns:
        (pairs of the panel, columns of schemas/published/trade_agreements.yaml), sorted. `has_agreement` is missing,
        with a reason, where the panel's agreement has ended or a later one is unverified, and none that is known holds;
        false, with a reason and the scheme's name, where a scheme on some tariffs is all that links the pair.

    Raises:
        ContractError: the list continues another year than the panel's last.
    """
    if (years := panel["time_period"].unique().to_list()) != [str(agreements.panel_year)]:
        raise ContractError(f"schemas/agreements.yaml continues {agreements.panel_year}, the panel ends in {years}")
    of_panel = f"panel_{agreements.panel_year}"
    of_the_list = [*agreements.agreements, *agreements.later_schemes]
    names = {agreement.id: agreement.name["en"] for agreement in of_the_list}
    citations = {agreement.id: agreement.citation for agreement in of_the_list}
    later = _later(agreements)
    ended = _ended(agreements)
    taken = [(agreement.id, name) for agreement in agreements.agreements if agreement.verified
             for name in agreement.replaces]  # fmt: skip
    replaced = pl.DataFrame(taken, schema={"successor": pl.String, "agreement": pl.String}, orient="row")
    is_partial_by_name = pl.col("agreement").is_in(sorted(agreements.partial_names)).fill_null(value=False)
    is_scheme = pl.col("has_agreement") & is_partial_by_name
    is_full = pl.col("has_agreement") & ~is_scheme
    holds = is_full & pl.col("ended_on").is_null()
    # A successor must itself link the pair: an accord of some does not end what the others have.
    follows = holds & pl.col("followed").fill_null(value=False)
    is_panels, is_ours = holds & ~follows, ~holds & pl.col("first").is_not_null()
    is_lost = ~holds & pl.col("first").is_null() & is_full
    is_doubtful = ~holds & pl.col("first").is_null() & pl.col("has_unverified").fill_null(value=False)
    has_scheme = (is_scheme & pl.col("ended_on").is_null()) | (~is_full & pl.col("scheme").is_not_null())
    is_partial = has_scheme & pl.col("first").is_null() & ~is_doubtful
    basis = (
        pl.when(is_panels).then(pl.lit(of_panel)).when(follows).then(pl.col("successor"))
        .when(is_ours).then(pl.col("first")).when(is_partial & ~is_scheme).then(pl.col("scheme"))
    )  # fmt: skip
    columns = load_contracts().published["trade_agreements"].columns
    joined = (
        panel.join(later, on=["area_1", "area_2"], how="left", validate="1:1")
        .join(ended, on=["area_1", "area_2", "agreement"], how="left", validate="1:1")
        .join(_schemes(agreements), on=["area_1", "area_2"], how="left", validate="1:1")
        .join(replaced, on="agreement", how="left", validate="m:1")
        .with_columns(followed=pl.col("since_ids").list.contains(pl.col("successor")))
        .with_columns(basis=basis, holds=holds, follows=follows)
    )
    is_of_the_list = pl.col("basis").is_in(list(names))
    is_unknown = pl.col("reason").is_in([UNVERIFIED, ENDED]).fill_null(value=False)
    is_none = (pl.col("reason") == PARTIAL).fill_null(value=False)
    return (
        joined.with_columns(
            reason=pl.when(is_doubtful)
            .then(pl.lit(UNVERIFIED))
            .when(is_lost)
            .then(pl.lit(ENDED))
            .when(is_partial)
            .then(pl.lit(PARTIAL)),
        )
        .select(
            "area_1",
            "area_2",
            has_agreement=pl.when(~is_unknown).then(pl.col("basis").is_not_null() & ~is_none),
            basis=pl.when(~is_unknown).then(pl.col("basis").fill_null(of_panel)),
            agreement=pl.when(is_of_the_list)
            .then(pl.col("basis").replace_strict(names, default=None, return_dtype=pl.String))
            .when((pl.col("basis") == of_panel) | (pl.col("reason") == PARTIAL))
            .then(pl.col("agreement")),
            in_force_since=pl.when("holds").then(pl.col("seen_since")).when(is_ours).then(pl.col("first_on")),
            is_upper_bound=pl.when("holds")
            .then(pl.lit(value=True))
            .when(is_ours & pl.col("first_on").is_not_null())
            .then(pl.col("may_be_older")),
            time_period="time_period",
            provisions_count=pl.when("holds").then(pl.col("provisions_count")),
            provisions=pl.when("holds").then(pl.col("provisions")),
            provisions_of=pl.when("holds").then(pl.col("agreement")),
            agreements_since=pl.when(pl.col("since_ids").list.len() > 0).then(pl.col("since_ids").list.join(",")),
            reason="reason",
            citation=pl.when(is_of_the_list).then(
                pl.col("basis").replace_strict(citations, default=None, return_dtype=pl.String)
            ),
            source_id="source_id",
            snapshot_id="snapshot_id",
        )
        .select(pl.col(name).cast(POLARS_TYPES[column.type]) for name, column in columns.items())
        .sort("area_1", "area_2")
    )


def _later(agreements: TradeAgreements) -> pl.DataFrame:
    """Per pair: the verified later agreements by day, the first of them and its day, and what is not sure of them."""
    rows = [
        (*pair, agreement.id, str(day) if day else None, agreement.verified)
        for agreement in agreements.agreements
        for pair, day in agreements.pairs(agreement).items()
        if day is None or day <= agreements.read_on
    ]
    schema = {"area_1": pl.String, "area_2": pl.String, "id": pl.String, "on": pl.String, "verified": pl.Boolean}
    by_day = pl.DataFrame(rows, schema=schema, orient="row").sort("area_1", "area_2", "on", "id", nulls_last=True)
    return by_day.group_by("area_1", "area_2", maintain_order=True).agg(
        since_ids=pl.col("id").filter("verified"),
        first=pl.col("id").filter("verified").first(),
        first_on=pl.col("on").filter("verified").first(),
        has_unverified=(~pl.col("verified")).any(),
        may_be_older=(~pl.col("verified") | pl.col("on").is_null()).any(),
    )


def _schemes(agreements: TradeAgreements) -> pl.DataFrame:
    """Per pair: the first of the later schemes on some tariffs that links it."""
    rows = [
        (*pair, scheme.id, str(day))
        for scheme in agreements.later_schemes
        for pair, day in agreements.pairs(scheme).items()
        if day is not None and day <= agreements.read_on
    ]
    schema = {"area_1": pl.String, "area_2": pl.String, "scheme": pl.String, "on": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row").sort("on", "scheme").unique(
        ["area_1", "area_2"], keep="first", maintain_order=True
    ).drop("on")  # fmt: skip


def _ended(agreements: TradeAgreements) -> pl.DataFrame:
    """Per pair and agreement of the panel: the day on which it ended for the pair, or the earlier of two."""
    areas = sorted(code for code, row in load_contracts().codelists["area"].rows.items() if row["kind"] == "area")
    days: dict[tuple[str, str, str], dt.date] = {}
    for ending in agreements.ended:
        for other in areas:
            if other == ending.area:
                continue
            for name in ending.agreements:
                key = (min(ending.area, other), max(ending.area, other), name)
                days[key] = min(ending.last_day, days.get(key, ending.last_day))
    schema = {"area_1": pl.String, "area_2": pl.String, "agreement": pl.String, "ended_on": pl.String}
    return pl.DataFrame([(*key, str(day)) for key, day in days.items()], schema=schema, orient="row")
