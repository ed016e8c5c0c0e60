"""What must be fetched to judge a credential, and what was found: saved, it gives the same verdict forever.

``needs`` is asked again and again, with more evidence each time, until it wants nothing more: a status list has an
issuer of its own, whose key must be found too. Each need is asked for once; one that could not be met is evidence as
well, with the code that says why.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from openler.credentials import anchors, clr, dids, endorsements, jwt_issuers, quick, status_entries, token_lists
from openler.credentials.envelopes import Envelope, is_token, open_bytes, opened
from openler.credentials.faults import CannotCheck
from openler.credentials.model import Credential, Presentation, is_presentation, read_credential, read_presentation
from openler.credentials.remembered import Remembered
from openler.credentials.shapes import is_object, is_url, listed, types_of
from openler.credentials.status import MAX_ENCODED
from openler.credentials.times import parse_time
from openler.errors import Code, Malformed, OpenlerError, TooLarge, declare
from openler.ids import MAX_IRI, Ctid
from openler.linkeddata.contexts import Contexts
from openler.linkeddata.jcs import jcs
from openler.linkeddata.parse import parse_json

EVIDENCE_MISSING = declare("credentials.evidence_missing", by=__name__)
EVIDENCE_UNREADABLE = declare("credentials.evidence_unreadable", by=__name__)
BUNDLE_MALFORMED = declare("credentials.evidence_bundle_malformed", by=__name__)
BUNDLE_DIGEST_DIFFERS = declare("credentials.evidence_digest_differs", by=__name__)
BUNDLE_ITEM_TOO_LARGE = declare("credentials.evidence_item_too_large", by=__name__)
BUNDLE_ITEM_TWICE = declare("credentials.evidence_item_twice", by=__name__)

MAX_DOCUMENT = 256 * 1024
"""Largest DID document read, in bytes."""
MAX_SCHEMA = 1024 * 1024
"""Largest JSON schema read, in bytes."""
MAX_RESOURCE = 8 * 1024 * 1024
"""Largest registry document read, in bytes: a framework of a thousand competencies is about one."""
MAX_CREDENTIALS = 100
"""Most credentials judged in one presentation."""
_MAX_STATUS_LIST = MAX_ENCODED + 64 * 1024
_ACCEPT_LIST = "application/vc+ld+json, application/vc, application/vc+jwt;q=0.9, application/json"


class Kind(StrEnum):
    """What a piece of evidence is."""

    CONTROLLER = "controller"
    STATUS_LIST = "status_list"
    SCHEMA = "schema"
    RESOURCE = "resource"
    VERSION = "version"
    BADGE = "badge"
    ISSUED = "issued"


LIMITS: Mapping[Kind, int] = MappingProxyType({
    Kind.CONTROLLER: MAX_DOCUMENT, Kind.STATUS_LIST: _MAX_STATUS_LIST, Kind.SCHEMA: MAX_SCHEMA, Kind.RESOURCE: MAX_RESOURCE,
    Kind.VERSION: MAX_RESOURCE, Kind.BADGE: MAX_RESOURCE, Kind.ISSUED: anchors.MAX_LIST,
})  # fmt: skip
"""Largest body of each kind, in bytes: as much as is ever fetched of it."""

_parsed: Remembered[Any] = Remembered(32 * 1024 * 1024)
"""Evidence that many verdicts share, as JSON: an issuer's keys, a status list, a description. The limit is of its bytes."""


@dataclass(frozen=True, slots=True)
class Need:
    """Something to fetch: ``urls`` in order of preference, at most ``limit`` bytes. ``key`` names it in the evidence."""

    kind: Kind
    key: str
    urls: tuple[str, ...]
    accept: str
    limit: int


@dataclass(frozen=True, slots=True)
class Item:
    """What became of a need: ``body`` with the address that gave it, or the ``code`` of why there is none."""

    kind: Kind
    key: str
    retrieved: datetime
    url: str | None = None
    body: bytes | None = None
    code: str | None = None
    parameters: Mapping[str, object] = field(default_factory=dict)
    media_type: str | None = None
    statement: str | None = None
    """What a custodian signed over the body, as canonical JSON, where the address itself no longer answers
    (:mod:`openler.credentials.custody`)."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that was found, by kind and key."""

    items: tuple[Item, ...] = ()

    def find(self, kind: Kind, key: str) -> Item | None:
        """What became of a need, if it was pursued."""
        for item in self.items:
            if item.kind is kind and item.key == key:
                return item
        return None

    def adding(self, more: Iterable[Item]) -> Evidence:
        """This evidence and more."""
        return Evidence((*self.items, *more))

    def body(self, kind: Kind, key: str) -> bytes:
        """The bytes found. :raises CannotCheck: nothing was looked for, or nothing was found"""
        item = self.find(kind, key)
        if item is None:
            raise CannotCheck(EVIDENCE_MISSING, kind=kind.value, key=key[:200])
        if item.body is None:
            error = CannotCheck(Code(item.code or EVIDENCE_MISSING), kind=kind.value, key=key[:200])
            error.parameters.update(item.parameters)
            raise error
        return item.body

    def json(self, kind: Kind, key: str) -> Any:
        """The JSON value found; not to be changed, since it is parsed once for all who ask.

        :raises CannotCheck: nothing was looked for, nothing was found, or it is not JSON
        """
        data = self.body(kind, key)
        try:
            return _parsed.get(data, lambda: (parse_json(data), len(data)))
        except OpenlerError as error:
            raise CannotCheck(EVIDENCE_UNREADABLE, kind=kind.value, key=key[:200], reason=error.code) from None

    def told(self) -> dict[str, Any]:
        """The bundle as JSON, items in order of kind and key."""
        ordered = sorted(self.items, key=lambda item: (item.kind, item.key))
        return {"openlerEvidence": 1, "items": [_told(item) for item in ordered]}

    @classmethod
    def read(cls, bundle: object) -> Evidence:
        """A saved bundle.

        :raises Malformed: ``credentials.evidence_bundle_malformed``, ``.evidence_digest_differs``, ``.evidence_item_twice``
        :raises TooLarge: ``credentials.evidence_item_too_large``: a body is larger than would have been fetched
        """
        if not isinstance(bundle, Mapping) or bundle.get("openlerEvidence") != 1 or not isinstance(bundle.get("items"), list):
            raise Malformed(BUNDLE_MALFORMED, place="/items")
        items = tuple(_read(entry, f"/items/{number}") for number, entry in enumerate(bundle["items"]))
        seen: set[tuple[Kind, str]] = set()
        for number, item in enumerate(items):
            if (item.kind, item.key) in seen:  # two answers to one question: the verdict would depend on their order
                raise Malformed(BUNDLE_ITEM_TWICE, place=f"/items/{number}", key=item.key[:200])
            seen.add((item.kind, item.key))
        return cls(items)


def _told(item: Item) -> dict[str, Any]:
    found: dict[str, Any] = {"kind": item.kind.value, "key": item.key, "retrieved": item.retrieved.isoformat()}
    if item.body is not None:
        digest = "sha256:" + hashlib.sha256(item.body).hexdigest()
        found |= {"url": item.url, "mediaType": item.media_type, "digest": digest, "body": base64.b64encode(item.body).decode()}
        return found if item.statement is None else {**found, "custody": parse_json(item.statement.encode())}
    return {**found, "code": item.code, "parameters": {name: str(value) for name, value in sorted(item.parameters.items())}}


def _read(entry: object, place: str) -> Item:
    if not isinstance(entry, Mapping):
        raise Malformed(BUNDLE_MALFORMED, place=place)
    try:
        body, url, code = entry.get("body"), entry.get("url"), entry.get("code")
        media_type, statement = entry.get("mediaType"), entry.get("custody")
        item = Item(
            kind=Kind(entry["kind"]),
            key=str(entry["key"]),
            retrieved=parse_time(entry["retrieved"]),
            url=None if url is None else str(url),
            body=None if body is None else base64.b64decode(body, validate=True),
            code=None if code is None else str(code),
            parameters=dict(entry.get("parameters") or {}),
            media_type=None if media_type is None else str(media_type),
            statement=None if statement is None else jcs(dict(statement)).decode(),
        )
    except (KeyError, TypeError, ValueError, binascii.Error, Malformed):
        raise Malformed(BUNDLE_MALFORMED, place=place) from None
    if item.body is not None:
        limit = LIMITS[item.kind]
        if len(item.body) > limit:
            raise TooLarge(BUNDLE_ITEM_TOO_LARGE, place=place, key=item.key[:200], size=len(item.body), limit=limit)
        if entry.get("digest") != "sha256:" + hashlib.sha256(item.body).hexdigest():
            raise Malformed(BUNDLE_DIGEST_DIFFERS, place=f"{place}/digest", key=item.key[:200])
    return item


def needs(
    document: object,
    evidence: Evidence | None = None,
    *,
    plain_origins: frozenset[str] = frozenset(),
    methods: Mapping[str, dids.Method] = dids.METHODS,
) -> tuple[Need, ...]:
    """What is still to be fetched to judge a credential or presentation, each once; empty when there is nothing more.

    ``plain_origins`` are the http origins (``http://host:port``) that the operator lists; elsewhere a did:web is read
    over https.
    """
    held = evidence or Evidence()
    wanted: dict[tuple[Kind, str], Need] = {}
    for need in _wanted(document, held, plain_origins, methods):
        if held.find(need.kind, need.key) is None:
            wanted.setdefault((need.kind, need.key), need)
    return tuple(wanted.values())


def _wanted(document: object, held: Evidence, plain: frozenset[str], methods: Mapping[str, dids.Method]) -> Iterator[Need]:
    try:
        envelope = opened(document)
    except OpenlerError:
        return  # what cannot be opened cannot be judged either
    if envelope is not None:
        yield from _around(envelope, held, plain, methods)
        read = _without_speaker(envelope)
    else:
        read = read_presentation(document) if is_presentation(document) else quick.read(document, Contexts.pinned())[0]
    if isinstance(read, Credential):
        yield from _for_credential(read, held, plain, methods)
        return
    yield from _controllers(read.proofs, read.holder, held, plain, methods)
    for _, each in read.credentials[:MAX_CREDENTIALS]:
        if isinstance(each, Mapping | str) and not is_presentation(each):
            yield from _wanted(each, held, plain, methods)


def _without_speaker(envelope: Envelope) -> Credential | Presentation:
    """What it holds, less the issuer of an SD-JWT VC, who has no document of his own at his address."""
    if envelope.said.style == "sd-jwt-vc" and isinstance(envelope.read, Credential):
        return replace(envelope.read, issuer=None)
    return envelope.read


def _around(envelope: Envelope, held: Evidence, plain: frozenset[str], methods: Mapping[str, dids.Method]) -> Iterator[Need]:
    """Whose keys an envelope needs: its kid's controller, and its speaker's; by issuer metadata for an SD-JWT VC."""
    where = jwt_issuers.address(envelope.speaker or "") if envelope.said.style == "sd-jwt-vc" else None
    if where is not None:
        yield Need(Kind.CONTROLLER, where, (where,), "application/json", MAX_DOCUMENT)
        try:
            elsewhere = jwt_issuers.keys_address(held.json(Kind.CONTROLLER, where))
        except CannotCheck:
            elsewhere = None
        if elsewhere is not None:
            yield Need(Kind.CONTROLLER, elsewhere, (elsewhere,), "application/jwk-set+json, application/json", MAX_DOCUMENT)
        return
    kid = envelope.signed.kid
    named = [{"verificationMethod": kid}] if kid is not None and is_url(kid) else []
    yield from _controllers(named, envelope.speaker, held, plain, methods)


def _for_credential(credential: Credential, held: Evidence, plain: frozenset[str], methods: Mapping[str, dids.Method]) -> Iterator[Need]:
    yield from _controllers(credential.proofs, credential.issuer, held, plain, methods)
    yield from _lists_and_schemas(credential, held, plain, methods)
    for ctid, url in described(credential.achievements):
        yield Need(Kind.RESOURCE, ctid, (url,), "application/ld+json, application/json", MAX_RESOURCE)
    for pinned in credential.related:
        fixed = pinned.get("id")
        if isinstance(fixed, str) and _is_web(fixed) and Ctid.within(fixed):
            yield Need(Kind.VERSION, fixed, (fixed,), "application/ld+json, application/json", MAX_RESOURCE)
    inside = (*clr.items(credential.document)[: clr.MAX_ITEMS], *endorsements.found(credential.document)[: endorsements.MAX_ENDORSEMENTS])
    for each in inside:
        if isinstance(each.document, Mapping | str) and not is_presentation(each.document):
            yield from _wanted(each.document, held, plain, methods)


def _lists_and_schemas(credential: Credential, held: Evidence, plain: frozenset[str], methods: Mapping[str, dids.Method]) -> Iterator[Need]:
    named: set[tuple[bool, str]] = set()
    for status in credential.statuses:
        url = status_entries.list_url(status)
        if url is None or not _is_web(url):
            continue
        is_token_list = status_entries.kind_of(status) == status_entries.TOKEN
        if (is_token_list, url) in named:
            continue  # a revocation and a suspension often stand in one list
        named.add((is_token_list, url))
        if is_token_list:
            yield Need(Kind.STATUS_LIST, url, (url,), token_lists.ACCEPT, _MAX_STATUS_LIST)
            yield from _token_signers(held, url, credential.issuer, plain, methods)
            continue
        yield Need(Kind.STATUS_LIST, url, (url,), _ACCEPT_LIST, _MAX_STATUS_LIST)
        yield from _signers(held, Kind.STATUS_LIST, url, plain, methods)
    for schema in credential.schemas:
        url = schema.get("id")
        if isinstance(url, str) and _is_web(url):
            yield Need(Kind.SCHEMA, url, (url,), "application/schema+json, application/vc, application/json", MAX_SCHEMA)
            if "JsonSchemaCredential" in types_of(schema):
                yield from _signers(held, Kind.SCHEMA, url, plain, methods)


def _signers(held: Evidence, kind: Kind, url: str, plain: frozenset[str], methods: Mapping[str, dids.Method]) -> Iterator[Need]:
    """Who signed a status list, or a schema in a credential, once it is there."""
    try:
        body = held.body(kind, url)
        envelope = open_bytes(body) if is_token(body) else opened(held.json(kind, url))
        if envelope is not None:
            yield from _around(envelope, held, plain, methods)
        found = read_credential(held.json(kind, url)) if envelope is None else envelope.read
    except OpenlerError:
        return
    if isinstance(found, Credential):
        yield from _controllers(found.proofs, found.issuer, held, plain, methods)


def _token_signers(
    held: Evidence, url: str, issuer: str | None, plain: frozenset[str], methods: Mapping[str, dids.Method]
) -> Iterator[Need]:
    """Who signed a Token Status List, once it is there."""
    try:
        found = token_lists.read(held.body(Kind.STATUS_LIST, url), issuer=issuer)
    except OpenlerError:
        return
    yield from _around(found.envelope, held, plain, methods)


def _controllers(
    proofs: Sequence[Mapping[str, Any]], issuer: str | None, held: Evidence, plain: frozenset[str], methods: Mapping[str, dids.Method]
) -> Iterator[Need]:
    stated_urls = [url for proof in proofs if isinstance(url := proof.get("verificationMethod"), str)]
    stated = [dids.controller_of(url) for url in stated_urls]
    for controller in [*stated, *([issuer] if issuer else [])]:
        try:
            urls = dids.addresses(controller, plain, methods)
        except OpenlerError:
            continue
        if urls:
            yield Need(Kind.CONTROLLER, controller, urls, "application/did+ld+json, application/did+json, application/json", MAX_DOCUMENT)
    yield from _books(stated_urls, held)


def _books(urls: Iterable[str], held: Evidence) -> Iterator[Need]:
    """The lists of what was issued with a key that was stolen, once its controller's document says that it was."""
    for url in urls:
        try:
            document = held.json(Kind.CONTROLLER, dids.controller_of(url))
            where = anchors.address(document, url) if dids.revoked_since(document, url) is not None else None
        except OpenlerError:
            continue
        if where is not None:
            yield Need(Kind.ISSUED, where, (where,), "application/json", anchors.MAX_LIST)


def _is_web(url: str) -> bool:
    return is_url(url) and url.partition(":")[0].lower() in {"http", "https"}


COMPETENCY = "ceasn:Competency"


def described(achievements: Iterable[tuple[str, Mapping[str, Any]]]) -> Iterator[tuple[Ctid, str]]:
    """The CTIDs that achievements are aligned to as a whole, each with the address of the graph that describes it.

    ``targetCode`` holds the CTID (Open Badges CTDL guidance); where it does not, the one in ``targetUrl`` counts.
    Alignments to single competencies are not followed: the achievement's own description names them.
    """
    for _, achievement in achievements:
        for alignment in listed(achievement.get("alignment")):
            if not is_object(alignment) or alignment.get("targetType") == COMPETENCY:
                continue
            url = alignment.get("targetUrl")
            if isinstance(url, str) and _is_web(url):
                code = str(alignment.get("targetCode", ""))
                ctid = _named(url, code) if len(code) <= MAX_IRI else _named.__wrapped__(url, code)
                if ctid is not None:
                    yield ctid, url.replace("/resources/", "/graph/", 1)


@lru_cache(maxsize=4096)
def _named(url: str, code: str) -> Ctid | None:
    """The CTID that an address and a code agree on; the same few are named by all records of an achievement."""
    ctid = Ctid.within(url)
    return ctid if (Ctid.within(code) or ctid) == ctid else None
