"""Jobs: each chunk once, whatever fails on the way; verdicts as alone; records delivered also after a kill in between."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from openler.actions.batches import jobs
from openler.actions.batches.job_work import perform
from openler.actions.issuing import issue_job
from openler.actions.issuing.issue_rows import AchievementRow, read_rows
from openler.actions.issuing.signing import secure
from openler.actions.issuing.status import revoke
from openler.actions.job_ports import Job, NewJob, Task, Worked
from openler.actions.verifying import verify_job
from openler.actions.verifying.verify import verify
from openler.errors import Conflict, NotFound, Refused
from openler.linkeddata.canonical import jcs
from openler.stores.tables import FileTables
from tests.support.issuing import BASE, COLLEGE, WELDING, World, a_row, world

PASSPHRASE = "correct horse battery staple"


class Here:
    """Workers that are this process; ``memory`` is forgotten with each."""

    def __init__(self, w: World, owner: str = "house:a") -> None:
        self._w = w
        self.owner = owner
        self.house = owner.partition(":")[0]

    def alone(self, _job_id: str) -> AbstractContextManager[None]:
        return nullcontext()

    def work(self, tasks: Iterable[Task]) -> Iterator[Worked]:
        memory: dict[str, Any] = {}
        return (perform(self._w.ports, task, memory) for task in tasks)


def made() -> World:
    w = world()
    w.ports = replace(w.ports, tables=FileTables())
    return w


def job_of(w: World, rows: int, size: int) -> Job:
    settings = {"issuer": str(COLLEGE), "key": None, "form": None, "secured": "di", "minimum": "off", "actor": "test"}
    return w.ports.jobs.begin(NewJob("issue", "t.csv", settings, "same", rows, size), at=w.clock.now())


def learners(count: int, **changes: Any) -> list[AchievementRow]:
    return [a_row(number + 2, learner_id=f"learner-{number}", **changes) for number in range(count)]


def run(w: World, job: Job, rows: Sequence[AchievementRow], owner: str = "house:a") -> issue_job.BatchReport:
    jobs.run(w.ports, Here(w, owner), job, rows)
    return issue_job.report(w.ports, job)


def test_a_job_that_died_in_the_middle_is_taken_up_and_counts_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    w, rows, signed = made(), learners(10), list[bytes]()
    job = job_of(w, 10, 4)

    def dying(*arguments: Any, **named: Any) -> bytes:
        if len(signed) == 6:
            raise KeyboardInterrupt
        signed.append(secure(*arguments, **named))
        return signed[-1]

    with monkeypatch.context() as patched:
        patched.setattr("openler.actions.issuing.issue.secure", dying)
        with pytest.raises(KeyboardInterrupt):
            run(w, job, rows)
    assert (w.ports.ledger.counts().issued, set(w.ports.jobs.done(job.job_id))) == (4, {0})
    told = run(w, job, rows, owner="house:b")
    assert (told.rows, told.issued, told.existing, told.refused_count) == (10, 10, 0, 0)
    assert w.ports.ledger.counts(COLLEGE).issued == 10


def test_what_a_worker_meets_is_raised_as_it_was_there() -> None:
    w = made()
    job = job_of(w, 2, 1)
    w.keys.retire("ridgeway", at=w.clock.now())
    with pytest.raises(Refused) as failed:
        run(w, job, learners(2))
    assert failed.value.code == "keys.retired"
    assert failed.value.parameters


def test_a_wallet_has_its_record_though_the_worker_died_before_it_was_delivered(monkeypatch: pytest.MonkeyPatch) -> None:
    w = made()
    holder = w.ports.vault.create_holder(handle="ana", passphrase=PASSPHRASE, at=w.clock.now())
    job, rows = job_of(w, 3, 3), learners(3, holder="ana")
    with monkeypatch.context() as patched:
        patched.setattr(type(w.ports.vault), "deposit", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            run(w, job, rows)
    assert w.ports.jobs.done(job.job_id) == frozenset()
    told = run(w, job, rows, owner="house:b")
    assert (told.issued, told.existing, told.delivered) == (3, 0, 3)
    key = w.ports.vault.unlock(holder.holder_id, PASSPHRASE, at=w.clock.now())
    assert len(w.ports.vault.deposits(key)) == 3


def test_one_row_in_two_chunks_at_once_keeps_its_first_signature(monkeypatch: pytest.MonkeyPatch) -> None:
    w = made()
    job, rows = job_of(w, 2, 1), [a_row(2), a_row(3)]

    def overtaken(*arguments: Any, **named: Any) -> bytes:
        monkeypatch.undo()
        with suppress(Conflict):  # the other machine finds this chunk in our hands, and does the one with the same learner
            jobs.run(w.ports, Here(w, "elsewhere:a"), job, rows)
        return secure(*arguments, **named)

    monkeypatch.setattr("openler.actions.issuing.issue.secure", overtaken)
    told = run(w, job, rows)
    assert w.ports.ledger.counts(COLLEGE).issued == 1
    assert (told.rows, told.issued, told.existing) == (2, 1, 1)


def test_chunks_in_other_hands_are_told_and_not_done_twice() -> None:
    w = made()
    job, rows = job_of(w, 4, 2), learners(4)
    w.ports.jobs.claim(job.job_id, 0, owner="elsewhere:a", at=w.clock.now())
    with pytest.raises(Conflict) as told:
        jobs.run(w.ports, Here(w), job, rows)
    assert (told.value.code, told.value.parameters["count"]) == ("jobs.chunks_elsewhere", 1)
    assert w.ports.jobs.done(job.job_id) == {1}
    w.clock.pass_(minutes=6)
    assert run(w, job, rows).issued == 4


def test_a_job_is_known_by_what_the_table_holds(tmp_path: Path) -> None:
    w, csv = made(), tmp_path / "t.csv"
    lines = [f"Ana {n},ana-{n},{WELDING},2026-05-31" for n in range(3)]
    csv.write_text("\n".join(["learner_name,learner_id,achievement,date", *lines]))
    first, begun = issue_job.prepare(w.ports, str(csv), issuer=COLLEGE, actor="test")
    again, found = issue_job.prepare(w.ports, str(csv), issuer=COLLEGE, actor="test")
    other, _ = issue_job.prepare(w.ports, str(csv), issuer=COLLEGE, actor="test", minimum="refuse")
    assert (begun, found, again == first, other == first) == (False, True, True, False)
    jobs.run(w.ports, Here(w), first, read_rows(w.ports, str(csv)))
    report = issue_job.report(w.ports, first)
    assert [number for number, _, _ in issue_job.signed(w.ports, first)] == [2, 3, 4]
    issue_job.finish(w.ports, first, report)
    assert jobs.one(w.ports, first.job_id).summary == {
        "rows": 3, "issued": 3, "existing": 0, "delivered": 0, "refused_count": 0, "refused_by_code": {},
    }  # fmt: skip
    assert issue_job.prepare(w.ports, str(csv), issuer=COLLEGE, actor="test")[1] is False
    with pytest.raises(NotFound):
        jobs.one(w.ports, "none")


def test_records_judged_together_get_the_verdicts_they_get_alone_and_each_address_is_read_once() -> None:
    w = made()
    report = w.issue(*learners(6), a_row(20, learner_id="revoked"))
    contents = [jcs(w.signed(each.credential_id)) for each in report.records]
    revoke(w.ports, report.records[-1].credential_id, reason="r", actor="test")
    w.open_to_the_world()
    given = [(f"line {number}", content) for number, content in enumerate([*contents, b"{nonsense", contents[0].replace(b"Ana", b"Eve")])]
    w.fetch.asked.clear()
    found = verify_job.judge(w.ports, given, reports=True)
    asked = list(w.fetch.asked)
    assert len(asked) == len(set(asked)) > 3
    assert dict(found["verdicts"]) == {"valid": 6, "invalid": 2, "unreadable": 1}
    alone = [verify(w.ports, content).report.verdict for _, content in given if content != b"{nonsense"]
    together = [told["verdict"] for told in map(json.loads, found["lines"]) if "verdict" in told]
    assert together == alone
    assert found["not_valid"][0] == ("line 6", "invalid", "credentials.status_revoked")
    assert all(url.startswith(BASE) for url in asked)


def test_chunks_that_are_done_are_not_given_to_workers_again() -> None:
    w, given = made(), list[int]()

    class Watched(Here):
        def work(self, tasks: Iterable[Task]) -> Iterator[Worked]:
            for task in tasks:
                given.append(task.number)
                yield from super().work([task])

    job, rows = job_of(w, 6, 2), learners(6)
    jobs.run(w.ports, Watched(w), job, rows[:4])
    jobs.run(w.ports, Watched(w), job, rows)
    assert given == [0, 1, 2]
