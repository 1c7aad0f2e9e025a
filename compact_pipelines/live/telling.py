"""What may be told of an answer to everybody: editions and Dagster are read by more people than a restricted figure.

Why an answer was stopped or refused is told in its own numbers and words. Of a source whose figures are not free, that
is said to the operator alone: in the journal, and by `compact live`.
"""

from typing import Final

from compact_pipelines.contracts import Source
from compact_pipelines.errors import SourceChanged

FREE: Final = "F"
SAYS: Final = {
    "shape": "the answer has not the shape or the words we know",
    "empty": "no rows came where rows are due",
    "coverage": "too much of the last good answer is missing",
    "jump": "values are too far from those of the last good answer",
    "UNAVAILABLE": "the publisher gave no answer",
    "NO_KEY": "the publisher's key is not set, or was refused",
}
IN_FULL: Final = "its figures are not free, so `compact live status` alone says more"


def is_free(source: Source) -> bool:
    """Whether everybody may see the figures of a source."""
    return source.conf_status == FREE


def told_reason(source: Source, verdict: str, cause: str, reason: str) -> str:
    """Why an answer was not believed, for everybody.

    Args:
        source: whose answer.
        verdict: what came of it.
        cause: of a stop.
        reason: in full, as the journal has it; nothing of it is told where the source's figures are not free.
    """
    if is_free(source) or not reason:
        return reason
    what = SAYS.get(cause) or SAYS.get(verdict)
    return f"{what}; {IN_FULL}" if what else ""


def unreadable(source_id: str) -> SourceChanged:
    """What Dagster is told where rows of a source whose figures are not free cannot be read any more."""
    return SourceChanged(
        f"{source_id}: what is believed cannot be read by the code of now. Its figures are not free, so why is told to "
        f"the operator alone: `compact live pull {source_id}` with a partition and --again"
    )
