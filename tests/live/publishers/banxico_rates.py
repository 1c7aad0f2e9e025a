"""Banco de México. Rates are made up, in the form that was recorded; refusals in the form that is documented."""

import json

from tests.live.publishers import PublisherAnswers

FIX, SETTLEMENT, EURO = "SF43718", "SF60653", "SF46410"


def body(series: dict[str, dict[str, str] | None], field: str = "dato") -> bytes:
    """An answer; a series that has no figures has no `datos`."""
    told = []
    for name, points in series.items():
        one = {"idSerie": name, "titulo": "made up"}
        days = [{"fecha": day, field: rate} for day, rate in (points or {}).items()]
        told.append(one if points is None else {**one, "datos": days})
    return json.dumps({"bmx": {"series": told}}).encode()


NORMAL = {SETTLEMENT: {"02/11/2020": "20.5000", "03/11/2020": "20.6000"}, FIX: {"03/11/2020": "20.7000"}}

ANSWERS = PublisherAnswers(
    source_id="banxico_rates",
    partition="2020-11",
    normal={"days": body(NORMAL)},
    empty=(200, body({FIX: None, SETTLEMENT: None})),
    refused=(401, {}, b'{"error": {"mensaje": "Token invalido", "detalle": "made up"}}'),
    drifted={"days": body(NORMAL, field="valor")},
    content_type="application/json",
    refused_means="key",
)
