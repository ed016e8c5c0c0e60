"""Open Badges 3.0: making an OpenBadgeCredential; the shape one must have is in :mod:`openler.credentials.badge_shapes`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from openler.credentials.times import xsd

CONTEXTS = ("https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json")
BADGE_TYPES = frozenset({"OpenBadgeCredential", "AchievementCredential"})


@dataclass(frozen=True, slots=True)
class Issuer:
    """The issuer's Profile: its DID, its name and, where it has one, its page and its description in a registry."""

    id: str
    name: str
    url: str | None = None
    ctid: str | None = None

    def profile(self) -> dict[str, Any]:
        """As OB 3.0 writes it; the CTID stands as an identifier of the kind ``ext:ceterms:ctid``."""
        found: dict[str, Any] = {"id": self.id, "type": ["Profile"], "name": self.name}
        if self.url:
            found["url"] = self.url
        if self.ctid:
            entry = {"type": "IdentifierEntry", "identifier": self.ctid, "identifierType": "ext:ceterms:ctid"}
            found["otherIdentifier"] = [entry]
        return found


def hashed_identity(value: str, *, kind: str, salt: str) -> dict[str, Any]:
    """An IdentityObject that a person can prove to match without the credential telling whose it is.

    ``kind`` is an IdentifierType such as ``emailAddress`` or ``sourcedId``; the hash is SHA-256 over the value (an
    e-mail address in lower case) and the salt (OB 3.0, section B.1.8).
    """
    text = value.strip().lower() if kind == "emailAddress" else value.strip()
    digest = hashlib.sha256((text + salt).encode()).hexdigest()
    return {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": f"sha256${digest}",
        "identityType": kind,
        "salt": salt,
    }


def matches_identity(identity: Mapping[str, Any], value: str) -> bool:
    """Whether an IdentityObject is about ``value``."""
    kind, salt = str(identity.get("identityType", "")), str(identity.get("salt", ""))
    if identity.get("hashed") is not True:
        return str(identity.get("identityHash", "")).strip().lower() == value.strip().lower()
    stated = str(identity.get("identityHash", "")).lower()
    if stated.startswith("md5$"):
        # Open Badges 2.0 issuers hashed so; it hides little, and proves as much as a comparison in clear.
        text = value.strip().lower() if kind == "emailAddress" else value.strip()
        return stated == "md5$" + hashlib.md5((text + salt).encode(), usedforsecurity=False).hexdigest()
    return bool(hashed_identity(value, kind=kind, salt=salt)["identityHash"] == stated)


@dataclass(frozen=True, slots=True)
class Subject:
    """Who earned it: by ``id`` (such as a DID), by hashed or plain identity objects, or both; and with what results."""

    id: str | None = None
    identifiers: tuple[Mapping[str, Any], ...] = ()
    results: tuple[Mapping[str, Any], ...] = ()


def badge(
    *, credential_id: str, issuer: Issuer, subject: Subject, achievement: Mapping[str, Any], name: str,
    valid_from: datetime, valid_until: datetime | None = None, awarded: datetime | None = None,
    statuses: Sequence[Mapping[str, Any]] = (), related: Sequence[Mapping[str, Any]] = (),
    evidence: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:  # fmt: skip
    """An unsigned OpenBadgeCredential. ``achievement`` is an OB 3.0 Achievement; dates are aware datetimes."""
    holder: dict[str, Any] = {"type": ["AchievementSubject"], "achievement": dict(achievement)}
    if subject.id:
        holder["id"] = subject.id
    if subject.identifiers:
        holder["identifier"] = [dict(each) for each in subject.identifiers]
    if subject.results:
        holder["result"] = [dict(each) for each in subject.results]
    document: dict[str, Any] = {
        "@context": list(CONTEXTS),
        "id": credential_id,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": name,
        "issuer": issuer.profile(),
        "validFrom": xsd(valid_from),
        "credentialSubject": holder,
    }
    if valid_until is not None:
        document["validUntil"] = xsd(valid_until)
    if awarded is not None:
        document["awardedDate"] = xsd(awarded)
    if statuses:
        document["credentialStatus"] = dict(statuses[0]) if len(statuses) == 1 else [dict(each) for each in statuses]
    if evidence:
        document["evidence"] = [dict(each) for each in evidence]
    if related:
        document["relatedResource"] = [dict(each) for each in related]
    return document


def is_endorsement(types: Sequence[str]) -> bool:
    """Whether a credential of these types claims to be an endorsement."""
    return "EndorsementCredential" in types


def is_badge(types: Sequence[str]) -> bool:
    """Whether a credential of these types claims to be an Open Badge."""
    return not BADGE_TYPES.isdisjoint(types)
