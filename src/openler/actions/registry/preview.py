"""Preview: what publishing documents would change, property by property, before anything is written.

Nothing is stored and nothing promised: what somebody else publishes in between changes the answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Literal

from openler.actions.ports import Ports, StoredDocument
from openler.actions.registry.journal import CTID_TAKEN, OTHER_PUBLISHER
from openler.actions.registry.publish import split
from openler.ctdl.document import Document, parse, restored
from openler.ctdl.rules import check
from openler.ctdl.summary import name_of
from openler.errors import Code, Malformed, OpenlerError, TooLarge
from openler.ids import Ctid

CHUNK = 500
"""Documents compared at once."""
LISTED = 1000
"""Most changes that are kept for showing; all are counted."""

Fate = Literal["new", "changed", "unchanged", "refused"]


@dataclass(frozen=True, slots=True)
class PropertyChange:
    """One property of one resource: its JSON value before and after, None for not there. ``resource`` is its CTID, or its node's label."""

    resource: str
    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """What would become of a document. ``code``, ``place`` and ``parameters`` tell why one would be refused."""

    source: str
    fate: Fate
    ctid: Ctid | None = None
    type: str = ""
    name: str = ""
    properties: tuple[PropertyChange, ...] = ()
    code: Code | None = None
    place: str | None = None
    parameters: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Preview:
    """What would become of a batch: the four counts sum to the documents handed in.

    ``changes`` are the first documents that would be new, changed or refused, in the order given; ``unlisted`` are more than
    were kept. ``findings`` counts gaps and notes by code, as a publication tells them; ``properties`` how often each property changes.
    """

    new: int
    changed: int
    unchanged: int
    refused: int
    changes: tuple[DocumentChange, ...]
    unlisted: int
    findings: Mapping[str, int]
    properties: Mapping[str, int]

    @property
    def total(self) -> int:
        """How many documents were handed in."""
        return self.new + self.changed + self.unchanged + self.refused


def preview(ports: Ports, documents: Iterable[Document], *, publisher: Ctid | None = None, listed: int = LISTED) -> Preview:
    """Compare documents with what is published. ``publisher`` is who would publish them: what belongs to others would be refused.

    :raises Unavailable: the store does not answer
    """
    return _preview(ports, ((str(document.ctid), document) for document in documents), publisher, listed)


def preview_bytes(ports: Ports, sources: Iterable[tuple[str, bytes]], *, publisher: Ctid | None = None, listed: int = LISTED) -> Preview:
    """The same from bytes as they come, each with its source's name; what cannot be read would be refused."""
    return _preview(ports, ((source, _read(content)) for source, content in split(sources)), publisher, listed)


def _read(content: bytes) -> Document | OpenlerError:
    try:
        return parse(content)
    except (Malformed, TooLarge) as error:
        return error


def _preview(ports: Ports, named: Iterable[tuple[str, Document | OpenlerError]], publisher: Ctid | None, listed: int) -> Preview:
    fates: Counter[Fate] = Counter()
    findings: Counter[str] = Counter()
    properties: Counter[str] = Counter()
    kept: list[DocumentChange] = []
    unlisted = 0
    waiting = iter(named)
    while chunk := list(islice(waiting, CHUNK)):
        standing = ports.store.current([one.ctid for _, one in chunk if isinstance(one, Document)])
        for source, document in chunk:
            change = _judged(source, document, standing, publisher, findings)
            fates[change.fate] += 1
            properties.update(one.name for one in change.properties)
            if change.fate == "unchanged":
                continue
            if len(kept) < listed:
                kept.append(change)
            else:
                unlisted += 1
    return Preview(
        fates["new"], fates["changed"], fates["unchanged"], fates["refused"], tuple(kept), unlisted,
        dict(sorted(findings.items())), dict(sorted(properties.items())),
    )  # fmt: skip


def _judged(  # noqa: PLR0911 - one return a fate
    source: str,
    document: Document | OpenlerError,
    standing: Mapping[Ctid, StoredDocument],
    publisher: Ctid | None,
    findings: Counter[str],
) -> DocumentChange:
    if isinstance(document, OpenlerError):
        return DocumentChange(source, "refused", code=document.code, place=document.place, parameters=document.parameters)
    told = (document.ctid, document.type, name_of(document.main))
    found = check(document)
    error = next((finding for finding in found if finding.severity == "error"), None)
    if error is not None:
        return DocumentChange(source, "refused", *told, code=error.code, place=error.place, parameters=dict(error.parameters))
    stored = standing.get(document.ctid)
    if stored is not None and not stored.deleted and stored.ctid != document.ctid:
        return DocumentChange(source, "refused", *told, code=CTID_TAKEN, parameters={"ctid": document.ctid, "document": stored.ctid})
    if stored is not None and publisher is not None and publisher not in (stored.publisher, stored.owner):
        owned = {"ctid": document.ctid, "publisher": stored.publisher}
        return DocumentChange(source, "refused", *told, code=OTHER_PUBLISHER, parameters=owned)
    findings.update(finding.code for finding in found)
    if stored is None or stored.deleted:
        return DocumentChange(source, "new", *told)
    if stored.digest == document.digest:
        return DocumentChange(source, "unchanged", *told)
    return DocumentChange(source, "changed", *told, tuple(differences(restored(stored.normalised, stored.digest), document)))


def differences(before: Document, after: Document) -> Iterator[PropertyChange]:
    """The properties in which two versions of a document differ, resource by resource: the main one first, then by name."""
    old, new = _nodes(before), _nodes(after)
    for name in (str(after.ctid), *sorted((old.keys() | new.keys()) - {str(after.ctid)})):
        was, now = old.get(name, {}), new.get(name, {})
        for prop in sorted(was.keys() | now.keys()):
            if was.get(prop) != now.get(prop):
                yield PropertyChange(name, prop, was.get(prop), now.get(prop))


def _nodes(document: Document) -> dict[str, dict[str, Any]]:
    """The graph's nodes by CTID, else by label."""
    return {str(node.get("ceterms:ctid", node.get("@id", at))): node for at, node in enumerate(document.graph)}
