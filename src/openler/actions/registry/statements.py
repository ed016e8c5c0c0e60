"""What the registry says and signs about a document, and what its publisher says: short statements that name it by its digest.

A statement is signed, not the document itself: it can be taken along without the document, costs the same for a course as for a
framework of ten thousand competencies, and whoever has the document checks it by hashing. The registry signs when it is asked
(docs/adr/0020), the publisher before it publishes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from openler.actions.issuing import identity
from openler.actions.ports import Ports, StoredDocument
from openler.actions.registry.check_proof import STATEMENT
from openler.actions.registry.registry_key import RegistryKey
from openler.credentials import dids
from openler.credentials.sealed import opened, seal
from openler.ctdl.document import MAX_DEPTH, MAX_DOCUMENT_BYTES, Document
from openler.errors import Malformed, OpenlerError, Refused, declare
from openler.ids import Ctid, Did, Digest
from openler.linkeddata.canonical import jcs
from openler.linkeddata.parse import parse_json

NO_IDENTITY = declare("statement.no_identity", by=__name__)
OTHER_DOCUMENT = declare("statement.other_document", by=__name__)
NOT_A_STATEMENT = declare("statement.malformed", by=__name__)

PUBLISHERS = "PublisherStatement"
MEMBER = "publisher_statement"
MAX_STATEMENT_BYTES = 20_000
_MARK = f'"{MEMBER}"'.encode()
_DID_DOCUMENT_BYTES = 256 * 1024
_OK = 200


def registry_statement(key: RegistryKey, stored: StoredDocument, *, at: datetime) -> dict[str, Any]:
    """What the registry says about a document as it stands, signed."""
    return key.seal(
        {
            "type": STATEMENT,
            "registry": str(key.did),
            "envelope_ceterms_ctid": str(stored.ctid),
            "envelope_ctdl_type": stored.ctdl_type,
            "resource_digest": str(stored.digest),
            "seq": stored.seq,
            "owned_by": stored.owner,
            "published_by": str(stored.publisher),
            "provisional": stored.provisional,
            "created_at": _time(stored.created),
            "updated_at": _time(stored.updated),
            "deleted_at": _time(stored.updated) if stored.deleted else None,
        },
        at=at,
    )


def publisher_envelope(ports: Ports, document: Document, *, publisher: Ctid, key: str | None = None) -> dict[str, Any]:
    """A document in an envelope that its publisher signed, ready to be published.

    :raises NotFound: ``issue.issuer_unknown``
    :raises Refused: ``issue.issuer_without_key``, or the key is retired
    """
    own = identity.identity(ports, publisher, key=key)
    signer = ports.keys.signer(own.key)
    said = {
        "type": PUBLISHERS,
        "publisher": str(own.did),
        "envelope_ceterms_ctid": str(document.ctid),
        "resource_digest": str(document.digest),
    }
    signed = seal(said, method=own.method, key_type=signer.key_type, at=ports.clock.now(), sign=signer.sign)
    resource = parse_json(document.normalised, max_bytes=MAX_DOCUMENT_BYTES, max_depth=MAX_DEPTH)
    return {"envelope_ceterms_ctid": str(document.ctid), "decoded_resource": resource, MEMBER: signed}


def signed_by_publisher(content: bytes) -> bool:
    """Whether bytes may hold a publisher's statement: a look, before they are read a second time."""
    return _MARK in content


def publisher_statement(ports: Ports, content: bytes, ctid: Ctid, digest: Digest, *, publisher: Ctid) -> bytes | None:
    """What the publisher signed about a document that came with it, in JCS form, checked; None where it signed nothing.

    :raises Malformed: the signature does not hold, ``statement.malformed``, ``statement.other_document``
    :raises Refused: ``statement.no_identity``: nobody knows here what this publisher signs with
    """
    value = parse_json(content, max_bytes=MAX_DOCUMENT_BYTES, max_depth=MAX_DEPTH)
    said = value.get(MEMBER) if isinstance(value, Mapping) else None
    if said is None:
        return None
    if not isinstance(said, Mapping) or said.get("type") != PUBLISHERS:
        raise Malformed(NOT_A_STATEMENT, place=f"/{MEMBER}")
    if (said.get("envelope_ceterms_ctid"), said.get("resource_digest")) != (ctid, digest):
        raise Malformed(OTHER_DOCUMENT, place=f"/{MEMBER}", ctid=ctid, digest=digest)
    form = jcs(dict(said))
    if len(form) > MAX_STATEMENT_BYTES:
        raise Malformed(NOT_A_STATEMENT, place=f"/{MEMBER}")
    organisation = ports.organisations.get(publisher)
    if organisation is None or organisation.did is None:
        raise Refused(NO_IDENTITY, place=f"/{MEMBER}", publisher=publisher)
    document_of = _did_document(ports, publisher, organisation.did)
    opened(said, speaker=str(said.get("publisher")), now=ports.clock.now(), did_document=document_of)
    if said.get("publisher") not in {organisation.did, dids.web_did(ports.base_url, "issuers", publisher)}:
        raise Refused(NO_IDENTITY, place=f"/{MEMBER}/publisher", publisher=publisher)
    return form


def _did_document(ports: Ports, publisher: Ctid, did: Did) -> object:
    """The document behind the organization's DID: our own, decoded from the DID, or read from where it lies.

    :raises Refused: ``statement.no_identity``: it cannot be had
    """
    if did == dids.web_did(ports.base_url, "issuers", publisher):
        return identity.did_document(ports, publisher)
    known = dids.known_document(did)
    if known is not None:
        return known
    for address in dids.addresses(did, ports.plain_origins):
        try:
            answer = ports.fetch.get(address, accept="application/did+json, application/json", limit=_DID_DOCUMENT_BYTES)
            if answer.status == _OK:
                return parse_json(answer.body, max_bytes=_DID_DOCUMENT_BYTES, max_depth=MAX_DEPTH)
        except OpenlerError:
            continue
    raise Refused(NO_IDENTITY, place=f"/{MEMBER}", publisher=publisher)


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
