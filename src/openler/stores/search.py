"""The search index: tantivy, one writer (the projector), readers in any process.

A resource is one index document; what it is found by and shown as comes from :mod:`openler.ctdl.summary`. People's words
never reach a query language: they are cut into words here and each becomes a query of its own, so no text can break it.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
import tantivy
from tantivy import Occur, Order

from openler.actions.ports import Found, Hit, Query
from openler.ctdl.summary import FACETS, RESOLVED, Summary, summaries
from openler.ids import Ctid, Digest
from openler.stores.position import Batch, Position
from openler.stores.words import Words, analysers

HEAP = 64 * 1024 * 1024
FACET_VALUES = 10_000
"""Most values counted for one facet: more than a state has providers."""
SHOWN_DESCRIPTION = 400
"""Characters of a description that a hit carries."""

_STORED = ("ctid", "document", "ctdl_type", "shown_name", "shown_description", "shown_owner")


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for field in ("kind", "ctid", "document", "ctdl_type"):
        builder.add_text_field(field, stored=True, tokenizer_name="raw", index_option="basic")
    for field in ("shown_name", "shown_description", "shown_owner", "position"):
        builder.add_text_field(field, stored=True, tokenizer_name="raw", index_option="basic")
    for field in ("name", "other", "description", "owner"):
        builder.add_text_field(field, tokenizer_name="english")
    builder.add_text_field("name_plain", tokenizer_name="plain", index_option="basic")
    builder.add_text_field("code", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("order", fast=True, tokenizer_name="raw", index_option="basic")
    for facet in FACETS:
        builder.add_text_field(f"facet_{facet}", stored=True, fast=True, tokenizer_name="raw", index_option="basic")
    return builder.build()


class TantivyIndex:
    """A :class:`~openler.actions.ports.SearchIndex`, and the projection behind it."""

    name = "search"
    reads = RESOLVED

    def __init__(self, place: Path) -> None:
        self._place = place
        self._schema = _schema()
        self._words = Words(self._schema)
        self._lock = threading.Lock()
        self._index: tantivy.Index | None = None
        self._seen: tuple[int, int] | None = None

    # --- reading ---

    def find(self, query: Query) -> Found:
        """See :meth:`~openler.actions.ports.SearchIndex.find`."""
        searcher = self._searcher()
        if searcher is None:
            return Found(0, (), dict.fromkeys(FACETS, ()))
        words = self._words.query(searcher, query.words)
        chosen = {facet: self._any_of(facet, values) for facet, values in query.facets.items() if values and facet in FACETS}
        words = self._without(words, query.without)
        everything = _all_of(words, chosen.values())
        total = int(searcher.search(everything, 1).count)  # type: ignore[attr-defined]  # the stubs lack it
        hits = self._hits(searcher, everything, query, ranked=bool(query.words.strip())) if query.limit > 0 and query.offset < total else ()
        open_facets = [facet for facet in FACETS if facet not in chosen]
        counts = _counts(searcher, everything, open_facets)
        for facet in chosen:  # what else could have been chosen beside it
            counts |= _counts(searcher, _all_of(words, [other for name, other in chosen.items() if name != facet]), [facet])
        return Found(total, hits, {facet: counts[facet] for facet in FACETS})

    def _hits(self, searcher: tantivy.Searcher, everything: tantivy.Query, query: Query, *, ranked: bool) -> tuple[Hit, ...]:
        if ranked:
            found = searcher.search(everything, query.limit, offset=query.offset, count=False).hits
        else:
            found = searcher.search(everything, query.limit, offset=query.offset, count=False, order_by_field="order", order=Order.Asc).hits
        return tuple(_hit(searcher.doc(address).to_dict(), float(score) if ranked else 0.0) for score, address in found)

    def _without(self, words: tantivy.Query, documents: Sequence[Ctid]) -> tantivy.Query:
        if not documents:
            return words
        out = tantivy.Query.term_set_query(self._schema, "document", [str(one) for one in documents])
        return tantivy.Query.boolean_query([(Occur.Must, words), (Occur.MustNot, out)])

    def _any_of(self, facet: str, values: Sequence[str]) -> tantivy.Query:
        terms = [tantivy.Query.term_query(self._schema, f"facet_{facet}", _clean(value)) for value in values]
        return tantivy.Query.boolean_query([(Occur.Should, tantivy.Query.const_score_query(term, 0.0)) for term in terms])

    def _searcher(self) -> tantivy.Searcher | None:
        """The newest committed state; None before the first commit."""
        with self._lock:
            try:
                meta = (self._place / "meta.json").stat()
            except FileNotFoundError:
                self._index = None
                return None
            seen = (meta.st_mtime_ns, meta.st_ino)
            if self._index is None:
                self._index = _register(tantivy.Index.open(str(self._place)))
            if seen != self._seen:
                self._index.reload()
                self._seen = seen
            return self._index.searcher()

    # --- following the journal; only the projector comes here ---

    def position(self) -> Position | None:
        """The last entry held, kept in the index itself so that it is committed with what it tells of."""
        try:
            searcher = self._searcher()
            if searcher is None:
                return None
            found = searcher.search(tantivy.Query.term_query(self._schema, "kind", "position"), 1).hits
            told = orjson.loads(searcher.doc(found[0][1])["position"][0]) if found else None
        except (ValueError, OSError, KeyError):  # damaged, or an older openler's: the projector makes it anew
            return None
        return Position(told["seq"], Digest(told["hash"])) if told else None

    def apply(self, batch: Batch, position: Position) -> None:
        """Replace what the batch's documents describe, and commit with the new position."""
        index = self._writable()
        writer = index.writer(heap_size=HEAP, num_threads=1)
        for ctid in batch.documents:
            writer.delete_documents_by_term("document", str(ctid))
        for document in batch.documents.values():
            for summary in summaries(document, batch.resolve) if document else ():
                writer.add_document(_indexed(summary))
        writer.delete_documents_by_term("kind", "position")
        marker = tantivy.Document()
        marker.add_text("kind", "position")
        marker.add_text("position", orjson.dumps({"seq": position.seq, "hash": position.hash}).decode())
        writer.add_document(marker)
        writer.commit()
        writer.wait_merging_threads()

    def reset(self) -> None:
        """Delete the index."""
        with self._lock:
            self._index = None
            self._seen = None
        shutil.rmtree(self._place, ignore_errors=True)

    def close(self) -> None:
        """Nothing is held between commits."""

    def _writable(self) -> tantivy.Index:
        self._place.mkdir(parents=True, exist_ok=True)
        try:
            return _register(tantivy.Index(self._schema, str(self._place), reuse=True))
        except ValueError:  # made with another schema
            self.reset()
            self._place.mkdir(parents=True, exist_ok=True)
            return _register(tantivy.Index(self._schema, str(self._place), reuse=True))


def _register(index: tantivy.Index) -> tantivy.Index:
    for name, analyser in analysers().items():
        index.register_tokenizer(name, analyser)
    return index


def _all_of(words: tantivy.Query, facets: Iterable[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(Occur.Must, words), *((Occur.Must, facet) for facet in facets)])


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


def _clean(text: str) -> str:
    return text.encode("utf-8", "ignore").decode()


def _indexed(summary: Summary) -> tantivy.Document:
    made = tantivy.Document()
    for field, value in (
        ("kind", "resource"),
        ("ctid", summary.ctid),
        ("document", summary.document),
        ("ctdl_type", summary.ctdl_type),
        ("shown_name", summary.name),
        ("shown_description", _shortened(summary.description)),
        ("shown_owner", summary.owner_name),
        ("name", summary.name),
        ("name_plain", summary.name),
        ("description", summary.description),
        ("owner", summary.owner_name),
        ("order", f"{summary.name.casefold()[:200]}\t{summary.ctid}"),
    ):
        made.add_text(field, str(value))
    for other in (*summary.other_names, *summary.keywords):
        made.add_text("other", other)
    for code in (summary.ctid, *summary.codes):
        made.add_text("code", code.casefold()[:200])
    for facet, values in summary.facets.items():
        for value in values:
            made.add_text(f"facet_{facet}", value)
    return made


def _shortened(text: str) -> str:
    if len(text) <= SHOWN_DESCRIPTION:
        return text
    return text[:SHOWN_DESCRIPTION].rsplit(" ", 1)[0] + " …"


def _hit(stored: Mapping[str, Any], score: float) -> Hit:
    ctid, _document, kind, name, description, owner = (str(stored.get(field, [""])[0]) for field in _STORED)
    facets = {facet: tuple(map(str, stored[f"facet_{facet}"])) for facet in FACETS if f"facet_{facet}" in stored}
    return Hit(Ctid(ctid), kind, name, description, owner, score, facets)
