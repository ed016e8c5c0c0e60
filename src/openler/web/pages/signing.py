"""Signing in and out."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from openler.actions.holding import session as actions
from openler.actions.ports import Ports
from openler.errors import OpenlerError, Unauthenticated
from openler.messages import explain
from openler.problems import headers, status_of
from openler.web import session
from openler.web.forms import told
from openler.web.rendering import language_of, page

router = APIRouter()

FIELDS = ("handle", "passphrase")


@router.get("/sign-in")
def form(request: Request, onward: Annotated[str, Query(alias="next")] = "") -> Response:
    """The form; who is signed in already goes on. A session that ended is told, and its cookie taken away."""
    onward = session.local(onward)
    ports: Ports = request.app.state.ports
    if not session.token_of(request):
        return sign_in_page(request, onward=onward)
    try:
        actions.resume(ports, session.token_of(request))
    except Unauthenticated as error:
        return sign_in_page(request, onward=onward, reason=error)
    return RedirectResponse(onward, 303, headers=session.PRIVATE)


@router.post("/sign-in")
def sign_in(
    request: Request,
    handle: Annotated[str, Form()] = "",
    passphrase: Annotated[str, Form()] = "",
    onward: Annotated[str, Form(alias="next")] = "",
) -> Response:
    """Begin a session and go on to where she wanted to be."""
    ports: Ports = request.app.state.ports
    try:
        session.check_origin(request)
        begun = actions.sign_in(ports, handle, passphrase, actor="web", previous=session.token_of(request) or None)
    except OpenlerError as error:
        return sign_in_page(request, status=status_of(error), onward=session.local(onward), error=error, handle=handle)
    answer = RedirectResponse(session.local(onward), 303, headers=session.PRIVATE)
    session.set_cookie(answer, request, begun.token)
    return answer


@router.post("/sign-out")
def sign_out(request: Request, form_token: Annotated[str, Form()] = "", everywhere: Annotated[str, Form()] = "") -> Response:
    """End this session, or all of them; nobody signed in is no error."""
    ports: Ports = request.app.state.ports
    if session.token_of(request):
        session.check_form(request, form_token)
        holder = session.signed_in(request) if everywhere else None
        if holder is not None:
            actions.sign_out_everywhere(ports, holder)
        actions.sign_out(ports, session.token_of(request))
    answer = RedirectResponse("/sign-in", 303, headers=session.PRIVATE)
    session.clear_cookie(answer, request)
    return answer


def to_sign_in(request: Request) -> str:
    """Where to sign in, and how to come back to this page."""
    query = f"?{request.url.query}" if request.url.query else ""
    return "/sign-in?" + urlencode({"next": session.local(request.url.path + query)})


def sign_in_page(
    request: Request,
    *,
    status: int = 200,
    onward: str = "/record",
    error: OpenlerError | None = None,
    reason: OpenlerError | None = None,
    handle: str = "",
) -> HTMLResponse:
    """The form with what was typed, the passphrase excepted. ``reason`` tells why it is shown, and ends a stale cookie."""
    answer = page(
        request,
        "sign_in.html",
        status=status,
        headers={**session.PRIVATE, **({} if error is None else headers(error))},
        next=onward,
        given={"handle": handle[:200]},
        error=None if error is None else told(request, error, FIELDS),
        reason=None if reason is None else explain(reason, language_of(request)),
        **({} if reason is None else {"form_token": ""}),
    )
    if reason is not None:
        session.clear_cookie(answer, request)
    return answer
