"""``openler bake | unbake | clr``: records in pictures, and many records in one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from openler.actions.issuing.issue_clr import issue_clr
from openler.cli.exits import Exit
from openler.cli.options import AsJson, Data, Database, ctid, existing, opened
from openler.cli.terminal import Terminal
from openler.cli.writing import write_private
from openler.credentials import baked
from openler.errors import Misused, declare
from openler.linkeddata.canonical import jcs
from openler.linkeddata.parse import parse_json

ASSOCIATION_MALFORMED = declare("cli.association_malformed", by=__name__)
PARTIAL_AND_WHOLE = declare("cli.partial_and_whole", by=__name__)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("bake")(bake)
    app.command("unbake")(unbake)
    app.command("clr")(clr)


def bake(
    image: Annotated[Path, typer.Argument(metavar="IMAGE", help="A PNG or SVG picture; it is not changed.")],
    record: Annotated[Path, typer.Argument(metavar="RECORD", help="The record to put into it: a JSON file, or a token.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where the picture with the record goes.")],
    as_json: AsJson = False,
) -> int:
    """Put a record into a picture, as Open Badges does: the picture shows it, and openler verify reads it."""
    terminal = Terminal(as_json=as_json)
    made = baked.bake(_read(image, baked.MAX_IMAGE), _read(record, baked.MAX_TEXT))
    write_private(out, made)
    if as_json:
        terminal.data({"out": str(out), "bytes": len(made)})
    else:
        terminal.say(f"The picture with the record is {out}.")
    return Exit.DONE


def unbake(
    image: Annotated[Path, typer.Argument(metavar="FILE", help="A PNG or SVG picture that holds a record.")],
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write it here instead of to standard output.")] = None,
    as_json: AsJson = False,
) -> int:
    """Take the record out of a picture, exactly as it lies there. Check it with openler verify."""
    terminal = Terminal(as_json=as_json)
    text = baked.extract(_read(image, baked.MAX_IMAGE))
    if out is not None:
        write_private(out, text)
    if as_json:
        told = text.decode("utf-8", "replace").strip()
        terminal.data({"record": parse_json(text) if told.startswith("{") else told, "out": str(out) if out else None})
    elif out is None:
        sys.stdout.write(text.decode("utf-8", "replace").strip() + "\n")
    else:
        terminal.say(f"The record is {out}.")
    return Exit.DONE


def clr(
    records: Annotated[list[Path], typer.Argument(metavar="RECORD...", help="Signed records of one learner: JSON files, badge images.")],
    issuer: Annotated[str, typer.Option("--issuer", metavar="CTID", help="The organization that puts them together and signs.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where the collection goes.")],
    name: Annotated[str, typer.Option("--name", help="What the collection is called, such as Transcript.")] = "Learning record",
    holder: Annotated[str, typer.Option("--holder", help="The learner's wallet or DID; a wallet gets the collection too.")] = "",
    partial: Annotated[bool, typer.Option("--partial", help="Say in it that more is known of the learner than it holds.")] = False,
    whole: Annotated[bool, typer.Option("--whole", help="Say in it that it holds all that the issuer knows of the learner.")] = False,
    associations: Annotated[
        list[str] | None,
        typer.Option("--association", metavar="TYPE,FROM,TO", help="How two things in it belong together, such as isPartOf,ID,ID."),
    ] = None,
    form: Annotated[
        Literal["di", "di-sd"],
        typer.Option("--format", help="One proof over all of it (di), or one of which the learner shows parts (di-sd)."),
    ] = "di",
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> int:
    """Put several records of one learner together into one comprehensive record (CLR 2.0), signed as a whole."""
    terminal = Terminal(as_json=as_json)
    if partial and whole:
        raise Misused(PARTIAL_AND_WHOLE)
    organisation = ctid(issuer)
    given = [(str(path), _read(path, baked.MAX_IMAGE)) for path in records]
    with opened(data, database) as ports:
        made = issue_clr(
            ports,
            given,
            issuer=organisation,
            name=name,
            holder=holder,
            partial=True if partial else False if whole else None,
            associations=[_association(each) for each in associations or ()],
            secured=form,
            actor=f"cli:{organisation}",
        )
    write_private(out, jcs(made.credential))
    if as_json:
        terminal.data(
            {"id": made.credential_id, "items": made.items, "undetermined": made.undetermined, "delivered": made.delivered, "out": str(out)}
        )
    else:
        terminal.say(f"{made.items} records are together in {out}" + (", and in the learner's wallet." if made.delivered else "."))
        for source in made.undetermined:
            terminal.say(f"  could not be checked today, and is in it as it came: {source}")
    return Exit.DONE


def _association(text: str) -> tuple[str, str, str]:
    kind, _, ends = text.partition(",")
    source, _, target = ends.partition(",")
    if not (kind.strip() and source.strip() and target.strip()):
        raise Misused(ASSOCIATION_MALFORMED, seen=text[:80])
    return kind.strip(), source.strip(), target.strip()


def _read(path: Path, limit: int) -> bytes:
    with existing(path).open("rb") as file:
        return file.read(limit + 1)
