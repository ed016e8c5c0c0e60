"""Names that parse or fail: CTIDs, DIDs, IRIs and digests.

Each is a ``str`` so that it travels through JSON, SQL and templates unchanged; only ``parse`` (and, for a CTID,
``derive``) makes one, so holding one means it was checked.
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from typing import Self

from openler.errors import Malformed, declare

CTID_MALFORMED = declare("ids.ctid_malformed", by=__name__)
DID_MALFORMED = declare("ids.did_malformed", by=__name__)
IRI_MALFORMED = declare("ids.iri_malformed", by=__name__)
DIGEST_MALFORMED = declare("ids.digest_malformed", by=__name__)

_CTID = re.compile(r"ce-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)
_CTID_ANYWHERE = re.compile(rf"(?<![0-9a-z-])({_CTID.pattern})(?![0-9a-z-])", re.ASCII)
# DID Core 1.0 section 3.1; the method-specific id may hold colons and percent-encoded octets.
_DID = re.compile(r"did:[a-z0-9]+:(?:(?:[A-Za-z0-9._-]|%[0-9A-Fa-f]{2})*:)*(?:[A-Za-z0-9._-]|%[0-9A-Fa-f]{2})+", re.ASCII)
# RFC 3987 absolute IRI, as strict as RDF 1.1 needs: a scheme, then no space, control or IRIREF-excluded character.
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\\x7f]+")
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)

CTID_LENGTH = 39
"""Of every CTID, in characters."""
MAX_IRI = 2048
"""Longest IRI accepted, in characters: what browsers and the national Registry both carry."""


class Ctid(str):
    """A Credential Transparency Identifier: ``ce-`` and a UUID, 39 characters, lower case."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: object, *, place: str | None = None) -> Self:
        """Read a CTID; upper case is folded, since mixed case has caused outages in the field.

        :raises Malformed: ``ids.ctid_malformed``
        """
        folded = text.strip().lower() if isinstance(text, str) else ""
        if not _CTID.fullmatch(folded):
            raise Malformed(CTID_MALFORMED, place=place, seen=str(text)[:80])
        return cls(folded)

    @classmethod
    def within(cls, text: str) -> Self | None:
        """The CTID in an address such as ``https://credentialengineregistry.org/resources/ce-...``, if there is one."""
        lower = text.lower()
        at = lower.find("ce-")
        if at < 0:
            return None
        if at == len(lower) - CTID_LENGTH and lower[at - 1 : at] in {"/", ""}:  # as almost every address ends
            return cls(lower[at:]) if _CTID.fullmatch(lower, at) else None
        found = _CTID_ANYWHERE.search(lower)
        return cls(found.group(1)) if found else None

    @classmethod
    def derive(cls, source: str, ctdl_class: str, key: str) -> Self:
        """The CTID of something that has none, the same on every machine and every run (ADR 0001, decision 9).

        SHA-256 over the JCS form of ``["openler-ctid-1", source, class, key]``; the first 16 bytes become a UUID
        with version 4 and variant bits set. For an array of strings ``json.dumps`` writes exactly RFC 8785.
        """
        form = json.dumps(["openler-ctid-1", source, ctdl_class, key], ensure_ascii=False, separators=(",", ":"))
        digest = hashlib.sha256(form.encode()).digest()
        return cls(f"ce-{uuid.UUID(bytes=digest[:16], version=4)}")


class Did(str):
    """A decentralised identifier (DID Core 1.0), without path, query or fragment."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: object, *, place: str | None = None) -> Self:
        """Read a DID.

        :raises Malformed: ``ids.did_malformed``
        """
        if not isinstance(text, str) or len(text) > MAX_IRI or not _DID.fullmatch(text):
            raise Malformed(DID_MALFORMED, place=place, seen=str(text)[:80])
        return cls(text)

    @property
    def method(self) -> str:
        """The method's name, such as ``key`` or ``web``."""
        return self.split(":", 2)[1]


class Iri(str):
    """An absolute IRI (RFC 3987)."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: object, *, place: str | None = None) -> Self:
        """Read an absolute IRI.

        :raises Malformed: ``ids.iri_malformed``
        """
        if not isinstance(text, str) or len(text) > MAX_IRI or not _IRI.fullmatch(text):
            raise Malformed(IRI_MALFORMED, place=place, seen=str(text)[:80])
        return cls(text)


class Digest(str):
    """A SHA-256 digest as 64 lower-case hexadecimal digits."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: object, *, place: str | None = None) -> Self:
        """Read a digest.

        :raises Malformed: ``ids.digest_malformed``
        """
        if not isinstance(text, str) or not _DIGEST.fullmatch(text):
            raise Malformed(DIGEST_MALFORMED, place=place, seen=str(text)[:80])
        return cls(text)

    @classmethod
    def of(cls, data: bytes) -> Self:
        """The digest of some bytes."""
        return cls(hashlib.sha256(data).hexdigest())
