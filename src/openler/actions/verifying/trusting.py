"""Whom a verifier here knows and believes: what every verdict is judged with, and what is told about an issuer beside it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from openler.actions.ports import Ports
from openler.actions.trust_ports import SourceKind, TrustSource
from openler.actions.verifying.issuers import kept, lists
from openler.credentials import dids
from openler.credentials.evidence import Evidence, Kind
from openler.credentials.issuerlists import IssuerEntry
from openler.credentials.policy import Custodian, KnownIssuers, Listing, Policy
from openler.ctdl.document import parse
from openler.errors import OpenlerError
from openler.ids import Ctid
from openler.meaning.achievement import name_of
from openler.meaning.issuer import Tie, named_by, tie


def judged_with(ports: Ports, policy: Policy, now: datetime) -> Policy:
    """A policy, with the lists of issuers and the custodians of this place where it names none of its own."""
    issuers = policy.issuers if policy.issuers is not None else known(ports, now)
    return replace(policy, issuers=issuers, custodians=policy.custodians or custodians(ports))


def known(ports: Ports, now: datetime) -> KnownIssuers | None:
    """Everybody on the lists; None where no list is kept.

    An entry past its end is not counted. A list whose last loading failed, or of which an entry has ended, is told as
    one that could not be loaded; what its last copy says of others still counts, with that copy's date.
    """
    sources = tuple(view.source for view in lists(ports))
    if not sources:
        return None
    return _known(sources, tuple(bisect_right(_ends(source.content), now) for source in sources))


def own_name(base_url: str) -> str:
    """What our own list is called in verdicts, in any language: the host that keeps it."""
    return urlsplit(base_url).netloc


@lru_cache(maxsize=64)
def _ends(content: bytes) -> list[datetime]:
    return sorted(entry.expires for entry in kept(content).entries.values() if entry.expires is not None)


@lru_cache(maxsize=8)
def _known(sources: tuple[TrustSource, ...], ended: tuple[int, ...]) -> KnownIssuers:
    """The lists put together, once for many verdicts. ``ended`` counts for each list the entries that are past their end."""
    names: dict[str, str] = {}
    listings: dict[str, tuple[Listing, ...]] = {}
    unavailable = []
    for source, count in zip(sources, ended, strict=True):
        shown = own_name(source.source) if source.kind is SourceKind.OWN else source.name
        last = _ends(source.content)[count - 1] if count else None
        for identifier, entry in kept(source.content).entries.items():
            if entry.expires is not None and last is not None and entry.expires <= last:
                continue
            names.setdefault(identifier, entry.name)
            listings[identifier] = (*listings.get(identifier, ()), Listing(shown, source.dated))
        if count or source.failure is not None:
            unavailable.append(source.name)
    return KnownIssuers(names, tuple(unavailable), listings)


def custodians(ports: Ports) -> tuple[Custodian, ...]:
    """The custodians that are believed here, by name."""
    found = [each for each in ports.trust.sources() if each.kind is SourceKind.CUSTODIAN]
    stated = [(each, kept(each.content).settings) for each in found]
    return tuple(Custodian(each.name, str(known["did"]), each.source, frozenset(known["closed"])) for each, known in stated)


@dataclass(frozen=True, slots=True)
class IssuerStanding:
    """Who an issuer is, as far as it can be told here. ``here`` is what our own list is called.

    ``organization`` is its name in this registry, where it stands there.
    """

    identifier: str
    name: str
    listings: tuple[Listing, ...]
    unavailable: tuple[str, ...]
    ctid: Ctid | None
    organization: str
    tie: Tie
    here: str


def who_is(ports: Ports, identifier: str, policy: Policy, evidence: Evidence | None = None) -> IssuerStanding:
    """What the lists, its own DID document (out of the evidence) and this registry say of an issuer."""
    issuers = policy.issuers or KnownIssuers()
    document = _document(identifier, evidence)
    entries = [entry for view in lists(ports) if (entry := view.list.entries.get(identifier)) is not None]
    ctid = _ctid(entries, document)
    organization = _organization(ports, ctid)
    return IssuerStanding(
        identifier=identifier,
        name=issuers.names.get(identifier, ""),
        listings=issuers.listings.get(identifier, ()),
        unavailable=issuers.unavailable,
        ctid=ctid,
        organization=(name_of(organization) or "") if organization is not None else "",
        tie=Tie.NONE if ctid is None else tie(identifier, document, ctid, organization),
        here=own_name(ports.base_url),
    )


def _document(identifier: str, evidence: Evidence | None) -> Any:
    try:
        own = dids.known_document(identifier)
        if own is not None:
            return own
        return evidence.json(Kind.CONTROLLER, identifier) if evidence is not None else None
    except OpenlerError:
        return None


def _ctid(entries: list[IssuerEntry], document: object) -> Ctid | None:
    stated = next((entry.ctid for entry in entries if entry.ctid), None)
    return Ctid.parse(stated) if stated else next(iter(named_by(document)), None)


def _organization(ports: Ports, ctid: Ctid | None) -> dict[str, Any] | None:
    stored = ports.store.get(ctid) if ctid is not None else None
    return None if stored is None or stored.deleted else dict(parse(stored.normalised).main)
