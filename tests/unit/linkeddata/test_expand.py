"""Safe mode: nothing is left out in silence."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from openler.errors import Malformed, OpenlerError, TooLarge
from openler.linkeddata.canonical import canonicalise
from openler.linkeddata.contexts import ContextNotPinned, Contexts
from openler.linkeddata.expand import MAX_PREPARED, TOLERATED_TYPES, UndefinedTerm, expand, to_quads
from openler.linkeddata.processor import MAX_INLINE_CONTEXTS

V2 = "https://www.w3.org/ns/credentials/v2"
OB = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
TERMS = {
    "name": "https://schema.org/name",
    "knows": {"@id": "https://schema.org/knows", "@type": "@id"},
    "Person": "https://schema.org/Person",
}
PINNED = Contexts.pinned()


def person(**members: object) -> dict[str, Any]:
    return {"@context": TERMS, "@id": "https://a.example/1", "@type": "Person", **members}


def badge(**members: object) -> dict[str, Any]:
    return {
        "@context": [V2, OB],
        "id": "urn:uuid:6a1676b8-b51f-11ed-937b-d76685a20ff5",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": "https://issuer.example/1", "type": ["Profile"], "name": "Example"},
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "achievement": {
                "id": "https://issuer.example/a", "type": ["Achievement"], "name": "Welding", "description": "It",
                "criteria": {"narrative": "Weld"},
            },
        },
        **members,
    }  # fmt: skip


def refused(document: dict[str, Any], contexts: Contexts = PINNED) -> OpenlerError:
    with pytest.raises(OpenlerError) as caught:
        expand(document, contexts)
    return caught.value


def test_a_badge_expands_to_what_its_contexts_say() -> None:
    node = expand(badge(), PINNED)[0]
    assert node["@type"] == [
        "https://www.w3.org/2018/credentials#VerifiableCredential",
        "https://purl.imsglobal.org/spec/vc/ob/vocab.html#OpenBadgeCredential",
    ]


def test_expansion_leaves_the_document_as_it_was() -> None:
    document = badge(credentialSchema={"id": "https://x.example/s", "type": "1EdTechJsonSchemaValidator2019"})
    expand(document, PINNED)
    assert document == badge(credentialSchema={"id": "https://x.example/s", "type": "1EdTechJsonSchemaValidator2019"})


@pytest.mark.parametrize(
    ("document", "place", "term"),
    [
        (person(nmae="x"), "/nmae", "nmae"),
        (person(knows=[{"@id": "https://a.example/2"}, {"name": "x", "a/b": 1}]), "/knows/1/a~1b", "a/b"),
        (person(**{"@type": ["Person", "Persn"]}), "/@type/1", "Persn"),
        (badge(type=["VerifiableCredential", "OpenBadgeCredentail"]), "/type/1", "OpenBadgeCredentail"),
        (badge(credentialSubject={"type": "AchievementSubject", "achievment": {}}), "/credentialSubject/achievment", "achievment"),
    ],
)
def test_a_word_without_a_meaning_is_told_with_its_place(document: dict[str, Any], place: str, term: str) -> None:
    error = refused(document)
    assert isinstance(error, UndefinedTerm)
    assert (error.place, error.parameters["term"]) == (place, term)


@pytest.mark.parametrize(
    ("document", "place"),
    [
        (person(**{"@id": "1"}), "/@id"),
        (person(**{"@id": "../1"}), "/@id"),
        (person(**{"@id": "//evil.example/1"}), "/@id"),
        (person(**{"@id": ""}), "/@id"),
        (person(knows=["https://a.example/2", "bob"]), "/knows/1"),
        (person(knows={"@id": "bob"}), "/knows/@id"),
    ],
)
def test_relative_names_are_refused_not_resolved(document: dict[str, Any], place: str) -> None:
    error = refused(document)
    assert (error.code, error.place) == ("linkeddata.relative_iri", place)


@pytest.mark.parametrize(
    "document",
    [
        {"@context": TERMS, "@graph": [{"@id": "https://a.example/1", "name": "x"}, "free"]},
        {"@context": TERMS, "@graph": [{"@id": "https://a.example/1"}]},
        {"@context": TERMS, "@graph": [{"@value": "free"}]},
        {"@context": TERMS},
        person(name={"@value": None}),
        person(name={"@value": "x", "@index": "hidden"}),
        person(**{"@index": "hidden"}),
        person(**{"@language": "en"}),
    ],
)
def test_values_that_rdf_has_no_place_for_are_refused(document: dict[str, Any]) -> None:
    assert refused(document).code == "linkeddata.value_dropped"


@pytest.mark.parametrize(
    "name",
    [
        "https://a.example/ b",
        "https://a.example/<x>",
        "https://a.example/1> <urn:p> <urn:o",
        'urn:x:"',
        "https://a.example/1\n",
        "urn:\x00x",
    ],
)
def test_names_that_could_break_out_of_n_quads_are_refused(name: str) -> None:
    assert refused(person(**{"@id": name})).code in {"linkeddata.iri_unfit", "linkeddata.relative_iri"}


def test_a_blank_node_cannot_be_a_property() -> None:
    assert refused(person(**{"_:p": "x"})).code == "linkeddata.undefined_term"


def test_a_term_that_the_context_takes_away_is_refused() -> None:
    assert refused({"@context": {**TERMS, "secret": None}, "name": "x", "secret": "y"}).place == "/secret"


def test_a_keyword_look_alike_is_refused() -> None:
    assert refused(person(**{"@nmae": "x"})).place == "/@nmae"


def test_contexts_that_are_not_held_are_told_with_their_place() -> None:
    error = refused({"@context": [V2, "https://evil.example/c"], "type": "VerifiableCredential"})
    assert isinstance(error, ContextNotPinned)
    assert (error.place, error.parameters["iri"]) == ("/@context/1", "https://evil.example/c")


@pytest.mark.parametrize(
    "context",
    [
        {"@import": V2},
        {"@base": "https://a.example/"},
        [V2, {"x": {"@id": "urn:x", "@context": {"@import": V2}}}],
        42,
        [V2, [3]],
    ],
)
def test_contexts_that_play_games_are_refused(context: object) -> None:
    assert refused({"@context": context, "@type": "https://schema.org/Person"}).code == "linkeddata.context_refused"


def test_a_protected_term_cannot_be_given_another_meaning() -> None:
    error = refused(badge(**{"@context": [V2, OB, {"VerifiableCredential": "urn:evil:credential"}]}))
    assert error.parameters["reason"] == "protected term redefinition"


def test_a_term_of_a_type_keeps_its_meaning_whatever_the_document_defines() -> None:
    assert canonicalise(badge(**{"@context": [V2, OB, {"issuer": "urn:evil:issuer"}]}), PINNED) == canonicalise(badge(), PINNED)


def test_a_relative_vocabulary_defines_nothing() -> None:
    with pytest.raises(Malformed):
        expand({"@context": {"@vocab": ""}, "name": "x"}, PINNED)


def test_an_absolute_vocabulary_defines_every_word() -> None:
    assert to_quads({"@context": {"@vocab": "urn:v:"}, "name": "x"}, PINNED) == [("_:b0", "<urn:v:name>", '"x"', "")]


def test_taking_away_a_vocabulary_that_was_never_set_is_allowed() -> None:
    assert expand({"@context": [TERMS, {"@vocab": None, "@language": None}], "name": "x"}, PINNED)


def test_one_documents_context_does_not_colour_the_next() -> None:
    expand({"@context": [V2, {"colour": "urn:c"}], "type": "VerifiableCredential", "colour": "red"}, PINNED)
    assert refused({"@context": [V2], "type": "VerifiableCredential", "colour": "red"}).place == "/colour"


def test_a_failed_document_leaves_the_next_ones_alone() -> None:
    before = canonicalise(badge(), PINNED)
    for document in (badge(issuer={"id": 3}), badge(nope=1), badge(**{"@context": [V2, OB, "urn:x"]})):
        refused(document)
    assert canonicalise(badge(), PINNED) == before


def test_what_is_remembered_is_bounded() -> None:
    contexts = PINNED.with_document("https://c.example/1", {"@context": TERMS})
    for _ in range(3 * MAX_PREPARED):
        expand({"@context": "https://c.example/1", "name": "x"}, contexts)
    assert len(contexts.prepared) <= MAX_PREPARED


def test_many_threads_may_expand_with_one_set_of_contexts() -> None:
    expected = canonicalise(badge(), PINNED)
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: canonicalise(badge(), PINNED), range(64))) == {expected}


def test_too_many_contexts_of_its_own_are_refused() -> None:
    document = {"@context": TERMS, "@graph": [{"@context": {}, "name": "x"} for _ in range(MAX_INLINE_CONTEXTS + 1)]}
    with pytest.raises(TooLarge):
        expand(document, PINNED)


def test_every_tolerated_type_has_a_reason_and_stays_out_of_the_rdf() -> None:
    for name, reason in TOLERATED_TYPES.items():
        assert len(reason) > 40
        document = badge(credentialSchema={"id": "https://x.example/s", "type": name})
        assert not any(name in term for quad in to_quads(document, PINNED) for term in quad)


def test_a_tolerated_type_beside_an_undefined_one_does_not_hide_it() -> None:
    document = badge(credentialSchema={"id": "https://x.example/s", "type": ["1EdTechJsonSchemaValidator2019", "Other"]})
    assert refused(document).place == "/credentialSchema/type/1"


def test_language_and_direction_are_kept() -> None:
    document = {"@context": TERMS, "name": [{"@value": "a", "@language": "ar"}, {"@value": "b", "@language": "ar", "@direction": "rtl"}]}
    assert [quad[2] for quad in to_quads(document, PINNED)] == ['"a"@ar', '"b"^^<https://www.w3.org/ns/i18n#ar_rtl>']


@pytest.mark.parametrize("language", ["not a tag", "en\n", "x" * 9, ""])
def test_language_tags_must_be_tags(language: str) -> None:
    with pytest.raises(Malformed):
        expand(person(name={"@value": "a", "@language": language}), PINNED)


def test_null_says_nothing() -> None:
    assert to_quads(person(name=None, knows=[]), PINNED) == to_quads(person(), PINNED)


def test_what_is_not_an_object_is_refused() -> None:
    with pytest.raises(Malformed):
        expand([], PINNED)  # type: ignore[arg-type]
