"""What the four datasets of the US Bureau of Economic Analysis have in common, for the stub server.

Figures are made up; the frame is that of recorded answers of another dataset, fields are those of rendered tables.
"""

import json
from typing import Any, Final

INVALID_KEY: Final = {"APIErrorCode": "1", "APIErrorDescription": "Invalid Request - Invalid API UserId."}
NOTHING_FOUND: Final = {"APIErrorCode": "201", "APIErrorDescription": "No data (made-up words of a documented code)."}


def answer(data: Any, *, key: str = "", is_listed: bool = False, **results: Any) -> bytes:
    """An answer of the API; it echoes the key."""
    told = {"UTCProductionTime": "2026-01-02T03:04:05.678", "Data": data, "Notes": [], **results}
    return framed({"Results": [told] if is_listed else told}, key)


def error(told: dict[str, str], *, is_in_results: bool = True, is_listed: bool = False) -> bytes:
    """An answer that tells an error, with status 200; in one of its two places, alone or in a list."""
    stated = {"Error": [told] if is_listed else told}
    return framed({"Results": stated} if is_in_results else stated)


def framed(told: dict[str, Any], key: str = "") -> bytes:
    """What every answer is wrapped in."""
    asked = {"RequestParam": [{"ParameterName": "USERID", "ParameterValue": key}]}
    return json.dumps({"BEAAPI": {"Request": asked, **told}}).encode()


def renamed(content: bytes, old: str, new: str) -> bytes:
    """The same answer with another name for a field."""
    return content.replace(f'"{old}"'.encode(), f'"{new}"'.encode())
