"""What the stub server answers in the place of one publisher: well, or in one of the ways publishers fail."""

import datetime as dt
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from compact_pipelines.contracts.sources import Source
from compact_pipelines.live.answers import Page, Partition
from compact_pipelines.live.marks import Looked
from compact_pipelines.live.paging import next_page
from compact_pipelines.live.received import Received
from compact_pipelines.live.requests import Prepared, live_of, prepare
from tests.live.publishers import PublisherAnswers
from tests.live.stub_publisher import Answering, Reply, Seen, bomb, in_turn

Route = tuple[str, str, str, tuple[tuple[str, str], ...], bytes]
PAGE: Final = b"<!DOCTYPE html><html><title>Made up</title><body>We are sorry.</body></html>"
STATED_WAIT_SECONDS: Final = 7
# In which ways a publisher is stood in for; those that end well come first.
BEHAVIOURS: Final = (
    "normal", "paged", "too_many_429", "failure_500_once", "no_content_204", "empty", "refused", "redirect_to_html",
    "html_200", "conflict_409", "failure_500", "truncated", "slow_drip", "changed_header", "gzip_bomb",
)  # fmt: skip


class Script:
    """One publisher, played."""

    def __init__(self, source: Source, answers: PublisherAnswers, environ: Mapping[str, str]) -> None:
        """Learn which request is for which part and page.

        Args:
            source: whose file says how it is asked.
            answers: what it answers.
            environ: holds its made-up key.
        """
        self.source, self.answers, self.live = source, answers, live_of(source)
        self.partition = Partition.of(answers.partition, self.live.partitions)
        self._routes: dict[Route, tuple[str, int]] = {}
        for part in self.live.requests:
            self._learn(part, environ)
        self.first_part = next(iter(self.live.requests))

    @property
    def pages(self) -> int:
        """How many requests a whole answer takes."""
        return len(self._routes)

    @property
    def origins(self) -> set[str]:
        """Scheme and host of every address that is asked."""
        return {"{0.scheme}://{0.netloc}".format(urlsplit(one.url)) for one in self.live.requests.values()}

    def _learn(self, part: str, environ: Mapping[str, str]) -> None:
        request, page = self.live.requests[part], Page()
        pages = self.answers.pages(part)
        for number, body in enumerate(pages):
            prepared = prepare(self.source, part, self.partition, page, environ)
            self._routes[_route(prepared)] = (part, number)
            received = Received(body, 200, {}, self.answers.type_of(part), prepared.shown, _never())
            following = next_page(request, Looked(received), page, part)
            is_last = number == len(pages) - 1
            assert (following is None) == is_last, (
                f"{self.source.id}, {part}: page {number + 1} of {len(pages)} leads on"
            )
            page = following or page

    def answering(self, behaviour: str) -> Answering:
        """How the publisher behaves."""
        empty_status, empty_body = self.answers.empty
        empty_type = self.answers.empty_content_type or self.answers.type_of(self.first_part)
        status, headers, body = self.answers.refused
        refused_type = self.answers.refused_content_type or self.answers.type_of(self.first_part)
        away = {"Location": f"{min(self.origins)}/sorry.html", **self._key_headers()}
        bad: dict[str, list[Reply]] = {
            "too_many_429": [Reply(429, b"slow down", "text/plain", {"Retry-After": str(STATED_WAIT_SECONDS)})],
            "failure_500_once": [Reply(500, PAGE, "text/html")],
            "no_content_204": [Reply(204)],
            "empty": [Reply(empty_status, empty_body, empty_type)],
            "refused": [Reply(status, body, refused_type, headers)],
            "redirect_to_html": [Reply(302, b"", "text/html", away, echoes=True)],
            "html_200": [Reply(200, PAGE, "text/html", echoes=True)],
            "conflict_409": [Reply(409, b'{"message": "not now"}', echoes=True)],
            "failure_500": [Reply(500, PAGE, "text/html", echoes=True)],
        }
        if behaviour in {"too_many_429", "failure_500_once"}:
            return self._first(bad[behaviour][0])
        if behaviour in bad:
            return in_turn(*bad[behaviour])
        if behaviour == "gzip_bomb":
            return in_turn(bomb(self.live.most_bytes))
        return lambda seen: self._reply(seen, behaviour)

    def _first(self, reply: Reply) -> Answering:
        left = [reply]
        return lambda seen: left.pop() if left else self._reply(seen, "normal")

    def _reply(self, seen: Seen, behaviour: str) -> Reply:
        found = self._routes.get((seen.method, seen.origin, seen.path, seen.query, seen.body))
        if found is None:
            return Reply(404, f"the script knows no {seen}".encode(), "text/plain")
        part, number = found
        drifted = self.answers.drifted.get(part) if behaviour == "changed_header" else None
        body = drifted or self.answers.pages(part)[number]
        manner = {"truncated": "truncated", "slow_drip": "drip"}.get(behaviour, "whole")
        return Reply(200, body, self.answers.type_of(part), manner=manner)  # type: ignore[arg-type]

    def _key_headers(self) -> dict[str, str]:
        """Headers by which the publisher tells that a key is missing, where its file names one."""
        return {one.mark.header: "1" for one in self.live.refusals if one.mark.header and one.means == "key"}

    def means(self, reply: Reply) -> str:
        """What the source's file says of an answer by its status, header and content type; blank for nothing."""
        for empty in self.live.empty:
            mark = empty.mark
            if not (mark.pointer or mark.contains) and reply.status in mark.status:
                return "empty"
        for refusal in self.live.refusals:
            mark = refusal.mark
            if mark.pointer or mark.contains or mark.has_no_body:
                continue
            is_so = reply.status in mark.status or not (mark.status or reply.status >= 500 or reply.status == 429)
            is_so = is_so and (not mark.header or mark.header in reply.headers)
            if is_so and reply.content_type.startswith(mark.of_content_type):
                return refusal.means
        return ""


def _route(prepared: Prepared) -> Route:
    parts = urlsplit(prepared.address)
    query = tuple(parse_qsl(parts.query, keep_blank_values=True))
    return prepared.method, parts.netloc, parts.path, query, prepared.body or b""


def _never() -> dt.datetime:
    return dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
