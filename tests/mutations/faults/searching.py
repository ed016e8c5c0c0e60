"""Faults in search and SPARQL: what is there would not be found, or a stranger's query would do more than ask."""

from __future__ import annotations

from tests.mutations.fault import Fault

FAULTS = (
    Fault(
        name="a corrected search hides that it is one",
        file="stores/words.py",
        before="return Read(query, scored=True, corrected=corrected, also=also)\n    parts",
        after="return Read(query, scored=True, also=also)\n    parts",
        killed_by=("tests/unit/stores/test_searching.py::test_a_word_that_nothing_has_is_put_right_and_that_is_told",),
        why="People read answers to a question that they did not ask.",
    ),
    Fault(
        name="a cursor is an offset",
        file="stores/search_pages.py",
        before="            if cursor.hits[0] in places:\n                return start + places[cursor.hits[0]] + 1\n",
        after="            return cursor.position + 1\n",
        killed_by=("tests/unit/stores/test_search_pages.py::test_what_is_published_meanwhile_neither_repeats_nor_hides_anything",),
        why="Who reads page by page while others publish sees things twice.",
    ),
    Fault(
        name="software's zero for not known is a place",
        file="ctdl/places.py",
        before="return None if latitude == 0 == longitude else",
        after="return",
        killed_by=("tests/unit/stores/test_search_places.py::test_coordinates_that_are_none_are_not_believed",),
        why="Schools are found in the sea off Africa.",
    ),
    Fault(
        name="a query's escapes hide a call",
        file="linkeddata/sparql.py",
        before="for spelt in (query, unescaped(query))",
        after="for spelt in (query,)",
        killed_by=("tests/unit/linkeddata/test_sparql.py::test_a_call_to_another_service_is_seen_however_it_is_written",),
        why="A stranger's query makes this machine call addresses inside its network.",
    ),
    Fault(
        name="a query's process may open sockets",
        file="stores/sparql_child.py",
        before="(_EQUAL, 0, 1, socket)",
        after="(_EQUAL, 0, 1, socket + 1000)",
        killed_by=("tests/unit/stores/test_sparql.py::test_a_call_that_nothing_else_stopped_finds_no_socket",),
        why="The second wall against calls to inner addresses is painted on.",
    ),
    Fault(
        name="a cut answer looks whole",
        file="stores/sparql_child.py",
        before='        if len(rows) > asked["most"]:\n',
        after="        if False:\n",
        killed_by=("tests/unit/stores/test_sparql.py::test_what_is_too_much_or_no_query_is_refused",),
        why="An analyst counts the first ten thousand and reports them as all.",
    ),
)
