"""Read a registry that signs nothing, such as the national one: all its envelopes once, then what its events say has changed.

The two read paths are the national Registry's: ``/envelopes`` in pages, newest first, and ``/envelopes/events`` since a moment, newest
first, of which each CTID is then read by itself. What it answers is believed, for there is nothing to check it by; documents are held
to our own rules all the same. Where a pull stands is a mark: the page of the list, or the moment from which events are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import orjson

from openler.access.audit import AuditEvent
from openler.actions.federating.follow_arrivals import DOCUMENT_DIFFERS, Pulled, read_document, refused, wanted
from openler.actions.federating.follow_read import FEED_MALFORMED, MAX_PAGE, moment, read_json
from openler.actions.follow_ports import Arrival, Disagreement, Follow
from openler.actions.ports import Ports
from openler.errors import Malformed, NotFound, OpenlerError, TooLarge, declare
from openler.ids import Ctid
from openler.linkeddata.canonical import jcs

GONE = declare("follow.gone", by=__name__)
TOO_MANY_EVENTS = declare("follow.too_many_events", by=__name__)

PER_PAGE = 100
MAX_EVENT_PAGES = 500
"""Most pages of events of one pull; a registry with more changes than that since the last one must be followed anew."""
OVERLAP = timedelta(minutes=10)
"""How far back events are asked for, so that what was being written while we read is not missed."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """The next page of the list, 0 once it was read to its end; and the moment from which events are to be read."""

    page: int
    since: str

    @classmethod
    def read(cls, text: str, now: datetime) -> _Mark:
        if not text:
            return cls(1, (now - OVERLAP).astimezone(UTC).isoformat(timespec="seconds"))
        told = orjson.loads(text)
        return cls(int(told["page"]), str(told["since"]))

    def text(self) -> str:
        return orjson.dumps({"page": self.page, "since": self.since}).decode()


class Unsigned:
    """Such a registry, read from where the last pull ended."""

    def __init__(self, ports: Ports, follow: Follow, actor: str) -> None:
        self._ports = ports
        self._follow = follow
        self._actor = actor
        self._started = ports.clock.now()
        self._mark = _Mark.read(follow.mark, self._started)
        self._done = 0
        self._changed: list[tuple[Ctid, str, datetime]] | None = None

    def state(self) -> tuple[int, int]:
        """How many envelopes were read; how many there are is not known."""
        return self._done, 0

    def step(self, pulled: Pulled) -> bool:
        """Take one page; False where there is no more."""
        if self._mark.page:
            return self._list(pulled)
        if self._changed is None:
            self._changed = self._events()
        some, self._changed = self._changed[:PER_PAGE], self._changed[PER_PAGE:]
        told = [self._event(*one) for one in some]
        since = self._mark.since
        if not self._changed:  # all that was asked for is in: the next pull asks from when this one began
            since = (self._started - OVERLAP).astimezone(UTC).isoformat(timespec="seconds")
        self._take([one for one in told if one is not None], _Mark(0, since), pulled)
        return bool(self._changed)

    def _list(self, pulled: Pulled) -> bool:
        url = f"{self._follow.url}/envelopes?per_page={PER_PAGE}&page={self._mark.page}"
        told = read_json(self._ports, url, limit=MAX_PAGE)
        if not isinstance(told, list) or len(told) > PER_PAGE:
            raise Malformed(FEED_MALFORMED, place="/envelopes", url=self._follow.url)
        last = len(told) < PER_PAGE
        self._take(told, _Mark(0 if last else self._mark.page + 1, self._mark.since), pulled)
        return True  # after the list come the events

    def _events(self) -> list[tuple[Ctid, str, datetime]]:
        """What changed since the mark, each CTID once, by its last event, the oldest first."""
        found: dict[Ctid, tuple[Ctid, str, datetime]] = {}
        for number in range(1, MAX_EVENT_PAGES + 1):
            url = f"{self._follow.url}/envelopes/events?after={quote(self._mark.since)}&per_page={PER_PAGE}&page={number}"
            told = read_json(self._ports, url, limit=MAX_PAGE)
            if not isinstance(told, list) or len(told) > PER_PAGE or not all(isinstance(one, Mapping) for one in told):
                raise Malformed(FEED_MALFORMED, place="/envelopes/events", url=self._follow.url)
            for one in told:  # newest first, but that is its promise, not ours
                ctid, at = Ctid.within(str(one.get("envelope_ceterms_ctid"))), moment(one.get("created_at"), "/created_at")
                if ctid is not None and (ctid not in found or at > found[ctid][2]):
                    found[ctid] = (ctid, str(one.get("event")), at)
            if len(told) < PER_PAGE:
                return sorted(found.values(), key=lambda one: (one[2], one[0]))
        raise TooLarge(TOO_MANY_EVENTS, place=self._follow.url, size=MAX_EVENT_PAGES * PER_PAGE, limit=MAX_EVENT_PAGES * PER_PAGE)

    def _event(self, ctid: Ctid, event: str, at: datetime) -> Mapping[str, Any] | None:
        if event in {"destroy", "delete"}:
            return {"envelope_ceterms_ctid": ctid, "deleted_at": at.isoformat()}
        try:
            told = read_json(self._ports, f"{self._follow.url}/envelopes/{ctid}", limit=MAX_PAGE, missing=NotFound(GONE, ctid=ctid))
        except NotFound:
            return None  # withdrawn since: the event that says so comes with the next pull
        if not isinstance(told, Mapping):
            raise Malformed(FEED_MALFORMED, place=f"/envelopes/{ctid}", url=self._follow.url)
        return told

    def _take(self, envelopes: list[Any], mark: _Mark, pulled: Pulled) -> None:
        ports, at = self._ports, self._ports.clock.now()
        arrivals: list[Arrival] = []
        problems: list[Disagreement] = []
        for told in envelopes:
            if not isinstance(told, Mapping):
                raise Malformed(FEED_MALFORMED, place="/envelopes", url=self._follow.url)
            ctid = Ctid.parse(told.get("envelope_ceterms_ctid"), place="/envelope_ceterms_ctid")
            try:
                arrival = self._arrival(ctid, told)
            except OpenlerError as error:
                pulled.refused += 1
                problems.append(refused(self._follow, ctid, error.code, at))
                continue
            if self._follow.types and arrival.normalised is not None and not wanted(self._follow.types, arrival.ctdl_type):
                pulled.other += 1
            else:
                arrivals.append(arrival)
        after = replace(self._follow, mark=mark.text(), pulled=at)
        event = AuditEvent("registry:follow:pull", self._actor, at, {"url": self._follow.url, "documents": len(arrivals)})
        pulled.add(ports.store.take(self._follow, after, arrivals, problems, at=at, event=event))
        pulled.entries += len(envelopes)
        self._done += len(envelopes)
        self._follow, self._mark = after, mark

    def _arrival(self, ctid: Ctid, told: Mapping[str, Any]) -> Arrival:
        if "deleted_at" in told:
            gone = moment(told["deleted_at"], "/deleted_at")
            return Arrival(ctid, self._follow.registry, _order(gone), gone, "", publisher=ctid)
        resource = told.get("decoded_resource")
        if not isinstance(resource, Mapping):
            raise Malformed(DOCUMENT_DIFFERS, place=ctid, ctid=ctid)
        document = read_document(jcs(dict(resource)), ctid)
        headers = told.get("node_headers")
        headers = headers if isinstance(headers, Mapping) else {}
        updated = moment(headers.get("updated_at", told.get("updated_at")), "/node_headers/updated_at")
        created = moment(headers.get("created_at", updated.isoformat()), "/node_headers/created_at")
        owner = Ctid.within(str(told.get("owned_by")))
        publisher = Ctid.within(str(told.get("published_by"))) or owner or document.owner or ctid
        return Arrival(
            ctid, self._follow.registry, _order(updated), created, document.type, publisher, owner or document.owner,
            assigned=owner is not None and owner != document.owner, provisional=told.get("provisional") is True,
            normalised=document.normalised, received=document.normalised, digest=document.digest, resources=document.resources,
        )  # fmt: skip


def _order(moment_: datetime) -> int:
    """A moment as a number: where entries have none, the later change counts."""
    return int(moment_.timestamp() * 1000)
