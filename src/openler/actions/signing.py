"""Signing a credential: lint it first, with a key that is thrown away, so that nothing unsound is ever signed for good."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from openler.actions.identity import Identity
from openler.actions.ports import Ports
from openler.credentials import confusion
from openler.credentials.model import read_credential
from openler.credentials.multikey import PublicKey
from openler.credentials.proofs.data_integrity import ProofOptions
from openler.credentials.proofs.eddsa_rdfc_2022 import SUITE
from openler.credentials.proofs.table import default_suite
from openler.errors import Malformed
from openler.linkeddata.contexts import Contexts


@dataclass(frozen=True, slots=True)
class Throwaway:
    """A key for linting: made for one run, never stored, never published."""

    private: Ed25519PrivateKey
    public: PublicKey

    @classmethod
    def make(cls, ports: Ports) -> Throwaway:
        """A fresh one."""
        private = Ed25519PrivateKey.from_private_bytes(ports.entropy.token(32))
        return cls(private, PublicKey("Ed25519", private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)))


def lint(unsigned: Mapping[str, Any], throwaway: Throwaway, *, at: datetime) -> None:
    """Refuse to sign what would not verify: its shape, its terms, and a round trip with a throwaway key.

    :raises Malformed: what is wrong, with its place
    :raises ContextNotPinned: one of its contexts is not held
    """
    faults = read_credential(unsigned).faults
    if faults:
        raise Malformed(faults[0].code, place=faults[0].path, **faults[0].parameters)
    contexts = Contexts.pinned()
    confusion.check(unsigned, contexts)
    did = throwaway.public.did
    options = ProofOptions(f"{did}#{throwaway.public.multikey}", at)
    prepared = SUITE.prepare(unsigned, options, key_type="Ed25519", contexts=contexts)
    signed = SUITE.finish(prepared, [throwaway.private.sign(message) for message in prepared.messages])
    SUITE.verify(signed, signed["proof"], throwaway.public, contexts)


def sign(ports: Ports, unsigned: Mapping[str, Any], by: Identity, *, at: datetime) -> dict[str, Any]:
    """The signed credential. :raises Refused: the key is retired"""
    signer = ports.keys.signer(by.key)
    suite = default_suite(signer.key_type)
    prepared = suite.prepare(unsigned, ProofOptions(by.method, at), key_type=signer.key_type, contexts=Contexts.pinned())
    return suite.finish(prepared, [signer.sign(message) for message in prepared.messages])
