"""Two publishers' rates as one table. Rates are made up."""

import polars as pl

from compact_pipelines.answers.exchange_rates import join_rates


def rates(source: str, *rows: tuple[str, str, float]) -> pl.DataFrame:
    frame = pl.DataFrame(list(rows), schema=["currency", "time_period", "units_per_usd"], orient="row")
    return frame.with_columns(pl.col("units_per_usd").cast(pl.Decimal(28, 6)), source_id=pl.lit(source))


def test_the_second_publisher_fills_months_and_currencies_that_the_first_has_not() -> None:
    first = rates("first", ("CAD", "2026-01", 1.4), ("MXN", "2026-01", 18.0))
    second = rates("second", ("CAD", "2026-01", 9.9), ("CAD", "2026-02", 1.5), ("AED", "2026-01", 3.67))
    joined = join_rates(first, second)
    assert joined.select("currency", "time_period", "source_id").rows() == [
        ("AED", "2026-01", "second"),
        ("CAD", "2026-01", "first"),
        ("CAD", "2026-02", "second"),
        ("MXN", "2026-01", "first"),
    ]


def test_nothing_asked_leaves_the_first_publishers_rates_as_they_are() -> None:
    first = rates("first", ("CAD", "2026-01", 1.4))
    assert join_rates(first, first.clear()).equals(first)
