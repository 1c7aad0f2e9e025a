"""Ways to derive a hidden value, each found, and not found outside the protection. All figures are made up."""

from decimal import Decimal
from typing import Any, Final

import polars as pl
import pytest

from compact_pipelines.analytics.disclosure import Background, Leak, Reader, find_leaks
from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.model import SameSource

CONTRACTS: Final = load_contracts()
TRADE: Final = CONTRACTS.tables["compute_exports"]
CAPITAL: Final = CONTRACTS.tables["capital_flows"]
TALENT: Final = CONTRACTS.tables["talent_movement"]
PUBLIC: Final = Reader("drop:public", 0.1)
PAIR: Final = SameSource(theme="compute_exports", areas=["USA", "CAN"], since="1990-01", reason="a", citation="b")
KNOWN: Final = Background([PAIR], ["USA", "CAN", "MEX", "FRA", "_X"], ["PER_10000"])
EXPORT: Final = {
    "freq": "A",
    "ref_area": "MEX",
    "counterpart_area": "FRA",
    "flow": "X",
    "product": "HS_85",
    "time_period": "2024",
}


def cell(
    source: str, value: float | None, *, hidden: bool = False, secondary: bool = False, **key: str
) -> dict[str, Any]:
    """One cell told by a source; a hidden one is withheld from the reader."""
    number = None if value is None else Decimal(str(value))
    return {**EXPORT, **key, "source_id": source, "obs_value": number, "is_visible": not hidden,
            "is_secondary": secondary}  # fmt: skip


def earlier(*rows: tuple[str, float, dict[str, str]]) -> pl.DataFrame:
    schema: dict[str, Any] = dict.fromkeys([*TRADE.dimensions, "source_id", "file"], pl.String)
    told = [{**EXPORT, **key, "source_id": source, "obs_value": value, "file": "edition-000003.public.duckdb"}
            for source, value, key in rows]  # fmt: skip
    return pl.DataFrame(told, schema={**schema, "obs_value": pl.Float64})


def leaks(*cells: dict[str, Any], before: pl.DataFrame | None = None, reader: Reader = PUBLIC) -> list[Leak]:
    return find_leaks(
        TRADE, pl.DataFrame(cells), earlier() if before is None else before, reader=reader, background=KNOWN
    )


HIDDEN: Final = cell("drop:mx", 1000, hidden=True)
MIRROR: Final = {"ref_area": "FRA", "counterpart_area": "MEX", "flow": "M"}


def test_where_nothing_is_hidden_nothing_is_found() -> None:
    assert leaks(cell("drop:mx", 1000), cell("office", 1000)) == []


def test_a_hidden_value_alone_is_safe() -> None:
    assert leaks(HIDDEN) == []
    assert leaks(cell("drop:mx", None, hidden=True), cell("office", 1000)) == []


# Mirrors


@pytest.mark.parametrize(("value", "is_near"), [(1000, True), (1100, True), (900, True), (1101, False), (899, False)])
def test_a_partners_figure_of_the_same_flow_within_the_protection_is_found(value: int, is_near: bool) -> None:
    found = leaks(HIDDEN, cell("drop:fr", value, **MIRROR))
    assert bool(found) is is_near
    if found:
        [leak] = found
        assert leak.key == ("A", "MEX", "FRA", "X", "HS_85", "2024")
        assert (leak.source_id, leak.way, leak.is_outside) == ("drop:mx", "mirror", False)
        assert leak.by == ("A FRA MEX M HS_85 2024 of drop:fr",)


@pytest.mark.parametrize("other", [{"product": "HS_84"}, {"time_period": "2023"}, {"flow": "X"}, {"freq": "M"}])
def test_a_figure_of_another_flow_is_no_mirror(other: dict[str, str]) -> None:
    assert leaks(HIDDEN, cell("drop:fr", 1000, **{**MIRROR, **other})) == []


def test_any_mirror_of_a_pair_with_one_collection_is_found_from_its_beginning() -> None:
    key = {"ref_area": "USA", "counterpart_area": "CAN"}
    mirror = {"ref_area": "CAN", "counterpart_area": "USA", "flow": "M"}
    hidden, far = cell("drop:us", 1000, hidden=True, **key), cell("office", 5000, **mirror)
    assert [leak.way for leak in leaks(hidden, far)] == ["mirror"]
    old = {"time_period": "1989"}
    assert leaks({**hidden, **old}, {**far, **old}) == []


def test_a_figure_that_a_publisher_has_released_is_found_and_is_not_in_our_hands() -> None:
    [leak] = leaks(HIDDEN, cell("imf_dots_fob", 1010, **MIRROR))
    assert leak.is_outside


def test_a_hidden_mirror_is_no_witness() -> None:
    assert leaks(HIDDEN, cell("drop:fr", 1000, hidden=True, **MIRROR)) == []


def test_what_a_reader_knows_from_its_own_rows_is_no_leak_of_ours() -> None:
    assert leaks(HIDDEN, cell("drop:fr", 1000, **MIRROR), reader=Reader("drop:fr", 0.1)) == []


@pytest.mark.parametrize(("table", "swap"), [(CAPITAL, ("OUT", "IN")), (TALENT, ("IN", "OUT"))])
def test_inward_mirrors_outward(table: Any, swap: tuple[str, str]) -> None:
    first = dict.fromkeys(table.dimensions, "x") | {
        "ref_area": "MEX",
        "counterpart_area": "FRA",
        "direction": swap[0],
    }
    second = first | {"ref_area": "FRA", "counterpart_area": "MEX", "direction": swap[1]}
    told = pl.DataFrame(
        [
            {**first, "source_id": "drop:mx", "obs_value": 10.0, "is_visible": False, "is_secondary": False},
            {**second, "source_id": "drop:fr", "obs_value": 10.0, "is_visible": True, "is_secondary": False},
        ]
    )
    empty = told.select(*table.dimensions, "source_id", "obs_value", file=pl.lit("")).clear()
    assert [leak.way for leak in find_leaks(table, told, empty, reader=PUBLIC, background=KNOWN)] == ["mirror"]


# Copies and older editions


@pytest.mark.parametrize(("value", "is_near"), [(1099, True), (1101, False)])
def test_another_sources_copy_of_the_cell_within_the_protection_is_found(value: int, is_near: bool) -> None:
    found = leaks(HIDDEN, cell("imf_dots_fob", value))
    assert [(leak.way, leak.by, leak.is_outside) for leak in found] == (
        [("copy", ("A MEX FRA X HS_85 2024 of imf_dots_fob",), True)] if is_near else []
    )


@pytest.mark.parametrize("key", [{}, MIRROR])
@pytest.mark.parametrize(("value", "is_near"), [(901, True), (899, False)])
def test_what_an_older_edition_said_within_the_protection_is_found(
    key: dict[str, str], value: int, is_near: bool
) -> None:
    found = leaks(HIDDEN, before=earlier(("drop:fr", value, key)))
    assert [(leak.way, leak.is_outside) for leak in found] == ([("older edition", False)] if is_near else [])
    assert all("edition-000003.public.duckdb" in leak.by[0] for leak in found)


# Sums


def of(*areas: str, hidden: tuple[str, ...] = (), total: float = 0, source: str = "drop:mx") -> list[dict[str, Any]]:
    """Exports of 1000 to each of some areas, and their total with something more."""
    parts = [cell(source, 1000, hidden=area in hidden, counterpart_area=area) for area in areas]
    return [*parts, cell(source, 1000 * len(areas) + total, counterpart_area="W00")]


def test_a_world_total_less_the_other_areas_is_found() -> None:
    [leak] = leaks(*of("FRA", "USA", "CAN", hidden=("FRA",)))
    assert (leak.way, leak.source_id, leak.key[2]) == ("sum", "drop:mx", "FRA")
    assert leak.by == ("A MEX W00 X HS_85 2024 of drop:mx", "the 2 other parts of it told by drop:mx")


@pytest.mark.parametrize(("more", "is_near"), [(100, True), (101, False), (-100, True), (-101, False)])
def test_a_total_from_which_something_else_is_left_too_is_judged_by_how_much(more: int, is_near: bool) -> None:
    assert bool(leaks(*of("FRA", "USA", hidden=("FRA",), total=more))) is is_near


def test_a_second_hidden_area_protects_the_first_and_is_no_finding_itself() -> None:
    cells = of("FRA", "USA", "CAN", hidden=("FRA", "USA"))
    assert leaks(*cells) == []
    cells[1]["is_secondary"] = True
    assert leaks(*cells) == []


def test_a_protecting_cell_that_is_known_from_elsewhere_protects_nothing() -> None:
    cells = of("FRA", "USA", "CAN", hidden=("FRA", "USA"))
    cells[1]["is_secondary"] = True
    mirror = cell("office", 1000, ref_area="USA", counterpart_area="MEX", flow="M")
    [leak] = leaks(*cells, mirror)
    assert (leak.way, leak.key[2]) == ("sum", "FRA")


def test_another_sources_total_less_the_partners_other_areas_is_found() -> None:
    cells = of("FRA", "USA", hidden=("FRA",))[:-1]
    assert leaks(*cells) == []
    assert [leak.way for leak in leaks(*cells, cell("office", 2000, counterpart_area="W00"))] == ["sum"]


def test_groups_of_areas_are_no_parts_of_the_world() -> None:
    cells = of("FRA", "USA", hidden=("FRA",))
    assert [leak.way for leak in leaks(*cells, cell("drop:mx", 1500, counterpart_area="EUU"))] == ["sum"]


def test_a_year_less_eleven_months_gives_the_twelfth() -> None:
    months = [cell("drop:mx", 10, freq="M", time_period=f"2024-{month:02d}") for month in range(1, 13)]
    months[4]["is_visible"] = False
    assert leaks(*months) == []
    [leak] = leaks(*months, cell("drop:mx", 120))
    assert (leak.way, leak.key[-1]) == ("sum", "2024-05")
    assert leaks(*months, cell("drop:mx", 140)) == []


def test_rates_are_not_summed() -> None:
    key = dict.fromkeys(TALENT.dimensions, "x") | {"unit_measure": "PER_10000", "time_period": "2024", "freq": "A"}
    rows = [{**key, "ref_area": "MEX", "counterpart_area": area, "source_id": "drop:mx", "obs_value": value,
             "is_visible": area != "FRA", "is_secondary": False}
            for area, value in (("FRA", 1.0), ("USA", 1.0), ("W00", 2.0))]  # fmt: skip
    empty = pl.DataFrame(rows).select(*TALENT.dimensions, "source_id", "obs_value", file=pl.lit("")).clear()
    assert find_leaks(TALENT, pl.DataFrame(rows), empty, reader=PUBLIC, background=KNOWN) == []
    persons = pl.DataFrame(rows).with_columns(unit_measure=pl.lit("PS"))
    assert len(find_leaks(TALENT, persons, empty, reader=PUBLIC, background=KNOWN)) == 1


def test_a_finding_tells_no_value() -> None:
    said = str(leaks(cell("drop:mx", 98765, hidden=True), cell("office", 98760), cell("drop:fr", 98761, **MIRROR)))
    assert "9876" not in said
