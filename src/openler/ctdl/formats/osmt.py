"""Rich Skill Descriptors become the competencies of a library, which is a framework, and of their collections (ADR 0021)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

from openler.ctdl.document import build
from openler.ctdl.formats import account as told
from openler.ctdl.formats.account import Account, RowFate
from openler.ctdl.formats.convert import Conversion
from openler.ctdl.formats.osmt_rows import Descriptor, descriptor, taxonomy
from openler.ctdl.formats.shapes import ALIGNMENT, SOC, Node, coded, concept, lang, put
from openler.errors import Code, declare
from openler.ids import Ctid

NOT_A_SKILL = declare("osmt.not_a_skill", by=__name__)
STATEMENT_MISSING = declare("osmt.statement_missing", by=__name__)
NOT_PUBLISHED = declare("osmt.not_published", by=__name__)
FIELDS_LEFT = declare("osmt.fields_left", by=__name__)

SOURCE: Final = "osmt"
TABLE: Final = "skills"
FRAMEWORK, COMPETENCY, COLLECTION = "ceasn:CompetencyFramework", "ceasn:Competency", "ceterms:Collection"
ONET: Final = ("https://www.onetcenter.org/taxonomy.html", "O*NET-SOC 2019")
STATUSES: Final = {"published": "Published", "draft": "Draft", "archived": "Deprecated"}


def library_ctid(library: str) -> Ctid:
    """The CTID of a library by its name."""
    return Ctid.derive(SOURCE, FRAMEWORK, library)


def convert_osmt(
    rows: Iterable[tuple[int, Any]], *, library: str, publisher: Ctid, base_url: str, language: str = "en", drafts: bool = False
) -> Conversion:
    """Convert descriptors.

    ``rows`` are JSON values with their place in the file. ``library`` names the framework they form and is kept for ever;
    ``drafts`` takes those too that their authors have not published.
    """
    given = list(rows)
    account = Account()
    account.read(TABLE, (number for number, _ in given))
    taken = _taken(given, account, drafts=drafts)
    own = library_ctid(library)
    adopted, ctids = _ctids(taken, library)
    children = [_competency(one, ctids[one.key], own, language) for _, one in taken]
    collections: dict[Ctid, tuple[str, list[Ctid]]] = {}
    left: Counter[str] = Counter()
    for (number, one), node in zip(taken, children, strict=True):
        account.decide(RowFate(TABLE, number, "published", told.PUBLISHED, (ctids[one.key],)))
        left.update(one.left)
        for uuid, name in one.collections:
            ctid = Ctid.derive(SOURCE, COLLECTION, uuid.lower() or f"{library}/{name}")
            collections.setdefault(ctid, (name, []))[1].append(ctids[one.key])
            node.setdefault("ceterms:isMemberOf", []).append(str(ctid))
    for field, count in sorted(left.items()):
        account.remark(FIELDS_LEFT, "note", TABLE, 1, own, field=field, count=count)
    account.close(())
    main: Node = {
        "@type": FRAMEWORK,
        "ceterms:ctid": str(own),
        "ceasn:name": lang(library, language),
        "ceasn:inLanguage": [language],
        "ceasn:publisher": [str(publisher)],
    }
    put(main, "ceasn:hasTopChild", [node["ceterms:ctid"] for node in children])
    documents = [build(base_url, [main, *children])] if children else []
    documents += [
        build(base_url, [_collection(ctid, name, members, publisher, language)]) for ctid, (name, members) in sorted(collections.items())
    ]
    return Conversion(
        publisher=publisher,
        documents=tuple(sorted(documents, key=lambda document: document.ctid)),
        tables=account.tables(),
        fates=account.fates,
        remarks=account.remarks,
        proposals=(),
        adopted=adopted,
    )


def _taken(given: list[tuple[int, Any]], account: Account, *, drafts: bool) -> list[tuple[int, Descriptor]]:
    by: dict[str, list[tuple[int, Descriptor]]] = {}
    for number, value in given:
        one = descriptor(value) if isinstance(value, Mapping) else None
        code = _refused(one, drafts=drafts)
        if one is None or code is not None:
            account.decide(RowFate(TABLE, number, "refused", code or NOT_A_SKILL, (), {"seen": one.status[:40] if one else ""}))
        else:
            by.setdefault(one.key, []).append((number, one))
    taken = []
    for same in by.values():
        numbers = ", ".join(str(number) for number, _ in same[:20])
        differs = any(one != same[0][1] for _, one in same[1:])
        for number, one in same[0 if differs else 1 :]:
            if differs:
                account.decide(RowFate(TABLE, number, "refused", told.DUPLICATE_KEY, (), {"key": one.key[:200], "rows": numbers}))
            else:
                account.decide(RowFate(TABLE, number, "merged", told.SAME_ROW, (), {"row": same[0][0]}))
        if not differs:
            taken.append(same[0])
    return taken


def _refused(one: Descriptor | None, *, drafts: bool) -> Code | None:
    if one is None or not one.name:
        return NOT_A_SKILL
    if not one.statement:
        return STATEMENT_MISSING
    allowed = one.status in STATUSES and (drafts or one.status != "draft")
    return None if allowed else NOT_PUBLISHED


def _ctids(taken: list[tuple[int, Descriptor]], library: str) -> tuple[tuple[Ctid, ...], dict[str, Ctid]]:
    """A CTID in a skill's address is adopted where no other claims it; a UUID is unique everywhere, a name in its library."""
    stated = {one.key: found for _, one in taken if "/resources/ce-" in one.address and (found := Ctid.within(one.address)) is not None}
    claims = Counter(stated.values())
    made = {}
    for _, one in taken:
        own = stated.get(one.key)
        key = one.key if one.uuid else f"{library}/{one.key}"
        made[one.key] = own if own is not None and claims[own] == 1 else Ctid.derive(SOURCE, COMPETENCY, key)
    return tuple(sorted(ctid for key, ctid in stated.items() if made[key] == ctid)), made


def _competency(one: Descriptor, ctid: Ctid, framework: Ctid, language: str) -> Node:
    node: Node = {
        "@type": COMPETENCY,
        "ceterms:ctid": str(ctid),
        "ceasn:competencyLabel": lang(one.name, language),
        "ceasn:competencyText": lang(one.statement, language),
        "ceasn:isPartOf": [str(framework)],
        "ceasn:isTopChildOf": [str(framework)],
        "ceasn:publicationStatusType": [f"publicationStatus:{STATUSES[one.status]}"],
    }
    put(node, "ceasn:identifier", [*([f"urn:uuid:{one.uuid}"] if one.uuid else []), *([one.address] if one.address else [])])
    put(node, "ceasn:competencyCategory", {language: list(one.categories)} if one.categories else None)
    put(node, "ceasn:conceptKeyword", {language: list(one.keywords)} if one.keywords else None)
    put(node, "ceasn:author", one.authors)
    put(node, "ceasn:dateModified", one.changed)
    codes = [coded(SOC if taxonomy(code) == "soc" else ONET, code, title, language) for code, title in one.occupations]
    put(node, "ceterms:occupationType", codes)
    put(node, "ceasn:alignTo", list(dict.fromkeys([*one.related, *(place for _, place in one.standards if place)])))
    named = [
        {"@type": ALIGNMENT, "ceterms:frameworkName": lang("Professional standards", "en"), "ceterms:targetNodeName": lang(name, language)}
        for name, place in one.standards
        if not place
    ]
    put(node, "ceterms:classification", named)
    return node


def _collection(ctid: Ctid, name: str, members: list[Ctid], publisher: Ctid, language: str) -> Node:
    return {
        "@type": COLLECTION,
        "ceterms:ctid": str(ctid),
        "ceterms:name": lang(name, language),
        "ceterms:ownedBy": [str(publisher)],
        "ceterms:lifeCycleStatusType": [concept("lifeCycle:Active")],
        "ceterms:collectionType": [concept("collectionCategory:Competency")],
        "ceterms:inLanguage": [language],
        "ceterms:hasMember": [str(member) for member in dict.fromkeys(members)],
    }
