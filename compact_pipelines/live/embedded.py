"""The figures that came with the program, as rows to judge a publisher's first answer by.

They are read by the source's own module, as an edition reads them, in the publisher's currency, which is what an answer
is in before exchange rates are applied.
"""

import datetime as dt
import inspect
from functools import cache
from importlib import import_module
from typing import Any, Final

import polars as pl

from compact_pipelines.contracts import Source, load_contracts
from compact_pipelines.live.reading import UNIT
from compact_pipelines.snapshots import SNAPSHOT_HASH_DIGITS, Snapshot, embedded_folder, origin_part, read_origin

# What the asset of a source's rows is handed.
RATES: Final = "exchange_rates"
LIVE: Final = "live"
FIRST_YEAR: Final = 1960


def embedded_rows(source: Source) -> pl.DataFrame | None:
    """The embedded rows of a source, in the publisher's currency; None where nothing of it is embedded.

    Raises:
        SourceChanged: the embedded bytes are missing, or are not those that their origin vouches for.
    """
    return _read(source.id) if source.parts else None


class _Alone:
    """Stands in for what is believed live: nothing is set beside the embedded rows."""

    @staticmethod
    def beside(_: str, embedded: pl.DataFrame, *__: object) -> pl.DataFrame:
        return embedded


@cache
def _read(source_id: str) -> pl.DataFrame:
    """Once a process: a backfill judges many first answers."""
    source = load_contracts().source(source_id)
    core = getattr(import_module(f"compact_pipelines.datasets.{source.theme}.{source_id}"), f"core_{source_id}")
    read = core.op.compute_fn.decorated_fn
    currency = source.live.currency if source.live else ""
    handed = {name: _handed(source, name, currency) for name in inspect.signature(read).parameters}
    rows: pl.DataFrame = read(**handed)
    return rows.with_columns(pl.lit(currency).alias(UNIT)) if RATES in handed else rows


def _handed(source: Source, name: str, currency: str) -> Any:
    if name == LIVE:
        return _Alone()
    if name == RATES:
        return _at_par(currency)
    return _embedded_snapshot(source, name.removeprefix(f"raw_{source.id}__"))


def _embedded_snapshot(source: Source, part: str) -> Snapshot:
    """The embedded bytes of a part where they are: nothing is kept anew."""
    origin = origin_part(source.id, part)
    return Snapshot(
        snapshot_id=f"{source.id}.{part}.{origin.sha256[:SNAPSHOT_HASH_DIGITS]}",
        source_id=source.id,
        part=part,
        sha256=origin.sha256,
        size_bytes=origin.size_bytes,
        url=source.url,
        retrieved_at=dt.datetime.combine(read_origin(source.id).figures_taken, dt.time(), tzinfo=dt.UTC),
        licence=source.licence.name,
        http_status=None,
        is_embedded=True,
        path=embedded_folder(source.id) / origin.file,
    )


def _at_par(currency: str) -> pl.DataFrame:
    """Exchange rates that leave every figure as it is."""
    years = range(FIRST_YEAR, dt.datetime.now(dt.UTC).year + 1)
    months = [f"{year}-{month:02}" for year in years for month in range(1, 13)]
    rates = pl.DataFrame({"currency": currency, "time_period": months, "units_per_usd": "1"})
    return rates.with_columns(pl.col("units_per_usd").cast(pl.Decimal(28, 6)))
