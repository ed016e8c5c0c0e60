"""Sharing: a choice of records behind a link, and the list of what was shared and who looked."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import segno
from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from markupsafe import Markup

from openler.actions.holding import hold
from openler.actions.holding import share as actions
from openler.actions.holding.share_parts import Divided
from openler.actions.holding.share_parts import divided as divide
from openler.actions.ports import Ports
from openler.actions.private_ports import HolderKey
from openler.errors import OpenlerError
from openler.holding.cutting import TOO_LITTLE
from openler.holding.parts import parts
from openler.holding.share import LONGEST_LIFE
from openler.problems import status_of
from openler.web import session
from openler.web.forms import end_of_day, told
from openler.web.pages.record.choose import NOTHING_ASKED, Ticks, boxes, look
from openler.web.pages.record.held import name_of
from openler.web.rendering import page

router = APIRouter()

USUAL_LIFE = timedelta(days=30)
Text = Annotated[str, Form()]


@router.get("/record/shares", response_class=HTMLResponse)
def shares(request: Request, done: str = "") -> HTMLResponse:
    """What she shared, newest first, with its state and everyone who looked."""
    ports: Ports = request.app.state.ports
    key = session.required(request)
    names = {record.record_id: name_of(record) for record in hold.collection(ports, key).records}
    looks = actions.disclosures(ports, key)
    now = ports.clock.now()
    listed = [
        (one, one.state(now), [names.get(record, "") for record in one.records], [look for look in looks if look.share_id == one.share_id])
        for one in reversed(actions.shares(ports, key))
    ]
    return page(request, "record/shares.html", headers=session.PRIVATE, listed=listed, withdrawn=done == "withdrawn")


@router.get("/record/shares/new", response_class=HTMLResponse)
def new(request: Request) -> HTMLResponse:
    """The form; ``?record=`` chooses beforehand."""
    key = session.required(request)
    return _form(request, key, chosen=request.query_params.getlist("record"))


@router.post("/record/shares")
def make(
    request: Request,
    form_token: Text = "",
    record: Annotated[list[str] | None, Form()] = None,
    purpose: Text = "",
    audience: Text = "",
    expires: Text = "",
    code: Text = "",
    asked: Annotated[list[str] | None, Form()] = None,
    show: Annotated[list[str] | None, Form()] = None,
    stage: Text = "",
) -> HTMLResponse:
    """Make the link. It is shown in this answer, this once: nothing keeps it, and it never stands in an address of ours.

    Where a chosen record can be shown in parts, she is first asked which (``stage`` ``choose``), and sees what its reader
    will see (``look``); only then comes the link. ``terms`` leads from a record's own page to the form.
    """
    ports: Ports = request.app.state.ports
    key = session.required(request)
    chosen = record or []
    ticks = Ticks(frozenset(asked or ()), frozenset(show or ()))
    given = {"purpose": purpose[:1000], "audience": audience[:1000], "expires": expires[:40], "code": code}
    divided: tuple[Divided, ...] = ()
    try:
        session.check_form(request, form_token)
        if stage == "terms":
            return _form(request, key, chosen=chosen, ticks=ticks)
        ends = end_of_day(expires, place="expires")
        found = divide(ports, key, chosen)
        actions.check_terms(ports, purpose=purpose, audience=audience, expires=ends)
        if stage == "choose" or not ticks.settles(found):
            return boxes(request, found, ticks, given)
        divided = found
        if stage != "link" and ticks.asked:
            return look(request, key, divided, ticks, given)
        hidden = ticks.hidden(divided)
        link = actions.share(
            ports, key, chosen, purpose=purpose, audience=audience, expires=ends, with_code=code == "yes", hidden=hidden, actor="web"
        )
    except OpenlerError as error:
        if error.code == TOO_LITTLE:
            return boxes(request, divided, ticks, given, error)
        return _form(request, key, chosen=chosen, given=given, ticks=ticks, error=error)
    drawn = segno.make(link.url, error="m").svg_inline(omitsize=True, svgclass="ol-qr__drawing", lineclass=None, border=4)
    names = [name_of(one) for one in hold.collection(ports, key).choose(chosen)]
    return page(
        request,
        "record/share_made.html",
        headers=session.PRIVATE,
        link=link,
        qr=Markup(drawn),  # noqa: S704 - drawn by us from our own address
        names=names,
        purpose=purpose.strip(),
        audience=audience.strip(),
    )


@router.post("/record/shares/{share_id}/withdraw")
def withdraw(request: Request, share_id: str, form_token: Text = "") -> Response:
    """End a share at once."""
    key = session.required(request)
    session.check_form(request, form_token)
    actions.withdraw(request.app.state.ports, key, share_id, actor="web")
    return RedirectResponse("/record/shares?done=withdrawn", 303, headers=session.PRIVATE)


def _form(
    request: Request,
    key: HolderKey,
    *,
    chosen: list[str],
    given: dict[str, str] | None = None,
    ticks: Ticks = NOTHING_ASKED,
    error: OpenlerError | None = None,
) -> HTMLResponse:
    ports: Ports = request.app.state.ports
    today = ports.clock.now().date()
    kept = hold.collection(ports, key)
    return page(
        request,
        "record/share_new.html",
        status=200 if error is None else status_of(error),
        headers=session.PRIVATE,
        credentials=[(one.record_id, name_of(one), one.record_id in chosen, bool(parts(one).free)) for one in kept.credentials],
        own=[(one.record_id, name_of(one), one.record_id in chosen, None) for one in kept.self_asserted],
        ticks=ticks,
        given=given or {"purpose": "", "audience": "", "expires": (today + USUAL_LIFE).isoformat(), "code": ""},
        earliest=today.isoformat(),
        latest=(today + LONGEST_LIFE - timedelta(days=1)).isoformat(),
        days=LONGEST_LIFE.days,
        error=None if error is None else told(request, error, ("records", "purpose", "audience", "expires")),
    )
