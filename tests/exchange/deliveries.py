"""An exchange with a history, for tests of what is published of it. All figures, offices and dates are made up."""

import datetime as dt
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import duckdb
import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.naming import structure_id
from compact_pipelines.exchange.intake import Intake
from compact_pipelines.exchange.partners import Agreement
from compact_pipelines.exchange.published import exchange_tables
from compact_pipelines.warehouse.audiences import NEGOTIATOR
from compact_pipelines.warehouse.layout import PUBLIC, EditionFile, Layout, sha256_of
from tests.exchange.corpus.building import HERE, TRADE, Data, Drop, Row, agreement_of, row, table, write_drop

NORTH: Final = "north-office"  # speaks for Canada
SOUTH: Final = "south-office"  # speaks for the United States
ASKED: Final = "asked-office"  # has agreed to nothing
NAMES: Final = {NORTH: "North-office", SOUTH: "South [office](x) <b>", ASKED: "Asked-office"}
# Cells that some may not see: the first of each pair, then what it is revised to.
CONFIDENTIAL: Final = ("777", "778")
FOR_NEGOTIATORS: Final = ("888", "889")
EMBARGOED: Final = ("999",)
BECAME_CONFIDENTIAL: Final = ("555", "556")
IN_A_BAD_CELL: Final = "1e5"
AUDIENCES: Final = (PUBLIC, NEGOTIATOR, NORTH, SOUTH)
NOW: Final = dt.datetime(2026, 7, 2, tzinfo=dt.UTC)  # when its edition is made
Seen = Callable[[str], dict[str, pl.DataFrame]]
CALENDAR: Final = [{"dataflow": "compute_exports", "freq": "A", "days_after_period": 270}]


def agreements() -> dict[str, Agreement]:
    """Two offices that send, and one that has been asked."""
    asked = agreement_of(ASKED, reporters=["MEX"], calendar=CALENDAR, name=_name(ASKED))
    return {
        NORTH: agreement_of(NORTH, calendar=CALENDAR, name=_name(NORTH)),
        SOUTH: agreement_of(SOUTH, reporters=["USA"], name=_name(SOUTH)),
        ASKED: asked.model_copy(update={"status": "proposed", "keys": []}),
    }


def _name(partner: str) -> dict[str, str]:
    return dict.fromkeys(("en", "fr", "es"), NAMES[partner])


def figure(counterpart: str, year: int, value: str, **cells: str) -> Row:
    """What Canada says it sends, free for publication unless said otherwise."""
    return row(counterpart_area=counterpart, time_period=str(year), obs_value=value, **cells)


def send(root: Path, partner: str, folder: str, lines: list[Row], seq: int, **fields: Any) -> None:
    """Put a signed drop of the trade table into a partner's inbox."""
    data: Data = table(lines)
    said: Mapping[str, Any] = {"structure": structure_id(TRADE), "created": "2026-01-02T00:00:00Z", **fields}
    write_drop(root / "inbox" / partner / folder, Drop({"data.csv": data}, said), partner, seq)


def take_in(root: Path, day: str) -> None:
    """Run an intake on a day."""
    at = dt.datetime.fromisoformat(day).replace(tzinfo=dt.UTC)
    Intake(root, agreements=agreements(), exchange=HERE, now=lambda: at).run()


def send_history(root: Path) -> None:
    """The drops of half a year.

    In the order of their pick-up: north 1 (late, one row held), south 1, north 2 (early; revises, and makes a figure
    confidential), a drop of north's that speaks for another and is rejected, and north 3, which is held.
    """
    first = [
        figure("USA", 2023, "555"),
        figure("USA", 2024, "12.5"),
        figure("MEX", 2024, "777", conf_status="C"),
        figure("DEU", 2024, "888", conf_status="N"),
        figure("FRA", 2024, "999", conf_status="E", embargo_time="2099-01-01T00:00:00Z"),
        figure("JPN", 2024, IN_A_BAD_CELL),
    ]
    send(root, NORTH, "first", first, 1)
    send(root, SOUTH, "south", [row(ref_area="USA", counterpart_area="CAN", time_period="2024", obs_value="7")], 1)
    take_in(root, "2026-01-31T08:00:00")
    second = [
        figure("USA", 2023, "556", conf_status="C"),
        figure("USA", 2024, "13.5"),
        figure("MEX", 2024, "778", conf_status="C"),
        figure("DEU", 2024, "889", conf_status="N"),
        figure("USA", 2025, "14.5"),
    ]
    send(root, NORTH, "june", second, 2)
    take_in(root, "2026-06-29T08:00:00")
    send(root, NORTH, "wrong", [row(ref_area="USA", counterpart_area="MEX", time_period="2025")], 3)
    take_in(root, "2026-06-30T08:00:00")
    third = [figure("USA", 2025, "15.5"), figure("MEX", 2025, "many")]
    send(root, NORTH, "third", third, 3, mode="all_or_nothing")
    take_in(root, "2026-07-01T08:00:00")


def write_effect(root: Path, number: int, *, counterpart: str = "USA", **cells: Any) -> None:
    """What the intake writes where an edition is served: one published figure that a drop moves."""
    usual = {
        "ref_area": "CAN", "counterpart_area": counterpart, "series": "A X TOTAL", "time_period": "2025",
        "source_before": "statcan_cimt", "value_before": 11, "value_after": 14, "rank_before": 2, "rank_after": 1,
        "moved": 1,
    }  # fmt: skip
    kinds = {"value_before": pl.Decimal(28, 6), "value_after": pl.Decimal(28, 6)}
    path = root / "exchange" / "effects" / f"{number}.effects.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    pl.DataFrame([{**usual, **cells}], schema_overrides=kinds).write_parquet(path)


def publish_history(root: Path, edition_root: Path) -> None:
    """Make an edition of the history: the embedded one, with what each audience sees of the exchange.

    Args:
        root: an empty data root.
        edition_root: a data root with the embedded edition.
    """
    root.mkdir()
    send_history(root)
    write_effect(root, 3)
    write_effect(root, 5, value_after=15, moved=2)
    shutil.copytree(edition_root / "editions", root / "editions")
    layout = Layout(root)
    pointer = Layout(edition_root).pointer()
    assert pointer is not None
    files = {}
    for audience in (PUBLIC, NEGOTIATOR, NORTH):
        path = layout.editions / f"edition-000002.{audience}.duckdb"
        shutil.copyfile(layout.editions / pointer.files[PUBLIC].file, path)
        with duckdb.connect(path) as connection:
            for name, frame in exchange_tables(root, audience, load_contracts(), agreements(), NOW).items():
                connection.register("frame", frame)
                connection.execute(f'TRUNCATE "{name}"')
                connection.execute(f'INSERT INTO "{name}" BY NAME SELECT * FROM frame')
            connection.execute("UPDATE edition SET number = 2, audience = $audience", {"audience": audience})
        files[audience] = EditionFile(file=path.name, sha256=sha256_of(path))
    layout.move_pointer(pointer.model_copy(update={"number": 2, "files": files}))


def tables_of(root: Path, audience: str, now: dt.datetime = NOW) -> dict[str, pl.DataFrame]:
    """The tables about the exchange, as an audience gets them."""
    return exchange_tables(root, audience, load_contracts(), agreements(), now)


def texts(tables: dict[str, pl.DataFrame]) -> set[str]:
    """All that stands in any cell: figures without their trailing zeros, and the words of texts."""
    found: set[str] = set()
    for frame in tables.values():
        for column in frame.select(pl.selectors.string()):
            found |= {word.strip("'.,") for text in column.drop_nulls() for word in text.split()}
        for column in frame.select(pl.selectors.decimal()):
            found |= {f"{value.normalize():f}" for value in column.drop_nulls()}
    return found


def of_drop(tables: dict[str, pl.DataFrame], table: str, seq: int, partner: str = NORTH) -> pl.DataFrame:
    """A drop's rows of one of the tables."""
    drops = tables["exchange_drops"].filter(
        pl.col("partner") == partner, pl.col("seq") == seq, pl.col("status") != "REJECTED"
    )
    return tables[table].filter(pl.col("drop_number") == drops["drop_number"][0])
