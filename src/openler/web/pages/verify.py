"""Check a record: paste it, upload it or give its link; the answer first, the steps behind it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import HTMLResponse

from openler.actions.ports import Ports
from openler.actions.verifying.trusting import who_is
from openler.actions.verifying.verify import VerificationResult, verify, verify_url
from openler.credentials.baked import MAX_IMAGE
from openler.errors import Misused, OpenlerError, declare
from openler.messages import explain
from openler.problems import note, status_of
from openler.web.rendering import language_of, page

NOTHING_GIVEN = declare("web.nothing_to_check", by=__name__)

MAX_ISSUERS = 20
"""Most issuers of one presentation that are described."""

router = APIRouter()


@router.get("/verify", response_class=HTMLResponse)
def form(request: Request) -> HTMLResponse:
    """The form."""
    return page(request, "verify.html", result=None, error=None, given={"text": "", "link": ""})


@router.post("/verify", response_class=HTMLResponse)
def answer(
    request: Request,
    text: Annotated[str, Form()] = "",
    link: Annotated[str, Form()] = "",
    file: Annotated[UploadFile | None, File()] = None,
) -> HTMLResponse:
    """The answer, on the same page as the form, so that another record can be checked at once."""
    ports: Ports = request.app.state.ports
    try:
        result = _judged(ports, text.strip(), link.strip(), file)
    except OpenlerError as error:
        note(error)
        message = explain(error, language_of(request))
        told = {"text": message.text, "hint": message.hint, "code": error.code, "place": error.place}
        return page(request, "verify.html", status=status_of(error), result=None, error=told, given={"text": text, "link": link})
    named = dict.fromkeys(summary.issuer for summary in result.summaries if summary.issuer)
    issuers = [who_is(ports, issuer, result.policy, result.evidence) for issuer in list(named)[:MAX_ISSUERS]]
    return page(request, "verify.html", result=result, issuers=issuers, error=None, given={"text": "", "link": ""})


def _judged(ports: Ports, text: str, link: str, file: UploadFile | None) -> VerificationResult:
    if file is not None and file.filename:
        return verify(ports, file.file.read(MAX_IMAGE + 1), source=file.filename[:200], serving=True, max_bytes=MAX_IMAGE)
    if text:
        return verify(ports, text.encode(), source="what you pasted", serving=True)
    if link:
        return verify_url(ports, link, serving=True)
    raise Misused(NOTHING_GIVEN)
