"""Open Badges 2 as issuers serve them: an assertion, its badge class, the issuer's profile, a key, a revocation list."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from openler.credentials import jose
from openler.credentials.evidence import Evidence, Item, Kind, Need
from openler.credentials.openbadges import hashed_identity
from tests.support.credential_samples import evidence_for
from tests.support.presenting import AT

HOST = "https://badges.example"
OB2 = "https://w3id.org/openbadges/v2"
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ED_KEY = ed25519.Ed25519PrivateKey.from_private_bytes(bytes([7]) * 32)


class OldIssuer:
    """An issuer of old badges. ``pages`` are what its host serves, by address; tests change them."""

    def __init__(self, host: str = HOST, *, key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey = RSA_KEY) -> None:
        self.host = host
        self.key = key
        self.pages: dict[str, dict[str, Any]] = {}
        self._put("issuer.json", {"type": "Issuer", "name": "Old School", "url": host, "email": "badges@school.example"})
        self.page("issuer.json")["publicKey"] = self.url("key.json")
        pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        self._put("key.json", {"type": "CryptographicKey", "owner": self.url("issuer.json"), "publicKeyPem": pem})
        badge = {
            "type": "BadgeClass", "name": "Robotics", "description": "Builds robots.", "image": self.url("robot.png"),
            "criteria": {"narrative": "Build one."}, "issuer": self.url("issuer.json"), "tags": ["robots"],
            "alignment": [{"targetName": "Robots", "targetUrl": "https://skills.example/robots", "targetCode": "R1"}],
        }  # fmt: skip
        self._put("badge.json", badge)
        self._put("assertion.json", self.assertion("hosted"))

    def url(self, name: str) -> str:
        return f"{self.host}/{name}"

    def page(self, name: str) -> dict[str, Any]:
        return self.pages[self.url(name)]

    def _put(self, name: str, page: dict[str, Any]) -> None:
        self.pages[self.url(name)] = {"@context": OB2, "id": self.url(name), **page}

    def assertion(self, form: str, **changes: Any) -> dict[str, Any]:
        found = {
            "@context": OB2, "type": "Assertion", "id": self.url("assertion.json"), "badge": self.url("badge.json"),
            "recipient": {"type": "email", "hashed": True, "salt": "deadsea", "identity": _hashed("ana@example.org")},
            "issuedOn": "2020-01-31T23:59:59+00:00", "verification": {"type": form}, "narrative": "She built two.",
            "evidence": [{"id": "_:b0", "narrative": "A film."}, "https://badges.example/film"],
        }  # fmt: skip
        if form == "signed":
            found |= {"id": "urn:uuid:52e4c6b3-8c13-4fa8-8482-a5cf34ef37a9"}
            found["verification"] = {"type": "signed", "creator": self.url("key.json")}
        return found | changes

    def endorsement(self, about: str, name: str = "endorsement.json", **changes: Any) -> dict[str, Any]:
        """What this issuer says about something; laid at its address, from where it is served."""
        claim = {"id": about, "endorsementComment": "In good standing."}
        found = {
            "type": "Endorsement", "issuer": self.url("issuer.json"), "claim": claim, "issuedOn": "2021-02-03T04:05:06Z",
            "verification": {"type": "hosted"},
        }  # fmt: skip
        self._put(name, found | changes)
        return self.page(name)

    def signed_endorsement(self, about: str, **changes: Any) -> str:
        """An endorsement as a compact JWS, which no address serves."""
        stated = {**self.endorsement(about), "id": "urn:uuid:0a1b2c3d-8c13-4fa8-8482-a5cf34ef37a9", **changes}
        del self.pages[self.url("endorsement.json")]
        return self._jws(stated | {"verification": {"type": "signed", "creator": self.url("key.json")}}).decode()

    def signed(self, **changes: Any) -> bytes:
        """A signed badge, as a compact JWS."""
        return self._jws(self.assertion("signed", **changes))

    def _jws(self, document: dict[str, Any]) -> bytes:
        algorithm = "RS256" if isinstance(self.key, rsa.RSAPrivateKey) else "EdDSA"
        prepared = jose.prepare({"alg": algorithm}, document)
        if isinstance(self.key, rsa.RSAPrivateKey):
            signature = self.key.sign(prepared.message, padding.PKCS1v15(), hashes.SHA256())
        else:
            signature = self.key.sign(prepared.message)
        return prepared.finish(signature).encode()

    def revoke(self, *entries: Any) -> None:
        self._put("revoked.json", {"type": "RevocationList", "revokedAssertions": list(entries)})
        self.page("issuer.json")["revocationList"] = self.url("revoked.json")

    def answer(self, need: Need) -> bytes | None:
        page = self.pages.get(need.key)
        return None if page is None else json.dumps(page).encode()


def _hashed(email: str) -> str:
    return str(hashed_identity(email, kind="emailAddress", salt="deadsea")["identityHash"])


def gone(url: str) -> Evidence:
    """What an address that answers 410 leaves as evidence."""
    return Evidence((Item(Kind.BADGE, url, AT, code="verify.not_found_there", parameters={"status": "410"}),))


def fetched(brought: object, issuer: OldIssuer, needs: Any, *, others: Mapping[str, dict[str, Any]] | None = None) -> Evidence:
    """All evidence that the issuer's host, and others, give."""
    issuer.pages.update(others or {})
    return evidence_for(brought, issuer.answer, at=AT, asking=needs)
