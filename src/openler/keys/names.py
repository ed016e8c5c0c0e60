"""How keys are named: ``file:issuer-2026``, ``env:ISSUER_KEY``; and what may go wrong with any of them."""

from __future__ import annotations

import re
from datetime import datetime

from openler.errors import Malformed, Misused, declare

NAME_MALFORMED = declare("keys.name_malformed", by=__name__)
NAME_TAKEN = declare("keys.name_taken", by=__name__)
NOT_FOUND = declare("keys.not_found", by=__name__)
RETIRED = declare("keys.retired", by=__name__)
SCHEME_UNKNOWN = declare("keys.scheme_unknown", by=__name__)
LISTED_ALREADY = declare("keys.listed_already", by=__name__)
OTHER_KEY_THERE = declare("keys.other_key_there", by=__name__)
MADE_ELSEWHERE = declare("keys.made_elsewhere", by=__name__)

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}", re.ASCII)


def check_name(name: str) -> str:
    """A key's name: lower-case letters, digits, ``.``, ``_`` and ``-``; it becomes part of a file's name.

    :raises Malformed: ``keys.name_malformed``
    """
    if not _NAME.fullmatch(name):
        raise Malformed(NAME_MALFORMED, seen=name[:80])
    return name


def split(uri: str) -> tuple[str, str]:
    """Scheme and rest of a key's URI.

    :raises Misused: ``keys.scheme_unknown``: there is no scheme
    """
    scheme, colon, rest = uri.partition(":")
    if not colon or not rest:
        raise Misused(SCHEME_UNKNOWN, scheme=uri[:20], known="")
    return scheme, rest


def earlier(known: datetime | None, told: datetime | None) -> datetime | None:
    """Since when a key is compromised, as far as is known: what is told may put it earlier, never later."""
    found = [each for each in (known, told) if each is not None]
    return min(found) if found else None
