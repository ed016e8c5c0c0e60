"""JSON Schemas from strangers: compiled without fetching anything, and never run where running could take forever.

References can be stacked so that a short schema asks the same thing a billion times, and a pattern can be written that no
backtracking engine finishes. So the work is estimated before it is done, and patterns run on an engine whose time grows with
the text only; one that needs looking around gets a limited number of steps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema_rs

from openler.credentials.faults import CannotCheck
from openler.credentials.remembered import Remembered
from openler.errors import declare
from openler.linkeddata.parse import parse_json, walk

SCHEMA_UNUSABLE = declare("credentials.schema_unusable", by=__name__)
SCHEMA_TOO_COSTLY = declare("credentials.schema_too_costly", by=__name__)

MAX_WORK = 5_000_000
"""Most subschemas applied to one document, by an estimate that is never too low: a tenth of a second."""
MAX_PAIRS = 1_000_000
"""Most meetings of a subschema and a value that the finer estimate looks at."""
BACKTRACKS = 100_000
"""Most steps back that a pattern with look-around may take."""
PATTERN_SIZE = 1024 * 1024
"""Largest compiled pattern, in bytes."""
REMEMBERED = 16 * 1024 * 1024
"""How much of compiled schemas is kept, by the size of their text."""

_HERE = ("allOf", "anyOf", "oneOf", "not", "if", "then", "else")
_HERE_BY_NAME = ("dependentSchemas", "dependencies")
_OF_ITEMS = ("additionalItems", "contains", "items", "prefixItems", "unevaluatedItems")
_OF_MEMBERS = ("additionalProperties", "propertyNames", "unevaluatedProperties")
_BELOW = (*_OF_ITEMS, *_OF_MEMBERS)
_BELOW_BY_NAME = ("properties", "patternProperties")
_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
_compiled: Remembered[Compiled] = Remembered(REMEMBERED)


class Compiled:
    """A schema ready to check documents, with an estimate of the work for each depth."""

    def __init__(self, schema: Any) -> None:
        self._validator = _validator(schema)
        self._work = _Work(schema)

    def first_fault(self, document: Mapping[str, Any]) -> tuple[str | int, ...] | None:
        """The place of the first thing in which a document does not meet the schema, as steps; None where it meets it.

        :raises CannotCheck: ``credentials.schema_too_costly`` or ``_unusable``
        """
        nodes, depth = 0, 0
        for _, level, _ in walk(document):
            nodes, depth = nodes + 1, max(depth, level)
        # The rough estimate costs nothing; the finer one is for large documents, which it judges by what is in them.
        if self._work.at(depth) * nodes > MAX_WORK and self._work.on(document) > MAX_WORK:
            raise CannotCheck(SCHEMA_TOO_COSTLY)
        try:
            fault = next(iter(self._validator.iter_errors(dict(document))), None)
        except (ValueError, jsonschema_rs.ReferencingError) as error:
            raise CannotCheck(SCHEMA_UNUSABLE, reason=str(error)[:120]) from None
        return None if fault is None else tuple(fault.instance_path)


def from_bytes(body: bytes) -> Compiled:
    """The schema in a file, compiled once.

    :raises CannotCheck: ``credentials.schema_unusable``
    :raises OpenlerError: it is no JSON
    """

    def make() -> tuple[Compiled, int]:
        return Compiled(parse_json(body)), 10 * len(body)

    return _compiled.get(body, make)


def _validator(schema: Any) -> jsonschema_rs.Validator:
    if not isinstance(schema, (dict, bool)):
        raise CannotCheck(SCHEMA_UNUSABLE, reason=type(schema).__name__)
    linear = jsonschema_rs.RegexOptions(size_limit=PATTERN_SIZE)
    looking_around = jsonschema_rs.FancyRegexOptions(backtrack_limit=BACKTRACKS, size_limit=PATTERN_SIZE)
    failure: Exception | None = None
    for engine in (linear, looking_around):
        try:
            return jsonschema_rs.validator_for(schema, offline=True, pattern_options=engine)
        except (ValueError, jsonschema_rs.ReferencingError) as error:
            failure = error
    raise CannotCheck(SCHEMA_UNUSABLE, reason=str(failure)[:120])


class _Work:
    """How many subschemas are applied at most: on the way down one path of a document, or on a whole document."""

    def __init__(self, schema: Any) -> None:
        self._root = schema
        self._known: dict[tuple[int, int], int] = {}
        self._anchors: dict[str, Any] = {}
        for _, _, item in walk(schema):
            if isinstance(item, dict):
                for name in ("$anchor", "$dynamicAnchor", "$id", "id"):
                    if isinstance(item.get(name), str):
                        self._anchors.setdefault(item[name], item)

    def at(self, depth: int) -> int:
        """On the way down one path of that length; everything that could be met is counted as met."""
        try:
            return self._of(self._root, depth)
        except RecursionError:
            return MAX_WORK + 1

    def on(self, document: Mapping[str, Any]) -> int:
        """On a document as it is."""
        pairs: dict[tuple[int, int], int] = {}
        try:
            return self._applied(self._root, document, pairs)
        except RecursionError:
            return MAX_WORK + 1

    def _applied(self, node: Any, value: Any, pairs: dict[tuple[int, int], int]) -> int:
        if not isinstance(node, dict):
            return 1
        key = (id(node), id(value))
        known = pairs.get(key)
        if known is None:
            if len(pairs) > MAX_PAIRS:
                return MAX_WORK + 1
            pairs[key] = 0
            known = 1 + sum(self._applied(each, value, pairs) for each in self._here(node))
            known += sum(self._applied(each, inner, pairs) for each, inner in _met(node, value))
            pairs[key] = known = min(known, MAX_WORK + 1)
        return known

    def _of(self, node: Any, depth: int) -> int:
        if not isinstance(node, dict) or depth < 0:
            return 1
        key = (id(node), depth)
        known = self._known.get(key)
        if known is None:
            self._known[key] = 0  # where it comes back to itself without going down, the engine stops too
            known = 1 + sum(self._of(each, depth) for each in self._here(node)) + sum(self._of(each, depth - 1) for each in _below(node))
            self._known[key] = known = min(known, MAX_WORK + 1)
        return known

    def _here(self, node: dict[str, Any]) -> Iterator[Any]:
        yield from _schemas(node, _HERE, _HERE_BY_NAME)
        for name in _REFERENCES:
            if isinstance(node.get(name), str):
                yield self._target(node[name])

    def _target(self, reference: str) -> Any:
        base, _, fragment = reference.partition("#")
        found = self._anchors.get(base, self._root) if base else self._root
        if fragment and not fragment.startswith("/"):
            return self._anchors.get(fragment)
        for step in fragment.split("/")[1:]:
            name = step.replace("~1", "/").replace("~0", "~")
            if isinstance(found, list) and name.isdecimal() and int(name) < len(found):
                found = found[int(name)]
            else:
                found = found.get(name) if isinstance(found, dict) else None
        return found


def _below(node: dict[str, Any]) -> Iterator[Any]:
    return _schemas(node, _BELOW, _BELOW_BY_NAME)


def _met(node: dict[str, Any], value: Any) -> Iterator[tuple[Any, Any]]:
    """What lies below a subschema, with what it is applied to in a value."""
    if isinstance(value, list):
        for each in _schemas(node, _OF_ITEMS, ()):
            for inner in value:
                yield each, inner
    elif isinstance(value, dict):
        named = node.get("properties")
        for name, each in named.items() if isinstance(named, dict) else ():
            if name in value:
                yield each, value[name]
        for each in _schemas(node, _OF_MEMBERS, ("patternProperties",)):
            for inner in value.values():
                yield each, inner


def _schemas(node: dict[str, Any], names: tuple[str, ...], by_name: tuple[str, ...]) -> Iterator[Any]:
    for name in names:
        held = node.get(name)
        if held is not None:
            yield from held if isinstance(held, list) else [held]
    for name in by_name:
        held = node.get(name)
        yield from held.values() if isinstance(held, dict) else []
