"""World Bank, two indicators in one answer. Figures are made up, in the form that was recorded of one indicator."""

from tests.live.publishers import PublisherAnswers
from tests.live.publishers.worldbank_migrant_stock import NOTHING, REFUSED, body, row

GDP, PEOPLE = "NY.GDP.MKTP.CD", "SP.POP.TOTL"
ROWS = [
    row("CAN", "2020", 1500000000000.5, GDP),
    row("MEX", "2020", None, GDP),
    row("WLD", "2020", 9000000000000, GDP),
    row("CAN", "2020", 38000000, PEOPLE),
    row("MEX", "2020", 126000000, PEOPLE),
    row("WLD", "2020", 7800000000, PEOPLE),
    row("OED", "2020", 1300000000, PEOPLE),
]

ANSWERS = PublisherAnswers(
    source_id="worldbank_gdp_population",
    partition="2020",
    normal={"indicators": body(ROWS)},
    empty=(200, NOTHING),
    refused=(200, {}, REFUSED),
    # The publisher has dropped one of the two, and says nothing of it.
    drifted={"indicators": body(ROWS[:3])},
    content_type="application/json",
)
