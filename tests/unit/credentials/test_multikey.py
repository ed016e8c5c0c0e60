"""Keys in text: what is written reads back, what is broken is refused, what is unknown is told as unknown."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from openler.credentials.base58 import base58_encode
from openler.credentials.faults import CannotCheck
from openler.credentials.multikey import (
    KeyType,
    PublicKey,
    from_base58,
    from_jwk,
    from_multikey,
    multibase_decode,
    multibase_encode,
)
from openler.errors import Malformed
from tests.support.other_keys import RsaKey, encoded, rsa_private

CURVES: dict[KeyType, tuple[ec.EllipticCurve, hashes.HashAlgorithm, int]] = {
    "P-256": (ec.SECP256R1(), hashes.SHA256(), 32),
    "P-384": (ec.SECP384R1(), hashes.SHA384(), 48),
}


@pytest.mark.parametrize("key_type", ["P-256", "P-384"])
def test_an_ecdsa_key_reads_back_from_both_its_forms_and_verifies(key_type: KeyType) -> None:
    curve, algorithm, size = CURVES[key_type]
    private = ec.derive_private_key(12345, curve)
    public = private.public_key()
    key = PublicKey(key_type, public.public_bytes(Encoding.X962, PublicFormat.CompressedPoint))
    numbers = public.public_numbers()

    def text(number: int) -> str:
        return base64.urlsafe_b64encode(number.to_bytes(size)).decode().rstrip("=")

    assert from_multikey(key.multikey) == key
    assert from_jwk({"kty": "EC", "crv": key_type, "x": text(numbers.x), "y": text(numbers.y)}) == key
    r, s = decode_dss_signature(private.sign(b"said", ec.ECDSA(algorithm)))
    signature = r.to_bytes(size) + s.to_bytes(size)
    assert key.verifies(signature, b"said")
    assert not key.verifies(signature, b"sand")
    assert not key.verifies(signature[:-1], b"said")


def test_an_ed25519_key_verifies_its_own_signature_only() -> None:
    private = Ed25519PrivateKey.from_private_bytes(bytes(32))
    key = PublicKey("Ed25519", private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
    assert from_multikey(key.multikey) == key
    assert key.verifies(private.sign(b"said"), b"said")
    assert not key.verifies(private.sign(b"sand"), b"said")
    assert not key.verifies(b"short", b"said")


def test_a_key_of_another_kind_could_not_be_checked() -> None:
    with pytest.raises(CannotCheck):
        from_multikey(multibase_encode(b"\xe7\x01" + bytes(33)))
    with pytest.raises(CannotCheck):
        from_jwk({"kty": "EC", "crv": "secp256k1", "x": "AQAB", "y": "AQAB"})


@pytest.mark.parametrize("prefix", [b"\xed\x01" + bytes(31), b"\x80\x24" + bytes(33)])
def test_a_key_of_the_wrong_length_or_off_its_curve_is_refused(prefix: bytes) -> None:
    with pytest.raises(Malformed):
        from_multikey(multibase_encode(prefix))


@pytest.mark.parametrize("text", [None, 3, "", "mAAAA", "u!!"])
def test_what_is_not_multibase_is_refused(text: object) -> None:
    with pytest.raises(Malformed):
        multibase_decode(text)


def test_an_rsa_key_reads_back_from_both_its_spellings_and_checks_signatures() -> None:
    key = RsaKey().public
    numbers = rsa_private().public_key().public_numbers()
    jwk = {"kty": "RSA", "n": encoded(numbers.n.to_bytes(256)), "e": encoded(numbers.e.to_bytes(3))}
    assert from_multikey(key.multikey) == from_jwk(jwk) == key
    assert key.verifies(RsaKey().raw(b"said"), b"said")
    assert not key.verifies(RsaKey().raw(b"sand"), b"said")
    assert not key.verifies(b"", b"said")


@pytest.mark.parametrize("bits", [1024, 4104])
def test_an_rsa_key_too_small_or_too_large_is_refused(bits: int) -> None:
    modulus = ((1 << bits - 1) + 1).to_bytes(bits // 8)
    with pytest.raises(Malformed):
        from_jwk({"kty": "RSA", "n": encoded(modulus), "e": "AQAB"})


@pytest.mark.parametrize(
    "jwk", [{"n": "AQAB"}, {"n": "AQAB", "e": "AQAB"}, {"n": "A" * 5000, "e": "AQAB"}, {"n": 7, "e": "AQAB"}, {"e": "AQAB"}]
)
def test_a_broken_rsa_key_is_refused(jwk: dict[str, object]) -> None:
    with pytest.raises(Malformed):
        from_jwk({"kty": "RSA", **jwk})


def test_a_key_for_encrypting_is_told_as_such() -> None:
    with pytest.raises(CannotCheck) as multikey:
        from_multikey(multibase_encode(b"\xec\x01" + bytes(32)))
    with pytest.raises(CannotCheck) as jwk:
        from_jwk({"kty": "OKP", "crv": "X25519", "x": "AA"})
    assert multikey.value.code == jwk.value.code == "credentials.key_agreement_only"


@pytest.mark.parametrize("text", [None, "", "1" * 32 + "0", base58_encode(bytes(31)), 7])
def test_a_key_as_written_in_2018_that_is_broken_is_refused(text: object) -> None:
    with pytest.raises(Malformed):
        from_base58(text)
