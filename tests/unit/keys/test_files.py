"""Keys at rest: sealed, owned, never overwritten."""

from __future__ import annotations

import json
import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from openler.access.sealing import STANDARD_COST, Cost
from openler.actions.ports import KeyStore, KeyType
from openler.credentials.multikey import PublicKey
from openler.errors import Conflict, Malformed, NotFound, OpenlerError, Refused, Unavailable
from openler.keys import keyfile, names
from openler.keys.files import FileKeys
from openler.keys.signers import KeySigner, generate
from openler.net.system import SystemEntropy

AT = datetime(2026, 9, 1, 12, tzinfo=UTC)
CHEAP = Cost(time=1, memory=64, lanes=1)


class Passphrase:
    """Counts how often it is asked."""

    def __init__(self, text: str = "correct horse") -> None:
        self.text = text
        self.asked = 0

    def __call__(self) -> str:
        self.asked += 1
        return self.text


def store(directory: Path, passphrase: Passphrase | None = None) -> FileKeys:
    return FileKeys(directory / "keys", passphrase or Passphrase(), SystemEntropy(), cost=CHEAP)


def content(directory: Path, name: str = "issuer") -> dict[str, Any]:
    return dict(json.loads((directory / "keys" / f"{name}.json").read_text()))


def rewrite(directory: Path, **changes: object) -> None:
    (directory / "keys" / "issuer.json").write_text(json.dumps({**content(directory), **changes}))


@pytest.mark.parametrize("key_type", ["Ed25519", "P-256", "P-384"])
def test_a_key_signs_after_a_restart(tmp_path: Path, key_type: KeyType) -> None:
    made: KeyStore = store(tmp_path)
    info = made.create("issuer", key_type, at=AT)
    signature = store(tmp_path).signer(info.uri).sign(b"data")
    assert PublicKey(key_type, info.public_key).verifies(signature, b"data")
    assert store(tmp_path).keys() == (info,)


def test_only_the_owner_can_read_and_no_half_file_is_left(tmp_path: Path) -> None:
    store(tmp_path).create("issuer", "Ed25519", at=AT)
    folder = tmp_path / "keys"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [(file.name, stat.S_IMODE(file.stat().st_mode)) for file in folder.iterdir()] == [("issuer.json", 0o600)]


def test_a_directory_that_stands_open_is_closed(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir(mode=0o755)
    store(tmp_path).create("issuer", "Ed25519", at=AT)
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_the_secret_is_not_in_the_file(tmp_path: Path) -> None:
    keys = store(tmp_path)
    info = keys.create("issuer", "Ed25519", at=AT)
    signer = keys.signer(info.uri)
    raw = signer.pkcs8()[-32:]  # type: ignore[attr-defined]
    data = (tmp_path / "keys" / "issuer.json").read_bytes()
    assert raw not in data
    assert raw.hex().encode() not in data
    assert b"correct horse" not in data


def test_a_wrong_passphrase_is_told_as_such(tmp_path: Path) -> None:
    store(tmp_path).create("issuer", "Ed25519", at=AT)
    with pytest.raises(Refused) as caught:
        store(tmp_path, Passphrase("wrong")).signer("file:issuer")
    assert caught.value.code == "keys.passphrase_wrong"


def test_a_second_key_cannot_be_made_under_another_passphrase(tmp_path: Path) -> None:
    store(tmp_path).create("issuer", "Ed25519", at=AT)
    with pytest.raises(Refused):
        store(tmp_path, Passphrase("typo")).create("second", "Ed25519", at=AT)
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["issuer.json"]


def test_an_empty_passphrase_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        store(tmp_path, Passphrase("")).create("issuer", "Ed25519", at=AT)
    assert caught.value.code == "keys.passphrase_empty"


def test_a_name_is_never_taken_twice(tmp_path: Path) -> None:
    keys = store(tmp_path)
    info = keys.create("issuer", "Ed25519", at=AT)
    with pytest.raises(Conflict):
        keys.create("issuer", "P-256", at=AT)
    assert keys.keys() == (info,)


def test_somebody_quicker_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = store(tmp_path).create("issuer", "Ed25519", at=AT)
    monkeypatch.setattr(Path, "exists", lambda _: False)
    with pytest.raises(Conflict):
        store(tmp_path).create("issuer", "Ed25519", at=AT)
    assert store(tmp_path).keys() == (first,)


def test_a_batch_pays_for_the_passphrase_once(tmp_path: Path) -> None:
    store(tmp_path).create("issuer", "Ed25519", at=AT)
    passphrase = Passphrase()
    keys = store(tmp_path, passphrase)
    for number in range(50):
        keys.signer("file:issuer").sign(bytes([number]))
    assert passphrase.asked == 1


def test_listing_needs_no_passphrase_and_is_oldest_first(tmp_path: Path) -> None:
    keys = store(tmp_path)
    keys.create("b", "Ed25519", at=AT)
    keys.create("c", "P-256", at=AT - timedelta(days=1))
    keys.create("a", "P-384", at=AT)
    passphrase = Passphrase()
    listed = store(tmp_path, passphrase).keys()
    assert [info.name for info in listed] == ["c", "a", "b"]
    assert passphrase.asked == 0
    assert store(tmp_path / "nowhere").keys() == ()


def test_a_retired_key_is_listed_and_signs_no_more(tmp_path: Path) -> None:
    keys = store(tmp_path)
    keys.create("issuer", "Ed25519", at=AT)
    later = AT + timedelta(days=1)
    retired = keys.retire("issuer", at=later)
    assert retired.retired == later
    assert keys.retire("issuer", at=later + timedelta(days=1)).retired == later
    for again in (keys, store(tmp_path)):
        assert again.keys() == (retired,)
        with pytest.raises(Refused) as caught:
            again.signer("file:issuer")
        assert caught.value.code == "keys.retired"


def test_retirement_by_another_process_is_seen(tmp_path: Path) -> None:
    here = store(tmp_path)
    here.create("issuer", "Ed25519", at=AT)
    store(tmp_path).retire("issuer", at=AT)
    with pytest.raises(Refused):
        here.signer("file:issuer")


def test_retirement_cannot_be_taken_back_by_editing(tmp_path: Path) -> None:
    store(tmp_path).create("issuer", "Ed25519", at=AT)
    store(tmp_path).retire("issuer", at=AT)
    rewrite(tmp_path, retired=None)
    with pytest.raises(Malformed) as caught:
        store(tmp_path).signer("file:issuer")
    assert caught.value.code == "keys.file_damaged"


def test_a_key_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        store(tmp_path).signer("file:issuer")
    with pytest.raises(NotFound):
        store(tmp_path).retire("issuer", at=AT)


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", "/etc/passwd", ".hidden", "A", "ä", "a b", "a\n", "x" * 65, "a\x00"])
def test_a_name_cannot_leave_the_directory(tmp_path: Path, name: str) -> None:
    with pytest.raises(Malformed):
        store(tmp_path).create(name, "Ed25519", at=AT)
    with pytest.raises(OpenlerError):
        store(tmp_path).signer(f"file:{name}")
    assert not (tmp_path / "keys").exists()


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o622])
def test_a_file_that_others_can_read_is_not_used(tmp_path: Path, mode: int) -> None:
    store(tmp_path).create("issuer", "Ed25519", at=AT)
    (tmp_path / "keys" / "issuer.json").chmod(mode)
    with pytest.raises(Refused) as caught:
        store(tmp_path).signer("file:issuer")
    assert caught.value.code == "keys.file_exposed"


def test_every_truncation_is_told_as_damage(tmp_path: Path) -> None:
    store(tmp_path).create("issuer", "Ed25519", at=AT)
    path = tmp_path / "keys" / "issuer.json"
    whole = path.read_bytes()
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        with pytest.raises(Malformed):
            store(tmp_path).signer("file:issuer")


@pytest.mark.parametrize(
    "changes",
    [
        {"publicKey": "00" * 32}, {"keyType": "P-256"}, {"keyType": "RSA"}, {"created": "2026-09-02T12:00:00+00:00"},
        {"created": "2026-09-01"},
        {"retired": "x"}, {"format": "openler-key-2"}, {"name": "other"}, {"sealed": ""}, {"sealed": "01" * 40}, {"sealed": 7},
        {"salt": "zz"},
        {"cost": "argon2id:1:64"}, {"cost": "argon2id:1:99999999999:1"}, {"cost": "argon2id:999999:64:1"}, {"cost": "argon2id:1:7:1"},
        {"cost": "argon2id:0:64:1"}, {"cost": "scrypt:1:64:1"}, {"salt": "00"},
    ],
)  # fmt: skip
def test_every_change_is_noticed(tmp_path: Path, changes: dict[str, object]) -> None:
    store(tmp_path).create("issuer", "Ed25519", at=AT)
    rewrite(tmp_path, **changes)
    with pytest.raises(OpenlerError) as caught:
        store(tmp_path).signer("file:issuer")
    assert caught.value.code in {"keys.file_damaged", "keys.passphrase_wrong"}


def test_one_flipped_bit_of_the_secret_is_noticed(tmp_path: Path) -> None:
    store(tmp_path).create("issuer", "Ed25519", at=AT)
    sealed = bytearray.fromhex(content(tmp_path)["sealed"])
    sealed[-1] ^= 1
    rewrite(tmp_path, sealed=sealed.hex())
    with pytest.raises(Malformed):
        store(tmp_path).signer("file:issuer")


def test_a_secret_moved_to_another_file_does_not_open(tmp_path: Path) -> None:
    keys = store(tmp_path)
    keys.create("issuer", "Ed25519", at=AT)
    keys.create("other", "Ed25519", at=AT)
    other = content(tmp_path, "other")
    rewrite(tmp_path, **{name: other[name] for name in ("sealed", "salt", "check")})
    with pytest.raises(Malformed):
        store(tmp_path).signer("file:issuer")


def test_a_huge_file_is_not_read_whole(tmp_path: Path) -> None:
    store(tmp_path).create("issuer", "Ed25519", at=AT)
    (tmp_path / "keys" / "issuer.json").write_bytes(b" " * (keyfile.MAX_FILE + 1))
    with pytest.raises(Malformed):
        store(tmp_path).signer("file:issuer")


def test_a_crash_before_the_rename_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    keys = store(tmp_path)
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(Unavailable) as caught:
        keys.create("issuer", "Ed25519", at=AT)
    assert str(tmp_path) not in str(caught.value)
    assert list((tmp_path / "keys").iterdir()) == []


def test_a_crash_while_retiring_keeps_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = store(tmp_path)
    info = keys.create("issuer", "Ed25519", at=AT)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError(5, "Input/output error")))
        with pytest.raises(Unavailable):
            keys.retire("issuer", at=AT)
    assert store(tmp_path).keys() == (info,)
    assert store(tmp_path).signer(info.uri).public_key == info.public_key


def test_the_standard_cost_is_rfc_9106s_second_recommendation(tmp_path: Path) -> None:
    keys = FileKeys(tmp_path, Passphrase(), SystemEntropy())
    keys.create("issuer", "Ed25519", at=AT)
    assert json.loads((tmp_path / "issuer.json").read_text())["cost"] == "argon2id:3:65536:4" == str(STANDARD_COST)


def held(directory: Path, places: dict[str, KeySigner]) -> FileKeys:
    def elsewhere(uri: str) -> KeySigner:
        if uri not in places:
            raise NotFound(names.NOT_FOUND, name=uri)
        return places[uri]

    return FileKeys(directory / "keys", Passphrase(), SystemEntropy(), cost=CHEAP, elsewhere=elsewhere)


TOKEN = "token:a"


@pytest.mark.parametrize("key_type", ["Ed25519", "P-256", "P-384"])
def test_a_key_that_is_held_elsewhere_has_a_name_and_dates_here_and_signs_there(tmp_path: Path, key_type: KeyType) -> None:
    signer = generate(key_type)
    info = held(tmp_path, {TOKEN: signer}).add("issuer", TOKEN, at=AT)
    assert (info.uri, info.held, info.key_type, info.public_key) == ("file:issuer", TOKEN, key_type, signer.public_key)
    again = held(tmp_path, {TOKEN: signer})
    assert again.keys() == (info,)
    assert PublicKey(key_type, info.public_key).verifies(again.signer("file:issuer").sign(b"data"), b"data")
    with pytest.raises(Conflict) as caught:
        again.add("another", TOKEN, at=AT)
    assert caught.value.code == "keys.listed_already"
    again.retire("issuer", at=AT)
    with pytest.raises(Refused):
        again.signer("file:issuer")


def test_another_key_in_its_place_is_not_taken_for_it(tmp_path: Path) -> None:
    held(tmp_path, {TOKEN: generate("P-256")}).add("issuer", TOKEN, at=AT)
    with pytest.raises(Malformed) as caught:
        held(tmp_path, {TOKEN: generate("P-256")}).signer("file:issuer")
    assert caught.value.code == "keys.other_key_there"


@pytest.mark.parametrize("changes", [{"held": "token:b"}, {"publicKey": "00" * 32}, {"created": "2020-01-01T00:00:00+00:00"}])
def test_what_is_said_of_a_key_elsewhere_cannot_be_edited(tmp_path: Path, changes: dict[str, str]) -> None:
    signer = generate("Ed25519")
    held(tmp_path, {TOKEN: signer}).add("issuer", TOKEN, at=AT)
    rewrite(tmp_path, **changes)
    with pytest.raises(Malformed) as caught:
        held(tmp_path, {TOKEN: signer, "token:b": signer}).signer("file:issuer")
    assert caught.value.code == "keys.file_damaged"


def test_that_a_key_was_stolen_is_kept_and_cannot_be_edited_away(tmp_path: Path) -> None:
    store(tmp_path).create("issuer", "Ed25519", at=AT)
    later = AT + timedelta(days=9)
    info = store(tmp_path).retire("issuer", at=later, compromised=AT)
    assert (info.retired, info.compromised) == (later, AT)
    assert store(tmp_path).keys() == (info,)
    put_off = (AT + timedelta(days=1)).isoformat()
    rewrite(tmp_path, compromised=put_off)
    with pytest.raises(Malformed) as caught:
        store(tmp_path).retire("issuer", at=later, compromised=AT)
    assert caught.value.code == "keys.file_damaged"
