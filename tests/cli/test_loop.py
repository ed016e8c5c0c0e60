"""Issue, verify from outside, revoke, lose the issuer: the three answers, across processes and over HTTP."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli
from tests.support.ctdl import OWNER, complete, ctid

CERTIFICATE = ctid("loop", "ceterms:Certificate")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(base: str) -> Iterator[None]:
    """``openler serve`` as a process of its own, ended by its id."""
    command = [sys.executable, "-c", "from openler.cli.main import run; run()", "serve"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(150):
            try:
                with urllib.request.urlopen(f"{base}/health", timeout=1):  # noqa: S310 - our own loopback address
                    break
            except OSError:
                time.sleep(0.2)
        else:
            pytest.fail("the service did not start")
        yield
    finally:
        server.terminate()
        server.wait(timeout=20)


def verified(records: Path, elsewhere: Path, base: str) -> tuple[int, list[dict[str, Any]]]:
    """``openler verify`` in a second process with another data directory: what the world sees."""
    environment = {**os.environ, "OPENLER_DATA": str(elsewhere), "OPENLER_ALLOWED_ORIGINS": base}
    environment.pop("OPENLER_BASE_URL", None)
    command = [sys.executable, "-c", "from openler.cli.main import run; run()", "verify", *map(str, sorted(records.iterdir())), "--json"]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    return ran.returncode, json.loads(ran.stdout)


def test_a_record_is_valid_then_revoked_then_cannot_be_checked(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base = f"http://localhost:{free_port()}"
    monkeypatch.setenv("OPENLER_BASE_URL", base)
    documents = tmp_path / "documents.ndjson"
    organisation = {**complete("ceterms:CredentialOrganization", "owner"), "@id": f"{base}/resources/{OWNER}", "ceterms:ctid": str(OWNER)}
    certificate = {**complete("ceterms:Certificate", "loop"), "@id": f"{base}/resources/{CERTIFICATE}"}
    certificate |= {"ceterms:ownedBy": [f"{base}/resources/{OWNER}"], "ceterms:name": {"en-US": "Welding Certificate"}}
    context = "https://credreg.net/ctdl/schema/context/json"
    nodes = ((OWNER, organisation), (CERTIFICATE, certificate))
    graphs = [{"@context": context, "@id": f"{base}/graph/{one}", "@graph": [node]} for one, node in nodes]
    documents.write_text("\n".join(json.dumps(graph) for graph in graphs))
    assert cli("publish", documents, "--publisher", OWNER).code == 0
    assert cli("key", "create", "college").code == 0

    table = tmp_path / "achievements.csv"
    rows = [f"Rosa,rosa@example.org,{CERTIFICATE},2026-05-01", f"Sam,sam@example.org,{CERTIFICATE},2026-05-01"]
    table.write_text("\n".join(["learner_name,learner_id,achievement,date", *rows]))
    records, elsewhere = tmp_path / "records", tmp_path / "elsewhere"
    arguments = ("issue", "--csv", table, "--issuer", OWNER, "--key", "file:college", "--out", records, "--json")
    first = cli(*arguments).json
    again = cli(*arguments).json
    assert (first["issued"], again["issued"], again["existing"]) == (2, 0, 2)
    assert len(list(records.iterdir())) == 2

    with serving(base):
        code, told = verified(records, elsewhere, base)
        assert [one["verdict"] for one in told] == ["valid", "valid"], told
        assert code == 0
        assert cli("status", "revoke", first["records"][0]["credential_id"], "--reason", "issued by mistake").code == 0
        code, told = verified(records, elsewhere, base)
        assert sorted(one["verdict"] for one in told) == ["invalid", "valid"]
        assert code == 1
        failed = [check for one in told for check in one["checks"] if check["outcome"] == "failed"]
        assert [check["name"] for check in failed] == ["status"]

    code, told = verified(records, elsewhere, base)
    assert [one["verdict"] for one in told] == ["undetermined", "undetermined"]
    assert code == 3
