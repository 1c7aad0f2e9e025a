"""Votes in the General Assembly. Inline rows are made up; votes of the embedded matrix are pinned as published."""

import csv
import datetime as dt
from collections import Counter

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import POLARS_TYPES
from compact_pipelines.datasets.reference.unga_votes import KEY, SOURCE, core_unga_votes, parse_roll_calls, tidy_votes
from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import area_codes
from compact_pipelines.snapshots import SnapshotStore, read_embedded

CONTRACTS = load_contracts()
MEMBERS = CONTRACTS.membership.tier_of
COLUMNS = sorted(code for code, area in area_codes("iso2").items() if area in MEMBERS)


def matrix(*calls: tuple[str, str, str, dict[str, str]]) -> bytes:
    lines = [",".join([*KEY, *COLUMNS])]
    lines += [",".join([*key, *(votes.get(code, "") for code in COLUMNS)]) for *key, votes in calls]
    return "\n".join(lines).encode()


CALL = ("7", "68.0", "2013-10-29", {"US": "n", "CA": "a", "MX": "y"})
EARLIER = ("5", "68.0", "2013-10-28", {"US": "y"})


def tidied(*calls: tuple[str, str, str, dict[str, str]]) -> pl.DataFrame:
    return tidy_votes(parse_roll_calls(matrix(*calls)))


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    store = SnapshotStore.at(tmp_path_factory.mktemp(SOURCE))
    return core_unga_votes(store.take_embedded(SOURCE, "roll_calls"))


def test_the_matrix_is_read_as_it_stands_and_all_text() -> None:
    published = parse_roll_calls(matrix(CALL))
    assert set(published.dtypes) == {pl.String}
    assert published.select("rcid", "session", "date", "US", "AE").rows() == [("7", "68.0", "2013-10-29", "n", None)]


def test_votes_stand_by_roll_call_and_area_and_a_blank_is_an_absence() -> None:
    votes = tidied(CALL, EARLIER)
    assert votes["roll_call"].unique().to_list() == [5, 7]
    assert votes.filter(roll_call=7).filter(pl.col("vote") != "absent").rows() == [
        (7, 68, dt.date(2013, 10, 29), "CAN", "abstain"),
        (7, 68, dt.date(2013, 10, 29), "MEX", "yes"),
        (7, 68, dt.date(2013, 10, 29), "USA", "no"),
    ]
    assert votes.equals(tidied(EARLIER, CALL))


def test_an_area_that_is_no_member_has_no_rows_and_may_have_no_votes() -> None:
    assert set(tidied(CALL)["area"]) == set(MEMBERS) - {"HKG", "TWN"}
    with pytest.raises(SourceChanged, match=r"votes of \['TW'\], who are no members"):
        tidied((*CALL[:3], {"TW": "y"}))


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ((*CALL[:3], {"US": "x"}), r"unknown votes of US \['x'\]"),
        (("7.0", *CALL[1:]), r"column rcid: 1 cells have another form .*row 1: '7.0'"),
        (("7", "68", *CALL[2:]), r"column session: 1 cells have another form"),
        (("7", "68.0", "29.10.2013", CALL[3]), r"column date: 1 cells have another form"),
        ((*CALL[:3], {}), r"the roll calls \['7'\] have no votes"),
        (EARLIER, r"the roll calls \['5'\] stand twice"),
    ],
)
def test_what_the_matrix_should_not_hold_is_named(call: tuple[str, str, str, dict[str, str]], told: str) -> None:
    with pytest.raises(SourceChanged, match=told):
        tidied(call, EARLIER)


def test_a_changed_header_is_refused() -> None:
    with pytest.raises(SourceChanged, match=r"the header has changed. Missing: \['US'\]; new: \['UK'\]"):
        tidy_votes(parse_roll_calls(matrix(CALL).replace(b"US", b"UK", 1)))


@pytest.mark.parametrize(
    ("roll_call", "votes"),
    [
        (5249, {"USA": "no", "ISR": "no", "CAN": "yes", "MEX": "yes", "ARE": "yes"}),
        (5250, {"USA": "no", "CAN": "no", "AUS": "abstain", "MEX": "yes", "ARE": "yes"}),
        (9147, {"USA": "yes", "TUR": "no", "COL": "abstain", "CHE": "absent", "ZAF": "absent"}),
    ],
)
def test_embedded_votes_are_the_published_ones(core: pl.DataFrame, roll_call: int, votes: dict[str, str]) -> None:
    held = core.filter(pl.col("area").is_in(list(votes)), roll_call=roll_call)
    assert dict(held.select("area", "vote").iter_rows()) == votes


def test_no_vote_of_the_embedded_matrix_is_lost(core: pl.DataFrame) -> None:
    rows = list(csv.DictReader(read_embedded(SOURCE, "roll_calls").decode().splitlines()))
    cells = Counter(row[code] for row in rows for code in COLUMNS if code not in {"HK", "TW"})
    told = dict(core.group_by("vote").len().iter_rows())
    assert told == {"yes": cells["y"], "no": cells["n"], "abstain": cells["a"], "absent": cells[""]}
    # Counted in the published table of votes, before it was made a matrix.
    assert core.height - told["absent"] == 28_249


def test_roll_calls_are_those_of_seven_sessions_and_each_member_stands_in_each(core: pl.DataFrame) -> None:
    calls = core.select("roll_call", "session").unique().group_by("session").len().sort("session")
    assert calls.rows() == [(68, 64), (69, 81), (70, 73), (71, 119), (72, 124), (73, 95), (74, 91)]
    assert core.height == 647 * 44
    assert (core["date"].min(), core["date"].max()) == (dt.date(2013, 10, 29), dt.date(2020, 1, 14))


def test_the_core_table_has_the_published_columns_and_a_unique_key(core: pl.DataFrame) -> None:
    published = CONTRACTS.published["general_assembly_votes"]
    assert core.n_unique(published.key) == core.height
    assert dict(core.schema) == {name: POLARS_TYPES[column.type] for name, column in published.columns.items()}
    assert core.select(pl.all().is_null().any()).row(0) == (False,) * core.width
