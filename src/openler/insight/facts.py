"""What one published document says, as far as it is ever counted: one small row for each thing it describes.

Everything else in this room works on these rows. They are read from a document alone; what another document says (a data
set about a program, the address of its provider) is joined by :mod:`openler.insight.region`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, cast

from openler.ctdl.benchmark import Level, coverage
from openler.ctdl.document import Document, nodes, refs, text
from openler.ctdl.formats.codes import is_inferred
from openler.ctdl.formats.standing import standing
from openler.ctdl.profile import LEVELS, Profile
from openler.ctdl.score import score
from openler.ctdl.terms import terms
from openler.ctdl.values import items
from openler.ids import Ctid
from openler.insight.observations import Observation, observations


class Kind(StrEnum):
    """What is counted. The value is the name used in keys and messages."""

    CREDENTIAL = "credential"
    LEARNING_OPPORTUNITY = "learning_opportunity"
    ORGANIZATION = "organization"
    SUPPORT_SERVICE = "support_service"
    OCCUPATION = "occupation"
    JOB = "job"
    COMPETENCY = "competency"
    OUTCOMES = "outcomes"


ANCESTORS: Mapping[Kind, tuple[str, ...]] = {
    Kind.CREDENTIAL: ("ceterms:Credential",),
    Kind.LEARNING_OPPORTUNITY: ("ceterms:LearningOpportunityProfile",),
    Kind.ORGANIZATION: ("ceterms:Organization",),
    Kind.SUPPORT_SERVICE: ("ceterms:SupportService",),
    Kind.OCCUPATION: ("ceterms:Occupation",),
    Kind.JOB: ("ceterms:Job",),
    Kind.COMPETENCY: ("ceasn:Competency",),
    Kind.OUTCOMES: ("qdata:DataSetProfile",),
}
"""Each kind is these classes with all their subclasses."""

PROVIDER = ("ceterms:offeredBy", "ceterms:ownedBy", "ceasn:publisher", "ceterms:assertedBy", "qdata:dataProvider")
"""Who provides a thing: those named by the first of these that names anybody."""

CONDITIONS = ("ceterms:requires", "ceterms:recommends")
SCHEDULE = "ceterms:scheduleTimingType"
LEADS_TO = ("ceterms:isPreparationFor", "ceterms:isRequiredFor", "ceterms:resultsInCredential")


class Trait(StrEnum):
    """Something useful that a thing may state of itself."""

    TAUGHT = "taught"
    COST = "cost"
    OCCUPATION = "occupation"
    OCCUPATION_GIVEN = "occupation_given"
    SUPPORTS = "supports"
    DESCRIBED = "described"


@dataclass(frozen=True, slots=True)
class Checklist:
    """The properties that its model asks of a thing at one level, by whether they are stated. Both sorted."""

    held: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a document describes.

    ``id`` is its CTID, or ``{document}#{where}`` for one that has none: mentioned, not catalogued. ``providers`` are CTIDs.
    ``counties`` are those of its own addresses. An organisation's ``agent_types`` and ``sectors``, and anything's ``concepts``
    (kinds of support, accommodations, times of day), are local names such as ``TwoYear``. ``standings`` are those of an
    organisation on the lists it is on: approved, pending, suspended. ``leads_to``, ``through``,
    ``supports``, ``data_sets`` and ``about`` are the CTIDs it refers to. The checklists are empty for what has no CTID.
    """

    id: str
    ctid: Ctid | None
    document: Ctid
    ctdl_type: str
    kind: Kind
    name: str = ""
    providers: tuple[Ctid, ...] = ()
    counties: tuple[str, ...] = ()
    agent_types: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()
    life_cycle: str = ""
    standings: tuple[str, ...] = ()
    traits: frozenset[Trait] = frozenset()
    leads_to: tuple[Ctid, ...] = ()
    through: tuple[Ctid, ...] = ()
    supports: tuple[Ctid, ...] = ()
    data_sets: tuple[Ctid, ...] = ()
    about: tuple[Ctid, ...] = ()
    observations: tuple[Observation, ...] = ()
    required: Checklist = Checklist()
    benchmark: Checklist = Checklist()
    recommended: Checklist = Checklist()


@lru_cache(maxsize=4096)
def kind_of(ctdl_type: str) -> Kind | None:
    """Which kind a class belongs to, or None for what is not counted."""
    known = terms()
    return next((kind for kind, classes in ANCESTORS.items() if any(known.is_a(ctdl_type, name) for name in classes)), None)


def facts(document: Document, profile: Profile | None = None) -> tuple[Fact, ...]:
    """The rows of one document: its main resource and every other one in the graph of a kind that is counted, sorted by id.

    The checklists are of CTDL's own marks, or of the profile given.
    """
    lists = _checklists(document) if profile is None else _checklists_of(document, profile)
    found: dict[str, Fact] = {}
    for where, node in _described(document):
        ctdl_type = _type(node)
        kind = kind_of(ctdl_type)
        if kind is None:
            continue
        ctid = Ctid.within(text(node, "ceterms:ctid"))
        name = ctid or f"{document.ctid}#{where}"
        found.setdefault(name, _fact(document, node, name=name, ctid=ctid, ctdl_type=ctdl_type, kind=kind, lists=lists))
    return tuple(found[name] for name in sorted(found))


def _described(document: Document) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object with a type, with its place: the entries of the graph, then what is embedded in them."""
    waiting = deque((str(entry.get("@id", at)), cast("Any", entry), True) for at, entry in enumerate(document.graph))
    while waiting:
        where, value, top = waiting.popleft()
        if isinstance(value, list):
            waiting.extend((f"{where}/{at}", entry, False) for at, entry in enumerate(value))
        elif isinstance(value, dict):
            # An embedded object that names another by its @id describes nothing by itself, whatever type it repeats.
            if "@type" in value and (top or "@id" not in value or text(value, "ceterms:ctid")):
                yield where, value
            waiting.extend((f"{where}/{key}", value[key], False) for key in sorted(value) if isinstance(value[key], dict | list))


def _type(node: Mapping[str, Any]) -> str:
    found = node.get("@type")
    names = found if isinstance(found, list) else [found]
    return next((name for name in names if isinstance(name, str)), "")


def _fact(
    document: Document,
    node: Mapping[str, Any],
    *,
    name: str,
    ctid: Ctid | None,
    ctdl_type: str,
    kind: Kind,
    lists: Mapping[str, tuple[Checklist, Checklist, Checklist]],
) -> Fact:
    required, benchmark, recommended = lists.get(name, (Checklist(), Checklist(), Checklist()))
    return Fact(
        id=name,
        ctid=ctid,
        document=document.ctid,
        ctdl_type=ctdl_type,
        kind=kind,
        name=text(node, "ceterms:name") or text(node, "ceasn:name") or text(node, "ceasn:competencyText"),
        providers=_providers(document, node, ctid, kind),
        counties=_counties(document, node),
        agent_types=_concepts(node, "ceterms:agentType"),
        sectors=_concepts(node, "ceterms:agentSectorType"),
        concepts=tuple(
            sorted({c for p in ("ceterms:supportServiceType", "ceterms:accommodationType", SCHEDULE) for c in _concepts(node, p)}),
        ),
        life_cycle=next(iter(_concepts(node, "ceterms:lifeCycleStatusType") or _concepts(node, "ceterms:credentialStatusType")), ""),
        standings=tuple(sorted({each.status for each in standing(node)})),
        traits=_traits(document, node, kind),
        leads_to=_targets(document, node, LEADS_TO, "ceterms:targetCredential"),
        through=_targets(document, node, CONDITIONS, "ceterms:targetLearningOpportunity"),
        supports=_ctids(document, node, "ceterms:hasSupportService"),
        data_sets=_ctids(document, node, "qdata:relevantDataSet"),
        about=tuple(
            sorted(
                {c for p in ("qdata:relevantDataSetFor", "schema:about", "ceterms:supportServiceFor") for c in _ctids(document, node, p)}
            ),
        ),
        observations=observations(document, node) if kind is Kind.OUTCOMES else (),
        required=required,
        benchmark=benchmark,
        recommended=recommended,
    )


def _checklists(document: Document) -> dict[str, tuple[Checklist, Checklist, Checklist]]:
    covered = coverage(document)
    return {
        # A resource without a CTID (an embedded cost profile) is part of the thing it stands in, and is not counted by itself.
        each.ctid: (_sorted(each.required), _sorted(each.benchmark), _sorted(each.recommended))
        for each in (covered.main, *covered.children)
        if each.ctid is not None
    }


def _checklists_of(document: Document, profile: Profile) -> dict[str, tuple[Checklist, Checklist, Checklist]]:
    scored = score(document, profile)
    found: dict[str, tuple[Checklist, Checklist, Checklist]] = {}
    for each in (scored.main, *scored.children):
        if each is not None and each.ctid is not None:
            required, benchmark, recommended = (
                Checklist(
                    held=tuple(sorted(item.property for item in each.items if item.level == level and item.held)),
                    missing=tuple(sorted(item.property for item in each.items if item.level == level and not item.held)),
                )
                for level in LEVELS
            )
            found[each.ctid] = (required, benchmark, recommended)
    return found


def _sorted(level: Level) -> Checklist:
    return Checklist(held=tuple(sorted(level.held)), missing=tuple(sorted(level.missing)))


def _providers(document: Document, node: Mapping[str, Any], ctid: Ctid | None, kind: Kind) -> tuple[Ctid, ...]:
    if kind is Kind.ORGANIZATION:
        return (ctid,) if ctid is not None else ()
    for prop in PROVIDER:
        if named := _ctids(document, node, prop):
            return named
    return (document.owner,) if document.owner is not None else ()


def _counties(document: Document, node: Mapping[str, Any]) -> tuple[str, ...]:
    found = set()
    for prop in ("ceterms:availableAt", "ceterms:address"):
        for place in nodes(document, node, prop):
            found |= {text(spot, "ceterms:subRegion").strip() for spot in (place, *nodes(document, place, "ceterms:address"))}
    return tuple(sorted(found - {""}))


def _traits(document: Document, node: Mapping[str, Any], kind: Kind) -> frozenset[Trait]:
    stated = {
        Trait.TAUGHT: bool(node.get("ceterms:teaches")) or (kind is Kind.CREDENTIAL and _ask(document, node, "ceterms:targetCompetency")),
        Trait.COST: any(_is_price(cost.get("ceterms:price")) for cost in nodes(document, node, "ceterms:estimatedCost")),
        Trait.OCCUPATION: bool(node.get("ceterms:occupationType") or node.get("ceterms:hasOccupation")),
        Trait.OCCUPATION_GIVEN: bool(node.get("ceterms:hasOccupation")) or _is_given(node),
        Trait.SUPPORTS: bool(node.get("ceterms:hasSupportService")),
        Trait.DESCRIBED: _ask(document, node, "ceterms:targetCompetency") or _ask(document, node, "ceterms:targetCredential"),
    }
    return frozenset(trait for trait, holds in stated.items() if holds)


def _is_price(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _is_given(node: Mapping[str, Any]) -> bool:
    """Is an occupation named by the source itself, and not only inferred from the instructional program?"""
    return any(not (isinstance(each, dict) and is_inferred(each)) for each in items(node, "ceterms:occupationType"))


def _ask(document: Document, node: Mapping[str, Any], target: str) -> bool:
    return any(condition.get(target) for prop in CONDITIONS for condition in _conditions(document, node, prop))


def _conditions(document: Document, node: Mapping[str, Any], prop: str) -> tuple[dict[str, Any], ...]:
    """Condition profiles, and the alternatives inside them."""
    found = nodes(document, node, prop)
    return (*found, *(each for condition in found for each in nodes(document, condition, "ceterms:alternativeCondition")))


def _concepts(node: Mapping[str, Any], prop: str) -> tuple[str, ...]:
    """The local names of the concepts, ``Childcare`` for ``support:Childcare`` and for its full address alike."""
    found = {reference.rsplit("/", 1)[-1].rsplit("#", 1)[-1].rsplit(":", 1)[-1] for reference in refs(node, prop)}
    return tuple(sorted(found - {""}))


def _ctids(document: Document, node: Mapping[str, Any], prop: str) -> tuple[Ctid, ...]:
    found = {Ctid.within(reference) for reference in refs(node, prop)}
    found |= {Ctid.within(text(target, "ceterms:ctid")) for target in nodes(document, node, prop)}
    return tuple(sorted(ctid for ctid in found if ctid is not None))


def _targets(document: Document, node: Mapping[str, Any], props: tuple[str, ...], target: str) -> tuple[Ctid, ...]:
    """What ``props`` lead to, named directly or inside a condition profile."""
    found: set[Ctid] = set()
    for prop in props:
        found |= set(_ctids(document, node, prop)) if props is LEADS_TO else set()
        for condition in _conditions(document, node, prop):
            found |= set(_ctids(document, condition, target))
    return tuple(sorted(found))
