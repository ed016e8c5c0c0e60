"""Tokens from the command line: shown once, listed without their secret, ended for good."""

from __future__ import annotations

from tests.cli.conftest import Cli
from tests.support.ctdl import OWNER


def test_a_token_is_shown_once_and_ended_once(cli: Cli) -> None:
    made = cli("token", "create", OWNER, "--name", "Tests College", "--role", "publisher", "--json").json
    listed = cli("token", "list", "--json")

    assert [one["id"] for one in listed.json] == [made["id"]]
    assert made["token"] not in listed.out
    assert [cli("token", "revoke", made["id"], "--json").json for _ in range(2)] == [
        {"id": made["id"], "ended_now": True},
        {"id": made["id"], "ended_now": False},
    ]
