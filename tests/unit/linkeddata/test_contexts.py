"""The pinned contexts: what is held is what the manifest says, and nothing else answers."""

from __future__ import annotations

import hashlib

import pytest

from openler.errors import Malformed
from openler.linkeddata.contexts import ContextNotPinned, Contexts, manifest, pinned_bytes
from openler.linkeddata.parse import parse_json, walk
from openler.resources import names

NEEDED = (
    "https://www.w3.org/2018/credentials/v1", "https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/did/v1",
    "https://purl.imsglobal.org/spec/ob/v3p0/context.json", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json", "https://purl.imsglobal.org/spec/clr/v2p0/context.json",
    "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json", "https://w3id.org/security/data-integrity/v1",
    "https://w3id.org/security/data-integrity/v2", "https://w3id.org/security/multikey/v1", "https://w3id.org/security/v1",
    "https://w3id.org/security/suites/ed25519-2020/v1", "https://w3id.org/security/suites/jws-2020/v1", "https://w3id.org/security/v2",
    "https://w3id.org/vc/status-list/2021/v1", "https://www.w3.org/2018/credentials/examples/v1", "https://www.w3.org/ns/credentials/examples/v2",
)  # fmt: skip
OB_3_0_3 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"


@pytest.mark.parametrize("iri", NEEDED)
def test_the_contexts_of_the_field_are_held(iri: str) -> None:
    assert "@context" in Contexts.pinned().document(iri)


@pytest.mark.parametrize("file", manifest(), ids=lambda file: file.file)
def test_each_file_is_the_one_the_manifest_names(file: object) -> None:
    assert hashlib.sha256(pinned_bytes(file)).hexdigest() == file.sha256  # type: ignore[arg-type,attr-defined]
    parse_json(pinned_bytes(file))  # type: ignore[arg-type]
    assert file.licence  # type: ignore[attr-defined]
    assert file.origin  # type: ignore[attr-defined]


def test_no_file_lies_there_that_the_manifest_does_not_name() -> None:
    assert set(names("openler.linkeddata", "pinned")) == {file.file for file in manifest()} | {"manifest.json"}


def test_no_pinned_context_uses_what_documents_may_not() -> None:
    for iri in Contexts.pinned().iris():
        for document in Contexts.pinned().alternatives(iri):
            for _, _, item in walk(document):
                assert not (isinstance(item, dict) and {"@import", "@base", "@index"} & set(item))


def test_open_badges_3_0_3_is_held_in_both_versions_the_fuller_one_first() -> None:
    fuller, other = Contexts.pinned().alternatives(OB_3_0_3)
    assert "jti" in str(fuller)
    assert "jti" not in str(other)


def test_variants_try_each_version_of_what_a_document_names() -> None:
    found = Contexts.pinned().variants({"@context": ["https://www.w3.org/ns/credentials/v2", OB_3_0_3]})
    assert [("jti" in str(contexts.document(OB_3_0_3))) for contexts in found] == [True, False]
    assert len(Contexts.pinned().variants({"@context": "https://www.w3.org/ns/credentials/v2"})) == 1


def test_an_unknown_address_is_not_answered() -> None:
    with pytest.raises(ContextNotPinned) as caught:
        Contexts.pinned().document("https://www.w3.org/ns/credentials/v3")
    assert caught.value.code == "linkeddata.context_not_pinned"


def test_adding_a_document_changes_the_new_set_alone() -> None:
    more = Contexts.pinned().with_document("https://c.example/1", {"@context": {"a": "urn:a"}})
    assert more.document("https://c.example/1") == {"@context": {"a": "urn:a"}}
    with pytest.raises(ContextNotPinned):
        Contexts.pinned().document("https://c.example/1")


@pytest.mark.parametrize(
    "document", [{}, {"a": 1}, {"@context": {"@import": "https://c.example/2"}}, {"@context": [{"x": {"@context": {"@base": "urn:x"}}}]}]
)
def test_a_document_that_is_no_context_or_plays_games_is_not_added(document: dict[str, object]) -> None:
    with pytest.raises(Malformed):
        Contexts.pinned().with_document("https://c.example/1", document)


def test_a_context_named_a_hundred_times_offers_no_more_choices_than_named_once() -> None:
    pinned = Contexts.pinned()

    assert len(pinned.variants({"@context": [OB_3_0_3] * 100})) == 2
    assert pinned.variants({"@context": [OB_3_0_3] * 100}) == pinned.variants({"@context": OB_3_0_3})
