"""Descriptions that may be of the same thing: proposed to everyone, decided by an administrator's token."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from pydantic import BaseModel, ConfigDict

from openler.access.organisation import Role
from openler.actions.follow_ports import Verdict
from openler.actions.ports import Ports
from openler.actions.registry.duplicates import Proposal, decide, proposals, undo
from openler.actions.registry.tokens import authenticate
from openler.api.paging import CURSOR_MALFORMED
from openler.errors import Misused, Unauthenticated, declare
from openler.ids import Ctid
from openler.messages import render

TOKEN_WANTED = declare("duplicate.token_wanted", by=__name__)

router = APIRouter(tags=["registry"])


class Decision(BaseModel):
    """Two CTIDs, and whether they are the same thing; null takes back what was decided."""

    model_config = ConfigDict(extra="forbid")

    first: str
    second: str
    same: bool | None


@router.get("/duplicates")
def proposed(
    request: Request,
    after: Annotated[str, Query(max_length=100, description="An answer's next.")] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> dict[str, Any]:
    """Pairs that may be the same thing, the likeliest first, each with its reasons; and what was decided. ``next`` goes on from there."""
    ports: Ports = request.app.state.ports
    found = proposals(ports)
    behind = _cursor(after)
    left = found.pairs if behind is None else [pair for pair in found.pairs if _order(pair) > behind]
    page = left[:limit]
    return {
        "next": f"{page[-1].score} {page[-1].first} {page[-1].second}" if limit < len(left) else None,
        "total": len(found.pairs),
        "looked": found.looked,
        "pairs": [
            {
                "first": str(pair.first),
                "second": str(pair.second),
                "names": pair.names,
                "kind": pair.kind,
                "score": pair.score,
                "reasons": [
                    {"code": one.code, "points": one.points, "text": render(one.code, {"value": one.value}).text} for one in pair.reasons
                ],
            }
            for pair in page
        ],
        "decided": [_told(one) for one in ports.store.verdicts()],
    }


def _order(pair: Proposal) -> tuple[int, str, str]:
    return (-pair.score, str(pair.first), str(pair.second))


def _cursor(text: str) -> tuple[int, str, str] | None:
    """Where a page ended. The pair itself may have been decided since, and is looked for no more."""
    if not text:
        return None
    score, *pair = text.split(" ")
    ctids = [found for one in pair if (found := Ctid.within(one)) is not None]
    if not re.fullmatch(r"\d{1,6}", score, re.ASCII) or len(pair) != 2 or len(ctids) != 2:  # noqa: PLR2004 - a pair
        raise Misused(CURSOR_MALFORMED, place="after", seen=text[:80])
    return (-int(score), str(ctids[0]), str(ctids[1]))


@router.post("/duplicates")
def decided(request: Request, decision: Decision, authorization: Annotated[str, Header()] = "") -> dict[str, Any]:
    """Confirm, reject or take back a pair."""
    ports: Ports = request.app.state.ports
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() not in {"bearer", "token"} or not token.strip():
        raise Unauthenticated(TOKEN_WANTED)
    actor = f"token:{authenticate(ports, token.strip(), role=Role.ADMIN).public_id}"
    first, second = Ctid.parse(decision.first, place="first"), Ctid.parse(decision.second, place="second")
    if decision.same is None:
        undo(ports, first, second, actor=actor)
        return {"first": str(first), "second": str(second), "same": None}
    return _told(decide(ports, first, second, same=decision.same, actor=actor))


def _told(one: Verdict) -> dict[str, Any]:
    return {
        "first": str(one.first),
        "second": str(one.second),
        "same": one.same,
        "by": one.actor,
        "time": one.time.isoformat(),
        "score": one.score,
        "reasons": list(one.reasons),
    }
