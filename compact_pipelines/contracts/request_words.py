"""The block `live` of a source's file in words: how it is asked, what its answers mean, what would stop it."""

from typing import Final

from compact_pipelines.contracts.marks import Cut, Mark, Refusal
from compact_pipelines.contracts.requests import (
    WHOLE,
    Keyless,
    Live,
    Paging,
    Partitions,
    Release,
    Request,
    Scale,
)

MEANS: Final = {
    "key": "the key is missing or refused: set it, then ask again",
    "quota": "asked too often: asked again by itself, later",
    "request": "the question is refused: somebody must look, a retry gives the same",
    "unavailable": "a passing fault: asked again by itself",
    "not_released": "too early: asked again by itself, later",
}
CONTRACTS: Final = {
    "recorded": "Answers were seen as recordings.",
    "documented": "No answer was seen: this follows the publisher's documents and the code of its clients.",
}
PLACES: Final = {"query": "in the query as", "header": "in the header", "path": "in the address"}
SECONDS_A_MINUTE: Final = 60
BYTES_A_MEGABYTE: Final = 1_000_000
SHOWN_CHARACTERS: Final = 160


def key_in_words(live: Live) -> str:
    """Which key, where it travels, where to get it."""
    key = live.key
    if key is None:
        return "None."
    needed = "required" if key.is_required else "optional; without it the publisher is asked in another way, see below"
    place = f"{PLACES[key.place]} `{key.name}`" if key.name else PLACES[key.place]
    return f"`{key.variable}` ({needed}), sent {place}. To obtain one: {key.obtained}."


def limits_in_words(live: Live) -> str:
    """How often and how much is asked."""
    rate = live.rate
    a_day = f", {rate.a_day:,} a day" if rate.a_day else ""
    within = "a second" if rate.per_seconds == 1 else f"in {rate.per_seconds:g} seconds"
    return (
        f"{_times(rate.requests, 'request')} {within}{a_day} ({rate.source}). An answer may "
        f"take {live.timeout_seconds:g} seconds and be {live.most_bytes / BYTES_A_MEGABYTE:g} MB."
    )


def partitions_in_words(partitions: Partitions) -> str:
    """What is asked in one go."""
    if partitions.by == "whole":
        return "Everything in one go."
    reporters = ""
    if partitions.reporters:
        names = ", ".join(
            f"{area} ({asked})" if asked != area else area for area, asked in partitions.reporters.items()
        )
        reporters = f" and reporter: {names}"
    again = f"the newest {partitions.revisited} are" if partitions.revisited > 1 else "the newest is"
    grows = f" The running year is asked for with each {partitions.grows}." if partitions.grows else ""
    months = f" Only months {' and '.join(map(str, partitions.months))} have a period." if partitions.months else ""
    first = f"One {partitions.by} at a time from {partitions.since} on{reporters}."
    return f"{first}{months} Of the periods {again} asked again.{grows}"


def release_in_words(release: Release) -> str:
    """When figures are expected and asked for."""
    announced = f" Changes are announced at {release.announced.url}." if release.announced else ""
    return (
        f"{release.calendar.rstrip('.')}. Figures are expected {_times(release.lag_days, 'day')} after a period ends; "
        f"later than {_times(release.every_days, 'day')} after the last answer they are late. What is asked again is "
        f"once its answer is {_times(release.again_after_days, 'day')} old. Asked by the schedule "
        f"`{release.cron}` ({release.timezone}).{announced}"
    )


def request_lines(part: str, request: Request, first: tuple[str, Request] | None = None) -> list[str]:
    """One question, as Markdown; where most of it is as in the first one of the source, only what differs."""
    lines = [f"`{part}`", "", "```text", *_question(request, first), "```", ""]
    lines += [
        f"Answers with {' or '.join(request.accept)}.",
        f"{paging_in_words(request.paging)}{cut_in_words(request.cut)}",
    ]
    if request.may_be_empty:
        lines.append("It may be empty where other parts have rows.")
    if request.follows_to:
        lines.append(f"A redirect to {', '.join(request.follows_to)} is followed.")
    if request.keyless:
        lines += ["", "Without a key:", "", *_keyless(request.keyless)]
    return [*lines, ""]


def _question(request: Request, first: tuple[str, Request] | None) -> list[str]:
    asked = [*_asked(request.method, request.url, request.parameters), *_body(request)]
    if first is None:
        return asked
    known = [*_asked(first[1].method, first[1].url, first[1].parameters), *_body(first[1])]
    differing = [line for line in asked if line not in known]
    names = {line.partition(" =")[0] for line in known} == {line.partition(" =")[0] for line in asked}
    return [f"as {first[0]}, with", *differing] if names and asked[0] == known[0] else asked


def _keyless(keyless: Keyless) -> list[str]:
    return ["```text", *_asked("GET", keyless.url, keyless.parameters), "```", "", cut_in_words(keyless.cut).strip()]


def _asked(method: str, url: str, parameters: dict[str, str | list[str]]) -> list[str]:
    shown = [f"{method} {url}"]
    for name, value in parameters.items():
        shown.append(f"    {name} = {_short(', '.join(value) if isinstance(value, list) else value)}")
    return shown


def _body(request: Request) -> list[str]:
    fields = [f"    {name} = {_short(value)} (form)" for name, value in request.form.items()]
    headers = [f"    {name}: {value}" for name, value in request.headers.items()]
    return [*fields, *headers, *([f"    body: {_short(str(request.json_body))}"] if request.json_body else [])]


def _short(text: str) -> str:
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}... ({len(text):,} characters)"


def paging_in_words(paging: Paging | None) -> str:
    """How one answer leads to the next."""
    if paging is None:
        return "One answer holds all."
    return {
        "pages": f"Pages are numbered in `{paging.parameter}`, as many as `{paging.total}` says.",
        "offset": f"`{paging.parameter}` skips rows, {paging.size:,} a page, of the `{paging.total}` there are.",
        "next_key": f"The key at `{paging.next}` goes on as `{paging.parameter}`; the last page has none.",
        "next_link": f"The address at `{paging.next}` goes on; the last page has none.",
    }[paging.kind]


def cut_in_words(cut: Cut | None) -> str:
    """How an answer that was cut off is known."""
    return f" {cut.rows:,} rows or more (`{cut.pointer}`) were cut off: {cut.remedy}." if cut else ""


def mark_in_words(mark: Mark) -> str:
    """What an answer of some kind looks like."""
    said = []
    if mark.status:
        said.append(f"status {' or '.join(str(status) for status in mark.status)}")
    if mark.header:
        said.append(f"a header `{mark.header}`")
    if mark.of_content_type:
        said.append(f"content type {mark.of_content_type}")
    if mark.contains:
        said.append(f"the text `{mark.contains}`")
    if mark.has_no_body:
        said.append("no body")
    if mark.pointer:
        said.append(f"`{mark.pointer}` is {_judged(mark)}")
    return ", ".join(said)


def _judged(mark: Mark) -> str:
    if mark.equals:
        return " or ".join(str(value) for value in mark.equals)
    judged = {"not there": mark.is_absent, "empty": mark.is_empty, "not empty": mark.is_filled}
    return next((words for words, is_so in judged.items() if is_so), "there")


def refusal_in_words(refusal: Refusal) -> str:
    """What a refusal looks like and what follows from it."""
    first = ", looked for before an empty answer is" if refusal.is_before_empty else ""
    return f"{mark_in_words(refusal.mark)}{first}: {MEANS[refusal.means]}"


def scale_in_words(scale: Scale) -> str:
    """How a published number becomes one of base units."""
    rule = {
        "none": "No number is multiplied.",
        "power_of_ten": f"Numbers are multiplied by ten to the power in `{scale.column}`.",
        "words": f"Numbers are multiplied by what `{scale.column}` says: "
        + ", ".join(f"{word} by {10**exponent:,}" for word, exponent in scale.words.items())
        + "; any other word stops the answer.",
    }[scale.rule]
    return f"{rule} {scale.reason.rstrip('.')}."


def stops_in_words(live: Live) -> list[str]:
    """What would stop a partition, as sentences."""
    trust = live.trust
    empty = "" if trust.may_be_empty else " for a period that is due, or"
    return [
        "An answer in another shape: a column, field, code or unit that is not known, or HTML in its place.",
        f"An empty answer{empty} where rows are believed.",
        "Rows of another period or reporter than was asked, or one key with two figures.",
        f"Fewer than {trust.least_coverage:.0%} of the series of the last good answer, or of its figures.",
        f"Values whose middle ratio to the last good ones is over {trust.most_jump:g}, or under one over it.",
        "Figures of the same period of which too many became zero or changed sign (`compact_pipelines/live/sizes.py`).",
    ]


def partition_example(partitions: Partitions) -> str:
    """The name of one partition as commands take it, where | would be a pipe."""
    if partitions.by == "whole":
        return WHOLE
    reporter = next(iter(partitions.reporters), "")
    return f"{partitions.since}/{reporter}" if reporter else partitions.since


def _times(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
