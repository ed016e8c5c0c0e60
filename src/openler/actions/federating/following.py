"""Whose document stands where registries differ, decided without a database: every store asks here, then writes what it is told.

- what an organization published here stays, whatever others say: nobody overwrites it from outside;
- of two other registries, a mirrored one goes first, then the one that published the CTID first, as it signed; where both say the
  same moment, the one whose name comes first. So the outcome does not depend on who was read first;
- from one registry, the later entry counts;
- the same digest is no conflict;
- whatever stands, the other is listed, never dropped in silence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from openler.actions.follow_ports import Arrival, Disagreement, Follow, Origin, Reason, Taken
from openler.actions.ports import Change, JournalAction, Outcome
from openler.actions.registry.journal import Standing
from openler.errors import declare
from openler.ids import Ctid

CHANGED = declare("follow.changed", by=__name__)


@dataclass(frozen=True, slots=True)
class Here:
    """How things stand here: documents by CTID with their last entry, where they came from, and who describes a resource."""

    standing: Mapping[Ctid, Standing]
    entries: Mapping[Ctid, int]
    origins: Mapping[Ctid, Origin]
    claims: Mapping[Ctid, Ctid]


@dataclass(slots=True)
class Settled:
    """What is to be written. ``origins`` lack their ``entry``; ``cleared`` are conflicts that are none any more."""

    changes: list[Change] = field(default_factory=list)
    origins: list[Origin] = field(default_factory=list)
    conflicts: list[Disagreement] = field(default_factory=list)
    cleared: list[tuple[Ctid, str]] = field(default_factory=list)


def settle(follow: Follow, arrivals: Sequence[Arrival], here: Here, *, at: datetime) -> Settled:
    """Decide about arrivals, in order; of several about one CTID from one registry the last counts."""
    settled = Settled()
    graphs = _Graphs(here)
    last = {arrival.ctid: arrival for arrival in sorted(arrivals, key=lambda one: one.seq)}
    for arrival in last.values():
        _one(_Case(follow, arrival, here, at), settled, graphs)
    return settled


class _Graphs:
    """Which live document describes a resource, as it changes from one arrival to the next."""

    def __init__(self, here: Here) -> None:
        self.live = {ctid for ctid, standing in here.standing.items() if not standing.deleted}
        self._described = dict(here.claims)
        self._held: dict[Ctid, list[Ctid]] = {}
        for resource, document in here.claims.items():
            self._held.setdefault(document, []).append(resource)

    def taken_by(self, arrival: Arrival) -> Ctid | None:
        """Another live document that describes something of the arrival's graph, or None."""
        if arrival.normalised is None:
            return None
        holders = (self._described.get(resource) for resource in (arrival.ctid, *arrival.resources))
        return next((one for one in holders if one is not None and one != arrival.ctid and one in self.live), None)

    def put(self, arrival: Arrival) -> None:
        """The arrival's graph takes the place of its document's."""
        for resource in self._held.pop(arrival.ctid, ()):
            if self._described.get(resource) == arrival.ctid:
                del self._described[resource]
        graph = dict.fromkeys((arrival.ctid, *arrival.resources), arrival.ctid)
        self._held[arrival.ctid] = [*graph]
        self._described.update(graph)
        self.live.add(arrival.ctid)


@dataclass(frozen=True, slots=True)
class _Case:
    follow: Follow
    arrival: Arrival
    here: Here
    at: datetime

    @property
    def standing(self) -> Standing | None:
        return self.here.standing.get(self.arrival.ctid)

    @property
    def origin(self) -> Origin | None:
        """Where what stands here came from; None for what is ours, and where nothing is known."""
        found = self.here.origins.get(self.arrival.ctid)
        return found if found is not None and found.entry == self.here.entries.get(self.arrival.ctid, 0) else None

    def differs(self, reason: Reason, told: str = "") -> Disagreement:
        standing, origin, arrival = self.standing, self.origin, self.arrival
        return Disagreement(
            ctid=arrival.ctid, registry=arrival.registry, url=self.follow.url, reason=reason,
            holder=origin.registry if origin is not None else "", theirs=arrival.digest,
            here=None if standing is None or standing.deleted else standing.digest, found=self.at, told=told,
            content=None if reason is Reason.REPLACED else arrival.normalised,
        )  # fmt: skip


def _one(case: _Case, settled: Settled, graphs: _Graphs) -> None:
    arrival, standing, origin = case.arrival, case.standing, case.origin
    same = standing is not None and (
        standing.deleted if arrival.digest is None else not standing.deleted and standing.digest == arrival.digest
    )
    if standing is not None and origin is None:  # published here
        if same or arrival.digest is None:
            settled.cleared.append((arrival.ctid, arrival.registry))
        else:
            settled.conflicts.append(case.differs(Reason.PUBLISHED_HERE))
        return
    if origin is not None and origin.registry == arrival.registry:
        if arrival.seq > origin.seq:
            _accept(case, settled, graphs)
        return
    if origin is None:
        _accept(case, settled, graphs)
    elif _rank(case.follow.mirror, arrival.first, arrival.registry) < _rank(origin.mirror, origin.first, origin.registry):
        if not same and _accept(case, settled, graphs):
            settled.conflicts.append(replace(case.differs(Reason.REPLACED), registry=origin.registry, holder=arrival.registry,
                                             theirs=origin.digest, here=arrival.digest, url=origin.url))  # fmt: skip
        elif same:
            settled.origins.append(_origin(case))
    elif same or arrival.digest is None:
        settled.cleared.append((arrival.ctid, arrival.registry))
    else:
        settled.conflicts.append(case.differs(Reason.FIRST_ELSEWHERE))


def _rank(mirror: bool, first: datetime, registry: str) -> tuple[bool, datetime, str]:
    return (not mirror, first, registry)


def _accept(case: _Case, settled: Settled, graphs: _Graphs) -> bool:
    """Take an arrival in, unless its graph describes what another live document describes. Whether it was taken."""
    arrival, standing = case.arrival, case.standing
    holder = graphs.taken_by(arrival)
    if holder is not None:
        settled.conflicts.append(case.differs(Reason.RESOURCE_TAKEN, told=holder))
        return False
    settled.origins.append(_origin(case))
    settled.cleared.append((arrival.ctid, arrival.registry))
    if arrival.normalised is None:
        graphs.live.discard(arrival.ctid)
        if standing is None or standing.deleted:
            return True  # never here, or gone already: that it was withdrawn is all that is kept
        settled.changes.append(replace(_change(arrival), publisher=standing.publisher))
        return True
    graphs.put(arrival)
    settled.changes.append(_change(arrival))
    return True


def _change(arrival: Arrival) -> Change:
    return Change(
        ctid=arrival.ctid, ctdl_type=arrival.ctdl_type, owner=arrival.owner, publisher=arrival.publisher, normalised=arrival.normalised,
        received=arrival.received, digest=arrival.digest, resources=arrival.resources, provisional=arrival.provisional,
        assigned=arrival.assigned, origin=arrival.registry,
    )  # fmt: skip


def _origin(case: _Case) -> Origin:
    arrival = case.arrival
    return Origin(
        ctid=arrival.ctid, registry=arrival.registry, url=case.follow.url, seq=arrival.seq, first=arrival.first, digest=arrival.digest,
        mirror=case.follow.mirror, statement=arrival.statement,
    )  # fmt: skip


def counted(outcomes: Sequence[Outcome], *, arrivals: int, conflicts: int) -> Taken:
    """What became of arrivals, by the entries they made."""
    actions = [one.entry.action for one in outcomes if one.entry is not None]
    published, updated = actions.count(JournalAction.PUBLISH), actions.count(JournalAction.UPDATE)
    return Taken(published, updated, actions.count(JournalAction.DELETE), arrivals - len(actions), conflicts)
