"""An ESCO download becomes Occupations, a scheme of ISCO groups, a framework of skills, and the collections (ADR 0021)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from openler.ctdl.document import build
from openler.ctdl.formats import account as told
from openler.ctdl.formats.account import Account, RowFate
from openler.ctdl.formats.case_tree import Tree, tree
from openler.ctdl.formats.convert import Conversion
from openler.ctdl.formats.esco_bodies import ISCO, commission, isco_scheme
from openler.ctdl.formats.esco_files import (
    COLLECTIONS,
    ESSENTIAL_SKILLS,
    FILES,
    OPTIONAL_SKILLS,
    SOURCE,
    Numbered,
    Rows,
    is_address,
    several,
)
from openler.ctdl.formats.esco_skills import BY_LABEL, Skills, collection, collection_ctid
from openler.ctdl.formats.keyed import singles
from openler.ctdl.formats.shapes import ALIGNMENT, Node, lang, put
from openler.errors import declare
from openler.ids import Ctid

OCCUPATION_UNKNOWN = declare("esco.occupation_unknown", by=__name__)
GROUP_UNKNOWN = declare("esco.group_unknown", by=__name__)
IN_OCCUPATION = declare("esco.in_occupation", by=__name__)
IN_COLLECTION = declare("esco.in_collection", by=__name__)

_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z", re.ASCII)


def occupation_ctid(uri: str) -> Ctid:
    """The CTID of an occupation; its address does not change from release to release."""
    return Ctid.derive(SOURCE, "ceterms:Occupation", uri)


def group_ctid(uri: str) -> Ctid:
    """The CTID of an ISCO group."""
    return Ctid.derive(SOURCE, "skos:Concept", uri)


def convert_esco(rows: Mapping[str, Rows], *, base_url: str, release: str = "", language: str = "en") -> Conversion:
    """Convert an ESCO download.

    ``rows`` are the rows of each table of :data:`FILES` that there is; ``release`` such as ``1.2.0`` is told in names.
    ``language`` is that of the files.
    """
    return _Work({name: list(rows.get(name, ())) for name in FILES}, set(rows), f"ESCO {release}".strip(), language).conversion(base_url)


class _Work:
    def __init__(self, rows: dict[str, list[Numbered]], present: set[str], edition: str, language: str) -> None:
        self.rows, self.edition, self.language = rows, edition, language
        self.account = Account()
        for name in FILES:
            if name in present:
                self.account.read(name, (number for number, _ in rows[name]))
        self.publisher = Ctid.derive(SOURCE, "ceterms:Organization", "European Commission")
        self.scheme = Ctid.derive(SOURCE, "skos:ConceptScheme", "isco")
        self.skills = Skills(rows, self.account, self.publisher, edition, language)
        self.groups: dict[str, Node] = {}
        self.occupations: dict[str, Node] = {}
        self.wanted: dict[str, dict[str, dict[str, None]]] = {}

    def conversion(self, base_url: str) -> Conversion:
        self._groups()
        self._occupations()
        self._broader()
        self._wanted()
        collections = self._collections()
        for uri, node in self.occupations.items():
            self._requirements(uri, node)
        scheme = isco_scheme(self.scheme, self.publisher, self.groups, self.edition, self.language)
        documents = [build(base_url, [commission(self.publisher)]), build(base_url, [scheme, *self.groups.values()])]
        if len(self.skills):
            documents.append(build(base_url, self.skills.document_nodes()))
        documents.extend(build(base_url, [node]) for node in (*self.occupations.values(), *collections))
        self.account.close(())
        return Conversion(
            publisher=self.publisher,
            documents=tuple(sorted(documents, key=lambda document: document.ctid)),
            tables=self.account.tables(),
            fates=self.account.fates,
            remarks=self.account.remarks,
            proposals=(),
            adopted=(),
        )

    def _named(self, table: str) -> Iterator[Numbered]:
        """The rows that have an address of their own and a label; the others are refused."""
        for number, row in singles(table, self.rows[table], "conceptUri", self.account):
            uri = row["conceptUri"]
            if is_address(uri) and row["preferredLabel"]:
                yield number, row
            else:
                code = told.NAME_MISSING if is_address(uri) else told.KEY_MISSING
                self.account.decide(RowFate(table, number, "refused", code, (), {"column": "conceptUri"}))

    def _groups(self) -> None:
        for number, row in self._named("groups"):
            uri = row["conceptUri"]
            node: Node = {
                "@type": "skos:Concept",
                "ceterms:ctid": str(group_ctid(uri)),
                "skos:prefLabel": lang(row["preferredLabel"], self.language),
                "skos:inScheme": [str(self.scheme)],
                "skos:exactMatch": [uri],
            }
            put(node, "skos:notation", row["code"])
            put(node, "skos:definition", lang(row["description"], self.language) if row["description"] else None)
            self.groups[uri] = node
            self.account.decide(RowFate("groups", number, "published", told.PUBLISHED, (group_ctid(uri),)))

    def _occupations(self) -> None:
        by_code = {str(node.get("skos:notation")): uri for uri, node in self.groups.items()}
        for number, row in self._named("occupations"):
            uri = row["conceptUri"]
            node: Node = {
                "@type": "ceterms:Occupation",
                "ceterms:ctid": str(occupation_ctid(uri)),
                "ceterms:name": lang(row["preferredLabel"], self.language),
                "ceterms:assertedBy": [str(self.publisher)],
                "ceterms:sameAs": [uri],
            }
            put(node, "ceterms:codedNotation", [row["code"]] if row["code"] else None)
            put(node, "ceterms:description", lang(row["description"], self.language) if row["description"] else None)
            for column, prop in (("altLabels", "ceterms:alternateName"), ("hiddenLabels", "ceterms:keyword")):
                names = several(row.get(column, ""))
                put(node, prop, {self.language: names} if names else None)
            put(node, "ceasn:comment", lang(note, self.language) if (note := row.get("scopeNote", "")) else None)
            put(node, "ceasn:dateModified", when if _DATE_TIME.fullmatch(when := row.get("modifiedDate", "")) else None)
            self._classify(node, number, row, by_code)
            self.occupations[uri] = node
            self.account.decide(RowFate("occupations", number, "published", told.PUBLISHED, (occupation_ctid(uri),)))

    def _classify(self, node: Node, number: int, row: Mapping[str, str], by_code: Mapping[str, str]) -> None:
        """Its ISCO group; and that the profession is regulated, which ESCO says of some."""
        code = row["iscoGroup"]
        if code in by_code:
            group = self.groups[by_code[code]]
            alignment: Node = {
                "@type": ALIGNMENT,
                "ceterms:framework": str(self.scheme),
                "ceterms:frameworkName": lang(ISCO, "en"),
                "ceterms:targetNode": str(group["ceterms:ctid"]),
                "ceterms:targetNodeName": dict(group["skos:prefLabel"]),
                "ceterms:codedNotation": code,
            }
            node["ceterms:occupationType"] = [alignment]
        elif code:
            self.account.remark(GROUP_UNKNOWN, "gap", "occupations", number, Ctid(node["ceterms:ctid"]), seen=code)
        regulated = row.get("regulatedProfessionNote", "")
        if regulated.endswith("/regulated") and is_address(regulated):
            told_by = {"@type": ALIGNMENT, "ceterms:targetNode": regulated, "ceterms:targetNodeName": lang("Regulated profession", "en")}
            node["ceterms:classification"] = [told_by]

    def _broader(self) -> None:
        edges: list[tuple[str, str]] = []
        everything = {**self.groups, **self.occupations}
        for number, row in self.rows["broader"]:
            narrow, broad = row["conceptUri"], row["broaderUri"]
            if narrow not in everything or broad not in everything or narrow == broad:
                seen = broad if narrow in everything else narrow
                self.account.decide(RowFate("broader", number, "refused", OCCUPATION_UNKNOWN, (), {"seen": seen[:200]}))
                continue
            edges.append((narrow, broad))
            self.account.decide(RowFate("broader", number, "merged", IN_OCCUPATION, (Ctid(everything[narrow]["ceterms:ctid"]),)))
        made = tree(edges)
        self._tell(made, self.groups, "skos:broader", "skos:narrower")
        self._tell(made, self.occupations, "ceterms:isSpecializationOf", "ceterms:hasSpecialization")

    def _tell(self, made: Tree, among: Mapping[str, Node], up: str, down: str) -> None:
        for uri, node in among.items():
            put(node, up, [str(among[one]["ceterms:ctid"]) for one in made.parents.get(uri, ()) if one in among])
            put(node, down, [str(among[one]["ceterms:ctid"]) for one in made.children.get(uri, ()) if one in among])

    def _wanted(self) -> None:
        """The skills of each occupation, by address where a file gives it, else by label."""
        for number, row in self.rows["occupation_skills"]:
            uri, skill, kind = row["occupationUri"], row["skillUri"], row["relationType"]
            if uri not in self.occupations or skill not in self.skills.nodes or kind not in {"essential", "optional"}:
                seen = skill if uri in self.occupations else uri
                self.account.decide(RowFate("occupation_skills", number, "refused", OCCUPATION_UNKNOWN, (), {"seen": seen[:200]}))
                continue
            self.wanted.setdefault(uri, {}).setdefault(kind, {})[skill] = None
            self.account.decide(RowFate("occupation_skills", number, "merged", IN_OCCUPATION, (occupation_ctid(uri),)))
        for number, row in self.rows["profiles"]:
            uri = row["occupation_uri"]
            if uri not in self.occupations:
                self.account.decide(RowFate("profiles", number, "refused", OCCUPATION_UNKNOWN, (), {"seen": uri[:200]}))
                continue
            self.account.decide(RowFate("profiles", number, "merged", IN_OCCUPATION, (occupation_ctid(uri),)))
            for kind in ("essential", "optional"):
                for label in several(row[f"{kind}_skills"]):
                    key = self.skills.by_label(label)
                    self.wanted.setdefault(uri, {}).setdefault(kind, {})[key] = None
        labelled = sum(1 for key in self.skills.nodes if key.startswith("label:"))
        if labelled:
            self.account.remark(BY_LABEL, "note", "profiles", 1, self.skills.framework, count=labelled)

    def _requirements(self, uri: str, node: Node) -> None:
        wanted = self.wanted.get(uri, {})
        for kind, prop, about in (("essential", "ceterms:requires", ESSENTIAL_SKILLS), ("optional", "ceterms:recommends", OPTIONAL_SKILLS)):
            targets = [
                {
                    "@type": ALIGNMENT,
                    "ceterms:targetNode": str(self.skills.ctid(key)),
                    "ceterms:targetNodeName": lang(self.skills.name(key), self.language),
                }
                for key in wanted.get(kind, ())
            ]
            if targets:
                described = lang(about.format(edition=self.edition), "en")
                node[prop] = [{"@type": "ceterms:ConditionProfile", "ceterms:description": described, "ceterms:targetCompetency": targets}]

    def _collections(self) -> list[Node]:
        made = []
        for table in COLLECTIONS:
            members = self.skills.members(table) if table != "research_occupations" else self._research()
            if members:
                made.append(collection(table, members, self.publisher, self.edition))
        return made

    def _research(self) -> list[Ctid]:
        found: dict[Ctid, None] = {}
        for number, row in self.rows["research_occupations"]:
            node = self.occupations.get(row["conceptUri"])
            if node is None:
                fate = RowFate("research_occupations", number, "refused", OCCUPATION_UNKNOWN, (), {"seen": row["conceptUri"][:200]})
            else:
                node["ceterms:isMemberOf"] = [str(collection_ctid("research_occupations"))]
                found[Ctid(node["ceterms:ctid"])] = None
                fate = RowFate("research_occupations", number, "merged", IN_COLLECTION, (Ctid(node["ceterms:ctid"]),))
            self.account.decide(fate)
        return list(found)
