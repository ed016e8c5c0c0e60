"""Keys by scheme, and the store in memory."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from openler.actions.ports import KeyStore
from openler.errors import Conflict, Malformed, Misused, NotFound, Refused
from openler.keys.memory import MemoryKeys
from openler.keys.signers import from_seed
from openler.keys.table import KeyTable

AT = datetime(2026, 9, 1, tzinfo=UTC)


def test_memory_keeps_the_ports_promises() -> None:
    keys: KeyStore = MemoryKeys()
    newer = keys.create("newer", "P-256", at=AT + timedelta(days=1))
    older = keys.create("older", "Ed25519", at=AT)
    assert keys.keys() == (older, newer)
    assert keys.signer(older.uri).public_key == older.public_key
    with pytest.raises(Conflict):
        keys.create("older", "Ed25519", at=AT)
    assert keys.retire("older", at=AT).retired == AT
    assert keys.retire("older", at=AT + timedelta(days=1)).retired == AT
    with pytest.raises(Refused):
        keys.signer(older.uri)
    with pytest.raises(NotFound):
        keys.signer("memory:nobody")
    with pytest.raises(NotFound):
        keys.retire("nobody", at=AT)
    with pytest.raises(Malformed):
        keys.create("../x", "Ed25519", at=AT)


def test_a_seed_makes_the_same_keys_again() -> None:
    first, second = (MemoryKeys(seed=b"s").create("a", "P-384", at=AT) for _ in range(2))
    assert first == second
    assert MemoryKeys(seed=b"s").create("b", "P-384", at=AT).public_key != first.public_key


def test_the_table_finds_keys_by_scheme_and_can_be_extended() -> None:
    store = MemoryKeys()
    info = store.create("a", "Ed25519", at=AT)
    table = KeyTable(store, {"memory": store.signer})
    assert table.signer(info.uri).public_key == info.public_key
    with pytest.raises(Misused) as caught:
        table.signer("hsm:slot-1")
    assert caught.value.parameters == {"scheme": "hsm", "known": "memory"}
    hardware = from_seed("P-256", b"hsm")
    assert table.with_scheme("hsm", lambda _uri: hardware).signer("hsm:slot-1") is hardware
    with pytest.raises(Misused):
        table.signer("hsm:slot-1")


@pytest.mark.parametrize("uri", ["", "memory", "memory:", ":a"])
def test_a_uri_without_its_parts_is_refused(uri: str) -> None:
    with pytest.raises(Misused):
        KeyTable(MemoryKeys(), {}).signer(uri)


def test_the_table_makes_lists_and_retires_in_its_store() -> None:
    table: KeyStore = KeyTable(MemoryKeys(), {})
    info = table.create("a", "Ed25519", at=AT)
    assert table.keys() == (info,)
    assert table.retire("a", at=AT).retired == AT


def test_a_retired_key_signs_no_more_by_whatever_name_it_is_called() -> None:
    store = MemoryKeys()
    info = store.create("a", "Ed25519", at=AT)
    signer = store.signer(info.uri)
    table = KeyTable(store, {"env": lambda _uri: signer})
    assert table.signer("env:THE_SAME_KEY").public_key == info.public_key
    table.retire("a", at=AT)
    with pytest.raises(Refused) as caught:
        table.signer("env:THE_SAME_KEY")
    assert (caught.value.code, caught.value.parameters) == ("keys.retired", {"name": "a"})


def test_a_key_is_made_only_where_somebody_makes_one() -> None:
    made: list[tuple[str, str]] = []
    table = KeyTable(MemoryKeys(), {}, {"pkcs11": lambda uri, key_type: made.append((uri, key_type))})
    table.generate("pkcs11:token=a;object=b", "P-256")
    assert made == [("pkcs11:token=a;object=b", "P-256")]
    with pytest.raises(Misused) as caught:
        table.generate("env:HERE", "P-256")
    assert caught.value.code == "keys.made_elsewhere"
