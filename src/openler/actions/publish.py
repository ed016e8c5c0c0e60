"""Publish: documents that were read and found free of errors enter the journal; what has an error is refused and told.

Documents go in by the chunk, each chunk one transaction: killed at any moment, what was acknowledged stands, and the same
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
from openler.ctdl.document import Document, parse
from openler.ctdl.findings import Finding
from openler.ctdl.rules import check
from openler.errors import Code, Conflict, Malformed, OpenlerError, Refused, TooLarge
from openler.ids import Ctid, Digest

CHUNK = 500
"""Documents a transaction: large enough that the lock and the disk are paid for seldom, small enough to wait for."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A document that was not published, and why: the findings that are errors, or the one failure's code and place."""

    source: str
    ctid: Ctid | None
    code: Code
    place: str | None
    parameters: Mapping[str, object]
    findings: tuple[Finding, ...] = ()


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
    expected: Mapping[Ctid, Digest] | None = None,
    progress: Progress | None = None,
    catch_up: bool = True,
) -> PublishReport:
    """Publish documents for an organisation.

    ``expected`` names for a CTID the digest that must be current (If-Match). ``catch_up`` brings the projections along.

    :raises Unavailable: the store does not answer
    """
    named = ((str(document.ctid), document) for document in documents)
    return _publish(ports, named, publisher, actor, expected or {}, progress, catch_up=catch_up)


def publish_bytes(
    ports: Ports,
    sources: Iterable[tuple[str, bytes]],
    *,
    publisher: Ctid,
    actor: str,
    expected: Mapping[Ctid, Digest] | None = None,
    progress: Progress | None = None,
    catch_up: bool = True,
) -> PublishReport:
    """The same from bytes as they came, each with the name of its source; what cannot be read is refused, not raised.

    A source whose name ends in ``.ndjson`` holds a document a line.
    """
    named = ((source, _read(content)) for source, content in split(sources))
    return _publish(ports, named, publisher, actor, expected or {}, progress, catch_up=catch_up)


def split(sources: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    """Each source's documents: one, or one a line of ``.ndjson``."""
    for source, content in sources:
        if not source.endswith(".ndjson"):
            yield source, content
            continue
        for number, line in enumerate(content.splitlines(), start=1):
            if line.strip():
                yield f"{source}:{number}", line


def _read(content: bytes) -> Document | OpenlerError:
    try:
        return parse(content)
    except (Malformed, TooLarge) as error:
        return error


def _publish(
    ports: Ports,
    named: Iterable[tuple[str, Document | OpenlerError]],
    publisher: Ctid,
    actor: str,
    expected: Mapping[Ctid, Digest],
    progress: Progress | None,
    *,
    catch_up: bool,
) -> PublishReport:
    started = time.perf_counter()
    tally = _Tally()
    waiting = iter(named)
    while chunk := list(islice(waiting, CHUNK)):
        _write(ports, _passing(chunk, tally), publisher, actor, expected, tally)
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


def _passing(chunk: Sequence[tuple[str, Document | OpenlerError]], tally: _Tally) -> list[tuple[str, Document]]:
    passing = []
    for source, document in chunk:
        if isinstance(document, OpenlerError):
            tally.refused.append(Refusal(source, None, document.code, document.place, document.parameters))
            continue
        findings = check(document)
        errors = tuple(finding for finding in findings if finding.severity == "error")
        if errors:
            first = errors[0]
            tally.refused.append(Refusal(source, document.ctid, first.code, first.place, dict(first.parameters), errors))
            continue
        tally.findings.update(finding.code for finding in findings)
        passing.append((source, document))
    return passing


def _write(
    ports: Ports, documents: Sequence[tuple[str, Document]], publisher: Ctid, actor: str, expected: Mapping[Ctid, Digest], tally: _Tally
) -> None:
    if not documents:
        return
    changes = [_change(document, publisher, expected.get(document.ctid)) for _, document in documents]
    try:
        outcomes = _append(ports, changes, actor)
    except (Conflict, Refused) as error:
        if len(documents) == 1:
            tally.refused.append(Refusal(documents[0][0], documents[0][1].ctid, error.code, error.place, error.parameters))
            return
        # One document spoils its transaction; halving finds it while the rest still goes in by the chunk.
        middle = len(documents) // 2
        _write(ports, documents[:middle], publisher, actor, expected, tally)
        _write(ports, documents[middle:], publisher, actor, expected, tally)
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


def _change(document: Document, publisher: Ctid, expected: Digest | None) -> Change:
    return Change(
        ctid=document.ctid,
        ctdl_type=document.type,
        owner=document.owner,
        publisher=publisher,
        normalised=document.normalised,
        received=document.received,
        digest=document.digest,
        resources=document.resources,
        expected=expected,
    )
