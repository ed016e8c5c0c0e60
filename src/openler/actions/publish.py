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
from openler.actions.statements import publisher_statement, signed_by_publisher
from openler.credentials.faults import CannotCheck
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
    named = ((str(document.ctid), document) for document in documents)
    how = _How(publisher, actor, owner, provisional, expected or {})
    return _publish(ports, named, how, progress, catch_up=catch_up)


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
    document (:mod:`~openler.actions.statements`): that is checked, kept and named in the journal.
    """
    how = _How(publisher, actor, owner, provisional, expected or {})
    named = ((source, _read(ports, content, how)) for source, content in _split(sources))
    return _publish(ports, named, how, progress, catch_up=catch_up)


@dataclass(frozen=True, slots=True)
class _How:
    """By whom, for whom and on which terms a batch is published; ``statements`` gathers what was signed, by the document's digest."""

    publisher: Ctid
    actor: str
    owner: Ctid | None
    provisional: bool
    expected: Mapping[Ctid, Digest]
    statements: dict[Digest, bytes] = field(default_factory=dict)


def _split(sources: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    for source, content in sources:
        if not source.endswith(".ndjson"):
            yield source, content
            continue
        for number, line in enumerate(content.splitlines(), start=1):
            if line.strip():
                yield f"{source}:{number}", line


def _read(ports: Ports, content: bytes, how: _How) -> Document | OpenlerError:
    try:
        document = parse(content)
        if signed_by_publisher(content):
            said = publisher_statement(ports, content, document, publisher=how.publisher)
            if said is not None:
                how.statements[document.digest] = said
    except (Malformed, TooLarge, Refused, CannotCheck) as error:
        return error
    return document


def _publish(
    ports: Ports,
    named: Iterable[tuple[str, Document | OpenlerError]],
    how: _How,
    progress: Progress | None,
    *,
    catch_up: bool,
) -> PublishReport:
    started = time.perf_counter()
    tally = _Tally()
    waiting = iter(named)
    while chunk := list(islice(waiting, CHUNK)):
        _write(ports, _passing(chunk, tally), how, tally)
        how.statements.clear()
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


def _write(ports: Ports, documents: Sequence[tuple[str, Document]], how: _How, tally: _Tally) -> None:
    if not documents:
        return
    changes = [_change(document, how) for _, document in documents]
    try:
        outcomes = _append(ports, changes, how.actor)
    except (Conflict, Refused) as error:
        if len(documents) == 1:
            tally.refused.append(Refusal(documents[0][0], documents[0][1].ctid, error.code, error.place, error.parameters))
            return
        # One document spoils its transaction; halving finds it while the rest still goes in by the chunk.
        middle = len(documents) // 2
        _write(ports, documents[:middle], how, tally)
        _write(ports, documents[middle:], how, tally)
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


def _change(document: Document, how: _How) -> Change:
    assigned = how.owner is not None and how.owner != how.publisher
    return Change(
        ctid=document.ctid,
        ctdl_type=document.type,
        owner=how.owner if assigned else document.owner,
        publisher=how.publisher,
        normalised=document.normalised,
        received=document.received,
        digest=document.digest,
        resources=document.resources,
        expected=how.expected.get(document.ctid),
        provisional=how.provisional,
        assigned=assigned,
        statement=how.statements.get(document.digest),
    )
