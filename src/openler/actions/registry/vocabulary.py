"""Vocabulary: what a newer schema of CTDL changes, and the tables with its changes taken in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from openler.actions.ports import Fetch
from openler.ctdl.changes import Change, changes, spoken_for, taken_in
from openler.ctdl.schema import MAX_SCHEMA_BYTES, from_tables, read
from openler.ctdl.terms import Tables, in_use
from openler.errors import NotFound, Unavailable, declare
from openler.ids import Digest

NOTHING_THERE = declare("registry.schema_not_found", by=__name__)
NO_ANSWER = declare("registry.schema_no_answer", by=__name__)

_ACCEPT: Final = "application/ld+json, application/json;q=0.9"
_OK: Final = 200
_GONE: Final = frozenset({404, 410})


@dataclass(frozen=True, slots=True)
class SchemaFile:
    """A schema as it was read: where from, and its bytes."""

    source: str
    content: bytes


@dataclass(frozen=True, slots=True)
class VocabularyUpdate:
    """What newer schemas change. ``speaks_for`` are the prefixes whose terms they define, ``tables`` ours with it all taken in."""

    sources: tuple[Mapping[str, str], ...]
    speaks_for: tuple[str, ...]
    changes: tuple[Change, ...]
    tables: Tables

    @property
    def counts(self) -> Mapping[str, int]:
        """How many changes of each kind, such as ``property added``."""
        return MappingProxyType(dict(sorted(Counter(f"{change.what} {change.how}" for change in self.changes).items())))


def fetch_schema(fetch: Fetch, url: str) -> SchemaFile:
    """A schema from an address, by the guarded way.

    :raises NotFound: ``registry.schema_not_found``
    :raises Unavailable: ``registry.schema_no_answer``; also what :meth:`openler.actions.ports.Fetch.get` raises
    """
    answer = fetch.get(url, accept=_ACCEPT, limit=MAX_SCHEMA_BYTES)
    if answer.status in _GONE:
        raise NotFound(NOTHING_THERE, url=url[:200])
    if answer.status != _OK:
        raise Unavailable(NO_ANSWER, url=url[:200], status=answer.status)
    return SchemaFile(answer.url, answer.body)


def compare(files: Sequence[SchemaFile]) -> VocabularyUpdate:
    """What the schemas, taken together, change in the vocabulary that is in use. Raises as :func:`openler.ctdl.schema.read`."""
    newer, tables = read(file.content for file in files), in_use()
    known = from_tables(tables)
    sources = tuple({"from": file.source, "digest": str(Digest.of(file.content))} for file in files)
    return VocabularyUpdate(sources, tuple(sorted(spoken_for(known, newer))), changes(known, newer), taken_in(tables, newer))
