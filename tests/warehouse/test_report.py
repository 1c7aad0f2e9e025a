"""What came out of a run. Every figure below is made up."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.ddl import create_edition
from compact_pipelines.errors import WarehouseError
from compact_pipelines.warehouse.layout import PUBLIC, EditionFile, Layout, Pointer
from compact_pipelines.warehouse.report import ThemeReport, build_report

CONTRACTS = load_contracts()
THEME = CONTRACTS.tables["infrastructure"]
STANDARDS = CONTRACTS.tables["standards_adoption"]


def row(value: int | None, period: str, **cells: Any) -> dict[str, Any]:
    """A row of the headline series of infrastructure."""
    return {
        **THEME.headline,
        "time_period": period,
        "obs_value": value,
        "imputed_mirror": False,
        "obs_status": "A",
        "conf_status": "F",
        "source_id": "geonuclear_reactors",
        "recorded_at": dt.datetime(2026, 7, 7, tzinfo=dt.UTC),
        "is_preferred": True,
        **cells,
    }


def write_edition(layout: Layout, number: int, *rows: dict[str, Any], table: str = THEME.id) -> Path:
    """An edition with these rows, all other tables empty, served from now on."""
    layout.editions.mkdir(parents=True, exist_ok=True)
    path = layout.editions / f"edition-{number:06d}.{PUBLIC}.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(create_edition(CONTRACTS))
        for cells in rows:
            marks = ", ".join(f"${name}" for name in cells)
            connection.execute(f'INSERT INTO "{table}" ({", ".join(cells)}) VALUES ({marks})', cells)
    serve(layout, number, path)
    return path


def serve(layout: Layout, number: int, path: Path) -> None:
    files = {PUBLIC: EditionFile(file=path.name, sha256="0" * 64)}
    layout.move_pointer(
        Pointer(number=number, published_at=dt.datetime.now(dt.UTC), fingerprint=str(number), files=files)
    )


def report(layout: Layout, table: str = THEME.id) -> ThemeReport:
    [theme] = [theme for theme in build_report(layout) if theme.table == table]
    return theme


@pytest.fixture
def layout(data_root: Path) -> Layout:
    return Layout(data_root)


def test_every_theme_table_is_reported_in_the_order_of_the_contracts(layout: Layout) -> None:
    write_edition(layout, 1)
    assert [(theme.table, theme.title) for theme in build_report(layout)] == [
        (table.id, table.title["en"]) for table in CONTRACTS.tables.values()
    ]


def test_the_first_edition_has_nothing_before_it(layout: Layout) -> None:
    write_edition(layout, 1, row(5, "2024-03"), row(7, "2025-01"), row(1, "2023-01", ref_area="CAN"))
    theme = report(layout)
    assert (theme.rows, theme.sources, theme.first_period, theme.last_period) == (3, 1, "2023-01", "2025-01")
    assert (theme.headline, theme.unit) == (THEME.headline_title["en"], "MW")
    assert (theme.headline_period, theme.headline_value) == ("2025-01", Decimal(7))
    assert (theme.rows_before, theme.headline_before, theme.headline_period_before) == (None, None, None)


def test_an_edition_stands_beside_the_one_before(layout: Layout) -> None:
    write_edition(layout, 1, row(99, "2020-01"))
    write_edition(layout, 2, row(5, "2024-03"))
    write_edition(layout, 3, row(6, "2024-03"), row(8, "2024-04"))
    theme = report(layout)
    assert (theme.rows, theme.rows_before) == (2, 1)
    assert (theme.headline_period, theme.headline_value) == ("2024-04", 8)
    assert (theme.headline_period_before, theme.headline_before) == ("2024-03", 5)


def test_the_headline_is_the_latest_value_of_the_preferred_series(layout: Layout) -> None:
    write_edition(
        layout,
        1,
        row(5, "2024-03"),
        row(None, "2024-04", obs_status="O"),
        row(6, "2024-05", is_preferred=False),
        row(7, "2024-06", ref_area="CAN"),
        row(8, "2024-07", source_id="another", is_preferred=False),
    )
    theme = report(layout)
    assert (theme.headline_period, theme.headline_value) == ("2024-03", 5)
    assert theme.sources == 2


def test_a_headline_without_a_value_is_none(layout: Layout) -> None:
    write_edition(layout, 1, row(None, "2024-04", obs_status="O"))
    assert (report(layout).headline_period, report(layout).headline_value) == (None, None)


def test_a_status_is_a_headline_without_unit(layout: Layout) -> None:
    cells = {
        **STANDARDS.headline,
        "time_period": "2025-02",
        "adoption_status": "referenced",
        "obs_status": "A",
        "conf_status": "F",
        "source_id": "standards_register",
        "recorded_at": dt.datetime(2026, 7, 7, tzinfo=dt.UTC),
        "is_preferred": True,
        "source_tier": "official",
        "imputed_mirror": False,
    }
    known = {column.id for column in STANDARDS.stored}
    write_edition(layout, 1, {name: cell for name, cell in cells.items() if name in known}, table=STANDARDS.id)
    theme = report(layout, STANDARDS.id)
    assert (theme.unit, theme.headline_period, theme.headline_value) == (None, "2025-02", "referenced")


def test_no_edition_is_an_error(layout: Layout) -> None:
    with pytest.raises(WarehouseError, match="no edition in"):
        build_report(layout)


def test_an_edition_before_that_is_damaged_or_of_other_contracts_is_not_compared(layout: Layout) -> None:
    before = write_edition(layout, 1, row(5, "2024-03"))
    write_edition(layout, 2, row(6, "2024-03"))
    assert report(layout).rows_before == 1
    with duckdb.connect(str(before)) as connection:
        connection.execute("ALTER TABLE capital_flows RENAME TO flows_of_capital")
    assert (report(layout).rows, report(layout).rows_before) == (1, None)
    before.write_bytes(b"no database")
    assert (report(layout).rows, report(layout).rows_before) == (1, None)


def test_a_damaged_edition_is_named_with_what_to_do(layout: Layout) -> None:
    write_edition(layout, 1)
    path = write_edition(layout, 2)
    path.write_bytes(b"no database")
    with pytest.raises(WarehouseError, match=r"edition 2 in .*000002\.public\.duckdb cannot be read: .*compact run"):
        build_report(layout)


def test_the_embedded_edition_is_reported_with_its_figures(edition_root: Path) -> None:
    themes = {theme.table: theme for theme in build_report(Layout(edition_root))}
    trade = themes["compute_exports"]
    assert (trade.headline_period, trade.headline_value, trade.unit) == ("2026-05", 29_790_835_759, "USD")
    assert themes["talent_movement"].headline_value == 11_489_684
    assert themes["standards_adoption"].headline_value == "referenced"
    assert all(theme.rows > 0 and theme.headline_value is not None for theme in themes.values())
