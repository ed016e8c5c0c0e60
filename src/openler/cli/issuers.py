"""``openler issuers``: whom a verifier here knows, and from which lists."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from openler.actions.ports import Ports
from openler.actions.trust_ports import SourceKind
from openler.actions.verifying import issuers as actions
from openler.actions.verifying.trusting import IssuerStanding, judged_with, who_is
from openler.cli.exits import Exit
from openler.cli.options import AsJson, Data, Database, ctid, existing, opened
from openler.cli.terminal import Terminal
from openler.credentials.evidence import Evidence, Item, Kind
from openler.credentials.policy import Policy
from openler.errors import OpenlerError

ACTOR = "cli:operator"
_TIES = {
    "both": "tied both ways: each names the other",
    "did_only": "one side only: the issuer names the organization, whose description does not name the issuer",
    "organization_only": "one side only: the organization's description names the issuer, which does not name the organization",
    "none": "no tie: neither names the other",
    "unknown": "could not be compared: one of the two descriptions is not at hand",
}

issuers = typer.Typer(
    name="issuers", help="Issuers that are known here, and the lists that name them.", no_args_is_help=True, rich_markup_mode=None
)

Identifier = Annotated[str, typer.Argument(metavar="DID|URL", help="The issuer's identifier, as its records state it.")]


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(issuers)


@issuers.command("list")
def listing(
    all_issuers: Annotated[bool, typer.Option("--all", help="Every issuer on every list, not only the lists.")] = False,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Show the lists with their source and date, and whether they could be loaded."""
    terminal = Terminal(as_json=as_json)
    with opened(data, database) as ports:
        views = actions.lists(ports)
    if as_json:
        terminal.data([_told(view, whole=all_issuers) for view in views])
        return
    rows = [
        (
            one.source.name,
            one.source.kind.value,
            len(one.list.entries),
            f"{one.source.dated:%Y-%m-%d %H:%M}",
            one.source.failure or "",
            one.source.source,
        )
        for one in views
    ]
    terminal.table("", ("list", "kind", "issuers", "as of", "not loaded since", "source"), rows)
    if all_issuers:
        entries = [(each.name, one.source.name, identifier, each.ctid) for one in views for identifier, each in one.list.entries.items()]
        terminal.table("", ("issuer", "list", "identifier", "CTID"), sorted(entries))


@issuers.command("show")
def show(identifier: Identifier, data: Data = None, database: Database = None, as_json: AsJson = False) -> int:
    """Who is this issuer: which lists know it, and which organization it is. Exit code 1 if no list knows it."""
    terminal = Terminal(as_json=as_json)
    with opened(data, database) as ports:
        policy = judged_with(ports, Policy(), ports.clock.now())
        found = who_is(ports, identifier, policy, _looked_up(ports, identifier))
    if as_json:
        terminal.data({**_standing(found), "tie": found.tie.value})
    else:
        terminal.line(found.name or f"{identifier} is on no list")
        for each in found.listings:
            terminal.line(f"  on {'your own list' if each.list == found.here else each.list}, as of {each.dated:%Y-%m-%d}")
        for name in found.unavailable:
            terminal.line(f"  {name} could not be loaded in full")
        if found.ctid is not None:
            terminal.line(f"  organization: {found.organization or 'not published here'} ({found.ctid})")
            terminal.line(f"  {_TIES[found.tie.value]}")
    return Exit.DONE if found.listings else Exit.UNDETERMINED if found.unavailable else Exit.NEGATIVE


def _looked_up(ports: Ports, identifier: str) -> Evidence:
    """The issuer's own document, if it can be had."""
    from openler.credentials import dids  # noqa: PLC0415 - only this command looks one up

    try:
        for url in dids.addresses(identifier, ports.plain_origins):
            answer = ports.fetch.get(url, accept="application/did+json, application/json", limit=256 * 1024)
            return Evidence((Item(Kind.CONTROLLER, identifier, ports.clock.now(), url, answer.body),))
    except OpenlerError:
        pass  # it is told as not at hand
    return Evidence()


@issuers.command("add")
def add(
    identifier: Identifier,
    name: Annotated[str, typer.Option("--name", help="Who it is, as people call it.")],
    organization: Annotated[str | None, typer.Option("--ctid", metavar="CTID", help="Its organization in a registry.")] = None,
    url: Annotated[str, typer.Option("--url", help="Its home page.")] = "",
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Enter an issuer that you know into your own list, or change its entry."""
    terminal = Terminal(as_json=as_json)
    linked = ctid(organization) if organization else None
    with opened(data, database) as ports:
        made = actions.add(ports, identifier, name=name, ctid=linked, url=url, actor=ACTOR)
    if as_json:
        terminal.data({"identifier": identifier, "name": made.name, "url": made.url, "ctid": made.ctid or None})
    else:
        terminal.say(f"{made.name} is known here.")


@issuers.command("remove")
def remove(identifier: Identifier, data: Data = None, database: Database = None, as_json: AsJson = False) -> None:
    """Take an issuer off your own list."""
    terminal = Terminal(as_json=as_json)
    with opened(data, database) as ports:
        actions.remove(ports, identifier, actor=ACTOR)
    if as_json:
        terminal.data({"identifier": identifier, "removed": True})
    else:
        terminal.say("It is off the list. Lists of others may still name it.")


@issuers.command("import")
def import_list(
    source: Annotated[str, typer.Argument(metavar="URL|FILE", help="The list, or a federation's trust anchor.")],
    name: Annotated[str, typer.Option("--name", help="What the list is called in verdicts.")],
    form: Annotated[Literal["dcc", "federation"], typer.Option("--format", help="The DCC's JSON, or OpenID Federation.")] = "dcc",
    keys: Annotated[
        Path | None, typer.Option("--keys", metavar="FILE", help="The trust anchor's keys (a JWK set), got by a way you trust.")
    ] = None,
    anchor: Annotated[str, typer.Option("--anchor", metavar="URL", help="The trust anchor, where SOURCE is a file of trust chains.")] = "",
    mark: Annotated[str | None, typer.Option("--trust-mark", metavar="ID", help="Only members that carry this trust mark.")] = None,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Load a list of issuers and keep it; verdicts name it with its date."""
    terminal = Terminal(as_json=as_json)
    pinned = existing(keys).read_bytes() if keys is not None else None
    kind = SourceKind(form)
    with opened(data, database) as ports, terminal.progress("reading") as progress:
        view = actions.import_list(ports, name, source, kind, anchor=anchor, keys=pinned, mark=mark, actor=ACTOR, progress=progress)
    _loaded(terminal, view, as_json=as_json)


@issuers.command("refresh")
def refresh(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="One list; all of them where none is named.")] = None,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> int:
    """Load lists again. One that does not answer keeps its last copy and is told as not loaded; the exit code is then 4."""
    terminal = Terminal(as_json=as_json)
    with opened(data, database) as ports, terminal.progress("reading") as progress:
        names = [name] if name else [view.source.name for view in actions.lists(ports)]
        views = [actions.refresh(ports, each, actor=ACTOR, progress=progress) for each in names]
    if as_json:
        terminal.data([_told(view, whole=False) for view in views])
    else:
        for view in views:
            _loaded(terminal, view, as_json=False)
    return Exit.UNAVAILABLE if any(view.source.failure for view in views) else Exit.DONE


@issuers.command("drop")
def drop(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The list's name.")],
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Forget a list."""
    terminal = Terminal(as_json=as_json)
    with opened(data, database) as ports:
        actions.drop(ports, name, actor=ACTOR)
    if as_json:
        terminal.data({"list": name, "dropped": True})
    else:
        terminal.say("The list is forgotten.")


def _loaded(terminal: Terminal, view: actions.ListView, *, as_json: bool) -> None:
    if as_json:
        terminal.data(_told(view, whole=False))
        return
    source = view.source
    if source.failure is not None:
        terminal.say(f"{source.name}: {terminal.sentence(source.failure)} The copy of {source.dated:%Y-%m-%d} stays. [{source.failure}]")
        return
    terminal.line(f"{source.name}: {len(view.list.entries)} identifiers, as of {source.dated:%Y-%m-%d %H:%M}")
    for each in view.list.left_out:
        terminal.say(f"  left out: {each}")


def _told(view: actions.ListView, *, whole: bool) -> dict[str, object]:
    source, found = view.source, view.list
    told = {
        "list": source.name, "kind": source.kind.value, "source": source.source, "issuers": len(found.entries), "asOf": source.dated,
        "checked": source.checked, "failure": source.failure, "updated": found.updated or None, "leftOut": list(found.left_out),
    }  # fmt: skip
    return told | ({"entries": dict(found.entries)} if whole else {})


def _standing(found: IssuerStanding) -> dict[str, object]:
    return {
        "identifier": found.identifier, "name": found.name or None, "unavailable": list(found.unavailable), "ctid": found.ctid,
        "lists": [{"name": each.list, "asOf": each.dated} for each in found.listings], "organization": found.organization or None,
    }  # fmt: skip
