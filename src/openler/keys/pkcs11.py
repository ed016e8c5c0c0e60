"""Keys in tokens (HSMs, smart cards, SoftHSM) by PKCS #11: ``pkcs11:token=...;object=...``. They sign there and never leave.

A token may be pulled out and put in again: the session is then opened anew, once, before a signature is given up. A PIN that
the token refused is not tried again, for three wrong ones lock most tokens.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from openler.actions.ports import KeyType, Signer
from openler.errors import Conflict, Malformed, Misused, NotFound, Refused, Unavailable, declare
from openler.keys import atomic, pkcs11_uri
from openler.keys.pkcs11_uri import SCHEME, TokenUri

__all__ = ["SCHEME", "TokenKeys", "TokenSigner"]

EXTRA_MISSING = declare("keys.token_extra_missing", by=__name__)
MODULE_MISSING = declare("keys.token_module_missing", by=__name__)
MODULE_BROKEN = declare("keys.token_module_broken", by=__name__)
PIN_MISSING = declare("keys.token_pin_missing", by=__name__)
PIN_WRONG = declare("keys.token_pin_wrong", by=__name__)
PIN_LOCKED = declare("keys.token_pin_locked", by=__name__)
TOKEN_NOT_FOUND = declare("keys.token_not_found", by=__name__)
KEY_NOT_FOUND = declare("keys.token_key_not_found", by=__name__)
KEY_AMBIGUOUS = declare("keys.token_key_ambiguous", by=__name__)
KEY_UNFIT = declare("keys.token_key_unfit", by=__name__)
KEY_EXISTS = declare("keys.token_key_exists", by=__name__)
NO_ANSWER = declare("keys.token_no_answer", by=__name__)

EXTRA = "pkcs11"
T = TypeVar("T")
_MAX_PIN = 1024
_OCTET_STRING, _BIT_STRING = 0x04, 0x03
_CURVES: Mapping[bytes, KeyType] = {
    bytes.fromhex("06082a8648ce3d030107"): "P-256",
    bytes.fromhex("06052b81040022"): "P-384",
    bytes.fromhex("06032b6570"): "Ed25519",
    b"\x13\x0cedwards25519": "Ed25519",  # the curve's name instead of its OID, as PKCS #11 3.0 allows
}
"""CKA_EC_PARAMS in DER (PKCS #11 3.0, section 2.3.3)."""
_PARAMETERS: Mapping[KeyType, bytes] = {
    "P-256": b"\x06\x08*\x86H\xce=\x03\x01\x07",
    "P-384": b'\x06\x05+\x81\x04\x00"',
    "Ed25519": b"\x06\x03+ep",
}
_LENGTHS: Mapping[KeyType, tuple[int, int, Any]] = {
    "Ed25519": (32, 64, None),
    "P-256": (65, 64, ec.SECP256R1()),
    "P-384": (97, 96, ec.SECP384R1()),
}
"""How long a public point and a signature are, in bytes."""


@dataclass(frozen=True, slots=True)
class TokenSigner:
    """The Signer port over a key in a token."""

    key_type: KeyType
    public_key: bytes
    _keys: TokenKeys = field(repr=False, compare=False)
    _uri: TokenUri = field(repr=False, compare=False)

    def sign(self, data: bytes) -> bytes:
        """The raw signature, made in the token. ECDSA gets the digest (CKM_ECDSA), EdDSA the data (CKM_EDDSA).

        :raises Unavailable: ``keys.token_no_answer``
        :raises Refused: ``keys.token_pin_wrong``, ``keys.token_pin_locked``
        :raises NotFound: the token or the key is not there any more
        """
        return self._keys.sign(self._uri, self.key_type, data)


class TokenKeys:
    """Opens ``pkcs11:`` URIs by way of the library at ``module``. Safe for threads: a token does one thing at a time.

    ``pin`` gives the PIN for URIs without ``pin-source``; ``environ`` is the process's environment unless given.
    """

    def __init__(
        self, module: Path | None, *, pin: Callable[[], str | None] = lambda: None, environ: Mapping[str, str] | None = None
    ) -> None:
        self._module = module
        self._pin = pin
        self._environ = os.environ if environ is None else environ
        self._lock = threading.RLock()
        self._sessions: dict[tuple[int, bytes], Any] = {}
        self._private: dict[str, Any] = {}
        self._signers: dict[str, TokenSigner] = {}
        self._refused: set[tuple[bytes, bytes]] = set()

    def __call__(self, uri: str) -> Signer:
        """A signer for a key in a token.

        :raises Misused: the URI cannot be used, no library is set, the extra is not installed, or no PIN is given
        :raises NotFound: ``keys.token_not_found``, ``keys.token_key_not_found``
        :raises Refused: ``keys.token_pin_wrong``, ``keys.token_pin_locked``
        :raises Malformed: ``keys.token_key_unfit``, ``keys.token_key_ambiguous``
        :raises Unavailable: ``keys.token_module_broken``, ``keys.token_no_answer``
        """
        wanted = pkcs11_uri.parse(uri)
        with self._lock:
            known = self._signers.get(uri)
            if known is None:
                key_type, public_key = self._trying(wanted, lambda: self._public(wanted))
                known = self._signers[uri] = TokenSigner(key_type, public_key, self, wanted)
        return known

    def generate(self, uri: str, key_type: KeyType) -> None:
        """Make a key pair in the token, its private half never to leave it.

        :raises Conflict: ``keys.token_key_exists``
        """
        wanted = pkcs11_uri.parse(uri)
        with self._lock:
            self._trying(wanted, lambda: self._generate(wanted, key_type))

    def sign(self, uri: TokenUri, key_type: KeyType, data: bytes) -> bytes:
        """Sign ``data``; see :meth:`TokenSigner.sign`."""
        with self._lock:
            return self._trying(uri, lambda: self._signature(uri, key_type, data))

    # --- with the lock held ---

    def _trying(self, uri: TokenUri, what: Callable[[], T]) -> T:
        """Do something; where the token lost us, open it anew and do it once more."""
        driver = self._driver()
        try:
            return what()
        except driver.PKCS11Error as error:
            if isinstance(error, driver.PinIncorrect | driver.PinLocked | driver.PinExpired | driver.MechanismInvalid):
                self._failed(driver, uri, error)
        self.close(anew=True)
        try:
            return what()
        except driver.PKCS11Error as error:
            self._failed(driver, uri, error)

    def _failed(self, driver: Any, uri: TokenUri, error: Exception) -> NoReturn:
        """The driver's failure as one of ours. Its own words are not repeated: nobody knows what they hold."""
        token = uri.token or (uri.serial or f"slot {uri.slot}")
        self.close()
        if isinstance(error, driver.NoSuchToken | driver.TokenNotPresent | driver.SlotIDInvalid):
            raise NotFound(TOKEN_NOT_FOUND, token=token[:80]) from None
        if isinstance(error, driver.PinLocked | driver.PinExpired):
            raise Refused(PIN_LOCKED, token=token[:80]) from None
        if isinstance(error, driver.PinIncorrect | driver.PinInvalid | driver.PinLenRange):
            raise Refused(PIN_WRONG, token=token[:80]) from None
        if isinstance(error, driver.MechanismInvalid):
            raise Malformed(KEY_UNFIT, token=token[:80], reason="mechanism") from None
        raise Unavailable(NO_ANSWER, token=token[:80], reason=type(error).__name__) from None

    def close(self, *, anew: bool = False) -> None:
        """End the sessions, until the next signature; ``anew`` lets the library look again which tokens there are."""
        driver = self._driver()
        for session in self._sessions.values():
            _quietly(driver, session.close)
        self._sessions.clear()
        self._private.clear()
        if anew:
            _quietly(driver, self._library(driver).reinitialize)

    def _driver(self) -> Any:
        try:
            import pkcs11  # noqa: PLC0415 - an extra, loaded by who has a token
        except ImportError:
            raise Misused(EXTRA_MISSING, extra=EXTRA) from None
        if self._module is None:
            raise Misused(MODULE_MISSING)
        return pkcs11

    def _library(self, driver: Any) -> Any:
        try:
            return driver.lib(str(self._module))
        except (driver.PKCS11Error, OSError) as error:
            raise Unavailable(MODULE_BROKEN, detail=f"{self._module}: {type(error).__name__}") from None

    def _session(self, uri: TokenUri, *, writing: bool = False) -> Any:
        driver = self._driver()
        token = self._token(driver, uri)
        place = (int(token.slot.slot_id), bytes(token.serial))
        session = self._sessions.get(place)
        if session is not None and not writing:
            return session
        if session is not None:
            session.close()
            del self._sessions[place]
            self._private.clear()
        pin = self._pin_for(uri)
        tried = (place[1], hashlib.sha256(pin.encode()).digest())
        if tried in self._refused:
            raise Refused(PIN_WRONG, token=(uri.token or "?")[:80])
        try:
            opened = token.open(user_pin=pin, rw=writing)
        except driver.UserAlreadyLoggedIn:  # a login counts for the whole process
            opened = token.open(rw=writing)
        except driver.PinIncorrect:
            self._refused.add(tried)
            raise
        self._sessions[place] = opened
        return opened

    def _token(self, driver: Any, uri: TokenUri) -> Any:
        found = [token for slot in self._library(driver).get_slots(token_present=True) if _is(uri, slot, token := slot.get_token())]
        if not found:
            raise driver.NoSuchToken
        if len(found) > 1:
            raise Misused(KEY_AMBIGUOUS, what="token", seen=(uri.token or "?")[:80])
        return found[0]

    def _pin_for(self, uri: TokenUri) -> str:
        source = uri.pin_source
        if source is None:
            pin = self._pin() or ""
        elif source.startswith("env:"):
            pin = self._environ.get(source.removeprefix("env:"), "")
        else:
            path = Path(source.removeprefix("file:").removeprefix("//"))
            try:
                pin = atomic.read_owned(path, limit=_MAX_PIN)[:_MAX_PIN].decode().strip()
            except (FileNotFoundError, UnicodeDecodeError):
                pin = ""
        if not pin:
            raise Misused(PIN_MISSING, source=source or "OPENLER_PKCS11_PIN")
        return pin

    def _find(self, uri: TokenUri, kind: Any, session: Any) -> Any:
        driver = self._driver()
        named = {name: value for name, value in (("label", uri.label), ("id", uri.key_id)) if value is not None}
        seen = uri.label or (uri.key_id or b"").hex()
        try:
            return session.get_key(object_class=kind, **named)
        except driver.NoSuchKey:
            raise NotFound(KEY_NOT_FOUND, seen=seen[:80]) from None
        except driver.MultipleObjectsReturned:
            raise Misused(KEY_AMBIGUOUS, what="object", seen=seen[:80]) from None

    def _public(self, uri: TokenUri) -> tuple[KeyType, bytes]:
        driver = self._driver()
        session = self._session(uri)
        self._find(uri, driver.ObjectClass.PRIVATE_KEY, session)
        public = self._find(uri, driver.ObjectClass.PUBLIC_KEY, session)
        try:
            parameters, point = bytes(public[driver.Attribute.EC_PARAMS]), bytes(public[driver.Attribute.EC_POINT])
        except (driver.AttributeTypeInvalid, driver.FunctionFailed):
            raise Malformed(KEY_UNFIT, token=(uri.token or "?")[:80], reason=str(public.key_type.name)) from None
        key_type = _CURVES.get(parameters)
        if key_type is None:
            raise Malformed(KEY_UNFIT, token=(uri.token or "?")[:80], reason=parameters.hex()[:40])
        return key_type, _raw(key_type, point)

    def _signature(self, uri: TokenUri, key_type: KeyType, data: bytes) -> bytes:
        driver = self._driver()
        private = self._private.get(uri.text)
        if private is None:
            private = self._private[uri.text] = self._find(uri, driver.ObjectClass.PRIVATE_KEY, self._session(uri))
        if key_type == "Ed25519":
            signature = bytes(private.sign(data, mechanism=driver.Mechanism.EDDSA))
        else:
            digest = hashlib.sha256(data).digest() if key_type == "P-256" else hashlib.sha384(data).digest()
            signature = bytes(private.sign(digest, mechanism=driver.Mechanism.ECDSA))
        if len(signature) != _LENGTHS[key_type][1]:
            raise Unavailable(NO_ANSWER, token=(uri.token or "?")[:80], reason=f"{len(signature)} bytes")
        return signature

    def _generate(self, uri: TokenUri, key_type: KeyType) -> None:
        driver = self._driver()
        session = self._session(uri, writing=True)
        for kind in (driver.ObjectClass.PRIVATE_KEY, driver.ObjectClass.PUBLIC_KEY):
            try:
                self._find(uri, kind, session)
            except NotFound:
                continue
            raise Conflict(KEY_EXISTS, seen=(uri.label or (uri.key_id or b"").hex())[:80])
        edwards = key_type == "Ed25519"
        parameters = session.create_domain_parameters(
            driver.KeyType.EC_EDWARDS if edwards else driver.KeyType.EC,
            {driver.Attribute.EC_PARAMS: _PARAMETERS[key_type]},
            local=True,
        )
        locked = {driver.Attribute.SENSITIVE: True, driver.Attribute.EXTRACTABLE: False}
        parameters.generate_keypair(
            mechanism=driver.Mechanism.EC_EDWARDS_KEY_PAIR_GEN if edwards else driver.Mechanism.EC_KEY_PAIR_GEN,
            store=True,
            label=uri.label or "",
            id=uri.key_id or hashlib.sha256((uri.label or "").encode()).digest()[:8],
            private_template=locked,
        )


def _is(uri: TokenUri, slot: Any, token: Any) -> bool:
    """Whether a token is the one that a URI means."""
    serial = None if uri.serial is None else uri.serial.strip()
    stated = {"token": uri.token, "manufacturer": uri.manufacturer, "model": uri.model}
    seen = {"token": token.label, "manufacturer": token.manufacturer_id, "model": token.model}
    return (
        (uri.slot is None or slot.slot_id == uri.slot)
        and (serial is None or bytes(token.serial).decode("ascii", "replace").strip("\0 ") == serial)
        and all(value is None or str(seen[name]).strip("\0 ") == value.strip() for name, value in stated.items())
    )


def _raw(key_type: KeyType, point: bytes) -> bytes:
    """The raw public key: the point, which tokens give bare, as an OCTET STRING or as a BIT STRING."""
    length = _LENGTHS[key_type][0]
    if len(point) == length + 2 and point[0] == _OCTET_STRING and point[1] == length:
        point = point[2:]
    elif len(point) == length + 3 and point[0] == _BIT_STRING and point[1:3] == bytes([length + 1, 0]):
        point = point[3:]
    if len(point) != length:
        raise Malformed(KEY_UNFIT, token="?", reason=f"{len(point)} bytes")  # noqa: S106 - no password
    if key_type == "Ed25519":
        return point
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(_LENGTHS[key_type][2], point).public_bytes(
            Encoding.X962, PublicFormat.CompressedPoint
        )
    except ValueError:
        raise Malformed(KEY_UNFIT, token="?", reason="point") from None  # noqa: S106 - no password


def _quietly(driver: Any, what: Callable[[], object]) -> None:
    """Do what may fail because the token is gone; what matters is told by what comes after."""
    try:
        what()
    except driver.PKCS11Error:
        return
