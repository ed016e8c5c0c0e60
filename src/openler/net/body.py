"""Reading a body under a cap, on the wire and after decompression."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from openler.errors import TooLarge, Unavailable, declare

TOO_LARGE = declare("net.too_large", by=__name__)
BAD_ENCODING = declare("net.bad_encoding", by=__name__)

ACCEPT_ENCODING = "gzip, deflate"
_EITHER_HEADER = 32 + zlib.MAX_WBITS  # zlib tells gzip and deflate apart by their first octets


def read_body(chunks: Iterator[bytes], *, encoding: str, declared: str, limit: int, url: str) -> bytes:
    """All of a body, decompressed, at most ``limit`` bytes; reading stops as soon as there are more.

    ``declared`` is the Content-Length header, or empty.

    :raises TooLarge: ``net.too_large``
    :raises Unavailable: ``net.bad_encoding`` for an encoding not asked for, or broken
    """
    if declared.isascii() and declared.isdigit() and int(declared) > limit:
        raise TooLarge(TOO_LARGE, url=url[:200], size=int(declared), limit=limit)
    parts: list[bytes] = []
    size = 0
    for part in _decoded(chunks, encoding.strip().lower(), limit, url):
        size += len(part)
        if size > limit:
            raise TooLarge(TOO_LARGE, url=url[:200], size=size, limit=limit)
        parts.append(part)
    return b"".join(parts)


def _decoded(chunks: Iterator[bytes], encoding: str, limit: int, url: str) -> Iterator[bytes]:
    if encoding in {"", "identity"}:
        yield from chunks
        return
    if encoding not in {"gzip", "x-gzip", "deflate"}:
        raise Unavailable(BAD_ENCODING, url=url[:200], encoding=encoding[:40])
    decoder = zlib.decompressobj(_EITHER_HEADER)
    try:
        for chunk in chunks:
            # One octet more than allowed is enough to know; a bomb never unfolds.
            yield decoder.decompress(chunk, limit + 1)
            while decoder.unconsumed_tail:
                yield decoder.decompress(decoder.unconsumed_tail, limit + 1)
        yield decoder.flush()
    except zlib.error:
        raise Unavailable(BAD_ENCODING, url=url[:200], encoding=encoding) from None
    if not decoder.eof:
        raise Unavailable(BAD_ENCODING, url=url[:200], encoding=encoding)
