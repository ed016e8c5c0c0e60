"""Faults in issuing: records would be issued twice, wrongly, or in somebody else's name."""

from __future__ import annotations

from tests.mutations.fault import Fault

FAULTS = (
    Fault(
        name="a row is issued twice",
        file="actions/issuing/issue_rows.py",
        before='jcs(["openler-row-1", self.learner_id',
        after='jcs(["openler-row-1", str(id(self)), self.learner_id',
        killed_by=("tests/unit/actions/issuing/test_issue.py::test_a_second_run_issues_nothing_twice",),
        why="A second run gives everybody a second diploma.",
    ),
    Fault(
        name="a salt is used again",
        file="actions/issuing/issue.py",
        before="self._ports.entropy.token(_SALT_BYTES)",
        after="bytes(_SALT_BYTES)",
        killed_by=("tests/unit/actions/issuing/test_issue.py::test_a_learners_id_is_hashed_with_a_salt_that_no_other_record_has",),
        why="The hashes of one learner's records are the same: they can be linked, and guessed from a list.",
    ),
    Fault(
        name="the learner's address stands in the record",
        file="actions/issuing/issue.py",
        before="openbadges.hashed_identity(wanted.learner_id, kind=wanted.kind, salt=salt),",
        after='{"type": "IdentityObject", "hashed": False, "identityHash": wanted.learner_id, "identityType": wanted.kind},',
        killed_by=("tests/unit/actions/issuing/test_issue.py::test_a_row_becomes_a_badge_that_says_what_was_earned_and_verifies",),
        why="Her e-mail address goes wherever the record goes.",
    ),
    Fault(
        name="a revocation can be taken back",
        file="stores/ledger.py",
        before='if purpose == "revocation" and not value:',
        after="if False:",
        killed_by=("tests/contract/test_ledger.py::test_a_revocation_is_final_and_a_suspension_is_not",),
        why="What was ended for good comes back.",
    ),
    Fault(
        name="what does not hold is signed all the same",
        file="actions/issuing/signing.py",
        before="    read, fit = quick.read_unsecured(dict(unsigned), contexts)\n",
        after="    return None\n    read, fit = quick.read_unsecured(dict(unsigned), contexts)\n",
        killed_by=("tests/pages/test_issuing.py::test_what_may_not_be_signed_is_refused_with_code_and_place",),
        why="Records go out that nobody can verify.",
    ),
    Fault(
        name="an issuer may speak as another",
        file="actions/issuing/issue.py",
        before='raise Refused(ISSUER_DIFFERS, place="/issuer", seen=str(named)[:80], wanted=str(by.did))',
        after="return by",
        killed_by=("tests/pages/test_issuing.py::test_what_may_not_be_signed_is_refused_with_code_and_place",),
        why="A token of one college signs what names another.",
    ),
    Fault(
        name="anybody may revoke anybody's record",
        file="actions/issuing/status.py",
        before="if issuer is not None and found.issuer != issuer:",
        after="if False:",
        killed_by=("tests/pages/test_issuing.py::test_only_the_issuer_changes_a_standing",),
        why="A competitor ends a school's degrees.",
    ),
    Fault(
        name="what was signed is signed again",
        file="actions/issuing/issue.py",
        before='if listed(credential.get("proof")):',
        after="if False:",
        killed_by=("tests/pages/test_issuing.py::test_what_may_not_be_signed_is_refused_with_code_and_place",),
        why="Our signature stands under somebody else's record.",
    ),
    Fault(
        name="a record has no place in a status list",
        file="actions/issuing/issue.py",
        before="statuses=status.entries(self._ports.base_url, reservation.status_list, reservation.status_index),",
        after="statuses=(),",
        killed_by=(
            "tests/unit/actions/issuing/test_issue.py::test_each_record_has_a_place_of_its_own_by_which_it_can_be_revoked_and_suspended",
        ),
        why="It can never be revoked.",
    ),
    Fault(
        name="the competencies assessed are left out",
        file="actions/issuing/issue_achievements.py",
        before="achievement(document, assessed=tuple(dict.fromkeys(assessed)))",
        after="achievement(document)",
        killed_by=("tests/unit/actions/issuing/test_issue.py::test_a_row_becomes_a_badge_that_says_what_was_earned_and_verifies",),
        why="The record does not say what she can do.",
    ),
    Fault(
        name="a status list does not show what was revoked",
        file="actions/issuing/status.py",
        before="bits=bits,",
        after="bits=bytes(len(bits)),",
        killed_by=("tests/pages/test_issuing.py::test_suspended_reinstated_and_revoked_it_verifies_accordingly",),
        why="Revoking changes nothing.",
    ),
)
