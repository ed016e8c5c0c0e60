"""Status lists out of the evidence: read, unpacked and judged once, however many records they speak about.

What was found is remembered under everything that it depends on: the list's bytes, what the evidence holds about those who
sign for it, the policy's tables, and where *now* stands among the times that are stated.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from openler.credentials import dids, envelopecheck, status_entries, token_lists
from openler.credentials import status as bitstring
from openler.credentials.envelopes import Envelope, is_enveloped, is_token, open_bytes, opened
from openler.credentials.evidence import EVIDENCE_UNREADABLE, Evidence, Kind
from openler.credentials.faults import CannotCheck
from openler.credentials.model import Credential, read_credential
from openler.credentials.policy import CLOCK_TOLERANCE, Policy
from openler.credentials.remembered import Remembered, Same
from openler.credentials.report import Outcome, Report, Verdict
from openler.credentials.shapes import listed
from openler.credentials.times import parse_time
from openler.errors import Malformed, OpenlerError, declare
from openler.linkeddata.parse import parse_json

LIST_UNTRUSTED = declare("credentials.status_list_untrusted", by=__name__)

REMEMBERED = 48 * 1024 * 1024
"""How much of judged lists is kept, in bytes, and as much again of unpacked ones; the oldest is forgotten first."""

Key = tuple[Hashable, ...]
Document = Mapping[str, Any] | Envelope
Judge = Callable[[Document], Report]
"""Verifies a status list's own shape, proof, key and period."""


@dataclass(frozen=True, slots=True)
class ListCredential:
    """A status list in a credential, with the report on that credential."""

    credential: Credential
    report: Report
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class _Read:
    """A list as it was read, with what its judgment depends on besides.

    ``signers`` are those whose keys count, None where anybody's may; ``bounds`` the times that it states, and the judgment
    is another only on the other side of one of them: None where it depends on the very moment.
    """

    document: Document
    credential: Credential
    signers: tuple[str, ...] | None
    bounds: _Bounds | None
    asked: dict[datetime, Key] = field(default_factory=dict)
    """On which side of the bounds the moment was that was asked for last: a batch has one for all its records."""


@dataclass(frozen=True, slots=True)
class _Bounds:
    """Times by what is asked of them: whether it is before or after them, and whether they are ahead of any clock."""

    since: tuple[datetime, ...]
    until: tuple[datetime, ...]
    made: tuple[datetime, ...]

    def side(self, now: datetime) -> Key:
        """On which side of all of them a moment is."""
        latest = now + CLOCK_TOLERANCE
        return (*[now < each for each in self.since], *[now > each for each in self.until], *[each > latest for each in self.made])


_documents: Remembered[_Read] = Remembered(REMEMBERED)
_judged: Remembered[ListCredential] = Remembered(REMEMBERED)
_tokens: Remembered[str | None] = Remembered(REMEMBERED)
_bits: Remembered[bytes] = Remembered(REMEMBERED)
_named: Remembered[tuple[str | None, Mapping[str, bool]]] = Remembered(REMEMBERED)


def credential(url: str, evidence: Evidence, policy: Policy, now: datetime, judge: Judge) -> ListCredential:
    """A list in a credential, plain or in an envelope, and judged.

    :raises CannotCheck: it is not there, or is no credential
    """
    body = evidence.body(Kind.STATUS_LIST, url)
    read = _read(body, url)
    relied_on = _everybody(evidence) if read.signers is None else tuple([_known_of(name, evidence) for name in read.signers])
    key = (body, relied_on, _moments(read, now), _rules(policy))

    def judged() -> tuple[ListCredential, int]:
        report = judge(read.document)
        return ListCredential(read.credential, report, report.verdict), 2 * len(body)

    return _judged.get(key, judged)


def token(url: str, evidence: Evidence, policy: Policy, now: datetime, *, issuer: str | None) -> token_lists.TokenList:
    """A Token Status List that is signed by whom it says, and in force.

    :raises CannotCheck: it is not there, is no list, or does not stand by itself (``credentials.status_list_untrusted``)
    """
    body = evidence.body(Kind.STATUS_LIST, url)
    found = token_lists.read(body, issuer=issuer)
    key = (body, issuer, _everybody(evidence), _token_moments(found.envelope, now), _rules(policy))
    reason = _tokens.get(key, lambda: (_why_not(found.envelope, evidence, policy, now), len(body)))
    if reason is not None:
        raise CannotCheck(LIST_UNTRUSTED, url=url[:200], reason=reason)
    return found


def subject_of(body: bytes, url: str) -> Mapping[str, Any]:
    """The one subject of a list in a credential, unjudged. :raises CannotCheck: it is no such list"""
    read = _read(body, url).credential
    if len(read.subjects) != 1:
        raise CannotCheck(bitstring.LIST_MALFORMED)
    return read.subjects[0]


def bits(kind: status_entries.Kind, encoded: object) -> bytes:
    """A list's bits, unpacked once. Raises as the kind's ``unpack``."""
    if not isinstance(encoded, str):
        return kind.unpack(encoded)
    return _unpacked((kind.list_type, encoded), lambda: kind.unpack(encoded))


def token_bits(found: token_lists.TokenList) -> bytes:
    """A token list's bits, unpacked once."""
    return _unpacked((token_lists.ACCEPT, found.packed), lambda: token_lists.unpacked(found))


def _unpacked(key: tuple[str, str | bytes], unpack: Callable[[], bytes]) -> bytes:
    def make() -> tuple[bytes, int]:
        made = unpack()
        return made, len(made) + len(key[1])

    return _bits.get(key, make)


def names(url: str, evidence: Evidence) -> tuple[str | None, Mapping[str, bool]]:
    """A 1EdTech revocation list: whose it is, and for each record that it names whether that is revoked.

    :raises CannotCheck: it is not there, or is no such list
    """
    body = evidence.body(Kind.STATUS_LIST, url)

    def make() -> tuple[tuple[str | None, Mapping[str, bool]], int]:
        return _names_in(_json(body, url)), 3 * len(body)

    return _named.get(body, make)


def _names_in(document: Any) -> tuple[str | None, Mapping[str, bool]]:
    if not isinstance(document, dict):
        raise CannotCheck(bitstring.LIST_MALFORMED)
    member = next((name for name in ("revokedCredential", "revokedCredentials") if name in document), None)
    if member is None:
        raise CannotCheck(bitstring.LIST_MALFORMED)
    found: dict[str, bool] = {}
    for each in listed(document[member]):
        name = each.get("id") if isinstance(each, Mapping) else each
        if not isinstance(name, str):
            raise CannotCheck(bitstring.LIST_MALFORMED)
        # Named without a word on it, it is revoked: why else would it stand there.
        found[name] = found.get(name, False) or not isinstance(each, Mapping) or each.get("revoked", True) is not False
    issuer = document.get("issuer")
    stated = issuer.get("id") if isinstance(issuer, Mapping) else issuer
    return stated if isinstance(stated, str) else None, found


def _json(body: bytes, url: str) -> Any:
    try:
        return parse_json(body)
    except OpenlerError as error:
        raise CannotCheck(EVIDENCE_UNREADABLE, kind=Kind.STATUS_LIST.value, key=url[:200], reason=error.code) from None


def _read(body: bytes, url: str) -> _Read:
    def make() -> tuple[_Read, int]:
        envelope = open_bytes(body) if is_token(body) else None
        document = _json(body, url) if envelope is None else envelope
        if envelope is None and is_enveloped(document):
            envelope = document = opened(document)
        read = envelope.read if envelope is not None else read_credential(document)
        if not isinstance(document, Envelope | dict) or not isinstance(read, Credential):
            raise CannotCheck(bitstring.LIST_MALFORMED)
        signers = None if isinstance(document, Envelope) else _signers(read)
        return _Read(document, read, signers, _bounds(read)), 3 * len(body)

    return _documents.get(body, make)


def _signers(read: Credential) -> tuple[str, ...]:
    """Those who sign for a list, and for whom they do."""
    named = [dids.controller_of(str(proof.get("verificationMethod"))) for proof in read.proofs]
    return tuple(dict.fromkeys([*named, str(read.issuer)]))


def _known_of(name: str, evidence: Evidence) -> Key | None:
    """What the evidence holds about somebody who signs for a list."""
    item = evidence.find(Kind.CONTROLLER, name)
    return None if item is None else (item.key, item.body, item.code, item.statement)


def _everybody(evidence: Evidence) -> Hashable:
    return tuple((item.key, item.body, item.code, item.statement) for item in evidence.items if item.kind is Kind.CONTROLLER)


def _bounds(read: Credential) -> _Bounds | None:
    """The times that a list and its proofs state: the report looks at nothing else of the moment."""
    made: list[datetime] = []
    until = [read.valid_until] if read.valid_until is not None else []
    for proof in read.proofs:
        if "created" not in proof:
            return None  # its key is looked up for the very moment
        try:
            made.append(parse_time(proof["created"]))
            if "expires" in proof:
                until.append(parse_time(proof["expires"]))
        except Malformed:
            return None
    return _Bounds((read.valid_from,) if read.valid_from is not None else (), tuple(until), tuple(made))


def _moments(read: _Read, now: datetime) -> Hashable:
    if read.bounds is None:
        return now
    side = read.asked.get(now)
    if side is None:
        side = read.bounds.side(now)
        read.asked.clear()
        read.asked[now] = side
    return (side, _token_moments(read.document, now)) if isinstance(read.document, Envelope) else side


def _token_moments(envelope: Envelope, now: datetime) -> Hashable:
    times = envelope.said.times
    if times.issued is None and times.not_before is None:
        return now
    return (
        times.issued is not None and times.issued > now + CLOCK_TOLERANCE,
        times.not_before is not None and now < times.not_before,
        times.expires is not None and now > times.expires,
    )


def _rules(policy: Policy) -> Key:
    """What of a policy a judgment depends on; of the policy that was asked for last it is at hand."""
    global _last_rules  # noqa: PLW0603 - one slot, replaced as a whole
    known = _last_rules
    if known is None or known[0] is not policy:
        known = _last_rules = (policy, _rules_of(policy))
    return known[1]


_last_rules: tuple[Policy, Key] | None = None


def _rules_of(policy: Policy) -> Key:
    return (Same(policy.contexts, policy.suites, policy.methods, policy.weights), policy.challenge, policy.domain)


def _why_not(envelope: Envelope, evidence: Evidence, policy: Policy, now: datetime) -> str | None:
    """The code of why a token list does not stand by itself, None where it does."""
    proven = envelopecheck.check(envelope, purpose="assertionMethod", evidence=evidence, policy=policy, now=now)
    for finding in (proven.proof, proven.key):
        if finding.outcome is not Outcome.PASSED:
            return finding.code
    try:
        envelopecheck.in_force(envelope, now)
    except OpenlerError as error:
        return error.code
    return None
