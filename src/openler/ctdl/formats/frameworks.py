"""Tables of competencies become frameworks: a framework and all its competencies in one graph."""

from __future__ import annotations

from collections.abc import Iterable

from openler.ctdl.document import Document
from openler.ctdl.formats import account as told
from openler.ctdl.formats.cells import Row
from openler.ctdl.formats.mapping_sections import Frameworks
from openler.ctdl.formats.shapes import ALIGNMENT, Node, lang, put
from openler.ctdl.formats.work import Thing, Work
from openler.ctdl.values import text
from openler.errors import declare
from openler.ids import Ctid

COMPETENCY_UNKNOWN = declare("import.competency_unknown", by=__name__)
COMPETENCY_TWICE = declare("import.competency_twice", by=__name__)
PARENT_UNKNOWN = declare("import.parent_unknown", by=__name__)

FRAMEWORK = "ceasn:CompetencyFramework"
COMPETENCY = "ceasn:Competency"


def frameworks(work: Work) -> None:
    """All frameworks. Competencies are afterwards found by their code, whichever framework they are of."""
    for name, section in work.mapping.frameworks.items():
        spec = section.framework
        ctid = (
            Ctid.parse(spec.ctid, place=f"frameworks/{name}/framework/ctid")
            if spec.ctid
            else work.derive(FRAMEWORK, f"frameworks/{spec.key}")
        )
        publisher = str(work.bodies[spec.publisher])
        node: Node = {
            "@type": FRAMEWORK,
            "ceterms:ctid": str(ctid),
            "ceasn:name": lang(spec.name, work.language),
            "ceasn:inLanguage": [work.language],
            "ceasn:publisher": [publisher],
        }
        put(node, "ceasn:description", lang(spec.description, work.language) if spec.description else None)
        put(node, "ceasn:source", [spec.page] if spec.page else None)
        put(node, "ceasn:license", spec.licence)
        rows = [(key, row, statement) for key, row in work.select(section) if (statement := _text(work, section, row)) is not None]
        own = {key: work.stated_ctid(section.ctid, row) or work.derive(COMPETENCY, f"{spec.key}/{key}") for key, row, _ in rows}
        children = [_competency(work, section, entry, own, ctid) for entry in rows]
        _nest(work, section, rows, own, children)
        top = [str(child["ceterms:ctid"]) for child in children if "ceasn:isTopChildOf" in child]
        put(node, "ceasn:hasTopChild", top)
        for key, row, statement in rows:
            if key in work.competencies:
                work.remark(COMPETENCY_TWICE, "contradiction", row, ctid, key=key)
            label = work.cells.text(section.label, row) or statement
            work.competencies.setdefault(key, (own[key], ctid, label, spec.name))
            work.publish(row, ctid)
        work.add(Thing(f"frameworks/{name}", spec.key, Row(section.table, 0, {}), ctid, node, children))
        work.used_in(ctid)


def learn(work: Work, framework: Document) -> None:
    """The competencies of a framework published already are found by their code too; the mapping's own frameworks come first."""
    name = text(framework.main, "ceasn:name", work.language)
    for node in framework.graph:
        code = text(node, "ceasn:codedNotation")
        if code and node.get("@type") == COMPETENCY and (ctid := Ctid.within(text(node, "ceterms:ctid"))) is not None:
            label = text(node, "ceasn:competencyLabel", work.language) or text(node, "ceasn:competencyText", work.language)
            work.competencies.setdefault(code, (ctid, framework.ctid, label, name))


def _text(work: Work, section: Frameworks, row: Row) -> str | None:
    statement = work.cells.text(section.text, row)
    if not statement:
        work.refuse_all(row, told.NAME_MISSING)
    return statement or None


def _competency(work: Work, section: Frameworks, entry: tuple[str, Row, str], own: dict[str, Ctid], framework: Ctid) -> Node:
    key, row, statement = entry
    child: Node = {
        "@type": COMPETENCY,
        "ceterms:ctid": str(own[key]),
        "ceasn:competencyText": lang(statement, work.language),
        "ceasn:codedNotation": key,
        "ceasn:isPartOf": [str(framework)],
    }
    work.text(child, "ceasn:competencyLabel", section.label, row)
    work.text(child, "ceasn:competencyCategory", section.category, row)
    work.text(child, "ceasn:comment", section.comment, row)
    return child


def _nest(work: Work, section: Frameworks, rows: list[tuple[str, Row, str]], own: dict[str, Ctid], children: list[Node]) -> None:
    """Parents and children name each other; what has no parent is a top child of the framework."""
    by_key = {key: child for (key, _, _), child in zip(rows, children, strict=True)}
    for (key, row, _), child in zip(rows, children, strict=True):
        parent = work.cells.text(section.parent, row)
        if parent and parent in own and parent != key:
            child["ceasn:isChildOf"] = [str(own[parent])]
            by_key[parent].setdefault("ceasn:hasChild", []).append(str(own[key]))
        else:
            if parent:
                work.remark(PARENT_UNKNOWN, "gap", row, own[key], seen=parent)
            child["ceasn:isTopChildOf"] = child["ceasn:isPartOf"]


def competency_alignments(work: Work, codes: Iterable[str], row: Row, ctid: Ctid) -> list[Node]:
    """Alignment objects for competencies named by code; a code that no framework has is a gap."""
    found = []
    for code in codes:
        known = work.competencies.get(code)
        if known is None:
            work.remark(COMPETENCY_UNKNOWN, "gap", row, ctid, seen=code[:80])
            continue
        competency, framework, name, framework_name = known
        node: Node = {
            "@type": ALIGNMENT,
            "ceterms:targetNode": str(competency),
            "ceterms:targetNodeName": lang(name, work.language),
            "ceterms:framework": str(framework),
            "ceterms:frameworkName": lang(framework_name, work.language),
            "ceterms:codedNotation": code,
        }
        found.append(node)
    return found
