"""Dagster resources: the snapshot store, the tables under construction, the warehouse."""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import dagster as dg
import polars as pl

from compact_pipelines.contracts import Source, Table, load_contracts
from compact_pipelines.contracts.judges import Finding
from compact_pipelines.errors import SourceChanged, WarehouseError
from compact_pipelines.fingerprints import code_fingerprint, live_state
from compact_pipelines.live.answers import Partition
from compact_pipelines.live.rows import live_rows, replaced
from compact_pipelines.live.telling import is_free, unreadable
from compact_pipelines.snapshots import Snapshot, SnapshotStore, read_row, write_atomically
from compact_pipelines.staleness import CODE
from compact_pipelines.warehouse.build import write_parquet
from compact_pipelines.warehouse.layout import Layout
from compact_pipelines.warehouse.vintages import current_view, read_log

if TYPE_CHECKING:
    from compact_pipelines.live.pulling import Pulled

# In the footer of the frame of an asset that rests on what is believed live: what that was.
LIVE_STATE: Final = "live_state"
# Metadata of an asset whose rows not everybody may see: Dagster is told of no value in it.
IS_CONFIDENTIAL: Final = "is_confidential"
# Metadata of what partners have sent: the state of the exchange that the rows are of.
EXCHANGE_STATE: Final = "exchange_state"
PREVIEW_ROWS: Final = 5
PREVIEW_CHARACTERS: Final = 60


class Snapshots(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Takes sources into the snapshot store; today from the embedded edition."""

    data_root: str

    def take(self, source_id: str, part: str) -> Snapshot:
        """Keep the bytes of one part of a source and write their ledger row.

        Raises:
            SourceChanged: the bytes are missing or are not those their origin vouches for.
        """
        return SnapshotStore.at(self.data_root).take_embedded(source_id, part)

    def ledger(self) -> list[Snapshot]:
        """Every reading ever taken."""
        return SnapshotStore.at(self.data_root).ledger()


class LiveRows(dg.ConfigurableResource):  # type: ignore[type-arg]
    """What is believed of the sources that are asked live."""

    data_root: str

    def rows(self, source_id: str, rates: pl.DataFrame | None = None) -> dg.Output[pl.DataFrame]:
        """The believed rows of a source in its contract, see `live.rows.live_rows`."""
        return self._output(source_id, lambda root, source: live_rows(root, source, rates))

    def beside(
        self, source_id: str, embedded: pl.DataFrame, rates: pl.DataFrame | None = None
    ) -> dg.Output[pl.DataFrame]:
        """Embedded rows, with those of partitions that are believed live in their place."""
        return self._output(
            source_id, lambda root, source: replaced(embedded, live_rows(root, source, rates), root, source)
        )

    def pull(self, source_id: str, partition: Partition) -> "Pulled":
        """Ask the publisher for one partition, see `live.pulling.pull`."""
        from compact_pipelines.live.embedded import embedded_rows  # noqa: PLC0415  (an edition asks nobody)
        from compact_pipelines.live.hosts import open_wire  # noqa: PLC0415
        from compact_pipelines.live.pulling import pull  # noqa: PLC0415

        root = Path(self.data_root)
        embedded = partial(embedded_rows, load_contracts().source(source_id))
        with open_wire(root) as wire:
            return pull(root, source_id, partition, wire, embedded=embedded)

    def standing(self, source_id: str, partition: Partition) -> str:
        """What stands of a partition that brought nothing to believe, and what to do; see `live.standing`."""
        from compact_pipelines.live.standing import told_standing  # noqa: PLC0415  (an edition asks nobody)

        source = load_contracts().source(source_id)
        return told_standing(Path(self.data_root), source, partition, dt.datetime.now(dt.UTC))

    def announced(self, source: Source, at: dt.datetime) -> dict[str, str]:
        """What the publisher announces, see `live.announcements.announced_marks`; a sensor has little time to wait."""
        from compact_pipelines.live.announcements import PATIENCE, announced_marks  # noqa: PLC0415
        from compact_pipelines.live.hosts import open_wire  # noqa: PLC0415

        with open_wire(Path(self.data_root), patience=PATIENCE) as wire:
            return announced_marks(source, wire, at)

    def _output(self, source_id: str, read: Callable[[Path, Source], pl.DataFrame]) -> dg.Output[pl.DataFrame]:
        """The rows, and what was believed before they were read: what comes meanwhile makes them stale."""
        root = Path(self.data_root)
        state = live_state(root).get(source_id)
        source = load_contracts().source(source_id)
        try:
            rows = read(root, source)
        except SourceChanged:
            if is_free(source):
                raise
        else:
            return dg.Output(rows, metadata={LIVE_STATE: state} if state else {})
        raise unreadable(source_id)  # outside, so that Dagster is not handed what was caught: it may name figures


class Warehouse(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The data root as assets see it: the log of values, check records, the frames under construction.

    Attributes:
        data_root: where everything is kept.
        at: the time at which an edition is made, ISO 8601 with its offset, so that all its assets agree on which
            embargoes have ended; the clock's if blank.
    """

    data_root: str
    at: str = ""

    def now(self) -> dt.datetime:
        """The UTC time that decides which embargoes have ended."""
        return dt.datetime.fromisoformat(self.at).astimezone(dt.UTC) if self.at else dt.datetime.now(dt.UTC)

    @property
    def layout(self) -> Layout:
        """The paths."""
        return Layout(Path(self.data_root))

    def known_rows(self, table: Table) -> pl.DataFrame:
        """The current view of the log of one theme table, as the served edition left it."""
        pointer = self.layout.pointer()
        return current_view(read_log(self.layout.vintages, table, pointer.number if pointer else 0), table)

    def frame(self, asset: str) -> pl.DataFrame:
        """A frame under construction."""
        return pl.read_parquet(self.layout.frame(asset))

    def require_present_code(self, assets: Iterable[str]) -> None:
        """Stop unless every frame was computed by the code that is here now.

        Raises:
            WarehouseError: naming the frames that other code left.
        """
        now = code_fingerprint()
        old = [name for name in assets if pl.read_parquet_metadata(self.layout.frame(name)).get(CODE) != now]
        if old:
            raise WarehouseError(
                f"{', '.join(old)}: computed by other code than is here now; materialise them together with the edition"
            )

    def live_state(self, cores: Iterable[str]) -> dict[str, str]:
        """Source to what was believed of it when its frame was made; sources that nothing was are left out."""
        footers = {name.removeprefix("core_"): pl.read_parquet_metadata(self.layout.frame(name)) for name in cores}
        return {source: footer[LIVE_STATE] for source, footer in footers.items() if footer.get(LIVE_STATE)}

    def exchange_state(self, drops: Iterable[str]) -> str:
        """The state of the exchange that some frames are of; a text that is no state where they are of several."""
        states = {pl.read_parquet_metadata(self.layout.frame(name)).get(EXCHANGE_STATE, "") for name in drops}
        return " ".join(sorted(states))

    def taken(self) -> list[Snapshot]:
        """The snapshots from which the frames under construction are read."""
        return [read_row(path, self.layout.root) for path in sorted(self.layout.building.glob("raw_*.json"))]

    def record_check(  # noqa: PLR0913  (a check record has these fields)
        self, table: str, check: str, findings: list[Finding], *, says: str, rows: int, blocking: bool
    ) -> dict[str, Any]:
        """Keep the outcome of a check beside the frame it judged, for the edition to publish and rely on."""
        found = "; ".join(str(finding) for finding in findings)
        record = {
            "table_name": table,
            "check_name": check,
            "is_passed": not findings,
            "is_blocking": blocking,
            "rows_count": rows,
            "failed_count": sum(finding.rows for finding in findings),
            "description": found or says,
        }
        judged = {**record, "judged_sha256": self._fingerprint(table)}
        write_atomically(self.layout.checks / f"{table}.{check}.json", json.dumps(judged, indent=1).encode())
        return record

    def check_records(self, expected: dict[str, list[str]]) -> pl.DataFrame:
        """The outcomes of all checks, one row each, if each judged the frame that is here now.

        Args:
            expected: table to the names of its checks.

        Raises:
            WarehouseError: a check has not run on this frame, or a blocking one has failed.
        """
        records = []
        for table, checks in expected.items():
            for check in checks:
                path = self.layout.checks / f"{table}.{check}.json"
                record = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
                if record.pop("judged_sha256", None) != self._fingerprint(table):
                    raise WarehouseError(
                        f"check {check} has not judged the present {table}; "
                        f"materialise {table} together with its checks"
                    )
                if record["is_blocking"] and not record["is_passed"]:
                    raise WarehouseError(f"{table} fails {check}: {record['description']}")
                records.append(record)
        return pl.DataFrame(records)

    def _fingerprint(self, asset: str) -> str:
        """Of a frame; of a theme table together with all that is known, which its checks judge too."""
        frames = [self.layout.frame(name) for name in (asset, f"known_{asset}")]
        return hashlib.sha256(b"".join(path.read_bytes() for path in frames if path.exists())).hexdigest()


class Tables(dg.ConfigurableIOManager):
    """Hands frames from asset to asset as Parquet, and snapshots as their ledger row."""

    data_root: str

    def handle_output(self, context: dg.OutputContext, obj: object) -> None:
        """Write a frame or a snapshot under its asset's name."""
        layout = Layout(Path(self.data_root))
        name = context.asset_key.to_user_string()
        if isinstance(obj, pl.DataFrame):
            told = {name: context.output_metadata.get(name) for name in (EXCHANGE_STATE, LIVE_STATE)}
            footer = {name: str(value.value) for name, value in told.items() if value}
            write_parquet(obj, layout.frame(name), {CODE: code_fingerprint(), **footer})
            is_confidential = bool((context.definition_metadata or {}).get(IS_CONFIDENTIAL))
            context.add_output_metadata(_described(obj, with_rows=not is_confidential))
        elif isinstance(obj, Snapshot):
            write_atomically(layout.building / f"{name}.json", obj.model_dump_json(indent=1).encode())
            context.add_output_metadata(
                {
                    "snapshot": obj.snapshot_id,
                    "size_bytes": obj.size_bytes,
                    "sha256": obj.sha256,
                    "licence": obj.licence,
                }
            )
        else:
            raise TypeError(f"asset {name} returned {type(obj).__name__}; assets return a frame or a snapshot")

    def load_input(self, context: dg.InputContext) -> pl.DataFrame | Snapshot:
        """Read what `handle_output` wrote."""
        layout = Layout(Path(self.data_root))
        name = context.asset_key.to_user_string()
        row = layout.building / f"{name}.json"
        if row.exists():
            return read_row(row, layout.root)
        return pl.read_parquet(layout.frame(name))


class Nothing(dg.IOManager):
    """For assets that leave their work elsewhere: hands on nothing, from one process to another neither."""

    def handle_output(self, context: dg.OutputContext, obj: object) -> None:
        """Keep nothing."""

    def load_input(self, context: dg.InputContext) -> None:
        """Say that there is nothing.

        Raises:
            TypeError: always; who comes after such an asset names it in `deps`.
        """
        raise TypeError(f"asset {context.asset_key.to_user_string()} hands on nothing; name it in `deps`")


def _described(frame: pl.DataFrame, *, with_rows: bool) -> dict[str, Any]:
    """What Dagster shows of a frame: rows, span, columns with their types, the first rows if all may see them."""
    described: dict[str, Any] = {
        "dagster/row_count": frame.height,
        "dagster/column_schema": dg.TableSchema(
            columns=[dg.TableColumn(name, str(dtype)) for name, dtype in frame.schema.items()]
        ),
    }
    if with_rows:
        described["preview"] = dg.MetadataValue.md(_as_markdown(frame.head(PREVIEW_ROWS)))
    if "time_period" in frame.columns and not frame.is_empty():
        periods = frame["time_period"].cast(pl.String)
        described["span"] = " to ".join([str(periods.min()), str(periods.max())])
    return described


def _as_markdown(frame: pl.DataFrame) -> str:
    lines = ["| " + " | ".join(frame.columns) + " |", "|" + " --- |" * frame.width]
    lines += [
        "| " + " | ".join(_cell(cell) for cell in row) + " |" for row in frame.cast(pl.String, strict=False).iter_rows()
    ]
    return "\n".join(lines)


def _cell(cell: str | None) -> str:
    return "" if cell is None else cell.replace("|", "\\|").replace("\n", " ")[:PREVIEW_CHARACTERS]
