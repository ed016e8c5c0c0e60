"""DIDs and other controllers of keys: which address must be read, and which key stands behind a method's URL.

Methods are a table from name to :class:`Method`; pass another table to teach it more. A method not in the table could
not be checked; it is never a reason to call a credential invalid.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

import orjson

from openler.credentials.faults import CannotCheck
from openler.credentials.multikey import PublicKey, base64url_decode, from_base58, from_jwk, from_multikey
from openler.credentials.shapes import listed
from openler.credentials.times import parse_time
from openler.errors import Malformed, declare
from openler.ids import MAX_IRI, Did

DID_METHOD_UNSUPPORTED = declare("credentials.did_method_unsupported", by=__name__)
DID_KEY_MALFORMED = declare("credentials.did_key_malformed", by=__name__)
DID_WEB_MALFORMED = declare("credentials.did_web_malformed", by=__name__)
CONTROLLER_NOT_RESOLVABLE = declare("credentials.controller_not_resolvable", by=__name__)
DOCUMENT_MALFORMED = declare("credentials.did_document_malformed", by=__name__)
DOCUMENT_OTHER = declare("credentials.did_document_other", by=__name__)
KEY_NOT_LISTED = declare("credentials.key_not_listed", by=__name__)
KEY_NOT_FOR_PURPOSE = declare("credentials.key_not_for_purpose", by=__name__)
KEY_RETIRED = declare("credentials.key_retired", by=__name__)
KEY_REVOKED = declare("credentials.key_revoked", by=__name__)
KEY_RETIRED_UNDATED = declare("credentials.key_retired_undated", by=__name__)

Purpose = Literal["assertionMethod", "authentication"]
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?", re.ASCII)
_LOOPBACK = frozenset({"localhost", "127.0.0.1"})


@dataclass(frozen=True, slots=True)
class Method:
    """A DID method: ``document`` decodes the DID itself, ``addresses`` tells where its document lies. One of them is set.

    ``addresses`` takes the DID and the http origins that the operator lists, and gives URLs to try in order.
    """

    document: Callable[[Did], dict[str, Any]] | None = None
    addresses: Callable[[Did, frozenset[str]], tuple[str, ...]] | None = None


def key_document(did: Did) -> dict[str, Any]:
    """The document of a did:key (the did:key Method, section 3.1.1).

    :raises Malformed: ``credentials.did_key_malformed`` and the codes of the key's text
    :raises CannotCheck: ``credentials.key_type_unsupported``
    """
    text = did.removeprefix("did:key:")
    if not text.startswith("z"):
        raise Malformed(DID_KEY_MALFORMED, seen=did[:80])
    from_multikey(text)
    return _single(did, f"{did}#{text}", {"type": "Multikey", "publicKeyMultibase": text})


def jwk_document(did: Did) -> dict[str, Any]:
    """The document of a did:jwk. :raises Malformed: ``credentials.did_key_malformed``"""
    try:
        jwk = orjson.loads(base64url_decode(did.removeprefix("did:jwk:")))
    except (Malformed, orjson.JSONDecodeError):
        raise Malformed(DID_KEY_MALFORMED, seen=did[:80]) from None
    from_jwk(jwk)
    return _single(did, f"{did}#0", {"type": "JsonWebKey", "publicKeyJwk": jwk})


def _single(did: Did, url: str, key: Mapping[str, Any]) -> dict[str, Any]:
    method = {"id": url, "controller": str(did), **key}
    return {"id": str(did), "verificationMethod": [method], "assertionMethod": [url], "authentication": [url]}


def web_addresses(did: Did, plain_origins: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Where the document of a did:web lies (did:web, section 2.5.2).

    Over https; over http only for an origin in ``plain_origins`` and for this very machine, where nobody stands between.

    :raises Malformed: ``credentials.did_web_malformed``
    """
    host, *path = (unquote(step) for step in did.removeprefix("did:web:").split(":"))
    if not _HOST.fullmatch(host) or any(not step or "/" in step or step in {".", ".."} for step in path):
        raise Malformed(DID_WEB_MALFORMED, seen=did[:80])
    place = "/".join([host, *path, "did.json"] if path else [host, ".well-known", "did.json"])
    if f"http://{host}" in plain_origins:
        return (f"http://{place}",)
    if host.partition(":")[0] in _LOOPBACK:
        return (f"http://{place}", f"https://{place}")
    return (f"https://{place}",)


METHODS: Mapping[str, Method] = MappingProxyType(
    {"key": Method(document=key_document), "jwk": Method(document=jwk_document), "web": Method(addresses=web_addresses)}
)


def web_did(base_url: str, *path: str) -> Did:
    """The did:web whose document lies under ``base_url``, such as ``did:web:localhost%3A8000:issuers:ce-...``."""
    parts = urlsplit(base_url)
    steps = [step for step in parts.path.split("/") if step]
    return Did.parse(":".join(["did:web", parts.netloc.replace(":", "%3A"), *steps, *path]))


def controller_of(url: str) -> str:
    """The controller's identifier in a verification method's URL: what stands before the fragment."""
    return url.partition("#")[0]


def known_document(controller: str, methods: Mapping[str, Method] = METHODS) -> dict[str, Any] | None:
    """The controller's document where its identifier is all one needs, else None.

    :raises Malformed: the identifier is broken
    :raises CannotCheck: its method is not in the table
    """
    if not controller.startswith("did:"):
        return None
    did = _did(controller)
    method = _method(did, methods)
    return method.document(did) if method.document else None


@lru_cache(maxsize=1024)
def _did(text: str) -> Did:
    return Did.parse(text)


def addresses(controller: str, plain_origins: frozenset[str] = frozenset(), methods: Mapping[str, Method] = METHODS) -> tuple[str, ...]:
    """Where to read the controller's document, in order of preference; empty where the identifier is all one needs.

    An http(s) identifier is its own address (Controlled Identifiers 1.0, section 3.4).

    :raises Malformed: the identifier is broken
    :raises CannotCheck: its method is not in the table, or it names no place at all (such as a ``urn:``)
    """
    if methods is METHODS and len(controller) <= MAX_IRI:
        return _known_addresses(controller, plain_origins)
    return _addresses(controller, plain_origins, methods)


@lru_cache(maxsize=1024)
def _known_addresses(controller: str, plain_origins: frozenset[str]) -> tuple[str, ...]:
    """An issuer is asked for once for all its records; what is refused is not remembered."""
    return _addresses(controller, plain_origins, METHODS)


def _addresses(controller: str, plain_origins: frozenset[str], methods: Mapping[str, Method]) -> tuple[str, ...]:
    if controller.startswith("did:"):
        did = Did.parse(controller)
        method = _method(did, methods)
        return method.addresses(did, plain_origins) if method.addresses else ()
    try:
        parts = urlsplit(controller)
    except ValueError:  # such as half an IPv6 address
        raise CannotCheck(CONTROLLER_NOT_RESOLVABLE, seen=controller[:80]) from None
    if parts.scheme == "https" or f"{parts.scheme}://{parts.netloc}" in plain_origins or parts.hostname in _LOOPBACK:
        return (controller,)
    raise CannotCheck(CONTROLLER_NOT_RESOLVABLE, seen=controller[:80])


def _method(did: Did, methods: Mapping[str, Method]) -> Method:
    if did.method not in methods:
        raise CannotCheck(DID_METHOD_UNSUPPORTED, method=did.method)
    return methods[did.method]


@dataclass(frozen=True, slots=True)
class Moment:
    """When something says that it was signed; or now, for what does not say so (``stated`` is false)."""

    at: datetime
    stated: bool = True


def key_for(document: object, url: str, *, purpose: Purpose, at: datetime, stated: bool = True) -> PublicKey:
    """The key that ``url`` names in its controller's document, fit for ``purpose`` at the time of signing.

    A key past its ``expires`` was retired: what it signed before stays good; of what says no time (``stated`` is false)
    nobody knows whether it was before. A key with ``revoked`` may have been stolen then, and a thief can write any date: what
    is dated from then on is not good, and a key given for what is dated before, or not dated, says nothing yet
    (:func:`revoked_since` tells; :mod:`openler.credentials.anchors` decides). Nobody presents anything with such a key.

    :raises Malformed: the key is not there, not for this purpose, retired or revoked
    :raises CannotCheck: the document is broken or another's, the kind of key is not known here, or
        ``credentials.key_retired_undated``
    """
    return found_for(document, url, purpose=purpose, at=at, stated=stated)[0]


def found_for(document: object, url: str, *, purpose: Purpose, at: datetime, stated: bool = True) -> tuple[PublicKey, bool]:
    """As :func:`key_for`, and whether its controller says that the key was revoked at some time."""
    controller = controller_of(url)
    if not isinstance(document, Mapping) or not isinstance(document.get("id"), str):
        raise CannotCheck(DOCUMENT_MALFORMED, seen=controller[:80])
    if document["id"] != controller:
        raise CannotCheck(DOCUMENT_OTHER, seen=str(document["id"])[:80], wanted=controller[:80])
    found = _find(document, url)
    owner = found.get("controller")
    if owner is not None and owner != controller:
        raise Malformed(KEY_NOT_LISTED, seen=url[:80])
    if not any(_names(each, url, controller) for each in listed(document.get(purpose))):
        raise Malformed(KEY_NOT_FOR_PURPOSE, purpose=purpose, seen=url[:80])
    _in_time(found, url, purpose, at, stated=stated)
    return _key_in(found), "revoked" in found


def _key_in(method: Mapping[str, Any]) -> PublicKey:
    if "publicKeyMultibase" in method:
        return from_multikey(method["publicKeyMultibase"])
    if method.get("type") == "Ed25519VerificationKey2018" and "publicKeyBase58" in method:
        return from_base58(method["publicKeyBase58"])
    return from_jwk(method.get("publicKeyJwk"))


def _in_time(method: Mapping[str, Any], url: str, purpose: Purpose, at: datetime, *, stated: bool) -> None:
    """Whether a method was in use when something was signed, as :func:`key_for` tells."""
    if "revoked" in method:
        since = _since(method)
        if since is None or purpose != "assertionMethod" or (stated and at >= since):
            raise Malformed(KEY_REVOKED, seen=url[:80], time=str(method["revoked"])[:40])
    if "expires" in method and at > parse_time(method["expires"]):
        told = {"seen": url[:80], "time": str(method["expires"])[:40]}
        if stated:
            raise Malformed(KEY_RETIRED, **told)
        if "revoked" not in method:
            raise CannotCheck(KEY_RETIRED_UNDATED, **told)


def revoked_since(document: object, url: str) -> datetime | None:
    """Since when the key ``url`` may have been somebody else's, as its controller's document tells; None for a key that is safe."""
    if not isinstance(document, Mapping) or not isinstance(document.get("id"), str):
        return None
    return _since(_find(document, url))


def _since(method: Mapping[str, Any]) -> datetime | None:
    try:
        return parse_time(method["revoked"]) if "revoked" in method else None
    except Malformed:
        return None  # the day nobody can read: key_for lets nothing of such a key pass


def _find(document: Mapping[str, Any], url: str) -> Mapping[str, Any]:
    controller = str(document["id"])
    for name in ("verificationMethod", "assertionMethod", "authentication"):
        for each in listed(document.get(name)):
            if isinstance(each, Mapping) and _names(each, url, controller):
                return each
    raise Malformed(KEY_NOT_LISTED, seen=url[:80])


def _names(entry: object, url: str, controller: str) -> bool:
    stated = entry.get("id") if isinstance(entry, Mapping) else entry
    if not isinstance(stated, str):
        return False
    return (controller + stated if stated.startswith("#") else stated) == url


def document_for(
    did: str,
    keys: Mapping[str, tuple[PublicKey, datetime | None]],
    *,
    also: tuple[str, ...] = (),
    revoked: Mapping[str, datetime] = MappingProxyType({}),
    services: tuple[Mapping[str, str], ...] = (),
) -> dict[str, Any]:
    """A DID document listing ``keys`` (fragment to key and its time of retirement, or None), served for our issuers.

    ``also`` are other names of the same subject, such as its description in a registry (``alsoKnownAs``); ``revoked`` tells
    by fragment since when a key may have been somebody else's.
    """
    methods: list[dict[str, Any]] = []
    for fragment, (key, retired) in keys.items():
        method = {"id": f"{did}#{fragment}", "type": "Multikey", "controller": did, "publicKeyMultibase": key.multikey}
        if retired is not None:
            method["expires"] = retired.isoformat().replace("+00:00", "Z")
        if fragment in revoked:
            method["revoked"] = revoked[fragment].isoformat().replace("+00:00", "Z")
        methods.append(method)
    document: dict[str, Any] = {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
        "authentication": [method["id"] for method in methods],
    }
    if also:
        document["alsoKnownAs"] = list(also)
    if services:
        document["service"] = [dict(service) for service in services]
    return document
