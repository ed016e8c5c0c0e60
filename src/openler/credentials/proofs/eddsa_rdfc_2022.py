"""eddsa-rdfc-2022 (Data Integrity EdDSA Cryptosuites 1.0, section 3.2): Ed25519 over RDF in canonical form."""

from __future__ import annotations

from typing import Any

from openler.credentials.proofs.data_integrity import Cryptosuite, HashName
from openler.linkeddata.compiled import canonicalise
from openler.linkeddata.contexts import Contexts


def canonical_rdf(document: dict[str, Any], contexts: Contexts, hash_name: HashName) -> bytes:
    """The document as canonical N-Quads (RDFC-1.0)."""
    return canonicalise(document, contexts, hash_name=hash_name)


SUITE = Cryptosuite(name="eddsa-rdfc-2022", key_types=("Ed25519",), canonical=canonical_rdf, of_graph=True)
