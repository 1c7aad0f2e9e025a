"""What Japan says it trades in chips and computers, by subheading, partner and month.

Source: Ministry of Finance, Trade Statistics of Japan in e-Stat; see schemas/sources/japan_estat.yaml.
Revised: every month, a year in March and November of the next.
Quirks: one class is an object, several are a list; pages may divide the goods of one sum; values are text, with marks
explained in the same answer; months are codes of a class, and those not out yet hold zeros; countries by numbers of
Japan Customs.
"""

import json
from typing import Any, Final

import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import require_known
from compact_pipelines.live.answers import Answer
from compact_pipelines.live.scaling import scaled
from compact_pipelines.pulls import live_core, pull_asset

SOURCE: Final = "japan_estat"
THEME: Final = "compute_exports"
CELL: Final = ["cat01", "cat02", "area", "time"]
UNSTATED: Final = "unstated"
# The code of January's value, and the step to that of the next month.
JANUARY: Final = 170
MONTH_STEP: Final = 30
MONTHS: Final = {str(JANUARY + MONTH_STEP * number): f"{number + 1:02d}" for number in range(12)}
GOODS: Final = r"^[0-9]{9}$"
YEAR: Final = r"^[0-9]{4}000000$"
SUBHEADING_DIGITS: Final = 6
# Goods within the ranges asked that we do not hold: office machines (8472), parts of machines other than computers.
NOT_TAKEN: Final = r"^(8472|8473[1245])"
FLOWS: Final = {"exports": "X", "imports": "M"}
VALUATIONS: Final = {"X": "FOB", "M": "CIF"}
BASES: Final = {"X": "LAST_SHIPMENT", "M": "ORIGIN"}
# Marks that answers explain in their notes.
MARKS: Final = {
    "-": ("O", "published as a hyphen: no figure to be had"),
    "***": ("O", "published as three stars: not surveyed"),
    "X": ("Q", "published as X: confidential"),
}
# 50 and the number of Japan Customs, our area, and what the publisher's name of it must hold.
AREAS: Final = {
    "50103": ("KOR", "大韓民国"),
    "50105": ("CHN", "中華人民共和国"),
    "50106": ("TWN", "台湾"),
    "50108": ("HKG", "香港"),
    "50110": ("VNM", "ベトナム"),
    "50111": ("THA", "タイ"),
    "50112": ("SGP", "シンガポール"),
    "50113": ("MYS", "マレーシア"),
    "50117": ("PHL", "フィリピン"),
    "50118": ("IDN", "インドネシア"),
    "50123": ("IND", "インド"),
    "50135": ("BHR", "バーレーン"),
    "50137": ("SAU", "サウジアラビア"),
    "50138": ("KWT", "クウェート"),
    "50140": ("QAT", "カタール"),
    "50141": ("OMN", "オマーン"),
    "50143": ("ISR", "イスラエル"),
    "50147": ("ARE", "アラブ首長国連邦"),
    "50202": ("NOR", "ノルウェー"),
    "50203": ("SWE", "スウェーデン"),
    "50204": ("DNK", "デンマーク"),
    "50205": ("GBR", "英国"),
    "50206": ("IRL", "アイルランド"),
    "50207": ("NLD", "オランダ"),
    "50208": ("BEL", "ベルギー"),
    "50210": ("FRA", "フランス"),
    "50213": ("DEU", "ドイツ"),
    "50215": ("CHE", "スイス"),
    "50218": ("ESP", "スペイン"),
    "50220": ("ITA", "イタリア"),
    "50222": ("FIN", "フィンランド"),
    "50223": ("POL", "ポーランド"),
    "50234": ("TUR", "トルコ"),
    "50245": ("CZE", "チェコ"),
    "50302": ("CAN", "カナダ"),
    "50304": ("USA", "アメリカ合衆国"),
    "50305": ("MEX", "メキシコ"),
    "50311": ("CRI", "コスタリカ"),
    "50401": ("COL", "コロンビア"),
    "50407": ("PER", "ペルー"),
    "50409": ("CHL", "チリ"),
    "50410": ("BRA", "ブラジル"),
    "50551": ("ZAF", "南アフリカ"),
    "50601": ("AUS", "オーストラリア"),
    "50606": ("NZL", "ニュージーランド"),
}


def parse_table(content: bytes) -> tuple[pl.DataFrame, dict[str, dict[str, str]], int]:
    """Read an answer as published.

    Returns:
        (cells, [the classes, unit, value]), text, for each class its codes with their names, and how many cells the
        publisher tells of on all pages. A cell that states no unit has that of one of its classes, or `unstated`.

    Raises:
        SourceChanged: the body is not such an answer.
    """
    try:
        table = json.loads(content.decode("utf-8-sig"))["GET_STATS_DATA"]["STATISTICAL_DATA"]
        total = int(table["RESULT_INF"]["TOTAL_NUMBER"])
        classes = {one["@id"]: _listed(one["CLASS"]) for one in _listed(table["CLASS_INF"]["CLASS_OBJ"])}
        names = {known: {one["@code"]: str(one["@name"]) for one in found} for known, found in classes.items()}
        units = {
            (known, one["@code"]): one["@unit"] for known, found in classes.items() for one in found if "@unit" in one
        }
        rows = [
            [*(cell[f"@{known}"] for known in names), _unit(cell, units), str(cell["$"])]
            for cell in _listed(table["DATA_INF"]["VALUE"])
        ]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SourceChanged(
            f"{SOURCE}: not an answer of getStatsData as we know it ({type(error).__name__}: {error}); it begins "
            f"{content[:80]!r}"
        ) from error
    return pl.DataFrame(rows, schema=dict.fromkeys([*names, "unit", "value"], pl.String), orient="row"), names, total


def _listed(found: Any) -> list[Any]:
    """A list, which the publisher leaves out around a single item."""
    return found if isinstance(found, list) else [found]


def _unit(cell: dict[str, Any], units: dict[tuple[str, str], str]) -> str:
    if "@unit" in cell:
        return str(cell["@unit"])
    of_classes = (units.get((name[1:], code)) for name, code in cell.items())
    return next((str(unit) for unit in of_classes if unit), UNSTATED)


def tidy_table(published: pl.DataFrame, names: dict[str, dict[str, str]], flow: str, period: str) -> pl.DataFrame:
    """Add goods of nine digits up to six and shape one month into the compute_exports contract.

    Args:
        published: (cells, the classes, unit, value), text, thousand yen, from `parse_table`.
        names: class to code to the publisher's name, likewise.
        flow: X or M, which the table is about.
        period: the month that is taken, such as 2026-01.

    Returns:
        (subheadings and partners of that month, contract columns without provenance); obs_value in yen.

    Raises:
        SourceChanged: the classes are others, a code, name, unit or mark is unknown, a value is no number.
    """
    if lost := [name for name in CELL if name not in published.columns]:
        raise SourceChanged(f"{SOURCE}: classes {lost} are missing; found {published.columns}. Is it another table?")
    _require_codes(published, names)
    products = _products()
    month = pl.concat_str(pl.col("time").str.head(4), pl.lit("-"), pl.col("cat02").replace_strict(MONTHS))
    taken = published.filter(month == period, ~pl.col("cat01").str.contains(NOT_TAKEN)).with_columns(
        subheading=pl.col("cat01").str.head(SUBHEADING_DIGITS), value=pl.col("value").str.replace_all(",", "")
    )
    require_known(taken["subheading"], products, SOURCE, "subheadings in cat01")
    amounts = taken.with_columns(
        amount=scaled(taken, "value", load_contracts().source(SOURCE), dict.fromkeys(MARKS, "")),
        mark=pl.when(pl.col("value").is_in(list(MARKS))).then("value"),
    )
    sums = amounts.group_by("subheading", "area").agg(
        total=pl.when(pl.col("amount").count() > 0).then(pl.col("amount").sum()),
        marked=pl.col("mark").count(),
        mark=pl.col("mark").drop_nulls().sort().last(),
        goods=pl.len(),
    )
    return _rows(sums, products, flow, period)


def _rows(sums: pl.DataFrame, products: dict[str, str], flow: str, period: str) -> pl.DataFrame:
    is_nothing, is_marked = pl.col("total").fill_null(0) == 0, pl.col("marked") > 0
    of_mark = {mark: told[0] for mark, told in MARKS.items()}
    comment = (
        pl.when(is_nothing & is_marked)
        .then(pl.col("mark").replace_strict({mark: told[1] for mark, told in MARKS.items()}, default=None))
        .when(is_nothing)
        .then(pl.lit("published as 0, which may mean that the month is not out yet"))
        .when(is_marked)
        .then(pl.format("{} of {} goods have no figure", "marked", "goods"))
    )
    return sums.select(
        freq=pl.lit("M"),
        ref_area=pl.lit("JPN"),
        counterpart_area=pl.col("area").replace_strict({code: area for code, (area, _) in AREAS.items()}),
        flow=pl.lit(flow),
        product=pl.col("subheading").replace_strict(products, return_dtype=pl.String),
        time_period=pl.lit(period),
        obs_value=pl.when(~is_nothing).then("total"),
        unit_measure=pl.lit("JPY"),
        valuation=pl.lit(VALUATIONS[flow]),
        basis=pl.lit(BASES[flow]),
        obs_status=pl.when(is_nothing & is_marked)
        .then(pl.col("mark").replace_strict(of_mark, default=None))
        .when(is_nothing)
        .then(pl.lit("O"))
        .when(is_marked)
        .then(pl.lit("U"))
        .otherwise(pl.lit("A")),
        comment_obs=comment,
    )


def _require_codes(published: pl.DataFrame, names: dict[str, dict[str, str]]) -> None:
    require_known(published["cat02"], MONTHS, SOURCE, "codes in cat02")
    require_known(published["area"], AREAS, SOURCE, "countries in area")
    for column, form in {"cat01": GOODS, "time": YEAR}.items():
        if odd := published.filter(~pl.col(column).str.contains(form))[column].unique().sort().head(5).to_list():
            raise SourceChanged(f"{SOURCE}: codes {odd} in {column} are not of the form {form}")
    for code in published["area"].unique().sort():
        area, name = AREAS[code]
        if name not in names["area"].get(code, ""):
            raise SourceChanged(
                f"{SOURCE}: country {code} is called {names['area'].get(code)!r}; as {area} its name holds {name}. "
                "Have the numbers changed?"
            )


def _products() -> dict[str, str]:
    """Six digits of the Harmonized System to our code."""
    codes = load_contracts().codelists["product"].codes
    return {code[5:]: code for code in codes if code.startswith("HS22_") and len(code) == len("HS22_847150")}


def read_pages(answers: list[Answer]) -> pl.DataFrame:
    """The rows of the month that was asked, from all pages of the answer for its year, see `tidy_table`.

    Raises:
        SourceChanged: a page cannot be read, cells are missing or stand twice, or pages disagree on what there is.
    """
    frames, classes, totals = zip(*(parse_table(answer.content) for answer in answers), strict=True)
    published = pl.concat(frames)
    cells = published.select(pl.exclude("unit", "value")).n_unique()
    if {published.height, cells} != set(totals):
        raise SourceChanged(
            f"{SOURCE}: {cells:,} cells came on {len(answers)} pages in {published.height:,} places, and the publisher "
            f"tells of {' or '.join(f'{total:,}' for total in sorted(set(totals)))}; sums would be wrong. Ask again"
        )
    names = {name: {code: told for one in classes for code, told in one[name].items()} for name in classes[0]}
    first = answers[0]
    return tidy_table(published, names, FLOWS[first.part.split("_")[0]], first.partition.period)


pull_japan_estat = pull_asset(SOURCE)
core_japan_estat = live_core(SOURCE)
