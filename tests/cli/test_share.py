"""Hold, share, verify from outside, revoke, withdraw: across processes and over HTTP, as the people involved do it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli
from tests.support.ctdl import OWNER, complete, ctid
from tests.support.serving import OPENLER, free_port, serving

CERTIFICATE = ctid("loop", "ceterms:Certificate")
ANA = ("--wallet", "ana")


@pytest.fixture(autouse=True)
def _passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENLER_WALLET_PASSPHRASE", "correct horse battery staple")


def issue_to_ana(cli: Cli, base: str, folder: Path) -> str:
    """A college publishes a certificate and issues it to ana, who takes it in; the credential's id."""
    context = "https://credreg.net/ctdl/schema/context/json"
    organisation = {**complete("ceterms:CredentialOrganization", "owner"), "@id": f"{base}/resources/{OWNER}", "ceterms:ctid": str(OWNER)}
    certificate = {**complete("ceterms:Certificate", "loop"), "@id": f"{base}/resources/{CERTIFICATE}"}
    certificate |= {"ceterms:ownedBy": [f"{base}/resources/{OWNER}"], "ceterms:name": {"en-US": "Welding Certificate"}}
    graphs = [
        {"@context": context, "@id": f"{base}/graph/{one}", "@graph": [node]}
        for one, node in ((OWNER, organisation), (CERTIFICATE, certificate))
    ]
    documents, table = folder / "documents.ndjson", folder / "achievements.csv"
    documents.write_text("\n".join(json.dumps(graph) for graph in graphs))
    table.write_text(f"learner_name,learner_id,achievement,date,holder\nAna,ana@example.org,{CERTIFICATE},2026-05-01,ana")
    assert cli("publish", documents, "--publisher", OWNER).code == 0
    assert cli("key", "create", "college").code == 0
    assert cli("wallet", "create", *ANA).code == 0
    issued = cli("issue", "--csv", table, "--issuer", OWNER, "--key", "file:college", "--json").json
    assert (issued["issued"], issued["delivered"]) == (1, 1)
    assert len(cli("wallet", "list", *ANA, "--json").json["waiting"]) == 1
    taken = cli("wallet", "take-in", *ANA, "--json")
    assert (taken.code, len(taken.json["records"])) == (0, 1)
    return str(issued["records"][0]["credential_id"])


def verified(url: str, elsewhere: Path, base: str) -> tuple[int, str]:
    """``openler verify URL`` in a second process with another data directory: what the world sees."""
    environment = {**os.environ, "OPENLER_DATA": str(elsewhere), "OPENLER_ALLOWED_ORIGINS": base}
    for name in ("OPENLER_BASE_URL", "OPENLER_PASSPHRASE", "OPENLER_WALLET_PASSPHRASE"):
        environment.pop(name, None)
    ran = subprocess.run([*OPENLER, "verify", url, "--json"], env=environment, capture_output=True, text=True, timeout=60, check=False)
    return ran.returncode, str(json.loads(ran.stdout)["verdict"]) if ran.stdout else ran.stderr


def asked(url: str, *, accept: str = "*/*", code: str = "", body: dict[str, Any] | None = None) -> tuple[int, dict[str, str], Any]:
    """What a program gets at an address: status, headers in lower case, JSON."""
    headers = {"accept": accept, "user-agent": "tests"} | ({"x-share-code": code} if code else {})
    request = urllib.request.Request(url, headers=headers, data=None if body is None else json.dumps(body).encode())  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - our own loopback address
            return answer.status, {name.lower(): value for name, value in answer.headers.items()}, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, {name.lower(): value for name, value in error.headers.items()}, json.load(error)


def test_a_shared_record_is_verified_from_outside_until_it_is_revoked_and_the_link_withdrawn(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    base = f"http://localhost:{port}"
    monkeypatch.setenv("OPENLER_BASE_URL", base)
    credential = issue_to_ana(cli, base, tmp_path)
    cli("wallet", "experience", *ANA, "--title", "Forklift driver")
    purpose = ("--purpose", "An application for a job", "--for", "Acme Warehouses")
    link = cli("share", "create", *ANA, "--all", *purpose, "--json").json
    coded = cli("share", "create", *ANA, "--all", *purpose, "--code", "--json").json
    assert link["url"].startswith(f"{base}/shares/")

    with serving(port, log=tmp_path / "serve.log"):
        assert verified(link["url"], tmp_path / "elsewhere", base) == (0, "valid")
        status, headers, shown = asked(link["url"])
        assert (status, headers["content-type"], headers["cache-control"]) == (200, "application/vp", "no-store")
        assert [one["id"] for one in shown["verifiableCredential"]] == [credential]
        assert "Forklift" not in json.dumps(shown)
        whole = asked(link["url"], accept="application/json")[2]
        assert (whole["purpose"], whole["audience"]) == ("An application for a job", "Acme Warehouses")
        assert [one["title"] for one in whole["selfAsserted"]] == ["Forklift driver"]

        for code, told in (("", "share.code_needed"), ("00000000", "share.code_wrong")):
            status, headers, problem = asked(coded["url"], code=code)
            assert (status, problem["code"], headers["cache-control"]) == (403, told, "no-store")
        assert asked(coded["url"], code=coded["code"])[0] == 200
        assert asked(coded["url"], body={"code": coded["code"]})[0] == 200
        assert asked(coded["url"], body={"code": 3})[0] == 422
        assert asked(f"{base}/shares/{'A' * 43}")[2]["code"] == "share.unknown"

        assert cli("status", "revoke", credential, "--reason", "issued by mistake").code == 0
        assert verified(link["url"], tmp_path / "elsewhere", base) == (1, "invalid")
        assert cli("share", "withdraw", link["share"], *ANA).code == 0
        status, headers, problem = asked(link["url"])
        assert (status, problem["code"], headers["cache-control"]) == (410, "share.withdrawn", "no-store")
        assert verified(link["url"], tmp_path / "elsewhere", base)[0] == 2

        log = cli("share", "log", *ANA, "--json").json
        assert [one["opener"] for one in log if one["share_id"] == coded["share"]] == ["a program (tests)", "a program (tests)"]
        assert {one["opener"] for one in log if one["share_id"] == link["share"]} == {"a program (openler)", "a program (tests)"}
        served = (tmp_path / "serve.log").read_text(errors="replace")
        for secret in (link["url"].rsplit("/", 1)[1], coded["code"], "An application"):
            assert secret not in served
    assert verified(coded["url"], tmp_path / "elsewhere", base)[0] == 4


def test_the_reader_at_the_command_line_sees_what_was_chosen_and_is_written_down(cli: Cli, tmp_path: Path) -> None:
    issue_to_ana(cli, "http://localhost:8000", tmp_path)
    cli("wallet", "experience", *ANA, "--title", "Forklift driver")
    made = cli("share", "create", *ANA, "--all", "--purpose", "a job", "--code")
    link, code = made.out.split()
    file, out = tmp_path / "code", tmp_path / "shown.json"
    file.write_text(code)
    refused = cli("share", "open", link)
    assert (refused.code, refused.out) == (1, "")
    ran = cli("share", "open", link, "--code-file", file, "--reader", "Pat at Acme", "--out", out)
    assert ran.code == 0, ran.err
    assert "Welding Certificate" in ran.out
    assert "real and current" in ran.out
    assert ran.out.index("own words") < ran.out.index("Forklift driver")
    assert json.loads(out.read_bytes())["type"] == ["VerifiablePresentation"]
    log = cli("share", "log", *ANA, "--json").json
    assert [one["opener"] for one in log] == ["Pat at Acme"]
    assert cli("share", "open", "https://elsewhere.example/shares/x").code == 2


def test_a_share_keeps_to_the_day_it_was_given(cli: Cli) -> None:
    cli("wallet", "create", *ANA)
    told = cli("wallet", "experience", *ANA, "--title", "Forklift driver", "--json").json[0]["record"]
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date()
    made = cli("share", "create", *ANA, "--record", told, "--purpose", "a job", "--until", tomorrow, "--json").json
    assert made["expires"] == f"{tomorrow + timedelta(days=1)}T00:00:00Z"
    (listed,) = cli("share", "list", *ANA, "--json").json
    assert (listed["share"], listed["state"], listed["records"], listed["code"]) == (made["share"], "open", [told], False)
    assert made["url"] not in json.dumps(listed)


def test_the_link_is_drawn_as_a_qr_code(cli: Cli, tmp_path: Path) -> None:
    cli("wallet", "create", *ANA)
    cli("wallet", "experience", *ANA, "--title", "Forklift driver")
    for name, begin in (("link.svg", b"<?xml"), ("link.png", b"\x89PNG")):
        assert cli("share", "create", *ANA, "--all", "--purpose", "a job", "--qr", tmp_path / name).code == 0
        assert (tmp_path / name).read_bytes().startswith(begin)
    assert cli("share", "create", *ANA, "--all", "--purpose", "a job", "--qr", tmp_path / "link.doc").code == 2


MISTAKES = [
    (("create", *ANA, "--purpose", "x"), 2, "holding.nothing_chosen"),
    (("create", *ANA, "--purpose", " ", "--all"), 1, "share.purpose_missing"),
    (("create", *ANA, "--purpose", "x", "--record", "credential-of-nobody"), 2, "holding.record_unknown"),
    (("create", *ANA, "--purpose", "x", "--all", "--until", "tomorrow"), 2, "cli.date_malformed"),
    (("create", *ANA, "--purpose", "x", "--all", "--until", "9999-12-31"), 2, "cli.date_malformed"),
    (("create", *ANA, "--purpose", "x", "--all", "--until", "2020-01-01"), 2, "share.expiry_past"),
    (("create", *ANA, "--purpose", "x", "--all", "--until", "2999-01-01"), 2, "share.expiry_too_far"),
    (("withdraw", "none", *ANA), 2, "share.unknown"),
    (("open", "A" * 43), 2, "share.unknown"),
]


def test_a_mistake_is_told_in_an_error_and_a_hint(cli: Cli) -> None:
    cli("wallet", "create", *ANA)
    cli("wallet", "experience", *ANA, "--title", "Forklift driver")
    for arguments, code, told in MISTAKES:
        ran = cli("share", *arguments)
        assert ran.code == code, (arguments, ran.err)
        assert told in ran.err.splitlines()[0], arguments
        assert len(ran.err.strip().splitlines()) <= 2
    assert cli("share", "list", *ANA, "--json").json == []


def test_help_reads_as_sentences(cli: Cli) -> None:
    for command in ("share", "wallet", "consent"):
        shown = cli(command, "--help").out
        assert re.search(r"  \w[\w-]*  +[A-Z].+", shown)
        assert "usage" in shown.lower()


def test_skills_are_released_by_a_consent_that_can_be_taken_back(cli: Cli, tmp_path: Path) -> None:
    issue_to_ana(cli, "http://localhost:8000", tmp_path)
    given = cli("consent", "give", *ANA, "--all", "--party", "Workforce Board", "--purpose", "Find jobs that fit", "--json").json
    assert (given["state"], given["party"], len(given["records"])) == ("stands", "Workforce Board", 1)
    assert cli("consent", "withdraw", given["consent"], *ANA).code == 0
    (listed,) = cli("consent", "list", *ANA, "--json").json
    assert (listed["state"], listed["consent"]) == ("withdrawn", given["consent"])
    assert cli("consent", "withdraw", "none", *ANA).code == 2
