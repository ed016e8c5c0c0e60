"""Credentials and presentations as the W3C data model shapes them: 2.0, and 1.1 for verification.

Reading never raises: whatever is wrong stands in ``faults``, each with a code and a path, and what could be read is
there for the other checks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from openler.credentials import badge_shapes, clr, employment, openbadges
from openler.credentials.faults import Fault
from openler.credentials.shapes import MISSING, NOT_OBJECT, NOT_URL, WRONG_KIND, Shape, is_object, is_url, listed, pointer, types_of
from openler.errors import declare

V2 = "https://www.w3.org/ns/credentials/v2"
V1 = "https://www.w3.org/2018/credentials/v1"

CONTEXT_MISSING = declare("credentials.shape_context_missing", by=__name__)
PERIOD_REVERSED = declare("credentials.shape_period_reversed", by=__name__)
SUBJECT_EMPTY = declare("credentials.shape_subject_empty", by=__name__)
RELATED_REPEATED = declare("credentials.shape_related_repeated", by=__name__)
RELATED_UNDIGESTED = declare("credentials.shape_related_undigested", by=__name__)

Version = Literal["2.0", "1.1"]


@dataclass(frozen=True, slots=True)
class Credential:
    """A credential as read. ``document`` is the JSON as parsed; ``subjects`` and the like hold its objects, unshared."""

    document: Mapping[str, Any]
    version: Version | None
    id: str | None
    types: tuple[str, ...]
    issuer: str | None
    issuer_name: str | None
    subjects: tuple[Mapping[str, Any], ...]
    valid_from: datetime | None
    valid_until: datetime | None
    statuses: tuple[Mapping[str, Any], ...]
    schemas: tuple[Mapping[str, Any], ...]
    related: tuple[Mapping[str, Any], ...]
    proofs: tuple[Mapping[str, Any], ...]
    faults: tuple[Fault, ...]

    @property
    def achievements(self) -> tuple[tuple[str, Mapping[str, Any]], ...]:
        """The achievements of its subjects, each with its path."""
        many = isinstance(self.document.get("credentialSubject"), list)
        found: list[tuple[str, Mapping[str, Any]]] = []
        for number, subject in enumerate(self.subjects):
            path = pointer("credentialSubject", number) if many else "/credentialSubject"
            stated = subject.get("achievement")
            found += [
                (path + (pointer("achievement", place) if isinstance(stated, list) else "/achievement"), each)
                for place, each in enumerate(listed(stated))
                if is_object(each)
            ]
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Presentation:
    """A presentation as read; ``credentials`` are the documents in it, unread, each with its path."""

    document: Mapping[str, Any]
    version: Version | None
    id: str | None
    holder: str | None
    credentials: tuple[tuple[str, Any], ...]
    proofs: tuple[Mapping[str, Any], ...]
    faults: tuple[Fault, ...]


def is_presentation(document: object) -> bool:
    """Whether a document calls itself a presentation."""
    return is_object(document) and "VerifiablePresentation" in types_of(document)


def read_credential(document: object) -> Credential:
    """Read a credential; faults stand in the result."""
    shape = Shape()
    if not is_object(document):
        shape.fault(NOT_OBJECT, "")
        document = {}
    version = _version(shape, document)
    zoned = version == "2.0"
    identifier = shape.identifier(document, "")
    shape.types(document, "", required=("VerifiableCredential",))
    issuer, issuer_name = _issuer(shape, document)
    subjects = _subjects(shape, document)
    since, until = ("validFrom", "validUntil") if version != "1.1" else ("issuanceDate", "expirationDate")
    if version == "1.1" and since not in document:
        shape.fault(MISSING, pointer(since), name=since)
    valid_from = shape.moment(document, since, zone_required=zoned)
    valid_until = shape.moment(document, until, zone_required=zoned)
    if valid_from and valid_until and valid_until < valid_from:
        shape.fault(PERIOD_REVERSED, pointer(until))
    for name in ("credentialStatus", "refreshService", "termsOfUse", "evidence"):
        shape.typed(document, name)
    shape.typed(document, "credentialSchema", id_required=True)
    related = _related(shape, document)
    proofs = _proofs(shape, document)
    _names(shape, document)
    types = types_of(document)
    if openbadges.is_badge(types):
        badge_shapes.check(shape, document)
    elif openbadges.is_endorsement(types):
        badge_shapes.check_endorsement(shape, document)
    if clr.is_clr(types):
        clr.check(shape, document)
    if employment.is_employment(document):
        employment.check(shape, document)
    return Credential(
        document=document,
        version=version,
        id=identifier,
        types=types,
        issuer=issuer,
        issuer_name=issuer_name,
        subjects=subjects,
        valid_from=valid_from,
        valid_until=valid_until,
        statuses=objects_of(document.get("credentialStatus")),
        schemas=objects_of(document.get("credentialSchema")),
        related=related,
        proofs=proofs,
        faults=tuple(shape.faults),
    )


def read_presentation(document: object) -> Presentation:
    """Read a presentation; faults stand in the result."""
    shape = Shape()
    if not is_object(document):
        shape.fault(NOT_OBJECT, "")
        document = {}
    version = _version(shape, document)
    identifier = shape.identifier(document, "")
    shape.types(document, "", required=("VerifiablePresentation",))
    holder = document.get("holder")
    if is_object(holder):
        holder = shape.identifier(holder, "/holder", required=True)
    elif holder is not None and not is_url(holder):
        shape.fault(NOT_URL, "/holder", seen=str(holder)[:80])
        holder = None
    stated = document.get("verifiableCredential")
    credentials = tuple(
        (pointer("verifiableCredential", number) if isinstance(stated, list) else "/verifiableCredential", each)
        for number, each in enumerate(listed(stated))
    )
    for path, each in credentials:
        if not isinstance(each, Mapping | str):
            shape.fault(WRONG_KIND, path, wanted="object")
        elif is_object(each):
            shape.types(each, path, required=("VerifiableCredential", "EnvelopedVerifiableCredential"))
    return Presentation(
        document=document,
        version=version,
        id=identifier,
        holder=str(holder) if holder is not None else None,
        credentials=credentials,
        proofs=_proofs(shape, document),
        faults=tuple(shape.faults),
    )


def objects_of(value: object) -> tuple[Mapping[str, Any], ...]:
    """The objects of a value that may be one or many."""
    return tuple([each for each in listed(value) if is_object(each)])


def named_by(issuer: object) -> tuple[str | None, str | None]:
    """The identifier and the name of an issuer whose shape is sound."""
    if is_object(issuer):
        return str(issuer["id"]), plain(issuer.get("name"))
    return str(issuer), None


def _version(shape: Shape, document: Mapping[str, Any]) -> Version | None:
    """VCDM 2.0 section 4.3: the first context decides; the rest are strings or objects."""
    contexts = listed(document.get("@context"))
    for number, each in enumerate(contexts):
        if not is_object(each) and not is_url(each):
            shape.fault(NOT_URL, pointer("@context", number), seen=str(each)[:80])
    first = contexts[0] if contexts else None
    if first == V2:
        return "2.0"
    if first == V1:
        return "1.1"
    shape.fault(CONTEXT_MISSING, "/@context")
    return None


def _issuer(shape: Shape, document: Mapping[str, Any]) -> tuple[str | None, str | None]:
    issuer = document.get("issuer")
    if "issuer" not in document:
        shape.fault(MISSING, "/issuer", name="issuer")
        return None, None
    if is_object(issuer):
        return shape.identifier(issuer, "/issuer", required=True), plain(issuer.get("name"))
    if not is_url(issuer):
        shape.fault(NOT_URL, "/issuer", seen=str(issuer)[:80])
        return None, None
    return str(issuer), None


def _subjects(shape: Shape, document: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    if not listed(document.get("credentialSubject")):
        shape.fault(MISSING, "/credentialSubject", name="credentialSubject")
        return ()
    found: list[Mapping[str, Any]] = []
    for path, subject in shape.objects(document, "credentialSubject"):
        if not subject:
            shape.fault(SUBJECT_EMPTY, path)
        shape.identifier(subject, path)
        found.append(subject)
    return tuple(found)


def _related(shape: Shape, document: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """VCDM 2.0 section 5.3: an id that is there once, and a digest."""
    found: list[Mapping[str, Any]] = []
    seen: set[str] = set()
    for path, each in shape.objects(document, "relatedResource"):
        identifier = shape.identifier(each, path, required=True)
        if identifier in seen:
            shape.fault(RELATED_REPEATED, path + "/id", seen=identifier)
        seen.add(identifier or "")
        if not any(isinstance(each.get(name), str) for name in ("digestSRI", "digestMultibase")):
            shape.fault(RELATED_UNDIGESTED, path)
        found.append(each)
    return tuple(found)


def _proofs(shape: Shape, document: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    found = []
    for path, proof in shape.objects(document, "proof"):
        shape.types(proof, path)
        found.append(proof)
    return tuple(found)


def _names(shape: Shape, document: Mapping[str, Any]) -> None:
    """VCDM 2.0 section 4.6 and 11.1: a string, or language objects with @value, @language and @direction only."""
    places = [("", document)]
    issuer = document.get("issuer")
    if is_object(issuer):
        places.append(("/issuer", issuer))
    for path, node in places:
        for name in ("name", "description"):
            for each in listed(node.get(name)):
                is_language_object = is_object(each) and "@value" in each and set(each) <= {"@value", "@language", "@direction"}
                if not isinstance(each, str) and not is_language_object:
                    shape.fault(WRONG_KIND, path + pointer(name), wanted="text")


def plain(value: object) -> str | None:
    """The words of a name or description: a string, or the first of its language objects."""
    for each in listed(value):
        words = each.get("@value") if is_object(each) else each
        if isinstance(words, str) and words.strip():
            return words
    return None
