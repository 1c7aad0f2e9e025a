"""What *Commitments* asks of the embedded edition."""

import polars as pl
import pytest

from compact_app import queries
from compact_app.queries import Edition
from compact_pipelines.contracts.compact_text import article_rows, load_compact_text

CORE = ("CAN", "MEX", "USA")


def test_the_page_measures_what_the_edition_publishes(edition: Edition) -> None:
    live = queries.commitment_statuses(edition, CORE)
    published = queries.ask(edition, "SELECT * FROM out_commitments ORDER BY commitment, member, time_period")
    assert live.sort("commitment", "member", "time_period").equals(published)


def test_the_text_is_published_as_it_stands_in_its_order(edition: Edition) -> None:
    articles = queries.compact_articles(edition)
    assert articles.to_dicts() == list(article_rows(load_compact_text()))


def test_larger_sets_and_none_can_be_asked(edition: Edition) -> None:
    sets = queries.member_sets(edition)
    for bloc in ("core_uae", "core_g7", "all"):
        areas = tuple(sets.filter(bloc=bloc)["area"].sort())
        statuses = queries.commitment_statuses(edition, areas)
        assert set(statuses["member"]) == {*areas, "_Z"}
        assert statuses.select("commitment", "member", "time_period").is_unique().all()
    assert queries.commitment_statuses(edition, ())["reason"].unique().to_list() == ["no_member"]


@pytest.mark.parametrize(
    ("commitment", "member", "expected"),
    [
        # US Treasury, July 2023: (2,094,987 + 118,072) million of 26,225,500 million are held in Canada and Mexico.
        ("1.1", "USA", ("met", "2023-07", (2_094_987 + 118_072) / 26_225_500)),
        # UN DESA 2019: 772,204 people in Mexico are from Canada and the United States, 11,575,196 of Mexico live there.
        ("3.3", "MEX", ("not_met", "2019", 1 - (11_575_196 - 772_204) / (11_575_196 + 772_204))),
        # IRCC 2023: 18,555 permits; 2020 to 2022: 8,325, 18,500, 17,850.
        ("3.1", "CAN", ("met", "2023", 18_555 / ((8_325 + 18_500 + 17_850) / 3))),
        # TOP500, June 2021.
        ("13.1", "MEX", ("not_met", "2021-06", 0.0)),
        # PJM: 95,745 MW in service, 612,589 MW withdrawn.
        ("11.2", "USA", ("not_met", "2026-05", 95_745.122 / (95_745.122 + 612_589.1128))),
    ],
)
def test_a_status_that_was_reckoned_by_hand(
    edition: Edition, commitment: str, member: str, expected: tuple[str, str, float]
) -> None:
    rows = queries.commitment_statuses(edition, CORE).filter("is_latest", commitment=commitment, member=member)
    assert rows.select("status", "time_period", "value").row(0) == (*expected[:2], pytest.approx(expected[2], rel=1e-5))


def test_what_the_exchange_has_not_been_sent_is_neither_kept_nor_missed(edition: Edition) -> None:
    """All reports of the three are held for some years; none came as a drop, so that a missing one would be no miss."""
    rows = queries.commitment_statuses(edition, CORE).filter(pl.col("commitment").is_in(["8.1", "8.2"]))
    assert set(rows["status"]) == {"not_measurable"}
    assert set(rows.filter(pl.col("member") != "_Z")["reason"]) == {"no_drop_yet"}


def test_of_two_members_either_is_held_against_the_other(edition: Edition) -> None:
    """What more than half of two have is what both have: both would always keep it."""
    rows = queries.commitment_statuses(edition, ("ARE", "USA")).filter("is_latest", commitment="5.1")
    emirates = rows.filter(member="ARE").row(0, named=True)
    assert (emirates["status"], emirates["reason"]) == ("not_measurable", "adoption_not_known")
    assert emirates["value_low"] < 0.8 < emirates["value_high"]


def test_parties_of_the_trans_pacific_partnership_have_rules_on_digital_trade(edition: Edition) -> None:
    rows = queries.commitment_statuses(edition, ("CAN", "GBR", "JPN", "KOR")).filter("is_latest", commitment="2.2")
    told = dict(rows.select("member", "status").iter_rows())
    assert told == {"CAN": "met", "GBR": "met", "JPN": "met", "KOR": "not_measurable", "_Z": "not_measurable"}
