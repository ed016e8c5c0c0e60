"""What a failure means over HTTP: a status and a problem document (RFC 9457), for both HTTP faces."""

from __future__ import annotations

import logging
from typing import Any

from openler.errors import (
    Conflict,
    Internal,
    Malformed,
    Misused,
    NotFound,
    OpenlerError,
    RateLimited,
    Refused,
    TooLarge,
    Unauthenticated,
    Unavailable,
    declare,
)
from openler.messages import Language, explain

FAILED = declare("http.failed", by=__name__)

_log = logging.getLogger("openler.http")
_FAULTS = 500

_STATUS: tuple[tuple[type[OpenlerError], int], ...] = (
    (Malformed, 422),
    (Misused, 400),
    (NotFound, 404),
    (Unauthenticated, 401),
    (Refused, 403),
    (Conflict, 409),
    (TooLarge, 413),
    (RateLimited, 429),
    (Unavailable, 503),
)

MEDIA_TYPE = "application/problem+json"


def status_of(error: OpenlerError) -> int:
    """The HTTP status (RFC 9110) of a failure."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def unexpected(error: Exception) -> OpenlerError:
    """What a visitor is told of an exception that nobody foresaw: that it happened. The server's log tells the rest."""
    return error if isinstance(error, OpenlerError) else Internal(FAILED)


def note(error: OpenlerError) -> None:
    """Leave a fault of ours in the log, with the detail that no visitor gets."""
    if status_of(error) >= _FAULTS:
        _log.error("%s%s", error, f": {error.detail}" if error.detail else "")


def headers(error: OpenlerError) -> dict[str, str]:
    """When to come back (RFC 9110, section 10.2.3), for a failure that knows."""
    after = error.parameters.get("retry_after")
    return {} if after is None else {"retry-after": str(after)}


def problem(error: OpenlerError, language: Language = "en", *, status: int | None = None) -> dict[str, Any]:
    """The problem document: ``type``, ``title``, ``status`` and our members ``code``, ``place``, ``hint``."""
    message = explain(error, language)
    told: dict[str, Any] = {
        "type": f"urn:openler:problem:{error.code}",
        "title": message.text,
        "status": status or status_of(error),
        "code": error.code,
    }
    if error.place:
        told["place"] = error.place
    if message.hint:
        told["hint"] = message.hint
    return told
