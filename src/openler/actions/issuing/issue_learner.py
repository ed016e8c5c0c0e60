"""Whose a record becomes: the subject's id, and the wallet to leave it in."""

from __future__ import annotations

from dataclasses import dataclass

from openler.actions.issuing.issue import HOLDER_UNKNOWN
from openler.actions.ports import Ports
from openler.credentials.multikey import PublicKey
from openler.errors import Malformed
from openler.ids import Did


@dataclass(frozen=True, slots=True)
class Learner:
    """A subject's id and a wallet, each None where there is none."""

    subject: str | None
    wallet: str | None


def learner(ports: Ports, named: str, place: str) -> Learner:
    """A wallet by id or handle, any DID, or nobody. :raises Malformed: ``issue.holder_unknown``"""
    if not named:
        return Learner(None, None)
    if named.startswith("did:"):
        return Learner(Did.parse(named, place=place), None)
    found = ports.vault.holder(named) or ports.vault.holder(ports.vault.find_holder(named) or "")
    if found is None:
        raise Malformed(HOLDER_UNKNOWN, place=place, seen=named[:80])
    return Learner(PublicKey("Ed25519", found.signing_key).did, found.holder_id)
