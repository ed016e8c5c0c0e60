"""Tokens as an outsider would make them: any header, any claims, signed with a key of ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from openler.credentials import jose, sdjwt
from openler.credentials.enveloping import as_jwt, as_sdjwt, choices
from openler.credentials.evidence import Evidence
from openler.credentials.policy import Policy
from openler.credentials.report import Report
from openler.credentials.verify import verify
from tests.support.presenting import AT, Key

SALT = bytes(range(16))


def token(key: Key, claims: Mapping[str, Any], **header: Any) -> str:
    """A compact JWS by ``key``. Header members given as None are left out."""
    members = {"alg": "EdDSA", "kid": key.url, "typ": "vc+jwt", **header}
    prepared = jose.prepare({name: value for name, value in members.items() if value is not None}, claims)
    return prepared.finish(key.private.sign(prepared.message))


def vc_jwt(key: Key, document: Mapping[str, Any], *, at: datetime = AT) -> str:
    """A vc+jwt as this house makes it."""
    prepared = as_jwt(document, kid=key.url, key_type="Ed25519", at=at)
    return prepared.finish(key.private.sign(prepared.message))


def vc_sd_jwt(key: Key, document: Mapping[str, Any], *, places: Sequence[str] | None = None, at: datetime = AT) -> str:
    """A vc+sd-jwt as this house makes it, with all its disclosures; salts differ by place."""
    wanted = choices(document) if places is None else places
    salts = [number.to_bytes(1) + SALT[1:] for number in range(len(wanted))]
    prepared = as_sdjwt(document, kid=key.url, key_type="Ed25519", at=at, places=wanted, salts=salts)
    return prepared.finish(key.private.sign(prepared.message))


def bound(presented: str, holder: Key, *, nonce: str = "n-1", audience: str = "https://employer.example", at: datetime = AT) -> str:
    """An SD-JWT with a key binding by ``holder``."""
    prepared = sdjwt.prepare_binding(presented, key=holder.public, nonce=nonce, audience=audience, at=at)
    return presented + prepared.finish(holder.private.sign(prepared.message))


def judge(what: object, *, evidence: Evidence | None = None, now: datetime = AT, **policy: Any) -> Report:
    """The verdict on a token, an envelope or a document."""
    return verify(what, evidence or Evidence(), Policy(**policy), now)
