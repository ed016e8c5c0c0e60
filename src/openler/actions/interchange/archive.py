"""Archives of registry documents in the national Registry's bulk layout: where what stands, and what of it is read.

    graphs/<ctid>.json       the document as published; the SHA-256 of these bytes is its digest
    resources/<ctid>.json    each resource of the graph by itself
    metadata/<ctid>.json     the envelope without the document

A changeset has the same under ``upserts/``, and ``deletes/metadata/<ctid>.json`` for what is gone. Only graphs are read back
(or resources, where an archive has no graphs): the rest repeats them.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Final

from openler.errors import Malformed, TooLarge, declare
from openler.ids import Ctid

ARCHIVE_BROKEN = declare("archive.broken", by=__name__)
ENTRY_TOO_LARGE = declare("archive.entry_too_large", by=__name__)
TOO_MANY_ENTRIES = declare("archive.too_many_entries", by=__name__)

GRAPHS: Final = "graphs"
RESOURCES: Final = "resources"
METADATA: Final = "metadata"
UPSERTS: Final = "upserts"
DELETES: Final = "deletes"

MAX_ENTRY_BYTES: Final = 64 * 1024 * 1024
"""Largest document read from an archive, unpacked: the limit of publishing with a token (ADR 0001, decision 14)."""
MAX_ENTRIES: Final = 2_000_000
"""Most entries of one archive: the national Registry's whole dump several times over."""

_BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError)


class Archive:
    """A ZIP of documents, read entry by entry, never as a whole.

    :raises Malformed: ``archive.broken``
    :raises TooLarge: ``archive.too_many_entries``
    """

    def __init__(self, source: BinaryIO, name: str) -> None:
        self._name = name
        try:
            self._zip = zipfile.ZipFile(source)
        except _BROKEN as error:
            raise Malformed(ARCHIVE_BROKEN, place=name, file=name) from error
        names = self._zip.namelist()
        if len(names) > MAX_ENTRIES:
            raise TooLarge(TOO_MANY_ENTRIES, place=name, seen=len(names), limit=MAX_ENTRIES)
        folders = {
            name: frozenset(name.replace("\\", "/").split("/")[:-1]) for name in names if name.lower().endswith((".json", ".jsonld"))
        }
        skipped = {METADATA, DELETES}
        if any(GRAPHS in parts for parts in folders.values()):
            skipped.add(RESOURCES)
        self._documents = sorted(name for name, parts in folders.items() if parts.isdisjoint(skipped))
        gone = (Ctid.within(name.rsplit("/", 1)[-1]) for name, parts in folders.items() if DELETES in parts)
        self.deleted = tuple(sorted({ctid for ctid in gone if ctid is not None}))
        """The documents that a changeset says are gone."""

    def documents(self) -> Iterator[tuple[str, bytes]]:
        """Each document with its name, in order of names.

        :raises Malformed: ``archive.broken``
        :raises TooLarge: ``archive.entry_too_large``
        """
        for name in self._documents:
            try:
                with self._zip.open(name) as opened:
                    content = opened.read(MAX_ENTRY_BYTES + 1)
            except _BROKEN as error:
                raise Malformed(ARCHIVE_BROKEN, place=f"{self._name}/{name}", file=self._name) from error
            if len(content) > MAX_ENTRY_BYTES:
                raise TooLarge(ENTRY_TOO_LARGE, place=f"{self._name}/{name}", limit=MAX_ENTRY_BYTES)
            yield f"{self._name}/{name}", content
