"""Faults in the language: descriptions would be judged by what was not asked, or a newer vocabulary misread."""

from __future__ import annotations

from tests.mutations.fault import Fault

FAULTS = (
    Fault(
        name="a nearer class of a profile does not have the last word",
        file="ctdl/profile.py",
        before="kept = tuple(group for group in found[level] if not spoken.intersection(group))",
        after="kept = found[level]",
        killed_by=(
            "tests/unit/ctdl/test_profile.py::test_a_type_of_credential_is_asked_for_what_its_class_is_and_for_more",
            "tests/unit/ctdl/test_profile.py::test_what_is_left_out_is_not_asked_for_and_alternatives_go_together",
        ),
        why="A license is asked for what its board left out on purpose.",
    ),
    Fault(
        name="a score is rounded up",
        file="ctdl/score.py",
        before="return floor(self.share * 100)",
        after="return round(self.share * 100)",
        killed_by=("tests/unit/ctdl/test_score.py::test_each_level_weighs_what_the_profile_says",),
        why="100 of 100 is shown while something is missing, and nobody looks again.",
    ),
    Fault(
        name="silence of one schema file is taken for removal",
        file="ctdl/changes.py",
        before='"removed") for name in had.keys() - has.keys() if _prefix(name) in speaks)',
        after='"removed") for name in had.keys() - has.keys())',
        killed_by=("tests/unit/ctdl/test_vocabulary_changes.py::test_what_is_new_is_told_by_what_it_is",),
        why="An update of CTDL-ASN reports all of CTDL as gone.",
    ),
    Fault(
        name="the quick way passes over values in the wrong order",
        file="ctdl/rules_quick.py",
        before="        and not reversed_pairs(node)\n",
        after="",
        killed_by=("tests/unit/ctdl/test_rules.py::test_the_least_above_the_most_is_told_in_the_part_where_it_stands",),
        why="A program that ends before it begins is published without a word.",
    ),
)
