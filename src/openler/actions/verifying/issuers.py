"""The registry of issuers: whom a verifier here knows, from its own entries and from the lists of others.

"Not on any list" and "the list could not be loaded" are different answers, and each answer names the list and its date.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from openler.access.audit import AuditEvent
from openler.actions.ports import Ports
from openler.actions.trust_ports import SourceKind, TrustSource
from openler.actions.verifying.federation import members
from openler.credentials import federation, issuerlists
from openler.credentials.issuerlists import MAX_LIST, IssuerEntry, IssuerList, is_identifier, words
from openler.errors import Malformed, Misused, NotFound, OpenlerError, Unavailable, declare
from openler.ids import Ctid
from openler.linkeddata.parse import parse_json

ISSUER_MALFORMED = declare("trust.issuer_malformed", by=__name__)
ISSUER_UNKNOWN = declare("trust.issuer_unknown", by=__name__)
SOURCE_UNKNOWN = declare("trust.source_unknown", by=__name__)
SOURCE_TAKEN = declare("trust.source_taken", by=__name__)
NAME_MISSING = declare("trust.name_missing", by=__name__)
KEYS_MISSING = declare("trust.keys_missing", by=__name__)
KEYS_MALFORMED = declare("trust.keys_malformed", by=__name__)
NOT_ANSWERED = declare("trust.not_answered", by=__name__)

OWN = "here"
"""The name of the operator's own list."""
_OK = 200
_LISTS = frozenset({SourceKind.OWN, SourceKind.DCC, SourceKind.FEDERATION})


@lru_cache(maxsize=64)
def kept(content: bytes) -> IssuerList:
    """A kept list, read once for many verdicts; not to be changed."""
    return issuerlists.kept(content)


@dataclass(frozen=True, slots=True)
class ListView:
    """A list as it is shown. ``failure`` is the code of why it could not be loaded when it was last looked for."""

    source: TrustSource
    list: IssuerList


def lists(ports: Ports) -> tuple[ListView, ...]:
    """All lists of issuers, our own first."""
    found = [ListView(each, kept(each.content)) for each in ports.trust.sources() if each.kind in _LISTS]
    return tuple(sorted(found, key=lambda view: (view.source.kind is not SourceKind.OWN, view.source.name)))


def add(ports: Ports, identifier: str, *, name: str, ctid: Ctid | None = None, url: str = "", actor: str) -> IssuerEntry:
    """Enter an issuer, or change its entry.

    :raises Misused: ``trust.issuer_malformed``, ``trust.name_missing``
    """
    if not is_identifier(identifier):
        raise Misused(ISSUER_MALFORMED, seen=identifier[:80])
    if not words(name):
        raise Misused(NAME_MISSING)
    entry = IssuerEntry(words(name), issuerlists.web(url), ctid=ctid or "")
    own = _own(ports)
    if own.entries.get(identifier) != entry:
        _put_own(ports, replace(own, entries={**own.entries, identifier: entry}), "trust:issuer:add", identifier, actor)
    return entry


def remove(ports: Ports, identifier: str, *, actor: str) -> None:
    """Take an issuer off our own list; what others' lists say stays. :raises NotFound: ``trust.issuer_unknown``"""
    own = _own(ports)
    if identifier not in own.entries:
        raise NotFound(ISSUER_UNKNOWN, seen=identifier[:80])
    entries = {other: entry for other, entry in own.entries.items() if other != identifier}
    _put_own(ports, replace(own, entries=entries), "trust:issuer:remove", identifier, actor)


def _own(ports: Ports) -> IssuerList:
    return next((view.list for view in lists(ports) if view.source.kind is SourceKind.OWN), IssuerList({}))


def _put_own(ports: Ports, changed: IssuerList, what: str, identifier: str, actor: str) -> None:
    now = ports.clock.now()
    source = TrustSource(OWN, SourceKind.OWN, ports.base_url, changed.content(), now, now)
    ports.trust.put_source(source, event=AuditEvent(what, actor, now, {"issuer": identifier}))


def import_list(
    ports: Ports,
    name: str,
    source: str,
    kind: SourceKind,
    *,
    anchor: str = "",
    keys: bytes | None = None,
    mark: str | None = None,
    actor: str,
    progress: Callable[[int, int], None] = lambda done, total: None,  # noqa: ARG005 - nobody looks
) -> ListView:
    """Load a list from an address or a file and keep it under a name, in place of the one of that name and kind.

    For a federation, ``source`` is its trust anchor's address, or a file of static trust chains below ``anchor``; ``keys``
    is the anchor's JWK set, which the operator got by a way that he trusts.

    :raises Misused: ``trust.keys_missing``, ``trust.keys_malformed``, ``trust.source_taken``, or the file is missing
    :raises Malformed: it is no list, or its signatures do not hold
    :raises Unavailable: it does not answer
    """
    before = next((each for each in ports.trust.sources() if each.name == name), None)
    if name == OWN or (before is not None and before.kind is not kind):
        raise Misused(SOURCE_TAKEN, name=name[:80])
    if not words(name):
        raise Misused(NAME_MISSING)
    settings: dict[str, Any] = {}
    if kind is SourceKind.FEDERATION:
        settings = {"anchor": anchor or source, "keys": _jwks(keys), "mark": mark}
    loaded = _load(ports, source, kind, settings, progress)
    now = ports.clock.now()
    made = TrustSource(name, kind, source, loaded.content(), now, now)
    ports.trust.put_source(
        made, event=AuditEvent("trust:list:import", actor, now, {"list": name, "source": source, "issuers": len(loaded.entries)})
    )
    return ListView(made, loaded)


def refresh(
    ports: Ports,
    name: str,
    *,
    actor: str,
    progress: Callable[[int, int], None] = lambda done, total: None,  # noqa: ARG005 - nobody looks
) -> ListView:
    """Load a list again. Where that fails the copy stays, and the failure is kept with it: the list is told as not loaded.

    :raises NotFound: ``trust.source_unknown``
    """
    source = _source(ports, name)
    before, now = kept(source.content), ports.clock.now()
    event = AuditEvent("trust:list:refresh", actor, now, {"list": name})
    if source.kind is SourceKind.OWN:
        return ListView(source, before)
    try:
        loaded = _load(ports, source.source, source.kind, before.settings, progress)
        changed = replace(source, content=loaded.content(), dated=now, checked=now, failure=None)
    except OpenlerError as error:
        changed = replace(source, checked=now, failure=error.code)
    ports.trust.put_source(changed, event=event)
    return ListView(changed, kept(changed.content))


def drop(ports: Ports, name: str, *, actor: str) -> None:
    """Forget a list. :raises NotFound: ``trust.source_unknown``"""
    _source(ports, name)
    ports.trust.remove_source(name, event=AuditEvent("trust:list:drop", actor, ports.clock.now(), {"list": name}))


def _source(ports: Ports, name: str) -> TrustSource:
    found = next((each for each in ports.trust.sources() if each.name == name and each.kind in _LISTS), None)
    if found is None:
        raise NotFound(SOURCE_UNKNOWN, name=name[:80])
    return found


def _jwks(keys: bytes | None) -> list[Any]:
    if keys is None:
        raise Misused(KEYS_MISSING)
    found = parse_json(keys)
    members_of = found.get("keys") if isinstance(found, dict) else None
    if not isinstance(members_of, list) or not members_of or not all(isinstance(each, dict) and "kid" in each for each in members_of):
        raise Misused(KEYS_MALFORMED)
    return members_of


def _load(ports: Ports, source: str, kind: SourceKind, settings: Mapping[str, Any], progress: Callable[[int, int], None]) -> IssuerList:
    remote = source.startswith(("https://", "http://"))
    if kind is SourceKind.FEDERATION and remote:
        found = members(ports.fetch, source, settings["keys"], mark=settings.get("mark"), now=ports.clock.now(), progress=progress)
        return replace(found, settings=settings)
    if not remote:
        data = ports.tables.content(source)
    else:
        answer = ports.fetch.get(source, accept="application/json", limit=MAX_LIST)
        if answer.status != _OK:
            raise Unavailable(NOT_ANSWERED, url=source[:200], status=answer.status)
        data = answer.body
    return issuerlists.read_dcc(data) if kind is SourceKind.DCC else _static(ports, data, settings)


def _static(ports: Ports, data: bytes, settings: Mapping[str, Any]) -> IssuerList:
    """Static trust chains: a JSON array of tokens, or an array of such arrays. One that does not hold refuses the file."""
    found = parse_json(data, max_bytes=MAX_LIST)
    chains: Sequence[Any] = found if isinstance(found, list) else []
    if chains and all(isinstance(each, str) for each in chains):
        chains = [chains]
    if not chains or not all(isinstance(one, list) and all(isinstance(each, str) for each in one) for one in chains):
        raise Malformed(issuerlists.LIST_MALFORMED)
    entries: dict[str, IssuerEntry] = {}
    now = ports.clock.now()
    for tokens in chains:
        member = federation.chain(tokens, anchor=settings["anchor"], keys=settings["keys"], now=now)
        entries |= {identifier: IssuerEntry(member.name, member.url, expires=member.expires) for identifier in member.identifiers}
    return IssuerList(entries, now.isoformat(), settings=settings)
