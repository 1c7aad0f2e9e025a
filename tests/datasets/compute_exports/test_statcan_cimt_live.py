"""Canada's trade by goods, from the publisher's zips. Figures are made up, in columns that authors of clients give."""

from decimal import Decimal

import polars as pl
import pytest

from compact_pipelines.datasets.compute_exports.statcan_cimt import SOURCE, read_answer
from compact_pipelines.errors import SourceChanged
from compact_pipelines.live.answers import Answer, Partition
from tests.live.made_up_files import zipped
from tests.live.publishers.statcan_cimt import (
    CHAPTERS,
    EXPORTS,
    EXPORTS_BY_CHAPTER,
    GOODS,
    GOODS_SOLD,
    IMPORTS,
    SOLD,
    VALUE,
    exports,
    imports,
)


def read(content: bytes, part: str = "imports", year: str = "2022") -> pl.DataFrame:
    return read_answer(Answer(SOURCE, part, Partition(year), 1, content))


def told(frame: pl.DataFrame, area: str = "USA") -> dict[str, Decimal | None]:
    return dict(frame.filter(counterpart_area=area).select("product", "obs_value").rows())


def test_provinces_and_states_are_added_up_and_chapters_to_all_goods() -> None:
    assert told(read(imports(CHAPTERS, GOODS))) == {"TOTAL": 1050, "HS_84": 1000, "HS22_847150": 800}
    assert told(read(exports(SOLD, GOODS_SOLD), "exports")) == {"TOTAL": 900, "HS_84": 900, "HS22_847150": 400}


def test_rows_say_what_they_are_in_canadian_dollars() -> None:
    row = read(imports(CHAPTERS, GOODS)).row(by_predicate=pl.col("product") == "HS22_847150", named=True)
    assert row == {
        "freq": "M", "ref_area": "CAN", "counterpart_area": "USA", "flow": "M", "product": "HS22_847150",
        "time_period": "2022-01", "obs_value": Decimal(800), "unit_measure": "CAD", "valuation": "FOB",
        "basis": "ORIGIN", "obs_status": "A", "comment_obs": None,
    }  # fmt: skip
    assert set(read(exports(SOLD, GOODS_SOLD), "exports")["basis"]) == {"LAST_SHIPMENT"}


def test_of_several_months_in_one_zip_the_last_table_counts() -> None:
    assert 999_999 not in read(imports(CHAPTERS, GOODS))["obs_value"].to_list()


def test_a_code_that_lost_its_leading_zero_is_found_again() -> None:
    # Live animals, chapter 1; were it read as 1 or 10, a computer of heading 8471 could not be told from it.
    assert told(read(imports("202201,1,US,ON,,50\n", "202201,10121,US,ON,,50,1,NMB\n"))) == {"TOTAL": 50}


def test_a_zero_is_absent_and_returned_goods_and_unknown_partners_are_left_out() -> None:
    found = read(imports(CHAPTERS + "202201,84,ZX,ON,,9\n", GOODS))
    assert sorted(found["counterpart_area"].unique()) == ["ARE", "USA"]
    assert set(found.filter(counterpart_area="ARE").select("obs_value", "obs_status").rows()) == {(None, "O")}


def test_goods_of_an_older_tariff_are_left_out() -> None:
    older = [text.replace("2022", "2021") for text in (CHAPTERS, GOODS)]
    assert told(read(imports(older[0], older[1]), year="2021")) == {
        "TOTAL": 1050,
        "HS_84": 1000,
    }


def test_the_older_encoding_is_read() -> None:
    tables = {"ODPFN021_202212N.csv": EXPORTS_BY_CHAPTER + SOLD, "ODPFN019_202212N.csv": EXPORTS + GOODS_SOLD}
    content = zipped({name: text.encode("latin-1") for name, text in tables.items()})
    assert told(read(content, "exports"), "MEX") == {"TOTAL": 100, "HS_85": 100}


@pytest.mark.parametrize(
    ("chapters", "says"),
    [
        ("202201,84,Q9,ON,,1\n", r"unknown ISO 3166-1 alpha-2 codes \['Q9'\]"),
        ("202301,84,US,ON,,1\n", r"months \['2023-01'\] in the zip of 2022"),
        ("202201,84,US,ON,,x\n", "column value: 1 cells are not numbers"),
    ],
)
def test_what_is_not_known_is_named(chapters: str, says: str) -> None:
    with pytest.raises(SourceChanged, match=says):
        read(imports(chapters, GOODS))


def test_a_renamed_column_and_a_missing_table_are_named() -> None:
    with pytest.raises(SourceChanged, match=rf"table ODPFN015: the header has changed. Missing: \['{VALUE}'\]"):
        read(imports(CHAPTERS, GOODS, IMPORTS.replace(VALUE, "Amount")))
    with pytest.raises(SourceChanged, match=r"part exports, 2022, table ODPFN021: no member of the zip is called"):
        read(imports(CHAPTERS, GOODS), "exports")
