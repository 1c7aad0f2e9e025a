"""How long a reader waits for each page and for a change, in a real browser, beside the same browser's bare page."""

import contextlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from timing import best, report

from compact_pipelines.runs import run_edition

MAIN = "from compact_pipelines.cli import main; main()"
PAGES = ("overview", "whose_number", "dependencies", "alliance_graph", "standards", "sources_and_quality")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
START_SECONDS = 30


@contextlib.contextmanager
def served(root: Path) -> Iterator[str]:
    """The dashboard on a free port of this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", MAIN, "app", "--port", str(port), "--data-root", str(root)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:  # noqa: S603
        base = f"http://localhost:{port}"
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{base}/_stcore/health"):  # noqa: S310
                break
            time.sleep(0.1)
        try:
            yield base
        finally:
            server.terminate()


def opened(page: Page, url: str) -> None:
    """Open a page and wait for its finding and its picture or table."""
    page.goto(url)
    page.wait_for_selector("h1")
    page.wait_for_selector("canvas, svg.marks")


def changed(page: Page) -> None:
    """Change one choice of Whose number?, and back."""
    for freq in ("month", "year"):
        before = page.inner_text("h1")
        page.get_by_role("combobox").nth(4).click()
        page.get_by_role("option", name=freq).click()
        page.wait_for_function("before => document.querySelector('h1').innerText !== before", arg=before)


def main() -> None:
    """Measure."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("no Chromium here; install Debian's package chromium")
    with tempfile.TemporaryDirectory() as folder:
        run_edition(Path(folder))
        with served(Path(folder)) as base, sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=chromium, args=FLAGS)
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            bare = best(lambda: page.goto(f"{base}/_stcore/health"))
            for name in PAGES:
                start = time.perf_counter()
                opened(page, f"{base}/{name}")
                first = time.perf_counter() - start
                words = "a bare answer of the same server"
                again = best(lambda name=name: opened(page, f"{base}/{name}"))  # type: ignore[misc]
                report(f"page {name}", again, bare, words, first_seconds=round(first, 3))
            opened(page, f"{base}/whose_number")
            report("change of a choice", best(lambda: changed(page)) / 2, bare, "a bare answer of the same server")
            browser.close()


if __name__ == "__main__":
    main()
