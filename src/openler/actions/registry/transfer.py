"""Transfer: a document passes to another organization when its owner offers it and the other accepts, each in an entry of its own.

An offer stands until the document changes or is withdrawn: nobody gets what was not offered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from openler.access.audit import AuditEvent
from openler.actions.finding.get import DELETED, get_document
from openler.actions.ports import Change, Entry, Ports, StoredDocument
from openler.errors import Misused, NotFound, declare
from openler.ids import Ctid, Digest

TO_ITSELF = declare("transfer.to_itself", by=__name__)


@dataclass(frozen=True, slots=True)
class TransferReport:
    """How far a transfer is: ``offered`` to an organization, or ``transferred`` to it; and the last entry about it."""

    ctid: Ctid
    state: Literal["offered", "transferred"]
    organization: Ctid
    entry: Entry


def offer(ports: Ports, ctid: Ctid, *, owner: Ctid, to: Ctid, actor: str, expected: Digest | None = None) -> TransferReport:
    """Offer a document to another organization; an offer to somebody else takes the place of an earlier one.

    :raises NotFound: ``registry.not_found``, ``registry.deleted``
    :raises Refused: ``registry.not_owner``
    :raises Conflict: ``registry.precondition_failed``
    :raises Misused: ``transfer.to_itself``
    """
    stored = _live(ports, ctid)
    entries = _append(ports, [_offer(stored, owner, to, expected)], actor)
    return TransferReport(stored.ctid, "offered", to, entries[-1])


def accept(ports: Ports, ctid: Ctid, *, organization: Ctid, actor: str, expected: Digest | None = None) -> TransferReport:
    """Take what was offered. Raises as :func:`offer`.

    :raises Refused: ``registry.not_offered``
    """
    stored = _live(ports, ctid)
    entries = _append(ports, [_accept(stored, organization, expected)], actor)
    return TransferReport(stored.ctid, "transferred", organization, entries[-1])


def transfer(ports: Ports, ctid: Ctid, *, owner: Ctid, to: Ctid, actor: str, expected: Digest | None = None) -> TransferReport:
    """Both at once, where both sides have shown that they agree. Raises as :func:`offer`."""
    stored = _live(ports, ctid)
    entries = _append(ports, [_offer(stored, owner, to, expected), _accept(stored, to, expected)], actor)
    return TransferReport(stored.ctid, "transferred", to, entries[-1])


def _live(ports: Ports, ctid: Ctid) -> StoredDocument:
    stored = get_document(ports, ctid)
    if stored.deleted:
        raise NotFound(DELETED, ctid=ctid)
    return stored


def _offer(stored: StoredDocument, owner: Ctid, to: Ctid, expected: Digest | None) -> Change:
    if to in {owner, stored.owner}:
        raise Misused(TO_ITSELF, place="organization_id", organization=to)
    return Change(
        stored.ctid, stored.ctdl_type, to, owner, normalised=None, received=b"", digest=None, expected=expected, transfer="offer"
    )  # fmt: skip


def _accept(stored: StoredDocument, organization: Ctid, expected: Digest | None) -> Change:
    return Change(
        stored.ctid, stored.ctdl_type, None, organization, normalised=None, received=b"", digest=None, expected=expected, transfer="accept"
    )  # fmt: skip


def _append(ports: Ports, changes: list[Change], actor: str) -> list[Entry]:
    at = ports.clock.now()
    event = AuditEvent("registry:document:transfer", actor, at, {"ctid": changes[0].ctid, "step": changes[-1].transfer or ""})
    return [outcome.entry for outcome in ports.store.append(changes, at=at, event=event) if outcome.entry is not None]
