"""Keys in a token sign what others can check, survive that the token was away, and give no PIN away."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from openler.actions.ports import KeyType
from openler.credentials.multikey import PublicKey
from openler.errors import Conflict, Misused, NotFound, OpenlerError, Refused, Unavailable
from openler.keys.pkcs11 import TokenKeys
from tests.support import softhsm

with_token = pytest.mark.skipif(bool(softhsm.why_not()), reason=softhsm.why_not() or "-")
TYPES: tuple[KeyType, ...] = ("Ed25519", "P-256", "P-384")
_NUMBERS = count(1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """SoftHSM reads its configuration once a process, so all tests share one folder of tokens."""
    made = tmp_path_factory.mktemp("softhsm")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(softhsm.configure(made)))
        yield made
        import pkcs11

        pkcs11.unload(str(softhsm.library()))


@pytest.fixture
def token(folder: Path) -> str:
    """A fresh token's label."""
    label = f"College {next(_NUMBERS)}"
    softhsm.make_token(label)
    import pkcs11

    pkcs11.lib(str(softhsm.library())).reinitialize()
    return label


def uri(token: str, name: str = "issuer", more: str = "") -> str:
    return f"pkcs11:token={token.replace(' ', '%20')};object={name}{more}"


def opened(pin: str | None = softhsm.PIN, **environ: str) -> TokenKeys:
    return TokenKeys(softhsm.library(), pin=lambda: pin, environ=environ)


@with_token
@pytest.mark.parametrize("key_type", TYPES)
def test_a_key_made_in_a_token_signs_what_its_public_half_checks(token: str, key_type: KeyType) -> None:
    keys = opened()
    keys.generate(uri(token), key_type)
    signer = opened()(uri(token))
    assert signer.key_type == key_type
    public = PublicKey(key_type, signer.public_key)
    signature = signer.sign(b"data")
    assert public.verifies(signature, b"data")
    assert not public.verifies(signature, b"date")


@with_token
def test_a_secret_never_leaves_the_token(token: str) -> None:
    keys = opened()
    keys.generate(uri(token), "P-256")
    keys.close()
    import pkcs11

    with pkcs11.lib(str(softhsm.library())).get_token(token_label=token).open(user_pin=softhsm.PIN) as session:
        private = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label="issuer")
        assert (private[pkcs11.Attribute.SENSITIVE], private[pkcs11.Attribute.EXTRACTABLE]) == (True, False)
        with pytest.raises(pkcs11.exceptions.AttributeSensitive):
            private[pkcs11.Attribute.VALUE]


@with_token
def test_a_key_is_found_by_its_id_too_and_never_made_twice(token: str) -> None:
    keys = opened()
    keys.generate(uri(token, more=";id=%01%02"), "P-256")
    by_id = keys(f"pkcs11:token={token.replace(' ', '%20')};id=%01%02;type=private")
    assert by_id.public_key == keys(uri(token)).public_key
    with pytest.raises(Conflict) as caught:
        keys.generate(uri(token), "P-256")
    assert caught.value.code == "keys.token_key_exists"


@with_token
def test_after_the_token_was_away_it_signs_again(token: str, folder: Path) -> None:
    keys = opened()
    keys.generate(uri(token), "Ed25519")
    signer = keys(uri(token))
    signer.sign(b"before")
    import pkcs11

    pkcs11.lib(str(softhsm.library())).reinitialize()  # every session is gone, as when a token is pulled out and put in again
    assert PublicKey("Ed25519", signer.public_key).verifies(signer.sign(b"after"), b"after")
    shutil.move(folder / "tokens", folder / "away")
    (folder / "tokens").mkdir()
    pkcs11.lib(str(softhsm.library())).reinitialize()
    with pytest.raises(NotFound) as caught:
        signer.sign(b"while away")
    assert caught.value.code == "keys.token_not_found"
    (folder / "tokens").rmdir()
    shutil.move(folder / "away", folder / "tokens")
    assert PublicKey("Ed25519", signer.public_key).verifies(signer.sign(b"back"), b"back")


@with_token
def test_a_refused_pin_is_not_tried_again_and_stands_in_no_error(token: str) -> None:
    keys = opened()
    keys.generate(uri(token), "P-256")
    keys.close()
    wrong = opened("wrong-pin-31415")
    for _ in range(5):
        with pytest.raises(Refused) as caught:
            wrong(uri(token))
        assert caught.value.code == "keys.token_pin_wrong"
        seen = f"{caught.value!r} {caught.value} {caught.value.detail} {caught.value.__cause__!r} {wrong!r} {vars(wrong)}"
        assert "31415" not in seen
    assert keys(uri(token)).sign(b"not locked")


@with_token
def test_the_pin_comes_from_where_the_uri_says(token: str, tmp_path: Path) -> None:
    opened().generate(uri(token), "P-256")
    file = tmp_path / "pin"
    file.write_text(softhsm.PIN + "\n")
    file.chmod(0o600)
    assert opened(None, TOKEN_PIN=softhsm.PIN)(uri(token, more="?pin-source=env:TOKEN_PIN")).sign(b"x")
    assert opened(None)(uri(token, more=f"?pin-source=file:{file}")).sign(b"x")
    file.chmod(0o644)
    with pytest.raises(Refused) as caught:
        opened(None)(uri(token, more=f"?pin-source=file:{file}"))
    assert caught.value.code == "keys.file_exposed"
    for more in ("", "?pin-source=env:NOBODY", "?pin-source=file:/nowhere/at/all"):
        with pytest.raises(Misused) as missing:
            opened(None)(uri(token, more=more))
        assert missing.value.code == "keys.token_pin_missing"


@with_token
def test_what_is_not_there_is_told_apart(token: str) -> None:
    keys = opened()
    for wanted, code in (("pkcs11:token=Nobody;object=issuer", "keys.token_not_found"), (uri(token), "keys.token_key_not_found")):
        with pytest.raises(NotFound) as caught:
            keys(wanted)
        assert caught.value.code == code


@with_token
def test_an_rsa_key_is_told_as_unfit(token: str) -> None:
    import pkcs11

    lib = pkcs11.lib(str(softhsm.library()))
    with lib.get_token(token_label=token).open(user_pin=softhsm.PIN, rw=True) as session:
        session.generate_keypair(pkcs11.KeyType.RSA, 2048, store=True, label="issuer")
    with pytest.raises(OpenlerError) as caught:
        opened()(uri(token))
    assert caught.value.code == "keys.token_key_unfit"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("pkcs11:", "keys.token_uri_malformed"),
        ("pkcs11:token=a", "keys.token_uri_unnamed"),
        ("pkcs11:object=a", "keys.token_uri_unnamed"),
        ("pkcs11:token=a;object=b?pin-value=1234-secret", "keys.token_pin_in_uri"),
        ("pkcs11:token=a;object=b?module-path=/tmp/evil.so", "keys.token_uri_malformed"),
        ("pkcs11:token=a;object=b?pin-source=|/bin/cat", "keys.token_uri_malformed"),
        ("pkcs11:token=a;token=b;object=c", "keys.token_uri_malformed"),
        ("pkcs11:token=a;object=b;type=public", "keys.token_uri_malformed"),
        ("pkcs11:token=a;object=b;slot-id=x", "keys.token_uri_malformed"),
        ("pkcs11:token=%ff;object=b", "keys.token_uri_malformed"),
        ("pkcs11:token=a;object", "keys.token_uri_malformed"),
        ("pkcs11:token=a;object=b\nc", "keys.token_uri_malformed"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_being_repeated(text: str, code: str) -> None:
    with pytest.raises(Misused) as caught:
        TokenKeys(Path("/nowhere.so"), pin=lambda: "x")(text)
    assert caught.value.code == code
    assert "1234-secret" not in str(caught.value)


def test_where_the_extra_is_missing_the_line_that_installs_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pkcs11", None)
    with pytest.raises(Misused) as caught:
        TokenKeys(Path("/nowhere.so"))("pkcs11:token=a;object=b")
    assert (caught.value.code, caught.value.parameters) == ("keys.token_extra_missing", {"extra": "pkcs11"})


@with_token
def test_a_library_that_is_none_is_told_and_so_is_that_none_was_named(tmp_path: Path) -> None:
    (tmp_path / "text.so").write_text("no library")
    for module in (tmp_path / "absent.so", tmp_path / "text.so"):
        with pytest.raises(Unavailable) as caught:
            TokenKeys(module, pin=lambda: "x")("pkcs11:token=a;object=b")
        assert caught.value.code == "keys.token_module_broken"
    with pytest.raises(Misused) as unnamed:
        TokenKeys(None)("pkcs11:token=a;object=b")
    assert unnamed.value.code == "keys.token_module_missing"


class _Driver:
    """The package's exceptions and one token that refuses every PIN, counting how often it was asked."""

    def __init__(self) -> None:
        names = (
            "PKCS11Error", "PinIncorrect", "PinLocked", "PinExpired", "PinInvalid", "PinLenRange", "MechanismInvalid", "NoSuchToken",
            "TokenNotPresent", "SlotIDInvalid", "UserAlreadyLoggedIn",
        )  # fmt: skip
        base = type("PKCS11Error", (RuntimeError,), {})
        for name in names:
            setattr(self, name, base if name == "PKCS11Error" else type(name, (base,), {}))
        self.asked = 0
        self.slot = self
        self.slot_id, self.serial, self.label, self.manufacturer_id, self.model = 1, b"1", "College", "m", "m"

    def lib(self, _path: str) -> _Driver:
        return self

    def get_slots(self, *, token_present: bool) -> list[_Driver]:
        assert token_present
        return [self]

    def get_token(self) -> _Driver:
        return self

    def open(self, **_options: object) -> None:
        self.asked += 1
        raise self.PinIncorrect  # type: ignore[attr-defined]


def test_a_pin_that_was_refused_is_remembered_without_asking_the_token_again(monkeypatch: pytest.MonkeyPatch) -> None:
    driver = _Driver()
    monkeypatch.setitem(sys.modules, "pkcs11", driver)
    keys = TokenKeys(Path("/any.so"), pin=lambda: "wrong-pin-31415")
    for _ in range(5):
        with pytest.raises(Refused) as caught:
            keys("pkcs11:token=College;object=issuer")
        assert caught.value.code == "keys.token_pin_wrong"
    assert driver.asked == 1
