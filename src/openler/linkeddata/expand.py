"""JSON-LD expansion in safe mode: what a document means, or an error that says which word means nothing.

JSON-LD 1.1 drops what its context does not define; a signature over the RDF would not cover it, and whoever reads the
JSON would believe it all the same (Data Integrity 1.0, section 2.4.1 and 4.6). Here nothing is dropped: every term,
type and value is defined, every name absolute.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pyld.jsonld import JsonLdError

from openler.errors import Malformed, OpenlerError, declare
from openler.linkeddata.contexts import ContextNotPinned, Contexts
from openler.linkeddata.parse import walk
from openler.linkeddata.processor import RELATIVE, Dropped, Place, Processor, Resolver, Tracer
from openler.linkeddata.rdf import Quad, quads

UNDEFINED_TERM = declare("linkeddata.undefined_term", by=__name__)
RELATIVE_IRI = declare("linkeddata.relative_iri", by=__name__)
VALUE_DROPPED = declare("linkeddata.value_dropped", by=__name__)
NOT_JSON_LD = declare("linkeddata.not_json_ld", by=__name__)
IRI_UNFIT = declare("linkeddata.iri_unfit", by=__name__)

TOLERATED_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "1EdTechJsonSchemaValidator2019": (
            "Open Badges 3.0 and CLR 2.0 require this type on credentialSchema, and their 3.0.3 context does not define it. "
            "It stays outside the RDF, as JSON-LD 1.1 leaves every relative type."
        ),
    }
)
"""Type names that no context defines although a standard demands them, each with the reason. No other is let pass."""

MAX_PREPARED = 8
"""Prepared resolvers kept for one set of contexts: as many as expand at the same moment in one process."""

_PROCESSOR = Processor()
# RFC 3987 as far as RDF 1.1 Concepts section 3.2 needs: absolute, and nothing that N-Quads could not hold in <>.
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\\ud800-\udfff]*")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*", re.ASCII)
_PYLD_FAILURES = (JsonLdError, KeyError, TypeError, AttributeError, ValueError, IndexError, RecursionError)


class UndefinedTerm(Malformed):
    """A term or type that the document's contexts do not define. ``place`` is its JSON Pointer."""


def expand(document: dict[str, Any], contexts: Contexts) -> list[Any]:
    """The expanded form (JSON-LD 1.1 API, section 5.1) of a document parsed by :func:`openler.linkeddata.parse.parse_json`.

    A term whose value is null or an empty array says nothing and is left out.

    :raises UndefinedTerm: ``linkeddata.undefined_term`` with ``term``
    :raises ContextNotPinned: a context is not among ``contexts``
    :raises Malformed: ``linkeddata.relative_iri``, ``.value_dropped``, ``.iri_unfit``,
        ``.context_refused``, ``.not_json_ld``
    :raises TooLarge: ``linkeddata.too_many_contexts``
    """
    if not isinstance(document, dict):
        raise Malformed(NOT_JSON_LD, place="", reason="not an object")
    try:
        resolver = contexts.prepared.pop()
    except IndexError:
        resolver = Resolver(contexts)
    try:
        try:
            expanded = _PROCESSOR.expand_with(document, resolver)
            _check(expanded)
        except Dropped:
            raise _traced(document, contexts) from None
    except (ContextNotPinned, Malformed) as error:
        if error.place is None:
            error.place = _place_of(document, error)
        raise
    except _PYLD_FAILURES as error:
        raise Malformed(NOT_JSON_LD, reason=_reason(error)) from None
    finally:
        resolver.forget_document()
        if len(contexts.prepared) < MAX_PREPARED:
            contexts.prepared.append(resolver)
    return expanded


def to_quads(document: dict[str, Any], contexts: Contexts) -> list[Quad]:
    """The RDF dataset of a document (JSON-LD 1.1 API, section 8.1), base direction kept as ``i18n-datatype``.

    Blank nodes are renamed ``_:b0``, ``_:b1``, ... Raises what :func:`expand` raises.
    """
    return quads(expand(document, contexts))


def _check(expanded: list[Any]) -> None:
    """Look at every name that came out. Iterative: what came in may be as deep as the parser allows."""
    stack: list[Any] = list(expanded)
    while stack:
        item = stack.pop()
        if isinstance(item, list):
            stack.extend(item)
        elif "@value" in item:
            _check_value(item)
        else:
            _check_node(item, stack)


def _check_node(item: dict[str, Any], stack: list[Any]) -> None:
    """Check a node or list object's own names, and put what it holds on the stack."""
    for key, held in item.items():
        if not key.startswith("@"):
            _check_property(key)
            stack.append(held)
        elif key == "@id":
            _check_name(held)
        elif key == "@type":
            item[key] = [name for name in held if name not in _TOLERATED]
            for name in item[key]:
                _check_name(name)
        elif key in _HOLDERS:
            stack.append(held)
        else:  # @index, and @language or @direction outside a value: JSON-LD accepts them, RDF has no place for them
            raise Malformed(VALUE_DROPPED, seen=key)


_HOLDERS = frozenset({"@graph", "@included", "@list", "@reverse"})
_TOLERATED = frozenset(f"{RELATIVE}//base/{name}" for name in TOLERATED_TYPES)


def _check_value(item: dict[str, Any]) -> None:
    if "@index" in item:
        raise Malformed(VALUE_DROPPED, seen="@index")
    datatype = item.get("@type")
    if datatype is not None and datatype != "@json":
        if not isinstance(datatype, str) or datatype.startswith(RELATIVE):
            raise Dropped
        _check_iri(datatype)
    language = item.get("@language")
    if language is not None and not _LANGUAGE.fullmatch(language):
        raise Malformed(NOT_JSON_LD, reason=f"language tag {language[:40]!r}")


def _check_name(name: object) -> None:
    if not isinstance(name, str) or name.startswith(RELATIVE):
        raise Dropped
    if not name.startswith("_:"):
        _check_iri(name)


def _check_property(name: str) -> None:
    # A blank node cannot be a predicate in RDF 1.1, and a relative one comes of a relative @vocab.
    if name.startswith(("_:", RELATIVE)):
        raise Dropped
    _check_iri(name)


def _check_iri(name: str) -> None:
    if not _IRI.fullmatch(name):
        raise Malformed(IRI_UNFIT, seen=name[:80])


def _traced(document: dict[str, Any], contexts: Contexts) -> OpenlerError:
    """What would have been dropped, as an error. The trace is slower, and only ever run to tell a failure."""
    try:
        Tracer(document, TOLERATED_TYPES).expand_with(document, Resolver(contexts))
    except Place as found:
        if found.value:
            return Malformed(VALUE_DROPPED, place=found.place, seen=found.seen)
        if found.relative:
            return Malformed(RELATIVE_IRI, place=found.place, seen=found.seen[:80])
        return UndefinedTerm(UNDEFINED_TERM, place=found.place, term=found.seen[:80])
    except (OpenlerError, *_PYLD_FAILURES):
        pass
    return Malformed(RELATIVE_IRI, seen="?")


def _place_of(document: dict[str, Any], error: OpenlerError) -> str | None:
    """Where the context, or the name, that an error speaks of stands in the document."""
    iri, seen = error.parameters.get("iri"), error.parameters.get("seen")
    for place, _, item in walk(document):
        if (iri is not None and item == iri and "/@context" in place) or (seen is not None and item == seen):
            return place
    return None


def _reason(error: Exception) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, JsonLdError) and cause.code:
            return str(cause.code)
        cause = cause.__cause__
    return "nested too deeply" if isinstance(error, RecursionError) else "not understood"
