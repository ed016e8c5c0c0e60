"""My record: what waits, what others issued, what I say of myself."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from openler.actions.holding import hold
from openler.actions.ports import Ports
from openler.web import session
from openler.web.pages.record.held import held
from openler.web.rendering import page

router = APIRouter()

_DONE = {
    "added": "It is in your record now.",
    "taken": "What waited for you is in your record now.",
    "dropped": "It was turned away.",
    "removed": "It is no longer in your record.",
}
"""What just happened, by the word that stands in the address: the address itself says nothing of hers."""


@router.get("/record", response_class=HTMLResponse)
def overview(request: Request, done: str = "") -> HTMLResponse:
    """Everything she holds, each credential with its standing now."""
    ports: Ports = request.app.state.ports
    key = session.required(request)
    kept = hold.collection(ports, key)
    return page(
        request,
        "record/overview.html",
        headers=session.PRIVATE,
        waiting=hold.waiting(ports, key),
        held=[found for record in kept.credentials if (found := held(ports, record)) is not None],
        own=kept.self_asserted,
        now=ports.clock.now(),
        done=_DONE.get(done, ""),
    )


@router.post("/record/take-in")
def take_in(request: Request, form_token: Annotated[str, Form()] = "") -> Response:
    """Take in what waits."""
    key = session.required(request)
    session.check_form(request, form_token)
    hold.take_in(request.app.state.ports, key)
    return RedirectResponse("/record?done=taken", 303, headers=session.PRIVATE)


@router.post("/record/turn-away")
def turn_away(request: Request, form_token: Annotated[str, Form()] = "", deposit: Annotated[str, Form()] = "") -> Response:
    """Drop one thing that waits, such as one that cannot be read."""
    key = session.required(request)
    session.check_form(request, form_token)
    hold.drop_deposit(request.app.state.ports, key, deposit)
    return RedirectResponse("/record?done=dropped", 303, headers=session.PRIVATE)
