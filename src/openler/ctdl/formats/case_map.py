"""The associations of a CASE package as a ``ceterms:AlignmentMap``: every assertion with its own identifier, order and type.

CTDL-ASN says what two competencies have to do with each other as a property, which has no identifier and knows fewer types
than CASE. An alignment map is made of assertions (``ceterms:hasStatement``, whose range is ``rdf:Statement``), so each
association stands there as an RDF statement, whether or not a property says it too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from openler.ctdl.document import Document, nodes
from openler.ctdl.formats.case_package import End, Link, string
from openler.ctdl.formats.case_terms import ALIGNMENT_MAP, ASSOCIATION_TYPES, CARRIED, EXTENSION, SOURCE
from openler.ctdl.formats.shapes import ALIGNMENT, Node, lang, put
from openler.ctdl.values import text, texts
from openler.ids import Ctid

PREFIX: Final = "case:"


@dataclass(frozen=True, slots=True)
class Assertion:
    """A statement of a map. ``origin`` and ``target`` are addresses; names and identifiers are of ends outside the framework only."""

    identifier: str
    type: str
    origin: str
    target: str
    sequence: int | None
    titles: tuple[str, str]
    identifiers: tuple[str, str]
    carried: Mapping[str, str]


def map_ctid(framework: Ctid) -> Ctid:
    """The CTID of the map that belongs to a framework."""
    return Ctid.derive(SOURCE, ALIGNMENT_MAP, framework)


def map_nodes(
    framework: Ctid, publisher: Ctid, title: str, language: str, parts: Iterable[Ctid], links: Iterable[tuple[Link, str, str]]
) -> list[Node]:
    """The nodes of a map. ``parts`` are the competencies that it speaks for; ``links`` come with the addresses (or CTIDs) of both ends."""
    statements = [_statement(number, *link, language=language) for number, link in enumerate(links)]
    main: Node = {
        "@type": ALIGNMENT_MAP,
        "ceterms:ctid": str(map_ctid(framework)),
        "ceterms:name": lang(f"Associations of {title}", language),
        "ceterms:description": lang(f"Every association of the CASE framework {title}, each with its own identifier.", language),
        "ceterms:inLanguage": [language],
        "ceterms:compares": [str(framework)],
        "ceterms:ownedBy": [str(publisher)],
        "ceasn:publisher": [str(publisher)],
        "ceterms:lifeCycleStatusType": [{"@type": ALIGNMENT, "ceterms:targetNode": "lifeCycle:Active"}],
    }
    put(main, "ceterms:hasPart", [str(part) for part in sorted(parts)])
    put(main, "ceterms:hasStatement", [str(statement["@id"]) for statement in statements])
    return [main, *statements]


def _statement(number: int, link: Link, origin: str, target: str, *, language: str) -> Node:
    node: Node = {
        "@type": "rdf:Statement",
        "@id": f"_:a{number}",
        "dct:identifier": link.row.identifier,
        "rdf:subject": {"@id": origin},
        "rdf:predicate": {"@id": f"{PREFIX}{link.type}"},
        "rdf:object": {"@id": target},
    }
    for name in CARRIED["association"]:
        put(node, f"{PREFIX}{name}", string(link.row.value, name))
    sequence = link.row.value.get("sequenceNumber")
    if isinstance(sequence, int) and not isinstance(sequence, bool) and abs(sequence) < 1 << 53:
        node[f"{PREFIX}sequenceNumber"] = sequence
    for address, end, title, name in ((origin, link.origin, "source", "origin"), (target, link.target, "target", "destination")):
        if Ctid.within(address) != address:
            put(node, f"ceterms:{title}NodeName", lang(end.title, language) if end.title else None)
            put(node, f"{PREFIX}{name}NodeIdentifier", end.identifier)
    return node


def address(end: End) -> str:
    """The address of an end outside the package."""
    return end.uri or f"urn:uuid:{end.identifier}"


def assertions(document: Document) -> Iterator[Assertion]:
    """The statements of a map in the order of their sequence; what is no CASE association is passed over."""
    found = [made for node in nodes(document, document.main, "ceterms:hasStatement") if (made := _assertion(node)) is not None]
    yield from sorted(found, key=lambda made: (made.sequence if made.sequence is not None else 1 << 53, made.identifier))


def _assertion(node: Mapping[str, Any]) -> Assertion | None:
    ends = [_named(node, name) for name in ("rdf:subject", "rdf:predicate", "rdf:object")]
    identifier = text(node, "dct:identifier")
    kind = ends[1].rsplit("/", 1)[-1].removeprefix(PREFIX)
    if not all(ends) or not identifier or not (kind in ASSOCIATION_TYPES or EXTENSION.fullmatch(kind)):
        return None
    sequence = node.get(f"{PREFIX}sequenceNumber")
    carried = {name: told for name in CARRIED["association"] if (told := next(iter(texts(node, f"{PREFIX}{name}")), ""))}
    return Assertion(
        identifier=identifier,
        type=kind,
        origin=ends[0],
        target=ends[2],
        sequence=sequence if isinstance(sequence, int) and not isinstance(sequence, bool) else None,
        titles=(text(node, "ceterms:sourceNodeName"), text(node, "ceterms:targetNodeName")),
        identifiers=(text(node, f"{PREFIX}originNodeIdentifier"), text(node, f"{PREFIX}destinationNodeIdentifier")),
        carried=carried,
    )


def _named(node: Mapping[str, Any], prop: str) -> str:
    value = node.get(prop)
    found = value.get("@id") if isinstance(value, dict) else value
    return found if isinstance(found, str) else ""
