"""Whether a DID and an organization in a registry are one and the same: each should name the other.

A DID document names an organization by its CTID (``alsoKnownAs``, or the endpoint of a service); an organization's
description names a DID (``ceterms:sameAs``, say). Only one side's word is a claim; both together are a tie.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from openler.credentials.shapes import listed
from openler.ids import Ctid

_DEPTH = 12


class Tie(StrEnum):
    """Who names whom."""

    BOTH = "both"
    DID_ONLY = "did_only"
    ORGANIZATION_ONLY = "organization_only"
    NONE = "none"
    UNKNOWN = "unknown"
    """One of the two documents is not at hand."""


def named_by(did_document: object) -> tuple[Ctid, ...]:
    """The organizations that a DID document names as itself, by CTID, each once."""
    if not isinstance(did_document, Mapping):
        return ()
    texts = list(_texts(did_document.get("alsoKnownAs")))
    for service in listed(did_document.get("service")):
        if isinstance(service, Mapping):
            texts += _texts(service.get("serviceEndpoint"))
    return tuple(dict.fromkeys(ctid for text in texts if (ctid := Ctid.within(text)) is not None))


def tie(did: str, did_document: object, ctid: Ctid, organization: Mapping[str, Any] | None) -> Tie:
    """Whether they name each other. ``did_document`` or ``organization`` is None where it is not at hand."""
    if organization is None or did_document is None:
        return Tie.UNKNOWN
    forth, back = ctid in named_by(did_document), did in set(_texts(organization))
    if forth and back:
        return Tie.BOTH
    if forth:
        return Tie.DID_ONLY
    return Tie.ORGANIZATION_ONLY if back else Tie.NONE


def _texts(value: object, depth: int = 0) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list) and depth < _DEPTH:
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(each, depth + 1)
