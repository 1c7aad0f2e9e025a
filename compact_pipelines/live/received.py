"""What one request brought, before anything is concluded from it."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

NOT_MODIFIED: Final = 304


@dataclass(frozen=True)
class Validators:
    """What the last answer to the same question was marked with; sent along so that no change costs no body.

    Attributes:
        etag: the publisher's mark of that version; blank if it gave none.
        last_modified: its date, as the publisher wrote it; blank if it gave none.
    """

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True)
class Received:
    """One answer; keys are taken out of all of it.

    Attributes:
        content: the body, unpacked from its transfer.
        status: HTTP status.
        headers: names in lower case to values.
        content_type: without parameters, in lower case; blank if none was stated.
        shown_url: what was asked, keys as ***.
        fetched_at: UTC, when the last byte had come.
        etag: of this version; blank if none was given.
        last_modified: likewise.
        is_not_modified: nothing has changed since the validators that were sent.
    """

    content: bytes
    status: int
    headers: dict[str, str]
    content_type: str
    shown_url: str
    fetched_at: dt.datetime
    etag: str = ""
    last_modified: str = ""

    @property
    def is_not_modified(self) -> bool:
        """Whether the publisher says that nothing has changed."""
        return self.status == NOT_MODIFIED
