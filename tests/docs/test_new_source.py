"""The recipe for a new source, done as it stands: in a copy of the project, against a publisher played here."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest
from typer.main import get_command

from compact_pipelines.cli import cli
from tests.live import rehearsal
from tests.live.scripts import BEHAVIOURS
from tests.live.stub_publisher import running

ROOT: Final = Path(__file__).resolve().parents[2]
RECIPE: Final = (ROOT / "docs/new_source.md").read_text(encoding="utf-8")
SOURCE: Final = "example_investment"
# What each line of the table of breaks does to the player: how it behaves, and what its answers hold instead.
BREAKS: Final[list[tuple[str, dict[str, Any]]]] = [
    ("changed_header", {}),
    ("normal", {"UNIT_MULT": "3"}),
    ("empty", {}),
    ("normal", {"PARTNERS": {"AUS": "900.5", "USA": "400"}}),
    ("failure_500", {}),
]
# Runs the source's tests, derives its page, pulls once, then once a break; nothing waits. Tells all in its last line.
PLAY: Final = """
import dataclasses, json, sys
from pathlib import Path
import pytest
from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.source_pages import source_pages
from compact_pipelines.live.pacing import Pacer
from compact_pipelines.live.pulling import pull
from compact_pipelines.live.wire import Wire
from tests.live import rehearsal
from tests.live.clocks import HASTY, Clock
from tests.live.publishers import example_investment as played
from tests.live.stub_publisher import running

tests = "tests/datasets/capital_flows/test_example_investment.py"
failed = int(pytest.main(["-q", "-p", "no:cacheprovider", "--import-mode=importlib", tests]))
page = source_pages(load_contracts())["example_investment.md"]
root, clock, usual, found = Path("rehearsal"), Clock(), dict(vars(played)), []
with running() as stub:
    for behaviour, instead in [["normal", {}], *json.loads(sys.argv[1])]:
        vars(played).update({name: usual[name] for name in ("UNIT_MULT", "PARTNERS", "ANSWERS")} | instead)
        played.ANSWERS = dataclasses.replace(usual["ANSWERS"], normal={"positions": played.table()})
        script = rehearsal.script_of("example_investment")
        stub.play(script.answering(behaviour))
        environ = rehearsal.settings(script, stub)
        hosts = dict(pair.split("=", 1) for pair in environ["COMPACT_LIVE_HOSTS"].split(","))
        wire = Wire(Pacer(root / "pacing.sqlite", clock, clock.sleep), HASTY, environ, hosts)
        one = pull(root, "example_investment", script.partition, wire, is_forced=True)
        found.append([one.verdict, one.reason, one.rows])
        wire.close()
print(json.dumps({"failed": failed, "page": page, "pulls": found}))
"""


def files_of(text: str) -> dict[str, str]:
    """The files that the recipe writes: path to content."""
    return dict(re.findall(r"^`([\w/]+\.\w+)`:\n\n```\w+\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE))


def breaks_of(text: str) -> list[tuple[str, str]]:
    """The table of breaks: how each is played, and what is said."""
    rows = re.findall(r"^\| [^|]+ \| ([^|]+) \| `([^|]+)` \|$", text, flags=re.MULTILINE)
    return [(how, said) for how, said in rows if "rehearsal" in how or "`PARTNERS`" in how or "`UNIT_MULT" in how]


def run(copy: Path, *arguments: str) -> str:
    """The output of a Python process in the copy."""
    done = subprocess.run(  # noqa: S603
        [sys.executable, *arguments],
        cwd=copy,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(copy)},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with the recipe's files, as far as its steps need it."""
    target = tmp_path_factory.mktemp("new_source")
    unneeded = shutil.ignore_patterns("__pycache__", "embedded")
    for folder in ("compact_pipelines", "schemas", "tests/live"):
        shutil.copytree(ROOT / folder, target / folder, ignore=unneeded)
    for name, text in files_of(RECIPE).items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_text(text, encoding="utf-8")
    return target


@pytest.fixture(scope="module")
def played(copy: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(copy, "-c", PLAY, json.dumps(BREAKS)).splitlines()[-1])
    return found


def test_the_recipe_writes_the_files_that_it_says() -> None:
    assert sorted(files_of(RECIPE)) == [
        f"compact_pipelines/datasets/capital_flows/{SOURCE}.py",
        f"schemas/sources/{SOURCE}.yaml",
        f"tests/datasets/capital_flows/test_{SOURCE}.py",
        f"tests/live/publishers/{SOURCE}.py",
    ]


def test_the_example_is_no_source_of_ours() -> None:
    assert [name for name in files_of(RECIPE) if (ROOT / name).exists()] == []


def test_a_second_player_says_that_the_port_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    with running() as first:
        port = first.address.rpartition(":")[2]
        assert rehearsal.main(["un_comtrade", "--port", port]) == 1
    assert f"port {port} is taken" in capsys.readouterr().err
    assert f"port is {rehearsal.PORT} " in RECIPE


def test_its_tests_pass_and_its_page_is_made(played: dict[str, Any]) -> None:
    assert played["failed"] == 0
    assert "Example Office" in played["page"]


def test_its_code_keeps_the_style_of_the_house(copy: Path) -> None:
    files = [name for name in files_of(RECIPE) if name.endswith(".py")]
    config = str(ROOT / "pyproject.toml")
    run(copy, "-m", "ruff", "format", "--check", "--config", config, *files)
    run(copy, "-m", "ruff", "check", "--config", config, "--no-cache", *files)


def test_the_rehearsal_gives_the_rows_that_it_says(played: dict[str, Any]) -> None:
    verdict, reason, rows = played["pulls"][0]
    assert (verdict, reason) == ("ACCEPTED", "")
    assert f"The pull says `{rows} rows`" in RECIPE


def test_each_break_says_what_the_recipe_says(played: dict[str, Any]) -> None:
    told = breaks_of(RECIPE)
    assert len(told) == len(BREAKS) == 5
    for (how, said), (behaviour, instead), (verdict, reason, _) in zip(told, BREAKS, played["pulls"][1:], strict=True):
        assert all(name in how for name in ([behaviour] if behaviour != "normal" else instead)), how
        assert said in reason
        assert verdict == ("UNAVAILABLE" if behaviour == "failure_500" else "STOPPED")


def test_every_command_and_behaviour_of_the_recipe_exists() -> None:
    live = get_command(cli).commands["live"].commands  # type: ignore[attr-defined]
    called = set(re.findall(r"compact live (\w+)", RECIPE))
    assert {"pull", "status", "cost", "backfill", "accept", "recordings"} == called
    assert called <= set(live)
    others = set(re.findall(r"bin/compact (\w+)", RECIPE)) - {"live"}
    assert others <= set(get_command(cli).commands)  # type: ignore[attr-defined]
    assert set(re.findall(rf"rehearsal {SOURCE} (\w+)", RECIPE)) <= set(BEHAVIOURS)
    assert f"in {['', 'fifteen'][len(BEHAVIOURS) == 15]} ways" in RECIPE
