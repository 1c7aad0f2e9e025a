"""The stated figures of reconciling: ours as they stand in schemas/, and faulty copies of them."""

import math
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from compact_pipelines.contracts.parameters import FILES, Parameters, load_parameters, read_parameters
from compact_pipelines.contracts.reading import schemas_folder
from compact_pipelines.errors import ContractError

OURS = load_parameters()
SIGMA_TO_MEAN_DISTANCE = math.sqrt(2 / math.pi) * math.sqrt(2)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in FILES:
        shutil.copy(schemas_folder() / f"{name}.yaml", tmp_path)
    return tmp_path


def test_the_rules_have_the_published_shares() -> None:
    shares = {rule.id: rule.share for rule in OURS.valuation.rules}
    assert shares == {
        "fitted": None,
        "none": None,
        "baci": 0.033,
        "oecd": 0.05,
        "imf": 0.06,
        "cited_mean": 0.08,
        "wits_low": 0.10,
        "fao": 0.12,
        "wits_high": 0.20,
    }
    assert OURS.valuation.clamp == (0, 0.20)
    assert OURS.valuation.rule().id == OURS.valuation.default == "baci"
    assert all(set(rule.title) == {"en", "fr", "es"} for rule in OURS.valuation.rules)


def test_an_unknown_rule_is_told_with_what_is_allowed() -> None:
    with pytest.raises(ContractError, match=r"no freight rule 'half'; allowed are \['fitted', 'none', 'baci'"):
        OURS.valuation.rule("half")


def test_a_suspicion_is_told_and_not_applied() -> None:
    applied = [(basis.source, basis.area) for basis in OURS.valuation.without_freight]
    assert applied == [("imf_dots_cif", "USA"), ("imf_imts", "USA")]
    assert len(OURS.valuation.importer_basis) > len(applied)


def test_inland_freight_is_added_to_one_direction_only() -> None:
    [inland] = OURS.valuation.inland_freight
    assert (inland.from_area, inland.to_area, inland.since, inland.share) == ("USA", "CAN", "1990-01", 0.045)


def test_the_most_specific_prior_counts() -> None:
    reliability = OURS.reliability
    general, portfolio = (reliability.prior("capital_flows", code, "S", "A") for code in ("D_F", "P_F5"))
    assert general is not None
    assert portfolio is not None
    assert general.sigma > portfolio.sigma > 0
    assert reliability.prior("compute_exports", "TOTAL", "S", "A") is None


@pytest.mark.parametrize("theme", ["compute_exports", "capital_flows", "talent_movement"])
def test_every_theme_that_is_paired_has_a_prior(theme: str) -> None:
    assert all(OURS.reliability.prior(theme, "any", "F", freq) for freq in ("A", "M"))


def test_months_are_less_sure_than_years() -> None:
    year, month = (OURS.reliability.prior("compute_exports", "TOTAL", "F", freq) for freq in ("A", "M"))
    assert year is not None
    assert month is not None
    assert (year.kind, month.kind) == ("panel", "panel")
    assert month.added_sigma > year.added_sigma == 0


@pytest.mark.parametrize(
    ("measured_mean_distance", "sigma"),
    [(0.358, 0.318), (0.083, 0.073)],
)
def test_the_arithmetic_of_the_derivations(measured_mean_distance: float, sigma: float) -> None:
    assert measured_mean_distance / SIGMA_TO_MEAN_DISTANCE == pytest.approx(sigma, abs=1e-3)


def test_the_migration_prior_follows_from_its_coefficients() -> None:
    logs = [math.log(coefficient) for coefficient in (0.53, 0.63, 0.73, 1.0, 2.26)]
    mean = sum(logs) / len(logs)
    definition = math.sqrt(sum((log - mean) ** 2 for log in logs) / len(logs))
    prior = OURS.reliability.prior("talent_movement", "MIGRANT", "F", "A")
    assert prior is not None
    assert definition == pytest.approx(0.51, abs=0.005)
    assert math.hypot(definition, 0.5) == pytest.approx(prior.sigma, abs=0.02)


def test_grade_limits_are_those_of_the_grades_today() -> None:
    limits = OURS.reliability.grade_limits
    assert (limits.A, limits.B, limits.C) == (0.05, 0.15, 0.30)
    assert OURS.reliability.min_partners == 10


def test_the_hubs_are_the_ten_of_the_article() -> None:
    assert OURS.hubs.areas == sorted(["LUX", "NLD", "HKG", "VGB", "BMU", "SGP", "CYM", "CHE", "IRL", "MUS"])


def test_days_on_the_way() -> None:
    assert OURS.transit.sea_km_per_day == pytest.approx(609.83, abs=0.01)
    assert OURS.transit.days(10_000, is_contiguous=False) == pytest.approx(16.4, abs=0.01)
    assert OURS.transit.days(2_500, is_contiguous=True) == 1


def test_re_exports_explain_most_of_the_gap_between_the_united_states_and_mexico() -> None:
    said = {
        name: OURS.reconciliations.get(f"us_mexico_2016_{name}").value
        for name in ("united_states", "mexico", "without_reexports")
    }
    gap = said["mexico"] - said["united_states"]
    assert (said["without_reexports"] - said["united_states"]) / gap == pytest.approx(0.871, abs=5e-4)


@pytest.mark.parametrize(("year", "difference_musd"), [(2014, 3_432), (2015, 5_191), (2016, 8_125)])
def test_the_balances_of_canada_and_the_united_states(year: int, difference_musd: int) -> None:
    canada, united_states = (
        OURS.reconciliations.get(f"canada_us_{year}_{name}").value for name in ("canada", "united_states")
    )
    assert canada - united_states == difference_musd * 1_000_000


def test_pakistan_and_china() -> None:
    sent, received = (OURS.reconciliations.get(f"pakistan_china_2001_{name}").value for name in ("pakistan", "china"))
    assert abs(sent - received) / (sent + received) == pytest.approx(0.404792, abs=1e-6)
    assert (received - sent) / received == pytest.approx(0.576302, abs=1e-6)


def test_the_joint_study_of_the_united_states_and_china() -> None:
    found = {(record.areas[0], record.year): record.value for record in OURS.reconciliations.between("USA", "CHN")}
    assert found == {
        ("CHN", 2008): 0.253,
        ("CHN", 2009): 0.255,
        ("CHN", 2010): 0.224,
        ("USA", 2008): 0.122,
        ("USA", 2009): 0.102,
        ("USA", 2010): 0.100,
    }


def test_an_unknown_reconciliation_is_told() -> None:
    with pytest.raises(ContractError, match="no reconciliation 'moon'; allowed are"):
        OURS.reconciliations.get("moon")


def test_parameters_are_read_once_and_cannot_be_changed() -> None:
    assert load_parameters() is load_parameters()
    with pytest.raises(ValidationError, match="frozen"):
        OURS.reliability.min_partners = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("valuation", "default: baci", "default: half", "default 'half' is no rule; allowed are"),
        ("valuation", "kind: none", "kind: nothing", "rules.1.kind: Input should be 'fitted', 'constant' or 'none'"),
        ("valuation", "share: 0.033", "share: 0.33", "the shares of ['baci'] lie outside the clamp"),
        ("valuation", "    share: 0.033\n", "", "rules.2: Value error, rule 'baci': a share is allowed"),
        ("valuation", "id: oecd", "id: baci", "rules ['baci'] stand twice"),
        ("valuation", "area: PHL", "area: PH", "importer_basis.1.area: no 'PH'; allowed are the"),
        ("valuation", "source: imf_dots_cif\n    area: SAU", "source: imf\n    area: SAU", "importer_basis.2.source"),
        ("valuation", "finding: suspected", "finding: sure", "importer_basis.1.finding"),
        ("valuation", "default:", "standard:", "standard: Extra inputs are not permitted"),
        ("reliability", "A: 0.05", "A: 0.25", "they must rise from A to C"),
        (
            "reliability",
            "theme: capital_flows",
            "theme: capital",
            "priors.2.theme: no 'capital'; allowed are ['capital_",
        ),
        (
            "reliability",
            "subjects: [P_F3, P_F5, P_F_LT]\n    stock_flow: S",
            "subjects: [P_F9]\n    stock_flow: S",
            "priors.4.subjects: no 'P_F9'; allowed are [",
        ),
        ("reliability", "P_F5, P_F_LT", "P_F5", "overlap; allowed are groups that are equal or have nothing in common"),
        ("reliability", "freq: [M, Q]", "freq: [A, Q]", "stand twice"),
        ("reliability", "sigma: 0.8", "sigma: 0", "priors.2.sigma: Input should be greater than 0"),
        ("reliability", "powers: [3, 4, 5, 6]", "powers: [0]", "unit_slip.powers.0"),
        ("reliability", "evidence: read in the source", "evidence: hearsay", "evidence: Input should be"),
        ("hubs", "area: LUX", "area: LX", "hubs.0: no 'LX'"),
        ("transit", "speed_knots: 13.72", "speed_knots: -1", "speed_knots: Input should be greater than 0"),
        ("transit", "theme: compute_exports", "theme: trade", "transit.yaml, theme: no 'trade'"),
        ("reconciliations", "said_by: study", "said_by: press", "said_by: no 'press'; allowed are"),
        ("reconciliations", "id: us_mexico_2016_mexico", "id: us_mexico_2016_united_states", "stand twice"),
        ("reconciliations", "areas: [PAK, CHN]", "areas: [PAK]", "areas.1: Field required"),
        ("hubs", "theme:", "theme: [", "not valid YAML"),
    ],
)
def test_a_fault_is_named_with_its_file_and_place(folder: Path, file: str, old: str, new: str, told: str) -> None:
    path = folder / f"{file}.yaml"
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContractError) as error:
        read_parameters(folder)
    assert told in str(error.value)
    assert str(path) in str(error.value)


def test_a_missing_file_is_told(folder: Path) -> None:
    (folder / "hubs.yaml").unlink()
    with pytest.raises(ContractError, match=r"hubs\.yaml cannot be read .* Restore it"):
        read_parameters(folder)


def test_a_copy_reads_the_same(folder: Path) -> None:
    assert read_parameters(folder) == OURS
    assert isinstance(OURS, Parameters)


@given(distance=st.floats(0, 20_000))
def test_a_longer_way_takes_longer(distance: float) -> None:
    assert 0 <= OURS.transit.days(distance, is_contiguous=False) <= OURS.transit.days(distance + 1, is_contiguous=False)
