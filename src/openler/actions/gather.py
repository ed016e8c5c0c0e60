"""Gathering evidence: what a verdict needs is fetched through the guard, or read here where the address is our own.

Everything that was sought becomes evidence, found or not: a status list that does not answer is told as such.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from openler.actions import identity, status
from openler.actions.ports import Ports
from openler.credentials.evidence import Evidence, Item, Need, needs
from openler.errors import NotFound, OpenlerError, Unavailable, declare
from openler.ids import Ctid
from openler.linkeddata.canonical import jcs

NOT_FOUND_THERE = declare("verify.not_found_there", by=__name__)
NOT_ANSWERED = declare("verify.not_answered", by=__name__)
TOO_MANY = declare("verify.too_many_addresses", by=__name__)
NOTHING_HERE = declare("verify.nothing_here", by=__name__)

MAX_ADDRESSES = 60
"""Most addresses read for one verification, so that nobody can make us call the whole world."""
MAX_ROUNDS = 5
"""How often evidence may ask for more evidence: a credential, its status list, that list's issuer; and some to spare."""

_OK = 200
_GONE = frozenset({404, 410})
_CTID = r"(?P<ctid>ce-[0-9a-f-]{36})"
_ISSUER = re.compile(rf"/issuers/{_CTID}/did\.json", re.ASCII)
_STATUS = re.compile(r"/status/(?P<name>[0-9A-Za-z_-]{1,100})", re.ASCII)
_GRAPH = re.compile(rf"/graph/{_CTID}", re.ASCII)
_REVISION = re.compile(rf"/envelopes/{_CTID}/revisions/(?P<seq>\d{{1,15}})", re.ASCII)


def gather(
    ports: Ports,
    document: Any,
    evidence: Evidence,
    *,
    now: datetime,
    plain_origins: frozenset[str],
    serving: bool = False,
    asking: Callable[..., tuple[Need, ...]] = needs,
) -> Evidence:
    """The evidence given, and all else that judging ``document`` needs; ``serving`` as :func:`openler.actions.verify.verify` says.

    ``asking`` is the room's function that tells what is needed: another one for documents that are no credentials.
    """
    read = 0
    for _ in range(MAX_ROUNDS):
        wanted = asking(document, evidence, plain_origins=plain_origins)
        if not wanted:
            break
        found = []
        for need in wanted:
            read += 1
            found.append(_pursue(ports, need, now, serving=serving) if read <= MAX_ADDRESSES else _too_many(need, now))
        evidence = evidence.adding(found)
    return evidence


def _too_many(need: Need, now: datetime) -> Item:
    return Item(need.kind, need.key, now, code=TOO_MANY, parameters={"limit": str(MAX_ADDRESSES)})


def _pursue(ports: Ports, need: Need, now: datetime, *, serving: bool) -> Item:
    """Try the addresses in order; the first that answers is taken, the last failure is told."""
    failure: OpenlerError = Unavailable(NOT_ANSWERED, url=need.key[:200], status=0)
    for url in need.urls:
        try:
            body, media_type = _read(ports, url, need, serving=serving)
            return Item(need.kind, need.key, now, url=url, body=body, media_type=media_type)
        except OpenlerError as error:
            failure = error
    return Item(need.kind, need.key, now, code=failure.code, parameters={name: str(value) for name, value in failure.parameters.items()})


def _read(ports: Ports, url: str, need: Need, *, serving: bool) -> tuple[bytes, str | None]:
    base, bare = ports.base_url.rstrip("/"), url.partition("#")[0]
    if serving and bare.startswith(f"{base}/"):
        own = _own(ports, bare.removeprefix(base))
        if own is not None:
            return own, None
    answer = ports.fetch.get(url, accept=need.accept, limit=need.limit)
    if answer.status in _GONE:
        raise NotFound(NOT_FOUND_THERE, url=url[:200], status=answer.status)
    if answer.status != _OK:
        raise Unavailable(NOT_ANSWERED, url=url[:200], status=answer.status)
    return answer.body, answer.media_type


def _own(ports: Ports, path: str) -> bytes | None:
    """What we serve ourselves at a path, without calling ourselves over the network; None for any other path."""
    if found := _ISSUER.fullmatch(path):
        return jcs(identity.did_document(ports, Ctid.parse(found["ctid"])))
    if found := _STATUS.fullmatch(path):
        return jcs(status.status_list(ports, found["name"]))
    if found := _GRAPH.fullmatch(path):
        stored = ports.store.get(Ctid.parse(found["ctid"]))
        if stored is None or stored.deleted:
            raise NotFound(NOTHING_HERE, url=path)
        return stored.normalised
    if found := _REVISION.fullmatch(path):
        return revision(ports, Ctid.parse(found["ctid"]), int(found["seq"]))
    return None


def revision(ports: Ports, ctid: Ctid, seq: int) -> bytes:
    """A document as the journal entry ``seq`` left it: the bytes served at ``/envelopes/{ctid}/revisions/{seq}``.

    :raises NotFound: ``verify.nothing_here``
    """
    entry = next((each for each in ports.store.versions(ctid) if each.seq == seq), None)
    stored = ports.store.version(ctid, entry.digest) if entry is not None and entry.digest is not None else None
    if stored is None:
        raise NotFound(NOTHING_HERE, url=f"/envelopes/{ctid}/revisions/{seq}")
    return stored.normalised
