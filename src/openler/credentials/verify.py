"""The verdict: ``verify(credential, evidence, policy, now, checks=()) -> Report``.

Pure: the same document, evidence, policy and time give the same report, today and in ten years. Nothing here raises
for what a document says; whatever is wrong with it is a check that failed, and whatever is missing one that is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from openler.credentials import (
    confusion,
    custody,
    envelopecheck,
    inner,
    parties,
    proofcheck,
    quick,
    related,
    schemacheck,
    standing,
    statuscheck,
)
from openler.credentials.dids import Purpose
from openler.credentials.envelopes import Envelope, is_enveloped, opened
from openler.credentials.evidence import MAX_CREDENTIALS, Evidence
from openler.credentials.model import Credential, Presentation, is_presentation, read_credential, read_presentation
from openler.credentials.policy import Policy
from openler.credentials.proofcheck import Finding, found_by
from openler.credentials.report import CheckResult, Outcome, Report, Weight
from openler.errors import OpenlerError, declare
from openler.linkeddata.compiled import Fit
from openler.linkeddata.expand import UNDEFINED_TERM

SHAPE_SOUND = declare("credentials.shape_sound", by=__name__)
FORMAT_UNSUPPORTED = declare("credentials.format_unsupported", by=__name__)
TOO_MANY_CREDENTIALS = declare("credentials.too_many_credentials", by=__name__)
NOTHING_PRESENTED = declare("credentials.nothing_presented", by=__name__)
HOLDER_SHOWN = declare("credentials.holder_shown", by=__name__)
HOLDER_SHOWN_ANY_TIME = declare("credentials.holder_shown_any_time", by=__name__)
HOLDER_OTHER = declare("credentials.holder_other", by=__name__)
SHAPE_SOUND_UNDEFINED = declare("jose.shape_sound_undefined", by=__name__)
PRESENTATION_UNSIGNED = declare("credentials.presentation_unsigned", by=__name__)

_SOUND = Finding(Outcome.PASSED, SHAPE_SOUND, {})

Check = Callable[[Credential, Evidence, datetime], CheckResult]
"""A further check, such as what a CTID means, handed in by who knows."""


def verify(credential: object, evidence: Evidence, policy: Policy, now: datetime, checks: Sequence[Check] = ()) -> Report:
    """Judge a credential, or a presentation and each credential in it: parsed JSON, or an envelope, opened or not."""
    evidence = custody.admitted(evidence, policy)
    if isinstance(credential, Envelope) or is_enveloped(credential):
        try:
            envelope = opened(credential)
        except OpenlerError as error:
            return unreadable(error)
        if envelope is not None:
            read = envelope.read
            if isinstance(read, Presentation):
                return _presentation(read, evidence, policy, now, checks, envelope)
            return _credential(read, evidence, policy, now, checks, envelope)
    if is_presentation(credential):
        return _presentation(read_presentation(credential), evidence, policy, now, checks)
    read, fit = quick.read(credential, policy.contexts)
    return _credential(read, evidence, policy, now, checks, fit=fit)


def could_not_read(code: str, *, outcome: Outcome = Outcome.UNKNOWN, path: str | None = None, **parameters: object) -> Report:
    """The report on something that is no credential in a format known here, or (failed) no credential at all."""
    return Report((CheckResult("shape", Weight.DECIDING, outcome, code, parameters, path),))


def unreadable(error: OpenlerError, path: str | None = None) -> Report:
    """The report on an envelope that could not be opened: broken, or of a kind that is not known here."""
    found = found_by(error)
    place = path if error.place is None or not error.place.startswith("/") else (path or "") + error.place
    return could_not_read(found.code, outcome=found.outcome, path=place, **found.parameters)


def _proven(
    read: Credential | Presentation,
    envelope: Envelope | None,
    purpose: Purpose,
    evidence: Evidence,
    policy: Policy,
    now: datetime,
    fit: Fit | None = None,
) -> proofcheck.Proven:
    return custody.of_key(_signed(read, envelope, purpose, evidence, policy, now, fit), read, envelope, evidence, policy)


def _signed(
    read: Credential | Presentation,
    envelope: Envelope | None,
    purpose: Purpose,
    evidence: Evidence,
    policy: Policy,
    now: datetime,
    fit: Fit | None,
) -> proofcheck.Proven:
    speaker = read.issuer if isinstance(read, Credential) else read.holder
    if envelope is None:
        return proofcheck.check(read.document, speaker=speaker, purpose=purpose, evidence=evidence, policy=policy, now=now, fit=fit)
    around = envelopecheck.check(envelope, purpose=purpose, evidence=evidence, policy=policy, now=now)
    if not read.proofs:
        return around
    # Signed inside as well as outside: both must hold.
    within = proofcheck.check(read.document, speaker=speaker, purpose=purpose, evidence=evidence, policy=policy, now=now)
    order = (Outcome.FAILED, Outcome.UNKNOWN, Outcome.PASSED, Outcome.NOT_APPLICABLE)
    return min(around, within, key=lambda each: min(order.index(each.proof.outcome), order.index(each.key.outcome)))


def _period(read: Credential, envelope: Envelope | None, now: datetime) -> Finding:
    if envelope is not None:
        try:
            envelopecheck.in_force(envelope, now)
        except OpenlerError as error:
            return found_by(error)
    return standing.period(read, now)


def _credential(
    read: Credential,
    evidence: Evidence,
    policy: Policy,
    now: datetime,
    checks: Sequence[Check],
    envelope: Envelope | None = None,
    fit: Fit | None = None,
) -> Report:
    proven = _proven(read, envelope, "assertionMethod", evidence, policy, now, fit)

    def beside(document: Mapping[str, Any] | Envelope, at: datetime = now) -> Report:
        return _beside(document, evidence, policy, at)

    found = {
        "shape": _sound(read, evidence, policy, envelope, fit),
        "schema": schemacheck.check(read, evidence, beside),
        "proof": proven.proof,
        "issuer_key": proven.key,
        "issuer_trust": parties.issuer(read, policy),
        "validity_period": _period(read, envelope, now),
        "status": statuscheck.check(read, evidence, policy, now, beside),
        "holder_binding": parties.bearer(read, policy),
    }
    results = [_weighed(name, finding, policy) for name, finding in found.items()]
    bound = envelopecheck.binding(envelope, policy, now) if envelope is not None else None
    if bound is not None:
        results[-1] = bound
    report = Report((*results, *(check(read, evidence, now) for check in checks)), read.id)
    return inner.complete(report, read, policy, lambda document, path: _part(document, path, None, evidence, policy, now, checks), fit)


def _beside(document: Mapping[str, Any] | Envelope, evidence: Evidence, policy: Policy, now: datetime) -> Report:
    """A status list, or a schema in a credential, stands on its shape, proof, key and period; its own status is not followed."""
    envelope = document if isinstance(document, Envelope) else None
    read = read_credential(document) if envelope is None else envelope.read
    if isinstance(read, Presentation):
        return could_not_read(FORMAT_UNSUPPORTED, seen="presentation")
    proven = _proven(read, envelope, "assertionMethod", evidence, policy, now)
    found = {
        "shape": _shape(read.document, read.faults, policy, envelope),
        "proof": proven.proof,
        "issuer_key": proven.key,
        "validity_period": _period(read, envelope, now),
    }
    return Report(tuple(_weighed(name, finding, policy) for name, finding in found.items()), read.id)


def _weighed(name: str, found: Finding, policy: Policy) -> CheckResult:
    return CheckResult(name, policy.weight(name), found.outcome, found.code, found.parameters, found.path)


def _shape(document: Mapping[str, Any], faults: Sequence[Any], policy: Policy, envelope: Envelope | None = None) -> Finding:
    if faults:
        fault = faults[0]
        return Finding(Outcome.FAILED, fault.code, {**fault.parameters, "count": len(faults)}, fault.path)
    if envelope is not None and envelope.said.style == "sd-jwt-vc":
        return Finding(Outcome.PASSED, SHAPE_SOUND, {})
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    first: OpenlerError | None = None
    for contexts in policy.contexts.variants(document):
        try:
            confusion.check(unsecured, contexts, learn=envelope is not None)
        except OpenlerError as error:
            first = first or error
        else:
            return Finding(Outcome.PASSED, SHAPE_SOUND, {})
    if first is not None and first.code == UNDEFINED_TERM and envelope is not None:
        # An envelope's signature covers every byte, words without a definition included.
        return Finding(Outcome.PASSED, SHAPE_SOUND_UNDEFINED, first.parameters, first.place)
    return found_by(first) if first is not None else Finding(Outcome.PASSED, SHAPE_SOUND, {})


def _sound(read: Credential, evidence: Evidence, policy: Policy, envelope: Envelope | None, fit: Fit | None) -> Finding:
    known = not read.faults and envelope is None and confusion.is_known(fit)
    shape = _SOUND if known else _shape(read.document, read.faults, policy, envelope)
    other = related.check(read, evidence) if read.related and shape.outcome is Outcome.PASSED else None
    return other or shape


def _presentation(
    read: Presentation, evidence: Evidence, policy: Policy, now: datetime, checks: Sequence[Check], envelope: Envelope | None = None
) -> Report:
    shape = _shape(read.document, read.faults, policy, envelope) if not _enveloped(read) else _faults_only(read)
    if len(read.credentials) > MAX_CREDENTIALS:
        shape = Finding(
            Outcome.UNKNOWN, TOO_MANY_CREDENTIALS, {"count": len(read.credentials), "limit": MAX_CREDENTIALS}, "/verifiableCredential"
        )
    results = [_weighed("shape", shape, policy)]
    signed = bool(read.proofs) or envelope is not None or policy.challenge is not None
    if signed:
        proven = _proven(read, envelope, "authentication", evidence, policy, now)
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
            CheckResult("holder_binding", Weight.INFORMING, Outcome.UNKNOWN, parties.HOLDER_NOT_SHOWN),
        ]
    if not read.credentials:
        # Signed, it shows who the holder is; unsigned and empty, it shows nothing that could be called real.
        nothing = (Weight.INFORMING, Outcome.NOT_APPLICABLE) if signed else (Weight.DECIDING, Outcome.UNKNOWN)
        results.append(CheckResult("credentials", *nothing, NOTHING_PRESENTED))
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
    try:
        envelope = opened(document)
    except OpenlerError as error:
        return unreadable(error, path)
    read, fit = quick.read(document, policy.contexts) if envelope is None else (envelope.read, None)
    if isinstance(read, Presentation) or is_presentation(document):
        return could_not_read(FORMAT_UNSUPPORTED, path=path, seen="VerifiablePresentation")
    report = _credential(read, evidence, policy, now, checks, envelope, fit)
    if holder is None or (envelope is not None and envelope.sd is not None and envelope.sd.binding is not None):
        return report
    binding = _bound(read, holder, policy.presenter)
    kept = tuple(binding if check.name == "holder_binding" and binding is not None else check for check in report.checks)
    return replace(report, checks=kept)


def _bound(read: Credential, holder: str, weight: Weight) -> CheckResult | None:
    """In a signed presentation: whether the presenter is the subject. A subject without an id is left to its identities."""
    named = [str(subject["id"]) for subject in read.subjects if "id" in subject]
    if not named:
        return None
    if holder in named:
        return CheckResult("holder_binding", weight, Outcome.PASSED, HOLDER_SHOWN, {"holder": holder}, "/credentialSubject")
    parameters = {"holder": holder[:80], "subject": named[0][:80]}
    return CheckResult("holder_binding", weight, Outcome.FAILED, HOLDER_OTHER, parameters, "/credentialSubject")
