"""Frontier AI models. Models are made up, with the columns that were recorded."""

import polars as pl
import pytest

from compact_pipelines.datasets.infrastructure.epoch_models import SOURCE, parse_models, read_answer, tidy_models
from compact_pipelines.errors import SourceChanged
from compact_pipelines.live.answers import Answer, Partition
from tests.live.publishers.epoch_models import HEADER, MODELS, USA, table

COUNT = "AI_FRONTIER_MODELS"


def model(country: str, date: str = "2023-05-01", **marks: str) -> list[str]:
    """One model; marks are frontier, large, exclude."""
    told = {"frontier": "True", "large": "", "exclude": "", **marks}
    return ["Made up", date, country, told["frontier"], told["large"], told["exclude"], ""]


def tidied(*rows: list[str], indicator: str = COUNT) -> pl.DataFrame:
    return tidy_models(parse_models(table(*rows))).filter(indicator=indicator).sort("time_period", "ref_area")


def test_notes_over_several_lines_are_one_cell() -> None:
    published = parse_models(table(*MODELS))
    assert published.height == 3
    assert published["Notes"][0] == "a note\nof two lines"


def test_models_are_counted_by_country_and_year() -> None:
    rows = tidied(model(USA), model(USA), model("Canada", "2024-01-31"))
    assert rows.select("ref_area", "time_period", "obs_value", "obs_status").rows() == [
        ("USA", "2023", 2, "A"),
        ("W00", "2023", 2, "A"),
        ("CAN", "2024", 1, "P"),
        ("W00", "2024", 1, "P"),
    ]


def test_a_model_with_two_countries_counts_for_each_and_says_so_and_once_in_the_world() -> None:
    rows = tidied(model(f"{USA},France"), model(USA))
    assert rows.select("ref_area", "obs_value", "comment_obs").rows() == [
        ("FRA", 1, "1 of them also counted for another country"),
        ("USA", 2, "1 of them also counted for another country"),
        ("W00", 2, None),
    ]


def test_a_country_that_stands_twice_in_a_cell_counts_once() -> None:
    rows = tidied(model(f"{USA},{USA}"))
    assert rows.select("ref_area", "obs_value", "comment_obs").rows() == [("USA", 1, None), ("W00", 1, None)]


def test_a_model_without_a_country_is_not_allocated() -> None:
    assert tidied(model("")).select("ref_area", "obs_value").rows() == [("W00", 1), ("_X", 1)]


def test_a_name_that_holds_a_comma_is_one_country() -> None:
    assert tidied(model("Taiwan, Province of China,Japan"))["ref_area"].to_list() == ["JPN", "TWN", "W00"]


def test_models_not_marked_or_excluded_are_left_out() -> None:
    rows = tidied(
        model(USA), model("Canada", frontier=""), model("Canada", frontier="False"), model("Canada", exclude="1")
    )
    assert rows["ref_area"].to_list() == ["USA", "W00"]


def test_models_over_the_threshold_are_a_lower_bound() -> None:
    rows = tidied(model(USA, large="True"), model(USA), indicator="AI_FRONTIER_MODELS_OVER_1E25")
    assert rows.select("ref_area", "obs_value", "obs_status").rows() == [("USA", 1, "E"), ("W00", 1, "E")]
    assert tidied(model(USA), indicator="AI_FRONTIER_MODELS_OVER_1E25").is_empty()


def test_columns_that_come_and_go_do_not_matter_and_those_counted_on_do() -> None:
    assert tidy_models(parse_models(table(*MODELS)).drop("Notes").with_columns(New=pl.lit("1"))).height > 0
    with pytest.raises(SourceChanged, match=r"columns \['Exclude'\] are missing"):
        tidy_models(parse_models(table(*MODELS, header=[name.replace("Exclude", "Excluded") for name in HEADER])))


def test_unknown_countries_marks_and_dates_stop_the_answer() -> None:
    with pytest.raises(SourceChanged, match=r"unknown countries \['Atlantis'\]"):
        tidied(model(f"{USA},Atlantis"))
    with pytest.raises(SourceChanged, match=r"unknown marks in Frontier model \['yes'\]"):
        tidied(model(USA, frontier="yes"))
    with pytest.raises(SourceChanged, match=r"Publication date of \['Made up'\] is no date"):
        tidied(model(USA, "May 2023"))


def test_a_table_in_which_no_model_is_marked_is_refused() -> None:
    with pytest.raises(SourceChanged, match="no model is marked"):
        tidied(model(USA, frontier=""))


def test_read_answer_is_parse_then_tidy() -> None:
    rows = read_answer(Answer(SOURCE, "models", Partition("all"), 1, table(*MODELS)))
    assert set(rows["ref_area"]) == {"USA", "FRA", "CAN", "W00"}
