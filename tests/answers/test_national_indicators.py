"""The figures of several national offices as one table. Figures are made up."""

import polars as pl

from compact_pipelines.answers.edition import REFERENCE_TABLES
from compact_pipelines.answers.national_indicators import join_offices, national_indicators
from compact_pipelines.contracts import load_contracts


def figures(source: str, *rows: tuple[str, str, float | None]) -> pl.DataFrame:
    frame = pl.DataFrame(list(rows), schema={"area": str, "time_period": str, "obs_value": float}, orient="row")
    return frame.with_columns(indicator=pl.lit("POPULATION"), source_id=pl.lit(source))


def test_the_figures_of_all_offices_are_there_in_the_order_of_the_key() -> None:
    mexico = figures("one", ("MEX", "2020", 2.0), ("MEX", "2010", None))
    korea = figures("two", ("KOR", "2024-06", 3.0)).select(reversed(mexico.columns))
    joined = join_offices(mexico, korea)
    assert joined.columns == mexico.columns
    assert joined.select("area", "time_period", "obs_value", "source_id").rows() == [
        ("KOR", "2024-06", 3.0, "two"),
        ("MEX", "2010", None, "one"),
        ("MEX", "2020", 2.0, "one"),
    ]


def test_two_offices_that_tell_the_same_figure_are_both_kept() -> None:
    assert join_offices(figures("a", ("MEX", "2020", 1.0)), figures("b", ("MEX", "2020", 2.0))).height == 2


def test_nothing_asked_is_an_empty_table() -> None:
    assert join_offices(figures("a"), figures("b")).height == 0


def test_the_edition_takes_it_from_every_source_whose_rows_it_holds() -> None:
    assert REFERENCE_TABLES["national_indicators"] == "national_indicators"
    sources = [source.id for source in load_contracts().sources_in_use if source.table == "national_indicators"]
    assert {key.to_user_string() for key in national_indicators.dependency_keys} == {f"core_{name}" for name in sources}
