"""What *Standards gaps* and the tables of talent and capital say of the embedded edition."""

import polars as pl
import pytest

from compact_app import queries
from compact_app.queries import Edition
from compact_pipelines.analytics.capital import capital_of
from compact_pipelines.analytics.circulation import circulation_of

CORE = ("CAN", "MEX", "USA")


def cell(frame: pl.DataFrame, **of: str) -> tuple[float | None, str | None]:
    (row,) = frame.filter(**of).select("value", "reason").rows()
    value, reason = row
    return value, reason


def test_statuses_have_a_level_and_unverified_ones_are_left_out(edition: Edition) -> None:
    known = queries.status_history(edition, False)
    assert known.columns == ["area", "instrument", "time_period", "is_dated", "source_id", "level"]
    assert known["level"].is_between(0, 4).all()
    assert known.select("area", "instrument", "time_period").is_unique().all()
    canada = known.filter(area="CAN", instrument="OECD_BEPS_MLI").select("time_period", "level").rows()
    assert canada == [("2017-06", 3), ("2019-12", 4)]  # signed, then in force


def test_a_status_whose_text_gives_no_date_has_no_since_when(edition: Edition) -> None:
    known = queries.status_history(edition, False)
    undated = known.filter(~pl.col("is_dated"))
    assert set(undated.filter(instrument="NUCLEAR_SAFETY")["time_period"]) == {"2026"}
    gaps = queries.whole_table(edition, "out_standards_gaps")
    assert gaps.filter(instrument="NUCLEAR_SAFETY", bloc="core")["since_first"].null_count() == 3
    assert not gaps.filter(pl.col("since_first") == "2026").height
    assert (gaps["undated_count"] <= gaps["with_count"]).all()
    wassenaar = undated.filter(instrument="WASSENAAR", area="CAN")
    assert wassenaar["time_period"].to_list() == ["2004-10"]


def test_japan_and_the_united_states_have_a_partial_accord_and_no_flat_no(edition: Edition) -> None:
    (row,) = queries.agreements_among(edition, ("JPN", "USA")).rows(named=True)
    assert (row["has_agreement"], row["reason"], row["basis"]) == (False, "partial_scheme_only", "usa_japan")
    assert row["agreement"] == "Trade Agreement between Japan and the United States"
    assert row["citation"].startswith("https://fas.usda.gov/")


def test_agreements_among_a_set_are_those_of_its_pairs(edition: Edition) -> None:
    told = queries.agreements_among(edition, CORE)
    assert told.select("area_1", "area_2").rows() == [("CAN", "MEX"), ("CAN", "USA"), ("MEX", "USA")]
    assert told["has_agreement"].all()
    assert queries.agreements_among(edition, ("USA",)).is_empty()
    assert queries.agreements_among(edition, ()).is_empty()


def test_two_areas_differ_only_where_one_states_not_to_take_part(edition: Edition) -> None:
    rows = queries.whole_table(edition, "out_standards_alignment").filter(metric="hamming")
    refusing = queries.status_history(edition, False).filter(pl.col("level") == 0)["area"].unique()
    differing = rows.filter(pl.col("value") > 0)
    assert (differing["area_1"].is_in(refusing) | differing["area_2"].is_in(refusing)).all()
    assert (rows.drop_nulls("value")["high"] > 0).all()  # whatever is unknown may differ


def test_migrants_among_the_founding_members_by_hand(edition: Edition) -> None:
    # UN DESA 2019: USA in CAN 529,641, in MEX 762,290; CAN in USA 825,040, in MEX 9,914; MEX in USA 11,489,684, in CAN
    # 85,512.
    table = queries.whole_table(edition, "out_talent_circulation").filter(
        bloc="core", subject="MIGRANT", time_period="2019", area="_Z"
    )
    gap = (825_040 - 529_641) + (11_489_684 - 762_290) + (85_512 - 9_914)
    total = 825_040 + 529_641 + 11_489_684 + 762_290 + 85_512 + 9_914
    assert cell(table, metric="circulation", counterpart="members") == (pytest.approx(1 - gap / total), None)


def test_the_live_measure_of_a_set_is_the_published_one(edition: Edition) -> None:
    moves = queries.ask(
        edition,
        """
        SELECT subject, time_period, from_area, to_area, reported_by_to::DOUBLE AS value FROM out_mirror_flows
        WHERE theme = 'talent_movement' AND freq = 'A' AND unit_measure = 'PS'
        """,
    )
    people = queries.ask(edition, "SELECT area, time_period, population_persons AS persons FROM economies")
    live = circulation_of(moves, CORE, people, bloc="core")
    table = queries.whole_table(edition, "out_talent_circulation").filter(bloc="core", area="_Z")
    held = table.filter(pl.col("subject") != "LINKEDIN_MEMBERS").select(live.columns)
    assert live.equals(held.sort("subject", "time_period", "bloc", "area", "counterpart", "metric"))


def test_net_rates_are_kept_apart_from_people_and_permits_have_one_direction(edition: Edition) -> None:
    table = queries.whole_table(edition, "out_talent_circulation").filter(bloc="core")
    assert set(table.filter(subject="LINKEDIN_MEMBERS")["metric"]) == {"net_rate"}
    assert set(table.filter(subject="CA_STUDY_PERMIT")["reason"]) == {"one_direction"}


def test_only_american_shares_have_an_intensity_and_the_rest_says_why(edition: Edition) -> None:
    table = queries.whole_table(edition, "out_capital_intensity")
    defined = table.drop_nulls("value")
    assert set(defined["subject"]) == {"P_F5"}
    assert set(defined["to_area"]) == {"USA"}
    assert defined["is_two_sources"].all()
    assert set(table.filter(pl.col("is_shell"))["reason"]) == {"negative_input", "no_total_of_origin"}
    canada = table.filter(from_area="CAN", to_area="USA", subject="P_F5", time_period="2021", metric="intensity").row(
        0, named=True
    )
    # Custodians: 1,741 bn of all foreigners' shares; the survey: 1,997 bn of what 44,963 bn economies hold.
    assert canada["position_usd"] == 1_741_188_000_000
    assert canada["from_total_usd"] == 1_997_392_926_544
    share_abroad = canada["from_total_usd"] / canada["world_usd"]
    share_there = canada["position_usd"] / canada["to_total_usd"]
    assert canada["value"] == pytest.approx(share_there / share_abroad)


@pytest.mark.parametrize("members", [CORE, ("ARE", *CORE)])
def test_capital_among_members_has_no_intensity_and_says_why(edition: Edition, members: tuple[str, ...]) -> None:
    found = capital_of(queries.whole_table(edition, "out_capital_intensity"), members)
    assert found["value"].null_count() == found.height > 0
    assert set(found["reason"]) == {"pairs_absent"}
