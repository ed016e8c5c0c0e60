"""Publish: documents that were read and found free of errors enter the journal; what has an error is refused and told.

Documents go in by the lot, each lot one transaction: killed at any moment, what was acknowledged stands, and the same
command run again writes only what is missing (ADR 0001, decision 1).
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from openler.access.audit import AuditEvent
from openler.actions.ports import Change, JournalAction, Outcome, Ports
from openler.actions.registry.judging import LOT, Given, Refusal, Sound, judge, judged, lots
from openler.actions.registry.publish_changes import Ready, Terms, ready
from openler.ctdl.document import Document
from openler.errors import Conflict, Refused
from openler.ids import Ctid, Digest

Progress = Callable[[int, int], None]
_Judged = tuple[Sequence[Given], Sequence[Sound | Refusal]]


@dataclass(frozen=True, slots=True)
class PublishReport:
    """What became of a batch: ``published + updated + unchanged + len(refused)`` is the number handed in.

    ``findings`` counts the gaps and notes of what was published, by code. ``seconds`` spans reading to projecting; ``head``
    is the journal's last sequence number.
    """

    published: int
    updated: int
    unchanged: int
    refused: tuple[Refusal, ...]
    findings: Mapping[str, int]
    seconds: float
    head: int

    @property
    def total(self) -> int:
        """How many documents were handed in."""
        return self.published + self.updated + self.unchanged + len(self.refused)

    @property
    def documents_per_second(self) -> float:
        """Documents handed in a second, everything included."""
        return self.total / self.seconds if self.seconds else 0.0


@dataclass(slots=True)
class _Tally:
    published: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)
    findings: Counter[str] = field(default_factory=Counter)

    @property
    def done(self) -> int:
        return self.published + self.updated + self.unchanged + len(self.refused)


def publish(
    ports: Ports,
    documents: Iterable[Document],
    *,
    publisher: Ctid,
    actor: str,
    owner: Ctid | None = None,
    provisional: bool = False,
    expected: Mapping[Ctid, Digest] | None = None,
    progress: Progress | None = None,
    catch_up: bool = True,
) -> PublishReport:
    """Publish documents for an organisation.

    ``owner`` is the organization on whose behalf ``publisher`` publishes, where it is another. ``provisional`` documents are kept and
    read by who asks for them, and found by nobody else. ``expected`` names for a CTID the digest that must be current (If-Match).
    ``catch_up`` brings the projections along.

    :raises Unavailable: the store does not answer
    """
    how = Terms(publisher, actor, owner, provisional, expected or {})
    return _publish(ports, _read_already(documents), how, progress, catch_up=catch_up)


def publish_bytes(
    ports: Ports,
    sources: Iterable[tuple[str, bytes]],
    *,
    publisher: Ctid,
    actor: str,
    owner: Ctid | None = None,
    provisional: bool = False,
    expected: Mapping[Ctid, Digest] | None = None,
    progress: Progress | None = None,
    catch_up: bool = True,
) -> PublishReport:
    """The same from bytes as they came, each with the name of its source; what cannot be read is refused, not raised.

    A source whose name ends in ``.ndjson`` holds a document a line. An envelope may hold what the publisher signed about its
    document (:mod:`~openler.actions.registry.statements`): that is checked, kept and named in the journal.
    """
    how = Terms(publisher, actor, owner, provisional, expected or {})
    return _publish(ports, ports.spread.over(judge, lots(split(sources))), how, progress, catch_up=catch_up)


def split(sources: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    """Each source's documents: one, or one a line of ``.ndjson``."""
    for source, content in sources:
        if not source.endswith(".ndjson"):
            yield source, content
            continue
        for number, line in enumerate(content.splitlines(), start=1):
            if line.strip():
                yield f"{source}:{number}", line


def _read_already(documents: Iterable[Document]) -> Iterator[_Judged]:
    waiting = iter(documents)
    while some := list(islice(waiting, LOT)):
        yield [(str(one.ctid), one.received) for one in some], [judged(str(one.ctid), one) for one in some]


def _publish(ports: Ports, waiting: Iterable[_Judged], how: Terms, progress: Progress | None, *, catch_up: bool) -> PublishReport:
    started = time.perf_counter()
    tally = _Tally()
    for given, found in waiting:
        _write(ports, list(_passing(ports, given, found, how, tally)), how, tally)
        if progress:
            progress(tally.done, 0)
    if catch_up:
        ports.projector.catch_up(progress=progress)
    return PublishReport(
        tally.published,
        tally.updated,
        tally.unchanged,
        tuple(tally.refused),
        dict(sorted(tally.findings.items())),
        time.perf_counter() - started,
        ports.store.head(),
    )


def _passing(ports: Ports, given: Sequence[Given], found: Sequence[Sound | Refusal], how: Terms, tally: _Tally) -> Iterator[Ready]:
    for one in ready(ports, given, found, how):
        if isinstance(one, Refusal):
            tally.refused.append(one)
        else:
            tally.findings.update(one.findings)
            yield one


def _write(ports: Ports, changes: Sequence[Ready], how: Terms, tally: _Tally) -> None:
    if not changes:
        return
    try:
        outcomes = _append(ports, [one.change for one in changes], how.actor)
    except (Conflict, Refused) as error:
        if len(changes) == 1:
            tally.refused.append(Refusal(changes[0].source, changes[0].change.ctid, error.code, error.place, error.parameters))
            return
        # One document spoils its transaction; halving finds it while the rest still goes in by the lot.
        middle = len(changes) // 2
        _write(ports, changes[:middle], how, tally)
        _write(ports, changes[middle:], how, tally)
        return
    for outcome in outcomes:
        if outcome.entry is None:
            tally.unchanged += 1
        elif outcome.entry.action is JournalAction.UPDATE:
            tally.updated += 1
        else:
            tally.published += 1


def _append(ports: Ports, changes: Sequence[Change], actor: str) -> tuple[Outcome, ...]:
    at = ports.clock.now()
    return ports.store.append(changes, at=at, event=AuditEvent("registry:document:publish", actor, at, {"documents": len(changes)}))
