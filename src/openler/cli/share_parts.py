"""``openler share parts``, and the choice of parts in ``openler share create``: what a record says, and what of it others get."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from openler.actions.holding import share_parts as action
from openler.actions.ports import Ports
from openler.actions.private_ports import HolderKey
from openler.actions.verifying.standing import of_shown
from openler.cli.holder import PassphraseFile, Wallet, key_of
from openler.cli.options import AsJson, Data, Database, opened
from openler.cli.terminal import Terminal
from openler.errors import Misused, declare
from openler.holding.parts import Part, details

HIDE_AND_SHOW = declare("cli.hide_and_show", by=__name__)

VERDICTS = {"valid": "real and current", "invalid": "not real or no longer valid", "undetermined": "could not be checked today"}
_WHOLE = "This record is shown whole: its issuer signed it in one piece."

Hide = Annotated[
    list[str] | None,
    typer.Option("--hide", metavar="PART", help="Leave this part out, by its name in openler share parts; may be repeated."),
]
Show = Annotated[
    list[str] | None,
    typer.Option("--show", metavar="PART", help="Leave out every part that can be left out but this one; may be repeated."),
]


def parts(
    record: Annotated[str, typer.Argument(metavar="RECORD", help="The record's id, as openler wallet list shows it.")],
    name: Wallet,
    passphrase_file: PassphraseFile = None,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """List what a record says, part by part, and which parts you can leave out when you share it."""
    terminal = Terminal(as_json=as_json)
    with opened(data, database) as ports:
        (found,) = action.divided(ports, key_of(ports, name, passphrase_file), [record])
    if as_json:
        terminal.data(
            {
                "record": found.record.record_id, "name": found.record.name, "shown_whole": found.parts.manner == "whole",
                "parts": [_told(terminal, each) for each in found.parts.parts],
            }
        )  # fmt: skip
        return
    rows = [
        ("yes" if each.free else "no", each.name if each.free else "", _title(terminal, each), each.value)
        for each in sorted(found.parts.parts, key=lambda each: not each.free)
    ]
    terminal.table(found.record.name, ("can be left out", "part", "what it is", "what it says"), list(dict.fromkeys(rows)))
    if found.parts.free:
        terminal.say(f"Leave a part out: openler share create --record {record} --hide {found.parts.free[0].name} ...")
    else:
        terminal.say(_WHOLE)


def chosen_parts(
    ports: Ports, key: HolderKey, records: Sequence[str], *, hide: list[str] | None, show: list[str] | None
) -> dict[str, frozenset[str]]:
    """What to leave out, from the two options. :raises Misused: ``cli.hide_and_show``; as :func:`action.hidden`"""
    if hide and show:
        raise Misused(HIDE_AND_SHOW, place="--show")
    return action.hidden(action.divided(ports, key, records), hide=hide or (), show=show or None) if hide or show else {}


def tell_preview(terminal: Terminal, ports: Ports, key: HolderKey, records: Sequence[str], left_out: Mapping[str, frozenset[str]]) -> None:
    """What the reader would see of each record, and how it would stand."""
    found = action.preview(ports, key, records, left_out)
    if terminal.as_json:
        told: list[dict[str, Any]] = [
            {
                "record": one.record.record_id, "credential": one.credential, "partsNotShown": one.left_out,
                "selfAsserted": None if one.statement is None else one.statement.as_json(),
            }
            for one in found
        ]  # fmt: skip
        terminal.data({"preview": told})
        return
    for one in found:
        if one.statement is not None:
            terminal.line(f"{one.statement.title}: in your own words, which nobody has checked")
            continue
        standing = of_shown(ports, one.credential, serving=True)
        terminal.line(f"{one.record.name}: {VERDICTS[standing.report.verdict]}")
        if standing.summary is not None and standing.summary.holder and not standing.summary.holder.startswith("did:"):
            terminal.line(f"  To: {standing.summary.holder}")
        for reason in standing.report.reasons:
            terminal.line(f"  {terminal.sentence(reason.code, reason.parameters)}")
        tell_parts(terminal, standing.document)
        tell_left_out(terminal, one.left_out)
    terminal.say("No link was made. Run it again without --preview to make one.")


def tell_parts(terminal: Terminal, document: Mapping[str, Any] | None) -> None:
    """What a record says, one line a part; what says nothing to people is left to the file."""
    for each in details(document):
        terminal.line(f"  {_title(terminal, each)}: {each.value}")


def tell_left_out(terminal: Terminal, count: int) -> None:
    """How much the holder chose not to show, and nothing about what."""
    if count:
        terminal.line(f"  {count} {'part' if count == 1 else 'parts'} not shown")


def _title(terminal: Terminal, each: Part) -> str:
    return terminal.sentence(each.code, each.parameters)


def _told(terminal: Terminal, each: Part) -> dict[str, Any]:
    return {"part": each.name, "title": _title(terminal, each), "says": each.value, "can_be_left_out": each.free, "pointer": each.pointer}
