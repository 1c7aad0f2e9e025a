"""A real server on the embedded edition and a real browser that reads it."""

import contextlib
import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

REQUIRED = "REQUIRE_BROWSER"
NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost",
)
STARTED_WITHIN_SECONDS = 30
SEEN_WITHIN_MILLISECONDS = 15_000
COMMAND = (sys.executable, "-c", "from compact_pipelines.cli import main; main()")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The system's own Chromium; without one the tests are skipped, or fail where a browser is required."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found:
        return found
    reason = (
        f"no Chromium on this machine ({', '.join(NAMES)}), so the dashboard is not tried in a browser; "
        "install your system's package chromium"
    )
    if os.environ.get(REQUIRED) == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@dataclass
class Server:
    """A dashboard that is being served.

    Attributes:
        url: where it answers, without a stroke at the end.
        data_root: what it serves.
    """

    url: str
    data_root: Path


Serve = Callable[[Path], Server]


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("localhost", port, timeout=1)
    try:
        connection.request("GET", "/_stcore/health")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def _serving(data_root: Path, log: Path) -> Iterator[Server]:
    port = _free_port()
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603  (our own command)
            [*COMMAND, "app", "--port", str(port), "--data-root", str(data_root)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=log.parent,  # the dashboard must not depend on where it is started
        )
        try:
            deadline = time.monotonic() + STARTED_WITHIN_SECONDS
            while not _answers(port):
                if process.poll() is not None or time.monotonic() > deadline:
                    pytest.fail(f"`compact app` did not answer:\n{log.read_text(encoding='utf-8')}", pytrace=False)
                time.sleep(0.1)
            yield Server(f"http://localhost:{port}", data_root)
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """`compact app` on a data root and a free port, for as long as the tests run."""
    with contextlib.ExitStack() as servers:
        yield lambda root: servers.enter_context(_serving(root, tmp_path_factory.mktemp("server") / "log"))


@pytest.fixture(scope="module")
def browser(chromium: str, edition_root: Path) -> Iterator[Browser]:
    """Chromium, headless.

    Playwright keeps an event loop running in this thread, beside which Dagster cannot run its own: the edition is built
    before, and the browser is closed before the next module begins.
    """
    assert edition_root.is_dir()
    expect.set_options(timeout=SEEN_WITHIN_MILLISECONDS)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture(scope="module")
def server(chromium: str, serve: Serve, edition_root: Path) -> Server:
    """The dashboard on the embedded edition; started only where there is a browser."""
    assert chromium
    return serve(edition_root)


@dataclass
class Visit:
    """One reader's browser, and all that it did behind the reader's back.

    Attributes:
        context: its windows share cookies and nothing else.
        requests: every address that was asked for.
        faults: uncaught errors of pages and errors on the console.
    """

    context: BrowserContext
    requests: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def open(self, url: str, *, width: int = 1280, scheme: Literal["light", "dark"] = "light") -> Page:
        """A page that has come to rest, in a window so many pixels wide."""
        page = self.context.new_page()
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        page.goto(url)
        settle(page)
        return page

    def go(self, page: Page, group: str, name: str) -> None:
        """To a page by the head of another: its group first, then its name."""
        page.get_by_test_id("stTopNav").get_by_role("button", name=group, exact=True).click()
        page.get_by_role("menuitem", name=name, exact=True).click()
        settle(page)

    def strangers(self) -> list[str]:
        """Requests to anything but this machine."""
        return [url for url in self.requests if not _stays_here(url)]


def _stays_here(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in {"data", "blob"} or parts.hostname == "localhost"


def settle(page: Page) -> None:
    """Wait until a title stands and the script has run to its end; before it starts it does not run either."""
    expect(page.locator("h1").first).to_be_visible()
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """A reader who has never been here; the visit must end without faults and without strangers."""
    context = browser.new_context(accept_downloads=True)
    context.set_default_timeout(SEEN_WITHIN_MILLISECONDS)
    visit = Visit(context)

    def heard(message: ConsoleMessage) -> None:
        # A page of an application is no file: Streamlit first asks below the page's own address and hears 404.
        is_probe = "404" in message.text and "/_stcore/" in message.location.get("url", "")
        if message.type == "error" and not is_probe:
            visit.faults.append(f"{message.text} ({message.location.get('url')})")

    context.on("request", lambda request: visit.requests.append(request.url))
    context.on("weberror", lambda error: visit.faults.append(str(error.error)))
    context.on("console", heard)
    yield visit
    context.close()
    assert visit.strangers() == []
    assert visit.faults == []
