"""What the reference store knows of other registries, in dictionaries."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from openler.access.audit import AuditEvent
from openler.actions.federating.following import CHANGED, Here, counted, settle
from openler.actions.follow_ports import Arrival, Disagreement, Follow, Origin, Taken, Verdict
from openler.actions.ports import Change, Entry, Outcome
from openler.actions.registry.journal import Standing
from openler.errors import Conflict
from openler.ids import Ctid


class MemoryFollows(ABC):
    """A :class:`~openler.actions.follow_ports.Follows`, part of the reference store."""

    _lock: threading.RLock
    _standing: dict[Ctid, Standing]
    _last: dict[Ctid, Entry]
    _claims: dict[Ctid, Ctid]
    _events: list[AuditEvent]

    def __init__(self) -> None:
        self._follows: dict[str, Follow] = {}
        self._origins: dict[Ctid, Origin] = {}
        self._disagreements: dict[tuple[Ctid, str], Disagreement] = {}

    @abstractmethod
    def append(self, changes: Sequence[Change], *, at: datetime, event: AuditEvent) -> tuple[Outcome, ...]:
        """The journal's part of the store."""

    def follows(self) -> tuple[Follow, ...]:
        """See :meth:`~openler.actions.follow_ports.Follows.follows`."""
        with self._lock:
            return tuple(self._follows[url] for url in sorted(self._follows))

    def keep_follow(self, follow: Follow, *, event: AuditEvent | None) -> None:
        """See :meth:`~openler.actions.follow_ports.Follows.keep_follow`."""
        with self._lock:
            self._follows[follow.url] = follow
            self._events.extend([event] if event else [])

    def drop_follow(self, url: str, *, event: AuditEvent) -> bool:
        """See :meth:`~openler.actions.follow_ports.Follows.drop_follow`."""
        with self._lock:
            dropped = self._follows.pop(url, None)
            if dropped is None:
                return False
            self._disagreements = {key: one for key, one in self._disagreements.items() if one.url != url}
            again = {ctid: replace(one, seq=0) for ctid, one in self._origins.items() if one.registry == dropped.registry}
            self._origins |= again
            self._events.append(event)
            return True

    def claim_follow(self, url: str, *, now: datetime, until: datetime) -> bool:
        """See :meth:`~openler.actions.follow_ports.Follows.claim_follow`."""
        with self._lock:
            follow = self._follows.get(url)
            if follow is None or (follow.due is not None and follow.due > now):
                return False
            self._follows[url] = replace(follow, due=until)
            return True

    def take(
        self,
        before: Follow,
        after: Follow,
        arrivals: Sequence[Arrival],
        refused: Sequence[Disagreement],
        *,
        at: datetime,
        event: AuditEvent,
    ) -> Taken:
        """See :meth:`~openler.actions.follow_ports.Follows.take`."""
        with self._lock:
            now = self._follows.get(before.url)
            if now is None or (now.seq, now.mark, now.halted) != (before.seq, before.mark, False):
                raise Conflict(CHANGED, place=before.url, url=before.url)
            entries = {ctid: entry.seq for ctid, entry in self._last.items()}
            settled = settle(after, arrivals, Here(self._standing, entries, self._origins, self._claims), at=at)
            outcomes = self.append(settled.changes, at=at, event=event) if settled.changes else ()
            for one in settled.origins:
                last = self._last.get(one.ctid)
                self._origins[one.ctid] = replace(one, entry=last.seq if last else 0)
            for key in settled.cleared:
                self._disagreements.pop(key, None)
            found = {(one.ctid, one.registry): one for one in (*settled.conflicts, *refused)}
            self._disagreements |= found
            self._follows[before.url] = after
            return counted(outcomes, arrivals=len(arrivals), conflicts=len(found))

    def origins(self, ctids: Sequence[Ctid]) -> dict[Ctid, Origin]:
        """See :meth:`~openler.actions.follow_ports.Follows.origins`."""
        with self._lock:
            known = {ctid: self._origins[ctid] for ctid in ctids if ctid in self._origins}
            return {ctid: one for ctid, one in known.items() if ctid in self._last and self._last[ctid].seq == one.entry}

    def disagreements(self, *, after: tuple[Ctid, str] | None = None, limit: int = 1000) -> tuple[Disagreement, ...]:
        """See :meth:`~openler.actions.follow_ports.Follows.disagreements`."""
        with self._lock:
            listed = [key for key in sorted(self._disagreements) if after is None or key > after]
            return tuple(self._disagreements[key] for key in listed[:limit])


class MemoryVerdicts:
    """A :class:`~openler.actions.follow_ports.Verdicts`, part of the reference store."""

    _lock: threading.RLock
    _events: list[AuditEvent]

    def __init__(self) -> None:
        self._verdicts: dict[tuple[Ctid, Ctid], Verdict] = {}

    def verdicts(self) -> tuple[Verdict, ...]:
        """See :meth:`~openler.actions.follow_ports.Verdicts.verdicts`."""
        with self._lock:
            return tuple(self._verdicts[key] for key in sorted(self._verdicts))

    def keep_verdict(self, verdict: Verdict, *, event: AuditEvent) -> None:
        """See :meth:`~openler.actions.follow_ports.Verdicts.keep_verdict`."""
        with self._lock:
            self._verdicts[verdict.first, verdict.second] = verdict
            self._events.append(event)

    def drop_verdict(self, first: Ctid, second: Ctid, *, event: AuditEvent) -> bool:
        """See :meth:`~openler.actions.follow_ports.Verdicts.drop_verdict`."""
        with self._lock:
            if self._verdicts.pop((first, second), None) is None:
                return False
            self._events.append(event)
            return True
