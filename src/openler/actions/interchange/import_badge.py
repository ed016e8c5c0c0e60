"""Badges into the registry: what an Open Badge says of its achievement is published as CTDL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openler.actions.ports import Ports
from openler.actions.registry.publish import PublishReport, publish
from openler.credentials import baked, openbadges2
from openler.ctdl.document import Document, parse
from openler.errors import OpenlerError
from openler.ids import Ctid
from openler.linkeddata.parse import parse_json
from openler.meaning import badge


@dataclass(frozen=True, slots=True)
class BadgeRead:
    """A file's fate: the descriptions made of it with what found no place, or the code of why there are none.

    ``known`` are achievements whose CTID is described here already: a badge says less than a registry, and replaces nothing.
    """

    source: str
    documents: tuple[Document, ...] = ()
    known: tuple[Ctid, ...] = ()
    left: tuple[str, ...] = ()
    code: str | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class BadgesImported:
    """Every file accounted for, and what became of the descriptions; ``published`` is None for a dry run."""

    badges: tuple[BadgeRead, ...]
    published: PublishReport | None


def import_badges(
    ports: Ports, files: Sequence[tuple[str, bytes]], *, publisher: Ctid, language: str = "en", dry_run: bool = False, actor: str
) -> BadgesImported:
    """Publish the achievements of badges, owned by the publisher: credentials, achievements or badge classes, JSON or baked images.

    Nothing is verified here and nobody's name goes in: what a badge says of its achievement is public, of its earner not.

    :raises Unavailable: the store does not answer
    """
    read = tuple(_read(ports, source, data, publisher, language) for source, data in files)
    # An achievement that several badges are about is described once.
    documents = {document.ctid: document for one in read for document in one.documents}
    done = None if dry_run else publish(ports, documents.values(), publisher=publisher, actor=actor)
    return BadgesImported(read, done)


def _read(ports: Ports, source: str, data: bytes, publisher: Ctid, language: str) -> BadgeRead:
    try:
        made = [
            badge.describe(each, base_url=ports.base_url, owner=publisher, language=language, kind_of=lambda ctid: _kind(ports, ctid))
            for each in badge.achievements(_document(data))
        ]
    except OpenlerError as error:
        return BadgeRead(source, code=error.code, place=error.place)
    known = tuple(each.document.ctid for each in made if each.adopted and _kind(ports, each.document.ctid) is not None)
    new = tuple(each.document for each in made if each.document.ctid not in known)
    return BadgeRead(source, new, known, tuple(name for each in made for name in each.left))


def _document(data: bytes) -> Any:
    in_image = baked.is_image(data)
    text = baked.extract(data) if in_image else data
    old = openbadges2.read(text, in_image=in_image)
    if old is not None and isinstance((old.document or {}).get("badge"), Mapping):
        return (old.document or {})["badge"]
    return parse_json(text)


def _kind(ports: Ports, ctid: Ctid) -> str | None:
    stored = ports.store.get(ctid)
    if stored is None or stored.deleted:
        return None
    node = parse(stored.normalised).find(ctid)
    stated = node.get("@type") if node is not None else None
    return str(stated[0] if isinstance(stated, list) and stated else stated) if stated else None
