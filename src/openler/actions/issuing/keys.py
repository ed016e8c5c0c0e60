"""The life of a signing key: replaced by the next one, retired with a date, told as stolen (ADR 0016).

Replacing goes in an order that can be broken off anywhere and taken up again: make the next key, let every organization sign
with it, only then retire the old one. At no moment is there an organization that cannot sign its status lists.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime

from openler.access.audit import AuditEvent
from openler.access.organisation import Organisation
from openler.actions.ports import KeyInfo, KeyType, Ports
from openler.errors import Conflict, Misused, NotFound, Refused, declare

IN_USE = declare("keys.in_use", by=__name__)
SUPERSEDED = declare("keys.superseded", by=__name__)
IDENTIFIER_IS_KEY = declare("keys.identifier_is_key", by=__name__)
HELD_ELSEWHERE = declare("keys.successor_held_elsewhere", by=__name__)
IN_FUTURE = declare("keys.compromised_in_future", by=__name__)
UNKNOWN = declare("keys.unknown", by=__name__)

_NUMBERED = re.compile(r"(?P<stem>.*?)(?:\.(?P<number>[1-9]\d{0,5}))?\Z", re.ASCII | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a rotation did; ``organizations`` are the names of those that sign with ``successor`` now."""

    retired: KeyInfo
    successor: KeyInfo
    organizations: tuple[str, ...]


def stem(name: str) -> str:
    """What a key and its successors have in common: ``college`` of ``college``, ``college.2``, ``college.3``."""
    return _split(name)[0]


def _split(name: str) -> tuple[str, int]:
    found = _NUMBERED.match(name)
    return (found["stem"], int(found["number"] or 1)) if found is not None and found["stem"] else (name, 1)


def rotate(
    ports: Ports,
    name: str,
    *,
    actor: str,
    key_type: KeyType | None = None,
    uri: str | None = None,
    compromised: datetime | None = None,
) -> Rotation:
    """Put a successor in a key's place: ``NAME.2``, ``NAME.3``, ...; of the same type, unless ``key_type`` says another.

    ``uri`` is where the next key is held, for one that is held elsewhere; a token makes it if it is not there yet. ``compromised`` is
    since when the old key may have been somebody else's. A rotation that was broken off is taken up where it stopped.

    :raises NotFound: ``keys.unknown``
    :raises Conflict: ``keys.superseded``: this key was replaced already
    :raises Refused: ``keys.identifier_is_key``: an organization's identifier is this key
    :raises Misused: ``keys.successor_held_elsewhere``: ``uri`` is needed; ``keys.compromised_in_future``
    """
    old = _listed(ports, name)
    _past(ports, compromised)
    listed = ports.keys.keys()
    line = sorted((info for info in listed if stem(info.name) == stem(name)), key=lambda info: _split(info.name)[1])
    newer = [info for info in line if _split(info.name)[1] > _split(name)[1]]
    using = _using(ports, old)
    if newer and old.retired is not None and not using:
        raise Conflict(SUPERSEDED, name=name, successor=newer[-1].name)
    for organisation in using:
        if organisation.did is not None and organisation.did.startswith("did:key:"):
            raise Refused(IDENTIFIER_IS_KEY, organization=organisation.name, name=name)
    if newer and newer[-1].retired is None:
        successor = newer[-1]  # the one that a broken-off rotation made
    else:
        if old.held is not None and uri is None:
            raise Misused(HELD_ELSEWHERE, name=name, scheme=old.held.partition(":")[0])
        number = _split(line[-1].name)[1] + 1
        successor = _made(ports, f"{stem(name)}.{number}", key_type or old.key_type, uri)
    for organisation in using:
        now = ports.clock.now()
        event = AuditEvent("issue:organisation:rotate", actor, now, {"ctid": organisation.ctid, "from": old.name, "to": successor.name})
        ports.organisations.put(replace(organisation, key=successor.uri), event=event)
    retired = ports.keys.retire(name, at=ports.clock.now(), compromised=compromised)
    return Rotation(retired, successor, tuple(organisation.name for organisation in using))


def _made(ports: Ports, name: str, key_type: KeyType, uri: str | None) -> KeyInfo:
    now = ports.clock.now()
    if uri is None:
        return ports.keys.create(name, key_type, at=now)
    try:
        return ports.keys.add(name, uri, at=now)
    except NotFound as error:
        try:
            ports.keys.generate(uri, key_type)
        except Misused:
            raise error from None  # nothing can be made there: what is missing is the key
    return ports.keys.add(name, uri, at=now)


def retire(ports: Ports, name: str, *, compromised: datetime | None = None, anyway: bool = False) -> KeyInfo:
    """Stop signing with a key. What it signed stays good, or, with ``compromised``, what the issuer's book shows to be older.

    :raises NotFound: ``keys.unknown``
    :raises Refused: ``keys.in_use``: an organization signs with it, and its status lists too; ``anyway`` does it all the same
    :raises Misused: ``keys.compromised_in_future``
    """
    info = _listed(ports, name)
    _past(ports, compromised)
    using = _using(ports, info) if info.retired is None and not anyway else []
    for organisation in using:
        raise Refused(IN_USE, organization=organisation.name, name=name)
    return ports.keys.retire(name, at=ports.clock.now(), compromised=compromised)


def _listed(ports: Ports, name: str) -> KeyInfo:
    listed = ports.keys.keys()
    found = next((info for info in listed if info.name == name), None)
    if found is None:
        raise NotFound(UNKNOWN, name=name[:80])
    return found


def _past(ports: Ports, compromised: datetime | None) -> None:
    if compromised is not None and compromised > ports.clock.now():
        raise Misused(IN_FUTURE, time=compromised.isoformat(timespec="seconds"))


def _using(ports: Ports, info: KeyInfo) -> list[Organisation]:
    """The organizations that sign with a key, called by its name here or by where it is held."""
    return [each for each in ports.organisations.listing() if each.key is not None and each.key in {info.uri, info.held}]
