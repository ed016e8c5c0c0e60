"""Bitstring status lists: every bit is where the standard puts it, and a list that cannot be read says nothing."""

from __future__ import annotations

import base64
import gzip
from datetime import UTC, datetime

import pytest

from openler.credentials.faults import CannotCheck
from openler.credentials.status import MAX_DECOMPRESSED, MIN_ENTRIES, decode, encode, is_set, list_credential, read
from openler.errors import Malformed


def packed(bits: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(gzip.compress(bits, mtime=0)).decode().rstrip("=")


def subject(encoded: str, purpose: object = "revocation") -> dict[str, object]:
    return {"type": "BitstringStatusList", "statusPurpose": purpose, "encodedList": encoded}


def test_the_first_entry_is_the_leftmost_bit() -> None:
    assert decode(encode([0]))[0] == 0x80
    assert decode(encode([7, 8]))[:2] == b"\x01\x80"


@pytest.mark.parametrize("index", [0, 1, 63, MIN_ENTRIES - 1])
def test_one_set_bit_is_read_and_its_neighbours_are_not(index: int) -> None:
    bits = decode(encode([index]))
    assert is_set(bits, index)
    assert sum(byte.bit_count() for byte in bits) == 1


def test_the_same_bits_are_the_same_text() -> None:
    assert encode([5, 3, 3]) == encode([3, 5])


def test_a_list_never_has_fewer_places_than_the_standard_allows() -> None:
    assert len(decode(encode([], entries=10))) * 8 == MIN_ENTRIES


@pytest.mark.parametrize("encoded", [None, "", "x", "uAAAA", "u!", packed(b"\0" * 100)[:-8]])
def test_a_broken_list_could_not_be_checked(encoded: object) -> None:
    with pytest.raises(CannotCheck):
        decode(encoded)


def test_a_decompression_bomb_stops_at_the_limit() -> None:
    with pytest.raises(CannotCheck) as caught:
        decode(packed(bytes(MAX_DECOMPRESSED + 1)))
    assert caught.value.code == "credentials.status_list_too_large"


def test_a_short_list_is_believed_only_where_it_speaks_against() -> None:
    short = packed(b"\x80" + bytes(99))
    assert read(subject(short), index=0, purpose="revocation")
    with pytest.raises(CannotCheck) as caught:
        read(subject(short), index=1, purpose="revocation")
    assert caught.value.code == "credentials.status_list_too_small"


@pytest.mark.parametrize("index", [-1, MIN_ENTRIES])
def test_an_index_outside_could_not_be_checked_and_cannot_be_set(index: int) -> None:
    with pytest.raises(CannotCheck):
        read(subject(encode([])), index=index, purpose="revocation")
    with pytest.raises(Malformed):
        encode([index])


def test_a_list_for_another_purpose_tells_nothing() -> None:
    with pytest.raises(CannotCheck):
        read(subject(encode([1]), "suspension"), index=1, purpose="revocation")
    assert read(subject(encode([1]), ["suspension", "revocation"]), index=1, purpose="revocation")


def test_a_list_credential_says_whose_and_what_for() -> None:
    since = datetime(2026, 1, 1, tzinfo=UTC)
    made = list_credential("https://a.example/s", issuer="did:web:a.example", purpose="suspension", set_indexes=[4], valid_from=since)
    assert made["type"] == ["VerifiableCredential", "BitstringStatusListCredential"]
    assert read(made["credentialSubject"], index=4, purpose="suspension")
