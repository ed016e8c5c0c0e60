"""Reading a credential of a shape that is known: what depends on the shape alone is looked at once, the texts each time.

:func:`openler.credentials.model.read_credential` is what reading means. Of a document that it found no fault with, another
one that fits the same plan differs in texts alone, and every check of a text is one of few: is it an address, a moment, a
hash, or not blank. Each text is held to the strictest of these that its name may meet; where that fails, or what a text must
be depends on other texts, the document is read anew.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from openler.credentials import clr, employment
from openler.credentials.model import Credential, named_by, objects_of, read_credential
from openler.credentials.shapes import is_url, types_of
from openler.credentials.times import parse_time
from openler.errors import Malformed
from openler.ids import MAX_IRI
from openler.linkeddata.compiled import Fit, fit
from openler.linkeddata.contexts import Contexts
from openler.linkeddata.plan import text_at
from openler.linkeddata.shape import Path

_NOTE = "credentials.quick"
_ADDRESSES = frozenset({"id", "issuer", "image", "url", "targetUrl"})
_MOMENTS = frozenset({"awardedDate", "activityStartDate", "activityEndDate"})
_PERIOD = frozenset({"validFrom", "validUntil"})
_WORDS = frozenset({
    "achievementType", "audience", "caption", "criteria", "description", "digestMultibase", "digestSRI", "email", "familyName",
    "fieldOfStudy", "genre", "givenName", "humanCode", "identifier", "identifierType", "identityType", "licenseNumber", "mediaType",
    "name", "narrative", "official", "phone", "role", "salt", "specialization", "statusListCredential", "statusListIndex",
    "statusPurpose", "tag", "targetCode", "targetDescription", "targetFramework", "targetName", "targetType", "term", "version",
})  # fmt: skip
_TOGETHER = frozenset({"result", "resultDescription", "association", "activityStartDate", "activityEndDate"})
"""Members whose texts are compared with each other."""
_BARE = frozenset({"urn:", "did:", "mailto:", "data:"})
"""Plain IRIs that name nothing."""
_HASH = re.compile(r"sha256\$[0-9A-Fa-f]{64}", re.ASCII)
MAX_SAME = 64
"""Sets of texts remembered for one shape of those texts that must be as they were."""
MAX_SAME_LENGTH = 1_000
"""Characters of such a set: a stranger's record is remembered too, and may hold texts of any length."""


@dataclass(frozen=True, slots=True)
class _Texts:
    """What the texts of a shape must be, by their numbers; ``sound`` are the ``same`` ones of documents without a fault."""

    plain: tuple[int, ...]
    addresses: tuple[int, ...]
    moments: tuple[int, ...]
    hashes: tuple[int, ...]
    same: tuple[int, ...]
    sound: set[tuple[str, ...]] = field(default_factory=set)

    def hold(self, texts: tuple[str, ...]) -> bool:
        """Whether each is what its name asks for, but for the same ones."""
        if not all(map(str.strip, texts)):
            return False
        plain = [texts[number] for number in self.plain]
        if plain and ("\x7f" in "".join(plain) or max(map(len, plain)) > MAX_IRI or not _BARE.isdisjoint(plain)):
            return False
        return (
            all(is_url(texts[number]) for number in self.addresses)
            and all(_is_moment(texts[number]) for number in self.moments)
            and all(_HASH.fullmatch(texts[number]) for number in self.hashes)
        )


def read(document: object, contexts: Contexts) -> tuple[Credential, Fit | None]:
    """As :func:`read_credential`, with the fit of the document without its proofs, where it has one."""
    if type(document) is not dict or not document.get("proof"):
        return read_credential(document), None
    return _read(document, fit({name: value for name, value in document.items() if name != "proof"}, contexts))


def read_unsecured(document: dict[str, Any], contexts: Contexts) -> tuple[Credential, Fit | None]:
    """The same for a document that is to be secured."""
    return (read_credential(document), None) if "proof" in document else _read(document, fit(document, contexts))


def _read(document: dict[str, Any], found: Fit | None) -> tuple[Credential, Fit | None]:
    if found is None:
        return read_credential(document), None
    texts: _Texts | None = found.plan.noted.get(_NOTE)
    if texts is not None:
        quick = _quickly(document, texts, found)
        if quick is not None:
            return quick, found
    made = read_credential(document)
    if not made.faults and _is_plain(made):
        if texts is None:
            texts = found.plan.noted[_NOTE] = _sorted(found)
        same = tuple([found.texts[number] for number in texts.same])
        if texts.hold(found.texts) and len(texts.sound) < MAX_SAME and sum(map(len, same)) <= MAX_SAME_LENGTH:
            texts.sound.add(same)
    return made, found


def _is_plain(made: Credential) -> bool:
    """Whether a credential is of a kind whose checks are those told above."""
    return made.version == "2.0" and not clr.is_clr(made.types) and not employment.is_employment(made.document) and len(made.related) < 2  # noqa: PLR2004 - one alone is like no other


def _sorted(found: Fit) -> _Texts:
    plain: list[int] = []
    addresses: list[int] = []
    moments: list[int] = []
    hashes: list[int] = []
    same: list[int] = []
    for number, place in enumerate(found.plan.free):
        name = next(step for step in reversed(place) if isinstance(step, str))
        if not _TOGETHER.isdisjoint(place):
            same.append(number)
        elif name in _ADDRESSES:
            (plain if number in found.plan.iris else addresses).append(number)
        elif name in _MOMENTS:
            moments.append(number)
        elif place[-1] == "identityHash":
            if text_at(found.document, place[:-1]).get("hashed") is not False:  # a name or number in clear needs words only
                hashes.append(number)
        elif name not in _WORDS and not _is_period(place):
            same.append(number)
    return _Texts(tuple(plain), tuple(addresses), tuple(moments), tuple(hashes), tuple(same))


def _is_period(place: Path) -> bool:
    return len(place) == 1 and place[0] in _PERIOD


def _is_moment(text: str) -> bool:
    try:
        parse_time(text, zone_required=False)
    except Malformed:
        return False
    return True


def _quickly(document: dict[str, Any], texts: _Texts, found: Fit) -> Credential | None:
    """The credential, where its texts are what they must be; its proofs belong to no shape and are looked at here."""
    held = found.texts
    if tuple([held[number] for number in texts.same]) not in texts.sound or not texts.hold(held):
        return None
    stated = document.get("proof", [])
    proofs = objects_of(stated)
    if len(proofs) != (len(stated) if isinstance(stated, list) else 1) or not all(_has_type(proof) for proof in proofs):
        return None
    try:
        since = parse_time(document["validFrom"]) if "validFrom" in document else None
        until = parse_time(document["validUntil"]) if "validUntil" in document else None
    except Malformed:
        return None
    if since and until and until < since:
        return None
    issuer, issuer_name = named_by(document["issuer"])
    return Credential(
        document=document,
        version="2.0",
        id=document.get("id"),
        types=types_of(document),
        issuer=issuer,
        issuer_name=issuer_name,
        subjects=objects_of(document["credentialSubject"]),
        valid_from=since,
        valid_until=until,
        statuses=objects_of(document.get("credentialStatus")),
        schemas=objects_of(document.get("credentialSchema")),
        related=objects_of(document.get("relatedResource")),
        proofs=proofs,
        faults=(),
    )


def _has_type(proof: Mapping[str, Any]) -> bool:
    return isinstance(proof.get("type"), str) and bool(proof["type"])
