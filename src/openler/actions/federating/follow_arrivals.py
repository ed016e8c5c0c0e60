"""What a pull brings: documents from elsewhere, held to our own rules before they may come in, and the count of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from openler.actions.federating.follow_read import FEED_MALFORMED, moment
from openler.actions.follow_ports import Arrival, Disagreement, Follow, Reason, Taken
from openler.ctdl.document import Document, parse
from openler.ctdl.rules import check
from openler.ctdl.terms import terms
from openler.errors import Code, Malformed, declare
from openler.ids import Ctid
from openler.linkeddata.canonical import jcs

DOCUMENT_DIFFERS = declare("follow.document_differs", by=__name__)

MAX_SEQ = 2**53 - 1
"""Largest number of an entry: what every reader of JSON reads alike."""
MAX_REGISTRY = 500
"""Longest name of a registry, in characters."""


@dataclass(slots=True)
class Pulled:
    """What a pull brought. ``entries`` were read; ``own`` came from us in the first place, ``other`` are of classes not asked for.

    ``refused`` documents have an error, or are not what their registry signed; they are listed among the conflicts.
    """

    url: str
    entries: int = 0
    published: int = 0
    updated: int = 0
    deleted: int = 0
    unchanged: int = 0
    conflicts: int = 0
    refused: int = 0
    own: int = 0
    other: int = 0
    seq: int = 0
    complete: bool = True

    def add(self, taken: Taken) -> None:
        """What became of a page."""
        self.published += taken.published
        self.updated += taken.updated
        self.deleted += taken.deleted
        self.unchanged += taken.unchanged
        self.conflicts += taken.conflicts


def wanted(types: Sequence[str], ctdl_type: str) -> bool:
    """Whether a class is one of those asked for, or below one."""
    return any(terms().is_a(ctdl_type, one) for one in types)


def read_document(content: bytes, ctid: Ctid) -> Document:
    """A document from elsewhere, held to the same rules as our own publishers'. :raises Malformed: it has an error"""
    document = parse(content)
    error = next((finding for finding in check(document) if finding.severity == "error"), None)
    if error is not None:
        raise Malformed(error.code, place=error.place, **dict(error.parameters))
    if document.ctid != ctid:
        raise Malformed(DOCUMENT_DIFFERS, place=ctid, ctid=ctid)
    return document


def arrived(said: Mapping[str, Any], document: Document | None) -> Arrival:
    """An arrival from what a registry signed about a document. :raises Malformed: a part of it is not what it should be"""
    owner = None if said.get("owned_by") is None else Ctid.parse(said["owned_by"], place="/owned_by")
    seq = said.get("seq")
    if type(seq) is not int or not 1 <= seq <= MAX_SEQ or len(str(said["registry"])) > MAX_REGISTRY:
        raise Malformed(FEED_MALFORMED, place="/seq", url=str(said.get("registry"))[:80])
    return Arrival(
        ctid=Ctid.parse(said.get("envelope_ceterms_ctid"), place="/envelope_ceterms_ctid"),
        registry=str(said["registry"]),
        seq=seq,
        first=moment(said.get("created_at"), "/created_at"),
        ctdl_type=str(said.get("envelope_ctdl_type"))[:100] if document is None else document.type,
        publisher=Ctid.parse(said.get("published_by"), place="/published_by"),
        owner=owner,
        assigned=document is not None and owner is not None and owner != document.owner,
        provisional=said.get("provisional") is True,
        normalised=None if document is None else document.normalised,
        received=b"" if document is None else document.normalised,
        digest=None if document is None else document.digest,
        resources=() if document is None else document.resources,
        statement=jcs(dict(said)),
    )


def refused(follow: Follow, ctid: Ctid, code: Code, at: datetime) -> Disagreement:
    """A document that may not come in, to be listed."""
    return Disagreement(ctid, follow.registry, follow.url, Reason.REFUSED, "", None, None, at, told=code)
