"""The checks that envelopes add: who signed one, whether it is in force, and whether its holder brought it.

A key counts if the issuer's own document lists it. A key that comes along in the token's header proves that nobody changed
the token, and nothing about who made it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from openler.credentials import dids, jwt_issuers, sdjwt
from openler.credentials.envelopes import Envelope
from openler.credentials.evidence import Evidence, Kind
from openler.credentials.faults import CannotCheck
from openler.credentials.jose import ALGORITHM_UNFIT, SIGNATURE_WRONG
from openler.credentials.jwk import same_key, thumbprint
from openler.credentials.multikey import PublicKey, from_jwk, from_multikey
from openler.credentials.policy import CLOCK_TOLERANCE, Policy
from openler.credentials.proofcheck import (
    CHALLENGE_DIFFERS,
    DOMAIN_DIFFERS,
    ISSUER_KEY_NOT_CHECKED,
    ISSUER_KEY_OTHER,
    PROOF_NO_KEY,
    Finding,
    Proven,
    authority,
    controller_document,
    found_by,
    key_of,
    vouched,
)
from openler.credentials.report import CheckResult, Outcome, Weight
from openler.credentials.shapes import is_url, listed
from openler.credentials.times import xsd
from openler.errors import Malformed, OpenlerError, declare

PROOF_VALID = declare("jose.proof_valid", by=__name__)
PROOF_BY_OWN_KEY = declare("jose.proof_by_own_key", by=__name__)
KEY_EMBEDDED = declare("jose.key_embedded", by=__name__)
KEY_UNNAMED = declare("jose.key_unnamed", by=__name__)
KEY_NAME_UNKNOWN = declare("jose.key_name_unknown", by=__name__)
CERTIFICATES = declare("jose.certificates_unsupported", by=__name__)
SPEAKER_MISSING = declare("jose.speaker_missing", by=__name__)
EXPIRED = declare("jose.token_expired", by=__name__)
NOT_YET = declare("jose.token_not_yet", by=__name__)
FROM_FUTURE = declare("jose.token_from_future", by=__name__)
BINDING_MISSING = declare("jose.binding_missing", by=__name__)
BINDING_NO_KEY = declare("jose.binding_no_key", by=__name__)
BINDING_SHOWN = declare("jose.binding_shown", by=__name__)
BINDING_SHOWN_ANY_TIME = declare("jose.binding_shown_any_time", by=__name__)

MAX_KEYS = 10
"""Most keys tried for a token that does not name its own."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A key that may have signed. ``url`` is its verification method, None for one that only came along."""

    url: str | None
    key: PublicKey


def check(envelope: Envelope, *, purpose: dids.Purpose, evidence: Evidence, policy: Policy, now: datetime) -> Proven:
    """Check the signature around a credential or presentation, and whether it is by whom the content says."""
    unchecked = Finding(Outcome.UNKNOWN, ISSUER_KEY_NOT_CHECKED, {})
    try:
        wanted = envelope.signed.key_type()
        if purpose == "authentication":
            _asked(envelope, policy)
            in_force(envelope, now)
    except OpenlerError as error:
        return Proven(found_by(error), unchecked)
    dated = envelope.said.times.issued or envelope.said.times.not_before
    at = dids.Moment(now, stated=False) if dated is None else dids.Moment(dated)
    try:
        candidates = _candidates(envelope, purpose, evidence, policy, at)
    except OpenlerError as error:
        seen = envelope.signed.kid or envelope.speaker or "?"
        return Proven(Finding(Outcome.UNKNOWN, PROOF_NO_KEY, {"seen": seen[:80]}), found_by(error))
    fitting = [each for each in candidates if each.key.key_type == wanted]
    if not fitting:
        parameters = {"algorithm": envelope.signed.algorithm, "key_type": ", ".join({each.key.key_type for each in candidates})}
        return Proven(Finding(Outcome.FAILED, ALGORITHM_UNFIT, parameters), unchecked)
    signer = next((each for each in fitting[:MAX_KEYS] if each.key.verifies(envelope.signed.signature, envelope.signed.signed)), None)
    if signer is None:
        return Proven(Finding(Outcome.FAILED, SIGNATURE_WRONG, {}), unchecked)
    if signer.url is None:
        own = Finding(Outcome.PASSED, PROOF_BY_OWN_KEY, {"algorithm": envelope.signed.algorithm})
        return Proven(own, _embedded(envelope, evidence, policy))
    good = Finding(Outcome.PASSED, PROOF_VALID, {"algorithm": envelope.signed.algorithm})
    controller = dids.controller_of(signer.url)
    whose = authority(signer.url, controller, envelope.speaker, purpose, evidence, policy, at.at, "")
    whose = vouched(whose, envelope, signer.url, evidence, policy)
    return Proven(good, replace(whose, path=None), (controller,))


def _asked(envelope: Envelope, policy: Policy) -> None:
    """``nonce`` and ``aud`` of a presentation are what ``challenge`` and ``domain`` are in a Data Integrity proof."""
    if policy.challenge is not None and envelope.claims.get("nonce") != policy.challenge:
        raise Malformed(CHALLENGE_DIFFERS, place="/nonce")
    if policy.domain is not None and policy.domain not in listed(envelope.claims.get("aud")):
        raise Malformed(DOMAIN_DIFFERS, place="/aud", wanted=policy.domain)


def _candidates(envelope: Envelope, purpose: dids.Purpose, evidence: Evidence, policy: Policy, at: dids.Moment) -> list[_Candidate]:
    speaker, kid = envelope.speaker, envelope.signed.kid
    if kid is not None and is_url(kid):
        if "#" in kid or dids.known_document(kid, policy.methods) is not None:
            return [_Candidate(kid, key_of(kid, purpose, evidence, policy, at))]
        if not kid.startswith("did:"):
            return [_Candidate(kid, _key_at(kid, evidence))]
        speaker, kid = kid, None
    if speaker is None:
        raise CannotCheck(SPEAKER_MISSING)
    by_metadata = envelope.said.style == "sd-jwt-vc" and not speaker.startswith("did:")
    if (by_metadata or kid is None) and not {"x5c", "x5u"}.isdisjoint(envelope.signed.header):
        raise CannotCheck(CERTIFICATES)
    if by_metadata:
        published = jwt_issuers.keys(speaker, kid, lambda where: evidence.json(Kind.CONTROLLER, where))
        return [_Candidate(speaker, each) for each in published]
    return _listed(envelope, speaker, kid, purpose, evidence, policy, at)


def _listed(
    envelope: Envelope, speaker: str, kid: str | None, purpose: dids.Purpose, evidence: Evidence, policy: Policy, at: dids.Moment
) -> list[_Candidate]:
    """The keys that the speaker's own document lists, those of that name where there is one."""
    jwk = envelope.signed.header.get("jwk")
    if kid is None and isinstance(jwk, Mapping):
        return _by_embedded(jwk, speaker, purpose, evidence, policy, at)
    document = controller_document(speaker, evidence, policy)
    methods = list(_methods(document, speaker, purpose))
    if kid is not None:
        methods = [each for each in methods if _is_named(each, kid, speaker)]
        if not methods:
            raise Malformed(KEY_NAME_UNKNOWN, seen=kid[:80], issuer=speaker[:80])
    elif not methods:
        raise Malformed(KEY_UNNAMED, issuer=speaker[:80])
    return _usable(document, methods, purpose, at)


def _usable(document: Any, methods: list[tuple[str, Mapping[str, Any]]], purpose: dids.Purpose, at: dids.Moment) -> list[_Candidate]:
    """The keys behind some methods; why there is none only where there is none."""
    found: list[_Candidate] = []
    first: OpenlerError | None = None
    for url, _ in methods[:MAX_KEYS]:
        try:
            found.append(_Candidate(url, dids.key_for(document, url, purpose=purpose, at=at.at, stated=at.stated)))
        except OpenlerError as error:
            first = first or error
    if not found and first is not None:
        raise first
    return found


def _by_embedded(
    jwk: Mapping[str, Any], speaker: str, purpose: dids.Purpose, evidence: Evidence, policy: Policy, at: dids.Moment
) -> list[_Candidate]:
    """The key that came along, by the name under which the speaker lists it, if the speaker does."""
    key = from_jwk(jwk)
    try:
        document = controller_document(speaker, evidence, policy)
        listed_there = _usable(document, list(_methods(document, speaker, purpose)), purpose, at)
    except OpenlerError:
        return [_Candidate(None, key)]
    return [each for each in listed_there if same_key(jwk, each.key)] or [_Candidate(None, key)]


def _embedded(envelope: Envelope, evidence: Evidence, policy: Policy) -> Finding:
    """What a key that only came along tells about its owner: nothing, or, where the speaker's keys are known, that it is not one."""
    try:
        controller_document(envelope.speaker or "", evidence, policy)
    except OpenlerError:
        return Finding(Outcome.UNKNOWN, KEY_EMBEDDED, {"issuer": (envelope.speaker or "?")[:80]})
    return Finding(Outcome.FAILED, ISSUER_KEY_OTHER, {"signer": "jwk", "issuer": (envelope.speaker or "?")[:80]})


def _key_at(url: str, evidence: Evidence) -> PublicKey:
    """A key that lies at an address of its own, as Open Badges has it: a JWK, or a verification method with one in it."""
    found = evidence.json(Kind.CONTROLLER, url)
    if isinstance(found, Mapping) and "kty" not in found and found.get("id") == url:
        found = found.get("publicKeyJwk")
    if not isinstance(found, Mapping):
        raise CannotCheck(dids.DOCUMENT_MALFORMED, seen=url[:80])
    return from_jwk(found)


def _methods(document: object, controller: str, purpose: dids.Purpose) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The verification methods that a controller lists for a purpose, each with its address."""
    if not isinstance(document, Mapping):
        return
    described = {_address(each, controller): each for each in listed(document.get("verificationMethod")) if isinstance(each, Mapping)}
    for entry in listed(document.get(purpose)):
        url = _address(entry, controller)
        method = entry if isinstance(entry, Mapping) else described.get(url)
        if url is not None and method is not None:
            yield url, method


def _address(entry: object, controller: str) -> str | None:
    stated = entry.get("id") if isinstance(entry, Mapping) else entry
    if not isinstance(stated, str):
        return None
    return controller + stated if stated.startswith("#") else stated


def _is_named(method: tuple[str, Mapping[str, Any]], kid: str, controller: str) -> bool:
    """A kid that is no address names a key by its fragment, by its JWK's own kid, or by its thumbprint."""
    url, described = method
    jwk = described.get("publicKeyJwk")
    if url in {f"{controller}#{kid.removeprefix('#')}", kid}:
        return True
    return isinstance(jwk, Mapping) and kid in {jwk.get("kid"), thumbprint(jwk)}


def in_force(envelope: Envelope, now: datetime) -> None:
    """The life that a token states for itself. :raises Malformed: ``jose.token_expired``, ``_not_yet`` or ``_from_future``"""
    times = envelope.said.times
    if times.expires is not None and now > times.expires:
        raise Malformed(EXPIRED, place="/exp", time=xsd(times.expires))
    if times.not_before is not None and now < times.not_before:
        raise Malformed(NOT_YET, place="/nbf", time=xsd(times.not_before))
    if times.issued is not None and times.issued > now + CLOCK_TOLERANCE:
        raise Malformed(FROM_FUTURE, place="/iat", time=xsd(times.issued))


def binding(envelope: Envelope, policy: Policy, now: datetime) -> CheckResult | None:
    """Whether an SD-JWT's holder brought it herself: by the key binding, against the key that the issuer confirmed as hers.

    None where there is nothing to check, and nobody asked.
    """
    if envelope.sd is None or (envelope.sd.binding is None and (policy.challenge is None or "cnf" not in envelope.claims)):
        return None
    try:
        if envelope.sd.binding is None:
            raise Malformed(BINDING_MISSING)
        key = _confirmed(envelope.claims.get("cnf"), policy)
        sdjwt.check_binding(envelope.sd, key, nonce=policy.challenge, audience=policy.domain, now=now, tolerance=CLOCK_TOLERANCE)
    except OpenlerError as error:
        found = found_by(error)
        return CheckResult("holder_binding", Weight.DECIDING, found.outcome, found.code, found.parameters, found.path)
    code = BINDING_SHOWN if policy.challenge is not None else BINDING_SHOWN_ANY_TIME
    return CheckResult("holder_binding", Weight.DECIDING, Outcome.PASSED, code)


def _confirmed(cnf: object, policy: Policy) -> PublicKey:
    """The holder's key (RFC 7800): as a JWK, or by the address of a key that its identifier holds itself."""
    if isinstance(cnf, Mapping) and isinstance(cnf.get("jwk"), Mapping):
        return from_jwk(cnf["jwk"])
    kid = cnf.get("kid") if isinstance(cnf, Mapping) else None
    if isinstance(kid, str) and kid.startswith("did:"):
        document = dids.known_document(dids.controller_of(kid), policy.methods)
        if document is not None:
            method = document["verificationMethod"][0]
            return from_jwk(method["publicKeyJwk"]) if "publicKeyJwk" in method else from_multikey(method["publicKeyMultibase"])
    raise CannotCheck(BINDING_NO_KEY)
