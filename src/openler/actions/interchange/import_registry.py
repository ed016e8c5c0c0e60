"""A dump of the national Registry comes in: envelopes, graphs or its bulk archive, one file or many; CTIDs and addresses stay.

Documents are read one after another and published by the chunk, so that a dump of any size goes in with little memory. Every
document that is read is published, or passed over for a reason that is counted, or refused and told.
"""

from __future__ import annotations

import base64
import binascii
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from openler.actions.interchange.archive import DELETES, GRAPHS, METADATA, RESOURCES
from openler.actions.ports import Ports
from openler.actions.registry.judging import Refusal
from openler.actions.registry.preview import DocumentChange, Preview, preview
from openler.actions.registry.publish import Progress, publish
from openler.ctdl.document import Document, parse
from openler.errors import Malformed, OpenlerError, TooLarge, declare
from openler.ids import Ctid
from openler.linkeddata.parse import parse_json

PUBLISHER_UNKNOWN = declare("import.publisher_unknown", by=__name__)
RESOURCE_UNREADABLE = declare("import.resource_unreadable", by=__name__)

CHUNK: Final = 500
LISTED: Final = 10_000
"""Most refusals that are kept for telling; all are counted."""
_TOKEN_PARTS: Final = 3
_NAMED_BY: Final = ("published_by", "publisher_id", "owned_by")


@dataclass(frozen=True, slots=True)
class DumpReport:
    """What a dump came to: ``read == published + updated + unchanged + refused + deleted + repeated``.

    ``deleted`` are envelopes of what is gone, ``repeated`` resources of a graph that is in the dump as a whole. A dry run
    publishes nothing and has a ``preview``. ``refusals`` are the first ones, ``publishers`` how many organizations published.
    """

    read: int
    published: int
    updated: int
    unchanged: int
    refused: int
    deleted: int
    repeated: int
    refusals: tuple[Refusal, ...]
    findings: Mapping[str, int]
    by_class: Mapping[str, int]
    publishers: int
    preview: Preview | None = None


@dataclass(slots=True)
class _Tally:
    counts: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    classes: Counter[str] = field(default_factory=Counter)
    refusals: list[Refusal] = field(default_factory=list)
    publishers: set[Ctid] = field(default_factory=set)
    previews: list[Preview] = field(default_factory=list)

    def refuse(self, *refusals: Refusal) -> None:
        self.counts["refused"] += len(refusals)
        self.refusals.extend(refusals[: max(LISTED - len(self.refusals), 0)])


def import_registry(
    ports: Ports,
    location: str,
    *,
    publisher: Ctid | None = None,
    dry_run: bool = False,
    actor: str = "import",
    progress: Progress | None = None,
) -> DumpReport:
    """Publish the documents of a dump under the CTIDs that they have.

    ``publisher`` publishes all of them; without one, each document is published by the organization that its envelope names,
    else by its owner.

    :raises Misused: there is nothing at that place
    :raises Malformed: the archive is broken
    :raises TooLarge: one document is over the limit
    :raises Unavailable: the store does not answer
    """
    tally = _Tally()
    described: set[Ctid] = set()
    ownerless: dict[Ctid, tuple[str, Document]] = {}
    waiting: dict[Ctid, list[tuple[str, Document]]] = {}
    held = 0
    for name, content in ports.tables.documents(location):
        tally.counts["read"] += 1
        found = _read(name, content, publisher, described, ownerless, tally)
        if found is None:
            continue
        by, source, document = found
        waiting.setdefault(by, []).append((source, document))
        held += 1
        if held >= CHUNK:
            _write(ports, waiting, tally, dry_run=dry_run, actor=actor)
            waiting, held = {}, 0
            if progress:
                progress(tally.counts["read"], 0)
    _write(ports, waiting, tally, dry_run=dry_run, actor=actor)
    for source, document in ownerless.values():
        tally.refuse(Refusal(source, document.ctid, PUBLISHER_UNKNOWN, None, {"ctid": document.ctid}))
    if not dry_run:
        ports.projector.catch_up(progress=progress)
    counts = tally.counts
    return DumpReport(
        counts["read"], counts["published"], counts["updated"], counts["unchanged"], counts["refused"],
        counts["deleted"], counts["repeated"],
        tuple(tally.refusals), dict(sorted(tally.findings.items())), dict(sorted(tally.classes.items())), len(tally.publishers),
        _together(tally.previews) if dry_run else None,
    )  # fmt: skip


def _read(
    name: str,
    content: bytes,
    publisher: Ctid | None,
    described: set[Ctid],
    ownerless: dict[Ctid, tuple[str, Document]],
    tally: _Tally,
) -> tuple[Ctid, str, Document] | None:
    """Who publishes a document, where it was and the document; None where it is counted otherwise.

    In an archive the envelopes' metadata come behind the graphs: a graph without an owner waits in ``ownerless`` for its own.
    """
    folders = name.replace("\\", "/").split("/")[:-1]
    if DELETES in folders:
        tally.counts["deleted"] += 1
        return None
    if METADATA in folders:
        tally.counts["repeated"] += 1
        return _told_by(content, ownerless) if ownerless else None
    try:
        document, by, gone = _opened(content)
    except (Malformed, TooLarge) as error:
        tally.refuse(_refusal(name, error))
        return None
    # Graphs come before resources, by name: what a graph described already is not described again, and less, by itself.
    if gone or (RESOURCES in folders and document.ctid in described):
        tally.counts["deleted" if gone else "repeated"] += 1
        return None
    if GRAPHS in folders:
        described.update(document.resources)
    who = publisher or by or document.owner
    if who is None:
        if document.ctid in ownerless:
            tally.refuse(Refusal(name, document.ctid, PUBLISHER_UNKNOWN, None, {"ctid": document.ctid}))
        ownerless.setdefault(document.ctid, (name, document))
        return None
    return who, name, document


def _told_by(metadata: bytes, ownerless: dict[Ctid, tuple[str, Document]]) -> tuple[Ctid, str, Document] | None:
    """A document that waited, where this metadata is its own and names who published it."""
    try:
        value = parse_json(metadata)
    except (Malformed, TooLarge):
        return None  # it repeats what is said elsewhere: nothing is lost with it
    if not isinstance(value, dict):
        return None
    named, by = Ctid.within(str(value.get("envelope_ceterms_ctid"))), _publisher(value)
    return None if by is None or named is None or named not in ownerless else (by, *ownerless.pop(named))


def _publisher(envelope: Mapping[str, Any]) -> Ctid | None:
    named = (Ctid.within(envelope[name]) for name in _NAMED_BY if isinstance(envelope.get(name), str))
    return next((ctid for ctid in named if ctid is not None), None)


def _opened(content: bytes) -> tuple[Document, Ctid | None, bool]:
    """The document in an envelope, or by itself; who published it, and whether it is gone."""
    value = parse_json(content, max_bytes=64 * 1024 * 1024)
    if not isinstance(value, dict) or not any(name.startswith("envelope_") for name in value):
        return parse(content), None, False
    headers = value.get("node_headers")
    gone = isinstance(headers, dict) and bool(headers.get("deleted_at"))
    document = parse(content if isinstance(value.get("decoded_resource"), dict) else _payload(value))
    return document, _publisher(value), gone


def _payload(envelope: Mapping[str, Any]) -> bytes:
    """What the envelope's token (JWT) carries. Its signature is the national Registry's own and is not judged here."""
    token = envelope.get("resource")
    parts = token.split(".") if isinstance(token, str) else []
    try:
        if len(parts) == _TOKEN_PARTS:
            return base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
    except (binascii.Error, ValueError) as error:
        raise Malformed(RESOURCE_UNREADABLE, place="/resource") from error
    raise Malformed(RESOURCE_UNREADABLE, place="/resource")


def _write(ports: Ports, waiting: Mapping[Ctid, list[tuple[str, Document]]], tally: _Tally, *, dry_run: bool, actor: str) -> None:
    for by in sorted(waiting):
        documents = [document for _, document in waiting[by]]
        sources = {str(document.ctid): name for name, document in waiting[by]}
        tally.publishers.add(by)
        tally.classes.update(document.type for document in documents)
        if dry_run:
            shown = preview(ports, documents, publisher=by)
            tally.previews.append(shown)
            tally.counts.update(published=shown.new, updated=shown.changed, unchanged=shown.unchanged)
            tally.findings.update(shown.findings)
            refused = [_told(change, sources) for change in shown.changes if change.fate == "refused"]
            tally.refuse(*refused)
            continue
        done = publish(ports, documents, publisher=by, actor=actor, catch_up=False)
        tally.counts.update(published=done.published, updated=done.updated, unchanged=done.unchanged)
        tally.findings.update(done.findings)
        tally.refuse(*(replace(one, source=sources.get(one.source, one.source)) for one in done.refused))


def _told(change: DocumentChange, sources: Mapping[str, str]) -> Refusal:
    code = change.code or RESOURCE_UNREADABLE
    return Refusal(sources.get(change.source, change.source), change.ctid, code, change.place, change.parameters)


def _refusal(name: str, error: OpenlerError) -> Refusal:
    return Refusal(name, None, error.code, error.place, error.parameters)


def _together(previews: list[Preview]) -> Preview:
    """One preview of many: the counts summed, the first changes kept."""
    findings: Counter[str] = Counter()
    properties: Counter[str] = Counter()
    changes: list[DocumentChange] = []
    unlisted = 0
    for one in previews:
        findings.update(one.findings)
        properties.update(one.properties)
        room = max(LISTED - len(changes), 0)
        changes.extend(one.changes[:room])
        unlisted += one.unlisted + len(one.changes[room:])
    new, changed, unchanged, refused = (sum(getattr(one, name) for one in previews) for name in ("new", "changed", "unchanged", "refused"))
    return Preview(
        new, changed, unchanged, refused, tuple(changes), unlisted, dict(sorted(findings.items())), dict(sorted(properties.items()))
    )
