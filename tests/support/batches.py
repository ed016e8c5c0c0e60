"""A data directory in which a college can issue, and tables of achievements of any length."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from openler import bootstrap
from openler.actions.ports import Ports
from openler.actions.registry.publish import publish
from tests.support.ctdl import OWNER, complete, ctid, document
from tests.support.serving import OPENLER

CERTIFICATE = ctid("batches", "ceterms:Certificate")
SETTINGS = {"OPENLER_PASSPHRASE": "a passphrase for the tests only"}
_COLUMNS = "learner_name,learner_id,achievement,date"


@contextmanager
def opened(data: Path, **settings: str) -> Iterator[Ports]:
    """The ports of a data directory, closed afterwards; ``settings`` are environment variables without their prefix."""
    with pytest.MonkeyPatch.context() as patched:
        for name, value in {**SETTINGS, **{f"OPENLER_{name.upper()}": value for name, value in settings.items()}}.items():
            patched.setenv(name, value)
        with bootstrap.open_ports(data=data) as ports:
            yield ports


def prepare(data: Path, **settings: str) -> None:
    """Publish a college and what it awards, and make its key."""
    college = {**complete("ceterms:CredentialOrganization", "owner"), "ceterms:ctid": str(OWNER)}
    certificate = {**complete("ceterms:Certificate", "batches"), "ceterms:ownedBy": [str(OWNER)]}
    with opened(data, **settings) as ports:
        publish(ports, [document(college), document(certificate)], publisher=OWNER, actor="tests:setup")
        ports.keys.create("college", "Ed25519", at=ports.clock.now())


def table(path: Path, rows: int, *extra: str) -> Path:
    """A table of as many learners, and lines of one's own after them."""
    lines = [f"Learner {number},learner-{number},{CERTIFICATE},2026-05-01" for number in range(rows)]
    path.write_text("\n".join([_COLUMNS, *lines, *extra]), encoding="utf-8")
    return path


def asked(csv: Path, *more: object) -> list[str]:
    """The arguments of an issue run."""
    return [str(part) for part in ("issue", "--csv", csv, "--issuer", OWNER, "--key", "file:college", "--json", *more)]


def begin(data: Path, arguments: list[str], output: int = subprocess.DEVNULL, **settings: str) -> subprocess.Popen[bytes]:
    """A command in a process of its own."""
    environment = {**os.environ, **SETTINGS, "OPENLER_DATA": str(data), **settings}
    return subprocess.Popen([*OPENLER, *arguments], stdout=output, stderr=subprocess.DEVNULL, env=environment)


def each_once(ports: Ports, rows: int) -> None:
    """Every learner has one record, and every record a place of its own."""
    counts = ports.ledger.counts(OWNER)
    assert (counts.issued, counts.reserved, counts.unsigned) == (rows, 0, 0)
    kept = ports.ledger.listing(OWNER, limit=2 * rows)
    assert {one.holder for one in kept} == {f"learner-{number}" for number in range(rows)}
    assert len({one.credential_id for one in kept}) == len({(one.status_list, one.status_index) for one in kept}) == rows
    assert sum(found.taken for found in ports.ledger.status_lists(OWNER)) == rows
