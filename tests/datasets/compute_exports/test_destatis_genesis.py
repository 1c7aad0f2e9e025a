"""German trade in computing goods. Figures are made up; the layout is the recorded one of other goods."""

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.datasets.compute_exports.destatis_genesis import (
    AREAS,
    SOURCE,
    parse_trade,
    read_answer,
    tidy_trade,
)
from compact_pipelines.errors import SourceChanged
from compact_pipelines.live.answers import Answer, Partition
from tests.live.publishers.destatis_genesis import HEADER, LINES, line, packed


def tidied(*lines: str) -> pl.DataFrame:
    return tidy_trade(parse_trade(packed(*lines)))


def test_the_flat_file_is_read_out_of_its_zip_all_text_and_without_its_mark() -> None:
    published = parse_trade(packed(*LINES))
    assert published.columns[0] == "statistics_code"
    assert set(published.dtypes) == {pl.String}
    assert published.height == len(LINES)


def test_a_row_in_thousand_dollars_becomes_dollars() -> None:
    assert tidied(line("1200")).drop("comment_obs").row(0) == (
        ("A", "DEU", "USA", "X", "HS22_8471", "2022", 1_200_000, "USD", "FOB", "LAST_SHIPMENT", "A")
    )


def test_measures_in_euros_and_tonnes_are_not_taken() -> None:
    assert tidied(line("1", "GEWA"), line("2", "WERTA"), line("3", "WERTES")).select("flow", "obs_value").rows() == [
        ("M", 3000)
    ]


def test_a_nil_is_zero_and_other_marks_are_no_values() -> None:
    rows = tidied(line("-"), line("."), line("..."), line("x"), line("/"))
    assert rows.select("obs_value", "obs_status").rows() == [
        (0, "A"),
        (None, "O"),
        (None, "O"),
        (None, "M"),
        (None, "O"),
    ]
    assert rows["comment_obs"].null_count() == 1


def test_an_unknown_unit_stops_the_answer() -> None:
    with pytest.raises(SourceChanged, match=r"Mill\. US"):
        tidied(line("1").replace("US-$ 1000", "Mill. US-$"))


def test_an_unknown_measure_or_heading_stops_the_answer() -> None:
    with pytest.raises(SourceChanged, match=r"unknown measures \['NEW'\]"):
        tidied(line("1").replace("WERTAS", "NEW"))
    with pytest.raises(SourceChanged, match=r"unknown headings \['WA0101'\]"):
        tidied(line("1", heading="WA0101"))


def test_countries_outside_the_list_are_left_out() -> None:
    assert tidied(line("1", country="STLAH950"), line("2"))["counterpart_area"].to_list() == ["USA"]


def test_variables_are_found_whatever_their_number() -> None:
    moved = line("1").replace("STLAH;STLAH;STLAH400;STLAH400;WAM4;WAM4;WA8471;WA8471", "WAM4;;WA8471;;STLAH;;STLAH400;")
    assert tidied(moved).select("counterpart_area", "product").rows() == [("USA", "HS22_8471")]


def test_a_renamed_column_is_told() -> None:
    with pytest.raises(SourceChanged, match=r"columns \['value'\] are missing"):
        tidy_trade(parse_trade(packed(line("1"), header=HEADER.replace("value;", "amount;"))))


def test_read_answer_is_parse_then_tidy() -> None:
    assert read_answer(Answer(SOURCE, "trade", Partition("2022"), 1, packed(*LINES))).height == 4


def test_the_question_asks_for_the_areas_and_headings_that_are_read() -> None:
    live = load_contracts().source(SOURCE).live
    assert live is not None
    form = live.requests["trade"].form
    assert set(form["classifyingkey2"].split(",")) == set(AREAS)
    products = load_contracts().codelists["product"].codes
    headings = {f"WA{code[5:]}" for code in products if code.startswith("HS22_") and len(code) == 9}
    assert set(form["classifyingkey1"].split(",")) == headings
