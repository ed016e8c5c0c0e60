"""The checks of proof and issuer's key: did somebody sign exactly this, and was it somebody who may speak for the issuer."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from openler.credentials import anchors, dids
from openler.credentials.envelopes import Envelope
from openler.credentials.evidence import Evidence, Kind
from openler.credentials.faults import CannotCheck
from openler.credentials.multikey import PublicKey
from openler.credentials.policy import CLOCK_TOLERANCE, Policy
from openler.credentials.proofs.data_integrity import Cryptosuite
from openler.credentials.proofs.table import suite_of
from openler.credentials.report import Outcome
from openler.credentials.shapes import is_object, is_url, listed, pointer
from openler.credentials.times import parse_time, xsd
from openler.errors import Malformed, OpenlerError, declare
from openler.linkeddata.compiled import Fit

PROOF_VALID = declare("credentials.proof_valid", by=__name__)
PROOF_VALID_IN_PARTS = declare("credentials.proof_valid_in_parts", by=__name__)
PROOF_VALID_OTHER_CONTEXT = declare("credentials.proof_valid_other_context", by=__name__)
PROOF_MISSING = declare("credentials.proof_missing", by=__name__)
PROOF_NO_KEY = declare("credentials.proof_no_key", by=__name__)
TOO_MANY_PROOFS = declare("credentials.proof_too_many", by=__name__)
METHOD_MALFORMED = declare("credentials.proof_method_malformed", by=__name__)
WRONG_PURPOSE = declare("credentials.proof_wrong_purpose", by=__name__)
PROOF_EXPIRED = declare("credentials.proof_expired", by=__name__)
PROOF_FROM_FUTURE = declare("credentials.proof_from_future", by=__name__)
CHALLENGE_DIFFERS = declare("credentials.proof_challenge_differs", by=__name__)
DOMAIN_DIFFERS = declare("credentials.proof_domain_differs", by=__name__)
ISSUER_KEY_VALID = declare("credentials.issuer_key_valid", by=__name__)
ISSUER_KEY_OTHER = declare("credentials.issuer_key_other", by=__name__)
ISSUER_KEY_VOUCHED = declare("credentials.issuer_key_vouched", by=__name__)
KEY_REVOKED_UNDATED = declare("credentials.key_revoked_undated", by=__name__)
KEY_REVOKED_NOT_ISSUED = declare("credentials.key_revoked_not_issued", by=__name__)
ISSUER_KEY_NOT_CHECKED = declare("credentials.issuer_key_not_checked", by=__name__)

MAX_PROOFS = 10
"""Most proofs of one document that are checked: each costs a canonicalisation."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A check before it has a name and a weight."""

    outcome: Outcome
    code: str
    parameters: Mapping[str, object]
    path: str | None = None


def found_by(error: OpenlerError, path: str | None = None) -> Finding:
    """What an error means for a check: malformed is wrong, everything else is not known."""
    outcome = Outcome.FAILED if isinstance(error, Malformed) else Outcome.UNKNOWN
    return Finding(outcome, error.code, error.parameters, error.place if error.place is not None else path)


@dataclass(frozen=True, slots=True)
class Proven:
    """Both checks, and who is shown to have signed."""

    proof: Finding
    key: Finding
    signers: tuple[str, ...] = ()


def check(
    document: Mapping[str, Any],
    *,
    speaker: str | None,
    purpose: dids.Purpose,
    evidence: Evidence,
    policy: Policy,
    now: datetime,
    fit: Fit | None = None,
) -> Proven:
    """Check a document's proofs. ``speaker`` is the issuer, or a presentation's holder: whose keys count.

    ``fit`` is that of the document without its proofs, with the policy's contexts, where it has one.

    Every proof must hold that can be checked; one by the speaker's key is enough, and a proof of a kind that is not
    known here neither helps nor harms.
    """
    proofs = [each for each in listed(document.get("proof")) if is_object(each)]
    if not proofs:
        none = Finding(Outcome.FAILED, PROOF_MISSING, {}, "/proof")
        return Proven(none, Finding(Outcome.UNKNOWN, ISSUER_KEY_NOT_CHECKED, {}))
    if len(proofs) > MAX_PROOFS:
        many = Finding(Outcome.UNKNOWN, TOO_MANY_PROOFS, {"count": len(proofs), "limit": MAX_PROOFS}, "/proof")
        return Proven(many, Finding(Outcome.UNKNOWN, ISSUER_KEY_NOT_CHECKED, {}))
    is_list = isinstance(document.get("proof"), list)
    each_found = [
        _one(document, proof, pointer("proof", number) if is_list else "/proof", speaker, purpose, evidence, policy, now, fit)
        for number, proof in enumerate(proofs)
    ]
    return _together(each_found)


def _together(found: list[Proven]) -> Proven:
    if len(found) == 1:
        return found[0]
    signers = tuple(signer for each in found for signer in each.signers)
    failed = next((each for each in found if each.proof.outcome is Outcome.FAILED), None)
    if failed is not None:
        return Proven(failed.proof, failed.key, signers)
    whole = next((each for each in found if each.proof.outcome is each.key.outcome is Outcome.PASSED), None)
    if whole is not None:
        return Proven(whole.proof, whole.key, signers)
    passed = next((each.proof for each in found if each.proof.outcome is Outcome.PASSED), found[0].proof)
    keys = sorted((each.key for each in found), key=lambda key: key.outcome is not Outcome.UNKNOWN)
    return Proven(passed, keys[0], signers)


def _one(
    document: Mapping[str, Any],
    proof: Mapping[str, Any],
    path: str,
    speaker: str | None,
    purpose: dids.Purpose,
    evidence: Evidence,
    policy: Policy,
    now: datetime,
    fit: Fit | None,
) -> Proven:
    unchecked = Finding(Outcome.UNKNOWN, ISSUER_KEY_NOT_CHECKED, {}, path)
    try:
        suite = suite_of(proof, policy.suites)
        signed_at = _terms(proof, path, purpose, policy, now)
        url = proof.get("verificationMethod")
        if not isinstance(url, str) or not is_url(url):
            raise Malformed(METHOD_MALFORMED, place=path + "/verificationMethod", seen=str(url)[:80])
    except OpenlerError as error:
        return Proven(found_by(error, path), unchecked)
    try:
        key, revoked = _found(url, purpose, evidence, policy, signed_at)
    except OpenlerError as error:
        return Proven(Finding(Outcome.UNKNOWN, PROOF_NO_KEY, {"seen": url[:80]}, path), found_by(error, path + "/verificationMethod"))
    try:
        code = _signature(document, proof, suite, key, policy, fit)
    except OpenlerError as error:
        return Proven(found_by(error, path), unchecked)
    signer = dids.controller_of(url)
    good = Finding(Outcome.PASSED, code, {"suite": suite.name}, path)
    whose = authority(url, signer, speaker, purpose, evidence, policy, signed_at.at, path)
    return Proven(good, vouched(whose, document, url, evidence, policy) if revoked else whose, (signer,))


def _terms(proof: Mapping[str, Any], path: str, purpose: dids.Purpose, policy: Policy, now: datetime) -> dids.Moment:
    """What the proof says about itself (Data Integrity 1.0, section 4.4); when it says that it was made."""
    signed_at = None
    if proof.get("proofPurpose") != purpose:
        raise Malformed(WRONG_PURPOSE, place=path + "/proofPurpose", seen=str(proof.get("proofPurpose"))[:80], wanted=purpose)
    if "created" in proof:
        signed_at = parse_time(proof["created"], place=path + "/created")
        if signed_at > now + CLOCK_TOLERANCE:
            raise Malformed(PROOF_FROM_FUTURE, place=path + "/created", time=str(proof["created"]))
    if "expires" in proof and parse_time(proof["expires"], place=path + "/expires") < now:
        raise Malformed(PROOF_EXPIRED, place=path + "/expires", time=str(proof["expires"]))
    if policy.challenge is not None and purpose == "authentication" and proof.get("challenge") != policy.challenge:
        raise Malformed(CHALLENGE_DIFFERS, place=path + "/challenge")
    if (
        policy.domain is not None
        and policy.domain not in listed(proof.get("domain"))
        and (purpose == "authentication" or "domain" in proof)
    ):
        raise Malformed(DOMAIN_DIFFERS, place=path + "/domain", wanted=policy.domain)
    return dids.Moment(now, stated=False) if signed_at is None else dids.Moment(signed_at)


def controller_document(controller: str, evidence: Evidence, policy: Policy) -> Any:
    """The document that lists a controller's keys: decoded from its identifier, or out of the evidence.

    :raises Malformed: the identifier is broken
    :raises CannotCheck: its method is not known here, or nothing was found
    """
    known = dids.known_document(controller, policy.methods)
    if known is not None:
        return known
    dids.addresses(controller, methods=policy.methods)
    return evidence.json(Kind.CONTROLLER, controller)


def key_of(url: str, purpose: dids.Purpose, evidence: Evidence, policy: Policy, at: dids.Moment) -> PublicKey:
    """The key behind a verification method's address; errors as :func:`controller_document` and :func:`dids.key_for`."""
    return _found(url, purpose, evidence, policy, at)[0]


def _found(url: str, purpose: dids.Purpose, evidence: Evidence, policy: Policy, at: dids.Moment) -> tuple[PublicKey, bool]:
    document = controller_document(dids.controller_of(url), evidence, policy)
    if "#" not in url and dids.known_document(url, policy.methods) is not None:
        # A did:key or did:jwk has one key, so its bare identifier can mean no other; some issuers write it so.
        url = str(document["verificationMethod"][0]["id"])
    return dids.found_for(document, url, purpose=purpose, at=at.at, stated=at.stated)


def authority(
    url: str, signer: str, speaker: str | None, purpose: dids.Purpose, evidence: Evidence, policy: Policy, at: datetime, path: str
) -> Finding:
    """Whether the key is the speaker's: its own, or one that the speaker's document lists for the purpose."""
    valid = Finding(Outcome.PASSED, ISSUER_KEY_VALID, {"signer": signer}, path + "/verificationMethod")
    if signer == speaker:
        return valid
    try:
        if speaker is None:
            raise CannotCheck(ISSUER_KEY_NOT_CHECKED)
        document = controller_document(speaker, evidence, policy)
    except OpenlerError as error:
        return found_by(error, path + "/verificationMethod")
    if is_object(document) and document.get("id") == speaker:
        for entry in listed(document.get(purpose)):
            named = entry.get("id") if is_object(entry) else entry
            if named == url and not _ended(document, url, at):
                return valid
    parameters = {"signer": signer[:80], "issuer": speaker[:80]}
    return Finding(Outcome.FAILED, ISSUER_KEY_OTHER, parameters, path + "/verificationMethod")


def vouched(found: Finding, record: Mapping[str, Any] | Envelope, url: str, evidence: Evidence, policy: Policy) -> Finding:
    """What becomes of a good key that was stolen since: the issuer's book decides, for the record's own date proves nothing."""
    if found.outcome is not Outcome.PASSED or "#" not in url:
        return found
    document = controller_document(dids.controller_of(url), evidence, policy)
    since = dids.revoked_since(document, url)
    if since is None:
        return found
    told = {"seen": url[:80], "time": xsd(since)}
    where = anchors.address(document, url)
    try:
        if where is None:
            raise CannotCheck(KEY_REVOKED_UNDATED)
        book = anchors.read(evidence.json(Kind.ISSUED, where))
        if (book.issuer, book.key) != (dids.controller_of(url), url):
            raise CannotCheck(KEY_REVOKED_UNDATED)
        if book.holds(anchors.digest(record)):
            return Finding(Outcome.PASSED, ISSUER_KEY_VOUCHED, told, found.path)
    except OpenlerError:
        return Finding(Outcome.UNKNOWN, KEY_REVOKED_UNDATED, told, found.path)
    return Finding(Outcome.FAILED, KEY_REVOKED_NOT_ISSUED, told, found.path)


def _ended(document: Mapping[str, Any], url: str, at: datetime) -> bool:
    """Whether the speaker's own listing of another's key says that it is revoked or past its time."""
    for name in ("verificationMethod", "assertionMethod", "authentication"):
        for entry in listed(document.get(name)):
            if is_object(entry) and entry.get("id") == url:
                try:
                    if "revoked" in entry or ("expires" in entry and at > parse_time(entry["expires"])):
                        return True
                except Malformed:
                    return True
    return False


def _signature(
    document: Mapping[str, Any], proof: Mapping[str, Any], suite: Cryptosuite, key: PublicKey, policy: Policy, fit: Fit | None
) -> str:
    """Try the contexts held, then the other versions of them that are in the wild; the code says which held."""
    if fit is not None and suite.of_graph:
        with suppress(OpenlerError):  # what is wrong is told below, once it is sure
            suite.verify_fitting(document, proof, key, policy.contexts, fit)
            return PROOF_VALID_IN_PARTS if suite.in_parts else PROOF_VALID
    first: OpenlerError | None = None
    for number, contexts in enumerate(policy.contexts.variants(document)):
        try:
            suite.verify(document, proof, key, contexts)
        except OpenlerError as error:
            first = first or error
        else:
            held = PROOF_VALID_IN_PARTS if suite.in_parts else PROOF_VALID
            return PROOF_VALID_OTHER_CONTEXT if number else held
    if first is None:
        raise Malformed(PROOF_MISSING)
    raise first
