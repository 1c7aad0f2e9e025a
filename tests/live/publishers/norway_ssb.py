"""Statistics Norway, table 08801. Figures are made up, in the shape of JSON-stat 2 that the publisher documents."""

import json
from typing import Any

from tests.live.publishers import PublisherAnswers

GOODS = ["84715000_1996", "84715090_2022", "85423100_2012"]
AREAS = ["US", "CA"]


def dimension(label: str, codes: list[str]) -> dict[str, Any]:
    """One dimension of a cube."""
    index = {code: number for number, code in enumerate(codes)}
    return {"label": label, "category": {"index": index, "label": {code: code for code in codes}}}


def cube(
    values: list[int | None],
    *,
    goods: list[str] | None = None,
    areas: list[str] | None = None,
    status: dict[str, str] | None = None,
    **differing: Any,
) -> bytes:
    """A dataset of goods, both directions, areas if any, and one year."""
    goods = GOODS if goods is None else goods
    codes = {"Varekoder": goods, "ImpEks": ["1", "2"]}
    codes |= {"Land": areas} if areas else {}
    codes |= {"ContentsCode": ["Verdi"], "Tid": ["2022"]}
    dataset = {
        "version": "2.0",
        "class": "dataset",
        "label": "08801: External trade in goods",
        "source": "Statistics Norway",
        "updated": "2023-05-15T06:00:00Z",
        "id": list(codes),
        "size": [len(each) for each in codes.values()],
        "dimension": {name: dimension(name, each) for name, each in codes.items()},
        "value": values,
        **({"status": status} if status else {}),
    }
    return json.dumps({**dataset, **differing}).encode()


PARTNERS = cube([100, 20, 300, 40, 5, 0, 7, 8, 900, 1, 2, 3], areas=AREAS)
WORLD = cube([1100, 1340, 105, 107, 2900, 1102])
EMPTY = cube([], goods=[], areas=AREAS)

ANSWERS = PublisherAnswers(
    source_id="norway_ssb",
    partition="2022",
    normal={"partners": PARTNERS, "world": WORLD},
    empty=(200, EMPTY),
    refused=(
        400,
        {},
        json.dumps({"type": "Parameter error", "title": "Non-existent value", "status": 400}).encode(),
    ),
    drifted={"partners": PARTNERS.replace(b"Varekoder", b"Varenummer")},
    content_type="application/json",
)
