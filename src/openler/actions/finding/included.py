"""A resource with the blank nodes that it refers to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from openler.actions.finding.get import get_resource, parsed
from openler.actions.ports import Ports
from openler.ids import Ctid

MAX_INCLUDED_DEPTH = 16
"""How far blank nodes may be followed from one to the next."""


def with_included(ports: Ports, ctid: Ctid, depth: int) -> dict[str, Any]:
    """The node of a CTID with its context, and as ``@included`` the blank nodes up to ``depth`` references away; without any, none.

    :raises NotFound: ``registry.not_found``, ``registry.deleted``
    """
    document = parsed(ports, ctid)
    node = get_resource(ports, ctid)
    found: dict[str, dict[str, Any]] = {}
    front = [node]
    for _ in range(min(depth, MAX_INCLUDED_DEPTH)):
        labels = {label for one in front for label in _labels(one)} - found.keys()
        front = [inner for label in sorted(labels) if (inner := document.index.get(label)) is not None]
        found |= {inner["@id"]: inner for inner in front}
    return {**node, "@included": list(found.values())} if found else node


def _labels(value: Any) -> Iterator[str]:
    """The blank nodes' labels anywhere in a node."""
    waiting = [value]
    while waiting:
        entry = waiting.pop()
        if isinstance(entry, dict):
            waiting.extend(entry.values())
        elif isinstance(entry, list):
            waiting.extend(entry)
        elif isinstance(entry, str) and entry.startswith("_:"):
            yield entry
