"""As whom the registry itself speaks: the did:web of its address, and the key that the setting ``OPENLER_REGISTRY_KEY`` names.

The key is made when it is first needed, in the data directory, under the operator's passphrase. Servers that share a database
share the key, or each would sign as nobody the others know (docs/how-to/several-servers.md).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from openler.actions.ports import Ports, Signer
from openler.credentials.dids import document_for, web_did
from openler.credentials.multikey import PublicKey
from openler.credentials.sealed import seal
from openler.errors import Conflict, NotFound, OpenlerError, Unavailable, declare
from openler.ids import Did

KEY_CLOSED = declare("registry.key_closed", by=__name__)
KEY_NONE = declare("registry.key_none", by=__name__)

_SUCCESSOR = re.compile(r"\.\d{1,6}\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class RegistryKey:
    """The registry's DID, the URL of its key, and the key."""

    did: Did
    method: str
    signer: Signer

    def seal(self, document: Mapping[str, Any], *, at: datetime) -> dict[str, Any]:
        """The document signed by the registry."""
        return seal(document, method=self.method, key_type=self.signer.key_type, at=at, sign=self.signer.sign)


def registry_did(ports: Ports) -> Did:
    """The registry's DID."""
    return web_did(ports.base_url)


def registry_key(ports: Ports) -> RegistryKey:
    """The key by which the registry signs, made where there is none yet.

    :raises Unavailable: ``registry.key_closed``: it cannot be opened or made here
    """
    try:
        signer = _signer(ports)
    except OpenlerError as error:
        raise Unavailable(KEY_CLOSED, key=ports.registry_key, detail=str(error)) from error
    did = registry_did(ports)
    return RegistryKey(did, f"{did}#{PublicKey(signer.key_type, signer.public_key).multikey}", signer)


def _signer(ports: Ports) -> Signer:
    try:
        return ports.keys.signer(ports.registry_key)
    except NotFound:
        scheme, _, name = ports.registry_key.partition(":")
        if not _kept_here(ports, scheme):
            raise
        with suppress(Conflict):  # another process was first
            ports.keys.create(name, "Ed25519", at=ports.clock.now())
        return ports.keys.signer(ports.registry_key)


def _kept_here(ports: Ports, scheme: str) -> bool:
    """Whether keys of that scheme are made by our own store: a variable that is not set is not filled by us."""
    known = ports.keys.keys()
    return scheme in {"file", *(info.uri.partition(":")[0] for info in known)}


def registry_document(ports: Ports) -> dict[str, Any]:
    """The registry's DID document: its key, and those that it replaced (named alike but for ``.2``, ``.3``, ...). No passphrase needed.

    :raises NotFound: ``registry.key_none``: it never signed
    """
    stem, known = _SUCCESSOR.sub("", ports.registry_key), ports.keys.keys()
    listed = [info for info in known if _SUCCESSOR.sub("", info.uri) == stem]
    keys = {key.multikey: (key, info.retired) for info in listed for key in (PublicKey(info.key_type, info.public_key),)}
    if not keys:
        try:
            signer = ports.keys.signer(ports.registry_key)
        except OpenlerError as error:
            raise NotFound(KEY_NONE, detail=str(error)) from error
        own = PublicKey(signer.key_type, signer.public_key)
        keys = {own.multikey: (own, None)}
    return document_for(registry_did(ports), keys, also=(ports.base_url,))
