"""Canada's immigration department. Counts are made up, in the layout of a recorded workbook."""

from collections.abc import Sequence

from tests.live.made_up_files import WORKBOOK, workbook
from tests.live.publishers import PublisherAnswers

TITLE = "Canada - Work permit holders for Humanitarian and Compassionate purposes by country of citizenship, made up"
CITIZENSHIP = "Country of Citizenship"
NOTES = "Notes: \nAll values between 0 and 5 are shown as “--”."
VINTAGE = "Source: IRCC, July 31, 2025"
# A whole first quarter of 2025, and the running second one.
YEARS = [None, "2025", *[None] * 6]
QUARTERS = [None, "Q1", None, None, None, "Q2", None, "2025 Total"]
MONTHS = [None, "Jan", "Feb", "Mar", "Q1 Total", "Apr", "Q2 Total", None]
ROWS = (
    ["India", "1,005", "10", "0", "1,015", "--", "--", "1,015"],
    ["Mexico", "5", "--", "--", "5", "15", "15", "20"],
    ["Other countries", "5", "5", "5", "15", "5", "5", "20"],
    ["Total", "1,010", "15", "5", "1,030", "20", "20", "1,050"],
)


def permits(*rows: Sequence[str | None], about: str = CITIZENSHIP, notes: str = NOTES, vintage: str = VINTAGE) -> bytes:
    """The workbook: title, blank row, three rows of headings, rows, notes and the day it was made."""
    headings = [[about, *YEARS[1:]], QUARTERS, MONTHS]
    return workbook({"TR - HC CITZ": [[TITLE], [], *headings, *rows, [], [notes], [], [vintage]]})


ANSWERS = PublisherAnswers(
    source_id="ircc_permits",
    partition="all",
    normal={"humanitarian": permits(*ROWS)},
    empty=(200, permits()),
    refused=(404, {}, b"<html><body>Not found</body></html>"),
    drifted={"humanitarian": permits(*ROWS, about="Province/Territory")},
    content_type=WORKBOOK,
    refused_content_type="text/html",
)
