"""One cell of a bulk file: how a published node shows in it, and what a changed one does to the node.

``show`` and ``write`` are each other's inverse: a cell that says what ``show`` says changes nothing, so that whatever a
table cannot tell (costs, skills, several conditions) stays as it is published.
"""

from __future__ import annotations

from typing import Any, Final

from openler.ctdl.canonical import resource_iri
from openler.ctdl.document import Document, nodes, refs, text, texts
from openler.ctdl.formats.bulk_agents import Agents
from openler.ctdl.formats.bulk_columns import Column, Sheet
from openler.ctdl.formats.codes import cip_code, is_inferred, soc_code
from openler.ctdl.formats.shapes import ALIGNMENT, CIP, SOC, Node, coded, concept, email, identifier, json_number, lang, number, web_page
from openler.ctdl.terms import terms
from openler.errors import Malformed, declare
from openler.ids import Ctid

CLASS_UNKNOWN = declare("bulk.class_unknown", by=__name__)
CONCEPT_UNKNOWN = declare("bulk.concept_unknown", by=__name__)
CTID_UNREADABLE = declare("bulk.ctid_unreadable", by=__name__)
PAGE_UNREADABLE = declare("bulk.page_unreadable", by=__name__)
MAIL_UNREADABLE = declare("bulk.mail_unreadable", by=__name__)
NUMBER_UNREADABLE = declare("bulk.number_unreadable", by=__name__)
FLAG_UNREADABLE = declare("bulk.flag_unreadable", by=__name__)
PAIR_UNREADABLE = declare("bulk.pair_unreadable", by=__name__)
CODE_UNREADABLE = declare("bulk.code_unreadable", by=__name__)
CONDITION_UNKNOWN = declare("bulk.condition_unknown", by=__name__)

SAME_AS_OWNER: Final = "same as owner"
CONDITIONS: Final = {
    "requires": "ceterms:requires", "recommends": "ceterms:recommends", "corequisite": "ceterms:corequisite",
    "entry condition": "ceterms:entryCondition",
}  # fmt: skip
INTERNAL: Final = "Internal Identifier"
_PROFILE: Final = "ceterms:ConditionProfile"
_ONE: Final = frozenset({"ceterms:lifeCycleStatusType", "ceterms:credentialStatusType", "ceterms:agentSectorType"})
"""Concepts of which a thing has one."""
_YES: Final = frozenset({"yes", "true", "y", "1", "sí", "si"})
_NO: Final = frozenset({"no", "false", "n", "0"})


def parts(cell: str) -> list[str]:
    """A cell's several values."""
    return list(dict.fromkeys(part.strip() for part in cell.split("|") if part.strip()))


# --- from a node to a cell ---------------------------------------------------------------------------------------------


def show(column: Column, document: Document, node: Node) -> str:  # noqa: PLR0911, C901 - one return a kind of column
    """The cell of a published node."""
    kind, prop = column.kind, column.prop
    if kind == "class":
        return terms().label(document.type)
    if kind in {"text", "code", "ctid", "identifier"}:
        return text(node, prop)
    if kind in {"texts", "mails", "language"}:
        return "|".join(texts(node, prop))
    if kind in {"page", "pages"}:
        return "|".join(refs(node, prop))
    if kind == "concept":
        return "|".join(terms().label(name) for name in refs(node, prop))
    if kind == "owner":
        return "|".join(Ctid.within(name) or name for name in refs(node, prop))
    if kind == "flag":
        value = node.get(prop)
        return {True: "yes", False: "no"}.get(value, "") if isinstance(value, bool) else ""
    if kind in {"version", "internal"}:
        return "|".join(_pairs(document, node, prop, internal=kind == "internal"))
    if kind == "subjects":
        return "|".join(text(entry, "ceterms:targetNodeName") for entry in nodes(document, node, prop))
    if kind in {"cip", "soc"}:
        given = [entry for entry in nodes(document, node, prop) if not is_inferred(entry)]
        return "|".join(code for entry in given if (code := text(entry, "ceterms:codedNotation")))
    if kind.startswith("credit"):
        profile = next(iter(nodes(document, node, "ceterms:creditValue")), {})
        return _credit(kind, profile)
    return _condition(kind, column, document, node) if kind.startswith("condition") else ""


def _pairs(document: Document, node: Node, prop: str, *, internal: bool) -> list[str]:
    found = []
    for entry in nodes(document, node, prop):
        name, value = text(entry, "ceterms:identifierTypeName"), text(entry, "ceterms:identifierValueCode")
        if internal and name == INTERNAL:
            found.append(value)
        elif not internal:
            found.append(f"{name}~{value}")
    return found


def _credit(kind: str, profile: Node) -> str:
    if kind == "credit_unit":
        return "|".join(terms().label(name) for name in refs(profile, "ceterms:creditUnitType"))
    ranged = "schema:maxValue" in profile
    if kind == "credit_max":
        return text(profile, "schema:maxValue")
    return text(profile, "schema:minValue" if ranged else "schema:value")


def _condition(kind: str, column: Column, document: Document, node: Node) -> str:
    """Of the one condition that a row can tell: the first that has a name or a description."""
    name, profile = told_condition(document, node)
    if kind == "condition_type":
        return name
    if kind == "condition_credit":
        return text(next(iter(nodes(document, profile, "ceterms:creditValue")), {}), "schema:value")
    if kind == "condition_framework":
        found = [one for entry in nodes(document, profile, "ceterms:targetCompetency") for one in refs(entry, "ceterms:framework")]
        return "|".join(dict.fromkeys(Ctid.within(one) or one for one in found))
    return text(profile, column.prop) if column.prop else ""


def told_condition(document: Document, node: Node) -> tuple[str, Node]:
    """The name of the property and the profile of the condition that a row tells; empty for none."""
    for name, prop in CONDITIONS.items():
        for profile in nodes(document, node, prop):
            if text(profile, "ceterms:name") or text(profile, "ceterms:description"):
                return name, profile
    return "", {}


# --- from a cell to a node ---------------------------------------------------------------------------------------------


def write(column: Column, cell: str, node: Node, *, sheet: Sheet, base_url: str, language: str, agents: Agents) -> None:  # noqa: PLR0912, C901 - one branch a kind of column
    """Put what a cell says into a node; an empty one takes the property away.

    :raises Malformed: the cell does not say what its column holds
    """
    kind, prop, values = column.kind, column.prop, parts(cell)
    new: Any = None
    if kind == "class":
        new = class_of(cell, sheet, column)
    elif kind == "text":
        new = _said(node.get(prop), cell, language) if cell else None
    elif kind == "texts":
        new = {language: values} if values else None
    elif kind in {"code", "identifier"}:
        new = cell or None
    elif kind == "language":
        new = values
    elif kind == "page":
        new = _page(cell, column) if cell else None
    elif kind == "pages":
        new = [_page(value, column) for value in values]
    elif kind == "mails":
        new = [_mail(value, column) for value in values]
    elif kind == "concept":
        found = [concept(_concept(value, prop, column)) for value in values]
        new = (found[0] if found else None) if prop in _ONE else found
    elif kind == "owner":
        new = [resource_iri(base_url, _agent(value, column, agents)) for value in values]
    elif kind == "flag":
        new = _flag(cell, column) if cell else None
    elif kind == "version":
        new = [_pair(value, column) for value in values]
    elif kind == "internal":
        kept = [one for one in _list(node.get(prop)) if not (isinstance(one, dict) and text(one, "ceterms:identifierTypeName") == INTERNAL)]
        new = [*kept, *(identifier(INTERNAL, value) for value in values)]
    elif kind == "subjects":
        new = [{"@type": ALIGNMENT, "ceterms:targetNodeName": lang(value, language)} for value in values]
    elif kind in {"cip", "soc"}:
        kept = [one for one in _list(node.get(prop)) if isinstance(one, dict) and is_inferred(one)]
        new = [*(_coded(kind, value, column) for value in values), *kept]
    else:
        return
    if new is None or new == []:
        node.pop(prop, None)
    else:
        node[prop] = new


def write_credit(node: Node, told: dict[str, tuple[Column, str]]) -> None:
    """The credit of a program from its three columns. :raises Malformed: as :func:`write`"""
    unit = told.get("credit_unit")
    value: Node = {"@type": "ceterms:ValueProfile"} | ({} if not unit or not unit[1] else {
        "ceterms:creditUnitType": [concept(_concept(unit[1], "ceterms:creditUnitType", unit[0]))]
    })  # fmt: skip
    least, most = (amount(*told[name]) if told.get(name, ("", ""))[1] else None for name in ("credit_value", "credit_max"))
    if most is not None:
        value |= {"schema:maxValue": most} | ({"schema:minValue": least} if least is not None else {})
    elif least is not None:
        value["schema:value"] = least
    if len(value) > 1:
        node["ceterms:creditValue"] = [value]
    else:
        node.pop("ceterms:creditValue", None)


def condition(node: Node, told: dict[str, tuple[Column, str]], old: Node, *, base_url: str, language: str) -> None:
    """The condition of a row from its columns; ``old`` is the one that it takes the place of. :raises Malformed: as :func:`write`"""
    name = (told.get("condition_type", ("", ""))[1] or "requires").casefold().replace("_", " ")
    if name not in CONDITIONS:
        raise Malformed(CONDITION_UNKNOWN, column=told["condition_type"][0].name, seen=name[:80], known=", ".join(CONDITIONS))
    for prop in CONDITIONS.values():
        rest = [one for one in _list(node.get(prop)) if one is not old and one != old.get("@id")]
        if rest:
            node[prop] = rest
        else:
            node.pop(prop, None)
    profile: Node = {"@type": _PROFILE} | {key: value for key, value in old.items() if key != "@id"}
    for kind, prop in (("condition_name", "ceterms:name"), ("condition_description", "ceterms:description")):
        if kind in told:
            cell = told[kind][1]
            profile.pop(prop, None)
            profile |= {prop: _said(old.get(prop), cell, language)} if cell else {}
    if "condition_credit" in told:
        column, cell = told["condition_credit"]
        profile.pop("ceterms:creditValue", None)
        profile |= {"ceterms:creditValue": [{"@type": "ceterms:ValueProfile", "schema:value": amount(column, cell)}]} if cell else {}
    if "condition_framework" in told:
        column, cell = told["condition_framework"]
        frames = [resource_iri(base_url, _ctid(value, column)) for value in parts(cell)]
        profile.pop("ceterms:targetCompetency", None)
        found = [{"@type": ALIGNMENT, "ceterms:framework": frame, "ceterms:targetNode": frame} for frame in frames]
        profile |= {"ceterms:targetCompetency": found} if found else {}
    if len(profile) > 1:
        node[CONDITIONS[name]] = [*_list(node.get(CONDITIONS[name])), profile]


def class_of(cell: str, sheet: Sheet, column: Column) -> str:
    """The class that a cell names, by its label or its own name. :raises Malformed: ``bulk.class_unknown``"""
    known = sorted({name for top in sheet.top for name in terms().subclasses(top)})
    wanted = _bare(cell)
    found = [name for name in known if wanted in (_bare(name.split(":")[1]), _bare(terms().label(name)))]
    if not found:
        raise Malformed(CLASS_UNKNOWN, column=column.name, seen=cell[:80], known=", ".join(terms().label(name) for name in known[:60]))
    return found[0]


def amount(column: Column, cell: str) -> int | float:
    """A number of zero or more. :raises Malformed: ``bulk.number_unreadable``"""
    found = number(cell)
    if found is None or found < 0:
        raise Malformed(NUMBER_UNREADABLE, column=column.name, seen=cell[:80])
    return json_number(found)


def _said(old: Any, cell: str, language: str) -> dict[str, Any]:
    """A text in its language; what is said in other languages stays."""
    if not isinstance(old, dict):
        return lang(cell, language)
    shown = text({"p": old}, "p")
    tag = next((tag for tag, value in old.items() if value == shown or (isinstance(value, list) and shown in value)), language)
    return old | {tag: cell}


def _page(cell: str, column: Column) -> str:
    if (page := web_page(cell)) is None:
        raise Malformed(PAGE_UNREADABLE, column=column.name, seen=cell[:120])
    return page


def _mail(cell: str, column: Column) -> str:
    if (found := email(cell)) is None:
        raise Malformed(MAIL_UNREADABLE, column=column.name, seen=cell[:80])
    return found


def _concept(cell: str, prop: str, column: Column) -> str:
    entry = terms().find_property(prop)
    known = {name: label for scheme in (entry.schemes if entry else ()) for name, label in terms().concepts(scheme).items()}
    for name, label in known.items():
        if _bare(cell) in (_bare(label), _bare(name), _bare(name.split(":")[1])):
            return name
    raise Malformed(CONCEPT_UNKNOWN, column=column.name, seen=cell[:80], known=", ".join(sorted(known.values())))


def _agent(cell: str, column: Column, agents: Agents) -> Ctid:
    """An organization by its CTID, or by its name where that can mean one only."""
    if (found := Ctid.within(cell)) is not None:
        return found
    return _ctid(cell, column) if cell.casefold().startswith("ce-") else agents.find(cell, column.name)


def _ctid(cell: str, column: Column) -> Ctid:
    if (found := Ctid.within(cell)) is None:
        raise Malformed(CTID_UNREADABLE, column=column.name, seen=cell[:80])
    return found


def _flag(cell: str, column: Column) -> bool:
    if (said := cell.casefold()) not in _YES | _NO:
        raise Malformed(FLAG_UNREADABLE, column=column.name, seen=cell[:80])
    return said in _YES


def _pair(cell: str, column: Column) -> Node:
    name, mark, value = cell.partition("~")
    if not mark or not name.strip() or not value.strip():
        raise Malformed(PAIR_UNREADABLE, column=column.name, seen=cell[:80])
    return identifier(name.strip(), value.strip())


def _coded(kind: str, cell: str, column: Column) -> Node:
    code = cip_code(cell) if kind == "cip" else soc_code(cell)
    if code is None:
        raise Malformed(CODE_UNREADABLE, column=column.name, seen=cell[:80])
    return coded(CIP if kind == "cip" else SOC, code)


def _list(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


def _bare(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())
