"""What a publisher's answers look like that are no rows: the marks in the `live` block of a file in sources/."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

Scalar = str | int | float | bool | None


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Mark(_Strict):
    """What an answer of some kind looks like; everything that is stated must hold.

    Attributes:
        status: HTTP statuses.
        header: a header that is there.
        pointer: JSON pointer to a value that is there. It is judged with `equals`, `is_empty`, `is_filled` or
            `is_absent`.
        equals: the value at `pointer`, one of these.
        is_empty: the value at `pointer` is null, "", [] or {}.
        is_filled: the value at `pointer` is there and is none of these.
        is_absent: there is nothing at `pointer`, in an answer that is JSON and has what it would be in.
        contains: a text in the first bytes of the body, whatever its case.
        has_no_body: the body is empty.
        of_content_type: the content type begins so.
    """

    status: list[int] = []
    header: str = ""
    pointer: str = ""
    equals: list[Scalar] = []
    is_empty: bool = False
    is_filled: bool = False
    is_absent: bool = False
    contains: str = ""
    has_no_body: bool = False
    of_content_type: str = ""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self == type(self).model_construct():
            raise ValueError("a mark that says nothing would fit every answer; state a status, pointer or text")
        if not self.pointer and (self.equals or self.is_empty or self.is_filled or self.is_absent):
            raise ValueError("equals, is_empty, is_filled and is_absent judge the value at a pointer; state it")
        return self


class Empty(_Strict):
    """An answer without rows that is no fault of ours or theirs."""

    mark: Mark
    meaning: str


class Refusal(_Strict):
    """An answer that is no data.

    Attributes:
        means: key (missing or refused), quota (asked too often), request (we asked wrongly, or the publisher changed:
            a retry gives the same), unavailable (a passing fault), not_released (too early).
        says: JSON pointer to the publisher's own words, for the message.
        is_before_empty: whether it is looked for before `empty`: an answer without rows that tells an error is no
            empty one.
    """

    mark: Mark
    means: Literal["key", "quota", "request", "unavailable", "not_released"]
    says: str = ""
    is_before_empty: bool = False


class Cut(_Strict):
    """How an answer that was cut off at the publisher's limit is known.

    Attributes:
        pointer: JSON pointer to the rows, or to their number.
        rows: as many rows as this, or more, were cut.
        remedy: what to do, for the message.
    """

    pointer: str
    rows: int
    remedy: str
