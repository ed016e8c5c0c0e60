"""Credentials baked into images (Open Badges 3.0, section 5.3): reading them out of PNG and SVG."""

from __future__ import annotations

import re
import zlib
from html import unescape

from openler.errors import Malformed, TooLarge, declare

IMAGE_MALFORMED = declare("credentials.image_malformed", by=__name__)
IMAGE_EMPTY = declare("credentials.image_empty", by=__name__)
IMAGE_TOO_LARGE = declare("credentials.image_too_large", by=__name__)

MAX_IMAGE = 10 * 1024 * 1024
"""Largest image read, in bytes (ADR 0001, decision 14)."""
MAX_TEXT = 1024 * 1024
"""Longest credential taken out of an image, in bytes, decompressed."""

_PNG = b"\x89PNG\r\n\x1a\n"
_KEYWORDS = (b"openbadgecredential", b"openbadges")
# One element, found by its namespaced name; SVG is scanned as text, so no entity is ever expanded and nothing fetched.
_ELEMENT = re.compile(
    r"<(?P<name>(?:[\w.-]+:)?(?:credential|assertion))(?=[\s/>])(?P<attributes>[^<>]{0,2000000}?)(?P<closed>/?)>", re.ASCII
)
_VERIFY = re.compile(r"""\bverify\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)')""", re.ASCII)
_CDATA = re.compile(r"\s*<!\[CDATA\[(?P<text>.*?)\]\]>\s*", re.DOTALL)


def is_image(data: bytes) -> bool:
    """Whether some bytes begin like a PNG, or like an XML document that is an SVG."""
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    return data.startswith(_PNG) or (head.startswith(b"<") and b"<svg" in data[:65536])


def extract(data: bytes) -> bytes:
    """The credential in an image: JSON or a compact JWS, as bytes, not looked at further.

    :raises TooLarge: ``credentials.image_too_large``
    :raises Malformed: ``credentials.image_malformed``, ``credentials.image_empty``
    """
    if len(data) > MAX_IMAGE:
        raise TooLarge(IMAGE_TOO_LARGE, size=len(data), limit=MAX_IMAGE)
    return _from_png(data) if data.startswith(_PNG) else _from_svg(data)


def _from_png(data: bytes) -> bytes:
    """Walk the chunks to the end (PNG, section 5.3): a picture cut short is told as such, whatever it still holds."""
    found: bytes | None = None
    place = len(_PNG)
    while True:
        length = int.from_bytes(data[place : place + 4])
        kind, body = data[place + 4 : place + 8], data[place + 8 : place + 8 + length]
        checksum = data[place + 8 + length : place + 12 + length]
        if len(kind) < 4 or len(body) < length or len(checksum) < 4:  # noqa: PLR2004 - four octets each
            raise Malformed(IMAGE_MALFORMED, place=f"byte {place}")
        if zlib.crc32(kind + body) != int.from_bytes(checksum):
            raise Malformed(IMAGE_MALFORMED, place=f"byte {place}")
        if kind == b"IEND":
            break
        if kind == b"iTXt" and found is None:
            found = _text(body, place)
        place += 12 + length
    if found is None:
        raise Malformed(IMAGE_EMPTY)
    return found


def _text(body: bytes, place: int) -> bytes | None:
    """An iTXt chunk (PNG, section 11.3.3.4): keyword, compression flag and method, language, translated keyword, text."""
    keyword, _, rest = body.partition(b"\0")
    if keyword not in _KEYWORDS:
        return None
    compressed, rest = rest[:1], rest[2:]
    _, _, rest = rest.partition(b"\0")
    _, _, text = rest.partition(b"\0")
    if compressed == b"\1":
        unpacker = zlib.decompressobj()
        try:
            text = unpacker.decompress(text, MAX_TEXT + 1)
        except zlib.error:
            raise Malformed(IMAGE_MALFORMED, place=f"byte {place}") from None
    if len(text) > MAX_TEXT:
        raise TooLarge(IMAGE_TOO_LARGE, size=len(text), limit=MAX_TEXT)
    return text


def _from_svg(data: bytes) -> bytes:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Malformed(IMAGE_MALFORMED) from None
    if not text.rstrip().endswith(">") or "</svg" not in text[-4096:]:
        raise Malformed(IMAGE_MALFORMED)
    element = _ELEMENT.search(text)
    if element is None:
        raise Malformed(IMAGE_EMPTY)
    verify = _VERIFY.search(element["attributes"])
    stated = unescape(verify["double"] or verify["single"] or "").strip() if verify else ""
    if stated:
        return stated.encode()
    if not element["closed"]:
        end = text.find(f"</{element['name']}", element.end())
        inner = text[element.end() : end] if end >= 0 else ""
        cdata = _CDATA.fullmatch(inner)
        words = (cdata["text"] if cdata else unescape(inner)).strip()
        if words:
            return words.encode()
    raise Malformed(IMAGE_EMPTY)
