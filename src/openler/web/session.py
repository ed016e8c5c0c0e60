"""Who is signed in, as pages see it: one cookie, one token that every form carries, and the way back after signing in.

The cookie is ``SameSite=Strict``: nothing on another site needs to lead into a session, and a request that another site
caused never carries it. That also keeps answers that hold a form's token out of reach of whoever measures the size of
compressed pages. The forms that are sent without a session (signing in, making a wallet) are told from another site's
by the browser's own word (``Sec-Fetch-Site``, ``Origin``), so that nobody is signed in to a stranger's wallet unawares.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from openler.access.secret import Secret
from openler.actions.holding import session
from openler.actions.ports import Ports
from openler.actions.private_ports import HolderKey
from openler.errors import Refused, Unauthenticated, declare

FROM_ELSEWHERE = declare("web.form_from_elsewhere", by=__name__)

COOKIE = "openler_session"
FIELD = "form_token"
"""The name of the hidden field."""
PRIVATE = {"cache-control": "no-store", "referrer-policy": "same-origin"}
"""Headers of every private page: kept nowhere. Its address is told to our own pages only, and its forms say where they come from."""

_MOST_COOKIE = 200


def token_of(request: Request) -> str:
    """The session's token as the browser shows it; empty where it shows none. Whether it is good is not said."""
    return request.cookies.get(COOKIE, "")[:_MOST_COOKIE]


def signed_in(request: Request) -> HolderKey | None:
    """The holder's key, for this request; None where nobody is signed in (any more)."""
    try:
        return required(request)
    except Unauthenticated:
        return None


def required(request: Request) -> HolderKey:
    """The holder's key, for this request.

    :raises Unauthenticated: nobody is signed in; the page that tells it offers to sign in, and leads back
    """
    ports: Ports = request.app.state.ports
    found: HolderKey | None = getattr(request.state, "holder", None)
    if found is None:
        found = session.resume(ports, token_of(request))
        request.state.holder = found
    return found


def form_token(request: Request) -> str:
    """What every form of this session must carry in the field ``form_token``; empty without a session."""
    token = token_of(request)
    return session.csrf(token) if token else ""


def check_form(request: Request, shown: str) -> None:
    """Refuse a form that no page of this session sent. :raises Refused: ``access.csrf_mismatch``, ``web.form_from_elsewhere``"""
    check_origin(request)
    session.check_form(token_of(request), shown)


def check_origin(request: Request) -> None:
    """Refuse a form that another site sent; for those that are sent without a session. :raises Refused: ``web.form_from_elsewhere``"""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site not in {"same-origin", "none"}:
            raise Refused(FROM_ELSEWHERE)
        return
    origin = request.headers.get("origin")
    if origin is None:
        return
    ports: Ports = request.app.state.ports
    here = urlsplit(ports.base_url)
    if origin not in {f"{here.scheme}://{here.netloc}", f"{request.url.scheme}://{request.url.netloc}"}:
        raise Refused(FROM_ELSEWHERE)


def set_cookie(response: Response, request: Request, token: Secret) -> None:
    """Hand the session's token to the browser, until it is closed."""
    ports: Ports = request.app.state.ports
    response.set_cookie(COOKIE, token.reveal(), path="/", httponly=True, samesite="strict", secure=ports.base_url.startswith("https://"))


def clear_cookie(response: Response, request: Request) -> None:
    """Take it away again."""
    ports: Ports = request.app.state.ports
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict", secure=ports.base_url.startswith("https://"))


def local(address: str, *, otherwise: str = "/record") -> str:
    """An address to go on to: a path on this service, never another site's, however it is written."""
    if not address.startswith("/") or address.startswith("//") or "\\" in address or not address.isprintable():
        return otherwise
    return address
