"""People's words as index queries: all of them, then with what is misspelt put right, then any of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import tantivy
from tantivy import Occur

from openler.ctdl import synonyms
from openler.ctdl.places import folded
from openler.stores.search_schema import BEGUN_WORDS, schema
from openler.stores.spelling import nearest

MAX_WORDS = 24
MAX_CHARACTERS = 1_000
"""What is read of a search; the rest of a longer one is left unread rather than refused."""
MAX_ABBREVIATED = 3
"""Most readings of one abbreviation that are taken from what is published."""

_ENGLISH = (("name", 4.0), ("other", 2.0), ("about", 1.5), ("owner", 1.5), ("description", 1.0))
_SPANISH = (("name_es", 4.0), ("other_es", 2.0), ("description_es", 1.0))
_ALSO = 0.7
"""What another name of the same thing counts, beside what was typed."""
_ACCENTS = (("cion", "ción"), ("sion", "sión"), ("eria", "ería"))
"""Endings that are typed without their accent, which the Spanish stemmer needs."""


@cache
def analysers() -> Mapping[str, tantivy.TextAnalyzer]:
    """How texts are cut into words: ``english`` and ``spanish`` stem and leave out stop words, ``plain`` does not. None keeps accents."""

    def builder() -> tantivy.TextAnalyzerBuilder:
        made = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        return made.filter(tantivy.Filter.remove_long(60)).filter(tantivy.Filter.lowercase())

    fold = tantivy.Filter.ascii_fold()
    english = builder().filter(fold).filter(tantivy.Filter.stopword("english")).filter(tantivy.Filter.stemmer("english"))
    spanish = builder().filter(tantivy.Filter.stopword("spanish")).filter(tantivy.Filter.stemmer("spanish")).filter(fold)
    return {"english": english.build(), "spanish": spanish.build(), "plain": builder().filter(fold).build()}


@dataclass(frozen=True, slots=True)
class Unit:
    """What counts as one word: as typed, and what else that is called."""

    text: str
    also: tuple[str, ...] = ()
    last: bool = False


@dataclass(frozen=True, slots=True)
class Read:
    """The query for some words, and how they were read; ``scored`` is False where there is nothing to rank by.

    ``selects`` finds the same as ``query``, without what only ranks: to count by.
    """

    query: tantivy.Query
    selects: tantivy.Query
    scored: bool = False
    corrected: tuple[tuple[str, str], ...] = ()
    also: tuple[tuple[str, tuple[str, ...]], ...] = ()
    any_word: bool = False


def everything() -> tantivy.Query:
    """All resources."""
    return tantivy.Query.const_score_query(term("kind", "resource"), 0.0)


def readings(searcher: tantivy.Searcher, words: str) -> Iterator[Read]:
    """How ``words`` can be read, the strictest way first: the first that finds anything is how they are read.

    No word reads as everything; what holds no word as nothing.
    """
    typed = words[:MAX_CHARACTERS].encode("utf-8", "ignore").decode().split()[:MAX_WORDS]
    if not typed:
        yield Read(everything(), everything())
        return
    units = tuple(_units(searcher, typed))
    also = tuple((unit.text, unit.also) for unit in units if unit.also)
    strict = _all(units)
    if strict is None:
        yield Read(tantivy.Query.empty_query(), tantivy.Query.empty_query())
        return
    yield Read(*strict, scored=True, also=also)
    righted = tuple(_righted(searcher, unit) for unit in units)
    corrected = tuple((unit.text, right.text) for unit, right in zip(units, righted, strict=True) if unit.text != right.text)
    if corrected and (queries := _all(righted)) is not None:
        yield Read(*queries, scored=True, corrected=corrected, also=also)
    parts = [part for unit in righted if (part := _unit(unit)) is not None]
    query = boolean((Occur.Should, part) for part in parts)
    yield Read(query, query, scored=True, corrected=corrected, also=also, any_word=len(parts) > 1)


def _units(searcher: tantivy.Searcher, typed: Sequence[str]) -> Iterator[Unit]:
    """The longest phrases that have other names, and single words."""
    position = 0
    while position < len(typed):
        for length in range(min(synonyms.MAX_PHRASE, len(typed) - position), 0, -1):
            phrase = " ".join(typed[position : position + length])
            others = synonyms.others(phrase) or (_published(searcher, phrase) if length == 1 else ())
            if others or length == 1:
                position += length
                known = tuple(one for one in others if (query := _named(one)) is not None and finds(searcher, query))
                yield Unit(phrase, known, last=position == len(typed))
                break


def _published(searcher: tantivy.Searcher, word: str) -> tuple[str, ...]:
    """The full forms of an abbreviation, as published names give both: ``Community Health Worker (CHW)``."""
    short = folded(word)
    if not 2 <= len(short) <= 6 or " " in short:  # noqa: PLR2004 - as long as the abbreviations that are learned
        return ()
    found = sorted(searcher.terms_with_prefix("abbreviation", f"{short}\t", limit=50), key=lambda one: (-one[1], one[0]))
    return tuple(one.partition("\t")[2] for one, _ in found[:MAX_ABBREVIATED])


def _righted(searcher: tantivy.Searcher, unit: Unit) -> Unit:
    """The unit with the nearest known word in place of one that nothing has."""
    if unit.also or " " in unit.text:
        return unit
    query = _unit(unit)
    if query is None or finds(searcher, query):
        return unit
    found = nearest(searcher, folded(unit.text))
    return replace(unit, text=found) if found else unit


def _all(units: Sequence[Unit]) -> tuple[tantivy.Query, tantivy.Query] | None:
    """Every unit, words that say nothing by themselves only counting, and the whole as a name, which comes first; and what that selects."""
    parts = [(unit, part) for unit in units if (part := _unit(unit)) is not None]
    if not parts:
        return None
    telling = [unit for unit, _ in parts if unit.also or _tells(unit.text)]
    required = [part for unit, part in parts if unit in telling or not telling]
    clauses = [(Occur.Must, part) for part in required]
    clauses += [(Occur.Should, part) for unit, part in parts if telling and unit not in telling]
    whole = folded(" ".join(unit.text for unit in units))[:200]
    if whole:
        clauses.append((Occur.Should, tantivy.Query.const_score_query(term("name_exact", whole), 40.0)))
        clauses.append((Occur.Should, tantivy.Query.const_score_query(_begins(whole), 4.0)))
    stems = analysers()["english"].analyze(whole)
    if len(stems) > 1:
        clauses.append((Occur.Should, boosted(tantivy.Query.phrase_query(schema(), "name", list(stems), slop=1), 2.0)))
    return boolean(clauses), boolean((Occur.Must, part) for part in required)


def _begins(whole: str) -> tantivy.Query:
    """Names that begin with a text: a short one is looked for in their first words, of which there are fewer than names."""
    words = whole.count(" ") + 1
    field, told = ("beginning", f"{words} {whole}") if words <= BEGUN_WORDS else ("name_exact", whole)
    return tantivy.Query.fuzzy_term_query(schema(), field, told, 0, prefix=True)


def _unit(unit: Unit) -> tantivy.Query | None:
    """As typed, or by another name."""
    own = [part for word in unit.text.split() if (part := _word(word, last=unit.last and " " not in unit.text)) is not None]
    ways = [boolean((Occur.Must, part) for part in own)] if own else []
    ways += [boosted(query, _ALSO) for one in unit.also if (query := _named(one)) is not None]
    return tantivy.Query.disjunction_max_query(ways, 0.1) if ways else None


def _word(word: str, *, last: bool) -> tantivy.Query | None:
    """One word as typed: a code, or words in any field; the last one also as the beginning of a word in a name."""
    plain = analysers()["plain"].analyze(word)
    ways = []
    if any(letter.isdigit() for letter in word):
        code = word.strip("()[],;:\"'").casefold()
        if code:
            ways.append(boosted(tantivy.Query.fuzzy_term_query(schema(), "code", code, 0, prefix=True), 12.0))
    for language, fields in (("english", _ENGLISH), ("spanish", _SPANISH)):
        stems = analysers()[language].analyze(_accented(word) if language == "spanish" else word)
        if stems:
            ways.append(boolean((Occur.Must, _anywhere(stem, fields)) for stem in stems))
    if plain:
        ways.append(boosted(boolean((Occur.Must, term("name_plain", one)) for one in plain), 2.0))
    if last and plain and len(plain[-1]) > 1:
        for field, boost in (("name_plain", 2.0), ("word", 0.5)):
            beginnings = [tantivy.Query.fuzzy_term_query(schema(), field, one, 0, prefix=one is plain[-1]) for one in plain]
            ways.append(boosted(boolean((Occur.Must, one) for one in beginnings), boost))
    return tantivy.Query.disjunction_max_query(ways, 0.1) if ways else None


def _named(phrase: str) -> tantivy.Query | None:
    """A phrase as it stands, in what a resource is called or about, in either language."""
    ways = []
    for language, fields in (("english", _ENGLISH[:3]), ("spanish", _SPANISH[:2])):
        stems: list[str | tuple[int, str]] = [*analysers()[language].analyze(phrase)]
        for field, boost in fields if stems else ():
            one = term(field, str(stems[0])) if len(stems) == 1 else tantivy.Query.phrase_query(schema(), field, stems)
            ways.append(boosted(one, boost))
    return tantivy.Query.disjunction_max_query(ways, 0.1) if ways else None


def _tells(text: str) -> bool:
    return all(any(analysers()[language].analyze(word) for word in text.split()) for language in ("english", "spanish"))


def _accented(word: str) -> str:
    return next((word[: -len(bare)] + accented for bare, accented in _ACCENTS if word.casefold().endswith(bare)), word)


def _anywhere(stem: str, fields: Sequence[tuple[str, float]]) -> tantivy.Query:
    return boolean((Occur.Should, boosted(term(field, stem), boost)) for field, boost in fields)


def finds(searcher: tantivy.Searcher, query: tantivy.Query) -> bool:
    """Whether there is anything that a query finds."""
    return bool(searcher.search(query, 1, count=False).hits)


def term(field: str, value: str) -> tantivy.Query:
    """What has a word or a value in a field."""
    return tantivy.Query.term_query(schema(), field, value)


def boosted(query: tantivy.Query, boost: float) -> tantivy.Query:
    """The same, counting more or less."""
    return tantivy.Query.boost_query(query, boost)


def boolean(clauses: Iterable[tuple[Occur, tantivy.Query]]) -> tantivy.Query:
    """Clauses put together."""
    return tantivy.Query.boolean_query(list(clauses))
