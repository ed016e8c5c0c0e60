"""The bits of a status list as they are kept: compressed, the first entry the leftmost bit of the first byte.

So an update changes one bit of one value, however many credentials the list holds, and whoever reads the list reads no
row of any credential.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Final

_LEVEL: Final = 1
"""How hard to compress: a list that changes often is better quick than small. What is served is compressed anew."""


def unpacked(packed: bytes | None, length: int) -> bytes:
    """The bits of a list of ``length`` entries; none is set where nothing was kept yet."""
    return bytes((length + 7) // 8) if packed is None else zlib.decompress(packed)


def flipped(packed: bytes | None, length: int, values: Mapping[int, bool]) -> bytes:
    """The kept form after the entries of ``values`` were set or cleared."""
    bits = bytearray(unpacked(packed, length))
    for index, value in values.items():
        mask = 0x80 >> (index & 7)
        bits[index >> 3] = bits[index >> 3] | mask if value else bits[index >> 3] & ~mask
    return zlib.compress(bytes(bits), _LEVEL)


def set_indexes(bits: bytes) -> tuple[int, ...]:
    """The entries that are set, ascending."""
    return tuple(byte << 3 | bit for byte, held in enumerate(bits) if held for bit in range(8) if held & 0x80 >> bit)
