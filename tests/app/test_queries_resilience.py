"""What *Resilience* asks of the embedded edition. Figures are those of the sources."""

import numpy as np
import polars as pl
import pytest

from compact_app import queries
from compact_app.queries import Edition

CLOSE = 1e-9


def test_products_are_those_with_known_suppliers_the_widest_first(edition: Edition) -> None:
    products = queries.resilience_products(edition)
    assert products["subject"].to_list() == ["TOTAL", "HS_84", "HS_85", "NAICS_334"]
    assert products["areas"].is_sorted(descending=True)
    assert products["areas"].tail(3).to_list() == [1, 1, 1]


@pytest.mark.parametrize(("product", "year"), [("TOTAL", "2018"), ("TOTAL", "2019"), ("HS_85", "2020")])
def test_a_supply_is_what_the_table_of_dependency_says(edition: Edition, product: str, year: str) -> None:
    supply = queries.resilience_supplies(edition, product)[year]
    rows = queries.ask(
        edition,
        """SELECT area, total_value, named_share, has_total, top_supplier, top_share FROM out_dependency
        WHERE theme = 'compute_exports' AND subject = $product AND time_period = $year AND reason IS NULL""",
        product=product,
        year=year,
    )
    held = [area for area, is_held in zip(supply.areas, supply.imports.is_held, strict=True) if is_held]
    assert sorted(rows["area"]) == held
    for row in rows.iter_rows(named=True):
        (place,) = supply.places([row["area"]])
        taken, rest = supply.imports.values[place], supply.imports.rest[place]
        total = np.nansum(taken) + rest
        assert total == pytest.approx(row["total_value"], rel=CLOSE)
        assert np.nansum(taken) / total == pytest.approx(row["named_share"], abs=CLOSE)
        assert supply.areas[int(np.nanargmax(taken))] == row["top_supplier"]
        assert np.nanmax(taken) / total == pytest.approx(row["top_share"], abs=CLOSE)
        assert supply.imports.has_total[place] == row["has_total"]


def test_exports_are_those_that_an_area_tells_of_itself(edition: Edition) -> None:
    supply = queries.resilience_supplies(edition, "TOTAL")["2019"]
    (place,) = supply.places(["USA"])
    rows = queries.ask(
        edition,
        """SELECT source_id, total_value FROM out_export_totals
        WHERE subject = 'TOTAL' AND time_period = '2019' AND area = 'USA'""",
    )
    assert rows["source_id"].to_list() == ["us_census_exports"]
    sent = np.nansum(supply.exports.values[place]) + supply.exports.rest[place]
    assert sent == pytest.approx(rows["total_value"].item(), rel=CLOSE)


def test_positions_have_the_united_states_at_zero(edition: Edition) -> None:
    positions = queries.geopolitical_positions(edition)
    assert positions.filter(area="USA")["position"].to_list() == [0.0]
    assert positions.filter(pl.col("position").is_not_null()).height > 40
