"""Rules for names: the context, CTIDs, ``@id`` and references to blank nodes and children of the same graph."""

from __future__ import annotations

import re
from typing import Any, Final

from openler.ctdl.document import Document
from openler.ctdl.findings import Report, below
from openler.ctdl.values import items
from openler.errors import Malformed, declare
from openler.ids import Ctid, Iri

CONTEXT_MISSING = declare("ctdl.context_missing", by=__name__)
CONTEXT_UNKNOWN = declare("ctdl.context_unknown", by=__name__)
GRAPH_KEY_UNKNOWN = declare("ctdl.graph_key_unknown", by=__name__)
CTID_MALFORMED = declare("ctdl.ctid_malformed", by=__name__)
CTID_VERSION = declare("ctdl.ctid_version", by=__name__)
ID_MISSING = declare("ctdl.id_missing", by=__name__)
ID_MALFORMED = declare("ctdl.id_malformed", by=__name__)
ID_MISMATCH = declare("ctdl.id_mismatch", by=__name__)
ID_FOREIGN = declare("ctdl.id_foreign", by=__name__)
ID_DUPLICATE = declare("ctdl.id_duplicate", by=__name__)
BLANK_NODE_DANGLING = declare("ctdl.blank_node_dangling", by=__name__)
CHILD_MISSING = declare("ctdl.child_missing", by=__name__)

_CONTEXT: Final = re.compile(r"https?://credreg\.net/(?:ctdl|ctdlasn|qdata)/schema/context/json")
"""The vocabulary's contexts, as published documents name them (older ones over http)."""

CHILDREN: Final = ("ceasn:hasTopChild", "skos:hasTopConcept")
"""A framework and its competencies, a scheme and its concepts, share one graph: what these name must be in it."""


def document_names(document: Document, report: Report) -> None:
    """The document's own context and address, and that no two nodes share a name."""
    _context(document.context, report)
    for key in document.extra:
        report.add("error", GRAPH_KEY_UNKNOWN, below("", key), seen=key)
    if document.iri and Ctid.within(document.iri) not in {document.ctid, None}:
        report.add("error", ID_MISMATCH, "/@id", seen=document.iri, ctid=document.ctid)
    seen: dict[str, int] = {}
    for position, node in enumerate(document.graph):
        names = {name for name in (node.get("@id"), node.get("ceterms:ctid")) if isinstance(name, str)}
        for name in sorted(names):
            first = seen.setdefault(name, position)
            if first != position:
                report.add("error", ID_DUPLICATE, f"/@graph/{position}", seen=name, first=f"/@graph/{first}")


def _context(value: Any, report: Report) -> None:
    if value is None:
        report.add("error", CONTEXT_MISSING, "")
        return
    for entry in value if isinstance(value, list) else [value]:
        if not isinstance(entry, str) or not _CONTEXT.fullmatch(entry):
            report.add("error", CONTEXT_UNKNOWN, "/@context", seen=entry if isinstance(entry, str) else "{...}")


def node_names(node: dict[str, Any], place: str, *, top: bool, report: Report) -> None:
    """One node's ``@id`` and CTID; ``top`` where it stands in the graph itself and so must have a name."""
    identifier, stated = node.get("@id"), node.get("ceterms:ctid")
    if identifier is None:
        if top:
            report.add("error", ID_MISSING, place)
    elif not isinstance(identifier, str) or not (identifier.startswith("_:") or _is_iri(identifier)):
        report.add("error", ID_MALFORMED, f"{place}/@id", seen=identifier)
    if stated is None:
        return
    try:
        ctid = Ctid.parse(stated)
    except Malformed:
        report.add("error", CTID_MALFORMED, f"{place}/ceterms:ctid", seen=stated)
        return
    if ctid[17] != "4" or ctid[22] not in "89ab":
        report.add("note", CTID_VERSION, f"{place}/ceterms:ctid", seen=ctid)
    if not isinstance(identifier, str) or (carried := Ctid.within(identifier)) == ctid:
        return
    if carried is None and _is_iri(identifier):  # its own address elsewhere: it is kept, and the CTID gives it one here
        report.add("note", ID_FOREIGN, f"{place}/@id", seen=identifier, ctid=ctid)
    else:
        report.add("error", ID_MISMATCH, f"{place}/@id", seen=identifier, ctid=ctid)


def children(node: dict[str, Any], place: str, document: Document, report: Report) -> None:
    """That a framework's or scheme's top members are in its graph."""
    for key in CHILDREN:
        for position, value in enumerate(items(node, key)):
            if isinstance(value, str) and document.find(value) is None:
                report.add(
                    "error", CHILD_MISSING, below(place, key, position if isinstance(node[key], list) else None), seen=value, property=key
                )


def _is_iri(value: str) -> bool:
    try:
        Iri.parse(value)
    except Malformed:
        return False
    return True
