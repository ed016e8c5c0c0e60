"""People's words as index queries: all of them, then with slips of the pen, then any of them."""

from __future__ import annotations

from functools import cache

import tantivy
from tantivy import Occur

MAX_WORDS = 24
MAX_CHARACTERS = 1_000
"""What is read of a search; the rest of a longer one is left unread rather than refused."""
FUZZY_FROM = 4
"""Letters from which a word may be misspelt by one letter; twice as many, by two."""

_FIELDS = (("name", 4.0), ("other", 2.0), ("owner", 1.5), ("description", 1.0))


@cache
def analysers() -> dict[str, tantivy.TextAnalyzer]:
    """How texts are cut into words: ``english`` stems and leaves out stop words, ``plain`` does neither."""

    def builder() -> tantivy.TextAnalyzerBuilder:
        made = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        return made.filter(tantivy.Filter.remove_long(60)).filter(tantivy.Filter.lowercase()).filter(tantivy.Filter.ascii_fold())

    english = builder().filter(tantivy.Filter.stopword("english")).filter(tantivy.Filter.stemmer("english"))
    return {"english": english.build(), "plain": builder().build()}


class Words:
    """Builds the query for what a person typed. Any text is allowed; none has a special meaning."""

    def __init__(self, schema: tantivy.Schema) -> None:
        self._schema = schema
        self._every = tantivy.Query.const_score_query(tantivy.Query.term_query(schema, "kind", "resource"), 0.0)

    def query(self, searcher: tantivy.Searcher, words: str) -> tantivy.Query:
        """The strictest reading of ``words`` that finds anything; everything for none, nothing for what holds no word."""
        typed = words[:MAX_CHARACTERS].encode("utf-8", "ignore").decode().split()[:MAX_WORDS]
        if not typed:
            return self._every
        for fuzzy, occur in ((False, Occur.Must), (True, Occur.Must), (True, Occur.Should)):
            parts = [self._word(word, last=position == len(typed) - 1, fuzzy=fuzzy) for position, word in enumerate(typed)]
            found = [part for part in parts if part is not None]
            if not found:
                break
            query = tantivy.Query.boolean_query([(occur, part) for part in found])
            if searcher.search(query, 1).count:  # type: ignore[attr-defined]  # the stubs lack it
                return query
        return tantivy.Query.empty_query()

    def _word(self, word: str, *, last: bool, fuzzy: bool) -> tantivy.Query | None:
        """One word as typed: a code, or words in any field; the last one also as the beginning of a word in a name."""
        stems = analysers()["english"].analyze(word)
        plain = analysers()["plain"].analyze(word)
        ways = []
        if any(letter.isdigit() for letter in word):
            code = word.strip("()[],;:\"'").casefold()
            if code:
                ways.append(self._boosted(tantivy.Query.fuzzy_term_query(self._schema, "code", code, 0, prefix=True), 6.0))
        if stems:
            ways.append(tantivy.Query.boolean_query([(Occur.Must, self._anywhere(stem)) for stem in stems]))
        if last and plain and len(plain[-1]) > 1:
            beginnings = [tantivy.Query.fuzzy_term_query(self._schema, "name_plain", one, 0, prefix=one is plain[-1]) for one in plain]
            ways.append(self._boosted(tantivy.Query.boolean_query([(Occur.Must, one) for one in beginnings]), 2.0))
        if fuzzy and stems and all(len(one) >= FUZZY_FROM for one in plain):
            slips = [
                tantivy.Query.fuzzy_term_query(self._schema, "name_plain", one, 2 if len(one) >= 2 * FUZZY_FROM else 1) for one in plain
            ]
            ways.append(self._boosted(tantivy.Query.boolean_query([(Occur.Must, one) for one in slips]), 0.5))
        return tantivy.Query.disjunction_max_query(ways, 0.1) if ways else None

    def _anywhere(self, stem: str) -> tantivy.Query:
        fields = [self._boosted(tantivy.Query.term_query(self._schema, field, stem), boost) for field, boost in _FIELDS]
        return tantivy.Query.boolean_query([(Occur.Should, field) for field in fields])

    @staticmethod
    def _boosted(query: tantivy.Query, boost: float) -> tantivy.Query:
        return tantivy.Query.boost_query(query, boost)
