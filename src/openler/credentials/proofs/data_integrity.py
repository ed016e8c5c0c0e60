"""What the cryptosuites of Data Integrity 1.0 share: options, proof sets and chains, signing in two halves.

A private key is never here: ``prepare`` gives the bytes to be signed, somebody signs them, ``finish`` puts the
signature in its place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from openler.credentials.multikey import KeyType, PublicKey, multibase_decode, multibase_encode
from openler.credentials.shapes import listed
from openler.credentials.times import xsd
from openler.errors import Malformed, declare
from openler.linkeddata.compiled import Fit
from openler.linkeddata.contexts import Contexts

SIGNATURE_WRONG = declare("credentials.proof_signature_wrong", by=__name__)
SIGNATURE_MALFORMED = declare("credentials.proof_signature_malformed", by=__name__)
KEY_UNFIT = declare("credentials.proof_key_unfit", by=__name__)
PREVIOUS_MISSING = declare("credentials.proof_previous_missing", by=__name__)
PREVIOUS_CIRCLE = declare("credentials.proof_previous_circle", by=__name__)
CONTEXT_CHANGED = declare("credentials.proof_context_changed", by=__name__)

HashName = Literal["sha256", "sha384", "sha512"]

_HASHES: Mapping[KeyType, HashName] = {"Ed25519": "sha256", "P-256": "sha256", "P-384": "sha384"}
_DIGESTS: Mapping[HashName, Callable[[bytes], Any]] = {"sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}
_SIGNATURE_SIZES: Mapping[KeyType, int] = {"Ed25519": 64, "P-256": 64, "P-384": 96}


@dataclass(frozen=True, slots=True)
class ProofOptions:
    """What a proof says about itself. ``verification_method`` is the URL of the key; ``created`` an aware datetime.

    ``mandatory`` are JSON Pointers to what a holder can never leave out, for suites in which she chooses what to show.
    """

    verification_method: str
    created: datetime
    purpose: Literal["assertionMethod", "authentication"] = "assertionMethod"
    domain: str | tuple[str, ...] | None = None
    challenge: str | None = None
    expires: datetime | None = None
    id: str | None = None
    previous: tuple[str, ...] = ()
    mandatory: tuple[str, ...] = ()

    def proof(self) -> dict[str, Any]:
        """The proof without its type, cryptosuite and value."""
        found: dict[str, Any] = {"id": self.id} if self.id else {}
        found |= {"created": xsd(self.created), "verificationMethod": self.verification_method, "proofPurpose": self.purpose}
        if self.expires is not None:
            found["expires"] = xsd(self.expires)
        if self.domain is not None:
            found["domain"] = self.domain if isinstance(self.domain, str) else list(self.domain)
        if self.challenge is not None:
            found["challenge"] = self.challenge
        if self.previous:
            found["previousProof"] = self.previous[0] if len(self.previous) == 1 else list(self.previous)
        return found


@dataclass(frozen=True, slots=True)
class SigningInput:
    """A document on its way to be signed: ``messages`` are what the key must sign, each once, in order."""

    document: Mapping[str, Any]
    proof: Mapping[str, Any]
    messages: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Cryptosuite:
    """One way of turning a document and a proof into the bytes that are signed, and back.

    ``canonical`` gives a document's canonical form. ``proof_type`` is ``DataIntegrityProof`` with ``name`` as its
    ``cryptosuite``, or, for the suites older than that, the name itself. ``carries_context`` is true where the proof
    names the contexts it was made with (the JCS suites). ``in_parts`` is true where a holder may have left something out,
    ``of_graph`` where what is signed is the hash of the canonical form in RDF, by :func:`openler.linkeddata.compiled.canonicalise`.
    """

    name: str
    key_types: tuple[KeyType, ...]
    canonical: Callable[[dict[str, Any], Contexts, HashName], bytes]
    proof_type: str = "DataIntegrityProof"
    carries_context: bool = False
    in_parts: bool = False
    of_graph: bool = False

    def prepare(
        self, document: Mapping[str, Any], options: ProofOptions, entropy: bytes = b"", *, key_type: KeyType, contexts: Contexts
    ) -> SigningInput:
        """The bytes to be signed with a key of ``key_type``. ``entropy`` is for suites that salt; most do not.

        :raises Malformed: the document cannot be canonicalised (an undefined term, say)
        :raises ContextNotPinned: one of its contexts is not held
        """
        del entropy
        proof = self._begin(document, options, key_type)
        return SigningInput(document, proof, (self._message(document, proof, key_type, contexts),))

    def _begin(self, document: Mapping[str, Any], options: ProofOptions, key_type: KeyType) -> dict[str, Any]:
        """The proof before it has a value."""
        self._fits(key_type)
        proof: dict[str, Any] = {"type": self.proof_type}
        if self.proof_type == "DataIntegrityProof":
            proof["cryptosuite"] = self.name
        proof |= options.proof()
        if self.carries_context and "@context" in document:
            proof["@context"] = document["@context"]
        return proof

    def _fits(self, key_type: KeyType) -> None:
        if key_type not in self.key_types:
            raise Malformed(KEY_UNFIT, suite=self.name, key_type=key_type)

    def finish(self, prepared: SigningInput, signatures: Sequence[bytes]) -> dict[str, Any]:
        """The document with the proof added to those it already has."""
        (signature,) = signatures
        proof = {**prepared.proof, "proofValue": multibase_encode(signature)}
        present = listed(prepared.document.get("proof"))
        return {**prepared.document, "proof": [*present, proof] if present else proof}

    def verify(self, document: Mapping[str, Any], proof: Mapping[str, Any], key: PublicKey, contexts: Contexts) -> None:
        """Check one proof of a document against a key.

        :raises Malformed: it does not hold: ``credentials.proof_signature_wrong`` and the like
        :raises ContextNotPinned: one of its contexts is not held
        """
        self.verify_fitting(document, proof, key, contexts, None)

    def verify_fitting(
        self, document: Mapping[str, Any], proof: Mapping[str, Any], key: PublicKey, contexts: Contexts, fit: Fit | None
    ) -> None:
        """As :meth:`verify`, for suites that are ``of_graph``; ``fit`` is that of the document without its proofs, with these contexts."""
        self._fits(key.key_type)
        signature = multibase_decode(proof.get("proofValue"))
        if not str(proof["proofValue"]).startswith("z") or len(signature) != _SIGNATURE_SIZES[key.key_type]:
            raise Malformed(SIGNATURE_MALFORMED, size=len(signature))
        bare = {name: value for name, value in proof.items() if name != "proofValue"}
        if not key.verifies(signature, self._message(document, bare, key.key_type, contexts, fit)):
            raise Malformed(SIGNATURE_WRONG, suite=self.name)

    def _message(
        self, document: Mapping[str, Any], proof: Mapping[str, Any], key_type: KeyType, contexts: Contexts, fit: Fit | None = None
    ) -> bytes:
        config, unsecured = self._parts(document, proof)
        name = _HASHES[key_type]
        digest = _DIGESTS[name]
        stated = digest(self.canonical(config, contexts, name)).digest()
        # A proof that signs earlier ones too is over more than the document without any.
        whole = fit.canonical(name) if fit is not None and "proof" not in unsecured else None
        if whole is None:
            whole = self.canonical(unsecured, contexts, name)
        hashed: bytes = stated + digest(whole).digest()
        return hashed

    def _parts(self, document: Mapping[str, Any], proof: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """The proof's configuration, and the document as this proof secures it: with the proofs that came before it."""
        unsecured = {name: value for name, value in document.items() if name != "proof"}
        before = previous(document, proof)
        if before:
            unsecured["proof"] = before
        config = dict(proof)
        if not self.carries_context:
            if "@context" in config and config["@context"] != document.get("@context"):
                raise Malformed(CONTEXT_CHANGED)
            config["@context"] = document.get("@context")
        elif "@context" in config:
            signed, present = listed(config["@context"]), listed(document.get("@context"))
            if present[: len(signed)] != signed:
                raise Malformed(CONTEXT_CHANGED)
            unsecured["@context"] = config["@context"]
        return config, unsecured


def previous(document: Mapping[str, Any], proof: Mapping[str, Any]) -> list[Any]:
    """The proofs that this one signs too (section 4.5): each named by ``previousProof`` must be there.

    :raises Malformed: ``credentials.proof_previous_missing``, or ``_circle`` where one that came before names this one
    """
    wanted = listed(proof.get("previousProof"))
    if not wanted:
        return []
    proofs = [each for each in listed(document.get("proof")) if isinstance(each, Mapping)]
    found = [each for each in proofs if each.get("id") in wanted]
    missing = [str(name) for name in wanted if name not in [each.get("id") for each in found]]
    if missing:
        raise Malformed(PREVIOUS_MISSING, seen=missing[0][:80])
    if proof.get("id") is not None and proof["id"] in _earlier(proofs, wanted):
        raise Malformed(PREVIOUS_CIRCLE, seen=str(proof["id"])[:80])
    return found


def _earlier(proofs: Sequence[Mapping[str, Any]], wanted: Sequence[Any]) -> list[Any]:
    """The ids of all proofs that came before, near and far."""
    reached = list(wanted)
    for name in reached:  # grows as it is walked
        for each in proofs:
            if each.get("id") == name:
                reached += [further for further in listed(each.get("previousProof")) if further not in reached]
    return reached
