"""UK trade info. Figures and countries' shares are made up, in the shape that the publisher documents."""

import json
from typing import Any

from tests.live.publishers import PublisherAnswers

CONTEXT = "https://api.uktradeinfo.com/$metadata#OTS"


def row(**differing: Any) -> dict[str, Any]:
    """One port's row, with its country expanded."""
    named = {
        "MonthId": 202201,
        "FlowTypeId": 4,
        "SuppressionIndex": 0,
        "CommodityId": 85423110,
        "CommoditySitcId": 77641,
        "CountryId": 400,
        "PortId": 1,
        "Value": 1000.0,
        "NetMass": 10.0,
        "SuppUnit": 5.0,
        "Country": {"CountryId": 400, "CountryCodeNumeric": "400", "CountryName": "USA", "CountryCodeAlpha": "US"},
    }
    return {**named, **differing}


def country(number: int, name: str, alpha: str) -> dict[str, Any]:
    """A country as it is expanded."""
    return {"CountryId": number, "CountryCodeNumeric": str(number), "CountryName": name, "CountryCodeAlpha": alpha}


def answer(*rows: dict[str, Any], **others: Any) -> bytes:
    """A page of rows."""
    return json.dumps({"@odata.context": CONTEXT, "value": rows, **others}).encode()


CANADA = country(404, "Canada", "CA")
IRELAND = country(7, "Ireland", "IE")
EXPORTS = [row(), row(PortId=2, Value=500.0), row(Country=CANADA), row(FlowTypeId=2, PortId=-1, Country=IRELAND)]
# The exports to the United States stand on both pages, another port on each.
EXPORTS_LATER = [row(PortId=3, Value=250.0)]
LINK = "https://api.uktradeinfo.com/OTS?$expand=Country&$skip=40000"
IMPORTS = [row(FlowTypeId=3), row(FlowTypeId=3, Country=CANADA), row(FlowTypeId=1, PortId=-1, Country=IRELAND)]

ANSWERS = PublisherAnswers(
    source_id="uk_trade",
    partition="2022-01",
    normal={
        "exports": [answer(*EXPORTS, **{"@odata.nextLink": LINK}), answer(*EXPORTS_LATER)],
        "imports": answer(*IMPORTS),
    },
    empty=(200, answer()),
    refused=(400, {}, json.dumps({"error": {"code": "", "message": "The query specified is not valid."}}).encode()),
    drifted={"exports": answer(*EXPORTS).replace(b'"Value"', b'"StatisticalValue"')},
    content_type="application/json",
)
