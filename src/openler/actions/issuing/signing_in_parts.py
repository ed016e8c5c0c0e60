"""Signing so that the holder may show parts: a base proof of ecdsa-sd-2023, linted by the copies that she could make of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from openler.actions.issuing.identity import Identity
from openler.actions.ports import Ports
from openler.credentials import clr
from openler.credentials.model import read_credential
from openler.credentials.multikey import PublicKey
from openler.credentials.proofs import sd_holder
from openler.credentials.proofs.data_integrity import ProofOptions
from openler.credentials.proofs.ecdsa_sd_2023 import ENTROPY_SIZE, SUITE
from openler.credentials.shapes import types_of
from openler.errors import Malformed, Misused, declare
from openler.linkeddata.contexts import Contexts

KEY_CANNOT_PART = declare("issue.key_cannot_part", by=__name__)

_KEY_TYPE: Final = "P-256"


@dataclass(frozen=True, slots=True)
class Always:
    """What holders cannot leave out, as JSON Pointers: besides the usual (:func:`sd_holder.mandatory`), or ``instead`` of it."""

    pointers: tuple[str, ...] = ()
    instead: bool = False

    def of(self, document: Mapping[str, Any]) -> tuple[str, ...]:
        """All of them for one document, each once."""
        usual = () if self.instead else sd_holder.mandatory(document)
        return tuple(dict.fromkeys((*usual, *self.pointers)))


def check_key(by: Identity) -> None:
    """Pass only an issuer with a P-256 key. :raises Misused: ``issue.key_cannot_part``"""
    if by.public_key.key_type != _KEY_TYPE:
        raise Misused(KEY_CANNOT_PART, place="--key", seen=by.public_key.key_type, wanted=_KEY_TYPE)


def sign(ports: Ports, unsigned: Mapping[str, Any], by: Identity, *, at: datetime, always: Always | None = None) -> dict[str, Any]:
    """The credential with a base proof, for its holder alone. :raises Refused: the key is retired. :raises Misused: as :func:`check_key`"""
    check_key(by)
    signer = ports.keys.signer(by.key)
    options = ProofOptions(by.method, at, mandatory=(always or Always()).of(unsigned))
    entropy = ports.entropy.token(ENTROPY_SIZE)
    prepared = SUITE.prepare(unsigned, options, entropy, key_type=_KEY_TYPE, contexts=Contexts.pinned())
    return SUITE.finish(prepared, [signer.sign(message) for message in prepared.messages])


def lint(unsigned: Mapping[str, Any], throwaway: Ed25519PrivateKey, *, at: datetime, always: Always | None = None) -> None:
    """A round trip with a key that is thrown away, to the copy that shows least; where least is not the usual, to the one that shows all.

    Whatever a holder leaves out, what she shows must still be a record that can be judged.

    :raises Malformed: a pointer leads nowhere; the document cannot be shown in parts; the least copy lacks what it needs
    """
    private = ec.derive_private_key(int.from_bytes(throwaway.private_bytes_raw()[:31]) + 1, ec.SECP256R1())
    public = PublicKey(_KEY_TYPE, private.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint))
    wanted = (always or Always()).of(unsigned)
    contexts = Contexts.pinned()
    options = ProofOptions(f"{public.did}#{public.multikey}", at, mandatory=wanted)
    prepared = SUITE.prepare(unsigned, options, bytes(ENTROPY_SIZE), key_type=_KEY_TYPE, contexts=contexts)
    base = SUITE.finish(prepared, [_signed(private, message) for message in prepared.messages])
    # A collection of which no record is shown is none; and who chose otherwise than usual knows what is least.
    any_part = (always is not None and always.instead) or clr.is_clr(types_of(unsigned))
    shown = sd_holder.copied(base, sd_holder.EVERYTHING if any_part else ())
    faults = read_credential(shown).faults
    if faults:
        raise Malformed(faults[0].code, place=faults[0].path, **faults[0].parameters)
    SUITE.verify(shown, shown["proof"], public, contexts)


def _signed(private: ec.EllipticCurvePrivateKey, message: bytes) -> bytes:
    first, second = decode_dss_signature(private.sign(message, ec.ECDSA(hashes.SHA256())))
    return first.to_bytes(32) + second.to_bytes(32)
