"""Norwegian trade in computing goods. All figures are made up, in the shape that the publisher documents."""

from typing import Any

import polars as pl
import pytest

from compact_pipelines.datasets.compute_exports.norway_ssb import SOURCE, parse_trade, read_answer, tidy_trade
from compact_pipelines.errors import SourceChanged
from compact_pipelines.live.answers import Answer, Partition
from tests.live.publishers.norway_ssb import AREAS, PARTNERS, WORLD, cube

KEY = ["counterpart_area", "product", "flow"]


def tidied(values: list[int | None], **differing: Any) -> pl.DataFrame:
    return tidy_trade(parse_trade(cube(values, **differing))).sort(KEY)


def test_codes_of_eight_digits_are_added_up_whatever_year_they_are_valid_from() -> None:
    rows = tidied([100, 20, 300, 40], goods=["84715000_1996", "84715090_2022"])
    assert rows.select("counterpart_area", "product", "flow", "obs_value", "obs_status").rows() == [
        ("W00", "HS22_847150", "M", 400, "A"),
        ("W00", "HS22_847150", "X", 60, "A"),
    ]


def test_partners_are_told_in_kroner_with_valuation_and_basis() -> None:
    imports, exports = tidied([100, 20], goods=["85423100_2012"], areas=["US"]).sort("flow").to_dicts()
    assert imports["counterpart_area"] == "USA"
    assert [imports[name] for name in ("unit_measure", "valuation", "basis")] == ["NOK", "CIF", "ORIGIN"]
    assert [exports[name] for name in ("unit_measure", "valuation", "basis")] == ["NOK", "FOB", "LAST_SHIPMENT"]
    assert imports["time_period"] == "2022"


def test_a_cell_that_holds_nothing_gives_no_row() -> None:
    assert tidied([None, 20], goods=["85423100_2012"])["flow"].to_list() == ["X"]


def test_a_sum_of_zero_is_absent_and_says_so() -> None:
    zero = tidied([0, 20], goods=["85423100_2012"]).row(0, named=True)
    assert (zero["obs_value"], zero["obs_status"]) == (None, "O")
    assert zero["comment_obs"] == "published as 0, which may mean that no code was valid"


def test_a_confidential_cell_is_suppressed_and_makes_a_sum_unsure() -> None:
    alone = tidied([None, 20], goods=["85423100_2012"], status={"0": ":"}).row(0, named=True)
    assert (alone["obs_value"], alone["obs_status"]) == (None, "Q")
    goods = ["85423110_2012", "85423190_2012"]
    among = tidied([None, 20, 5, 6], goods=goods, status={"0": ":"}).row(0, named=True)
    assert (among["obs_value"], among["obs_status"]) == (5, "U")
    assert among["comment_obs"] == "1 of 2 codes are confidential"


def test_an_unknown_mark_stops_the_answer() -> None:
    with pytest.raises(SourceChanged, match=r"unknown marks \['q'\]"):
        tidied([1, 2], goods=["85423100_2012"], status={"0": "q"})


def test_sparse_and_dense_cubes_are_one() -> None:
    dense = tidied([100, None], goods=["85423100_2012"])
    sparse = tidy_trade(parse_trade(cube([], goods=["85423100_2012"], value={"0": 100})))
    assert dense.equals(sparse)


def test_a_code_without_its_year_stops_the_answer() -> None:
    with pytest.raises(SourceChanged, match=r"codes \['85423100'\] in Varekoder"):
        tidied([1, 2], goods=["85423100"])


def test_another_good_or_country_stops_the_answer() -> None:
    with pytest.raises(SourceChanged, match=r"subheadings in Varekoder \['030551'\]"):
        tidied([1, 2], goods=["03055121_2012"])
    with pytest.raises(SourceChanged, match=r"countries in Land \['AB'\]"):
        tidied([1, 2], goods=["85423100_2012"], areas=["AB"])


def test_a_renamed_dimension_is_told() -> None:
    with pytest.raises(SourceChanged, match=r"dimensions \['ImpEks'\] are missing"):
        tidy_trade(parse_trade(WORLD.replace(b"ImpEks", b"Flow")))


def test_the_world_is_what_comes_without_a_country() -> None:
    partition = Partition("2022")
    assert set(read_answer(Answer(SOURCE, "world", partition, 1, WORLD))["counterpart_area"]) == {"W00"}
    assert set(read_answer(Answer(SOURCE, "partners", partition, 1, PARTNERS))["counterpart_area"]) == {"USA", "CAN"}
    for part, body in (("world", PARTNERS), ("partners", WORLD)):
        with pytest.raises(SourceChanged, match="Land must be there for partners and not for the world"):
            read_answer(Answer(SOURCE, part, partition, 1, body))


def test_the_made_up_answer_has_the_areas_it_says() -> None:
    assert set(parse_trade(PARTNERS)["Land"]) == set(AREAS)
