"""Verifying: bytes of any kind that people bring, judged with everything that can be found out about them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from openler.actions.gather import gather
from openler.actions.ports import Ports
from openler.credentials import baked
from openler.credentials import verify as verdict
from openler.credentials.evidence import Evidence
from openler.credentials.model import Credential, is_presentation, plain, read_credential, read_presentation
from openler.credentials.policy import Policy
from openler.credentials.report import Report
from openler.credentials.shapes import listed
from openler.errors import NotFound, Unavailable, declare
from openler.linkeddata.parse import parse_json
from openler.meaning import resolve

NOTHING_THERE = declare("verify.nothing_there", by=__name__)
NO_ANSWER = declare("verify.no_answer", by=__name__)

MAX_BYTES = 1024 * 1024
"""Largest credential or presentation that anybody may have verified, in bytes (ADR 0001, decision 14)."""

_OK = 200
_JWT = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*(?P<disclosures>~[A-Za-z0-9_.~-]*)?", re.ASCII)


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

    ``document`` is the JSON that was judged, None where the format is not known here; ``source`` what the caller named it.
    """

    report: Report
    summaries: tuple[Summary, ...]
    evidence: Evidence
    source: str
    judged_at: datetime
    document: Mapping[str, Any] | None = None


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
) -> VerificationResult:
    """Judge a JSON credential or presentation, or one baked into a PNG or SVG.

    With ``evidence`` and ``offline`` an earlier verdict is replayed, at ``now`` if that is given. ``serving`` is true in the
    process that serves our own address, which reads what lies there from its own stores instead of calling itself;
    everybody else, ourselves at the command line included, sees only what the world sees. ``plain_origins`` are http
    origins besides our own whose did:web documents may be read without TLS. Which issuers are known is asked only
    where the policy says so (:func:`openler.actions.identity.known_issuers`).

    :raises Malformed: it is neither JSON, nor a compact JWS, nor an image that holds one of them; ``place`` says where
    :raises TooLarge: over ``max_bytes`` or, for an image, its limit
    """
    at = now or ports.clock.now()
    held = evidence or Evidence()
    text = baked.extract(data) if baked.is_image(data) else data
    if found := _JWT.fullmatch(text.strip()):
        kind = "SD-JWT" if found["disclosures"] else "JWT"
        return VerificationResult(verdict.could_not_read(verdict.FORMAT_UNSUPPORTED, seen=kind), (), held, source, at)
    document = parse_json(text, max_bytes=max_bytes)
    asked = policy or Policy()
    if not offline:
        origins = (
            plain_origins | ports.plain_origins | ({ports.base_url.rstrip("/")} if ports.base_url.startswith("http://") else frozenset())
        )
        held = gather(ports, document, held, now=at, plain_origins=origins, serving=serving)
    report = verdict.verify(document, held, asked, at, checks=(resolve.check,))
    known = document if isinstance(document, Mapping) else None
    return VerificationResult(report, _summaries(document, held), held, source, at, known)


def verify_url(
    ports: Ports, url: str, *, policy: Policy | None = None, serving: bool = False, max_bytes: int = MAX_BYTES
) -> VerificationResult:
    """Fetch what lies at an address, through the guard, and judge it.

    :raises Refused: the address may not be read from here
    :raises NotFound: ``verify.nothing_there``
    :raises Unavailable: ``verify.no_answer``, or no answer at all
    :raises Malformed: as :func:`verify`
    """
    accept = "application/vc, application/vp, application/vc+ld+json, application/ld+json, application/json, image/png, image/svg+xml"
    answer = ports.fetch.get(url, accept=accept, limit=max(max_bytes, baked.MAX_IMAGE))
    if answer.status in {404, 410}:
        raise NotFound(NOTHING_THERE, url=url[:200])
    if answer.status != _OK:
        raise Unavailable(NO_ANSWER, url=url[:200], status=answer.status)
    return verify(ports, answer.body, source=answer.url, policy=policy, serving=serving, max_bytes=max_bytes)


def _summaries(document: object, evidence: Evidence) -> tuple[Summary, ...]:
    if is_presentation(document):
        inside = (each for _, each in read_presentation(document).credentials if isinstance(each, Mapping))
        return tuple(summary(read_credential(each), evidence) for each in inside)
    return (summary(read_credential(document), evidence),) if isinstance(document, Mapping) else ()


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
