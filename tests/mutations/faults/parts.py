"""Faults in showing only part of a record."""

from __future__ import annotations

from tests.mutations.fault import Fault

_PARTS = "tests/unit/holding/test_parts.py"

FAULTS = (
    Fault(
        name="the holder's own proof leaves the wallet",
        file="holding/cutting.py",
        before="    if not hidden and not _for_her_alone(record):\n",
        after="    if not hidden:\n",
        killed_by=(
            "tests/unit/actions/holding/test_share_parts.py::test_a_link_without_any_choice_shows_all_of_it_and_never_her_own_proof",
        ),
        why="Who gets a link once makes every copy of the record.",
    ),
    Fault(
        name="a broken copy of her own is taken in",
        file="actions/holding/own_copy.py",
        before='if each.name in {"shape", "proof", "issuer_key"} and each.outcome is Outcome.FAILED:',
        after='if each.name in {"shape"} and each.outcome is Outcome.FAILED:',
        killed_by=("tests/unit/actions/holding/test_share_parts.py::test_a_copy_that_was_meddled_with_is_not_taken_in",),
        why="Her record turns out to be worthless when she needs it.",
    ),
    Fault(
        name="a box without a tick counts as ticked",
        file="web/pages/record/choose.py",
        before='return record_id not in self.asked or f"{record_id}{pointer}" in self.shown',
        after="return record_id not in self.asked or bool(pointer)",
        killed_by=("tests/pages/test_share_parts.py::test_with_no_tick_only_what_always_shows_is_shown",),
        why="The employer sees the grade that she hid.",
    ),
    Fault(
        name="holders can leave the status out",
        file="credentials/proofs/sd_holder.py",
        before='"awardedDate", "credentialStatus", "name"',
        after='"awardedDate", "name"',
        killed_by=(f"{_PARTS}::test_what_is_about_the_person_may_be_left_out_and_what_was_achieved_by_whom_and_when_may_not",),
        why="A revoked record is shown as if it still stood.",
    ),
)
