"""ESCO's skills: groups, skills and knowledge with their hierarchy become one framework; collections name some of them.

A skill is known by its address. Where a file names a skill by its label alone, that label finds the skill; one whose address no
file gives is published by its label, without a place in the hierarchy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from openler.ctdl.formats import account as told
from openler.ctdl.formats.account import Account, RowFate
from openler.ctdl.formats.case_tree import tree
from openler.ctdl.formats.esco_files import COLLECTIONS, LICENCE, PAGE, SOURCE, Numbered, is_address, several
from openler.ctdl.formats.shapes import ALIGNMENT, Node, concept, lang, put
from openler.errors import declare
from openler.ids import Ctid

SKILL_UNKNOWN = declare("esco.skill_unknown", by=__name__)
PARENT_UNKNOWN = declare("esco.parent_unknown", by=__name__)
BY_LABEL = declare("esco.by_label", by=__name__)
IN_FRAMEWORK = declare("esco.in_framework", by=__name__)

FRAMEWORK, COMPETENCY, COLLECTION = "ceasn:CompetencyFramework", "ceasn:Competency", "ceterms:Collection"
SKILL_TABLES = ("skills", *(name for name in COLLECTIONS if name != "research_occupations"))
GROUP = "skill group"
_EMBODIED = {"knowledge": "ceasn:knowledgeEmbodied", "skill/competence": "ceasn:skillEmbodied"}


class Skills:
    """The framework as it grows."""

    def __init__(self, rows: Mapping[str, list[Numbered]], account: Account, publisher: Ctid, edition: str, language: str) -> None:
        self.framework = Ctid.derive(SOURCE, FRAMEWORK, "skills")
        self._rows, self._account, self._publisher = rows, account, publisher
        self._edition, self._language = edition, language
        self.nodes: dict[str, Node] = {}
        self._by_label: dict[str, str] = {}
        self._parents: list[tuple[str, str]] = []
        self._members: dict[str, list[str]] = {}
        self._groups()
        self._skills()

    def __len__(self) -> int:
        return len(self.nodes)

    def ctid(self, key: str) -> Ctid:
        """The CTID of a skill that is known by this key."""
        return Ctid(self.nodes[key]["ceterms:ctid"])

    def name(self, key: str) -> str:
        """Its preferred label."""
        return str(self.nodes[key]["ceasn:competencyLabel"][self._language])

    def by_label(self, label: str) -> str:
        """The key of the skill with a label; one that no file gives an address becomes known by its label."""
        key = self._by_label.get(label)
        if key is None:
            key = self._by_label[label] = f"label:{label}"
            self._node(key, {"preferredLabel": label})
        return key

    def _node(self, key: str, row: Mapping[str, str]) -> Node:
        label, language = row["preferredLabel"], self._language
        about = row.get("description", "")
        node: Node = {
            "@type": COMPETENCY,
            "ceterms:ctid": str(Ctid.derive(SOURCE, COMPETENCY, key)),
            "ceasn:competencyLabel": lang(label, language),
            "ceasn:competencyText": lang(about or label, language),
            "ceasn:isPartOf": [str(self.framework)],
        }
        put(node, "ceasn:identifier", [key] if not key.startswith("label:") else None)
        names = several(row.get("altLabels", ""))
        put(node, "ceasn:conceptKeyword", {language: names} if names else None)
        kind = row.get("skillType", "")
        put(node, "ceasn:competencyCategory", lang(kind, "en") if kind else None)
        put(node, "ceasn:codedNotation", row.get("code", ""))
        if reuse := row.get("reuseLevel", ""):
            level = {
                "@type": ALIGNMENT,
                "ceterms:frameworkName": lang("ESCO reuse level", "en"),
                "ceterms:targetNodeName": lang(reuse, "en"),
            }
            node["ceterms:classification"] = [level]
        self.nodes[key] = node
        # A group may have the label of one of its skills, and no occupation asks for a group.
        if kind != GROUP:
            self._by_label.setdefault(label, key)
        return node

    def _take(self, table: str, number: int, row: Mapping[str, str]) -> bool:
        """Publish a row's skill unless it is known already (from this or another file)."""
        key = row["conceptUri"]
        if not is_address(key) or not row["preferredLabel"]:
            code = told.NAME_MISSING if is_address(key) else told.KEY_MISSING
            self._account.decide(RowFate(table, number, "refused", code, (), {"column": "conceptUri"}))
            return False
        if key in self.nodes:
            if table in SKILL_TABLES:
                self._by_label.setdefault(row["preferredLabel"], key)
            self._account.decide(RowFate(table, number, "merged", IN_FRAMEWORK, (self.ctid(key),)))
        else:
            self._node(key, row)
            self._account.decide(RowFate(table, number, "published", told.PUBLISHED, (self.ctid(key),)))
        return True

    def _groups(self) -> None:
        for number, row in self._rows["skill_groups"]:
            self._take("skill_groups", number, {**row, "skillType": GROUP})
        for number, row in self._rows["hierarchy"]:
            levels = [uri for level in range(4) if (uri := row.get(f"Level {level} URI", ""))]
            if levels and all(uri in self.nodes for uri in levels):
                if len(levels) > 1:
                    self._parents.append((levels[-1], levels[-2]))
                self._account.decide(RowFate("hierarchy", number, "merged", IN_FRAMEWORK, (self.ctid(levels[-1]),)))
            else:
                seen = levels[-1][:200] if levels else ""
                self._account.decide(RowFate("hierarchy", number, "refused", SKILL_UNKNOWN, (), {"seen": seen}))

    def _skills(self) -> None:
        taken = [(table, number, row) for table in SKILL_TABLES for number, row in self._rows[table] if self._take(table, number, row)]
        for table, number, row in taken:
            key = row["conceptUri"]
            if table in COLLECTIONS:
                self._members.setdefault(table, []).append(key)
            for parent in several(row.get("broaderConceptUri", "")):
                if parent in self.nodes:
                    self._parents.append((key, parent))
                else:
                    self._account.remark(PARENT_UNKNOWN, "gap", table, number, self.ctid(key), seen=parent)

    def _relate(self) -> None:
        for number, row in self._rows["relations"]:
            origin, target = row["originalSkillUri"], row["relatedSkillUri"]
            if origin not in self.nodes or not is_address(target):
                self._account.decide(RowFate("relations", number, "refused", SKILL_UNKNOWN, (), {"seen": origin[:200]}))
                continue
            prop = _EMBODIED.get(row["relatedSkillType"]) if row["relationType"] == "essential" else None
            named = str(self.ctid(target)) if target in self.nodes else target
            listed = self.nodes[origin].setdefault(prop or "ceasn:alignTo", [])
            if named not in listed:
                listed.append(named)
            self._account.decide(RowFate("relations", number, "merged", IN_FRAMEWORK, (self.ctid(origin),)))

    def document_nodes(self) -> list[Node]:
        """The framework with all its competencies; told last, when everything is known."""
        self._relate()
        for table, keys in self._members.items():
            for key in keys:
                self.nodes[key].setdefault("ceterms:isMemberOf", []).append(str(collection_ctid(table)))
        made = tree(self._parents)
        tops = [key for key in self.nodes if key in made.children and key not in made.parents]
        for key, node in self.nodes.items():
            put(node, "ceasn:isChildOf", [str(self.ctid(parent)) for parent in made.parents.get(key, ())])
            put(node, "ceasn:hasChild", [str(self.ctid(child)) for child in made.children.get(key, ())])
        for key in tops:
            self.nodes[key]["ceasn:isTopChildOf"] = [str(self.framework)]
        main: Node = {
            "@type": FRAMEWORK,
            "ceterms:ctid": str(self.framework),
            "ceasn:name": lang(f"{self._edition} skills", self._language),
            "ceasn:description": lang(
                "Skills, competences and knowledge of the European classification ESCO, as far as this import has them.", "en"
            ),
            "ceasn:inLanguage": [self._language],
            "ceasn:publisher": [str(self._publisher)],
            "ceasn:source": [PAGE],
            "ceasn:license": LICENCE,
        }
        put(main, "ceasn:hasTopChild", [str(self.ctid(key)) for key in tops])
        return [main, *self.nodes.values()]

    def members(self, table: str) -> list[Ctid]:
        """The skills of a collection, each once."""
        return [self.ctid(key) for key in dict.fromkeys(self._members.get(table, ()))]


def collection_ctid(table: str) -> Ctid:
    """The CTID of a collection, by its table."""
    return Ctid.derive(SOURCE, COLLECTION, table)


def collection(table: str, members: Iterable[Ctid], publisher: Ctid, edition: str) -> Node:
    """A collection and its members."""
    node: Node = {
        "@type": COLLECTION,
        "ceterms:ctid": str(collection_ctid(table)),
        "ceterms:name": lang(f"{COLLECTIONS[table]} ({edition})", "en"),
        "ceterms:description": lang(f"The collection “{COLLECTIONS[table]}” of {edition}.", "en"),
        "ceterms:ownedBy": [str(publisher)],
        "ceterms:lifeCycleStatusType": [concept("lifeCycle:Active")],
        "ceterms:inLanguage": ["en"],
        "ceasn:license": LICENCE,
        "ceterms:hasMember": [str(member) for member in members],
    }
    put(node, "ceterms:collectionType", None if table == "research_occupations" else [concept("collectionCategory:Competency")])
    return node
