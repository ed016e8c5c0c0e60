"""Endorsements of Open Badges 2 (section 4.6): what others said of an assertion, its badge class or its issuer.

Each is a statement of its own, hosted by its endorser or signed with a key of his. It is judged as such beside the
badge's verdict, which it never changes; one that nobody serves or signed could not be checked, whatever it says.
Endorsements of endorsers are not followed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from openler.credentials import badge2proof, badge2status, endorsements, jose, openbadges2, parties, standing
from openler.credentials.badge2proof import Statement
from openler.credentials.endorsements import MAX_ENDORSEMENTS
from openler.credentials.evidence import Evidence, Kind, Need
from openler.credentials.faults import CannotCheck
from openler.credentials.model import Credential, read_credential
from openler.credentials.nested import Inside, inside
from openler.credentials.openbadges2 import Assertion, Parts
from openler.credentials.policy import Policy
from openler.credentials.proofcheck import ISSUER_KEY_NOT_CHECKED, Finding
from openler.credentials.report import CheckResult, Outcome, Report, Weight
from openler.credentials.shapes import MISSING, Shape, listed
from openler.credentials.verify import SHAPE_SOUND
from openler.errors import OpenlerError, declare
from openler.linkeddata.parse import parse_json

UNPROVEN = declare("credentials.badge2_endorsement_unproven", by=__name__)
UNREADABLE = declare("credentials.badge2_endorsement_unreadable", by=__name__)
CARRIED = declare("credentials.badge2_endorsement_carried", by=__name__)
CARRIED_IN_PART = declare("credentials.badge2_endorsement_carried_in_part", by=__name__)
NOT_CARRIED = declare("credentials.badge2_endorsement_not_carried", by=__name__)

_COMPARED = ("id", "claim", "issuer", "issuedOn", "expires")
_CARRIED_CLAIM = frozenset({"id", "type", "@context", "endorsementComment"})


def found(parts: Parts) -> tuple[Inside, ...]:
    """The endorsements of a badge's parts, each with its place: ``/endorsement``, ``/badge/endorsement``, ``/badge/issuer/endorsement``."""
    nodes = ((parts.assertion, ""), (parts.badge, "/badge"), (parts.issuer, "/badge/issuer"))
    return tuple(each for node, path in nodes if node is not None for each in inside(node, "endorsement", path))


def needs(parts: Parts, held: Evidence) -> Iterator[Need]:
    """What is to be read to judge them."""
    for each in found(parts)[:MAX_ENDORSEMENTS]:
        said = _statement(each, held)
        if said is not None:
            yield from badge2proof.needs(said, held)


def _statement(each: Inside, held: Evidence) -> Statement | None:
    """An endorsement as it was brought and as it counts: an address, a compact JWS, or an object that has its own address."""
    value = each.document
    if isinstance(value, str) and value.startswith("eyJ"):
        brought = _token(value)
    elif isinstance(value, str):
        brought = _at(value, None, held)
    elif isinstance(value, Mapping):
        url = value.get("id")
        brought = _at(url if isinstance(url, str) else None, value, held)
    else:
        return None
    if brought is None:
        return None
    document = brought.document
    if brought.form == "hosted":
        there = badge2proof.fetched(held, brought.url)
        withdrawn = there is not None and there.get("revoked") is True
        document = {**(document or {}), **(there or {})} if withdrawn else there or document
    issuer = badge2proof.address((document or {}).get("issuer"))
    return Statement(brought, document, issuer, "/issuer", _COMPARED)


def _at(url: str | None, document: Mapping[str, Any] | None, held: Evidence) -> Assertion | None:
    """What lies at an address may be a JWS; then the words in it count."""
    try:
        body = held.body(Kind.BADGE, str(url))
    except CannotCheck:
        body = b""
    if body.lstrip().startswith(b"eyJ"):
        return _token(body.decode(errors="replace").strip())
    return Assertion("hosted", url, document)


def _token(text: str) -> Assertion | None:
    try:
        jws = jose.parse_compact(text)
        payload = parse_json(jws.payload)
    except OpenlerError:
        return None
    return Assertion("signed", None, payload, jws) if isinstance(payload, dict) else None


def judged(parts: Parts, endorsed: Mapping[str, Any], held: Evidence, policy: Policy, now: datetime) -> tuple[Report, ...]:
    """A report for each, as many as are looked at. ``endorsed`` is the badge in the words of version 3."""
    return tuple(_report(each, endorsed, held, policy, now) for each in found(parts)[:MAX_ENDORSEMENTS])


def _report(each: Inside, endorsed: Mapping[str, Any], held: Evidence, policy: Policy, now: datetime) -> Report:
    said = _statement(each, held)
    if said is None:
        unread = CheckResult("shape", Weight.DECIDING, Outcome.UNKNOWN, UNREADABLE, {}, each.path)
        return Report((unread,), path=each.path)
    read = _carried(said, held)
    proof, key = _proven(said, held)
    checks = {
        "shape": _shape(said, held),
        "proof": proof,
        "issuer_key": key,
        "issuer_trust": parties.issuer(read, policy),
        "validity_period": standing.period(read, now),
        "status": badge2status.check(said, held),
    }
    results = [CheckResult(name, policy.weight(name), it.outcome, it.code, it.parameters, it.path) for name, it in checks.items()]
    about = (endorsements.about(endorsed, read),) if "claim" in (said.document or {}) else ()
    return Report((*results, *about, _told(said, endorsed, held)), read.id, path=each.path, title=read.issuer_name)


def _proven(said: Statement, held: Evidence) -> tuple[Finding, Finding]:
    """As for the badge; but one that has neither address nor signature is only not proven: anybody may have written it."""
    if said.brought.form == "hosted" and not badge2proof.is_web(said.brought.url):
        return Finding(Outcome.UNKNOWN, UNPROVEN, {}, "/id"), Finding(Outcome.UNKNOWN, ISSUER_KEY_NOT_CHECKED, {}, "/issuer")
    return badge2proof.check(said, held)


def _shape(said: Statement, held: Evidence) -> Finding:
    """What section 4.6 asks of an endorsement. What is in none of its copies could not be looked at."""
    if said.document is None:
        try:
            badge2proof.part(held, said.brought.url, "/id")
        except OpenlerError as error:
            return Finding(Outcome.UNKNOWN, error.code, error.parameters, "/id")
    document = said.document or {}
    shape = Shape()
    if document.get("revoked") is not True or "claim" in document:
        _members(shape, document)
    if not shape.faults:
        return Finding(Outcome.PASSED, SHAPE_SOUND, {})
    fault = shape.faults[0]
    return Finding(Outcome.FAILED, fault.code, {**fault.parameters, "count": len(shape.faults)}, fault.path)


def _members(shape: Shape, document: Mapping[str, Any]) -> None:
    shape.types(document, "", required=("Endorsement",))
    shape.identifier(document, "", required=True)
    claim = document.get("claim")
    if isinstance(claim, Mapping):
        shape.identifier(claim, "/claim", required=True)
        shape.text(claim, "endorsementComment", "/claim")
    else:
        shape.fault(MISSING, "/claim", name="claim")
    for name in ("issuer", "issuedOn"):
        if name not in document:
            shape.fault(MISSING, f"/{name}", name=name)
    shape.moment(document, "issuedOn", zone_required=False)
    shape.moment(document, "expires", zone_required=False)


def _carried(said: Statement, held: Evidence) -> Credential:
    profile = badge2proof.fetched(held, said.issuer) or {"id": said.issuer}
    return read_credential(openbadges2.as_endorsement_credential(said.document or {}, profile))


def _stands(said: Statement, endorsed: Mapping[str, Any], held: Evidence) -> bool:
    """Whether it is its endorser's, of this badge, and not withdrawn: anything else is not written down a second time."""
    if any(each.outcome is not Outcome.PASSED for each in (*_proven(said, held), _shape(said, held))):
        return False
    if badge2status.check(said, held).outcome is Outcome.FAILED:
        return False
    return endorsements.about(endorsed, _carried(said, held)).outcome is Outcome.PASSED


def _told(said: Statement, endorsed: Mapping[str, Any], held: Evidence) -> CheckResult:
    """Whether the endorsement stands in the badge that was carried over, and what of its claim does not."""
    if not _stands(said, endorsed, held):
        return CheckResult("carried_over", Weight.INFORMING, Outcome.NOT_APPLICABLE, NOT_CARRIED)
    claim = (said.document or {}).get("claim")
    left = sorted(str(name) for name in claim if name not in _CARRIED_CLAIM) if isinstance(claim, Mapping) else []
    if left:
        return CheckResult("carried_over", Weight.INFORMING, Outcome.UNKNOWN, CARRIED_IN_PART, {"names": ", ".join(left)[:300]}, "/claim")
    return CheckResult("carried_over", Weight.INFORMING, Outcome.PASSED, CARRIED)


def carried(parts: Parts, endorsed: Mapping[str, Any], held: Evidence) -> dict[str, Any]:
    """The badge in the words of version 3, with those endorsements that stand, each where version 3 has it: unsigned as well."""
    made = dict(endorsed)
    for each in found(parts)[:MAX_ENDORSEMENTS]:
        said = _statement(each, held)
        if said is not None and _stands(said, endorsed, held):
            made = _put(made, _place(each.path), dict(_carried(said, held).document))
    return made


def _place(path: str) -> Sequence[str]:
    """Where an endorsement of a part belongs in version 3."""
    if path.startswith("/badge/issuer/"):
        return ("issuer",)
    return ("credentialSubject", "achievement") if path.startswith("/badge/") else ()


def _put(node: Mapping[str, Any], steps: Sequence[str], endorsement: Mapping[str, Any]) -> dict[str, Any]:
    if steps:
        return {**node, steps[0]: _put(node[steps[0]], steps[1:], endorsement)}
    return {**node, "endorsement": [*listed(node.get("endorsement")), endorsement]}
