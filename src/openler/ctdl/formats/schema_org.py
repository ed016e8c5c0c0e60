"""What is published, in schema.org's words, for search engines that read a page's head.

Credentials become EducationalOccupationalCredential, programs EducationalOccupationalProgram, courses Course, occupations
Occupation, organizations Organization or CollegeOrUniversity. Other classes have no counterpart and get none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from openler.ctdl.document import Document, nodes, refs, text, texts
from openler.ctdl.formats.codes import is_inferred
from openler.ctdl.summary import name_of
from openler.ctdl.terms import terms
from openler.ids import Ctid

CONTEXT: Final = "https://schema.org"
MOST_SKILLS: Final = 50
"""Skills told of one thing; an occupation may have hundreds, and a page is no place for all of them."""
_COLLEGES: Final = frozenset({"orgType:FourYear", "orgType:TwoYear", "orgType:Postsecondary"})
_KINDS: Final = (
    ("ceterms:Course", "Course"), ("ceterms:LearningProgram", "EducationalOccupationalProgram"),
    ("ceterms:LearningOpportunityProfile", "Course"), ("ceterms:LearningOpportunity", "Course"),
    ("ceterms:Credential", "EducationalOccupationalCredential"), ("ceterms:Occupation", "Occupation"), ("ceterms:Agent", "Organization"),
)  # fmt: skip
_MODES: Final = {"deliveryType:InPerson": "onsite", "deliveryType:OnlineOnly": "online", "deliveryType:BlendedDelivery": "blended"}


def structured(document: Document, node: Mapping[str, Any], names: Mapping[Ctid, str], address: str) -> dict[str, Any] | None:
    """The description, or None for a class without a counterpart.

    ``names`` are those of the things that the node refers to; ``address`` is where its page lives.
    """
    kind = str(next(iter(texts({"t": node.get("@type")}, "t")), ""))
    target = next((name for top, name in _KINDS if terms().is_a(kind, top)), None)
    if target is None or not name_of(node):
        return None
    if target == "Organization" and not _COLLEGES.isdisjoint(_concepts(document, node, "ceterms:agentType")):
        target = "CollegeOrUniversity"
    told: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": target,
        "@id": address,
        "name": name_of(node),
        "description": text(node, "ceterms:description"),
        "url": next(iter(refs(node, "ceterms:subjectWebpage")), address),
        "alternateName": list(texts(node, "ceterms:alternateName"))[:MOST_SKILLS],
        "identifier": {"@type": "PropertyValue", "propertyID": "ctid", "value": text(node, "ceterms:ctid")},
    }
    if target in {"Course", "EducationalOccupationalProgram"}:
        told |= _learning(document, node, names, course=target == "Course")
    elif target == "EducationalOccupationalCredential":
        told |= _credential(document, node, names, kind)
    elif target == "Occupation":
        told |= {"occupationalCategory": _codes(document, node), "skills": _skills(document, node)}
    else:
        told |= {"email": text(node, "ceterms:email"), "address": _addresses(document, node)}
    return {name: value for name, value in told.items() if value not in ("", [], None)}


def _learning(document: Document, node: Mapping[str, Any], names: Mapping[Ctid, str], *, course: bool) -> dict[str, Any]:
    durations = nodes(document, node, "ceterms:estimatedDuration")
    lasts = next((found for one in durations if (found := text(one, "ceterms:exactDuration"))), "")
    modes = [_MODES[name] for name in _concepts(document, node, "ceterms:deliveryType") if name in _MODES]
    told: dict[str, Any] = {
        "provider": _named(node, names, "Organization", "ceterms:offeredBy", "ceterms:ownedBy"),
        "offers": _offers(document, node),
        "educationalCredentialAwarded": _named(node, names, "EducationalOccupationalCredential", "ceterms:resultsInCredential"),
    }
    if course:
        return told | {
            "courseCode": text(node, "ceterms:codedNotation"),
            "teaches": _targets(document, node, "ceterms:teaches"),
            "timeRequired": lasts,
            "inLanguage": list(texts(node, "ceterms:inLanguage")),
        }
    return told | {"timeToComplete": lasts, "educationalProgramMode": modes, "occupationalCategory": _codes(document, node)}


def _credential(document: Document, node: Mapping[str, Any], names: Mapping[Ctid, str], kind: str) -> dict[str, Any]:
    return {
        "credentialCategory": {"@type": "DefinedTerm", "name": terms().label(kind), "termCode": kind.rsplit(":", 1)[-1]},
        "provider": _named(node, names, "Organization", "ceterms:ownedBy", "ceterms:offeredBy"),
        "recognizedBy": _named(node, names, "Organization", "ceterms:recognizedBy", "ceterms:accreditedBy"),
        "competencyRequired": _skills(document, node),
        "inLanguage": list(texts(node, "ceterms:inLanguage")),
        "keywords": list(texts(node, "ceterms:keyword"))[:MOST_SKILLS],
    }


def _named(node: Mapping[str, Any], names: Mapping[Ctid, str], kind: str, *props: str) -> list[dict[str, str]]:
    """The things that the first of the properties refers to, those whose names are known."""
    for prop in props:
        found = [(reference, ctid) for reference in refs(node, prop) if (ctid := Ctid.within(reference)) in names and ctid is not None]
        if found:
            return [{"@type": kind, "@id": reference, "name": names[ctid]} for reference, ctid in found]
    return []


def _offers(document: Document, node: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The total price, where one is told: parts are no offer, and are not summed here."""
    found = []
    for cost in nodes(document, node, "ceterms:estimatedCost"):
        price, currency = cost.get("ceterms:price"), text(cost, "ceterms:currency")
        total = "costType:AggregateCost" in _concepts(document, cost, "ceterms:directCostType")
        if total and isinstance(price, int | float) and not isinstance(price, bool) and currency:
            found.append({"@type": "Offer", "price": price, "priceCurrency": currency, "category": "Paid" if price else "Free"})
    return found


def _codes(document: Document, node: Mapping[str, Any]) -> list[dict[str, str]]:
    """Occupations that are given; what was only inferred is nobody's claim to pass on."""
    found = []
    for one in nodes(document, node, "ceterms:occupationType"):
        if (code := text(one, "ceterms:codedNotation")) and not is_inferred(one):
            told = {"@type": "CategoryCode", "codeValue": code, "name": text(one, "ceterms:targetNodeName")}
            told["inCodeSet"] = text(one, "ceterms:frameworkName")
            found.append({name: value for name, value in told.items() if value})
    return found


def _skills(document: Document, node: Mapping[str, Any]) -> list[dict[str, str]]:
    """The competencies that conditions require."""
    return [found for one in nodes(document, node, "ceterms:requires") for found in _targets(document, one, "ceterms:targetCompetency")][
        :MOST_SKILLS
    ]


def _targets(document: Document, node: Mapping[str, Any], prop: str) -> list[dict[str, str]]:
    found = []
    for one in nodes(document, node, prop):
        if name := text(one, "ceterms:targetNodeName"):
            told = {"@type": "DefinedTerm", "name": name, "termCode": text(one, "ceterms:codedNotation")}
            told["url"] = next(iter(refs(one, "ceterms:targetNode")), "")
            found.append({key: value for key, value in told.items() if value})
    return found[:MOST_SKILLS]


def _addresses(document: Document, node: Mapping[str, Any]) -> list[dict[str, str]]:
    names = {
        "streetAddress": "ceterms:streetAddress", "addressLocality": "ceterms:addressLocality", "addressRegion": "ceterms:addressRegion",
        "postalCode": "ceterms:postalCode", "addressCountry": "ceterms:addressCountry",
    }  # fmt: skip
    found = []
    for place in nodes(document, node, "ceterms:address"):
        told = {name: value for name, prop in names.items() if (value := text(place, prop))}
        if told:
            found.append({"@type": "PostalAddress"} | told)
    return found


def _concepts(document: Document, node: Mapping[str, Any], prop: str) -> tuple[str, ...]:
    return tuple(name for one in nodes(document, node, prop) for name in refs(one, "ceterms:targetNode"))
