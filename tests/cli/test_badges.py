"""``openler bake | unbake | clr``, and old badges: what a person types, and what bad input gets."""

from __future__ import annotations

import http.server
import json
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from openler.ids import Ctid
from openler.linkeddata.canonical import jcs
from tests.cli.conftest import Cli
from tests.support.ctdl import OWNER, complete
from tests.support.old_badges import OldIssuer
from tests.support.presenting import Key, badge
from tests.unit.credentials.test_baking import PNG, SVG, chunk

ISSUER = Key(1)


@pytest.fixture
def record(tmp_path: Path) -> Path:
    path = tmp_path / "record.json"
    path.write_bytes(jcs(ISSUER.sign(badge(ISSUER))))
    return path


@pytest.mark.parametrize(("name", "drawing"), [("blank.png", PNG), ("blank.svg", SVG)])
def test_a_record_goes_into_a_picture_verifies_there_and_comes_out(
    cli: Cli, tmp_path: Path, record: Path, name: str, drawing: bytes
) -> None:
    blank, out, back = tmp_path / name, tmp_path / f"badge-{name}", tmp_path / "back.json"
    blank.write_bytes(drawing)
    assert cli("bake", blank, record, "--out", out).code == 0
    assert blank.read_bytes() == drawing
    assert cli("verify", out).code == 0
    assert cli("unbake", out, "--out", back).code == 0
    assert json.loads(back.read_bytes()) == json.loads(record.read_bytes())
    assert stat.S_IMODE(back.stat().st_mode) == 0o600
    assert cli("unbake", out, "--json").json["record"] == json.loads(record.read_bytes())
    assert json.loads(cli("unbake", out).out) == json.loads(record.read_bytes())


def test_bad_pictures_get_two_lines_and_their_code(cli: Cli, tmp_path: Path, record: Path) -> None:
    picture, out = tmp_path / "p.png", tmp_path / "out.png"
    for content, code in ((PNG[:-5], "credentials.image_malformed"), (b"GIF89a", "credentials.image_kind_unknown")):
        picture.write_bytes(content)
        ran = cli("bake", picture, record, "--out", out)
        assert (ran.code, ran.err.count("\n")) == (1, 2 if "hint:" in ran.err else 1)
        assert code in ran.err
        assert not out.exists()
    picture.write_bytes(PNG)
    assert "credentials.image_empty" in cli("unbake", picture).err
    assert cli("bake", picture, record, "--out", tmp_path / "no" / "folder.png").code == 2
    assert cli("bake", tmp_path / "absent.png", record, "--out", out).code == 2


@pytest.fixture
def old_issuer() -> Iterator[OldIssuer]:
    """An issuer of old badges, served on this machine."""
    issuers: list[OldIssuer] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            page = issuers[0].pages.get(issuers[0].url(self.path.strip("/")))
            self.send_response(200 if page is not None else 410)
            self.end_headers()
            self.wfile.write(json.dumps(page or {}).encode())

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuers.append(OldIssuer(f"http://127.0.0.1:{server.server_address[1]}"))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield issuers[0]
    server.shutdown()
    server.server_close()
    thread.join()


def test_an_old_badge_in_a_picture_is_checked_with_its_issuer(
    cli: Cli, tmp_path: Path, old_issuer: OldIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENLER_ALLOWED_ORIGINS", old_issuer.host)
    picture = tmp_path / "old-badge.png"
    text = json.dumps(old_issuer.page("assertion.json")).encode()
    picture.write_bytes(PNG[:-12] + chunk(b"iTXt", b"openbadges\0\0\0\0\0" + text) + PNG[-12:])
    told = cli("verify", picture, "--json")
    assert (told.code, told.json["verdict"]) == (0, "valid"), told.json
    assert "credentials.badge2_carried_over" in [check["code"] for check in told.json["checks"]]
    assert "Robotics, by Old School" in cli("verify", picture).out
    signed = tmp_path / "signed.jwt"
    signed.write_bytes(old_issuer.signed())
    assert cli("verify", signed).code == 0
    del old_issuer.pages[old_issuer.url("assertion.json")]
    assert cli("verify", picture).code == 1
    monkeypatch.delenv("OPENLER_ALLOWED_ORIGINS")
    assert cli("verify", signed).code == 3


def test_endorsements_of_an_old_badge_are_fetched_and_told_one_by_one(
    cli: Cli, tmp_path: Path, old_issuer: OldIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENLER_ALLOWED_ORIGINS", old_issuer.host)
    about = old_issuer.url("badge.json")
    old_issuer.page("badge.json")["endorsement"] = [old_issuer.endorsement(about)["id"], old_issuer.url("gone.json")]
    signed = tmp_path / "signed.jwt"
    signed.write_bytes(old_issuer.signed())
    told = cli("verify", signed, "--json")
    assert (told.code, told.json["verdict"]) == (0, "valid"), told.json
    assert [each["verdict"] for each in told.json["endorsements"]] == ["valid", "invalid"]
    out = cli("verify", signed).out
    assert "endorsement 1, Old School: VALID" in out
    assert "credentials.badge2_gone" in out


def _published(cli: Cli, tmp_path: Path) -> Ctid:
    node = {
        **complete("ceterms:CredentialOrganization", "owner"),
        "ceterms:ctid": str(OWNER),
        "@id": f"http://localhost:8000/resources/{OWNER}",
    }
    graph = {"@context": "https://credreg.net/ctdl/schema/context/json", "@id": f"http://localhost:8000/graph/{OWNER}", "@graph": [node]}
    path = tmp_path / "owner.json"
    path.write_text(json.dumps(graph))
    assert cli("publish", path, "--publisher", OWNER).code == 0
    assert cli("key", "create", "college").code == 0
    table = tmp_path / "none.csv"
    table.write_text("learner_name,learner_id,achievement,date\n")
    assert cli("issue", "--csv", table, "--issuer", OWNER, "--key", "file:college", "--did", "key").code == 0
    return OWNER


def test_records_become_one_and_bad_ones_do_not(cli: Cli, tmp_path: Path, record: Path) -> None:
    issuer = _published(cli, tmp_path)
    second, out = tmp_path / "second.json", tmp_path / "clr.json"
    second.write_bytes(jcs(ISSUER.sign(badge(ISSUER, id="urn:uuid:bade0bf4-3948-4970-affa-944fd2b48709"))))
    ran = cli("clr", record, second, "--issuer", issuer, "--name", "Transcript", "--out", out, "--partial", "--json")
    assert (ran.code, ran.json["items"], ran.json["undetermined"]) == (0, 2, [])
    made = json.loads(out.read_bytes())
    assert (made["type"][1], made["name"], made["partial"]) == ("ClrCredential", "Transcript", True)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    told = cli("verify", out, "--json").json
    assert [part["verdict"] for part in told["parts"]] == ["valid", "valid"]

    second.write_bytes(second.read_bytes().replace(b"Welding", b"Wending"))
    refused = cli("clr", record, second, "--issuer", issuer, "--out", tmp_path / "no.json")
    assert refused.code == 1
    assert "issue.clr_item_invalid" in refused.err
    assert str(second) in refused.err
    assert not (tmp_path / "no.json").exists()
    assert cli("clr", record, "--issuer", issuer, "--out", out, "--partial", "--whole").code == 2
    assert cli("clr", record, "--issuer", issuer, "--out", out, "--association", "isPartOf").code == 2
    assert "clr_association_unknown" in cli("clr", record, "--issuer", issuer, "--out", out, "--association", "likes,a:b,c:d").err


def test_work_becomes_records_and_a_wallet_goes_out_as_ler_rs(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENLER_WALLET_PASSPHRASE", "correct horse battery staple")
    issuer = _published(cli, tmp_path)
    table, records, resume = tmp_path / "work.csv", tmp_path / "work", tmp_path / "resume.json"
    table.write_text("learner_name,learner_id,start,title\nAna,ana@example.org,2019,Welder\nBen,ben@example.org,soon,Welder\n")
    ran = cli("issue-employment", "--csv", table, "--issuer", issuer, "--key", "file:college", "--out", records)
    assert ran.code == 1
    assert "2 rows: 1 issued, 0 issued before, 1 refused" in ran.out
    assert "row 3" in ran.out
    (record,) = records.iterdir()
    assert cli("wallet", "create", "--wallet", "ana").code == 0
    assert cli("wallet", "add", record, "--wallet", "ana").code == 0
    assert cli("wallet", "export", "--wallet", "ana", "--format", "ler-rs", "--out", resume).code == 0
    (entry,) = json.loads(resume.read_bytes())["employmentHistories"]
    assert entry["verifications"][0]["otherW3CVerifiableCredential"] == json.loads(record.read_bytes())
    assert cli("wallet", "create", "--wallet", "ben").code == 0
    assert [one["kind"] for one in cli("wallet", "import", resume, "--wallet", "ben", "--json").json["records"]] == ["credential"]
    refused = cli("wallet", "import", table, "--wallet", "ben")
    assert refused.code == 1
    assert "linkeddata.not_json" in refused.err
