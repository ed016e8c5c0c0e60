"""A match in words that can be checked: every point down to the requirement, the credential, its issuer and the registry entry.

Values here are plain (texts and whole numbers), so that a face can print them as they are. Reasons are codes with parameters; the
sentences stand in :mod:`openler.messages`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from openler.errors import Code, declare
from openler.skills.framework import TargetKind
from openler.skills.match import Match, Point
from openler.skills.profile import Claim

NAMED = declare("skills.named_by_credential", by=__name__)
TAUGHT = declare("skills.taught_by_entry", by=__name__)
TAUGHT_BY_PROGRAM = declare("skills.taught_by_program", by=__name__)
REQUIRED = declare("skills.required_by_entry", by=__name__)
HELD = declare("skills.credential_held", by=__name__)
STATED = declare("skills.stated_by_learner", by=__name__)
INFERRED = declare("skills.inferred_from_occupation", by=__name__)

WEIGHS_RATED = declare("skills.weighs_rated", by=__name__)
WEIGHS_UNRATED = declare("skills.weighs_unrated", by=__name__)
WEIGHS_CREDENTIAL = declare("skills.weighs_credential", by=__name__)

_REASONS = {"requires": REQUIRED, "teaches": TAUGHT, "statement": STATED}


@dataclass(frozen=True, slots=True)
class Step:
    """One link of the chain from a credential to what it shows."""

    relation: str
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Support:
    """Why a credential (or the learner's word) counts for a requirement: ``code`` and ``parameters`` make the sentence.

    ``entry`` is the CTID of the registry entry that gives the meaning. ``fan_out`` is 1 unless inferred: the number of occupation
    codes reached; ``share`` then tells the part of the worth left, as ``1/4``.
    """

    code: Code
    credential: str
    credential_name: str
    issuer: str
    issuer_name: str
    date: str
    entry: str
    chain: tuple[Step, ...]
    fan_out: int = 1
    share: str = "1"
    parameters: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reason:
    """One requirement: what it is worth in thousandths of a point, why it weighs that, and what bears on it.

    ``importance`` and ``level`` are O*NET's ratings as decimal texts, empty where the source gives none; ``asked_by`` is how many in
    a hundred of the other targets ask for the same; ``weighs`` and ``weighs_parameters`` make the sentence that tells both.
    ``shown_by`` earns the points: the first credential, and those that also show it.
    """

    key: str
    kind: str
    name: str
    code: str
    source: str
    importance: str
    level: str
    asked_by: int
    milli_points: int
    shown_by: tuple[Support, ...] = ()
    self_asserted: tuple[Support, ...] = ()
    inferred: tuple[Support, ...] = ()
    inferred_milli_points: int = 0
    weighs: Code = WEIGHS_UNRATED
    weighs_parameters: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CredentialPoints:
    """What one credential does for a score: the points it supports at all, and those that would go with it."""

    credential: str
    credential_name: str
    supports_milli_points: int
    lost_without_milli_points: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """A match explained. ``score_milli`` is the sum of the points of ``shown``; what is inferred or self-asserted stands apart."""

    target: str
    kind: TargetKind
    name: str
    employer: str
    socs: tuple[str, ...]
    score_milli: int
    inferred_milli: int
    self_asserted_milli: int
    shown: tuple[Reason, ...]
    gap: tuple[Reason, ...]
    credentials: tuple[CredentialPoints, ...]


def explain(match: Match) -> Explanation:
    """Explain a match: what is shown and what is missing, each by most points first."""
    shown = sorted((point for point in match.points if point.is_shown), key=lambda point: (-point.milli, point.requirement.key))
    return Explanation(
        target=match.target.ctid,
        kind=match.target.kind,
        name=match.target.name,
        employer=match.target.employer,
        socs=match.target.socs,
        score_milli=match.score,
        inferred_milli=match.inferred,
        self_asserted_milli=match.self_asserted,
        shown=tuple(_reason(point) for point in shown),
        gap=tuple(_reason(point) for point in match.gap),
        credentials=_by_credential(match),
    )


def _reason(point: Point) -> Reason:
    asked = point.requirement
    rated = asked.importance is not None
    importance = f"{float(asked.importance):.2f}" if asked.importance is not None else ""
    asked_by = int(point.share * 100)
    return Reason(
        key=asked.key,
        kind=asked.kind,
        name=asked.name,
        code=asked.code,
        source=asked.source,
        importance=importance,
        level="" if asked.level is None else f"{float(asked.level):.2f}",
        asked_by=asked_by,
        milli_points=point.milli,
        shown_by=tuple(_support(claim) for claim in point.verified),
        self_asserted=tuple(_support(claim) for claim in point.self_asserted),
        inferred=tuple(_support(claim) for claim in point.inferred),
        inferred_milli_points=point.inferred_milli,
        weighs=WEIGHS_CREDENTIAL if asked.kind == "credential" else WEIGHS_RATED if rated else WEIGHS_UNRATED,
        weighs_parameters={"importance": importance, "asked_by": str(asked_by)},
    )


def _support(claim: Claim) -> Support:
    entry = next((link for link in claim.chain if link.relation == "program"), claim.chain[0] if claim.chain else None)
    through = [link.name or link.id for link in claim.chain[1:-1]]
    return Support(
        code=_code(claim),
        credential=claim.credential,
        credential_name=claim.credential_name,
        issuer=claim.issuer,
        issuer_name=claim.issuer_name,
        date=claim.date,
        entry=claim.entry or "",
        chain=tuple(Step(link.relation, link.id, link.name) for link in claim.chain),
        fan_out=claim.fan_out,
        share=str(claim.share),
        parameters={
            "credential": claim.credential_name,
            "issuer": claim.issuer_name or claim.issuer,
            "entry": entry.name if entry else "",
            "through": ", ".join(through),
            "fan_out": str(claim.fan_out),
        },
    )


def _code(claim: Claim) -> Code:
    if claim.kind == "inferred":
        return INFERRED
    if any(link.relation == "program" for link in claim.chain):
        return TAUGHT_BY_PROGRAM
    if len(claim.chain) == 1 and claim.chain[0].relation == "alignment":
        return HELD if claim.achievement else NAMED
    return _REASONS[claim.chain[-1].relation]


def _by_credential(match: Match) -> tuple[CredentialPoints, ...]:
    names = {claim.credential: claim.credential_name for point in match.points for claim in point.verified}
    found = [
        CredentialPoints(
            credential=credential,
            credential_name=name,
            supports_milli_points=sum(
                point.milli for point in match.points if any(claim.credential == credential for claim in point.verified)
            ),
            lost_without_milli_points=match.explained_by(credential),
        )
        for credential, name in names.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.supports_milli_points, one.credential)))
