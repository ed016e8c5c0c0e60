"""Ed25519Signature2020 (Data Integrity EdDSA Cryptosuites 1.0, section 3.4): the suite before eddsa-rdfc-2022, as issued widely."""

from __future__ import annotations

from openler.credentials.proofs.data_integrity import Cryptosuite
from openler.credentials.proofs.eddsa_rdfc_2022 import canonical_rdf

SUITE = Cryptosuite(
    name="Ed25519Signature2020", key_types=("Ed25519",), canonical=canonical_rdf, proof_type="Ed25519Signature2020", of_graph=True
)
