"""JSON-LD contexts: pinned, never fetched (ADR 0001, decision 6).

A context decides what a document means and so what a signature covers; whoever could change it behind our back could
change the meaning. Each is therefore part of the release, with its digest in ``pinned/manifest.json``, or handed in by
the caller.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any, Self

from openler.errors import Malformed, OpenlerError, declare
from openler.linkeddata.parse import walk
from openler.resources import read_bytes, read_json

CONTEXT_NOT_PINNED = declare("linkeddata.context_not_pinned", by=__name__)
CONTEXT_REFUSED = declare("linkeddata.context_refused", by=__name__)

REFUSED_KEYWORDS = ("@import", "@base")
"""``@import`` would splice one context into another behind the digest of both; ``@base`` would give relative names a
meaning that only a JSON-LD reader sees, while everybody else reads the bare name."""

_PACKAGE = "openler.linkeddata"


class ContextNotPinned(OpenlerError):
    """A document names a context that is not among those held, so what it means cannot be told."""

    def __init__(self, iri: str, *, place: str | None = None) -> None:
        super().__init__(CONTEXT_NOT_PINNED, place=place, iri=iri[:200])


def refuse_keywords(context: object, *, place: str | None = None) -> None:
    """Refuse what no context may use here, at any depth.

    :raises Malformed: ``linkeddata.context_refused`` with ``keyword``
    """
    for _, _, item in walk(context):
        if isinstance(item, dict):
            for keyword in REFUSED_KEYWORDS:
                if item.get(keyword) is not None:
                    raise Malformed(CONTEXT_REFUSED, place=place, keyword=keyword)


@dataclass(frozen=True, slots=True)
class PinnedFile:
    """One line of the manifest: which addresses a file stands for, its digest, licence and origin."""

    iris: tuple[str, ...]
    file: str
    sha256: str
    licence: str
    origin: str


@cache
def manifest() -> tuple[PinnedFile, ...]:
    """The bundled documents, in the manifest's order; of two for one address the first is the preferred one."""
    entries = read_json(_PACKAGE, "pinned", "manifest.json")["documents"]
    return tuple(PinnedFile(tuple(e["iris"]), e["file"], e["sha256"], e["licence"], e["origin"]) for e in entries)


def pinned_bytes(file: PinnedFile) -> bytes:
    """A bundled document as it lies in the package."""
    return read_bytes(_PACKAGE, "pinned", file.file)


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Contexts:
    """The contexts a document may use. Immutable: the documents in it must not be changed by callers.

    Compared by identity, so that work done with one set can be remembered by it.
    """

    _documents: Mapping[str, tuple[dict[str, Any], ...]] = field(default_factory=lambda: MappingProxyType({}))
    prepared: list[Any] = field(default_factory=list, init=False, repr=False)
    """Where :mod:`openler.linkeddata.expand` keeps the work it did with this set; bounded there, of no use to others."""
    plans: list[Any] = field(default_factory=list, init=False, repr=False)
    """Where :mod:`openler.linkeddata.compiled` keeps the plans made with this set; bounded there."""
    _variants: dict[tuple[str, ...], tuple[Any, ...]] = field(default_factory=dict, init=False, repr=False)
    """The sets of :meth:`variants`, kept so that work done with one of them is not lost; as many as there are choices."""

    @staticmethod
    def pinned() -> Contexts:
        """Everything bundled with this release."""
        return _pinned()

    def document(self, iri: str) -> dict[str, Any]:
        """The context document for an address; where several are in the wild, the preferred one.

        :raises ContextNotPinned: ``linkeddata.context_not_pinned`` with ``iri``
        """
        return self.alternatives(iri)[0]

    def alternatives(self, iri: str) -> tuple[dict[str, Any], ...]:
        """All versions in the wild of the document for an address, the preferred one first.

        :raises ContextNotPinned: ``linkeddata.context_not_pinned`` with ``iri``
        """
        found = self._documents.get(iri)
        if found is None:
            raise ContextNotPinned(iri)
        return found

    def with_document(self, iri: str, document: dict[str, Any]) -> Self:
        """The same set with one more document, or with this one in place of those held for ``iri``.

        :raises Malformed: ``linkeddata.context_refused`` when the document is not a context, or uses what none may use
        """
        if "@context" not in document:
            raise Malformed(CONTEXT_REFUSED, place=iri, keyword="@context")
        refuse_keywords(document["@context"], place=iri)
        return type(self)(MappingProxyType({**self._documents, iri: (document,)}))

    def iris(self) -> tuple[str, ...]:
        """The addresses held, sorted."""
        return tuple(sorted(self._documents))

    def variants(self, document: Mapping[str, Any]) -> tuple[Self, ...]:
        """One set for each choice among alternatives that ``document`` names at its top, this set itself first.

        A verifier that meets an address with two versions in the wild tries each and says which one held.
        """
        named = document.get("@context")
        # Each address once: a context repeated a hundred times offers no more choices than one.
        wanted = tuple(
            dict.fromkeys(
                iri
                for iri in (named if isinstance(named, list) else [named])
                if isinstance(iri, str) and len(self._documents.get(iri, ())) > 1
            )
        )
        found = self._variants.get(wanted)
        if found is None:
            sets = [self]
            for iri in wanted:
                sets += [other.with_document(iri, text) for other in sets for text in self._documents[iri][1:]]
            found = self._variants[wanted] = tuple(sets)
        return found


@cache
def _pinned() -> Contexts:
    documents: dict[str, tuple[dict[str, Any], ...]] = {}
    for file in manifest():
        text = read_json(_PACKAGE, "pinned", file.file)
        for iri in file.iris:
            documents[iri] = (*documents.get(iri, ()), text)
    return Contexts(MappingProxyType(documents))
