"""Comprehensive Learner Record 2.0: one credential that carries many, and says how they belong together.

A ClrCredential's subject holds credentials that others (or the same issuer) signed. The CLR's own proof says who put
them together; whether each of them is real is judged by itself (ADR 0011).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from openler.credentials import badge_shapes
from openler.credentials.nested import Inside, inside
from openler.credentials.openbadges import CONTEXTS as BADGE_CONTEXTS
from openler.credentials.openbadges import Issuer
from openler.credentials.report import CheckResult, Outcome, Weight
from openler.credentials.shapes import MISSING, NOT_URL, WRONG_KIND, Shape, is_url, listed, pointer
from openler.credentials.times import xsd
from openler.errors import declare

CONTEXTS = (BADGE_CONTEXTS[0], "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json", BADGE_CONTEXTS[1])
ASSOCIATION_TYPES = (
    "exactMatchOf", "exemplar", "hasSkillLevel", "isChildOf", "isParentOf", "isPartOf", "isPeerOf", "isRelatedTo", "precedes", "replacedBy",
)  # fmt: skip
"""The AssociationType enumeration of CLR 2.0."""
MAX_ITEMS = 500
"""Most credentials judged in one collection."""

MAX_ITEM_BYTES = 1024 * 1024
"""Largest credential put into one, in bytes."""

ASSOCIATION_UNKNOWN = declare("credentials.clr_association_unknown", by=__name__)
ASSOCIATION_DANGLING = declare("credentials.clr_association_dangling", by=__name__)
ASSOCIATIONS_HELD = declare("credentials.clr_associations_held", by=__name__)
EMPTY = declare("credentials.clr_empty", by=__name__)


def is_clr(types: Sequence[str]) -> bool:
    """Whether a credential of these types claims to be a comprehensive learner record."""
    return "ClrCredential" in types


def clr(
    *, credential_id: str | None, issuer: Issuer, subject: str | None, credentials: Sequence[Mapping[str, Any]], name: str,
    valid_from: datetime, identifiers: Sequence[Mapping[str, Any]] = (), achievements: Sequence[Mapping[str, Any]] = (),
    associations: Sequence[Mapping[str, Any]] = (), partial: bool | None = None, statuses: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:  # fmt: skip
    """An unsigned ClrCredential. ``credentials`` go in as they are, proofs and all; ``partial`` and the id are left out where None."""
    holder: dict[str, Any] = {"type": ["ClrSubject"], "verifiableCredential": [dict(each) for each in credentials]}
    if subject:
        holder["id"] = subject
    for key, values in (("identifier", identifiers), ("achievement", achievements), ("association", associations)):
        if values:
            holder[key] = [dict(each) for each in values]
    document: dict[str, Any] = {
        "@context": list(CONTEXTS),
        **({} if credential_id is None else {"id": credential_id}),
        "type": ["VerifiableCredential", "ClrCredential"],
        "name": name,
        "issuer": issuer.profile(),
        "validFrom": xsd(valid_from),
        "credentialSubject": holder,
    }
    if partial is not None:
        document["partial"] = partial
    if statuses:
        document["credentialStatus"] = dict(statuses[0]) if len(statuses) == 1 else [dict(each) for each in statuses]
    return document


def association(kind: str, source: str, target: str) -> dict[str, Any]:
    """How one thing in a record relates to another; ``kind`` is one of :data:`ASSOCIATION_TYPES`."""
    return {"type": "Association", "associationType": kind, "sourceId": source, "targetId": target}


def check(shape: Shape, document: Mapping[str, Any]) -> None:
    """Note what CLR 2.0 asks of a ClrCredential and the document lacks or says wrongly."""
    shape.identifier(document, "", required=True)
    shape.text(document, "name", "", required=True)
    if "partial" in document and not isinstance(document["partial"], bool):
        shape.fault(WRONG_KIND, "/partial", wanted="true / false")
    if isinstance(document.get("issuer"), Mapping):
        badge_shapes.profile(shape, document["issuer"], "/issuer", named=False)
    badge_shapes.endorsements(shape, document, "")
    for path, subject in shape.objects(document, "credentialSubject"):
        _subject(shape, subject, path)


def _subject(shape: Shape, subject: Mapping[str, Any], path: str) -> None:
    shape.types(subject, path, required=("ClrSubject",))
    badge_shapes.identities(shape, subject, path)
    for place, achievement in shape.objects(subject, "achievement", at=path):
        badge_shapes.achievement(shape, achievement, place)
    held = listed(subject.get("verifiableCredential"))
    if not held:
        shape.fault(EMPTY, path + "/verifiableCredential")
    for place, each in shape.objects(subject, "verifiableCredential", at=path):
        shape.types(each, place, required=("VerifiableCredential", "EnvelopedVerifiableCredential"))
    for place, each in shape.objects(subject, "association", at=path):
        shape.types(each, place, required=("Association",))
        if each.get("associationType") not in ASSOCIATION_TYPES:
            shape.fault(ASSOCIATION_UNKNOWN, place + "/associationType", seen=str(each.get("associationType"))[:80])
        for name in ("sourceId", "targetId"):
            if name not in each:
                shape.fault(MISSING, place + pointer(name), name=name)
            elif not is_url(each[name]):
                shape.fault(NOT_URL, place + pointer(name), seen=str(each[name])[:80])


def associations(document: Mapping[str, Any], weight: Weight) -> tuple[CheckResult, ...]:
    """The check *associations*: whether the record holds both ends of each. Nothing where there are none.

    A partial record may point to what it leaves out, and what is in an envelope is not seen here: that is told, no more.
    """
    total = 0
    for place, subject in _subjects(document):
        known = set(_ids(subject))
        for each in inside(subject, "association", place):
            for name in ("sourceId", "targetId"):
                named = each.document.get(name) if isinstance(each.document, Mapping) else None
                if named not in known:
                    path = each.path + pointer(name)
                    return (CheckResult("associations", weight, Outcome.UNKNOWN, ASSOCIATION_DANGLING, {"seen": str(named)[:80]}, path),)
            total += 1
    return (CheckResult("associations", weight, Outcome.PASSED, ASSOCIATIONS_HELD, {"count": total}),) if total else ()


def _ids(subject: Mapping[str, Any]) -> Iterator[str]:
    """Everything in a record that an association may point to: its achievements, its credentials and what those are about."""
    yield from _named(listed(subject.get("achievement")))
    for each in listed(subject.get("verifiableCredential")):
        yield from _named([each])
        about = listed(each.get("credentialSubject")) if isinstance(each, Mapping) else []
        for one in about:
            if isinstance(one, Mapping):
                yield from _named(listed(one.get("achievement")))


def _named(nodes: Iterable[object]) -> Iterator[str]:
    yield from (str(node["id"]) for node in nodes if isinstance(node, Mapping) and "id" in node)


def items(document: Mapping[str, Any]) -> tuple[Inside, ...]:
    """The credentials that a credential's subjects carry, whatever it calls itself, each with its path."""
    return tuple(each for path, subject in _subjects(document) for each in inside(subject, "verifiableCredential", path))


def _subjects(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield from ((each.path, each.document) for each in inside(document, "credentialSubject", "") if isinstance(each.document, Mapping))
