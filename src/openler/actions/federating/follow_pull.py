"""Pull what is new from a registry that is followed: page by page, each checked, each one transaction.

Killed at any moment, the next pull goes on after the last page that was committed. What cannot be checked is not taken; a registry
whose journal is not the one that it was is halted until somebody decides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from openler.access.audit import AuditEvent
from openler.actions.federating import follow_unsigned
from openler.actions.federating.follow_arrivals import DOCUMENT_DIFFERS, Pulled, arrived, read_document, refused, wanted
from openler.actions.federating.follow_read import (
    REWRITTEN,
    Page,
    Peer,
    did_document,
    kept_form,
    only_grew,
    peer_at,
    read_head,
    read_page,
    statement_of,
)
from openler.actions.follow_ports import Arrival, Disagreement, Follow
from openler.actions.ports import Entry, Ports
from openler.actions.registry.head import size_of
from openler.actions.registry.registry_key import registry_did
from openler.credentials.faults import CannotCheck
from openler.errors import Code, Conflict, Malformed, NotFound, OpenlerError, Refused, Unavailable, declare
from openler.ids import Did
from openler.linkeddata.canonical import jcs

UNKNOWN = declare("follow.unknown", by=__name__)
HALTED = declare("follow.halted", by=__name__)

MAX_PAGES = 5_000
"""Most pages of one pull: a million entries; the next one goes on from there."""
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(days=1)
"""How long a registry that fails is left alone: twice as long each time, up to a day."""

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class _Batch:
    """A page on its way in."""

    arrivals: list[Arrival] = field(default_factory=list)
    refused: list[Disagreement] = field(default_factory=list)


def pull(
    ports: Ports,
    url: str,
    *,
    actor: str,
    progress: Progress | None = None,
    max_pages: int = MAX_PAGES,
    stop: Callable[[], bool] | None = None,
) -> Pulled:
    """Take in what a followed registry has that is new; projections are left to the caller.

    :raises NotFound: ``follow.unknown``
    :raises Refused: ``follow.rewritten`` (and ``follow.halted`` from then on), or the address may not be read from here
    :raises Malformed: what it answers is not what it should be
    :raises Unavailable: it does not answer
    """
    follow = next((one for one in ports.store.follows() if one.url == url), None)
    if follow is None:
        raise NotFound(UNKNOWN, place=url[:200], url=url[:200])
    if follow.halted:
        raise Refused(HALTED, place=url, url=url, trouble=follow.trouble)
    try:
        reader = _Signed(ports, follow, actor) if follow.signed else follow_unsigned.Unsigned(ports, follow, actor)
        pulled = Pulled(url, seq=follow.seq)
        for _ in range(max_pages):
            if (stop is not None and stop()) or not reader.step(pulled):
                break
            if progress:
                progress(*reader.state())
        else:
            pulled.complete = False
        _settle(ports, url, None, actor)
    except Conflict:
        raise  # somebody else is pulling: nothing is wrong with the registry
    except OpenlerError as error:
        _settle(ports, url, error.code, actor)
        if isinstance(error, CannotCheck):
            raise Unavailable(error.code, place=url, **error.parameters) from error
        raise
    return pulled


def pull_due(
    ports: Ports, *, interval: timedelta, actor: str = "serve:follower", stop: Callable[[], bool] | None = None
) -> tuple[Pulled | OpenlerError, ...]:
    """Pull from every registry that is due: of several servers on one database, one has the turn. Failures are given, not raised."""
    done: list[Pulled | OpenlerError] = []
    for follow in ports.store.follows():
        now = ports.clock.now()
        if follow.halted or not ports.store.claim_follow(follow.url, now=now, until=now + interval):
            continue
        try:
            done.append(pull(ports, follow.url, actor=actor, stop=stop))
        except OpenlerError as error:
            done.append(error)
    return tuple(done)


def wait_after(failures: int) -> timedelta:
    """How long to leave a registry alone that failed that many times in a row."""
    times: int = 2 ** min(failures - 1, 20)
    return min(FIRST_WAIT * times, LONGEST_WAIT)


def _settle(ports: Ports, url: str, trouble: Code | None, actor: str) -> None:
    """Note how a pull ended, and when to ask again."""
    now = ports.clock.now()
    follow = next((one for one in ports.store.follows() if one.url == url), None)
    if follow is None:
        return
    if trouble is None:
        ports.store.keep_follow(replace(follow, failures=0, trouble="", pulled=now), event=None)
        return
    halted = trouble == REWRITTEN
    event = AuditEvent("registry:follow:halt", actor, now, {"url": url, "code": trouble}) if halted else None
    failures = follow.failures + 1
    ports.store.keep_follow(
        replace(follow, failures=failures, trouble=trouble, halted=halted, due=now + wait_after(failures)),
        event=event,
    )


class _Signed:
    """A registry that signs its journal, read from where the last pull ended."""

    def __init__(self, ports: Ports, follow: Follow, actor: str) -> None:
        self._ports = ports
        self._follow = follow
        self._actor = actor
        self._peer = peer_at(ports, follow.url)
        head = read_head(ports, self._peer)
        if follow.head is not None:
            only_grew(ports, self._peer, follow.head, head)
        self._size = size_of(head)
        self._others: dict[str, Peer | None] = {}
        if self._size < follow.seq:
            raise Refused(REWRITTEN, url=follow.url, first=follow.seq, second=self._size)

    def state(self) -> tuple[int, int]:
        """How far it is, of how much."""
        return self._follow.seq, self._size

    def step(self, pulled: Pulled) -> bool:
        """Take one page; False where there is no more."""
        if self._follow.seq >= self._size:
            return False
        ports, at = self._ports, self._ports.clock.now()
        page = read_page(ports, self._peer, self._follow.seq, self._follow.chain, self._size)
        batch = self._batch(page, pulled, at)
        seq = page.entries[-1][0].seq
        after = replace(self._follow, seq=seq, chain=page.chain, head=kept_form(page.head), pulled=at)
        event = AuditEvent("registry:follow:pull", self._actor, at, {"url": self._follow.url, "seq": seq, "documents": len(batch.arrivals)})
        pulled.add(ports.store.take(self._follow, after, batch.arrivals, batch.refused, at=at, event=event))
        pulled.entries += len(page.entries)
        pulled.seq = seq
        self._follow = after
        return True

    def _batch(self, page: Page, pulled: Pulled, at: datetime) -> _Batch:
        batch, own = _Batch(), registry_did(self._ports)
        for entry, event in page.entries:
            if "registry_statement" not in event:
                continue  # a later entry about the same document will bring it as it is
            if entry.origin == own:
                pulled.own += 1
                continue
            try:
                arrival = self._arrival(entry, event)
            except OpenlerError as error:
                pulled.refused += 1
                batch.refused.append(refused(self._follow, entry.ctid, error.code, at))
                continue
            if self._follow.types and not wanted(self._follow.types, arrival.ctdl_type):
                pulled.other += 1
            else:
                batch.arrivals.append(arrival)
        return batch

    def _arrival(self, entry: Entry, event: Mapping[str, Any]) -> Arrival:
        said = statement_of(self._ports, self._peer, event["registry_statement"])
        if (said.get("envelope_ceterms_ctid"), said.get("seq")) != (entry.ctid, entry.seq):
            raise Malformed(DOCUMENT_DIFFERS, place=f"seq {entry.seq}", ctid=entry.ctid)
        deleted = said.get("deleted_at") is not None
        if deleted != (entry.digest is None) or (not deleted and said.get("resource_digest") != entry.digest):
            raise Malformed(DOCUMENT_DIFFERS, place=f"seq {entry.seq}", ctid=entry.ctid)
        document = None if deleted else read_document(jcs(event.get("decoded_resource")), entry.ctid)
        if document is not None and document.digest != entry.digest:
            raise Malformed(DOCUMENT_DIFFERS, place=f"seq {entry.seq}", ctid=entry.ctid)
        before = self._passed_on(entry, event)
        if before is not None and self._agrees(before[1], said):
            said = before[1]
        return arrived(said, document)

    def _passed_on(self, entry: Entry, event: Mapping[str, Any]) -> tuple[Peer, Mapping[str, Any]] | None:
        """What the registry where it was first published signed about it, where that can be checked."""
        if entry.origin is None or "origin_statement" not in event or not entry.origin.startswith("did:web:"):
            return None
        if entry.origin not in self._others:
            did = Did.parse(entry.origin)
            document = did_document(self._ports, did)
            self._others[entry.origin] = None if document is None else Peer(entry.origin, did, document)
        peer = self._others[entry.origin]
        return None if peer is None else (peer, statement_of(self._ports, peer, event["origin_statement"]))

    @staticmethod
    def _agrees(first: Mapping[str, Any], passed: Mapping[str, Any]) -> bool:
        """Whether the registry that passes a document on passes on what the first one signed, unchanged."""
        same = all(first.get(name) == passed.get(name) for name in ("envelope_ceterms_ctid", "resource_digest"))
        return same and (first.get("deleted_at") is None) == (passed.get("deleted_at") is None)
