"""eddsa-jcs-2022 (Data Integrity EdDSA Cryptosuites 1.0, section 3.3): Ed25519 over JSON in canonical form (RFC 8785)."""

from __future__ import annotations

from typing import Any

from openler.credentials.proofs.data_integrity import Cryptosuite, HashName
from openler.linkeddata.canonical import jcs
from openler.linkeddata.contexts import Contexts


def canonical_json(document: dict[str, Any], _contexts: Contexts, _hash_name: HashName) -> bytes:
    """The document in JCS form; contexts play no part."""
    return jcs(document)


SUITE = Cryptosuite(name="eddsa-jcs-2022", key_types=("Ed25519",), canonical=canonical_json, carries_context=True)
