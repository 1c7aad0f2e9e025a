"""How one answer leads to the next, and whether it was cut off."""

from typing import Final
from urllib.parse import urljoin, urlsplit

from compact_pipelines.contracts.marks import Cut
from compact_pipelines.contracts.requests import Paging, Request
from compact_pipelines.errors import SourceChanged
from compact_pipelines.live.answers import Page
from compact_pipelines.live.journal import storable
from compact_pipelines.live.marks import Looked, quoted
from compact_pipelines.live.received import Received

# No publisher's answer to one question is longer; one that is goes in circles.
MOST_PAGES: Final = 10_000


def require_whole(cut: Cut, looked: Looked, place: str) -> None:
    """Pass only what was not cut off at the publisher's limit.

    Raises:
        SourceChanged: as many rows as the limit, or the place of the rows is not as known.
    """
    rows = sum(_count_at(looked, cut.pointer, place))
    if rows >= cut.rows:
        raise SourceChanged(
            f"{place}: {rows:,} rows, and the publisher cuts answers at {cut.rows:,}; the rest is missing. {cut.remedy}"
        )


def _count_at(looked: Looked, pointer: str, place: str) -> list[int]:
    counts = []
    for value in looked.values(pointer) or []:
        is_number = isinstance(value, int | str) and str(value).strip().isdecimal()
        counts.append(int(value) if is_number else len(value) if isinstance(value, list | dict) else -1)
    if not counts or min(counts) < 0:
        raise SourceChanged(f"{place}: expected rows or their number at {pointer}; {quoted(looked.received)}")
    return counts


def next_page(request: Request, looked: Looked, page: Page, place: str) -> Page | None:
    """Where the answer goes on.

    Raises:
        SourceChanged: the publisher leads in a circle or elsewhere, or does not say how long the answer is.
    """
    paging = request.paging
    if paging is None:
        return None
    cursor = _next_cursor(paging, looked, page, place)
    if cursor is None:
        return None
    if cursor == page.cursor:
        raise SourceChanged(f"{place}: the publisher says that page {page.number} goes on with itself ({cursor[:80]})")
    if page.number >= MOST_PAGES:
        raise SourceChanged(f"{place}: more than {MOST_PAGES:,} pages; ask for less in one partition")
    return Page(page.number + 1, cursor)


def require_new(page: Page, cursors: set[str], place: str) -> None:
    """Pass only a page that was not asked for before, and note its cursor.

    Raises:
        SourceChanged: the publisher leads in a circle.
    """
    if page.cursor is None:
        return
    if page.cursor in cursors:
        raise SourceChanged(
            f"{place}: the publisher leads in a circle; page {page.number} would be one that came before "
            f"({page.cursor[:80]})"
        )
    cursors.add(page.cursor)


def _next_cursor(paging: Paging, looked: Looked, page: Page, place: str) -> str | None:
    if paging.kind in {"pages", "offset"}:
        total = max(_count_at(looked, paging.total, place))
        if paging.kind == "pages":
            return str(page.number + 1) if page.number < total else None
        return str(page.number * paging.size) if page.number * paging.size < total else None
    found = next((value for value in looked.values(paging.next) or [] if value not in (None, "")), None)
    if found is None:
        return None
    if isinstance(found, dict | list | bool):
        raise SourceChanged(f"{place}: expected a key or a link at {paging.next}, found {str(found)[:80]}")
    if storable(str(found)) != str(found):
        raise SourceChanged(f"{place}: what is at {paging.next} is no text: {ascii(found)[:80]}")
    return _own_link(str(found), looked.received, place) if paging.kind == "next_link" else str(found)


def _own_link(link: str, received: Received, place: str) -> str:
    """A next address of the same publisher; it may be relative.

    Raises:
        SourceChanged: it leads to another host, or out of TLS, or is no address.
    """
    asked = urlsplit(received.shown_url)
    try:
        whole = urljoin(received.shown_url, link)
        parts = urlsplit(whole)
    except ValueError:
        raise SourceChanged(f"{place}: the next page is said to be at {link[:80]!r}, which is no address") from None
    if (parts.scheme, parts.netloc) != (asked.scheme, asked.netloc):
        raise SourceChanged(
            f"{place}: the next page is said to be at {parts.scheme}://{parts.netloc}, the publisher is at "
            f"{asked.scheme}://{asked.netloc}; no other host is asked"
        )
    return whole
