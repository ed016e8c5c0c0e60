"""What an issuer says it issued, for records signed with a key that was stolen.

A signature's date is claimed by whoever signed. Once somebody else may have had the key, a record of before is believed only
where something else dates it. That is the issuer's own book: a list, named in its DID document and as good as that document,
of the digests of what it had issued before the theft. A thief can write any date into a record and none into that book.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from openler.credentials.envelopes import Envelope, open_bytes
from openler.credentials.faults import CannotCheck
from openler.credentials.jose import Jws, encode
from openler.credentials.multikey import base64url_decode
from openler.credentials.proofs import sd_values
from openler.credentials.shapes import is_url, listed
from openler.credentials.times import xsd
from openler.errors import Malformed, OpenlerError, declare
from openler.linkeddata.jcs import jcs
from openler.linkeddata.parse import parse_json

LIST_MALFORMED = declare("credentials.issued_list_malformed", by=__name__)

SERVICE = "IssuedRecords"
"""The type of the service in a DID document whose endpoint, followed by ``/`` and a key's fragment, is where a list lies."""
FORMAT = "openlerIssued"
DIGEST_BYTES = 16
"""A digest is cut to 128 bits: a forgery must hit one that is there, which a million of them make no easier than 2**108."""
MAX_LIST = 32 * 1024 * 1024
"""Largest list read, in bytes: about 1.5 million records."""


def address(document: object, url: str) -> str | None:
    """Where the controller's ``document`` says that the list for the key ``url`` lies."""
    fragment = url.partition("#")[2]
    if not isinstance(document, Mapping) or not fragment:
        return None
    for service in listed(document.get("service")):
        if isinstance(service, Mapping) and SERVICE in listed(service.get("type")):
            where = service.get("serviceEndpoint")
            if is_url(where) and str(where).startswith(("https://", "http://")):
                return f"{str(where).rstrip('/')}/{fragment}"
    return None


def digest(record: Mapping[str, Any] | Envelope) -> bytes:
    """The digest of a signed record: of its JCS form with the proof, or of the token.

    What its holder may leave out leaves the digest as it is: of an SD-JWT the issuer's token counts, of an ecdsa-sd-2023 proof the
    issuer's signature, which base and derived proof share.
    """
    if isinstance(record, Envelope):
        text = record.signed.signed + b"." + encode(record.signed.signature).encode()
        return _cut(text if isinstance(record.signed, Jws) else b"cose:" + text)
    proof = record.get("proof")
    if isinstance(proof, Mapping) and proof.get("cryptosuite") == "ecdsa-sd-2023":
        return _cut(b"ecdsa-sd-2023:" + _signature(proof.get("proofValue")))
    return _cut(jcs(dict(record)))


def _signature(value: object) -> bytes:
    try:
        return sd_values.read_derived(value).signature
    except OpenlerError:
        return sd_values.read_base(value).signature


def digest_of(stored: bytes) -> bytes:
    """The digest of a record as an issuer's ledger keeps it: JSON in its JCS form, or a token."""
    if stored.startswith(b"{"):
        parsed = parse_json(stored) if b"ecdsa-sd-2023" in stored else None
        return digest(parsed) if isinstance(parsed, Mapping) else _cut(stored)
    return digest(open_bytes(stored))


def _cut(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()[:DIGEST_BYTES]


@dataclass(frozen=True, slots=True)
class IssuedList:
    """A list as read: whose, for which key, and the digests, one after the other."""

    issuer: str
    key: str
    digests: bytes

    def holds(self, digest: bytes) -> bool:
        """Whether a digest is in it."""
        at = self.digests.find(digest)
        while at >= 0 and at % DIGEST_BYTES:
            at = self.digests.find(digest, at + 1)
        return at >= 0


def write(issuer: str, key: str, before: datetime, digests: Iterable[bytes]) -> bytes:
    """A list as it is served; ``before`` is the moment before which all of it was issued."""
    joined = b"".join(sorted(set(digests)))
    return orjson.dumps({FORMAT: 1, "issuer": issuer, "key": key, "issuedBefore": xsd(before), "digests": encode(joined)})


def read(content: object) -> IssuedList:
    """Read a list. :raises CannotCheck: ``credentials.issued_list_malformed``"""
    try:
        if not isinstance(content, Mapping) or content.get(FORMAT) != 1:
            raise CannotCheck(LIST_MALFORMED)
        joined = base64url_decode(str(content["digests"])) if content["digests"] else b""
        found = IssuedList(str(content["issuer"]), str(content["key"]), joined)
    except (KeyError, Malformed):
        raise CannotCheck(LIST_MALFORMED) from None
    if len(joined) % DIGEST_BYTES:
        raise CannotCheck(LIST_MALFORMED)
    return found
