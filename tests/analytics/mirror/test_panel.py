"""What the panel teaches. The panels here are made up: lognormal flows and errors from a fixed seed, invented codes."""

import dataclasses
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl
import pytest

from compact_pipelines.analytics.mirror import Reconciliation, References, reconcile
from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import POLARS_TYPES
from compact_pipelines.contracts.parameters import load_parameters

Report = Callable[..., dict[str, Any]]
Run = Callable[..., Reconciliation]
AREAS = [f"A{number:02d}" for number in range(14)]
FREIGHT = 1.06


@pytest.fixture(scope="session")
def told(known: References) -> References:
    """References that know the invented areas."""
    areas = pl.DataFrame({"area": [*AREAS, "USA", "CAN", "MEX"], "kind": "area"})
    distances = pl.DataFrame(
        [
            {
                "from_area": start,
                "to_area": end,
                "distance_km": 500.0 * (1 + abs(i - j)),
                "is_contiguous": abs(i - j) == 1,
            }
            for i, start in enumerate(AREAS)
            for j, end in enumerate(AREAS)
            if i != j
        ]
    ).with_columns(weighted_distance_km="distance_km")
    return References(areas, known.precedence, known.same_source, distances, known.parameters, known.sums)


@pytest.fixture(scope="session")
def run(themes: Callable[..., dict[str, pl.DataFrame]], told: References) -> Run:
    """Reconcile reports of invented areas, all of which a fund tells."""
    return lambda *trades, **others: reconcile(themes(*trades, **others), told)


@pytest.fixture(scope="session")
def panel(exported: Report) -> list[dict[str, Any]]:
    """Two years of all pairs; the last area counts badly on both sides. Arrivals hold freight of 6 %."""
    random = np.random.default_rng(5)
    sigma = dict.fromkeys(AREAS, 0.1) | {AREAS[-1]: 0.6}
    rows = []
    for year in ("2017", "2018"):
        for start in AREAS:
            for end in AREAS:
                if start == end:
                    continue
                flow = random.lognormal(18, 1)
                sent, received = (flow * random.lognormal(0, sigma[area]) for area in (start, end))
                stated = {"time_period": year, "source_id": "fund"}
                rows.append(exported(ref_area=start, counterpart_area=end, obs_value=Decimal(f"{sent:.2f}"), **stated))
                there = {"ref_area": end, "counterpart_area": start, "flow": "M", "valuation": "CIF"}
                rows.append(exported(**there, obs_value=Decimal(f"{received * FREIGHT:.2f}"), **stated))
    return rows


@pytest.fixture(scope="session")
def found(run: Run, panel: list[dict[str, Any]]) -> Reconciliation:
    return run(*panel)


def estimates(found: Reconciliation, **cells: str) -> pl.DataFrame:
    default = load_parameters().valuation.default
    return found.reliability.filter(**{"valuation_rule": default, "time_period": "2017/2018", **cells})


@pytest.mark.parametrize("role", ["from", "to"])
def test_the_one_who_counts_badly_is_last(role: str, found: Reconciliation) -> None:
    told = estimates(found, method="expected_distance", role=role).sort("rank")
    assert told["area"][-1] == AREAS[-1]
    assert told["sigma"][-1] == pytest.approx(0.6, abs=0.25)
    assert told["sigma"][0] < 0.2
    assert set(told["sigma_kind"]) == {"panel"}
    assert (told["rank_low"] <= told["rank"]).all()
    assert (told["rank"] <= told["rank_high"]).all()


def test_every_method_and_freight_rule_and_year_is_told(found: Reconciliation) -> None:
    rules = [rule.id for rule in load_parameters().valuation.rules]
    assert set(found.reliability["valuation_rule"]) == set(rules)
    assert set(estimates(found)["method"]) == {
        "aggregate_asymmetry",
        "asymmetry",
        "expected_distance",
        "net_asymmetry",
        "reporting_distance",
    }
    years = found.reliability.filter(method="expected_distance")["time_period"].unique().sort().to_list()
    assert years == ["2017", "2017/2018", "2018"]


def test_intervals_rest_on_the_panels_own_estimates(found: Reconciliation) -> None:
    told = estimates(found, method="expected_distance", role="from")
    sigma = dict(told.select("area", "sigma").iter_rows())
    assert set(found.flows["sigma_kind_from"]) == {"panel"}
    for area, used in found.flows.select("from_area", "sigma_from").unique().iter_rows():
        assert used == sigma[area]


def test_the_worse_reporter_weighs_less(found: Reconciliation) -> None:
    from_bad = found.flows.filter(from_area=AREAS[-1])["weight_from"]
    to_bad = found.flows.filter(to_area=AREAS[-1])["weight_from"]
    assert from_bad.max() < 0.3  # type: ignore[operator]
    assert to_bad.min() > 0.7  # type: ignore[operator]


def test_a_rule_near_the_true_freight_narrows_the_gaps_most(found: Reconciliation) -> None:
    after = dict(found.valuation_rules.select("valuation_rule", "asymmetry_after").iter_rows())
    before = found.valuation_rules["asymmetry_before"].unique().to_list()
    assert before == [after["none"]]
    assert after["imf"] < after["none"]
    assert after["imf"] < after["wits_high"]
    assert found.valuation_rules.filter("is_default")["valuation_rule"].to_list() == [
        load_parameters().valuation.default
    ]


def test_columns_are_those_of_the_published_contracts(found: Reconciliation, run: Run, exported: Report) -> None:
    published = load_contracts().published
    for result in (found, run(exported())):
        for name, frame in (
            ("out_mirror_flows", result.flows),
            ("out_reporter_reliability", result.reliability),
            ("out_valuation_rules", result.valuation_rules),
            ("out_freight_shares", result.freight_shares),
        ):
            columns = published[name].columns
            assert frame.schema == pl.Schema({key: POLARS_TYPES[column.type] for key, column in columns.items()}), name
            for key, column in columns.items():
                assert not (column.required and frame[key].null_count()), f"{name}.{key}"
            assert frame.n_unique(published[name].key) == frame.height, name


# Who has no estimate


def reasons(result: Reconciliation) -> dict[tuple[str, str], str | None]:
    told = result.reliability.filter(method="expected_distance", valuation_rule=load_parameters().valuation.default)
    return {(area, role): reason for area, role, reason in told.select("area", "role", "reason").iter_rows()}


def test_a_panel_of_three_is_not_identified_and_says_so(run: Run, exported: Report, imported: Report) -> None:
    # One of the three pairs rests on one collection, so two pairs are left for three unknown reporters.
    members = ("USA", "CAN", "MEX")
    rows = [
        row
        for start in members
        for end in members
        if start != end
        for row in (
            exported(ref_area=start, counterpart_area=end),
            imported(ref_area=end, counterpart_area=start, obs_value=Decimal(110)),
        )
    ]
    result = run(*rows)
    told = reasons(result)
    assert set(told) == {(area, role) for area in members for role in ("from", "to")}
    assert set(told.values()) == {"not_identified"}
    assert set(result.flows["sigma_kind_from"]) == {"prior"}
    prior = load_parameters().reliability.prior("compute_exports", "TOTAL", "F", "A")
    assert prior is not None
    assert set(result.flows["sigma_to"]) == {prior.sigma}


def test_a_country_that_reports_only_copies_has_no_estimate(
    run: Run, panel: list[dict[str, Any]], exported: Report
) -> None:
    copies = [
        exported(ref_area="MEX", counterpart_area=area, source_id="fund", obs_status="I", imputed_mirror=True)
        for area in AREAS
    ]
    mirrored = [
        exported(ref_area=area, counterpart_area="MEX", flow="M", source_id="fund", imputed_mirror=True)
        for area in AREAS
    ]
    result = run(*panel, *copies, *mirrored)
    assert reasons(result)["MEX", "from"] == "only_copies"
    told = estimates(result, method="expected_distance", role="from", area="MEX").row(0, named=True)
    median = estimates(result, method="expected_distance", role="from", sigma_kind="panel")["sigma"].median()
    assert (told["estimate"], told["sigma_kind"], told["rank"]) == (None, "prior", None)
    assert told["sigma"] == pytest.approx(median)


def test_a_country_whose_exports_are_copies_is_told_so_though_its_imports_are_its_own(
    run: Run, panel: list[dict[str, Any]]
) -> None:
    copier = AREAS[0]
    copied = [
        {**row, "obs_status": "I", "imputed_mirror": True}
        if (row["ref_area"], row["flow"]) == (copier, "X")
        else {**row, "imputed_mirror": True}
        if (row["counterpart_area"], row["flow"]) == (copier, "M")
        else row
        for row in panel
    ]
    result = run(*copied)
    assert reasons(result)[copier, "from"] == "only_copies"
    assert reasons(result)[copier, "to"] is None
    methods = result.reliability.filter(area=copier, role="from").filter(pl.col("time_period").str.contains("/"))
    assert set(methods["method"]) == {"asymmetry", "expected_distance", "reporting_distance"}
    assert set(methods["reason"]) == {"only_copies"}
    assert result.flows.filter(from_area=copier)["asymmetry"].null_count() == 2 * (len(AREAS) - 1)


def test_the_contract_names_the_methods_that_there_are(run: Run, panel: list[dict[str, Any]]) -> None:
    told = run(*panel).reliability
    described = load_contracts().published["out_reporter_reliability"].columns["method"].description
    named = {word for word in re.findall(r"[a-z_]+", described) if "_" in word or word == "asymmetry"}
    assert named == set(told["method"])
    filled = told.filter(pl.col("reliability").is_not_null())["method"]
    assert set(filled) == {"asymmetry", "expected_distance", "reporting_distance"}


@pytest.fixture(scope="session")
def nine_partners(panel: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The panel, in which the first area has nine partners."""
    return [
        row
        for row in panel
        if AREAS[0] not in (row["ref_area"], row["counterpart_area"])
        or {row["ref_area"], row["counterpart_area"]} & set(AREAS[1:10])
    ]


def test_the_parameters_say_how_many_partners_are_enough(
    themes: Callable[..., dict[str, pl.DataFrame]], told: References, nine_partners: list[dict[str, Any]]
) -> None:
    stated = told.parameters.reliability
    assert stated.min_partners == 10
    fewer = told.parameters.model_copy(update={"reliability": stated.model_copy(update={"min_partners": 9})})
    result = reconcile(themes(*nine_partners), dataclasses.replace(told, parameters=fewer))
    assert reasons(result)[AREAS[0], "from"] is None
    assert result.flows.filter(from_area=AREAS[0])["sigma_kind_from"].unique().to_list() == ["panel"]


def test_a_reporter_with_nine_partners_gets_the_prior(run: Run, nine_partners: list[dict[str, Any]]) -> None:
    result = run(*nine_partners)
    assert reasons(result)[AREAS[0], "from"] == "too_few_mirrors"
    used = result.flows.filter(from_area=AREAS[0])["sigma_kind_from"].unique().to_list()
    assert used == ["prior"]


def test_a_slip_of_the_unit_teaches_nothing(run: Run, panel: list[dict[str, Any]], found: Reconciliation) -> None:
    slipped = [dict(row) for row in panel]
    slipped[0]["obs_value"] = slipped[0]["obs_value"] * 1000
    told = estimates(run(*slipped), method="expected_distance", role="from", area=slipped[0]["ref_area"])
    before = estimates(found, method="expected_distance", role="from", area=slipped[0]["ref_area"])
    assert told["mirrors_count"][0] == before["mirrors_count"][0] - 1
    assert told["sigma"][0] == pytest.approx(before["sigma"][0], abs=0.05)


def test_capital_without_a_panel_has_the_stated_prior_of_its_instrument(run: Run, held: Report) -> None:
    result = run(capital=[held(), held(instrument="D_F", basis="DIRECTIONAL")])
    sigma = dict(result.flows.filter(freq="M").select("subject", "sigma_to").iter_rows())
    for subject in ("P_F5", "D_F"):
        prior = load_parameters().reliability.prior("capital_flows", subject, "S", "M")
        assert prior is not None
        assert sigma[subject] == prior.sigma
    told = result.reliability.filter(theme="capital_flows")
    assert set(told["reason"]) == {"no_panel"}
    assert told["sigma"].null_count() == told.height


def test_months_scatter_more_than_years(run: Run, panel: list[dict[str, Any]], exported: Report) -> None:
    month = exported(freq="M", time_period="2018-01", ref_area=AREAS[0], counterpart_area=AREAS[1], source_id="fund")
    flows = run(*panel, month).flows.filter(from_area=AREAS[0], to_area=AREAS[1])
    yearly = flows.filter(freq="A")["sigma_from"][0]
    prior = load_parameters().reliability.prior("compute_exports", "TOTAL", "F", "M")
    assert prior is not None
    assert prior.added_sigma > 0
    assert flows.filter(freq="M")["sigma_from"][0] == pytest.approx((yearly**2 + prior.added_sigma**2) ** 0.5)


def test_a_rerun_is_the_same_to_the_last_digit(run: Run, panel: list[dict[str, Any]], found: Reconciliation) -> None:
    again = run(*panel[::-1])
    assert again.flows.equals(found.flows)
    assert again.reliability.equals(found.reliability)
    assert again.valuation_rules.equals(found.valuation_rules)
