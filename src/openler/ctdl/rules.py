"""Document-local rules: what can be judged of one document without any other.

One walk over the graph. Each object is looked up by its class (which properties may stand on it) and each value by its
property (what form it must have), so that the cost is a few dictionary look-ups a value. Documents beyond doubt are let
through by :mod:`openler.ctdl.rules_quick`, which looks for nothing to say about the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from openler.ctdl import rules_names as names
from openler.ctdl import rules_privacy as privacy
from openler.ctdl import rules_references as references
from openler.ctdl import rules_terms as rules_of_terms
from openler.ctdl import rules_values as values
from openler.ctdl.benchmark import gaps
from openler.ctdl.document import Document
from openler.ctdl.findings import Finding, Report, Severity, below
from openler.ctdl.rules_quick import is_sound
from openler.ctdl.terms import Property, terms
from openler.ids import Ctid

__all__ = ["Finding", "Severity", "check"]


class _Visit(NamedTuple):
    node: dict[str, Any]
    place: str
    ctid: Ctid | None
    via: Property | None


def check(document: Document) -> tuple[Finding, ...]:
    """Every finding of a document: errors, gaps and notes, in the order of its nodes."""
    report = Report(document.ctid)
    if not is_sound(document):
        _tell(document, report)
    gaps(document, report)
    return tuple(report.findings)


def _tell(document: Document, report: Report) -> None:
    names.document_names(document, report)
    for visit in _walk(document):
        report.ctid = visit.ctid
        _check_node(visit, document, report)
    report.ctid = document.ctid
    if privacy.might_hold_numbers(document.normalised):
        for position, node in enumerate(document.graph):
            privacy.numbers(node, f"/@graph/{position}", report)
    rules_of_terms.owners(document, report)


def _walk(document: Document) -> Iterator[_Visit]:
    """Every object that describes something, in document order; language maps and value objects describe nothing."""
    waiting: list[_Visit] = []
    for position in range(len(document.graph) - 1, -1, -1):
        node = document.graph[position]
        waiting.append(_Visit(node, f"/@graph/{position}", _named(node) or document.ctid, None))
    vocabulary = terms()
    while waiting:
        visit = waiting.pop()
        yield visit
        found = []
        for key, value in visit.node.items():
            if isinstance(value, dict | list) and (entry := vocabulary.find_property(key)) is not None and entry.kind == "iri":
                if isinstance(value, dict):
                    found.append(_Visit(value, below(visit.place, key), _named(value) or visit.ctid, entry))
                else:
                    found.extend(
                        _Visit(one, below(visit.place, key, position), _named(one) or visit.ctid, entry)
                        for position, one in enumerate(value)
                        if isinstance(one, dict)
                    )
        waiting.extend(reversed(found))


def _named(node: dict[str, Any]) -> Ctid | None:
    stated = node.get("ceterms:ctid")
    return Ctid.within(stated) if isinstance(stated, str) else None


def _check_node(visit: _Visit, document: Document, report: Report) -> None:
    node, place, via = visit.node, visit.place, visit.via
    if len(node) == 1 and "@id" in node and via is not None:
        _reference(node["@id"], via, below(place, "@id"), document, report)
        return
    kinds = rules_of_terms.kinds(node, via)
    names.node_names(node, place, top=via is None, report=report)
    rules_of_terms.classes(node, place, top=via is None, report=report)
    if via is not None:
        references.in_range(via, kinds, place, report)
        if via.schemes:
            references.concept(via, node, place, report)
    find = terms().find_property
    for key, value in node.items():
        entry = find(key)
        if entry is None:
            _check_key(key, place, report)
            continue
        if rules_of_terms.misplaced(key, kinds):
            report.add("error", rules_of_terms.DOMAIN, below(place, key), property=key, seen=", ".join(kinds))
        if entry.retired_for is not None:
            rules_of_terms.retired(key, entry.retired_for, below(place, key), report)
        for position, one in enumerate(value) if isinstance(value, list) else ((None, value),):
            _check_value(entry, one, place, position, document, report)
        if entry.inverse is not None:
            references.inverse(entry, node, place, document, report)
    names.children(node, place, document, report)


def _check_key(key: str, place: str, report: Report) -> None:
    if key.startswith("@"):
        rules_of_terms.keyword(key, place, report)
    elif privacy.is_personal(key):
        report.add("error", privacy.PERSONAL_PROPERTY, below(place, key), property=key)
    else:
        rules_of_terms.unknown_property(key, place, report)


def _check_value(entry: Property, value: Any, place: str, position: int | None, document: Document, report: Report) -> None:
    if entry.kind == "language":
        values.language(value, below(place, entry.name, position), report)
    elif entry.kind != "iri":
        values.literal(value, entry, below(place, entry.name, position), report)
    elif not isinstance(value, dict):  # an embedded object is visited by itself
        _reference(value, entry, below(place, entry.name, position), document, report)


def _reference(value: Any, entry: Property, place: str, document: Document, report: Report) -> None:
    if entry.name in rules_of_terms.OPEN_VALUES:
        return
    if not isinstance(value, str):
        report.add("error", references.VALUE_NOT_REFERENCE, place, property=entry.name, seen=value)
        return
    values.address(value, web=entry.name in values.WEB_PAGES, place=place, report=report)
    if entry.schemes:
        references.concept(entry, value, place, report)
    target = document.find(value)
    if target is not None:
        references.in_range(entry, rules_of_terms.kinds(target, None), place, report)
    elif value.startswith("_:"):
        report.add("error", names.BLANK_NODE_DANGLING, place, property=entry.name, seen=value)
