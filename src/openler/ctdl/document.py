"""A published CTDL document: one graph, its main resource first, and everything told about it.

    {"@context": ".../ctdl/schema/context/json", "@id": ".../graph/ce-...", "@graph": [main, children..., blank nodes...]}

:func:`parse` reads bytes of three forms (such a graph, one resource by itself, a registry envelope around either) and
checks only what is needed to name it; what is wrong inside is for :mod:`openler.ctdl.rules` to find.
:func:`build` makes one from nodes of our own. Reading a node's values is in :mod:`openler.ctdl.values`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from openler.ctdl.canonical import canonical_graph, resource_iri
from openler.ctdl.terms import CONTEXT_IRI, terms
from openler.ctdl.values import nodes, refs, text, texts
from openler.errors import Malformed, TooLarge, declare
from openler.ids import Ctid, Digest
from openler.linkeddata.canonical import jcs
from openler.linkeddata.parse import TOO_LARGE, parse_json, reread

__all__ = ["Document", "build", "nodes", "parse", "refs", "resource_iri", "restored", "text", "texts"]

NOT_AN_OBJECT = declare("ctdl.not_an_object", by=__name__)
GRAPH_EMPTY = declare("ctdl.graph_empty", by=__name__)
GRAPH_ENTRY = declare("ctdl.graph_entry", by=__name__)
TYPE_MISSING = declare("ctdl.type_missing", by=__name__)
CTID_MISSING = declare("ctdl.ctid_missing", by=__name__)
TOO_MANY_NODES = declare("ctdl.too_many_nodes", by=__name__)
ENVELOPE_CONTRADICTS = declare("ctdl.envelope_contradicts", by=__name__)

MAX_DOCUMENT_BYTES = 64 * 1024 * 1024
"""Largest document accepted, in bytes (ADR 0001, decision 14)."""
MAX_NODES = 200_000
"""Most JSON objects in one document, embedded ones counted."""
MAX_DEPTH = 64
"""Deepest nesting of arrays and objects."""

OWNERSHIP = (
    "ceterms:ownedBy", "ceterms:offeredBy", "ceasn:publisher", "ceterms:assertedBy", "qdata:dataProvider",
    "ceterms:conditionManifestOf", "ceterms:costManifestOf",
)  # fmt: skip
"""Who a document belongs to: the first of these that names a CTID. An organisation belongs to itself."""

_FOLDABLE = re.compile(rb"[cC][eE]-[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}")
_CTID_TEXT = re.compile(_FOLDABLE.pattern.decode())


@dataclass(frozen=True, slots=True)
class Document:
    """A document that can be named.

    ``type`` is the main resource's class as a CURIE. ``normalised`` is the JCS form (RFC 8785) and ``digest`` its SHA-256;
    ``received`` the bytes as they came. ``resources`` are the CTIDs described in the graph, the main one first.
    ``index`` finds a node by its ``@id`` and by its CTID. ``context`` is the ``@context`` as given, ``iri`` the graph's own
    ``@id``, ``extra`` what else stands beside the graph. All of it is shared and must not be changed.
    """

    ctid: Ctid
    type: str
    graph: tuple[dict[str, Any], ...]
    main: dict[str, Any]
    normalised: bytes
    digest: Digest
    received: bytes = field(repr=False)
    resources: tuple[Ctid, ...]
    owner: Ctid | None
    index: Mapping[str, dict[str, Any]] = field(repr=False)
    context: Any = None
    iri: str = ""
    extra: tuple[str, ...] = ()

    def find(self, reference: str) -> dict[str, Any] | None:
        """The node of this graph that an IRI, a blank node's label or a CTID names, or None."""
        found = self.index.get(reference)
        if found is None and "ce-" in reference and (ctid := Ctid.within(reference)) is not None:
            found = self.index.get(ctid)
        return found


def parse(data: bytes) -> Document:
    """Read a document.

    :raises Malformed: it is no strict JSON, no CTDL graph or resource, its main resource has no type or no CTID, or the
        envelope around it names another
    :raises TooLarge: over :data:`MAX_DOCUMENT_BYTES`, :data:`MAX_DEPTH` or :data:`MAX_NODES`
    """
    value = parse_json(data, max_bytes=MAX_DOCUMENT_BYTES, max_depth=MAX_DEPTH)
    if not isinstance(value, dict):
        raise Malformed(NOT_AN_OBJECT, place="")
    return from_value(value, received=data)


def restored(normalised: bytes, digest: Digest) -> Document:
    """A document as a store keeps it: in its normal form already, with that form's digest, so that neither is made again.

    Raises as :func:`parse`.
    """
    value = reread(normalised)
    if not isinstance(value, dict):
        raise Malformed(NOT_AN_OBJECT, place="")
    return from_value(value, received=normalised, digest=digest)


def from_value(value: dict[str, Any], *, received: bytes, digest: Digest | None = None) -> Document:
    """The same from JSON already parsed; ``value`` belongs to the document afterwards.

    ``digest`` is given where ``received`` is the normal form already.

    :raises Malformed: as :func:`parse`
    :raises TooLarge: over :data:`MAX_NODES`
    """
    enveloped = value.get("decoded_resource")
    prefix, promised = "", None
    if isinstance(enveloped, dict):
        promised = value.get("envelope_ceterms_ctid", value.get("envelope_ctid"))
        value, prefix = enveloped, "/decoded_resource"
    # An object takes two bytes at least and a comma: a shorter document cannot hold too many.
    if len(received) > MAX_NODES * 3 and (seen := sum(1 for _ in _objects(value))) > MAX_NODES:
        raise TooLarge(TOO_MANY_NODES, place=prefix, seen=seen, limit=MAX_NODES)
    if _might_hold_capitals(received):
        spelt = b"".join(_FOLDABLE.findall(received))
        if spelt != spelt.lower():
            value, digest = _folded(value), None
    value, entries = _graph(value, prefix)
    main = entries[0]
    where = f"{prefix}/@graph/0"
    kind = _type(main, where)
    if main.get("ceterms:ctid") is None:
        raise Malformed(CTID_MISSING, place=where)
    ctid = Ctid.parse(main["ceterms:ctid"], place=f"{where}/ceterms:ctid")
    if isinstance(promised, str) and promised.lower() != ctid:
        raise Malformed(ENVELOPE_CONTRADICTS, place="/envelope_ceterms_ctid", seen=promised[:80], ctid=ctid)
    resources, index = _index(entries)
    normalised = jcs(value) if digest is None else received
    iri = value.get("@id")
    return Document(
        ctid=ctid,
        type=kind,
        graph=entries,
        main=main,
        normalised=normalised,
        digest=digest or Digest.of(normalised),
        received=received,
        resources=resources,
        owner=_owner(ctid, kind, main, index),
        index=index,
        context=value.get("@context"),
        iri=iri if isinstance(iri, str) else "",
        extra=tuple(sorted(set(value) - {"@context", "@id", "@graph"})),
    )


def build(base_url: str, nodes: Sequence[dict[str, Any]]) -> Document:
    """A document of our own: the main resource first, then the resources it describes, then blank nodes.

    Nodes with a CTID get ``{base_url}/resources/{ctid}`` as their ``@id`` and are sorted by it after the main one; blank
    nodes get labels that depend only on the content, in the order in which the graph first names them. A reference that
    is a bare CTID becomes an address. The given nodes are not changed.

    :raises Malformed: as :func:`parse`, or a node that is neither named by a CTID nor a blank node
    """
    ctid, graph = canonical_graph(base_url, nodes)
    value = {"@context": CONTEXT_IRI, "@id": f"{base_url.rstrip('/')}/graph/{ctid}", "@graph": graph}
    normalised = jcs(value)
    if len(normalised) > MAX_DOCUMENT_BYTES:
        raise TooLarge(TOO_LARGE, size=len(normalised), limit=MAX_DOCUMENT_BYTES)
    # Read back, so that the document holds what its bytes say (1, where 1.0 was given) and nothing of the nodes it was made from.
    return from_value(cast("dict[str, Any]", reread(normalised, max_depth=MAX_DEPTH)), received=normalised, digest=Digest.of(normalised))


def _graph(value: dict[str, Any], prefix: str) -> tuple[dict[str, Any], tuple[dict[str, Any], ...]]:
    entries = value.get("@graph")
    if entries is None:
        resource = {key: entry for key, entry in value.items() if key != "@context"}
        wrapped: dict[str, Any] = {"@graph": [resource]}
        if "@context" in value:
            wrapped["@context"] = value["@context"]
        identifier = value.get("@id")
        if isinstance(identifier, str) and "/resources/" in identifier:
            wrapped["@id"] = identifier.replace("/resources/", "/graph/", 1)
        return wrapped, (resource,)
    if not isinstance(entries, list) or not entries:
        raise Malformed(GRAPH_EMPTY, place=f"{prefix}/@graph")
    for position, entry in enumerate(entries):
        if not isinstance(entry, dict):
            raise Malformed(GRAPH_ENTRY, place=f"{prefix}/@graph/{position}")
    return value, tuple(entries)


def _type(node: dict[str, Any], where: str) -> str:
    found = node.get("@type")
    names = found if isinstance(found, list) else [found]
    for name in names:
        if isinstance(name, str) and name:
            return name
    raise Malformed(TYPE_MISSING, place=f"{where}/@type" if found is not None else where)


def _index(entries: tuple[dict[str, Any], ...]) -> tuple[tuple[Ctid, ...], dict[str, dict[str, Any]]]:
    resources: dict[Ctid, None] = {}
    index: dict[str, dict[str, Any]] = {}
    for entry in entries:
        identifier, stated = entry.get("@id"), entry.get("ceterms:ctid")
        if isinstance(identifier, str):
            index.setdefault(identifier, entry)
        if isinstance(stated, str):
            try:
                ctid = Ctid.parse(stated)
            except Malformed:
                continue  # told by the rules, with its place
            resources.setdefault(ctid)
            index.setdefault(ctid, entry)
    return tuple(resources), index


def _owner(ctid: Ctid, kind: str, main: dict[str, Any], index: Mapping[str, dict[str, Any]]) -> Ctid | None:
    if terms().is_a(kind, "ceterms:Agent"):
        return ctid
    for name in OWNERSHIP:
        for reference in refs(main, name):
            if (found := Ctid.within(reference)) is not None:
                return found
            stated = index.get(reference, {}).get("ceterms:ctid")
            if isinstance(stated, str) and (found := Ctid.within(stated)) is not None:
                return found
    return None


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    waiting = [value]
    while waiting:
        entry = waiting.pop()
        if isinstance(entry, dict):
            yield entry
            waiting.extend(entry.values())
        elif isinstance(entry, list):
            waiting.extend(entry)


def _might_hold_capitals(received: bytes) -> bool:
    """Whether a CTID may be written otherwise than in lower case. Found by splitting, ten times as fast as by the pattern."""
    if any(start in received for start in (b"CE-", b"Ce-", b"cE-")):
        return True
    parts = iter(received.split(b"ce-"))
    next(parts)
    return any(part[:36] != part[:36].lower() for part in parts)


def _folded(value: Any) -> Any:
    """CTIDs in lower case, where a string is one or is an address that holds one; prose keeps its letters."""
    if isinstance(value, dict):
        return {key: _folded(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_folded(entry) for entry in value]
    if isinstance(value, str) and ("://" in value or _CTID_TEXT.fullmatch(value.strip())) and " " not in value.strip():
        return _CTID_TEXT.sub(lambda found: found.group().lower(), value.strip())
    return value
