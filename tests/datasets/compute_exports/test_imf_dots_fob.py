"""IMF exports and FOB imports. Inline rows are made up; totals of the embedded payload are pinned as held."""

import csv
from decimal import Decimal

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import check_table
from compact_pipelines.datasets.compute_exports.imf_dots_fob import (
    SOURCE,
    core_imf_dots_fob,
    parse_pairs,
    tidy_one_sided,
    tidy_paired,
)
from compact_pipelines.errors import SourceChanged
from compact_pipelines.snapshots import SnapshotStore, read_embedded

TABLE = load_contracts().tables["compute_exports"]
HEADER = b"ctycode_m,ctycode_x,year_m,indcode_m,indcode_x,value_m,value_x\n"
# IFS codes: 111 United States, 156 Canada, 273 Mexico, 466 United Arab Emirates, 443 Kuwait.
FOB_PAIR = b"156,111,2018,TMG_FOB_USD,TXG_FOB_USD,90,100\n"
CIF_PAIR = b"111,273,2018,TMG_CIF_USD,TXG_FOB_USD,94.3396226415094,100\n"
COPIED_BY_UAE = b"156,466,2018,TMG_FOB_USD,TXG_FOB_USD,50,50\n"
COPIED_BY_UAE_CIF = b"111,466,2018,TMG_CIF_USD,TXG_FOB_USD,2323483480.18868,2323483480\n"
# Twelve months rounded on both sides: Costa Rica's imports of 2015 as held.
COPIED_BY_KUWAIT_CIF = b"238,443,2015,TMG_CIF_USD,TXG_FOB_USD,26626.4150943396,26616\n"
COPIED_BY_NOBODY_KNOWS = b"156,273,2018,TMG_FOB_USD,TXG_FOB_USD,50000,50000\n"
ONE_SIDED = b"ctycode,pctycode,year,indcode,value\n466,111,2018,TXG_FOB_USD,70\n156,466,2018,TMG_FOB_USD,80\n"


def paired(*lines: bytes) -> pl.DataFrame:
    return tidy_paired(parse_pairs(HEADER + b"".join(lines)))


def lines(part: str) -> list[dict[str, str]]:
    return list(csv.DictReader(read_embedded(SOURCE, part).decode().splitlines()))


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    store = SnapshotStore.at(tmp_path_factory.mktemp(SOURCE))
    return core_imf_dots_fob(store.take_embedded(SOURCE, "paired"), store.take_embedded(SOURCE, "one_sided"))


def test_the_table_is_read_as_it_stands_and_all_text() -> None:
    published = parse_pairs(HEADER + CIF_PAIR)
    assert set(published.dtypes) == {pl.String}
    assert published["value_m"].to_list() == ["94.3396226415094"]


def test_a_pair_becomes_an_export_of_one_and_an_import_of_the_other() -> None:
    rows = paired(FOB_PAIR).select("ref_area", "counterpart_area", "flow", "obs_value", "obs_status", "imputed_mirror")
    assert rows.rows() == [
        ("USA", "CAN", "X", Decimal(100), "A", False),
        ("CAN", "USA", "M", Decimal(90), "A", False),
    ]


def test_a_row_is_a_year_of_all_goods_in_dollars_fob() -> None:
    row = paired(FOB_PAIR).row(0, named=True)
    shape = ("freq", "product", "time_period", "unit_measure", "valuation", "basis")
    assert [row[name] for name in shape] == ["A", "TOTAL", "2018", "USD", "FOB", "MIXED"]


def test_imports_cif_only_tell_copies_and_make_no_row() -> None:
    assert paired(CIF_PAIR).select("ref_area", "flow", "obs_value").rows() == [("MEX", "X", Decimal(100))]


@pytest.mark.parametrize(
    ("line", "area"), [(COPIED_BY_UAE, "ARE"), (COPIED_BY_UAE_CIF, "ARE"), (COPIED_BY_KUWAIT_CIF, "KWT")]
)
def test_the_side_that_is_stated_to_be_the_copy_has_status_imputed(line: bytes, area: str) -> None:
    exports = paired(line).filter(flow="X").row(0, named=True)
    assert (exports["ref_area"], exports["obs_status"], exports["imputed_mirror"]) == (area, "I", True)


def test_the_side_that_was_copied_keeps_its_voice_and_the_flag() -> None:
    imports = paired(COPIED_BY_UAE).filter(flow="M").row(0, named=True)
    assert (imports["ref_area"], imports["obs_status"], imports["imputed_mirror"]) == ("CAN", "A", True)


def test_a_copy_whose_side_nobody_states_is_flagged_on_both_sides_and_guessed_on_none() -> None:
    rows = paired(COPIED_BY_NOBODY_KNOWS)
    assert rows["imputed_mirror"].to_list() == [True, True]
    assert rows["obs_status"].to_list() == ["A", "A"]


def test_figures_that_differ_are_no_copies_even_of_the_uae() -> None:
    rows = paired(COPIED_BY_UAE.replace(b"50,50", b"50,51"))
    assert rows["imputed_mirror"].to_list() == [False, False]
    assert rows["obs_status"].to_list() == ["A", "A"]


@pytest.mark.parametrize(("figures", "is_copy"), [(b"20000,20011", True), (b"20000,20013", False), (b"900,900", False)])
def test_nobody_who_is_not_stated_copies_more_than_rounding_or_less_than_a_thousand_dollars(
    figures: bytes, is_copy: bool
) -> None:
    rows = paired(COPIED_BY_NOBODY_KNOWS.replace(b"50000,50000", figures))
    assert rows["imputed_mirror"].to_list() == [is_copy, is_copy]
    assert rows["obs_status"].to_list() == ["A", "A"]


def test_pairs_that_one_side_reports_are_loaded_too() -> None:
    rows = tidy_one_sided(parse_pairs(ONE_SIDED))
    assert rows.select("ref_area", "counterpart_area", "flow", "obs_value", "imputed_mirror").rows() == [
        ("ARE", "USA", "X", Decimal(70), False),
        ("CAN", "ARE", "M", Decimal(80), False),
    ]


def test_a_reported_zero_stays_a_zero() -> None:
    rows = tidy_one_sided(parse_pairs(ONE_SIDED.replace(b"70", b"0")))
    assert rows["obs_value"].to_list() == [0, 80]
    assert rows["obs_status"].to_list() == ["A", "A"]


def test_a_blank_cell_is_no_zero() -> None:
    rows = tidy_one_sided(parse_pairs(ONE_SIDED.replace(b"70", b"")))
    assert rows["obs_value"].to_list() == [None, 80]


@pytest.mark.parametrize(("column", "line"), [("ctycode_m", b"9,111"), ("ctycode_x", b"156,9")])
def test_an_unknown_country_of_a_pair_is_named(column: str, line: bytes) -> None:
    with pytest.raises(SourceChanged, match=rf"imf_dots_fob, part paired: unknown IFS codes in {column} \['9'\]"):
        paired(FOB_PAIR.replace(b"156,111", line))


@pytest.mark.parametrize(("column", "line"), [("ctycode", b"9,111"), ("pctycode", b"466,9")])
def test_an_unknown_country_of_one_side_is_named(column: str, line: bytes) -> None:
    with pytest.raises(SourceChanged, match=rf"imf_dots_fob, part one_sided: unknown IFS codes in {column} \['9'\]"):
        tidy_one_sided(parse_pairs(ONE_SIDED.replace(b"466,111", line)))


def test_an_unknown_indicator_is_named() -> None:
    with pytest.raises(SourceChanged, match=r"unknown indicators in indcode_m \['TMG_XXX'\]"):
        paired(FOB_PAIR.replace(b"TMG_FOB_USD", b"TMG_XXX"))
    with pytest.raises(SourceChanged, match=r"unknown indicators in indcode \['TMG_CIF_USD'\]"):
        tidy_one_sided(parse_pairs(ONE_SIDED.replace(b"TMG_FOB_USD", b"TMG_CIF_USD")))


def test_a_changed_header_is_refused() -> None:
    with pytest.raises(SourceChanged, match="imf_dots_fob, part paired: the header has changed"):
        tidy_paired(parse_pairs(HEADER.replace(b"year_m", b"year") + FOB_PAIR))
    with pytest.raises(SourceChanged, match="imf_dots_fob, part one_sided: the header has changed"):
        tidy_one_sided(parse_pairs(ONE_SIDED.replace(b"year", b"period")))


def test_a_cell_that_is_no_number_is_named_with_its_row() -> None:
    with pytest.raises(SourceChanged, match=r"column value_x: 1 cells are not numbers \(row 2: '1,5'\)"):
        paired(FOB_PAIR, b'111,273,2018,TMG_CIF_USD,TXG_FOB_USD,9,"1,5"\n')


def test_embedded_trade_of_mexico_and_the_united_states_in_2018_is_the_published_one(core: pl.DataFrame) -> None:
    told = core.filter(time_period="2018", ref_area="MEX", counterpart_area="USA")
    assert dict(told.select("flow", "obs_value").iter_rows()) == {"X": 358_224_818_000, "M": 215_817_023_000}
    told = core.filter(time_period="2018", ref_area="USA", counterpart_area="MEX")
    assert dict(told.select("flow", "obs_value").iter_rows()) == {"X": 265_010_357_329}


def test_no_figure_of_the_embedded_tables_is_lost(core: pl.DataFrame) -> None:
    pairs, alone = lines("paired"), lines("one_sided")
    exports = [line["value_x"] for line in pairs] + [row["value"] for row in alone if row["indcode"][1] == "X"]
    imports = [line["value_m"] for line in pairs if line["indcode_m"] == "TMG_FOB_USD"]
    imports += [row["value"] for row in alone if row["indcode"] == "TMG_FOB_USD"]
    for flow, figures in (("X", exports), ("M", imports)):
        ours = core.filter(flow=flow)["obs_value"]
        assert len(ours) == len(figures)
        assert float(ours.sum()) == pytest.approx(sum(Decimal(figure) for figure in figures).__float__(), abs=1)
    assert core.filter(flow="X")["obs_value"].sum() == Decimal("51300982979769.6878")
    assert core.filter(flow="M")["obs_value"].sum() == 4_873_766_416_965


@pytest.mark.parametrize(("area", "rows"), [("ARE", 172), ("KWT", 171)])
def test_embedded_exports_of_those_who_copy_are_all_copies_and_no_voice(
    core: pl.DataFrame, area: str, rows: int
) -> None:
    exports = core.filter(ref_area=area, flow="X")
    assert exports.height == rows
    assert exports["imputed_mirror"].all()
    assert exports["obs_status"].unique().to_list() == ["I"]


def test_embedded_copies_are_theirs_alone_and_their_partners_keep_their_voice(core: pl.DataFrame) -> None:
    assert core.filter(obs_status="I")["ref_area"].unique().sort().to_list() == ["ARE", "KWT"]
    copied = core.filter(pl.col("imputed_mirror") & (pl.col("obs_status") != "I"))
    assert copied.group_by("flow").len().rows() == [("M", 47)]
    assert copied["counterpart_area"].unique().sort().to_list() == ["ARE", "KWT"]


def test_the_nearest_embedded_figures_of_two_offices_are_far_beyond_rounding() -> None:
    apart = [
        abs(float(line["value_m"]) - float(line["value_x"]))
        for line in lines("paired")
        if line["ctycode_x"] not in {"466", "443"}
    ]
    assert min(apart) == 318


def test_the_core_table_keeps_its_contract_with_a_unique_key(core: pl.DataFrame) -> None:
    assert core.height == 8_908
    assert core.n_unique([*TABLE.dimensions, "source_id"]) == core.height
    assert check_table(TABLE, core.with_columns(is_preferred=pl.lit(value=True))) == []
