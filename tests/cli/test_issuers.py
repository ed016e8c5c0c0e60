"""``openler issuers``: enter, import, look up and forget, as an operator does it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Cli

DID = "did:key:z6MkpLDL3RoAoMRTwTgo3rs39ZwssfaPKtGdZw7AGRN7CK4W"


def test_an_issuer_is_entered_looked_up_and_taken_off(cli: Cli) -> None:
    assert cli("issuers", "show", DID).code == 1
    assert cli("issuers", "add", DID, "--name", "Union Hall").code == 0
    shown = cli("issuers", "show", DID, "--json")
    assert (shown.code, shown.json["name"], shown.json["lists"][0]["name"]) == (0, "Union Hall", "localhost:8000")
    assert cli("issuers", "remove", DID).code == 0
    assert cli("issuers", "show", DID).code == 1
    assert "[trust.issuer_unknown]" in cli("issuers", "remove", DID).err


def test_a_list_is_imported_shown_refreshed_and_dropped(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "registry.json"
    file.write_text(json.dumps({"meta": {}, "registry": {DID: {"name": "My University"}, "nobody": {}}}))
    made = cli("issuers", "import", file, "--name", "State list")
    assert (made.code, "State list: 1 identifiers" in made.out, "left out: nobody" in made.err) == (0, True, True)
    assert "My University" in cli("issuers", "list", "--all").out
    assert cli("issuers", "list", "--all", "--json").json[0]["entries"][DID]["name"] == "My University"
    file.unlink()
    again = cli("issuers", "refresh")
    assert (again.code, "stays" in again.err) == (4, True)
    assert cli("issuers", "show", "did:web:elsewhere.example").code == 3
    assert cli("issuers", "drop", "State list").code == 0
    assert cli("issuers", "list", "--json").json == []


def test_a_federation_is_believed_by_its_pinned_keys_alone(cli: Cli) -> None:
    ended = cli("issuers", "import", "https://anchor.example", "--name", "F", "--format", "federation")
    assert (ended.code, "[trust.keys_missing]" in ended.err) == (2, True)
