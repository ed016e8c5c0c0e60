"""The shape an Open Badge must have: Open Badges 3.0, section B.1 and the required properties of its JSON schema.

Achievements, profiles, identities and endorsements; results and what they refer to are in
:mod:`openler.credentials.badge_results`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from openler.credentials import badge_results
from openler.credentials.badge_results import alignments
from openler.credentials.shapes import MISSING, NOT_URL, WRONG_KIND, Shape, is_object, is_url, listed, pointer
from openler.errors import declare

IDENTITY_MALFORMED = declare("credentials.badge_identity_malformed", by=__name__)
ACTIVITY_REVERSED = declare("credentials.badge_activity_reversed", by=__name__)
LANGUAGE_MALFORMED = declare("credentials.badge_language_malformed", by=__name__)
ENDORSEMENT_NOT_TOKEN = declare("credentials.badge_endorsement_not_token", by=__name__)

_HASH = re.compile(r"(?:sha256\$[0-9A-Fa-f]{64}|md5\$[0-9A-Fa-f]{32})", re.ASCII)
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*", re.ASCII)
_TOKEN = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+", re.ASCII)
_PROFILE_TEXTS = ("name", "phone", "description", "email", "official", "familyName", "givenName")
_FURTHER_TEXTS = tuple(name for name in _PROFILE_TEXTS if name not in {"name", "description"})
_ACHIEVEMENT_TEXTS = ("achievementType", "fieldOfStudy", "humanCode", "specialization", "version")
_EVIDENCE_TEXTS = ("narrative", "name", "genre", "audience")
MAX_PARENTS = 10
"""Deepest chain of parent organizations that is looked at."""


def check(shape: Shape, document: Mapping[str, Any]) -> None:
    """Note what OB 3.0 asks of an AchievementCredential and the document lacks or says wrongly."""
    shape.identifier(document, "", required=True)
    shape.moment(document, "awardedDate", zone_required=False)
    if is_object(document.get("issuer")):
        profile(shape, document["issuer"], "/issuer", named=False)
    image(shape, document, "")
    endorsements(shape, document, "")
    for path, subject in shape.objects(document, "credentialSubject"):
        _subject(shape, subject, path)
    for path, each in shape.objects(document, "evidence"):
        shape.types(each, path, required=("Evidence",))
        shape.identifier(each, path)
        shape.texts(each, _EVIDENCE_TEXTS, path)


def check_endorsement(shape: Shape, document: Mapping[str, Any]) -> None:
    """Note what OB 3.0 asks of an EndorsementCredential: each subject names what is endorsed."""
    shape.identifier(document, "", required=True)
    if is_object(document.get("issuer")):
        profile(shape, document["issuer"], "/issuer", named=False)
    for path, subject in shape.objects(document, "credentialSubject"):
        shape.types(subject, path, required=("EndorsementSubject",))
        shape.identifier(subject, path, required=True)
        shape.text(subject, "endorsementComment", path)


def profile(shape: Shape, node: Mapping[str, Any], path: str, *, depth: int = 0, named: bool = True) -> None:
    """Note what a Profile lacks. ``named`` is false where the data model has looked at the name already."""
    shape.types(node, path, required=("Profile",))
    if named:
        shape.identifier(node, path, required=True)
    shape.texts(node, _PROFILE_TEXTS if named else _FURTHER_TEXTS, path)
    if "url" in node and not is_url(node["url"]):
        shape.fault(NOT_URL, path + "/url", seen=str(node["url"])[:80])
    image(shape, node, path)
    endorsements(shape, node, path)
    identifier_entries(shape, node, path)
    if depth < MAX_PARENTS:
        for place, parent in shape.objects(node, "parentOrg", at=path):
            profile(shape, parent, place, depth=depth + 1)


def image(shape: Shape, node: Mapping[str, Any], path: str) -> None:
    """An image: its address alone, or an Image object with the address as its id (a ``data:`` address is one)."""
    if "image" not in node:
        return
    value = node["image"]
    if is_object(value):
        shape.types(value, path + "/image", required=("Image",))
        place, address = path + "/image/id", value.get("id")
        shape.text(value, "caption", path + "/image")
    else:
        place, address = path + "/image", value
    if not (is_url(address) or (isinstance(address, str) and address.startswith("data:image/"))):
        shape.fault(NOT_URL, place, seen=str(address)[:80])


def endorsements(shape: Shape, node: Mapping[str, Any], path: str) -> None:
    """Endorsements are credentials of their own, judged as parts; here only that they are such, or compact tokens."""
    for place, each in shape.objects(node, "endorsement", at=path):
        shape.types(each, place, required=("EndorsementCredential",))
    if "endorsementJwt" not in node:
        return
    tokens = node["endorsementJwt"]
    for number, token in enumerate(listed(tokens)):
        if not isinstance(token, str) or not _TOKEN.fullmatch(token):
            place = path + (pointer("endorsementJwt", number) if isinstance(tokens, list) else "/endorsementJwt")
            shape.fault(ENDORSEMENT_NOT_TOKEN, place)


def identifier_entries(shape: Shape, node: Mapping[str, Any], path: str) -> None:
    """``otherIdentifier``: entries with an identifier and its kind."""
    for place, each in shape.objects(node, "otherIdentifier", at=path):
        shape.types(each, place, required=("IdentifierEntry",))
        for name in ("identifier", "identifierType"):
            shape.text(each, name, place, required=True)


def _subject(shape: Shape, subject: Mapping[str, Any], path: str) -> None:
    shape.types(subject, path, required=("AchievementSubject",))
    if "achievement" not in subject:
        shape.fault(MISSING, path + "/achievement", name="achievement")
    achievements = list(shape.objects(subject, "achievement", at=path))
    for place, each in achievements:
        achievement(shape, each, place)
    badge_results.check(shape, subject, path, [each for _, each in achievements])
    identities(shape, subject, path)
    shape.texts(subject, ("licenseNumber", "narrative", "role", "term"), path)
    number(shape, subject, "creditsEarned", path)
    image(shape, subject, path)
    for place, source in shape.objects(subject, "source", at=path):
        profile(shape, source, place)
    began = shape.moment(subject, "activityStartDate", zone_required=False, at=path)
    ended = shape.moment(subject, "activityEndDate", zone_required=False, at=path)
    if began and ended and ended < began:
        shape.fault(ACTIVITY_REVERSED, path + "/activityEndDate")


def identities(shape: Shape, subject: Mapping[str, Any], path: str) -> None:
    """Identity objects; a hashed one is ``sha256$...`` or ``md5$...`` in hexadecimal (section B.1.8)."""
    for place, identity in shape.objects(subject, "identifier", at=path):
        shape.types(identity, place, required=("IdentityObject",))
        for name in ("identityHash", "identityType"):
            shape.text(identity, name, place, required=True)
        shape.text(identity, "salt", place)
        hashed = identity.get("hashed")
        if not isinstance(hashed, bool):
            shape.fault(MISSING if "hashed" not in identity else WRONG_KIND, place + "/hashed", name="hashed", wanted="true / false")
        elif hashed and not _HASH.fullmatch(str(identity.get("identityHash", ""))):
            shape.fault(IDENTITY_MALFORMED, place + "/identityHash", seen=str(identity.get("identityHash"))[:80])


def achievement(shape: Shape, node: Mapping[str, Any], path: str) -> None:
    """Note what an Achievement lacks or says wrongly."""
    shape.types(node, path, required=("Achievement",))
    shape.identifier(node, path, required=True)
    for name in ("name", "description"):
        shape.text(node, name, path, required=True)
    shape.texts(node, _ACHIEVEMENT_TEXTS, path)
    criteria = node.get("criteria")
    if not is_object(criteria):
        shape.fault(MISSING, path + "/criteria", name="criteria")
    else:
        shape.identifier(criteria, path + "/criteria")
        shape.text(criteria, "narrative", path + "/criteria")
    alignments(shape, node, path)
    badge_results.descriptions(shape, node, path)
    number(shape, node, "creditsAvailable", path)
    image(shape, node, path)
    endorsements(shape, node, path)
    identifier_entries(shape, node, path)
    for place, creator in shape.objects(node, "creator", at=path):
        profile(shape, creator, place)
    for place, related in shape.objects(node, "related", at=path):
        shape.types(related, place, required=("Related",))
        shape.identifier(related, place, required=True)
        shape.text(related, "version", place)
        _language(shape, related, place)
    _language(shape, node, path)
    for position, tag in enumerate(listed(node.get("tag"))):
        if not isinstance(tag, str):
            shape.fault(WRONG_KIND, path + pointer("tag", position), wanted="text")


def number(shape: Shape, node: Mapping[str, Any], name: str, path: str) -> None:
    """Check a property that is one number."""
    if name in node and (isinstance(node[name], bool) or not isinstance(node[name], int | float)):
        shape.fault(WRONG_KIND, path + pointer(name), wanted="number")


def _language(shape: Shape, node: Mapping[str, Any], path: str) -> None:
    if "inLanguage" not in node:
        return
    stated = node["inLanguage"]
    if not (isinstance(stated, str) and _LANGUAGE.fullmatch(stated)):
        shape.fault(LANGUAGE_MALFORMED, path + "/inLanguage", seen=str(stated)[:80])
