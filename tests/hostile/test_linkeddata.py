"""Documents made to hurt: each ends in an error with a code, soon."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from openler.errors import Malformed, OpenlerError, TooLarge
from openler.linkeddata.canonical import WorkLimitExceeded, canonical_dataset, canonicalise
from openler.linkeddata.contexts import Contexts
from openler.linkeddata.expand import expand, to_quads
from openler.linkeddata.parse import MAX_DEPTH, parse_json

PINNED = Contexts.pinned()


@contextmanager
def soon(seconds: float = 5) -> Iterator[None]:
    started = time.monotonic()
    yield
    assert time.monotonic() - started < seconds


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 1_000_000,
        b'{"a":' * 200_000,
        b"[" * 10_000 + b"]" * 10_000,
        b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
        b"9" * 1_000_000,
        b'"' + b"\\" * 1_000_000,
        b"\xed\xa0\x80",
        b"\x00" * 1000,
    ],
    ids=["brackets", "objects", "deep-array", "deep-object", "digits", "backslashes", "surrogate", "zeros"],
)
def test_json_made_to_hurt_the_parser_is_refused(data: bytes) -> None:
    with soon(), pytest.raises(Malformed):
        parse_json(data)


def test_a_hundred_thousand_keys_are_read_in_good_time() -> None:
    with soon():
        parse_json(b"{" + b",".join(b'"k%d":1' % number for number in range(100_000)) + b"}")


@pytest.mark.parametrize(
    "context",
    [
        {"a": {"@id": "b"}, "b": {"@id": "a"}},
        {"a": "b:c", "b": "a:c"},
        {"@vocab": {"@vocab": 1}},
        {"@version": 1.0},
        {"@propagate": "x"},
        {"@context": {"@context": {}}},
        [None, [None], 7],
        {"type": "@type", "@type": "urn:x"},
        {"x": {"@id": "@context"}},
        {"x": {"@id": "urn:x", "@container": "@nope"}},
        {"x": {"@id": "urn:x", "@type": "relative"}},
        {"x": {"@id": "urn:x", "@nest": "@id"}},
        "relative-context.json",
        "",
        "file:///etc/passwd",
        "http://127.0.0.1/context",
    ],
)
def test_contexts_made_to_confuse_are_refused(context: object) -> None:
    with soon(), pytest.raises(OpenlerError) as caught:
        expand({"@context": context, "@id": "urn:s", "a": "1", "x": "2"}, PINNED)
    assert caught.value.code.startswith("linkeddata.")


def test_an_alias_cannot_smuggle_an_issuer_past_the_reader() -> None:
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2", {"emitter": "https://www.w3.org/2018/credentials#issuer"}],
        "type": "VerifiableCredential",
        "issuer": "https://good.example/1",
        "emitter": {"@id": "https://evil.example/1"},
    }
    assert b"evil.example" in canonicalise(document, PINNED)


def test_a_context_of_contexts_does_not_blow_up() -> None:
    context: dict[str, object] = {"p": "urn:p"}
    for _ in range(50):
        context = {"p": {"@id": "urn:p", "@context": context}}
    document: dict[str, object] = {"p": "end"}
    for _ in range(50):
        document = {"p": document}
    with soon():
        assert expand({"@context": context, **document}, PINNED)


def test_a_document_as_deep_as_the_parser_allows_expands() -> None:
    nested = b'{"p":' * (MAX_DEPTH - 1) + b'"end"' + b"}" * (MAX_DEPTH - 1)
    document = parse_json(b'{"@context":{"p":"urn:p"},"p":' + nested + b"}")
    assert isinstance(document, dict)
    assert len(to_quads(document, PINNED)) == MAX_DEPTH


def test_a_document_deeper_than_the_parser_allows_is_refused_by_expansion_too() -> None:
    document: dict[str, object] = {"p": "end"}
    for _ in range(5_000):
        document = {"p": document}
    with soon(), pytest.raises(Malformed):
        expand({"@context": {"p": "urn:p"}, **document}, PINNED)


def _clique(size: int) -> list[tuple[str, str, str, str]]:
    return [(f"_:n{a}", "<urn:p>", f"_:n{b}", "") for a in range(size) for b in range(size) if a != b]


@pytest.mark.parametrize("size", [9, 12, 30])
def test_a_clique_of_blank_nodes_stops_at_the_work_limit(size: int) -> None:
    with soon(), pytest.raises(WorkLimitExceeded):
        canonical_dataset(_clique(size))


def test_a_long_ring_of_blank_nodes_stops_at_the_chain_limit() -> None:
    ring = [(f"_:n{number}", "<urn:p>", f"_:n{(number + 1) % 5000}", "") for number in range(5000)]
    with soon(), pytest.raises(WorkLimitExceeded):
        canonical_dataset(ring)


def test_many_blank_nodes_that_differ_cost_little() -> None:
    quads = [(f"_:n{number}", "<urn:p>", f'"{number}"', "") for number in range(20_000)]
    with soon():
        assert len(canonical_dataset(quads).lines) == 20_000


def test_a_clique_in_a_document_is_an_error_of_size() -> None:
    graph = [{"@id": f"_:n{a}", "p": [{"@id": f"_:n{b}"} for b in range(12) if b != a]} for a in range(12)]
    with soon(), pytest.raises(TooLarge):
        canonicalise({"@context": {"p": "urn:p"}, "@graph": graph}, PINNED)
