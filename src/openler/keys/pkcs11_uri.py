"""``pkcs11:`` URIs (RFC 7512) that name a key in a token, as far as openler needs them.

What a URI may not say here: the PIN itself, for it would stand in lists and logs, and the library to be loaded, for whoever
writes a URI would choose what code runs; that is a setting.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from openler.errors import Misused, declare

URI_MALFORMED = declare("keys.token_uri_malformed", by=__name__)
PIN_IN_URI = declare("keys.token_pin_in_uri", by=__name__)
URI_UNNAMED = declare("keys.token_uri_unnamed", by=__name__)

SCHEME = "pkcs11"
_TOKEN = {"token", "manufacturer", "serial", "model"}
_KNOWN = _TOKEN | {"object", "id", "type", "slot-id"}
_PIN_SOURCE = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]{0,79}|(?:file:(?://)?)?/[^\x00]{1,500}", re.ASCII)


@dataclass(frozen=True, slots=True)
class TokenUri:
    """A key's place: which token, which key in it, and where the PIN is found (``env:VARIABLE`` or ``file:/path``)."""

    text: str
    token: str | None
    serial: str | None
    manufacturer: str | None
    model: str | None
    slot: int | None
    label: str | None
    key_id: bytes | None
    pin_source: str | None


def parse(uri: str) -> TokenUri:
    """Read a URI. No error repeats it.

    :raises Misused: ``keys.token_uri_malformed`` with what is wrong, ``keys.token_pin_in_uri``, ``keys.token_uri_unnamed``
    """
    scheme, _, rest = uri.partition(":")
    if scheme != SCHEME or not rest or not rest.isascii() or not rest.isprintable():
        raise Misused(URI_MALFORMED, place="pkcs11", what="pkcs11:")
    path, _, query = rest.partition("?")
    asked = _attributes(query, "&")
    if "pin-value" in asked:
        raise Misused(PIN_IN_URI)
    named = _attributes(path, ";")
    for unknown in (*(name for name in named if name not in _KNOWN), *(name for name in asked if name != "pin-source")):
        raise Misused(URI_MALFORMED, place="pkcs11", what=unknown[:30])
    if named.get("type", b"private") != b"private":
        raise Misused(URI_MALFORMED, place="pkcs11", what="type")
    if not {"object", "id"} & named.keys() or not (_TOKEN | {"slot-id"}) & named.keys():
        raise Misused(URI_UNNAMED)
    slot = named.get("slot-id")
    if slot is not None and not (slot.isdigit() and len(slot) <= 20):  # noqa: PLR2004 - an unsigned 64-bit number
        raise Misused(URI_MALFORMED, place="pkcs11", what="slot-id")
    source = _text(asked, "pin-source")
    if source is not None and not _PIN_SOURCE.fullmatch(source):
        raise Misused(URI_MALFORMED, place="pkcs11", what="pin-source")
    return TokenUri(
        text=uri,
        token=_text(named, "token"),
        serial=_text(named, "serial"),
        manufacturer=_text(named, "manufacturer"),
        model=_text(named, "model"),
        slot=None if slot is None else int(slot),
        label=_text(named, "object"),
        key_id=named.get("id"),
        pin_source=source,
    )


def _attributes(part: str, separator: str) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for each in part.split(separator) if part else ():
        name, equals, value = each.partition("=")
        if not equals or not name or name in found:
            raise Misused(URI_MALFORMED, place="pkcs11", what=name[:30] or "=")
        found[name] = unquote_to_bytes(value)
    return found


def _text(found: dict[str, bytes], name: str) -> str | None:
    if name not in found:
        return None
    try:
        return found[name].decode()
    except UnicodeDecodeError:
        raise Misused(URI_MALFORMED, place="pkcs11", what=name) from None
