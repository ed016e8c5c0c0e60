"""What a list, a search and a link show of a resource: its name, what it is about, and the facets it is found by.

Facet values are codes where the field has codes (classes and concepts as CURIEs) and names where people look for names
(providers, counties, occupations); a face translates the former. Nothing is guessed: what a document does not state, it
has no facet for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from openler.ctdl.document import Document
from openler.ctdl.places import Place, place_of
from openler.ctdl.terms import terms
from openler.ctdl.values import items, nodes, refs, text, texts, told_in
from openler.ids import Ctid

Resolve = Callable[[Ctid], Document | None]
"""Finds the document that describes a CTID, so that an owner's name and county can be told; None where it is not held."""

GROUPS: Mapping[str, tuple[str, ...]] = {
    "credential": ("ceterms:Credential",),
    "learning": ("ceterms:LearningOpportunityProfile", "ceterms:LearningOpportunity"),
    "assessment": ("ceterms:AssessmentProfile",),
    "organization": ("ceterms:Agent",),
    "occupation": ("ceterms:Occupation", "ceterms:WorkRole", "ceterms:Task"),
    "job": ("ceterms:Job",),
    "competency": ("ceasn:Competency", "ceasn:CompetencyFramework", "ceterms:Collection"),
    "pathway": ("ceterms:Pathway", "ceterms:PathwaySet", "ceterms:PathwayComponent"),
    "support": ("ceterms:SupportService",),
    "outcomes": ("qdata:DataSetProfile", "qdata:Metric", "qdata:Observation"),
    "transfer": ("ceterms:TransferValueProfile", "ceterms:TransferIntermediary"),
}
"""The groups of classes that a person tells apart; what is in none of them is ``other``."""

COST_BANDS: tuple[tuple[float, str], ...] = (
    (0, "0"), (500, "1-500"), (1_000, "501-1000"), (2_500, "1001-2500"), (5_000, "2501-5000"), (10_000, "5001-10000"),
    (20_000, "10001-20000"),
)  # fmt: skip
"""Upper bounds, inclusive, and the band each ends; more than the last is :data:`TOP_BAND`. In the currency stated."""
TOP_BAND = "20001+"

RESOLVED = (
    "ceterms:offeredBy", "ceterms:ownedBy", "ceterms:assertedBy", "ceasn:publisher", "ceterms:publisher",
    "qdata:dataProvider", "ceterms:hasSupportService",
)  # fmt: skip
"""The properties whose targets a summary reads: when one of these changes, the summary does."""

_NAMES = ("ceterms:name", "ceasn:name", "ceasn:competencyLabel", "ceasn:competencyText", "qdata:name", "skos:prefLabel", "rdfs:label")
_DESCRIPTIONS = ("ceterms:description", "ceasn:description", "ceasn:competencyText", "qdata:description", "ceasn:comment")
_OTHER_NAMES = ("ceterms:alternateName", "ceterms:legalName", "ceterms:credentialAlternateName", "skos:altLabel")
_CODED = ("ceterms:occupationType", "ceterms:instructionalProgramType", "ceterms:industryType")
_CONCEPTS = {
    "delivery": "ceterms:deliveryType",
    "learning_method": "ceterms:learningMethodType",
    "schedule": "ceterms:scheduleTimingType",
    "status": "ceterms:lifeCycleStatusType",
    "organization_type": "ceterms:agentType",
}


_TOLD = (
    "@id", "@type", "ceterms:ctid", *_NAMES, "ceterms:address", "ceterms:supportServiceType", "ceterms:targetNode", "ceterms:subRegion",
    "ceterms:latitude", "ceterms:longitude", "ceterms:postalCode", "ceterms:addressLocality", "ceterms:addressRegion",
)  # fmt: skip
_SUBJECTS = ("ceterms:subject", "ceterms:occupationType", "ceterms:instructionalProgramType", "ceterms:industryType")
_SKILLS = ("ceterms:targetCompetency", "ceterms:teaches", "ceterms:assesses")


@dataclass(frozen=True, slots=True)
class Spanish:
    """What a resource says of itself in Spanish, and only that: no text of another language stands in for a missing one."""

    name: str = ""
    other_names: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """One resource in short. ``document`` is the CTID of the document whose graph describes it.

    ``subjects`` are the titles of what it is about: its occupations, fields of study, industries. ``skills`` are the skills
    that it teaches, assesses or asks for: the CTID of each that has one, else its name. ``places`` are where it is offered;
    else where those who offer it are.
    """

    ctid: Ctid
    document: Ctid
    ctdl_type: str
    name: str
    description: str
    owner_name: str
    other_names: tuple[str, ...]
    keywords: tuple[str, ...]
    codes: tuple[str, ...]
    facets: Mapping[str, tuple[str, ...]]
    subjects: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    spanish: Spanish = Spanish()


FACETS = (
    "group", "type", "provider", "county", "occupation", "cost", "delivery", "learning_method", "schedule", "support",
    "demand", "status", "organization_type",
)  # fmt: skip
"""Every facet, in the order in which people narrow a search."""


def name_of(node: Mapping[str, Any], language: str = "en") -> str:
    """What a resource is called; empty where it has no name."""
    return next((found for prop in _NAMES if (found := text(node, prop, language))), "")


@cache
def group_of(ctdl_type: str) -> str:
    """The group of :data:`GROUPS` that a class belongs to."""
    known = terms()
    return next((group for group, tops in GROUPS.items() if any(known.is_a(ctdl_type, top) for top in tops)), "other")


def told_elsewhere(document: Document) -> list[dict[str, Any]]:
    """The document's graph, cut to what summaries of other documents read of it: many documents' owners fit into memory."""
    return [{prop: node[prop] for prop in _TOLD if prop in node} for node in document.graph]


def summaries(document: Document, resolve: Resolve, *, language: str = "en") -> Iterator[Summary]:
    """The main resource's summary, then one of each further resource with a CTID in the graph."""
    yield summarise(document, document.main, document.ctid, resolve, language=language)
    for node in document.graph[1:]:
        ctid = Ctid.within(stated) if isinstance(stated := node.get("ceterms:ctid"), str) else None
        if ctid is not None and ctid != document.ctid:
            yield summarise(document, node, ctid, resolve, language=language)


def summarise(document: Document, node: Mapping[str, Any], ctid: Ctid, resolve: Resolve, *, language: str = "en") -> Summary:
    """The summary of one node of a document."""
    kind = next((entry for entry in items(node, "@type") if isinstance(entry, str)), "")
    owners = _owners(document, node, ctid, resolve, language)
    places = _places(document, node, owners)
    facets = {
        "group": (group_of(kind),),
        "type": (kind,),
        "provider": _unique(name for name, _place in owners),
        "county": _unique(county for place in places for county in texts(place, "ceterms:subRegion", language)),
        "occupation": _occupations(document, node, kind, language),
        "cost": _cost_band(document, node),
        "support": _supports(document, node, resolve, language),
        "demand": _demand(document, node, language),
        **{facet: _concepts(document, node, prop) for facet, prop in _CONCEPTS.items()},
    }
    return Summary(
        ctid=ctid,
        document=document.ctid,
        ctdl_type=kind,
        name=name_of(node, language),
        description=next((found for prop in _DESCRIPTIONS if (found := text(node, prop, language))), ""),
        owner_name=owners[0][0] if owners else "",
        other_names=_unique(found for prop in _OTHER_NAMES for found in texts(node, prop, language)),
        keywords=_unique((*texts(node, "ceterms:keyword", language), *texts(node, "ceasn:conceptKeyword", language))),
        codes=_codes(document, node),
        facets={facet: facets[facet] for facet in FACETS if facets[facet]},
        subjects=_subjects(document, node, language),
        skills=_skills(document, node),
        places=tuple(dict.fromkeys(at for place in places if (at := place_of(place, language)) is not None)),
        spanish=_spanish(node),
    )


def _owners(document: Document, node: Mapping[str, Any], ctid: Ctid, resolve: Resolve, language: str) -> tuple[tuple[str, Any], ...]:
    """Names of the organisations behind a node, each with the document and node that tells its addresses."""
    found: dict[str, tuple[Document, Mapping[str, Any]]] = {}
    for source in (node, document.main):
        for prop in RESOLVED[:-1]:
            for reference in refs(source, prop):
                target = document.find(reference)
                holder: Document | None = document
                if target is None:
                    named = Ctid.within(reference)
                    holder = resolve(named) if named is not None and named != ctid else None
                    target = holder.find(reference) if holder else None
                if holder is not None and target is not None and (name := name_of(target, language)):
                    found.setdefault(name, (holder, target))
            if found:
                return tuple(found.items())
    return ()


def _places(document: Document, node: Mapping[str, Any], owners: tuple[tuple[str, Any], ...]) -> tuple[Mapping[str, Any], ...]:
    """Where it is offered; else where those who offer it are."""
    places = [place for prop in ("ceterms:availableAt", "ceterms:address") for place in nodes(document, node, prop)]
    if not places:
        places = [place for _name, (holder, owner) in owners for place in nodes(holder, owner, "ceterms:address")]
    return tuple(places)


def _subjects(document: Document, node: Mapping[str, Any], language: str) -> tuple[str, ...]:
    return _unique(text(entry, "ceterms:targetNodeName", language) for prop in _SUBJECTS for entry in nodes(document, node, prop))


def _skills(document: Document, node: Mapping[str, Any]) -> tuple[str, ...]:
    """The skills named by a node, also inside of the conditions that it requires."""
    asked = [node, *nodes(document, node, "ceterms:requires")]
    found = []
    for holder in asked:
        for entry in (entry for prop in _SKILLS for entry in items(holder, prop)):
            target = entry if isinstance(entry, dict) else {}
            reference = entry if isinstance(entry, str) else next(iter(refs({"x": entry}, "x")), "")
            ctid = Ctid.within(reference)
            found.append(str(ctid) if ctid is not None else text(target, "ceterms:targetNodeName"))
    return _unique(found)


def _spanish(node: Mapping[str, Any]) -> Spanish:
    def first(props: tuple[str, ...]) -> str:
        return next((found for prop in props for found in told_in(node, prop, "es")), "")

    others = _unique(found for prop in (*_OTHER_NAMES, "ceterms:keyword", "ceasn:conceptKeyword") for found in told_in(node, prop, "es"))
    return Spanish(first(_NAMES), others, first(_DESCRIPTIONS))


def _occupations(document: Document, node: Mapping[str, Any], kind: str, language: str) -> tuple[str, ...]:
    titles = [text(entry, "ceterms:targetNodeName", language) for entry in nodes(document, node, "ceterms:occupationType")]
    if not any(titles) and kind == "ceterms:Occupation":
        titles = [name_of(node, language)]
    return _unique(titles)


def _cost_band(document: Document, node: Mapping[str, Any]) -> tuple[str, ...]:
    """The band of the stated total, else of the sum of the stated parts; none where no price or several currencies are stated."""
    profiles = [entry for entry in nodes(document, node, "ceterms:estimatedCost") if _price(entry) is not None]
    totals = [entry for entry in profiles if "costType:AggregateCost" in _concepts(document, entry, "ceterms:directCostType")]
    priced = totals[:1] or profiles
    if not priced or len({text(entry, "ceterms:currency") for entry in priced}) > 1:
        return ()
    total = sum(_price(entry) or 0 for entry in priced)
    return (next((band for bound, band in COST_BANDS if total <= bound), TOP_BAND),)


def _price(profile: Mapping[str, Any]) -> float | None:
    value = next(iter(items(profile, "ceterms:price")), None)
    if isinstance(value, dict):
        value = value.get("@value")
    try:
        price = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else None
    except ValueError:
        return None
    return price if price is not None and 0 <= price < float("inf") else None


def _supports(document: Document, node: Mapping[str, Any], resolve: Resolve, language: str) -> tuple[str, ...]:
    found = list(_concepts(document, node, "ceterms:supportServiceType"))
    for reference in refs(node, "ceterms:hasSupportService"):
        ctid = Ctid.within(reference)
        holder = document if document.find(reference) else resolve(ctid) if ctid is not None and ctid != document.ctid else None
        service = holder.find(reference) if holder else None
        if holder is not None and service is not None:
            found.extend(_concepts(holder, service, "ceterms:supportServiceType") or (name_of(service, language),))
    return _unique(found)


def _demand(document: Document, node: Mapping[str, Any], language: str) -> tuple[str, ...]:
    """Who says that it is in demand, in the words of the list."""
    actions = [
        action
        for prop in ("ceterms:hasWorkforceDemand", "ceterms:inDemandAction", "ceterms:relatedAction")
        for action in nodes(document, node, prop)
        if "ceterms:WorkforceDemandAction" in items(action, "@type")
    ]
    return _unique(name_of(action, language) or "in demand" for action in actions)


def _concepts(document: Document, node: Mapping[str, Any], prop: str) -> tuple[str, ...]:
    """Concepts as CURIEs: from alignment objects, and from plain references."""
    if node.get(prop) is None:
        return ()
    found: list[str] = []
    for value in items(node, prop):
        target = value if isinstance(value, dict) else document.find(value) if isinstance(value, str) else None
        stated = refs({prop: target}, prop)[:1] if target else (value,)
        if target and "ceterms:targetNode" in target:
            stated = refs(target, "ceterms:targetNode")[:1]
        found.extend(entry for entry in stated if isinstance(entry, str) and not entry.startswith("_:"))
    return _unique(found)


def _codes(document: Document, node: Mapping[str, Any]) -> tuple[str, ...]:
    coded = [code for prop in _CODED for entry in nodes(document, node, prop) for code in texts(entry, "ceterms:codedNotation")]
    own = [code for prop in ("ceterms:codedNotation", "ceasn:codedNotation") for code in texts(node, prop)]
    identifiers = [code for entry in nodes(document, node, "ceterms:identifier") for code in texts(entry, "ceterms:identifierValueCode")]
    return _unique((*own, *coded, *identifiers))


def _unique(values: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value.strip() for value in values if value and value.strip()))
