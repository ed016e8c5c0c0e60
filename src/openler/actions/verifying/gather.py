"""Gathering evidence: what a verdict needs is fetched through the guard, or read here where the address is our own.

Everything that was sought becomes evidence, found or not: a status list that does not answer is told as such.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping, Sequence
from datetime import datetime
from typing import Any

from openler.actions.ports import Ports
from openler.actions.verifying.custodians import fell_silent, from_custodians, is_closed
from openler.actions.verifying.reading import Reading
from openler.credentials.evidence import Evidence, Item, Kind, Need, needs
from openler.credentials.policy import Custodian
from openler.errors import declare

TOO_MANY = declare("verify.too_many_addresses", by=__name__)
CLOSED_UNANSWERED = declare("custody.closed_unanswered", by=__name__)

MAX_ADDRESSES = 60
"""Most addresses read for one verification, so that nobody can make us call the whole world."""
MAX_ROUNDS = 8
"""How often evidence may ask for more evidence. The longest way is that of an old badge: the badge, its class, its issuer, his keys,
an endorsement, its endorser, his keys; and one to spare."""


Shared = MutableMapping[tuple[Kind, str], tuple[Item, ...]]
"""What was found for records judged together: an issuer's keys and a status list are read once for all of them. What a custodian
kept stands there with the custodian's own keys."""


def gather(
    ports: Ports,
    document: Any,
    evidence: Evidence,
    *,
    now: datetime,
    plain_origins: frozenset[str],
    serving: bool = False,
    asking: Callable[..., tuple[Need, ...]] = needs,
    custodians: Sequence[Custodian] = (),
    shared: Shared | None = None,
) -> Evidence:
    """The evidence given, and all else that judging ``document`` needs; ``serving`` as for :func:`.verify`.

    ``asking`` is the room's function that tells what is needed: another one for documents that are no credentials. Where an
    address has fallen silent, or a custodian says that its issuer is closed, the ``custodians`` are asked. What stands in
    ``shared`` is not sought again, and what is found is put there.
    """
    reading = Reading(ports, now, plain_origins, serving=serving)
    read = 0
    for _ in range(MAX_ROUNDS):
        wanted = asking(document, evidence, plain_origins=plain_origins)
        if not wanted:
            break
        for need in wanted:
            if evidence.find(need.kind, need.key) is not None:
                continue  # a custodian's own keys, read on the way
            known = None if shared is None else shared.get((need.kind, need.key))
            if known is not None:
                evidence = evidence.adding([item for item in known if evidence.find(item.kind, item.key) is None])
                continue
            read += 1
            found = [reading.pursue(need)] if read <= MAX_ADDRESSES and not is_closed(need, custodians) else []
            if (not found or fell_silent(found[0])) and custodians and read <= MAX_ADDRESSES:
                read += len(custodians)
                found = from_custodians(reading, need, custodians, evidence) or found
            evidence = evidence.adding(found or [_too_many(need, now) if read > MAX_ADDRESSES else _closed(need, now)])
            if shared is not None and found:
                shared[need.kind, need.key] = (*_keys(evidence, custodians, found), *found)
    return evidence


def _too_many(need: Need, now: datetime) -> Item:
    return Item(need.kind, need.key, now, code=TOO_MANY, parameters={"limit": str(MAX_ADDRESSES)})


def _keys(evidence: Evidence, custodians: Sequence[Custodian], found: Sequence[Item]) -> list[Item]:
    """The keys of custodians, where what was found is of their keeping."""
    if all(item.statement is None for item in found):
        return []
    held = (evidence.find(Kind.CONTROLLER, each.did) for each in custodians)
    return [item for item in held if item is not None and item not in found]


def _closed(need: Need, now: datetime) -> Item:
    return Item(need.kind, need.key, now, code=CLOSED_UNANSWERED, parameters={"url": need.key[:200]})
