"""The life of a signing key at the command line, judged from outside over HTTP; and keys in a token."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from openler.credentials.multikey import PublicKey, multibase_encode
from openler.keys.signers import generate
from tests.cli.conftest import Cli
from tests.support import softhsm
from tests.support.ctdl import OWNER, complete, ctid
from tests.support.serving import OPENLER, free_port, serving

CERTIFICATE = ctid("keys", "ceterms:Certificate")


def prepared(cli: Cli, folder: Path, base: str) -> None:
    """A college that is published, with a certificate."""
    organisation = {**complete("ceterms:CredentialOrganization", "owner"), "@id": f"{base}/resources/{OWNER}", "ceterms:ctid": str(OWNER)}
    certificate = {**complete("ceterms:Certificate", "keys"), "@id": f"{base}/resources/{CERTIFICATE}"}
    certificate |= {"ceterms:ownedBy": [f"{base}/resources/{OWNER}"], "ceterms:name": {"en-US": "Welding Certificate"}}
    context = "https://credreg.net/ctdl/schema/context/json"
    graphs = [
        {"@context": context, "@id": f"{base}/graph/{one}", "@graph": [node]}
        for one, node in ((OWNER, organisation), (CERTIFICATE, certificate))
    ]
    documents = folder / "documents.ndjson"
    documents.write_text("\n".join(json.dumps(graph) for graph in graphs))
    assert cli("publish", documents, "--publisher", OWNER).code == 0


def issued(cli: Cli, folder: Path, learner: str, *more: str) -> Path:
    """A record for a learner, alone in a folder of its own."""
    table = folder / f"{learner}.csv"
    table.write_text(f"learner_name,learner_id,achievement,date\n{learner},{learner}@example.org,{CERTIFICATE},2026-05-01")
    out = folder / f"records-{learner}"
    ran = cli("issue", "--csv", table, "--issuer", OWNER, "--out", out, *more)
    assert ran.code == 0, ran.err
    return next(out.iterdir())


def judged(record: Path, elsewhere: Path, base: str) -> dict[str, Any]:
    """What the world sees: another process, with another data directory."""
    environment = {**os.environ, "OPENLER_DATA": str(elsewhere), "OPENLER_ALLOWED_ORIGINS": base}
    environment.pop("OPENLER_BASE_URL", None)
    ran = subprocess.run(
        [*OPENLER, "verify", str(record), "--json"], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    told = json.loads(ran.stdout)
    return {"verdict": told["verdict"]} | {check["name"]: check["code"] for check in told["checks"]}


def test_what_a_key_signed_outlives_it_and_a_theft_as_far_as_can_be_known(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    base = f"http://localhost:{port}"
    monkeypatch.setenv("OPENLER_BASE_URL", base)
    prepared(cli, tmp_path, base)
    assert cli("key", "create", "college").code == 0
    rosas = issued(cli, tmp_path, "rosa", "--key", "file:college")
    sams = issued(cli, tmp_path, "sam", "--format", "cose")
    assert (rosas.suffix, sams.suffix) == (".json", ".cose")
    elsewhere = tmp_path / "elsewhere"

    with serving(port, log=tmp_path / "log"):
        assert [judged(one, elsewhere, base)["verdict"] for one in (rosas, sams)] == ["valid", "valid"]
        rotated = cli("key", "rotate", "college", "--type", "P-256")
        assert (rotated.code, rotated.out.strip()) == (0, "file:college.2"), rotated.err
        late = issued(cli, tmp_path, "tina")
        for record in (rosas, sams, late):
            assert judged(record, elsewhere, base)["verdict"] == "valid", record
        refused = cli("issue", "--csv", tmp_path / "tina.csv", "--issuer", OWNER, "--key", "file:college")
        assert refused.code == 1
        assert "retired" in refused.err
        again = cli("key", "rotate", "college")
        assert (again.code, "college.2" in again.err) == (1, True)
        in_use = cli("key", "retire", "college.2")
        assert (in_use.code, "--anyway" in in_use.err) == (1, True)

        soon = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%d")
        assert cli("key", "retire", "college", "--compromised-since", soon).code == 2
        told = next(key for key in cli("key", "list", "--json").json if key["name"] == "college")
        assert cli("key", "retire", "college", "--compromised-since", told["retired"]).code == 0
        # Both were issued before, by the issuer's own book; what has no entry there is not believed.
        for record in (rosas, sams):
            found = judged(record, elsewhere, base)
            assert (found["verdict"], found["issuer_key"]) == ("valid", "credentials.issuer_key_vouched")
        assert judged(late, elsewhere, base)["verdict"] == "valid"
        assert cli("key", "retire", "college", "--compromised-since", "2020-01-01").code == 0
        assert judged(rosas, elsewhere, base)["issuer_key"] == "credentials.key_revoked"
        assert judged(late, elsewhere, base)["verdict"] == "valid"
        stolen = cli("key", "rotate", "college.2", "--compromised-since", "2020-01-01", "--json").json
        assert (stolen["successor"]["name"], stolen["organizations"]) == ("college.3", [_name(cli)])
        assert judged(late, elsewhere, base)["verdict"] == "invalid"


def _name(cli: Cli) -> str:
    graph = cli("get", OWNER).json
    return str(next(iter(graph["@graph"][0]["ceterms:name"].values())))


def test_a_did_key_issuer_is_told_that_its_identifier_is_its_key(cli: Cli, tmp_path: Path) -> None:
    prepared(cli, tmp_path, "http://localhost:8000")
    cli("key", "create", "college")
    issued(cli, tmp_path, "rosa", "--key", "file:college", "--did", "key")
    ran = cli("key", "rotate", "college")
    assert ran.code == 1
    assert "did:key" in ran.err
    assert "did:web" in ran.err


@pytest.mark.parametrize("arguments", [("rotate", "nobody"), ("retire", "nobody"), ("retire", "nobody", "--compromised-since", "May")])
def test_a_key_that_is_not_there_is_told(cli: Cli, arguments: tuple[str, ...]) -> None:
    ran = cli("key", *arguments)
    assert ran.code == 2
    assert ran.err.startswith("error: ")


def test_a_key_from_the_environment_gets_a_name_and_dates(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    signer = generate("P-256")
    secret = multibase_encode(b"\x86\x26" + signer._private.private_numbers().private_value.to_bytes(32))  # type: ignore[union-attr]
    monkeypatch.setenv("ISSUER_KEY", secret)
    prepared(cli, tmp_path, "http://localhost:8000")
    assert cli("key", "add", "college", "--uri", "env:ISSUER_KEY").out.strip() == "file:college"
    record = issued(cli, tmp_path, "rosa", "--key", "file:college")
    assert json.loads(record.read_text())["proof"]["verificationMethod"].endswith(f"#{PublicKey('P-256', signer.public_key).multikey}")
    listed = cli("key", "list")
    assert "env:ISSUER_KEY" in listed.out
    assert secret not in listed.out + listed.err
    needs = cli("key", "rotate", "college")
    assert (needs.code, "--uri" in needs.err) == (2, True)
    monkeypatch.delenv("ISSUER_KEY")
    gone = cli("issue", "--csv", tmp_path / "rosa.csv", "--issuer", OWNER)
    assert (gone.code, "ISSUER_KEY" in gone.err) == (2, True)


@pytest.mark.skipif(bool(softhsm.why_not()), reason=softhsm.why_not() or "-")
def test_an_issuer_signs_with_a_key_in_a_token_and_rotates_to_the_next(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In processes of their own, as a person runs them: SoftHSM reads its configuration once a process."""
    base = "http://localhost:8000"
    monkeypatch.setenv("SOFTHSM2_CONF", str(softhsm.configure(tmp_path)))
    monkeypatch.setenv("OPENLER_PKCS11_MODULE", str(softhsm.library()))
    monkeypatch.setenv("OPENLER_PKCS11_PIN", softhsm.PIN)
    softhsm.make_token("College")
    prepared(cli, tmp_path, base)
    said = ""

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        nonlocal said
        ran = subprocess.run([*OPENLER, *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False)
        said += ran.stdout + ran.stderr
        return ran

    assert run("key", "create", "college", "--type", "P-384", "--uri", "pkcs11:token=College;object=first").stdout.strip() == "file:college"
    table = tmp_path / "table.csv"
    table.write_text(f"learner_name,learner_id,achievement,date\nRosa,rosa@example.org,{CERTIFICATE},2026-05-01")
    first = run("issue", "--csv", table, "--issuer", OWNER, "--key", "file:college", "--out", tmp_path / "out", "--json")
    assert json.loads(first.stdout)["issued"] == 1, first.stderr
    record = json.loads(next((tmp_path / "out").iterdir()).read_text())
    assert record["proof"]["cryptosuite"].startswith("ecdsa-")
    monkeypatch.setenv("OPENLER_PKCS11_PIN", "wrong-pin-31415")
    table.write_text(table.read_text().replace("Rosa,rosa", "Sam,sam"))
    refused = run("issue", "--csv", table, "--issuer", OWNER)
    assert (refused.returncode, "refused the PIN" in refused.stderr) == (1, True)
    monkeypatch.setenv("OPENLER_PKCS11_PIN", softhsm.PIN)
    same = run("key", "rotate", "college", "--uri", "pkcs11:token=College;object=first")
    assert (same.returncode, "college" in same.stderr) == (1, True), "a key is not its own successor"
    rotated = run("key", "rotate", "college", "--uri", "pkcs11:token=College;object=second")
    assert (rotated.returncode, rotated.stdout.strip()) == (0, "file:college.2"), rotated.stderr
    assert json.loads(run("issue", "--csv", table, "--issuer", OWNER, "--json").stdout)["issued"] == 1
    assert [key["retired"] is None for key in json.loads(run("key", "list", "--json").stdout)] == [False, True]
    assert "31415" not in said
    assert softhsm.PIN not in said
