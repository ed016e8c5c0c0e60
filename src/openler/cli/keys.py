"""``openler key``: make, list and retire signing keys."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from openler.cli.options import AsJson, Data, Database, opened
from openler.cli.terminal import Terminal

Kind = Literal["Ed25519", "P-256", "P-384"]

keys = typer.Typer(name="key", help="Signing keys, encrypted at rest.", no_args_is_help=True, rich_markup_mode=None)


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(keys)


@keys.command("create")
def create(
    name: Annotated[str, typer.Argument(help="What to call it.")],
    kind: Annotated[Kind, typer.Option("--type", help="The kind of key.")] = "Ed25519",
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Make a key; its secret never leaves the data directory."""
    terminal = Terminal(as_json=as_json)
    with opened(data, database) as ports:
        made = ports.keys.create(name, kind, at=ports.clock.now())
    if as_json:
        terminal.data({**vars_of(made)})
    else:
        terminal.line(made.uri)


@keys.command("list")
def listing(data: Data = None, database: Database = None, as_json: AsJson = False) -> None:
    """List the keys, retired ones included."""
    terminal = Terminal(as_json=as_json)
    with opened(data, database) as ports:
        found = ports.keys.keys()
    if as_json:
        terminal.data([vars_of(key) for key in found])
        return
    rows = [(key.name, key.key_type, f"{key.created:%Y-%m-%d}", f"{key.retired:%Y-%m-%d}" if key.retired else "", key.uri) for key in found]
    terminal.table("", ("name", "type", "created", "retired", "URI"), rows)


@keys.command("retire")
def retire(
    name: Annotated[str, typer.Argument(help="The key's name.")], data: Data = None, database: Database = None, as_json: AsJson = False
) -> None:
    """Stop signing with a key. What it signed stays verifiable."""
    terminal = Terminal(as_json=as_json)
    with opened(data, database) as ports:
        retired = ports.keys.retire(name, at=ports.clock.now())
    if as_json:
        terminal.data(vars_of(retired))
    else:
        terminal.say(f"The key {retired.name} is retired.")


def vars_of(key: object) -> dict[str, object]:
    """A key as JSON: the public key in hexadecimal, which is how tools compare keys."""
    return {
        name: value.hex() if isinstance(value := getattr(key, name), bytes) else value
        for name in ("name", "uri", "key_type", "public_key", "created", "retired")
    }
