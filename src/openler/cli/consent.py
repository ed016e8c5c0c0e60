"""``openler consent``: let an agency or a partner use what your records show, and take it back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

from openler.actions.holding import consent as action
from openler.actions.holding.collection import collection
from openler.cli.holder import ACTOR, PassphraseFile, Wallet, key_of
from openler.cli.options import AsJson, Data, Database, opened
from openler.cli.share import Until, end_of
from openler.cli.terminal import Terminal
from openler.holding.consent import Consent

DEFAULT_DAYS = 90

consents = typer.Typer(
    name="consent",
    help="Let somebody use the skills that your records verify, such as to look for jobs that fit. You sign what you allow, see what "
    "stands, and can end it at any time.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(consents)


@consents.command("give")
def give(
    name: Wallet,
    party: Annotated[str, typer.Option("--party", help="Who may use them.")],
    purpose: Annotated[str, typer.Option("--purpose", help="What for.")],
    record: Annotated[
        list[str] | None, typer.Option("--record", metavar="ID", help="A record, as openler wallet list shows it; may be repeated.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Use every record that others issued to you.")] = False,
    until: Until = "",
    days: Annotated[int, typer.Option("--days", min=1, max=731, help="How long it stands, where no day is given.")] = DEFAULT_DAYS,
    passphrase_file: PassphraseFile = None,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Release the skills that records verify, for matching. The records themselves, your name and your own words stay with you."""
    terminal = Terminal(as_json=as_json)
    with opened(data, database) as ports:
        expires = end_of(until, ports, days)
        key = key_of(ports, name, passphrase_file)
        chosen = [one.record_id for one in collection(ports, key).credentials] if everything else record or []
        given = action.release(ports, key, chosen, purpose=purpose, party=party, expires=expires, actor=ACTOR)
        now = ports.clock.now()
    if as_json:
        terminal.data(_told(given, now))
    else:
        terminal.line(given.consent_id)
        terminal.say(f"It stands until {given.expires:%Y-%m-%d}. End it with: openler consent withdraw {given.consent_id}")


@consents.command("list")
def listing(
    name: Wallet, passphrase_file: PassphraseFile = None, data: Data = None, database: Database = None, as_json: AsJson = False
) -> None:
    """List what you allowed, ended consents included."""
    terminal = Terminal(as_json=as_json)
    with opened(data, database) as ports:
        found, now = action.releases(ports, key_of(ports, name, passphrase_file)), ports.clock.now()
    if as_json:
        terminal.data([_told(one, now) for one in found])
        return
    rows = [(one.consent_id, _state(one, now), one.party, one.purpose, len(one.records), f"{one.expires:%Y-%m-%d}") for one in found]
    if rows:
        terminal.table("", ("consent", "state", "party", "purpose", "records", "until"), rows)
    else:
        terminal.say("Nothing is allowed to anybody yet.")


@consents.command("withdraw")
def withdraw(
    consent_id: Annotated[str, typer.Argument(metavar="CONSENT", help="The consent's id, as openler consent list shows it.")],
    name: Wallet,
    passphrase_file: PassphraseFile = None,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """End a consent at once and delete what it released."""
    terminal = Terminal(as_json=as_json)
    with opened(data, database) as ports:
        stood = action.withdraw_release(ports, key_of(ports, name, passphrase_file), consent_id, actor=ACTOR)
    if as_json:
        terminal.data({"consent": consent_id, "stood": stood})
    else:
        terminal.say("The consent is ended." if stood else "It had ended before.")


def _state(one: Consent, now: datetime) -> str:
    return "stands" if one.stands(now) else "withdrawn" if one.withdrawn is not None else "ended"


def _told(one: Consent, now: datetime) -> dict[str, Any]:
    return {
        "consent": one.consent_id, "state": _state(one, now), "party": one.party, "purpose": one.purpose, "scope": one.scope,
        "records": list(one.records), "given": one.given, "expires": one.expires, "withdrawn": one.withdrawn,
        "signature": one.signature.hex(),
    }  # fmt: skip
