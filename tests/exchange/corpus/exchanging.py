"""An exchange to send drops to: a data root, two partners, a clock that goes on by a minute with every intake."""

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import polars as pl

from compact_pipelines.exchange.decision import Step
from compact_pipelines.exchange.held import held_frame
from compact_pipelines.exchange.intake import Decided, Intake
from compact_pipelines.exchange.ledger import Ledger
from compact_pipelines.exchange.vintages import open_vintages, stored_rows
from tests.exchange.corpus.building import DATA, HERE, NOW, TRADE, Data, Drop, Row, agreement_of, table, write_drop

NORTH, SOUTH = "north-office", "south-office"
SAID: Final = ("counterpart_area", "time_period", "obs_value", "obs_status", "conf_status", "comment_obs")


class Exchange:
    """A data root and how it is used."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.now = NOW
        self.ledger = Ledger(root)
        self.agreements = {
            NORTH: agreement_of(NORTH),
            SOUTH: agreement_of(SOUTH, reporters=["MEX"]),
        }

    def send(
        self, rows: list[Row] | Mapping[str, Data], seq: int = 1, *, partner: str = NORTH, folder: str = "",
        **fields: Any,
    ) -> Path:  # fmt: skip
        """Upload a signed drop; returns its folder."""
        files = {DATA: table(rows)} if isinstance(rows, list) else rows
        path = self.root / "inbox" / partner / (folder or f"drop-{seq}")
        write_drop(path, Drop(files, fields=fields), partner, seq)
        return path

    def take_in(self, watch: Callable[[Step], None] = lambda _: None, **only: str) -> list[Decided]:
        """One intake."""
        self.now += dt.timedelta(minutes=1)
        intake = Intake(self.root, agreements=self.agreements, exchange=HERE, now=lambda: self.now, watch=watch)
        return intake.run(**only)

    def statuses(self) -> dict[str, str]:
        """Folder to status."""
        return {row["folder"]: row["status"] for row in self.ledger.rows("SELECT * FROM drops ORDER BY number")}

    def current(self) -> list[tuple[Any, ...]]:
        """What partners say now: area, partner and what is said, sorted."""
        return sorted(stored_rows(self.root, TRADE).select("ref_area", "source_id", *SAID).rows(), key=str)

    def values(self) -> dict[str, float]:
        """Period to value, of what the first partner says now."""
        own = stored_rows(self.root, TRADE).filter(pl.col("source_id") == f"drop:{NORTH}")
        rows = own.select("time_period", pl.col("obs_value").cast(pl.Float64)).rows()
        return dict(rows)

    def vintages(self) -> list[tuple[Any, ...]]:
        """Every row ever, but for when it was recorded, by partner and in its order."""
        listed = ", ".join(SAID)
        with open_vintages(self.root, TRADE) as connection:
            rows = connection.execute(
                f"SELECT partner, seq, drop_id, file, row, is_deleted, {listed}, superseded_at IS NULL FROM vintages "
                "ORDER BY partner, time_period, counterpart_area, ordinal"
            )
            return rows.fetchall()

    def held(self) -> pl.DataFrame:
        """All held rows of the trade table."""
        return held_frame(self.root, [TRADE])

    def states(self) -> dict[tuple[int, int], str]:
        """Number of the drop and row to state, of held rows."""
        return {(seq, row): state for seq, row, state in self.held().select("seq", "row", "state").iter_rows()}

    def audit(self) -> list[dict[str, Any]]:
        """The audit log."""
        return self.ledger.rows("SELECT * FROM audit ORDER BY number")

    def files(self) -> set[str]:
        """All files of the exchange and the outbox, by their paths."""
        kept = [path for name in ("exchange", "outbox") for path in (self.root / name).rglob("*") if path.is_file()]
        return {str(path.relative_to(self.root)) for path in kept}
