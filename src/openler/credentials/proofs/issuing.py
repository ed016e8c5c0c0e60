"""In which cryptosuite a record is issued, and the context that gives its proof's words their meaning."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from openler.credentials.multikey import KeyType
from openler.credentials.proofs import ecdsa_2019, ecdsa_sd_2023, ed25519_signature_2020, eddsa_jcs_2022, eddsa_rdfc_2022
from openler.credentials.proofs.data_integrity import Cryptosuite
from openler.credentials.proofs.table import default_suite
from openler.credentials.shapes import listed
from openler.errors import Malformed, declare

NOT_ISSUED = declare("credentials.suite_not_issued", by=__name__)
KEY_UNFIT = declare("credentials.suite_key_unfit", by=__name__)

ISSUED: Mapping[str, Cryptosuite] = MappingProxyType(
    {
        suite.name: suite
        for suite in (
            eddsa_rdfc_2022.SUITE,
            eddsa_jcs_2022.SUITE,
            ecdsa_2019.RDFC,
            ecdsa_2019.JCS,
            ecdsa_sd_2023.SUITE,
            ed25519_signature_2020.SUITE,
        )
    }
)
"""The suites that records are issued in, by name; others are checked and never used to sign."""

_DATA_INTEGRITY = "https://w3id.org/security/data-integrity/v2"
_DEFINING = frozenset({"https://www.w3.org/ns/credentials/v2", "https://w3id.org/security/data-integrity/v1", _DATA_INTEGRITY})
_ED25519_2020 = "https://w3id.org/security/suites/ed25519-2020/v1"


def suite_for(key_type: KeyType, name: str | None = None) -> Cryptosuite:
    """The suite of that name, or the one in which records are issued with such a key where none is asked for.

    :raises Malformed: ``credentials.suite_not_issued``, ``credentials.suite_key_unfit``
    """
    suite = default_suite(key_type) if name is None else ISSUED.get(name)
    if suite is None:
        raise Malformed(NOT_ISSUED, place="/options/cryptosuite", seen=str(name)[:80], known=", ".join(ISSUED))
    if key_type not in suite.key_types:
        raise Malformed(KEY_UNFIT, place="/options/cryptosuite", suite=suite.name, key_type=key_type, wanted=" or ".join(suite.key_types))
    return suite


def with_words(document: Mapping[str, Any], suite: Cryptosuite) -> dict[str, Any]:
    """The document with a context more where its own do not define the proof's words (Data Integrity 1.0, section 2.4.1).

    Version 2 of the data model brings them along; version 1.1 and the suites before Data Integrity need one of their own.
    """
    contexts = listed(document.get("@context"))
    wanted = _DATA_INTEGRITY if suite.proof_type == "DataIntegrityProof" else _ED25519_2020
    held = {each for each in contexts if isinstance(each, str)}
    if not contexts or wanted in held or (wanted == _DATA_INTEGRITY and held & _DEFINING):
        return dict(document)
    return {**document, "@context": [*contexts, wanted]}
