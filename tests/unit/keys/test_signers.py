"""Signers sign what others can check."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat

from openler.actions.ports import KeyType
from openler.credentials.multikey import PublicKey, multibase_encode
from openler.errors import Malformed, NotFound
from openler.keys.env import EnvironmentKeys
from openler.keys.signers import KeySigner, from_multicodec, from_pkcs8, from_raw, from_seed, generate

TYPES: tuple[KeyType, ...] = ("Ed25519", "P-256", "P-384")
LENGTHS = {"Ed25519": (32, 64), "P-256": (33, 64), "P-384": (49, 96)}


@pytest.mark.parametrize("key_type", TYPES)
def test_a_signature_is_checked_by_the_public_key_alone(key_type: KeyType) -> None:
    signer = generate(key_type)
    signature = signer.sign(b"data")
    assert (len(signer.public_key), len(signature)) == LENGTHS[key_type]
    public = PublicKey(key_type, signer.public_key)
    assert public.verifies(signature, b"data")
    assert not public.verifies(signature, b"date")


@pytest.mark.parametrize("key_type", TYPES)
def test_the_secret_is_not_in_what_is_printed(key_type: KeyType) -> None:
    signer = generate(key_type)
    assert "rivate" not in repr(signer)
    assert "rivate" not in str([signer])


@pytest.mark.parametrize("key_type", TYPES)
def test_each_key_is_new_and_a_seeded_one_is_not(key_type: KeyType) -> None:
    assert generate(key_type).public_key != generate(key_type).public_key
    assert from_seed(key_type, b"1") == from_seed(key_type, b"1")
    assert from_seed(key_type, b"1") != from_seed(key_type, b"2")


@pytest.mark.parametrize("key_type", TYPES)
def test_pkcs8_brings_the_same_key_back(key_type: KeyType) -> None:
    signer = generate(key_type)
    assert from_pkcs8(signer.pkcs8()) == signer


def test_rfc_8032_test_1() -> None:
    secret = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    signer = from_raw("Ed25519", secret)
    assert signer.public_key.hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert signer.sign(b"").hex() == (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )


def test_rfc_6979_ecdsa_is_deterministic() -> None:
    # RFC 6979 appendix A.2.5: P-256, SHA-256, message "sample"
    signer = from_raw("P-256", bytes.fromhex("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721"))
    assert signer.sign(b"sample").hex().upper() == (
        "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8"
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x",
        b"\x80\x26",
        b"\x80\x26" + b"1" * 31,
        b"\xed\x01" + b"1" * 32,
        b"\x86\x26" + b"\xff" * 32,
        b"\x86\x26" + bytes(32),
        b"\x87\x26" + b"1" * 32,
    ],
)
def test_secrets_of_the_wrong_shape_are_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        from_multicodec(data)


def _pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey, *, passphrase: bytes = b"") -> bytes:
    encryption = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)


def test_keys_of_other_kinds_and_encrypted_ones_are_refused() -> None:
    for pem in (
        _pem(rsa.generate_private_key(65537, 2048)),
        _pem(ec.generate_private_key(ec.SECP256K1())),
        _pem(ed25519.Ed25519PrivateKey.generate(), passphrase=b"x"),
        b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    ):
        with pytest.raises(Malformed):
            from_pkcs8(pem)


def test_the_environment_holds_pem_or_multibase() -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    signer = KeySigner.of(key)
    environ = {"PEM": _pem(key).decode(), "MULTIBASE": "  " + multibase_encode(b"\x80\x26" + key.private_bytes_raw()) + "\n"}
    keys = EnvironmentKeys(environ)
    assert keys("env:PEM").public_key == keys("env:MULTIBASE").public_key == signer.public_key


@pytest.mark.parametrize(
    ("value", "kind"), [("", NotFound), ("  ", NotFound), ("zzzz", Malformed), ("hunter2", Malformed), ("z0OIl", Malformed)]
)
def test_what_is_no_key_is_told_without_showing_it(value: str, kind: type[Exception]) -> None:
    with pytest.raises(kind) as caught:
        EnvironmentKeys({"KEY": value})("env:KEY")
    assert not value.strip() or value not in str(caught.value)


def test_a_variable_that_is_not_set_is_not_found() -> None:
    with pytest.raises(NotFound):
        EnvironmentKeys({})("env:KEY")
