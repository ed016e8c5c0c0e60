"""Reading a node's values: texts in a language, references, embedded and referred nodes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol


class Graph(Protocol):
    """Whatever finds a node by its identifier: a document."""

    def find(self, reference: str, /) -> dict[str, Any] | None:
        """The node that is called so; None where there is none."""
        ...


def items(node: Mapping[str, Any], prop: str) -> tuple[Any, ...]:
    """A property's values as a tuple, whether one or many; none for an absent one."""
    value = node.get(prop)
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list) else (value,)


def texts(node: Mapping[str, Any], prop: str, language: str = "en") -> tuple[str, ...]:
    """All texts of a property in one language.

    The language is matched as RFC 4647 looks up: the tag itself, then its variants in order (``en`` finds ``en-US``),
    then its own beginnings (``es-MX`` finds ``es``), then English, then whatever there is: a text in another
    language says more than none.
    """
    if node.get(prop) is None:  # as most properties of most nodes
        return ()
    found: list[str] = []
    for value in items(node, prop):
        if isinstance(value, dict):
            chosen = value.get("@value", _looked_up(value, language))
            found.extend(entry for entry in (chosen if isinstance(chosen, list) else [chosen]) if isinstance(entry, str))
        elif isinstance(value, str):
            found.append(value)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            found.append(str(value))
    return tuple(found)


def told_in(node: Mapping[str, Any], prop: str, language: str) -> tuple[str, ...]:
    """The texts of a property that its language map says are in a language or a variant of it; none in place of a missing one."""
    if node.get(prop) is None:
        return ()
    found: list[str] = []
    for value in items(node, prop):
        for tag, entry in value.items() if isinstance(value, dict) else ():
            if tag.lower() == language or tag.lower().startswith(f"{language}-"):
                found.extend(one for one in (entry if isinstance(entry, list) else [entry]) if isinstance(one, str))
    return tuple(found)


def text(node: Mapping[str, Any], prop: str, language: str = "en") -> str:
    """The first text of a property in one language, as :func:`texts` finds it; empty where there is none."""
    return next(iter(texts(node, prop, language)), "")


def refs(node: Mapping[str, Any], prop: str) -> tuple[str, ...]:
    """What a property refers to: IRIs and blank node labels.

    An embedded object counts with its ``@id``; an alignment object, which has none, with its ``ceterms:targetNode``.
    """
    return () if node.get(prop) is None else tuple(_referred(node, prop))


def _referred(node: Mapping[str, Any], prop: str) -> Iterator[str]:
    for value in items(node, prop):
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            identifier = value.get("@id", value.get("ceterms:targetNode"))
            if isinstance(identifier, str):
                yield identifier


def nodes(graph: Graph, node: Mapping[str, Any], prop: str) -> tuple[dict[str, Any], ...]:
    """A property's values as nodes: embedded objects, and those of the same graph that it refers to.

    References that lead out of the graph are left out: :func:`refs` lists them.
    """
    if node.get(prop) is None:
        return ()
    found = []
    for value in items(node, prop):
        if isinstance(value, dict):
            identifier = value.get("@id")
            bare = len(value) == 1 and isinstance(identifier, str)
            target = graph.find(identifier) if bare and isinstance(identifier, str) else value
        else:
            target = graph.find(value) if isinstance(value, str) else None
        if target is not None:
            found.append(target)
    return tuple(found)


def _looked_up(value: Mapping[str, Any], language: str) -> Any:
    if len(value) == 1:  # one language, which is better than none
        ((tag, only),) = value.items()
        return None if tag.startswith("@") else only
    by_tag = {tag.lower(): entry for tag, entry in value.items() if not tag.startswith("@")}
    wanted = language.lower()
    for range_ in (*_beginnings(wanted), "en"):
        if range_ in by_tag:
            return by_tag[range_]
        variants = sorted(tag for tag in by_tag if tag.startswith(f"{range_}-"))
        if variants:
            return by_tag[variants[0]]
    return by_tag[min(by_tag)] if by_tag else None


def _beginnings(tag: str) -> Iterator[str]:
    while tag:
        yield tag
        tag = tag.rpartition("-")[0]
