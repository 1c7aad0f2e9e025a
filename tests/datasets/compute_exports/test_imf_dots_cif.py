"""IMF imports CIF. Inline rows are made up; totals of the embedded payload are pinned as held."""

import csv
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import check_table
from compact_pipelines.datasets.compute_exports.imf_dots_cif import (
    SOURCE,
    core_imf_dots_cif,
    parse_pairs,
    tidy_one_sided,
    tidy_paired,
    undo_division,
)
from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import DECIMAL
from compact_pipelines.snapshots import SnapshotStore, read_embedded

TABLE = load_contracts().tables["compute_exports"]
HEADER = b"ctycode_m,ctycode_x,year_m,indcode_m,indcode_x,value_m,value_x\n"
# IFS codes: 111 United States, 273 Mexico, 466 United Arab Emirates. 94.3396226415094 is 100 / 1.06.
PAIR = b"111,273,2018,TMG_CIF_USD,TXG_FOB_USD,94.3396226415094,80\n"
COPY = b"111,466,2018,TMG_CIF_USD,TXG_FOB_USD,2323483480.18868,2323483480\n"
ONE_SIDED = b"ctycode,pctycode,year,indcode,value\n111,466,2018,TMG_CIF_USD,943.396226415094\n"
# What the compilation keeps of a figure.
SIGNIFICANT_DIGITS = 15


def paired(*lines: bytes) -> pl.DataFrame:
    return tidy_paired(parse_pairs(HEADER + b"".join(lines)))


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    store = SnapshotStore.at(tmp_path_factory.mktemp(SOURCE))
    return core_imf_dots_cif(store.take_embedded(SOURCE, "paired"), store.take_embedded(SOURCE, "one_sided"))


def test_the_table_is_read_as_it_stands_and_all_text() -> None:
    published = parse_pairs(HEADER + PAIR)
    assert set(published.dtypes) == {pl.String}
    assert published["value_m"].to_list() == ["94.3396226415094"]


def test_a_pair_becomes_the_importers_import_as_the_fund_published_it() -> None:
    assert paired(PAIR).row(0, named=True) == {
        "freq": "A",
        "ref_area": "USA",
        "counterpart_area": "MEX",
        "flow": "M",
        "product": "TOTAL",
        "time_period": "2018",
        "obs_value": Decimal(100),
        "unit_measure": "USD",
        "valuation": "CIF",
        "basis": "MIXED",
        "imputed_mirror": False,
    }


def test_a_copy_is_told_before_the_division_is_undone() -> None:
    # Undone, the importer's figure is 1.06 times the exporter's and would look independent.
    row = paired(COPY).row(0, named=True)
    assert row["imputed_mirror"] is True
    assert row["obs_value"] == 2_462_892_489


def test_figures_that_agree_only_once_undone_are_no_copy() -> None:
    assert paired(PAIR.replace(b",80", b",100"))["imputed_mirror"].to_list() == [False]


def test_pairs_that_the_importer_alone_reports_are_loaded_too() -> None:
    rows = tidy_one_sided(parse_pairs(ONE_SIDED))
    assert rows.select("ref_area", "counterpart_area", "flow", "obs_value", "imputed_mirror").rows() == [
        ("USA", "ARE", "M", Decimal(1000), False)
    ]


def test_a_reported_zero_stays_a_zero_and_a_blank_is_none() -> None:
    zero = tidy_one_sided(parse_pairs(ONE_SIDED.replace(b"943.396226415094", b"0")))
    blank = tidy_one_sided(parse_pairs(ONE_SIDED.replace(b"943.396226415094", b"")))
    assert zero["obs_value"].to_list() == [0]
    assert blank["obs_value"].to_list() == [None]


@settings(deadline=None)
@given(dollars=st.integers(0, 10**12))
def test_undoing_the_division_gives_back_every_whole_dollar(dollars: int) -> None:
    kept = Decimal(f"{dollars / 1.06:.{SIGNIFICANT_DIGITS}g}").quantize(Decimal("0.000001"))
    assert undo_division(pl.Series([kept], dtype=DECIMAL), "made up").to_list() == [dollars]


@pytest.mark.parametrize("divisor", [1.1, 1.05])
def test_another_divisor_is_refused(divisor: float) -> None:
    figures = pl.Series([Decimal(f"{dollars / divisor:.6f}") for dollars in (101, 9_999_999)], dtype=DECIMAL)
    with pytest.raises(SourceChanged, match=r"made up: \d figures times 1\.06 are not whole dollars, such as"):
        undo_division(figures, "made up")


@pytest.mark.parametrize(("column", "line"), [("ctycode_m", b"9,273"), ("ctycode_x", b"111,9")])
def test_an_unknown_country_of_a_pair_is_named(column: str, line: bytes) -> None:
    with pytest.raises(SourceChanged, match=rf"imf_dots_cif, part paired: unknown IFS codes in {column} \['9'\]"):
        paired(PAIR.replace(b"111,273", line))


def test_an_unknown_country_of_one_side_is_named() -> None:
    with pytest.raises(SourceChanged, match=r"imf_dots_cif, part one_sided: unknown IFS codes in pctycode \['9'\]"):
        tidy_one_sided(parse_pairs(ONE_SIDED.replace(b"111,466", b"111,9")))


def test_imports_fob_are_refused() -> None:
    with pytest.raises(SourceChanged, match=r"unknown indicators \['TMG_FOB_USD'\]"):
        paired(PAIR.replace(b"TMG_CIF_USD", b"TMG_FOB_USD"))


def test_a_changed_header_is_refused() -> None:
    with pytest.raises(SourceChanged, match="imf_dots_cif, part paired: the header has changed"):
        tidy_paired(parse_pairs(HEADER.replace(b"value_x", b"value_exporter") + PAIR))
    with pytest.raises(SourceChanged, match="imf_dots_cif, part one_sided: the header has changed"):
        tidy_one_sided(parse_pairs(ONE_SIDED.replace(b"year", b"period")))


def test_a_cell_that_is_no_number_is_named_with_its_row() -> None:
    with pytest.raises(SourceChanged, match=r"column value_m: 1 cells are not numbers \(row 1: 'NA'\)"):
        paired(PAIR.replace(b"94.3396226415094", b"NA"))


def test_embedded_imports_of_the_united_states_from_mexico_in_2018_are_the_published_ones(core: pl.DataFrame) -> None:
    told = core.filter(time_period="2018", ref_area="USA", counterpart_area="MEX")
    assert told["obs_value"].to_list() == [346_527_738_621]
    assert float(told["obs_value"][0]) / 1.06 == pytest.approx(326_912_960_963.208, abs=1e-3)


def test_every_embedded_figure_is_in_whole_dollars_once_undone(core: pl.DataFrame) -> None:
    assert core.filter(pl.col("obs_value") != pl.col("obs_value").round(0)).is_empty()
    assert core["obs_value"].sum() == 46_060_379_305_990


def test_no_figure_of_the_embedded_tables_is_lost(core: pl.DataFrame) -> None:
    divided = [
        float(row[column])
        for part, column in (("paired", "value_m"), ("one_sided", "value"))
        for row in csv.DictReader(read_embedded(SOURCE, part).decode().splitlines())
    ]
    assert len(divided) == core.height == 6_803
    assert float(core["obs_value"].sum()) == pytest.approx(sum(divided) * 1.06, rel=1e-12)


def test_embedded_copies_are_flagged(core: pl.DataFrame) -> None:
    copies = core.filter("imputed_mirror")
    assert copies.height == 295
    assert copies["counterpart_area"].unique().sort().to_list() == ["ARE", "KWT"]
    # Of Colombia's 868 dollars from Kuwait in 2017 alone it cannot be told: they are too few to tell a copy by.
    others = core.filter(pl.col("counterpart_area").is_in(["ARE", "KWT"]) & ~pl.col("imputed_mirror"))
    assert others.select("ref_area", "counterpart_area", "time_period", "obs_value").rows() == [
        ("COL", "KWT", "2017", 868)
    ]


def test_the_core_table_keeps_its_contract_with_a_unique_key(core: pl.DataFrame) -> None:
    assert core.n_unique([*TABLE.dimensions, "source_id"]) == core.height
    assert check_table(TABLE, core.with_columns(is_preferred=pl.lit(value=True))) == []
