"""Faults in queries: clients of the national Registry would be told other things here than are published."""

from __future__ import annotations

from tests.mutations.fault import Fault

FAULTS = (
    Fault(
        name="what is gone still refers to what stands",
        file="stores/columns/evaluate.py",
        before="meant = self._moment.live if inner is None else self.mask(inner) & self._moment.live",
        after="meant = ~self._none() if inner is None else self.mask(inner)",
        killed_by=("tests/unit/stores/test_columns.py::test_nothing_gone_refers_to_anything",),
        why="A program that a school withdrew keeps crediting the credential it led to.",
    ),
    Fault(
        name="a reference keeps meaning what was replaced",
        file="stores/columns/snapshot.py",
        before="        node_of[~live[node_of]] = -1\n",
        after="",
        killed_by=("tests/unit/stores/test_columns.py::test_a_reference_to_what_was_replaced_is_one_to_what_stands_now",),
        why="A join finds the description that a provider corrected.",
    ),
    Fault(
        name="every language is every other",
        file="stores/columns/evaluate.py",
        before='rows &= spoken[self._snapshot.part(segment, prop, "sl")]',
        after='rows |= spoken[self._snapshot.part(segment, prop, "sl")]',
        killed_by=("tests/unit/stores/test_columns.py::test_languages_are_told_apart",),
        why="Who asks for Spanish descriptions gets English ones.",
    ),
    Fault(
        name="a query may be as deep as it likes",
        file="ctdl/query.py",
        before="    if depth > MAX_DEPTH:",
        after="    if False:",
        killed_by=("tests/unit/ctdl/test_query.py::test_a_query_has_limits",),
        why="One request brings a server to its knees.",
    ),
    Fault(
        name="every page of envelopes is the first",
        file="stores/sql/registry.py",
        before="names.offset(skip)",
        after="names.offset(0)",
        killed_by=("tests/contract/test_store.py::test_documents_are_listed_in_order_in_pages",),
        why="A client that pages by number reads the same documents for ever.",
    ),
)
