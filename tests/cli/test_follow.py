"""``openler follow`` and ``openler duplicates`` as people and scripts use them."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Cli
from tests.support.ctdl import OWNER, ctid, raw

ORG = "ceterms:CredentialOrganization"


def test_nobody_is_followed_until_somebody_is(cli: Cli, tmp_path: Path) -> None:
    data = ["--data", str(tmp_path)]
    assert cli("follow", "list", "--json", *data).json == []
    assert "openler follow add" in cli("follow", "list", *data).err
    assert cli("follow", "conflicts", "--json", *data).json == []
    assert cli("follow", "pull", "--json", *data).json == []


def test_what_cannot_be_followed_is_told_in_two_lines(cli: Cli, tmp_path: Path) -> None:
    data = ["--data", str(tmp_path)]
    private = cli("follow", "add", "https://127.0.0.1:1", *data)
    assert private.code != 0
    assert private.err.startswith("error: ")
    assert cli("follow", "add", "ftp://registry.example", *data).code == 2
    assert cli("follow", "pull", "https://registry.example", *data).code == 2
    assert cli("follow", "remove", "https://registry.example", *data).code == 2


def test_an_unsigned_registry_is_listed_as_such_and_removed(cli: Cli, tmp_path: Path) -> None:
    data = ["--data", str(tmp_path)]
    assert cli("follow", "add", "https://registry.example/", "--unsigned", "--types", "ceterms:Credential", *data).code == 0
    [followed] = cli("follow", "list", "--json", *data).json
    assert (followed["url"], followed["signed"], followed["types"]) == ("https://registry.example", False, ["ceterms:Credential"])
    assert cli("follow", "remove", "https://registry.example", *data).code == 0


def test_duplicates_are_listed_confirmed_and_taken_back(cli: Cli, tmp_path: Path) -> None:
    data, pair = ["--data", str(tmp_path / "data")], sorted((str(ctid("one", ORG)), str(ctid("other", ORG))))
    for one in pair:
        node = {
            "@id": f"https://a.example/resources/{one}",
            "@type": ORG,
            "ceterms:ctid": one,
            "ceterms:name": {"en-US": "Harbor Institute"},
        }
        (tmp_path / f"{one}.json").write_bytes(raw({**node, "ceterms:fein": "12-3456789"}))
        assert cli("publish", str(tmp_path / f"{one}.json"), "--publisher", OWNER, *data).code == 0
    [proposed] = cli("duplicates", "--json", *data).json["pairs"]
    assert [proposed["first"], proposed["second"]] == pair
    assert "Both have the same number: FEIN 123456789." in cli("duplicates", *data).out
    [verdict] = cli("duplicates", "--confirm", *pair, "--json", *data).json
    assert (verdict["same"], verdict["actor"]) == (True, "cli:operator")
    assert cli("duplicates", "--json", *data).json["pairs"] == []
    assert cli("search", "harbor", "--json", *data).json["total"] == 1
    assert cli("duplicates", "--undo", *pair, *data).code == 0
    assert cli("search", "harbor", "--json", *data).json["total"] == 2
