"""Distances. Inline rows are made up; figures of the embedded table are pinned as published."""

from decimal import Decimal

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import POLARS_TYPES
from compact_pipelines.datasets.reference.cepii_geodist import (
    SOURCE,
    core_cepii_geodist,
    parse_distances,
    tidy_distances,
)
from compact_pipelines.errors import SourceChanged
from compact_pipelines.snapshots import SnapshotStore

CONTRACTS = load_contracts()
TABLE = (
    b"iso_o,iso_d,contig,comlang_off,colony,dist,distcap,distw\n"
    b"USA,CAN,1.0,0.0,0.0,500.5,700,2079.2970000000001\n"
    b"CAN,ROM,0.0,0.0,1.0,7000,7100,11543.809999999999\n"
)


def tidied(content: bytes = TABLE) -> pl.DataFrame:
    return tidy_distances(parse_distances(content))


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    store = SnapshotStore.at(tmp_path_factory.mktemp(SOURCE))
    return core_cepii_geodist(store.take_embedded(SOURCE, "distances"))


def test_the_table_is_read_as_it_stands_and_all_text() -> None:
    published = parse_distances(TABLE)
    assert set(published.dtypes) == {pl.String}
    assert published.rows()[0] == ("USA", "CAN", "1.0", "0.0", "0.0", "500.5", "700", "2079.2970000000001")


def test_pairs_stand_in_kilometres_with_their_links_and_present_codes() -> None:
    assert tidied().rows() == [
        ("CAN", "ROU", Decimal(7000), Decimal(7100), Decimal("11543.81"), False, False, True),
        ("USA", "CAN", Decimal("500.5"), Decimal(700), Decimal("2079.297"), True, False, False),
    ]


def test_a_point_is_a_missing_weighted_distance() -> None:
    assert tidied(TABLE.replace(b"2079.2970000000001", b"."))["weighted_distance_km"].to_list() == [
        Decimal("11543.81"),
        None,
    ]


def test_any_other_distance_must_stand() -> None:
    with pytest.raises(SourceChanged, match=r"no distance between \[\('USA', 'CAN'\)\]"):
        tidied(TABLE.replace(b"500.5", b"."))


def test_a_state_that_is_no_more_is_left_out() -> None:
    assert tidied(TABLE.replace(b"ROM", b"YUG"))["from_area"].to_list() == ["USA"]


@pytest.mark.parametrize(("column", "code"), [("iso_o", b"USA"), ("iso_d", b"ROM")])
def test_an_unknown_country_is_named(column: str, code: bytes) -> None:
    with pytest.raises(SourceChanged, match=rf"cepii_geodist: unknown area codes in {column} \['ATL'\]"):
        tidied(TABLE.replace(code, b"ATL"))


@pytest.mark.parametrize(("flag", "named"), [(b"2.0", "2.0"), (b"", "blank"), (b".", r"\.")])
def test_a_flag_that_is_no_yes_or_no_is_named(flag: bytes, named: str) -> None:
    with pytest.raises(SourceChanged, match=rf"unknown flags in contig \['{named}'\]"):
        tidied(TABLE.replace(b"CAN,1.0", b"CAN," + flag))


def test_a_changed_header_is_refused() -> None:
    with pytest.raises(SourceChanged, match=r"the header has changed. Missing: \['distw'\]; new: \['distwces'\]"):
        tidied(TABLE.replace(b"distw", b"distwces"))


def test_a_cell_that_is_no_number_is_named_with_its_row() -> None:
    with pytest.raises(SourceChanged, match=r"column dist: 1 cells are not numbers \(row 1: 'far'\)"):
        tidied(TABLE.replace(b"500.5", b"far"))


@pytest.mark.parametrize(
    ("pair", "kilometres", "links"),
    [
        (("USA", "CAN"), ("548.3946", "737.0425", "2079.297"), (True, True, False)),
        (("USA", "MEX"), ("3369.053", "3037.916", "2468.405"), (True, False, False)),
        (("CAN", "MEX"), ("3267.29", "3609.244", "3442.775"), (False, False, False)),
        (("ESP", "MEX"), ("9073.951", "9073.951", "9144.438"), (False, True, True)),
        (("CAN", "CAN"), ("1187.996", "1187.996", "1485.636"), (False, False, False)),
    ],
)
def test_embedded_pairs_are_the_published_ones(
    core: pl.DataFrame, pair: tuple[str, str], kilometres: tuple[str, ...], links: tuple[bool, ...]
) -> None:
    held = core.filter(from_area=pair[0], to_area=pair[1]).drop("source_id", "snapshot_id").rows()
    assert held == [(*pair, *(Decimal(figure) for figure in kilometres), *links)]


def test_every_embedded_pair_stands_in_both_directions_alike(core: pl.DataFrame) -> None:
    areas = sorted(CONTRACTS.membership.tier_of)
    assert core.select("from_area", "to_area").rows() == [(one, other) for one in areas for other in areas]
    alike = ["distance_km", "capital_distance_km", "is_contiguous", "has_common_language", "has_colonial_link"]
    back = core.rename({"from_area": "to_area", "to_area": "from_area"}).sort("from_area", "to_area")
    assert core.select(alike).equals(back.select(alike))
    gap = (core["weighted_distance_km"] - back["weighted_distance_km"]).abs().max()
    assert gap is not None
    assert float(str(gap)) < 1


def test_the_core_table_has_the_published_columns_and_a_unique_key(core: pl.DataFrame) -> None:
    published = CONTRACTS.published["distances"]
    assert core.n_unique(published.key) == core.height == 46 * 46
    assert dict(core.schema) == {name: POLARS_TYPES[column.type] for name, column in published.columns.items()}
    assert core.select(pl.all().is_null().any()).row(0) == (False,) * core.width
