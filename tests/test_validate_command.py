import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from compact_pipelines import benches
from compact_pipelines.cli import main
from compact_pipelines.contracts import Contracts
from compact_pipelines.contracts.reading import schemas_folder
from compact_pipelines.contracts.templates import csv_template, xlsx_template

CHECKOUT = schemas_folder().parent
ROW = "A,CAN,USA,{flow},TOTAL,{period},12.5,USD,6,FOB,,A,F,,\n"


@pytest.fixture
def drop(tmp_path: Path, contracts: Contracts) -> Path:
    """A file of compute_exports with one row in order."""
    path = tmp_path / "drop.csv"
    header = csv_template(contracts.tables["compute_exports"])
    path.write_text(header + ROW.format(flow="X", period="2024"), encoding="utf-8")
    return path


def add(drop: Path, flow: str, period: str = "2023") -> None:
    with drop.open("a", encoding="utf-8") as lines:
        lines.write(ROW.format(flow=flow, period=period))


def call(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["compact", *words])
    with pytest.raises(SystemExit) as end:
        main()
    return int(end.value.code or 0)


def run(command: list[str], **options: Any) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)  # noqa: S603  (our own words)


def test_a_file_in_order_is_said_to_be(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], drop: Path
) -> None:
    assert call(monkeypatch, "validate", str(drop), "--table", "compute_exports") == 0
    assert capsys.readouterr().out == "drop.csv: 1 row keeps the contract compute_exports 1.0.0.\n"


def test_findings_are_grouped_with_their_first_cases_and_counts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], drop: Path
) -> None:
    for year in range(7):
        add(drop, "export", f"201{year}")
    add(drop, "[red]", "2020")
    assert call(monkeypatch, "validate", str(drop), "--table", "compute_exports") == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        "error flow: known_code, 8 cases",
        *(f"  row {row}: flow is 'export'." for row in range(2, 7)),
        "  and 3 more",
        "  Allowed are X, M, RX, RM. Write a code of the list, exactly as it stands there.",
        "drop.csv: 8 errors by the contract compute_exports 1.0.0; 8 of 9 rows would be held.",
    ]


def test_json_is_one_object_with_findings_and_counts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], drop: Path
) -> None:
    add(drop, "export")
    assert call(monkeypatch, "validate", str(drop), "--table", "compute_exports", "--partner", "CAN", "--json") == 1
    answer = json.loads(capsys.readouterr().out)
    [finding] = answer["findings"]
    assert {key: finding[key] for key in ("file", "row", "column", "value", "rule", "severity")} == {
        "file": "drop.csv",
        "row": 2,
        "column": "flow",
        "value": "export",
        "rule": "known_code",
        "severity": "error",
    }
    assert finding["message"].startswith("flow is 'export'. Allowed are X, M, RX, RM.")
    assert answer["counts"]["by_rule"] == [{"rule": "known_code", "column": "flow", "severity": "error", "found": 1}]
    assert (answer["outcome"], answer["partner"]) == ("ACCEPTED_WITH_HELD_ROWS", "CAN")


def test_a_warning_alone_is_no_finding(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, contracts: Contracts
) -> None:
    path = tmp_path / "empty.xlsx"
    path.write_bytes(xlsx_template(contracts.tables["talent_movement"]))
    assert call(monkeypatch, "validate", str(path), "--table", "talent_movement") == 0
    assert capsys.readouterr().out.endswith("empty.xlsx: 0 rows keep the contract talent_movement 1.0.0; 1 warning.\n")


def test_a_file_without_rows_is_said_to_have_none(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], drop: Path
) -> None:
    drop.write_text(drop.read_text(encoding="utf-8").splitlines()[0], encoding="utf-8")
    assert call(monkeypatch, "validate", str(drop), "--table", "compute_exports") == 0
    assert capsys.readouterr().out.splitlines() == [
        "warning has_rows, 1 case",
        "  There is a header and no row below it, so nothing else was looked at.",
        "  Below the header stands one row an observation. Add the rows.",
        "drop.csv: 0 rows keep the contract compute_exports 1.0.0; 1 warning.",
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing.csv", "--table", "compute_exports"], "nothing.csv is not a file; name the file to look at"),
        (["{drop}", "--table", "trade"], "no table 'trade'; the tables are capital_flows, compute_exports,"),
        (["{drop}", "--table", "compute_exports", "--partner", "nobody"], "no partner 'nobody'; name it by the code"),
        (["{drop}", "--table", "compute_exports", "--partner", "us-bea"], "the agreement of us-bea is not about"),
        (["{drop}"], "--table"),
    ],
)
def test_a_wrong_call_is_told_with_exit_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], drop: Path, words: list[str], said: str
) -> None:
    assert call(monkeypatch, "validate", *(word.format(drop=drop) for word in words)) == 2
    answer = capsys.readouterr()
    assert answer.out == ""
    assert said in " ".join(answer.err.split())


def test_a_file_that_cannot_be_read_is_a_finding(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], drop: Path
) -> None:
    drop.write_bytes(drop.read_bytes() + b"\xff")
    assert call(monkeypatch, "validate", str(drop), "--table", "compute_exports", "--json") == 1
    answer = json.loads(capsys.readouterr().out)
    assert [(finding["rule"], finding["row"]) for finding in answer["findings"]] == [("file_is_utf8", 2)]
    assert answer["outcome"] == "REJECTED"


def test_validating_imports_neither_dagster_nor_streamlit(drop: Path) -> None:
    script = (
        "import sys\n"
        "from compact_pipelines.cli import main\n"
        f"sys.argv = ['compact', 'validate', {str(drop)!r}, '--table', 'compute_exports']\n"
        "try:\n    main()\n"
        "finally:\n    print(sorted({name.split('.')[0] for name in sys.modules}))\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    done = run([sys.executable, "-c", script], env=environment)
    assert done.returncode == 0
    modules = done.stdout.splitlines()[-1]
    assert "'polars'" in modules
    for heavy in ("dagster", "streamlit", "duckdb", "pysdmx", "altair", "networkx"):
        assert f"'{heavy}'" not in modules


def test_a_workbook_template_needs_a_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, contracts: Contracts
) -> None:
    words = ["template", "capital_flows", "--format", "xlsx"]
    assert call(monkeypatch, *words) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "compact template capital_flows --format xlsx --output capital_flows.xlsx" in said
    path = tmp_path / "capital_flows.xlsx"
    assert call(monkeypatch, *words, "--output", str(path)) == 0
    assert path.read_bytes() == xlsx_template(contracts.tables["capital_flows"])


def test_a_csv_template_goes_where_it_is_wanted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, contracts: Contracts
) -> None:
    expected = csv_template(contracts.tables["capital_flows"])
    assert call(monkeypatch, "template", "capital_flows") == 0
    assert capsys.readouterr().out == expected
    assert call(monkeypatch, "template", "capital_flows", "--output", str(tmp_path / "t.csv")) == 0
    assert (tmp_path / "t.csv").read_text(encoding="utf-8") == expected
    assert call(monkeypatch, "template", "capital_flows", "--format", "ods") == 2
    assert "the formats are csv, xlsx" in " ".join(capsys.readouterr().err.split())


def test_benchmarks_are_listed_and_run_by_name(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "timing.py").touch()
    (tmp_path / "quick.py").write_text("print('{}')", encoding="utf-8")
    (tmp_path / "broken.py").write_text("raise SystemExit(3)", encoding="utf-8")
    monkeypatch.setattr(benches, "benchmarks_folder", lambda: tmp_path)
    assert call(monkeypatch, "bench") == 0
    assert capfd.readouterr().out == "broken\nquick\n"
    assert call(monkeypatch, "bench", "quick") == 0
    assert capfd.readouterr().out == "{}\n"
    assert call(monkeypatch, "bench", "broken") == 1
    assert call(monkeypatch, "bench", "slow") == 2
    assert "no benchmark 'slow'; there are broken, quick" in " ".join(capfd.readouterr().err.split())


def test_every_benchmark_of_the_checkout_is_known() -> None:
    assert {"contract_judge", "validate_file"} <= set(benches.benchmarks())
    assert "timing" not in benches.benchmarks()


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, built and installed into a folder of its own, without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    built = run(build, cwd=CHECKOUT)
    assert built.returncode == 0, built.stderr
    [wheel] = folder.glob("*.whl")
    target = folder / "installed"
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--no-compile"]
    command = [*install, "--disable-pip-version-check", "--target", str(target), str(wheel)]
    done = run(command)
    assert done.returncode == 0, done.stderr
    return target


def run_installed(installed: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    command = [sys.executable, str(installed / "bin/compact"), *words]
    return run(command, cwd=installed, env=environment)


def test_an_installed_wheel_carries_the_contracts_and_validates(installed: Path, drop: Path) -> None:
    assert (installed / "compact_pipelines/schemas/tables/compute_exports.yaml").is_file()
    assert run_installed(installed, "validate", str(drop), "--table", "compute_exports").returncode == 0
    add(drop, "export")
    done = run_installed(installed, "validate", str(drop), "--table", "compute_exports", "--json")
    assert done.returncode == 1
    assert [finding["row"] for finding in json.loads(done.stdout)["findings"]] == [2]


def test_an_installed_wheel_explains_that_benchmarks_come_with_a_checkout(installed: Path) -> None:
    done = run_installed(installed, "bench")
    assert done.returncode == 2
    assert "they come with a checkout of the project" in " ".join(done.stderr.split())
