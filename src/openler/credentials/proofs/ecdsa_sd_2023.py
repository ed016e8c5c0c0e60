"""ecdsa-sd-2023 (Data Integrity ECDSA Cryptosuites 1.0, section 3.4): the holder shows parts of what was signed.

The issuer signs every statement by itself, with a key made for this one document, and that key together with the statements
that must always be shown: the *base proof*, for the holder alone. She makes a *derived proof* of it for each verifier, with
the statements she chooses. Blank nodes are signed under labels that a key of the document's own scrambles, so that what is
left out cannot be counted.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from openler.credentials.multikey import KeyType, PublicKey, multibase_decode
from openler.credentials.proofs.data_integrity import SIGNATURE_WRONG, Cryptosuite, ProofOptions, SigningInput
from openler.credentials.proofs.eddsa_rdfc_2022 import canonical_rdf
from openler.credentials.proofs.sd_values import MAX_SIGNATURES, BaseValue, DerivedValue, labelled, read_base, read_derived
from openler.credentials.proofs.selection import select
from openler.credentials.shapes import listed
from openler.errors import Malformed, TooLarge, declare
from openler.linkeddata.canonical import canonical_dataset, nquad
from openler.linkeddata.compiled import quads
from openler.linkeddata.contexts import Contexts
from openler.linkeddata.naming import NAMING_UNSUPPORTED, named, statements
from openler.linkeddata.rdf import Quad

NAME = "ecdsa-sd-2023"
ENTROPY_SIZE = 64
"""Bytes of chance that one base proof uses up: 32 for the key of the labels, 32 for the key of the statements."""

_EVERYTHING = ("",)

ENTROPY_SHORT = declare("credentials.sd_entropy_short", by=__name__)
NOTHING_CHOSEN = declare("credentials.sd_nothing_chosen", by=__name__)
NO_BASE_PROOF = declare("credentials.sd_no_base_proof", by=__name__)
CHAINED = declare("credentials.sd_chained", by=__name__)
STATEMENTS_DIFFER = declare("credentials.sd_statements_differ", by=__name__)
TOO_MANY = declare("credentials.sd_too_many_statements", by=__name__)
NOT_SEPARABLE = declare("credentials.sd_not_separable", by=__name__)


@dataclass(frozen=True, slots=True)
class SelectiveInput(SigningInput):
    """A document on its way to a base proof, with everything of it but the issuer's signature."""

    base: BaseValue


class _Labelled:
    """A document's statements under scrambled labels, in order, and which of them a choice of pointers takes."""

    def __init__(self, document: Mapping[str, Any], hmac_key: bytes, contexts: Contexts) -> None:
        self._contexts = contexts
        unsecured = {name: value for name, value in document.items() if name != "proof"}
        self.document = unsecured
        self._named = named(unsecured)
        # Expanding takes nearly all the time that a proof takes, so that no selection is expanded twice.
        self._selected: dict[tuple[str, ...], list[Quad]] = {_EVERYTHING: statements(self._named, contexts)}
        canonical = canonical_dataset(self._selected[_EVERYTHING])
        if canonical.nquads() != canonical_rdf(unsecured, contexts, "sha256"):
            # A name where none can be: the object is no node (a language map, a JSON literal).
            raise Malformed(NAMING_UNSUPPORTED, place="")
        self._labels = {
            ours: labelled(hmac.digest(hmac_key, label.removeprefix("_:").encode(), "sha256")) for ours, label in canonical.labels.items()
        }
        self.lines = sorted({nquad(quad, self._labels) for quad in self._selected[_EVERYTHING]})
        if len(self.lines) > MAX_SIGNATURES:
            raise TooLarge(TOO_MANY, count=len(self.lines), limit=MAX_SIGNATURES)
        self._places = {line: number for number, line in enumerate(self.lines)}

    def chosen(self, pointers: Sequence[str]) -> frozenset[int]:
        """The numbers of the statements that a selection makes. :raises Malformed: ``credentials.sd_not_separable``"""
        lines = [nquad(quad, self._labels) for quad in self._statements(pointers)]
        if not self._places.keys() >= set(lines):
            # An ordered list, or a value that is one statement with all that is in it: a part of it says something else.
            raise Malformed(NOT_SEPARABLE)
        return frozenset(self._places[line] for line in lines)

    def revealed(self, pointers: Sequence[str]) -> tuple[dict[str, Any], dict[str, str]]:
        """The part of the document to show, and the labels of its own canonical form with those that were signed."""
        part = select(self.document, pointers)
        if part is None:
            raise Malformed(NOTHING_CHOSEN)
        canonical = canonical_dataset(self._statements(pointers))
        return part, {label: self._labels[ours] for ours, label in canonical.labels.items()}

    def _statements(self, pointers: Sequence[str]) -> list[Quad]:
        key = _EVERYTHING if "" in pointers else tuple(pointers)
        if key not in self._selected:
            part = select(self._named, key)
            self._selected[key] = [] if part is None else statements(part, self._contexts)
        return self._selected[key]


@dataclass(frozen=True, slots=True)
class SelectiveSuite(Cryptosuite):
    """The suite in the table's terms: ``prepare`` and ``finish`` make base proofs, ``verify`` checks derived ones."""

    def prepare(
        self, document: Mapping[str, Any], options: ProofOptions, entropy: bytes = b"", *, key_type: KeyType, contexts: Contexts
    ) -> SelectiveInput:
        """As :meth:`Cryptosuite.prepare`; ``options.mandatory`` names what is always shown; 64 bytes of ``entropy``.

        :raises Malformed: a pointer leads nowhere, or the document has parts that cannot be shown one by one
        """
        if len(entropy) != ENTROPY_SIZE:
            raise Malformed(ENTROPY_SHORT, size=len(entropy), wanted=ENTROPY_SIZE)
        proof = self._begin(document, options, key_type)
        self._alone(proof)
        hmac_key = entropy[:32]
        private = _private(entropy[32:])
        public = PublicKey("P-256", private.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint))
        statements_ = _Labelled(document, hmac_key, contexts)
        mandatory = statements_.chosen(options.mandatory)
        signatures = tuple(_sign(private, line) for number, line in enumerate(statements_.lines) if number not in mandatory)
        shown = [line for number, line in enumerate(statements_.lines) if number in mandatory]
        message = self._signed(document, proof, public, shown, contexts)
        return SelectiveInput(document, proof, (message,), BaseValue(b"", public, hmac_key, signatures, options.mandatory))

    def finish(self, prepared: SigningInput, signatures: Sequence[bytes]) -> dict[str, Any]:
        """The document with its base proof, which is for the holder and nobody else."""
        if not isinstance(prepared, SelectiveInput):
            raise TypeError(type(prepared).__name__)
        (signature,) = signatures
        base = prepared.base
        value = BaseValue(signature, base.public_key, base.hmac_key, base.signatures, base.mandatory)
        proof = {**prepared.proof, "proofValue": value.encoded()}
        present = listed(prepared.document.get("proof"))
        return {**prepared.document, "proof": [*present, proof] if present else proof}

    def verify(self, document: Mapping[str, Any], proof: Mapping[str, Any], key: PublicKey, contexts: Contexts) -> None:
        """Check a derived proof (section 3.4.8).

        :raises Malformed: it does not hold
        :raises CannotCheck: ``credentials.sd_base_not_derived``: a base proof is not for verifiers
        """
        self._fits(key.key_type)
        value = read_derived(proof.get("proofValue"))
        self._alone(proof)
        unsecured = {name: each for name, each in document.items() if name != "proof"}
        found = quads(unsecured, contexts)
        canonical = canonical_dataset(found)
        if set(canonical.labels.values()) != set(value.labels):
            raise Malformed(STATEMENTS_DIFFER)
        labels = {ours: value.labels[label] for ours, label in canonical.labels.items()}
        lines = sorted({nquad(quad, labels) for quad in found})
        shown = frozenset(value.mandatory)
        free = [line for number, line in enumerate(lines) if number not in shown]
        if len(free) != len(value.signatures) or len(lines) - len(free) != len(shown):
            raise Malformed(STATEMENTS_DIFFER)
        mandatory = [line for number, line in enumerate(lines) if number in shown]
        self._check(document, proof, value.signature, value.public_key, mandatory, free, value.signatures, key, contexts)

    def check_base(self, document: Mapping[str, Any], proof: Mapping[str, Any], key: PublicKey, contexts: Contexts) -> None:
        """Check a base proof, for the holder who receives it. Raises as :meth:`verify`."""
        self._fits(key.key_type)
        base = read_base(proof.get("proofValue"))
        self._alone(proof)
        found = _Labelled(document, base.hmac_key, contexts)
        shown = found.chosen(base.mandatory)
        free = [line for number, line in enumerate(found.lines) if number not in shown]
        if len(free) != len(base.signatures):
            raise Malformed(STATEMENTS_DIFFER)
        mandatory = [line for number, line in enumerate(found.lines) if number in shown]
        self._check(document, proof, base.signature, base.public_key, mandatory, free, base.signatures, key, contexts)

    def _check(
        self,
        document: Mapping[str, Any],
        proof: Mapping[str, Any],
        signature: bytes,
        public: PublicKey,
        mandatory: Sequence[str],
        free: Sequence[str],
        signatures: Sequence[bytes],
        key: PublicKey,
        contexts: Contexts,
    ) -> None:
        bare = {name: value for name, value in proof.items() if name != "proofValue"}
        good = key.verifies(signature, self._signed(document, bare, public, mandatory, contexts))
        if not good or not all(public.verifies(each, line.encode()) for each, line in zip(signatures, free, strict=True)):
            raise Malformed(SIGNATURE_WRONG, suite=self.name)

    def _signed(
        self, document: Mapping[str, Any], proof: Mapping[str, Any], public: PublicKey, mandatory: Sequence[str], contexts: Contexts
    ) -> bytes:
        """What the issuer signs: the proof's configuration, the document's own key, the statements always shown (section 3.4.17)."""
        config = self._config(document, proof)
        proof_hash = hashlib.sha256(canonical_rdf(config, contexts, "sha256")).digest()
        return proof_hash + multibase_decode(public.multikey) + hashlib.sha256("".join(mandatory).encode()).digest()

    def _alone(self, proof: Mapping[str, Any]) -> None:
        if "previousProof" in proof:
            raise Malformed(CHAINED)


SUITE = SelectiveSuite(name=NAME, key_types=("P-256",), canonical=canonical_rdf, in_parts=True)


def derive(document: Mapping[str, Any], pointers: Sequence[str], *, contexts: Contexts, number: int | None = None) -> dict[str, Any]:
    """What a holder shows of a record with a base proof: what ``pointers`` choose, and what the issuer wants always shown.

    ``number`` tells which of several proofs is meant (from 0); without it, the one there is. Its other proofs are left out, for
    they would not hold for a part.

    :raises Malformed: ``credentials.sd_no_base_proof``, ``credentials.sd_nothing_chosen``; a pointer leads nowhere
    """
    proofs = [each for each in listed(document.get("proof")) if isinstance(each, Mapping)]
    bases = [each for each in proofs if each.get("cryptosuite") == NAME] if number is None else proofs[number : number + 1]
    if len(bases) != 1:
        raise Malformed(NO_BASE_PROOF, count=len(bases))
    (proof,) = bases
    base = read_base(proof.get("proofValue"))
    whole = _Labelled(document, base.hmac_key, contexts)
    both = tuple(dict.fromkeys((*base.mandatory, *pointers)))
    mandatory, chosen = whole.chosen(base.mandatory), whole.chosen(both)
    free = [place for place in range(len(whole.lines)) if place not in mandatory]
    if len(free) != len(base.signatures) or (free and not base.public_key.verifies(base.signatures[0], whole.lines[free[0]].encode())):
        raise Malformed(STATEMENTS_DIFFER)
    shown = sorted(chosen)
    part, labels = whole.revealed(both)
    value = DerivedValue(
        signature=base.signature,
        public_key=base.public_key,
        signatures=tuple(signature for place, signature in zip(free, base.signatures, strict=True) if place in chosen),
        labels=labels,
        mandatory=tuple(number for number, place in enumerate(shown) if place in mandatory),
    )
    return {**part, "proof": {**proof, "proofValue": value.encoded()}}


_ORDER_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def _private(secret: bytes) -> ec.EllipticCurvePrivateKey:
    """A key out of 32 bytes of chance."""
    return ec.derive_private_key(int.from_bytes(secret) % (_ORDER_P256 - 1) + 1, ec.SECP256R1())


def _algorithm() -> ec.ECDSA:
    """Without chance (RFC 6979) where OpenSSL can, so that the same entropy makes the same proof."""
    try:
        return ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
    except UnsupportedAlgorithm:
        return ec.ECDSA(hashes.SHA256())


_ALGORITHM = _algorithm()


def _sign(private: ec.EllipticCurvePrivateKey, line: str) -> bytes:
    first, second = decode_dss_signature(private.sign(line.encode(), _ALGORITHM))
    return first.to_bytes(32) + second.to_bytes(32)
