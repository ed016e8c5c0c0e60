"""Export: what is published, written out whole or as the changes since a point, for other registries, tools and people.

Only the registry's wall is read: nothing private can be in an export. Documents are read by the page and written as they
come, in order of CTID (of class first, where classes are chosen), so that memory stays small and the same registry gives the
same bytes. What is published
while an export runs may or may not be in it; ``head`` tells where the next changeset has to begin so that nothing is missed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

from openler.actions.interchange.export_formats import Format, Writer, writer
from openler.actions.ports import EnvelopeFilter, Ports, StoredDocument
from openler.ctdl.terms import terms
from openler.errors import Misused, declare
from openler.ids import Ctid

TYPE_UNKNOWN = declare("export.type_unknown", by=__name__)
SINCE_MALFORMED = declare("export.since_malformed", by=__name__)

PAGE = 500
"""Documents read at once."""

Progress = Callable[[int, int], None]

_PREFIXES = ("ceterms", "ceasn", "qdata", "skos", "asn")
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[T ].*)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Since:
    """Where a changeset begins: after a journal entry, or at a moment."""

    seq: int = 0
    moment: datetime | None = None


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was written.

    ``deleted`` are documents gone since the beginning of a changeset; ``untold`` says that the form could not tell them.
    ``head`` is the journal's sequence number that is covered: the next changeset begins there. ``left`` are documents that the
    form has no place for.
    """

    format: Format
    documents: int
    deleted: int
    untold: bool
    head: int
    left: int = 0


def since(text: str) -> Since:
    """A beginning as people write it: a journal sequence number, a day, or a moment (without a time zone, UTC).

    :raises Misused: ``export.since_malformed``
    """
    if text.isascii() and text.isdigit() and len(text) < len("9007199254740992"):
        return Since(seq=int(text))
    if _DATE.fullmatch(text):
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            pass
        else:
            return Since(moment=moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC))
    raise Misused(SINCE_MALFORMED, place="--since", seen=text[:40])


def classes(names: Sequence[str]) -> tuple[str, ...]:
    """The classes meant by names such as ``LearningProgram`` or ``ceterms:Credential``, each with those below it, sorted.

    :raises Misused: ``export.type_unknown``
    """
    known = terms()
    found: set[str] = set()
    for name in names:
        spelt = [name] if ":" in name else [f"{prefix}:{name}" for prefix in _PREFIXES]
        meant = next((one for one in spelt if known.is_class(one)), None)
        if meant is None:
            raise Misused(TYPE_UNKNOWN, place="--type", seen=name[:80])
        found |= known.subclasses(meant)
    return tuple(sorted(found))


def export(
    ports: Ports,
    sink: BinaryIO,
    *,
    form: Format,
    types: Sequence[str] = (),
    begin: Since | None = None,
    progress: Progress | None = None,
) -> ExportReport:
    """Write what is published to ``sink``: all of it, or with ``begin`` what changed since. ``types`` as for :func:`classes`.

    :raises Misused: ``export.type_unknown``, ``export.bulk_one_kind``
    :raises Unavailable: the store does not answer
    """
    wanted = classes(types)
    head = ports.store.head()
    writing = writer(form, sink, ports.base_url, columns=ports.tables.columns, changes=begin is not None, types=wanted)
    try:
        if begin is None:
            documents, deleted = _everything(ports, wanted, writing, progress), 0
        else:
            documents, deleted = _changes(ports, wanted, begin, head, writing, progress)
        writing.close(head)
    except BaseException:
        writing.abandon()
        raise
    left = getattr(writing, "left", 0)
    return ExportReport(form, documents - left, deleted, bool(deleted) and not writing.tells_deletions, head, left)


def _everything(ports: Ports, wanted: Sequence[str], writing: Writer, progress: Progress | None) -> int:
    filters = [EnvelopeFilter(ctdl_type=name) for name in wanted] or [EnvelopeFilter()]
    total = sum(ports.store.count(where) for where in filters) if progress else 0
    written = 0
    for where in filters:
        for stored in _listed(ports, where):
            writing.document(stored)
            written += 1
            if progress and written % PAGE == 0:
                progress(written, total)
    return written


def _listed(ports: Ports, where: EnvelopeFilter) -> Iterator[StoredDocument]:
    after: Ctid | None = None
    while page := ports.store.documents(where, after=after, limit=PAGE):
        yield from page
        after = page[-1].ctid


def _changes(ports: Ports, wanted: Sequence[str], begin: Since, head: int, writing: Writer, progress: Progress | None) -> tuple[int, int]:
    """What changed, as it stands now: a document changed twice is told once, one published and deleted since only as gone."""
    changed = _changed(ports, begin, head)
    ctids = sorted(changed)
    written = deleted = 0
    for start in range(0, len(ctids), PAGE):
        some = ctids[start : start + PAGE]
        standing = ports.store.current(some)
        for ctid in some:
            stored = standing.get(ctid)
            own = stored if stored is not None and stored.ctid == ctid else None  # another document may describe it by now
            if own is not None and wanted and own.ctdl_type not in wanted:
                continue
            if own is None or own.deleted or own.provisional:
                writing.deletion(ctid, changed[ctid])
                deleted += 1
            else:
                writing.document(own)
                written += 1
        if progress:
            progress(start + len(some), len(ctids))
    return written, deleted


def _changed(ports: Ports, begin: Since, head: int) -> dict[Ctid, datetime]:
    """The documents that journal entries since the beginning speak of, with the time of the last one."""
    found: dict[Ctid, datetime] = {}
    seq = begin.seq
    while seq < head and (entries := ports.store.entries(after=seq, limit=PAGE)):
        for entry in entries:
            if entry.seq <= head and (begin.moment is None or entry.time >= begin.moment):
                found[entry.ctid] = entry.time
        seq = entries[-1].seq
    return found
