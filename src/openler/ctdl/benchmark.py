"""Minimum, benchmark and recommended data: what a document holds and lacks, class by class.

The tables are the publisher's own marks (``data/requirements.json``). Where a mark stands only in a comment, or where one
of several properties is enough, :data:`MINIMUM` and :data:`ALTERNATIVES` say how it is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any, Final

from openler.ctdl.document import Document
from openler.ctdl.findings import Report
from openler.ctdl.terms import terms
from openler.ctdl.values import nodes
from openler.errors import declare
from openler.ids import Ctid
from openler.resources import read_json

REQUIRED_MISSING = declare("ctdl.required_missing", by=__name__)

CLASSES: Final[Mapping[str, str]] = MappingProxyType({
    "AlignmentMap": "ceterms:AlignmentMap",
    "Assessment": "ceterms:AssessmentProfile",
    "Collection": "ceterms:Collection",
    "Competency": "ceasn:Competency",
    "CompetencyFramework": "ceasn:CompetencyFramework",
    "Concept": "skos:Concept",
    "ConceptScheme": "skos:ConceptScheme",
    "ConditionManifest": "ceterms:ConditionManifest",
    "CostManifest": "ceterms:CostManifest",
    "CostProfile": "ceterms:CostProfile",
    "Credential": "ceterms:Credential",
    "CredentialType": "ceterms:CredentialType",
    "DataSetProfile": "qdata:DataSetProfile",
    "Industry": "ceterms:Industry",
    "Job": "ceterms:Job",
    "LearningOpportunity": "ceterms:LearningOpportunityProfile",
    "Occupation": "ceterms:Occupation",
    "Organization": "ceterms:Organization",
    "Pathway": "ceterms:Pathway",
    "PathwayComponent": "ceterms:PathwayComponent",
    "PriorLearningPolicy": "ceterms:PriorLearningPolicy",
    "ProgressionLevel": "asn:ProgressionLevel",
    "ProgressionModel": "asn:ProgressionModel",
    "QualificationsFramework": "ceterms:QualificationsFramework",
    "Rubric": "ceasn:Rubric",
    "SupportService": "ceterms:SupportService",
    "Task": "ceterms:Task",
    "TransferAgreement": "ceterms:TransferAgreement",
    "TransferValueProfile": "ceterms:TransferValueProfile",
    "WorkRole": "ceterms:WorkRole",
})  # fmt: skip
"""The publisher's profiles and the classes they stand for; a subclass is held to the nearest of them."""

MINIMUM: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({
    "Competency": ("ceterms:ctid", "ceasn:competencyText"),
    "CompetencyFramework": ("ceterms:ctid", "ceasn:name", "ceasn:description", "ceasn:inLanguage", "ceasn:publisher"),
    "Concept": ("ceterms:ctid", "skos:prefLabel"),
    "ConceptScheme": ("ceterms:ctid", "ceasn:name", "ceasn:description", "ceasn:inLanguage"),
    "ConditionManifest": ("ceterms:ctid", "ceterms:description", "ceterms:conditionManifestOf"),
    "CostManifest": ("ceterms:ctid", "ceterms:description", "ceterms:costManifestOf", "ceterms:costDetails"),
    "CostProfile": ("ceterms:description", "ceterms:costDetails"),
    "ProgressionLevel": ("ceterms:ctid", "skos:prefLabel"),
    "ProgressionModel": ("ceterms:ctid", "ceasn:name", "ceasn:description", "skos:hasTopConcept", "ceasn:inLanguage", "ceasn:publisher"),
})  # fmt: skip
"""Profiles whose marks stand in comments, where "required" is also said of single uses: what the publisher's help requires."""

ALTERNATIVES: Final = (
    ("ceterms:ownedBy", "ceterms:offeredBy"),
    ("ceterms:email", "ceterms:address"),
    ("ceterms:agentPurpose", "ceterms:agentPurposeDescription"),
    ("ceterms:deliveryType", "ceterms:deliveryTypeDescription"),
    ("ceterms:learningMethodType", "ceterms:learningMethodDescription"),
)
"""One of each is enough, where the profile marks both."""

EITHER_OWNER: Final = frozenset({"Credential"})
"""Marked with ``ownedBy`` alone, though the publisher takes ``offeredBy`` as well."""

LEVELS: Final = ("required", "benchmark", "recommended")


@dataclass(frozen=True, slots=True)
class Level:
    """Properties held and missing, in the profile's order; alternatives are joined by ``|``."""

    held: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def share(self) -> Fraction:
        """Held of all; 1 where nothing is asked, since nothing is missing then."""
        total = len(self.held) + len(self.missing)
        return Fraction(len(self.held), total) if total else Fraction(1)


@dataclass(frozen=True, slots=True)
class ResourceCoverage:
    """One resource against its class's profile; ``ctid`` is None for an embedded one, such as a cost profile."""

    place: str
    type: str
    ctid: Ctid | None
    required: Level
    benchmark: Level
    recommended: Level


@dataclass(frozen=True, slots=True)
class Coverage:
    """A document against the profiles: its main resource, and everything else in it that has a profile."""

    main: ResourceCoverage
    children: tuple[ResourceCoverage, ...] = ()

    @property
    def missing_required(self) -> tuple[str, ...]:
        """What the main resource must have and lacks."""
        return self.main.required.missing

    @property
    def missing_benchmark(self) -> tuple[str, ...]:
        """What the benchmark model adds and the main resource lacks."""
        return self.main.benchmark.missing

    @property
    def missing_recommended(self) -> tuple[str, ...]:
        """What is recommended and the main resource lacks."""
        return self.main.recommended.missing

    @property
    def share_required(self) -> Fraction:
        """The main resource's share of required properties, from 0 to 1."""
        return self.main.required.share

    @property
    def share_benchmark(self) -> Fraction:
        """The main resource's share of benchmark properties, from 0 to 1."""
        return self.main.benchmark.share


def profile(kind: str) -> Mapping[str, tuple[tuple[str, ...], ...]] | None:
    """What a class is asked for: per level, groups of properties of which one is enough. None for a class without profile."""
    return _profile(kind) if terms().is_class(kind) else None


@lru_cache(maxsize=1024)
def _profile(kind: str) -> Mapping[str, tuple[tuple[str, ...], ...]] | None:
    above = sorted(terms().ancestors(kind), key=lambda name: -len(terms().ancestors(name)))
    by_class = {name: profile_name for profile_name, name in CLASSES.items()}
    found = next((by_class[name] for name in above if name in by_class), None)
    return _read(found) if found else None


def coverage(document: Document) -> Coverage:
    """What a document holds and lacks of its classes' profiles."""
    main = _cover(document.main, "/@graph/0", document.type)
    others = (_cover(node, place, kind) for node, place, kind in profiled(document, profile) if node is not document.main)
    return Coverage(main, tuple(others))


def gaps(document: Document, report: Report) -> None:
    """A gap for each required property that a resource lacks; a missing CTID is an error told elsewhere."""
    others = [(node, place, kind) for node, place, kind in profiled(document, profile) if node is not document.main]
    for node, place, kind in ((document.main, "/@graph/0", document.type), *others):
        for group in (profile(kind) or {}).get("required", ()):
            if not any(is_held(node.get(name)) for name in group):
                stated = node.get("ceterms:ctid")
                report.ctid = (Ctid.within(stated) if isinstance(stated, str) else None) or document.ctid
                report.add("gap", REQUIRED_MISSING, place, property="|".join(group), type=kind)


def profiled(document: Document, asked: Callable[[str], object | None]) -> Iterator[tuple[dict[str, Any], str, str]]:
    """What can be held against a profile, with its place and class.

    Resources with a CTID of whose class something is ``asked``, and embedded cost profiles. Blank nodes are mentions of things
    that others describe.
    """
    seen: set[int] = set()
    for position, node in enumerate(document.graph):
        kind = node.get("@type")
        kind = kind[0] if isinstance(kind, list) and kind else kind
        if "ceterms:ctid" in node and isinstance(kind, str) and asked(kind) is not None:
            yield node, f"/@graph/{position}", kind
        for number, cost in enumerate(nodes(document, node, "ceterms:estimatedCost")):
            if cost.get("@type") == "ceterms:CostProfile" and "ceterms:ctid" not in cost and id(cost) not in seen:
                seen.add(id(cost))
                many = isinstance(node["ceterms:estimatedCost"], list)
                yield cost, f"/@graph/{position}/ceterms:estimatedCost" + (f"/{number}" if many else ""), "ceterms:CostProfile"


def _cover(node: dict[str, Any], place: str, kind: str) -> ResourceCoverage:
    asked = profile(kind) or {}
    levels = [_level(node, asked.get(level, ())) for level in LEVELS]
    stated = node.get("ceterms:ctid")
    return ResourceCoverage(place, kind, Ctid.within(stated) if isinstance(stated, str) else None, *levels)


def _level(node: dict[str, Any], groups: tuple[tuple[str, ...], ...]) -> Level:
    held: list[str] = []
    missing: list[str] = []
    for group in groups:
        (held if any(is_held(node.get(name)) for name in group) else missing).append("|".join(group))
    return Level(tuple(held), tuple(missing))


def is_held(value: Any) -> bool:
    """Whether a value says anything: no empty text, list or object."""
    if isinstance(value, str):
        return bool(value.strip())
    if isinstance(value, dict):
        return any(is_held(entry) for entry in value.values())
    if isinstance(value, list):
        return any(is_held(entry) for entry in value)
    return value is not None


def _read(name: str) -> Mapping[str, tuple[tuple[str, ...], ...]]:
    marks = _tables().get(name, {})
    asked = {}
    for level in LEVELS:
        marked = MINIMUM.get(name, marks.get(level, ())) if level == "required" else marks.get(level, ())
        if level == "recommended":
            marked = [*marked, *marks.get("comment-recommended", ())]
        known = [_resolved(term, CLASSES[name]) for term in marked]
        if level == "required" and name in EITHER_OWNER:
            known.insert(known.index("ceterms:ownedBy") + 1, "ceterms:offeredBy")
        asked[level] = _grouped([term for term in known if term])
    return MappingProxyType(asked)


def _resolved(term: str, kind: str) -> str:
    """Of the names a mark may mean, the one that the class carries: a framework's name is ``ceasn:name``."""
    local = term.partition("|")[0].rpartition(":")[2]
    allowed = frozenset().union(*(terms().properties_of(below) for below in terms().subclasses(kind)))
    return next((name for name in (*term.split("|"), f"ceasn:{local}", f"ceterms:{local}") if name in allowed), "")


def _grouped(names: list[str]) -> tuple[tuple[str, ...], ...]:
    groups: dict[tuple[str, ...], None] = {}
    for name in names:
        pair = next((pair for pair in ALTERNATIVES if name in pair and set(pair) <= set(names)), (name,))
        groups.setdefault(pair)
    return tuple(groups)


@cache
def _tables() -> Mapping[str, Mapping[str, list[str]]]:
    found: Mapping[str, Mapping[str, list[str]]] = read_json("openler.ctdl", "data", "requirements.json")
    return found
