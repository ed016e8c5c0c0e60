"""Two servers and a verifier, each with a data directory of its own: the issuer's server stops, and its records live on."""

from __future__ import annotations

import json
import os
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.support.ctdl import OWNER, complete, ctid
from tests.support.serving import OPENLER, free_port, serving

CERTIFICATE = ctid("custody", "ceterms:Certificate")
AGENCY = ctid("custody agency", "ceterms:CredentialOrganization")


class Place:
    """A data directory with its address, used by commands in processes of their own."""

    def __init__(self, folder: Path, name: str, origins: list[str], port: int | None = None) -> None:
        self.base = f"http://localhost:{port or free_port()}"
        self.folder = folder / name
        self.folder.mkdir()
        self.settings = {
            "data": str(self.folder / "data"), "base_url": self.base, "passphrase": "a passphrase for the tests only",
            "allowed_origins": ",".join([self.base, *origins]),
        }  # fmt: skip

    @property
    def port(self) -> int:
        return int(self.base.rpartition(":")[2])

    def run(self, *arguments: object) -> tuple[int, Any, str]:
        environment = {**os.environ, **{f"OPENLER_{name.upper()}": value for name, value in self.settings.items()}}
        command = [*OPENLER, *map(str, arguments), "--json"]
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
        return ran.returncode, json.loads(ran.stdout) if ran.stdout.strip() else None, ran.stderr

    def publish(self, owner: str, *nodes: dict[str, Any]) -> None:
        context = "https://credreg.net/ctdl/schema/context/json"
        documents = self.folder / "documents.ndjson"
        graphs = [
            {"@context": context, "@id": f"{self.base}/graph/{node['ceterms:ctid']}",
             "@graph": [{**node, "@id": f"{self.base}/resources/{node['ceterms:ctid']}"}]}
            for node in nodes
        ]  # fmt: skip
        documents.write_text("\n".join(json.dumps(graph) for graph in graphs))
        code, _, said = self.run("publish", documents, "--publisher", owner)
        assert code == 0, said


def issued(issuer: Place) -> Path:
    """A record that the issuer issued, in a file."""
    organisation = {**complete("ceterms:CredentialOrganization", "owner"), "ceterms:ctid": str(OWNER)}
    certificate = {**complete("ceterms:Certificate", "custody"), "ceterms:ownedBy": [f"{issuer.base}/resources/{OWNER}"]}
    issuer.publish(OWNER, organisation, certificate)
    assert issuer.run("key", "create", "college")[0] == 0
    table, records = issuer.folder / "table.csv", issuer.folder / "records"
    table.write_text(f"learner_name,learner_id,achievement,date\nRosa,rosa@example.org,{CERTIFICATE},2026-05-01\n")
    code, _, said = issuer.run("issue", "--csv", table, "--issuer", OWNER, "--key", "file:college", "--out", records)
    assert code == 0, said
    (record,) = records.iterdir()
    return record


def codes(told: dict[str, Any]) -> dict[str, str]:
    return {check["name"]: check["code"] for check in told["checks"]}


def test_a_record_outlives_its_issuer_s_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENLER_DATABASE", raising=False)
    issuer = Place(tmp_path, "issuer", [])
    agency = Place(tmp_path, "agency", [issuer.base])
    verifier = Place(tmp_path, "verifier", [issuer.base, agency.base])
    record = issued(issuer)
    agency.publish(AGENCY, {**complete("ceterms:CredentialOrganization", "custody agency"), "ceterms:ctid": str(AGENCY)})
    assert agency.run("key", "create", "agency")[0] == 0

    kept_then = tmp_path / "kept.json"
    with serving(issuer.port, log=issuer.folder / "log", **issuer.settings):
        code, then, _ = verifier.run("verify", record, "--save-evidence", kept_then)
        assert (code, then["verdict"]) == (0, "valid")
        code, taken, said = agency.run("custody", "add", record, "--custodian", AGENCY, "--key", "file:agency")
        assert (code, len(taken) >= 4) == (0, True), said
    assert verifier.run("verify", record)[1]["verdict"] == "undetermined"
    code, again, _ = verifier.run("verify", record, "--evidence", kept_then)
    assert (code, again["checks"]) == (0, then["checks"])

    did = next(each["issuer"] for each in agency.run("custody", "list")[1] if each["kind"] == "controller")
    agency_did = f"did:web:localhost%3A{agency.port}:issuers:{AGENCY}"
    with serving(agency.port, log=agency.folder / "log", **agency.settings):
        assert verifier.run("custody", "trust", agency.base, "--did", agency_did, "--name", "State agency")[0] == 0
        code, told, _ = verifier.run("verify", record)
        assert (code, codes(told)["issuer_key"], codes(told)["status"]) == (0, "credentials.key_from_custodian", "credentials.status_as_of")

        assert agency.run("custody", "close", did, "--reason", "closed by the board")[0] == 0
        assert codes(verifier.run("verify", record)[1])["status"] == "credentials.status_final"
        assert verifier.run("custody", "trust", agency.base, "--did", agency_did, "--name", "State agency")[1]["closed"] >= 4

        code, _, said = agency.run("custody", "revoke", record, "--reason", "fraud")
        assert code == 0, said
        code, told, _ = verifier.run("verify", record)
        assert (code, codes(told)["status"]) == (1, "credentials.status_revoked_by_successor")

        address = urllib.parse.urlencode({"address": f"{issuer.base}/nothing"})
        with pytest.raises(urllib.error.HTTPError) as missing:
            urllib.request.urlopen(f"{agency.base}/custody/snapshots?{address}", timeout=10)  # noqa: S310 - our own loopback address
        assert (missing.value.code, json.loads(missing.value.read())["code"]) == (404, "custody.not_held")
    assert verifier.run("custody", "distrust", "State agency")[0] == 0
    assert verifier.run("verify", record)[1]["verdict"] == "undetermined"
