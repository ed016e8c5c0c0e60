"""Keeping custody: snapshots of what issuers publish, signed, for the day when an issuer closes.

Nothing that is kept is ever changed or dropped; each look at an address adds a snapshot. When an issuer is closed, its last
snapshots are stated to be final. From then on the custodian may go on answering for its records, as its successor.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from openler.access.audit import AuditEvent
from openler.actions.issuing.identity import Identity, identity
from openler.actions.issuing.signing import sign
from openler.actions.ports import Ports
from openler.actions.trust_ports import Snapshot
from openler.actions.verifying.published import Published, recognized
from openler.actions.verifying.reading import Reading
from openler.actions.verifying.verify import verify
from openler.credentials import dids, status, status_entries, statuslists
from openler.credentials.custody import Statement, suite_for
from openler.credentials.envelopes import opened
from openler.credentials.evidence import MAX_RESOURCE, Kind, Need
from openler.credentials.model import Credential, read_credential
from openler.credentials.policy import Custodian, Policy
from openler.credentials.proofs.data_integrity import ProofOptions
from openler.credentials.report import Outcome
from openler.errors import Conflict, NotFound, OpenlerError, Refused, declare
from openler.ids import Ctid, Digest
from openler.linkeddata.canonical import jcs
from openler.linkeddata.contexts import Contexts
from openler.linkeddata.parse import parse_json
from openler.meaning.issuer import named_by

RECORD_UNSOUND = declare("custody.record_unsound", by=__name__)
ISSUER_NOT_HELD = declare("custody.issuer_not_held", by=__name__)
NOT_CLOSED = declare("custody.not_closed", by=__name__)
NO_LIST = declare("custody.no_list", by=__name__)
CLOSED_ALREADY = declare("custody.closed_already", by=__name__)

_ACCEPT = "application/did+json, application/vc+ld+json, application/vc, application/vc+jwt;q=0.9, application/json"
_KEPT = {Kind.CONTROLLER, Kind.ISSUED, Kind.STATUS_LIST, Kind.SCHEMA, Kind.RESOURCE, Kind.VERSION}
_AGAIN = frozenset({Kind.CONTROLLER.value, Kind.ISSUED.value, Kind.STATUS_LIST.value, Kind.RESOURCE.value})
"""What may change at its address, and is looked at again."""
_CONTINUED = "BitstringStatusListEntry"
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one address: its snapshot, ``changed`` since the one before; or the ``code`` of why there is none."""

    address: str
    snapshot: Snapshot | None
    changed: bool = False
    code: str | None = None


def take(ports: Ports, what: str, *, custodian: Ctid, actor: str) -> tuple[Taken, ...]:
    """Take snapshots for a DID (its document and the organization it names), or of one address.

    :raises Malformed, CannotCheck: the identifier is broken, or its method has no address
    """
    by, now = identity(ports, custodian), ports.clock.now()
    if not what.startswith("did:"):
        return (_look(ports, by, what, now, actor),)
    found = []
    for url in dids.addresses(what, _origins(ports)) or ():
        taken = _look(ports, by, url, now, actor)
        found.append(taken)
        if taken.snapshot is not None:
            found += [_look(ports, by, each, now, actor, issuer=what) for each in _descriptions(ports, taken.snapshot)]
            break
    return tuple(found)


def _descriptions(ports: Ports, snapshot: Snapshot) -> tuple[str, ...]:
    """Where the organizations are described that a DID document names."""
    document = parse_json(ports.trust.body(snapshot.digest) or b"{}")
    also = document.get("alsoKnownAs") if isinstance(document, dict) else None
    urls = [each for each in also if isinstance(each, str)] if isinstance(also, list) else []
    return tuple(
        url.replace("/resources/", "/graph/", 1) for url in urls if Ctid.within(url) in named_by(document) and url.startswith("http")
    )


def take_for_record(ports: Ports, record: bytes, *, custodian: Ctid, actor: str) -> tuple[Taken, ...]:
    """Take snapshots of everything that judging a record needs. The record itself is not kept.

    :raises Malformed: it is no record
    """
    by = identity(ports, custodian)
    result = verify(ports, record, source="record")
    issuer = next((each.issuer for each in result.summaries if each.issuer), "") or ""
    found = []
    for item in result.evidence.items:
        if item.statement is not None or item.kind not in _KEPT:
            continue
        if item.body is None or item.url is None:
            found.append(Taken(item.key, None, code=item.code))
            continue
        seen = Published(item.kind, item.key if item.kind is Kind.CONTROLLER else issuer, item.body, item.media_type or "application/json")
        found.append(_keep(ports, by, item.url, seen, item.retrieved, actor))
    return tuple(found)


def refresh(ports: Ports, *, actor: str, progress: Progress = lambda done, total: None) -> tuple[Taken, ...]:  # noqa: ARG005 - nobody looks
    """Look again at every address whose issuer is not closed. What does not answer keeps its last snapshot."""
    held = [each for each in ports.trust.held() if not each.final and each.kind in _AGAIN]
    found, now = [], ports.clock.now()
    for number, each in enumerate(held, 1):
        found.append(_look(ports, identity(ports, each.custodian), each.address, now, actor, issuer=each.issuer))
        progress(number, len(held))
    return tuple(found)


def close(ports: Ports, issuer: str, *, reason: str, actor: str) -> tuple[Snapshot, ...]:
    """State that an issuer is closed: the last snapshots of all that is kept of it stand for good.

    :raises NotFound: ``custody.issuer_not_held``
    :raises Conflict: ``custody.closed_already``
    """
    held = [each for each in ports.trust.held() if each.issuer == issuer]
    if not held:
        raise NotFound(ISSUER_NOT_HELD, issuer=issuer[:200])
    open_ones = [each for each in held if not each.final]
    if not open_ones:
        raise Conflict(CLOSED_ALREADY, issuer=issuer[:200])
    made = []
    for each in open_ones:
        body = ports.trust.body(each.digest) or b""
        final = _signed(ports, identity(ports, each.custodian), replace(each, final=True))
        event = AuditEvent(
            "custody:issuer:close", actor, ports.clock.now(), {"address": each.address, "issuer": issuer, "reason": reason[:500]}
        )
        made.append(ports.trust.keep(final, body, event=event))
    return tuple(made)


def revoke(ports: Ports, record: bytes, *, reason: str, actor: str) -> tuple[Snapshot, ...]:
    """Revoke a record of a closed issuer, as its successor: its status list is continued in the custodian's own name.

    :raises Refused: ``custody.record_unsound``: it is not a record that this issuer signed; ``custody.not_closed``
    :raises NotFound: ``custody.no_list``
    """
    document = parse_json(record) if record.lstrip()[:1] == b"{" else None
    envelope = opened(document) if document is not None else None
    read = read_credential(document) if document is not None and envelope is None else envelope.read if envelope else None
    report = verify(ports, record, source="record", policy=Policy(custodians=_ourselves(ports)), serving=True).report
    signed = {each.name for each in report.checks if each.outcome is Outcome.PASSED} >= {"proof", "issuer_key"}
    if not isinstance(read, Credential) or not signed:
        raise Refused(RECORD_UNSOUND)
    made = []
    for entry in read.statuses:
        url = status_entries.list_url(entry)
        if url is None or entry.get("statusPurpose") != "revocation" or status_entries.kind_of(entry) != _CONTINUED:
            continue
        place = status_entries.read_entry(entry)
        held = ports.trust.snapshot(place.url)
        if held is None:
            continue
        if not held.final:
            raise Refused(NOT_CLOSED, issuer=held.issuer[:200])
        made.append(_continued(ports, held, place, reason, actor))
    if not made:
        raise NotFound(NO_LIST)
    return tuple(made)


def _ourselves(ports: Ports) -> tuple[Custodian, ...]:
    """Our own custodians: what they keep of an issuer whose address is silent is what it is judged by here."""
    held = ports.trust.held()
    closed = frozenset(each.address for each in held if each.final)
    base = ports.base_url.rstrip("/")
    return tuple(Custodian("here", identity(ports, each).did, base, closed) for each in sorted({each.custodian for each in held}))


def _continued(ports: Ports, held: Snapshot, place: status_entries.Entry, reason: str, actor: str) -> Snapshot:
    """The list with one more bit set, signed by the custodian for the same address."""
    now, by = ports.clock.now(), identity(ports, held.custodian)
    body = ports.trust.body(held.digest) or b""
    last = statuslists.subject_of(body, place.url)
    if last.get("type") != place.kind.subject_type or last.get("statusPurpose") != "revocation" or place.size != 1:
        raise NotFound(NO_LIST)  # a list of another make, which cannot be continued bit by bit
    bits = bytearray(statuslists.bits(place.kind, last.get("encodedList")))
    if not 0 <= place.index < len(bits) * 8:
        raise NotFound(NO_LIST)
    bits[place.index >> 3] |= 0x80 >> (place.index & 7)
    indexes = [number * 8 + bit for number, octet in enumerate(bits) if octet for bit in range(8) if octet & 0x80 >> bit]
    unsigned = status.list_credential(
        place.url, issuer=by.did, purpose="revocation", set_indexes=indexes, valid_from=now, entries=len(bits) * 8,
    )  # fmt: skip
    signed = jcs(sign(ports, unsigned, by, at=now))
    made = replace(held, taken=now, digest=Digest.of(signed), media_type="application/vc", continued=True)
    event = AuditEvent("custody:record:revoke", actor, now, {"address": held.address, "index": str(place.index), "reason": reason[:500]})
    return ports.trust.keep(_signed(ports, by, made), signed, event=event)


def _look(ports: Ports, by: Identity, url: str, now: datetime, actor: str, *, issuer: str | None = None) -> Taken:
    """One look at one address; what is there must be something that issuers publish about themselves."""
    last = ports.trust.snapshot(url)
    if last is not None and last.final:
        return Taken(url, None, code=CLOSED_ALREADY)
    item = Reading(ports, now, _origins(ports)).pursue(Need(Kind.STATUS_LIST, url, (url,), _ACCEPT, MAX_RESOURCE))
    if item.body is None:
        return Taken(url, None, code=item.code)
    try:
        seen = recognized(item.body, item.media_type or "")
    except OpenlerError as error:
        return Taken(url, None, code=error.code)
    return _keep(ports, by, url, seen if issuer is None else replace(seen, issuer=issuer), now, actor)


def _origins(ports: Ports) -> frozenset[str]:
    base = ports.base_url.rstrip("/")
    return ports.plain_origins | ({base} if base.startswith("http://") else set())


def _keep(ports: Ports, by: Identity, address: str, seen: Published, now: datetime, actor: str) -> Taken:
    last = ports.trust.snapshot(address)
    if last is not None and last.final:
        return Taken(address, None, code=CLOSED_ALREADY)
    digest = Digest.of(seen.body)
    made = Snapshot(0, address, seen.kind.value, seen.issuer, now, digest, seen.media_type[:200], by.organisation.ctid, b"")
    event = AuditEvent("custody:snapshot:keep", actor, now, {"address": address, "digest": digest})
    kept = ports.trust.keep(_signed(ports, by, made), seen.body, event=event)
    return Taken(address, kept, changed=last is None or last.digest != digest)


def _signed(ports: Ports, by: Identity, snapshot: Snapshot) -> Snapshot:
    """The snapshot with the custodian's statement over it."""
    signer = ports.keys.signer(by.key)
    stated = Statement(
        snapshot.address, snapshot.kind, snapshot.issuer, snapshot.taken, snapshot.digest, snapshot.media_type, by.did,
        snapshot.final, snapshot.continued,
    )  # fmt: skip
    suite = suite_for(signer.key_type)
    options = ProofOptions(by.method, ports.clock.now())
    prepared = suite.prepare(stated.unsigned(), options, key_type=signer.key_type, contexts=Contexts.pinned())
    signed: dict[str, Any] = suite.finish(prepared, [signer.sign(message) for message in prepared.messages])
    return replace(snapshot, statement=jcs(signed))
