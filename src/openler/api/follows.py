"""Which registries are followed, and what they differ about: for everyone to read. Whom to follow is decided on the command line."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request

from openler.actions.federating.follow import followed
from openler.actions.follow_ports import Disagreement, Follow
from openler.actions.ports import Ports
from openler.api.paging import CURSOR_MALFORMED
from openler.errors import Misused
from openler.ids import Ctid
from openler.messages import render

MAX_REGISTRY: Final = 500

router = APIRouter(tags=["registry"])


@router.get("/follows")
def follows(request: Request) -> dict[str, Any]:
    """The registries that this one follows, how far each was read, and what went wrong last."""
    ports: Ports = request.app.state.ports
    return {"follows": [_follow(one) for one in followed(ports)]}


@router.get("/follows/conflicts")
def conflicts(
    request: Request,
    after: Annotated[str, Query(max_length=MAX_REGISTRY + 50, description="An answer's next.")] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> dict[str, Any]:
    """What registries differ about, whose document stands here, and why; in order of CTID, ``next`` goes on from there."""
    ports: Ports = request.app.state.ports
    page = ports.store.disagreements(after=_cursor(after), limit=limit + 1)
    shown = page[:limit]
    more = f"{shown[-1].ctid} {shown[-1].registry}" if len(page) > limit else None
    return {"conflicts": [_conflict(one) for one in shown], "next": more}


def _cursor(text: str) -> tuple[Ctid, str] | None:
    if not text:
        return None
    ctid, _, registry = text.partition(" ")
    found = Ctid.within(ctid)
    if found is None or not registry:
        raise Misused(CURSOR_MALFORMED, place="after", seen=text[:80])
    return found, registry


def _follow(one: Follow) -> dict[str, Any]:
    return {
        "url": one.url,
        "registry": one.registry,
        "added": one.added.isoformat(),
        "types": list(one.types),
        "mirror": one.mirror,
        "signed": one.signed,
        "entries": one.seq,
        "pulled": one.pulled.isoformat() if one.pulled else None,
        "state": "halted" if one.halted else "failing" if one.failures else "well",
        "failures": one.failures,
        "trouble": _told(one.trouble),
    }


def _conflict(one: Disagreement) -> dict[str, Any]:
    other = Ctid.within(one.told)
    return {
        "ctid": str(one.ctid),
        "registry": one.registry,
        "url": one.url,
        "reason": one.reason.value,
        "holder": one.holder or None,
        "here": one.here,
        "theirs": one.theirs,
        "found": one.found.isoformat(),
        "described_by": str(other) if other is not None else None,
        "trouble": None if other is not None else _told(one.told),
    }


def _told(code: str) -> dict[str, str] | None:
    return {"code": code, "text": render(code).text} if code else None
