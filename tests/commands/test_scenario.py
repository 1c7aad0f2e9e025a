"""`compact scenario accession` and `share` on the embedded edition."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from compact_pipelines.cli import main
from compact_pipelines.commands.scenario import _sentences
from compact_pipelines.scenarios import answer, load_inputs, share
from compact_pipelines.scenarios.inputs import Ask
from compact_pipelines.warehouse import read
from compact_pipelines.warehouse.layout import Layout

Call = Callable[..., tuple[int, str, str]]
CORE = "USA,CAN,MEX"


@pytest.fixture
def call(edition_root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    def run(*arguments: object) -> tuple[int, str, str]:
        argv = ["compact", "scenario", *(str(argument) for argument in arguments), "--data-root", str(edition_root)]
        monkeypatch.setattr(sys, "argv", argv)
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return run


@pytest.fixture(scope="module")
def ask(edition_root: Path) -> Ask:
    connection = read.connect(Layout(edition_root)).connection
    return lambda sql: connection.execute(sql).pl()


def test_json_is_the_answer_and_nothing_else(call: Call, ask: Ask) -> None:
    code, out, _ = call("accession", "--members", CORE, "--candidate", "ARE", "--json")
    assert code == 0
    said = json.loads(out)
    assert said == json.loads(json.dumps(answer(load_inputs(ask), ["USA", "CAN", "MEX"], ["ARE"])))
    assert said["parameters"]["draws_used"] == 500
    assert said["pairs_changed"] == [["ARE", "CAN"], ["ARE", "MEX"], ["ARE", "USA"]]


def test_the_published_table_has_the_same_figures(ask: Ask) -> None:
    found = {row["area"]: row for row in answer(load_inputs(ask), ["USA", "CAN", "MEX"], ["ARE"])["areas"]}
    published = ask("SELECT * FROM out_accession WHERE bloc = 'core_uae' AND role <> 'whole'")
    assert published.height == len(found)
    for row in published.to_dicts():
        for column in ("role", "gain_percent", "gain_median", "gain_p05", "gain_p95", "share_above_zero", "reason"):
            assert row[column] == found[row["area"]][column]


def test_people_are_told_gains_and_what_they_rest_on(call: Call) -> None:
    code, out, _ = call("accession", "--members", CORE, "--candidate", "are", "--draws", 500, "--seed", 3)
    assert code == 0
    for part in ("ARE-CAN, ARE-MEX, ARE-USA get an agreement", "Base year 2018", "500 of 500 draws, seed 3",
                 "Not in the model: Investment", "ARE exports 91% of its GDP", "drawn from 3 to 8"):  # fmt: skip
        assert part in out


def test_pairs_that_are_not_known_are_named_and_nobody_is_called_a_winner_for_them(call: Call) -> None:
    code, out, _ = call("accession", "--members", "ARE,USA", "--candidate", "IDN")
    assert code == 0
    said = " ".join(out.split())
    assert "Not verified whether they have an agreement, and left as they are: ARE-IDN." in said
    assert "areas outside gain or lose depends on 1 agreement that could not be verified." in said
    assert "IDN-USA gets an agreement" in said
    assert "Every member in the model gains in 100% of the draws" in said
    assert "if unknown new" not in call("accession", "--members", CORE, "--candidate", "ARE")[1]


def test_who_gains_only_by_the_draws_is_told_to_depend_on_what_is_unknown() -> None:
    """Made up: a member that loses with the unknown pair as it is and gains if it is new."""
    row = {"area": "ARE", "role": "member", "gain_percent": -0.1, "gain_median": -0.1, "gain_if_unknown_new": 0.2}
    found = {
        "lowest_member": row | {"share_above_zero": 0.0},
        "pairs_unknown": [{"area_1": "ARE", "area_2": "IDN"}] * 2,
        "pairs_changed": [["IDN", "USA"]],
        "pairs_in_force": [],
    }
    told = _sentences(found, [row], [row | {"area": "IND", "gain_percent": -0.2, "gain_if_unknown_new": -0.1}])
    assert told[0] == "Whether ARE gain or lose depends on 2 agreements that could not be verified."
    assert told[1] == "Of 1 areas outside, 1 lose; the first 5 are shown."
    assert not any("loses" in text or "Every member" in text for text in told)


def test_one_elasticity_is_held_in_all_draws(call: Call) -> None:
    _, out, _ = call("accession", "--members", CORE, "--candidate", "JPN", "--sigma", 7, "--json")
    parameters = json.loads(out)["parameters"]
    assert [parameters[name] for name in ("sigma", "sigma_low", "sigma_high")] == [7, 7, 7]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "no member was named"),
        (("--members", "USA"), "one member alone forms no set"),
        (("--members", CORE), "every pair has an agreement already"),
        (("--members", CORE, "--candidate", "HKG"), "HKG, it exports more than its GDP"),
        (("--members", CORE, "--candidate", "BHR"), "BHR, no published total with the world is held"),
        (("--members", CORE, "--candidate", "CAN"), "CAN, it is a member already"),
        (("--members", "USA,SGP"), "The model: one member alone is in the base year"),
        (("--members", "ARE", "--candidate", "IDN"), "it could not be verified, so it is not known what changes"),
        (("--members", "ARE", "--candidate", "IDN"), "Not verified whether they have an agreement, and left as they"),
        (("--members", "ARE", "--candidate", "IDN"), "if unknown new %"),
    ],
)
def test_a_question_without_an_answer_says_why(call: Call, arguments: tuple[str, ...], told: str) -> None:
    code, out, _ = call("accession", *arguments)
    assert code == 0
    assert told in out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("accession", "--members", "USA,XX"), "no area XX"),
        (("accession", "--members", CORE, "--base", "moon"), "no base 'moon'; the bases are goods_2018"),
        (("accession", "--members", CORE, "--draws", "0"), "0 draws were asked for"),
        (("accession", "--members", CORE, "--draws", "499"), "allowed are 500 to 20,000"),
        (("accession", "--members", CORE, "--sigma", "1"), "sigma is 1; allowed are 1.5 to 100"),
        (("share", "--members", CORE, "--sigma", "0"), "sigma is 0; allowed are 1.5 to 100"),
        (("share", "--members", CORE, "--goal", "resilience", "--seed", "-1"), "seed is -1"),
        (("share", "--members", "ARE,IDN"), "of ARE-IDN it could not be verified"),
        (("accession", "--members", CORE, "--seed", "-1"), "seed is -1"),
        (("share", "--members", CORE, "--goal", "moon"), "no goal 'moon'"),
        (("share", "--members", CORE, "--goal", "mutual_trade"), "half its strength"),
        (("share", "--members", "USA,HKG"), "not in the base goods_2018: HKG"),
    ],
)
def test_a_wrong_call_is_told_and_ends_with_2(call: Call, arguments: tuple[str, ...], told: str) -> None:
    code, _, err = call(*arguments)
    assert code == 2
    assert told in " ".join(err.split())


def test_shares_add_up_and_json_is_the_answer(call: Call, ask: Ask) -> None:
    code, out, _ = call("share", "--members", "USA,CAN,MEX,ARE", "--json")
    assert code == 0
    said: dict[str, Any] = json.loads(out)
    assert said == json.loads(json.dumps(share(load_inputs(ask), "welfare", ["USA", "CAN", "MEX", "ARE"])))
    assert sum(row["value"] for row in said["members"]) == pytest.approx(said["total"])
    assert said["orders"] == 0
    assert "every pair has an agreement already" in call("share", "--members", CORE)[1]
    assert "If they are new, together" in call("share", "--members", "ARE,USA,IDN")[1]
    assert "Together" in call("share", "--members", "USA,CAN,MEX,ARE,JPN", "--goal", "resilience")[1]


def test_simple_measures_are_told_with_what_they_are_of_and_why_one_is_blank(call: Call) -> None:
    code, out, _ = call("accession", "--members", CORE, "--candidate", "AUT")
    assert code == 0
    said = " ".join(out.split())
    assert "intra_share 2018 0.459 - member without data: AUT" in said
    assert "intra_share_of_totals 2018 0.42 - member without data: AUT" in said
    assert "alignment 2026" in said
    assert "count trade with the 46 areas held and no other" in said
