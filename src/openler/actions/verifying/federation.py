"""Reading a federation's members from its trust anchor down, each statement checked before the next is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from openler.actions.ports import Fetch
from openler.credentials.federation import MAX_STATEMENT, Statement, configuration, marked, member, statement
from openler.credentials.issuerlists import IssuerEntry, IssuerList, words
from openler.errors import Malformed, OpenlerError, TooLarge, Unavailable, declare
from openler.linkeddata.parse import parse_json

NOT_ANSWERED = declare("federation.not_answered", by=__name__)
NO_ENDPOINTS = declare("federation.no_endpoints", by=__name__)
TOO_MANY_MEMBERS = declare("federation.too_many_members", by=__name__)

MAX_MEMBERS = 5_000
"""Most members read from one federation."""
MAX_DEPTH = 3
"""Most intermediates between the anchor and a member."""
_MAX_LISTING = 4 * 1024 * 1024
_ACCEPT = "application/entity-statement+jwt, application/jwt;q=0.9"
_OK = 200


@dataclass
class _Walk:
    """One reading of a federation."""

    fetch: Fetch
    anchor: Statement
    mark: str | None
    now: datetime
    progress: Callable[[int, int], None]
    entries: dict[str, IssuerEntry] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def below(self, path: tuple[Statement, ...]) -> None:
        """Everybody whom the last of the path lists."""
        superior = path[-1]
        listing, fetching = superior.endpoint("federation_list_endpoint"), superior.endpoint("federation_fetch_endpoint")
        if listing is None or fetching is None:
            raise Malformed(NO_ENDPOINTS, seen=superior.subject[:80])
        answer = _get(self.fetch, listing, accept="application/json", limit=_MAX_LISTING)
        found = parse_json(answer, max_bytes=_MAX_LISTING)
        subjects = [each for each in found if isinstance(each, str)] if isinstance(found, list) else []
        for subject in subjects:
            if subject in self.seen:
                continue
            if len(self.seen) >= MAX_MEMBERS:
                raise TooLarge(TOO_MANY_MEMBERS, limit=MAX_MEMBERS)
            self.seen.add(subject)
            self.progress(len(self.seen), len(subjects))
            try:
                self._one(path, fetching, subject)
            except OpenlerError as error:
                self.left_out.append(words(f"{subject}: {error.code}"))

    def _one(self, path: tuple[Statement, ...], fetching: str, subject: str) -> None:
        superior = path[-1]
        asked = fetching + ("&" if "?" in fetching else "?") + urlencode({"sub": subject})
        about = statement(_get(self.fetch, asked), superior.keys, issuer=superior.subject, subject=subject, now=self.now)
        below = (*path, about)
        expires = None
        if subject.startswith("did:"):
            if self.mark is not None:
                raise Malformed(NO_ENDPOINTS, seen=subject[:80])  # a DID has no configuration to carry a mark
        else:
            own = configuration(_get(self.fetch, _well_known(subject)), subject, about.keys, self.now)
            below = (*below, own)
            if own.endpoint("federation_list_endpoint") is not None and len(below) < 2 * MAX_DEPTH:
                self.below(below)
            expires = marked(own, self.mark, self.anchor, self.now) if self.mark is not None else None
        found = member(below)
        until = found.expires if expires is None else min(expires, found.expires)
        for identifier in found.identifiers:
            self.entries[identifier] = IssuerEntry(found.name, found.url, expires=until)


def members(
    fetch: Fetch,
    anchor: str,
    keys: Sequence[Mapping[str, Any]],
    *,
    mark: str | None,
    now: datetime,
    progress: Callable[[int, int], None] = lambda done, total: None,  # noqa: ARG005 - nobody looks
) -> IssuerList:
    """The members below a trust anchor whose ``keys`` (JWKs) are pinned; with ``mark`` only those that carry that trust mark.

    A member whose statements do not hold is left out and told.

    :raises Malformed: the anchor's own configuration does not hold, or names no endpoints
    :raises CannotCheck: it asks for something that is not understood
    :raises Unavailable: ``federation.not_answered``, or no answer at all
    :raises TooLarge: ``federation.too_many_members``
    """
    said = configuration(_get(fetch, _well_known(anchor)), anchor, keys, now)
    walk = _Walk(fetch, said, mark, now, progress, seen={anchor})
    walk.below((said,))
    return IssuerList(walk.entries, now.isoformat(), tuple(walk.left_out))


def _well_known(entity: str) -> str:
    """Where an entity's own configuration lies (section 9)."""
    return entity.rstrip("/") + "/.well-known/openid-federation"


def _get(fetch: Fetch, url: str, *, accept: str = _ACCEPT, limit: int = MAX_STATEMENT) -> bytes:
    answer = fetch.get(url, accept=accept, limit=limit)
    if answer.status != _OK:
        raise Unavailable(NOT_ANSWERED, url=url[:200], status=answer.status)
    return answer.body
