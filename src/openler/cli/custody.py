"""``openler custody``: keep what issuers publish, for the day when one closes; and believe others who do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer

from openler.actions.issuing import identity as identities
from openler.actions.verifying import custodian_trust
from openler.actions.verifying import custody as actions
from openler.actions.verifying.custodians import history
from openler.actions.verifying.trusting import custodians
from openler.cli.exits import Exit
from openler.cli.options import AsJson, Data, Database, ctid, opened
from openler.cli.terminal import Terminal

ACTOR = "cli:operator"

custody = typer.Typer(
    name="custody", help="Keep what issuers publish, so that records outlive them.", no_args_is_help=True, rich_markup_mode=None
)


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(custody)


@custody.command("add")
def add(
    what: Annotated[list[str], typer.Argument(metavar="DID|URL|RECORD...", help="An issuer, an address, or records that it issued.")],
    custodian: Annotated[str, typer.Option("--custodian", metavar="CTID", help="The organization that keeps and signs; published here.")],
    key: Annotated[str, typer.Option("--key", metavar="URI", help="The key it signs with, such as file:agency.")],
    did: Annotated[Literal["web", "key"], typer.Option("--did", help="The kind of identifier it signs as.")] = "web",
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> int:
    """Take signed snapshots: keys, status lists and descriptions. A record is read for what it needs and is not kept."""
    terminal = Terminal(as_json=as_json)
    keeper = ctid(custodian)
    found: list[actions.Taken] = []
    with opened(data, database) as ports:
        identities.link(ports, keeper, key=key, form=did, actor=ACTOR)
        for one in what:
            if Path(one).is_file():
                found += actions.take_for_record(ports, Path(one).read_bytes(), custodian=keeper, actor=ACTOR)
            else:
                found += actions.take(ports, one, custodian=keeper, actor=ACTOR)
    return _taken(terminal, found, as_json=as_json)


@custody.command("refresh")
def refresh(data: Data = None, database: Database = None, as_json: AsJson = False) -> int:
    """Look again at everything that is kept; run it daily. Exit code 4 where something did not answer."""
    terminal = Terminal(as_json=as_json)
    with opened(data, database) as ports, terminal.progress("looking") as progress:
        found = actions.refresh(ports, actor=ACTOR, progress=progress)
    return _taken(terminal, found, as_json=as_json)


@custody.command("list")
def listing(data: Data = None, database: Database = None, as_json: AsJson = False) -> None:
    """List what is kept: every address with its newest snapshot."""
    terminal = Terminal(as_json=as_json)
    with opened(data, database) as ports:
        held = ports.trust.held()
        told = custodian_trust.closed_here(ports)
    if as_json:
        terminal.data(told)
        return
    rows = [
        (
            each.issuer,
            each.kind,
            f"{each.taken:%Y-%m-%d %H:%M}",
            "continued" if each.continued else "final" if each.final else "",
            each.address,
        )
        for each in sorted(held, key=lambda each: (each.issuer, each.address))
    ]
    terminal.table("", ("issuer", "kind", "as of", "closed", "address"), rows)


@custody.command("show")
def show(
    address: Annotated[str, typer.Argument(metavar="URL", help="An address that is kept.")],
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Show all snapshots of an address, oldest first."""
    terminal = Terminal(as_json=as_json)
    with opened(data, database) as ports:
        found = history(ports, address)
    if as_json:
        terminal.data(found)
        return
    rows = [(each["snapshot"], each["statement"]["taken"], each["statement"]["digest"][7:19], each["statement"]["final"]) for each in found]
    terminal.table("", ("snapshot", "taken", "digest", "final"), [tuple(map(str, row)) for row in rows])


@custody.command("close")
def close(
    issuer: Annotated[str, typer.Argument(metavar="DID", help="The issuer's identifier, as openler custody list shows it.")],
    reason: Annotated[str, typer.Option("--reason", help="Why, and by whose word; kept in the audit.")],
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """State that an issuer is closed: its last snapshots stand for good."""
    terminal = Terminal(as_json=as_json)
    with opened(data, database) as ports:
        made = actions.close(ports, issuer, reason=reason, actor=ACTOR)
    if as_json:
        terminal.data({"issuer": issuer, "final": [each.address for each in made]})
    else:
        terminal.say(f"{issuer} is closed; the last snapshots of {len(made)} addresses stand for good.")


@custody.command("revoke")
def revoke(
    record: Annotated[Path, typer.Argument(metavar="RECORD", exists=True, dir_okay=False, help="The record, as its holder has it.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; kept in the audit.")],
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Revoke a record of a closed issuer, as its successor."""
    terminal = Terminal(as_json=as_json)
    with opened(data, database) as ports:
        made = actions.revoke(ports, record.read_bytes(), reason=reason, actor=ACTOR)
    if as_json:
        terminal.data({"revoked": True, "lists": [each.address for each in made]})
    else:
        terminal.say("It is revoked: whoever believes this custodian sees it from now on.")


@custody.command("trust")
def trust(
    address: Annotated[str, typer.Argument(metavar="URL", help="Where the custodian answers.")],
    did: Annotated[str, typer.Option("--did", help="The identifier it signs as, got by a way you trust.")],
    name: Annotated[str, typer.Option("--name", help="What it is called in verdicts.")],
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Believe a custodian about issuers that fall silent; again, to learn which issuers have closed since."""
    terminal = Terminal(as_json=as_json)
    with opened(data, database) as ports:
        made = custodian_trust.believe(ports, address, did=did, name=name, actor=ACTOR)
    if as_json:
        terminal.data(made)
    else:
        terminal.say(f"{made.name} is believed; of {made.closed} addresses it says that their issuer is closed.")


@custody.command("distrust")
def distrust(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The custodian's name.")],
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """No longer believe a custodian."""
    terminal = Terminal(as_json=as_json)
    with opened(data, database) as ports:
        custodian_trust.disbelieve(ports, name, actor=ACTOR)
    if as_json:
        terminal.data({"custodian": name, "trusted": False})
    else:
        terminal.say(f"{name} is no longer believed.")


@custody.command("trusted")
def trusted(data: Data = None, database: Database = None, as_json: AsJson = False) -> None:
    """List the custodians that are believed."""
    terminal = Terminal(as_json=as_json)
    with opened(data, database) as ports:
        found = custodians(ports)
    if as_json:
        terminal.data([{"name": each.name, "did": each.did, "address": each.address, "closed": sorted(each.closed)} for each in found])
    else:
        terminal.table("", ("name", "address", "closed", "DID"), [(each.name, each.address, len(each.closed), each.did) for each in found])


def _taken(terminal: Terminal, found: Sequence[actions.Taken], *, as_json: bool) -> int:
    failed = [each for each in found if each.snapshot is None]
    if as_json:
        terminal.data([
            {"address": each.address, "taken": each.snapshot.taken if each.snapshot else None, "changed": each.changed, "code": each.code}
            for each in found
        ])  # fmt: skip
    else:
        for each in found:
            if each.snapshot is not None:
                terminal.line(
                    f"kept {each.snapshot.kind} of {each.snapshot.issuer}: {each.address}" + (" (changed)" if each.changed else "")
                )
        for each in failed:
            terminal.say(f"not kept: {each.address} [{each.code}]")
    return Exit.UNAVAILABLE if failed else Exit.DONE
