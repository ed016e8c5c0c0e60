"""Faults in search and SPARQL: what is there would not be found, or a stranger's query would do more than ask."""

from __future__ import annotations

from tests.mutations.fault import Fault

FAULTS = (
    Fault(
        name="a corrected search hides that it is one",
        file="stores/words.py",
        before="yield Read(*queries, scored=True, corrected=corrected, also=also)",
        after="yield Read(*queries, scored=True, also=also)",
        killed_by=("tests/unit/stores/test_searching.py::test_a_word_that_nothing_has_is_put_right_and_that_is_told",),
        why="People read answers to a question that they did not ask.",
    ),
    Fault(
        name="a cursor is an offset",
        file="stores/search_pages.py",
        before="found.behind(str(cursor.key), more)",
        after="found.slice(cursor.position + 1, more)",
        killed_by=("tests/unit/stores/test_search_pages.py::test_what_is_published_meanwhile_neither_repeats_nor_hides_anything",),
        why="Who reads page by page while others publish sees things twice.",
    ),
    Fault(
        name="a window of names that was too narrow is taken for all",
        file="stores/search_names.py",
        before="            if len(found) == limit:\n                return found\n",
        after="            return found\n",
        killed_by=("tests/unit/stores/test_search_names.py::test_a_share_that_was_guessed_wrong_costs_time_and_loses_nothing",),
        why="Programs whose names come late in the alphabet are never listed.",
    ),
    Fault(
        name="a facet that was not counted looks empty",
        file="stores/search_counts.py",
        before="            by_facet[facet] = _Told((), 0)\n            uncounted.append(facet)\n",
        after="            by_facet[facet] = _Told((), 0)\n",
        killed_by=("tests/unit/stores/test_search_counts.py::test_where_very_many_are_found_a_large_facet_is_counted_for_who_asks",),
        why="People read that nobody offers what thousands do.",
    ),
    Fault(
        name="the page before is guessed from its number",
        file="stores/search_names.py",
        before="        order = str(cursor.key)\n",
        after="        return cursor.position + 1\n        order = str(cursor.key)\n",
        killed_by=("tests/unit/stores/test_search_names.py::test_behind_and_before_a_name_is_what_stands_there",),
        why="Who goes back while others publish misses what stood between.",
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
