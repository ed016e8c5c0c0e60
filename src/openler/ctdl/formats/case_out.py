"""A CompetencyFramework as a CASE 1.1 package.

What came from CASE goes back under its own identifiers, its associations out of the map that the import made of them. A
framework of other origin gets identifiers from its CTIDs, and associations from its hierarchy and alignments.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from openler.ctdl.document import Document
from openler.ctdl.formats.case_map import Assertion, assertions
from openler.ctdl.formats.case_package import ASSOCIATIONS, DEFINITIONS, DOCUMENT, ITEMS
from openler.ctdl.formats.case_terms import ALIGNMENTS, CARRIED, CHILD, COMPETENCY, FRAMEWORK, STATUSES, UUID
from openler.ctdl.values import items, refs, text, texts
from openler.errors import Misused, declare
from openler.ids import Ctid

NOT_A_FRAMEWORK = declare("case.not_a_framework", by=__name__)

VERSION: Final = "1.1"
_URN: Final = "urn:uuid:"
_STATUS: Final = {concept.split(":")[1]: word for word, concept in STATUSES.items()}

Value = dict[str, Any]


def case_package(framework: Document, associated: Document | None, *, creator: str, changed: str) -> Value:
    """The package of a framework, as JSON values.

    ``associated`` is its alignment map, where it has one. ``creator`` is the publisher's name, used where no author is told;
    ``changed`` an ISO 8601 time for what does not tell its own.

    :raises Misused: ``case.not_a_framework``
    """
    if framework.type != FRAMEWORK:
        raise Misused(NOT_A_FRAMEWORK, place="--ctid", seen=framework.type)
    return _Writing(framework, associated, creator, changed).package()


class _Writing:
    def __init__(self, framework: Document, associated: Document | None, creator: str, changed: str) -> None:
        self.main = framework.main
        self.creator = creator
        self.changed = changed
        self.ctid = framework.ctid
        self.nodes = {
            ctid: node for node in framework.graph if node.get("@type") == COMPETENCY and (ctid := Ctid.within(text(node, "ceterms:ctid")))
        }
        self.associated = associated
        self.places: dict[Ctid, dict[Ctid, int]] = {}
        self.names = {ctid: _names(node, ctid) for ctid, node in {self.ctid: self.main, **self.nodes}.items()}
        self.language = next(iter(texts(self.main, "ceasn:inLanguage")), "en")

    def package(self) -> Value:
        items = [self._item(ctid) for ctid in self._order()]
        made: Value = {DOCUMENT: self._document(), ITEMS: items, ASSOCIATIONS: list(self._associations())}
        made[DEFINITIONS] = self._definitions(items)
        return made

    def _link(self, ctid: Ctid, title: str) -> Value:
        identifier, uri = self.names[ctid]
        return {"title": title, "identifier": identifier, "uri": uri}

    def _document(self) -> Value:
        main = self.main
        identifier, uri = self.names[self.ctid]
        made: Value = {
            "identifier": identifier,
            "uri": uri,
            "caseVersion": VERSION,
            "creator": next(iter(texts(main, "ceasn:author")), "") or self.creator,
            "title": text(main, "ceasn:name", self.language),
            "lastChangeDateTime": text(main, "ceasn:dateModified") or self.changed,
            "CFPackageURI": {"title": text(main, "ceasn:name", self.language), "identifier": identifier, "uri": uri},
            "officialSourceURL": next(iter(refs(main, "ceasn:source")), ""),
            "publisher": text(main, "ceasn:publisherName", self.language),
            "description": text(main, "ceasn:description", self.language),
            "language": self.language,
            "version": text(main, "ceterms:versionCode"),
            "subject": list(texts(main, "ceasn:localSubject", self.language)),
            "adoptionStatus": _STATUS.get(next(iter(refs(main, "ceasn:publicationStatusType")), "").rsplit("/")[-1].rsplit(":")[-1], ""),
            "licenseURI": self._licence(main),
        }
        return _told(made, main, "document")

    def _item(self, ctid: Ctid) -> Value:
        node = self.nodes[ctid]
        identifier, uri = self.names[ctid]
        language = next(iter(texts(node, "ceasn:inLanguage")), "")
        spoken = language or self.language
        made: Value = {
            "identifier": identifier,
            "uri": uri,
            "CFDocumentURI": self._link(self.ctid, text(self.main, "ceasn:name", self.language)),
            "fullStatement": text(node, "ceasn:competencyText", spoken) or text(node, "ceasn:competencyLabel", spoken),
            "abbreviatedStatement": text(node, "ceasn:competencyLabel", spoken),
            "CFItemType": text(node, "ceasn:competencyCategory", spoken),
            "humanCodingScheme": text(node, "ceasn:codedNotation"),
            "listEnumeration": text(node, "ceasn:listID"),
            "conceptKeywords": list(texts(node, "ceasn:conceptKeyword", spoken)),
            "notes": text(node, "ceasn:comment", spoken),
            "language": language,
            "educationLevel": [
                code
                for level in items(node, "ceasn:educationLevelType")
                if isinstance(level, dict) and (code := text(level, "ceterms:codedNotation") or text(level, "ceterms:targetNodeName"))
            ],
            "subject": list(texts(node, "ceasn:localSubject", spoken)),
            "licenseURI": self._licence(node),
            "lastChangeDateTime": text(node, "ceasn:dateModified") or self.changed,
        }
        return _told(made, node, "item")

    def _licence(self, node: Mapping[str, Any]) -> Value:
        uri = next(iter(refs(node, "ceasn:license")), "")
        return {"title": uri, "identifier": self._uuid("CFLicense", uri), "uri": uri} if uri else {}

    def _order(self) -> list[Ctid]:
        """The competencies from the top down, each before its children; then those that no parent names."""
        found: dict[Ctid, None] = {}
        waiting = [*reversed(self._named(self.main, "ceasn:hasTopChild"))]
        while waiting:
            ctid = waiting.pop()
            if ctid not in found:
                found[ctid] = None
                waiting.extend(reversed(self._named(self.nodes[ctid], "ceasn:hasChild")))
        return [*found, *(ctid for ctid in sorted(self.nodes) if ctid not in found)]

    def _named(self, node: Mapping[str, Any], prop: str) -> list[Ctid]:
        return [ctid for ref in refs(node, prop) if (ctid := Ctid.within(ref)) in self.nodes and ctid is not None]

    def _associations(self) -> Iterator[Value]:
        mapped: set[Ctid] = set()
        if self.associated is not None:
            mapped = {ctid for ref in refs(self.associated.main, "ceterms:hasPart") if (ctid := Ctid.within(ref)) is not None}
            for told in assertions(self.associated):
                yield self._association(told)
        for ctid in self._order():
            if ctid not in mapped:
                yield from self._derived(ctid)

    def _derived(self, ctid: Ctid) -> Iterator[Value]:
        """The associations of a competency that no map speaks for, from its own properties."""
        node = self.nodes[ctid]
        top = [self.ctid] if self._is_top(node) else []
        parents = [*top, *self._named(node, "ceasn:isChildOf")]
        said = [(CHILD, str(parent), self._place(parent, ctid)) for parent in dict.fromkeys(parents)]
        said += [(kind, ref, None) for kind, prop in ALIGNMENTS.items() for ref in refs(node, prop)]
        for kind, target, sequence in said:
            identifier = self._uuid("CFAssociation", f"{kind} {ctid} {target}")
            yield self._association(Assertion(identifier, kind, ctid, target, sequence, ("", ""), ("", ""), {}))

    def _is_top(self, node: Mapping[str, Any]) -> bool:
        named = (*refs(node, "ceasn:isTopChildOf"), *refs(node, "ceasn:isChildOf"))
        return any(Ctid.within(ref) == self.ctid for ref in named)

    def _place(self, parent: Ctid, child: Ctid) -> int | None:
        """The child's number among its siblings, from 1."""
        if parent not in self.places:
            node, prop = (self.main, "ceasn:hasTopChild") if parent == self.ctid else (self.nodes[parent], "ceasn:hasChild")
            self.places[parent] = {ctid: number for number, ctid in enumerate(self._named(node, prop), 1)}
        return self.places[parent].get(child)

    def _association(self, told: Assertion) -> Value:
        made: Value = {
            "identifier": told.identifier,
            "uri": f"{_URN}{told.identifier}",
            "associationType": told.type,
            "sequenceNumber": told.sequence,
            "originNodeURI": self._end(told.origin, told.titles[0], told.identifiers[0]),
            "destinationNodeURI": self._end(told.target, told.titles[1], told.identifiers[1]),
            "CFDocumentURI": self._link(self.ctid, text(self.main, "ceasn:name", self.language)),
            "lastChangeDateTime": self.changed,
            **told.carried,
        }
        return {name: value for name, value in made.items() if value not in ("", None)}

    def _end(self, address: str, title: str, identifier: str) -> Value:
        ctid = Ctid.within(address)
        if ctid is not None and ctid in self.names:
            node = self.nodes.get(ctid, self.main)
            name = text(node, "ceasn:codedNotation") or text(node, "ceasn:competencyText", self.language)
            return self._link(ctid, name or text(node, "ceasn:name", self.language))
        own = address.removeprefix(_URN)
        own = identifier or (own if UUID.fullmatch(own) else ctid[3:] if ctid is not None else self._uuid("address", address))
        return {"title": title or address, "identifier": own, "uri": address}

    def _definitions(self, items: list[Value]) -> Value:
        """The kinds, subjects, keywords and licences that the items name, each once."""
        document = self._document()
        kinds = sorted({item["CFItemType"] for item in items if "CFItemType" in item})
        subjects = sorted({subject for one in (document, *items) for subject in one.get("subject", ())})
        keywords = sorted({keyword for item in items for keyword in item.get("conceptKeywords", ())})
        licences = {one["licenseURI"]["uri"]: one["licenseURI"] for one in (document, *items) if "licenseURI" in one}
        return {
            "CFItemTypes": [
                {**self._defined("CFItemType", kind), "description": kind, "hierarchyCode": str(at)} for at, kind in enumerate(kinds, 1)
            ],
            "CFSubjects": [
                {**self._defined("CFSubject", subject), "hierarchyCode": str(number)} for number, subject in enumerate(subjects, 1)
            ],
            "CFConcepts": [
                {**self._defined("CFConcept", word), "keywords": word, "hierarchyCode": str(at)} for at, word in enumerate(keywords, 1)
            ],
            "CFLicenses": [
                {**licence, "licenseText": uri, "lastChangeDateTime": self.changed} for uri, licence in sorted(licences.items())
            ],
        }

    def _defined(self, kind: str, title: str) -> Value:
        identifier = self._uuid(kind, title)
        return {"identifier": identifier, "uri": f"{_URN}{identifier}", "title": title, "lastChangeDateTime": self.changed}

    def _uuid(self, kind: str, key: str) -> str:
        """A UUID for what CASE wants one and CTDL has none: the same at every export."""
        return Ctid.derive(self.ctid, kind, key)[3:]


def _names(node: Mapping[str, Any], ctid: Ctid) -> tuple[str, str]:
    """The UUID and the address of a thing: those it has in CASE, else its CTID's."""
    stated = refs(node, "ceasn:identifier")
    urns = [found for name in stated if name.startswith(_URN) and UUID.fullmatch(found := name.removeprefix(_URN))]
    address = next((name for name in stated if not name.startswith(_URN)), "")
    if urns:
        return urns[0], address or f"{_URN}{urns[0]}"
    return ctid[3:], str(node.get("@id", ""))


def _told(made: Value, node: Mapping[str, Any], kind: str) -> Value:
    carried = {name: next(iter(texts(node, f"case:{name}")), "") for name in CARRIED[kind]}
    return {name: value for name, value in {**made, **carried}.items() if value not in ("", [], {})}
