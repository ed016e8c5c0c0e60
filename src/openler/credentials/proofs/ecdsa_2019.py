"""ecdsa-rdfc-2019 and ecdsa-jcs-2019 (Data Integrity ECDSA Cryptosuites 1.0): P-256 with SHA-256, P-384 with SHA-384."""

from __future__ import annotations

from openler.credentials.proofs.data_integrity import Cryptosuite
from openler.credentials.proofs.eddsa_jcs_2022 import canonical_json
from openler.credentials.proofs.eddsa_rdfc_2022 import canonical_rdf

RDFC = Cryptosuite(name="ecdsa-rdfc-2019", key_types=("P-256", "P-384"), canonical=canonical_rdf, of_graph=True)
JCS = Cryptosuite(name="ecdsa-jcs-2019", key_types=("P-256", "P-384"), canonical=canonical_json, carries_context=True)
