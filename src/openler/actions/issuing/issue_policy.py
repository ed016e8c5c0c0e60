"""An issuer's policy on meaning: may a record be issued for something that the registry does not describe well enough?

A record is worth what others can find out about it. The least is the minimum profile of its class (the publisher's
required properties); a policy warns of less, or refuses it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from openler.actions.ports import Ports
from openler.credentials.evidence import described
from openler.credentials.model import read_credential
from openler.ctdl.benchmark import coverage
from openler.ctdl.document import Document, parse
from openler.errors import OpenlerError, Refused, declare

BELOW_MINIMUM = declare("issue.below_minimum", by=__name__)
NO_CTID = declare("issue.no_ctid", by=__name__)
NOT_DESCRIBED = declare("issue.not_described_here", by=__name__)

Minimum = Literal["off", "warn", "refuse"]
"""What becomes of a record whose achievement is described below the minimum, or not at all."""


def below(document: Document, place: str) -> Refused | None:
    """What a description lacks of its class's minimum profile, None where it lacks nothing."""
    missing = coverage(document).missing_required
    if not missing:
        return None
    return Refused(BELOW_MINIMUM, place=place, ctid=document.ctid, missing=", ".join(missing))


def shortfalls(ports: Ports, credential: Mapping[str, Any]) -> Iterator[OpenlerError]:
    """What a credential that somebody else composed falls short of: each achievement needs a CTID, described here and well enough."""
    read = read_credential(credential)
    for place, achievement in read.achievements:
        found = list(described([(place, achievement)]))
        if not found:
            yield Refused(NO_CTID, place=place)
        for ctid, _ in found:
            stored = ports.store.get(ctid)
            if stored is None or stored.deleted or stored.ctid != ctid:
                yield Refused(NOT_DESCRIBED, place=place + "/alignment", ctid=ctid)
            elif (short := below(parse(stored.normalised), place + "/alignment")) is not None:
                yield short
