"""Hand out what was issued: the signed record, as it went to its holder."""

from __future__ import annotations

import json

from openler.actions.issuing.signing import MEDIA_TYPES
from openler.actions.ports import Ports
from openler.credentials.cose import is_cose
from openler.credentials.envelopes import open_bytes
from openler.credentials.enveloping import enveloped
from openler.errors import NotFound, OpenlerError, declare
from openler.linkeddata.canonical import jcs

NOT_ISSUED = declare("issue.not_issued", by=__name__)


def record(ports: Ports, credential_id: str) -> bytes:
    """The signed credential. :raises NotFound: ``issue.not_issued``"""
    found = ports.ledger.issued(credential_id)
    if found is None or found.signed is None:
        raise NotFound(NOT_ISSUED, credential=credential_id[:100])
    return found.signed


def file_ending(signed: bytes) -> str:
    """What a file with a signed record should end in, by the form it is in, without the dot."""
    if signed.lstrip().startswith(b"{"):
        return "json"
    if is_cose(signed):
        return "cose"
    return "sd-jwt" if b"~" in signed else "jwt"


def as_line(signed: bytes) -> str:
    """A signed record as a line of a text file: as it is, or, where it is binary, as an EnvelopedVerifiableCredential."""
    return json.dumps(enveloped(signed, MEDIA_TYPES["cose"])) if is_cose(signed) else signed.decode()


def content(signed: bytes) -> bytes:
    """What a signed record says, as JSON: as it is, or out of its envelope. Nothing where it cannot be read."""
    if signed.lstrip().startswith(b"{"):
        return signed
    try:
        return jcs(dict(open_bytes(signed).read.document))
    except OpenlerError:
        return b""
