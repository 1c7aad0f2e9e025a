"""Handing held rows back: files of the rows as they came, so that a partner mends those and no others."""

from pathlib import Path

import numpy as np

from compact_pipelines.contracts import load_contracts
from compact_pipelines.errors import UsageError
from compact_pipelines.exchange.extraction import extract_rows
from compact_pipelines.exchange.held import OPEN, open_held
from compact_pipelines.exchange.ledger import USED, Ledger
from compact_pipelines.exchange.originals import stretches
from compact_pipelines.exchange.replaying import find_drop, limits_of, originals_of


def export_held(data_root: Path, name: str, folder: Path) -> list[tuple[Path, int]]:
    """Write the open held rows of a drop.

    Where a file came as CSV and its rows' bytes were kept, these are written as they are below the header of the
    original; other formats are written as CSV, every cell as it stood.

    Args:
        data_root: where everything is kept.
        name: the drop, by id or as partner/folder.
        folder: a folder that is not there yet.

    Returns:
        Each file written, with its rows.

    Raises:
        UsageError: there is no such drop, nothing of it is held, or the folder is there.
    """
    ledger = Ledger(data_root)
    drop = find_drop(ledger, name)
    if drop["status"] not in USED or drop["dataflow"] is None:
        raise UsageError(f"{drop['drop_id']} is {drop['status']} and holds no rows")
    table = load_contracts().tables[drop["dataflow"]]
    with open_held(data_root, table, drop["partner"]) as connection:
        rows = connection.execute(
            "SELECT file, row, bytes FROM held_rows WHERE drop_id = $id AND state = $open ORDER BY file, row",
            {"id": drop["drop_id"], "open": OPEN},
        ).fetchall()
    if not rows:
        raise UsageError(f"{drop['drop_id']} has no open held row")
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise UsageError(f"{folder} cannot be made ({error.strerror}); name a new folder") from None
    written = []
    for original in originals_of(ledger, drop):
        mine = [(row, content) for file, row, content in rows if file == original.name]
        if not mine:
            continue
        path = folder / f"{Path(original.name).stem}.held.csv"
        if all(content is not None for _, content in mine):
            header = next(stretches(original.path)).cut(np.array([0]))[0].as_py()
            path.write_bytes(b"".join(bytes(content) + b"\n" for content in [header, *(row for _, row in mine)]))
        else:
            extract_rows(original, [row for row, _ in mine], limits_of(drop)).write_csv(path, quote_style="always")
        written.append((path, len(mine)))
    return written
