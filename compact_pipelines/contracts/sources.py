"""A source as an object: who publishes what, under which terms, how it is asked, with which traps."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

from compact_pipelines.contracts.membership import Words
from compact_pipelines.contracts.requests import Live, Unverified


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Licence(_Strict):
    """Under which terms a source's figures may be shown, and how to name it."""

    name: str
    attribution: str


class Part(_Strict):
    """One request of a source."""

    request: str
    media: Literal["json", "csv", "tsv"]


class Copies(_Strict):
    """A reporter whose figure is known to be its partner's, with the evidence."""

    area: str
    flow: str
    evidence: str


class Source(_Strict):
    """One file of sources/: who publishes what, under which terms, with which traps.

    Attributes:
        status: in_use, or unverified: known of, never asked, without code or rows.
        basis: how amounts are valued, counterparts assigned and people counted, in a sentence.
        parts: what is embedded, by part; empty where nothing is.
        live: how it is asked live; None where it is not.
        table: of a reference source that is asked live, the published table its rows are of.
    """

    id: str
    status: Literal["in_use", "unverified"] = "in_use"
    theme: str
    title: Words
    publisher: str
    url: str
    licence: Licence
    kind: Literal["national_office", "international_body", "compilation", "register"]
    speaks_for: list[str]
    conf_status: str
    frequency: Literal["A", "Q", "M"]
    revised: str
    basis: str = ""
    parts: dict[str, Part] = {}
    live: Live | None = None
    unverified: Unverified | None = None
    table: str = ""
    copies: list[Copies] = []
    beware: list[str]

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.status == "unverified") != (self.unverified is not None):
            raise ValueError("status unverified and the block `unverified`, which says why, go together")
        if self.status == "unverified" and (self.parts or self.live):
            raise ValueError("an unverified source has neither parts nor live: nothing is asked of it")
        if self.status == "in_use" and not self.parts and self.live is None:
            raise ValueError("a source in use is embedded (parts), or asked live (live), or both")
        return self

    @property
    def is_embedded(self) -> bool:
        """Whether the package holds figures of it."""
        return bool(self.parts)

    @property
    def table_id(self) -> str:
        """The table its rows are of: its theme's, or a published reference table."""
        return self.table or self.theme
