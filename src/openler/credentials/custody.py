"""What a custodian signed over what an issuer had published, and how far that carries a verdict (ADR 0015).

A statement is a JSON object with a Data Integrity proof of a JCS suite over ``{address, kind, issuer, taken, mediaType, digest,
final, continued, custodian}``; the body goes beside it and is bound by its digest. Only statements of custodians that the
policy lists are believed, each time anew: evidence is *admitted* before anything is judged by it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from openler.credentials import dids
from openler.credentials.envelopes import Envelope
from openler.credentials.evidence import Evidence, Item, Kind
from openler.credentials.faults import CannotCheck
from openler.credentials.model import Credential, Presentation
from openler.credentials.policy import CLOCK_TOLERANCE, Custodian, Policy
from openler.credentials.proofcheck import Finding, Proven
from openler.credentials.proofs.data_integrity import Cryptosuite
from openler.credentials.proofs.table import SUITES, suite_of
from openler.credentials.report import Outcome
from openler.credentials.times import parse_time, xsd
from openler.errors import Malformed, OpenlerError, declare
from openler.linkeddata.contexts import Contexts
from openler.linkeddata.parse import parse_json

NOT_BELIEVED = declare("custody.not_believed", by=__name__)
KEY_FROM_CUSTODIAN = declare("credentials.key_from_custodian", by=__name__)
KEY_AFTER_SNAPSHOT = declare("credentials.key_after_snapshot", by=__name__)
STATUS_AS_OF = declare("credentials.status_as_of", by=__name__)
STATUS_ONLY_AS_OF = declare("credentials.status_only_as_of", by=__name__)
STATUS_FINAL = declare("credentials.status_final", by=__name__)
STATUS_FROM_SUCCESSOR = declare("credentials.status_from_successor", by=__name__)
REVOKED_BY_SUCCESSOR = declare("credentials.status_revoked_by_successor", by=__name__)

TYPE: Final = "CustodySnapshot"
VERSION: Final = 1
_SUITES: Mapping[str, Cryptosuite] = {name: SUITES[name] for name in ("eddsa-jcs-2022", "ecdsa-jcs-2019")}


@dataclass(frozen=True, slots=True)
class Statement:
    """What a custodian states of one body.

    ``final``: the issuer is closed, and this stands for good; ``continued``: the custodian made the body itself, as the
    issuer's successor.
    """

    address: str
    kind: str
    issuer: str
    taken: datetime
    digest: str
    media_type: str
    custodian: str
    final: bool = False
    continued: bool = False

    def unsigned(self) -> dict[str, Any]:
        """As it is to be signed."""
        return {
            "type": TYPE,
            "version": VERSION,
            "address": self.address,
            "kind": self.kind,
            "issuer": self.issuer,
            "taken": xsd(self.taken),
            "digest": f"sha256:{self.digest}",
            "mediaType": self.media_type,
            "custodian": self.custodian,
            "final": self.final,
            "continued": self.continued,
        }


def suite_for(key_type: str) -> Cryptosuite:
    """The suite in which a custodian signs with a key of that kind."""
    return _SUITES["eddsa-jcs-2022" if key_type == "Ed25519" else "ecdsa-jcs-2019"]


def read(document: object) -> Statement:
    """A statement, its proof unchecked. :raises Malformed: ``custody.not_believed``"""
    if not isinstance(document, Mapping) or document.get("type") != TYPE or document.get("version") != VERSION:
        raise Malformed(NOT_BELIEVED)
    texts = [document.get(name) for name in ("address", "kind", "issuer", "digest", "mediaType", "custodian")]
    marks = [document.get(name) for name in ("final", "continued")]
    if not all(isinstance(each, str) for each in texts) or not all(isinstance(each, bool) for each in marks):
        raise Malformed(NOT_BELIEVED)
    address, kind, issuer, digest, media_type, custodian = map(str, texts)
    taken = parse_time(document.get("taken"))
    return Statement(address, kind, issuer, taken, digest.removeprefix("sha256:"), media_type, custodian, *map(bool, marks))


def believed(item: Item, evidence: Evidence, custodians: Sequence[Custodian]) -> Statement:
    """The statement behind a piece of evidence: by a custodian who is listed, about this address and body, signed with its key.

    :raises OpenlerError: it is not to be believed; the code says why
    """
    document = parse_json((item.statement or "").encode())
    found = read(document)
    custodian = next((each for each in custodians if each.did == found.custodian), None)
    if custodian is None or item.body is None or not isinstance(document, dict):
        raise CannotCheck(NOT_BELIEVED)
    if found.digest != hashlib.sha256(item.body).hexdigest() or found.address != item.url or found.kind != item.kind.value:
        raise Malformed(NOT_BELIEVED)
    if item.kind is Kind.STATUS_LIST and found.address != item.key:
        raise Malformed(NOT_BELIEVED)
    proof = document.get("proof")
    if not isinstance(proof, Mapping) or proof.get("proofPurpose") != "assertionMethod":
        raise Malformed(NOT_BELIEVED)
    method = str(proof.get("verificationMethod"))
    if dids.controller_of(method) != custodian.did:
        raise Malformed(NOT_BELIEVED)
    key = dids.key_for(_own_document(custodian.did, evidence), method, purpose="assertionMethod", at=parse_time(proof.get("created")))
    suite_of(proof, _SUITES).verify(document, proof, key, Contexts.pinned())
    return found


def _own_document(did: str, evidence: Evidence) -> Any:
    """A custodian's own keys. What it says itself about where they lie counts, never what another custodian does."""
    known = dids.known_document(did)
    if known is not None:
        return known
    item = evidence.find(Kind.CONTROLLER, did)
    if item is None or item.statement is not None:
        raise CannotCheck(NOT_BELIEVED)
    return evidence.json(Kind.CONTROLLER, did)


def admitted(evidence: Evidence, policy: Policy) -> Evidence:
    """The evidence, less what came from custodians and is not to be believed: that is as if it had not been found."""
    if all(item.statement is None for item in evidence.items):
        return evidence
    kept = []
    for item in evidence.items:
        if item.statement is not None:
            try:
                believed(item, evidence, policy.custodians)
            except OpenlerError:
                kept.append(Item(item.kind, item.key, item.retrieved, code=NOT_BELIEVED, parameters={"url": (item.url or "")[:200]}))
                continue
        kept.append(item)
    return Evidence(tuple(kept))


def behind(evidence: Evidence, kind: Kind, key: str | None) -> Statement | None:
    """The statement behind a piece of admitted evidence, None for what came from its own address."""
    item = evidence.find(kind, key) if key is not None else None
    return None if item is None or item.statement is None else read(parse_json(item.statement.encode()))


def _who(statement: Statement, policy: Policy) -> str:
    return next((each.name for each in policy.custodians if each.did == statement.custodian), statement.custodian)


def of_key(proven: Proven, read_: Credential | Presentation, envelope: Envelope | None, evidence: Evidence, policy: Policy) -> Proven:
    """Say that a key is known from a custodian; it vouches only for what was signed before the custodian saw it.

    What is dated later, or not at all, may have been signed with a key that had been retired or stolen meanwhile: unknown.
    """
    if proven.key.outcome is not Outcome.PASSED:
        return proven
    speaker = read_.issuer if isinstance(read_, Credential) else read_.holder
    found = [kept for name in {*proven.signers, speaker} if (kept := behind(evidence, Kind.CONTROLLER, name)) is not None]
    if not found:
        return proven
    oldest = min(found, key=lambda each: each.taken)
    told = {"custodian": _who(oldest, policy), "date": f"{oldest.taken:%Y-%m-%d}"}
    signed = _moments(read_, envelope)
    if None in signed or any(each is not None and each > oldest.taken + CLOCK_TOLERANCE for each in signed):
        return replace(proven, key=replace(proven.key, outcome=Outcome.UNKNOWN, code=KEY_AFTER_SNAPSHOT, parameters=told))
    return replace(proven, key=replace(proven.key, code=KEY_FROM_CUSTODIAN, parameters=told))


def _moments(read_: Credential | Presentation, envelope: Envelope | None) -> list[datetime | None]:
    moments: list[datetime | None] = []
    if envelope is not None:
        moments.append(envelope.said.times.issued or envelope.said.times.not_before)
    for proof in read_.proofs:
        try:
            moments.append(parse_time(proof.get("created")))
        except OpenlerError:
            moments.append(None)
    return moments


def of_status(finding: Finding, kept: Statement, policy: Policy, now: datetime) -> Finding:
    """What a list that a custodian kept says of today: bad news stands; good news as far as its date carries.

    It carries where the custodian answers as the issuer's successor, where the issuer is closed and this is its last list,
    or where the copy is no older than the policy allows. Otherwise it tells how things stood, which is not known of today.
    """
    told = {"custodian": _who(kept, policy), "date": f"{kept.taken:%Y-%m-%d}"}
    if finding.outcome is Outcome.FAILED and kept.continued:
        return replace(finding, code=REVOKED_BY_SUCCESSOR, parameters=told)
    if finding.outcome is not Outcome.PASSED:
        return finding
    if kept.continued:
        return replace(finding, code=STATUS_FROM_SUCCESSOR, parameters=told)
    if kept.final:
        return replace(finding, code=STATUS_FINAL, parameters=told)
    if now - kept.taken <= policy.snapshot_age:
        return replace(finding, code=STATUS_AS_OF, parameters=told)
    return replace(finding, outcome=Outcome.UNKNOWN, code=STATUS_ONLY_AS_OF, parameters=told)
