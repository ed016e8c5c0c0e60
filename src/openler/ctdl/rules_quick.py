"""The quick way through the rules: whether they have anything at all to say of a document, gaps apart.

Most documents are sound. For each combination of classes a table is compiled once, from property to a function that tells
whether a value is beyond doubt; a document all of whose nodes pass is sound, and anything else is left to the rules
themselves, which know places and words. Soundness here is never more lenient than there: a property test holds them together.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any, Final

from openler.ctdl import rules_names as names
from openler.ctdl import rules_references as references
from openler.ctdl import rules_terms as rules_of_terms
from openler.ctdl import rules_values as values
from openler.ctdl.document import Document
from openler.ctdl.findings import Report
from openler.ctdl.rules_order import reversed_pairs
from openler.ctdl.rules_privacy import is_personal, might_hold_numbers
from openler.ctdl.terms import Property, terms
from openler.ctdl.values import refs
from openler.errors import Malformed
from openler.ids import Ctid

Holds = Callable[[Any, "_Sight"], bool]
Kinds = tuple[str, ...]

_CTID_LENGTH: Final = 39
_LONGEST: Final = 256
"""Longest text that a memo holds, in characters: what vocabularies and frameworks are named by is shorter."""


class _Sight:
    """What a rule may look at beside the value: the document, and where embedded objects wait for their turn."""

    __slots__ = ("alone", "document", "index", "memo", "waiting")

    def __init__(self, document: Document) -> None:
        self.document = document
        self.index = document.index
        self.alone = len(document.graph) == 1
        self.waiting: list[tuple[dict[str, Any], Property | None]] = [(node, None) for node in document.graph]
        self.memo: dict[tuple[int, str], frozenset[str]] = {}

    def find(self, reference: str) -> dict[str, Any] | None:
        """As :meth:`Document.find`, which reads an address letter by letter; almost all simply end in a CTID."""
        found = self.index.get(reference)
        if found is not None:
            return found
        at = reference.find("ce-")
        if at < 0:
            return None
        if at and at == len(reference) - _CTID_LENGTH and reference[at - 1] == "/" and reference.lower().find("ce-") == at:
            return self.index.get(reference[at:].lower())
        return self.document.find(reference)


def is_sound(document: Document) -> bool:
    """Whether no rule has an error or a note for the document. False also where it takes the rules themselves to say."""
    if might_hold_numbers(document.normalised):
        return False
    report = Report(document.ctid)
    names.document_names(document, report)
    rules_of_terms.owners(document, report)
    if report.findings:
        return False
    sight = _Sight(document)
    waiting = sight.waiting
    while waiting:
        node, via = waiting.pop()
        if not _node(node, via, sight):
            return False
    return True


def _node(node: dict[str, Any], via: Property | None, sight: _Sight) -> bool:
    if via is not None and len(node) == 1 and "@id" in node:
        return isinstance(node["@id"], str) and _rule(via.name)(node["@id"], sight)
    stated = rules_of_terms.kinds(node, via)
    if max(map(len, stated), default=0) > _LONGEST:
        return False  # no memo may grow by the length of what strangers write
    kinds = rules_of_terms.known_of(stated)
    return (
        _named(node, top=via is None)
        and _classes(_stated(node), via is None, "ceterms:ctid" in node)
        and (via is None or (_in_range(via.name, kinds) and (not via.schemes or _concept_object(via, node))))
        and _valued(node, _table(kinds), sight)
        and not _is_tangled(node, sight)
        and not reversed_pairs(node)
    )


def _valued(node: dict[str, Any], table: dict[str, Holds], sight: _Sight) -> bool:
    for key, value in node.items():
        rule = table.get(key)
        if rule is None:
            if not _passes(key):
                return False
        elif type(value) is list:
            for one in value:
                if not rule(one, sight):
                    return False
        elif not rule(value, sight):
            return False
    return True


def _stated(node: dict[str, Any]) -> Kinds | str | None:
    """The ``@type`` as it can be looked up; a list of anything but names is left to the rules."""
    found = node.get("@type")
    if type(found) is list:
        if len(found) > rules_of_terms.MAX_CLASSES or not all(type(name) is str for name in found):
            return ("",)
        return tuple(found)
    return found if found is None or type(found) is str else ("",)


@lru_cache(maxsize=4096)  # bounded: a document may combine classes as it likes
def _classes(stated: Kinds | str | None, top: bool, resource: bool) -> bool:
    node: dict[str, Any] = {} if stated is None else {"@type": list(stated) if isinstance(stated, tuple) else stated}
    if resource:
        node["ceterms:ctid"] = ""
    report = Report(None)
    rules_of_terms.classes(node, "", top=top, report=report)
    return not report.findings


def _named(node: dict[str, Any], *, top: bool) -> bool:
    identifier, stated = node.get("@id"), node.get("ceterms:ctid")
    if identifier is None:
        return not top and (stated is None or _own_ctid(stated) is not None)
    if type(identifier) is not str or not (identifier.startswith("_:") or values.is_address(identifier)):
        return False
    return stated is None or _names(identifier, _own_ctid(stated))


def _own_ctid(stated: Any) -> Ctid | None:
    if type(stated) is not str or len(stated) != _CTID_LENGTH or stated[17] != "4" or stated[22] not in "89ab":
        return None
    try:
        return Ctid.parse(stated)
    except Malformed:
        return None


def _names(identifier: str, ctid: Ctid | None) -> bool:
    if ctid is None:
        return False
    lower = identifier.lower()
    return (lower.endswith(f"/{ctid}") and lower.find("ce-") == len(lower) - _CTID_LENGTH) or Ctid.within(identifier) == ctid


@lru_cache(maxsize=16_384)
def _in_range(name: str, kinds: Kinds) -> bool:
    report = Report(None)
    references.in_range(terms().property(name), kinds, "", report)
    return not report.findings


def _concept_object(entry: Property, node: dict[str, Any]) -> bool:
    target, framework = node.get("ceterms:targetNode", node.get("@id")), node.get("ceterms:framework")
    if type(target) is not str:
        return True
    return _concept(entry.name, target, framework if type(framework) is str else None)


def _concept(name: str, target: str, framework: str | None) -> bool:
    if len(target) > _LONGEST or (framework is not None and len(framework) > _LONGEST):
        return False
    return _is_member(name, target, framework)


@lru_cache(maxsize=16_384)
def _is_member(name: str, target: str, framework: str | None) -> bool:
    entry, report = terms().property(name), Report(None)
    value: Any = target if framework is None else {"ceterms:targetNode": target, "ceterms:framework": framework}
    references.concept(entry, value, "", report)
    return not report.findings


def _passes(key: str) -> bool:
    """Whether a key that is no property of the vocabulary may stand on a node without a word."""
    return len(key) <= _LONGEST and _is_foreign(key)


@lru_cache(maxsize=4096)
def _is_foreign(key: str) -> bool:
    if key.startswith("@"):
        return key in rules_of_terms.NODE_KEYWORDS
    report = Report(None)
    rules_of_terms.unknown_property(key, "", report)
    return not report.findings and not is_personal(key) and terms().find_property(key) is None


def _is_tangled(node: dict[str, Any], sight: _Sight) -> bool:
    """Whether a child is missing, or a neighbour of the graph may contradict what the node says of both: for the rules to say."""
    for key in names.CHILDREN:
        if key in node:
            children = node[key]
            if any(type(one) is str and sight.find(one) is None for one in (children if type(children) is list else (children,))):
                return True
    own = node.get("@id")
    if type(own) is not str or sight.alone:
        return False
    for key in node.keys() & _inverted().keys():
        given = node[key]
        for one in given if type(given) is list else (given,):
            other = sight.find(one) if type(one) is str else None
            back = _stated_back(other, _inverted()[key], sight) if other is not None else None
            if back and own not in back:
                return True
    return False


def _stated_back(node: dict[str, Any], key: str, sight: _Sight) -> frozenset[str]:
    """What a node names by the inverse; a framework's list of thousands is not gone through for each of its members."""
    if key not in node:
        return frozenset()
    found = sight.memo.get((id(node), key))
    if found is None:
        found = sight.memo[id(node), key] = frozenset(refs(node, key))
    return found


@cache
def _inverted() -> dict[str, str]:
    known = (terms().property(name) for name in terms().properties())
    return {entry.name: entry.inverse for entry in known if entry.inverse is not None}


@lru_cache(maxsize=512)  # bounded: a document may combine classes as it likes, and a table is tens of kilobytes
def _table(kinds: Kinds) -> dict[str, Holds]:
    """For things of these classes: the properties that may stand on them, each with what its values must be."""
    return {name: _rule(name) for name in _writable() if not rules_of_terms.misplaced(name, kinds)}


@cache
def _writable() -> tuple[str, ...]:
    return tuple(name for name in terms().properties() if terms().property(name).retired_for is None)


@cache  # by property, of which there are some hundreds
def _rule(name: str) -> Holds:
    entry = terms().property(name)
    if entry.kind == "language":
        return _language
    if entry.kind != "iri":
        return _literal(values.holder(entry))
    return _anything(entry) if name in rules_of_terms.OPEN_VALUES else _reference(entry)


def _language(value: Any, _: _Sight) -> bool:
    if type(value) is not dict:
        return False
    for tag, entry in value.items():
        if not values.is_language(tag):
            return False
        for one in entry if type(entry) is list else (entry,):
            if type(one) is not str or not one or one.isspace():
                return False
    return True


def _literal(holds: Callable[[Any], bool]) -> Holds:
    def literal(value: Any, _: _Sight) -> bool:
        return type(value) is not dict and holds(value)

    return literal


def _anything(entry: Property) -> Holds:
    def anything(value: Any, sight: _Sight) -> bool:
        if type(value) is dict:
            sight.waiting.append((value, entry))
        return True

    return anything


def _reference(entry: Property) -> Holds:
    name, schemes, web = entry.name, bool(entry.schemes), entry.name in values.WEB_PAGES

    def reference(value: Any, sight: _Sight) -> bool:
        if type(value) is not str:
            if type(value) is not dict:
                return False
            sight.waiting.append((value, entry))
            return True
        blank = value[:2] == "_:"
        if not blank and (not values.is_address(value) or (web and not values.is_web_address(value))):
            return False
        if schemes and not _concept(name, value, None):
            return False
        target = sight.find(value)
        if target is None:
            return not blank
        kinds = target.get("@type")
        return _in_range(name, rules_of_terms.known_of((kinds,) if type(kinds) is str else rules_of_terms.kinds(target, None)))

    return reference
