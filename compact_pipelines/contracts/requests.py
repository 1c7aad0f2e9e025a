"""How a publisher is asked, as data: the `live` block of a file in sources/.

Everything that differs between publishers and needs no code is here: address, parameters, paging, key, rate, what an
empty answer looks like, how a refusal is told, which scale applies, how much may change before a person must look.
Texts in addresses and parameters may hold the placeholders of `PLACEHOLDERS`, filled from the partition that is asked.
"""

from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from compact_pipelines.contracts.marks import Cut, Empty, Refusal

# What a text of a request may hold in braces. {from_}/{to}: first and last day of the period, ISO 8601; {month_name}:
# Jan to Dec, as publishers write them in English.
PLACEHOLDERS: Final = ("period", "year", "month", "month_name", "from_", "to", "reporter", "key")
WHOLE: Final = "all"

Media = Literal["json", "csv", "xlsx", "zip", "xml"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Key(_Strict):
    """What a publisher asks callers to identify themselves with; its value comes from the environment only.

    Attributes:
        variable: the environment variable that holds it.
        place: where it travels. In a path the address holds {key}.
        name: the query parameter or header; blank for a path.
        is_required: whether the publisher answers without it; where not, `Request.keyless` says how it is asked then.
        obtained: where a key is asked for, in words or as an address.
    """

    variable: str
    place: Literal["query", "header", "path"]
    name: str = ""
    is_required: bool = True
    obtained: str


class Rate(_Strict):
    """How often a host may be asked: a setting, not a constant; publishers change it.

    Attributes:
        requests: requests in `per_seconds` seconds.
        a_day: requests a day (UTC), over all sources of the host; None where no limit is known.
        source: where the limit was read, or that it is our own caution.
    """

    requests: int = Field(gt=0)
    per_seconds: float = Field(gt=0)
    a_day: int | None = Field(default=None, gt=0)
    source: str


class Paging(_Strict):
    """How one answer leads to the next.

    Attributes:
        kind: pages (numbered from 1, their number told at `total`), offset (rows skipped, all told at `total`),
            next_key (the value at `next` becomes `parameter`), next_link (the value at `next` is the next address).
        parameter: the query parameter that says where to go on; blank for next_link.
        total: JSON pointer to how many pages, or rows for an offset.
        next: JSON pointer to the key or link; absent or null on the last page.
        size: rows a page, for an offset.
    """

    kind: Literal["pages", "offset", "next_key", "next_link"]
    parameter: str = ""
    total: str = ""
    next: str = ""
    size: int = 0


class Scale(_Strict):
    """How a published number becomes one of base units.

    Attributes:
        rule: none (it is one already, whatever a display hint says), power_of_ten (`column` holds the exponent), words
            (`column` holds one of `words`).
        column: the published column.
        words: a spelling to its exponent of ten.
        reason: where that is documented.
    """

    rule: Literal["none", "power_of_ten", "words"]
    column: str = ""
    words: dict[str, int] = {}
    reason: str


class Keyless(_Strict):
    """How the same is asked where there is no key."""

    url: str
    parameters: dict[str, str | list[str]] = {}
    cut: Cut | None = None


class Request(_Strict):
    """One question to a publisher.

    Attributes:
        url: the address, without parameters.
        parameters: query parameters; a list repeats the name.
        form: the body of a POST as form fields.
        json_body: the body of a POST as JSON, with placeholders in its texts.
        headers: what goes with it besides the key.
        accept: content types an answer with rows may have, by their beginning.
        paging: None where one answer holds all.
        cut: None where answers are never cut.
        keyless: how it is asked without a key.
        follows: whether one redirect to another address of `follows_to` is followed; else a redirect is a refusal.
        may_be_empty: whether it may truly have no rows where others of the partition have some, as before its series
            begins. Where rows of the same partition are believed, none are a stop in any case.
    """

    method: Literal["GET", "POST"] = "GET"
    url: str
    parameters: dict[str, str | list[str]] = {}
    form: dict[str, str] = {}
    json_body: dict[str, object] | list[object] | None = None
    headers: dict[str, str] = {}
    media: Media
    accept: list[str]
    paging: Paging | None = None
    cut: Cut | None = None
    keyless: Keyless | None = None
    follows_to: list[str] = []
    may_be_empty: bool = False


class Partitions(_Strict):
    """What is asked in one go.

    Attributes:
        by: month, year, or whole (all periods in one answer).
        since: the first period the publisher has, such as 2013-01 or 2010; blank for whole.
        reporters: partition part to what the publisher calls it, where it is asked reporter by reporter; empty if not.
        revisited: how many of the newest periods are asked again each time, because they are revised.
        months: the numbers of the months that have a period, where not all do; only where it is asked by month.
        grows: month or quarter, where a year's answer is there from its first one on and gains one at a time, so that
            the running year is asked for too, and again with each of them; only where it is asked by year.
    """

    by: Literal["month", "year", "whole"]
    since: str = ""
    reporters: dict[str, str] = {}
    revisited: int = Field(default=1, ge=1)
    months: list[int] = []
    grows: Literal["", "month", "quarter"] = ""

    @model_validator(mode="after")
    def _grows_by_year(self) -> Self:
        if self.grows and self.by != "year":
            raise ValueError("grows says that the running year is asked for too; it goes with by: year")
        if self.months and self.by != "month":
            raise ValueError("months says which months have a period of their own; it goes with by: month")
        return self


class Release(_Strict):
    """When figures are expected.

    Attributes:
        lag_days: days from the end of a period to its first figures.
        every_days: a new answer is expected at least this often; older is late.
        again_after_days: of the periods that are asked again, each is when its last answer is this old; the whole too.
            Below the days between two months, so that a clock that ticks once a month asks each time.
        is_regular: whether one period follows another by the calendar; where not, as with censuses, a missing next one
            is not late.
        cron: when to ask, in `timezone`.
        calendar: the publisher's calendar in words, with its address where there is one.
        announced: what tells of changes, for the sensor; None where nothing does. Its {period} is each of the newest
            periods that are asked again, its dates ({year}, {month}, {from_}, {to}) are of today in `timezone`.
    """

    lag_days: int = Field(ge=0)
    every_days: int = Field(gt=0)
    again_after_days: int = Field(default=25, gt=0)
    is_regular: bool = True
    cron: str
    timezone: str = "UTC"
    calendar: str
    announced: Request | None = None


class Trust(_Strict):
    """How much may change before a person must look.

    Attributes:
        least_coverage: share of the series of the last good answer that must be there.
        most_jump: the middle ratio of new to old values of the same series may be this, or one over it, at most. Of the
            same figures told again, no more than one less least_coverage (at least a tenth) may move further, and as
            many become zero or change their sign; nor may such as hold a twentieth of all by their size. Of another
            period, three quarters of the series may become zero or change their sign.
        may_be_empty: whether a period that is due may truly have no rows.
    """

    least_coverage: float = Field(default=0.8, gt=0, le=1)
    most_jump: float = Field(default=5.0, gt=1)
    may_be_empty: bool = False


class Live(_Strict):
    """How one source is asked live.

    Attributes:
        contract: recorded (an answer was seen), documented (official text or client code; none was seen). Nothing was
            asked while this was written.
        currency: of the values read, ISO 4217; the shared step turns them into US dollars.
        timeout_seconds: for one answer, from the first byte asked to the last byte read.
        most_bytes: an answer, unpacked, may be this large.
        requests: part to its request; all parts of a partition make one pull.
    """

    contract: Literal["recorded", "documented"]
    key: Key | None = None
    rate: Rate
    timeout_seconds: float = Field(default=60, gt=0)
    most_bytes: int = Field(default=64_000_000, gt=0)
    currency: str = "USD"
    requests: dict[str, Request] = Field(min_length=1)
    partitions: Partitions
    release: Release
    empty: list[Empty] = []
    refusals: list[Refusal] = []
    scale: Scale
    trust: Trust = Trust()


class Unverified(_Strict):
    """Why a source that we know of is not asked.

    Attributes:
        found: what is known of it, and from where.
        missing: what must be seen before code may be written.
        instead: where the figures come from meanwhile.
    """

    found: str
    missing: str
    instead: str
