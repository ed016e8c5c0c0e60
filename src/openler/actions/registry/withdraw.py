"""Withdraw: documents that are no longer offered leave the registry. Their versions stay in the journal, their CTIDs as tombstones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from openler.access.audit import AuditEvent
from openler.actions.ports import Change, Ports, StoredDocument
from openler.actions.registry.judging import Refusal
from openler.errors import Conflict, Refused
from openler.ids import Ctid, Digest

CHUNK = 500
"""Deletions a transaction."""


@dataclass(frozen=True, slots=True)
class WithdrawReport:
    """What became of the CTIDs handed in: deleted now, not there (never, or no more), or not the publisher's to delete."""

    deleted: int
    absent: int
    refused: tuple[Refusal, ...]


def withdraw(
    ports: Ports, ctids: Sequence[Ctid], *, publisher: Ctid, actor: str, expected: Mapping[Ctid, Digest] | None = None
) -> WithdrawReport:
    """Delete documents for the organization that published or owns them; a CTID described by another document is left alone.

    ``expected`` names for a CTID the digest that must be current (If-Match).

    :raises Unavailable: the store does not answer
    """
    deleted = 0
    refused: list[Refusal] = []
    for start in range(0, len(ctids), CHUNK):
        some = ctids[start : start + CHUNK]
        standing = ports.store.current(some)
        there = [one for ctid in some if (one := standing.get(ctid)) is not None and one.ctid == ctid and not one.deleted]
        deleted += _delete(ports, there, publisher, actor, expected or {}, refused)
    return WithdrawReport(deleted, len(ctids) - deleted - len(refused), tuple(refused))


def _delete(
    ports: Ports,
    documents: Sequence[StoredDocument],
    publisher: Ctid,
    actor: str,
    expected: Mapping[Ctid, Digest],
    refused: list[Refusal],
) -> int:
    if not documents:
        return 0
    changes = [
        Change(
            one.ctid, one.ctdl_type, one.owner, publisher,
            normalised=None, received=b"", digest=None, expected=expected.get(one.ctid),
        )
        for one in documents
    ]  # fmt: skip
    at = ports.clock.now()
    try:
        outcomes = ports.store.append(changes, at=at, event=AuditEvent("registry:document:delete", actor, at, {"documents": len(changes)}))
    except (Conflict, Refused) as error:
        if len(documents) == 1:
            refused.append(Refusal(str(documents[0].ctid), documents[0].ctid, error.code, error.place, error.parameters))
            return 0
        middle = len(documents) // 2  # as in publishing: one that may not be deleted does not keep the others
        return sum(_delete(ports, part, publisher, actor, expected, refused) for part in (documents[:middle], documents[middle:]))
    return sum(outcome.entry is not None for outcome in outcomes)
