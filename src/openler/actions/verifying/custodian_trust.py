"""Whose snapshots a verifier here believes: custodians, each by its DID and the address where it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from openler.access.audit import AuditEvent
from openler.actions.ports import Ports
from openler.actions.trust_ports import SourceKind, TrustSource
from openler.actions.verifying.issuers import NAME_MISSING, SOURCE_TAKEN
from openler.credentials.issuerlists import IssuerList, web, words
from openler.errors import Misused, NotFound, OpenlerError, Unavailable, declare
from openler.ids import Did
from openler.linkeddata.parse import parse_json

ADDRESS_MALFORMED = declare("custody.address_malformed", by=__name__)
CUSTODIAN_UNKNOWN = declare("custody.custodian_unknown", by=__name__)
LIST_UNREADABLE = declare("custody.list_unreadable", by=__name__)

_MAX_LIST = 16 * 1024 * 1024
_OK = 200


@dataclass(frozen=True, slots=True)
class Believed:
    """A custodian that is believed; ``closed`` counts the addresses of which it says that their issuer is closed."""

    name: str
    did: str
    address: str
    closed: int


def believe(ports: Ports, address: str, *, did: str, name: str, actor: str) -> Believed:
    """Believe a custodian, or read again which issuers it says are closed.

    :raises Misused: ``custody.address_malformed``, ``trust.name_missing``, ``trust.source_taken``
    :raises Malformed: the DID is broken
    :raises Unavailable: ``custody.list_unreadable``, or it does not answer
    """
    if not web(address):
        raise Misused(ADDRESS_MALFORMED, seen=address[:80])
    if not words(name):
        raise Misused(NAME_MISSING)
    before = next((each for each in ports.trust.sources() if each.name == name), None)
    if before is not None and before.kind is not SourceKind.CUSTODIAN:
        raise Misused(SOURCE_TAKEN, name=name[:80])
    where, now = address.rstrip("/"), ports.clock.now()
    closed = _closed(ports, where)
    content = IssuerList({}, settings={"did": Did.parse(did), "closed": closed}).content()
    source = TrustSource(name, SourceKind.CUSTODIAN, where, content, now, now)
    ports.trust.put_source(source, event=AuditEvent("trust:custodian:put", actor, now, {"custodian": did, "address": where}))
    return Believed(name, did, where, len(closed))


def disbelieve(ports: Ports, name: str, *, actor: str) -> None:
    """No longer believe a custodian. :raises NotFound: ``custody.custodian_unknown``"""
    known = [each for each in ports.trust.sources() if each.name == name and each.kind is SourceKind.CUSTODIAN]
    if not known:
        raise NotFound(CUSTODIAN_UNKNOWN, name=name[:80])
    ports.trust.remove_source(name, event=AuditEvent("trust:custodian:remove", actor, ports.clock.now(), {"custodian": name}))


def closed_here(ports: Ports) -> list[dict[str, Any]]:
    """What this custodian holds, as it is told to verifiers: each address with what its newest snapshot says."""
    return [
        {
            "address": each.address, "kind": each.kind, "issuer": each.issuer, "taken": each.taken.isoformat(), "snapshot": each.seq,
            "digest": f"sha256:{each.digest}", "final": each.final, "continued": each.continued,
        }
        for each in ports.trust.held()
    ]  # fmt: skip


def _closed(ports: Ports, address: str) -> list[str]:
    if address == ports.base_url.rstrip("/"):
        held: object = closed_here(ports)
    else:
        answer = ports.fetch.get(f"{address}/custody/addresses", accept="application/json", limit=_MAX_LIST)
        if answer.status != _OK:
            raise Unavailable(LIST_UNREADABLE, url=address[:200])
        try:
            held = parse_json(answer.body, max_bytes=_MAX_LIST)
        except OpenlerError:
            raise Unavailable(LIST_UNREADABLE, url=address[:200]) from None
    if not isinstance(held, list):
        raise Unavailable(LIST_UNREADABLE, url=address[:200])
    return sorted({str(each["address"]) for each in held if isinstance(each, dict) and each.get("final") is True and "address" in each})
