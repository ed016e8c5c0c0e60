"""Long publishes in every store: a step and the documents it is about are one, and nobody goes on twice from one place."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from openler.access.audit import AuditEvent
from openler.actions.ports import Store
from openler.actions.publish_ports import JOB_MOVED, PublishJob, PublishStep
from openler.errors import Conflict, Refused
from tests.contract.test_store import change
from tests.support.ctdl import OWNER, ctid

T0 = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)


def event(name: str = "registry:publish_job:begin") -> AuditEvent:
    return AuditEvent(name, "tests", T0, {"job": "one"})


def begun(store: Store, job_id: str = "one", total: int = 4) -> PublishJob:
    job = PublishJob(job_id, "programs.ndjson", OWNER, "tests", "0" * 64, total, T0, owner=ctid("owner"), provisional=True)
    store.begin_publish(job, event=event())
    return job


def go(store: Store, before: int, after: int, *keys: str, **more: Any) -> None:
    step = PublishStep("one", before, after, **more)
    store.step_publish(step, [change(key) for key in keys], at=T0, event=event("registry:document:publish"))


def test_a_job_is_kept_as_it_was_begun_and_told_with_those_that_are_not_finished(store: Store) -> None:
    job = begun(store)
    assert store.publish_job("one") == job
    assert store.publish_jobs() == store.publish_jobs(unfinished=True) == (job,)
    assert store.publish_job("other") is None


def test_steps_add_up_and_the_last_one_finishes_the_job(store: Store) -> None:
    begun(store)
    go(store, 0, 3, "a", "b", refusals=[{"source": "line 3"}], findings={"ctdl.gap": 2}, seconds=0.5)
    halfway = store.publish_job("one")
    assert halfway is not None
    assert (halfway.position, halfway.published, halfway.refused, halfway.finished) == (3, 2, 1, None)
    go(store, 3, 4, "a", findings={"ctdl.gap": 1}, seconds=0.5)
    done = store.publish_job("one")
    assert done is not None
    assert (done.position, done.unchanged, done.worked, dict(done.findings), done.finished) == (4, 1, 1.0, {"ctdl.gap": 3}, T0)
    assert done.per_second == 4.0
    assert store.publish_jobs(unfinished=True) == ()


def test_who_goes_on_from_where_the_job_no_longer_is_writes_nothing(store: Store) -> None:
    begun(store)
    go(store, 0, 1, "a")
    with pytest.raises(Conflict) as told:
        go(store, 0, 1, "b")
    assert told.value.code == JOB_MOVED
    assert store.get(ctid("b")) is None
    store.forget_publish("one", event=event("registry:publish_job:forget"))
    with pytest.raises(Conflict):
        go(store, 1, 2, "b")
    assert store.head() == 1


def test_a_step_whose_documents_are_refused_leaves_the_job_where_it_was(store: Store) -> None:
    begun(store)
    go(store, 0, 1, "a")
    theirs = change("a", "Theirs", publisher=ctid("somebody else"))
    with pytest.raises(Refused):
        store.step_publish(PublishStep("one", 1, 3, [{"source": "x"}]), [change("b"), theirs], at=T0, event=event())
    job = store.publish_job("one")
    assert job is not None
    assert (job.position, job.refused, store.publish_refusals("one"), store.get(ctid("b"))) == (1, 0, (), None)


def test_refusals_are_numbered_over_all_steps_and_read_by_the_page(store: Store) -> None:
    begun(store)
    go(store, 0, 2, refusals=[{"source": "1"}, {"source": "2"}])
    go(store, 2, 3, refusals=[{"source": "3"}])
    assert store.publish_refusals("one") == ((1, {"source": "1"}), (2, {"source": "2"}), (3, {"source": "3"}))
    assert store.publish_refusals("one", after=1, limit=1) == ((2, {"source": "2"}),)


def test_a_forgotten_job_is_gone_with_its_refusals_and_what_it_published_stays(store: Store) -> None:
    begun(store)
    go(store, 0, 2, "a", refusals=[{"source": "2"}])
    assert store.forget_publish("one", event=event("registry:publish_job:forget"))
    assert not store.forget_publish("one", event=event("registry:publish_job:forget"))
    assert (store.publish_jobs(), store.publish_refusals("one")) == ((), ())
    assert store.get(ctid("a")) is not None
    assert [one.name for one in store.audit()].count("registry:publish_job:forget") == 1
