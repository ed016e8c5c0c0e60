"""One record in full."""

from __future__ import annotations

from typing import Annotated

import orjson
from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from openler.actions.holding import hold
from openler.actions.issuing.issued import file_ending
from openler.actions.ports import Ports
from openler.holding.parts import details, parts
from openler.web import session
from openler.web.pages.record.choose import NOTHING_ASKED
from openler.web.pages.record.held import held, name_of
from openler.web.rendering import page

router = APIRouter()


@router.get("/record/{record_id}", response_class=HTMLResponse)
def one(request: Request, record_id: str) -> HTMLResponse:
    """What it says, how it stands now and how that was found."""
    ports: Ports = request.app.state.ports
    record = hold.record(ports, session.required(request), record_id)
    found = held(ports, record)
    name = found.name if found else name_of(record)
    divided = parts(record)
    return page(
        request,
        "record/one.html",
        headers=session.PRIVATE,
        record=record,
        held=found,
        name=name,
        parts=divided,
        details=details(record.document) if not divided.free else (),
        ticks=NOTHING_ASKED,
    )


@router.get("/record/{record_id}/file")
def download(request: Request, record_id: str) -> Response:
    """The record as a file: a credential exactly as it was issued, her own words as JSON."""
    record = hold.record(request.app.state.ports, session.required(request), record_id)
    if record.received is not None:
        content = record.octets
        ending = file_ending(content)
        media_type = "application/vc" if ending == "json" else f"application/vc+{ending}"
    else:
        content, media_type, ending = orjson.dumps(record.statement and record.statement.as_json()), "application/json", "json"
    headers = {**session.PRIVATE, "content-disposition": f'attachment; filename="{record.record_id}.{ending}"'}
    return Response(content, media_type=media_type, headers=headers)


@router.post("/record/{record_id}/remove")
def remove(request: Request, record_id: str, form_token: Annotated[str, Form()] = "") -> Response:
    """Remove it."""
    key = session.required(request)
    session.check_form(request, form_token)
    hold.remove_record(request.app.state.ports, key, record_id)
    return RedirectResponse("/record?done=removed", 303, headers=session.PRIVATE)
