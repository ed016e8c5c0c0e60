"""What the cryptosuites of Data Integrity 1.0 share: options, proof sets and chains, signing in two halves.

A private key is never here: ``prepare`` gives the bytes to be signed, somebody signs them, ``finish`` puts the
signature in its place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from openler.credentials.multikey import KeyType, PublicKey, multibase_decode, multibase_encode
from openler.credentials.shapes import listed
from openler.credentials.times import xsd
from openler.errors import Malformed, declare
from openler.linkeddata.compiled import Fit, formed
from openler.linkeddata.contexts import Contexts
from openler.linkeddata.jcs import jcs, jcs_plain

SIGNATURE_WRONG = declare("credentials.proof_signature_wrong", by=__name__)
SIGNATURE_MALFORMED = declare("credentials.proof_signature_malformed", by=__name__)
KEY_UNFIT = declare("credentials.proof_key_unfit", by=__name__)
PREVIOUS_MISSING = declare("credentials.proof_previous_missing", by=__name__)
PREVIOUS_CIRCLE = declare("credentials.proof_previous_circle", by=__name__)
CONTEXT_CHANGED = declare("credentials.proof_context_changed", by=__name__)

HashName = Literal["sha256", "sha384", "sha512"]

MAX_STATED = 40
"""Texts of a proof's configuration that is remembered."""
MAX_STATED_LENGTH = 4_000
"""Characters of it: what is remembered of a stranger's proof is bounded."""

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
    plain: bool = field(default=False, kw_only=True)
    """Whether the document is known to be plain (:func:`openler.linkeddata.jcs.is_plain`)."""


@dataclass(frozen=True, slots=True, eq=False)
class _Stated:
    """The hash of one proof's configuration. Records issued together have the same one, so the last one is remembered."""

    proof: dict[str, Any]
    members: tuple[str, ...]
    context: object
    contexts: Contexts
    hash_name: HashName
    digest: bytes

    def holds(self, proof: Mapping[str, Any], context: object, contexts: Contexts, hash_name: HashName) -> bool:
        """Whether it is that of a proof without its value, of a document with this ``context``."""
        return (
            self.proof == proof
            and self.context == context
            and self.contexts is contexts
            and self.hash_name == hash_name
            and self.members == tuple(proof)
        )


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
    _last: list[_Stated] = field(default_factory=list, init=False, repr=False, compare=False)

    def prepare(
        self, document: Mapping[str, Any], options: ProofOptions, entropy: bytes = b"", *, key_type: KeyType, contexts: Contexts
    ) -> SigningInput:
        """The bytes to be signed with a key of ``key_type``. ``entropy`` is for suites that salt; most do not.

        :raises Malformed: the document cannot be canonicalised (an undefined term, say)
        :raises ContextNotPinned: one of its contexts is not held
        """
        del entropy
        return self.prepare_fitting(document, options, key_type=key_type, contexts=contexts, fit=None)

    def prepare_fitting(
        self, document: Mapping[str, Any], options: ProofOptions, *, key_type: KeyType, contexts: Contexts, fit: Fit | None
    ) -> SigningInput:
        """As :meth:`prepare`, for suites that do not salt; ``fit`` as in :meth:`verify_fitting`."""
        proof = self._begin(document, options, key_type)
        message, found = self._message(document, proof, key_type, contexts, fit)
        return SigningInput(document, proof, (message,), plain=found is not None and found.is_plain())

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

    def written(self, prepared: SigningInput, signatures: Sequence[bytes]) -> bytes:
        """What :meth:`finish` gives, in its canonical form (RFC 8785)."""
        finished = self.finish(prepared, signatures)
        # Proofs that were there already belong to no shape.
        return jcs_plain(finished) if prepared.plain and "proof" not in prepared.document else jcs(finished)

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
        if not key.verifies(signature, self._message(document, bare, key.key_type, contexts, fit)[0]):
            raise Malformed(SIGNATURE_WRONG, suite=self.name)

    def _message(
        self, document: Mapping[str, Any], proof: Mapping[str, Any], key_type: KeyType, contexts: Contexts, fit: Fit | None
    ) -> tuple[bytes, Fit | None]:
        """What is signed, and the fit by which it was made."""
        unsecured = self._unsecured(document, proof)
        name = _HASHES[key_type]
        stated = self._stated(document, proof, contexts, name)
        whole = None
        if not self.of_graph:
            fit, whole = None, self.canonical(unsecured, contexts, name)
        elif fit is not None and "proof" not in unsecured:
            # A proof that signs earlier ones too is over more than the document without any.
            whole = fit.canonical(name)
        if whole is None:
            whole, fit = formed(unsecured, contexts, hash_name=name)
        return stated + _DIGESTS[name](whole).digest(), fit

    def _stated(self, document: Mapping[str, Any], proof: Mapping[str, Any], contexts: Contexts, name: HashName) -> bytes:
        """The hash of the proof's configuration."""
        context = document.get("@context")
        for held in self._last:
            if held.holds(proof, context, contexts, name):
                return held.digest
        digest: bytes = _DIGESTS[name](self.canonical(self._config(document, proof), contexts, name)).digest()
        if _is_short([*proof.values(), context]):
            own = {member: _copied(value) for member, value in proof.items()}
            self._last[:] = [_Stated(own, tuple(proof), _copied(context), contexts, name, digest)]
        return digest

    def _config(self, document: Mapping[str, Any], proof: Mapping[str, Any]) -> dict[str, Any]:
        """The proof's configuration. :raises Malformed: ``credentials.proof_context_changed``"""
        config = dict(proof)
        if not self.carries_context:
            if "@context" in config and config["@context"] != document.get("@context"):
                raise Malformed(CONTEXT_CHANGED)
            config["@context"] = document.get("@context")
        elif "@context" in config:
            signed, present = listed(config["@context"]), listed(document.get("@context"))
            if present[: len(signed)] != signed:
                raise Malformed(CONTEXT_CHANGED)
        return config

    def _unsecured(self, document: Mapping[str, Any], proof: Mapping[str, Any]) -> dict[str, Any]:
        """The document as this proof secures it: with the proofs that came before it."""
        unsecured = {name: value for name, value in document.items() if name != "proof"}
        before = previous(document, proof) if "previousProof" in proof else []
        if before:
            unsecured["proof"] = before
        if self.carries_context and "@context" in proof:
            unsecured["@context"] = proof["@context"]
        return unsecured


def _is_short(values: Sequence[object]) -> bool:
    """Whether there are texts only, and lists of texts, which are equal only if they are the same; and no long ones."""
    held = [text for value in values for text in (value if type(value) is list else [value])]
    sizes = [len(text) for text in held if type(text) is str]
    return len(sizes) == len(held) <= MAX_STATED and sum(sizes) <= MAX_STATED_LENGTH


def _copied(value: Any) -> Any:
    """A value that nobody else changes."""
    return list(value) if type(value) is list else value


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
