"""The search index: tantivy, one writer (the projector), readers in any process.

A resource is one index document; what it is found by and shown as comes from :mod:`openler.ctdl.summary`. People's words
never reach a query language: they are cut into words by :mod:`openler.stores.words` and each becomes a query of its own, so
no text can break it.
"""

from __future__ import annotations

import shutil
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
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
from openler.stores.search_counts import Counts, all_of, count, told
from openler.stores.search_names import ByName, Names
from openler.stores.search_pages import ByScore, Page, page
from openler.stores.search_schema import VERSION, rows, schema
from openler.stores.similar import Model
from openler.stores.words import Read, analysers, finds, readings, term

OUTDATED = declare("search.outdated", by=__name__)
SIMILAR_TO_NOTHING = declare("search.similar_to_nothing", by=__name__)

HEAP = 64 * 1024 * 1024
REMEMBERED = 512
"""Counts and readings kept of one state of the index: they are most of a search's work, and pages and popular searches share them."""
ASIDE = 4
"""Pages that are looked for while other threads count, in one process."""


@dataclass(slots=True)
class _State:
    """One committed state of the index, and what was found out about it; gone with the next one."""

    searcher: tantivy.Searcher
    gazetteer: Gazetteer
    names: Names
    found: OrderedDict[object, Any] = field(default_factory=OrderedDict)
    turn: threading.Lock = field(default_factory=threading.Lock)

    def known(self, key: object) -> Any:
        """What was remembered under a key; None where nothing was."""
        with self.turn:
            if key in self.found:
                self.found.move_to_end(key)
            return self.found.get(key)

    def remember(self, key: object, found: Any) -> None:
        with self.turn:
            self.found[key] = found
            while len(self.found) > REMEMBERED:
                self.found.popitem(last=False)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A search as queries: what the words, the place and the likeness rank and select, and each facet chosen."""

    ranks: tantivy.Query
    base: tantivy.Query
    chosen: Mapping[str, tantivy.Query]
    ranked: bool
    read: Read
    near: Near | None
    model: Model | None

    @property
    def ranking(self) -> tantivy.Query:
        return all_of(self.ranks, self.chosen.values())


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
        self._aside = ThreadPoolExecutor(ASIDE, "search")

    # --- reading ---

    def find(self, query: Query) -> Found:
        """See :meth:`~openler.actions.ports.SearchIndex.find`."""
        state = self._current()
        if state is None:
            return Found(0, (), dict.fromkeys(FACETS, ()))
        if _version(state.searcher) != VERSION:
            raise Unavailable(OUTDATED)
        asked, counts, found = self._first_that_finds(state, query)
        hits = tuple(_hit(stored, score, asked) for stored, score in found.rows)
        return Found(
            counts.total, hits, counts.facets, _reading(asked), found.next, counts.others, counts.uncounted, found.previous, found.start
        )

    def _first_that_finds(self, state: _State, query: Query) -> tuple[_Asked, Counts, Page]:
        """The search as its words are to be read: as strictly as finds anything, wherever and of whatever kind."""
        words = ("words", query.words)
        settled: Read | None = state.known(words)
        for reading in readings(state.searcher, query.words) if settled is None else (settled,):
            asked = self._asked(state, query, reading)
            counts, found = self._answered(state, asked, query)
            if counts.total or settled is not None or finds(state.searcher, reading.selects):
                break
        state.remember(words, reading)
        return asked, counts, found

    def _answered(self, state: _State, asked: _Asked, query: Query) -> tuple[Counts, Page]:
        """The counts, which are the same for every page, and beside them the page."""
        key = _key(query, asked.read)
        counts: Counts | None = state.known(key)
        if counts is not None:
            return counts, page(self._ordered(state, asked, query), query)
        found = self._aside.submit(page, self._ordered(state, asked, query), query)
        counts = count(state.searcher, asked.base, asked.chosen, query)
        state.remember(key, counts)
        return counts, found.result()

    def _ordered(self, state: _State, asked: _Asked, query: Query) -> ByScore | ByName:
        searcher = state.searcher
        if asked.ranked:
            return ByScore(searcher, asked.ranking)
        share = 1.0
        for facet in asked.chosen:
            having = sum(searcher.doc_freq(f"facet_{facet}", told(value)) for value in query.facets[facet])
            share *= min(1.0, max(having, 1) / max(searcher.num_docs, 1))
        return ByName(searcher, asked.ranking, state.names, share)

    def _asked(self, state: _State, query: Query, words: Read) -> _Asked:
        ranks, base, ranked = words.query, words.selects, words.scored
        near = model = None
        also: list[tantivy.Query] = []
        if query.near.strip():
            near = Near.of(state.searcher, state.gazetteer, query.near, query.within)
            also.append(near.query())
        if query.similar is not None:
            model = Model.of(state.searcher, query.similar)
            if model is None:
                raise NotFound(SIMILAR_TO_NOTHING, ctid=query.similar)
            also.append(model.query())
        ranked = ranked or bool(also)
        chosen = {facet: _any_of(facet, values) for facet, values in query.facets.items() if values and facet in FACETS}
        if model is not None and "group" not in chosen and "type" not in chosen:
            also.append(_any_of("group", (model.group,)))
        if also:
            ranks, base = all_of(ranks, also), all_of(base, also)
        if query.without:
            out = tantivy.Query.term_set_query(schema(), "document", [str(one) for one in query.without])
            ranks, base = (tantivy.Query.boolean_query([(Occur.Must, one), (Occur.MustNot, out)]) for one in (ranks, base))
        return _Asked(ranks, base, chosen, ranked, words, near, model)

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
                self._state = _State(searcher, Gazetteer(searcher), Names(searcher))
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


def _any_of(facet: str, values: Sequence[str]) -> tantivy.Query:
    terms = [term(f"facet_{facet}", told(value)) for value in values]
    return tantivy.Query.boolean_query([(Occur.Should, tantivy.Query.const_score_query(one, 0.0)) for one in terms])


def _key(query: Query, read: Read) -> tuple[object, ...]:
    """What the counts of two searches must have in common to be the same."""
    chosen = tuple(sorted((facet, tuple(values)) for facet, values in query.facets.items() if values))
    asked = (query.words.strip(), chosen, query.near.strip(), query.within, query.similar, query.without, query.values, query.counted)
    return (*asked, read.corrected, read.any_word)


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
