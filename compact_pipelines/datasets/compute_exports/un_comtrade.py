"""What each economy reports to the United Nations as goods trade by partner and year: all goods, and AI compute goods.

Source: UN Comtrade API v1, asked live; see schemas/sources/un_comtrade.yaml.
Revised: reporters send years again at any time.
Quirks: nothing found and a mistyped code give the same empty answer; a filter left out gives a partner's rows once per
means of transport, procedure and second partner; codes are Comtrade's own where they differ from M49; answers mix
editions of the Harmonized System.
"""

import json
from collections.abc import Sequence
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final

import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.requests import Live
from compact_pipelines.errors import ContractError, SourceChanged
from compact_pipelines.harmonise import area_codes, require_known, to_decimal
from compact_pipelines.live.answers import Answer, Partition
from compact_pipelines.pulls import live_core, pull_asset

SOURCE: Final = "un_comtrade"
THEME: Final = "compute_exports"
# What is read of the 47 fields of a row; the others are quantities, weights and names.
FIELDS: Final = (
    "freqCode", "period", "reporterCode", "flowCode", "partnerCode", "partner2Code", "classificationCode", "cmdCode",
    "customsCode", "motCode", "cifvalue", "fobvalue", "primaryValue", "isReported", "isAggregate",
)  # fmt: skip
TOTALS_ONLY: Final = {"partner2Code": "0", "motCode": "0", "customsCode": "C00"}
FLOWS: Final = ("M", "X", "RX", "RM")
EDITIONS: Final = ("H0", "H1", "H2", "H3", "H4", "H5", "H6")
# Goods of other editions are left out: no table of correspondence is held that says which subheadings stayed the same.
EDITION_KEPT: Final = "H6"
# Comtrade's codes that M49 does not have, or has otherwise (its list of reporters, December 2025; 381 is Italy's in
# older answers).
OWN_CODES: Final = {"842": "USA", "251": "FRA", "699": "IND", "579": "NOR", "757": "CHE", "381": "ITA", "899": "_X"}
WORLD_CODE: Final = "0"
# "Other Asia, not elsewhere specified" holds Taiwan, which is named nowhere else, and for these two far more.
OTHER_ASIA: Final = "490"
OTHER_ASIA_AREA: Final = "TWN"
BOOK_MORE_THERE: Final = ("SAU", "ARE")
OTHER_ASIA_SAYS: Final = "published as Other Asia, not elsewhere specified, which holds Taiwan"
ESTIMATE_SAYS: Final = "not reported: an estimate of the United Nations"
SUM_SAYS: Final = "a sum that the United Nations made of reported figures"
# Partners that are no area of ours: what nobody is named for, remainders, groups, and states that are gone. Codes as
# clients of the publisher list them (partnerAreas.json); no copy of that list is recorded.
NO_AREA_OF_OURS: Final = {
    "837": "Bunkers", "838": "Free Zones", "839": "Special Categories", "129": "Caribbean, nes",
    "221": "Eastern Europe, nes", "290": "Northern Africa, nes", "471": "CACM, nes", "472": "Africa CAMEU region, nes",
    "473": "LAIA, nes", "492": "Europe EU, nes", "527": "Oceania, nes", "536": "Neutral Zone",
    "568": "Other Europe, nes", "577": "Other Africa, nes", "636": "Rest of America, nes",
    "637": "North America and Central America, nes", "697": "Europe EFTA, nes",
    "849": "US Miscellaneous Pacific Islands", "879": "Western Asia, nes", "97": "European Union", "975": "ASEAN",
    "530": "Netherlands Antilles (to 2010)", "736": "Sudan (to 2011)", "891": "Serbia and Montenegro (to 2006)",
    "58": "Belgium-Luxembourg (to 1998)", "80": "British Antarctic Territory", "412": "Kosovo",
    "488": "Midway Islands", "830": "Channel Islands", "872": "Wake Island",
}  # fmt: skip


def parse_trade(content: bytes, place: str = SOURCE) -> pl.DataFrame:
    """Read an answer as published: (rows, FIELDS), all text, null where it is null.

    Raises:
        SourceChanged: the body is not JSON of the known shape, tells an error, or holds another number of rows than it
            says.
    """
    try:
        answer: Any = json.loads(content, parse_float=_plain, parse_int=str)
    except ValueError as error:
        raise SourceChanged(f"{place}: not JSON ({error}); it begins {content[:60]!r}") from error
    rows = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise SourceChanged(f"{place}: no list of rows under `data`; it begins {content[:60]!r}")
    if answer.get("error"):
        raise SourceChanged(f"{place}: the publisher says {str(answer['error'])[:200]!r}")
    if answer.get("count") != str(len(rows)):
        raise SourceChanged(f"{place}: {len(rows):,} rows under `data`, but `count` says {answer.get('count')}")
    if missing := sorted({name for row in rows for name in FIELDS if name not in row}):
        raise SourceChanged(f"{place}: rows lack the fields {missing}; they have {sorted(rows[0])[:60]}")
    columns = {name: [_text(row[name]) for row in rows] for name in FIELDS}
    return pl.DataFrame(columns, schema=dict.fromkeys(FIELDS, pl.String))


def tidy_trade(published: pl.DataFrame, part: str, partition: Partition, place: str = SOURCE) -> pl.DataFrame:
    """Shape an answer into the compute_exports contract.

    Args:
        published: (rows of one reporter and year, FIELDS), text, current US dollars, from `parse_trade`.
        part: totals or goods.
        partition: the year and reporter asked.
        place: for messages.

    Returns:
        (flows of all partners and goods, contract columns without provenance); obs_value in USD. Goods of other
        editions than EDITION_KEPT, partners of NO_AREA_OF_OURS and goods that return to their own country are left out.

    Raises:
        SourceChanged: another reporter, year, flow, commodity, edition or partner than is known; several rows of one
            partner, flow and commodity; a value that is no number.
    """
    _require_asked(published, part, partition, place)
    areas = _partner_areas(partition.reporter)
    partners = published["partnerCode"]
    require_known(partners, [*areas, *NO_AREA_OF_OURS, OTHER_ASIA], place, "codes in partnerCode")
    is_kept = partners.is_in(list(areas)) & (partners.replace(areas) != partition.reporter)
    if part == "goods":
        is_kept &= published["classificationCode"] == EDITION_KEPT
    kept = published.filter(is_kept)
    numbers = kept.with_columns(
        *(to_decimal(name, place, kept) for name in ("primaryValue", "cifvalue", "fobvalue")),
        pl.col("partnerCode").replace_strict(areas, return_dtype=pl.String).alias("counterpart_area"),
    )
    _require_single(numbers, ["flowCode", "counterpart_area", "cmdCode"], place)
    is_missing = pl.col("primaryValue").is_null()
    is_estimate = (pl.col("isReported") == "false") & (pl.col("isAggregate") == "false")
    is_sum = pl.col("isAggregate") == "true"
    is_other_asia = pl.col("partnerCode") == OTHER_ASIA
    return numbers.select(
        freq=pl.lit("A"),
        ref_area=pl.lit(partition.reporter),
        counterpart_area="counterpart_area",
        flow="flowCode",
        product=pl.lit("TOTAL") if part == "totals" else pl.concat_str(pl.lit("HS22_"), "cmdCode"),
        time_period="period",
        obs_value="primaryValue",
        unit_measure=pl.lit("USD"),
        valuation=_valuation(),
        basis=pl.lit("MIXED"),
        obs_status=pl.when(is_missing)
        .then(pl.lit("O"))
        .when(is_estimate)
        .then(pl.lit("E"))
        .when(is_other_asia)
        .then(pl.lit("D"))
        .otherwise(pl.lit("A")),
        comment_obs=pl.concat_str(
            pl.when(is_other_asia).then(pl.lit(OTHER_ASIA_SAYS)),
            pl.when(is_estimate).then(pl.lit(ESTIMATE_SAYS)).when(is_sum).then(pl.lit(SUM_SAYS)),
            separator="; ",
            ignore_nulls=True,
        ).replace("", None),
    )


def read_answer(answer: Answer) -> pl.DataFrame:
    """Read an answer of one reporter and year, see `tidy_trade`."""
    return tidy_trade(parse_trade(answer.content, answer.place), answer.part, answer.partition, answer.place)


def _live() -> Live:
    live = load_contracts().source(SOURCE).live
    if live is None:
        raise ContractError(f"schemas/sources/{SOURCE}.yaml: the block `live` is missing")
    return live


def _partner_areas(reporter: str) -> dict[str, str]:
    """Comtrade's partner codes to area ids, for one reporter."""
    codes = {str(int(code)): area for code, area in area_codes("m49").items()} | OWN_CODES
    # 492 is Monaco in M49, and a remainder of Europe here: France's customs area holds Monaco.
    codes = {code: area for code, area in codes.items() if code not in NO_AREA_OF_OURS}
    return codes if reporter in BOOK_MORE_THERE else codes | {OTHER_ASIA: OTHER_ASIA_AREA}


def _require_asked(published: pl.DataFrame, part: str, partition: Partition, place: str) -> None:
    """Stop unless the rows are what was asked for, once each.

    Raises:
        SourceChanged: naming the column and what stands in it.
    """
    live = _live()
    goods = live.requests[part].parameters["cmdCode"]
    expected = {
        "freqCode": ["A"],
        "period": [partition.period],
        "reporterCode": [live.partitions.reporters[partition.reporter]],
        "flowCode": FLOWS,
        "cmdCode": goods.split(",") if isinstance(goods, str) else goods,
        "classificationCode": EDITIONS,
        "isReported": ["true", "false"],
        "isAggregate": ["true", "false"],
    }
    _require_single(published, ["flowCode", "partnerCode", "cmdCode"], place)
    for column, value in TOTALS_ONLY.items():
        expected[column] = [value]
    for column, known in expected.items():
        require_known(published[column], known, place, f"values in {column}")


def _require_single(rows: pl.DataFrame, key: list[str], place: str) -> None:
    """Stop if a partner's flow stands more than once: it would be counted several times.

    Raises:
        SourceChanged: with the first of them, and what tells its rows apart.
    """
    twice = rows.filter(pl.struct(key).is_duplicated())
    if twice.is_empty():
        return
    first = twice.row(0, named=True)
    same = twice.filter(pl.all_horizontal(pl.col(name) == first[name] for name in key))
    differ = [name for name in (*TOTALS_ONLY, "partnerCode", "classificationCode") if same[name].n_unique() > 1]
    raise SourceChanged(
        f"{place}: {same.height} rows of {', '.join(f'{name} {first[name]}' for name in key)}, which differ in "
        f"{', '.join(differ) or 'nothing that we read'}; expected one. Ask for the totals "
        f"({', '.join(f'{name}={value}' for name, value in TOTALS_ONLY.items())}), else values are counted twice"
    )


def _valuation() -> pl.Expr:
    """CIF or FOB where the value is one of the two that a row states; blank where it is neither."""
    is_cif = (pl.col("primaryValue") == pl.col("cifvalue")).fill_null(value=False)
    is_fob = (pl.col("primaryValue") == pl.col("fobvalue")).fill_null(value=False)
    is_import = pl.col("flowCode").is_in(["M", "RM"])
    return (
        pl.when(is_cif & (is_import | ~is_fob))
        .then(pl.lit("CIF"))
        .when(is_fob)
        .then(pl.lit("FOB"))
        .otherwise(pl.lit(None, dtype=pl.String))
    )


def _plain(number: str) -> str:
    """A number without an exponent: large ones come as 1.5E+15."""
    return format(Decimal(number), "f")


def _text(value: object) -> str | None:
    return str(value).lower() if isinstance(value, bool) else None if value is None else str(value)


def read_announced(content: bytes, periods: Sequence[str]) -> dict[str, str]:
    """Partition to a mark of what the publisher says it holds of a reporter and year.

    No answer of this kind was seen: of its rows the reporter's code is read, and a row as a whole is the mark.

    Args:
        content: the list of what is available in one year, reporters that are not ours among them.
        periods: that year.

    Raises:
        SourceChanged: it is no such list.
    """
    live = load_contracts().source(SOURCE).live
    areas = {code: area for area, code in live.partitions.reporters.items()} if live else {}
    try:
        rows = [(str(row["reporterCode"]), json.dumps(row, sort_keys=True)) for row in json.loads(content)["data"]]
    except (KeyError, TypeError, ValueError) as error:
        raise SourceChanged(
            f"{SOURCE}: the list of what is available has no data with reporterCode ({error})"
        ) from error
    told = {area: sorted(row for known, row in rows if known == code) for code, area in areas.items()}
    return {
        Partition(period, area).key: sha256("\n".join(found).encode()).hexdigest()
        for period in periods
        for area, found in told.items()
        if found
    }


pull_un_comtrade = pull_asset(SOURCE)
core_un_comtrade = live_core(SOURCE)
