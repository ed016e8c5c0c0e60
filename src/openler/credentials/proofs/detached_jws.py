"""Ed25519Signature2018 and JsonWebSignature2020: proofs whose value is a JWS without its payload (RFC 7797). Verified only.

Both came before Data Integrity 1.0 and many records still carry them. New records get a suite of today.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openler.credentials.multikey import KeyType, PublicKey, base64url_decode
from openler.credentials.proofs.data_integrity import SIGNATURE_MALFORMED, SIGNATURE_WRONG, Cryptosuite, ProofOptions, SigningInput
from openler.credentials.proofs.eddsa_rdfc_2022 import canonical_rdf
from openler.credentials.shapes import listed
from openler.errors import Malformed, OpenlerError, declare
from openler.linkeddata.contexts import Contexts
from openler.linkeddata.parse import parse_json

VERIFY_ONLY = declare("credentials.proof_suite_verify_only", by=__name__)
HEADER_REFUSED = declare("credentials.proof_jws_header_refused", by=__name__)

MAX_JWS = 4096
"""Longest detached JWS read, in characters: an RSA signature of 4096 bits takes 683."""

_ALGORITHMS: Mapping[KeyType, tuple[str, ...]] = {
    "Ed25519": ("EdDSA", "Ed25519"),
    "P-256": ("ES256",),
    "P-384": ("ES384",),
    "RSA": ("RS256",),
}
_SECURITY_V2 = "https://w3id.org/security/v2"
_JWS_2020 = "https://w3id.org/security/suites/jws-2020/v1"


@dataclass(frozen=True, slots=True)
class DetachedJws(Cryptosuite):
    """A suite of that kind. ``proof_context`` defines its proof's words where the document's own contexts do not."""

    proof_context: str = ""

    def prepare(
        self, document: Mapping[str, Any], options: ProofOptions, entropy: bytes = b"", *, key_type: KeyType, contexts: Contexts
    ) -> SigningInput:
        """Not offered: nothing is issued in a suite that is on its way out. :raises Malformed: always"""
        del document, options, entropy, key_type, contexts
        raise Malformed(VERIFY_ONLY, suite=self.name)

    def verify(self, document: Mapping[str, Any], proof: Mapping[str, Any], key: PublicKey, contexts: Contexts) -> None:
        """As :meth:`Cryptosuite.verify`."""
        self._fits(key.key_type)
        header, signature = _read(proof.get("jws"), key.key_type)
        bare = {name: value for name, value in proof.items() if name != "jws"}
        config, unsecured = self._config(document, bare), self._unsecured(document, bare)
        content = hashlib.sha256(canonical_rdf(unsecured, contexts, "sha256")).digest()
        first: OpenlerError | None = None
        for context in self._contexts(config["@context"]):
            try:
                stated = hashlib.sha256(canonical_rdf({**config, "@context": context}, contexts, "sha256")).digest()
            except OpenlerError as error:
                first = first or error
                continue
            if key.verifies(signature, header.encode() + b"." + stated + content):
                return
            first = Malformed(SIGNATURE_WRONG, suite=self.name)
        raise first or Malformed(SIGNATURE_WRONG, suite=self.name)

    def _contexts(self, stated: object) -> Iterator[object]:
        """Signers read the proof with the document's contexts, or with the suite's own; each covers every word of the proof."""
        yield stated
        yield [*listed(stated), self.proof_context]
        yield self.proof_context


def _read(jws: object, key_type: KeyType) -> tuple[str, bytes]:
    """The protected header as it stands, and the signature.

    :raises Malformed: ``credentials.proof_signature_malformed`` or ``credentials.proof_jws_header_refused``
    """
    parts: Sequence[str] = jws.split(".") if isinstance(jws, str) and len(jws) <= MAX_JWS else ()
    if len(parts) != 3 or parts[1]:  # noqa: PLR2004 - header, nothing, signature
        raise Malformed(SIGNATURE_MALFORMED, size=len(jws) if isinstance(jws, str) else 0)
    try:
        header = parse_json(base64url_decode(parts[0]))
        signature = base64url_decode(parts[2])
    except OpenlerError:
        raise Malformed(SIGNATURE_MALFORMED, size=len(parts[2])) from None
    stated = header if isinstance(header, dict) else {}
    # Without b64=false the payload would be text in base64, and another message would be signed than the one checked here.
    if stated.get("alg") not in _ALGORITHMS[key_type] or stated.get("b64") is not False or stated.get("crit") != ["b64"]:
        raise Malformed(HEADER_REFUSED, seen=str(stated.get("alg"))[:40])
    return parts[0], signature


ED25519_2018 = DetachedJws(
    name="Ed25519Signature2018",
    key_types=("Ed25519",),
    canonical=canonical_rdf,
    proof_type="Ed25519Signature2018",
    proof_context=_SECURITY_V2,
)
JSON_WEB_2020 = DetachedJws(
    name="JsonWebSignature2020",
    key_types=("Ed25519", "P-256", "P-384", "RSA"),
    canonical=canonical_rdf,
    proof_type="JsonWebSignature2020",
    proof_context=_JWS_2020,
)
