"""Names for a document's nameless nodes, so that a part of it can be found again in the whole.

Two documents' blank nodes have nothing to do with each other, even where one was cut out of the other. Given names that are
part of the JSON, what is cut out takes them along. The names are only a way to get there: they leave again before anything
is signed.
"""

from __future__ import annotations

import hashlib
from typing import Any

from openler.errors import Malformed, OpenlerError, declare
from openler.linkeddata.compiled import fitted
from openler.linkeddata.contexts import Contexts
from openler.linkeddata.expand import expand
from openler.linkeddata.parse import walk
from openler.linkeddata.plan import Plan
from openler.linkeddata.rdf import Quad, quads

NAMING_UNSUPPORTED = declare("linkeddata.naming_unsupported", by=__name__)

PREFIX = "urn:bnid:"
_NAMED = f"<{PREFIX}"
_SIMPLE = "naming.simple"
_NOT_NODES = frozenset({"@value", "@list", "@set"})


def named(document: dict[str, Any]) -> dict[str, Any]:
    """A copy in which every object has a name, those without one a name of ours (in ``@id``); contexts are left alone.

    :raises Malformed: ``linkeddata.naming_unsupported`` where it uses blank node names, or ours, itself
    """
    for place, _, item in walk(document):
        if isinstance(item, str) and item.startswith(("_:", PREFIX)) and "/@context" not in place:
            raise Malformed(NAMING_UNSUPPORTED, place=place)
    count = 0

    def copy(value: Any) -> Any:
        nonlocal count
        if isinstance(value, list):
            return [copy(each) for each in value]
        if not isinstance(value, dict):
            return value
        made: dict[str, Any] = {}
        if _NOT_NODES.isdisjoint(value) and "id" not in value and "@id" not in value:
            made["@id"] = f"{PREFIX}n{count}"
            count += 1
        for name, each in value.items():
            made[name] = each if name == "@context" else copy(each)
        return made

    return dict(copy(document))


def statements(document: dict[str, Any], contexts: Contexts) -> list[Quad]:
    """The statements of a document from :func:`named`, or of a part of one; its names have become blank node labels.

    The same node has the same label in the part and in the whole. Raises what :func:`openler.linkeddata.expand.expand` raises.

    :raises Malformed: ``linkeddata.naming_unsupported`` for what has no place in JSON where a name could stand (lists)
    """
    planned = _planned(document, contexts)
    if planned is not None:
        return planned
    expanded = expand(document, contexts)
    _name_graphs(expanded)
    found = quads(expanded)
    if any(term.startswith("_:") for quad in found for term in quad):
        raise Malformed(NAMING_UNSUPPORTED, place="")
    return [(_label(quad[0]), quad[1], _label(quad[2]), _label(quad[3])) for quad in found]


def _planned(document: dict[str, Any], contexts: Contexts) -> list[Quad] | None:
    """The same by a plan, None where there is none, or where it tells of graphs or of nodes without a name."""
    try:
        fit = fitted(document, contexts)
    except OpenlerError:
        return None  # what is wrong with it is told without a plan
    if fit is None or not _is_simple(fit.plan):
        return None
    return [(_label(quad[0]), quad[1], _label(quad[2]), quad[3]) for quad in fit.plan.quads(fit.texts)]


def _is_simple(plan: Plan) -> bool:
    if _SIMPLE not in plan.noted:
        plan.noted[_SIMPLE] = all(
            quad[3] == "" and not any(isinstance(term, str) and term.startswith("_:") for term in quad) for quad in plan.templates
        )
    return bool(plan.noted[_SIMPLE])


def _label(term: str) -> str:
    return f"_:{term[len(_NAMED) : -1]}" if term.startswith(_NAMED) else term


def _name_graphs(expanded: list[Any]) -> None:
    """A graph around a node (an embedded credential's proof) is named after that node."""
    stack: list[Any] = list(expanded)
    while stack:
        item = stack.pop()
        if isinstance(item, list):
            stack.extend(item)
        elif isinstance(item, dict) and "@value" not in item:
            if "@graph" in item and "@id" not in item:
                inner = next((each["@id"] for each in item["@graph"] if isinstance(each, dict) and "@id" in each), "")
                item["@id"] = f"{PREFIX}g{hashlib.sha256(str(inner).encode()).hexdigest()[:32]}"
            stack.extend(item.values())
