"""What every job queue keeps to: a chunk is one worker's at a time, its result is kept once, and the dead hold nothing for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from openler.access.audit import AuditEvent
from openler.actions.job_ports import ChunkResult, Claim, Job, NewJob
from openler.errors import Conflict, NotFound
from openler.stores.jobs import LEASE
from openler.stores.private import PrivateWall
from openler.stores.rows import Rows
from tests.contract.conftest import opened_wall
from tests.support.ctdl import OWNER

T0 = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)


def begun(wall: PrivateWall, same: str = "same", **changes: object) -> Job:
    given = {"action": "issue", "source": "million.csv", "settings": {"issuer": "x"}, "same": same, "total": 30, "chunk_size": 10}
    return wall.jobs.begin(NewJob(**{**given, **changes}), at=T0)  # type: ignore[arg-type]


def claim(wall: PrivateWall, job: Job, number: int = 0, owner: str = "house:a", **later: float) -> Claim:
    return wall.jobs.claim(job.job_id, number, owner=owner, at=T0 + timedelta(**later))


def test_a_job_is_found_again_by_what_it_does_until_it_is_finished(private: PrivateWall, private_rows: Rows) -> None:
    job = begun(private)
    again = opened_wall(private_rows).jobs
    assert again.unfinished("same") == again.job(job.job_id) == job
    assert (job.source, job.settings, job.total, job.finished) == ("million.csv", {"issuer": "x"}, 30, None)
    assert again.unfinished("other") is None
    again.finish(job.job_id, {"issued": 30}, at=T0)
    kept = again.job(job.job_id)
    assert kept is not None
    assert (kept.finished, kept.summary, again.unfinished("same")) == (T0, {"issued": 30}, None)
    newer = begun(private)
    assert private.jobs.unfinished("same") == newer
    assert [each.job_id for each in again.listing()] == [job.job_id, newer.job_id]


def test_a_chunk_is_one_owners_until_the_lease_ends(private: PrivateWall) -> None:
    job = begun(private)
    first = claim(private, job)
    assert (first.state, claim(private, job, owner="other:b").state) == ("mine", "taken")
    assert claim(private, job, owner="other:b", seconds=LEASE.total_seconds() - 1).state == "taken"
    later = claim(private, job, owner="other:b", seconds=LEASE.total_seconds())
    assert later.state == "mine"
    with pytest.raises(Conflict) as lost:
        private.jobs.keep(ChunkResult(first, 10, b"first"))
    assert lost.value.code == "jobs.lease_lost"
    private.jobs.keep(ChunkResult(later, 10, b"second"))
    assert claim(private, job, seconds=9999).state == "done"
    assert list(private.jobs.results(job.job_id)) == [(0, b"second")]


def test_the_same_owner_may_claim_again_and_its_earlier_self_writes_nothing(private: PrivateWall) -> None:
    job = begun(private)
    lost, mine = claim(private, job), claim(private, job)
    assert mine.state == "mine"
    with pytest.raises(Conflict):
        private.jobs.keep(ChunkResult(lost, 10, b"lost"))
    private.jobs.keep(ChunkResult(mine, 10, b"kept"))


def test_leases_of_a_house_known_to_be_dead_end_at_once_and_no_others(private: PrivateWall) -> None:
    job = begun(private)
    dead = claim(private, job, 0, owner="house:a")
    claim(private, job, 1, owner="elsewhere:a")
    private.jobs.keep(ChunkResult(claim(private, job, 2, owner="house:a"), 10, b"done"))
    assert private.jobs.reclaim(job.job_id, "house") == 1
    assert [claim(private, job, number, owner="house:b").state for number in range(3)] == ["mine", "taken", "done"]
    with pytest.raises(Conflict):
        private.jobs.keep(ChunkResult(dead, 10, b"from the dead"))


def test_results_are_in_order_however_they_came_and_counted(private: PrivateWall) -> None:
    job = begun(private)
    for number in (120, 3, 0, 57, *range(60, 115)):
        private.jobs.keep(ChunkResult(claim(private, job, number), 10, str(number).encode()))
    claim(private, job, 1)
    found = list(private.jobs.results(job.job_id))
    assert [number for number, _ in found] == sorted(number for number, _ in found)
    assert all(content == str(number).encode() for number, content in found)
    assert private.jobs.done(job.job_id) == {0, 3, 57, 120, *range(60, 115)}
    assert private.jobs.units(job.job_id) == 590


def test_what_is_kept_but_not_final_is_given_to_who_claims_next(private: PrivateWall) -> None:
    job = begun(private)
    private.jobs.keep(ChunkResult(claim(private, job), 10, b"issued, not delivered", final=False))
    assert (private.jobs.done(job.job_id), list(private.jobs.results(job.job_id))) == (frozenset(), [])
    private.jobs.reclaim(job.job_id, "house")
    again = claim(private, job, owner="house:b")
    assert again.kept == b"issued, not delivered"
    private.jobs.keep(ChunkResult(again, 10, again.kept))
    assert private.jobs.units(job.job_id) == 10


def test_a_result_is_stored_with_what_was_issued_or_nothing_is(private: PrivateWall) -> None:
    ledger, job = private.ledger, begun(private)
    name = ledger.reserve(key="k", issuer=OWNER, achievement=None, holder=None, at=T0).credential_id
    ledger.put_unsigned(name, b"unsigned")
    lost = claim(private, job)
    mine = claim(private, job)
    event = AuditEvent("tests:credential:issue", "tests", T0, {"count": 1})
    with pytest.raises(Conflict):
        ledger.finish_all({name: b"signed"}, at=T0, event=event, settle=lambda _: ChunkResult(lost, 1, b"x"))
    kept = ledger.issued(name)
    assert kept is not None
    assert (kept.state, private.private_audit.events()) == ("unsigned", ())
    new = ledger.finish_all({name: b"signed"}, at=T0, event=event, settle=lambda new: ChunkResult(mine, 1, ",".join(new).encode()))
    assert (set(new), list(private.jobs.results(job.job_id))) == ({name}, [(0, name.encode())])


def test_a_record_that_somebody_else_issued_meanwhile_stays_as_it_is(private: PrivateWall) -> None:
    ledger = private.ledger
    names = [ledger.reserve(key=key, issuer=OWNER, achievement=None, holder=None, at=T0).credential_id for key in "ab"]
    ledger.put_unsigned_all(dict.fromkeys(names, b"unsigned"))
    ledger.finish(names[0], b"theirs", at=T0)
    assert ledger.put_unsigned_all(dict.fromkeys(names, b"again")) == {names[1]}
    event = AuditEvent("tests:credential:issue", "tests", T0, {"count": 2})
    assert ledger.finish_all(dict.fromkeys(names, b"ours"), at=T0, event=event) == {names[1]}
    assert ledger.signed_all(names) == {names[0]: b"theirs", names[1]: b"ours"}
    assert [each.details["count"] for each in private.private_audit.events()] == [1]


def test_what_is_unknown_or_forgotten_is_no_job(private: PrivateWall) -> None:
    job = begun(private)
    claim(private, job)
    assert (private.jobs.forget(job.job_id), private.jobs.forget(job.job_id)) == (True, False)
    assert (private.jobs.job(job.job_id), private.jobs.listing()) == (None, ())
    with pytest.raises(NotFound):
        claim(private, job)
    with pytest.raises(NotFound):
        private.jobs.finish(job.job_id, {}, at=T0)
