"""SPARQL over a snapshot, each query in a process of its own that is ended when its time is over."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import orjson

from openler.actions.sparql_ports import Answer, Question
from openler.errors import Malformed, RateLimited, TooLarge, Unavailable, declare
from openler.linkeddata.serialise import PREFIXES
from openler.stores.snapshots import Snapshots

NOT_READY = declare("sparql.not_ready", by=__name__)
BUSY = declare("sparql.busy", by=__name__)
TOO_LONG = declare("sparql.too_long", by=__name__)
TOO_MANY = declare("sparql.too_many", by=__name__)
TOO_COSTLY = declare("sparql.too_costly", by=__name__)
MALFORMED = declare("sparql.malformed", by=__name__)

AT_ONCE = 2
"""Queries that run side by side in one process of the service."""
WAIT_SECONDS = 2.0
"""How long a query waits for its turn."""


class Sparql:
    """Asks the newest snapshot."""

    def __init__(self, snapshots: Snapshots, base_url: str) -> None:
        self._snapshots = snapshots
        self._base = f"{base_url}/"
        self._turns = threading.BoundedSemaphore(AT_ONCE)

    def ask(self, question: Question, *, head: int) -> Answer:
        """See :meth:`~openler.actions.ports.Graph.ask`."""
        if not self._turns.acquire(timeout=WAIT_SECONDS):
            raise RateLimited(BUSY, retry_after=int(WAIT_SECONDS))
        try:
            return self._asked(question, head)
        finally:
            self._turns.release()

    def _asked(self, question: Question, head: int) -> Answer:
        snapshot = self._snapshots.newest()
        if snapshot is None:
            raise Unavailable(NOT_READY)
        asked = {
            "snapshot": str(snapshot.place), "query": question.text, "base": self._base, "rows": question.rows, "graph": question.graph,
            "most": question.most, "seconds": question.seconds, "default_graphs": question.default_graphs,
            "named_graphs": question.named_graphs, "prefixes": PREFIXES,
        }  # fmt: skip
        told, body = _run(orjson.dumps(asked), question)
        match told.get("failed"):
            case None:
                return Answer(str(told["kind"]), str(told["form"]), body, int(str(told["rows"])), snapshot.seq, head)
            case "rows":
                raise TooLarge(TOO_MANY, limit=question.most)
            case "syntax":
                said = str(told.get("said", ""))
                raise Malformed(MALFORMED, place=_place(said), said=" ".join(said.split())[:200])
            case "memory":
                raise TooLarge(TOO_COSTLY)
            case _:
                raise Unavailable(NOT_READY, detail=told.get("said"))


def _run(asked: bytes, question: Question) -> tuple[dict[str, object], bytes]:
    # Nothing of this process's settings is the child's business.
    clean = {name: value for name, value in os.environ.items() if not name.startswith("OPENLER_")}
    command = [sys.executable, "-m", "openler.stores.sparql_child"]
    try:
        done = subprocess.run(command, input=asked, capture_output=True, timeout=question.seconds, check=False, env=clean)  # noqa: S603 - our own module
    except subprocess.TimeoutExpired as error:
        raise TooLarge(TOO_LONG, limit=question.seconds) from error
    head, _, body = done.stdout.partition(b"\n")
    try:
        told = orjson.loads(head)
    except ValueError as error:  # it was ended: it wanted more memory or more time than it may have
        raise TooLarge(TOO_COSTLY, detail=f"exit {done.returncode}: {done.stderr[-500:].decode(errors='replace')}") from error
    return told, body


def _place(said: str) -> str:
    """``error at 3:12: expected ...`` as ``line 3, character 12``."""
    line, _, rest = said.removeprefix("error at ").partition(":")
    column = rest.partition(":")[0]
    return f"line {line}, character {column}" if line.isdigit() and column.isdigit() else "query"
