"""The face for machines: FastAPI over the actions, problems as RFC 9457, the API described at /docs."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.exceptions import HTTPException

from openler import __version__
from openler.actions.finding.envelopes import tombstone
from openler.actions.ports import Ports
from openler.api import (
    custody,
    downloads,
    duplicates,
    follows,
    frameworks,
    journal,
    profiles,
    publish_jobs,
    publishing,
    reading,
    registry,
    service,
    shares,
    sparql,
    vc,
)
from openler.errors import Misused, NotFound, OpenlerError, declare
from openler.ids import Ctid
from openler.problems import MEDIA_TYPE, headers, note, problem, status_of, unexpected

NOT_FOUND = declare("http.not_found", by=__name__)
PARAMETERS_MALFORMED = declare("http.parameters_malformed", by=__name__)

COMMUNITIES = ("/ce-registry", "/ce_registry")
"""What the national Registry's clients may write before a path: the name of its community, which is the only one here."""

_STATUS = {
    "registry.precondition_failed": 412,  # RFC 9110, section 15.5.13
    **dict.fromkeys(("sparql.malformed", "sparql.empty", "sparql.not_text"), 400),  # SPARQL 1.1 Protocol, section 2.1.6
}
"""Codes whose status a standard names, where the kind of failure would have another."""

_DOCS = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>openler API</title>
<link rel="stylesheet" href="/static/vendor/swagger-ui/swagger-ui.css"></head>
<body><main><div id="swagger-ui"></div>
<noscript><p>This page needs JavaScript. The same description is at <a href="/openapi.json">/openapi.json</a>.</p></noscript></main>
<script src="/static/vendor/swagger-ui/swagger-ui-bundle.js"></script><script src="/static/docs.js"></script></body></html>
"""


def create(ports: Ports) -> FastAPI:
    """The API over the given ports."""
    app = FastAPI(
        title="openler",
        version=__version__,
        summary="The open system for Learning and Employment Records.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
    )
    app.state.ports = ports
    app.state.arriving = Counter()
    for router in (publishing.router, publish_jobs.router, reading.router, downloads.router, registry.router):
        app.include_router(router)
        for community in COMMUNITIES:
            app.include_router(router, prefix=community, include_in_schema=False)
    app.include_router(journal.router)
    app.include_router(profiles.router)
    app.include_router(frameworks.router)
    app.include_router(duplicates.router)
    app.include_router(follows.router)
    app.include_router(vc.router)
    app.include_router(shares.router)
    app.include_router(custody.router)
    app.include_router(sparql.router)
    app.include_router(service.router)
    app.add_exception_handler(OpenlerError, _failed)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(Exception, _unexpected)

    @app.get("/docs", include_in_schema=False, response_class=HTMLResponse)
    def docs() -> str:
        return _DOCS

    return app


def _answer(error: OpenlerError, status: int | None = None) -> JSONResponse:
    told = problem(error, status=status)
    more = {"www-authenticate": "Bearer"} if told["status"] == 401 else {}  # noqa: PLR2004 - RFC 9110 section 15.5.2
    return JSONResponse(told, status_code=told["status"], media_type=MEDIA_TYPE, headers=headers(error) | more)


def _failed(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, OpenlerError)  # noqa: S101 - registered for this class only
    note(error)
    if error.code == "registry.deleted":
        return _gone(request, error)
    return _answer(error, _STATUS.get(error.code, status_of(error)))


def _gone(request: Request, error: OpenlerError) -> JSONResponse:
    """A withdrawn document: gone, and what is left to tell of it (RFC 9110 section 15.5.11)."""
    told = problem(error, status=410)
    with suppress(OpenlerError):
        told["tombstone"] = tombstone(request.app.state.ports, Ctid.parse(error.parameters["ctid"]))
    return JSONResponse(told, status_code=410, media_type=MEDIA_TYPE)


def _unexpected(request: Request, error: Exception) -> JSONResponse:  # noqa: ARG001 - Starlette's signature; it logs the error itself
    return _answer(unexpected(error))


def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class only
    return _answer(NotFound(NOT_FOUND, path=request.url.path[:200]), error.status_code)


def _malformed(request: Request, error: Exception) -> JSONResponse:  # noqa: ARG001 - Starlette's signature
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class only
    names = ", ".join(sorted({".".join(str(part) for part in one["loc"][1:]) or "body" for one in error.errors()}))
    return _answer(Misused(PARAMETERS_MALFORMED, names=names[:200]))
