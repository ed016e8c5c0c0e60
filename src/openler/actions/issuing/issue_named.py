"""Records that came with an id of their own: found again by it, though the ledger calls them by another name (VC-API ``credentialId``)."""

from __future__ import annotations

from collections.abc import Iterator

from openler.actions.ports import Ports
from openler.actions.private_ports import Issued, Reservation
from openler.ids import Ctid

MAX_ALIKE = 50
"""Most records of one id that are found by it; later ones only by the name that the answer to issuing gives."""


def reserve(ports: Ports, issuer: Ctid, own_id: str | None) -> Reservation:
    """A place in the ledger for a record that somebody else composed; each request gets one of its own, alike or not."""
    now = ports.clock.now()
    if own_id is not None:
        for number in range(MAX_ALIKE):
            kept = ports.ledger.reserve(key=_key(own_id, number), issuer=issuer, achievement=None, holder=None, at=now)
            if kept.state != "issued":
                return kept
    return ports.ledger.reserve(key=ports.entropy.token(16).hex(), issuer=issuer, achievement=None, holder=None, at=now)


def named(ports: Ports, issuer: Ctid, own_id: str) -> Iterator[Issued]:
    """What an issuer issued under an id: one record, or several where the same id was signed more than once."""
    for number in range(MAX_ALIKE):
        found = ports.ledger.by_key(issuer, _key(own_id, number))
        if found is None:
            return
        if found.state == "issued":
            yield found


def _key(own_id: str, number: int) -> str:
    return f"credential id {number} {own_id}"
