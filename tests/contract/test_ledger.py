"""What every ledger keeps to: an id and a place for each credential, once; its states in order; its status for good."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from openler.access.audit import AuditEvent
from openler.actions.private_ports import LedgerCounts, Request, Reservation
from openler.errors import Conflict, NotFound, Refused
from openler.stores.ledger import SealedLedger
from openler.stores.private import PrivateWall
from openler.stores.rows import Rows
from openler.stores.status_bits import set_indexes
from tests.contract.conftest import opened_wall
from tests.support.ctdl import OWNER, ctid

T0 = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)
OTHER = ctid("other", "ceterms:CredentialOrganization")
WELDING = ctid("welding", "ceterms:Certificate")


def event(name: str = "tests:credential:change") -> AuditEvent:
    return AuditEvent(name, "tests", T0)


def reserve(ledger: SealedLedger, key: str = "k", *, issuer: object = OWNER, holder: str | None = "did:key:ana") -> Reservation:
    return ledger.reserve(key=key, issuer=issuer, achievement=WELDING, holder=holder, at=T0)  # type: ignore[arg-type]


def issued(ledger: SealedLedger, key: str = "k") -> str:
    name = reserve(ledger, key).credential_id
    ledger.put_unsigned(name, b"unsigned " + key.encode())
    ledger.finish(name, b"signed " + key.encode(), at=T0, event=event())
    return name


def test_the_same_key_gets_the_same_id_and_place(private: PrivateWall, private_rows: Rows) -> None:
    first = reserve(private.ledger)
    again = reserve(opened_wall(private_rows).ledger)
    assert (first.existing, again.existing) == (False, True)
    assert (again.credential_id, again.status_list, again.status_index) == (first.credential_id, first.status_list, first.status_index)
    assert first.credential_id.startswith("urn:uuid:")
    assert reserve(private.ledger, issuer=OTHER).credential_id != first.credential_id


def test_a_line_is_found_by_its_issuer_and_key_alone(private: PrivateWall) -> None:
    name = issued(private.ledger)
    found = private.ledger.by_key(OWNER, "k")
    assert found is not None
    assert (found.credential_id, found.state) == (name, "issued")
    assert private.ledger.by_key(OWNER, "K") is None
    assert private.ledger.by_key(OTHER, "k") is None


def test_a_key_is_not_used_for_another_person(private: PrivateWall) -> None:
    reserve(private.ledger)
    with pytest.raises(Conflict):
        reserve(private.ledger, holder="did:key:ben")
    with pytest.raises(Conflict):
        private.ledger.reserve_all([Request("new", OWNER), Request("k", OWNER, WELDING, "did:key:ben")], at=T0)
    assert private.ledger.counts() == LedgerCounts(1, 0, 0, 0, 0)


def test_places_are_unique_and_a_new_list_begins_when_one_is_full(private: PrivateWall) -> None:
    places = [reserve(private.ledger, f"k{number}") for number in range(20)]
    assert len({(one.status_list, one.status_index) for one in places}) == 20
    assert all(0 <= one.status_index < 8 for one in places)
    assert [found.taken for found in private.ledger.status_lists(OWNER)] == [8, 8, 4]
    assert [one.status_index for one in places[:8]] != list(range(8))
    assert private.ledger.status_lists(OTHER) == ()
    found = private.ledger.status_list(places[0].status_list)
    assert found is not None
    assert (found.issuer, found.length) == (OWNER, 8)
    assert private.ledger.status_list("unknown") is None


def test_many_at_once_get_one_place_each(private: PrivateWall) -> None:
    with ThreadPoolExecutor(4) as pool:
        places = list(pool.map(lambda number: reserve(private.ledger, f"k{number % 12}"), range(24)))
    assert len({(one.status_list, one.status_index) for one in places}) == len({one.credential_id for one in places}) == 12


def test_a_record_goes_from_reserved_to_unsigned_to_issued(private: PrivateWall) -> None:
    ledger, name = private.ledger, reserve(private.ledger).credential_id
    with pytest.raises(Conflict):
        ledger.finish(name, b"signed", at=T0)
    ledger.put_unsigned(name, b"first try")
    ledger.put_unsigned(name, b"second try")
    found = ledger.issued(name)
    assert found is not None
    assert (found.state, found.unsigned, found.signed, found.holder, found.achievement) == (
        "unsigned", b"second try", None, "did:key:ana", WELDING,
    )  # fmt: skip
    ledger.finish(name, b"signed", at=T0 + timedelta(hours=1), event=event())
    ledger.finish(name, b"signed", at=T0 + timedelta(hours=2), event=event())
    found = ledger.issued(name)
    assert found is not None
    assert (found.state, found.unsigned, found.signed, found.issued_at) == ("issued", None, b"signed", T0 + timedelta(hours=1))
    with pytest.raises(Conflict):
        ledger.finish(name, b"other bytes", at=T0)
    with pytest.raises(Conflict):
        ledger.put_unsigned(name, b"once more")
    assert len(private.private_audit.events()) == 1


def test_what_was_never_reserved_cannot_be_written(private: PrivateWall) -> None:
    for write in (
        lambda: private.ledger.put_unsigned("urn:uuid:none", b"x"),
        lambda: private.ledger.finish("urn:uuid:none", b"x", at=T0),
        lambda: private.ledger.set_status("urn:uuid:none", "revocation", True, reason="x", at=T0, event=event()),
    ):
        with pytest.raises(NotFound):
            write()
    assert private.ledger.issued("urn:uuid:none") is None


def test_a_batch_is_written_whole_or_not_at_all(private: PrivateWall) -> None:
    name = reserve(private.ledger).credential_id
    with pytest.raises(NotFound):
        private.ledger.put_unsigned_all({name: b"x", "urn:uuid:none": b"y"})
    found = private.ledger.issued(name)
    assert found is not None
    assert (found.state, found.unsigned) == ("reserved", None)


def test_a_revocation_is_final_and_a_suspension_is_not(private: PrivateWall) -> None:
    name = issued(private.ledger)
    place = private.ledger.issued(name)
    assert place is not None

    def change(purpose: str, value: bool) -> bool:
        return private.ledger.set_status(name, purpose, value, reason="because", at=T0 + timedelta(days=1), event=event())  # type: ignore[arg-type]

    def bits(purpose: str) -> tuple[int, ...]:
        return set_indexes(private.ledger.status_bits(place.status_list, purpose))  # type: ignore[arg-type]

    assert change("suspension", True) is True
    assert change("suspension", True) is False
    assert bits("suspension") == (place.status_index,)
    assert bits("revocation") == ()
    assert change("suspension", False) is True
    assert bits("suspension") == ()
    assert change("revocation", True) is True
    with pytest.raises(Refused):
        change("revocation", False)
    found = private.ledger.issued(name)
    assert found is not None
    assert (found.revoked, found.suspended, found.reason, found.status_changed) == (True, False, "because", T0 + timedelta(days=1))
    assert private.ledger.counts() == LedgerCounts(0, 0, 1, 1, 0)
    changed = private.ledger.status_list(place.status_list)
    assert changed is not None
    assert changed.changed == T0 + timedelta(days=1)


def test_only_what_was_issued_has_a_status(private: PrivateWall) -> None:
    name = reserve(private.ledger).credential_id
    with pytest.raises(Conflict):
        private.ledger.set_status(name, "revocation", True, reason="x", at=T0, event=event())


def test_the_ledger_is_listed_in_order_by_issuer_and_state(private: PrivateWall) -> None:
    names = [issued(private.ledger, f"k{number}") for number in range(3)]
    theirs = reserve(private.ledger, issuer=OTHER).credential_id
    assert [one.credential_id for one in private.ledger.listing()] == [*names, theirs]
    assert [one.credential_id for one in private.ledger.listing(OWNER, limit=2)] == names[:2]
    after = private.ledger.listing(OWNER)[0].seq
    assert [one.credential_id for one in private.ledger.listing(OWNER, after=after)] == names[1:]
    assert [one.credential_id for one in private.ledger.listing(state="reserved")] == [theirs]
    assert private.ledger.counts(OTHER) == LedgerCounts(1, 0, 0, 0, 0)
