"""The estimate, the base years, accessions and the self-test in the embedded edition."""

from pathlib import Path

import polars as pl
import pytest

from compact_pipelines.analytics.published_totals import world_totals
from compact_pipelines.scenarios import load_inputs, simple_shares
from compact_pipelines.scenarios.inputs import Ask
from compact_pipelines.warehouse import read
from compact_pipelines.warehouse.layout import Layout


@pytest.fixture(scope="module")
def ask(edition_root: Path) -> Ask:
    connection = read.connect(Layout(edition_root)).connection
    return lambda sql: connection.execute(sql).pl()


def test_the_guide_s_effect_of_an_agreement_is_found_again(ask: Ask) -> None:
    [row] = ask("SELECT * FROM out_gravity_estimates").to_dicts()
    assert row["coefficient"] == pytest.approx(0.5571853, abs=1e-7)
    assert (round(row["std_error"], 4), row["n_used"], row["n_separated"]) == (0.1038, 28_482, 84)
    assert (row["term"], row["effects"], row["source_id"]) == ("rta", "from_time,to_time,pair", "trade_policy_guide")


def test_nafta_is_within_the_tolerance_on_the_fitted_base_alone(ask: Ask) -> None:
    rows = {row["check_id"]: row for row in ask("SELECT * FROM out_model_checks").to_dicts()}
    judged = {name: row for name, row in rows.items() if row["tolerance"] is not None}
    assert len(judged) == 5
    assert all(row["is_within"] for row in judged.values())
    ours = {row["area"]: round(row["ours"], 4) for row in judged.values() if row["area"]}
    assert ours == {"CAN": 3.4401, "DEU": -0.0103, "MEX": 3.8292, "USA": 0.3340}
    exports = {row["area"]: round(row["ours"], 2) for row in rows.values() if row["measure"] == "exports_pct"}
    assert exports == {"CAN": 36.72, "MEX": 42.89, "USA": 14.90}
    assert {row["base_id"] for row in rows.values() if row["area"]} == {"guide_1994_fitted"}
    assert all(row["citation"] for row in rows.values())


def test_the_goods_base_adds_up_to_published_totals_and_output(ask: Ask) -> None:
    base = ask("SELECT * FROM out_gravity_base WHERE base_id = 'goods_2018'")
    [mexico] = ask(
        "SELECT published_total::DOUBLE AS total FROM out_total_residuals WHERE area = 'MEX' AND role = 'from' "
        "AND subject = 'TOTAL' AND time_period = '2018' AND freq = 'A' AND source_id = 'wits_trade_summary'"
    ).to_dicts()
    sold = base.filter((pl.col("from_area") == "MEX") & (pl.col("to_area") != "MEX"))["obs_value"].sum()
    assert sold == pytest.approx(mexico["total"])
    [gdp] = ask("SELECT gdp_usd::DOUBLE AS gdp FROM economies WHERE area = 'MEX' AND time_period = '2018'")["gdp"]
    at_home = base.filter(from_area="MEX", to_area="MEX")
    assert at_home["obs_value"].item() == pytest.approx(1.8 * gdp - mexico["total"])
    assert at_home["low"].item() == pytest.approx(gdp - mexico["total"])
    assert set(base["derivation"]) == {"reconciled", "output_ratio_less_exports", "total_less_named"}


def test_areas_that_lack_an_input_are_refused_and_told(ask: Ask) -> None:
    refused = dict(
        ask("SELECT area, reason FROM out_gravity_areas WHERE base_id = 'goods_2018' AND state = 'refused'").iter_rows()
    )
    assert refused == {
        **dict.fromkeys(("BHR", "KWT", "OMN", "PER", "ZAF"), "no_published_total"),
        **dict.fromkeys(("HKG", "SGP"), "exports_exceed_gdp"),
        **dict.fromkeys(("IRL", "NLD"), "partners_exceed_total"),
        "TWN": "no_gdp",
    }


def test_every_set_has_its_accession_and_the_founders_alone_change_nothing(ask: Ask) -> None:
    rows = ask("SELECT * FROM out_accession")
    assert set(rows["bloc"]) == set(ask("SELECT DISTINCT bloc FROM blocs")["bloc"])
    alone = rows.filter(bloc="core")
    assert alone["is_unchanged"].all()
    assert set(alone["gain_percent"].drop_nulls()) == {0.0}
    emirates = rows.filter(bloc="core_uae")
    assert emirates.filter(area="ARE")["gain_p05"].item() > 0
    assert set(emirates["draws_failed_count"]) == {0}
    gulf = rows.filter(bloc="core_gulf")
    assert gulf.filter(area="BHR")["reason"].item() == "no_published_total"


def test_simple_shares_are_those_of_out_cohesion(ask: Ask) -> None:
    shares = simple_shares(load_inputs(ask), ["USA", "CAN", "MEX"], ["ARE"])
    for bloc, side in (("core", "before"), ("core_uae", "after")):
        published = ask(
            f"SELECT metric, value FROM out_cohesion WHERE bloc = '{bloc}' AND theme = 'compute_exports' "
            "AND subject = 'TOTAL' AND time_period = '2018'"
        )
        held = dict(published.iter_rows())
        assert shares[side] == pytest.approx({name: held[name] for name in shares[side]})


def test_totals_come_from_the_one_source_that_has_the_most() -> None:
    rows = [("CAN", "from", "b", 1), ("CAN", "to", "b", 2), ("CAN", "from", "a", 9), ("MEX", "from", "b", 3)]
    frame = pl.DataFrame(rows, schema=["area", "role", "source_id", "published_total"], orient="row")
    assert world_totals(frame).rows() == [("CAN", 1.0, 2.0), ("MEX", 3.0, None)]
