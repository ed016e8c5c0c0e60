"""Contexts that stand in a document itself: which of them say nothing that a reader of the JSON could miss (ADR 0018).

A proof over RDF covers the statements, not the context that turned JSON into them: whoever swaps two terms of an inline
context, and their values, leaves the statements as they were. That cannot be done with a term that its IRI ends in, for
then the signed IRI says what the member is called.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from weakref import WeakKeyDictionary

from openler.credentials.shapes import listed
from openler.linkeddata.contexts import Contexts

MAX_TERMS = 200
"""Terms that an inline context may define and still be looked at."""

_EXAMPLES = ("https://www.w3.org/ns/credentials/examples/", "https://www.w3.org/2018/credentials/examples/")
"""Contexts of the standards' examples: no record is read by their words, so others may use them."""

_TERM = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,99}\Z", re.ASCII)
_IRI = re.compile(r"(?:https?://[^\s/]+[/#]|urn:[a-z0-9-]+:)(?:[^\s]*[/#:])?([^\s/#:]+)\Z", re.ASCII)

_known: WeakKeyDictionary[Contexts, Mapping[str, frozenset[str]]] = WeakKeyDictionary()


def is_plain(context: object, contexts: Contexts) -> bool:
    """Whether an inline context only gives terms absolute IRIs that end in them, and none that a pinned context uses otherwise."""
    if not isinstance(context, Mapping):
        return False
    terms = context["@context"] if set(context) == {"@context"} else context
    if not isinstance(terms, Mapping) or len(terms) > MAX_TERMS:
        return False
    known = _words(contexts)
    return all(_is_plain_term(term, iri, known.get(term)) for term, iri in terms.items())


def _is_plain_term(term: str, iri: object, known: frozenset[str] | None) -> bool:
    if not isinstance(iri, str) or _TERM.match(term) is None:
        return False
    ends = _IRI.match(iri)
    return ends is not None and ends.group(1) == term and (known is None or iri in known)


def _words(contexts: Contexts) -> Mapping[str, frozenset[str]]:
    """Every term that any pinned context defines, at any depth, with the IRIs that it stands for."""
    found = _known.get(contexts)
    if found is None:
        gathered: dict[str, set[str]] = {}
        for iri in (each for each in contexts.iris() if not each.startswith(_EXAMPLES)):
            for document in contexts.alternatives(iri):
                for term, meaning in _definitions(document.get("@context"), {}):
                    gathered.setdefault(term, set()).add(meaning)
        found = _known[contexts] = {term: frozenset(meanings) for term, meanings in gathered.items()}
    return found


def _definitions(context: object, outer: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The terms of a context with their IRIs, those of its scoped contexts too."""
    for each in listed(context):
        if not isinstance(each, Mapping):
            continue
        stated = {term: _stated(term, definition) for term, definition in each.items() if not term.startswith("@")}
        names = {**outer, **{term: iri for term, iri in stated.items() if ":" in iri}}
        vocabulary = each.get("@vocab")
        for term, iri in stated.items():
            yield term, _full(iri, names, vocabulary if isinstance(vocabulary, str) else "")
            definition = each[term]
            if isinstance(definition, Mapping):
                yield from _definitions(definition.get("@context"), names)


def _stated(term: str, definition: Any) -> str:
    iri = definition.get("@id", term) if isinstance(definition, Mapping) else definition
    return iri if isinstance(iri, str) else term


def _full(iri: str, names: Mapping[str, str], vocabulary: str) -> str:
    prefix, colon, rest = iri.partition(":")
    if colon and not rest.startswith("//") and prefix in names:
        return names[prefix] + rest
    return iri if colon or iri.startswith("@") else vocabulary + iri
