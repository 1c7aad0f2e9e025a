"""US securities held abroad. Inline tables are made up; figures of the embedded table are pinned as published."""

from decimal import Decimal

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import check_table
from compact_pipelines.datasets.capital_flows.us_treasury_slt import (
    AREAS,
    MEASURES,
    SOURCE,
    core_us_treasury_slt,
    parse_table,
    tidy_table,
)
from compact_pipelines.errors import SourceChanged
from compact_pipelines.snapshots import SnapshotStore, read_embedded

TABLE = load_contracts().tables["capital_flows"]
HEAD = [
    "Table 1: U.S. Long-Term Securities Held by Foreign Residents",
    "All Countries and International and Regional Organizations",
    "A positive number for net U.S. sales to foreigners denotes an increase in a foreign position",
    "Millions of dollars",
    "Link: made up",
    "",
    "\t\t\tTotal\tTotal\tEquity\tEquity",
    "Country\tCountry Code\tDate\tHoldings\tNet\tHoldings\tNet",
    "country\tcountry_code\tdate\tfor_lt_total_pos\tfor_lt_total_net\tfor_lt_eqty_pos\tfor_lt_eqty_net",
]
CANADA = "29998"
# Every area of the edition, one month each, all zeros; Canada's row is replaced.
ROWS = {code: f"Country {code}\t{code}\t2023-07\t0\t0\t0\t0" for code in AREAS}
CANADIAN_ROW = f"Canada\t{CANADA}\t2023-07\t2094987\t468\tn.a.\t-2943"


def content(head: list[str] = HEAD, **rows: str) -> bytes:
    return "\n".join([*head, *{**ROWS, CANADA: CANADIAN_ROW, **rows}.values(), ""]).encode()


def canada(tidied: pl.DataFrame) -> dict[tuple[str, str], dict[str, object]]:
    rows = tidied.filter(counterpart_area="CAN").iter_rows(named=True)
    return {(row["instrument"], row["stock_flow"]): row for row in rows}


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    store = SnapshotStore.at(tmp_path_factory.mktemp(SOURCE))
    return core_us_treasury_slt(store.take_embedded(SOURCE, "table1"))


def test_the_table_is_read_by_its_machine_names_and_all_text() -> None:
    published = parse_table(content())
    assert published.columns == HEAD[-1].split("\t")
    assert set(published.dtypes) == {pl.String}
    assert published.filter(country_code=CANADA)["for_lt_eqty_pos"].to_list() == ["n.a."]


@pytest.mark.parametrize("head", [HEAD[1:], ["", *HEAD], HEAD[:4]])
def test_a_head_of_another_length_is_refused(head: list[str]) -> None:
    with pytest.raises(SourceChanged, match=r"us_treasury_slt, line 9: found .* expected the machine names"):
        parse_table("\n".join([*head, CANADIAN_ROW]).encode())


def test_a_file_that_ends_within_its_head_is_refused() -> None:
    with pytest.raises(SourceChanged, match="line 9: found 'the end of the file'"):
        parse_table("\n".join(HEAD[:8]).encode())


def test_another_unit_is_refused() -> None:
    head = ["Billions of dollars" if line == "Millions of dollars" else line for line in HEAD]
    with pytest.raises(SourceChanged, match="the head no longer says 'Millions of dollars'"):
        parse_table(content(head))


def test_millions_become_dollars_and_a_sale_back_stays_negative() -> None:
    rows = canada(tidy_table(parse_table(content())))
    assert rows["P_F_LT", "S"]["obs_value"] == 2_094_987_000_000
    assert rows["P_F_LT", "F"]["obs_value"] == 468_000_000
    assert rows["P_F5", "F"]["obs_value"] == -2_943_000_000
    assert {row["unit_measure"] for row in rows.values()} == {"USD"}


def test_a_row_says_who_holds_what_where() -> None:
    row = canada(tidy_table(parse_table(content())))["P_F_LT", "S"]
    shape = ("freq", "ref_area", "direction", "time_period", "valuation", "basis", "obs_status", "comment_obs")
    assert [row[name] for name in shape] == ["M", "USA", "IN", "2023-07", "MARKET", "CUSTODY", "A", None]


def test_not_available_is_missing_and_a_zero_is_a_zero() -> None:
    tidied = tidy_table(parse_table(content()))
    missing = canada(tidied)["P_F5", "S"]
    assert (missing["obs_value"], missing["obs_status"]) == (None, "O")
    assert missing["comment_obs"] == "published as n.a."
    zero = tidied.filter(counterpart_area="MEX", instrument="P_F5", stock_flow="S").row(0, named=True)
    assert (zero["obs_value"], zero["obs_status"], zero["comment_obs"]) == (Decimal(0), "A", None)


def test_all_foreign_residents_together_are_the_world() -> None:
    assert tidy_table(parse_table(content())).filter(counterpart_area="W00").height == len(MEASURES)


def test_regional_totals_and_areas_outside_the_edition_are_left_out() -> None:
    with_europe = content(europe="Total Europe\t19992\t2023-07\t9\t9\t9\t9")
    assert tidy_table(parse_table(with_europe)).equals(tidy_table(parse_table(content())))


def test_a_country_that_left_the_table_is_named() -> None:
    renumbered = content(**{CANADA: CANADIAN_ROW.replace(CANADA, "29997")})
    with pytest.raises(SourceChanged, match=rf"absent from the table: \['{CANADA}'\]"):
        tidy_table(parse_table(renumbered))


def test_a_measure_that_left_the_table_is_named() -> None:
    head = [line.replace("for_lt_eqty_net", "equity_net") for line in HEAD]
    with pytest.raises(SourceChanged, match=r"columns \['for_lt_eqty_net'\] are missing"):
        tidy_table(parse_table(content(head)))


@pytest.mark.parametrize("cell", ["--", "1,234", "*"])
def test_a_mark_that_the_source_does_not_document_is_named(cell: str) -> None:
    row = CANADIAN_ROW.replace("468", cell)
    with pytest.raises(SourceChanged, match="column for_lt_total_net: 1 cells are not numbers"):
        tidy_table(parse_table(content(**{CANADA: row})))


@pytest.mark.parametrize(
    ("area", "instrument", "stock_flow", "value"),
    [
        ("W00", "P_F_LT", "S", 26_225_500_000_000),
        ("W00", "P_F_LT", "F", 45_563_000_000),
        ("CAN", "P_F_LT", "S", 2_094_987_000_000),
        ("CAN", "P_F5", "F", -2_943_000_000),
    ],
)
def test_embedded_figures_of_july_2023_are_the_published_ones(
    core: pl.DataFrame, area: str, instrument: str, stock_flow: str, value: int
) -> None:
    told = core.filter(time_period="2023-07", counterpart_area=area, instrument=instrument, stock_flow=stock_flow)
    assert told["obs_value"].to_list() == [value]


@pytest.mark.parametrize("measure", MEASURES)
def test_no_dollar_and_no_gap_of_the_embedded_table_is_lost(core: pl.DataFrame, measure: str) -> None:
    instrument, stock_flow = MEASURES[measure]
    ours = core.filter(instrument=instrument, stock_flow=stock_flow)["obs_value"]
    lines = read_embedded(SOURCE, "table1").decode().splitlines()
    names = lines[8].split("\t")
    rows = [dict(zip(names, line.split("\t"), strict=True)) for line in lines[9:]]
    cells = [row[measure] for row in rows if row["country_code"] in AREAS]
    assert len(cells) == len(ours) == 42 * 43
    assert ours.null_count() == cells.count("n.a.")
    assert ours.sum() == sum(int(cell) for cell in cells if cell != "n.a.") * 1_000_000


def test_the_core_table_keeps_its_contract_with_a_unique_key(core: pl.DataFrame) -> None:
    assert core.height == 7_224
    assert core.n_unique([*TABLE.dimensions, "source_id"]) == core.height
    assert check_table(TABLE, core.with_columns(is_preferred=pl.lit(value=True))) == []
