"""The verdict: ``verify(credential, evidence, policy, now, checks=()) -> Report``.

Pure: the same document, evidence, policy and time give the same report, today and in ten years. Nothing here raises
for what a document says; whatever is wrong with it is a check that failed, and whatever is missing one that is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from openler.credentials import confusion, openbadges, proofcheck, standing
from openler.credentials.evidence import MAX_CREDENTIALS, Evidence
from openler.credentials.model import Credential, Presentation, is_presentation, read_credential, read_presentation
from openler.credentials.policy import Policy
from openler.credentials.proofcheck import Finding, found_by
from openler.credentials.report import CheckResult, Outcome, Report, Weight
from openler.credentials.shapes import listed
from openler.errors import OpenlerError, declare

SHAPE_SOUND = declare("credentials.shape_sound", by=__name__)
FORMAT_UNSUPPORTED = declare("credentials.format_unsupported", by=__name__)
TOO_MANY_CREDENTIALS = declare("credentials.too_many_credentials", by=__name__)
NOTHING_PRESENTED = declare("credentials.nothing_presented", by=__name__)
ISSUER_KNOWN = declare("credentials.issuer_known", by=__name__)
ISSUER_NOT_KNOWN = declare("credentials.issuer_not_known", by=__name__)
ISSUER_LIST_UNAVAILABLE = declare("credentials.issuer_list_unavailable", by=__name__)
ISSUER_TRUST_NOT_ASKED = declare("credentials.issuer_trust_not_asked", by=__name__)
HOLDER_NOT_SHOWN = declare("credentials.holder_not_shown", by=__name__)
HOLDER_SHOWN = declare("credentials.holder_shown", by=__name__)
HOLDER_SHOWN_ANY_TIME = declare("credentials.holder_shown_any_time", by=__name__)
HOLDER_OTHER = declare("credentials.holder_other", by=__name__)
HOLDER_IDENTITY_MATCHES = declare("credentials.holder_identity_matches", by=__name__)
HOLDER_IDENTITY_DIFFERS = declare("credentials.holder_identity_differs", by=__name__)
PRESENTATION_UNSIGNED = declare("credentials.presentation_unsigned", by=__name__)

Check = Callable[[Credential, Evidence, datetime], CheckResult]
"""A further check, such as what a CTID means, handed in by who knows."""


def verify(credential: object, evidence: Evidence, policy: Policy, now: datetime, checks: Sequence[Check] = ()) -> Report:
    """Judge a credential, or a presentation and each credential in it, as parsed JSON."""
    if is_presentation(credential):
        return _presentation(read_presentation(credential), evidence, policy, now, checks)
    return _credential(read_credential(credential), evidence, policy, now, checks)


def could_not_read(code: str, *, outcome: Outcome = Outcome.UNKNOWN, path: str | None = None, **parameters: object) -> Report:
    """The report on something that is no credential in a format known here, or (failed) no credential at all."""
    return Report((CheckResult("shape", Weight.DECIDING, outcome, code, parameters, path),))


def _credential(read: Credential, evidence: Evidence, policy: Policy, now: datetime, checks: Sequence[Check]) -> Report:
    proven = proofcheck.check(read.document, speaker=read.issuer, purpose="assertionMethod", evidence=evidence, policy=policy, now=now)
    found = {
        "shape": _shape(read.document, read.faults, policy),
        "schema": standing.schema(read, evidence),
        "proof": proven.proof,
        "issuer_key": proven.key,
        "issuer_trust": _trust(read, policy),
        "validity_period": standing.period(read, now),
        "status": standing.status(read, evidence, lambda document: _status_list(document, evidence, policy, now)),
        "holder_binding": _identity(read, policy),
    }
    results = [_weighed(name, finding, policy) for name, finding in found.items()]
    return Report((*results, *(check(read, evidence, now) for check in checks)), read.id)


def _status_list(document: Mapping[str, Any], evidence: Evidence, policy: Policy, now: datetime) -> Report:
    """A status list stands on its shape, proof, key and period; its own status is not followed."""
    read = read_credential(document)
    proven = proofcheck.check(document, speaker=read.issuer, purpose="assertionMethod", evidence=evidence, policy=policy, now=now)
    found = {
        "shape": _shape(document, read.faults, policy),
        "proof": proven.proof,
        "issuer_key": proven.key,
        "validity_period": standing.period(read, now),
    }
    return Report(tuple(_weighed(name, finding, policy) for name, finding in found.items()), read.id)


def _weighed(name: str, found: Finding, policy: Policy) -> CheckResult:
    return CheckResult(name, policy.weight(name), found.outcome, found.code, found.parameters, found.path)


def _shape(document: Mapping[str, Any], faults: Sequence[Any], policy: Policy) -> Finding:
    if faults:
        fault = faults[0]
        return Finding(Outcome.FAILED, fault.code, {**fault.parameters, "count": len(faults)}, fault.path)
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    first: OpenlerError | None = None
    for contexts in policy.contexts.variants(document):
        try:
            confusion.check(unsecured, contexts)
        except OpenlerError as error:
            first = first or error
        else:
            return Finding(Outcome.PASSED, SHAPE_SOUND, {})
    return found_by(first) if first is not None else Finding(Outcome.PASSED, SHAPE_SOUND, {})


def _trust(read: Credential, policy: Policy) -> Finding:
    if policy.issuers is None:
        return Finding(Outcome.NOT_APPLICABLE, ISSUER_TRUST_NOT_ASKED, {})
    name = policy.issuers.names.get(read.issuer or "")
    if name is not None:
        return Finding(Outcome.PASSED, ISSUER_KNOWN, {"name": name}, "/issuer")
    if policy.issuers.unavailable:
        return Finding(Outcome.UNKNOWN, ISSUER_LIST_UNAVAILABLE, {"list": ", ".join(policy.issuers.unavailable)}, "/issuer")
    return Finding(Outcome.UNKNOWN, ISSUER_NOT_KNOWN, {}, "/issuer")


def _identity(read: Credential, policy: Policy) -> Finding:
    """For a credential alone: nothing shows who brings it, unless she names an identity that its subject carries hashed."""
    identities = [each for subject in read.subjects for each in listed(subject.get("identifier")) if isinstance(each, Mapping)]
    if policy.identity is None or not identities:
        return Finding(Outcome.UNKNOWN, HOLDER_NOT_SHOWN, {}, "/credentialSubject")
    if any(openbadges.matches_identity(each, policy.identity) for each in identities):
        return Finding(Outcome.PASSED, HOLDER_IDENTITY_MATCHES, {}, "/credentialSubject")
    return Finding(Outcome.FAILED, HOLDER_IDENTITY_DIFFERS, {}, "/credentialSubject")


def _presentation(read: Presentation, evidence: Evidence, policy: Policy, now: datetime, checks: Sequence[Check]) -> Report:
    shape = _shape(read.document, read.faults, policy) if not _enveloped(read) else _faults_only(read)
    if len(read.credentials) > MAX_CREDENTIALS:
        shape = Finding(
            Outcome.UNKNOWN, TOO_MANY_CREDENTIALS, {"count": len(read.credentials), "limit": MAX_CREDENTIALS}, "/verifiableCredential"
        )
    results = [_weighed("shape", shape, policy)]
    signed = bool(read.proofs) or policy.challenge is not None
    if signed:
        proven = proofcheck.check(read.document, speaker=read.holder, purpose="authentication", evidence=evidence, policy=policy, now=now)
        holder = _presenter(read, proven)
        shown = HOLDER_SHOWN if policy.challenge is not None else HOLDER_SHOWN_ANY_TIME
        if proven.proof.outcome is Outcome.PASSED and holder is not None:
            binding = Finding(Outcome.PASSED, shown, {"holder": holder}, "/holder")
        else:
            binding = proven.key if proven.proof.outcome is Outcome.PASSED else proven.proof
        results += [
            _weighed("proof", proven.proof, policy),
            CheckResult("holder_binding", Weight.DECIDING, binding.outcome, binding.code, binding.parameters, binding.path),
        ]
    else:
        holder = None
        results += [
            _weighed("proof", Finding(Outcome.NOT_APPLICABLE, PRESENTATION_UNSIGNED, {}), policy),
            CheckResult("holder_binding", Weight.INFORMING, Outcome.UNKNOWN, HOLDER_NOT_SHOWN),
        ]
    if not read.credentials:
        results.append(CheckResult("credentials", Weight.INFORMING, Outcome.NOT_APPLICABLE, NOTHING_PRESENTED))
    parts = tuple(
        _part(each, path, holder if signed else None, evidence, policy, now, checks) for path, each in read.credentials[:MAX_CREDENTIALS]
    )
    return Report(tuple(results), read.id, parts)


def _presenter(read: Presentation, proven: proofcheck.Proven) -> str | None:
    """Who is shown to have signed the presentation: the holder it names, or, where it names none, its signer."""
    if read.holder is not None:
        return read.holder if proven.key.outcome is Outcome.PASSED else None
    return proven.signers[0] if proven.signers else None


def _enveloped(read: Presentation) -> bool:
    return any(not isinstance(each, Mapping) for _, each in read.credentials)


def _faults_only(read: Presentation) -> Finding:
    if not read.faults:
        return Finding(Outcome.PASSED, SHAPE_SOUND, {})
    fault = read.faults[0]
    return Finding(Outcome.FAILED, fault.code, {**fault.parameters, "count": len(read.faults)}, fault.path)


def _part(
    document: object, path: str, holder: str | None, evidence: Evidence, policy: Policy, now: datetime, checks: Sequence[Check]
) -> Report:
    if not isinstance(document, Mapping) or "EnvelopedVerifiableCredential" in listed(document.get("type")) or is_presentation(document):
        return could_not_read(FORMAT_UNSUPPORTED, path=path, seen="enveloped")
    report = _credential(read_credential(document), evidence, policy, now, checks)
    if holder is None:
        return report
    binding = _bound(read_credential(document), holder)
    kept = tuple(binding if check.name == "holder_binding" and binding is not None else check for check in report.checks)
    return replace(report, checks=kept)


def _bound(read: Credential, holder: str) -> CheckResult | None:
    """In a signed presentation: whether the presenter is the subject. A subject without an id is left to its identities."""
    named = [str(subject["id"]) for subject in read.subjects if "id" in subject]
    if not named:
        return None
    if holder in named:
        return CheckResult("holder_binding", Weight.DECIDING, Outcome.PASSED, HOLDER_SHOWN, {"holder": holder}, "/credentialSubject")
    parameters = {"holder": holder[:80], "subject": named[0][:80]}
    return CheckResult("holder_binding", Weight.DECIDING, Outcome.FAILED, HOLDER_OTHER, parameters, "/credentialSubject")
