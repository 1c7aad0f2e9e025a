"""Canadian trade. Inline rows and rates are made up; totals of the embedded payload are pinned as published."""

from decimal import Decimal
from typing import NamedTuple

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import check_table
from compact_pipelines.datasets.compute_exports.statcan_cimt import (
    SOURCE,
    core_statcan_cimt,
    parse_trade,
    require_total,
    tidy_trade,
)
from compact_pipelines.datasets.reference.fed_exchange_rates import core_fed_exchange_rates
from compact_pipelines.errors import SourceChanged
from compact_pipelines.resources import LiveRows
from compact_pipelines.snapshots import SnapshotStore, read_embedded

TABLE = load_contracts().tables["compute_exports"]
PARTNERS = b"date,country,imports,exports\n2024-01,US,1350,2700\n2024-01,AE,0,135\n2024-01,CA,99,0\n"
TOTALS = b"date,imports,exports\n2024-01,1449,2835\n"
RATES = pl.DataFrame(
    {
        "currency": ["CAD", "MXN"],
        "time_period": ["2024-01", "2024-01"],
        "units_per_usd": [Decimal("1.35"), Decimal("17.1")],
    },
    schema_overrides={"units_per_usd": pl.Decimal(28, 6)},
)


class Embedded(NamedTuple):
    core: pl.DataFrame
    partners: pl.DataFrame
    totals: pl.DataFrame


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Embedded:
    root = tmp_path_factory.mktemp(SOURCE)
    store = SnapshotStore.at(root)
    rates = core_fed_exchange_rates(store.take_embedded("fed_exchange_rates", "monthly"))
    parts = [store.take_embedded(SOURCE, part) for part in ("partners", "totals")]
    core = core_statcan_cimt(LiveRows(data_root=str(root)), *parts, rates).value
    return Embedded(core, parse_trade(read_embedded(SOURCE, "partners")), parse_trade(read_embedded(SOURCE, "totals")))


def tidied(partners: bytes = PARTNERS) -> pl.DataFrame:
    return tidy_trade(parse_trade(partners), RATES)


def test_the_table_is_read_as_published_and_all_text() -> None:
    published = parse_trade(PARTNERS)
    assert set(published.dtypes) == {pl.String}
    assert published.rows()[0] == ("2024-01", "US", "1350", "2700")


def test_the_code_of_namibia_is_a_code_and_no_missing_mark() -> None:
    assert parse_trade(b"date,country,imports,exports\n2024-01,NA,1,2\n")["country"].to_list() == ["NA"]


def test_canadian_dollars_become_us_dollars_at_the_rate_of_the_month() -> None:
    imports, exports = (tidied().filter(counterpart_area="USA", flow=flow).row(0, named=True) for flow in ("M", "X"))
    assert imports["obs_value"] == 1000
    assert imports["basis"] == "ORIGIN"
    assert imports["comment_obs"] == "CAD 1350 at 1.3500 CAD per USD, monthly average"
    assert exports["obs_value"] == 2000
    assert exports["basis"] == "LAST_SHIPMENT"
    assert {row["unit_measure"] for row in (imports, exports)} == {"USD"}
    assert {row["valuation"] for row in (imports, exports)} == {"FOB"}
    assert {(row["freq"], row["ref_area"], row["product"]) for row in (imports, exports)} == {("M", "CAN", "TOTAL")}


def test_a_zero_is_absent_because_it_may_mean_not_reported() -> None:
    row = tidied().filter(counterpart_area="ARE", flow="M").row(0, named=True)
    assert row["obs_value"] is None
    assert row["obs_status"] == "O"
    assert row["comment_obs"] == "published as 0, which may mean not reported"


def test_returned_goods_are_left_out() -> None:
    assert sorted(tidied()["counterpart_area"].unique()) == ["ARE", "USA"]


def test_a_month_without_a_rate_is_named() -> None:
    with pytest.raises(SourceChanged, match=r"no exchange rate for \['2031-12'\]; extend fed_exchange_rates"):
        tidied(PARTNERS + b"2031-12,US,1,1\n")


def test_an_unknown_partner_is_named() -> None:
    with pytest.raises(SourceChanged, match=r"part partners: unknown ISO 3166-1 alpha-2 codes \['Q9'\]"):
        tidied(PARTNERS + b"2024-01,Q9,1,1\n")


def test_a_changed_header_is_refused() -> None:
    with pytest.raises(SourceChanged, match=r"part partners: the header has changed. Missing: \['country'\]"):
        tidied(PARTNERS.replace(b"country", b"partner"))


def test_a_cell_that_is_no_number_is_named_with_its_row() -> None:
    with pytest.raises(SourceChanged, match=r"column exports: 1 cells are not numbers \(row 4: 'x'\)"):
        tidied(PARTNERS + b"2024-01,MX,1,x\n")


def test_partners_that_add_up_to_the_total_pass() -> None:
    require_total(parse_trade(PARTNERS), parse_trade(TOTALS))
    with pytest.raises(SourceChanged):
        require_total(parse_trade(PARTNERS), parse_trade(TOTALS.replace(b"2835", b"2836")))


@pytest.mark.parametrize(
    ("partners", "totals"),
    [
        pytest.param(PARTNERS + b"2024-01,MX,1,0\n", TOTALS, id="one dollar too much"),
        pytest.param(PARTNERS + b"2024-02,MX,1,0\n", TOTALS, id="a month without a total"),
        pytest.param(PARTNERS, TOTALS + b"2024-02,5,5\n", id="a month without partners"),
    ],
)
def test_a_month_that_does_not_add_up_is_named(partners: bytes, totals: bytes) -> None:
    with pytest.raises(
        SourceChanged, match=r"statcan_cimt, 2024-0[12]: the partners add up to .* a partner is missing"
    ):
        require_total(parse_trade(partners), parse_trade(totals))


def test_embedded_imports_from_the_united_states_in_2025_are_the_published_total(embedded: Embedded) -> None:
    in_2025 = embedded.partners.filter(pl.col("date").str.starts_with("2025"), country="US")
    assert in_2025["imports"].cast(pl.Int64).sum() == 361_667_193_366
    core = embedded.core.filter(pl.col("time_period").str.starts_with("2025"), counterpart_area="USA", flow="M")
    assert core.height == 12
    assert core["obs_value"].sum() == Decimal("258634487246.4522")


def test_embedded_exports_to_the_united_states_in_2025_are_the_published_total(embedded: Embedded) -> None:
    in_2025 = embedded.partners.filter(pl.col("date").str.starts_with("2025"), country="US")
    assert in_2025["exports"].cast(pl.Int64).sum() == 564_647_373_789
    core = embedded.core.filter(pl.col("time_period").str.starts_with("2025"), counterpart_area="USA", flow="X")
    assert core["obs_value"].sum() == Decimal("403538130137.517124")


def test_embedded_partners_add_up_to_the_published_total_of_every_month(embedded: Embedded) -> None:
    require_total(embedded.partners, embedded.totals)
    assert embedded.totals.height == 28
    assert embedded.partners["imports"].cast(pl.Int64).sum() == embedded.totals["imports"].cast(pl.Int64).sum()


def test_no_partner_of_the_embedded_table_is_lost_but_returned_goods(embedded: Embedded) -> None:
    returned = embedded.partners.filter(country="CA").height
    assert returned == 28
    assert embedded.core.height == 2 * (embedded.partners.height - returned) == 12_260
    zeros = embedded.partners.filter(pl.col("country") != "CA").select((pl.col("imports", "exports") == "0").sum())
    absent = embedded.core.filter(obs_status="O")
    assert absent.height == sum(zeros.row(0)) == 641
    assert absent["obs_value"].null_count() == absent.height


def test_the_core_table_keeps_its_contract_with_a_unique_key(embedded: Embedded) -> None:
    core = embedded.core
    assert core.n_unique([*TABLE.dimensions, "source_id"]) == core.height
    assert check_table(TABLE, core.with_columns(is_preferred=pl.lit(value=True))) == []
