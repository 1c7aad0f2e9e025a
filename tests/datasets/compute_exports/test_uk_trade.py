"""UK trade in computing goods. All rows are made up, in the shape that the publisher documents."""

import re
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.datasets.compute_exports.uk_trade import SOURCE, parse_goods, read_pages, tidy_goods
from compact_pipelines.errors import SourceChanged
from compact_pipelines.live.answers import Answer, Page, Partition
from compact_pipelines.live.requests import prepare
from tests.live.publishers.uk_trade import answer, country, row

IRELAND = country(7, "Ireland", "IE")
PARTITION = Partition("2022-01")


def tidied(*rows: dict[str, Any]) -> pl.DataFrame:
    return tidy_goods(parse_goods(answer(*rows))).sort("counterpart_area", "flow", "product")


def test_an_answer_is_read_as_it_stands_and_all_text() -> None:
    published = parse_goods(answer(row()))
    assert set(published.dtypes) == {pl.String}
    assert published.row(0) == ("202201", "4", "0", "85423110", "400", "1", "1000.0", "US")


def test_ports_are_added_up() -> None:
    assert tidied(row(), row(PortId=2, Value=500.0), row(PortId=3, CommodityId=85423190)).to_dicts() == [
        {
            "freq": "M",
            "ref_area": "GBR",
            "counterpart_area": "USA",
            "flow": "X",
            "product": "HS22_854231",
            "time_period": "2022-01",
            "obs_value": Decimal("2500.000000"),
            "unit_measure": "GBP",
            "valuation": "FOB",
            "basis": "LAST_SHIPMENT",
            "obs_status": "A",
            "comment_obs": None,
        }
    ]


@pytest.mark.parametrize(
    ("flow_type", "flow", "valuation", "basis"),
    [
        (1, "M", "CIF", "MIXED"),
        (2, "X", "FOB", "LAST_SHIPMENT"),
        (3, "M", "CIF", "ORIGIN"),
        (4, "X", "FOB", "LAST_SHIPMENT"),
    ],
)
def test_each_of_the_four_flow_types_has_its_direction(flow_type: int, flow: str, valuation: str, basis: str) -> None:
    told = tidied(row(FlowTypeId=flow_type)).row(0, named=True)
    assert (told["flow"], told["valuation"], told["basis"]) == (flow, valuation, basis)


def test_a_lost_leading_zero_is_put_back() -> None:
    """No good of ours begins with one, so the code that is found is not ours; it would otherwise pass as 71023."""
    with pytest.raises(SourceChanged, match=r"subheadings in CommodityId \['071023'\]"):
        tidied(row(CommodityId=7102390))


def test_negative_codes_are_suppressed_groups_and_left_out() -> None:
    assert tidied(row(CommodityId=-990), row()).height == 1


def test_a_suppression_index_is_told_and_its_sum_is_of_low_reliability() -> None:
    told = tidied(row(), row(PortId=2, SuppressionIndex=2)).row(0, named=True)
    assert told["obs_value"] == 2000
    assert told["obs_status"] == "U"
    assert told["comment_obs"] == "1 of 2 rows carry a suppression index: values were moved"


def test_a_row_without_a_value_is_not_zero() -> None:
    alone = tidied(row(Value=None)).row(0, named=True)
    assert (alone["obs_value"], alone["obs_status"]) == (None, "O")
    among = tidied(row(Value=None), row(PortId=2)).row(0, named=True)
    assert (among["obs_value"], among["obs_status"]) == (1000, "U")
    assert among["comment_obs"] == "1 of 2 rows have no value"


def test_countries_without_an_iso_code_stand_together() -> None:
    stores, kosovo = country(950, "Stores & Provis.", "QR"), country(95, "Kosovo", "XK")
    rows = tidied(row(Country=stores), row(Country=kosovo), row(Country=country(952, "Stores", "")), row())
    assert rows.select("counterpart_area", "obs_value").rows() == [("USA", 1000), ("_X", 3000)]


def test_serbia_and_greece_bear_codes_of_their_own() -> None:
    rows = tidied(row(Country=country(98, "Serbia", "XS")), row(Country=country(9, "Greece", "EL")))
    assert rows["counterpart_area"].to_list() == ["GRC", "SRB"]


def test_the_united_kingdom_is_no_partner_of_itself() -> None:
    assert tidied(row(Country=country(6, "United Kingdom", "GB")), row())["counterpart_area"].to_list() == ["USA"]


def test_an_unknown_country_stops_the_answer() -> None:
    with pytest.raises(SourceChanged, match=r"countries in CountryCodeAlpha \['AB'\]"):
        tidied(row(Country=country(1, "Nowhere", "AB")))


def test_an_unknown_direction_stops_the_answer() -> None:
    with pytest.raises(SourceChanged, match=r"directions in FlowTypeId \['5'\]"):
        tidied(row(FlowTypeId=5))


def pages(*bodies: bytes) -> list[Answer]:
    return [Answer(SOURCE, "exports", PARTITION, number + 1, body) for number, body in enumerate(bodies)]


def test_a_sum_that_two_pages_divide_is_added_up_over_both() -> None:
    link = {"@odata.nextLink": "https://api.uktradeinfo.com/OTS?$skip=40000"}
    read = read_pages(pages(answer(row(), row(Country=IRELAND, FlowTypeId=2), **link), answer(row(PortId=2))))
    assert sorted(read.select("counterpart_area", "obs_value").rows()) == [("IRL", 1000), ("USA", 2000)]


def test_a_row_that_stands_on_two_pages_is_not_added_up_twice() -> None:
    with pytest.raises(SourceChanged, match="1 rows stand on more than one page, such as MonthId 202201"):
        read_pages(pages(answer(row(), row(PortId=2)), answer(row(PortId=2))))
    assert read_pages(pages(answer(row(), row()))).height == 1


def test_a_renamed_field_is_told() -> None:
    with pytest.raises(SourceChanged, match="expected rows with MonthId"):
        parse_goods(answer(row()).replace(b"MonthId", b"Month"))


def test_a_page_is_parsed_then_tidied() -> None:
    read = read_pages(pages(answer(row(), row(Country=IRELAND, FlowTypeId=2))))
    assert sorted(read["counterpart_area"]) == ["IRL", "USA"]


def test_the_question_names_the_month_and_writes_every_range_out() -> None:
    shown = prepare(load_contracts().source(SOURCE), "exports", PARTITION, Page(), {}).shown
    assert "MonthId%20eq%20202201" in shown
    assert "%20in%20" not in shown


def test_the_question_asks_for_every_subheading_that_is_held() -> None:
    source = load_contracts().source(SOURCE)
    assert source.live is not None
    asked = str(source.live.requests["imports"].parameters["$filter"])
    ranges = [
        (int(low), int(high)) for low, high in re.findall(r"CommodityId ge (\d+) and CommodityId le (\d+)", asked)
    ]
    products = {code[5:] for code in load_contracts().codelists["product"].codes if code.startswith("HS22_")}
    subheadings = {code for code in products if len(code) == 6}
    assert {code for code in subheadings if any(low <= int(code) * 100 <= high for low, high in ranges)} == subheadings
    assert all(any(low <= int(code) * 100 <= high for code in subheadings) for low, high in ranges)
