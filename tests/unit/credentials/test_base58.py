"""Base58: what is written reads back, at every length, and what is none is refused."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from openler.credentials.base58 import MAX_BASE58, base58_decode, base58_encode
from openler.errors import Malformed

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


@pytest.mark.parametrize("data", [b"", b"\0", b"\0\0\1", b"hello", bytes(range(64))])
def test_base58_reads_back_with_its_leading_zeros(data: bytes) -> None:
    assert base58_decode(base58_encode(data)) == data


def test_base58_agrees_with_a_published_example() -> None:
    assert base58_encode(b"Hello World!") == "2NEpo7TZRRrLZSi2U"


@pytest.mark.parametrize("text", ["0OIl", "z6Mk_", "1" * (MAX_BASE58 + 1)])
def test_what_is_not_base58_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        base58_decode(text)


@given(st.text(ALPHABET, max_size=MAX_BASE58))
@example("z" * 8)
@example("z" * 9)
@example("z" * MAX_BASE58)
@example("1" + "2".ljust(MAX_BASE58 - 1, "1"))
def test_digits_are_worth_what_their_places_make_them(text: str) -> None:
    number = 0
    for letter in text:
        number = number * 58 + ALPHABET.index(letter)
    data = base58_decode(text)
    assert int.from_bytes(data) == number
    assert len(data) - len(data.lstrip(b"\0")) == len(text) - len(text.lstrip("1"))
    assert base58_encode(data) == text


def test_more_bytes_are_written_than_are_ever_read() -> None:
    data = bytes(range(256)) * 8
    number = 0
    for letter in base58_encode(data):
        number = number * 58 + ALPHABET.index(letter)
    assert number == int.from_bytes(data)
