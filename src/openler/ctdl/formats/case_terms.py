"""The words of CASE 1.0 and 1.1 (1EdTech Competencies and Academic Standards Exchange), and what CTDL has for them.

CTDL's own context declares the prefix ``case``: what CTDL has no word for keeps CASE's under it, so that nothing is lost and
nothing is claimed that CASE did not say.
"""

from __future__ import annotations

import re
from typing import Final

SOURCE: Final = "case"
"""The source id from which CTIDs are derived: CASE identifiers are unique everywhere, so a framework has one CTID wherever it is from."""

FRAMEWORK: Final = "ceasn:CompetencyFramework"
COMPETENCY: Final = "ceasn:Competency"
ALIGNMENT_MAP: Final = "ceterms:AlignmentMap"

CHILD: Final = "isChildOf"
ASSOCIATION_TYPES: Final = frozenset({
    "isChildOf", "isPeerOf", "isPartOf", "exactMatchOf", "precedes", "isRelatedTo", "replacedBy", "exemplar", "hasSkillLevel",
    "isTranslationOf",
})  # fmt: skip
"""CASE 1.1 information model, CFAssociation.associationType; ``isTranslationOf`` came with 1.1."""
EXTENSION: Final = re.compile(r"ext:[A-Za-z0-9._-]{1,100}", re.ASCII)
"""The form of a type of somebody's own."""

ALIGNMENTS: Final = {"exactMatchOf": "ceasn:exactAlignment", "isRelatedTo": "ceasn:alignTo"}
"""Types said as a property of the origin. ``isPartOf`` is said by the whole (``ceasn:comprisedOf``), ``isChildOf`` by both sides.

The others have no property between competencies: coming before is not being required, a replacement, a translation, an example
and a level as a competency of its own are unknown to CTDL-ASN."""

STATUSES: Final = {
    "Draft": "publicationStatus:Draft",
    "Adopted": "publicationStatus:Published",
    "Deprecated": "publicationStatus:Deprecated",
}
PRIVATE_DRAFT: Final = "Private Draft"

CARRIED: Final = {
    "document": ("frameworkType", "statusStartDate", "statusEndDate", "notes"),
    "item": ("alternativeLabel", "statusStartDate", "statusEndDate"),
    "association": ("notes", "lastChangeDateTime", "uri"),
}
"""Texts that keep CASE's own name, as ``case:NAME``."""

UUID: Final = re.compile(r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}", re.ASCII)
DATE_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?", re.ASCII)
IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\\x7f]{1,2000}")
LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|\d{3}))?", re.ASCII)
"""Tags in use: language, script, region (RFC 5646, 2.1)."""
