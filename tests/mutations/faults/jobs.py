"""Faults in jobs: after a kill records would be issued twice, lost, or counted wrongly."""

from __future__ import annotations

from tests.mutations.fault import Fault

FAULTS = (
    Fault(
        name="a worker given up for dead may still write",
        file="stores/jobs.py",
        before='where = {"job_id": claim.job_id, "number": claim.number, "lease": claim.lease}',
        after='where = {"job_id": claim.job_id, "number": claim.number}',
        killed_by=("tests/contract/test_jobs.py::test_a_chunk_is_one_owners_until_the_lease_ends",),
        why="Two workers store results of one chunk, and the counts are of neither.",
    ),
    Fault(
        name="a record that was issued meanwhile is issued over it",
        file="stores/ledger_batches.py",
        before='if state == "unsigned":',
        after='if state in {"unsigned", "issued"}:',
        killed_by=("tests/contract/test_jobs.py::test_a_record_that_somebody_else_issued_meanwhile_stays_as_it_is",),
        why="A learner holds a record that the issuer's books no longer know.",
    ),
    Fault(
        name="a chunk is done before its records are delivered",
        file="actions/issuing/issue_job.py",
        before="final=complete)",
        after="final=True)",
        killed_by=("tests/unit/actions/batches/test_jobs.py::test_a_wallet_has_its_record_though_the_worker_died_before_it_was_delivered",),
        why="After a power cut some learners never get what was issued to them.",
    ),
    Fault(
        name="a revocation does not reach the list",
        file="stores/ledger.py",
        before='            _flip(transaction, row["status_list"], purpose, row["status_index"], value)\n',
        after="",
        killed_by=("tests/contract/test_ledger.py::test_a_revocation_is_final_and_a_suspension_is_not",),
        why="The books say revoked, the world reads in force.",
    ),
    Fault(
        name="a restarted job does the finished part again",
        file="actions/batches/jobs.py",
        before="if number not in finished:",
        after="if True:",
        killed_by=("tests/unit/actions/batches/test_jobs.py::test_chunks_that_are_done_are_not_given_to_workers_again",),
        why="A job of a million begins from the first row after each interrupt.",
    ),
)
