"""Faults in counting and planning: a number in a report would be wrong."""
# ruff: noqa: E501 - a change is quoted as it stands

from __future__ import annotations

from tests.mutations.fault import Fault

FAULTS = (
    Fault(
        name="what is only mentioned is counted",
        file="insight/census.py",
        before="totals=tuple(_cell((kind.value,), (kind.value,), (row.id for row in region.of(kind))) for kind in Kind),",
        after="totals=tuple(_cell((kind.value,), (kind.value,), (row.id for row in (*region.of(kind), *region.mentioned(kind)))) for kind in Kind),",
        killed_by=("tests/unit/insight/test_census.py::test_everything_catalogued_is_counted_once_by_its_kind",),
        why="A badge that nobody describes is counted as offered.",
    ),
    Fault(
        name="a share is taken of those that have it",
        file="insight/census.py",
        before="return len(self.have) + len(self.lack)",
        after="return len(self.have)",
        killed_by=("tests/unit/insight/test_census.py::test_what_is_only_mentioned_is_told_apart_and_lowers_the_share_with_a_ctid",),
        why="Everything is always 100 percent.",
    ),
    Fault(
        name="the largest cell does not come first",
        file="insight/census.py",
        before="key=lambda cell: (-cell.count, cell.labels, cell.key)",
        after="key=lambda cell: cell.key",
        killed_by=("tests/unit/insight/test_census.py::test_the_largest_cell_stands_first_and_equal_ones_by_name",),
        why="The table hides what matters.",
    ),
    Fault(
        name="a withheld figure counts as nothing",
        file="insight/outcomes.py",
        before="            if each.value is not None:\n",
        after="            each = replace(each, value=each.value or 0.0)\n            if each.value is not None:\n",
        killed_by=(
            "tests/unit/insight/test_outcomes_and_equity.py::test_known_withheld_and_absent_are_told_apart_and_only_known_numbers_make_the_median",
        ),
        why="The median of what is known is dragged down by what is withheld.",
    ),
    Fault(
        name="two numbers make a median",
        file="insight/outcomes.py",
        before="told = len(values) >= FEWEST",
        after="told = bool(values)",
        killed_by=("tests/unit/insight/test_outcomes_and_equity.py::test_a_median_of_too_few_is_not_told",),
        why="A summary gives single programs away.",
    ),
    Fault(
        name="what has no provider is on nobody's list",
        file="insight/gaps.py",
        before="for name in row.providers or (None,):",
        after="for name in row.providers:",
        killed_by=("tests/unit/insight/test_gaps.py::test_every_missing_property_of_everything_stands_on_its_providers_list",),
        why="Nobody is told to mend it.",
    ),
    Fault(
        name="fixes are not in order of effect",
        file="insight/gaps.py",
        before="fixes.sort(key=lambda each: (each[0], -len(each[1].completes), -len(each[1].lack), each[1].term))",
        after="fixes.sort(key=lambda each: each[1].term)",
        killed_by=("tests/unit/insight/test_gaps.py::test_the_fix_that_completes_most_comes_first_and_then_the_one_missing_most",),
        why="A clerk mends what helps least.",
    ),
    Fault(
        name="a step is met without evidence",
        file="initiative/assessment.py",
        before="    measured = evidence.get(criterion.figure)\n    if measured is None:\n        return CriterionResult(criterion.id, Standing.NOT_KNOWN,",
        after="    measured = evidence.get(criterion.figure)\n    if measured is None:\n        return CriterionResult(criterion.id, Standing.MET,",
        killed_by=("tests/unit/initiative/test_assessment.py::test_without_evidence_nothing_is_met_and_nothing_is_not_met",),
        why="The plan says done where nobody looked.",
    ),
    Fault(
        name="half a step is a step",
        file="initiative/assessment.py",
        before="    if found == {Standing.MET}:\n",
        after="    if Standing.MET in found:\n",
        killed_by=("tests/unit/initiative/test_assessment.py::test_a_step_is_met_only_if_all_of_it_is_and_not_known_only_if_nothing_is",),
        why="The governor is told that it is done.",
    ),
    Fault(
        name="last year's word is this year's",
        file="initiative/assessment.py",
        before="if last.cycle < workspace.cycle:",
        after="if False:",
        killed_by=("tests/unit/initiative/test_assessment.py::test_numbers_of_people_count_as_they_say_and_only_in_their_cycle",),
        why="A statement is never confirmed again.",
    ),
    Fault(
        name="nothing to measure is a failure",
        file="initiative/assessment.py",
        before="        return CriterionResult(criterion.id, Standing.NOT_KNOWN, measured, None, NOTHING_TO_MEASURE)",
        after="        return CriterionResult(criterion.id, Standing.NOT_MET, measured, None, NOTHING_TO_MEASURE)",
        killed_by=("tests/unit/initiative/test_assessment.py::test_a_share_of_nothing_is_not_known_and_never_met_or_unmet",),
        why="Not known becomes no.",
    ),
)
