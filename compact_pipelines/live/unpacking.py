"""A body as it travels, unpacked: never more than its limit, never half of one."""

import zlib
from collections.abc import Iterator
from typing import Final

from compact_pipelines.errors import SourceChanged, SourceUnavailable

CHUNK_BYTES: Final = 65_536
GZIP_OR_ZLIB: Final = zlib.MAX_WBITS | 32


def unpacked(pieces: Iterator[bytes], packed: str, most_bytes: int, place: str) -> bytes:
    """A body, unpacked, if it is whole and not too large.

    Raises:
        SourceChanged: it is larger than allowed, or packed in a way that we did not ask for.
        SourceUnavailable: it ends too early or cannot be unpacked.
    """
    if packed not in {"", "identity", "gzip", "x-gzip", "deflate"}:
        raise SourceChanged(f"{place}: the answer is packed as {packed!r}; only gzip was asked for")
    body = bytearray()
    unpacker = None if packed in {"", "identity"} else _Unpacker()
    for piece in pieces:
        try:
            for part in [piece] if unpacker is None else unpacker.parts(piece):
                body += part
                if len(body) > most_bytes:
                    raise SourceChanged(
                        f"{place}: the answer is larger than {most_bytes:,} bytes; ask for less in one request, or "
                        "raise most_bytes in the source's file if that is right"
                    )
        except zlib.error as error:
            raise SourceUnavailable(f"{place}: the answer cannot be unpacked ({error}); worth asking again") from None
    if unpacker is not None and not unpacker.is_whole:
        raise SourceUnavailable(f"{place}: the packed answer ends too early; worth asking again later")
    return bytes(body)


class _Unpacker:
    """Unpacks gzip or zlib piece by piece, never more than a chunk at once."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(GZIP_OR_ZLIB)
        self._is_begun = False

    @property
    def is_whole(self) -> bool:
        """Whether the end was seen; a body of no bytes is whole."""
        return not self._is_begun or self._stream.eof

    def parts(self, piece: bytes) -> Iterator[bytes]:
        """What a piece unpacks to."""
        rest = piece
        while rest:
            if self._stream.eof:  # gzip files may follow each other
                self._stream = zlib.decompressobj(GZIP_OR_ZLIB)
            self._is_begun = True
            yield self._stream.decompress(rest, CHUNK_BYTES)
            rest = self._stream.unconsumed_tail or (self._stream.unused_data if self._stream.eof else b"")
