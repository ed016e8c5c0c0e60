"""What a writer believes to be current: the If-Match header of RFC 9110 (section 13.1.1) as the digest that must stand."""

from __future__ import annotations

import re
from contextlib import suppress

from openler.actions.ports import Ports
from openler.actions.registry.journal import PRECONDITION_FAILED
from openler.errors import Conflict, Malformed, declare
from openler.ids import Ctid, Digest

IF_MATCH_MALFORMED = declare("registry.if_match_malformed", by=__name__)

_TAG = re.compile(r'\s*(W/)?"([^"\x00-\x20\x7f]*)"\s*(?:,|$)|\s*([0-9a-f]{64})\s*(?:,|$)|\s*,')
MAX_HEADER = 4_000
"""Longest header that is read, in characters: dozens of tags."""


def expected(ports: Ports, ctid: Ctid, if_match: str) -> Digest | None:
    """The digest that must be current for a document to be changed; None where nothing was said.

    ``*`` means whatever stands. Of several tags it is the one that stands. The tags of other forms of a document (Turtle, a
    resource by itself) name the same state. Weak tags match nothing.

    :raises Malformed: ``registry.if_match_malformed``
    :raises Conflict: ``registry.precondition_failed``: none of the tags can be that of what stands
    """
    if not if_match.strip():
        return None
    named = [] if if_match.strip() == "*" else _digests(if_match)
    stored = ports.store.get(ctid)
    current = None if stored is None or stored.deleted else stored.digest
    if current is not None and (current in named or if_match.strip() == "*"):
        return current
    raise Conflict(PRECONDITION_FAILED, place=ctid, ctid=ctid, expected=", ".join(named[:5]) or if_match.strip()[:80])


def _digests(header: str) -> list[Digest]:
    found, at = [], 0
    while at < len(header):
        tag = _TAG.match(header, at) if len(header) <= MAX_HEADER else None
        if tag is None:
            raise Malformed(IF_MATCH_MALFORMED, place="If-Match", seen=header[:80])
        if not tag[1]:
            with suppress(Malformed):  # a tag that is none of ours is well-formed and names nothing that stands
                found.append(Digest.parse(tag[3] or (tag[2] or "").partition("-")[0]))
        at = tag.end()
    return found
