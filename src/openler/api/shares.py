"""What somebody shared, for programs: the verifiable presentation behind a link.

A link is a secret of 256 random bits: who shows it may learn that it has ended, who does not learns nothing. Nothing of
an answer may be kept on the way, and each is in the holder's log before it leaves.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from openler.actions.holding.share import Opened, open_share
from openler.actions.ports import Ports
from openler.errors import Malformed, OpenlerError, declare
from openler.holding.share import EXPIRED, WITHDRAWN
from openler.linkeddata.canonical import jcs
from openler.linkeddata.parse import parse_json
from openler.problems import MEDIA_TYPE, note, problem, status_of

CODE_NOT_TEXT = declare("http.share_code_not_text", by=__name__)

router = APIRouter(tags=["shares"])

VP: Final = "application/vp"
JSON: Final = "application/json"
PRIVATE: Final = {"cache-control": "no-store", "vary": "accept, x-share-code", "x-robots-tag": "noindex"}

_MAX_BODY: Final = 10_000
_LONGEST_AGENT: Final = 120
_GONE: Final = 410
_ENDED: Final = frozenset({EXPIRED, WITHDRAWN})

_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"content": {VP: {}, JSON: {}}},
    403: {"description": "The link asks for a code, or it is wrong."},
    404: {"description": "No such link."},
    410: {"description": "The link has ended."},
    429: {"description": "Too many wrong codes."},
}


@router.get("/shares/{token}", responses=_ANSWERS)
def shown(
    request: Request,
    token: str,
    accept: Annotated[str, Header()] = "*/*",
    user_agent: Annotated[str, Header()] = "",
    x_share_code: Annotated[str, Header()] = "",
) -> Response:
    """What a link shows: a Verifiable Presentation, or with ``Accept: application/json`` all of it, the holder's own words beside."""
    return _answer(request, token, x_share_code, accept, user_agent)


@router.post("/shares/{token}", responses=_ANSWERS)
async def shown_for_code(
    request: Request, token: str, accept: Annotated[str, Header()] = "*/*", user_agent: Annotated[str, Header()] = ""
) -> Response:
    """The same, with the code in the body: ``{"code": "12345678"}``."""
    try:
        body = parse_json(await request.body(), max_bytes=_MAX_BODY)
        code = body.get("code", "") if isinstance(body, dict) else None
        if not isinstance(code, str):
            raise Malformed(CODE_NOT_TEXT, place="/code")
    except OpenlerError as error:
        return _refused(error)
    # Opening stretches the code and writes the log: work for a thread, so that others are answered meanwhile.
    return await run_in_threadpool(_answer, request, token, code, accept, user_agent)


def _answer(request: Request, token: str, code: str, accept: str, agent: str) -> Response:
    ports: Ports = request.app.state.ports
    try:
        found = open_share(ports, token, code=code, opener=_opener(agent))
    except OpenlerError as error:
        return _refused(error)
    if JSON in accept and VP not in accept:
        return Response(jcs(_whole(found)), media_type=JSON, headers=PRIVATE)
    return Response(found.document, media_type=VP, headers=PRIVATE)


def _whole(found: Opened) -> dict[str, Any]:
    return {
        "purpose": found.purpose,
        "audience": found.audience,
        "expires": found.expires.isoformat().replace("+00:00", "Z"),
        "presentation": found.presentation,
        "selfAsserted": [one.as_json() for one in found.self_asserted],
        "partsNotShown": list(found.left_out),
    }


def _refused(error: OpenlerError) -> Response:
    """A problem document that is kept as little as what it stands for; an ended link is gone (RFC 9110 section 15.5.11)."""
    note(error)
    told = problem(error, status=_GONE if error.code in _ENDED else status_of(error))
    headers = dict(PRIVATE)
    if "retry_after" in error.parameters:
        headers["retry-after"] = str(error.parameters["retry_after"])
    return JSONResponse(told, status_code=told["status"], media_type=MEDIA_TYPE, headers=headers)


def _opener(agent: str) -> str:
    """How the holder's log names a program: by what it calls itself, in printable characters."""
    named = "".join(letter for letter in agent if letter.isprintable())[:_LONGEST_AGENT].strip()
    return f"a program ({named})" if named else "a program"
