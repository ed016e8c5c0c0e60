"""What a share shows to whoever has its link: no account, an answer at once, the reasons one click away, fit to print."""

from __future__ import annotations

from itertools import chain, repeat
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse

from openler.actions.holding import share as actions
from openler.actions.ports import Ports
from openler.actions.verifying.standing import of_shown
from openler.errors import OpenlerError, Refused
from openler.holding.parts import details
from openler.holding.share import EXPIRED, WITHDRAWN
from openler.problems import status_of
from openler.web.forms import told
from openler.web.rendering import page

router = APIRouter()

HEADERS = {"cache-control": "no-store", "referrer-policy": "no-referrer", "x-robots-tag": "noindex, nofollow"}
"""Kept nowhere, found by nobody, and the address (which is the key) is told to no other page."""
_GONE = 410
_ENDED = frozenset({EXPIRED, WITHDRAWN})
"""RFC 9110 section 15.5.11, as the API answers too."""
_UNKNOWN_READER = "somebody with the link"


@router.get("/shares/{token}", response_class=HTMLResponse)
def shared(request: Request, token: str) -> HTMLResponse:
    """What was shared; where a code is asked for, the form for it first."""
    ports: Ports = request.app.state.ports
    try:
        door = actions.door(ports, token)
        return _ask(request) if door.needs_code else _show(request, token, code=None, reader="")
    except OpenlerError as error:
        return _closed(request, error)


@router.post("/shares/{token}", response_class=HTMLResponse)
def opened(request: Request, token: str, code: Annotated[str, Form()] = "", reader: Annotated[str, Form()] = "") -> HTMLResponse:
    """The same, with the code."""
    try:
        return _show(request, token, code=code.strip() or None, reader=reader)
    except Refused as error:
        return _ask(request, error, reader=reader) if error.place == "code" else _closed(request, error)
    except OpenlerError as error:
        return _closed(request, error)


def _show(request: Request, token: str, *, code: str | None, reader: str) -> HTMLResponse:
    ports: Ports = request.app.state.ports
    opener = " ".join(reader.split())[:200] or _UNKNOWN_READER
    found = actions.open_share(ports, token, code=code, opener=opener)
    listed = found.presentation.get("verifiableCredential", [])
    standings = [of_shown(ports, entry, serving=True) for entry in listed]
    counts = chain(found.left_out, repeat(0))
    return page(
        request,
        "shared.html",
        headers=HEADERS,
        form_token="",
        shared=found,
        standings=[(one, details(one.document), left_out) for one, left_out in zip(standings, counts, strict=False)],
        now=ports.clock.now(),
    )


def _ask(request: Request, error: OpenlerError | None = None, *, reader: str = "") -> HTMLResponse:
    return page(
        request,
        "shared_code.html",
        status=200 if error is None else status_of(error),
        headers=HEADERS,
        form_token="",
        given={"reader": reader[:200]},
        error=None if error is None else told(request, error, ("code", "reader")),
    )


def _closed(request: Request, error: OpenlerError) -> HTMLResponse:
    return page(
        request,
        "shared_closed.html",
        status=_GONE if error.code in _ENDED else status_of(error),
        headers=HEADERS,
        form_token="",
        error=told(request, error, ()),
    )
