"""Peers that are installed already, made to do the same work as ours."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from pyld import jsonld

from openler.ctdl.terms import CONTEXT_IRI, terms
from openler.linkeddata.contexts import Contexts


def contexts() -> Contexts:
    """Everything pinned, and the vocabulary's own context."""
    return Contexts.pinned().with_document(CONTEXT_IRI, terms().context())


def pyld_options(held: Contexts) -> dict[str, Any]:
    """Options with which pyld reads its contexts from ours, so that neither side waits for a network."""
    loaded: dict[str, dict[str, Any]] = {}

    def load(url: str, _options: dict[str, Any]) -> dict[str, Any]:
        if url not in loaded:
            document = held.document(url)
            loaded[url] = {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": document}
        return loaded[url]

    return {"documentLoader": load}


def pyld_canonical(document: dict[str, Any], options: dict[str, Any]) -> str:
    """The canonical N-Quads that pyld makes."""
    return str(jsonld.normalize(document, {**options, "algorithm": "URDNA2015", "format": "application/n-quads"}))


def pyld_expanded(document: dict[str, Any], options: dict[str, Any]) -> list[Any]:
    """The expansion that pyld makes."""
    return list(jsonld.expand(document, options))


def rfc8785_dumps() -> Callable[[Any], bytes] | None:
    """The rfc8785 package's writer, where somebody installed it; openler does not depend on it."""
    return import_module("rfc8785").dumps if find_spec("rfc8785") else None
