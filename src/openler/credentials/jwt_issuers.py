"""Issuers of SD-JWT VCs that go by a web address: where their keys lie, and which of them is meant (SD-JWT VC, section 4).

``https://issuer.example/tenant`` publishes ``https://issuer.example/.well-known/jwt-vc-issuer/tenant`` with its keys, or
with the address of its keys.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from openler.credentials.faults import CannotCheck
from openler.credentials.jwk import thumbprint
from openler.credentials.multikey import PublicKey, from_jwk
from openler.credentials.shapes import is_url, listed
from openler.errors import Malformed, declare

NO_METADATA = declare("jose.issuer_no_metadata", by=__name__)
METADATA_OTHER = declare("jose.issuer_metadata_other", by=__name__)
METADATA_MALFORMED = declare("jose.issuer_metadata_malformed", by=__name__)
KEY_NOT_PUBLISHED = declare("jose.issuer_key_not_published", by=__name__)

MAX_KEYS = 50
"""Most keys looked at in one issuer's set."""


def address(issuer: str) -> str | None:
    """Where an issuer's metadata lies; None for an identifier that has no such place."""
    parts = urlsplit(issuer)
    if parts.scheme != "https" or not parts.netloc or parts.query or parts.fragment:
        return None
    return urlunsplit(("https", parts.netloc, "/.well-known/jwt-vc-issuer" + parts.path.rstrip("/"), "", ""))


def keys_address(metadata: object) -> str | None:
    """Where the keys lie, if they are not in the metadata itself."""
    stated = metadata.get("jwks_uri") if isinstance(metadata, Mapping) and "jwks" not in metadata else None
    return stated if isinstance(stated, str) and is_url(stated) and stated.startswith("https://") else None


def keys(issuer: str, kid: str | None, read: Callable[[str], Any]) -> list[PublicKey]:
    """The issuer's key of that name, or all of its keys where the token names none. ``read`` gives the JSON at an address.

    :raises Malformed: ``jose.issuer_key_not_published``
    :raises CannotCheck: ``jose.issuer_no_metadata``, ``_metadata_other``, ``_metadata_malformed``, or what ``read`` raises
    """
    where = address(issuer)
    if where is None:
        raise CannotCheck(NO_METADATA, seen=issuer[:80])
    metadata = read(where)
    if not isinstance(metadata, Mapping) or metadata.get("issuer") != issuer:
        raise CannotCheck(
            METADATA_OTHER, seen=str(metadata.get("issuer") if isinstance(metadata, Mapping) else "")[:80], wanted=issuer[:80]
        )
    elsewhere = keys_address(metadata)
    found: Any = read(elsewhere) if elsewhere is not None else metadata.get("jwks")
    if not isinstance(found, Mapping) or not isinstance(found.get("keys"), list):
        raise CannotCheck(METADATA_MALFORMED, seen=issuer[:80])
    published = [each for each in listed(found["keys"])[:MAX_KEYS] if isinstance(each, Mapping)]
    named = [each for each in published if kid is None or kid in {each.get("kid"), thumbprint(each)}]
    if not named:
        raise Malformed(KEY_NOT_PUBLISHED, seen=str(kid)[:80], issuer=issuer[:80])
    return [from_jwk(each) for each in named]
