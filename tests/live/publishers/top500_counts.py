"""TOP500. Systems are made up, in columns that were recorded, on a sheet named as that list's is."""

import io

from openpyxl import Workbook

from tests.live.publishers import PublisherAnswers

# The list of June 2021.
NUMBER = "57"
HEADER = ["Rank", "Name", "Country", "Year", "Rmax [TFlop/s]", "Rpeak [TFlop/s]", "Power (kW)"]
COUNTRIES = ["United States"] * 200 + ["Canada"] * 200 + ["South Korea"] * 100


def workbook(countries: list[str] | None = None, header: list[str] | None = None, sheet: str = NUMBER) -> bytes:
    """A list whose systems compute 1.5 TFlop/s each."""
    book = Workbook(write_only=True)
    page = book.create_sheet(sheet)
    page.append(header or HEADER)
    for rank, country in enumerate(COUNTRIES if countries is None else countries, start=1):
        page.append([rank, None, country, 2020, 1.5, 2.25, None])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


ANSWERS = PublisherAnswers(
    source_id="top500_counts",
    partition="2021-06",
    normal={"list": workbook()},
    empty=(404, b"<html><body>Not Found</body></html>"),
    refused=(403, {}, b"<html><body>Log in</body></html>"),
    drifted={"list": workbook(header=[name.replace("Rmax", "RMax") for name in HEADER])},
    content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    refused_means="key",
    empty_content_type="text/html",
    refused_content_type="text/html",
)
