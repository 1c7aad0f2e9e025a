"""Japanese trade in chips and computers. Figures are made up; the envelope is the recorded one of another table."""

import json
from typing import Any

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.datasets.compute_exports.japan_estat import (
    AREAS,
    MONTHS,
    SOURCE,
    UNSTATED,
    parse_table,
    read_pages,
    tidy_table,
)
from compact_pipelines.errors import SourceChanged
from compact_pipelines.live.answers import Answer, Partition
from tests.live.publishers.japan_estat import CHINA, NAMES, answer, cell


def tidied(*cells: dict[str, str], period: str = "2026-01", **differing: Any) -> pl.DataFrame:
    published, names, _ = parse_table(answer(*cells, **differing))
    return tidy_table(published, names, "X", period).sort("counterpart_area", "product")


def changed(body: bytes, old: str, new: str) -> bytes:
    return body.decode().replace(old, new).encode()


def test_cells_are_read_as_they_stand_and_all_text() -> None:
    published, names, total = parse_table(answer(cell("100"), cell("5", CHINA)))
    assert total == published.height
    assert set(published.dtypes) == {pl.String}
    assert published.row(0) == ("1", "854231000", "170", "50304", "2026000000", "千円", "100")
    assert names["area"] == NAMES


def test_a_single_class_or_cell_stands_without_a_list() -> None:
    body = answer(cell("100"), names={"50304": NAMES["50304"]})
    table = json.loads(body)["GET_STATS_DATA"]["STATISTICAL_DATA"]
    assert isinstance(table["DATA_INF"]["VALUE"], dict)
    assert isinstance(table["CLASS_INF"]["CLASS_OBJ"][3]["CLASS"], dict)
    assert parse_table(body)[0].height == 1


def test_goods_of_nine_digits_are_added_up_in_yen() -> None:
    row = tidied(cell("1,000"), cell("500", goods="854231090"), cell("9", month="200")).row(0, named=True)
    assert (row["counterpart_area"], row["product"], row["time_period"]) == ("USA", "HS22_854231", "2026-01")
    assert (row["obs_value"], row["unit_measure"], row["valuation"], row["basis"]) == (
        1_500_000,
        "JPY",
        "FOB",
        "LAST_SHIPMENT",
    )


def test_only_the_month_that_was_asked_is_taken() -> None:
    cells = cell("1"), cell("2", month="200"), cell("3", month="500")
    assert [tidied(*cells, period=f"2026-{month}")["obs_value"].item() for month in ("01", "02", "12")] == [
        1000,
        2000,
        3000,
    ]
    assert {str(170 + 30 * number): f"{number + 1:02d}" for number in range(12)} == MONTHS


def test_a_month_that_is_not_out_yet_holds_zeros_which_are_absent() -> None:
    zero = tidied(cell("0")).row(0, named=True)
    assert (zero["obs_value"], zero["obs_status"]) == (None, "O")
    assert zero["comment_obs"] == "published as 0, which may mean that the month is not out yet"


@pytest.mark.parametrize(("mark", "status"), [("-", "O"), ("***", "O"), ("X", "Q")])
def test_marks_are_no_values(mark: str, status: str) -> None:
    alone = tidied(cell(mark)).row(0, named=True)
    assert (alone["obs_value"], alone["obs_status"]) == (None, status)
    among = tidied(cell(mark), cell("7", goods="854231090")).row(0, named=True)
    assert (among["obs_value"], among["obs_status"], among["comment_obs"]) == (7000, "U", "1 of 2 goods have no figure")


def test_an_unknown_mark_or_unit_stops_the_answer() -> None:
    with pytest.raises(SourceChanged, match="not numbers"):
        tidied(cell("?"))
    with pytest.raises(SourceChanged, match="百万円"):
        tidied(cell("1", **{"@unit": "百万円"}))


def test_a_unit_that_is_left_out_is_that_of_the_table() -> None:
    body = changed(answer(cell("4")), ', "@unit": "千円"', "")
    published, names, _ = parse_table(body)
    assert published["unit"].to_list() == [UNSTATED]
    assert tidy_table(published, names, "X", "2026-01")["obs_value"].item() == 4000


def test_a_number_and_a_name_of_a_country_must_fit() -> None:
    with pytest.raises(
        SourceChanged, match="country 50304 is called '304_カナダ'; as USA its name holds アメリカ合衆国"
    ):
        tidied(cell("1"), names={"50304": "304_カナダ"})


def test_an_unknown_country_measure_or_good_stops_the_answer() -> None:
    with pytest.raises(SourceChanged, match=r"countries in area \['50999'\]"):
        tidied(cell("1", "50999"), names={"50999": "999_無所属国"})
    with pytest.raises(SourceChanged, match=r"codes in cat02 \['140'\]"):
        tidied(cell("1", month="140"))
    with pytest.raises(SourceChanged, match=r"subheadings in cat01 \['854399'\]"):
        tidied(cell("1", goods="854399000"))


def test_office_machines_and_other_machines_parts_are_left_out() -> None:
    rows = tidied(cell("1", goods="847290000"), cell("2", goods="847321000"), cell("3", goods="847330000"))
    assert rows["product"].to_list() == ["HS22_847330"]


def read(*bodies: bytes) -> pl.DataFrame:
    partition = Partition("2026-01")
    return read_pages(
        [Answer(SOURCE, "exports_chips", partition, number + 1, body) for number, body in enumerate(bodies)]
    )


def test_a_sum_that_two_pages_divide_is_added_up_over_both() -> None:
    first = answer(cell("100"), cell("5", CHINA), TOTAL_NUMBER=3, NEXT_KEY=3)
    rows = read(first, answer(cell("40", goods="854231090"), TOTAL_NUMBER=3))
    assert sorted(rows.select("counterpart_area", "obs_value").rows()) == [("CHN", 5000), ("USA", 140_000)]


def test_cells_that_are_missing_or_stand_twice_stop_the_answer() -> None:
    first = answer(cell("100"), cell("5", CHINA), TOTAL_NUMBER=3, NEXT_KEY=3)
    with pytest.raises(SourceChanged, match="2 cells came on 1 pages in 2 places, and the publisher tells of 3"):
        read(first)
    with pytest.raises(SourceChanged, match="2 cells came on 2 pages in 3 places, and the publisher tells of 3"):
        read(first, answer(cell("5", CHINA), TOTAL_NUMBER=3))
    with pytest.raises(SourceChanged, match="tells of 3 or 4"):
        read(first, answer(cell("40", goods="854231090"), TOTAL_NUMBER=4))


def test_the_part_says_the_direction() -> None:
    rows = {
        part: read_pages([Answer(SOURCE, part, Partition("2026-01"), 1, answer(cell("1")))])
        for part in ("exports_chips", "imports_chips")
    }
    assert [rows[part]["flow"].item() for part in rows] == ["X", "M"]
    assert [rows[part]["valuation"].item() for part in rows] == ["FOB", "CIF"]


def test_the_questions_ask_for_the_areas_and_months_that_are_read() -> None:
    live = load_contracts().source(SOURCE).live
    assert live is not None
    for request in live.requests.values():
        assert set(str(request.parameters["cdArea"]).split(",")) == set(AREAS)
        assert str(request.parameters["cdCat02"]).split(",") == list(MONTHS)
        assert request.parameters["cdTime"] == "{year}000000"


def test_the_areas_are_those_of_the_membership() -> None:
    assert {area for area, _ in AREAS.values()} == set(load_contracts().membership.tier_of) - {"JPN"}
