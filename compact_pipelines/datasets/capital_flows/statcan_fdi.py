"""What Canada has invested in each country, and each country in Canada: direct investment at the end of the year.

Source: Statistics Canada, table 36-10-0008; see schemas/sources/statcan_fdi.yaml.
Revised: twice a year, several years back.
Quirks: the zip of a table holds the rows and a file of several blocks that says which member is part of which; the
world, continents and countries stand in one column; the number and its power of ten stand apart; a blank value has its
reason beside it.
"""

import csv
import io
import json
from collections.abc import Sequence
from typing import Final

import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import require_columns, require_known
from compact_pipelines.live.answers import Answer
from compact_pipelines.live.formats.delimited import decoded, read_delimited, unzipped
from compact_pipelines.live.scaling import scaled
from compact_pipelines.pulls import live_core, pull_asset

SOURCE: Final = "statcan_fdi"
THEME: Final = "capital_flows"
PRODUCT: Final = 36100008
# The columns that each table of the publisher has; those of its dimensions stand between them.
FIRST_COLUMNS: Final = ("REF_DATE", "GEO", "DGUID")
LAST_COLUMNS: Final = ("UOM", "UOM_ID", "SCALAR_FACTOR", "SCALAR_ID", "VECTOR", "COORDINATE",
                       "VALUE", "STATUS", "SYMBOL", "TERMINATED", "DECIMALS")  # fmt: skip
KIND, PARTNER = "Canadian and foreign direct investment", "Countries or regions"
COLUMNS: Final = (*FIRST_COLUMNS, KIND, PARTNER, *LAST_COLUMNS)
MEMBERS: Final = ("Dimension ID", "Member Name", "Classification Code", "Member ID", "Parent Member ID")
ABROAD, IN_CANADA = "canadian direct investment abroad", "foreign direct investment in canada"
DIRECTIONS: Final = {ABROAD: "OUT", IN_CANADA: "IN"}
INSTRUMENTS: Final = {"total book value": "D_F", "equity": "D_F5", "net debt": "D_FL"}
PARTS_OF_NET_DEBT: Final = ("debt assets", "debt liabilities")
WORLD: Final = ("All countries", "Total, all countries")
# Spellings of the publisher that the area code list has otherwise.
SPELLINGS: Final = {
    "Bahamas": "BHS",
    "Bolivia": "BOL",
    "Brunei": "BRN",
    "Cape Verde": "CPV",
    "Czech Republic": "CZE",
    "Hong Kong": "HKG",
    "Iran": "IRN",
    "Ivory Coast": "CIV",
    "Korea, South": "KOR",
    "South Korea": "KOR",
    "Laos": "LAO",
    "Macau": "MAC",
    "Macedonia": "MKD",
    "Moldova": "MDA",
    "Russia": "RUS",
    "Russian Federation": "RUS",
    "Swaziland": "SWZ",
    "Syria": "SYR",
    "Taiwan": "TWN",
    "Tanzania": "TZA",
    "Turkey": "TUR",
    "Türkiye": "TUR",
    "United Kingdom": "GBR",
    "United States": "USA",
    "Venezuela": "VEN",
    "Viet Nam": "VNM",
    "Vietnam": "VNM",
}
# Remainders of a continent, no country's.
REMAINDERS: Final = ("Other ", "All other ", "Unallocated", "Confidential")
# The publisher's legend of symbols, to obs_status and what is said of it.
STATUSES: Final = {
    "": ("A", None),
    "A": ("A", None),
    "B": ("A", None),
    "C": ("A", None),
    "D": ("A", None),
    "0s": ("A", "rounded to zero by the publisher"),
    "E": ("U", "to be used with caution, says the publisher"),
    "F": ("O", "too unreliable to be published"),
    "x": ("Q", "suppressed to meet the confidentiality requirements of the Statistics Act"),
    "..": ("O", "not available for this period"),
    "...": ("M", "not applicable"),
}
SYMBOLS: Final = {"": None, "p": "P", "r": None}  # r, revised, says nothing of how sure the figure is


def parse_table(content: bytes, place: str) -> pl.DataFrame:
    """Read the rows of a table's zip as published, all text.

    Raises:
        SourceChanged: the zip has no table, or its columns are not the ones every table has.
    """
    published = read_delimited(unzipped(content, place, "[0-9]*[0-9].csv"), place).fill_null("")
    first, last = published.columns[: len(FIRST_COLUMNS)], published.columns[-len(LAST_COLUMNS) :]
    if (*first, *last) != (*FIRST_COLUMNS, *LAST_COLUMNS):
        raise SourceChanged(
            f"{place}: the columns are {published.columns}; expected first {FIRST_COLUMNS} and last {LAST_COLUMNS}. "
            "Read the publisher's notice, then change the parser"
        )
    if published.is_empty():
        raise SourceChanged(f"{place}: a table without rows; the publisher has no such answer")
    return published


def parse_members(content: bytes, place: str) -> pl.DataFrame:
    """Read from a table's zip which member of a dimension is part of which.

    Args:
        content: the zip. Its metadata are several tables below each other, each with a header, a blank line between.
        place: for messages.

    Returns:
        (members of all dimensions, [dimension, member, member_id, parent_id]), text; parent_id "" at the top.

    Raises:
        SourceChanged: there is no such file, or no block of members in it.
    """
    text = decoded(unzipped(content, place, "*_MetaData.csv"), place)
    rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text))]
    starts = [number for number, row in enumerate(rows) if tuple(row[: len(MEMBERS)]) == MEMBERS]
    if len(starts) != 1:
        raise SourceChanged(f"{place}: the metadata have {len(starts)} blocks that begin {MEMBERS}; expected one")
    members = []
    for row in rows[starts[0] + 1 :]:
        if not any(row):
            break
        dimension, member, _, member_id, parent_id = row[: len(MEMBERS)]
        members.append((dimension, member, member_id, parent_id))
    return pl.DataFrame(members, schema=["dimension", "member", "member_id", "parent_id"], orient="row")


def changed_tables(content: bytes, place: str) -> dict[int, str]:
    """The tables that the publisher says changed on a day, with the time of their release; none on many days.

    Raises:
        SourceChanged: the answer is not such a list, or the publisher could not make it.
    """
    try:
        answer = json.loads(content)
        if answer["status"] == "SUCCESS":
            return {int(table["productId"]): str(table["releaseTime"]) for table in answer["object"]}
        found = f"status {answer['status']!r}"
    except (ValueError, KeyError, TypeError) as error:
        found = f"{error!r} in {content[:80]!r}"
    raise SourceChanged(f"{place}: {found}; expected status SUCCESS and a list of productId and releaseTime")


def tidy_positions(published: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """Shape the table into the capital_flows contract; still in Canadian dollars.

    Args:
        published: (years * kinds * countries and groups, COLUMNS), text, from `parse_table`.
        members: from `parse_members`.

    Returns:
        (years * six kinds * countries and the world, contract columns without provenance); stocks at the end of the
        year in Canadian dollars; a blank has the status that the publisher's symbol means.

    Raises:
        SourceChanged: unknown columns, units, kinds, countries or symbols.
    """
    require_columns(published, COLUMNS, SOURCE)
    require_known(published["UOM"], ["Dollars"], SOURCE, "units in UOM")
    require_known(published["STATUS"], STATUSES, SOURCE, "marks in STATUS")
    require_known(published["SYMBOL"], SYMBOLS, SOURCE, "marks in SYMBOL")
    kinds = _kinds(published[KIND])
    areas = _areas(published[PARTNER], members)
    source = load_contracts().source(SOURCE)
    kept = published.filter(pl.col(KIND).is_in(list(kinds)), pl.col(PARTNER).is_in(list(areas)))
    status, symbol = pl.col("STATUS"), pl.col("SYMBOL")
    rows = kept.with_columns(
        obs_value=scaled(kept, "VALUE", source),
        obs_status=status.replace_strict({mark: code for mark, (code, _) in STATUSES.items()}),
        comment_obs=status.replace_strict({mark: said for mark, (_, said) in STATUSES.items()}, return_dtype=pl.String),
        provisional=symbol.replace_strict(SYMBOLS, return_dtype=pl.String),
    )
    is_blank, is_normal = pl.col("obs_value").is_null(), pl.col("obs_status") == "A"
    return rows.select(
        freq=pl.lit("A"),
        ref_area=pl.lit("CAN"),
        counterpart_area=pl.col(PARTNER).replace_strict(areas),
        direction=pl.col(KIND).replace_strict({kind: direction for kind, (direction, _) in kinds.items()}),
        instrument=pl.col(KIND).replace_strict({kind: instrument for kind, (_, instrument) in kinds.items()}),
        stock_flow=pl.lit("S"),
        time_period="REF_DATE",
        obs_value="obs_value",
        unit_measure=pl.lit(source.live.currency if source.live else None),
        basis=pl.lit("DIRECTIONAL"),
        obs_status=pl.when(is_normal & is_blank)
        .then(pl.lit("O"))
        .when(is_normal)
        .then(pl.coalesce("provisional", "obs_status"))
        .otherwise("obs_status"),
        comment_obs="comment_obs",
    )


def _kinds(published: pl.Series) -> dict[str, tuple[str, str]]:
    """Each kind we keep, as spelled, to its direction and instrument; capitals differ between vintages."""
    kinds, unknown = {}, []
    for kind in published.unique().to_list():
        about, _, what = kind.lower().partition(" - ")
        if about in DIRECTIONS and what in INSTRUMENTS:
            kinds[kind] = (DIRECTIONS[about], INSTRUMENTS[what])
        elif about not in DIRECTIONS or what not in PARTS_OF_NET_DEBT:
            unknown.append(kind)
    if unknown:
        raise SourceChanged(f"{SOURCE}: unknown kinds {sorted(unknown)}; map them in the dataset's module")
    return kinds


def _areas(published: pl.Series, members: pl.DataFrame) -> dict[str, str]:
    """Each country we keep, and the world, as spelled, to its area; groups and remainders are left out."""
    named = members.filter(pl.col("member").is_in(published.unique().implode()))
    parents = set(zip(members["dimension"], members["parent_id"], strict=True))
    rows = load_contracts().codelists["area"].rows
    known = {row["name_en"]: code for code, row in rows.items() if row["kind"] == "area"} | SPELLINGS
    areas, unknown = {}, []
    for dimension, member, member_id, _ in named.iter_rows():
        if member in WORLD:
            areas[member] = "W00"
        elif (dimension, member_id) in parents or member.startswith(REMAINDERS):
            continue
        elif member in known:
            areas[member] = known[member]
        else:
            unknown.append(member)
    missing = set(published.unique()) - set(named["member"])
    if unknown or missing:
        raise SourceChanged(
            f"{SOURCE}: no area for {sorted(unknown)}, and {sorted(missing)} are not among the members in the "
            "metadata; add spellings to SPELLINGS or REMAINDERS"
        )
    return areas


def read_answer(answer: Answer) -> pl.DataFrame:
    """The table's zip in the capital_flows contract, in Canadian dollars; see `tidy_positions`."""
    return tidy_positions(parse_table(answer.content, answer.place), parse_members(answer.content, answer.place))


def read_announced(content: bytes, periods: Sequence[str]) -> dict[str, str]:
    """The time of the table's release, where it is among the tables that changed on a day.

    Args:
        content: the publisher's list of that day; it is empty on a day without a release.
        periods: what the table is asked for as, the whole.

    Raises:
        SourceChanged: it is no such list.
    """
    tables = changed_tables(content, f"{SOURCE}, list of changed tables")
    return dict.fromkeys(periods, tables[PRODUCT]) if PRODUCT in tables else {}


pull_statcan_fdi = pull_asset(SOURCE)
core_statcan_fdi = live_core(SOURCE)
