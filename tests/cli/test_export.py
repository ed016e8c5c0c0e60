"""``openler export``: files for other registries and for people, whole or not at all, and nothing private in them."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.support.ctdl import OWNER, complete, document, program

FORMS = ("zip", "ndjson", "nt", "csv")


@pytest.fixture
def published(cli: Cli, tmp_path: Path) -> list[str]:
    """Two programs in the registry; their CTIDs."""
    nodes = [program(), {**complete("ceterms:LearningProgram", "two"), "ceterms:name": {"en-US": "Practical Nursing"}}]
    for number, node in enumerate(nodes):
        (tmp_path / f"{number}.json").write_bytes(document(node).normalised)
    assert cli("publish", tmp_path / "0.json", tmp_path / "1.json", "--publisher", OWNER).code == 0
    return [node["ceterms:ctid"] for node in nodes]


def read(path: Path) -> bytes:
    if path.suffix != ".zip":
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


@pytest.mark.parametrize("form", FORMS)
def test_the_ending_of_the_file_tells_the_format(cli: Cli, published: list[str], tmp_path: Path, form: str) -> None:
    out = tmp_path / f"out.{form}"
    ran = cli("export", out, "--json")
    assert ran.code == 0
    assert (ran.json["documents"], ran.json["head"]) == (2, 2)
    assert all(ctid.encode() in read(out) for ctid in published)


def test_an_export_can_be_checked_and_published_elsewhere(cli: Cli, published: list[str], tmp_path: Path) -> None:
    out = tmp_path / "out.zip"
    cli("export", out)
    assert [(one["ctid"], one["passes"]) for one in cli("validate", out, "--json").json] == [(ctid, True) for ctid in sorted(published)]
    taken = cli("publish", out, "--publisher", OWNER, "--data", tmp_path / "elsewhere", "--json")
    assert (taken.code, taken.json["published"], taken.json["deleted"], taken.json["refused"]) == (0, 2, 0, [])
    for ctid in published:
        assert cli("get", ctid, "--data", tmp_path / "elsewhere").out == cli("get", ctid).out
    again = cli("publish", out, "--publisher", OWNER, "--json")
    assert (again.json["published"], again.json["unchanged"]) == (0, 2)


def test_a_changeset_takes_away_what_is_gone(cli: Cli, published: list[str], tmp_path: Path) -> None:
    changes = tmp_path / "changes.zip"
    with zipfile.ZipFile(changes, "w") as archive:
        archive.writestr(f"deletes/metadata/{published[0]}.json", "{}")
    ran = cli("publish", changes, "--publisher", OWNER)
    assert (ran.code, "deleted 1" in ran.out) == (0, True)
    assert cli("get", published[0]).code == 2
    assert cli("get", published[1]).code == 0
    onward = tmp_path / "onward.zip"
    told = cli("export", onward, "--since", 2)
    assert "1 deleted" in told.err
    with zipfile.ZipFile(onward) as archive:
        assert archive.namelist() == [f"deletes/metadata/{published[0]}.json"]
    assert "--format zip" in cli("export", tmp_path / "changes.csv", "--since", 2).err


def test_nothing_private_is_in_an_export_and_no_passphrase_is_needed_for_one(
    cli: Cli, published: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENLER_WALLET_PASSPHRASE", "correct horse battery staple")
    assert cli("wallet", "create", "--wallet", "rosa-private").code == 0
    assert cli("wallet", "experience", "--wallet", "rosa-private", "--title", "Forklift driver").code == 0
    for name in ("OPENLER_PASSPHRASE", "OPENLER_WALLET_PASSPHRASE"):
        monkeypatch.delenv(name)
    for form in FORMS:
        out = tmp_path / f"out.{form}"
        assert cli("export", out).code == 0
        content = read(out)
        assert published[0].encode() in content
        assert b"rosa-private" not in content
        assert b"Forklift" not in content


def test_standard_output_takes_an_export_and_nothing_beside_it(cli: Cli, published: list[str], tmp_path: Path) -> None:
    ran = cli("export", "-", "--format", "ndjson")
    assert sorted(json.loads(line)["@graph"][0]["ceterms:ctid"] for line in ran.out.splitlines()) == sorted(published)
    assert "2 documents" in ran.err
    cli("export", tmp_path / "out.ndjson")
    assert (tmp_path / "out.ndjson").read_text() == ran.out


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("out.dat",), "cli.export_format_untold"),
        (("-", "--format", "csv", "--json"), "cli.export_two_outputs"),
        (("out.zip", "--type", "Credentail"), "export.type_unknown"),
        (("out.zip", "--since", "yesterday"), "export.since_malformed"),
        (("no-such-folder/out.zip",), "cli.not_writable"),
    ],
)
def test_a_mistake_is_told_and_leaves_what_was_there(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], code: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "out.zip").write_bytes(b"what was there before")
    before = sorted(tmp_path.iterdir())
    ran = cli("export", *arguments)
    assert ran.code == 2
    assert f"[{code}]" in ran.err.splitlines()[0]
    assert ran.err.splitlines()[1].startswith("hint: ")
    assert sorted(tmp_path.iterdir()) == before
    assert (tmp_path / "out.zip").read_bytes() == b"what was there before"


def test_what_is_no_archive_is_told_in_two_lines(cli: Cli, tmp_path: Path) -> None:
    bad = tmp_path / "bad.zip"
    bad.write_bytes(b"PK\x03\x04 cut short")
    for arguments in (("validate", bad), ("publish", bad, "--publisher", OWNER)):
        ran = cli(*arguments)
        assert (ran.code, len(ran.err.strip().splitlines())) == (1, 2)
        assert "[archive.broken]" in ran.err
