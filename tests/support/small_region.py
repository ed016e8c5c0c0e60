"""A region small enough to count by hand: two schools, four programs, three credentials, a job, an occupation, outcomes."""

from __future__ import annotations

from typing import Any

from openler.ctdl.document import Document, build
from openler.ids import Ctid

BASE = "https://registry.example"


def ctid(key: str) -> Ctid:
    return Ctid.derive("small-region", "ceterms:Thing", key)


def iri(key: str) -> str:
    return f"{BASE}/resources/{ctid(key)}"


def concept(name: str) -> dict[str, Any]:
    return {"@type": "ceterms:CredentialAlignmentObject", "ceterms:targetNode": name}


def told(words: str) -> dict[str, str]:
    return {"en-US": words}


def node(kind: str, key: str, **stated: Any) -> dict[str, Any]:
    found = {"@type": kind, "ceterms:ctid": str(ctid(key)), "ceterms:name": told(key)}
    return found | {name.replace("__", ":"): value for name, value in stated.items()}


def school(key: str, county: str, *types: str, standing: str = "actionStat:ActiveActionStatus") -> Document:
    return build(BASE, [node(
        "ceterms:CredentialOrganization", key,
        ceterms__agentType=[concept(f"orgType:{name}") for name in types],
        ceterms__agentSectorType=[concept("agentSector:Public")],
        ceterms__address=[{"@type": "ceterms:Place", "ceterms:subRegion": [told(county)]}],
        ceterms__objectOfAction=[{"@type": "ceterms:ApproveAction", "ceterms:actionStatusType": concept(standing)}],
    )])  # fmt: skip


def program(key: str, owner: str, **stated: Any) -> Document:
    return build(BASE, [node("ceterms:LearningProgram", key, ceterms__offeredBy=[iri(owner)], **stated)])


def credential(key: str, kind: str, owner: str | None, **stated: Any) -> Document:
    owned = {} if owner is None else {"ceterms__ownedBy": [iri(owner)]}
    return build(BASE, [node(kind, key, **owned, **stated)])


def observation(name: str, metric: str, **stated: Any) -> dict[str, Any]:
    return {"@id": f"_:{name}", "@type": "qdata:Observation", "qdata:isObservationOf": f"_:{metric}"} | {
        key.replace("__", ":"): value for key, value in stated.items()
    }


def data_set(key: str, about: str, *values: float | None) -> Document:
    """Employment of a program's completers, one observation a value; None is withheld."""
    metric = {"@id": "_:employed", "@type": "qdata:Metric", "ceterms:name": told("Employed")}
    observations = [
        observation(f"o{at}", "employed", ceasn__comment=told("Not shown: too few people."))
        if value is None
        else observation(f"o{at}", "employed", qdata__percentage=value)
        for at, value in enumerate(values)
    ]
    main = node(
        "qdata:DataSetProfile", key,
        qdata__dataProvider=[iri("north")], qdata__relevantDataSetFor=[iri(about)], qdata__hasMetric=["_:employed"],
        qdata__hasObservation=[each["@id"] for each in observations],
    )  # fmt: skip
    return build(BASE, [main, metric, *observations])


COST = [{"@type": "ceterms:CostProfile", "ceterms:price": 1200}]
TEACHES = [{"@type": "ceterms:CredentialAlignmentObject", "ceterms:targetNodeName": told("Read blueprints")}]


def documents() -> dict[str, Document]:
    """The region by key.

    *welding* leads to the certificate, teaches, costs and has a known outcome; *nursing* leads to the licence and has outcomes that
    are all withheld; *baking* and *english* state little; the licence has no owner, and one badge is only mentioned.
    """
    mention = {"@id": "_:badge", "@type": "ceterms:OpenBadge", "ceterms:name": told("Safety badge")}
    return {
        "north": school("north", "Alder", "TwoYear", "TrainingProvider"),
        "south": school("south", "Birch", "HighSchool", standing="actionStat:FailedActionStatus"),
        "childcare": build(BASE, [node(
            "ceterms:SupportService", "childcare", ceterms__offeredBy=[iri("north")],
            ceterms__supportServiceType=[concept("support:Childcare")],
        )]),
        "welding": program(
            "welding", "north", ceterms__teaches=TEACHES, ceterms__estimatedCost=COST, ceterms__hasSupportService=[iri("childcare")],
            ceterms__occupationType=[{"@type": "ceterms:CredentialAlignmentObject", "ceterms:codedNotation": "51-4121"}],
            ceterms__isPreparationFor=[
                {"@type": "ceterms:ConditionProfile", "ceterms:targetCredential": [iri("certificate")]},
            ],
        ),
        "nursing": program("nursing", "north", ceterms__isPreparationFor=[iri("license")], ceterms__estimatedCost=[
            {"@type": "ceterms:CostProfile", "ceterms:description": told("Ask the school")},
        ]),
        "baking": program("baking", "south", ceterms__occupationType=[
            {
                "@type": "ceterms:CredentialAlignmentObject", "ceterms:codedNotation": "51-3011",
                "ceterms:alignmentType": "alignment:RelatedMatch",
            },
        ]),
        "english": program("english", "south", ceterms__scheduleTimingType=[concept("scheduleTiming:Evening")]),
        "certificate": credential("certificate", "ceterms:Certificate", "north"),
        "license": credential("license", "ceterms:License", None),
        "diploma": build(BASE, [
            node("ceterms:Diploma", "diploma", ceterms__ownedBy=[iri("south")], ceterms__hasPart=["_:badge"]), mention,
        ]),
        "job": build(BASE, [node(
            "ceterms:Job", "job", ceterms__offeredBy=[iri("north")],
            ceterms__requires=[{"@type": "ceterms:ConditionProfile", "ceterms:targetCredential": [iri("certificate")]}],
        )]),
        "occupation": build(BASE, [node("ceterms:Occupation", "occupation", qdata__relevantDataSet=[iri("wages")])]),
        "wages": data_set("wages", "occupation", 90.0, 91.0, 92.0),
        "welding outcomes": data_set("welding outcomes", "welding", 80.0, 70.0, 60.0, None),
        "nursing outcomes": data_set("nursing outcomes", "nursing", None),
    }  # fmt: skip
