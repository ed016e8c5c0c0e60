"""The cryptosuites by name. Pass a table of your own to verify with more of them, or fewer."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from openler.credentials.faults import CannotCheck
from openler.credentials.multikey import KeyType
from openler.credentials.proofs import detached_jws, ecdsa_2019, ecdsa_sd_2023, ed25519_signature_2020, eddsa_jcs_2022, eddsa_rdfc_2022
from openler.credentials.proofs.data_integrity import Cryptosuite
from openler.credentials.shapes import types_of
from openler.errors import declare

SUITE_UNKNOWN = declare("credentials.proof_suite_unknown", by=__name__)
BBS_NOT_CHECKED = declare("credentials.proof_bbs_not_checked", by=__name__)

SUITES: Mapping[str, Cryptosuite] = MappingProxyType(
    {
        suite.name: suite
        for suite in (
            eddsa_rdfc_2022.SUITE,
            eddsa_jcs_2022.SUITE,
            ed25519_signature_2020.SUITE,
            ecdsa_2019.RDFC,
            ecdsa_2019.JCS,
            ecdsa_sd_2023.SUITE,
            detached_jws.ED25519_2018,
            detached_jws.JSON_WEB_2020,
        )
    }
)

_BBS = frozenset({"bbs-2023", "BbsBlsSignature2020", "BbsBlsSignatureProof2020"})


def suite_of(proof: Mapping[str, Any], suites: Mapping[str, Cryptosuite] = SUITES) -> Cryptosuite:
    """The suite that a proof names: by ``cryptosuite`` for a DataIntegrityProof, else by its type.

    :raises CannotCheck: ``credentials.proof_suite_unknown``; ``credentials.proof_bbs_not_checked`` for BBS (ADR 0010)
    """
    types = types_of(proof)
    named = proof.get("cryptosuite") if "DataIntegrityProof" in types else types[0] if len(types) == 1 else None
    suite = suites.get(named) if isinstance(named, str) else None
    if suite is None and isinstance(named, str) and named in _BBS:
        raise CannotCheck(BBS_NOT_CHECKED, seen=named)
    if suite is None or suite.proof_type not in types:
        raise CannotCheck(SUITE_UNKNOWN, seen=str(named)[:80])
    return suite


def default_suite(key_type: KeyType) -> Cryptosuite:
    """The suite in which openler issues with a key of that kind."""
    return SUITES["eddsa-rdfc-2022" if key_type == "Ed25519" else "ecdsa-rdfc-2019"]
