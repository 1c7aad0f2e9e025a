"""Tables of text with a delimiter, alone or as members of a zip: rows of equal length, every cell text.

What a publisher packs is unpacked only where its own table of contents says that there is room for it.
"""

import csv
import fnmatch
import io
import zipfile
import zlib
from typing import Any, Final

import polars as pl

from compact_pipelines.errors import SourceChanged

MIB: Final = 1024 * 1024
UNPACKED_BYTES: Final = 1024 * MIB
MEMBERS: Final = 1_000
SHOWN: Final = 8


def read_delimited(
    content: bytes, place: str, *, separator: str = ",", encodings: tuple[str, ...] = ("utf-8-sig",), **options: Any
) -> pl.DataFrame:
    """Read a delimited table as published: every cell as text, a blank one as null, rows of equal length.

    Args:
        content: the bytes.
        place: source and part, for messages.
        separator: between cells.
        encodings: the first of these that fits is taken; Latin-1 fits all bytes, so it stands last if at all.
        options: what this publisher's file needs, as `polars.read_csv` takes it.

    Raises:
        SourceChanged: no encoding fits, or the bytes are not a table of equally long rows.
    """
    text = decoded(content, place, encodings)
    try:
        table = pl.read_csv(text.encode(), separator=separator, infer_schema=False, **options)
    except pl.exceptions.PolarsError as error:
        first = str(error).split("\n", maxsplit=1)[0]
        raise SourceChanged(
            f"{place}: not a table we can read ({first}); it begins {text[:60]!r}. Expected rows of equal length with "
            f"{separator!r} between cells. Look at the bytes before changing the parser"
        ) from error
    last = text.rstrip("\r\n").rpartition("\n")[2]
    cells = len(next(csv.reader([last], delimiter=separator), []))
    # The reader fills a short row up, so a file that was cut off within its last row would pass.
    if table.height and cells < table.width and '"' not in last:
        raise SourceChanged(f"{place}: the last row has {cells} of {table.width} cells ({last[:60]!r}); it was cut off")
    return table


def decoded(content: bytes, place: str, encodings: tuple[str, ...] = ("utf-8-sig",)) -> str:
    """Bytes as text, in the first encoding that fits.

    Raises:
        SourceChanged: none fits.
    """
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SourceChanged(f"{place}: the bytes are not text in {' or '.join(encodings)}; they begin {content[:40]!r}")


def members(content: bytes, place: str) -> list[str]:
    """The names of a zip's members, sorted.

    Raises:
        SourceChanged: the bytes are no zip.
    """
    with _opened(content, place) as packed:
        return sorted(packed.namelist())


def unzipped(content: bytes, place: str, pattern: str, most_bytes: int = UNPACKED_BYTES) -> bytes:
    """The member of a zip whose name (without folders) fits a pattern; of several, the last in the order of names.

    Args:
        content: the zip.
        place: source and part, for messages.
        pattern: such as `*_MetaData.csv`, capitals as they are; `[!...]` leaves characters out.
        most_bytes: it may be this large, unpacked.

    Raises:
        SourceChanged: the bytes are no zip, no member fits, or it is too large; nothing is unpacked then.
    """
    with _opened(content, place) as packed:
        entries = [entry for entry in packed.infolist() if not entry.is_dir()]
        fits = [entry for entry in entries if fnmatch.fnmatchcase(entry.filename.rpartition("/")[2], pattern)]
        if not fits:
            held = ", ".join(entry.filename for entry in entries[:SHOWN])
            raise SourceChanged(f"{place}: no member of the zip is called {pattern}; it holds {held or 'nothing'}")
        chosen = max(fits, key=lambda entry: entry.filename)
        if len(entries) > MEMBERS or chosen.file_size > most_bytes:
            raise SourceChanged(
                f"{place}: the zip has {len(entries):,} members, and {chosen.filename} would unpack to "
                f"{chosen.file_size:,} bytes; the limits are {MEMBERS:,} and {most_bytes:,}. Nothing was unpacked"
            )
        try:
            return packed.read(chosen)
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
            raise SourceChanged(f"{place}: {chosen.filename} cannot be unpacked ({error})") from error


def _opened(content: bytes, place: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile as error:
        raise SourceChanged(f"{place}: not a zip ({error}); it begins {content[:40]!r}") from error
