"""What descriptions are asked for, how complete they are, and what is wrong with one before it is published."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool

from openler.actions.ports import Ports
from openler.actions.registry import score as action
from openler.actions.registry.validate import ValidationResult, validate
from openler.ctdl.findings import Finding
from openler.ctdl.profile import LEVELS, STANDARD, Profile
from openler.ctdl.score import ResourceScore
from openler.errors import TooLarge, declare
from openler.ids import Ctid
from openler.messages import render

TOO_LARGE = declare("http.document_too_large", by=__name__)

router = APIRouter(tags=["registry"])

MAX_ANONYMOUS: Final = 1024 * 1024
"""Largest document checked for who shows no token, in bytes."""
_MOST_FINDINGS: Final = 1000

Named = Annotated[str, Query(max_length=64, description="A profile by its name, as GET /profiles lists them.")]


@router.get("/profiles")
def profiles(request: Request) -> list[dict[str, Any]]:
    """The profiles there are: what each asks for, and of which classes."""
    return [_profile(one) for one in action.profiles(request.app.state.ports)]


@router.get("/profiles/{name}")
def one_profile(request: Request, name: str) -> dict[str, Any]:
    """One profile with what it asks of each class; alternatives, of which one is enough, stand in one list."""
    profile = action.profile_named(request.app.state.ports, name)
    asked = {kind: found for kind in profile.classes() if (found := profile.asked(kind)) is not None}
    return {**_profile(profile), "asked": {kind: {level: found[level] for level in LEVELS} for kind, found in asked.items()}}


@router.get("/scores/{ctid}")
def score(request: Request, ctid: str, profile: Named = STANDARD) -> dict[str, Any]:
    """How complete one published description is against a profile, and what it does not say."""
    ports: Ports = request.app.state.ports
    found = action.score_published(ports, Ctid.parse(ctid, place="ctid"), action.profile_named(ports, profile))
    return {"name": found.name, "profile": profile, **_score(found.score)}


@router.post("/validate")
async def check(request: Request, profile: Annotated[str, Query(max_length=64)] = "") -> dict[str, Any]:
    """Check one document and store nothing: errors, gaps, notes; with ``profile`` also its score. 200 whatever is found."""
    body = await request.body()
    if len(body) > MAX_ANONYMOUS:
        raise TooLarge(TOO_LARGE, seen=len(body), limit=MAX_ANONYMOUS)
    against = action.profile_named(request.app.state.ports, profile) if profile else None
    return await run_in_threadpool(_check, request.app.state.ports, body, against)


def _check(ports: Ports, body: bytes, profile: Profile | None) -> dict[str, Any]:
    result: ValidationResult = validate(ports, body, "request", profile=profile)
    told: dict[str, Any] = {
        "ctid": result.ctid,
        "type": result.type,
        "passes": result.passes(),
        "counts": dict(result.counts),
        "findings": [_finding(one) for one in result.findings[:_MOST_FINDINGS]],
    }
    if result.score is not None:
        told["scores"] = [_score(one) for one in (result.score.main, *result.score.children) if one is not None]
    return told


def _profile(profile: Profile) -> dict[str, Any]:
    return {
        "name": profile.name,
        "title": profile.title,
        "description": profile.description,
        "weights": dict(profile.weights),
        "classes": list(profile.classes()),
    }


def _score(each: ResourceScore) -> dict[str, Any]:
    levels = {level: dict(zip(("held", "asked"), each.counts(level), strict=True)) for level in LEVELS}
    missing = [{"level": item.level, "property": item.property, "label": item.label} for item in each.missing]
    return {"ctid": each.ctid, "type": each.type, "place": each.place, "score": each.points, "levels": levels, "missing": missing}


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "severity": finding.severity,
        "code": finding.code,
        "place": finding.place,
        "ctid": finding.ctid,
        "message": render(finding.code, finding.parameters).text,
    }
