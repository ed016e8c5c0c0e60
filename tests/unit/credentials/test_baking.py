"""Records into pictures and out again, the same bytes or the same meaning; and pictures that mean harm."""

from __future__ import annotations

import json
import zlib

import pytest

from openler.credentials.baked import MAX_IMAGE, MAX_TEXT, bake, extract
from openler.errors import Malformed, TooLarge

SIGNATURE = b"\x89PNG\r\n\x1a\n"
TOKEN = b"eyJhbGciOiJFZERTQSJ9.eyJ2YyI6MX0.c2lnbmF0dXJl"
RECORD = json.dumps({"type": ["VerifiableCredential"], "name": 'Ñandú & <b>]]></b> "quoted"'}, ensure_ascii=False).encode()


def chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4) + kind + body + zlib.crc32(kind + body).to_bytes(4)


PNG = SIGNATURE + chunk(b"IHDR", bytes(13)) + chunk(b"IDAT", b"pixels") + chunk(b"IEND", b"")
SVG = b"""<?xml version="1.0"?><!-- a > b --><svg xmlns="http://www.w3.org/2000/svg" width='10' data-note="a > b"><g/></svg>"""


@pytest.mark.parametrize("picture", [PNG, SVG])
@pytest.mark.parametrize("record", [RECORD, TOKEN])
def test_what_is_baked_comes_out_again(picture: bytes, record: bytes) -> None:
    out = extract(bake(picture, record))
    assert out == record if record == TOKEN else json.loads(out) == json.loads(record)


@pytest.mark.parametrize("picture", [PNG, SVG])
def test_baking_again_replaces_what_was_in_it(picture: bytes) -> None:
    once = bake(bake(picture, RECORD), TOKEN)
    assert once == bake(picture, TOKEN)
    assert extract(once) == TOKEN


def test_a_png_keeps_every_other_chunk_and_stays_whole() -> None:
    made = bake(PNG, TOKEN)
    assert made.startswith(PNG[: -len(chunk(b"IEND", b""))])
    assert made.endswith(chunk(b"IEND", b""))
    assert chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0" + TOKEN) in made


def test_an_svg_keeps_its_drawing() -> None:
    made = bake(SVG, RECORD).decode()
    assert '<openbadges:credential xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0">' in made
    assert made.endswith("<g/></svg>")


def test_a_badge_of_version_2_is_replaced() -> None:
    old = SVG.replace(b"<g/>", b'<openbadges:assertion xmlns:openbadges="http://openbadges.org" verify="https://a.example/1"/><g/>')
    assert extract(old) == b"https://a.example/1"
    assert extract(bake(old, TOKEN)) == TOKEN
    old_png = PNG[: -len(chunk(b"IEND", b""))] + chunk(b"iTXt", b"openbadges\0\0\0\0\0{}") + chunk(b"IEND", b"")
    assert extract(bake(old_png, TOKEN)) == TOKEN


def test_a_png_of_the_first_badges_is_read() -> None:
    old = PNG[: -len(chunk(b"IEND", b""))] + chunk(b"tEXt", b"openbadges\0https://a.example/1") + chunk(b"IEND", b"")
    assert extract(old) == b"https://a.example/1"


@pytest.mark.parametrize(
    ("picture", "code"),
    [
        (b"GIF89a", "credentials.image_kind_unknown"),
        (PNG[:-6], "credentials.image_malformed"),
        (PNG.replace(b"pixels", b"pixelz"), "credentials.image_malformed"),
        (SIGNATURE + b"\xff\xff\xff\xffIDAT", "credentials.image_malformed"),
        (b'<!DOCTYPE svg [<!ENTITY a "aaaa"><!entity b "&a;&a;">]>' + SVG[21:], "credentials.image_entities"),
        (b"<svg></svg", "credentials.image_malformed"),
        (b"<svg/><p></svg>", "credentials.image_malformed"),
        (SVG.replace(b"<g/>", b"<openbadges:credential>" * 5000), "credentials.image_malformed"),
        (b"<svg>\xff</svg>", "credentials.image_malformed"),
    ],
)
def test_a_picture_that_cannot_carry_a_record_is_told(picture: bytes, code: str) -> None:
    with pytest.raises(Malformed) as caught:
        bake(picture, TOKEN)
    assert caught.value.code == code


@pytest.mark.parametrize("record", [b"", b"{}", b"[1]", b'{"type": "VerifiablePresentation"}', b"{", b"a.b", b'{"type":"a","type":"b"}'])
def test_what_is_no_record_is_not_baked(record: bytes) -> None:
    with pytest.raises(Malformed) as caught:
        bake(PNG, record)
    assert caught.value.code == "credentials.image_not_bakeable"


def test_what_is_too_large_is_not_baked() -> None:
    with pytest.raises(TooLarge):
        bake(PNG, b"a" * (MAX_TEXT + 1))
    with pytest.raises(TooLarge):
        bake(PNG + bytes(MAX_IMAGE), TOKEN)


def test_a_credential_in_an_svg_comment_or_script_runs_nothing() -> None:
    hostile = SVG.replace(b"<g/>", b"<script>alert(1)</script><g/>")
    assert extract(bake(hostile, TOKEN)) == TOKEN
