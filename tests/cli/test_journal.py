"""``openler registry``: a head kept in a file, a proof checked offline, an audit, a signed envelope, a document passed on."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from openler import bootstrap
from openler.actions.issuing import identity
from tests.cli.conftest import Cli
from tests.support.ctdl import OWNER, complete, ctid, document, program

BUYER = ctid("buyer")


def written(folder: Path, name: str, content: bytes | str) -> Path:
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def published(cli: Cli, folder: Path) -> None:
    organisation = {
        **complete("ceterms:CredentialOrganization", "owner"),
        "ceterms:ctid": str(OWNER),
        "ceterms:name": {"en-US": "Tests College"},
    }
    welding = program(ceterms__name={"en-US": "Welding"}, ceterms__offeredBy=[str(OWNER)])
    for number, node in enumerate((organisation, welding)):
        written(folder, f"{number}.json", document(node).normalised)
    assert cli("publish", folder, "--publisher", OWNER).code == 0


def test_a_head_that_was_kept_finds_what_was_changed_later(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    published(cli, folder)
    head = written(tmp_path, "head.json", cli("registry", "head").out)
    did = written(tmp_path, "did.json", cli("registry", "identity").out)
    proof = written(tmp_path, "proof.json", cli("registry", "prove", ctid("one")).out)
    assert cli("registry", "check", proof, "--did", did, "--document", folder / "1.json", "--against", head).code == 0
    assert cli("registry", "check", proof).code == 3
    assert cli("registry", "check", proof, "--document", folder / "0.json").code == 1
    assert cli("registry", "check", folder / "0.json").code == 1
    assert cli("registry", "audit", "--against", head, "--json").json["sound"] is True
    grown = written(tmp_path, "grown.json", cli("registry", "grown", head).out)
    assert cli("registry", "check", grown, "--did", did, "--against", head).code == 0
    with sqlite3.connect(cli.home / "registry.sqlite") as database:
        database.execute("UPDATE version SET normalised = replace(normalised, 'Welding', 'Wilding')")
    database.close()
    found = cli("registry", "audit", "--against", head, "--json")
    assert found.code == 1
    assert {one["code"] for one in found.json["findings"]} == {"audit.document_changed"}
    assert "was changed after it was published" in cli("registry", "audit").out


def test_what_a_publisher_signs_is_published_as_it_is(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    published(cli, folder)
    with bootstrap.open_ports() as ports:
        ports.keys.create("college", "P-256", at=ports.clock.now())
        identity.link(ports, OWNER, key="file:college", actor="tests")
    signed = cli("registry", "sign", folder / "1.json", "--publisher", OWNER)
    assert signed.json["publisher_statement"]["proof"]["cryptosuite"] == "ecdsa-jcs-2019"
    file = written(tmp_path, "signed.json", signed.out)
    assert cli("publish", file, "--publisher", OWNER, "--json").json["updated"] == 1
    assert cli("publish", file, "--publisher", OWNER, "--json").json["unchanged"] == 1
    forged = written(tmp_path, "forged.json", json.dumps({**signed.json, "publisher_statement": {"type": "PublisherStatement"}}))
    refused = cli("publish", forged, "--publisher", OWNER, "--json")
    assert (refused.code, refused.json["refused"][0]["code"]) == (1, "statement.other_document")
    assert cli("registry", "audit", "--json").json["sound"] is True


def test_a_document_is_offered_and_accepted_or_published_on_behalf(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    published(cli, folder)
    early = cli("registry", "transfer", "accept", ctid("one"), "--organization", BUYER)
    assert (early.code, "registry.not_offered" in early.err) == (1, True)
    assert cli("registry", "transfer", "offer", ctid("one"), "--owner", OWNER, "--to", BUYER, "--json").json["state"] == "offered"
    assert cli("registry", "transfer", "accept", ctid("one"), "--organization", BUYER, "--json").json["state"] == "transferred"
    assert cli("get", ctid("one"), "--json").json["owner"] == BUYER
    new = written(tmp_path, "new.json", document(complete("ceterms:LearningProgram", "new")).normalised)
    assert cli("publish", new, "--publisher", OWNER, "--on-behalf-of", BUYER, "--provisional").code == 0
    told = cli("get", ctid("new"), "--json").json
    assert (told["owner"], told["publisher"], told["provisional"]) == (BUYER, OWNER, True)
    assert cli("registry", "audit", "--json").json["sound"] is True
