"""The shape of a document: everything about it that can change which statements it makes, but for the texts that only fill them.

Two documents of one shape make the same statements with other texts in them. What belongs to the shape: the members and their order,
how objects and arrays nest, every number, boolean and null, and the texts that have a say in expansion themselves (contexts,
types, languages and the like). All other texts are *slots*.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any

from openler.linkeddata.contexts import Contexts
from openler.linkeddata.parse import walk

FREE_KEYWORDS = frozenset({"@id", "@value", "@graph", "@list", "@set", "@included", "@nest", "@reverse"})
"""Keywords whose texts do not steer expansion; those under any other keyword, or another name for it, belong to the shape."""

Path = tuple[str | int, ...]


class Unshaped(Exception):
    """The document can have no plan: it carries a context of its own. Never seen outside this room."""


def steering_names(contexts: Contexts) -> frozenset[str]:
    """The member names that stand for a steering keyword in any of the contexts held; more than one document uses, never fewer."""
    found = set()
    for iri in contexts.iris():
        for document in contexts.alternatives(iri):
            for _, _, item in walk(document):
                if isinstance(item, dict):
                    found |= {name for name, meant in item.items() if _keyword(meant) not in FREE_KEYWORDS and _keyword(meant)}
    return frozenset(found)


def _keyword(meant: object) -> str:
    name = meant.get("@id") if isinstance(meant, dict) else meant
    return name if isinstance(name, str) and name.startswith("@") else ""


def shape_of(document: dict[str, Any], steering: frozenset[str]) -> Hashable:
    """The shape as a value to look up by; equal shapes are equal. :raises Unshaped:"""
    found: list[Hashable] = []
    _shape(document, steering, found)
    return tuple(found)


def _shape(item: Any, steering: frozenset[str], found: list[Hashable]) -> None:
    kind = type(item)
    if kind is dict:
        found.append(tuple(item))
        for name, held in item.items():
            if isinstance(held, str):
                found.append(held if name in steering or (name[:1] == "@" and name not in FREE_KEYWORDS) else None)
            elif name == "@context":
                found.append(_context(held))
            elif name in steering or (name[:1] == "@" and name not in FREE_KEYWORDS):
                found.append(_verbatim(held))
            else:
                _shape(held, steering, found)
    elif kind is list:
        found.append(len(item))
        for held in item:
            if isinstance(held, str):
                found.append(None)
            else:
                _shape(held, steering, found)
    else:
        # 1, 1.0 and True are equal and not the same statement; the sign of -0.0 is in its text alone.
        found.append((kind.__name__, str(item)))


def _context(held: Any) -> Hashable:
    if type(held) is list and all(isinstance(one, str) for one in held):
        return tuple(held)
    raise Unshaped


def _verbatim(held: Any) -> Hashable:
    return repr(held)


def slots(document: dict[str, Any], steering: frozenset[str]) -> Iterator[Path]:
    """Where the texts are that are slots, in the order in which a plan reads them."""
    stack: list[tuple[Path, Any]] = [((), document)]
    while stack:
        path, item = stack.pop()
        if isinstance(item, dict):
            held = [((*path, name), value) for name, value in item.items() if not _steers(name, steering)]
        elif isinstance(item, list):
            held = [((*path, place), value) for place, value in enumerate(item)]
        else:
            if isinstance(item, str):
                yield path
            continue
        stack.extend(reversed(held))


def _steers(name: str, steering: frozenset[str]) -> bool:
    return name in steering or (name.startswith("@") and name not in FREE_KEYWORDS)
