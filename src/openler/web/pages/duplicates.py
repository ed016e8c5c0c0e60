"""Descriptions that may be of the same thing: a list, and for each pair a page to confirm or reject it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from openler.access.organisation import Role
from openler.actions.finding.describe import describe
from openler.actions.ports import Ports
from openler.actions.registry.duplicates import decide, look, proposals, undo
from openler.actions.registry.tokens import authenticate
from openler.errors import Malformed, OpenlerError, Refused, TooLarge, Unauthenticated, declare
from openler.ids import Ctid
from openler.messages import render
from openler.problems import status_of
from openler.web.forms import told
from openler.web.rendering import language_of, page

CHOOSE = declare("duplicate.choose", by=__name__)

router = APIRouter()

PER_PAGE = 50


@router.get("/duplicates", response_class=HTMLResponse)
def proposed(request: Request, number: Annotated[int, Query(alias="page", ge=1, le=10_000)] = 1) -> HTMLResponse:
    """What is proposed, the likeliest first, and what was decided."""
    ports: Ports = request.app.state.ports
    problem, found = None, None
    try:
        found = proposals(ports)
    except TooLarge as error:
        problem = told(request, error, ())
    pairs = found.pairs if found is not None else ()
    return page(
        request,
        "duplicates/list.html",
        error=problem,
        pairs=pairs[(number - 1) * PER_PAGE : number * PER_PAGE],
        total=len(pairs),
        decided=ports.store.verdicts()[-PER_PAGE:],
        number=number,
        pages=max(1, -(-len(pairs) // PER_PAGE)),
    )


@router.get("/duplicates/{first}/{second}", response_class=HTMLResponse)
def pair(request: Request, first: str, second: str) -> HTMLResponse:
    """Two descriptions side by side, what tells for and against, and the form to decide."""
    return _pair(request, first, second)


@router.post("/duplicates/{first}/{second}", response_class=HTMLResponse)
def decided(request: Request, first: str, second: str, answer: Annotated[str, Form()] = "", token: Annotated[str, Form()] = "") -> Response:
    """The decision, by who shows an administrator's access code."""
    ports: Ports = request.app.state.ports
    one, other = Ctid.parse(first), Ctid.parse(second)
    try:
        if answer not in {"same", "different", "undo"}:
            raise Malformed(CHOOSE, place="answer")
        actor = f"token:{authenticate(ports, token.strip(), role=Role.ADMIN).public_id}"
        if answer == "undo":
            undo(ports, one, other, actor=actor)
        else:
            decide(ports, one, other, same=answer == "same", actor=actor)
    except (Unauthenticated, Refused) as error:
        error.place = "token"
        return _pair(request, first, second, error=error, answer=answer)
    except OpenlerError as error:
        return _pair(request, first, second, error=error, answer=answer)
    return RedirectResponse(f"/duplicates/{one}/{other}", 303)


def _pair(request: Request, first: str, second: str, *, error: OpenlerError | None = None, answer: str = "") -> HTMLResponse:
    ports: Ports = request.app.state.ports
    language = language_of(request)
    found = look(ports, Ctid.parse(first), Ctid.parse(second))
    verdict = next((one for one in ports.store.verdicts() if (one.first, one.second) == (found.first, found.second)), None)
    return page(
        request,
        "duplicates/pair.html",
        status=200 if error is None else status_of(error),
        error=None if error is None else told(request, error, ("answer", "token")),
        found=found,
        sides=[describe(ports, ctid, language=language) for ctid in (found.first, found.second)],
        reasons=[(render(one.code, {"value": one.value}, language).text, one.points) for one in found.reasons],
        verdict=verdict,
        answer=answer,
    )
