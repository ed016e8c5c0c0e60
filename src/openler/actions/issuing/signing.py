"""Signing a credential: lint it first, with a key that is thrown away, so that nothing unsound is ever signed for good."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from openler.actions.issuing import signing_in_parts
from openler.actions.issuing.identity import Identity
from openler.actions.ports import Ports, Signer
from openler.credentials import confusion, enveloping, quick, related
from openler.credentials.cose import Prepared as PreparedCose
from openler.credentials.envelopes import open_bytes
from openler.credentials.evidence import Evidence
from openler.credentials.faults import CannotCheck
from openler.credentials.jose import Prepared
from openler.credentials.multikey import KeyType, PublicKey
from openler.credentials.proofs.data_integrity import Cryptosuite, ProofOptions
from openler.credentials.proofs.eddsa_rdfc_2022 import SUITE
from openler.credentials.proofs.issuing import suite_for
from openler.credentials.sdjwt import SALT_BYTES
from openler.errors import Code, Malformed
from openler.linkeddata.canonical import jcs
from openler.linkeddata.compiled import Fit
from openler.linkeddata.contexts import ContextNotPinned, Contexts

Form = Literal["di", "di-sd", "jwt", "sd-jwt", "cose"]
"""How a credential is secured: by a proof inside it (Data Integrity; ``di-sd``: one of which its holder shows parts), or in an envelope."""
MEDIA_TYPES: Mapping[Form, str] = MappingProxyType(
    {
        "di": "vc",
        "di-sd": "vc",
        "jwt": enveloping.CREDENTIAL_JWT,
        "sd-jwt": enveloping.CREDENTIAL_SD_JWT,
        "cose": enveloping.CREDENTIAL_COSE,
    }
)
"""What each of them is called, without ``application/``."""


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


def lint(
    unsigned: Mapping[str, Any],
    throwaway: Throwaway,
    *,
    at: datetime,
    form: Form = "di",
    suite: Cryptosuite | None = None,
    always: signing_in_parts.Always | None = None,
) -> Fit | None:
    """Refuse to sign what would not verify: its shape, its terms, and a round trip with a throwaway key.

    Gives the fit of the document, where there is one, for :func:`secure` of the same document.
    The round trip is made in eddsa-rdfc-2022, which knows every term, unless ``suite`` has a proof of a type of its own.

    :raises Malformed: what is wrong, with its place; also what could only not be checked (a context that is not held, say),
        for who signs must know every term
    """
    try:
        tried = SUITE if suite is None or suite.proof_type == SUITE.proof_type else suite
        fit = _lint(unsigned, throwaway, at=at, form="di" if form == "di-sd" else form, suite=tried)
        if form == "di-sd":
            signing_in_parts.lint(unsigned, throwaway.private, at=at, always=always)
    except (ContextNotPinned, CannotCheck) as error:
        raise Malformed(error.code, place=error.place, **error.parameters) from error
    return fit


_WENT_ROUND = "signed and verified with a throwaway key"
"""What a round trip shows depends on a document's shape alone (ADR 0014); its texts are checked each time."""


def _lint(unsigned: Mapping[str, Any], throwaway: Throwaway, *, at: datetime, form: Form, suite: Cryptosuite) -> Fit | None:
    contexts = Contexts.pinned()
    read, fit = quick.read_unsecured(dict(unsigned), contexts)
    faults = read.faults
    if faults:
        raise Malformed(faults[0].code, place=faults[0].path, **faults[0].parameters)
    differing = related.check(read, Evidence()) if read.related else None
    if differing is not None:
        raise Malformed(Code(differing.code), place=differing.path, **differing.parameters)
    confusion.check(unsigned, contexts, fit=fit)
    plan = fit.plan if fit is not None and form == "di" and suite is SUITE else None
    if plan is not None and _WENT_ROUND in plan.passed:
        return fit
    kid = f"{throwaway.public.did}#{throwaway.public.multikey}"
    if form != "di":
        token = _prepared(unsigned, form, kid=kid, key_type="Ed25519", at=at, salt=bytes)
        envelope = open_bytes(_octets(token.finish(throwaway.private.sign(token.message))))
        if envelope.read.faults:
            fault = envelope.read.faults[0]
            raise Malformed(fault.code, place=fault.path, **fault.parameters)
        envelope.signed.verify(throwaway.public)
        return fit
    options = ProofOptions(kid, at)
    prepared = suite.prepare(unsigned, options, key_type="Ed25519", contexts=contexts)
    signed = suite.finish(prepared, [throwaway.private.sign(message) for message in prepared.messages])
    suite.verify(signed, signed["proof"], throwaway.public, contexts)
    if plan is not None:
        plan.passed.add(_WENT_ROUND)
    return fit


def sign(ports: Ports, unsigned: Mapping[str, Any], by: Identity, *, at: datetime, suite: Cryptosuite | None = None) -> dict[str, Any]:
    """The signed credential, by ``suite`` or the default of the key's kind.

    :raises Refused: the key is retired
    :raises Malformed: the suite cannot sign this document, or not with this key
    """
    signer = ports.keys.signer(by.key)
    chosen = suite or suite_for(signer.key_type)
    prepared = chosen.prepare(unsigned, ProofOptions(by.method, at), key_type=signer.key_type, contexts=Contexts.pinned())
    return chosen.finish(prepared, [signer.sign(message) for message in prepared.messages])


def secure(
    ports: Ports,
    unsigned: Mapping[str, Any],
    by: Identity,
    *,
    at: datetime,
    form: Form = "di",
    suite: Cryptosuite | None = None,
    always: signing_in_parts.Always | None = None,
    signer: Signer | None = None,
    fit: Fit | None = None,
) -> bytes:
    """The credential as it is kept and handed over: JSON with a proof in it, a compact token, or a COSE_Sign1.

    ``suite`` is for ``di``, ``always`` for ``di-sd``; ``signer`` is that of the key where it was opened before, ``fit`` what
    :func:`lint` found of the document, which nobody changed since. Raises as :func:`sign`.
    """
    if form == "di-sd":
        return jcs(signing_in_parts.sign(ports, unsigned, by, at=at, always=always))
    signer = signer or ports.keys.signer(by.key)
    if form == "di":
        chosen = suite or suite_for(signer.key_type)
        options = ProofOptions(by.method, at)
        held = fit if "proof" not in unsigned else None
        written = chosen.prepare_fitting(unsigned, options, key_type=signer.key_type, contexts=Contexts.pinned(), fit=held)
        return chosen.written(written, [signer.sign(message) for message in written.messages])
    prepared = _prepared(unsigned, form, kid=by.method, key_type=signer.key_type, at=at, salt=ports.entropy.token)
    return _octets(prepared.finish(signer.sign(prepared.message)))


def _octets(finished: str | bytes) -> bytes:
    return finished.encode() if isinstance(finished, str) else finished


def _prepared(
    unsigned: Mapping[str, Any], form: Form, *, kid: str, key_type: KeyType, at: datetime, salt: Callable[[int], bytes]
) -> Prepared | enveloping.PreparedSdJwt | PreparedCose:
    """The first half of an envelope; ``salt`` gives as many random bytes as it is asked for."""
    if form == "jwt":
        return enveloping.as_jwt(unsigned, kid=kid, key_type=key_type, at=at)
    if form == "cose":
        return enveloping.as_cose(unsigned, kid=kid, key_type=key_type, at=at)
    places = enveloping.choices(unsigned)
    salts = [salt(SALT_BYTES) for _ in places]
    return enveloping.as_sdjwt(unsigned, kid=kid, key_type=key_type, at=at, places=places, salts=salts)
