"""The verdict on an Open Badges 2 assertion: the same report and the same checks as for a verifiable credential.

A hosted badge is believed because its issuer's host serves it; so what counts is the copy at its address, read now, and
whether that address lies where the issuer's profile says that its assertions lie (section 5.1). A signed one is believed
by a key that the profile lists (section 5.2). The profile is always the one at its own address: what a badge says about
its issuer proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from openler.credentials import (
    badge2endorsements,
    badge2extensions,
    badge2proof,
    badge2status,
    dids,
    endorsements,
    openbadges2,
    parties,
    schemacheck,
    standing,
)
from openler.credentials.badge2proof import Statement
from openler.credentials.evidence import MAX_RESOURCE, Evidence, Kind, Need, described
from openler.credentials.model import Credential, read_credential
from openler.credentials.openbadges2 import Assertion, Parts
from openler.credentials.policy import Policy
from openler.credentials.proofcheck import Finding, found_by
from openler.credentials.report import CheckResult, Outcome, Report, Weight
from openler.credentials.shapes import Shape
from openler.credentials.verify import SHAPE_SOUND, Check
from openler.errors import OpenlerError, declare

NOT_HOSTED = declare("credentials.badge2_not_hosted", by=__name__)
CARRIED_OVER = declare("credentials.badge2_carried_over", by=__name__)

_COMPARED = ("id", "recipient", "badge", "issuedOn", "expires")


def needs(
    brought: Assertion,
    held: Evidence | None = None,
    *,
    plain_origins: frozenset[str] = frozenset(),
    methods: Mapping[str, dids.Method] = dids.METHODS,
) -> tuple[Need, ...]:
    """What is still to be fetched, as :func:`openler.credentials.evidence.needs` says for credentials.

    Endorsements come after all that the badge itself needs, so that however many there are, they take nothing from it.
    """
    del plain_origins, methods
    found = held or Evidence()
    parts = gathered(brought, found)
    return _open(_wanted(brought, parts, found), found) or _open(badge2endorsements.needs(parts, found), found)


def _open(wanted: Iterator[Need], held: Evidence) -> tuple[Need, ...]:
    return tuple({(need.kind, need.key): need for need in wanted if held.find(need.kind, need.key) is None}.values())


def _wanted(brought: Assertion, parts: Parts, held: Evidence) -> Iterator[Need]:
    yield from badge2proof.needs(_statement(brought, parts), held)
    yield from badge2proof.need((parts.assertion or {}).get("badge"))
    if parts.issuer is None:
        return
    for ctid, url in described(carried(parts).achievements):
        yield Need(Kind.RESOURCE, ctid, (url,), "application/ld+json, application/json", MAX_RESOURCE)


def _statement(brought: Assertion, parts: Parts) -> Statement:
    return Statement(brought, parts.assertion, _issuer_url(parts), "/badge/issuer", _COMPARED)


def gathered(brought: Assertion, held: Evidence) -> Parts:
    """The assertion that counts (the hosted copy, or what was signed), its badge class and its issuer, as far as they are there."""
    assertion = (badge2proof.fetched(held, brought.url) if brought.form == "hosted" else None) or brought.document
    if assertion is not None and assertion.get("revoked") is True:
        # A withdrawn badge is often served as little more than that word; what it was is told by the copy that was brought.
        assertion = {**(brought.document or {}), **assertion}
    stated = (assertion or {}).get("badge")
    badge = stated if isinstance(stated, Mapping) else badge2proof.fetched(held, stated)
    parts = Parts(assertion, badge)
    return Parts(assertion, badge, badge2proof.fetched(held, _issuer_url(parts)))


def _issuer_url(parts: Parts) -> str | None:
    return badge2proof.address((parts.badge or {}).get("issuer"))


def carried(parts: Parts, held: Evidence | None = None) -> Credential:
    """The badge as version 3 would say it, read; with the endorsements that stand by the evidence ``held``."""
    document = openbadges2.as_achievement_credential(parts)
    return read_credential(document if held is None else badge2endorsements.carried(parts, document, held))


def verify(brought: Assertion, evidence: Evidence, policy: Policy, now: datetime, checks: Sequence[Check] = ()) -> Report:
    """Judge an assertion. ``checks`` are given the badge carried over, as an unsigned credential of version 3."""
    parts = gathered(brought, evidence)
    read, said = carried(parts), _statement(brought, parts)
    proof, key = badge2proof.check(said, evidence)
    found = {
        "shape": _shape(parts, said, evidence),
        "schema": Finding(Outcome.NOT_APPLICABLE, schemacheck.SCHEMA_NONE, {}),
        "proof": proof,
        "issuer_key": key,
        "issuer_trust": parties.issuer(read, policy),
        "validity_period": _period(parts, read, now),
        "status": badge2status.check(said, evidence),
        "holder_binding": parties.bearer(read, policy),
    }
    results = [CheckResult(name, policy.weight(name), each.outcome, each.code, each.parameters, each.path) for name, each in found.items()]
    vouching = badge2endorsements.judged(parts, read.document, evidence, policy, now)
    total = len(badge2endorsements.found(parts))
    results += [check(read, evidence, now) for check in checks]
    results += endorsements.summed(vouching, policy.weight("endorsements"), total=total)
    results += badge2extensions.check(*(each or {} for each in (parts.assertion, parts.badge, parts.issuer)))
    told = CheckResult("carried_over", Weight.INFORMING, Outcome.PASSED, CARRIED_OVER)
    return Report((*results, told), read.id, endorsements=vouching)


def _shape(parts: Parts, said: Statement, held: Evidence) -> Finding:
    """Faults of what is there first; then, that a part is not there."""
    shape = Shape()
    if parts.assertion is not None:
        openbadges2.check(shape, parts)
    if shape.faults:
        fault = shape.faults[0]
        return Finding(Outcome.FAILED, fault.code, {**fault.parameters, "count": len(shape.faults)}, fault.path)
    try:
        if parts.badge is None and parts.assertion is not None:
            badge2proof.part(held, parts.assertion.get("badge"), "/badge")
        if parts.issuer is None and parts.badge is not None:
            badge2proof.profile(said, held)
    except OpenlerError as error:
        return found_by(error)
    return Finding(Outcome.PASSED, SHAPE_SOUND, {}) if parts.assertion is not None else Finding(Outcome.UNKNOWN, NOT_HOSTED, {})


def _period(parts: Parts, read: Credential, now: datetime) -> Finding:
    if parts.assertion is None:
        return Finding(Outcome.UNKNOWN, standing.PERIOD_NOT_STATED, {})
    found = standing.period(read, now)
    places = {"/validFrom": "/issuedOn", "/validUntil": "/expires"}
    return Finding(found.outcome, found.code, found.parameters, places.get(found.path or "", found.path))
