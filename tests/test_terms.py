"""Figures whose publisher does not let us pass them on: negotiators see them, nobody else. All rows are made up."""

import datetime as dt
from decimal import Decimal
from typing import Any, Final

import polars as pl

from compact_pipelines.answers.themes import mark_preferred, sources_of
from compact_pipelines.checks import as_the_public_saw
from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.disclosure import load_disclosure
from compact_pipelines.contracts.judges import polars_schema
from compact_pipelines.leaks import find_derivable_values
from compact_pipelines.warehouse.audiences import NEGOTIATOR, SeeingRule, rows_as_seen, with_sight
from compact_pipelines.warehouse.layout import PUBLIC, Layout

CONTRACTS: Final = load_contracts()
TABLE: Final = CONTRACTS.tables["compute_exports"]
RULE: Final = SeeingRule.of(CONTRACTS, load_disclosure())
NOON: Final = dt.datetime(2026, 6, 30, 12, tzinfo=dt.UTC)
COMTRADE: Final = "un_comtrade"


def row(source: str, status: str, value: int = 1_000, **cells: Any) -> dict[str, Any]:
    is_drop = source.startswith("drop:")
    return {
        "freq": "A", "ref_area": "MEX", "counterpart_area": "FRA", "flow": "X", "product": "TOTAL",
        "time_period": "2024", "obs_value": Decimal(value), "unit_measure": "USD", "obs_status": "A",
        "comment_obs": "made up", "conf_status": status, "source_id": source, "drop_id": "a" if is_drop else None,
        "snapshot_id": None if is_drop else "b", "recorded_at": NOON, "imputed_mirror": False, **cells,
    }  # fmt: skip


def known(*rows: dict[str, Any]) -> pl.DataFrame:
    schema = {name: kind for name, kind in polars_schema(TABLE).items() if name != "is_preferred"}
    return pl.DataFrame([{name: told.get(name) for name in schema} for told in rows], schema=schema)


def seen_by(audience: str, frame: pl.DataFrame) -> pl.DataFrame:
    return rows_as_seen(with_sight(frame, TABLE, audience, RULE, NOON), TABLE)


def test_comtrade_is_for_internal_use() -> None:
    assert CONTRACTS.source(COMTRADE).conf_status == "N"
    assert RULE.visibility["N"] == "negotiator"


def test_the_public_and_partners_get_no_value_and_no_comment_and_negotiators_get_both() -> None:
    frame = known(row(COMTRADE, "N"))
    for audience in (PUBLIC, "mx-a"):
        (told,) = seen_by(audience, frame).rows(named=True)
        assert (told["obs_value"], told["comment_obs"], told["obs_status"]) == (None, None, "Q")
    (told,) = seen_by(NEGOTIATOR, frame).rows(named=True)
    assert (told["obs_value"], told["comment_obs"]) == (1_000, "made up")


def test_what_another_publisher_tells_everybody_stays_preferred_for_the_public() -> None:
    frame = known(row(COMTRADE, "N"), row("wits_trade_summary", "F"))
    public = mark_preferred(seen_by(PUBLIC, frame), TABLE, sources_of(CONTRACTS, TABLE))
    assert public.filter("is_preferred")["source_id"].to_list() == ["wits_trade_summary"]


def test_a_copy_elsewhere_of_what_terms_withhold_is_no_leak(data_root: Any) -> None:
    frame = known(row(COMTRADE, "N"), row("imf_dots_fob", "F"), row("imf_dots_cif", "F", ref_area="FRA",
                  counterpart_area="MEX", flow="M"))  # fmt: skip
    assert find_derivable_values(TABLE, frame, seen_by(PUBLIC, frame), Layout(data_root), load_disclosure()) == []


def test_what_negotiators_see_of_it_may_still_give_a_partners_value_away(data_root: Any) -> None:
    frame = known(row(COMTRADE, "N"), row("drop:mx-a", "C"))
    (found,) = find_derivable_values(TABLE, frame, seen_by(PUBLIC, frame), Layout(data_root), load_disclosure())
    assert found.rows == 1
    assert "by negotiator" in str(found)
    assert "public" not in found.examples[0]


def test_the_last_edition_is_compared_as_the_public_saw_it() -> None:
    frame = known(row(COMTRADE, "N"))
    assert as_the_public_saw(frame, TABLE)["obs_value"].to_list() == [None]
    free = known(row("imf_dots_fob", "F"))
    assert as_the_public_saw(free, TABLE).equals(free)
