"""Signing in and out: a holder's key for as long as she is there, and no longer.

The session's token goes into a cookie and nowhere else: it is stored as a hash, it never stands in an address, and the
holder's key is sealed under it, so that between requests nobody here can open her wallet.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from openler.access import session as sessions
from openler.access.audit import AuditEvent
from openler.access.sealing import NONCE_BYTES, SealBroken
from openler.access.secret import SECRET_BYTES, Secret, fingerprint
from openler.actions.ports import Ports
from openler.actions.private_ports import HolderKey
from openler.errors import Refused, Unauthenticated

TOUCH_EVERY: Final = timedelta(minutes=1)
"""How exactly the last use of a session is kept: finer would write to the database at every request."""

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: the cookie's value, whose it is, and what each of its forms must carry."""

    token: Secret
    holder_id: str
    csrf: str = field(repr=False)


def unlock(ports: Ports, handle: str, passphrase: str, *, actor: str) -> HolderKey:
    """The key of the wallet that is named so, for this once. A refusal is noted, without the name.

    :raises Refused: ``vault.wrong_passphrase``, also where there is no such wallet
    :raises RateLimited: ``access.too_many_attempts``
    """
    now = ports.clock.now()
    try:
        return ports.vault.sign_in(handle, passphrase, at=now)
    except Refused:
        ports.private_audit.record(AuditEvent("hold:wallet:refuse", actor, now))
        raise


def sign_in(ports: Ports, handle: str, passphrase: str, *, actor: str = "web", previous: str | None = None) -> SignedIn:
    """Begin a session. It always has a token of its own; the session of ``previous``, where there is one, ends.

    Raises as :func:`unlock`.
    """
    key = unlock(ports, handle, passphrase, actor=actor)
    if previous is not None:
        sign_out(ports, previous)
    now = ports.clock.now()
    # Somebody comes in: a good moment to delete what ended, whoever's it was. No clockwork of its own can stand still then.
    ports.vault.purge(at=now)
    token, stored = sessions.make(ports.entropy.token(SECRET_BYTES), ports.entropy.token(NONCE_BYTES), key.holder_id, key.data_key, now)
    ports.sessions.add(stored, event=AuditEvent("hold:session:begin", f"{actor}:{key.holder_id}", now))
    return SignedIn(token, key.holder_id, sessions.csrf_token(token.reveal()))


def resume(ports: Ports, token: str) -> HolderKey:
    """The holder's key, from her cookie.

    :raises Unauthenticated: ``access.session_unknown``, ``access.session_expired``
    """
    if not _TOKEN.fullmatch(token):
        raise Unauthenticated(sessions.SESSION_UNKNOWN)
    now = ports.clock.now()
    stored = sessions.check(ports.sessions.find(fingerprint(token)), now)
    try:
        data_key = sessions.open_key(token, stored)
    except SealBroken as error:
        raise Unauthenticated(sessions.SESSION_UNKNOWN) from error
    if now - stored.last_used >= TOUCH_EVERY:
        ports.sessions.touch(stored.token_hash, at=now)
    return HolderKey(stored.holder_id, data_key)


def sign_out(ports: Ports, token: str) -> None:
    """End a session; one that has ended already is no error."""
    if not _TOKEN.fullmatch(token):
        return
    found = ports.sessions.find(fingerprint(token))
    if found is not None:
        ports.sessions.remove(found.token_hash, event=AuditEvent("hold:session:end", found.holder_id, ports.clock.now()))


def sign_out_everywhere(ports: Ports, key: HolderKey) -> int:
    """End all sessions of a holder; how many there were."""
    return ports.sessions.remove_all(key.holder_id, event=AuditEvent("hold:session:end_all", key.holder_id, ports.clock.now()))


def csrf(token: str) -> str:
    """What every form of this session carries."""
    return sessions.csrf_token(token)


def check_form(token: str, shown: str) -> None:
    """Pass only a form that this session was given. :raises Refused: ``access.csrf_mismatch``"""
    sessions.check_csrf(token, shown)
