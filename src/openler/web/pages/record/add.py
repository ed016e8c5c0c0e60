"""Adding to a record: a credential she was given, or experience in her own words."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from openler.actions.holding import hold
from openler.actions.ports import Ports
from openler.credentials.baked import MAX_IMAGE
from openler.errors import Misused, OpenlerError, Unauthenticated, declare
from openler.holding.experience import parse
from openler.problems import status_of
from openler.web import session
from openler.web.forms import told
from openler.web.rendering import page

NOTHING_GIVEN = declare("web.nothing_given", by=__name__)

router = APIRouter()

Text = Annotated[str, Form()]
EXPERIENCE = ("title", "organisation", "started", "ended", "description", "skills")
_MOST_TYPED = 20_000


@router.get("/record/add", response_class=HTMLResponse)
def add_form(request: Request) -> HTMLResponse:
    """The form for a credential as a file or as text."""
    session.required(request)
    return page(request, "record/add.html", headers=session.PRIVATE, error=None, given={"text": ""})


@router.post("/record/add")
def add(request: Request, form_token: Text = "", text: Text = "", file: Annotated[UploadFile | None, File()] = None) -> Response:
    """Keep it just as it is."""
    ports: Ports = request.app.state.ports
    key = session.required(request)
    try:
        session.check_form(request, form_token)
        data = file.file.read(MAX_IMAGE + 1) if file is not None and file.filename else text.strip().encode()
        if not data:
            raise Misused(NOTHING_GIVEN, place="text")
        hold.add_credential(ports, key, data)
    except OpenlerError as error:
        failed = told(request, error, ("text",))
        given = {"text": text}
        return page(request, "record/add.html", status=status_of(error), headers=session.PRIVATE, error=failed, given=given)
    return RedirectResponse("/record?done=added", 303, headers=session.PRIVATE)


@router.get("/record/experience", response_class=HTMLResponse)
def experience_form(request: Request) -> HTMLResponse:
    """The form for experience in her own words."""
    session.required(request)
    return _experience(request, dict.fromkeys(EXPERIENCE, ""))


@router.post("/record/experience")
def experience(
    request: Request,
    form_token: Text = "",
    title: Text = "",
    organisation: Text = "",
    started: Text = "",
    ended: Text = "",
    description: Text = "",
    skills: Text = "",
) -> Response:
    """Keep it as her own words. What she typed survives every failure, a session that ended meanwhile too."""
    values = (title, organisation, started, ended, description, skills)
    given = {name: value[:_MOST_TYPED] for name, value in zip(EXPERIENCE, values, strict=True)}
    try:
        key = session.required(request)
        session.check_form(request, form_token)
        lines = [line.strip() for line in skills.splitlines() if line.strip()]
        hold.add_experience(request.app.state.ports, key, parse({**given, "skills": lines}))
    except OpenlerError as error:
        return _experience(request, given, error)
    return RedirectResponse("/record?done=added", 303, headers=session.PRIVATE)


def _experience(request: Request, given: dict[str, str], error: OpenlerError | None = None) -> HTMLResponse:
    return page(
        request,
        "record/experience.html",
        status=200 if error is None else status_of(error),
        headers=session.PRIVATE,
        given=given,
        error=None if error is None else told(request, error, EXPERIENCE),
        signed_out=isinstance(error, Unauthenticated),
    )
