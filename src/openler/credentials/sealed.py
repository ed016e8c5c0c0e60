"""JSON documents that are no credentials and carry a Data Integrity proof all the same: a registry's statements, a publisher's.

Only the cryptosuites over canonical JSON (JCS) sign and are taken. The others sign what a document means by its contexts, and a
document without contexts means nothing: their signatures would cover nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from openler.credentials import dids
from openler.credentials.multikey import KeyType, PublicKey, from_multikey
from openler.credentials.policy import CLOCK_TOLERANCE
from openler.credentials.proofs import ecdsa_2019, eddsa_jcs_2022
from openler.credentials.proofs.data_integrity import Cryptosuite, ProofOptions
from openler.credentials.proofs.table import suite_of
from openler.credentials.times import parse_time
from openler.errors import Malformed, declare
from openler.linkeddata.contexts import Contexts

SEAL_MISSING = declare("sealed.proof_missing", by=__name__)
SEAL_PURPOSE = declare("sealed.purpose_wrong", by=__name__)
SEAL_FUTURE = declare("sealed.from_future", by=__name__)
SEAL_SPEAKER = declare("sealed.speaker_differs", by=__name__)

SUITES: Mapping[str, Cryptosuite] = MappingProxyType({suite.name: suite for suite in (eddsa_jcs_2022.SUITE, ecdsa_2019.JCS)})
_PURPOSE: Final = "assertionMethod"


@dataclass(frozen=True, slots=True)
class Seal:
    """A proof that holds. ``confirmed`` tells whether the key was looked up in its owner's document, or only read from its name."""

    signer: str
    method: str
    key: PublicKey
    created: datetime
    confirmed: bool


def seal(document: Mapping[str, Any], *, method: str, key_type: KeyType, at: datetime, sign: Callable[[bytes], bytes]) -> dict[str, Any]:
    """The document with a proof. ``method`` is the URL of the key; its fragment is the key itself in multibase."""
    suite = SUITES["eddsa-jcs-2022" if key_type == "Ed25519" else "ecdsa-jcs-2019"]
    prepared = suite.prepare(document, ProofOptions(method, at), key_type=key_type, contexts=Contexts.pinned())
    return suite.finish(prepared, [sign(message) for message in prepared.messages])


def opened(document: Mapping[str, Any], *, speaker: str, now: datetime, did_document: object = None) -> Seal:
    """Check the proof of a document whose ``speaker`` is the DID that must have signed it.

    Without ``did_document`` the key is the one that its own name spells out: then the document is whole, and who holds the key is
    for others to say. A did:key is such a name and needs no document.

    :raises Malformed: it has no proof, the proof does not hold, or another than the speaker made it
    :raises CannotCheck: the cryptosuite or the kind of key is not known here
    """
    proof = document.get("proof")
    if not isinstance(proof, Mapping):
        raise Malformed(SEAL_MISSING, place="/proof")
    suite = suite_of(proof, SUITES)
    if proof.get("proofPurpose") != _PURPOSE:
        raise Malformed(SEAL_PURPOSE, place="/proof/proofPurpose", seen=str(proof.get("proofPurpose"))[:80])
    created = parse_time(proof.get("created"), place="/proof/created")
    if created > now + CLOCK_TOLERANCE:
        raise Malformed(SEAL_FUTURE, place="/proof/created", time=str(proof["created"]))
    method = str(proof.get("verificationMethod"))
    signer = dids.controller_of(method)
    if signer != speaker:
        raise Malformed(SEAL_SPEAKER, place="/proof/verificationMethod", seen=signer[:80], wanted=speaker[:80])
    known = did_document if did_document is not None else dids.known_document(signer) if signer.startswith("did:key:") else None
    key = from_multikey(method.partition("#")[2]) if known is None else dids.key_for(known, method, purpose=_PURPOSE, at=created)
    suite.verify(document, proof, key, Contexts.pinned())
    return Seal(signer, method, key, created, confirmed=known is not None)
