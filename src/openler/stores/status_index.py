"""Which place of a status list the n-th credential gets.

A place that followed the order of issuing would tell a verifier who was issued a credential next to whom. So the n-th
credential gets the n-th value of a permutation that only the ledger's key can compute: unpredictable from outside,
never twice, and no search for free places however full the list is.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from openler.access.sealing import blind

_ROUNDS: Final = 10
"""More than the four that Luby and Rackoff need, since the halves are small (Patarin 2004 asks for six or more)."""
_KEPT: Final = 4 * _ROUNDS * 1024
"""Values remembered: all of four lists of a million places."""


def index(key: bytes, number: int, length: int) -> int:
    """The place of the credential ``number`` (from 0) in a list of ``length`` places.

    A Feistel network over the least even number of bits that covers ``length``, walked until it lands inside.
    """
    half = (max(length - 1, 1).bit_length() + 1) // 2
    value = number
    while True:
        value = _permute(key, value, half)
        if value < length:
            return value


def _permute(key: bytes, value: int, half: int) -> int:
    mask = (1 << half) - 1
    left, right = value >> half, value & mask
    for turn in range(_ROUNDS):
        left, right = right, left ^ (_mixed(key, turn, right) & mask)
    return (left << half) | right


@lru_cache(maxsize=_KEPT)
def _mixed(key: bytes, turn: int, right: int) -> int:
    """One round's value. There are few of one list, which come again and again as it fills."""
    return int.from_bytes(blind(key, f"{turn}:{right}")[:8], "big")
