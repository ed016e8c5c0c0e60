"""``openler share``: let somebody see chosen records, for a purpose, until a day."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any

import segno
import typer

from openler.actions.holding import share as action
from openler.actions.holding.collection import collection
from openler.actions.holding.share import Opened
from openler.actions.ports import Ports
from openler.actions.verifying.standing import document_of
from openler.actions.verifying.verify import VerificationResult, verify
from openler.cli import share_parts
from openler.cli.exits import Exit, of_verdict
from openler.cli.holder import ACTOR, PassphraseFile, Wallet, key_of, read_secret
from openler.cli.options import AsJson, Data, Database, opened
from openler.cli.terminal import Terminal
from openler.config import write_private
from openler.errors import Misused, declare
from openler.holding.share import Share

DATE_MALFORMED = declare("cli.date_malformed", by=__name__)
ELSEWHERE = declare("cli.share_elsewhere", by=__name__)
QR_KIND = declare("cli.qr_kind", by=__name__)

DEFAULT_DAYS = 30
_QR_KINDS = {".svg", ".png"}

share = typer.Typer(
    name="share",
    help="Share chosen records by a link: for a purpose, until a day. Who has the link sees them without an account; you see who looked, "
    "and can end it at any time.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Until = Annotated[str, typer.Option("--until", metavar="DATE", help="The last day it is good, such as 2026-12-31.")]


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(share)


share.command("parts")(share_parts.parts)


@share.command("create")
def create(
    name: Wallet,
    purpose: Annotated[str, typer.Option("--purpose", help="What you share them for; the reader sees it.")],
    record: Annotated[
        list[str] | None, typer.Option("--record", metavar="ID", help="A record, as openler wallet list shows it; may be repeated.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Share every record in the wallet.")] = False,
    audience: Annotated[str, typer.Option("--for", metavar="WHOM", help="With whom you share; the reader sees it.")] = "",
    until: Until = "",
    days: Annotated[int, typer.Option("--days", min=1, max=366, help="How long it is good, where no day is given.")] = DEFAULT_DAYS,
    code: Annotated[
        bool, typer.Option("--code", help="Ask for a code too, which you tell the reader by another way than the link.")
    ] = False,
    hide: share_parts.Hide = None,
    show: share_parts.Show = None,
    preview: Annotated[bool, typer.Option("--preview", help="Show what the reader would see, and make no link.")] = False,
    qr: Annotated[Path | None, typer.Option("--qr", metavar="FILE", help="Draw the link as a QR code, .svg or .png.")] = None,
    passphrase_file: PassphraseFile = None,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Make a link that shows the chosen records. It is told this once."""
    terminal = Terminal(as_json=as_json)
    if qr is not None and qr.suffix.lower() not in _QR_KINDS:
        raise Misused(QR_KIND, place=str(qr), seen=qr.suffix)
    with opened(data, database) as ports:
        expires = end_of(until, ports, days)
        key = key_of(ports, name, passphrase_file)
        chosen = [one.record_id for one in collection(ports, key).records] if everything else record or []
        left_out = share_parts.chosen_parts(ports, key, chosen, hide=hide, show=show)
        if preview:
            share_parts.tell_preview(terminal, ports, key, chosen, left_out)
            return
        made = action.share(
            ports, key, chosen, purpose=purpose, audience=audience, expires=expires, with_code=code, hidden=left_out, actor=ACTOR
        )
    if qr is not None:
        segno.make(made.url, micro=False).save(str(qr), scale=4)
    if as_json:
        terminal.data({"share": made.share_id, "url": made.url, "code": made.code, "expires": made.expires})
        return
    terminal.line(made.url)
    if made.code is not None:
        terminal.line(made.code)
        terminal.say("The first line is the link, the second its code. Tell the code by another way, such as by phone.")
    terminal.say(
        f"Good until {made.expires:%Y-%m-%d %H:%M} UTC. It is not shown again; end it with: openler share withdraw {made.share_id}"
    )


@share.command("list")
def listing(
    name: Wallet, passphrase_file: PassphraseFile = None, data: Data = None, database: Database = None, as_json: AsJson = False
) -> None:
    """List the links you made, ended ones included."""
    terminal = Terminal(as_json=as_json)
    with opened(data, database) as ports:
        found, now = action.shares(ports, key_of(ports, name, passphrase_file)), ports.clock.now()
    if as_json:
        terminal.data([_told(one, now) for one in found])
        return
    rows = [
        (
            one.share_id,
            one.state(now),
            one.purpose,
            one.audience,
            len(one.records),
            "yes" if one.needs_code else "",
            f"{one.expires:%Y-%m-%d}",
        )
        for one in found
    ]
    if rows:
        terminal.table("", ("share", "state", "purpose", "for", "records", "code", "until"), rows)
    else:
        terminal.say("There are no links yet.")


@share.command("withdraw")
def withdraw(
    share_id: Annotated[str, typer.Argument(metavar="SHARE", help="The share's id, as openler share list shows it.")],
    name: Wallet,
    passphrase_file: PassphraseFile = None,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """End a link at once. What was seen before cannot be unseen."""
    terminal = Terminal(as_json=as_json)
    with opened(data, database) as ports:
        was_open = action.withdraw(ports, key_of(ports, name, passphrase_file), share_id, actor=ACTOR)
    if as_json:
        terminal.data({"share": share_id, "was_open": was_open})
    else:
        terminal.say("The link is ended." if was_open else "It had ended before.")


@share.command("open")
def open_link(
    link: Annotated[str, typer.Argument(metavar="LINK", help="The link as you got it.")],
    code_file: Annotated[
        Path | None, typer.Option("--code-file", metavar="FILE", help="Read the link's code from FILE instead of being asked.")
    ] = None,
    reader: Annotated[str, typer.Option("--reader", help="Who you are; the holder sees it in her log.")] = "",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Keep the records as a presentation, readable by you alone.")
    ] = None,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> int:
    """Look at what a link of this service shows, as its reader. The holder sees that you did. Exit codes as for openler verify."""
    terminal = Terminal(as_json=as_json)
    with opened(data, database) as ports:
        token = _token(ports, link)
        needed = action.door(ports, token).needs_code
        code = _code(code_file) if needed else None
        found = action.open_share(ports, token, code=code, opener=reader or "somebody at the command line of this service")
        judged = (
            verify(ports, found.document, source="what is shared", serving=True) if found.presentation["verifiableCredential"] else None
        )
    if out is not None:
        write_private(out, found.document)
    _show_opened(terminal, found, judged)
    return Exit.DONE if judged is None else of_verdict(judged.report.verdict)


@share.command("log")
def log(
    name: Wallet, passphrase_file: PassphraseFile = None, data: Data = None, database: Database = None, as_json: AsJson = False
) -> None:
    """Show who looked at what, and when. Who they said they were, nobody has checked."""
    terminal = Terminal(as_json=as_json)
    with opened(data, database) as ports:
        found = action.disclosures(ports, key_of(ports, name, passphrase_file))
    if as_json:
        terminal.data(found)
        return
    rows = [(f"{one.time:%Y-%m-%d %H:%M}", one.opener, one.audience, one.purpose, len(one.records), one.share_id) for one in found]
    if rows:
        terminal.table("", ("when (UTC)", "who, as they said", "shared with", "purpose", "records", "share"), rows)
    else:
        terminal.say("Nobody has looked yet.")


def end_of(until: str, ports: Ports, days: int) -> datetime:
    """The end of a day given as YYYY-MM-DD, in UTC; without one, ``days`` from now. :raises Misused: ``cli.date_malformed``"""
    if not until:
        return ports.clock.now() + timedelta(days=days)
    try:
        return datetime.combine(date.fromisoformat(until) + timedelta(days=1), time(), UTC)
    except (ValueError, OverflowError) as error:
        raise Misused(DATE_MALFORMED, place="--until", seen=until[:40]) from error


def _token(ports: Ports, link: str) -> str:
    own = f"{ports.base_url}{action.PATH}"
    if "://" in link and not link.startswith(own):
        raise Misused(ELSEWHERE, base=ports.base_url)
    return link.removeprefix(own)


def _code(file: Path | None) -> str | None:
    if file is not None:
        return read_secret(file).reveal()
    return str(typer.prompt("Code", hide_input=True, err=True)) if sys.stdin.isatty() else None


def _show_opened(terminal: Terminal, found: Opened, judged: VerificationResult | None) -> None:
    if terminal.as_json:
        told: dict[str, Any] = {
            "share": found.share_id, "purpose": found.purpose, "audience": found.audience, "expires": found.expires,
            "presentation": found.presentation, "selfAsserted": [one.as_json() for one in found.self_asserted],
            "partsNotShown": list(found.left_out),
            "report": None if judged is None else judged.report.told(),
        }  # fmt: skip
        terminal.data(told)
        return
    terminal.line(f"Purpose: {found.purpose}")
    if found.audience:
        terminal.line(f"Shared with: {found.audience}")
    terminal.line(f"Until: {found.expires:%Y-%m-%d %H:%M} UTC")
    if judged is not None:
        for number, (summary, part) in enumerate(zip(judged.summaries, judged.report.parts, strict=False)):
            by = f", by {summary.issuer_name}" if summary.issuer_name else ""
            terminal.line(f"{summary.name}{by}: {share_parts.VERDICTS[part.verdict]}")
            for reason in part.reasons:
                terminal.line(f"  {terminal.sentence(reason.code, reason.parameters)}")
            share_parts.tell_parts(terminal, document_of(found.presentation["verifiableCredential"][number]))
            share_parts.tell_left_out(terminal, found.left_out[number] if number < len(found.left_out) else 0)
    if found.self_asserted:
        terminal.line("In the holder's own words, which nobody has checked:")
    for one in found.self_asserted:
        when = f" ({one.started or '?'} to {one.ended or 'now'})" if one.started or one.ended else ""
        terminal.line(f"  {one.title}{', ' + one.organisation if one.organisation else ''}{when}")


def _told(one: Share, now: datetime) -> dict[str, Any]:
    return {
        "share": one.share_id, "state": one.state(now), "purpose": one.purpose, "audience": one.audience, "records": list(one.records),
        "code": one.needs_code, "created": one.created, "expires": one.expires, "withdrawn": one.withdrawn,
    }  # fmt: skip
