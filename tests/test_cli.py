"""The command line: what it prints, where, and with which exit code."""

import csv
import io
import json
import os
import resource
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

from compact_pipelines import cli, console
from compact_pipelines.contracts import Contracts
from compact_pipelines.warehouse.layout import DATA_ROOT_VARIABLE, Layout

COMMANDS: Final = {"run", "app", "query", "validate", "template", "bench"} | {
    "drop", "intake", "receipt", "withdraw", "held", "exchange", "scenario", "live",
}  # fmt: skip
HEAVY: Final = ("dagster", "streamlit", "duckdb", "polars", "pandas", "networkx", "numpy", "pandera", "pyarrow")
HELP_SECONDS: Final = 1.0  # of a processor, so that a busy machine does not matter
WITHOUT_HEAVY: Final = """
import sys
from compact_pipelines.cli import main
try:
    main()
except SystemExit as end:
    code = end.code
print(*sorted({name.split(".")[0] for name in sys.modules}), file=sys.stderr)
sys.exit(code)
"""


@dataclass(frozen=True)
class Told:
    """What a command said."""

    code: int
    out: str
    err: str


Compact = Callable[..., Told]


@pytest.fixture
def compact(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Compact:
    """Call a command in this process."""

    def compact(*arguments: str | Path) -> Told:
        monkeypatch.setattr(sys, "argv", ["compact", *map(str, arguments)])
        code: Any = 0
        try:
            cli.main()
        except SystemExit as end:
            code = end.code
        told = capsys.readouterr()
        assert "Traceback" not in told.out + told.err
        return Told(int(code or 0), told.out, told.err)

    return compact


@pytest.fixture
def in_edition(compact: Compact, edition_root: Path) -> Compact:
    """Ask the embedded edition."""

    def query(sql: str, *options: str) -> Told:
        return compact("query", sql, "--data-root", edition_root, *options)

    return query


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port that somebody else listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


# Help


def modules_of(*arguments: str) -> tuple[subprocess.CompletedProcess[str], set[str]]:
    command = [sys.executable, "-c", WITHOUT_HEAVY, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  (our own interpreter)
    return done, set(done.stderr.splitlines()[-1].split())


def test_help_lists_the_commands_at_once_and_imports_nothing_heavy() -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done, modules = modules_of("--help")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < HELP_SECONDS
    assert done.returncode == 0
    listed = {line.split()[0] for line in done.stdout.split("Commands:")[1].splitlines() if line.strip()}
    assert listed == COMMANDS
    assert modules.isdisjoint(HEAVY)
    assert "typer" in modules


def test_a_query_imports_neither_dagster_nor_streamlit(edition_root: Path) -> None:
    done, modules = modules_of("query", "SELECT 1", "--data-root", str(edition_root))
    assert done.returncode == 0
    assert "duckdb" in modules
    assert modules.isdisjoint({"dagster", "streamlit"})


def test_a_scenario_imports_neither_dagster_nor_streamlit(edition_root: Path) -> None:
    done, modules = modules_of("scenario", "accession", "--members", "USA", "--data-root", str(edition_root))
    assert done.returncode == 0
    assert "numpy" in modules
    assert modules.isdisjoint({"dagster", "streamlit", "pyfixest", "pandas"})


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_explains_itself(compact: Compact, command: str) -> None:
    told = compact(command, "--help")
    assert (told.code, told.err) == (0, "")
    assert told.out.startswith(f"Usage: compact {command}")
    assert "--help" in told.out


@pytest.mark.parametrize(
    "arguments", [("frobnicate",), ("query",), ("template",), ("run", "--fast"), ("app", "--port", "0")]
)
def test_a_wrong_call_exits_with_2_and_prints_nothing_to_standard_output(
    compact: Compact, arguments: tuple[str, ...]
) -> None:
    told = compact(*arguments)
    assert (told.code, told.out) == (2, "")
    assert "Usage: compact" in told.err


# query


def test_a_query_prints_a_table_for_people(in_edition: Compact) -> None:
    told = in_edition("SELECT area, name_en, NULL AS nothing FROM areas WHERE area IN ('CAN', 'USA') ORDER BY area")
    lines = [line.split(maxsplit=1) for line in told.out.splitlines()]
    assert [line[0] for line in lines] == ["area", "CAN", "USA"]
    assert lines[1][1].split() == ["Canada", "-"]
    assert (told.code, told.err) == (0, "")


def test_json_with_a_column_twice_is_a_wrong_call_and_loses_none(in_edition: Compact) -> None:
    told = in_edition("SELECT 1 AS x, 2 AS x", "--json")
    assert (told.code, told.out) == (2, "")
    assert told.err == "compact: columns ['x'] stand twice; name them apart with AS, JSON holds each name once\n"
    assert in_edition("SELECT 1 AS x, 2 AS x", "--csv").out == "x,x\n1,2\n"


def test_a_text_that_a_spreadsheet_would_run_is_neutral_in_csv(in_edition: Compact) -> None:
    told = in_edition("SELECT '=1+1' AS a, ' @cmd' AS b, -5 AS c, '--10-01' AS d, ['=1'] AS \"=e\"", "--csv")
    assert told.out == "a,b,c,d,'=e\n'=1+1,' @cmd,-5,--10-01,['=1']\n"


def test_a_query_as_json_is_a_list_of_objects_one_a_row(in_edition: Compact) -> None:
    told = in_edition(
        "SELECT from_area, reported_by_from, asymmetry, same_source, missing_to FROM out_mirror_flows WHERE "
        "from_area = 'USA' AND to_area = 'CAN' AND subject = 'TOTAL' AND freq = 'A' AND time_period = '2025'",
        "--json",
    )
    [row] = json.loads(told.out)
    assert list(row) == ["from_area", "reported_by_from", "asymmetry", "same_source", "missing_to"]
    assert row["reported_by_from"] == 333_619_712_376
    assert row["asymmetry"] == pytest.approx(0.12661, abs=5e-6)
    assert (row["same_source"], row["missing_to"]) == (True, None)
    assert json.loads(in_edition("SELECT * FROM areas WHERE area = 'no such'", "--json").out) == []


def test_json_has_times_in_iso_8601_letters_as_they_are_and_no_nan(in_edition: Compact) -> None:
    sql = (
        "SELECT TIMESTAMPTZ '2026-07-07 12:00:00+00' AS t, DATE '2026-07-07' AS d, 'Türkiye' AS name, "
        "'NaN'::DOUBLE AS n, [1.5, 'inf'::DOUBLE] AS list, {'a': '-inf'::DOUBLE} AS struct"
    )
    told = in_edition(sql, "--json")

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    assert json.loads(told.out, parse_constant=refuse) == [
        {
            "t": "2026-07-07T12:00:00+00:00",
            "d": "2026-07-07",
            "name": "Türkiye",
            "n": None,
            "list": [1.5, None],
            "struct": {"a": None},
        }
    ]
    assert "Türkiye" in told.out
    with pytest.raises(AssertionError, match="NaN is not JSON"):
        json.loads("[NaN]", parse_constant=refuse)


def test_csv_has_exact_decimals_a_header_and_empty_cells_for_missing_values(in_edition: Compact) -> None:
    sql = (
        "SELECT reported_by_to AS value, NULL AS nothing, 'a,b' AS text, 0.1::DECIMAL(28,6) AS tenth "
        "FROM out_mirror_flows WHERE from_area = 'USA' AND to_area = 'CAN' AND subject = 'TOTAL' AND freq = 'A' "
        "AND time_period = '2025'"
    )
    told = in_edition(sql, "--csv")
    header, row = csv.reader(io.StringIO(told.out))
    assert header == ["value", "nothing", "text", "tenth"]
    assert row[1:3] == ["", "a,b"]
    assert Decimal(row[0]) == Decimal("258634487246.4522")
    assert "E" not in row[0]
    big = in_edition("SELECT 1234567890123456789012.000001::DECIMAL(28,6) AS value", "--csv")
    assert big.out == "value\n1234567890123456789012.000001\n"


def test_people_see_the_first_rows_and_programs_all(in_edition: Compact) -> None:
    told = in_edition("SELECT range AS n FROM range(1000)")
    assert len(told.out.splitlines()) == 1 + cli.SHOWN_ROWS
    assert "The first 200 of 1,000 rows; --csv or --json prints all." in told.err
    assert len(in_edition("SELECT range AS n FROM range(1000)", "--csv").out.splitlines()) == 1001
    assert len(json.loads(in_edition("SELECT range AS n FROM range(1000)", "--json").out)) == 1000


def test_markup_in_a_cell_is_shown_as_it_is(in_edition: Compact) -> None:
    assert "[bold]x[/bold] [/]" in in_edition("SELECT '[bold]x[/bold] [/]' AS \"[red]name\"").out


@pytest.mark.parametrize("option", [(), ("--json",), ("--csv",)])
@pytest.mark.parametrize("sql", ["SELEC 1", "SELECT * FROM nowhere", "DROP TABLE areas", "COPY areas TO 'x.csv'", ""])
def test_a_query_that_cannot_be_answered_exits_with_2(in_edition: Compact, sql: str, option: tuple[str, ...]) -> None:
    told = in_edition(sql, *option)
    assert (told.code, told.out) == (2, "")
    assert told.err.startswith("compact: the query ")
    assert "SHOW TABLES" in told.err


def test_csv_and_json_together_are_a_wrong_call(in_edition: Compact) -> None:
    told = in_edition("SELECT 1", "--csv", "--json")
    assert (told.code, told.out) == (2, "")
    assert told.err == "compact: --csv and --json were both given; give one\n"


def test_no_edition_yet_exits_with_1_and_says_how_to_make_one(compact: Compact, data_root: Path) -> None:
    told = compact("query", "SELECT 1", "--data-root", data_root)
    assert (told.code, told.out) == (1, "")
    assert told.err == f"compact: no edition in {data_root} yet; make one with `compact run`\n"
    assert not data_root.exists()


def test_an_unknown_audience_exits_with_1_and_names_those_there_are(in_edition: Compact) -> None:
    told = in_edition("SELECT 1", "--audience", "partner")
    assert (told.code, told.out) == (1, "")
    assert "edition 1 has no audience 'partner'; it has negotiator, public" in told.err


def test_a_reader_that_has_read_enough_is_no_error(edition_root: Path) -> None:
    query = ["query", "SELECT range FROM range(100000)", "--csv", "--data-root", str(edition_root)]
    command = [sys.executable, "-c", "from compact_pipelines.cli import main; main()", *query]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == "range\n"
        process.stdout.close()
        told = process.stderr.read()
    assert (process.returncode, told) == (0, "")


# The data root


def test_the_data_root_is_the_option_else_the_variable(
    compact: Compact, edition_root: Path, data_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATA_ROOT_VARIABLE, str(edition_root))
    assert compact("query", "SELECT 1 AS one", "--csv").out == "one\n1\n"
    told = compact("query", "SELECT 1", "--data-root", data_root)
    assert f"no edition in {data_root} yet" in told.err
    monkeypatch.setenv(DATA_ROOT_VARIABLE, str(data_root))
    assert f"no edition in {data_root} yet" in compact("query", "SELECT 1").err


def test_the_data_root_is_the_folder_data_where_nothing_is_said(
    compact: Compact, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(DATA_ROOT_VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)
    assert f"no edition in {tmp_path / 'data'} yet" in compact("query", "SELECT 1").err


def test_a_relative_data_root_is_found(compact: Compact, edition_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(edition_root.parent)
    assert compact("query", "SELECT 1 AS one", "--csv", "--data-root", edition_root.name).out == "one\n1\n"


# run


@pytest.fixture(scope="module")
def current_root(edition_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the edition for runs: a run holds its data root, and others read the shared one."""
    return shutil.copytree(edition_root, tmp_path_factory.mktemp("current") / "data")


def test_a_run_that_has_nothing_to_do_says_so_and_what_is_there(compact: Compact, current_root: Path) -> None:
    told = compact("run", "--data-root", current_root)
    assert (told.code, told.err) == (0, "")
    first, *lines = told.out.splitlines()
    assert first == "Edition 1 is current: inputs and code are as they were."
    assert len(lines) == 10
    assert "US goods exports to Canada: 29,790,835,759 USD in 2026-05" in told.out


def test_a_run_as_json_is_one_object(compact: Compact, current_root: Path, contracts: Contracts) -> None:
    told = json.loads(compact("run", "--json", "--data-root", current_root).out)
    assert list(told) == ["number", "is_new", "materialised", "failures", "warnings", "skipped", "themes"]
    assert (told["number"], told["is_new"], told["failures"], told["warnings"]) == (1, False, [], [])
    assert [theme["table"] for theme in told["themes"]] == list(contracts.tables)
    assert told["themes"][1]["headline_value"] == 29_790_835_759


def test_a_second_run_exits_with_1_and_says_what_to_do(compact: Compact, data_root: Path) -> None:
    with Layout(data_root).lock():
        told = compact("run", "--data-root", data_root)
    assert (told.code, told.out) == (1, "")
    assert told.err == (
        f"compact: another run is building an edition in {data_root}; wait for it, or name another --data-root\n"
    )


def test_a_data_root_that_cannot_be_written_exits_with_1_and_says_what_to_do(compact: Compact, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    told = compact("run", "--data-root", tmp_path / "file")
    assert (told.code, told.out) == (1, "")
    assert "cannot be written" in told.err
    assert "--data-root" in told.err


# template


def test_a_template_is_the_header_of_a_drop(compact: Compact, contracts: Contracts, tmp_path: Path) -> None:
    for name, table in contracts.tables.items():
        told = compact("template", name)
        assert (told.code, told.err) == (0, "")
        assert list(csv.reader(io.StringIO(told.out))) == [[column.id for column in table.in_drop]]
    path = tmp_path / "drop.csv"
    assert compact("template", "capital_flows", "--format", "csv", "--output", path) == Told(0, "", "")
    assert path.read_text() == compact("template", "capital_flows").out


def test_a_template_of_an_unknown_table_or_format_exits_with_2_and_names_those_there_are(
    compact: Compact, contracts: Contracts
) -> None:
    told = compact("template", "capital")
    assert (told.code, told.out) == (2, "")
    assert told.err == f"compact: no table 'capital'; the tables are {', '.join(contracts.tables)}\n"
    told = compact("template", "capital_flows", "--format", "pdf")
    assert (told.code, told.out) == (2, "")
    assert "no format 'pdf'; the formats are csv" in told.err


def test_a_template_that_cannot_be_written_exits_with_2(compact: Compact, tmp_path: Path) -> None:
    told = compact("template", "capital_flows", "--output", tmp_path / "none/drop.csv")
    assert (told.code, told.out) == (2, "")
    assert f"{tmp_path / 'none/drop.csv'} cannot be written: No such file or directory" in told.err


# app


def test_a_port_in_use_exits_with_2_and_names_another(compact: Compact, taken_port: int) -> None:
    told = compact("app", "--port", str(taken_port))
    assert (told.code, told.out) == (2, "")
    assert f"port {taken_port} cannot be used (Address already in use); stop what is there" in told.err
    assert f"compact app --port {taken_port + 1}" in told.err


def test_the_dashboard_gets_the_port_and_the_data_root(
    compact: Compact, taken_port: int, data_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[tuple[list[str], dict[str, str]]] = []
    monkeypatch.setattr(os, "execve", lambda _, arguments, environment: started.append((arguments, environment)))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    assert free != taken_port
    told = compact("app", "--port", str(free), "--data-root", data_root)
    [(arguments, environment)] = started
    assert arguments[0] == sys.executable
    assert f"--server.port={free}" in arguments
    assert environment[DATA_ROOT_VARIABLE] == str(data_root)
    assert (told.code, told.out) == (0, "")
    assert f"http://localhost:{free}" in told.err


# What is printed


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("333619712376.000000"), 333_619_712_376),
        (Decimal("258634487246.4522"), 258634487246.4522),
        (Decimal(10) ** 21, 10**21),
    ],
)
def test_a_decimal_in_json_is_a_whole_number_or_the_nearest_double(value: Decimal, expected: float) -> None:
    found = console.plain(value)
    assert found == expected
    assert type(found) is type(expected)


def test_an_error_is_told_whole_on_the_error_stream(capsys: pytest.CaptureFixture[str]) -> None:
    message = f"{'long ' * 60}with [brackets] and\na second line"
    console.print_error(message)
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", f"compact: {message}\n")
