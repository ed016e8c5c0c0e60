"""``openler token``: who may write over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from openler.access.organisation import Role
from openler.actions.registry import tokens as action
from openler.cli.options import AsJson, Data, Database, ctid, opened
from openler.cli.terminal import Terminal

ACTOR = "cli:operator"

tokens = typer.Typer(name="token", help="Tokens by which organizations write over HTTP.", no_args_is_help=True, rich_markup_mode=None)


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(tokens)


@tokens.command("create")
def create(
    organization: Annotated[str, typer.Argument(metavar="CTID", help="The organization it is for.")],
    name: Annotated[str, typer.Option("--name", help="The organization's name.")],
    role: Annotated[list[Role], typer.Option("--role", help="What it may do; may be repeated.")],
    label: Annotated[str, typer.Option("--label", help="What the token is for.")] = "command line",
    days: Annotated[int, typer.Option("--days", min=1, max=3650, help="How long it is good.")] = 365,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Make a token and show it, this once."""
    terminal = Terminal(as_json=as_json)
    with opened(data, database) as ports:
        owner = ctid(organization)
        action.add_organisation(ports, owner, name=name, roles=role, actor=ACTOR)
        expires = ports.clock.now() + timedelta(days=days)
        stored, secret = action.create_token(ports, owner, roles=role, label=label, expires=expires, actor=ACTOR)
    if as_json:
        terminal.data({"token": secret.reveal(), "id": stored.public_id, "organization": owner, "roles": role, "expires": expires})
    else:
        terminal.line(secret.reveal())
        terminal.say("Keep it safe: it is not shown again.")


@tokens.command("list")
def listing(data: Data = None, database: Database = None, as_json: AsJson = False) -> None:
    """List tokens, ended ones included."""
    terminal = Terminal(as_json=as_json)
    with opened(data, database) as ports:
        found = action.list_tokens(ports)
    rows = [(one.public_id, one.organisation, ", ".join(one.roles), one.label, one.expires, one.revoked) for one in found]
    names = ("id", "organization", "roles", "label", "expires", "revoked")
    if as_json:
        terminal.data([dict(zip(names, row, strict=True)) for row in rows])
    else:
        terminal.table("", names, rows)


@tokens.command("revoke")
def revoke(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="The token's public id.")],
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """End a token at once."""
    terminal = Terminal(as_json=as_json)
    with opened(data, database) as ports:
        ended = action.revoke_token(ports, identifier, actor=ACTOR)
    if as_json:
        terminal.data({"id": identifier, "ended_now": ended})
        return
    terminal.say("The token is ended." if ended else "It had ended before.")
