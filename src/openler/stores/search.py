"""The search index: tantivy, one writer (the projector), readers in any process.

A resource is one index document; what it is found by and shown as comes from :mod:`openler.ctdl.summary`. People's words
never reach a query language: they are cut into words by :mod:`openler.stores.words` and each becomes a query of its own, so
no text can break it.
"""

from __future__ import annotations

import shutil
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import tantivy
from tantivy import Occur

from openler.actions.ports import Found, Hit, Query
from openler.actions.search_ports import Reading
from openler.ctdl.summary import FACETS, RESOLVED
from openler.errors import NotFound, Unavailable, declare
from openler.ids import Ctid, Digest
from openler.stores.nearness import Gazetteer, Near
from openler.stores.position import Load, Position
from openler.stores.search_pages import page
from openler.stores.search_schema import VERSION, rows, schema
from openler.stores.similar import Model
from openler.stores.words import Read, analysers, read, term

OUTDATED = declare("search.outdated", by=__name__)
SIMILAR_TO_NOTHING = declare("search.similar_to_nothing", by=__name__)

HEAP = 64 * 1024 * 1024
FACET_VALUES = 10_000
"""Most values counted for one facet: more than a state has providers."""
REMEMBERED = 512
"""Counts and readings kept of one state of the index: they are most of a search's work, and pages and popular searches share them."""

Counts = Mapping[str, tuple[tuple[str, int], ...]]


@dataclass(slots=True)
class _State:
    """One committed state of the index, and what was found out about it; gone with the next one."""

    searcher: tantivy.Searcher
    gazetteer: Gazetteer
    counted: OrderedDict[object, Any] = field(default_factory=OrderedDict)
    turn: threading.Lock = field(default_factory=threading.Lock)

    def remembered(self, key: object, find: Any) -> Any:
        with self.turn:
            if key in self.counted:
                self.counted.move_to_end(key)
                return self.counted[key]
        found = find()
        with self.turn:
            self.counted[key] = found
            while len(self.counted) > REMEMBERED:
                self.counted.popitem(last=False)
        return found


@dataclass(frozen=True, slots=True)
class _Asked:
    """A search as queries: what the words, the place and the likeness select, and each facet chosen."""

    key: tuple[object, ...]
    base: tantivy.Query
    chosen: Mapping[str, tantivy.Query]
    ranked: bool
    read: Read
    near: Near | None
    model: Model | None

    @property
    def selected(self) -> tantivy.Query:
        return _all_of(self.base, self.chosen.values())


class TantivyIndex:
    """A :class:`~openler.actions.ports.SearchIndex`, and the projection behind it."""

    name = "search"
    reads = RESOLVED
    derive = staticmethod(rows)

    def __init__(self, place: Path) -> None:
        self._place = place
        self._lock = threading.Lock()
        self._index: tantivy.Index | None = None
        self._seen: tuple[int, int] | None = None
        self._state: _State | None = None

    # --- reading ---

    def find(self, query: Query) -> Found:
        """See :meth:`~openler.actions.ports.SearchIndex.find`."""
        state = self._current()
        if state is None:
            return Found(0, (), dict.fromkeys(FACETS, ()))
        if _version(state.searcher) != VERSION:
            raise Unavailable(OUTDATED)
        asked = self._asked(state, query)
        total, counts = state.remembered((*asked.key, _chosen(query)), lambda: self._count(state, asked, query))
        rows, after = page(state.searcher, asked.selected, query, total, ranked=asked.ranked)
        hits = tuple(_hit(stored, score, asked) for stored, score in rows)
        return Found(total, hits, counts, _reading(asked), after)

    def _asked(self, state: _State, query: Query) -> _Asked:
        words = state.remembered(("words", query.words), lambda: read(state.searcher, query.words))
        base, ranked = words.query, words.scored
        near = model = None
        if query.near.strip():
            near = Near.of(state.searcher, state.gazetteer, query.near, query.within)
            base, ranked = _all_of(base, [near.query()]), True
        if query.similar is not None:
            model = Model.of(state.searcher, query.similar)
            if model is None:
                raise NotFound(SIMILAR_TO_NOTHING, ctid=query.similar)
            base, ranked = _all_of(base, [model.query()]), True
        chosen = {facet: _any_of(facet, values) for facet, values in query.facets.items() if values and facet in FACETS}
        if model is not None and "group" not in chosen and "type" not in chosen:
            base = _all_of(base, [_any_of("group", (model.group,))])
        if query.without:
            out = tantivy.Query.term_set_query(schema(), "document", [str(one) for one in query.without])
            base = tantivy.Query.boolean_query([(Occur.Must, base), (Occur.MustNot, out)])
        key = (query.words.strip(), query.near.strip(), query.within, query.similar, query.without)
        return _Asked(key, base, chosen, ranked, words, near, model)

    def _count(self, state: _State, asked: _Asked, query: Query) -> tuple[int, Counts]:
        """How many are found, and each facet's values; of a chosen facet what else could be chosen beside it."""
        total = int(state.searcher.search(asked.selected, 1).count)  # type: ignore[attr-defined]  # the stubs lack it
        if not total and not asked.chosen:  # to count nothing takes nearly as long as to count something
            return total, dict.fromkeys(FACETS, ())
        counts = _counts(state.searcher, asked.selected, [facet for facet in FACETS if facet not in asked.chosen])
        for facet in asked.chosen:
            others = {name: values for name, values in query.facets.items() if name != facet}
            beside = _all_of(asked.base, [one for name, one in asked.chosen.items() if name != facet])
            counts |= state.remembered(
                (*asked.key, facet, _chosen(Query(facets=others))), lambda one=facet, where=beside: _counts(state.searcher, where, [one])
            )
        return total, {facet: counts[facet] for facet in FACETS}

    def _current(self) -> _State | None:
        """The newest committed state; None before the first commit."""
        with self._lock:
            try:
                meta = (self._place / "meta.json").stat()
            except FileNotFoundError:
                self._index = self._state = None
                return None
            seen = (meta.st_mtime_ns, meta.st_ino)
            if self._index is None:
                self._index = _register(tantivy.Index.open(str(self._place)))
            if seen != self._seen or self._state is None:
                self._index.reload()
                self._seen = seen
                searcher = self._index.searcher()
                self._state = _State(searcher, Gazetteer(searcher))
            return self._state

    # --- following the journal; only the projector comes here ---

    def position(self) -> Position | None:
        """The last entry held, kept in the index itself so that it is committed with what it tells of."""
        try:
            state = self._current()
            told = _marker(state.searcher) if state is not None else None
        except (ValueError, OSError, KeyError):  # damaged: the projector makes it anew
            return None
        return Position(told["seq"], Digest(told["hash"])) if told and told.get("version") == VERSION else None

    def take(self, load: Load) -> None:
        """Replace what a load's documents describe, and commit with the new position."""
        writer = self._writable().writer(heap_size=HEAP, num_threads=1)
        if not load.fresh:
            for ctid in load.documents:
                writer.delete_documents_by_term("document", str(ctid))
        for one in load.derived:
            for row in one.rows:
                writer.add_json(row)
        writer.delete_documents_by_term("kind", "position")
        marker = tantivy.Document()
        marker.add_text("kind", "position")
        told = {"seq": load.position.seq, "hash": load.position.hash, "version": VERSION}
        marker.add_text("position", orjson.dumps(told).decode())
        writer.add_document(marker)
        writer.commit()
        writer.wait_merging_threads()

    def reset(self) -> None:
        """Delete the index."""
        with self._lock:
            self._index = self._state = None
            self._seen = None
        shutil.rmtree(self._place, ignore_errors=True)

    def close(self) -> None:
        """Nothing is held between commits."""

    def _writable(self) -> tantivy.Index:
        self._place.mkdir(parents=True, exist_ok=True)
        try:
            return _register(tantivy.Index(schema(), str(self._place), reuse=True))
        except ValueError:  # made with another schema
            self.reset()
            self._place.mkdir(parents=True, exist_ok=True)
            return _register(tantivy.Index(schema(), str(self._place), reuse=True))


def _register(index: tantivy.Index) -> tantivy.Index:
    for name, analyser in analysers().items():
        index.register_tokenizer(name, analyser)
    return index


def _marker(searcher: tantivy.Searcher) -> dict[str, Any] | None:
    found = searcher.search(term("kind", "position"), 1).hits
    told = orjson.loads(searcher.doc(found[0][1])["position"][0]) if found else None
    return told if isinstance(told, dict) else None


def _version(searcher: tantivy.Searcher) -> int | None:
    try:
        told = _marker(searcher)
    except (ValueError, KeyError):
        return None
    return told.get("version") if told else VERSION


def _all_of(first: tantivy.Query, others: Iterable[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(Occur.Must, first), *((Occur.Must, one) for one in others)])


def _any_of(facet: str, values: Sequence[str]) -> tantivy.Query:
    terms = [term(f"facet_{facet}", value.encode("utf-8", "ignore").decode()) for value in values]
    return tantivy.Query.boolean_query([(Occur.Should, tantivy.Query.const_score_query(one, 0.0)) for one in terms])


def _chosen(query: Query) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(sorted((facet, tuple(values)) for facet, values in query.facets.items() if values))


def _counts(searcher: tantivy.Searcher, query: tantivy.Query, facets: Sequence[str]) -> dict[str, tuple[tuple[str, int], ...]]:
    if not facets:
        return {}
    asked = {facet: {"terms": {"field": f"facet_{facet}", "size": FACET_VALUES, "segment_size": FACET_VALUES}} for facet in facets}
    told = searcher.aggregate(query, asked)
    return {
        facet: tuple(
            sorted(((str(one["key"]), int(one["doc_count"])) for one in told[facet]["buckets"]), key=lambda one: (-one[1], one[0]))
        )
        for facet in facets
    }


def _reading(asked: _Asked) -> Reading:
    words, near = asked.read, asked.near
    return Reading(
        corrected=words.corrected,
        also=words.also,
        any_word=words.any_word,
        place=near is None or near.known,
        measured=near is None or near.center is not None,
    )


def _hit(stored: Mapping[str, Any], score: float, asked: _Asked) -> Hit:
    ctid, kind, name, description, owner = (
        str(stored.get(one, [""])[0]) for one in ("ctid", "ctdl_type", "shown_name", "shown_description", "shown_owner")
    )
    facets = {facet: tuple(map(str, stored[f"facet_{facet}"])) for facet in FACETS if f"facet_{facet}" in stored}
    kilometers = asked.near.kilometers(stored) if asked.near is not None else None
    alike = asked.model.alike(stored) if asked.model is not None else ()
    return Hit(Ctid(ctid), kind, name, description, owner, score, facets, kilometers, alike)
