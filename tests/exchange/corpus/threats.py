"""The corpus: every entry, by the class of threat it belongs to."""

from typing import Final

from tests.exchange.corpus import (
    brakes,
    csv_forms,
    figures,
    folders,
    forgeries,
    manifests,
    parquets,
    replays,
    sdmx_files,
    texts,
    voices,
    workbooks,
)
from tests.exchange.corpus.building import Entry

THREATS: Final[dict[str, list[Entry]]] = {
    "forged or altered": forgeries.ENTRIES,
    "manifest that is none": manifests.ENTRIES,
    "replayed or out of turn": replays.ENTRIES,
    "path, link, pipe": folders.ENTRIES,
    "file that is no CSV": csv_forms.ENTRIES,
    "figure that is none": figures.ENTRIES,
    "another's voice, wildcard delete": voices.ENTRIES,
    "text that would act": texts.ENTRIES,
    "workbook that does more": workbooks.ENTRIES,
    "Parquet that is more": parquets.ENTRIES,
    "SDMX-CSV": sdmx_files.ENTRIES,
    "too large, too wrong, too much": brakes.ENTRIES,
}
ENTRIES: Final = {(threat, entry.name): entry for threat, entries in THREATS.items() for entry in entries}
