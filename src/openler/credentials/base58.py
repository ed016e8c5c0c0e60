"""Base58 as Bitcoin writes it (base58btc), all digits of a number at once.

A number is kept in lanes of bits, one digit in each. Two neighboring lanes become one of twice the width by a single multiplication
of the whole number, whatever its length, so that a signature of 88 digits takes seven steps instead of 88; encoding goes the
other way, where dividing by a constant is multiplying by its reciprocal and dropping bits.
"""

from __future__ import annotations

from openler.errors import Malformed, declare

MULTIBASE_MALFORMED = declare("credentials.multibase_malformed", by=__name__)

MAX_BASE58 = 1024
"""Longest base58 text decoded, in characters: decoding is quadratic. An RSA key of 4096 bits needs 722, all others fewer than 140."""

_ALPHABET = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_NO_DIGIT = 255
_VALUES = bytes(_ALPHABET.find(letter) % 256 for letter in range(256))
_LETTERS = _ALPHABET + bytes(256 - len(_ALPHABET))
_PIECE = 58**8
_LANE = 16
"""Bytes that a piece of eight digits is spread over, two for each digit."""


def _lanes(bits: int, kept: int, size: int) -> int:
    """The lowest ``kept`` bits of every lane of ``bits``, in a number of ``size`` bytes."""
    return int.from_bytes((b"\xff" * (kept // 8)).rjust(bits // 8, b"\0") * (size * 8 // bits))


def _halvings(pieces: int) -> tuple[tuple[int, int, int, int, int], ...]:
    """How lanes of ``bits`` with a number below divisor**2 become lanes of half of that: ``bits, divisor, reciprocal, shift, mask``.

    ``reciprocal`` is 2**shift / divisor, rounded up; since divisor**3 <= 2**shift, it gives every quotient exactly.
    """
    steps = ((128, 58**4, 71), (64, 58**2, 36), (32, 58, 18))
    return tuple((bits, by, -(-(2**shift) // by), shift, _lanes(bits, bits // 4, pieces * _LANE)) for bits, by, shift in steps)


_FEW = MAX_BASE58 // 8
_FEW_HALVINGS = _halvings(_FEW)
_DOUBLINGS = tuple((8 << step, _lanes(16 << step, 8 << step, MAX_BASE58), 58 ** (1 << step)) for step in range(10))
"""How lanes of ``bits`` become lanes of twice that: ``bits, mask, base``, for every length that is decoded."""


def base58_encode(data: bytes) -> str:
    """Bytes as base58btc, leading zero bytes as ``1``."""
    rest = int.from_bytes(data)
    pieces: list[bytes] = []
    while rest:
        rest, piece = divmod(rest, _PIECE)
        pieces.append(piece.to_bytes(_LANE))
    pieces.reverse()
    number = int.from_bytes(b"".join(pieces))
    for bits, divisor, reciprocal, shift, mask in _FEW_HALVINGS if len(pieces) <= _FEW else _halvings(len(pieces)):
        quotients = number * reciprocal >> shift & mask
        number += (quotients << bits // 2) - quotients * divisor
    letters = number.to_bytes(len(pieces) * _LANE)[1::2].translate(_LETTERS).lstrip(b"1")
    zeros = len(data) - len(data.lstrip(b"\0"))
    return (b"1" * zeros + letters).decode()


def base58_decode(text: str) -> bytes:
    """The bytes behind a base58btc text. :raises Malformed: ``credentials.multibase_malformed``"""
    digits = text.encode("ascii", "replace").translate(_VALUES)  # a question mark is no digit either
    if len(text) > MAX_BASE58 or _NO_DIGIT in digits:
        raise Malformed(MULTIBASE_MALFORMED, seen=text[:80])
    number = int.from_bytes(digits)
    size = 8 * len(digits)
    for bits, mask, base in _DOUBLINGS:
        if bits >= size:
            break
        number = (number >> bits & mask) * base + (number & mask)
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8)
