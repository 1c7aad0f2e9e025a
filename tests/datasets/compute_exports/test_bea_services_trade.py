"""BEA trade in computer and information services. Figures are made up; fields are those of a rendered table."""

from typing import Any

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.datasets.compute_exports.bea_services_trade import SERVICES, read_answer
from compact_pipelines.errors import SourceChanged
from compact_pipelines.live.answers import Answer, Partition
from tests.live.bea_shapes import answer
from tests.live.publishers.bea_services_trade import row


def read(*rows: dict[str, Any], part: str = "computer") -> pl.DataFrame:
    return read_answer(Answer("bea_services_trade", part, Partition("2022"), 1, answer(list(rows))))


def test_services_have_a_flow_and_no_valuation() -> None:
    told = read(row("Comp", "Exports", "Canada", "35"), row("Comp", "Imports", "EU", "20"))
    assert told.select("counterpart_area", "flow", "product", "obs_value").rows() == [
        ("CAN", "X", "EBOPS_SI2", 35_000_000), ("EUU", "M", "EBOPS_SI2", 20_000_000)
    ]  # fmt: skip
    assert "valuation" not in told.columns


def test_each_service_is_a_product() -> None:
    live = load_contracts().source("bea_services_trade").live
    assert live is not None
    assert set(SERVICES) == set(live.requests)
    for part, (service, product) in SERVICES.items():
        assert live.requests[part].parameters["TypeOfService"] == service
        assert read(row(service, "Exports", "Canada", "1"), part=part)["product"].to_list() == [product]
        assert product in load_contracts().codelists["product"].codes


def test_marks_of_services_are_kept_apart() -> None:
    told = read(
        row("Comp", "Exports", "Canada", "0", NoteRef="(*)"),
        row("Comp", "Exports", "Mexico", "", NoteRef="n.a."),
        row("Comp", "Exports", "Ireland", "(D)"),
        row("Comp", "Exports", "Japan", "0", NoteRef="0"),
    )
    assert told.select("obs_value", "obs_status").rows() == [(0, "N"), (None, "O"), (None, "Q"), (0, "A")]


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"TypeOfService": "AccountAuditBookkeep"}, "services in TypeOfService"),
        ({"TradeDirection": "Balance"}, "directions in TradeDirection"),
        ({"Affiliation": "Unaffiliated"}, "affiliations in Affiliation"),
        ({"TimePeriod": "1999"}, "years in TimePeriod"),
        ({"CL_UNIT": "Percent"}, "units in CL_UNIT"),
        ({"AreaOrCountry": "Atlantis"}, "codes of areas"),
    ],
)
def test_a_wider_answer_than_was_asked_for_is_refused(cells: dict[str, Any], says: str) -> None:
    with pytest.raises(SourceChanged, match=says):
        read({**row("Comp", "Exports", "Canada", "1"), **cells})
