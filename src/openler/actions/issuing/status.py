"""A credential's standing after it was issued: revoke, suspend, reinstate, and the status lists that tell the world."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from openler.access.audit import AuditEvent
from openler.actions.issuing import issue_named
from openler.actions.issuing.identity import identity
from openler.actions.ports import Ports
from openler.actions.private_ports import Issued, StatusPurpose
from openler.credentials import status as lists
from openler.credentials.envelopes import open_bytes
from openler.credentials.proofs.data_integrity import ProofOptions
from openler.credentials.proofs.table import default_suite
from openler.credentials.shapes import listed
from openler.errors import NotFound, Refused, declare
from openler.ids import Ctid
from openler.linkeddata.contexts import Contexts
from openler.linkeddata.parse import parse_json

LIST_UNKNOWN = declare("issue.status_list_unknown", by=__name__)
CREDENTIAL_UNKNOWN = declare("issue.credential_unknown", by=__name__)
OTHER_ISSUER = declare("issue.other_issuer", by=__name__)
NO_STATUS_PLACE = declare("issue.no_status_place", by=__name__)


@dataclass(frozen=True, slots=True)
class StatusChange:
    """What a change did: ``changed`` is false where the credential already stood so."""

    credential_id: str
    changed: bool
    revoked: bool
    suspended: bool
    time: datetime


def list_url(base_url: str, list_id: str, purpose: StatusPurpose) -> str:
    """Where a status list is served. One list of places has two faces, one a purpose."""
    return f"{base_url}/status/{list_id}-{purpose}"


def entries(base_url: str, list_id: str, index: int) -> tuple[dict[str, Any], ...]:
    """The ``credentialStatus`` entries of a credential at ``index``: whether it is revoked, whether it is suspended."""
    return tuple(lists.entry(list_url(base_url, list_id, purpose), index=index, purpose=purpose) for purpose in lists.PURPOSES)


def revoke(ports: Ports, credential_id: str, *, reason: str, actor: str, issuer: Ctid | None = None) -> StatusChange:
    """Revoke for good. ``issuer`` restricts the caller to that organisation's records, which are found by their own id too.

    :raises NotFound: ``issue.credential_unknown``
    :raises Refused: ``issue.other_issuer``; ``issue.no_status_place``: the record names no list that could tell of it
    :raises Conflict: it was never issued
    """
    return _change(ports, credential_id, "revocation", value=True, verb="revoke", reason=reason, actor=actor, issuer=issuer)


def suspend(ports: Ports, credential_id: str, *, reason: str, actor: str, issuer: Ctid | None = None) -> StatusChange:
    """Suspend until reinstated. Raises as :func:`revoke`."""
    return _change(ports, credential_id, "suspension", value=True, verb="suspend", reason=reason, actor=actor, issuer=issuer)


def reinstate(ports: Ports, credential_id: str, *, reason: str, actor: str, issuer: Ctid | None = None) -> StatusChange:
    """End a suspension. Raises as :func:`revoke`; a revoked record stays revoked."""
    return _change(ports, credential_id, "suspension", value=False, verb="reinstate", reason=reason, actor=actor, issuer=issuer)


def _change(
    ports: Ports, credential_id: str, purpose: StatusPurpose, *, value: bool, verb: str, reason: str, actor: str, issuer: Ctid | None
) -> StatusChange:
    if issuer is not None and ports.ledger.issued(credential_id) is None:
        alike = [each.credential_id for each in issue_named.named(ports, issuer, credential_id)]
        done = [_change(ports, name, purpose, value=value, verb=verb, reason=reason, actor=actor, issuer=issuer) for name in alike]
        if done:
            return replace(done[-1], credential_id=credential_id, changed=any(each.changed for each in done))
    found = _owned(ports, credential_id, issuer)
    if found.signed is not None and not _tells(found.signed, list_url(ports.base_url, found.status_list, purpose)):
        raise Refused(NO_STATUS_PLACE, credential=credential_id[:200])
    now = ports.clock.now()
    event = AuditEvent(f"issue:credential:{verb}", actor, now, {"credential": credential_id})
    changed = ports.ledger.set_status(credential_id, purpose, value, reason=reason, at=now, event=event)
    stands = _owned(ports, credential_id, issuer)
    return StatusChange(credential_id, changed, stands.revoked, stands.suspended, now)


def _tells(signed: bytes, url: str) -> bool:
    """Whether a record names the list that would tell of the change."""
    document = parse_json(signed) if signed.startswith(b"{") else open_bytes(signed).read.document
    entries = listed(document.get("credentialStatus")) if isinstance(document, Mapping) else []
    return any(isinstance(each, Mapping) and each.get("statusListCredential") == url for each in entries)


def _owned(ports: Ports, credential_id: str, issuer: Ctid | None) -> Issued:
    found = ports.ledger.issued(credential_id)
    if found is None:
        raise NotFound(CREDENTIAL_UNKNOWN, credential=credential_id[:200])
    if issuer is not None and found.issuer != issuer:
        raise Refused(OTHER_ISSUER, credential=credential_id[:200])
    return found


def status_list(ports: Ports, name: str) -> dict[str, Any]:
    """The signed list served at ``/status/{name}``, as it stands now; ``name`` is ``{list id}-{purpose}``.

    Signed anew at each call: no bit is ever older than the answer.

    :raises NotFound: ``issue.status_list_unknown``
    """
    list_id, _, stated = name.rpartition("-")
    purpose = next((each for each in lists.PURPOSES if each == stated), None)
    found = ports.ledger.status_list(list_id) if purpose else None
    if found is None or purpose is None:
        raise NotFound(LIST_UNKNOWN, name=name[:80])
    signer_identity = identity(ports, found.issuer)
    signer = ports.keys.signer(signer_identity.key)
    bits = ports.ledger.status_bits(list_id, purpose)
    document = lists.list_credential(
        list_url(ports.base_url, list_id, purpose),
        issuer=signer_identity.did,
        purpose=purpose,
        bits=bits,
        valid_from=found.changed,
    )
    suite = default_suite(signer.key_type)
    options = ProofOptions(signer_identity.method, ports.clock.now())
    prepared = suite.prepare(document, options, key_type=signer.key_type, contexts=Contexts.pinned())
    return suite.finish(prepared, [signer.sign(message) for message in prepared.messages])
