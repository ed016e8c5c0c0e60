"""Issuing: rows of achievements become signed Open Badges, each once (ADR 0001, decision 5).

Reserve an id and a place in a status list, store what is to be signed, lint it, sign, store the result, leave it for its
holder. A run that is killed anywhere leaves evidence of what it meant to do; the next one takes up where it stopped and
issues nothing twice.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, cast

from openler.access.audit import AuditEvent
from openler.actions.issuing import issue_details, issue_named, issue_policy, status
from openler.actions.issuing.identity import DidForm, Identity, identity, issuer_did
from openler.actions.issuing.issue_achievements import Achievements
from openler.actions.issuing.issue_policy import Minimum
from openler.actions.issuing.issue_rows import AchievementRow, Claim, claim
from openler.actions.issuing.signing import MEDIA_TYPES, Form, Throwaway, lint, secure
from openler.actions.issuing.signing_in_parts import Always, check_key
from openler.actions.job_ports import ChunkResult
from openler.actions.ports import Ports
from openler.actions.private_ports import Request, Reservation
from openler.credentials import openbadges
from openler.credentials.cose import is_cose
from openler.credentials.enveloping import enveloped
from openler.credentials.model import V1
from openler.credentials.multikey import PublicKey
from openler.credentials.proofs.ecdsa_sd_2023 import NAME as IN_PARTS
from openler.credentials.proofs.issuing import suite_for, with_words
from openler.credentials.shapes import listed
from openler.errors import Malformed, OpenlerError, Refused, declare
from openler.ids import Ctid, Did
from openler.linkeddata.canonical import jcs
from openler.linkeddata.compiled import Fit
from openler.linkeddata.parse import parse_json
from openler.meaning.achievement import pin

HOLDER_UNKNOWN = declare("issue.holder_unknown", by=__name__)
ISSUER_DIFFERS = declare("issue.issuer_differs", by=__name__)
ALREADY_SIGNED = declare("issue.already_signed", by=__name__)
NOT_AN_OBJECT = declare("issue.not_an_object", by=__name__)

Keep = Callable[["IssueReport", bool], ChunkResult]
"""Makes the result of a job's chunk from what was issued; the flag tells that nothing is left to deliver."""

BATCH = 200
"""How many records one transaction of the ledger carries: few enough to lose little, enough to commit seldom."""
_SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class RowIssued:
    """A row that has its credential. ``existing`` tells that it had been issued before; ``delivered`` that a wallet has it."""

    number: int
    credential_id: str
    existing: bool
    delivered: bool


@dataclass(frozen=True, slots=True)
class RowRefused:
    """A row that got none, and why."""

    number: int
    code: str
    place: str | None
    parameters: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RowWarned:
    """A row that was issued although the issuer's policy has something to say about it."""

    number: int
    code: str
    place: str | None
    parameters: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IssueReport:
    """Every row accounted for: ``rows == issued + existing + len(refused)``; those in ``warned`` are among the issued."""

    rows: int
    issued: int
    existing: int
    delivered: int
    records: tuple[RowIssued, ...]
    refused: tuple[RowRefused, ...]
    issuer: Ctid
    did: Did
    warned: tuple[RowWarned, ...] = ()


@dataclass(frozen=True, slots=True)
class _Holder:
    """Whose it becomes: the subject's id, and the wallet to leave it in."""

    subject: str | None
    wallet: str | None


@dataclass(frozen=True, slots=True)
class _Planned:
    claim: Claim
    holder: _Holder
    reservation: Reservation


def issue_batch(
    ports: Ports,
    rows: Iterable[AchievementRow],
    *,
    issuer: Ctid,
    key: str | None = None,
    form: DidForm | None = None,
    secured: Form = "di",
    minimum: Minimum = "off",
    always: Always | None = None,
    actor: str,
    progress: Callable[[int], None] | None = None,
) -> IssueReport:
    """Issue a credential for each row; rows that cannot be are told with their reason, and the others go on.

    ``key`` and ``form`` override the key URI and the kind of DID that the organisation was linked with. ``secured`` is how
    the credentials are signed; what was issued before stays as it is. ``progress`` is told how many rows are done. ``minimum``
    says what becomes of rows whose achievement is described below the minimum profile of its class. ``always`` says what
    holders cannot leave out of records in the form ``di-sd``.

    :raises NotFound: the issuer or the key is not known
    :raises Refused: the organisation may not issue, or the key is retired
    :raises Misused: ``issue.key_cannot_part``: the form asks for a P-256 key
    :raises Unavailable: the database does not answer; what was issued so far stands
    """
    by = identity(ports, issuer, key=key, form=form)
    if secured == "di-sd":
        check_key(by)
    run = Run(ports, by, actor, secured, minimum, always)
    waiting = iter(rows)
    while batch := list(islice(waiting, BATCH)):
        run.batch(batch)
        if progress is not None:
            progress(run.rows)
    return run.report()


class Run:
    """One run over many rows: what was looked up is remembered, what was done is counted."""

    def __init__(
        self,
        ports: Ports,
        by: Identity,
        actor: str,
        secured: Form,
        minimum: Minimum,
        always: Always | None = None,
        *,
        known: Achievements | None = None,
    ) -> None:
        self._minimum = minimum
        self._always = always
        self._warned: list[RowWarned] = []
        self.rows = 0
        self._ports = ports
        self._by = by
        self._actor = actor
        self._secured = secured
        self._throwaway = Throwaway.make(ports)
        self._achievements = known or Achievements(ports)
        self._issued: list[RowIssued] = []
        self._done: set[str] = set()
        self._refused: list[RowRefused] = []

    def batch(self, rows: list[AchievementRow], keep: Keep | None = None) -> None:
        """Issue for some rows; ``keep`` makes the result of a job's chunk, stored together with what was signed."""
        self.rows += len(rows)
        now = self._ports.clock.now()
        planned = list(self._reserved(rows, now))
        fresh = [each for each in planned if each.reservation.state != "issued"]
        unsigned, failed = self._linted(fresh, now)
        # Asked for once a batch: a key that is retired meanwhile signs no further one.
        signer = self._ports.keys.signer(self._by.key) if unsigned else None
        signed = {
            name: secure(self._ports, document, self._by, at=now, form=self._secured, always=self._always, signer=signer, fit=fit)
            for name, (document, fit) in unsigned.items()
        }
        sound = [each for each in planned if each.reservation.credential_id not in failed]
        for each in planned:
            if each.reservation.credential_id in failed:
                self._refuse(each.claim.number, failed[each.reservation.credential_id])

        def settle(new: frozenset[str]) -> ChunkResult | None:
            for each in sound:
                self._account(each, new)
            return None if keep is None else keep(self.report(), not any(each.holder.wallet for each in sound))

        details: dict[str, str | int] = {"issuer": self._by.organisation.ctid, "count": len(signed)}
        event = AuditEvent("issue:credential:issue", self._actor, now, details)
        new = self._ports.ledger.finish_all(signed, at=now, event=event, settle=settle)
        self._deliver(sound, {name: signed[name] for name in new}, now)

    def _account(self, each: _Planned, new: frozenset[str]) -> None:
        name = each.reservation.credential_id
        existing = name not in new or name in self._done
        self._issued.append(RowIssued(each.claim.number, name, existing, each.holder.wallet is not None))
        self._done.add(name)

    def _reserved(self, rows: list[AchievementRow], now: datetime) -> Iterator[_Planned]:
        checked: list[tuple[Claim, _Holder]] = []
        for row in rows:
            try:
                wanted = claim(row)
                self._weigh(wanted)
                checked.append((wanted, self._holder(wanted)))
            except OpenlerError as error:
                self._refuse(row.number, error)
        for (wanted, holder), reservation in zip(checked, self._reserve(checked, now), strict=True):
            if isinstance(reservation, Reservation):
                yield _Planned(wanted, holder, reservation)
            else:
                self._refuse(wanted.number, reservation)

    def _weigh(self, wanted: Claim) -> None:
        """What the row names is there, and described as well as the policy asks. :raises Refused: ``issue.below_minimum``"""
        found = self._achievements.find(wanted)
        short = None if self._minimum == "off" else issue_policy.below(found.document, f"row {wanted.number}, achievement")
        if short is None:
            return
        if self._minimum == "refuse":
            raise short
        self._warned.append(RowWarned(wanted.number, short.code, short.place, dict(short.parameters)))

    def _reserve(self, checked: list[tuple[Claim, _Holder]], now: datetime) -> list[Reservation | OpenlerError]:
        """In one transaction; one by one only where one of them is refused."""
        issuer = self._by.organisation.ctid
        requests = [Request(wanted.key, issuer, wanted.achievement, holder.subject or wanted.learner_id) for wanted, holder in checked]
        try:
            return list(self._ports.ledger.reserve_all(requests, at=now))
        except OpenlerError:
            return [self._reserve_one(request, now) for request in requests]

    def _reserve_one(self, request: Request, now: datetime) -> Reservation | OpenlerError:
        try:
            return self._ports.ledger.reserve_all([request], at=now)[0]
        except OpenlerError as error:
            return error

    def _holder(self, wanted: Claim) -> _Holder:
        """A wallet by id or handle: its holder is the subject, by the did:key of her signing key. Or any DID. Or nobody."""
        if not wanted.holder:
            return _Holder(None, None)
        if wanted.holder.startswith("did:"):
            return _Holder(Did.parse(wanted.holder, place=f"row {wanted.number}, holder"), None)
        found = self._ports.vault.holder(wanted.holder)
        if found is None:
            named = self._ports.vault.find_holder(wanted.holder)
            found = self._ports.vault.holder(named) if named is not None else None
        if found is None:
            raise Malformed(HOLDER_UNKNOWN, place=f"row {wanted.number}, holder", seen=wanted.holder[:80])
        return _Holder(PublicKey("Ed25519", found.signing_key).did, found.holder_id)

    def _linted(self, fresh: list[_Planned], now: datetime) -> tuple[dict[str, tuple[dict[str, Any], Fit | None]], dict[str, OpenlerError]]:
        """What may be signed, with its fit, and what may not and why; both by credential id, all stored before they are judged."""
        documents: dict[str, dict[str, Any]] = {}
        failed: dict[str, OpenlerError] = {}
        for each in fresh:
            try:
                documents[each.reservation.credential_id] = self._unsigned(each)
            except OpenlerError as error:
                failed[each.reservation.credential_id] = error
        self._ports.ledger.put_unsigned_all({name: jcs(document) for name, document in documents.items()})
        sound: dict[str, tuple[dict[str, Any], Fit | None]] = {}
        for name, document in documents.items():
            try:
                sound[name] = document, lint(document, self._throwaway, at=now, form=self._secured, always=self._always)
            except OpenlerError as error:
                failed[name] = error
        return sound, failed

    def _unsigned(self, planned: _Planned) -> dict[str, Any]:
        wanted, reservation = planned.claim, planned.reservation
        organisation = self._by.organisation
        found = self._achievements.find(wanted)
        salt = base64.urlsafe_b64encode(self._ports.entropy.token(_SALT_BYTES)).decode().rstrip("=")
        identities = (
            openbadges.hashed_identity(wanted.learner_id, kind=wanted.kind, salt=salt),
            {"type": "IdentityObject", "hashed": False, "identityHash": wanted.learner_name, "identityType": "name"},
        )
        described, results = issue_details.described(found.achievement, wanted.results)
        url = f"{self._ports.base_url}/resources/{organisation.ctid}"
        return openbadges.badge(
            credential_id=reservation.credential_id,
            issuer=openbadges.Issuer(self._by.did, organisation.name, url, organisation.ctid),
            subject=openbadges.Subject(planned.holder.subject, identities, results),
            achievement=described,
            name=described["name"],
            valid_from=wanted.awarded,
            valid_until=wanted.ends,
            awarded=wanted.awarded,
            statuses=status.entries(self._ports.base_url, reservation.status_list, reservation.status_index),
            evidence=wanted.evidence,
            related=[pin(self._ports.base_url, found.document.ctid, seq=found.seq, digest=found.document.digest)],
        )

    def _deliver(self, sound: list[_Planned], new: Mapping[str, bytes], now: datetime) -> None:
        """Leave records in wallets; what was issued before too, for an earlier run may have ended before it did so."""
        wanted = {each.reservation.credential_id: each.holder.wallet for each in sound if each.holder.wallet is not None}
        older = [name for name in wanted if name not in new]
        signed = {**new, **(self._ports.ledger.signed_all(older) if older else {})}
        for name, wallet in wanted.items():
            event = AuditEvent("issue:credential:deliver", self._actor, now, {"credential": name})
            self._ports.vault.deposit(wallet, signed[name], at=now, event=event)

    def _refuse(self, number: int, error: OpenlerError) -> None:
        self._refused.append(RowRefused(number, error.code, error.place, dict(error.parameters)))

    def report(self) -> IssueReport:
        """What came of the rows so far."""
        existing = sum(1 for each in self._issued if each.existing)
        return IssueReport(
            rows=self.rows,
            issued=len(self._issued) - existing,
            existing=existing,
            delivered=sum(1 for each in self._issued if each.delivered),
            records=tuple(self._issued),
            refused=tuple(self._refused),
            issuer=self._by.organisation.ctid,
            did=self._by.did,
            warned=tuple(self._warned),
        )


@dataclass(frozen=True, slots=True)
class IssuedOne:
    """A credential issued by request, and the name under which its status is changed. An enveloped one stands in its envelope."""

    credential_id: str
    credential: dict[str, Any]
    existing: bool = False


def issue_one(
    ports: Ports,
    credential: object,
    *,
    issuer: Ctid,
    actor: str,
    with_status: bool = False,
    secured: Form = "di",
    minimum: Minimum = "off",
    always: Always | None = None,
    request_key: str | None = None,
    named: str | None = None,
    cryptosuite: str | None = None,
) -> IssuedOne:
    """Sign a credential that somebody else composed (VC-API ``POST /credentials/issue``).

    Its issuer must be the organisation, by any DID that it signs as, or be left out. Where it has no id it gets one;
    ``with_status`` gives it a place in a status list; ``secured`` is how it is signed; with ``minimum`` at ``refuse`` its
    achievements must be described here and well enough. What was issued for a ``request_key`` is given again for the same.
    Its status is changed under the name that is given back, or under its own id; ``named`` is used in that one's place.
    ``always`` says what the holder cannot leave out of a record in the form ``di-sd``; ``cryptosuite`` how a proof of the form ``di`` is
    made (:func:`openler.credentials.proofs.issuing.suite_for`). A credential of VCDM 1.1 has no words for a status list of today and
    gets no place in one.

    :raises Malformed: ``issue.not_an_object``, ``issue.already_signed``, or what the lint found, with its place; a suite that
        is not issued in, or not with this key
    :raises Refused: ``issue.issuer_differs``; the organisation may not issue; ``issue.no_ctid``, ``issue.below_minimum``,
        ``issue.not_described_here``
    """
    if not isinstance(credential, Mapping):
        raise Malformed(NOT_AN_OBJECT)
    if listed(credential.get("proof")):
        raise Malformed(ALREADY_SIGNED, place="/proof")
    if minimum == "refuse":
        for short in issue_policy.shortfalls(ports, credential):
            raise short
    by = _speaking_as(ports, issuer, credential)
    if secured == "di-sd":
        check_key(by)
    suite = suite_for(by.public_key.key_type, IN_PARTS if secured == "di-sd" else cryptosuite)
    now = ports.clock.now()
    if request_key is not None:
        reservation = ports.ledger.reserve(key=request_key, issuer=issuer, achievement=None, holder=None, at=now)
    else:
        stated = named or credential.get("id")
        reservation = issue_named.reserve(ports, issuer, stated if isinstance(stated, str) else None)
    kept = ports.ledger.issued(reservation.credential_id) if reservation.state == "issued" else None
    if kept is not None and kept.signed is not None:
        return _issued(reservation.credential_id, kept.signed, secured, existing=True)
    document: dict[str, Any] = parse_json(jcs(dict(credential)))  # type: ignore[assignment]  # a copy of an object is one
    document.setdefault("id", reservation.credential_id)
    document.setdefault("issuer", str(by.did))
    if with_status and V1 not in listed(document.get("@context")):
        places = status.entries(ports.base_url, reservation.status_list, reservation.status_index)
        document["credentialStatus"] = [*listed(document.get("credentialStatus")), *places]
    if secured in {"di", "di-sd"}:
        document = with_words(document, suite)
    ports.ledger.put_unsigned(reservation.credential_id, jcs(document))
    lint(document, Throwaway.make(ports), at=now, form=secured, suite=suite, always=always)
    signed = secure(ports, document, by, at=now, form=secured, suite=suite, always=always)
    event = AuditEvent("issue:credential:issue", actor, now, {"issuer": issuer, "count": 1})
    ports.ledger.finish(reservation.credential_id, signed, at=now, event=event)
    return _issued(reservation.credential_id, signed, secured, existing=False)


def _issued(name: str, signed: bytes, secured: Form, *, existing: bool) -> IssuedOne:
    if signed.startswith(b"{"):
        return IssuedOne(name, cast("dict[str, Any]", parse_json(signed)), existing)
    token = signed if is_cose(signed) else signed.decode()
    return IssuedOne(name, enveloped(token, MEDIA_TYPES[secured]), existing)


def _speaking_as(ports: Ports, ctid: Ctid, credential: Mapping[str, Any]) -> Identity:
    by = identity(ports, ctid)
    stated = credential.get("issuer")
    named = stated.get("id") if isinstance(stated, Mapping) else stated
    if stated is None or named == by.did:
        return by
    forms: tuple[DidForm, ...] = ("web", "key")
    for form in forms:
        if named == issuer_did(ports, ctid, by.public_key, form):
            return identity(ports, ctid, form=form)
    raise Refused(ISSUER_DIFFERS, place="/issuer", seen=str(named)[:80], wanted=str(by.did))
