"""Organisations that may write over HTTP, and their tokens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from openler.access import token as tokens
from openler.access.audit import AuditEvent
from openler.access.organisation import Organisation, Role
from openler.access.secret import Secret
from openler.access.token import StoredToken
from openler.actions.ports import Ports
from openler.errors import Refused, declare
from openler.ids import Ctid

ROLE_MISSING = declare("access.role_missing", by=__name__)
OTHER_ORGANISATION = declare("access.other_organisation", by=__name__)


def add_organisation(ports: Ports, ctid: Ctid, *, name: str, roles: Sequence[Role], actor: str) -> Organisation:
    """Let an organisation write here, or give it more roles; what it is known for already stays.

    :raises Malformed: ``access.name_empty``
    """
    at = ports.clock.now()
    known = ports.organisations.get(ctid)
    all_roles = tuple(sorted({*roles, *(known.roles if known else ())}))
    organisation = Organisation(
        ctid, name, all_roles, known.created if known else at, did=known.did if known else None, key=known.key if known else None
    )
    ports.organisations.put(organisation, event=AuditEvent("access:organisation:put", actor, at, {"organisation": ctid}))
    return organisation


def create_token(
    ports: Ports, organisation: Ctid, *, roles: Sequence[Role], label: str, expires: datetime | None = None, actor: str
) -> tuple[StoredToken, Secret]:
    """Make a token. Its text is in the second value and nowhere else: only a hash is stored.

    :raises NotFound: ``access.organisation_unknown``
    """
    at = ports.clock.now()
    public_id, secret, secret_hash = tokens.make(ports.entropy.token(tokens.TOKEN_ENTROPY))
    stored = StoredToken(public_id, organisation, tuple(sorted(set(roles))), label, secret_hash, at, expires)
    ports.organisations.add_token(stored, event=AuditEvent("access:token:create", actor, at, {"token": public_id}))
    return stored, secret


def list_tokens(ports: Ports, organisation: Ctid | None = None) -> tuple[StoredToken, ...]:
    """Tokens in the order they were made, ended ones included."""
    return ports.organisations.tokens(organisation)


def revoke_token(ports: Ports, public_id: str, *, actor: str) -> bool:
    """End a token; whether it was still good. :raises NotFound: ``access.token_unknown``"""
    at = ports.clock.now()
    return ports.organisations.revoke_token(public_id, at=at, event=AuditEvent("access:token:revoke", actor, at, {"token": public_id[:40]}))


def authenticate(ports: Ports, text: str, *, role: Role, organisation: Ctid | None = None) -> StoredToken:
    """The token whose secret was shown, if it may do this; a token of an administrator may act for any organisation.

    :raises Unauthenticated: ``access.token_unknown``, ``access.token_revoked``, ``access.token_expired``
    :raises Refused: ``access.role_missing``, ``access.other_organisation``
    """
    stored = tokens.check(text, ports.organisations.token(tokens.public_id_of(text)), ports.clock.now())
    if Role.ADMIN in stored.roles:
        return stored
    if role not in stored.roles:
        raise Refused(ROLE_MISSING, role=role.value)
    if organisation is not None and organisation != stored.organisation:
        raise Refused(OTHER_ORGANISATION, organisation=organisation)
    return stored
