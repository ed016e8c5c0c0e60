"""Organisations and tokens, and sessions: the ports of who may do what, on rows."""

from __future__ import annotations

from datetime import datetime

from openler.access.audit import AuditEvent
from openler.access.organisation import Organisation, roles
from openler.access.session import StoredSession
from openler.access.token import TOKEN_UNKNOWN, StoredToken
from openler.errors import NotFound, declare
from openler.ids import Ctid, Did
from openler.stores.private_audit import note
from openler.stores.rows import Row, Rows
from openler.stores.sql.private_tables import ORGANISATION, SESSION, TOKEN
from openler.stores.vault_base import lock_of

ORGANISATION_UNKNOWN = declare("access.organisation_unknown", by=__name__)

_LOCK = "organisations"


class StoredOrganisations:
    """:class:`openler.actions.private_ports.Organisations` on rows."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def put(self, organisation: Organisation, *, event: AuditEvent) -> None:
        """See the port."""
        values: Row = {
            "name": organisation.name,
            "roles": " ".join(organisation.roles),
            "did": organisation.did,
            "key_uri": organisation.key,
            "created": organisation.created,
        }
        with self._rows.writing(_LOCK) as transaction:
            if not transaction.update(ORGANISATION, {"ce_ctid": organisation.ctid}, values):
                transaction.insert(ORGANISATION, [{"ce_ctid": organisation.ctid} | values])
            note(transaction, event)

    def get(self, ctid: Ctid) -> Organisation | None:
        """See the port."""
        with self._rows.reading() as view:
            row = view.one(ORGANISATION, {"ce_ctid": ctid})
        return None if row is None else _organisation(row)

    def listing(self) -> tuple[Organisation, ...]:
        """See the port."""
        with self._rows.reading() as view:
            return tuple(_organisation(row) for row in view.many(ORGANISATION, {}, order=["ce_ctid"]))

    def add_token(self, token: StoredToken, *, event: AuditEvent) -> None:
        """See the port."""
        with self._rows.writing(_LOCK) as transaction:
            if transaction.one(ORGANISATION, {"ce_ctid": token.organisation}) is None:
                raise NotFound(ORGANISATION_UNKNOWN, organisation=token.organisation)
            row: Row = {
                "public_id": token.public_id,
                "organisation": token.organisation,
                "roles": " ".join(token.roles),
                "label": token.label,
                "secret_hash": token.secret_hash.hex(),
                "created": token.created,
                "expires": token.expires,
                "revoked": token.revoked,
            }
            transaction.insert(TOKEN, [row])
            note(transaction, event)

    def token(self, public_id: str) -> StoredToken | None:
        """See the port."""
        with self._rows.reading() as view:
            row = view.one(TOKEN, {"public_id": public_id})
        return None if row is None else _token(row)

    def tokens(self, organisation: Ctid | None = None) -> tuple[StoredToken, ...]:
        """See the port."""
        where: Row = {} if organisation is None else {"organisation": organisation}
        with self._rows.reading() as view:
            return tuple(_token(row) for row in view.many(TOKEN, where, order=["position"]))

    def revoke_token(self, public_id: str, *, at: datetime, event: AuditEvent) -> bool:
        """See the port."""
        with self._rows.writing(_LOCK) as transaction:
            row = transaction.one(TOKEN, {"public_id": public_id})
            if row is None:
                raise NotFound(TOKEN_UNKNOWN, token=public_id[:40])
            if row["revoked"] is not None:
                return False
            transaction.update(TOKEN, {"public_id": public_id}, {"revoked": at})
            note(transaction, event)
            return True


class StoredSessions:
    """:class:`openler.actions.private_ports.Sessions` on rows."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def add(self, session: StoredSession, *, event: AuditEvent) -> None:
        """See the port."""
        row: Row = {
            "token_hash": session.token_hash.hex(),
            "holder_id": session.holder_id,
            "sealed_key": session.sealed_key,
            "created": session.created,
            "expires": session.expires,
            "last_used": session.last_used,
        }
        with self._rows.writing(lock_of(session.holder_id)) as transaction:
            transaction.insert(SESSION, [row])
            note(transaction, event)

    def find(self, token_hash: bytes) -> StoredSession | None:
        """See the port."""
        with self._rows.reading() as view:
            row = view.one(SESSION, {"token_hash": token_hash.hex()})
        return None if row is None else _session(row)

    def touch(self, token_hash: bytes, *, at: datetime) -> None:
        """See the port."""
        with self._rows.writing(f"session {token_hash.hex()}") as transaction:
            transaction.update(SESSION, {"token_hash": token_hash.hex()}, {"last_used": at})

    def remove(self, token_hash: bytes, *, event: AuditEvent) -> bool:
        """See the port."""
        with self._rows.writing(f"session {token_hash.hex()}") as transaction:
            gone = transaction.delete(SESSION, {"token_hash": token_hash.hex()}) > 0
            if gone:
                note(transaction, event)
            return gone

    def remove_all(self, holder_id: str, *, event: AuditEvent) -> int:
        """See the port."""
        with self._rows.writing(lock_of(holder_id)) as transaction:
            gone = transaction.delete(SESSION, {"holder_id": holder_id})
            note(transaction, event)
            return gone


def _organisation(row: Row) -> Organisation:
    did = None if row["did"] is None else Did(row["did"])
    return Organisation(Ctid(row["ce_ctid"]), row["name"], roles(row["roles"].split()), row["created"], did=did, key=row["key_uri"])


def _token(row: Row) -> StoredToken:
    return StoredToken(
        public_id=row["public_id"],
        organisation=Ctid(row["organisation"]),
        roles=roles(row["roles"].split()),
        label=row["label"],
        secret_hash=bytes.fromhex(row["secret_hash"]),
        created=row["created"],
        expires=row["expires"],
        revoked=row["revoked"],
    )


def _session(row: Row) -> StoredSession:
    return StoredSession(
        bytes.fromhex(row["token_hash"]), row["holder_id"], row["sealed_key"], row["created"], row["expires"], row["last_used"]
    )
