"""The O*NET database becomes Occupations and a framework of the skills and knowledge by which it rates them.

An occupation tells both scales of each rated element, machine-readably (ADR 0004):

- *importance* (1 to 5): ``ceterms:requires`` -> ConditionProfile -> ``ceterms:targetCompetency`` -> ``ceterms:weight``;
- *level* (0 to 7): the occupation's own ``ceterms:targetCompetency`` -> ``ceterms:weight``.

Ratings that O*NET recommends to suppress are left out, and so are levels of what is not relevant. :func:`ratings` reads them back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, Final

from openler.ctdl.document import Document, build, nodes
from openler.ctdl.formats import account as told
from openler.ctdl.formats.account import Account, RowFate, TableAccount
from openler.ctdl.formats.shapes import ALIGNMENT, Node, coded, json_number, lang, number, put
from openler.ctdl.formats.wages import Wages, wage_documents
from openler.ctdl.values import refs, text
from openler.errors import Code, declare
from openler.ids import Ctid

RATING_SUPPRESSED = declare("import.rating_suppressed", by=__name__)
RATING_UNREADABLE = declare("import.rating_unreadable", by=__name__)
OVER_LIMIT = declare("import.over_limit", by=__name__)
OCCUPATION_MISSING = declare("import.occupation_missing", by=__name__)
MERGED_INTO_OCCUPATION = declare("import.merged_into_occupation", by=__name__)

SOURCE: Final = "us-onet"
CENTER_PAGE: Final = "https://www.onetcenter.org/"
LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"
LANGUAGE: Final = "en-US"

TABLES: Final = {
    "occupations": ("Occupation Data", ("O*NET-SOC Code", "Title", "Description")),
    "skills": ("Skills", ("O*NET-SOC Code", "Element ID", "Element Name", "Scale ID", "Data Value", "Recommend Suppress", "Not Relevant")),
    "knowledge": (
        "Knowledge",
        ("O*NET-SOC Code", "Element ID", "Element Name", "Scale ID", "Data Value", "Recommend Suppress", "Not Relevant"),
    ),
    "content": ("Content Model Reference", ("Element ID", "Element Name", "Description")),
    "reported": ("Sample of Reported Titles", ("O*NET-SOC Code", "Reported Job Title", "Shown in My Next Move")),
    "alternate": ("Alternate Titles", ("O*NET-SOC Code", "Alternate Title")),
}
"""The files an import reads, without their extension, and the columns needed of each."""
CATEGORIES: Final = {"skills": "Skills", "knowledge": "Knowledge"}

MAX_REPORTED_TITLES = 10
"""Titles that people in the occupation reported, kept as alternate names; those shown to the public first."""
MAX_ALTERNATE_TITLES = 60
"""Further titles kept as keywords."""

Rows = Iterable[tuple[int, Mapping[str, str]]]


@dataclass(frozen=True, slots=True)
class Rating:
    """How much an occupation asks of a competency. ``importance`` is 1 to 5, ``level`` 0 to 7; None where O*NET gives none fit for use."""

    competency: Ctid
    element: str
    name: str
    importance: float | None
    level: float | None


@dataclass(frozen=True, slots=True)
class OnetConversion:
    """Documents by CTID, the framework's CTID, the occupations' CTIDs by O*NET-SOC code, the account, and SOC codes without a wage."""

    publisher: Ctid
    framework: Ctid
    documents: tuple[Document, ...]
    occupations: Mapping[str, Ctid]
    rated: int
    tables: tuple[TableAccount, ...]
    fates: tuple[RowFate, ...]
    without_wage: tuple[str, ...]


@cache
def occupation_ctid(code: str) -> Ctid:
    """The CTID of the occupation with an O*NET-SOC code such as ``15-1252.00``; it does not change from release to release."""
    return Ctid.derive(SOURCE, "ceterms:Occupation", code)


@cache
def competency_ctid(element: str) -> Ctid:
    """The CTID of a rated element such as ``2.A.1.a``."""
    return Ctid.derive(SOURCE, "ceasn:Competency", element)


@cache
def framework_ctid() -> Ctid:
    """The CTID of the framework of rated elements."""
    return Ctid.derive(SOURCE, "ceasn:CompetencyFramework", "skills and knowledge")


def ratings(document: Document) -> tuple[Rating, ...]:
    """The ratings that an occupation's document tells, by element id."""
    importance: dict[Ctid, tuple[str, str, float]] = {}
    for condition in nodes(document, document.main, "ceterms:requires"):
        importance.update(_weights(document, condition))
    level = dict(_weights(document, document.main))
    found = []
    for ctid in importance.keys() | level.keys():
        element, name, _ = importance.get(ctid) or level[ctid]
        weights = [entry[ctid][2] if ctid in entry else None for entry in (importance, level)]
        found.append(Rating(ctid, element, name, *weights))
    return tuple(sorted(found, key=lambda rating: rating.element))


def _weights(document: Document, node: Mapping[str, Any]) -> dict[Ctid, tuple[str, str, float]]:
    found = {}
    for alignment in nodes(document, node, "ceterms:targetCompetency"):
        ctid = next((ctid for name in refs(alignment, "ceterms:targetNode") if (ctid := Ctid.within(name)) is not None), None)
        weight = alignment.get("ceterms:weight")
        if ctid is not None and isinstance(weight, int | float) and not isinstance(weight, bool):
            found[ctid] = (text(alignment, "ceterms:codedNotation"), text(alignment, "ceterms:targetNodeName"), float(weight))
    return found


def convert_onet(rows: Mapping[str, Rows], *, base_url: str, release: str = "", wages: Wages | None = None) -> OnetConversion:
    """Convert an O*NET release.

    ``rows`` are the rows of each table of :data:`TABLES`; ``release`` such as ``29.2`` is told in names; ``wages`` link each
    occupation to the earnings of its SOC.
    """
    work = _Work(rows, release)
    occupation_nodes = work.occupations()
    documents = [build(base_url, [work.center()]), build(base_url, work.framework())]
    without: tuple[str, ...] = ()
    if wages is not None:
        by_soc: dict[str, list[Ctid]] = {}
        for code in occupation_nodes:
            by_soc.setdefault(code[:7], []).append(occupation_ctid(code))
        made, data_sets = wage_documents(wages, by_soc, base_url, work.account)
        documents.extend(made)
        for code, node in occupation_nodes.items():
            put(node, "qdata:relevantDataSet", [str(data_sets[code[:7]])] if code[:7] in data_sets else None)
        without = tuple(sorted(set(by_soc) - set(data_sets)))
    documents.extend(build(base_url, [node]) for node in occupation_nodes.values())
    work.account.close(("content",))
    return OnetConversion(
        publisher=work.publisher,
        framework=framework_ctid(),
        documents=tuple(sorted(documents, key=lambda document: document.ctid)),
        occupations={code: occupation_ctid(code) for code in sorted(occupation_nodes)},
        rated=sum(1 for node in occupation_nodes.values() if "ceterms:requires" in node),
        tables=work.account.tables(),
        fates=work.account.fates,
        without_wage=without,
    )


class _Work:
    def __init__(self, rows: Mapping[str, Rows], release: str) -> None:
        self.account = Account()
        self._rows = {name: list(rows.get(name, ())) for name in TABLES}
        for name, entries in self._rows.items():
            self.account.read(name, (number for number, _ in entries))
        self._edition = f"O*NET {release}" if release else "O*NET"
        self.publisher = Ctid.derive(SOURCE, "ceterms:Organization", "National Center for O*NET Development")
        self._elements: dict[str, tuple[str, str]] = {}
        self._described = {row["Element ID"]: (number, row["Description"]) for number, row in self._rows["content"]}
        self._importance: dict[str, dict[str, Decimal]] = {}
        self._level: dict[str, dict[str, Decimal]] = {}
        self._known = {row["O*NET-SOC Code"] for _, row in self._rows["occupations"]}

    def _fate(self, table: str, number: int, code: Code | None, occupation: str) -> None:
        """Merged into an occupation, or refused with the code."""
        if code is None:
            self.account.decide(RowFate(table, number, "merged", MERGED_INTO_OCCUPATION, (occupation_ctid(occupation),)))
        else:
            self.account.decide(RowFate(table, number, "refused", code, (), {"occupation": occupation}))

    def _rate(self) -> None:
        for table, category in CATEGORIES.items():
            for place, row in self._rows[table]:
                code, element, scale = row["O*NET-SOC Code"], row["Element ID"], row["Scale ID"]
                value = number(row["Data Value"])
                known = self._elements.setdefault(element, (row["Element Name"], category))
                if code not in self._known:
                    refused: Code | None = OCCUPATION_MISSING
                elif value is None or scale not in {"IM", "LV"} or known[0] != row["Element Name"]:
                    refused = RATING_UNREADABLE
                elif row["Recommend Suppress"] == "Y" or (scale == "LV" and row["Not Relevant"] == "Y"):
                    refused = RATING_SUPPRESSED
                else:
                    refused = None
                    (self._importance if scale == "IM" else self._level).setdefault(code, {})[element] = value
                self._fate(table, place, refused, code)

    def _titles(self) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
        """Reported titles and alternate titles by occupation, bounded; the same title is kept once."""
        kept: list[dict[str, list[str]]] = []
        bounds = (("reported", "Reported Job Title", MAX_REPORTED_TITLES), ("alternate", "Alternate Title", MAX_ALTERNATE_TITLES))
        for table, column, bound in bounds:
            by_code: dict[str, list[tuple[bool, str, int]]] = {}
            for place, row in self._rows[table]:
                shown = row.get("Shown in My Next Move", "") == "Y"
                by_code.setdefault(row["O*NET-SOC Code"], []).append((not shown, row[column], place))
            titles: dict[str, list[str]] = {}
            for code, entries in sorted(by_code.items()):
                for _, title, place in sorted(entries):
                    mine = titles.setdefault(code, [])
                    fits = bool(title) and (title in mine or len(mine) < bound)
                    if fits and title not in mine:
                        mine.append(title)
                    self._fate(table, place, OCCUPATION_MISSING if code not in self._known else None if fits else OVER_LIMIT, code)
            kept.append(titles)
        return kept[0], kept[1]

    def occupations(self) -> dict[str, Node]:
        self._rate()
        reported, alternate = self._titles()
        made: dict[str, Node] = {}
        for place, row in sorted(self._rows["occupations"], key=lambda entry: entry[1]["O*NET-SOC Code"]):
            code = row["O*NET-SOC Code"]
            if not row["Title"] or code in made:
                self.account.decide(
                    RowFate("occupations", place, "refused", told.DUPLICATE_KEY if code in made else told.NAME_MISSING, (), {"key": code})
                )
                continue
            node: Node = {
                "@type": "ceterms:Occupation",
                "ceterms:ctid": str(occupation_ctid(code)),
                "ceterms:name": lang(row["Title"], LANGUAGE),
                "ceterms:codedNotation": [code],
                "ceterms:assertedBy": [str(self.publisher)],
                "ceterms:occupationType": [
                    coded(("https://www.onetcenter.org/taxonomy.html", "O*NET-SOC 2019"), code, row["Title"]),
                    coded(("https://www.bls.gov/soc/2018/", "Standard Occupational Classification 2018"), code[:7]),
                ],
                "ceterms:subjectWebpage": f"https://www.onetonline.org/link/summary/{code}",
            }
            put(node, "ceterms:description", lang(row["Description"], LANGUAGE) if row["Description"] else None)
            put(node, "ceterms:alternateName", {LANGUAGE: reported[code]} if code in reported else None)
            put(node, "ceterms:keyword", {LANGUAGE: alternate[code]} if code in alternate else None)
            importance = self._importances(code)
            if importance:
                about = f"Skills and knowledge of {self._edition}; each weight is O*NET's importance, 1 to 5."
                condition: Node = {"@type": "ceterms:ConditionProfile", "ceterms:description": lang(about, LANGUAGE)}
                node["ceterms:requires"] = [{**condition, "ceterms:targetCompetency": importance}]
            put(node, "ceterms:targetCompetency", self._levels(code))
            made[code] = node
            self.account.decide(RowFate("occupations", place, "published", told.PUBLISHED, (occupation_ctid(code),)))
        return made

    def _importances(self, code: str) -> list[Node]:
        """What the occupation requires, weighted by importance."""
        values = self._importance.get(code, {})
        return [
            {
                "@type": ALIGNMENT,
                "ceterms:framework": str(framework_ctid()),
                "ceterms:frameworkName": lang(self._edition, LANGUAGE),
                "ceterms:targetNode": str(competency_ctid(element)),
                "ceterms:targetNodeName": lang(self._elements[element][0], LANGUAGE),
                "ceterms:codedNotation": element,
                "ceterms:weight": json_number(values[element]),
            }
            for element in sorted(values)
        ]

    def _levels(self, code: str) -> list[Node]:
        """The same elements weighted by level; the scale stands in the framework's name, since two scales share a property.

        An element's name stands with its importance, and here only where that is not told.
        """
        values, told_above = self._level.get(code, {}), self._importance.get(code, {})
        found = []
        for element in sorted(values):
            node: Node = {
                "@type": ALIGNMENT,
                "ceterms:frameworkName": lang(f"{self._edition}, level 0 to 7", LANGUAGE),
                "ceterms:targetNode": str(competency_ctid(element)),
                "ceterms:codedNotation": element,
                "ceterms:weight": json_number(values[element]),
            }
            if element not in told_above:
                node["ceterms:targetNodeName"] = lang(self._elements[element][0], LANGUAGE)
            found.append(node)
        return found

    def center(self) -> Node:
        about = (
            "Publishes the O*NET database. Described here so that its data can name it; "
            "this identifier was made by the importer and is not the center's own."
        )
        return {
            "@type": "ceterms:Organization",
            "ceterms:ctid": str(self.publisher),
            "ceterms:name": lang("National Center for O*NET Development", LANGUAGE),
            "ceterms:description": lang(about, LANGUAGE),
            "ceterms:subjectWebpage": CENTER_PAGE,
        }

    def framework(self) -> list[Node]:
        """The framework and its competencies: every element that is rated, in order."""
        own = str(framework_ctid())
        children: list[Node] = []
        for element, (name, category) in sorted(self._elements.items()):
            child: Node = {
                "@type": "ceasn:Competency",
                "ceterms:ctid": str(competency_ctid(element)),
                "ceasn:competencyLabel": lang(name, LANGUAGE),
                "ceasn:competencyText": lang(name, LANGUAGE),
                "ceasn:competencyCategory": lang(category, LANGUAGE),
                "ceasn:codedNotation": element,
                "ceasn:isPartOf": [own],
                "ceasn:isTopChildOf": [own],
            }
            if element in self._described:
                place, description = self._described[element]
                put(child, "ceasn:competencyText", lang(description, LANGUAGE) if description else None)
                self.account.use((("content", place),), framework_ctid())
            children.append(child)
        main: Node = {
            "@type": "ceasn:CompetencyFramework",
            "ceterms:ctid": own,
            "ceasn:name": lang(f"{self._edition} Skills and Knowledge", LANGUAGE),
            "ceasn:description": lang(
                "The skills and knowledge by which O*NET rates occupations. Importance runs from 1 to 5, level from 0 to 7.", LANGUAGE
            ),
            "ceasn:inLanguage": ["en"],
            "ceasn:publisher": [str(self.publisher)],
            "ceasn:source": [CENTER_PAGE],
            "ceasn:license": LICENCE,
        }
        put(main, "ceasn:hasTopChild", [child["ceterms:ctid"] for child in children])
        return [main, *children]
