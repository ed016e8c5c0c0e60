"""Jobs and their chunks: :class:`openler.actions.job_ports.JobQueue` on the private wall's rows.

A chunk's row is made when it is claimed. Its lease is fresh chance at each claim, and whoever stores a result must show it:
a worker that was given up for dead and comes back writes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from openler.access.sealing import NONCE_BYTES, SealBroken, associated, blind, derive, open_sealed, seal
from openler.actions.job_ports import JOB_UNKNOWN, LEASE_LOST, ChunkResult, Claim, Job, NewJob
from openler.actions.ports import Entropy
from openler.errors import Conflict, Internal, NotFound, declare
from openler.stores.rows import Above, Reading, Row, Rows, Writing
from openler.stores.sql.private_tables import JOB, JOB_CHUNK

JOB_DAMAGED = declare("jobs.damaged", by=__name__)

LEASE: Final = timedelta(minutes=5)
"""How long a chunk stays claimed: many times what one takes. A run on the same data directory need not wait for it."""

_LOCK: Final = "jobs"
_AT_ONCE: Final = 50
_CLAIMED, _KEPT, _DONE = "claimed", "kept", "done"


class StoredJobs:
    """The queue. ``key`` is a data key of the wall."""

    def __init__(self, rows: Rows, *, key: bytes, entropy: Entropy) -> None:
        self._rows = rows
        self._entropy = entropy
        self._key = derive(key, "jobs")
        self._hash_key = derive(key, "job hashes")

    # --- jobs ---

    def begin(self, job: NewJob, *, at: datetime) -> Job:
        """See the port."""
        job_id = self._entropy.token(6).hex()
        about = json.dumps({"source": job.source, "settings": dict(job.settings)}, sort_keys=True).encode()
        row: Row = {
            "job_id": job_id,
            "action": job.action,
            "same_hash": self._same(job.same),
            "sealed_about": self._seal(about, job_id, "about"),
            "total": job.total,
            "chunk_size": job.chunk_size,
            "created": at,
            "finished": None,
            "sealed_summary": None,
        }
        with self._rows.writing(_LOCK) as transaction:
            transaction.insert(JOB, [row])
        return self._job(row)

    def unfinished(self, same: str) -> Job | None:
        """See the port."""
        with self._rows.reading() as view:
            found = view.many(JOB, {"same_hash": self._same(same), "finished": None}, order=["position"])
        return self._job(found[-1]) if found else None

    def job(self, job_id: str) -> Job | None:
        """See the port."""
        with self._rows.reading() as view:
            row = view.one(JOB, {"job_id": job_id})
        return None if row is None else self._job(row)

    def listing(self) -> tuple[Job, ...]:
        """See the port."""
        with self._rows.reading() as view:
            return tuple(self._job(row) for row in view.many(JOB, {}, order=["position"]))

    def finish(self, job_id: str, summary: Mapping[str, Any], *, at: datetime) -> None:
        """See the port."""
        sealed = self._seal(json.dumps(dict(summary), sort_keys=True).encode(), job_id, "summary")
        with self._rows.writing(_LOCK) as transaction:
            if not transaction.update(JOB, {"job_id": job_id}, {"finished": at, "sealed_summary": sealed}):
                raise NotFound(JOB_UNKNOWN, job=job_id[:40])
            transaction.delete(JOB_CHUNK, {"job_id": job_id})

    def forget(self, job_id: str) -> bool:
        """See the port."""
        with self._rows.writing(_LOCK) as transaction:
            transaction.delete(JOB_CHUNK, {"job_id": job_id})
            return bool(transaction.delete(JOB, {"job_id": job_id}))

    # --- chunks ---

    def units(self, job_id: str) -> int:
        """See the port."""
        with self._rows.reading() as view:
            return sum(row["units"] for row in _done(view, job_id))

    def done(self, job_id: str) -> frozenset[int]:
        """See the port."""
        with self._rows.reading() as view:
            return frozenset(row["number"] for row in _done(view, job_id))

    def claim(self, job_id: str, number: int, *, owner: str, at: datetime) -> Claim:
        """See the port."""
        where = {"job_id": job_id, "number": number}
        lease = self._entropy.token(16).hex()
        values: Row = {"owner": owner, "lease": lease, "until": at + LEASE}
        with self._rows.writing(_LOCK) as transaction:
            if transaction.one(JOB, {"job_id": job_id}) is None:
                raise NotFound(JOB_UNKNOWN, job=job_id[:40])
            row = transaction.one(JOB_CHUNK, where)
            if row is None:
                transaction.insert(JOB_CHUNK, [where | values | {"state": _CLAIMED, "units": 0}])
                return Claim(job_id, number, "mine", lease)
            if row["state"] == _DONE:
                return Claim(job_id, number, "done")
            if row["owner"] != owner and row["until"] > at:
                return Claim(job_id, number, "taken")
            transaction.update(JOB_CHUNK, where, values)
        kept = self._opened(row["sealed_result"], job_id, f"chunk {number}") if row["state"] == _KEPT else None
        return Claim(job_id, number, "mine", lease, kept)

    def keep(self, result: ChunkResult) -> None:
        """See the port."""
        with self._rows.writing(_LOCK) as transaction:
            self.mark(transaction, result)

    def mark(self, transaction: Writing, result: ChunkResult) -> None:
        """Store a chunk's result in a transaction that writes other things too. Raises as :meth:`keep`."""
        claim = result.claim
        where = {"job_id": claim.job_id, "number": claim.number, "lease": claim.lease}
        sealed = self._seal(result.content, claim.job_id, f"chunk {claim.number}")
        values: Row = {"state": _DONE if result.final else _KEPT, "units": result.units, "sealed_result": sealed}
        if not transaction.update(JOB_CHUNK, where, values):
            raise Conflict(LEASE_LOST, job=claim.job_id, chunk=claim.number)

    def results(self, job_id: str) -> Iterator[tuple[int, bytes]]:
        """See the port."""
        after = -1
        while True:
            where = {"job_id": job_id, "state": _DONE, "number": Above(after)}
            with self._rows.reading() as view:
                rows = view.many(JOB_CHUNK, where, order=["number"], limit=_AT_ONCE)
            for row in rows:
                yield row["number"], self._opened(row["sealed_result"], job_id, f"chunk {row['number']}")
            if len(rows) < _AT_ONCE:
                return
            after = rows[-1]["number"]

    def reclaim(self, job_id: str, house: str) -> int:
        """See the port."""
        with self._rows.writing(_LOCK) as transaction:
            rows = transaction.many(JOB_CHUNK, {"job_id": job_id}, order=["number"], columns=["number", "state", "owner"])
            dead = [row["number"] for row in rows if row["state"] != _DONE and row["owner"].startswith(house)]
            for number in dead:
                transaction.update(JOB_CHUNK, {"job_id": job_id, "number": number}, {"owner": "", "lease": "", "until": _LONG_AGO})
        return len(dead)

    # --- sealing ---

    def _same(self, same: str) -> str:
        return blind(self._hash_key, "same", same).hex()

    def _seal(self, content: bytes, job_id: str, part: str) -> bytes:
        return seal(self._key, content, nonce=self._entropy.token(NONCE_BYTES), place=associated("job", job_id, part))

    def _opened(self, sealed: bytes, job_id: str, part: str) -> bytes:
        try:
            return open_sealed(self._key, sealed, place=associated("job", job_id, part))
        except SealBroken as error:
            raise Internal(JOB_DAMAGED, place=job_id, part=part) from error

    def _job(self, row: Row) -> Job:
        about = json.loads(self._opened(row["sealed_about"], row["job_id"], "about"))
        sealed = row["sealed_summary"]
        return Job(
            job_id=row["job_id"],
            action=row["action"],
            source=about["source"],
            settings=about["settings"],
            total=row["total"],
            chunk_size=row["chunk_size"],
            created=row["created"],
            finished=row["finished"],
            summary=None if sealed is None else json.loads(self._opened(sealed, row["job_id"], "summary")),
        )


_LONG_AGO: Final = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def _done(view: Reading, job_id: str) -> list[Row]:
    return view.many(JOB_CHUNK, {"job_id": job_id, "state": _DONE}, order=["number"], columns=["number", "units"])
