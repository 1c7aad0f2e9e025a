"""Precedence among sources. Sources, rows and figures are made up unless a test says embedded."""

from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compact_pipelines.answers.themes import DROP_RANK, KIND_RANK, mark_preferred, precedence
from compact_pipelines.contracts import Source, load_contracts
from compact_pipelines.contracts.judges import check_table, polars_schema
from compact_pipelines.datasets.compute_exports import imf_dots_cif, imf_dots_fob
from compact_pipelines.snapshots import SnapshotStore

CONTRACTS = load_contracts()
TABLE = CONTRACTS.tables["compute_exports"]
SCHEMA = {name: dtype for name, dtype in polars_schema(TABLE).items() if name != "is_preferred"}


def source(name: str, kind: str, speaks_for: tuple[str, ...] = ()) -> Source:
    known = CONTRACTS.source("us_census_exports")
    return known.model_copy(update={"id": name, "kind": kind, "speaks_for": list(speaks_for)})


OFFICE = source("office", "national_office", ("USA",))
FUND = source("fund", "international_body")
ANOTHER_FUND = source("another_fund", "international_body")
COMPILATION = source("a_compilation", "compilation")
SOURCES = [OFFICE, FUND, ANOTHER_FUND, COMPILATION]


def row(source_id: str, **cells: Any) -> dict[str, Any]:
    return {
        "freq": "A",
        "ref_area": "USA",
        "counterpart_area": "CAN",
        "flow": "X",
        "product": "TOTAL",
        "time_period": "2018",
        "obs_value": Decimal(1),
        "source_id": source_id,
        "snapshot_id": "made_up.part.0",
        **cells,
    }


def dropped(partner: str, **cells: Any) -> dict[str, Any]:
    return row(f"drop:{partner}", snapshot_id=None, drop_id="made-up-drop", **cells)


def marked(*rows: dict[str, Any]) -> list[bool]:
    return mark_preferred(pl.DataFrame(rows, schema=SCHEMA), TABLE, SOURCES)["is_preferred"].to_list()


def test_a_national_office_comes_before_an_international_body_and_that_before_a_compilation() -> None:
    assert marked(row("a_compilation"), row("fund"), row("office")) == [False, False, True]
    assert marked(row("a_compilation"), row("fund")) == [False, True]
    assert marked(row("a_compilation")) == [True]


def test_the_partners_own_drop_comes_before_all() -> None:
    assert marked(row("office"), dropped("usa"), row("fund")) == [False, True, False]


def test_a_national_office_comes_last_for_an_area_it_does_not_speak_for() -> None:
    of_canada = {"ref_area": "CAN", "counterpart_area": "USA"}
    assert marked(row("office", **of_canada), row("a_compilation", **of_canada)) == [False, True]
    assert marked(row("office", **of_canada)) == [True]


def test_a_tie_goes_to_the_name_that_comes_first() -> None:
    assert marked(row("fund"), row("another_fund")) == [False, True]


def test_preference_is_of_the_whole_series_and_never_switches_within_it() -> None:
    # The office is silent in 2018; the fund's 2018 stays unpreferred all the same.
    rows = [row("office", time_period="2017"), *(row("fund", time_period=year) for year in ("2017", "2018"))]
    assert marked(*rows) == [True, False, False]


@pytest.mark.parametrize("other", [{"product": "HS_84"}, {"freq": "M"}, {"counterpart_area": "MEX"}, {"flow": "M"}])
def test_every_series_has_its_own_preference(other: dict[str, str]) -> None:
    assert marked(row("office"), row("fund", **other)) == [True, True]


def test_nothing_is_dropped_changed_or_reordered() -> None:
    frame = pl.DataFrame([row("fund"), row("office", obs_value=None), dropped("usa")], schema=SCHEMA)
    assert mark_preferred(frame, TABLE, SOURCES).drop("is_preferred").equals(frame)


# What is withheld


def marked_withheld(*rows: tuple[dict[str, Any], bool]) -> list[bool]:
    frame = pl.DataFrame([told for told, _ in rows], schema=SCHEMA)
    withheld = pl.Series("is_withheld", [is_withheld for _, is_withheld in rows])
    frame = frame.with_columns(
        withheld, obs_value=pl.when(withheld).then(None).otherwise(pl.col("obs_value")).cast(SCHEMA["obs_value"])
    )
    return mark_preferred(frame, TABLE, SOURCES)["is_preferred"].to_list()


def test_a_drop_of_which_nothing_is_shown_does_not_take_the_series() -> None:
    assert marked_withheld((dropped("usa"), True), (row("office"), False)) == [False, True]
    assert marked_withheld((dropped("usa"), True), (row("office", time_period="2017"), False)) == [False, True]
    assert marked_withheld((dropped("usa"), True)) == [True]


def test_a_drop_that_would_blank_a_period_steps_back_from_the_whole_series() -> None:
    office = [(row("office", time_period=year), False) for year in ("2017", "2018")]
    drop = [(dropped("usa", time_period="2017"), False), (dropped("usa"), True)]
    assert marked_withheld(*drop, *office) == [False, False, True, True]


def test_a_drop_that_blanks_nothing_that_others_tell_keeps_the_series() -> None:
    drop = [(dropped("usa", time_period="2017"), False), (dropped("usa"), True)]
    assert marked_withheld(*drop, (row("office", time_period="2017"), False)) == [True, True, False]


def test_a_value_that_is_missing_and_not_withheld_is_no_reason_to_step_back() -> None:
    rows = [(dropped("usa", obs_value=None), False), (row("office"), False), (row("office", product="HS_84"), True)]
    assert marked_withheld(*rows) == [True, False, True]


@settings(deadline=None, max_examples=50)
@given(
    told=st.lists(
        st.tuples(
            st.sampled_from([known.id for known in SOURCES]),
            st.sampled_from(["USA", "MEX"]),
            st.sampled_from(["2016", "2017", "2018"]),
        ),
        min_size=1,
        unique=True,
    )
)
def test_every_series_is_told_by_exactly_one_preferred_source(told: list[tuple[str, str, str]]) -> None:
    rows = [row(name, ref_area=area, time_period=year) for name, area, year in told]
    frame = mark_preferred(pl.DataFrame(rows, schema=SCHEMA), TABLE, SOURCES)
    for _, series in frame.group_by(TABLE.series_key):
        preferred = series.filter("is_preferred")["source_id"].unique()
        assert len(preferred) == 1
        assert series.filter(source_id=preferred[0])["is_preferred"].all()


def test_every_source_of_the_contracts_has_the_rank_of_its_kind() -> None:
    ranks = precedence(CONTRACTS)
    assert ranks.columns == ["source_id", "rank"]
    assert dict(ranks.iter_rows()) == {known.id: KIND_RANK[known.kind] for known in CONTRACTS.sources_in_use}


def test_a_partner_that_speaks_has_the_first_rank() -> None:
    ranks = dict(precedence(CONTRACTS, ["drop:usa", "us_census_exports", "drop:usa"]).iter_rows())
    assert ranks["drop:usa"] == DROP_RANK == 1
    assert ranks.keys() == {*(source.id for source in CONTRACTS.sources_in_use), "drop:usa"}


def test_the_stated_ranks_are_office_then_body_then_compilation() -> None:
    ranks = dict(precedence(CONTRACTS).iter_rows())
    assert ranks["us_census_exports"] == ranks["statcan_cimt"] == 2
    assert ranks["imf_dots_fob"] == ranks["imf_dots_cif"] == 3
    assert ranks["geonuclear_reactors"] == ranks["standards_register"] == 4


def test_embedded_series_of_the_fund_are_told_once_and_keep_the_contract_with_their_preference(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    take = SnapshotStore.at(tmp_path_factory.mktemp("themes")).take_embedded
    fob = imf_dots_fob.core_imf_dots_fob(take("imf_dots_fob", "paired"), take("imf_dots_fob", "one_sided"))
    cif = imf_dots_cif.core_imf_dots_cif(take("imf_dots_cif", "paired"), take("imf_dots_cif", "one_sided"))
    sources = [known for known in CONTRACTS.sources_in_use if known.theme == TABLE.id]
    theme = mark_preferred(pl.concat([fob, cif]), TABLE, sources)
    assert theme["is_preferred"].all()
    assert check_table(TABLE, theme) == []
