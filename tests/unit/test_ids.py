"""Identifiers: what parses, what fails, and that made CTIDs are the same everywhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from openler.errors import Malformed
from openler.ids import Ctid, Did, Digest, Iri

UUID = "0c1f0a56-8f3b-4f7e-9a43-5d2f1d3c4b5a"


@pytest.mark.parametrize("text", [f"ce-{UUID}", f"CE-{UUID.upper()}", f"  ce-{UUID} "])
def test_a_ctid_is_folded_to_lower_case(text: str) -> None:
    assert Ctid.parse(text) == f"ce-{UUID}"


@pytest.mark.parametrize(
    "text",
    ["", UUID, f"ce-{UUID}x", f"ce-{UUID[:-1]}", f"ce_{UUID}", None, 7, f"ce-{UUID}\n-x", "ce-" + "\N{ARABIC-INDIC DIGIT ZERO}" * 36],
)
def test_what_is_no_ctid_is_refused_with_its_place(text: object) -> None:
    with pytest.raises(Malformed) as caught:
        Ctid.parse(text, place="/@graph/0/ceterms:ctid")
    assert caught.value.code == "ids.ctid_malformed"
    assert caught.value.place == "/@graph/0/ceterms:ctid"


def test_a_ctid_is_found_in_any_registrys_address() -> None:
    for address in (
        f"https://credentialengineregistry.org/resources/ce-{UUID}",
        f"http://localhost:8000/graph/CE-{UUID.upper()}",
        f"ce-{UUID}",
    ):
        assert Ctid.within(address) == f"ce-{UUID}"
    assert Ctid.within(f"https://example.org/ce-{UUID}0") is None
    assert Ctid.within("https://example.org/programs/12") is None


def test_made_ctids_equal_the_golden_vectors_in_the_documentation() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "ctids.md").read_text("utf-8")
    rows = re.findall(r"^\| `([^`]+)` \| `([^`]+)` \| `([^`]+)` \| `(ce-[^`]+)` \|$", page, re.MULTILINE)
    assert len(rows) >= 4
    for source, ctdl_class, key, ctid in rows:
        assert Ctid.derive(source, ctdl_class, key) == ctid
        assert re.fullmatch(r"ce-.{14}4.{4}[89ab].*", ctid), "version 4 and variant bits"


def test_made_ctids_differ_by_source_class_and_key_without_ambiguity() -> None:
    made = {
        Ctid.derive("a", "b", "c"),
        Ctid.derive("ab", "", "c"),
        Ctid.derive("a", "bc", ""),
        Ctid.derive("a", "b", '","'),
        Ctid.derive("a", "b", "é"),
    }
    assert len(made) == 5


@pytest.mark.parametrize(
    "text", ["did:web:example.org", "did:web:localhost%3A8000:issuers:a", "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"]
)
def test_dids_parse(text: str) -> None:
    assert Did.parse(text).method in {"web", "key"}


@pytest.mark.parametrize(
    "text", ["did:web", "did::x", "did:web:", "did:Web:x", "did:web:x#key", "did:web:x?y", "did:web:a b", "https://example.org", None]
)
def test_what_is_no_did_is_refused(text: object) -> None:
    with pytest.raises(Malformed, match=r"ids\.did_malformed"):
        Did.parse(text)


@pytest.mark.parametrize(
    "text", ["relative/path", "https://exa mple.org", "https://example.org/<x>", "", "x" * 3000, 'https://example.org/"', None]
)
def test_what_is_no_absolute_iri_is_refused(text: object) -> None:
    with pytest.raises(Malformed, match=r"ids\.iri_malformed"):
        Iri.parse(text)


def test_iris_parse() -> None:
    for text in ("https://example.org/a?b=c#d", "urn:uuid:" + UUID, "https://例え.jp/é"):
        assert Iri.parse(text) == text


def test_a_digest_is_sixty_four_lower_case_digits() -> None:
    digest = Digest.of(b"abc")
    assert digest == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert Digest.parse(digest) == digest
    with pytest.raises(Malformed, match=r"ids\.digest_malformed"):
        Digest.parse(digest.upper())
