"""Credentials made to travel in an envelope: as a JWT, an SD-JWT or a COSE_Sign1, signed in two halves.

As Securing Verifiable Credentials using JOSE and COSE 1.0 has it: the claims are the credential itself, the header names
the key by the address of its verification method.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from openler.credentials import cose, dids, jose, sdjwt
from openler.credentials.jwk import public_jwk
from openler.credentials.multikey import KeyType
from openler.credentials.shapes import listed, pointer
from openler.errors import OpenlerError
from openler.linkeddata.jcs import jcs

CREDENTIAL_JWT = "vc+jwt"
CREDENTIAL_SD_JWT = "vc+sd-jwt"
CREDENTIAL_COSE = "vc+cose"
PRESENTATION_JWT = "vp+jwt"
_CHOICES = ("identifier", "result", "narrative", "name", "email")
"""Members of a badge's subject that its holder may leave out: who she is in words, and how well she did."""


def as_jwt(document: Mapping[str, Any], *, kid: str, key_type: KeyType, at: datetime) -> jose.Prepared:
    """The first half of a vc+jwt. ``kid`` is the address of the issuer's key, ``at`` the time of signing."""
    return jose.prepare(_header(kid, key_type, CREDENTIAL_JWT, "vc"), {**document, "iat": int(at.timestamp())})


@dataclass(frozen=True, slots=True)
class PreparedSdJwt:
    """A vc+sd-jwt before its signature: ``message`` are the octets to be signed."""

    token: jose.Prepared
    disclosures: tuple[str, ...]

    @property
    def message(self) -> bytes:
        """What is signed."""
        return self.token.message

    def finish(self, signature: bytes) -> str:
        """The token with all its disclosures, as its holder gets it."""
        return sdjwt.assemble(self.token.finish(signature), self.disclosures)


def as_sdjwt(
    document: Mapping[str, Any], *, kid: str, key_type: KeyType, at: datetime, places: Sequence[str], salts: Sequence[bytes]
) -> PreparedSdJwt:
    """The first half of a vc+sd-jwt whose members at ``places`` the holder may leave out; one random salt for each place.

    A subject whose identifier holds its key is confirmed by it (``cnf``), so that she can show that she brought it.

    :raises Malformed: ``jose.not_concealable``
    """
    claims, disclosures = sdjwt.conceal(document, places, salts)
    claims["iat"] = int(at.timestamp())
    confirmed = _subject_key(document, at)
    if confirmed is not None:
        claims["cnf"] = {"jwk": confirmed}
    return PreparedSdJwt(jose.prepare(_header(kid, key_type, CREDENTIAL_SD_JWT, "vc"), claims), disclosures)


def as_cose(document: Mapping[str, Any], *, kid: str, key_type: KeyType, at: datetime | None = None) -> cose.Prepared:
    """The first half of an application/vc+cose; the payload is the credential alone, hence ``at`` stands in the header."""
    issued = None if at is None else int(at.timestamp())
    return cose.prepare(
        jcs(dict(document)), key_type=key_type, kid=kid, content_type="application/vc", typ=f"application/{CREDENTIAL_COSE}", issued=issued
    )


def presentation_jwt(
    document: Mapping[str, Any], *, kid: str, key_type: KeyType, at: datetime, nonce: str | None = None, audience: str | None = None
) -> jose.Prepared:
    """The first half of a vp+jwt in answer to ``nonce``, for ``audience``."""
    claims: dict[str, Any] = {**document, "iat": int(at.timestamp())}
    claims |= {name: value for name, value in (("nonce", nonce), ("aud", audience)) if value is not None}
    return jose.prepare(_header(kid, key_type, PRESENTATION_JWT, "vp"), claims)


def enveloped(token: str | bytes, media_type: str) -> dict[str, Any]:
    """A token as an EnvelopedVerifiableCredential, to stand in a presentation; ``media_type`` without ``application/``.

    A COSE_Sign1 is given as its octets.
    """
    carried = f",{token}" if isinstance(token, str) else f";base64,{base64.b64encode(token).decode()}"
    return {
        "@context": "https://www.w3.org/ns/credentials/v2",
        "id": f"data:application/{media_type}{carried}",
        "type": "EnvelopedVerifiableCredential",
    }


def choices(document: Mapping[str, Any]) -> tuple[str, ...]:
    """The places in a badge that are left to its holder's choice, each by its JSON Pointer: every identity and result alone."""
    return tuple(_choices(document))


def _choices(document: Mapping[str, Any]) -> Iterator[str]:
    stated = document.get("credentialSubject")
    for number, subject in enumerate(listed(stated)):
        if not isinstance(subject, Mapping):
            continue
        path = pointer("credentialSubject", number) if isinstance(stated, list) else "/credentialSubject"
        for name in _CHOICES:
            if isinstance(subject.get(name), list):
                yield from (path + pointer(name, place) for place in range(len(subject[name])))
            elif name in subject:
                yield path + pointer(name)
    for number, _ in enumerate(document["evidence"] if isinstance(document.get("evidence"), list) else ()):
        yield pointer("evidence", number)


def _header(kid: str, key_type: KeyType, typ: str, cty: str) -> dict[str, str]:
    return {"alg": jose.SIGNING[key_type], "kid": kid, "typ": typ, "cty": cty}


def _subject_key(document: Mapping[str, Any], at: datetime) -> dict[str, str] | None:
    subjects = [each for each in listed(document.get("credentialSubject")) if isinstance(each, Mapping)]
    did = subjects[0].get("id") if len(subjects) == 1 else None
    if not isinstance(did, str) or not did.startswith("did:"):
        return None
    try:
        described = dids.known_document(did)
        if described is None:
            return None
        return public_jwk(dids.key_for(described, described["verificationMethod"][0]["id"], purpose="authentication", at=at))
    except OpenlerError:
        return None
