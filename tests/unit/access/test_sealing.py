"""What is sealed opens with its key at its place, and nowhere else."""

from __future__ import annotations

import pytest

from openler.access.sealing import (
    Cost,
    SealBroken,
    associated,
    blind,
    box,
    derive,
    open_box,
    open_sealed,
    public_box_key,
    seal,
    stretch,
)

KEY, NONCE, PLACE = bytes(range(32)), bytes(12), associated("vault", "record", "one")
WORDS = b"what I earned"
CHEAP = Cost(time=1, memory=64, lanes=1)


def test_only_the_right_key_and_place_open_it() -> None:
    sealed = seal(KEY, WORDS, nonce=NONCE, place=PLACE)
    assert WORDS not in sealed
    assert open_sealed(KEY, sealed, place=PLACE) == WORDS
    for key, place in ((bytes(32), PLACE), (KEY, associated("vault", "record", "two")), (KEY, associated("vault", "recordone", ""))):
        with pytest.raises(SealBroken):
            open_sealed(key, sealed, place=place)


def test_any_changed_byte_is_noticed() -> None:
    sealed = seal(KEY, WORDS, nonce=NONCE, place=PLACE)
    for at in range(len(sealed)):
        changed = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        with pytest.raises(SealBroken):
            open_sealed(KEY, changed, place=PLACE)
    for cut in (0, 1, 12, 13, len(sealed) - 1):
        with pytest.raises(SealBroken):
            open_sealed(KEY, sealed[:cut], place=PLACE)


def test_a_box_opens_for_its_recipient_only() -> None:
    private, other = bytes([1]) * 32, bytes([2]) * 32
    boxed = box(public_box_key(private), WORDS, ephemeral=bytes([3]) * 32, place=PLACE)
    assert open_box(private, boxed, place=PLACE) == WORDS
    for key, content, place in ((other, boxed, PLACE), (private, boxed[:-1], PLACE), (private, boxed, b""), (private, b"", PLACE)):
        with pytest.raises(SealBroken):
            open_box(key, content, place=place)


def test_parts_of_a_place_cannot_be_pushed_into_one_another() -> None:
    assert associated("ab", "c") != associated("a", "bc")
    assert blind(KEY, "ab", "c") != blind(KEY, "a", "bc")
    assert blind(KEY, "a") != blind(bytes(32), "a")


def test_each_label_passphrase_and_salt_has_a_key_of_its_own() -> None:
    keys = {derive(KEY, "one"), derive(KEY, "two"), derive(KEY, "one", b"salt"), derive(bytes(32), "one")}
    stretched = {stretch("word", b"salt" * 4, CHEAP), stretch("word", b"tlas" * 4, CHEAP), stretch("words", b"salt" * 4, CHEAP)}
    assert (len(keys), len(stretched)) == (4, 3)
    assert {len(key) for key in keys | stretched} == {32}
    assert Cost.parse(str(CHEAP)) == CHEAP
