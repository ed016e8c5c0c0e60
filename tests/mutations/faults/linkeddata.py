"""Faults in reading and canonicalising: two readers of one document would see different things under one signature."""

from __future__ import annotations

from tests.mutations.fault import Fault

FAULTS = (
    Fault(
        name="statements by a plan leave literals unescaped",
        file="linkeddata/plan.py",
        before="escaped(xsd_double_text(text) if gap.double else text)",
        after="text",
        killed_by=("tests/property/test_planned_statements.py::test_a_plan_gives_the_statements_of_the_reference_in_its_order",),
        why="A record shown in part whose text has a quotation mark would not verify, or one text could pose as two statements.",
    ),
    Fault(
        name="blank nodes are labelled in the order met",
        file="linkeddata/canonical.py",
        before="for digest in sorted(alike):",
        after="for digest in alike:",
        killed_by=("tests/property/test_canonical.py::test_the_canonical_dataset_is_blind_to_blank_node_names_and_order",),
        why="Signatures of others do not verify here, nor ours elsewhere.",
    ),
    Fault(
        name="related blank nodes are kept as a set",
        file="linkeddata/canonical.py",
        before="in _orders(related[digest]):",
        after="in _orders(list(dict.fromkeys(related[digest]))):",
        killed_by=("tests/unit/linkeddata/test_canonical.py::test_a_neighbour_met_twice_is_counted_twice",),
        why="Labels differ from the standard's where a node is met twice.",
    ),
    Fault(
        name="a poison graph may work for ever",
        file="linkeddata/canonical.py",
        before="if self._work > self._max_work:",
        after="if False:",
        killed_by=("tests/unit/linkeddata/test_canonical.py::test_a_graph_that_needs_too_much_work_is_given_up",),
        why="One small document keeps the verifier busy for days.",
    ),
    Fault(
        name="whole numbers keep their fraction",
        file="linkeddata/jcs.py",
        before="return not item.is_integer() and",
        after="return",
        killed_by=("tests/unit/linkeddata/test_jcs.py::test_numbers_are_written_as_ecmascript_writes_them",),
        why="1.0 and 1 have different digests: one document, two versions.",
    ),
    Fault(
        name="members are ordered by code points",
        file="linkeddata/jcs.py",
        before="sorted(value.items(), key=_utf16)",
        after="sorted(value.items())",
        killed_by=("tests/unit/linkeddata/test_jcs.py::test_keys_are_sorted_by_utf_16_code_units",),
        why="The form differs from RFC 8785 where a name holds an emoji.",
    ),
    Fault(
        name="a name given twice is read once",
        file="linkeddata/parse.py",
        before="if objects.duplicates:",
        after="if False:",
        killed_by=("tests/unit/linkeddata/test_parse.py::test_a_key_named_twice_is_refused_where_it_stands",),
        why="We verify one value, the next reader shows the other.",
    ),
    Fault(
        name="what was read is not held against what was written",
        file="linkeddata/parse.py",
        before="return value if same else None",
        after="return value",
        killed_by=(
            "tests/unit/linkeddata/test_parse.py::test_a_key_named_twice_is_refused_where_it_stands",
            "tests/unit/linkeddata/test_parse.py::test_large_integers_that_a_double_holds_are_read_exactly",
        ),
        why="The quick parser keeps the last of two members and rounds long integers.",
    ),
    Fault(
        name="a plan writes one statement twice",
        file="linkeddata/plan_fill.py",
        before="    if alike:\n",
        after="    if False:\n",
        killed_by=("tests/property/test_compiled.py::test_statements_that_become_one_are_written_once",),
        why="The canonical form is not the one that everybody else computes, and good proofs fail.",
    ),
    Fault(
        name="nesting has no limit",
        file="linkeddata/parse.py",
        before='if octets.count(b"{") + octets.count(b"[") > max_depth:',
        after="if False:",
        killed_by=("tests/unit/linkeddata/test_parse.py::test_nesting_is_allowed_to_the_limit_and_no_further",),
        why="A deep document brings down whatever walks it.",
    ),
    Fault(
        name="undefined terms are dropped in silence",
        file="linkeddata/processor.py",
        before="super().__init__(on_property_dropped=_drop)",
        after="super().__init__(on_property_dropped=lambda _: None)",
        killed_by=("tests/unit/linkeddata/test_expand.py::test_a_word_without_a_meaning_is_told_with_its_place",),
        why="A signature does not cover what the record says.",
    ),
    Fault(
        name="an unknown context counts as an empty one",
        file="linkeddata/contexts.py",
        before="            raise ContextNotPinned(iri)\n",
        after='            return ({"@context": {}},)\n',
        killed_by=("tests/unit/linkeddata/test_contexts.py::test_an_unknown_address_is_not_answered",),
        why="Terms mean whatever somebody's server says, or nothing.",
    ),
)
