"""What a person can do about a source, in words; commands stand in backticks, whole."""

import datetime as dt
import shlex
from pathlib import Path

from compact_pipelines.contracts import Source
from compact_pipelines.live.answers import SEPARATOR
from compact_pipelines.live.journal import NO_KEY, Asked
from compact_pipelines.live.requests import live_of
from compact_pipelines.live.schedule import is_caught_up


class Remedies:
    """What to do about one source."""

    def __init__(self, source: Source, now: dt.datetime, root: Path | None = None) -> None:
        """Of a source, as of a time.

        Args:
            source: one that is asked live.
            now: the UTC time.
            root: the data root that commands have to name; None where they find it themselves.
        """
        self._source, self._now = source, now
        self._at = f" --data-root {shlex.quote(str(root))}" if root else ""

    def pull(self) -> str:
        """Ask for what is due."""
        return f"`compact live pull {self._source.id}{self._at}`"

    def first_pull(self) -> str:
        """Ask for the first time, with a key where one is needed."""
        return "; ".join(filter(None, [self.pull(), self.key()]))

    def key(self) -> str:
        """Set the key; blank where none is needed."""
        key = live_of(self._source).key
        if key is None or not key.is_required:
            return ""
        return f"it needs a key in {key.variable}, obtained here: {key.obtained}"

    def no_answer(self, last: Asked) -> str:
        """About the last asking, which got no answer."""
        return (self.key() if last.verdict == NO_KEY else "it is asked again with the next run") or self.pull()

    def stop(self, stop: Asked) -> str:
        """About a stop: what to look at first, then how to go on."""
        file = f"schemas/sources/{self._source.id}.yaml"
        named = f"{self._source.id} '{stop.partition_key}'"
        again = f"`compact live pull {named} --again{self._at}`"
        accept = f'`compact live accept {named} --reason "..."{self._at}`'
        if stop.cause == "shape":
            return f"look at what came, change the module or {file}, then {again}"
        if stop.cause == "jump":
            return (
                f"compare with the publisher's page; if the unit or scale changed, change `scale:` in {file} or the "
                f"module, then {again}; if the figures are right, {accept}"
            )
        period = stop.partition_key.partition(SEPARATOR)[0]
        waits = "it is asked again daily" if is_caught_up(self._source, period, self._now) else f"then {again}"
        if stop.cause == "coverage":
            return (
                f"see on the publisher's page whether only a part is released yet; if so, wait, {waits}; "
                f"if series were dropped for good, {accept}"
            )
        return f"see the publisher's page; if it is late, wait, {waits}; if there are truly no rows, {accept}"
