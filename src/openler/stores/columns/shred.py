"""Documents become rows: what refers to what, which texts, which numbers.

Only what the vocabulary knows is kept, each property as its values are asked for. The main loop sees every value of every
published document: it is written for speed.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from openler.actions.ports import StoredDocument
from openler.ctdl.document import Document
from openler.ctdl.query_model import CREATED, CTID, ID, OWNED_BY, PUBLISHED_BY, TYPE, UPDATED
from openler.ctdl.query_values import moment, number, sort_of
from openler.ctdl.query_words import folded, words
from openler.ids import Ctid


class Texts:
    """The texts of one property: each text once, each row with a node, a text's number and a language's."""

    __slots__ = ("_seen", "book", "codes", "subjects", "tongues")

    def __init__(self) -> None:
        self.subjects: list[int] = []
        self.codes: list[int] = []
        self.tongues: list[int] = []
        self.book: dict[str, int] = {}
        self._seen: dict[str, int] = {}

    def add(self, subject: int, text: str, tongue: int = 0) -> None:
        """One row; what is empty is no value."""
        code = self._seen.get(text)
        if code is None:
            code = self._coded(text)
        if code >= 0:
            self.subjects.append(subject)
            self.codes.append(code)
            self.tongues.append(tongue)

    def _coded(self, text: str) -> int:
        known = folded(text).replace("\0", " ").strip()
        code = self._seen[text] = self.book.setdefault(known, len(self.book)) if known else -1
        return code


class Shredder:
    """Collects the rows of a batch. Nodes are numbered from 0 in the order in which they come, each document's together.

    A reference to a node of the same document is that node's number; one to a CTID elsewhere is ``-1 - n`` for the ``n``-th of
    ``keys``. Rows of every property are in the order of their nodes.
    """

    def __init__(self) -> None:
        self.size = 0
        self.keys: dict[str, int] = {}
        self.tongues: dict[str, int] = {"": 0}
        self._tags: dict[str, int] = {}
        self.words: dict[str, int] = {}
        self.references: dict[str, tuple[list[int], list[int]]] = {}
        self.texts: dict[str, Texts] = {}
        self.numbers: dict[str, tuple[list[int], list[float]]] = {}
        self.records: tuple[list[int], list[int]] = ([], [])
        self.documents: list[tuple[Ctid, int, int, int]] = []

    def add(self, document: Document, stored: StoredDocument | None) -> list[dict[str, Any]]:
        """Take in a document with what the registry knows of it; its nodes in the order of their numbers."""
        first = self.size
        entries: list[dict[str, Any]] = list(document.graph)
        local: dict[str, int] = {}
        for at, node in enumerate(entries):
            for name in (node.get(ID), node.get(CTID)):
                if isinstance(name, str):
                    local.setdefault(name, at)
        at = 0
        while at < len(entries):
            self._node(entries[at], first + at, first, local, entries)
            at += 1
        self.size = first + len(entries)
        for at, node in enumerate(document.graph):
            stated = node.get(CTID)
            ctid = Ctid.within(stated) if isinstance(stated, str) else None
            if ctid is not None and isinstance(stated, str) and local[stated] == at:
                self._record(first + at, ctid, stored)
        self.documents.append((document.ctid, first, self.size, stored.seq if stored else 0))
        return entries

    def _node(self, node: dict[str, Any], subject: int, first: int, local: dict[str, int], entries: list[dict[str, Any]]) -> None:
        for prop, value in node.items():
            sort = _sort(prop)
            if sort == "reference":
                for item in value if isinstance(value, list) else (value,):
                    if isinstance(item, dict):
                        named = item.get(ID)
                        if not isinstance(named, str) or len(item) > 1:
                            self._refer(prop, subject, first + len(entries))
                            entries.append(item)
                            continue
                        item = named  # noqa: PLW2901 - an object that only names another is a reference
                    if isinstance(item, str):
                        self._address(prop, subject, item, first, local)
            elif sort == "text":
                self._text(prop, subject, value, 0)
            elif sort is not None:
                for item in value if isinstance(value, list) else (value,):
                    self._plain(prop, sort, subject, item)

    def _address(self, prop: str, subject: int, item: str, first: int, local: dict[str, int]) -> None:
        known = local.get(item)
        if known is None and "ce-" in item and (ctid := Ctid.within(item)) is not None:
            known = local.get(ctid)
            if known is None:
                self._refer(prop, subject, -1 - self.keys.setdefault(ctid, len(self.keys)))
                return
        if known is not None:
            self._refer(prop, subject, first + known)
        else:
            self._of(prop).add(subject, item)

    def _refer(self, prop: str, subject: int, target: int) -> None:
        rows = self.references.get(prop)
        if rows is None:
            rows = self.references[prop] = ([], [])
        rows[0].append(subject)
        rows[1].append(target)

    def _text(self, prop: str, subject: int, value: Any, tongue: int) -> None:
        if isinstance(value, str):
            (self.texts.get(prop) or self._of(prop)).add(subject, value, tongue)
        elif isinstance(value, dict):
            for key, item in value.items():
                if key[:1] != "@":
                    spoken = self._tags.get(key)
                    self._text(prop, subject, item, self._tagged(key) if spoken is None else spoken)
        elif isinstance(value, list):
            for item in value:
                self._text(prop, subject, item, tongue)

    def _tagged(self, key: str) -> int:
        tag = key.lower().replace("_", "-")
        number = self._tags[key] = self.tongues.setdefault(tag, len(self.tongues))
        return number

    def _plain(self, prop: str, sort: str, subject: int, item: Any) -> None:
        if sort == "plain":
            if isinstance(item, str) and item[:2] != "_:":
                (self.texts.get(prop) or self._of(prop)).add(subject, item)
            return
        found = number(item) if sort == "number" else moment(item)
        if found is not None:
            self._count(prop, subject, found)

    def _record(self, subject: int, ctid: Ctid, stored: StoredDocument | None) -> None:
        self.records[0].append(subject)
        self.records[1].append(self.keys.setdefault(ctid, len(self.keys)))
        self._of(CTID).add(subject, ctid)
        if stored is None:
            return
        self._count(CREATED, subject, stored.created.timestamp())
        self._count(UPDATED, subject, stored.updated.timestamp())
        self._of(PUBLISHED_BY).add(subject, stored.publisher)
        if stored.owner:
            self._of(OWNED_BY).add(subject, stored.owner)

    def _count(self, prop: str, subject: int, value: float) -> None:
        rows = self.numbers.setdefault(prop, ([], []))
        rows[0].append(subject)
        rows[1].append(value)

    def _of(self, prop: str) -> Texts:
        return self.texts.setdefault(prop, Texts())

    def worded(self, prop: str) -> tuple[list[int], list[int]]:
        """For each word of each text of a property, the word's number in ``words`` and the text's."""
        numbers: list[int] = []
        codes: list[int] = []
        book = self.words
        for text, code in self.texts[prop].book.items():
            found = set(words(text))
            numbers.extend([book.setdefault(word, len(book)) for word in found])
            codes.extend([code] * len(found))
        return numbers, codes


@lru_cache(maxsize=4096)
def _sort(prop: str) -> str | None:
    if prop in {TYPE, ID}:
        return "plain"
    return None if prop == CTID else sort_of(prop)
