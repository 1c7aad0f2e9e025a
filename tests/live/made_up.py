"""A made-up publisher, for tests of what happens to its answers: all figures are made up.

Its answer is CSV with a header, and a cursor for the next page in the first line; nothing of it is any publisher's.
"""

import datetime as dt
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, Final

import polars as pl
import pytest

from compact_pipelines.contracts import Source, load_contracts
from compact_pipelines.errors import SourceChanged, SourceUnavailable
from compact_pipelines.harmonise import DECIMAL
from compact_pipelines.live.answers import Answer
from compact_pipelines.live.received import Received, Validators
from compact_pipelines.live.requests import Prepared

SOURCE: Final = "made_up"
THEME: Final = "compute_exports"
HEADER: Final = "partner,product,month,value"
NOW: Final = dt.datetime(2025, 12, 15, 12, tzinfo=dt.UTC)
PARTNERS: Final = ("CAN", "MEX", "JPN", "DEU", "GBR", "KOR")
LIVE: Final[dict[str, Any]] = {
    "contract": "documented",
    "rate": {"requests": 1000, "per_seconds": 1, "source": "made up"},
    "requests": {
        "figures": {
            "url": "https://made.up/figures",
            "parameters": {"month": "{period}"},
            "media": "json",
            "accept": ["application/json"],
            "paging": {"kind": "next_key", "parameter": "from", "next": "/next"},
        }
    },
    "partitions": {"by": "month", "since": "2025-01", "revisited": 2},
    "release": {"lag_days": 35, "every_days": 31, "cron": "0 9 * * *", "calendar": "made up"},
    "empty": [{"mark": {"pointer": "/nothing"}, "meaning": "nothing found"}],
    "refusals": [
        {"mark": {"pointer": "/too_early"}, "means": "not_released"},
        {"mark": {"pointer": "/no_key"}, "means": "key"},
    ],
    "scale": {"rule": "none", "reason": "made up"},
}


def made_up_source(**live: Any) -> Source:
    """The source, with other settings where they are given."""
    return Source.model_validate(
        {
            "id": SOURCE,
            "theme": THEME,
            "title": {"en": "Made up", "fr": "Inventé", "es": "Inventado"},
            "publisher": "Nobody",
            "url": "https://made.up",
            "licence": {"name": "none", "attribution": "made up"},
            "kind": "national_office",
            "speaks_for": ["USA"],
            "conf_status": "F",
            "frequency": "M",
            "revised": "never",
            "live": {**LIVE, **live},
            "beware": ["made up"],
        }
    )


def read_answer(answer: Answer) -> pl.DataFrame:
    """Rows of compute_exports, as a dataset module gives them."""
    import json  # noqa: PLC0415

    document = json.loads(answer.content)
    if document.get("header") != HEADER:
        raise SourceChanged(f"{answer.place}: the header is {document.get('header')!r}; expected {HEADER!r}")
    cells = [row.split(",") for row in document["rows"]]
    return pl.DataFrame(cells, schema=HEADER.split(","), orient="row").select(
        freq=pl.lit("M"),
        ref_area=pl.lit("USA"),
        counterpart_area="partner",
        flow=pl.lit("X"),
        product="product",
        time_period="month",
        obs_value=pl.col("value").cast(DECIMAL),
        unit_measure=pl.lit(load_contracts().source(SOURCE).live.currency),
    )


def install(monkeypatch: pytest.MonkeyPatch, source: Source) -> Source:
    """Let the contracts have the source, and its module be found."""
    module: Any = ModuleType(f"compact_pipelines.datasets.{THEME}.{SOURCE}")
    module.read_answer = read_answer
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(load_contracts().sources, SOURCE, source)
    return source


def rows_of(month: str, factor: float = 1, partners: tuple[str, ...] = PARTNERS) -> list[str]:
    """Made-up rows: one a partner, the first with 100."""
    return [f"{area},TOTAL,{month},{(number + 1) * 100 * factor:g}" for number, area in enumerate(partners)]


def page(rows: list[str], following: str | None = None, header: str = HEADER) -> bytes:
    """An answer with rows."""
    import json  # noqa: PLC0415

    return json.dumps({"header": header, "rows": rows, "next": following}).encode()


@dataclass
class FakeWire:
    """Answers from a table, and notes what was asked.

    Attributes:
        answers: (month, cursor) to the body, or to the error that is raised.
        marks: (month, cursor) to an ETag; asked with it, 304 is the answer.
        asked: what was asked, with the ETag that was sent.
    """

    answers: Mapping[tuple[str, str | None], bytes | Exception]
    marks: Mapping[tuple[str, str | None], str] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=dict)
    asked: list[tuple[str, str | None, str]] = field(default_factory=list)
    fetched_at: dt.datetime = NOW

    @property
    def requests(self) -> int:
        """How many were sent."""
        return len(self.asked)

    def ask(self, source: Source, prepared: Prepared, validators: Validators | None = None) -> Received:
        params = dict(prepared.params)
        place = params["month"], params.get("from")
        etag = validators.etag if validators else ""
        self.asked.append((*place, etag))
        found = self.answers.get(place, SourceUnavailable(f"{source.id}: nobody answers {place}"))
        if isinstance(found, Exception):
            raise found
        mark = self.marks.get(place, "")
        is_same = bool(mark) and mark == etag
        return Received(
            content=b"" if is_same else found,
            status=304 if is_same else 200,
            headers={"content-type": "application/json"},
            content_type="application/json",
            shown_url=prepared.shown,
            fetched_at=self.fetched_at,
            etag=mark,
        )
