"""What bad input gets: a clear error with its code and place, the right exit code, nothing stored and nothing lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from openler import bootstrap
from openler.actions.issuing.identity import link
from openler.actions.registry.publish import publish
from openler.linkeddata.jcs import jcs
from tests.cli.conftest import Cli
from tests.support.ctdl import OWNER, complete, ctid, document, program
from tests.support.presenting import Key, badge
from tests.support.regions import MAPPING, TABLES
from tests.unit.credentials.test_baked import png

PASSPHRASE = "a passphrase for the tests only"
KEY = Key(3)
CERTIFICATE = ctid("bad input", "ceterms:Certificate")
FUTURE = "2100-01-01T00:00:00Z"
HEADER = "learner_name,learner_id,achievement,date\n"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory in which a college and its certificate are published and a key was made; no test may change it."""
    data = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("OPENLER_PASSPHRASE", PASSPHRASE)
        for name in ("OPENLER_DATABASE", "OPENLER_BASE_URL"):
            patched.delenv(name, raising=False)
        with bootstrap.open_ports(data=data) as ports:
            college = {**complete("ceterms:CredentialOrganization", "owner"), "ceterms:ctid": str(OWNER)}
            certificate = {**complete("ceterms:Certificate", "bad input"), "ceterms:ownedBy": [str(OWNER)]}
            publish(ports, [document(college), document(certificate)], publisher=OWNER, actor="tests:setup")
            ports.keys.create("college", "Ed25519", at=ports.clock.now())
            link(ports, OWNER, key="file:college", actor="tests:setup")
    return data


def stands(data: Path) -> tuple[object, ...]:
    """All that a command could have stored."""
    with bootstrap.open_ports(data=data) as ports:
        head = ports.store.verify_chain()
        return head, ports.store.audit(), ports.ledger.counts(), ports.private_audit.events()


@dataclass(frozen=True)
class Bad:
    """A command on bad input. ``write`` makes the input in a folder and gives the command's arguments."""

    name: str
    write: Callable[[Path], list[object]]
    exit: int
    code: str
    place: str = ""


def publishing(content: bytes) -> Callable[[Path], list[object]]:
    def write(folder: Path) -> list[object]:
        (folder / "document.json").write_bytes(content)
        return ["publish", folder / "document.json", "--publisher", OWNER]

    return write


def verifying(content: bytes, name: str = "record.json") -> Callable[[Path], list[object]]:
    def write(folder: Path) -> list[object]:
        (folder / name).write_bytes(content)
        return ["verify", folder / name]

    return write


def issuing(rows: str) -> Callable[[Path], list[object]]:
    def write(folder: Path) -> list[object]:
        (folder / "table.csv").write_text(rows, encoding="utf-8")
        return ["issue", "--csv", folder / "table.csv", "--issuer", OWNER, "--key", "file:college"]

    return write


def importing(**changed: str) -> Callable[[Path], list[object]]:
    def write(folder: Path) -> list[object]:
        (folder / "tables").mkdir()
        for name, content in {**TABLES, **changed}.items():
            (folder / "tables" / f"{name}.csv").write_text(content, encoding="utf-8")
        (folder / "mapping.yaml").write_bytes(MAPPING)
        return ["import", "etpl", folder / "tables", "--mapping", folder / "mapping.yaml"]

    return write


def node(**changes: Any) -> bytes:
    return document(program(**changes)).normalised


def signed(**changes: Any) -> dict[str, Any]:
    return KEY.sign(badge(KEY, **changes))


def mistyped() -> bytes:
    """A program whose CTID lacks its last digit, in the document as a person would send it."""
    sent = json.loads(node())
    sent["@graph"][0]["ceterms:ctid"] = sent["@graph"][0]["ceterms:ctid"][:-1]
    return json.dumps(sent).encode()


NESTED = b'{"@graph": ' + b"[" * 10_000 + b"]" * 10_000 + b"}"

CASES = [
    Bad("malformed JSON", publishing(b'{"@graph": ['), 1, "linkeddata.not_json", "line 1"),
    Bad("JSON that parsers read differently", publishing(b'{"@graph": [], "@graph": []}'), 1, "linkeddata.duplicate_key", "@graph"),
    Bad("wrong CTID", publishing(mistyped()), 1, "ids.ctid_malformed", "/@graph/0/ceterms:ctid"),
    Bad("unknown term", publishing(node(ceterms__nonsense="x")), 1, "ctdl.property_unknown", "/@graph/0/ceterms:nonsense"),
    Bad("dangling reference", publishing(node(ceterms__ownedBy="_:gone")), 1, "ctdl.blank_node_dangling", "/@graph/0/ceterms:ownedBy"),
    Bad("personal data", publishing(node(ceterms__description={"en-US": "123-45-6789"})), 1, "ctdl.social_security_number", "description"),
    Bad("a deeply nested document", publishing(NESTED), 1, "linkeddata.too_deep"),
    Bad("a document over its limit", publishing(b" " * (64 * 1024 * 1024 + 1)), 1, "linkeddata.too_large"),
    Bad("a missing file", lambda _: ["publish", "/nowhere/at.json", "--publisher", OWNER], 2, "cli.file_missing", "/nowhere/at.json"),
    Bad("a table without its columns", issuing("learner_name,learner_id\nAna,a1\n"), 2, "tables.columns_missing", "table.csv"),
    Bad("a broken row", issuing(HEADER + f"Ana,a1,{CERTIFICATE},2026-05-01,too,many\n"), 1, "tables.row_broken", "row 2"),
    Bad("a row with an impossible date", issuing(HEADER + f"Ana,a1,{CERTIFICATE},2026-02-30\n"), 1, "issue.date_malformed", "row 2, date"),
    Bad("a row with a wrong CTID", issuing(HEADER + "Ana,a1,ce-123,2026-05-01\n"), 1, "ids.ctid_malformed", "row 2, achievement"),
    Bad("a row without a learner", issuing(HEADER + f"Ana,,{CERTIFICATE},2026-05-01\n"), 1, "issue.cell_missing", "row 2, learner_id"),
    Bad("an import without a column", importing(courses=TABLES["courses"].replace("Offering", "Heading", 1)), 2, "tables.columns_missing"),
    Bad("an import with a broken row", importing(courses=TABLES["courses"] + "7,course,too few cells\n"), 1, "tables.row_broken", "row "),
    Bad("a forged record", verifying(jcs({**signed(), "name": "Brain Surgery"})), 1, "credentials.proof_signature_wrong", "/proof"),
    Bad("an expired record", verifying(jcs(signed(validUntil="2026-02-01T00:00:00Z"))), 1, "credentials.period_expired", "/validUntil"),
    Bad("a record of the future", verifying(jcs(signed(validFrom=FUTURE, validUntil=None))), 1, "credentials.period_not_yet"),
    Bad("an unsigned record", verifying(jcs(badge(KEY))), 1, "credentials.proof_missing"),
    Bad("a truncated image", verifying(png(jcs(signed()))[:-40], "badge.png"), 1, "credentials.image_malformed"),
    Bad("an image without a record", verifying(png(b"", keyword=b"comment"), "badge.png"), 1, "credentials.image_empty"),
    Bad("a record over its limit", verifying(b'{"x": "' + b"y" * 1024 * 1024 + b'"}'), 1, "linkeddata.too_large"),
    Bad("a deeply nested record", verifying(b"[" * 10_000 + b"]" * 10_000), 1, "linkeddata.too_deep"),
    Bad("a link to a private address", lambda _: ["verify", "https://127.0.0.1/record"], 1, "net.address_refused"),
    Bad("a link to a machine's own secrets", lambda _: ["verify", "https://169.254.169.254/latest"], 1, "net.address_refused"),
    Bad("a link without TLS", lambda _: ["verify", "http://example.org/record"], 1, "net.scheme_refused"),
    Bad("a CTID that is none", lambda _: ["get", "ce-nonsense"], 2, "cli.ctid_malformed"),  # the last: get knows no --json
]


@pytest.mark.parametrize("bad", CASES, ids=lambda bad: bad.name)
def test_bad_input_is_told_and_nothing_is_stored(bad: Bad, home: Path, cli: Cli, tmp_path: Path) -> None:
    arguments = bad.write(tmp_path)
    before = stands(home)
    ran = cli(*arguments, "--data", home)
    said = ran.out + ran.err
    assert ran.code == bad.exit, said
    assert f"[{bad.code}" in said
    assert bad.place in said
    assert "Traceback" not in said
    if ran.err.startswith("error: "):
        assert ran.out == "", "data and errors are not mixed"
        assert [line.split(":")[0] for line in ran.err.splitlines()] in (["error"], ["error", "hint"])
    assert stands(home) == before


@pytest.mark.parametrize("bad", CASES[:-1], ids=lambda bad: bad.name)
def test_the_same_as_json_is_one_document_or_an_error(bad: Bad, home: Path, cli: Cli, tmp_path: Path) -> None:
    ran = cli(*bad.write(tmp_path), "--data", home, "--json")
    assert ran.code == bad.exit
    if ran.out:
        assert bad.code in ran.out
        assert isinstance(ran.json, dict)
    else:
        assert f"[{bad.code}" in ran.err


def test_one_bad_row_does_not_keep_the_others_from_being_issued(home: Path, cli: Cli, tmp_path: Path) -> None:
    assert cli("key", "create", "college").code == 0
    college = {**complete("ceterms:CredentialOrganization", "owner"), "ceterms:ctid": str(OWNER)}
    certificate = {**complete("ceterms:Certificate", "bad input"), "ceterms:ownedBy": [str(OWNER)]}
    for name, one in (("college", college), ("certificate", certificate)):
        (tmp_path / f"{name}.json").write_bytes(document(one).normalised)
    assert cli("publish", tmp_path / "college.json", tmp_path / "certificate.json", "--publisher", OWNER).code == 0
    rows = HEADER + f"Ana,a1,{CERTIFICATE},2026-05-01\nBen,,{CERTIFICATE},2026-05-01\nCleo,c1,{CERTIFICATE},2026-05-01\n"
    ran = cli(*issuing(rows)(tmp_path), "--json")
    assert ran.code == 1
    assert (ran.json["rows"], ran.json["issued"], len(ran.json["refused"])) == (3, 2, 1)
