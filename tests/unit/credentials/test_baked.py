"""Credentials in pictures: taken out whole, or told why not."""

from __future__ import annotations

import zlib

import pytest

from openler.credentials.baked import MAX_IMAGE, MAX_TEXT, extract, is_image
from openler.errors import Malformed, TooLarge

SIGNATURE = b"\x89PNG\r\n\x1a\n"
TEXT = b'{"type": "VerifiableCredential"}'


def chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4) + kind + body + zlib.crc32(kind + body).to_bytes(4)


def png(text: bytes, *, keyword: bytes = b"openbadgecredential", compressed: bool = False) -> bytes:
    body = keyword + b"\0" + (b"\1\0" if compressed else b"\0\0") + b"\0\0" + (zlib.compress(text) if compressed else text)
    return SIGNATURE + chunk(b"IHDR", bytes(13)) + chunk(b"iTXt", body) + chunk(b"IEND", b"")


def svg(inside: str) -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0">{inside}</svg>'.encode()


@pytest.mark.parametrize("compressed", [False, True])
def test_a_png_gives_its_text(compressed: bool) -> None:
    assert extract(png(TEXT, compressed=compressed)) == TEXT


@pytest.mark.parametrize("cut", [1, 5, 12, 20, 40])
def test_a_truncated_png_is_malformed(cut: int) -> None:
    with pytest.raises(Malformed) as caught:
        extract(png(TEXT)[:-cut])
    assert caught.value.code == "credentials.image_malformed"


def test_a_png_with_a_changed_byte_is_malformed() -> None:
    data = bytearray(png(TEXT))
    data[60] ^= 1
    with pytest.raises(Malformed):
        extract(bytes(data))


def test_a_picture_without_a_record_says_so() -> None:
    for data in (png(TEXT, keyword=b"comment"), svg("<g/>")):
        with pytest.raises(Malformed) as caught:
            extract(data)
        assert caught.value.code == "credentials.image_empty"


def test_a_compressed_text_stops_at_the_limit() -> None:
    with pytest.raises(TooLarge):
        extract(png(b" " * (MAX_TEXT + 1), compressed=True))


def test_a_picture_over_the_limit_is_refused() -> None:
    with pytest.raises(TooLarge) as caught:
        extract(SIGNATURE + bytes(MAX_IMAGE))
    assert caught.value.parameters["limit"] == MAX_IMAGE


@pytest.mark.parametrize(
    "inside",
    [
        '<openbadges:credential verify="a.b.c"/>',
        "<openbadges:credential verify='a.b.c'></openbadges:credential>",
        "<openbadges:credential><![CDATA[a.b.c]]></openbadges:credential>",
        "<openbadges:credential> a.b.c </openbadges:credential>",
    ],
)
def test_an_svg_gives_its_attribute_or_its_content(inside: str) -> None:
    assert extract(svg(inside)) == b"a.b.c"


def test_entities_of_an_svg_are_never_expanded() -> None:
    data = b'<!DOCTYPE svg [<!ENTITY a "boom">]>' + svg("<openbadges:credential>&a;</openbadges:credential>")
    assert extract(data) == b"&a;"


@pytest.mark.parametrize("data", [svg('<openbadges:credential verify="a"/>')[:-7], b"<svg \xff></svg>"])
def test_a_truncated_or_undecodable_svg_is_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        extract(data)


def test_pictures_are_told_from_json() -> None:
    assert is_image(png(TEXT))
    assert is_image(svg(""))
    assert not is_image(TEXT)
    assert not is_image(b"a.b.c")
