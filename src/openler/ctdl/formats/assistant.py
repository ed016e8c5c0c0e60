"""A published document as a request to the national Registry's publishing API, the Registry Assistant.

Its input has the vocabulary's property names with a capital, texts without a language where there is one, concepts by their own
name, and some things put together differently (costs, durations, addresses). The shapes are those of the API's own samples;
what those show no request for (frameworks, data sets, jobs, ...) has none here either.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from openler.ctdl.document import Document, text, texts
from openler.ctdl.formats.shapes import ALIGNMENT
from openler.ctdl.terms import terms
from openler.ctdl.values import items
from openler.ids import Ctid

FAMILIES: Final = (
    ("ceterms:Credential", "Credential"), ("ceterms:LearningOpportunityProfile", "LearningOpportunity"),
    ("ceterms:LearningOpportunity", "LearningOpportunity"), ("ceterms:Agent", "Organization"),
)  # fmt: skip
"""The classes that have a request, with the name of what it holds."""

_NAMED_OTHERWISE: Final = {
    "ceterms:ctid": "CTID", "ceterms:streetAddress": "Address1", "ceterms:addressLocality": "City", "ceterms:addressCountry": "Country",
    "ceterms:targetContactPoint": "ContactPoint",
}  # fmt: skip
_NAMED_ONLY: Final = frozenset({"ceterms:subject"})
"""Properties whose values are told by their names alone."""
_SINGLE: Final = frozenset({
    "ceterms:agentSectorType", "ceterms:lifeCycleStatusType", "ceterms:credentialStatusType", "ceterms:subjectWebpage",
})  # fmt: skip
"""Properties of which the API takes one value."""
_CODED: Final = frozenset({"ceterms:occupationType", "ceterms:industryType", "ceterms:instructionalProgramType"})
_DURATION: Final = re.compile(
    r"P(?:(?P<Years>\d+)Y)?(?:(?P<Months>\d+)M)?(?:(?P<Weeks>\d+)W)?(?:(?P<Days>\d+)D)?(?:T(?:(?P<Hours>\d+)H)?(?:(?P<Minutes>\d+)M)?)?"
)
_DURATIONS: Final = frozenset({"ceterms:exactDuration", "ceterms:minimumDuration", "ceterms:maximumDuration", "ceterms:timeRequired"})
_COST_ITEM: Final = ("ceterms:directCostType", "ceterms:price", "ceterms:residencyType", "ceterms:audienceType", "ceterms:paymentPattern")


def request(document: Document) -> dict[str, Any] | None:
    """The request that publishes a document for its owner; None for a class that the API's samples show no request for."""
    family = next((name for top, name in FAMILIES if terms().is_a(document.type, top)), None)
    if family is None or document.owner is None:
        return None
    kind = document.type.rsplit(":", 1)[-1]
    body = {"Type": "Credential", "CredentialType": document.type} if family == "Credential" else {"Type": kind}
    return {
        family: body | _fields(document, document.main, ()),
        "DefaultLanguage": _language(document),
        "PublishForOrganizationIdentifier": str(document.owner),
    }


def _language(document: Document) -> str:
    """The language of the name, which untagged texts are then read in."""
    stated = document.main.get("ceterms:name")
    return next(iter(stated), "en-US") if isinstance(stated, Mapping) else "en-US"


def _fields(document: Document, node: Mapping[str, Any], seen: tuple[int, ...]) -> dict[str, Any]:
    """A node's properties by the API's names. ``seen`` are the nodes around it: a circle of blank nodes is told once."""
    if id(node) in seen:
        return {}
    found: dict[str, Any] = {}
    for prop, value in node.items():
        if prop.startswith("@"):
            continue
        if prop == "ceterms:estimatedCost":
            found["EstimatedCost"] = _costs(document, items(node, prop), (*seen, id(node)))
            continue
        name = _NAMED_OTHERWISE.get(prop, prop.rsplit(":", 1)[-1])
        name = name[:1].upper() + name[1:]
        if isinstance(value, Mapping) and _is_text(value) and len(value) > 1:
            found[prop] = dict(value)  # in several languages: the API takes the language map under the property's own name
            continue
        told = _value(document, prop, value, (*seen, id(node)))
        if prop in _SINGLE and isinstance(told, list):
            told = next(iter(told), None)
        if told not in (None, [], {}):
            found[name] = told
    return found


def _value(document: Document, prop: str, value: Any, seen: tuple[int, ...]) -> Any:  # noqa: PLR0911 - one return a shape
    if isinstance(value, list):
        return [told for one in value if (told := _value(document, prop, one, seen)) not in (None, [], {})]
    if isinstance(value, Mapping):
        if _is_text(value):
            said = list(texts({"p": value}, "p"))
            return said if any(isinstance(one, list) for one in value.values()) else next(iter(said), None)
        return _object(document, prop, value, seen)
    if prop in _DURATIONS and isinstance(value, str):
        return _duration(value)
    if not isinstance(value, str) or not _refers(prop):
        return value
    if (ctid := Ctid.within(value)) is not None:
        return {"CTID": str(ctid)}
    target = document.find(value) if value.startswith("_:") else None
    return _node(document, target, seen) if target is not None else {"Id": value}


def _object(document: Document, prop: str, value: Mapping[str, Any], seen: tuple[int, ...]) -> Any:
    if value.get("@type") == ALIGNMENT:
        target = str(value.get("ceterms:targetNode", ""))
        if prop in _NAMED_ONLY:
            return text(value, "ceterms:targetNodeName") or None
        if ":" in target and "/" not in target:
            return target.rsplit(":", 1)[-1]
        if prop in _CODED:
            names = {"ceterms:targetNodeName": "Name", "ceterms:targetNodeDescription": "Description", "ceterms:targetNode": "URL"}
            return {names.get(key, key.rsplit(":", 1)[-1][:1].upper() + key.rsplit(":", 1)[-1][1:]): _plain(value, key)
                    for key in value if not key.startswith("@")}  # fmt: skip
        return {key.rsplit(":", 1)[-1][:1].upper() + key.rsplit(":", 1)[-1][1:]: _plain(value, key) for key in value if key[0] != "@"}
    reference = value.get("@id")
    if isinstance(reference, str) and len(value) == 1:
        return _value(document, prop, reference, seen)
    return _node(document, value, seen)


def _node(document: Document, node: Mapping[str, Any], seen: tuple[int, ...]) -> dict[str, Any]:
    """An embedded thing; what could be published by itself says what it is."""
    kind = node.get("@type")
    typed = isinstance(kind, str) and any(terms().is_a(kind, top) for top, _ in FAMILIES)
    return ({"Type": str(kind).rsplit(":", 1)[-1]} if typed else {}) | _fields(document, node, seen)


def _plain(node: Mapping[str, Any], key: str) -> Any:
    value = node[key]
    return text(node, key) if isinstance(value, Mapping) else value


def _costs(document: Document, profiles: tuple[Any, ...], seen: tuple[int, ...]) -> list[dict[str, Any]]:
    """Cost profiles that share their currency and words are one with several items."""
    grouped: dict[str, dict[str, Any]] = {}
    for profile in profiles:
        node = document.find(profile) if isinstance(profile, str) else profile
        if not isinstance(node, Mapping):
            continue
        told = _fields(document, {key: value for key, value in node.items() if key not in _COST_ITEM}, seen)
        item = _fields(document, {key: node[key] for key in _COST_ITEM if key in node}, seen)
        group = grouped.setdefault(repr(sorted(told.items(), key=str)), told)
        if item:
            group.setdefault("CostItems", []).append(item)
    return list(grouped.values())


def _duration(value: str) -> dict[str, int] | None:
    found = _DURATION.fullmatch(value)
    return {unit: int(number) for unit, number in found.groupdict().items() if number} if found is not None else None


def _refers(prop: str) -> bool:
    """Is a text in this property a reference to a thing, and not an address that is the value itself?"""
    entry = terms().find_property(prop)
    return entry is not None and entry.kind == "iri" and "xsd:anyURI" not in entry.ranges


def _is_text(value: Mapping[str, Any]) -> bool:
    return bool(value) and not any(":" in key or key.startswith("@") for key in value)
