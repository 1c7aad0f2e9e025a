"""The walls of the house: who may import whom, how rooms are named, what no committed file may say."""

import ast
import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import pytest

from compact_pipelines.contracts import Contracts, Source

ROOT: Final = Path(__file__).resolve().parents[2]
LINES: Final = 300
# Runs are started by the command line and by runs.py; the rest is wiring.
DAGSTER_ROOMS: Final = (
    "compact_pipelines/definitions.py",
    "compact_pipelines/resources.py",
    "compact_pipelines/checks.py",
    "compact_pipelines/schedules.py",
    "compact_pipelines/sensors.py",
    "compact_pipelines/runs.py",
    "compact_pipelines/pulls.py",
    "compact_pipelines/cli.py",
    "compact_pipelines/datasets/",
    "compact_pipelines/answers/",
)
STREAMLIT_ROOMS: Final = (
    "compact_app/app.py",
    "compact_app/app_pages/",
    "compact_app/theme.py",
    "compact_app/queries/",
    "compact_app/serve.py",  # hands over to Streamlit's own command
)
FOR_ANALYTICS: Final = ("errors", "contracts", "analytics")
NO_NOUNS: Final = {"utils", "util", "helpers", "helper", "common", "misc"}
LONGER_THAN_300_LINES: Final = {
    "tests/app/test_pages_contribute.py": "one page's four steps, which hand each other a partner, a key and a drop",
    "tests/test_checks.py": "good and bad rows of every out rule, which the rules and the checks on them share",
    "tests/contracts/test_model.py": "one module's faults, each with the YAML that has it",
    "tests/test_cli.py": "all commands, which share one way of being called",
    "tests/test_snapshots.py": "one module: origins, the store, the ledger, atomic writes",
}
# What no committed file may name. In two parts each, so that this file does not name them either.
FORBIDDEN: Final = {
    "a package registry": re.compile("|".join(["py" + r"pi\.org", "python" + "hosted", "conda" + r"\.anaconda"])),
    "a path of somebody's machine": re.compile(
        "|".join(["/wo" + "rk/", "/ho" + r"me/\w", "/ro" + "ot/", "/Us" + "ers/"])
    ),
    "the developers' shared folder": re.compile(r"\.\./" + "shared"),
}
MAY_NAME: Final = {
    (
        ".ci/run",
        "the developers' shared folder",
    ): "hands recorded answers to the tests where they lie beside the project",
}


def committed() -> list[str]:
    """Every file that is, or is about to be, under version control."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S603
    return [name for name in listed.splitlines() if (ROOT / name).is_file()]


def python_files(*folders: str) -> dict[str, str]:
    """Path to source of the Python files below some folders."""
    paths = (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))
    return {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in paths}


def imported(path: str, source: str) -> set[str]:
    """Full names of all that a file imports, wherever in the file; `from a import b` gives a and a.b."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            package = Path(path).parent.parts[: len(Path(path).parts) - node.level] if node.level else ()
            base = ".".join([*package, *filter(None, [node.module])])
            names |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in {"import_module", "__import__"}:
            names |= {str(argument.value) for argument in node.args[:1] if isinstance(argument, ast.Constant)}
    return names


def is_below(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def breaches(path: str, source: str) -> list[str]:
    """What a file imports through a wall."""
    names = imported(path, source)
    packages = {name.split(".")[0] for name in names}
    found = []
    if any(package.startswith("dagster") for package in packages) and not path.startswith(DAGSTER_ROOMS):
        found.append("dagster outside its rooms")
    if "streamlit" in packages and not path.startswith(STREAMLIT_ROOMS):
        found.append("streamlit outside its rooms")
    if "pandas" in packages:
        found.append("pandas")
    ours = {name.split(".")[1] for name in names if name.startswith("compact_pipelines.")}
    if path.startswith("compact_app/"):
        found += [f"the app reaches into {room}" for room in sorted(ours & {"datasets", "answers"})]
    if path.startswith("compact_pipelines/"):
        if "compact_app" in packages:
            found.append("the pipelines reach into the app")
        if path.startswith("compact_pipelines/analytics/"):
            found += [f"analytics reaches into {room}" for room in sorted(ours - set(FOR_ANALYTICS))]
        if path.startswith("compact_pipelines/datasets/"):
            others = (name for name in names if is_below(name, "compact_pipelines.datasets"))
            found += [f"a dataset reaches into {name}" for name in sorted(others)]
    return found


def misnamed(paths: Iterable[str]) -> list[str]:
    """Files and folders that are no noun."""
    return [path for path in paths if NO_NOUNS & {Path(part).stem for part in Path(path).parts}]


def too_long(files: Iterable[tuple[str, str]]) -> list[str]:
    return [path for path, source in files if len(source.splitlines()) > LINES]


def doors(source: Source) -> list[Path]:
    """The places that a source's name leads to: four where figures are embedded, three where they are asked live only.

    An unverified source has none but its file.
    """
    file = Path(f"schemas/sources/{source.id}.yaml")
    if source.status == "unverified":
        return [file]
    embedded = [Path(f"compact_pipelines/embedded/{source.id}/origin.yaml")] if source.is_embedded else []
    return [
        file,
        Path(f"compact_pipelines/datasets/{source.theme}/{source.id}.py"),
        *embedded,
        Path(f"tests/datasets/{source.theme}/test_{source.id}.py"),
    ]


def closed_doors(root: Path, sources: Iterable[Source]) -> list[str]:
    return [str(door) for source in sources for door in doors(source) if not (root / door).is_file()]


def named(path: str, content: str) -> Iterator[str]:
    """What a file says that it may not."""
    for what, words in FORBIDDEN.items():
        if words.search(content) and (path, what) not in MAY_NAME:
            yield f"{path} names {what}"


# Imports


@pytest.mark.parametrize("folder", ["compact_pipelines", "compact_app", "tests", "benchmarks"])
def test_no_import_goes_through_a_wall(folder: str) -> None:
    files = python_files(folder)
    assert files
    tested = folder in {"tests", "benchmarks"}  # these may import whatever they prove or measure, pandas excepted
    found = {path: breaches(path, source) for path, source in files.items()}
    assert {path: walls for path, walls in found.items() if walls and (not tested or "pandas" in walls)} == {}


ANALYTICS: Final = "compact_pipelines/analytics/a.py"
DATASET: Final = "compact_pipelines/datasets/compute_exports/a.py"


@pytest.mark.parametrize(
    ("path", "source", "wall"),
    [
        ("compact_pipelines/fetch.py", "import dagster as dg", "dagster outside its rooms"),
        ("compact_pipelines/exchange/judge.py", "from dagster import asset", "dagster outside its rooms"),
        ("compact_pipelines/warehouse/build.py", "def f():\n    import dagster", "dagster outside its rooms"),
        ("compact_app/queries/overview.py", "from dagster_webserver.app import x", "dagster outside its rooms"),
        (ANALYTICS, "import importlib\nimportlib.import_module('dagster')", "dagster outside its rooms"),
        ("compact_app/charts/maps.py", "if True:\n    import streamlit as st", "streamlit outside its rooms"),
        ("compact_pipelines/console.py", "from streamlit import write", "streamlit outside its rooms"),
        ("compact_app/queries/overview.py", "from compact_pipelines import datasets", "the app reaches into datasets"),
        ("compact_app/app.py", "import compact_pipelines.answers.edition", "the app reaches into answers"),
        ("compact_pipelines/cli.py", "def f():\n    from compact_app import app", "the pipelines reach into the app"),
        (ANALYTICS, "from compact_pipelines.snapshots import Snapshot", "analytics reaches into snapshots"),
        (ANALYTICS, "from .. import harmonise", "analytics reaches into harmonise"),
        (
            DATASET,
            "from compact_pipelines.datasets.reference.b import RATES",
            "a dataset reaches into compact_pipelines.datasets.reference.b",
        ),
        (DATASET, "from . import b", "a dataset reaches into compact_pipelines.datasets.compute_exports.b"),
        (DATASET, "import pandas as pd", "pandas"),
        ("tests/test_a.py", "from pandas import DataFrame", "pandas"),
    ],
)
def test_an_import_through_a_wall_is_found(path: str, source: str, wall: str) -> None:
    assert wall in breaches(path, source)


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("compact_pipelines/runs.py", "def f():\n    import dagster"),
        (DATASET, "import dagster as dg\nfrom compact_pipelines.harmonise import conform"),
        (
            "compact_app/app_pages/a.py",
            "import streamlit as st\nfrom compact_pipelines.contracts import load_contracts",
        ),
        (ANALYTICS, "import networkx\nfrom compact_pipelines.errors import ContractError\nfrom . import mirror"),
        ("compact_app/charts/maps.py", "'import streamlit'  # import pandas"),
    ],
)
def test_an_import_within_the_walls_is_none(path: str, source: str) -> None:
    assert breaches(path, source) == []


# Rooms and their names


def test_every_room_is_a_noun() -> None:
    assert misnamed(committed()) == []


@pytest.mark.parametrize("path", ["compact_app/utils.py", "compact_pipelines/common/a.py", "tests/helpers.py"])
def test_a_room_that_is_no_noun_is_found(path: str) -> None:
    assert misnamed(["compact_app/theme.py", path]) == [path]


def test_every_source_opens_its_doors(contracts: Contracts) -> None:
    assert closed_doors(ROOT, contracts.sources.values()) == []


def test_every_room_of_a_dataset_belongs_to_a_source_in_use(contracts: Contracts) -> None:
    in_use = {source.id for source in contracts.sources_in_use}
    embedded = {source.id for source in contracts.sources_in_use if source.is_embedded}
    rooms = {path.stem for path in (ROOT / "compact_pipelines/datasets").rglob("*.py") if path.stem != "__init__"}
    payloads = {path.parent.name for path in (ROOT / "compact_pipelines/embedded").glob("*/origin.yaml")}
    assert (rooms, payloads) == (in_use, embedded)


def test_a_closed_door_is_found(tmp_path: Path, contracts: Contracts) -> None:
    source = contracts.source("us_treasury_slt")
    for door in doors(source)[:3]:
        (tmp_path / door).parent.mkdir(parents=True)
        (tmp_path / door).touch()
    assert closed_doors(tmp_path, [source]) == ["tests/datasets/capital_flows/test_us_treasury_slt.py"]


def test_a_file_past_300_lines_is_two_files() -> None:
    files = python_files("compact_pipelines", "compact_app", "tests", "benchmarks")
    assert sorted(too_long(files.items())) == sorted(LONGER_THAN_300_LINES)
    assert all(LONGER_THAN_300_LINES.values())


def test_a_long_file_is_found() -> None:
    assert too_long([("short.py", "x\n" * 300), ("long.py", "x\n" * 301)]) == ["long.py"]


# What no committed file names


def test_no_committed_file_names_a_registry_or_somebodys_machine() -> None:
    contents = ((name, (ROOT / name).read_bytes().decode("utf-8", errors="replace")) for name in committed())
    assert [said for name, content in contents for said in named(name, content)] == []


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("--index-url https://py" + "pi.org/simple", "a package registry"),
        ("https://files.python" + "hosted.org/x.whl", "a package registry"),
        ("see /wo" + "rk/main/x.py", "a path of somebody's machine"),
        ("/ho" + "me/ann/x", "a path of somebody's machine"),
        ("see ../" + "shared/notes.md", "the developers' shared folder"),
    ],
)
def test_a_forbidden_word_is_found(content: str, what: str) -> None:
    assert list(named("a.md", content)) == [f"a.md names {what}"]
    assert list(named("a.md", "https://example.org, ./data, the work/home balance, shared")) == []


def test_exceptions_are_still_needed() -> None:
    for (path, what), reason in MAY_NAME.items():
        assert FORBIDDEN[what].search((ROOT / path).read_text(encoding="utf-8")), path
        assert reason


def test_the_map_of_the_way_in_names_every_room() -> None:
    room = ROOT / "compact_pipelines/live"
    told = (room / "__init__.py").read_text(encoding="utf-8")
    rooms = {path.stem for path in room.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    assert [name for name in sorted(rooms - {"__init__"}) if not re.search(rf"\b{name}\b", told)] == []
