"""A registry's description becomes what a badge says was achieved (Open Badges 3.0 and its CTDL guidance).

The achievement is aligned to the description it stands for: ``targetCode`` is the CTID, ``targetUrl`` the resource's
address, ``targetFramework`` CTDL itself. The version in force when it was earned is pinned beside it as a
``relatedResource`` (VCDM 2.0, section 5.3): an address that names the journal entry, and the digest of what lay there.
That address never changes its content, so a later edit of the description does not break the credential.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openler.ctdl.document import Document, nodes, refs, text
from openler.ctdl.terms import terms
from openler.ctdl.values import items
from openler.errors import Malformed, declare
from openler.ids import Ctid, Digest

INCOMPLETE = declare("meaning.incomplete", by=__name__)
NOT_AN_ACHIEVEMENT = declare("meaning.not_an_achievement", by=__name__)

FRAMEWORK = "Credential Transparency Description Language"
ACHIEVABLE = ("ceterms:Credential", "ceterms:LearningOpportunityProfile", "ceterms:AssessmentProfile", "ceasn:Competency")
"""What somebody can achieve: a description of any of these classes can be issued as a badge."""

# OB 3.0 AchievementType by CTDL class, special ones before general ones: the first that the class is a kind of.
TYPES = (
    ("ceterms:AssociateDegree", "AssociateDegree"), ("ceterms:BachelorDegree", "BachelorDegree"),
    ("ceterms:ProfessionalDoctorate", "ProfessionalDoctorate"), ("ceterms:ResearchDoctorate", "ResearchDoctorate"),
    ("ceterms:DoctoralDegree", "DoctoralDegree"), ("ceterms:MasterDegree", "MasterDegree"), ("ceterms:Degree", "Degree"),
    ("ceterms:ApprenticeshipCertificate", "ApprenticeshipCertificate"), ("ceterms:JourneymanCertificate", "JourneymanCertificate"),
    ("ceterms:MasterCertificate", "MasterCertificate"), ("ceterms:CertificateOfCompletion", "CertificateOfCompletion"),
    ("ceterms:Certificate", "Certificate"), ("ceterms:Certification", "Certification"), ("ceterms:License", "License"),
    ("ceterms:GeneralEducationDevelopment", "GeneralEducationDevelopment"),
    ("ceterms:SecondarySchoolDiploma", "SecondarySchoolDiploma"), ("ceterms:Diploma", "Diploma"),
    ("ceterms:MicroCredential", "MicroCredential"), ("ceterms:QualityAssuranceCredential", "QualityAssuranceCredential"),
    ("ceterms:Badge", "Badge"), ("ceterms:Course", "Course"), ("ceterms:LearningProgram", "LearningProgram"),
    ("ceterms:AssessmentProfile", "Assessment"), ("ceasn:Competency", "Competency"),
)  # fmt: skip
_TARGETS = (("ceterms:Credential", "ceterms:Credential"), ("ceasn:Competency", "ceasn:Competency"))
_NAMES = ("ceterms:name", "ceasn:name", "ceasn:competencyLabel", "ceasn:competencyText")


@dataclass(frozen=True, slots=True)
class CompetencyRef:
    """A competency as a description names it. ``iri`` is its address; ``code`` and ``framework`` may be empty."""

    iri: str
    name: str
    code: str = ""
    framework: str = ""

    def alignment(self) -> dict[str, Any]:
        """The Alignment that says this competency was assessed."""
        found: dict[str, Any] = {"type": ["Alignment"], "targetName": self.name, "targetUrl": self.iri, "targetType": "ceasn:Competency"}
        code = Ctid.within(self.iri) or self.code
        if code:
            found["targetCode"] = str(code)
        if self.framework:
            found["targetFramework"] = self.framework
        return found


def name_of(node: Mapping[str, Any], language: str = "en") -> str:
    """A resource's name, whichever property its class keeps it in."""
    return next((words for prop in _NAMES if (words := text(node, prop, language))), "")


def achievement_type(ctdl_class: str) -> str:
    """The OB 3.0 AchievementType of a CTDL class; the general ``Achievement`` where none fits."""
    return next((kind for ancestor, kind in TYPES if terms().is_a(ctdl_class, ancestor)), "Achievement")


def achievement(document: Document, *, assessed: Sequence[CompetencyRef] = (), language: str = "en") -> dict[str, Any]:
    """The OB 3.0 Achievement of what a document's main resource describes, aligned to it and to the competencies assessed.

    Nothing is made up: the criteria point to the description itself unless it states conditions in words, and where it
    has no description of its own its name stands there too, since OB 3.0 requires one.

    :raises Malformed: ``meaning.not_an_achievement``: nobody can achieve that; ``meaning.incomplete``: it has no name
    """
    if not any(terms().is_a(document.type, ancestor) for ancestor in ACHIEVABLE):
        raise Malformed(NOT_AN_ACHIEVEMENT, place=document.ctid, seen=document.type)
    main = document.main
    iri, name = str(main.get("@id", "")), name_of(main, language)
    if not name or not iri:
        raise Malformed(INCOMPLETE, place=document.ctid, missing="name" if iri else "@id")
    conditions = [words for node in nodes(document, main, "ceterms:requires") if (words := text(node, "ceterms:description", language))]
    criteria = {"id": iri} | ({"narrative": "\n\n".join(conditions)} if conditions else {})
    own = {
        "type": ["Alignment"],
        "targetName": name,
        "targetUrl": iri,
        "targetType": next((target for ancestor, target in _TARGETS if terms().is_a(document.type, ancestor)), "CTDL"),
        "targetCode": str(document.ctid),
        "targetFramework": FRAMEWORK,
    }
    return {
        "id": iri,
        "type": ["Achievement"],
        "achievementType": achievement_type(document.type),
        "name": name,
        "description": text(main, "ceterms:description", language) or text(main, "ceasn:competencyText", language) or name,
        "criteria": criteria,
        "alignment": [own, *(each.alignment() for each in assessed)],
    }


def competencies(document: Document, language: str = "en") -> tuple[CompetencyRef, ...]:
    """The competencies that a description says are taught, assessed or required, each once, in its order."""
    found: dict[str, CompetencyRef] = {}
    for each in _competency_nodes(document):
        iri = next(iter(refs({"it": each}, "it")), "")
        target = document.find(iri) if iri else None
        name = text(each, "ceterms:targetNodeName", language) or name_of(target or each, language)
        if iri and name:
            code = text(each, "ceterms:codedNotation", language)
            found.setdefault(iri, CompetencyRef(iri, name, code, text(each, "ceterms:frameworkName", language)))
    return tuple(found.values())


def _competency_nodes(document: Document) -> Iterable[Mapping[str, Any]]:
    main = document.main
    conditions = [main, *nodes(document, main, "ceterms:requires")]
    for node in conditions:
        for prop in ("ceterms:teaches", "ceterms:assesses", "ceterms:targetCompetency"):
            for value in items(node, prop):
                if isinstance(value, Mapping):
                    yield value
                elif isinstance(value, str) and (target := document.find(value)) is not None:
                    yield target


def pin(base_url: str, ctid: Ctid, *, seq: int, digest: Digest) -> dict[str, Any]:
    """The ``relatedResource`` that fixes one version of a description: the journal entry in its address, and its digest."""
    packed = base64.b64encode(bytes.fromhex(digest)).decode()
    return {
        "id": revision_url(base_url, ctid, seq),
        "digestSRI": f"sha256-{packed}",
        "mediaType": "application/ld+json",
    }


def revision_url(base_url: str, ctid: Ctid, seq: int) -> str:
    """Where one version of a description lies: the national Registry's path for an envelope's revision."""
    return f"{base_url.rstrip('/')}/envelopes/{ctid}/revisions/{seq}"
