"""A nation's registry, made up: documents of all main types in the national Registry's proportions, the same at every run.

Document ``number`` is made from its number alone, so that any part can be made anywhere, and refers to documents with other
numbers by CTIDs that it derives. Names are put together from words of many fields of study and work, so that searches find
some and not all; places are cities of the United States.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import orjson

from openler.ctdl.terms import CONTEXT_IRI
from openler.ids import Ctid

BASE = "http://localhost:8000"

_GIVEN = orjson.loads(Path(__file__).with_suffix(".json").read_bytes())
FIELDS: tuple[str, ...] = tuple(_GIVEN["fields"])
"""Fields of study and work."""
WORDS: tuple[str, ...] = tuple(_GIVEN["words"])
"""What distinguishes one thing of a field from another."""
SCHOOLS = ("College", "Institute", "Academy", "University", "Training Center")
VERBS = ("assemble", "calibrate", "document", "inspect", "install", "lead", "measure", "operate", "plan", "prepare", "repair", "test")
CITIES = (
    ("Albany", "US-NY", 42.65, -73.75),
    ("Atlanta", "US-GA", 33.75, -84.39),
    ("Austin", "US-TX", 30.27, -97.74),
    ("Billings", "US-MT", 45.78, -108.50),
    ("Boise", "US-ID", 43.62, -116.20),
    ("Boston", "US-MA", 42.36, -71.06),
    ("Buffalo", "US-NY", 42.89, -78.88),
    ("Chicago", "US-IL", 41.88, -87.63),
    ("Cleveland", "US-OH", 41.50, -81.69),
    ("Denver", "US-CO", 39.74, -104.99),
    ("El Paso", "US-TX", 31.76, -106.49),
    ("Fresno", "US-CA", 36.74, -119.79),
    ("Houston", "US-TX", 29.76, -95.37),
    ("Miami", "US-FL", 25.76, -80.19),
    ("Newark", "US-NJ", 40.74, -74.17),
    ("Omaha", "US-NE", 41.26, -95.93),
    ("Phoenix", "US-AZ", 33.45, -112.07),
    ("Portland", "US-OR", 45.52, -122.68),
    ("Seattle", "US-WA", 47.61, -122.33),
    ("Tulsa", "US-OK", 36.15, -95.99),
)
CREDENTIALS = (
    *["Certificate"] * 12,
    *["AssociateDegree"] * 7,
    *["BachelorDegree"] * 7,
    *["MasterDegree"] * 3,
    *["Certification"] * 3,
    *["License"] * 3,
    *["CertificateOfCompletion"] * 3,
    "MicroCredential",
    "ApprenticeshipCertificate",
    "DoctoralDegree",
)
LEARNING = (*["Course"] * 13, *["LearningProgram"] * 8, *["LearningOpportunityProfile"] * 6)
# Of a hundred documents: the places of each kind. Organizations come first, so that a small nation has one too.
_KINDS = (
    *["organization"] * 10,
    *["credential"] * 32,
    *["learning"] * 25,
    *["task"] * 11,
    *["transfer"] * 6,
    *["outcomes"] * 5,
    *["framework"] * 3,
    *["job"] * 2,
    "occupation",
    "support",
    "costs",
    "pathway",
    "assessment",
    "assessment",
)
_STEP = 37
"""Kinds take turns: number after number steps through the hundred places by this, and meets each once."""


def kind_of(number: int) -> str:
    """What sort of thing the document with this number describes."""
    return _KINDS[number * _STEP % 100]


def ctid(number: int) -> Ctid:
    """The CTID of the document with this number."""
    return Ctid.derive("bench nation", "any", str(number))


def address(number: int) -> str:
    """Where the document with this number is."""
    return f"{BASE}/resources/{ctid(number)}"


def documents(start: int, stop: int, *, size: int) -> Iterator[bytes]:
    """Documents ``start`` to ``stop`` of a nation of ``size``, as bytes."""
    for number in range(start, stop):
        yield document(number, size)


def document(number: int, size: int) -> bytes:
    """One document of a nation of ``size`` documents."""
    chance = Random(number)  # noqa: S311 - the same at every run, and no secret
    kind = kind_of(number)
    main, others = _MAKERS[kind](number, size, chance)
    named = {"@id": address(number), "ceterms:ctid": str(ctid(number)), **main}
    return orjson.dumps({"@context": CONTEXT_IRI, "@id": f"{BASE}/graph/{ctid(number)}", "@graph": [named, *others]})


def _other(kind: str, size: int, chance: Random) -> int:
    """The number of some document of a kind; in a nation too small to have one, one that is not there."""
    place = chance.choice([at for at in range(100) if _KINDS[at] == kind])
    # 37 * 73 = 2701 = 1 (mod 100): the number within its hundred whose turn that place is.
    return chance.randrange(max(1, size // 100)) * 100 + place * 73 % 100


def _text(chance: Random, sentences: int) -> str:
    return " ".join(_sentence(chance) for _ in range(sentences))


def _sentence(chance: Random) -> str:
    return (
        f"Learners {chance.choice(VERBS)} and {chance.choice(VERBS)} {chance.choice(WORDS)} {chance.choice(FIELDS)} equipment, "
        f"{chance.choice(WORDS)} {chance.choice(FIELDS)} records and {chance.choice(WORDS)} services for {chance.choice(FIELDS)}."
    )


def _place(chance: Random) -> dict[str, Any]:
    city, region, latitude, longitude = chance.choice(CITIES)
    return {
        "@type": "ceterms:Place",
        "ceterms:addressLocality": {"en": city},
        "ceterms:addressRegion": {"en": region},
        "ceterms:addressCountry": {"en": "United States"},
        "ceterms:streetAddress": {"en": f"{chance.randrange(1, 9999)} {chance.choice(FIELDS).title()} Street"},
        "ceterms:postalCode": f"{chance.randrange(10000, 99999)}",
        "ceterms:latitude": round(latitude + chance.uniform(-0.3, 0.3), 4),
        "ceterms:longitude": round(longitude + chance.uniform(-0.3, 0.3), 4),
    }


def _alignment(name: str, framework: str, node: str | None = None) -> dict[str, Any]:
    made = {
        "@type": "ceterms:CredentialAlignmentObject",
        "ceterms:frameworkName": {"en": framework},
        "ceterms:targetNodeName": {"en": name},
    }
    return made | ({"ceterms:targetNode": node} if node else {})


def _common(chance: Random, number: int, name: str, sentences: int = 4) -> dict[str, Any]:
    return {
        "ceterms:name": {"en-US": name},
        "ceterms:description": {"en-US": _text(chance, sentences)},
        "ceterms:subjectWebpage": f"https://example.org/{number}/{chance.choice(FIELDS)}",
    }


Made = tuple[dict[str, Any], list[dict[str, Any]]]


def _organization(number: int, _size: int, chance: Random) -> Made:
    city = chance.choice(CITIES)[0]
    name = f"{city} {chance.choice(WORDS).title()} {chance.choice(SCHOOLS)} {number // 100}"
    return {
        "@type": "ceterms:CredentialOrganization",
        **_common(chance, number, name, 2),
        "ceterms:address": [_place(chance)],
        "ceterms:email": [f"office@{number}.example.org"],
        "ceterms:agentType": [_alignment("Postsecondary", "Organization Type", "orgType:Postsecondary")],
        "ceterms:agentSectorType": _alignment("Public", "Agent Sector", "agentSector:Public"),
    }, []


def _credential(number: int, size: int, chance: Random) -> Made:
    owner, field = address(_other("organization", size, chance)), chance.choice(FIELDS)
    kind = chance.choice(CREDENTIALS)
    return {
        "@type": f"ceterms:{kind}",
        **_common(chance, number, f"{kind} in {chance.choice(WORDS).title()} {field.title()}"),
        "ceterms:ownedBy": [owner],
        "ceterms:offeredBy": [owner],
        "ceterms:inLanguage": ["en-US"],
        "ceterms:credentialStatusType": _alignment("Active", "Credential Status", "credentialStat:Active"),
        "ceterms:keyword": {"en-US": chance.sample(FIELDS, 4)},
        "ceterms:subject": [_alignment(one, "Subjects") for one in (field, chance.choice(FIELDS))],
        "ceterms:audienceLevelType": [_alignment("Beginner", "Audience Level", "audLevel:BeginnerLevel")],
        "ceterms:occupationType": [_alignment(f"{field.title()} Workers", "Occupations")],
        "ceterms:availableAt": [_place(chance)],
        "ceterms:estimatedDuration": [{"@type": "ceterms:DurationProfile", "ceterms:exactDuration": f"P{chance.randrange(1, 48)}M"}],
        "ceterms:estimatedCost": [
            {
                "@type": "ceterms:CostProfile",
                "ceterms:costDetails": f"https://example.org/{number}/costs",
                "ceterms:currency": "USD",
                "ceterms:price": chance.randrange(100, 20000),
                "ceterms:description": {"en-US": "Tuition for the whole program."},
                "ceterms:directCostType": _alignment("Tuition", "Cost Type", "costType:Tuition"),
            }
        ],
        "ceterms:requires": [
            {
                "@type": "ceterms:ConditionProfile",
                "ceterms:name": {"en-US": "Requirements"},
                "ceterms:description": {"en-US": _text(chance, 1)},
                "ceterms:targetLearningOpportunity": [address(_other("learning", size, chance)) for _ in range(chance.randrange(1, 3))],
                "ceterms:targetCompetency": [_alignment(skill(chance), "Skills") for _ in range(chance.randrange(1, 5))],
            }
        ],
    }, []


def _learning(number: int, size: int, chance: Random) -> Made:
    field, owner = chance.choice(FIELDS), address(_other("organization", size, chance))
    return {
        "@type": f"ceterms:{chance.choice(LEARNING)}",
        **_common(chance, number, f"{chance.choice(WORDS).title()} {field.title()} {chance.randrange(100, 499)}"),
        "ceterms:ownedBy": [owner],
        "ceterms:offeredBy": [owner],
        "ceterms:inLanguage": ["en-US"],
        "ceterms:lifeCycleStatusType": _alignment("Active", "Life Cycle Status", "lifeCycle:Active"),
        "ceterms:keyword": {"en-US": chance.sample(FIELDS, 3)},
        "ceterms:deliveryType": [_alignment("In-Person", "Delivery Type", "deliveryType:InPerson")],
        "ceterms:availableAt": [_place(chance)],
        "ceterms:teaches": [_alignment(skill(chance), "Skills") for _ in range(chance.randrange(2, 7))],
        "ceterms:estimatedDuration": [{"@type": "ceterms:DurationProfile", "ceterms:exactDuration": f"P{chance.randrange(1, 16)}W"}],
        "ceterms:assessmentMethodDescription": {"en-US": _text(chance, 1)},
    }, []


def skill(chance: Random) -> str:
    """A competency in a sentence."""
    return f"{chance.choice(VERBS).title()} {chance.choice(WORDS)} {chance.choice(FIELDS)} work"


def _task(_number: int, size: int, chance: Random) -> Made:
    said = {"ceterms:description": {"en-US": _text(chance, 2)}, "ceterms:name": {"en-US": skill(chance)}}
    return {"@type": "ceterms:Task", **said, "ceterms:assertedBy": [address(_other("organization", size, chance))]}, []


def _transfer(number: int, size: int, chance: Random) -> Made:
    course = {
        "@id": f"_:{ctid(-number - 1)[3:]}",
        "@type": "ceterms:Course",
        "ceterms:name": {"en-US": f"{chance.choice(FIELDS).title()} 101"},
    }
    return {
        "@type": "ceterms:TransferValueProfile",
        **_common(chance, number, f"Transfer value of {chance.choice(FIELDS)}", 2),
        "ceterms:ownedBy": [address(_other("organization", size, chance))],
        "ceterms:lifeCycleStatusType": _alignment("Active", "Life Cycle Status", "lifeCycle:Active"),
        "ceterms:transferValue": [
            {
                "@type": "ceterms:ValueProfile",
                "schema:value": chance.randrange(1, 6),
                "ceterms:creditUnitType": [_alignment("Semester Hours", "Credit Unit", "creditUnit:SemesterHour")],
            }
        ],
        "ceterms:transferValueFrom": [course["@id"]],
        "ceterms:transferValueFor": [address(_other("learning", size, chance))],
    }, [course]


def _outcomes(_number: int, size: int, chance: Random) -> Made:
    return {
        "@type": "qdata:DataSetProfile",
        "ceterms:name": {"en-US": f"Outcomes of {chance.choice(FIELDS)}"},
        "ceterms:description": {"en-US": _text(chance, 2)},
        "qdata:dataProvider": address(_other("organization", size, chance)),
        "qdata:relevantDataSetFor": [address(_other("credential", size, chance))],
    }, []


def _framework(number: int, size: int, chance: Random) -> Made:
    own = address(number)
    children = []
    for at in range(chance.randrange(5, 25)):
        child = Ctid.derive("bench nation", "competency", f"{number}.{at}")
        children.append(
            {
                "@id": f"{BASE}/resources/{child}",
                "@type": "ceasn:Competency",
                "ceterms:ctid": str(child),
                "ceasn:competencyText": {"en-US": skill(chance)},
                "ceasn:isPartOf": own,
                "ceasn:isTopChildOf": own,
                "ceasn:inLanguage": ["en-US"],
            }
        )
    return {
        "@type": "ceasn:CompetencyFramework",
        "ceasn:name": {"en-US": f"{chance.choice(WORDS).title()} {chance.choice(FIELDS).title()} Skills"},
        "ceasn:description": {"en-US": _text(chance, 2)},
        "ceasn:inLanguage": ["en-US"],
        "ceasn:publisher": [address(_other("organization", size, chance))],
        "ceasn:hasTopChild": [child["@id"] for child in children],
    }, children


def _work(kind: str, by: str) -> Any:
    def made(_number: int, size: int, chance: Random) -> Made:
        field = chance.choice(FIELDS)
        return {
            "@type": kind,
            "ceterms:name": {"en-US": f"{field.title()} {chance.choice(('Technician', 'Specialist', 'Aide', 'Manager'))}"},
            "ceterms:description": {"en-US": _text(chance, 3)},
            by: [address(_other("organization", size, chance))],
            "ceterms:keyword": {"en-US": chance.sample(FIELDS, 3)},
        }, []

    return made


def _support(number: int, size: int, chance: Random) -> Made:
    owner = address(_other("organization", size, chance))
    return {
        "@type": "ceterms:SupportService",
        **_common(chance, number, f"{chance.choice(WORDS).title()} Childcare and Transit", 2),
        "ceterms:ownedBy": [owner],
        "ceterms:offeredBy": [owner],
        "ceterms:lifeCycleStatusType": _alignment("Active", "Life Cycle Status", "lifeCycle:Active"),
    }, []


def _costs(number: int, size: int, chance: Random) -> Made:
    return {
        "@type": "ceterms:CostManifest",
        "ceterms:name": {"en-US": "Costs of all programs"},
        "ceterms:description": {"en-US": _text(chance, 1)},
        "ceterms:costDetails": f"https://example.org/{number}/costs",
        "ceterms:costManifestOf": address(_other("organization", size, chance)),
    }, []


def _pathway(number: int, size: int, chance: Random) -> Made:
    part = Ctid.derive("bench nation", "component", str(number))
    component = {
        "@id": f"{BASE}/resources/{part}",
        "@type": "ceterms:CredentialComponent",
        "ceterms:ctid": str(part),
        "ceterms:name": {"en-US": skill(chance)},
        "ceterms:isPartOf": [address(number)],
        "ceterms:proxyFor": address(_other("credential", size, chance)),
    }
    return {
        "@type": "ceterms:Pathway",
        **_common(chance, number, f"Pathway to {chance.choice(FIELDS).title()}", 2),
        "ceterms:ownedBy": [address(_other("organization", size, chance))],
        "ceterms:hasPart": [component["@id"]],
        "ceterms:hasDestinationComponent": [component["@id"]],
    }, [component]


def _assessment(number: int, size: int, chance: Random) -> Made:
    owner = address(_other("organization", size, chance))
    return {
        "@type": "ceterms:AssessmentProfile",
        **_common(chance, number, f"Examination in {chance.choice(FIELDS)}", 2),
        "ceterms:ownedBy": [owner],
        "ceterms:offeredBy": [owner],
        "ceterms:inLanguage": ["en-US"],
        "ceterms:lifeCycleStatusType": _alignment("Active", "Life Cycle Status", "lifeCycle:Active"),
        "ceterms:assesses": [_alignment(skill(chance), "Skills")],
    }, []


_MAKERS: dict[str, Any] = {
    "organization": _organization,
    "credential": _credential,
    "learning": _learning,
    "task": _task,
    "transfer": _transfer,
    "outcomes": _outcomes,
    "framework": _framework,
    "job": _work("ceterms:Job", "ceterms:offeredBy"),
    "occupation": _work("ceterms:Occupation", "ceterms:assertedBy"),
    "support": _support,
    "costs": _costs,
    "pathway": _pathway,
    "assessment": _assessment,
}
