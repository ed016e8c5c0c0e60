"""A wallet as a whole: made, taken along, locked anew, deleted."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from openler.actions.holding import hold
from openler.actions.holding import session as actions
from openler.actions.ports import Ports
from openler.errors import Misused, OpenlerError, Refused, declare
from openler.problems import status_of
from openler.web import session
from openler.web.forms import told
from openler.web.rendering import page

PASSPHRASES_DIFFER = declare("web.passphrases_differ", by=__name__)
NOT_CONFIRMED = declare("web.not_confirmed", by=__name__)
OTHER_WALLET = declare("web.other_wallet", by=__name__)

router = APIRouter()

Text = Annotated[str, Form()]


@router.get("/wallet/new", response_class=HTMLResponse)
def new(request: Request) -> Response:
    """The form that makes a wallet."""
    if session.signed_in(request) is not None:
        return RedirectResponse("/record", 303, headers=session.PRIVATE)
    return page(request, "wallet_new.html", headers=session.PRIVATE, error=None, given={"handle": ""})


@router.post("/wallet/new")
def create(request: Request, handle: Text = "", passphrase: Text = "", again: Text = "") -> Response:
    """Make it, and sign in."""
    ports: Ports = request.app.state.ports
    try:
        session.check_origin(request)
        _same(passphrase, again)
        hold.create_wallet(ports, handle, passphrase, actor="web")
        begun = actions.sign_in(ports, handle, passphrase, actor="web", previous=session.token_of(request) or None)
    except OpenlerError as error:
        failed = told(request, error, ("handle", "passphrase", "again"))
        given = {"handle": handle[:200]}
        return page(request, "wallet_new.html", status=status_of(error), headers=session.PRIVATE, error=failed, given=given)
    answer = RedirectResponse("/record", 303, headers=session.PRIVATE)
    session.set_cookie(answer, request, begun.token)
    return answer


@router.get("/wallet", response_class=HTMLResponse)
def settings(request: Request) -> Response:
    """What can be done with the wallet as a whole."""
    session.required(request)
    return _settings(request)


@router.post("/wallet/export")
def export(request: Request, form_token: Text = "") -> Response:
    """Everything she holds, as one file."""
    ports: Ports = request.app.state.ports
    holder = session.required(request)
    session.check_form(request, form_token)
    headers = {**session.PRIVATE, "content-disposition": 'attachment; filename="openler-wallet.json"'}
    return Response(hold.export(ports, holder), media_type="application/json", headers=headers)


@router.post("/wallet/passphrase")
def change_passphrase(
    request: Request, form_token: Text = "", handle: Text = "", old: Text = "", passphrase: Text = "", again: Text = ""
) -> Response:
    """Lock the wallet with another passphrase; every session ends, and this one begins anew."""
    ports: Ports = request.app.state.ports
    holder = session.required(request)
    try:
        session.check_form(request, form_token)
        _same(passphrase, again)
        if actions.unlock(ports, handle, old, actor="web").holder_id != holder.holder_id:
            raise Refused(OTHER_WALLET, place="handle")
        hold.change_passphrase(ports, handle, old, passphrase, actor="web")
        begun = actions.sign_in(ports, handle, passphrase, actor="web")
    except OpenlerError as error:
        return _settings(request, error, handle=handle)
    answer = _settings(request, done="Your passphrase is changed. Every other session was signed out.", form_token=begun.csrf)
    session.set_cookie(answer, request, begun.token)
    return answer


@router.post("/wallet/delete")
def delete(request: Request, form_token: Text = "", name: Text = "", last: Text = "", sure: Text = "") -> Response:
    """Delete it wholly, for who has just shown the passphrase once more."""
    ports: Ports = request.app.state.ports
    holder = session.required(request)
    try:
        session.check_form(request, form_token)
        if sure != "yes":
            raise Misused(NOT_CONFIRMED, place="sure")
        key = actions.unlock(ports, name, last, actor="web")
        if key.holder_id != holder.holder_id:
            raise Refused(OTHER_WALLET, place="name")
    except OpenlerError as error:
        return _settings(request, error, name=name)
    hold.delete_wallet(ports, key, actor="web")
    answer = page(request, "wallet_deleted.html", headers=session.PRIVATE, form_token="")
    session.clear_cookie(answer, request)
    return answer


def _settings(request: Request, error: OpenlerError | None = None, *, handle: str = "", name: str = "", **values: str) -> HTMLResponse:
    failed = None if error is None else told(request, error, ("handle", "old", "passphrase", "again", "name", "last", "sure"))
    return page(
        request,
        "wallet.html",
        status=200 if error is None else status_of(error),
        headers=session.PRIVATE,
        error=failed,
        given={"handle": handle[:200], "name": name[:200]},
        **{"done": "", **values},
    )


def _same(passphrase: str, again: str) -> None:
    if passphrase != again:
        raise Misused(PASSPHRASES_DIFFER, place="again")
