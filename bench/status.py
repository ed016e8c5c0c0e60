"""Updates of a status list of a million entries, in milliseconds: revoke a record, then encode and sign the list as it is served."""

from __future__ import annotations

import json
import resource
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from bench import timing, world
from openler.actions.issuing import status
from openler.net.system import SystemClock, SystemEntropy
from openler.stores.private import open_private
from openler.stores.rows import Rows
from openler.stores.sql.engine import closing_engine, wall_url
from openler.stores.sql.private_rows import SqlRows
from openler.stores.sql.private_tables import STATUS_BITS
from openler.stores.status_bits import flipped, set_indexes

SIZE = 1_000_000
TINY = 2_000

_UPDATES = 40
_ONE_IN = 50
"""One entry in so many is revoked before: more than issuers do, and spread so that it is hard to compress."""


def run(size: int) -> dict[str, object]:
    """One list of ``size`` entries, on SQLite. Each update is a transaction, and a list as a verifier then fetches it."""
    with (
        world.issuer() as made,
        tempfile.TemporaryDirectory(prefix="openler-bench-") as folder,
        closing_engine(wall_url("private", data=Path(folder))) as database,
    ):
        rows, entropy = SqlRows(database), SystemEntropy()
        wall = open_private(rows, secret=entropy.token(32), entropy=entropy, clock=SystemClock(), status_list_length=size)
        issuing = replace(made, ports=replace(made.ports, ledger=wall.ledger))
        issuing.issued(_UPDATES, "status")
        names = [one.credential_id for one in wall.ledger.listing(made.ctid, limit=_UPDATES)]
        (found,) = wall.ledger.status_lists(made.ctid)
        before = _revoke_many(rows, found.list_id, size, entropy)
        updates, served, answer = [], [], ""
        for name in names:
            started = time.perf_counter()
            status.revoke(issuing.ports, name, reason="bench", actor="bench")
            between = time.perf_counter()
            answer = json.dumps(status.status_list(issuing.ports, f"{found.list_id}-revocation"))
            ended = time.perf_counter()
            updates.append(ended - started)
            served.append(ended - between)
        now = set_indexes(wall.ledger.status_bits(found.list_id, "revocation"))
    return {
        "entries": found.length,
        "revoked": len(now),
        "agree": before <= len(now) <= before + len(names),
        "bytes": len(answer),
        "update_ms": timing.milliseconds(updates),
        "serve_ms": timing.milliseconds(served),
        "rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def _revoke_many(rows: Rows, list_id: str, size: int, entropy: SystemEntropy) -> int:
    """As if many had been revoked before; how many."""
    chosen = {int.from_bytes(entropy.token(5)) % size for _ in range(size // _ONE_IN)}
    packed = flipped(None, size, dict.fromkeys(chosen, True))
    with rows.writing("bench") as transaction:
        transaction.insert(STATUS_BITS, [{"list_id": list_id, "purpose": "revocation", "packed": packed}])
    return len(chosen)
