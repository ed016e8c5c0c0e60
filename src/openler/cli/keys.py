"""``openler key``: make, list, replace and retire signing keys."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import typer

from openler.actions.issuing import keys as action
from openler.cli.options import AsJson, Data, Database, opened
from openler.cli.terminal import Terminal
from openler.credentials.times import parse_time
from openler.errors import Malformed, Misused, declare

TIME_MALFORMED = declare("keys.time_malformed", by=__name__)

Kind = Literal["Ed25519", "P-256", "P-384"]
ACTOR = "cli:operator"
_DAY = 10

Name = Annotated[str, typer.Argument(help="The key's name.")]
Since = Annotated[
    str | None,
    typer.Option(
        "--compromised-since",
        metavar="TIME",
        help="The key was stolen or lost: the moment from which on it may have been somebody else's, such as 2026-05-31.",
    ),
]

keys = typer.Typer(name="key", help="Signing keys, encrypted at rest.", no_args_is_help=True, rich_markup_mode=None)


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(keys)


@keys.command("create")
def create(
    name: Annotated[str, typer.Argument(help="What to call it.")],
    kind: Annotated[Kind, typer.Option("--type", help="The kind of key.")] = "Ed25519",
    uri: Annotated[
        str | None, typer.Option("--uri", metavar="URI", help="Make it in a token instead, such as pkcs11:token=College;object=issuer.")
    ] = None,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Make a key. Its secret never leaves the data directory, or the token."""
    with opened(data, database) as ports:
        if uri is not None:
            ports.keys.generate(uri, kind)
        now = ports.clock.now()
        made = ports.keys.create(name, kind, at=now) if uri is None else ports.keys.add(name, uri, at=now)
    _made(made, as_json=as_json)


@keys.command("add")
def add(
    name: Annotated[str, typer.Argument(help="What to call it.")],
    uri: Annotated[
        str, typer.Option("--uri", metavar="URI", help="Where the key is, such as pkcs11:token=College;object=issuer or env:ISSUER_KEY.")
    ],
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Name a key that is held elsewhere. It gets dates here; its secret stays there."""
    with opened(data, database) as ports:
        made = ports.keys.add(name, uri, at=ports.clock.now())
    _made(made, as_json=as_json)


def _made(made: object, *, as_json: bool) -> None:
    terminal = Terminal(as_json=as_json)
    if as_json:
        terminal.data({**vars_of(made)})
    else:
        terminal.line(str(getattr(made, "uri", "")))


@keys.command("list")
def listing(data: Data = None, database: Database = None, as_json: AsJson = False) -> None:
    """List the keys, retired ones included."""
    terminal = Terminal(as_json=as_json)
    with opened(data, database) as ports:
        found = ports.keys.keys()
    if as_json:
        terminal.data([vars_of(key) for key in found])
        return
    dates = [[f"{moment:%Y-%m-%d}" if moment else "" for moment in (key.created, key.retired, key.compromised)] for key in found]
    rows = [(key.name, key.key_type, *when, key.uri, key.held or "") for key, when in zip(found, dates, strict=True)]
    terminal.table("", ("name", "type", "created", "retired", "compromised", "URI", "held in"), rows)


@keys.command("rotate")
def rotate(
    name: Name,
    kind: Annotated[Kind | None, typer.Option("--type", help="The kind of the next key; the same kind if left out.")] = None,
    uri: Annotated[
        str | None,
        typer.Option("--uri", metavar="URI", help="Where the next key is held, such as in a token, which makes it if it is not there yet."),
    ] = None,
    since: Since = None,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Put the next key in a key's place. Who signed with it signs with that one, and what it signed stays verifiable."""
    terminal = Terminal(as_json=as_json)
    compromised = None if since is None else _moment(since)
    with opened(data, database) as ports:
        done = action.rotate(ports, name, actor=ACTOR, key_type=kind, uri=uri, compromised=compromised)
    if as_json:
        told = {"retired": vars_of(done.retired), "successor": vars_of(done.successor), "organizations": list(done.organizations)}
        terminal.data(told)
        return
    terminal.line(done.successor.uri)
    who = ", ".join(done.organizations)
    terminal.say(f"The key {done.retired.name} is retired; {done.successor.name} signs from now on" + (f", for {who}." if who else "."))
    _say_compromised(terminal, done.retired.compromised)


@keys.command("retire")
def retire(
    name: Name,
    since: Since = None,
    anyway: Annotated[bool, typer.Option("--anyway", help="Even if an organization signs with it, and could then sign nothing.")] = False,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Stop signing with a key. What it signed stays verifiable."""
    terminal = Terminal(as_json=as_json)
    compromised = None if since is None else _moment(since)
    with opened(data, database) as ports:
        retired = action.retire(ports, name, compromised=compromised, anyway=anyway)
    if as_json:
        terminal.data(vars_of(retired))
    else:
        terminal.say(f"The key {retired.name} is retired.")
        _say_compromised(terminal, retired.compromised)


def _say_compromised(terminal: Terminal, since: datetime | None) -> None:
    if since is not None:
        terminal.say(
            f"It counts as compromised since {since:%Y-%m-%d %H:%M} UTC: records dated from then on are no longer valid. "
            "Older ones stay valid if they were issued here, for the list of what was issued before shows it."
        )


def _moment(text: str) -> datetime:
    """A moment, or the beginning of a day in UTC. :raises Misused: ``keys.time_malformed``"""
    try:
        return parse_time(f"{text}T00:00:00Z" if len(text) == _DAY else text)
    except Malformed:
        raise Misused(TIME_MALFORMED, place="--compromised-since", seen=text[:40]) from None


def vars_of(key: object) -> dict[str, object]:
    """A key as JSON: the public key in hexadecimal, which is how tools compare keys."""
    return {
        name: value.hex() if isinstance(value := getattr(key, name), bytes) else value
        for name in ("name", "uri", "key_type", "public_key", "created", "retired", "compromised", "held")
    }
