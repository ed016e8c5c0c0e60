"""The vocabulary: CTDL, CTDL-ASN and QData as dictionaries, read once from generated tables.

CURIEs throughout (``ceterms:LearningProgram``). Domains are read as inherited, though the encodings enumerate them:
what a class may carry, its subclasses may. The vocabulary's own defects are read as :mod:`openler.ctdl.defects` says.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Literal, cast

from openler.ctdl import defects
from openler.errors import Conflict, declare
from openler.resources import read_json

CONTEXT_IRI = "https://credreg.net/ctdl/schema/context/json"
"""The ``@context`` of every document we write."""

Tables = Mapping[str, Any]
"""The generated tables by their file name, such as ``classes.json``."""

TABLES = ("classes.json", "properties.json", "concepts.json", "context.json")
"""The tables that a newer vocabulary may replace."""

IN_USE = declare("ctdl.vocabulary_in_use", by=__name__)

Kind = Literal["iri", "language", "string", "float", "integer", "date", "datetime", "boolean", "duration"]


@dataclass(frozen=True, slots=True)
class Property:
    """What the vocabulary says of a property.

    ``datatype`` is the declared one behind ``kind``, such as ``xsd:language`` behind ``string``. No ``domains`` or no
    ``ranges`` means that none is known and anything is accepted. ``schemes`` are the concept schemes its values come
    from; ``retired_for`` is None unless the property should be written no more.
    """

    name: str
    label: str
    kind: Kind
    datatype: str
    parents: tuple[str, ...]
    domains: frozenset[str]
    ranges: frozenset[str]
    inverse: str | None
    schemes: tuple[str, ...]
    retired_for: str | None = None


class Terms:
    """All classes, properties and concepts, each a dictionary look-up away."""

    __slots__ = ("_ancestors", "_concepts", "_context", "_labels", "_of_class", "_properties", "_retired", "_subclasses")

    def __init__(self) -> None:
        classes = _classes()
        retired = {name: "" for name, entry in classes.items() if entry.get("retired")}
        self._retired: Mapping[str, str] = MappingProxyType({**retired, **defects.RETIRED_CLASSES})
        self._ancestors = {name: _ancestors(name, classes) for name in classes}
        self._subclasses: dict[str, frozenset[str]] = {
            name: frozenset(other for other, above in self._ancestors.items() if name in above) for name in classes
        }
        self._properties = _properties()
        schemes = _table("concepts.json")
        self._concepts: dict[str, Mapping[str, str]] = {
            name: MappingProxyType({concept: entry["label"] for concept, entry in scheme["concepts"].items()})
            for name, scheme in schemes.items()
        }
        self._labels = {name: entry["label"] for name, entry in classes.items() if entry["label"]}
        self._labels |= {name: entry.label for name, entry in self._properties.items() if entry.label}
        self._labels |= {name: scheme["label"] for name, scheme in schemes.items()}
        for members in self._concepts.values():
            self._labels |= members
        self._context = _table("context.json")
        self._of_class: dict[str, frozenset[str]] = {}

    def is_class(self, name: str) -> bool:
        """Is it a class of the vocabulary, retired ones included?"""
        return name in self._ancestors

    def is_property(self, name: str) -> bool:
        """Is it a property of the vocabulary, retired ones included?"""
        return name in self._properties

    def class_retired_for(self, name: str) -> str | None:
        """What takes the place of a class to write no more, "" where nothing does; None unless it is one."""
        return self._retired.get(name)

    def classes(self) -> tuple[str, ...]:
        """Every class, sorted."""
        return tuple(sorted(self._ancestors))

    def properties(self) -> tuple[str, ...]:
        """Every property, sorted."""
        return tuple(sorted(self._properties))

    def is_a(self, name: str, ancestor: str) -> bool:
        """Is the class the other one, or a subclass of it?"""
        return name == ancestor or ancestor in self._ancestors.get(name, ())

    def ancestors(self, name: str) -> frozenset[str]:
        """The class itself and every class above it."""
        return self._ancestors.get(name, frozenset())

    def subclasses(self, name: str) -> frozenset[str]:
        """The class itself and every class below it; empty for what is no class."""
        return self._subclasses.get(name, frozenset())

    def property(self, name: str) -> Property:
        """What is known of a property. :raises KeyError: it is none."""
        return self._properties[name]

    def find_property(self, name: str) -> Property | None:
        """The same, or None."""
        return self._properties.get(name)

    def properties_of(self, name: str) -> frozenset[str]:
        """The properties a class may carry: those with it or a class above it in their domain, and those without a domain."""
        found = self._of_class.get(name)
        if found is None:
            above = self.ancestors(name)
            found = frozenset(entry.name for entry in self._properties.values() if not entry.domains or not entry.domains.isdisjoint(above))
            if name in self._ancestors:  # what is no class is not worth remembering
                self._of_class[name] = found
        return found

    def in_range(self, entry: Property, name: str) -> bool:
        """May a thing of this class stand as the property's value?"""
        return not entry.ranges or not entry.ranges.isdisjoint(self.ancestors(name))

    def schemes(self) -> tuple[str, ...]:
        """Every concept scheme whose members are known, sorted."""
        return tuple(sorted(self._concepts))

    def concepts(self, scheme: str) -> Mapping[str, str]:
        """The concepts of a scheme with their English labels; empty for a scheme whose members are not known."""
        return self._concepts.get(scheme, MappingProxyType({}))

    def label(self, term: str) -> str:
        """The English label of a class, property, scheme or concept; the term's own name where there is none."""
        return self._labels.get(term) or term.rsplit(":", 1)[-1]

    def prefixes(self) -> Mapping[str, str]:
        """The context's prefixes."""
        return MappingProxyType(cast("dict[str, str]", self._context["prefixes"]))

    def context(self) -> dict[str, Any]:
        """The JSON-LD context document: the union of the published contexts, less their defects. Fresh at each call."""
        terms: dict[str, Any] = dict(self._context["prefixes"])
        for coercion, names in self._context["coercions"].items():
            key, value = coercion.split(" ", 1)
            terms |= {name: {key: value} for name in names}
        terms |= {name: {"@type": datatype} for name, datatype in defects.COERCED_AS_ADDRESSES.items()}
        return {"@context": terms}


@cache
def terms() -> Terms:
    """The vocabulary, read once."""
    return Terms()


_newer: dict[str, Any] = {}


def packaged() -> Tables:
    """The tables that come with the package. Fresh at each call."""
    return {name: read_json("openler.ctdl", "data", name) for name in TABLES}


def in_use() -> Tables:
    """The tables that the vocabulary is read from. Fresh at each call."""
    return {name: _table(name) for name in TABLES}


def use(tables: Tables) -> None:
    """Read the vocabulary from newer tables, for this whole process. What stood on the package's own would otherwise be kept.

    :raises Conflict: ``ctdl.vocabulary_in_use``, another vocabulary was read already
    """
    given = {name: tables[name] for name in TABLES}
    if given == _newer:
        return
    if _newer or terms.cache_info().currsize:
        raise Conflict(IN_USE)
    _newer.update(given)


def _table(name: str) -> dict[str, Any]:
    if name in _newer:
        return deepcopy(cast("dict[str, Any]", _newer[name]))
    return cast("dict[str, Any]", read_json("openler.ctdl", "data", name))


def _classes() -> dict[str, Any]:
    classes = _table("classes.json")
    for name in defects.EXTRA_CLASSES:
        parent = defects.EXTRA_PARENTS.get(name)
        classes[name] = {"label": _spaced(name), "parents": [parent] if parent else []}
    return classes


def _spaced(name: str) -> str:
    local = name.split(":", 1)[1]
    return "".join(f" {letter}" if letter.isupper() and at else letter for at, letter in enumerate(local))


def _ancestors(name: str, classes: dict[str, Any]) -> frozenset[str]:
    found = {name}
    waiting = [name]
    while waiting:
        for parent in classes.get(waiting.pop(), {}).get("parents", ()):
            if parent not in found:
                found.add(parent)
                waiting.append(parent)
    return frozenset(found)


def _properties() -> dict[str, Property]:
    found = {}
    table = _table("properties.json")
    newer = _newer_domains()
    for name, entry in table.items():
        domains = _meant(entry.get("domains", ()))
        if domains:
            domains |= newer.get(name, set())
        ranges = _meant(entry.get("ranges", ()))
        if name in defects.RANGES_AS_DOMAINS:
            ranges |= set(table[defects.RANGES_AS_DOMAINS[name]].get("domains", ()))
        ranges |= set(defects.RANGES_MISSING.get(name, ()))
        if ranges & defects.CONCEPT_FORMS:
            ranges |= defects.CONCEPT_FORMS
        if ranges & defects.ANYTHING:
            ranges = set()
        inverse = entry.get("inverse", ())
        found[name] = Property(
            name=name,
            label=entry.get("label", ""),
            kind=entry["kind"],
            datatype=entry["datatype"],
            parents=tuple(entry.get("parents", ())),
            domains=frozenset(domains),
            ranges=frozenset(ranges),
            inverse=inverse[0] if inverse else None,
            schemes=tuple(entry.get("schemes", ())),
            retired_for=defects.RETIRED_PROPERTIES.get(name, "" if entry.get("retired") else None),
        )
    return found


def _newer_domains() -> dict[str, set[str]]:
    """Classes that newer models let carry a property, beyond the encodings."""
    found: dict[str, set[str]] = {}
    for lists in (_table("registered.json")["qdata"], defects.DOMAINS_MISSING):
        for kind, names in lists.items():
            for name in names:
                found.setdefault(name, set()).add(kind)
    return found


def _meant(names: Any) -> set[str]:
    return {defects.MISSPELT.get(name, name) for name in names}
