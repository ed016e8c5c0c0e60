"""Small CTDL documents and credentials for the tests of matching: invented, written out where they are used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from openler.ctdl.document import Document, build
from openler.ids import Ctid
from openler.skills.framework import Requirement, Target
from openler.skills.profile import Claim, ClaimKind, Held, Link

BASE = "https://region.example"


def ctid(kind: str, key: str) -> Ctid:
    return Ctid.derive("test", kind, key)


def iri(kind: str, key: str) -> str:
    return f"{BASE}/resources/{ctid(kind, key)}"


def competency(key: str, weight: float | None = None) -> dict[str, Any]:
    found: dict[str, Any] = {
        "@type": "ceterms:CredentialAlignmentObject",
        "ceterms:targetNode": iri("competency", key),
        "ceterms:targetNodeName": {"en": f"Skill {key}"},
        "ceterms:frameworkName": {"en": "Test skills"},
        "ceterms:codedNotation": key,
    }
    return found if weight is None else {**found, "ceterms:weight": weight}


def soc(code: str) -> dict[str, Any]:
    return {"@type": "ceterms:CredentialAlignmentObject", "ceterms:codedNotation": code, "ceterms:targetNodeName": {"en": code}}


def resource(kind: str, key: str, **properties: Any) -> Document:
    main = {
        "@type": f"ceterms:{kind}",
        "ceterms:ctid": ctid(kind, key),
        "ceterms:name": {"en": f"{kind} {key}"},
        **{f"ceterms:{name}": value for name, value in properties.items()},
    }
    return build(BASE, [main])


def occupation(key: str, ratings: Mapping[str, float], code: str = "") -> Document:
    condition = {
        "@type": "ceterms:ConditionProfile",
        "ceterms:targetCompetency": [competency(name, value) for name, value in ratings.items()],
    }
    return resource("Occupation", key, requires=[condition], **({"occupationType": [soc(code)]} if code else {}))


def badge(name: str, alignments: Sequence[Mapping[str, Any]], *, verdict: str = "valid", number: str = "1") -> Held:
    credential = {
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
        "id": f"urn:example:{name}:{number}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": name,
        "issuer": {"id": "did:web:school.example", "type": ["Profile"], "name": "Test School"},
        "validFrom": "2025-06-01T00:00:00Z",
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "achievement": {"id": f"urn:example:achievement:{name}", "type": ["Achievement"], "name": name, "alignment": list(alignments)},
        },
    }
    assert verdict in {"valid", "invalid", "undetermined"}
    return Held(f"urn:example:{name}:{number}", credential, verdict)  # type: ignore[arg-type]


def names_competency(key: str) -> dict[str, Any]:
    return {
        "type": ["Alignment"],
        "targetType": "ceasn:Competency",
        "targetCode": ctid("competency", key),
        "targetUrl": iri("competency", key),
        "targetName": f"Skill {key}",
    }


def names_entry(kind: str, key: str) -> dict[str, Any]:
    return {
        "type": ["Alignment"],
        "targetType": "ceterms:Credential",
        "targetCode": ctid(kind, key),
        "targetUrl": iri(kind, key),
        "targetName": f"{kind} {key}",
        "targetFramework": "Credential Transparency Description Language",
    }


def target(key: str, asks: Mapping[str, float | None], *, credentials: Iterable[str] = ()) -> Target:
    requirements = [
        Requirement(name, "competency", f"Skill {name}", importance=None if value is None else Fraction(str(value)))
        for name, value in asks.items()
    ]
    requirements += [Requirement(name, "credential", f"Credential {name}") for name in credentials]
    held = tuple(sorted(requirements, key=lambda requirement: requirement.key))
    return Target(ctid("Occupation", key), "occupation", f"Occupation {key}", "", (), "", held)


def claim(key: str, credential: str, kind: ClaimKind = "verified", *, share: Fraction = Fraction(1), fan_out: int = 1) -> Claim:
    return Claim(
        key=key,
        kind=kind,
        name=f"Skill {key}",
        credential=credential,
        credential_name=f"Badge {credential}",
        issuer="did:web:school.example",
        issuer_name="Test School",
        date="2025-06-01",
        chain=(Link("statement" if kind == "self_asserted" else "alignment", key, f"Skill {key}"),),
        share=share,
        fan_out=fan_out,
    )
