"""Where the published vocabulary contradicts itself or its own use, and how we read it: each departure with its reason.

Nothing here makes a rule stricter. A departure that a later release of the vocabulary makes needless fails a test, so
that it is dropped and not kept silently.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

EXTRA_CLASSES: Mapping[str, str] = MappingProxyType({
    "qdata:DataSetDistribution": "the 2023 encoding ranges on it without defining it; the publisher's models do",
    "qdata:DataSetService": "the 2023 encoding ranges on it without defining it; the publisher's models do",
    "qdata:Dimension": "the 2023 encoding ranges on it without defining it; the publisher's models do",
    "qdata:Metric": "the 2023 encoding ranges on it without defining it; the publisher's models do",
    "qdata:Observation": "the 2023 encoding ranges on it without defining it; the publisher's models do",
    "qdata:SubjectProfile": "only the publisher's models name it",
    "ceterms:FinancialAlignmentObject": "retired from the encoding, still in its ranges and in published documents",
    "ceterms:RuleSet": "retired from the encoding, still in the registry's class tree",
    "ceterms:RuleSetProfile": "retired from the encoding, still in the registry's class tree",
    "ceterms:SelectionComponent": "retired from the encoding, still in the registry's class tree",
})  # fmt: skip

EXTRA_PARENTS: Mapping[str, str] = MappingProxyType({
    "ceterms:FinancialAlignmentObject": "ceterms:CredentialAlignmentObject",
    "ceterms:SelectionComponent": "ceterms:PathwayComponent",
    "qdata:SubjectProfile": "schema:StructuredValue",
})  # fmt: skip
"""Parents of the classes above, so that rules for the parent reach them."""

RETIRED_CLASSES: Mapping[str, str] = MappingProxyType({
    "ceterms:FinancialAlignmentObject": "ceterms:CredentialAlignmentObject",
    "ceterms:RuleSet": "",
    "ceterms:RuleSetProfile": "",
    "ceterms:SelectionComponent": "ceterms:PathwayComponent",
    "ceterms:AggregateDataProfile": "qdata:DataSetProfile",
    "ceterms:EarningsProfile": "qdata:DataSetProfile",
    "ceterms:EmploymentOutcomeProfile": "qdata:DataSetProfile",
    "ceterms:HoldersProfile": "qdata:DataSetProfile",
})  # fmt: skip
"""Classes to write no more, with what takes their place ("" where nothing does)."""

RETIRED_PROPERTIES: Mapping[str, str] = MappingProxyType({
    "ceterms:aggregateData": "qdata:relevantDataSet",
    "ceterms:earnings": "qdata:relevantDataSet",
    "ceterms:employmentOutcome": "qdata:relevantDataSet",
    "ceterms:holders": "qdata:relevantDataSet",
    "ceterms:agent": "ceterms:actingAgent",
    "ceterms:assessmentProfiled": "",
    "ceterms:conditionProfiled": "",
    "ceterms:contactPoint": "ceterms:targetContactPoint",
    "ceterms:credentialProfiled": "",
    "ceterms:learningOpportunityOffered": "ceterms:offers",
    "ceterms:learningOpportunityProfiled": "",
    "ceterms:learningResource": "ceterms:targetLearningResource",
    "ceterms:partOfIdentifierValueSet": "",
    "ceterms:processMethodType": "ceterms:processMethod",
    "ceterms:trainingOffered": "",
    "ceterms:url": "ceterms:subjectWebpage",
})  # fmt: skip
"""Properties to write no more: those the publisher no longer accepts and those only the context still knows."""

MISSPELT: Mapping[str, str] = MappingProxyType({
    "ceasn:CrtiterionLevel": "ceasn:CriterionLevel",
    "ceasn:Task": "ceterms:Task",
    "qdata:ProcessProfile": "ceterms:ProcessProfile",
    "qdata:EarningsProfile": "ceterms:EarningsProfile",
})  # fmt: skip
"""Names in domains and ranges that nothing defines, and what is meant by them."""

RANGES_MISSING: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "ceasn:isChildOf": ("ceasn:CompetencyFramework",),
})  # fmt: skip
"""The framework is the parent of its top competencies in every published framework."""

RANGES_AS_DOMAINS: Mapping[str, str] = MappingProxyType({
    "ceterms:latestVersion": "ceterms:latestVersion",
    "ceterms:nextVersion": "ceterms:nextVersion",
    "ceterms:previousVersion": "ceterms:previousVersion",
    "qdata:relevantDataSetFor": "qdata:relevantDataSet",
})  # fmt: skip
"""Properties that may point at whatever may carry the other one. A version of a thing is a thing of its kind, but their
ranges leave out six classes of their own domains; a data set is for whatever names it, but its range names retired profiles only."""

DOMAINS_MISSING: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "qdata:Observation": (
        "qdata:maxPercentage", "qdata:median", "qdata:minPercentage", "qdata:percentile10", "qdata:percentile25",
        "qdata:percentile75", "qdata:percentile90", "schema:currency", "schema:unitText", "ceterms:name",
        "ceterms:description", "qdata:dataWithholdingType",
    ),
    "qdata:DataSetService": ("ceterms:source",),
})  # fmt: skip
"""QData's newer classes, which the 2023 encoding does not define, carry its statistics; the publisher's models list more."""

COERCED_AS_ADDRESSES: Mapping[str, str] = MappingProxyType({
    "ceasn:approximateDateCreated": "schema:Date",
    "ceasn:approximateDateModified": "schema:Date",
    "ceterms:approximateClosingDate": "schema:Date",
    "ceterms:approximateDateEffective": "schema:Date",
    "ceterms:approximateEndDate": "schema:Date",
    "ceterms:approximateExpirationDate": "schema:Date",
    "ceterms:approximateStartDate": "schema:Date",
})  # fmt: skip
"""Dates that the published contexts take for addresses, against the encoding's own range: 2024 would be a relative IRI and be lost."""

CONCEPT_FORMS: frozenset[str] = frozenset({"skos:Concept", "ceterms:CredentialAlignmentObject"})
"""Two ranges for one kind of value: where either is declared, published documents write the alignment object, and
a reference to a concept says no less."""

ANYTHING: frozenset[str] = frozenset({"rdfs:Resource", "rdfs:Class", "rdf:Property", "rdf:Statement", "rdfs:Literal"})
"""A range that names one of these excludes nothing (RDF Schema 1.1, 3.1: everything is an rdfs:Resource)."""
