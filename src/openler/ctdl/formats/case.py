"""A CASE package becomes a CompetencyFramework with its Competencies, and an AlignmentMap that keeps its associations.

The framework says in CTDL-ASN's words what those have for it (hierarchy, exact and general alignment, comprising). The map
says every association again with its identifier, so that nothing is lost on the way back (ADR 0021).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from openler.ctdl.document import build
from openler.ctdl.formats import account as told
from openler.ctdl.formats.account import Account, RowFate
from openler.ctdl.formats.case_fields import Fields, framework_node, item_node
from openler.ctdl.formats.case_map import address, map_ctid, map_nodes
from openler.ctdl.formats.case_package import ASSOCIATIONS, DOCUMENT, ITEMS, Link, Package, Row, read, string
from openler.ctdl.formats.case_terms import ALIGNMENTS, CHILD, COMPETENCY, FRAMEWORK, PRIVATE_DRAFT, SOURCE
from openler.ctdl.formats.case_tree import tree
from openler.ctdl.formats.convert import Conversion
from openler.ctdl.formats.shapes import Node, lang, put
from openler.errors import Refused, declare
from openler.ids import Ctid

PRIVATE = declare("case.private_draft", by=__name__)
IN_FRAMEWORK = declare("case.in_framework", by=__name__)
IN_MAP = declare("case.in_map", by=__name__)
UNSAID = declare("case.association_unsaid", by=__name__)
CIRCLE = declare("case.circle", by=__name__)
NO_PARENT = declare("case.no_parent", by=__name__)
DEFINED = declare("case.defined", by=__name__)
FIELDS_LEFT = declare("case.fields_left", by=__name__)

DEFINED_BY = {
    "CFConcepts": ("title",), "CFSubjects": ("title",), "CFItemTypes": ("title",), "CFLicenses": ("uri", "title"),
    "CFAssociationGroupings": (),
}  # fmt: skip
"""By which fields of a definition an item or the document means it."""


def convert_case(package: Any, *, base_url: str, publisher: Ctid | None = None, language: str = "en") -> Conversion:
    """Convert a package of CASE 1.0 or 1.1.

    ``package`` is parsed JSON. Without ``publisher`` the organisation is made of the name that the package gives. ``language``
    is that of texts which do not name theirs. CTIDs are adopted where an item's address holds one, and derived from its UUID
    otherwise.

    :raises Malformed: it is no CASE package
    :raises Refused: ``case.private_draft``: its author has not published it
    :raises TooLarge: more rows than a package may have, or than a document may hold
    """
    account = Account()
    given = read(package, account)
    if string(given.document.value, "adoptionStatus") == PRIVATE_DRAFT:
        raise Refused(PRIVATE, place=f"/{DOCUMENT}/adoptionStatus")
    return _Work(given, account, Fields(given.document.value, language), publisher).conversion(base_url)


class _Work:
    def __init__(self, package: Package, account: Account, fields: Fields, publisher: Ctid | None) -> None:
        self.package = package
        self.account = account
        self.fields = fields
        self.adopted, self.ctids = _ctids(package)
        self.framework = self.ctids[package.document.identifier.lower()]
        self.by_uri = {row.uri: row.identifier.lower() for row in (package.document, *package.items) if row.uri}
        name = string(package.document.value, "publisher") or string(package.document.value, "creator") or fields.title
        self.organization = None if publisher is not None else name
        self.publisher = publisher or Ctid.derive(SOURCE, "ceterms:Organization", name)
        self.top = package.document.identifier.lower()
        self.nodes: dict[str, Node] = {}

    def conversion(self, base_url: str) -> Conversion:
        self.nodes = {
            row.identifier.lower(): item_node(row, self.ctids[row.identifier.lower()], self.framework, self.fields)
            for row in self.package.items
        }
        links = [(link, self._key(link.origin), self._key(link.target)) for link in sorted(self.package.links, key=lambda one: one.order)]
        main = framework_node(self.package.document, self.framework, self.publisher, self.fields)
        self._nest(main, links)
        self._align(links)
        self._definitions()
        for row in (self.package.document, *self.package.items):
            self.account.decide(RowFate(row.table, row.number, "published", told.PUBLISHED, (self.ctids[row.identifier.lower()],)))
        for (table, name), count in sorted(self.fields.left.items()):
            self.account.remark(FIELDS_LEFT, "note", table, 1, self.framework, field=name, count=count)
        self.account.close(())
        ends = [(link, self._address(origin, link.origin), self._address(target, link.target)) for link, origin, target in links]
        associated = map_nodes(
            self.framework, self.publisher, self.fields.title, self.fields.language, (self.ctids[key] for key in self.nodes), ends
        )
        documents = [build(base_url, [main, *self.nodes.values()]), build(base_url, associated)]
        if self.organization is not None:
            documents.append(build(base_url, [_organization(self.publisher, self.organization, self.fields)]))
        return Conversion(
            publisher=self.publisher,
            documents=tuple(sorted(documents, key=lambda document: document.ctid)),
            tables=self.account.tables(),
            fates=self.account.fates,
            remarks=self.account.remarks,
            proposals=(),
            adopted=self.adopted,
        )

    def _key(self, end: Any) -> str | None:
        """The item (or document) of this package that an end means, by its UUID or else its address."""
        key = end.identifier.lower()
        if key in self.ctids:
            return str(key)
        return self.by_uri.get(end.uri)

    def _address(self, key: str | None, end: Any) -> str:
        return address(end) if key is None else str(self.ctids[key])

    def _nest(self, main: Node, links: list[tuple[Link, str | None, str | None]]) -> None:
        own = [
            (link, origin, target)
            for link, origin, target in links
            if link.type == CHILD and origin in self.nodes and target is not None and target != origin
        ]
        made = tree((str(origin), str(target)) for _, origin, target in own)
        for link, origin, target in own:
            if (origin, target) in made.circular:
                self.account.remark(CIRCLE, "contradiction", ASSOCIATIONS, link.row.number, self.ctids[str(origin)])
        tops = list(made.children.get(self.top, ()))
        for row in self.package.items:
            key = row.identifier.lower()
            parents = made.parents.get(key, ())
            if not parents:
                self.account.remark(NO_PARENT, "gap", ITEMS, row.number, self.ctids[key])
                tops.append(key)
            node = self.nodes[key]
            put(node, "ceasn:isTopChildOf", [str(self.framework)] if self.top in parents or not parents else None)
            put(node, "ceasn:isChildOf", [str(self.ctids[parent]) for parent in parents if parent != self.top])
            put(node, "ceasn:hasChild", [str(self.ctids[child]) for child in made.children.get(key, ())])
        put(main, "ceasn:hasTopChild", [str(self.ctids[key]) for key in tops])

    def _align(self, links: Iterable[tuple[Link, str | None, str | None]]) -> None:
        """Each association goes into the map; what CTDL-ASN has a property for goes into the framework too."""
        for link, origin, target in links:
            self.fields.leave(link.row)
            said = self._say(link, origin, target)
            into = (self.framework, map_ctid(self.framework)) if said else (map_ctid(self.framework),)
            self.account.decide(RowFate(ASSOCIATIONS, link.row.number, "merged", IN_FRAMEWORK if said else IN_MAP, into))
            if not said:
                self.account.remark(UNSAID, "note", ASSOCIATIONS, link.row.number, self.framework, type=link.type)

    def _say(self, link: Link, origin: str | None, target: str | None) -> bool:
        """Say an association by a property of one of our competencies; whether there is one for it."""
        subject, whole = self.nodes.get(origin or ""), self.nodes.get(target or "")
        if link.type == CHILD:
            return _states(subject, self.ctids.get(target or ""))
        if origin == target and origin is not None:
            return False
        if link.type == "isPartOf" and subject is not None:
            return target == self.top or (whole is not None and _add(whole, "ceasn:comprisedOf", self._address(origin, link.origin)))
        prop = ALIGNMENTS.get(link.type)
        if prop is not None and subject is not None and target != self.top:
            return _add(subject, prop, self._address(target, link.target))
        # Being coextensive holds in both directions, and only our own competency can be made to say so.
        if link.type == "exactMatchOf" and origin is None and whole is not None:
            return _add(whole, ALIGNMENTS[link.type], address(link.origin))
        return False

    def _definitions(self) -> None:
        used = self.fields.used
        for kind, rows in self.package.definitions.items():
            for row in rows:
                meant = any(string(row.value, name) in used.get(kind, ()) for name in DEFINED_BY[kind] if string(row.value, name))
                into = (self.framework,) if meant else ()
                self.account.decide(RowFate(kind, row.number, "merged" if meant else "refused", DEFINED if meant else told.NOT_USED, into))


def _ctids(package: Package) -> tuple[tuple[Ctid, ...], dict[str, Ctid]]:
    """The CTID of each UUID: the one in its address where no other claims it, else derived; and those that were adopted."""
    rows = [(package.document, FRAMEWORK), *((row, COMPETENCY) for row in package.items)]
    stated = {row.identifier.lower(): found for row, _ in rows if (found := _stated(row)) is not None}
    claims = Counter(stated.values())
    made: dict[str, Ctid] = {}
    for row, kind in rows:
        key = row.identifier.lower()
        own = stated.get(key)
        made[key] = own if own is not None and claims[own] == 1 else Ctid.derive(SOURCE, kind, key)
    return tuple(sorted(own for key, own in stated.items() if made[key] == own)), made


def _stated(row: Row) -> Ctid | None:
    """The CTID in an address under ``/resources/``, where registries of CTDL keep theirs."""
    return Ctid.within(row.uri) if "/resources/ce-" in row.uri.lower() else None


def _add(node: Node, prop: str, value: str) -> bool:
    listed = node.setdefault(prop, [])
    if value not in listed:
        listed.append(value)
    return True


def _states(node: Mapping[str, Any] | None, parent: Ctid | None) -> bool:
    return (
        node is not None and parent is not None and any(parent in node.get(name, ()) for name in ("ceasn:isChildOf", "ceasn:isTopChildOf"))
    )


def _organization(ctid: Ctid, name: str, fields: Fields) -> Node:
    about = "Named as the publisher by a CASE framework. This identifier was made by the importer and is not the organization's own."
    node: Node = {"@type": "ceterms:Organization", "ceterms:ctid": str(ctid), "ceterms:name": lang(name, fields.language)}
    node["ceterms:description"] = lang(about, "en-US")
    return node
