"""What issuers publish about themselves: recognized by what it is, so that nothing else, a person's record say, is kept or served."""

from __future__ import annotations

from dataclasses import dataclass

from openler.credentials import token_lists
from openler.credentials.envelopes import is_token, open_bytes, opened
from openler.credentials.evidence import Kind
from openler.credentials.model import Credential, read_credential
from openler.errors import OpenlerError, Refused, declare
from openler.ids import Ctid
from openler.linkeddata.parse import parse_json

NOT_PUBLIC = declare("custody.not_public", by=__name__)

_LISTS = frozenset({"BitstringStatusListCredential", "StatusList2021Credential"})


@dataclass(frozen=True, slots=True)
class Published:
    """A document, what it is, and whose: its controller, a list's issuer, or the CTID that a description is of."""

    kind: Kind
    issuer: str
    body: bytes
    media_type: str


def recognized(body: bytes, media_type: str) -> Published:
    """A DID document, a status list or a registry's description. :raises Refused: ``custody.not_public``: anything else"""
    try:
        found = _token(body, media_type) if is_token(body) else _document(body, media_type)
    except OpenlerError:
        found = None
    if found is None:
        raise Refused(NOT_PUBLIC)
    return found


def _token(body: bytes, media_type: str) -> Published | None:
    try:
        read = open_bytes(body).read
    except OpenlerError:
        read = None
    if isinstance(read, Credential) and not _LISTS.isdisjoint(read.types):
        return Published(Kind.STATUS_LIST, read.issuer or "", body, media_type)
    listed = token_lists.read(body, issuer=None)
    return Published(Kind.STATUS_LIST, listed.envelope.speaker or "", body, media_type)


def _document(body: bytes, media_type: str) -> Published | None:
    document = parse_json(body)
    if not isinstance(document, dict):
        return None
    identifier = document.get("id")
    if isinstance(identifier, str) and isinstance(document.get("verificationMethod"), list):
        return Published(Kind.CONTROLLER, identifier, body, media_type)
    graph, named = document.get("@graph"), document.get("@id")
    if isinstance(graph, list) and isinstance(named, str) and (ctid := Ctid.within(named)) is not None:
        return Published(Kind.RESOURCE, ctid, body, media_type)
    envelope = opened(document)
    read = read_credential(document) if envelope is None else envelope.read
    if isinstance(read, Credential) and not _LISTS.isdisjoint(read.types):
        return Published(Kind.STATUS_LIST, read.issuer or "", body, media_type)
    return None
