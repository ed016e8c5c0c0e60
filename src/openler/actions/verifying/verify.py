"""Verifying: bytes of any kind that people bring, judged with everything that can be found out about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from openler.actions.ports import Ports
from openler.actions.verifying.gather import Shared, gather
from openler.actions.verifying.trusting import judged_with
from openler.credentials import badge2check, baked, bundle, clr, custody, openbadges2, quick
from openler.credentials import verify as verdict
from openler.credentials.envelopes import Envelope, is_token, open_bytes, opened
from openler.credentials.evidence import MAX_CREDENTIALS, Evidence
from openler.credentials.jose import TOKEN_TOO_LARGE
from openler.credentials.model import Credential, Presentation, is_presentation, plain, read_presentation
from openler.credentials.policy import Policy
from openler.credentials.report import Report
from openler.credentials.shapes import listed
from openler.errors import NotFound, OpenlerError, TooLarge, Unavailable, declare
from openler.linkeddata.contexts import Contexts
from openler.linkeddata.parse import parse_json
from openler.meaning import resolve

NOTHING_THERE = declare("verify.nothing_there", by=__name__)
NO_ANSWER = declare("verify.no_answer", by=__name__)

MAX_BYTES = 1024 * 1024
"""Largest credential or presentation that anybody may have verified, in bytes (ADR 0001, decision 14)."""

_OK = 200
_ACCEPT = (
    "application/vc, application/vp, application/vc+jwt, application/vp+jwt, application/vc+sd-jwt, application/dc+sd-jwt, "
    "application/vc+cose, application/vp+cose, application/jwt, application/vc+ld+json, application/ld+json, application/json, "
    "image/png, image/svg+xml"
)


@dataclass(frozen=True, slots=True)
class Summary:
    """A credential in a few words for people. ``holder`` is the name it carries, or the subject's id; None where it says neither."""

    id: str | None
    name: str
    description: str
    achievement_type: str
    issuer: str | None
    issuer_name: str
    holder: str | None
    valid_from: datetime | None
    valid_until: datetime | None
    meanings: tuple[resolve.Resolved, ...]


@dataclass(frozen=True, slots=True)
class VerificationResult:
    """The verdict with its checks, what the credentials say, and the evidence it rests on.

    ``document`` is the JSON that was judged, None where the format is not known here; of an Open Badge of version 2 it is
    what it says carried over into version 3, unsigned. ``source`` is what the caller named it, ``digest`` the SHA-256
    of what was brought, ``policy`` the one it was judged by.
    """

    report: Report
    summaries: tuple[Summary, ...]
    evidence: Evidence
    source: str
    judged_at: datetime
    document: Mapping[str, Any] | None = None
    digest: str = ""
    policy: Policy = field(default_factory=Policy)


def verify(
    ports: Ports,
    data: bytes,
    *,
    source: str = "",
    policy: Policy | None = None,
    evidence: Evidence | None = None,
    now: datetime | None = None,
    offline: bool = False,
    serving: bool = False,
    plain_origins: frozenset[str] = frozenset(),
    max_bytes: int = MAX_BYTES,
    shared: Shared | None = None,
    settled: bool = False,
) -> VerificationResult:
    """Judge a credential or presentation: JSON, a JWT, an SD-JWT, a COSE_Sign1, or one of them baked into a PNG or SVG.

    With ``evidence`` and ``offline`` an earlier verdict is replayed, at ``now`` if that is given. ``serving`` is true in the
    process that serves our own address, which reads what lies there from its own stores instead of calling itself;
    everybody else, ourselves at the command line included, sees only what the world sees. ``plain_origins`` are http
    origins besides our own whose did:web documents may be read without TLS. Known issuers and custodians are those of this
    place where the policy names none (:func:`.judged_with`). ``shared`` is evidence of records judged together;
    ``settled`` tells that the policy has these already, as it has for all of them.

    :raises Malformed: it is none of these; ``place`` says where. A token that is broken is told in the report instead
    :raises TooLarge: over ``max_bytes`` or, for an image, its limit
    """
    at = now or ports.clock.now()
    held = evidence or Evidence()
    asked = policy or Policy()
    if not offline and not settled:
        asked = judged_with(ports, asked, at)
    brought = bundle.digest(data)
    in_image = baked.is_image(data)
    text = baked.extract(data) if in_image else data
    old = openbadges2.read(text, in_image=in_image)
    if old is not None:
        so_far = VerificationResult(Report(()), (), held, source, at, None, brought, asked)
        return _old_badge(ports, old, so_far, offline=offline, serving=serving, shared=shared)
    if is_token(text):
        try:
            document: object = _opened(text, max_bytes)
        except OpenlerError as error:
            if isinstance(error, TooLarge):
                raise
            return VerificationResult(verdict.unreadable(error), (), held, source, at, None, brought, asked)
    else:
        document = parse_json(text, max_bytes=max_bytes)
    if not offline:
        origins = (
            plain_origins | ports.plain_origins | ({ports.base_url.rstrip("/")} if ports.base_url.startswith("http://") else frozenset())
        )
        held = gather(ports, document, held, now=at, plain_origins=origins, serving=serving, custodians=asked.custodians, shared=shared)
    report = verdict.verify(document, held, asked, at, checks=(resolve.check,))
    known = document.read.document if isinstance(document, Envelope) else document if isinstance(document, Mapping) else None
    return VerificationResult(report, _summaries(document, custody.admitted(held, asked)), held, source, at, known, brought, asked)


def _old_badge(
    ports: Ports, old: openbadges2.Assertion, so_far: VerificationResult, *, offline: bool, serving: bool, shared: Shared | None
) -> VerificationResult:
    """An Open Badge of version 2; what is shown of it is carried over into the words of version 3, and told as such."""
    held = so_far.evidence
    if not offline:
        held = gather(
            ports, old, held, now=so_far.judged_at, plain_origins=frozenset(), serving=serving, asking=badge2check.needs, shared=shared
        )
    report = badge2check.verify(old, held, so_far.policy, so_far.judged_at, checks=(resolve.check,))
    read = badge2check.carried(badge2check.gathered(old, held), held)
    return replace(so_far, report=report, summaries=(summary(read, held),), evidence=held, document=read.document)


def _opened(text: bytes, max_bytes: int) -> Envelope:
    if len(text) > max_bytes:
        raise TooLarge(TOKEN_TOO_LARGE, size=len(text), limit=max_bytes)
    return open_bytes(text)


def verify_url(
    ports: Ports,
    url: str,
    *,
    policy: Policy | None = None,
    evidence: Evidence | None = None,
    now: datetime | None = None,
    serving: bool = False,
    max_bytes: int = MAX_BYTES,
) -> VerificationResult:
    """Fetch what lies at an address, through the guard, and judge it.

    :raises Refused: the address may not be read from here
    :raises NotFound: ``verify.nothing_there``
    :raises Unavailable: ``verify.no_answer``, or no answer at all
    :raises Malformed: as :func:`verify`
    """
    answer = ports.fetch.get(url, accept=_ACCEPT, limit=max(max_bytes, baked.MAX_IMAGE))
    if answer.status in {404, 410}:
        raise NotFound(NOTHING_THERE, url=url[:200])
    if answer.status != _OK:
        raise Unavailable(NO_ANSWER, url=url[:200], status=answer.status)
    return verify(ports, answer.body, source=answer.url, policy=policy, evidence=evidence, now=now, serving=serving, max_bytes=max_bytes)


def _summaries(document: object, evidence: Evidence) -> tuple[Summary, ...]:
    """What was judged, and what stands in it: a presentation's credentials, a collection's items."""
    read = _read(document)
    if isinstance(read, Presentation):
        within = [_read(each) for _, each in read.credentials[:MAX_CREDENTIALS]]
        return tuple(summary(each, evidence) for each in within if isinstance(each, Credential))
    if read is None:
        return ()
    items = [_read(each.document) for each in clr.items(read.document)[: clr.MAX_ITEMS]]
    return tuple(summary(each, evidence) for each in (read, *items) if isinstance(each, Credential))


def _read(document: object) -> Credential | Presentation | None:
    try:
        envelope = opened(document)
    except OpenlerError:
        return None  # the report says why
    if envelope is not None:
        return envelope.read
    if is_presentation(document):
        return read_presentation(document)
    return quick.read(document, Contexts.pinned())[0] if isinstance(document, Mapping) else None


def summary(read: Credential, evidence: Evidence | None = None) -> Summary:
    """A credential in a few words; what its CTIDs mean as far as the evidence tells."""
    achieved = next((each for _, each in read.achievements), {})
    found = Summary(
        id=read.id,
        name=plain(achieved.get("name")) or plain(read.document.get("name")) or ", ".join(read.types[1:] or read.types),
        description=plain(achieved.get("description")) or plain(read.document.get("description")) or "",
        achievement_type=str(achieved.get("achievementType") or ""),
        issuer=read.issuer,
        issuer_name=read.issuer_name or read.issuer or "",
        holder=_holder(read),
        valid_from=read.valid_from,
        valid_until=read.valid_until,
        meanings=(),
    )
    return replace(found, meanings=resolve.resolve(read, evidence)) if evidence is not None else found


def _holder(read: Credential) -> str | None:
    for subject in read.subjects:
        for identity in listed(subject.get("identifier")):
            if isinstance(identity, Mapping) and identity.get("identityType") == "name" and identity.get("hashed") is False:
                return plain(identity.get("identityHash"))
        named = plain(subject.get("name"))
        if named is not None:
            return named
    return next((str(subject["id"]) for subject in read.subjects if "id" in subject), None)
