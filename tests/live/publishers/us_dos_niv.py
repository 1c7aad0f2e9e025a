"""US State Department, visas by nationality. Counts are made up, in the headings that readers' code gives."""

from collections.abc import Sequence
from typing import Any

from compact_pipelines.datasets.talent_movement.us_dos_niv import AREAS, TOTAL
from tests.live.made_up_files import WORKBOOK, workbook
from tests.live.publishers import PublisherAnswers

NATIONALITIES = [name for name in AREAS if name != TOTAL]
# Between the classes that are kept stand some seventy others.
CLASSES_OF_1997 = ["B-1/2", "F-1", "H-1B", "J-1", "L-1", "O-1", "TN"]
CLASSES_OF_2024 = ["B-1/2", "E-3", "E3R", "F-1", "H1B", "H-1B1", "J-1", "L-1", "O-1", "TN"]


def sheet(classes: Sequence[str], count: float = 2, total: float | None = None) -> list[list[Any]]:
    """One fiscal year: the same count for every nationality and class, regions and their totals between them."""
    counts = [count] * len(classes)
    rows: list[list[Any]] = [["Fiscal Year, made up", *classes], ["Africa"], ["Togo", *[0] * len(classes)]]
    rows += [["Totals for Africa", *[0] * len(classes)], ["Europe"]]
    rows += [[name, *counts] for name in NATIONALITIES]
    whole = count * len(NATIONALITIES) if total is None else total
    return [*rows, [], ["Grand Totals", *[whole] * len(classes)]]


NORMAL = {"FY97": sheet(CLASSES_OF_1997), "FY24": sheet(CLASSES_OF_2024, 3)}

ANSWERS = PublisherAnswers(
    source_id="us_dos_niv",
    partition="all",
    normal={"workbook": workbook(NORMAL)},
    empty=(200, workbook({"FY97": sheet(CLASSES_OF_1997)[:1]})),
    refused=(404, {}, b"<html><body>Not found</body></html>"),
    drifted={"workbook": workbook({**NORMAL, "FY24": sheet([*CLASSES_OF_2024[:-1], "USMCA"])})},
    content_type=WORKBOOK,
    refused_content_type="text/html",
)
