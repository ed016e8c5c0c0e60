"""``openler wallet``: hold records, whoever issued them, and take them along."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from openler.actions.holding import hold
from openler.actions.holding.ler_rs import MAX_FILE, export_ler_rs, import_ler_rs
from openler.cli.exits import Exit
from openler.cli.holder import ACTOR, PassphraseFile, Wallet, chosen_passphrase, key_of, passphrase
from openler.cli.options import AsJson, Data, Database, existing, opened
from openler.cli.terminal import Terminal
from openler.config import write_private
from openler.credentials.baked import MAX_IMAGE
from openler.errors import Malformed, Misused, declare
from openler.holding import experience as own_words
from openler.holding.record import Record
from openler.ids import Ctid
from openler.linkeddata.parse import parse_json

NOT_CONFIRMED = declare("cli.not_confirmed", by=__name__)
TITLE_MISSING = declare("cli.experience_missing", by=__name__)
NOT_AN_OBJECT = declare("cli.experience_not_an_object", by=__name__)

STDIN = "-"
_KINDS = {"credential": "issued by others", "self_asserted": "your own words"}
_MAX_STATEMENT = 200_000
_LEFT = {
    "section": "a wallet has no place for it", "shape": "it is not an entry", "reference": "it only points to a record elsewhere",
    "nothing said": "it says nothing to keep", "too many": "more than one statement can hold",
}  # fmt: skip

wallet = typer.Typer(
    name="wallet",
    help="Hold your records: those that others issued to you, and experience in your own words. A wallet is encrypted; nobody opens it "
    "without its passphrase.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(wallet)


@wallet.command("create")
def create(
    name: Wallet, passphrase_file: PassphraseFile = None, data: Data = None, database: Database = None, as_json: AsJson = False
) -> None:
    """Make a wallet. Choose a passphrase you will remember: without it nobody can open the wallet again."""
    terminal = Terminal(as_json=as_json)
    chosen = chosen_passphrase(passphrase_file, environment=True)
    with opened(data, database) as ports:
        made = hold.create_wallet(ports, name, chosen.reveal(), actor=ACTOR)
    if as_json:
        terminal.data({"wallet": name, "holder": made.holder_id, "created": made.created})
    else:
        terminal.line(made.holder_id)
        terminal.say(f"The wallet {name} is made. Keep its passphrase: nobody can give it back to you.")


@wallet.command("list")
def listing(
    name: Wallet, passphrase_file: PassphraseFile = None, data: Data = None, database: Database = None, as_json: AsJson = False
) -> None:
    """List the records in a wallet, and what waits to be taken in."""
    terminal = Terminal(as_json=as_json)
    with opened(data, database) as ports:
        key = key_of(ports, name, passphrase_file)
        records, waits = hold.collection(ports, key).records, hold.waiting(ports, key)
    if as_json:
        terminal.data({"records": [_told(one) for one in records], "waiting": [_told_waiting(one) for one in waits]})
        return
    rows = [(one.record_id, one.name, _KINDS[one.kind], f"{one.added:%Y-%m-%d}") for one in records]
    if rows:
        terminal.table("", ("record", "name", "kind", "added"), rows)
    else:
        terminal.say("There is nothing in it yet.")
    _say_waiting(terminal, waits)


@wallet.command("take-in")
def take_in(
    name: Wallet, passphrase_file: PassphraseFile = None, data: Data = None, database: Database = None, as_json: AsJson = False
) -> int:
    """Take in what issuers left for you. Exit code 1 if something could not be taken in; it stays, and the list tells why."""
    terminal = Terminal(as_json=as_json)
    with opened(data, database) as ports:
        key = key_of(ports, name, passphrase_file)
        taken = hold.take_in(ports, key)
        left = hold.waiting(ports, key)
    if as_json:
        terminal.data({"records": [_told(one) for one in taken], "waiting": [_told_waiting(one) for one in left]})
    else:
        _lines(terminal, taken)
        terminal.say(f"Taken in: {len(taken)}.")
        _say_waiting(terminal, left)
    return Exit.NEGATIVE if left else Exit.DONE


@wallet.command("add")
def add(
    what: Annotated[list[str], typer.Argument(metavar="PATH|-...", help="Files (JSON, JWT, PNG or SVG badges), or - for standard input.")],
    name: Wallet,
    passphrase_file: PassphraseFile = None,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Add records that you have as files. Whether they are real and current is for openler verify to say."""
    terminal = Terminal(as_json=as_json)
    brought = [_read(one) for one in what]
    with opened(data, database) as ports:
        key = key_of(ports, name, passphrase_file)
        added = [hold.add_credential(ports, key, content) for content in brought]
    _show(terminal, added)


@wallet.command("experience")
def experience(
    name: Wallet,
    title: Annotated[str, typer.Option("--title", help="What you did, such as: Forklift driver.")] = "",
    organization: Annotated[str, typer.Option("--organization", help="Where or for whom.")] = "",
    started: Annotated[str, typer.Option("--from", metavar="DATE", help="When it began: 2019, 2019-04 or 2019-04-30.")] = "",
    ended: Annotated[str, typer.Option("--until", metavar="DATE", help="When it ended; leave it out if it goes on.")] = "",
    description: Annotated[str, typer.Option("--description", help="In your own words.")] = "",
    skill: Annotated[list[str] | None, typer.Option("--skill", help="A skill, in words or as a published CTID; may be repeated.")] = None,
    file: Annotated[Path | None, typer.Option("--file", help="Read all of it from a JSON file instead.")] = None,
    passphrase_file: PassphraseFile = None,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Add experience in your own words. It is always shown as your own word, apart from what others issued."""
    terminal = Terminal(as_json=as_json)
    if file is not None:
        given: Any = parse_json(existing(file).read_bytes(), max_bytes=_MAX_STATEMENT)
        if not isinstance(given, dict):
            raise Malformed(NOT_AN_OBJECT, place=str(file))
    elif title:
        skills = [{"competency": str(found)} if (found := Ctid.within(one)) else one for one in skill or ()]
        given = {"title": title, "organisation": organization, "started": started, "ended": ended, "description": description}
        given["skills"] = skills
    else:
        raise Misused(TITLE_MISSING)
    statement = own_words.parse(given)
    with opened(data, database) as ports:
        _show(terminal, [hold.add_experience(ports, key_of(ports, name, passphrase_file), statement)])


@wallet.command("remove")
def remove(
    record: Annotated[str, typer.Argument(metavar="RECORD", help="The record's id, as openler wallet list shows it.")],
    name: Wallet,
    passphrase_file: PassphraseFile = None,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Remove one record. Links that show it go on until they end: openler share withdraw."""
    terminal = Terminal(as_json=as_json)
    with opened(data, database) as ports:
        hold.remove_record(ports, key_of(ports, name, passphrase_file), record)
    _done(terminal, {"removed": record}, "The record is removed.")


@wallet.command("import")
def import_records(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An LER-RS file, as hiring systems write it.")],
    name: Wallet,
    passphrase_file: PassphraseFile = None,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Take in an LER-RS file: its credentials as they are, the rest as your own words."""
    terminal = Terminal(as_json=as_json)
    with existing(file).open("rb") as opened_file:
        content = opened_file.read(MAX_FILE + 1)
    with opened(data, database) as ports:
        taken = import_ler_rs(ports, key_of(ports, name, passphrase_file), content)
    if as_json:
        terminal.data(
            {"records": [_told(one) for one in taken.records], "left": [{"place": place, "reason": why} for place, why in taken.left]}
        )
        return
    _lines(terminal, taken.records)
    terminal.say(f"Taken in: {len(taken.records)}.")
    for place, why in taken.left:
        terminal.say(f"  not taken in: {place} ({_LEFT.get(why, why)})")


@wallet.command("export")
def export(
    name: Wallet,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write it here, readable by you alone.")] = None,
    form: Annotated[
        Literal["openler", "ler-rs"],
        typer.Option(
            "--format", help="Everything, for another wallet like this (openler); or the records alone, for hiring systems (ler-rs)."
        ),
    ] = "openler",
    passphrase_file: PassphraseFile = None,
    data: Data = None,
    database: Database = None,
) -> None:
    """Write everything you hold into one JSON file to take with you: records, links, who looked, consents."""
    with opened(data, database) as ports:
        key = key_of(ports, name, passphrase_file)
        content = hold.export(ports, key) if form == "openler" else export_ler_rs(ports, key)
    if out is None:
        sys.stdout.write(content.decode() + "\n")
        return
    write_private(out, content)
    Terminal().say(f"Everything in the wallet {name} is in {out}. It is not encrypted there: keep it safe.")


@wallet.command("passphrase")
def change_passphrase(
    name: Wallet,
    passphrase_file: PassphraseFile = None,
    new_file: Annotated[
        Path | None, typer.Option("--new-passphrase-file", metavar="FILE", help="Read the new passphrase from FILE instead of being asked.")
    ] = None,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Change the passphrase, and sign out everywhere."""
    terminal = Terminal(as_json=as_json)
    old, new = passphrase(passphrase_file), chosen_passphrase(new_file, environment=False)
    with opened(data, database) as ports:
        hold.change_passphrase(ports, name, old.reveal(), new.reveal(), actor=ACTOR)
    _done(terminal, {"wallet": name, "changed": True}, "The passphrase is changed.")


@wallet.command("delete")
def delete(
    name: Wallet,
    sure: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    passphrase_file: PassphraseFile = None,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> int:
    """Delete a wallet with all that is in it, for good. Links from it stop at once."""
    terminal = Terminal(as_json=as_json)
    with opened(data, database) as ports:
        key = key_of(ports, name, passphrase_file)
        if not sure:
            if not sys.stdin.isatty():
                raise Misused(NOT_CONFIRMED)
            if not typer.confirm(f"Delete the wallet {name} and everything in it, for good?", err=True):
                terminal.say("Nothing was deleted.")
                return Exit.INTERRUPTED
        hold.delete_wallet(ports, key, actor=ACTOR)
    _done(terminal, {"deleted": name}, f"The wallet {name} is deleted.")
    return Exit.DONE


def _read(one: str) -> bytes:
    if one == STDIN:
        return sys.stdin.buffer.read(MAX_IMAGE + 1)
    with existing(Path(one)).open("rb") as file:
        return file.read(MAX_IMAGE + 1)


def _told(one: Record) -> dict[str, Any]:
    told: dict[str, Any] = {"record": one.record_id, "name": one.name, "kind": one.kind, "added": one.added, "source": one.source}
    return told | ({"statement": one.statement.as_json()} if one.statement is not None else {})


def _told_waiting(one: hold.Waiting) -> dict[str, Any]:
    return {"deposit": one.deposit_id, "deposited": one.deposited, "name": one.record and one.record.name, "fault": one.fault}


def _say_waiting(terminal: Terminal, waits: tuple[hold.Waiting, ...]) -> None:
    ready = sum(1 for one in waits if one.record is not None)
    if ready:
        terminal.say(f"Waiting to be taken in: {ready}. Take them in with: openler wallet take-in")
    for one in waits:
        if one.fault is not None:
            terminal.say(f"Left on {one.deposited:%Y-%m-%d} and not taken in: {terminal.sentence(one.fault)} [{one.fault}]")


def _lines(terminal: Terminal, records: list[Record] | tuple[Record, ...]) -> None:
    for one in records:
        terminal.line(f"{one.record_id}  {one.name}")


def _show(terminal: Terminal, records: list[Record]) -> None:
    if terminal.as_json:
        terminal.data([_told(one) for one in records])
    else:
        _lines(terminal, records)


def _done(terminal: Terminal, told: dict[str, Any], sentence: str) -> None:
    if terminal.as_json:
        terminal.data(told)
    else:
        terminal.say(sentence)
