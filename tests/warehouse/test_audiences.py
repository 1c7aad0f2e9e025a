"""Who sees which row. Partners, rows and figures are made up."""

import datetime as dt
from decimal import Decimal
from typing import Any, Final

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.disclosure import Disclosure, WithheldCell
from compact_pipelines.contracts.judges import check_table, polars_schema
from compact_pipelines.errors import WarehouseError
from compact_pipelines.warehouse.audiences import (
    BEFORE_ALL,
    NEGOTIATOR,
    SeeingRule,
    audiences_of,
    next_release,
    partners_in,
    released_until,
    rows_as_seen,
    with_sight,
)
from compact_pipelines.warehouse.layout import PUBLIC

CONTRACTS: Final = load_contracts()
TABLE: Final = CONTRACTS.tables["talent_movement"]
STANDARDS: Final = CONTRACTS.tables["standards_adoption"]
NOON: Final = dt.datetime(2026, 6, 30, 12, tzinfo=dt.UTC)
SECOND: Final = dt.timedelta(seconds=1)
STATUSES: Final = CONTRACTS.codelists["conf_status"].codes
AUDIENCES: Final = [PUBLIC, NEGOTIATOR, "mx-a", "fr-b"]
KEY: Final = {
    "freq": "A",
    "ref_area": "MEX",
    "counterpart_area": "JPN",
    "direction": "IN",
    "category": "STUDENT",
    "stock_flow": "F",
    "unit_measure": "PS",
    "time_period": "2024",
}


def withholding(**cell: Any) -> SeeingRule:
    """The rule with one cell on the list, if a source or nothing is given for it."""
    given = {"table": TABLE.id, "key": KEY, "reason": "made up", "since": dt.date(2026, 1, 1), **cell}
    cells = [WithheldCell(**given)] if cell else []
    return SeeingRule.of(CONTRACTS, Disclosure(protection_pct=10, small_count=5, withheld=cells))


RULE: Final = withholding()


def row(status: str, value: int | None = 1000, source: str = "drop:mx-a", **cells: Any) -> dict[str, Any]:
    is_drop = source.startswith("drop:")
    return {
        **KEY,
        "obs_value": None if value is None else Decimal(value),
        "obs_status": "O" if value is None else "A",
        "conf_status": status,
        "embargo_time": NOON if status == "E" else None,
        "comment_obs": "1000 of them",
        "source_id": source,
        "drop_id": "a" if is_drop else None,
        "snapshot_id": None if is_drop else "b",
        "recorded_at": NOON,
        "imputed_mirror": False,
        **cells,
    }


def framed(*rows: dict[str, Any], table: Any = TABLE) -> pl.DataFrame:
    schema = {name: kind for name, kind in polars_schema(table).items() if name != "is_preferred"}
    return pl.DataFrame([{name: told.get(name) for name in schema} for told in rows], schema=schema)


def shown(
    audience: str, *rows: dict[str, Any], at: dt.datetime = NOON, rule: SeeingRule = RULE
) -> list[dict[str, Any]]:
    return rows_as_seen(with_sight(framed(*rows), TABLE, audience, rule, at), TABLE).to_dicts()


def values(audience: str, *rows: dict[str, Any], **options: Any) -> list[int | None]:
    return [told["obs_value"] for told in shown(audience, *rows, **options)]


# The rule of the code list


@pytest.mark.parametrize("status", STATUSES)
def test_each_status_is_seen_by_those_its_visibility_names(status: str) -> None:
    visibility = CONTRACTS.codelists["conf_status"].column("visibility")[status]
    seen = {audience for audience in AUDIENCES if values(audience, row(status)) == [1000]}
    assert (
        seen
        == {
            "public": set(AUDIENCES),
            "public_after_embargo": set(AUDIENCES),
            "negotiator": {NEGOTIATOR, "mx-a"},
            "reporter_only": {"mx-a"},
        }[visibility]
    )


@pytest.mark.parametrize("audience", AUDIENCES)
def test_an_embargoed_row_is_absent_until_its_time_for_all_but_its_sender(audience: str) -> None:
    assert values(audience, row("E"), at=NOON - SECOND) == ([1000] if audience == "mx-a" else [])
    assert values(audience, row("E"), at=NOON) == [1000]
    assert values(audience, row("E", embargo_time=None), at=NOON) == ([1000] if audience == "mx-a" else [])


def test_a_pulled_row_obeys_the_same_rule() -> None:
    assert values(PUBLIC, row("F", source="office"), row("N", source="office")) == [1000, None]
    assert values(NEGOTIATOR, row("N", source="office")) == [1000]


def test_a_withheld_row_keeps_its_key_and_status_and_nothing_else_of_the_value() -> None:
    [told] = shown(PUBLIC, row("C"))
    assert {name: told[name] for name in KEY} == KEY
    assert (told["obs_value"], told["obs_status"], told["conf_status"], told["comment_obs"]) == (None, "Q", "C", None)
    assert told["is_withheld"]


def test_a_row_without_a_value_that_is_withheld_does_not_say_that_it_has_none() -> None:
    assert [told["obs_status"] for told in shown(PUBLIC, row("C", None))] == ["Q"]
    assert [told["obs_status"] for told in shown("mx-a", row("C", None))] == ["O"]


def test_a_withheld_row_whose_measure_cannot_be_blank_is_absent() -> None:
    key = {"ref_area": "MEX", "instrument": "COE_CETS225", "time_period": "2024", "adoption_status": "binding"}
    rows = framed({**row("C"), **key}, {**row("F"), **key, "time_period": "2025"}, table=STANDARDS)
    seen = {name: rows_as_seen(with_sight(rows, STANDARDS, name, RULE, NOON), STANDARDS) for name in AUDIENCES}
    assert {name: frame["time_period"].to_list() for name, frame in seen.items()} == {
        PUBLIC: ["2025"],
        NEGOTIATOR: ["2025"],
        "mx-a": ["2024", "2025"],
        "fr-b": ["2025"],
    }


@pytest.mark.parametrize(
    ("value", "cells", "is_withheld"),
    [
        (4, {}, True),
        (1, {}, True),
        (0, {}, False),
        (5, {}, False),
        (4, {"unit_measure": "PER_10000"}, False),
        (4, {"source": "office"}, False),
    ],
)
def test_small_counts_of_persons_are_withheld_in_drops_only(value: int, cells: Any, is_withheld: bool) -> None:
    for audience in (PUBLIC, NEGOTIATOR, "fr-b"):
        [told] = shown(audience, row("F", value, **cells))
        assert (told["obs_value"], told["conf_status"]) == ((None, "A") if is_withheld else (value, "F"))
    assert values("mx-a", row("F", value, **cells)) == [value]


def test_a_released_small_count_carries_no_embargo_that_its_status_would_not() -> None:
    [told] = shown(PUBLIC, row("E", 3))
    assert (told["conf_status"], told["embargo_time"], told["obs_value"]) == ("A", None, None)


def test_a_listed_cell_is_withheld_as_secondary_and_negotiators_see_it() -> None:
    rule = withholding(source=None)
    for source in ("drop:mx-a", "office"):
        rows = [row("F", source=source), row("F", source=source, time_period="2023")]
        assert values(PUBLIC, *rows, rule=rule) == [None, 1000]
        assert [told["conf_status"] for told in shown(PUBLIC, *rows, rule=rule)] == ["S", "F"]
        assert values(NEGOTIATOR, *rows, rule=rule) == [1000, 1000]
    assert values("mx-a", row("F"), rule=rule) == [1000]
    assert [told["conf_status"] for told in shown(PUBLIC, row("C"), rule=rule)] == ["C"]


def test_a_listed_cell_of_one_source_is_not_withheld_in_another() -> None:
    rule = withholding(source="drop:mx-a")
    assert values(PUBLIC, row("F"), row("F", source="office"), rule=rule) == [None, 1000]


@given(
    status=st.sampled_from(STATUSES),
    value=st.one_of(st.none(), st.integers(0, 10)),
    source=st.sampled_from(["drop:mx-a", "office"]),
    audience=st.sampled_from(AUDIENCES),
    late=st.booleans(),
)
def test_what_anybody_sees_keeps_the_contract_and_is_no_more_than_the_owner_sees(
    status: str, value: int | None, source: str, audience: str, late: bool
) -> None:
    at = NOON + SECOND if late else NOON - SECOND
    told = rows_as_seen(with_sight(framed(row(status, value, source)), TABLE, audience, RULE, at), TABLE)
    assert check_table(TABLE, told.drop("is_withheld").with_columns(is_preferred=pl.lit(value=True))) == []
    assert set(told["obs_value"].drop_nulls()) <= {value}
    if audience != PUBLIC and not told.is_empty():  # every file holds at least what the public's holds
        assert values(PUBLIC, row(status, value, source), at=at)[:1] in ([], [None], told["obs_value"].to_list())


# Names and times


def test_audiences_are_the_public_negotiators_and_partners_by_id() -> None:
    assert audiences_of(["mx-a", "fr-b", "mx-a"]) == [PUBLIC, NEGOTIATOR, "fr-b", "mx-a"]
    assert partners_in(["drop:mx-a", "office", "drop:fr-b"]) == {"mx-a", "fr-b"}


@pytest.mark.parametrize("name", [PUBLIC, NEGOTIATOR, "", "../x", "A", "a.b", "a b"])
def test_a_partner_whose_id_would_be_another_file_is_refused(name: str) -> None:
    with pytest.raises(WarehouseError, match="cannot be audiences"):
        audiences_of([name])


def test_the_rows_say_up_to_when_embargoes_have_ended_and_when_the_next_one_does() -> None:
    later = NOON + SECOND
    known = framed(row("E"), row("E", time_period="2023", embargo_time=later), row("F", time_period="2022"))
    for at, released, waiting in (
        (NOON - SECOND, BEFORE_ALL, NOON),
        (NOON, NOON, later),
        (later + SECOND, later, None),
    ):
        public = rows_as_seen(with_sight(known, TABLE, PUBLIC, RULE, at), TABLE)
        assert released_until(known, public, TABLE, RULE) == released
        assert next_release(known, RULE, released) == waiting
