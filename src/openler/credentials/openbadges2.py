"""Open Badges 2.0 and 2.1: reading an assertion, its shape, and carrying it over into the words of version 3.

An old badge is an assertion that names a badge class that names an issuer. It is *hosted* (real because its issuer's
host serves it) or *signed* (a JWS by a key of the issuer's profile). Carried over it is an unsigned OpenBadgeCredential:
nobody signed those words, so nothing here makes it more than it was.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from openler.credentials import badge2extensions, jose
from openler.credentials.openbadges import CONTEXTS
from openler.credentials.shapes import MISSING, NOT_URL, WRONG_KIND, Shape, is_url, listed, pointer, types_of
from openler.credentials.times import parse_time, xsd
from openler.errors import Malformed, OpenlerError, declare
from openler.linkeddata.parse import parse_json

CONTEXT = "https://w3id.org/openbadges/v2"
MAX_ASSERTION = 256 * 1024
"""Largest assertion, badge class, profile or key read, in bytes."""

CONTEXT_OTHER = declare("credentials.badge2_context_other", by=__name__)
VERIFICATION_UNKNOWN = declare("credentials.badge2_verification_unknown", by=__name__)
NO_ADDRESS = declare("credentials.badge2_no_address", by=__name__)
EXPIRES_BEFORE = declare("credentials.badge2_expires_before", by=__name__)

_WEB = re.compile(rb"https?://[!-~]{1,2000}")
_IDENTITY_TYPES = {"email": "emailAddress", "id": "identifier"}


@dataclass(frozen=True, slots=True)
class Assertion:
    """An old badge as it was brought. ``url`` is where a hosted one lies; ``document`` is None where only that is known."""

    form: Literal["hosted", "signed"]
    url: str | None
    document: Mapping[str, Any] | None
    jws: jose.Jws | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """An assertion with the badge class and the issuer's profile behind it, each None where it could not be had."""

    assertion: Mapping[str, Any] | None = None
    badge: Mapping[str, Any] | None = None
    issuer: Mapping[str, Any] | None = None


def is_assertion(document: object) -> bool:
    """Whether a JSON value is an Open Badges 2 assertion, by its context or by what it says."""
    if not isinstance(document, Mapping) or "credentialSubject" in document:
        return False
    return "Assertion" in types_of(document) or (CONTEXT in listed(document.get("@context")) and "badge" in document)


def read(data: bytes, *, in_image: bool = False) -> Assertion | None:
    """The assertion in some bytes: JSON, a compact JWS, or, in an image, its address alone. None for anything else."""
    text = data.strip()
    if in_image and _WEB.fullmatch(text):
        return Assertion("hosted", text.decode(), None)
    try:
        if text.startswith(b"{"):
            document = parse_json(text)
            return of_document(document) if isinstance(document, dict) else None
        if text.startswith(b"eyJ") and b"~" not in text:
            jws = jose.parse_compact(text.decode())
            payload = parse_json(jws.payload)
            if isinstance(payload, dict) and is_assertion(payload):
                return Assertion("signed", None, payload, jws)
    except (OpenlerError, UnicodeDecodeError):
        return None  # not of this kind; whoever reads the other kinds says what is wrong
    return None


def of_document(document: Mapping[str, Any]) -> Assertion | None:
    """The hosted assertion that a JSON object is, None where it is none."""
    if not is_assertion(document):
        return None
    identifier = document.get("id")
    return Assertion("hosted", identifier if isinstance(identifier, str) else None, document)


def verification(assertion: Mapping[str, Any]) -> Mapping[str, Any]:
    """The verification object; early documents of version 2 call it ``verify``."""
    stated = assertion.get("verification", assertion.get("verify"))
    return stated if isinstance(stated, Mapping) else {}


def check(shape: Shape, parts: Parts) -> None:
    """Note what Open Badges 2.0, section 4, asks of an assertion, its badge class and its issuer, and is not there."""
    assertion = parts.assertion or {}
    if CONTEXT not in listed(assertion.get("@context")):
        shape.fault(CONTEXT_OTHER, "/@context", seen=str(assertion.get("@context"))[:80])
    shape.types(assertion, "", required=("Assertion",))
    shape.identifier(assertion, "", required=True)
    _recipient(shape, assertion)
    if not isinstance(assertion.get("badge"), Mapping) and not is_url(assertion.get("badge")):
        shape.fault(MISSING, "/badge", name="badge")
    kinds = [str(kind).lower().removesuffix("badge") for kind in listed(verification(assertion).get("type"))]
    if not {"hosted", "signed"} & set(kinds):
        shape.fault(VERIFICATION_UNKNOWN, "/verification/type", seen=", ".join(kinds)[:80] or "?")
    if "issuedOn" not in assertion:
        shape.fault(MISSING, "/issuedOn", name="issuedOn")
    issued = shape.moment(assertion, "issuedOn", zone_required=False)
    expires = shape.moment(assertion, "expires", zone_required=False)
    if issued and expires and expires < issued:
        shape.fault(EXPIRES_BEFORE, "/expires")
    if parts.badge is not None:
        _badge(shape, parts.badge)
    if parts.issuer is not None:
        _issuer(shape, parts.issuer)


def _recipient(shape: Shape, assertion: Mapping[str, Any]) -> None:
    recipient = assertion.get("recipient")
    if not isinstance(recipient, Mapping):
        shape.fault(MISSING, "/recipient", name="recipient")
        return
    for name in ("type", "identity"):
        shape.text(recipient, name, "/recipient", required=True)
    if not isinstance(recipient.get("hashed", False), bool):
        shape.fault(WRONG_KIND, "/recipient/hashed", wanted="true / false")


def _badge(shape: Shape, badge: Mapping[str, Any]) -> None:
    shape.types(badge, "/badge", required=("BadgeClass",))
    for name in ("name", "description"):
        shape.text(badge, name, "/badge", required=True)
    for name in ("criteria", "issuer"):
        if name not in badge:
            shape.fault(MISSING, "/badge" + pointer(name), name=name)
        elif not isinstance(badge[name], Mapping) and not is_url(badge[name]):
            shape.fault(NOT_URL, "/badge" + pointer(name), seen=str(badge[name])[:80])


def _issuer(shape: Shape, issuer: Mapping[str, Any]) -> None:
    shape.types(issuer, "/badge/issuer", required=("Issuer", "Profile"))
    shape.identifier(issuer, "/badge/issuer", required=True)
    shape.text(issuer, "name", "/badge/issuer", required=True)


def as_achievement_credential(parts: Parts) -> dict[str, Any]:
    """The badge in the words of Open Badges 3.0: unsigned, and saying nothing that the old one does not say.

    The badge's own picture files are left behind, and extensions that version 3 has no words for. Endorsements are carried
    over one by one, where they stand: :mod:`openler.credentials.badge2endorsements`.
    """
    assertion, badge, issuer = (dict(each or {}) for each in (parts.assertion, parts.badge, parts.issuer))
    name = _text(badge.get("name")) or "?"
    document: dict[str, Any] = {
        "@context": list(CONTEXTS),
        "id": assertion.get("id"),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": name,
        "issuer": _profile(issuer),
        "validFrom": _moment(assertion.get("issuedOn")),
        "validUntil": _moment(assertion.get("expires")),
        "awardedDate": _moment(assertion.get("issuedOn")),
        "credentialSubject": _kept(
            type=["AchievementSubject"],
            identifier=[identity] if (identity := _identity(assertion.get("recipient"))) else None,
            narrative=_text(assertion.get("narrative")),
            achievement=_achievement(badge, name),
        ),
        "image": _image(assertion.get("image")),
        "evidence": _evidence(assertion.get("evidence")),
    }
    return _kept(**document)


def as_endorsement_credential(endorsement: Mapping[str, Any], endorser: Mapping[str, Any]) -> dict[str, Any]:
    """An endorsement in the words of version 3, by the profile of who gave it: as unsigned as the badge is then."""
    stated = endorsement.get("claim")
    claim = stated if isinstance(stated, Mapping) else {}
    return _kept(**{
        "@context": list(CONTEXTS),
        "id": endorsement.get("id"),
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": _text(endorser.get("name")),
        "issuer": _profile(endorser),
        "validFrom": _moment(endorsement.get("issuedOn")),
        "validUntil": _moment(endorsement.get("expires")),
        "credentialSubject": _kept(
            id=claim.get("id"), type=["EndorsementSubject"], endorsementComment=_text(claim.get("endorsementComment"))
        ),
    })  # fmt: skip


def achievement_of(badge: Mapping[str, Any]) -> dict[str, Any]:
    """A badge class as an Achievement of version 3."""
    return _achievement(badge, _text(badge.get("name")) or "?")


def _kept(**members: Any) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value not in (None, "", [])}


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _moment(value: object) -> str | None:
    try:
        return xsd(parse_time(value, zone_required=False))
    except Malformed:
        return None


def _profile(issuer: Mapping[str, Any]) -> dict[str, Any]:
    return _kept(
        id=issuer.get("id"), type=["Profile"], name=_text(issuer.get("name")), url=issuer.get("url"), email=issuer.get("email"),
        description=_text(issuer.get("description")), phone=issuer.get("telephone"), image=_image(issuer.get("image")),
    )  # fmt: skip


def _achievement(badge: Mapping[str, Any], name: str) -> dict[str, Any]:
    criteria = badge.get("criteria")
    told = _kept(id=criteria.get("id"), narrative=criteria.get("narrative")) if isinstance(criteria, Mapping) else _kept(id=criteria)
    added = {name: value for members in badge2extensions.words(badge).values() for name, value in members.items()}
    return added | _kept(
        id=badge.get("id"), type=["Achievement"], name=name, description=_text(badge.get("description")) or name,
        inLanguage=badge.get("@language"), version=_text(badge.get("version")), image=_image(badge.get("image")),
        tag=[each for each in listed(badge.get("tags")) if isinstance(each, str)],
        alignment=[_alignment(each) for each in listed(badge.get("alignment")) if isinstance(each, Mapping)],
    ) | {"criteria": told}  # fmt: skip


def _alignment(old: Mapping[str, Any]) -> dict[str, Any]:
    wanted = ("targetName", "targetUrl", "targetDescription", "targetFramework", "targetCode")
    return {"type": ["Alignment"], **{name: old[name] for name in wanted if isinstance(old.get(name), str) and old[name]}}


def _image(value: object) -> dict[str, Any] | None:
    if isinstance(value, Mapping):
        found = _kept(id=value.get("id"), type="Image", caption=_text(value.get("caption")))
        return found if "id" in found else None
    return {"id": value, "type": "Image"} if isinstance(value, str) and value else None


def _evidence(value: object) -> list[dict[str, Any]]:
    found = []
    for each in listed(value):
        if isinstance(each, Mapping):
            told = {name: each[name] for name in ("id", "narrative", "name", "description", "genre", "audience") if _text(each.get(name))}
            if str(told.get("id", "")).startswith("_:"):
                told.pop("id")
            found.append({"type": ["Evidence"], **told})
        elif isinstance(each, str):
            found.append({"id": each, "type": ["Evidence"]})
    return found


def _identity(recipient: object) -> dict[str, Any] | None:
    if not isinstance(recipient, Mapping) or not _text(recipient.get("identity")):
        return None
    kind = str(recipient.get("type", ""))
    hashed = recipient.get("hashed") is True
    return _kept(
        type="IdentityObject", hashed=hashed, identityHash=recipient["identity"], identityType=_IDENTITY_TYPES.get(kind, f"ext:{kind}"),
        salt=recipient.get("salt") if hashed else None,
    )  # fmt: skip
