"""The face for people: pages that work without JavaScript, by keyboard and on a phone."""

from __future__ import annotations

from importlib import import_module
from importlib.resources import files
from pkgutil import iter_modules

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from openler.actions.ports import Ports
from openler.errors import Misused, NotFound, OpenlerError, Unauthenticated, declare
from openler.messages import explain, render
from openler.problems import headers, note, status_of, unexpected
from openler.web import pages
from openler.web.pages.signing import sign_in_page, to_sign_in
from openler.web.rendering import language_of, page
from openler.web.session import PRIVATE

PAGE_NOT_FOUND = declare("web.page_not_found", by=__name__)
FORM_INCOMPLETE = declare("web.form_incomplete", by=__name__)
WITHDRAWN = declare("web.withdrawn", by=__name__)
NOTHING_HERE = declare("web.nothing_here", by=__name__)

_PLAIN = {"registry.deleted": WITHDRAWN, "registry.not_found": NOTHING_HERE}
"""What a page says in place of a sentence that names an identifier; that one stands under the technical details."""

_HEADINGS = {
    400: "That did not work",
    401: "Please sign in",
    403: "Not permitted",
    404: "Not found",
    410: "Withdrawn",
    413: "Too large",
    422: "That cannot be read",
    503: "Not available just now",
}


def create(ports: Ports) -> FastAPI:
    """The pages over the given ports. Each module of :mod:`openler.web.pages` is a feature with a ``router``."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.state.ports = ports
    for module in sorted(found.name for found in iter_modules(pages.__path__)):
        app.include_router(import_module(f"openler.web.pages.{module}").router)
    app.mount("/static", StaticFiles(directory=str(files("openler.web") / "static")), name="static")
    app.add_exception_handler(Unauthenticated, _signed_out)
    app.add_exception_handler(OpenlerError, _failed)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _incomplete)
    app.add_exception_handler(Exception, _unexpected)
    return app


def _signed_out(request: Request, error: Exception) -> Response:
    assert isinstance(error, Unauthenticated)  # noqa: S101 - registered for this class only
    if request.method in {"GET", "HEAD"}:
        return RedirectResponse(to_sign_in(request), 303, headers=PRIVATE)
    return sign_in_page(request, status=status_of(error), reason=error)


def _failed(request: Request, error: Exception) -> HTMLResponse:
    assert isinstance(error, OpenlerError)  # noqa: S101 - registered for this class only
    note(error)
    message = explain(error, language_of(request))
    status = 410 if error.code == "registry.deleted" else status_of(error)  # a tombstone, as RFC 9110 section 15.5.11 has it
    heading = _HEADINGS.get(status, "Something went wrong")
    plain = _PLAIN.get(error.code)
    text = message.text if plain is None else render(plain, language=language_of(request)).text
    told = {"heading": heading, "text": text, "hint": message.hint, "code": error.code, "place": error.place}
    told["detail"] = "" if plain is None else message.text
    return page(request, "error.html", status=status, headers=headers(error), **told)


def _unexpected(request: Request, error: Exception) -> HTMLResponse:
    return _failed(request, unexpected(error))


def _http(request: Request, error: Exception) -> HTMLResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class only
    response = _failed(request, NotFound(PAGE_NOT_FOUND, path=request.url.path))
    response.status_code = error.status_code
    return response


def _incomplete(request: Request, error: Exception) -> HTMLResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class only
    names = ", ".join(sorted({str(one["loc"][-1]) for one in error.errors()}))
    return _failed(request, Misused(FORM_INCOMPLETE, fields=names))
