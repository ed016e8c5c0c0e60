"""Credentials baked into images (Open Badges 3.0, section 5.3): into PNG and SVG, and out of them again.

Open Badges 2.0 images are read as well: their assertion, its address, or its JWS. An image is hostile until it has been
walked to its end: nothing in it is decoded as a picture, no entity is expanded, nothing is fetched.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from html import unescape

from openler.errors import Malformed, OpenlerError, TooLarge, declare
from openler.linkeddata.parse import parse_json

IMAGE_MALFORMED = declare("credentials.image_malformed", by=__name__)
IMAGE_EMPTY = declare("credentials.image_empty", by=__name__)
IMAGE_TOO_LARGE = declare("credentials.image_too_large", by=__name__)
IMAGE_KIND_UNKNOWN = declare("credentials.image_kind_unknown", by=__name__)
IMAGE_ENTITIES = declare("credentials.image_entities", by=__name__)
NOT_BAKEABLE = declare("credentials.image_not_bakeable", by=__name__)

MAX_IMAGE = 10 * 1024 * 1024
"""Largest image read, in bytes (ADR 0001, decision 14)."""
MAX_TEXT = 1024 * 1024
"""Longest credential taken out of an image, in bytes, decompressed."""

_PNG = b"\x89PNG\r\n\x1a\n"
_KEYWORDS = (b"openbadgecredential", b"openbadges")
_NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
_TOKEN = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+", re.ASCII)
_ROOT = re.compile(r"""<svg(?P<attributes>(?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*>""")
_OLD = re.compile(r"<(?P<name>openbadges:(?:credential|assertion))(?=[\s/>])[^<>]*>", re.ASCII)
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


def bake(image: bytes, credential: bytes) -> bytes:
    """The image with a credential in it: JSON or a compact token. One that was in it before is taken out.

    A PNG gets an iTXt chunk ``openbadgecredential``, uncompressed; an SVG an ``openbadges:credential`` element.

    :raises TooLarge: ``credentials.image_too_large``: the image, the credential, or both together
    :raises Malformed: ``credentials.image_malformed``, ``_kind_unknown``, ``_entities``; ``_not_bakeable``: it is no credential
    """
    text = credential.strip()
    if len(text) > MAX_TEXT:
        raise TooLarge(IMAGE_TOO_LARGE, size=len(text), limit=MAX_TEXT)
    is_token = _TOKEN.fullmatch(text) is not None
    if not is_token:
        _bakeable(text)
    if len(image) > MAX_IMAGE:
        raise TooLarge(IMAGE_TOO_LARGE, size=len(image), limit=MAX_IMAGE)
    if not is_image(image):
        raise Malformed(IMAGE_KIND_UNKNOWN)
    made = _into_png(image, text) if image.startswith(_PNG) else _into_svg(image, text.decode(), is_token=is_token)
    if len(made) > MAX_IMAGE:
        raise TooLarge(IMAGE_TOO_LARGE, size=len(made), limit=MAX_IMAGE)
    return made


def _bakeable(text: bytes) -> None:
    try:
        document = parse_json(text, max_bytes=MAX_TEXT)
    except OpenlerError as error:
        raise Malformed(NOT_BAKEABLE, place=error.place) from error
    types = document.get("type") if isinstance(document, dict) else None
    if "VerifiableCredential" not in (types if isinstance(types, list) else [types]):
        raise Malformed(NOT_BAKEABLE, place="/type")


def _into_png(image: bytes, text: bytes) -> bytes:
    kept = [whole for _, kind, body, whole in _chunks(image) if not (kind == b"iTXt" and body.partition(b"\0")[0] in _KEYWORDS)]
    body = _KEYWORDS[0] + b"\0\0\0\0\0" + text
    chunk = len(body).to_bytes(4) + b"iTXt" + body + zlib.crc32(b"iTXt" + body).to_bytes(4)
    return b"".join((_PNG, *kept[:-1], chunk, kept[-1]))


def _into_svg(image: bytes, text: str, *, is_token: bool) -> bytes:
    """Text in, text out: the drawing itself is not touched, and what could unfold in a reader of XML is refused."""
    drawing = _svg_text(image)
    if "<!ENTITY" in drawing.upper():
        raise Malformed(IMAGE_ENTITIES)
    drawing = _without_old(drawing)
    root = _ROOT.search(drawing)
    if root is None:
        raise Malformed(IMAGE_MALFORMED)
    # "]]>" would end the section; in JSON it can only stand in a string, where an escape means the same.
    inside = f' verify="{text}"/>' if is_token else f"><![CDATA[{text.replace(']]>', ']]' + chr(92) + 'u003e')}]]></openbadges:credential>"
    element = f'<openbadges:credential xmlns:openbadges="{_NAMESPACE}"{inside}'
    return (drawing[: root.end()] + element + drawing[root.end() :]).encode()


def _without_old(drawing: str) -> str:
    """The drawing without credentials that are in it; each tag is looked at once, however many there are."""
    kept: list[str] = []
    place = 0
    while found := _OLD.search(drawing, place):
        kept.append(drawing[place : found.start()])
        place = found.end()
        if not found[0].endswith("/>"):
            close = f"</{found['name']}>"
            end = drawing.find(close, place)
            if end < 0:
                raise Malformed(IMAGE_MALFORMED)
            place = end + len(close)
    return "".join((*kept, drawing[place:]))


def _from_png(data: bytes) -> bytes:
    """The first credential in a PNG; the picture is walked to its end, so that one cut short is told whatever it still holds."""
    found: bytes | None = None
    for place, kind, body, _ in _chunks(data):
        if kind == b"iTXt" and found is None:
            found = _text(body, place)
        elif kind == b"tEXt" and found is None and body.startswith(b"openbadges\0"):
            found = body.removeprefix(b"openbadges\0")[: MAX_TEXT + 1]
    if found is None:
        raise Malformed(IMAGE_EMPTY)
    if len(found) > MAX_TEXT:
        raise TooLarge(IMAGE_TOO_LARGE, size=len(found), limit=MAX_TEXT)
    return found


def _chunks(data: bytes) -> Iterator[tuple[int, bytes, bytes, bytes]]:
    """Each chunk (PNG, section 5.3): its place, kind, body, and all of it.

    :raises Malformed: ``credentials.image_malformed``: cut short, or a checksum that differs
    """
    place = len(_PNG)
    kind = b""
    while kind != b"IEND":
        length = int.from_bytes(data[place : place + 4])
        end = place + 12 + length
        kind, body, checksum = data[place + 4 : place + 8], data[place + 8 : end - 4], data[end - 4 : end]
        if end > len(data) or zlib.crc32(kind + body) != int.from_bytes(checksum):
            raise Malformed(IMAGE_MALFORMED, place=f"byte {place}")
        yield place, kind, body, data[place:end]
        place = end


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
    return text


def _svg_text(data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Malformed(IMAGE_MALFORMED) from None
    if not text.rstrip().endswith(">") or "</svg" not in text[-4096:]:
        raise Malformed(IMAGE_MALFORMED)
    return text


def _from_svg(data: bytes) -> bytes:
    text = _svg_text(data)
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
