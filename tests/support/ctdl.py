"""Documents that hold everything their class requires, to be spoilt by tests one thing at a time."""

from __future__ import annotations

import json
from typing import Any

from openler.ctdl.benchmark import CLASSES, profile
from openler.ctdl.document import Document, build
from openler.ctdl.terms import CONTEXT_IRI, terms
from openler.ids import Ctid

BASE = "https://registry.example"
OWNER = Ctid.derive("tests", "ceterms:CredentialOrganization", "owner")

STANDALONE = tuple(
    sorted(set(CLASSES.values()) - {"ceterms:Credential", "ceterms:CostProfile", "ceterms:PathwayComponent", "asn:ProgressionModel"})
)
"""Classes that have a profile and can be published by one node alone: no generic class, no part, no model without levels."""

_LITERALS: dict[str, Any] = {
    "language": {"en-US": "Welding"}, "string": "W-1", "float": 1.5, "integer": 3, "boolean": True, "date": "2026-09-01",
    "datetime": "2026-09-01T08:30:00Z", "duration": "P2Y",
}  # fmt: skip


def ctid(key: str, kind: str = "ceterms:LearningProgram") -> Ctid:
    """A CTID that stays the same in every run."""
    return Ctid.derive("tests", kind, key)


def value(name: str) -> Any:
    """A value in the property's form."""
    entry = terms().property(name)
    if name == "ceterms:inLanguage" or entry.datatype == "xsd:language":
        return ["en-US"]
    if entry.kind != "iri":
        return _LITERALS[entry.kind]
    if entry.schemes and terms().concepts(entry.schemes[0]):
        concept = next(iter(terms().concepts(entry.schemes[0])))
        return [{"@type": "ceterms:CredentialAlignmentObject", "ceterms:targetNode": concept}]
    if name in {"ceterms:ownedBy", "ceterms:offeredBy", "ceterms:assertedBy", "ceasn:publisher", "qdata:dataProvider"}:
        return [f"{BASE}/resources/{OWNER}"]
    return ["https://college.example/welding"]


def complete(kind: str, key: str = "one") -> dict[str, Any]:
    """A node of a class with one value for each required property, of alternatives the first."""
    node: dict[str, Any] = {"@type": kind, "ceterms:ctid": str(ctid(key, kind))}
    for group in (profile(kind) or {}).get("required", ()):
        if group[0] != "ceterms:ctid":
            node[group[0]] = value(group[0])
    return node


def program(**changes: Any) -> dict[str, Any]:
    """A complete learning program; a change of None takes the property away. ``ceterms__name`` is ``ceterms:name``."""
    node = complete("ceterms:LearningProgram")
    for name, changed in changes.items():
        node[name.replace("__", ":")] = changed
    return {name: entry for name, entry in node.items() if entry is not None}


def document(*nodes: dict[str, Any]) -> Document:
    """The nodes as a document."""
    return build(BASE, nodes)


def raw(*nodes: dict[str, Any], context: Any = CONTEXT_IRI, **extra: Any) -> bytes:
    """The nodes as a graph in JSON, as they are: nothing named, ordered or mended."""
    top = {"@context": context, "@graph": list(nodes), **extra}
    return json.dumps({name: entry for name, entry in top.items() if entry is not None}).encode()


def named(node: dict[str, Any]) -> dict[str, Any]:
    """A node with the ``@id`` that belongs to its CTID."""
    return {"@id": f"{BASE}/resources/{node['ceterms:ctid']}", **node}
