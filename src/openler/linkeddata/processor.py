"""pyld, held on a short lead: contexts from a fixed set only, and nothing dropped in silence.

pyld 3.3 is the reference expander (ADR 0001, decision 7). It has no safe mode, resolves relative names against an
address of its own making, hashes every context anew at each call, and lets ``@import`` change a cached context. Its
internals are overridden here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pyld.jsonld import JsonLdProcessor
from pyld.resolved_context import ResolvedContext

from openler.errors import Malformed, TooLarge, declare
from openler.linkeddata.contexts import CONTEXT_REFUSED, ContextNotPinned, Contexts, refuse_keywords
from openler.linkeddata.parse import walk

RELATIVE = "openler-relative:"
"""Scheme of the base that relative names are resolved against, so that each can be told from an absolute one after."""
MAX_INLINE_CONTEXTS = 1000
"""Context objects written inside one document. Each costs a copy of all terms; published documents have one or two."""
MAX_CONTEXT_DEPTH = 10
"""How far pinned contexts may name each other."""

TOO_MANY_CONTEXTS = declare("linkeddata.too_many_contexts", by=__name__)


class Dropped(Exception):
    """Expansion would drop something; a second, slower pass tells what and where. Never seen outside this room."""


class _ActiveContext(dict[str, Any]):
    """pyld deletes ``@vocab`` and ``@language`` without looking whether they are set; null is allowed there all the same."""

    def __delitem__(self, key: str) -> None:
        self.pop(key, None)


class Resolver:
    """Gives pyld the contexts of one :class:`Contexts`, and remembers how each was processed.

    Stands in for pyld's own resolver, of which it calls only ``resolve``. What is remembered between documents comes
    from pinned contexts alone and is looked up by the identity of those objects; a document's own context objects are
    remembered for that document only. Not for two threads at once.
    """

    def __init__(self, contexts: Contexts) -> None:
        self._contexts = contexts
        self._by_iri: dict[str, list[Any]] = {}
        # The object stands beside what was made of it: an identity is only unique while its object lives.
        self._pinned: dict[int, tuple[dict[str, Any], list[Any]]] = {}
        self._inline: dict[int, tuple[dict[str, Any], list[Any]]] = {}

    def forget_document(self) -> None:
        """Forget the contexts written inside the last document."""
        self._inline = {}

    def resolve(self, active_ctx: object, context: Any, base: str, cycles: object = None) -> list[Any]:
        """What pyld asks for: the context or contexts named or written here, in order."""
        del active_ctx, base, cycles
        return self._resolve(context, 0)

    def _resolve(self, context: Any, depth: int) -> list[Any]:
        if isinstance(context, str):
            return self._named(context, depth)
        if isinstance(context, dict):
            known = self._pinned.get(id(context)) or self._inline.get(id(context))
            return known[1] if known else self._written(context)
        if isinstance(context, list):
            return [resolved for item in context for resolved in self._resolve(item, depth)]
        if context is None or context is False:  # pyld keeps a term's null context as False
            return [ResolvedContext(document=False)]
        raise Malformed(CONTEXT_REFUSED, keyword="@context")

    def _named(self, iri: str, depth: int) -> list[Any]:
        found = self._by_iri.get(iri)
        if found is None:
            if depth > MAX_CONTEXT_DEPTH:
                raise Malformed(CONTEXT_REFUSED, place=iri, keyword="@context")
            document = self._contexts.document(iri)
            for _, _, item in walk(document):
                if isinstance(item, dict):
                    self._pinned.setdefault(id(item), (item, [ResolvedContext(item)]))
            found = self._by_iri[iri] = self._resolve(document["@context"], depth + 1)
        return found

    def _written(self, context: dict[str, Any]) -> list[Any]:
        if len(self._inline) >= MAX_INLINE_CONTEXTS:
            raise TooLarge(TOO_MANY_CONTEXTS, size=len(self._inline) + 1, limit=MAX_INLINE_CONTEXTS)
        refuse_keywords(context)
        resolved = [ResolvedContext(context)]
        self._inline[id(context)] = (context, resolved)
        return resolved


def _drop(_: str | None) -> None:
    raise Dropped


class Processor(JsonLdProcessor):  # type: ignore[misc]  # pyld carries no types
    """pyld's expansion; raises :class:`Dropped` where pyld would leave something out."""

    def __init__(self) -> None:
        super().__init__(on_property_dropped=_drop)

    def expand_with(self, document: dict[str, Any], resolver: Resolver) -> list[Any]:
        """Expand without copying the document first: expansion only reads it."""
        resolver.forget_document()
        options = {
            "isFrame": False,
            "keepFreeFloatingNodes": False,
            "contextResolver": resolver,
            "documentLoader": _refuse_to_load,
            "processingMode": "json-ld-1.1",
            "base": RELATIVE + "//base/",
        }
        expanded = self._expand(self._get_initial_context(options), None, document, options)
        if isinstance(expanded, dict) and len(expanded) == 1 and "@graph" in expanded:
            expanded = expanded["@graph"]
        return expanded if isinstance(expanded, list) else [expanded]

    def _expand(self, active_ctx: Any, active_property: Any, element: Any, *rest: Any, **options: Any) -> Any:
        expanded = super()._expand(active_ctx, active_property, element, *rest, **options)
        if expanded is None and element is not None:
            raise Dropped
        return expanded

    def _clone_active_context(self, active_ctx: Any) -> _ActiveContext:
        return _ActiveContext(super()._clone_active_context(active_ctx))


def _refuse_to_load(url: str, _: object) -> None:
    raise ContextNotPinned(url)


class Place(Exception):
    """What :class:`Tracer` found: the JSON Pointer of what would be dropped, the word itself, and whether it is a term."""

    def __init__(self, place: str, seen: str, *, relative: bool = False, value: bool = False) -> None:
        super().__init__(place)
        self.place = place
        self.seen = seen
        self.relative = relative
        self.value = value


class Tracer(Processor):
    """The second pass: expands again, watching every step, and raises :class:`Place` at the first thing dropped."""

    def __init__(self, document: dict[str, Any], tolerated: Iterable[str]) -> None:
        super().__init__()
        self._places = {id(item): place for place, _, item in walk(document) if isinstance(item, (dict, list))}
        self._tolerated = frozenset(tolerated)
        self._within: list[tuple[dict[str, Any], str]] = []

    def _place(self, key: str, value: object) -> str:
        """Where ``value`` stands in the object being expanded; its object where that cannot be told."""
        element, place = self._within[-1]
        if key not in element:
            return place
        place = f"{place}/{key.replace('~', '~0').replace('/', '~1')}"
        held = element[key]
        if isinstance(held, list):
            place += next((f"/{index}" for index, item in enumerate(held) if item is value or item == value), "")
        return place

    def _expand(self, active_ctx: Any, active_property: Any, element: Any, *rest: Any, **options: Any) -> Any:
        try:
            return super()._expand(active_ctx, active_property, element, *rest, **options)
        except Dropped:
            place = self._places.get(id(element))
            if place is None:
                place = self._place(str(active_property), element) if self._within else ""
            raise Place(place, str(element)[:80], value=True) from None

    def _expand_object(
        self, active_ctx: Any, active_property: Any, expanded_property: Any, element: Any, *rest: Any, **options: Any
    ) -> None:
        self._within.append((element, self._places.get(id(element), "")))
        for key in sorted(element):
            if key != "@context":
                expanded = self._expand_iri(active_ctx, key, vocab=True)
                if not isinstance(expanded, str) or (not expanded.startswith("@") and _undefined(expanded)):
                    raise Place(f"{self._within[-1][1]}/{key.replace('~', '~0').replace('/', '~1')}", key)
        super()._expand_object(active_ctx, active_property, expanded_property, element, *rest, **options)
        self._within.pop()

    def _expand_iri(self, active_ctx: Any, value: Any, *rest: Any, **options: Any) -> Any:
        expanded = super()._expand_iri(active_ctx, value, *rest, **options)
        named_here = options.get("base") and self._within
        if named_here and isinstance(value, str) and value not in self._tolerated and _unusable(expanded):
            element, place = self._within[-1]
            key = next((k for k, held in element.items() if held == value or (isinstance(held, list) and value in held)), None)
            place = place if key is None else self._place(key, value)
            raise Place(place, value, relative=not options.get("vocab"))
        return expanded


def _undefined(expanded: str) -> bool:
    return ":" not in expanded or expanded.startswith((RELATIVE, "_:"))


def _unusable(expanded: object) -> bool:
    return not isinstance(expanded, str) or expanded.startswith(RELATIVE)
