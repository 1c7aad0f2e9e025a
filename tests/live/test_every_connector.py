"""Every source that is asked live, against every way a publisher behaves, by way of a server on this machine.

All figures are made up. What must hold each time: the verdict and its reason; rows are believed only where a normal
answer came in the end; what was believed before stays; no key in any file; other sources' rows stay as they are.
"""

import hashlib
import html
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from urllib.parse import quote

import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.live.journal import Journal
from compact_pipelines.live.pacing import DAY_SECONDS, Pacer
from compact_pipelines.live.pulling import Pulled, pull
from compact_pipelines.live.requests import live_of
from compact_pipelines.live.wire import Wire
from tests.live.clocks import HASTY, Clock
from tests.live.publishers import all_publishers
from tests.live.scripts import BEHAVIOURS, STATED_WAIT_SECONDS, Script
from tests.live.stub_publisher import Seen, StubPublisher

KEY: Final = "Made-Up/Key+00417"
DRIP: Final = replace(HASTY, most_seconds=0.1, attempts=1)
LIVE: Final = sorted(source.id for source in load_contracts().sources.values() if source.live)
PUBLISHERS: Final = all_publishers()
WELL: Final = ("normal", "paged", "too_many_429", "failure_500_once")
VERDICT_OF: Final = {
    "key": ("NO_KEY", ""),
    "request": ("STOPPED", "shape"),
    "quota": ("UNAVAILABLE", ""),
    "unavailable": ("UNAVAILABLE", ""),
    "not_released": ("UNAVAILABLE", ""),
    "empty": ("STOPPED", "empty"),
    "": ("STOPPED", "shape"),
}
# They say how an answer goes on, though one that did would not be read.
ONE_PAGE: Final = {"worldbank_gdp_population": "two indicators make one row, so both must be on one page"}
NOTHING: Final = Seen("GET", "", "", (), {}, b"")
SAYS: Final = {
    "no_content_204": "status 204",
    "redirect_to_html": "redirects to",
    "html_200": "HTML page",
    "conflict_409": "status 409",
    "failure_500": "status 500",
    "truncated": "gave no whole answer",
    "slow_drip": "too slowly",
    "gzip_bomb": "larger than",
}


@dataclass
class Asked:
    """One source, its data root and the server that stands in for its publisher."""

    script: Script
    root: Path
    stub: StubPublisher
    clock: Clock
    pacer: Pacer
    environ: dict[str, str]

    def pull(self, behaviour: str, root: Path | None = None) -> Pulled:
        """Ask while the publisher behaves so."""
        self.clock.now += DAY_SECONDS  # a new quota
        self.stub.play(self.script.answering(behaviour))
        hosts = {origin: self.stub.stands_in_for(origin) for origin in self.script.origins}
        wire = Wire(self.pacer, DRIP if behaviour == "slow_drip" else HASTY, self.environ, hosts)
        try:
            return pull(root or self.root, self.script.source.id, self.script.partition, wire, is_forced=True)
        finally:
            wire.close()

    def believed(self) -> list[tuple[str, int, int, str]]:
        """Partition, number of rows, pull and the file of its rows, as is believed now."""
        found = Journal(self.root).accepted(self.script.source.id)
        return [(one.partition_key, one.row_count, one.pull_id, fingerprint(one.rows_file)) for one in found]


def fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def files_with_a_key(root: Path) -> list[str]:
    forms = {KEY, quote(KEY), quote(KEY, safe=""), html.escape(KEY), KEY.replace("/", "\\/")}
    needles = [form.lower().encode() for form in forms]
    files = [path for path in root.rglob("*") if path.is_file()]
    return [path.name for path in files if any(needle in path.read_bytes().lower() for needle in needles)]


def environ_of(source_id: str) -> dict[str, str]:
    live = load_contracts().source(source_id).live
    return {live.key.variable: KEY} if live and live.key else {}


@pytest.fixture(scope="module")
def asked(
    request: pytest.FixtureRequest, stub: StubPublisher, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Asked]:
    """A source of which one normal answer is believed already."""
    source_id = request.param
    environ, clock = environ_of(source_id), Clock()
    root = tmp_path_factory.mktemp(source_id)
    script = Script(load_contracts().source(source_id), PUBLISHERS[source_id], environ)
    pacer = Pacer(root / "live" / "pacing.sqlite", clock, clock.sleep)
    ready = Asked(script, root, stub, clock, pacer, environ)
    found = ready.pull("normal")
    assert (found.verdict, found.reason) == ("ACCEPTED", "")
    yield ready
    pacer.close()


def expected(script: Script, behaviour: str) -> tuple[str, str]:
    """Verdict and cause, as the source's file says."""
    if behaviour in WELL:
        return "ACCEPTED", ""
    if behaviour == "empty":
        return VERDICT_OF["empty"]
    if behaviour == "refused":
        return VERDICT_OF[script.answers.refused_means]
    if behaviour in {"truncated", "slow_drip"}:
        return VERDICT_OF["unavailable"]
    if behaviour in {"changed_header", "gzip_bomb"}:
        return VERDICT_OF["request"]
    means = script.means(script.answering(behaviour)(NOTHING))
    return VERDICT_OF[means or ("unavailable" if behaviour == "failure_500" else "")]


def test_every_live_source_has_made_up_answers() -> None:
    assert sorted(PUBLISHERS) == LIVE
    assert LIVE


def test_every_source_that_pages_is_played_with_pages() -> None:
    requests = {name: live_of(load_contracts().source(name)).requests.values() for name in LIVE}
    paging = {name for name, asked in requests.items() if any(one.paging for one in asked)}
    played = {name for name, one in PUBLISHERS.items() if any(len(one.pages(part)) > 1 for part in one.normal)}
    assert played
    assert played == paging - ONE_PAGE.keys()


@pytest.mark.parametrize("asked", sorted(PUBLISHERS), indirect=True)
@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_a_publisher_that_behaves_so(asked: Asked, behaviour: str) -> None:
    script = asked.script
    before, slept = asked.believed(), len(asked.clock.slept)
    found = asked.pull(behaviour)
    verdict, cause = expected(script, behaviour)
    if behaviour == "empty" and not script.live.empty:  # its publisher has no answer that says so; its module decides
        cause = found.cause if found.cause in {"empty", "shape"} else cause
    assert (found.verdict, found.cause) == (verdict, cause), found.reason
    if verdict == "ACCEPTED":
        ((key, rows, pull_id, _),) = asked.believed()
        assert (key, rows, pull_id) == (before[0][0], before[0][1], found.pull_id)
        assert found.requests == script.pages
        assert found.attempts > found.requests or behaviour != "failure_500_once"
    else:
        assert asked.believed() == before
        assert found.reason
        if behaviour in {"truncated", "slow_drip", "gzip_bomb"} or not script.means(
            script.answering(behaviour)(NOTHING)
        ):
            assert SAYS.get(behaviour, "") in found.reason
    if behaviour == "too_many_429":
        assert sum(asked.clock.slept[slept:]) >= STATED_WAIT_SECONDS
    if verdict == "NO_KEY":
        assert next(iter(asked.environ)) in found.reason
    assert KEY not in repr(found)
    assert files_with_a_key(asked.root) == []


@pytest.mark.parametrize("asked", sorted(PUBLISHERS), indirect=True)
def test_no_rows_where_none_were_known(asked: Asked, tmp_path: Path) -> None:
    live = asked.script.live
    found = asked.pull("empty", tmp_path / "new")
    assert found.verdict == ("EMPTY" if live.trust.may_be_empty else "STOPPED"), found.reason
    assert found.rows == 0
    assert Journal(tmp_path / "new").accepted(asked.script.source.id) == []


def test_what_one_source_gets_does_not_touch_another(
    stub: StubPublisher, tmp_path: Path, pacer: Pacer, clock: Clock
) -> None:
    both = []
    for source_id in ("us_census_exports", "us_census_imports"):
        environ = environ_of(source_id)
        script = Script(load_contracts().source(source_id), PUBLISHERS[source_id], environ)
        both.append(Asked(script, tmp_path / "both", stub, clock, pacer, environ))
        assert both[-1].pull("normal").verdict == "ACCEPTED"
    failing, other = both
    before, kept = other.believed(), failing.believed()
    assert before
    for behaviour in ("changed_header", "empty", "redirect_to_html", "failure_500", "gzip_bomb"):
        assert failing.pull(behaviour).verdict in {"STOPPED", "UNAVAILABLE", "NO_KEY"}
    assert other.believed() == before
    assert failing.believed() == kept
    assert other.pull("normal").verdict == "ACCEPTED"
