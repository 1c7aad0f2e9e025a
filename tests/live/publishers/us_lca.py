"""US Labor Department, files of applications. Cases are made up, under headings that readers' code gives."""

from collections.abc import Sequence
from typing import Any

from tests.live.made_up_files import WORKBOOK, workbook
from tests.live.publishers import PublisherAnswers

HEADER = ["CASE_NUMBER", "CASE_STATUS", "RECEIVED_DATE", "DECISION_DATE", "VISA_CLASS", "JOB_TITLE",
          "TOTAL_WORKER_POSITIONS", "EMPLOYER_POC_LAST_NAME", "EMPLOYER_POC_EMAIL"]  # fmt: skip
PERSON = ["Made-Up-Name", "nobody@example.test"]


def case(number: str, day: Any, positions: Any = 1, visa: str = "H-1B", status: str = "Certified") -> list[Any]:
    """One application."""
    return [number, status, "2023-09-01", day, visa, "Engineer", positions, *PERSON]


def cases(*rows: Sequence[Any], header: Sequence[str] = HEADER) -> bytes:
    """A file."""
    return workbook({"Sheet1": [header, *rows]})


def quarter(day: str, number: int) -> bytes:
    """A file of one quarter, with two classes."""
    return cases(case(f"I-{number}1", day, 3), case(f"I-{number}2", day, 2, "H-1B1 Chile"))


NORMAL = {
    "q1": quarter("2023-10-05", 1),
    "q2": quarter("2024-01-05", 2),
    "q3": quarter("2024-04-05", 3),
    "q4": quarter("2024-07-05", 4),
}

ANSWERS = PublisherAnswers(
    source_id="us_lca",
    partition="2024",
    normal=dict(NORMAL),
    empty=(404, b"<html><body>Not found</body></html>"),
    refused=(403, {}, b"<html><body>Access denied</body></html>"),
    drifted={"q1": cases(case("I-1", "2023-10-05"), header=[name.replace("VISA_", "CLASS_OF_") for name in HEADER])},
    content_type=WORKBOOK,
    refused_means="unavailable",
    empty_content_type="text/html",
    refused_content_type="text/html",
)
