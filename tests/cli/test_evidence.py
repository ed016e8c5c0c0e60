"""``openler verify --save-evidence`` and ``--evidence`` as a person uses them."""

from __future__ import annotations

from pathlib import Path

import pytest

from openler.linkeddata.canonical import jcs
from tests.cli.conftest import Cli
from tests.support.issuing import world


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """A record whose issuer signs as did:key and whose status list nobody can reach from a test."""
    w = world(form="key")
    signed = w.credential()
    file = tmp_path / "diploma.json"
    file.write_bytes(jcs(signed))
    return file


def test_what_could_not_be_found_is_kept_too_and_judged_alike(cli: Cli, record: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept.json"
    first = cli("verify", record, "--save-evidence", kept, "--json")
    assert (first.code, first.json["verdict"]) == (3, "undetermined")
    assert kept.stat().st_mode & 0o077 == 0
    again = cli("verify", record, "--evidence", kept, "--json")
    assert again.code == 3
    assert {name: value for name, value in again.json.items() if name != "judgedAt"} == first.json
    assert "without any network" in first.err
    assert "Judged as of" in again.err


def test_another_moment_is_judged_by_the_same_evidence(cli: Cli, record: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept.json"
    cli("verify", record, "--save-evidence", kept)
    early = cli("verify", record, "--evidence", kept, "--at", "2020-01-01", "--json")
    assert (early.code, early.json["judgedAt"]) == (1, "2020-01-01T00:00:00Z")
    assert "credentials.period_not_yet" in [check["code"] for check in early.json["checks"]]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--at", "2031-01-01"], "cli.time_without_evidence"),
        (["--evidence", "{kept}", "--at", "soon"], "cli.time_malformed"),
        (["--evidence", "{kept}", "--save-evidence", "{kept}"], "cli.evidence_both"),
        (["--evidence", "{record}"], "credentials.evidence_bundle_malformed"),
        (["--evidence", "{kept}", "https://example.org/record"], "cli.address_offline"),
    ],
)
def test_what_does_not_go_together_is_said(cli: Cli, record: Path, tmp_path: Path, options: list[str], code: str) -> None:
    kept = tmp_path / "kept.json"
    cli("verify", record, "--save-evidence", kept)
    filled = [each.format(kept=kept, record=record) for each in options]
    what = [] if any(each.startswith("https:") for each in filled) else [record]
    ended = cli("verify", *what, *filled)
    assert ended.code in {1, 2}
    assert f"[{code}]" in ended.err
