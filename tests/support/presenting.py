"""Signing with keys of our own, without a store: credentials and presentations as an outsider would make them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from openler.credentials.multikey import PublicKey
from openler.credentials.proofs.data_integrity import ProofOptions
from openler.credentials.proofs.table import SUITES
from openler.linkeddata.contexts import Contexts

V2 = "https://www.w3.org/ns/credentials/v2"
AT = datetime(2026, 6, 1, tzinfo=UTC)


class Key:
    """A key made from one number."""

    def __init__(self, number: int) -> None:
        self.private = Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)
        self.public = PublicKey("Ed25519", self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
        self.did = self.public.did
        self.url = f"{self.did}#{self.public.multikey}"

    def sign(
        self,
        document: Mapping[str, Any],
        *,
        suite: str = "eddsa-rdfc-2022",
        purpose: Literal["assertionMethod", "authentication"] = "assertionMethod",
        at: datetime = AT,
        **options: Any,
    ) -> dict[str, Any]:
        """The document with a proof by this key."""
        made = ProofOptions(self.url, at, purpose=purpose, **options)
        prepared = SUITES[suite].prepare(document, made, key_type="Ed25519", contexts=Contexts.pinned())
        return SUITES[suite].finish(prepared, [self.private.sign(message) for message in prepared.messages])


def badge(issuer: Key, **changes: Any) -> dict[str, Any]:
    """An unsigned badge about ``did:example:ana``, valid from 2026 to 2030."""
    achievement = {
        "id": "https://a.example/welding", "type": ["Achievement"], "name": "Welding", "description": "Joins metal.",
        "criteria": {"narrative": "Pass the bend test."},
    }  # fmt: skip
    document = {
        "@context": [V2, "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
        "id": "urn:uuid:aade0bf4-3948-4970-affa-944fd2b48709",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "Welding",
        "issuer": {"id": issuer.did, "type": ["Profile"], "name": "A"},
        "validFrom": "2026-01-01T00:00:00Z",
        "validUntil": "2030-01-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:ana", "type": ["AchievementSubject"], "achievement": achievement},
    }
    return {name: value for name, value in {**document, **changes}.items() if value is not None}


def presentation(holder: Key, *credentials: dict[str, Any], **options: Any) -> dict[str, Any]:
    """A presentation signed by its holder."""
    document = {"@context": [V2], "type": ["VerifiablePresentation"], "holder": holder.did, "verifiableCredential": list(credentials)}
    return holder.sign(document, purpose="authentication", **options)
