"""Faults in following other registries and in telling duplicates."""

from __future__ import annotations

from tests.mutations.fault import Fault

FAULTS = (
    Fault(
        name="a followed registry overwrites what was published here",
        file="actions/federating/following.py",
        before="    if standing is not None and origin is None:  # published here",
        after="    if False:",
        killed_by=("tests/contract/test_follow.py::test_nobody_overwrites_from_outside_what_was_published_here[memory]",),
        why="Somebody else's registry changes a college's own programs.",
    ),
    Fault(
        name="entries need no signed head",
        file="actions/federating/follow_read.py",
        before='    if head.get("chain") != chain:',
        after="    if False:",
        killed_by=("tests/contract/test_follow.py::test_entries_that_no_head_was_signed_for_stop_everything[memory]",),
        why="Whoever stands between two registries makes up entries.",
    ),
    Fault(
        name="what came from us comes back as new",
        file="actions/federating/follow_pull.py",
        before="            if entry.origin == own:",
        after="            if False:",
        killed_by=("tests/contract/test_follow.py::test_two_that_follow_each_other_come_to_rest[memory]",),
        why="Two registries that follow each other pass the same entries to and fro.",
    ),
    Fault(
        name="the first to be read goes first",
        file="actions/federating/following.py",
        before="    return (not mirror, first, registry)",
        after='    return (not mirror, datetime.min, "")',
        killed_by=(
            "tests/contract/test_follow.py::test_of_two_others_the_first_to_publish_goes_first_whoever_is_read_first[memory-late first]",
        ),
        why="Two registries that follow the same ones hold different descriptions.",
    ),
    Fault(
        name="a confirmed duplicate is still found twice",
        file="actions/finding/search.py",
        before="without = (*query.without, *hidden(ports))",
        after="without = query.without",
        killed_by=("tests/pages/test_duplicates.py::test_a_confirmed_pair_is_one_in_searches_and_linked_until_it_is_taken_back",),
        why="People find one college twice, after somebody took the trouble to say that it is one.",
    ),
)
